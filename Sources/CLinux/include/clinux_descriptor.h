// Pipes, and reading and writing them without blocking and without SIGPIPE.
#ifndef CLINUX_DESCRIPTOR_H
#define CLINUX_DESCRIPTOR_H

#include <stddef.h>
#include <stdint.h>

/// The lowest number of a descriptor made by `clinux_pipe`. A host that runs with its standard streams closed would
/// otherwise get 0, 1 or 2, which its own libraries read, write and pass on (CONFINEMENT.md, A2).
#define CLINUX_LOWEST_DESCRIPTOR 10

enum clinux_pipe_flag {
  CLINUX_PIPE_READ_NONBLOCKING = 1,
  CLINUX_PIPE_WRITE_NONBLOCKING = 2,
};

/// pipe2(O_CLOEXEC); both ends are >= CLINUX_LOWEST_DESCRIPTOR. `flags` are of `clinux_pipe_flag`; each end has its own
/// open file description, so one end's mode is not the other's. On failure (EMFILE, ENFILE) nothing stays open.
int clinux_pipe(int flags, int *read_end, int *write_end);

/// Duplicates a descriptor, close-on-exec, to a number >= `lowest`. The original stays open.
int clinux_duplicate(int descriptor, int lowest);

/// Opens a directory to name it, with O_PATH and close-on-exec: its contents need not be readable. The descriptor is >=
/// CLINUX_LOWEST_DESCRIPTOR. `device` and `inode` (may be NULL) receive what identifies it. ENOTDIR for anything else.
int clinux_open_directory(const char *path, uint64_t *device, uint64_t *inode);

/// close(2). EINTR is success: Linux has released the descriptor by then, a second close would hit a stranger's.
int clinux_close(int descriptor);

/// Sets O_NONBLOCK on the open file description.
int clinux_set_nonblocking(int descriptor, int nonblocking);

/// read(2), retried on EINTR. 0 = end of file; -EAGAIN = nothing there on a non-blocking descriptor.
int64_t clinux_read(int descriptor, void *buffer, size_t count);

/// write(2), retried on EINTR. May write less than asked; -EAGAIN = a full pipe on a non-blocking descriptor.
/// A closed pipe raises SIGPIPE unless the process ignores it: the worker does, a host uses the next function.
int64_t clinux_write(int descriptor, const void *buffer, size_t count);

/// As `clinux_write`, but a closed pipe answers -EPIPE and never raises SIGPIPE, whatever the process's disposition is,
/// and without changing it (CONFINEMENT.md, A1). A SIGPIPE that was pending before stays pending. One system call where
/// the kernel has RWF_NOSIGNAL (6.18), else as `clinux_write2_masking_signal`.
int64_t clinux_write_no_signal(int descriptor, const void *buffer, size_t count);

/// As `clinux_write_no_signal` for two buffers in one call (a frame's header and its body).
int64_t clinux_write2_no_signal(int descriptor, const void *first, size_t first_count, const void *second,
                                size_t second_count);

/// The way of older kernels: SIGPIPE is blocked for the calling thread, what the write raised is taken back, and the mask
/// is restored.
int64_t clinux_write2_masking_signal(int descriptor, const void *first, size_t first_count, const void *second,
                                     size_t second_count);

/// Sets the capacity of a pipe in bytes (F_SETPIPE_SZ); returns the capacity it got. EPERM above
/// /proc/sys/fs/pipe-max-size for an unprivileged process.
int clinux_set_pipe_capacity(int descriptor, int bytes);

#endif
