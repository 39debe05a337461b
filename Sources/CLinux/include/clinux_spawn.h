// Starting a worker (CONFINEMENT.md, A4).
#ifndef CLINUX_SPAWN_H
#define CLINUX_SPAWN_H

#include <sys/types.h>

/// A started process. The caller owns both: it closes `pidfd`, and reaps the process with `clinux_wait`.
struct clinux_process {
  pid_t pid;
  int pidfd;
};

/// Opens an executable file for `clinux_spawn`: O_PATH is not used, so that the file's permission to be read is
/// checked too, and a directory, FIFO or device is refused with EACCES.
/// `mode` and `owner` (may be NULL) receive the file's permission bits and owner, read from the open descriptor.
int clinux_open_executable(const char *path, unsigned *mode, unsigned *owner);

/// Starts the program behind the open descriptor `executable` in a new process.
///
/// The child gets `descriptors[i]` as descriptor i for 0 <= i < `descriptor_count`, and no other descriptor; a
/// session of its own; the default disposition for every signal; an empty signal mask; and `arguments` and
/// `environment`, both NULL-terminated. The program is executed through the descriptor (execveat with
/// AT_EMPTY_PATH), so it is the very file that was opened, whatever the path names by now.
///
/// The cost does not depend on the size of the calling process (clone with CLONE_VM | CLONE_VFORK). Needs Linux
/// 5.9 (close_range).
///
/// Returns 0, or the negated errno of the step that failed in the parent or in the child, with `*failed_step`
/// (may be NULL) naming it. After a failure no process, zombie or descriptor is left behind. Notable errors: EAGAIN
/// (process limit), ENOMEM, EMFILE, ENOEXEC (not a program for this machine), EACCES (not executable, or on a
/// file system mounted noexec), ETXTBSY.
int clinux_spawn(int executable, const char *const *arguments, const char *const *environment,
                 const int *descriptors, int descriptor_count, struct clinux_process *process,
                 const char **failed_step);

#endif
