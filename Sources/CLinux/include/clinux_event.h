// epoll and eventfd with tokens instead of descriptors, so that a stale event cannot be taken for a new descriptor's.
#ifndef CLINUX_EVENT_H
#define CLINUX_EVENT_H

#include <stdint.h>

enum clinux_readiness {
  CLINUX_READABLE = 1,
  CLINUX_WRITABLE = 2,
  /// The other end is closed or the descriptor has failed (EPOLLHUP, EPOLLERR). Always reported, need not be asked for.
  CLINUX_HUNG_UP = 4,
};

/// One descriptor's news: a combination of `clinux_readiness`, and the token given when it was added.
struct clinux_event {
  uint64_t token;
  uint32_t readiness;
};

/// The most events that one `clinux_epoll_wait` returns.
#define CLINUX_MAXIMUM_EVENTS 64

/// epoll_create1(EPOLL_CLOEXEC).
int clinux_epoll_create(void);
/// Level-triggered watch for `interest`, a combination of CLINUX_READABLE and CLINUX_WRITABLE (0: only hang-up).
int clinux_epoll_add(int epoll, int descriptor, uint32_t interest, uint64_t token);
int clinux_epoll_modify(int epoll, int descriptor, uint32_t interest, uint64_t token);
/// Must precede the close of the descriptor: a duplicate that lives on elsewhere would keep the watch alive.
int clinux_epoll_remove(int epoll, int descriptor);
/// Waits at most `timeout_nanoseconds` (negative: for ever; 0: not at all). Returns the number of events, at most
/// `capacity` and CLINUX_MAXIMUM_EVENTS. An interrupted wait returns 0 events. Precise to the kernel's timer slack with
/// epoll_pwait2 (Linux 5.11), else rounded up to a millisecond.
int clinux_epoll_wait(int epoll, struct clinux_event *events, int capacity, int64_t timeout_nanoseconds);

/// Waits at most `timeout_nanoseconds` until a read of the descriptor would not block, because there is something to read
/// or the other end is closed. Returns 1 then, else 0; an interrupted wait returns 0.
int clinux_await_readable(int descriptor, int64_t timeout_nanoseconds);

/// A non-blocking, close-on-exec eventfd with the value 0.
int clinux_eventfd_create(void);
/// Adds 1: the eventfd becomes readable. Succeeds also when it has been signalled already.
int clinux_eventfd_signal(int eventfd);
/// Resets it to 0. Returns 1 if it had been signalled, else 0.
int clinux_eventfd_clear(int eventfd);

#endif
