// epoll and eventfd.
#include "clinux_event.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <stdatomic.h>
#include <stddef.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#ifndef SYS_epoll_pwait2
#define SYS_epoll_pwait2 441
#endif

int clinux_epoll_create(void) {
  int descriptor = epoll_create1(EPOLL_CLOEXEC);
  return descriptor < 0 ? -errno : descriptor;
}

static int control(int epoll, int operation, int descriptor, uint32_t interest, uint64_t token) {
  struct epoll_event event = {.events = 0, .data.u64 = token};
  if (interest & CLINUX_READABLE) event.events |= EPOLLIN;
  if (interest & CLINUX_WRITABLE) event.events |= EPOLLOUT;
  return epoll_ctl(epoll, operation, descriptor, &event) < 0 ? -errno : 0;
}

int clinux_epoll_add(int epoll, int descriptor, uint32_t interest, uint64_t token) {
  return control(epoll, EPOLL_CTL_ADD, descriptor, interest, token);
}

int clinux_epoll_modify(int epoll, int descriptor, uint32_t interest, uint64_t token) {
  return control(epoll, EPOLL_CTL_MOD, descriptor, interest, token);
}

int clinux_epoll_remove(int epoll, int descriptor) { return control(epoll, EPOLL_CTL_DEL, descriptor, 0, 0); }

// Remembers that the kernel, or a filter around this process, refuses epoll_pwait2.
static atomic_bool without_nanoseconds;

static int wait_for_events(int epoll, struct epoll_event *events, int capacity, int64_t timeout_nanoseconds) {
  if (timeout_nanoseconds <= 0) return epoll_wait(epoll, events, capacity, timeout_nanoseconds < 0 ? -1 : 0);
  if (!atomic_load_explicit(&without_nanoseconds, memory_order_relaxed)) {
    struct timespec timeout = {
      .tv_sec = timeout_nanoseconds / 1000000000,
      .tv_nsec = timeout_nanoseconds % 1000000000,
    };
    long count = syscall(SYS_epoll_pwait2, epoll, events, capacity, &timeout, NULL, (size_t)8);
    if (count >= 0 || (errno != ENOSYS && errno != EPERM)) return (int)count;
    atomic_store_explicit(&without_nanoseconds, 1, memory_order_relaxed);
  }
  int64_t milliseconds = timeout_nanoseconds / 1000000 + (timeout_nanoseconds % 1000000 != 0);
  return epoll_wait(epoll, events, capacity, milliseconds > INT_MAX ? INT_MAX : (int)milliseconds);
}

int clinux_epoll_wait(int epoll, struct clinux_event *events, int capacity, int64_t timeout_nanoseconds) {
  struct epoll_event raw[CLINUX_MAXIMUM_EVENTS];
  if (capacity > CLINUX_MAXIMUM_EVENTS) capacity = CLINUX_MAXIMUM_EVENTS;
  int count = wait_for_events(epoll, raw, capacity, timeout_nanoseconds);
  if (count < 0) return errno == EINTR ? 0 : -errno;
  for (int i = 0; i < count; i++) {
    uint32_t readiness = 0;
    if (raw[i].events & EPOLLIN) readiness |= CLINUX_READABLE;
    if (raw[i].events & EPOLLOUT) readiness |= CLINUX_WRITABLE;
    if (raw[i].events & (EPOLLHUP | EPOLLERR)) readiness |= CLINUX_HUNG_UP;
    events[i].token = raw[i].data.u64;
    events[i].readiness = readiness;
  }
  return count;
}

int clinux_await_readable(int descriptor, int64_t timeout_nanoseconds) {
  struct pollfd poll = {.fd = descriptor, .events = POLLIN};
  struct timespec timeout = {
    .tv_sec = timeout_nanoseconds / 1000000000,
    .tv_nsec = timeout_nanoseconds % 1000000000,
  };
  return ppoll(&poll, 1, &timeout, NULL) == 1;
}

int clinux_eventfd_create(void) {
  int descriptor = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  return descriptor < 0 ? -errno : descriptor;
}

int clinux_eventfd_signal(int descriptor) {
  uint64_t one = 1;
  ssize_t result;
  do result = write(descriptor, &one, sizeof one);
  while (result < 0 && errno == EINTR);
  // EAGAIN: the counter is full, so it is readable, which is all that is wanted.
  return result < 0 && errno != EAGAIN ? -errno : 0;
}

int clinux_eventfd_clear(int descriptor) {
  uint64_t value;
  ssize_t result;
  do result = read(descriptor, &value, sizeof value);
  while (result < 0 && errno == EINTR);
  if (result < 0) return errno == EAGAIN ? 0 : -errno;
  return 1;
}
