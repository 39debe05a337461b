// Many calls through the C interface at once, with cancellations, and runtimes that are destroyed while calls are open.
//
//   stress WORKER CALLS THREADS [RUNTIMES]
//
// Every call that was accepted has to be completed exactly once, with a code that can be, and with the right answer if it
// succeeded; afterwards there are as many descriptors as before, no child process, and hardly more memory.
#include <dirent.h>
#include <hanzo_wasm.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

typedef struct pending {
  atomic_int completions;
  int a, b;
  bool accepted;
} pending;

// What ended how: by code.
static atomic_long codes[64];
static atomic_long wrong;
static atomic_long host_calls;

static void complain(const char *sentence, const char *detail) {
  if (atomic_fetch_add(&wrong, 1) < 20) fprintf(stderr, "wrong: %s %s\n", sentence, detail ? detail : "");
}

static void count(hanzo_wasm_code code) {
  if (code >= 0 && code < 64) {
    atomic_fetch_add(&codes[code], 1);
  } else {
    complain("a code that does not exist", NULL);
  }
}

static void check(const hanzo_wasm_outcome *outcome, int a, int b) {
  hanzo_wasm_code code = hanzo_wasm_outcome_code(outcome);
  count(code);
  const char *json = hanzo_wasm_outcome_json(outcome);
  char expected[64];
  if (code == HANZO_WASM_OK) {
    snprintf(expected, sizeof expected, "\"value\":%d}", a + b);
  } else {
    snprintf(expected, sizeof expected, "\"code\":\"%s\"", hanzo_wasm_code_name(code));
  }
  if (!json || !strstr(json, expected)) complain(expected, json);
}

static void completed(void *context, hanzo_wasm_outcome *outcome) {
  pending *call = context;
  check(outcome, call->a, call->b);
#ifndef LEAK_OUTCOMES
  hanzo_wasm_outcome_free(outcome);
#endif
  atomic_fetch_add(&call->completions, 1);
}

// env.twice(i32) -> i32, which takes a moment now and then.
static void twice(void *context, hanzo_wasm_host_call *call) {
  (void)context;
  const char *arguments = hanzo_wasm_host_call_arguments(call);
  int value = arguments ? atoi(arguments + 1) : 0;
  if (atomic_fetch_add(&host_calls, 1) % 64 == 0) usleep(500);
  char answer[32];
  snprintf(answer, sizeof answer, "%d", 2 * value);
  hanzo_wasm_host_call_return(call, answer, (hanzo_wasm_bytes){NULL, 0});
}

static const char *module_text =
    "(module (import \"env\" \"twice\" (func $twice (param i32) (result i32)))"
    "  (func (export \"add\") (param i32 i32) (result i32) (i32.add (local.get 0) (local.get 1)))"
    "  (func (export \"add_slowly\") (param i32 i32) (result i32)"
    "    (i32.sub (call $twice (i32.add (local.get 0) (local.get 1))) (i32.add (local.get 0) (local.get 1))))"
    "  (func (export \"spin\") (param i32 i32) (result i32) (loop $again (br $again)) (unreachable)))";

typedef struct job {
  hanzo_wasm_runtime *runtime;
  pending *calls;
  long count;
  unsigned seed;
} job;

static void *run(void *argument) {
  job *job = argument;
  unsigned seed = job->seed;
  for (long index = 0; index < job->count; index++) {
    pending *call = &job->calls[index];
    call->a = (int)(rand_r(&seed) % 1000000);
    call->b = (int)(rand_r(&seed) % 1000000);
    unsigned kind = rand_r(&seed) % 100;
    const char *function = kind < 3 ? "spin" : kind < 20 ? "add_slowly" : "add";
    char text[256];
    snprintf(text, sizeof text,
             "{\"module\":\"m\",\"entry\":{\"function\":\"%s\"},\"input\":{\"kind\":\"arguments\",\"value\":[%d,%d]},"
             "\"limits\":{\"executionMilliseconds\":%d}}",
             function, call->a, call->b, kind < 3 ? 20 : 20000);
    hanzo_wasm_call request = {.invocation = text};
    if (rand_r(&seed) % 4 == 0 && kind >= 3) {
      hanzo_wasm_outcome *outcome = NULL;
      hanzo_wasm_code code = hanzo_wasm_invoke(job->runtime, &request, &outcome);
      if (outcome) {
        if (hanzo_wasm_outcome_code(outcome) != code) complain("two codes for one call", NULL);
        check(outcome, call->a, call->b);
        hanzo_wasm_outcome_free(outcome);
      } else {
        count(code);
        if (code != HANZO_WASM_SHUT_DOWN) complain("no outcome", hanzo_wasm_code_name(code));
      }
      continue;
    }
    uint64_t id = 0;
    hanzo_wasm_code code = hanzo_wasm_invoke_async(job->runtime, &request, completed, call, &id);
    call->accepted = code == HANZO_WASM_OK;
    if (!call->accepted) count(code);
    if (call->accepted && rand_r(&seed) % 20 == 0) hanzo_wasm_cancel(job->runtime, id);
    // Not all at once: some calls wait for theirs.
    if (index % 32 == 31 && call->accepted)
      while (atomic_load(&call->completions) == 0 && hanzo_wasm_cancel(job->runtime, 0) == HANZO_WASM_OK) usleep(50);
  }
  return NULL;
}

