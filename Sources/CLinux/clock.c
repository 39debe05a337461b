// Clocks as plain numbers.
#include "clinux_clock.h"

#include <errno.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static int64_t nanoseconds(clockid_t clock) {
  struct timespec time;
  if (clock_gettime(clock, &time) < 0) return -errno;
  return (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
}

int64_t clinux_monotonic_nanoseconds(void) { return nanoseconds(CLOCK_MONOTONIC); }
int64_t clinux_realtime_nanoseconds(void) { return nanoseconds(CLOCK_REALTIME); }
int64_t clinux_own_cpu_nanoseconds(void) { return nanoseconds(CLOCK_PROCESS_CPUTIME_ID); }
int64_t clinux_own_thread_cpu_nanoseconds(void) { return nanoseconds(CLOCK_THREAD_CPUTIME_ID); }
int64_t clinux_clock_nanoseconds(int clock) { return nanoseconds(clock); }

int64_t clinux_clock_resolution_nanoseconds(int clock) {
  struct timespec time;
  if (clock_getres(clock, &time) < 0) return -errno;
  return (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
}

int clinux_sleep_until(int clock, int64_t deadline_nanoseconds) {
  if (deadline_nanoseconds <= 0) return 0;
  struct timespec deadline = {
    .tv_sec = deadline_nanoseconds / 1000000000,
    .tv_nsec = deadline_nanoseconds % 1000000000,
  };
  // A deadline, not a duration: an interrupted sleep goes on to the same end.
  while (syscall(SYS_clock_nanosleep, clock, TIMER_ABSTIME, &deadline, NULL) < 0)
    if (errno != EINTR) return -errno;
  return 0;
}

int clinux_random_bytes(void *buffer, size_t count) {
  char *position = buffer;
  while (count > 0) {
    long result = syscall(SYS_getrandom, position, count, 0);
    if (result < 0 && errno == EINTR) continue;
    if (result < 0) return -errno;
    position += result;
    count -= (size_t)result;
  }
  return 0;
}
