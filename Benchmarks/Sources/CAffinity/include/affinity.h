// Which cores a process runs on: Glibc shows Swift none of this.
#ifndef AFFINITY_H
#define AFFINITY_H

/// Makes a process run on other cores than those that the calling thread may run on. Returns 0, or -1 if there are none.
int move_to_other_cores(int process);

#endif