static int open_descriptors(void) {
  DIR *directory = opendir("/proc/self/fd");
  int count = 0;
  if (!directory) return -1;
  while (readdir(directory)) count++;
  closedir(directory);
  return count;
}

static long resident_kilobytes(void) {
  FILE *file = fopen("/proc/self/statm", "r");
  long pages = 0, resident = 0;
  if (file) {
    if (fscanf(file, "%ld %ld", &pages, &resident) != 2) resident = 0;
    fclose(file);
  }
  return resident * (sysconf(_SC_PAGESIZE) / 1024);
}

// One runtime, used by all threads and destroyed under them; returns false if it cannot be made.
static bool one_runtime(const char *worker, long calls, int threads, bool under_load, unsigned seed) {
  char config[4400];
  snprintf(config, sizeof config,
           "{\"worker\":{\"path\":\"%s\"},\"pool\":{\"maxWorkers\":4,\"queueLimit\":100000,\"quarantine\":null}}", worker);
  hanzo_wasm_host_function function = {
      "{\"name\":\"twice\",\"parameters\":[\"i32\"],\"result\":\"i32\"}", twice, NULL};
  hanzo_wasm_options options = {
      .size = sizeof options, .config = config, .host_functions = &function, .host_function_count = 1};
  hanzo_wasm_runtime *runtime;
  hanzo_wasm_bytes module = {(const uint8_t *)module_text, strlen(module_text)};
  if (hanzo_wasm_runtime_create(&options, &runtime) || hanzo_wasm_load(runtime, "m", module, NULL, NULL)) {
    char *error = hanzo_wasm_last_error();
    complain("no runtime", error);
    hanzo_wasm_free(error);
    return false;
  }
  pending *all = calloc((size_t)calls, sizeof *all);
  pthread_t workers[64];
  job jobs[64];
  long each = calls / threads;
  for (int index = 0; index < threads; index++) {
    jobs[index] = (job){runtime, all + index * each, each, seed * 1000 + (unsigned)index};
    pthread_create(&workers[index], NULL, run, &jobs[index]);
  }
  if (under_load) {
    usleep(30000);
    hanzo_wasm_runtime_destroy(runtime);
  }
  for (int index = 0; index < threads; index++) pthread_join(workers[index], NULL);
  if (!under_load) {
    // Destroying answers whatever is open still.
    hanzo_wasm_runtime_destroy(runtime);
  }
  hanzo_wasm_runtime_destroy(runtime);
  for (long index = 0; index < calls; index++) {
    int completions = atomic_load(&all[index].completions);
    if (completions != (all[index].accepted ? 1 : 0)) complain("a call was not completed exactly once", NULL);
  }
  free(all);
  return true;
}

int main(int count, char **arguments) {
  if (count < 4) return 64;
  long calls = atol(arguments[2]);
  int threads = atoi(arguments[3]);
  int runtimes = count > 4 ? atoi(arguments[4]) : 10;
  if (threads < 1 || threads > 64 || calls < threads || runtimes < 1) return 64;

  // What lasts as long as the process (threads of the pool, one spawner) is there after the first runtime.
  if (!one_runtime(arguments[1], threads * 8, threads, false, 7)) return 1;
  int descriptors = open_descriptors();
  long memory = resident_kilobytes();
  for (int index = 0; index < runtimes; index++)
    if (!one_runtime(arguments[1], calls / runtimes, threads, index % 3 == 2, (unsigned)index + 11)) return 1;

  int left = open_descriptors();
  if (left != descriptors) complain("descriptors are left", NULL);
  if (waitpid(-1, NULL, WNOHANG) != -1) complain("a child process is left", NULL);
  printf("%ld calls, %d threads, %d runtimes; descriptors %d -> %d, resident %ld -> %ld KiB; host calls %ld\n", calls,
         threads, runtimes, descriptors, left, memory, resident_kilobytes(), atomic_load(&host_calls));
  for (int code = 0; code < 64; code++)
    if (atomic_load(&codes[code])) printf("  %-20s %ld\n", hanzo_wasm_code_name(code), atomic_load(&codes[code]));
  printf("  %-20s %ld\n", "wrong", atomic_load(&wrong));
  return atomic_load(&wrong) == 0 ? 0 : 1;
}
