// A warm call through the C interface, to be compared with the same call through the Swift API: what the C interface costs.
//
//   c_interface c_interface full|quick     (the worker's executable is in HANZO_WASM_WORKER)
//
// Prints `name nanoseconds` lines: one caller, one worker that has the module, blocking and with a completion.
#define _GNU_SOURCE
#include <hanzo_wasm.h>
#include <semaphore.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static int64_t nanoseconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * INT64_C(1000000000) + now.tv_nsec;
}

static int compare(const void *first, const void *second) {
  int64_t a = *(const int64_t *)first, b = *(const int64_t *)second;
  return (a > b) - (a < b);
}

static void report(const char *name, int64_t *times, int count) {
  qsort(times, (size_t)count, sizeof *times, compare);
  printf("%s_p50 %lld\n%s_p99 %lld\n", name, (long long)times[count / 2], name, (long long)times[count - 1 - count / 100]);
}

static void require(hanzo_wasm_code code) {
  if (code == HANZO_WASM_OK) return;
  char *error = hanzo_wasm_last_error();
  fprintf(stderr, "%s\n", error ? error : "a call failed");
  exit(1);
}

static void check(hanzo_wasm_outcome *outcome) {
  const char *json = hanzo_wasm_outcome_json(outcome);
  if (!json || !strstr(json, "\"value\":8}")) {
    fprintf(stderr, "a call returned %s\n", json ? json : "nothing");
    exit(1);
  }
  hanzo_wasm_outcome_free(outcome);
}

static void completed(void *context, hanzo_wasm_outcome *outcome) {
  check(outcome);
  sem_post(context);
}

int main(int count, char **arguments) {
  const char *worker = getenv("HANZO_WASM_WORKER");
  if (count < 3 || !worker) return 64;
  int calls = strcmp(arguments[2], "full") == 0 ? 50000 : 4000;
  char config[4400];
  snprintf(config, sizeof config,
           "{\"worker\":{\"path\":\"%s\"},\"pool\":{\"maxWorkers\":1,\"maxCallsPerWorker\":1000000000}}", worker);
  hanzo_wasm_options options = {.size = sizeof options, .config = config};
  hanzo_wasm_runtime *runtime;
  require(hanzo_wasm_runtime_create(&options, &runtime));
  const char *text = "(module (func (export \"add\") (param $a i32) (param $b i32) (result i32)"
                     " (i32.add (local.get $a) (local.get $b))))";
  require(hanzo_wasm_load(runtime, "add", (hanzo_wasm_bytes){(const uint8_t *)text, strlen(text)}, NULL, NULL));
  hanzo_wasm_call call = {.invocation = "{\"module\":\"add\",\"entry\":{\"function\":\"add\"},"
                                        "\"input\":{\"kind\":\"arguments\",\"value\":[5,3]}}"};
  int64_t *times = calloc((size_t)calls, sizeof *times);
  hanzo_wasm_outcome *outcome;
  for (int index = -calls / 10; index < calls; index++) {
    int64_t start = nanoseconds();
    require(hanzo_wasm_invoke(runtime, &call, &outcome));
    if (index >= 0) times[index] = nanoseconds() - start;
    check(outcome);
  }
  report("c_call", times, calls);

  sem_t done;
  sem_init(&done, 0, 0);
  for (int index = -calls / 10; index < calls; index++) {
    int64_t start = nanoseconds();
    require(hanzo_wasm_invoke_async(runtime, &call, completed, &done, NULL));
    while (sem_wait(&done) != 0) continue;
    if (index >= 0) times[index] = nanoseconds() - start;
  }
  report("c_completed_call", times, calls);
  free(times);
  hanzo_wasm_runtime_destroy(runtime);
  return 0;
}
