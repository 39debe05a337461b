// Clocks as plain numbers.
#ifndef CLINUX_CLOCK_H
#define CLINUX_CLOCK_H

#include <stdint.h>

/// CLOCK_MONOTONIC in nanoseconds: for every deadline, unaffected by a change of the date.
int64_t clinux_monotonic_nanoseconds(void);
/// CLOCK_REALTIME in nanoseconds since 1970: for log records and WASI only.
int64_t clinux_realtime_nanoseconds(void);
/// CLOCK_PROCESS_CPUTIME_ID of the calling process in nanoseconds.
int64_t clinux_own_cpu_nanoseconds(void);
/// CLOCK_THREAD_CPUTIME_ID of the calling thread in nanoseconds.
int64_t clinux_own_thread_cpu_nanoseconds(void);

#endif
