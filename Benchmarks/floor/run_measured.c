// Runs one command pinned to a core and says what it cost: CPU time and the largest resident size of the command and
// of all its descendants that were waited for (wait4(2)).
//
//   run_measured CORE REPORT-FILE COMMAND [ARGUMENT...]
//
// A small program of its own because the kernel counts the resident size that a process had before it executed the
// command: started from the harness, every command would seem to need as much memory as Python.
// Writes `user_us system_us largest_resident_kib wall_ns exit_code signal` to REPORT-FILE. Exit code 0 if the command
// ran, whatever became of it; 1 with a message if it could not be started.
#define _GNU_SOURCE
#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static void fail(const char *what) {
  fprintf(stderr, "run_measured: %s: %s\n", what, strerror(errno));
  _exit(1);
}

static uint64_t now(void) {
  struct timespec time;
  if (clock_gettime(CLOCK_MONOTONIC, &time) != 0) fail("clock_gettime");
  return (uint64_t)time.tv_sec * 1000000000u + (uint64_t)time.tv_nsec;
}

static long long microseconds(struct timeval time) { return (long long)time.tv_sec * 1000000 + time.tv_usec; }

int main(int count, char **arguments) {
  if (count < 4) {
    fprintf(stderr, "usage: run_measured CORE REPORT-FILE COMMAND [ARGUMENT...]\n");
    return 64;
  }
  cpu_set_t cores;
  CPU_ZERO(&cores);
  CPU_SET(atoi(arguments[1]), &cores);
  if (sched_setaffinity(0, sizeof cores, &cores) != 0) fail("sched_setaffinity");
  FILE *report = fopen(arguments[2], "we");
  if (!report) fail(arguments[2]);
  uint64_t start = now();
  pid_t child = fork();
  if (child < 0) fail("fork");
  if (child == 0) {
    // The harness kills this program when it gives up on a command; the command must not outlive it.
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    execv(arguments[3], arguments + 3);
    fail(arguments[3]);
  }
  int status;
  struct rusage usage;
  while (wait4(child, &status, 0, &usage) < 0)
    if (errno != EINTR) fail("wait4");
  uint64_t wall = now() - start;
  fprintf(report, "%lld %lld %ld %llu %d %d\n", microseconds(usage.ru_utime), microseconds(usage.ru_stime),
          usage.ru_maxrss, (unsigned long long)wall, WIFEXITED(status) ? WEXITSTATUS(status) : -1,
          WIFSIGNALED(status) ? WTERMSIG(status) : 0);
  if (fclose(report) != 0) fail(arguments[2]);
  return 0;
}
