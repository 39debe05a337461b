// Pipes, and reading and writing them without blocking and without SIGPIPE.
#include "clinux_descriptor.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

#ifndef RWF_NOSIGNAL
#define RWF_NOSIGNAL 0x00000100
#endif

int clinux_close(int descriptor) {
  if (close(descriptor) == 0 || errno == EINTR) return 0;
  return -errno;
}

int clinux_duplicate(int descriptor, int lowest) {
  int duplicate = fcntl(descriptor, F_DUPFD_CLOEXEC, lowest);
  return duplicate < 0 ? -errno : duplicate;
}

int clinux_set_nonblocking(int descriptor, int nonblocking) {
  int flags = fcntl(descriptor, F_GETFL);
  if (flags < 0) return -errno;
  flags = nonblocking ? flags | O_NONBLOCK : flags & ~O_NONBLOCK;
  return fcntl(descriptor, F_SETFL, flags) < 0 ? -errno : 0;
}

// Moves a descriptor to the allowed range. Closes the original in any case that it does not return it.
static int lifted(int descriptor) {
  if (descriptor >= CLINUX_LOWEST_DESCRIPTOR) return descriptor;
  int moved = clinux_duplicate(descriptor, CLINUX_LOWEST_DESCRIPTOR);
  close(descriptor);
  return moved;
}

int clinux_open_directory(const char *path, uint64_t *device, uint64_t *inode) {
  int descriptor;
  do descriptor = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
  while (descriptor < 0 && errno == EINTR);
  if (descriptor < 0) return -errno;
  struct stat status;
  if (fstat(descriptor, &status) < 0) {
    int error = errno;
    close(descriptor);
    return -error;
  }
  if (device != NULL) *device = status.st_dev;
  if (inode != NULL) *inode = status.st_ino;
  return descriptor >= CLINUX_LOWEST_DESCRIPTOR ? descriptor : lifted(descriptor);
}

int clinux_pipe(int flags, int *read_end, int *write_end) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) < 0) return -errno;
  ends[0] = lifted(ends[0]);
  ends[1] = lifted(ends[1]);
  int result = ends[0] < 0 ? ends[0] : ends[1] < 0 ? ends[1] : 0;
  if (result == 0 && (flags & CLINUX_PIPE_READ_NONBLOCKING)) result = clinux_set_nonblocking(ends[0], 1);
  if (result == 0 && (flags & CLINUX_PIPE_WRITE_NONBLOCKING)) result = clinux_set_nonblocking(ends[1], 1);
  if (result < 0) {
    for (int i = 0; i < 2; i++)
      if (ends[i] >= 0) close(ends[i]);
    return result;
  }
  *read_end = ends[0];
  *write_end = ends[1];
  return 0;
}

int64_t clinux_read(int descriptor, void *buffer, size_t count) {
  ssize_t result;
  do result = read(descriptor, buffer, count);
  while (result < 0 && errno == EINTR);
  return result < 0 ? -errno : result;
}

int64_t clinux_write(int descriptor, const void *buffer, size_t count) {
  ssize_t result;
  do result = write(descriptor, buffer, count);
  while (result < 0 && errno == EINTR);
  return result < 0 ? -errno : result;
}

int64_t clinux_write2_masking_signal(int descriptor, const void *first, size_t first_count, const void *second,
                                     size_t second_count) {
  sigset_t pipe_signal, previous_mask, pending;
  sigemptyset(&pipe_signal);
  sigaddset(&pipe_signal, SIGPIPE);
  int error = pthread_sigmask(SIG_BLOCK, &pipe_signal, &previous_mask);
  if (error != 0) return -error;
  // Only a signal that this write raised may be taken back. Where SIGPIPE was not blocked before, none of this thread's
  // can have been pending; asking is needed only where it was.
  int was_pending = 0;
  if (sigismember(&previous_mask, SIGPIPE) == 1)
    was_pending = sigpending(&pending) == 0 && sigismember(&pending, SIGPIPE) == 1;
  struct iovec parts[2] = {
    {.iov_base = (void *)(uintptr_t)first, .iov_len = first_count},
    {.iov_base = (void *)(uintptr_t)second, .iov_len = second_count},
  };
  ssize_t result;
  do result = writev(descriptor, parts, second_count != 0 ? 2 : 1);
  while (result < 0 && errno == EINTR);
  error = result < 0 ? errno : 0;
  if (error == EPIPE && !was_pending) {
    struct timespec no_wait = {0, 0};
    while (sigtimedwait(&pipe_signal, NULL, &no_wait) < 0 && errno == EINTR) continue;
  }
  pthread_sigmask(SIG_SETMASK, &previous_mask, NULL);
  return error != 0 ? -error : result;
}

// Remembers that the kernel (before 6.18), or a filter around this process, refuses RWF_NOSIGNAL.
static atomic_bool without_no_signal_flag;

int64_t clinux_write2_no_signal(int descriptor, const void *first, size_t first_count, const void *second,
                                size_t second_count) {
  if (!atomic_load_explicit(&without_no_signal_flag, memory_order_relaxed)) {
    struct iovec parts[2] = {
      {.iov_base = (void *)(uintptr_t)first, .iov_len = first_count},
      {.iov_base = (void *)(uintptr_t)second, .iov_len = second_count},
    };
    ssize_t result;
    do result = pwritev2(descriptor, parts, second_count != 0 ? 2 : 1, -1, RWF_NOSIGNAL);
    while (result < 0 && errno == EINTR);
    if (result >= 0) return result;
    if (errno != EOPNOTSUPP && errno != ENOSYS && errno != EPERM && errno != EINVAL) return -errno;
    // The flag was refused, not the write: nothing has been written.
    atomic_store_explicit(&without_no_signal_flag, 1, memory_order_relaxed);
  }
  return clinux_write2_masking_signal(descriptor, first, first_count, second, second_count);
}

int64_t clinux_write_no_signal(int descriptor, const void *buffer, size_t count) {
  return clinux_write2_no_signal(descriptor, buffer, count, NULL, 0);
}

int clinux_set_pipe_capacity(int descriptor, int bytes) {
  int capacity = fcntl(descriptor, F_SETPIPE_SZ, bytes);
  return capacity < 0 ? -errno : capacity;
}
