// The floor under a warm call: two processes in C that pass messages of a call's sizes over two
// pipes, with nothing else in between. `scripts/bench` prints the product's calls beside it.
//
//   pipe_ping_pong same|across|free REQUEST_BYTES REPLY_BYTES ROUNDS [PAIRS]
//
// `same` pins both ends of a pair to one core, `across` to two different cores, `free` leaves the
// placement to the scheduler, as the product does. PAIRS pairs run at the same time (default 1).
// Prints one line: `p50_ns p99_ns p999_ns rounds_per_second`, the latter over all pairs.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { warm_up_rounds = 1000, largest_message = 1 << 20, most_pairs = 64 };

static void fail(const char *what) {
  fprintf(stderr, "pipe_ping_pong: %s: %s\n", what, strerror(errno));
  exit(1);
}

static uint64_t now(void) {
  struct timespec time;
  if (clock_gettime(CLOCK_MONOTONIC, &time) != 0) fail("clock_gettime");
  return (uint64_t)time.tv_sec * 1000000000u + (uint64_t)time.tv_nsec;
}

static void pin(int core) {
  cpu_set_t set;
  CPU_ZERO(&set);
  CPU_SET(core, &set);
  if (sched_setaffinity(0, sizeof set, &set) != 0) fail("sched_setaffinity");
}

// The nth core that this process may use, or -1.
static int allowed_core(int nth) {
  cpu_set_t set;
  if (sched_getaffinity(0, sizeof set, &set) != 0) fail("sched_getaffinity");
  for (int core = 0; core < CPU_SETSIZE; core++)
    if (CPU_ISSET(core, &set) && nth-- == 0) return core;
  return -1;
}

// Whole messages: a pipe may hand over less than was asked for. False at the end of the stream.
static int read_all(int file, char *bytes, size_t count) {
  while (count > 0) {
    ssize_t done = read(file, bytes, count);
    if (done == 0) return 0;
    if (done < 0) {
      if (errno == EINTR) continue;
      fail("read");
    }
    bytes += done;
    count -= (size_t)done;
  }
  return 1;
}

static void write_all(int file, const char *bytes, size_t count) {
  while (count > 0) {
    ssize_t done = write(file, bytes, count);
    if (done < 0) {
      if (errno == EINTR) continue;
      fail("write");
    }
    bytes += done;
    count -= (size_t)done;
  }
}

static int compare(const void *left, const void *right) {
  uint64_t a = *(const uint64_t *)left, b = *(const uint64_t *)right;
  return (a > b) - (a < b);
}

// One pair: the asking end, with the answering end as its child. Writes each round's time.
static void run_pair(int first_core, int second_core, size_t request, size_t reply, long rounds, uint64_t *times) {
  int asking[2], answering[2];
  if (pipe2(asking, O_CLOEXEC) != 0 || pipe2(answering, O_CLOEXEC) != 0) fail("pipe2");
  char *buffer = calloc(1, largest_message);
  if (buffer == NULL) fail("calloc");
  pid_t child = fork();
  if (child < 0) fail("fork");
  if (child == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    close(asking[1]);
    close(answering[0]);
    if (second_core >= 0) pin(second_core);
    while (read_all(asking[0], buffer, request)) write_all(answering[1], buffer, reply);
    _exit(0);
  }
  close(asking[0]);
  close(answering[1]);
  if (first_core >= 0) pin(first_core);
  for (long round = -warm_up_rounds; round < rounds; round++) {
    uint64_t start = now();
    write_all(asking[1], buffer, request);
    if (!read_all(answering[0], buffer, reply)) fail("the answering process ended");
    if (round >= 0) times[round] = now() - start;
  }
  close(asking[1]);
  close(answering[0]);
  free(buffer);
  if (waitpid(child, NULL, 0) != child) fail("waitpid");
}

static long number(const char *text, long lowest, long highest) {
  char *end;
  errno = 0;
  long value = strtol(text, &end, 10);
  if (errno != 0 || end == text || *end != 0 || value < lowest || value > highest) {
    fprintf(stderr, "pipe_ping_pong: %s is not a number from %ld to %ld\n", text, lowest, highest);
    exit(64);
  }
  return value;
}

int main(int count, char **arguments) {
  if (count < 5 || count > 6) {
    fprintf(stderr, "usage: pipe_ping_pong same|across|free REQUEST_BYTES REPLY_BYTES ROUNDS [PAIRS]\n");
    return 64;
  }
  size_t request = (size_t)number(arguments[2], 1, largest_message);
  size_t reply = (size_t)number(arguments[3], 1, largest_message);
  long rounds = number(arguments[4], 10, 10000000);
  long pairs = count == 6 ? number(arguments[5], 1, most_pairs) : 1;
  int first = -1, second = -1;
  if (strcmp(arguments[1], "same") == 0) {
    first = second = allowed_core(0);
  } else if (strcmp(arguments[1], "across") == 0) {
    first = allowed_core(0);
    second = allowed_core(1);
    if (second < 0) {
      fprintf(stderr, "pipe_ping_pong: this process may use one core only\n");
      return 69;
    }
  } else if (strcmp(arguments[1], "free") != 0) {
    fprintf(stderr, "pipe_ping_pong: %s is none of same, across, free\n", arguments[1]);
    return 64;
  }

  size_t samples = (size_t)rounds * (size_t)pairs;
  uint64_t *times = mmap(NULL, samples * sizeof *times, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (times == MAP_FAILED) fail("mmap");
  uint64_t start = now();
  for (long pair = 0; pair < pairs; pair++) {
    pid_t child = fork();
    if (child < 0) fail("fork");
    if (child == 0) {
      run_pair(first, second, request, reply, rounds, times + pair * rounds);
      _exit(0);
    }
  }
  int wrong = 0;
  for (long pair = 0; pair < pairs; pair++) {
    int status;
    if (wait(&status) < 0) fail("wait");
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) wrong = 1;
  }
  if (wrong) return 1;
  double seconds = (double)(now() - start) / 1e9;
  // The warm-up rounds took their share of the time.
  double per_second = (double)pairs * (double)(rounds + warm_up_rounds) / seconds;
  qsort(times, samples, sizeof *times, compare);
  printf("%llu %llu %llu %.0f\n", (unsigned long long)times[samples / 2], (unsigned long long)times[samples * 99 / 100],
         (unsigned long long)times[samples * 999 / 1000], per_second);
  return 0;
}
