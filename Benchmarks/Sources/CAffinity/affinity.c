#define _GNU_SOURCE
#include "affinity.h"

#include <sched.h>

int move_to_other_cores(int process) {
  cpu_set_t own, others;
  if (sched_getaffinity(0, sizeof own, &own) != 0) return -1;
  CPU_ZERO(&others);
  for (int core = 0; core < CPU_SETSIZE; core++)
    if (!CPU_ISSET(core, &own)) CPU_SET(core, &others);
  // The kernel leaves those that exist and that the process may use, and refuses if there are none.
  return sched_setaffinity(process, sizeof others, &others);
}
