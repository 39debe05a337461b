// Clocks as plain numbers, and what else a guest gets from the kernel.
#ifndef CLINUX_CLOCK_H
#define CLINUX_CLOCK_H

#include <stddef.h>
#include <stdint.h>

/// CLOCK_MONOTONIC in nanoseconds: for every deadline, unaffected by a change of the date.
int64_t clinux_monotonic_nanoseconds(void);
/// CLOCK_REALTIME in nanoseconds since 1970: for log records and WASI only.
int64_t clinux_realtime_nanoseconds(void);
/// CLOCK_PROCESS_CPUTIME_ID of the calling process in nanoseconds.
int64_t clinux_own_cpu_nanoseconds(void);
/// CLOCK_THREAD_CPUTIME_ID of the calling thread in nanoseconds.
int64_t clinux_own_thread_cpu_nanoseconds(void);

/// A clock by its number: 0 realtime, 1 monotonic, 2 the process's and 3 the thread's CPU time.
int64_t clinux_clock_nanoseconds(int clock);
/// clock_getres(2), in nanoseconds.
int64_t clinux_clock_resolution_nanoseconds(int clock);
/// Sleeps until `deadline` on clock 0 or 1 (clock_nanosleep(2), TIMER_ABSTIME); not at all if it has passed.
int clinux_sleep_until(int clock, int64_t deadline_nanoseconds);
/// Fills a buffer with the kernel's random bytes (getrandom(2), flags 0).
int clinux_random_bytes(void *buffer, size_t count);

#endif
