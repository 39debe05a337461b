// What the C interface says to mistakes: every one is a code with an error that says what is wrong, and none a crash.
//
//   misuse WORKER
#include <hanzo_wasm.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int failures;

static void check(bool holds, const char *what) {
  if (holds) return;
  char *error = hanzo_wasm_last_error();
  fprintf(stderr, "wrong: %s (last error: %s)\n", what, error ? error : "none");
  hanzo_wasm_free(error);
  failures++;
}

// The code is the expected one, the thread's last error has it too, and its JSON holds a text.
static void expect(hanzo_wasm_code code, hanzo_wasm_code expected, const char *part) {
  char what[256];
  snprintf(what, sizeof what, "%s instead of %s", hanzo_wasm_code_name(code), hanzo_wasm_code_name(expected));
  check(code == expected, what);
  check(hanzo_wasm_last_error_code() == expected, "the last error's code");
  char *error = hanzo_wasm_last_error();
  check((error == NULL) == (expected == HANZO_WASM_OK), "an error, or none");
  if (part) {
    snprintf(what, sizeof what, "the error says: %s", part);
    check(error && strstr(error, part), what);
  }
  hanzo_wasm_free(error);
}

static hanzo_wasm_bytes bytes_of(const char *text) {
  return (hanzo_wasm_bytes){(const uint8_t *)text, strlen(text)};
}

// MARK: Host functions that answer late, twice, never, or nonsense

typedef struct late {
  hanzo_wasm_host_call *call;
  atomic_int answers;
} late;

static void *answer_later(void *argument) {
  late *late = argument;
  usleep(20000);
  if (hanzo_wasm_host_call_return(late->call, "7", (hanzo_wasm_bytes){NULL, 0}) == HANZO_WASM_OK)
    atomic_fetch_add(&late->answers, 1);
  // Twice is once too many.
  if (hanzo_wasm_host_call_return(late->call, "8", (hanzo_wasm_bytes){NULL, 0}) == HANZO_WASM_INVALID_ARGUMENTS)
    atomic_fetch_add(&late->answers, 10);
  if (hanzo_wasm_host_call_fail(late->call, "no") == HANZO_WASM_INVALID_ARGUMENTS) atomic_fetch_add(&late->answers, 100);
  if (hanzo_wasm_host_call_arguments(late->call) == NULL) atomic_fetch_add(&late->answers, 1000);
  return NULL;
}

static void on_other_thread(void *context, hanzo_wasm_host_call *call) {
  late *late = context;
  late->call = call;
  pthread_t thread;
  pthread_create(&thread, NULL, answer_later, late);
  pthread_detach(thread);
}

static atomic_int cancelled;

static void never(void *context, hanzo_wasm_host_call *call) {
  (void)context;
  for (int round = 0; round < 5000 && !hanzo_wasm_host_call_is_cancelled(call); round++) usleep(1000);
  atomic_fetch_add(&cancelled, hanzo_wasm_host_call_is_cancelled(call));
}

static atomic_int refused;

static void nonsense(void *context, hanzo_wasm_host_call *call) {
  (void)context;
  const char *answers[] = {"\"text\"", "1.5", "{", "", NULL};
  for (int index = 0; index < 5; index++)
    if (hanzo_wasm_host_call_return(call, answers[index], (hanzo_wasm_bytes){NULL, 0}) == HANZO_WASM_INVALID_ARGUMENTS)
      atomic_fetch_add(&refused, 1);
  hanzo_wasm_host_call_fail(call, "a reason");
}

// MARK: Completions that use the library

static hanzo_wasm_runtime *self_destroying;
static atomic_int completions;

static void destroys(void *context, hanzo_wasm_outcome *outcome) {
  (void)context;
  hanzo_wasm_outcome_free(outcome);
  // In a callback it does not block, and there is no deadlock.
  hanzo_wasm_runtime_destroy(self_destroying);
  atomic_fetch_add(&completions, 1);
}

static void counts(void *context, hanzo_wasm_outcome *outcome) {
  if (hanzo_wasm_outcome_code(outcome) == (hanzo_wasm_code)(intptr_t)context) atomic_fetch_add(&completions, 1);
  hanzo_wasm_outcome_free(outcome);
}

static bool becomes(atomic_int *value, int expected) {
  for (int round = 0; round < 10000 && atomic_load(value) != expected; round++) usleep(1000);
  return atomic_load(value) == expected;
}

int main(int count, char **arguments) {
  if (count < 2) return 64;
  hanzo_wasm_runtime *runtime = NULL;
  char *text = NULL;

  check(hanzo_wasm_abi_version() >= HANZO_WASM_ABI_VERSION, "the ABI version");
  check(strncmp(hanzo_wasm_build_id(), "hanzo-wasm-", 11) == 0, "the build id");
  check(strcmp(hanzo_wasm_code_name(HANZO_WASM_OK), "ok") == 0, "the name of 0");
  check(strcmp(hanzo_wasm_code_name(HANZO_WASM_MODULE_NOT_FOUND), "moduleNotFound") == 0, "the first code's name");
  check(strcmp(hanzo_wasm_code_name(HANZO_WASM_WORKER_CRASHED), "workerCrashed") == 0, "a code's name");
  check(strcmp(hanzo_wasm_code_name(HANZO_WASM_SHUT_DOWN), "shutDown") == 0, "the last code's name");
  check(!hanzo_wasm_code_name(HANZO_WASM_SHUT_DOWN + 1) && !hanzo_wasm_code_name(-1), "numbers that are no codes");

  // Nothing at all.
  expect(hanzo_wasm_runtime_create(NULL, NULL), HANZO_WASM_INVALID_ARGUMENTS, "NULL");
  expect(hanzo_wasm_clear(NULL), HANZO_WASM_SHUT_DOWN, "no such runtime");
  expect(hanzo_wasm_clear((hanzo_wasm_runtime *)&runtime), HANZO_WASM_SHUT_DOWN, NULL);
  expect(hanzo_wasm_invoke(NULL, NULL, NULL), HANZO_WASM_SHUT_DOWN, NULL);
  hanzo_wasm_runtime_destroy(NULL);
  hanzo_wasm_runtime_destroy((hanzo_wasm_runtime *)&runtime);
  hanzo_wasm_free(NULL);
  hanzo_wasm_outcome_free(NULL);
  check(hanzo_wasm_outcome_json(NULL) == NULL && hanzo_wasm_outcome_bytes(NULL).length == 0, "no outcome");
  expect(hanzo_wasm_host_call_return(NULL, "1", (hanzo_wasm_bytes){NULL, 0}), HANZO_WASM_INVALID_ARGUMENTS, "answered");
  check(hanzo_wasm_host_call_is_cancelled(NULL) == 1, "no host call");

  // Configurations.
  hanzo_wasm_options options = {.size = sizeof options};
  const struct {
    const char *config, *part;
  } mistakes[] = {
      {"[", "cannot be read"},
      {"[]", "must be an object"},
      {"{\"maxMemoryByte\":1}", "maxMemoryByte is not known"},
      {"{\"maxMemoryBytes\":\"much\"}", "maxMemoryBytes must be a whole number"},
      {"{\"maxMemoryBytes\":1}", "maxMemoryBytes must lie between"},
      {"{\"pool\":{\"maxWorkers\":0}}", "maxWorkers"},
      {"{\"pool\":{\"maxworkers\":2},\"limits\":7}", "limits must be an object"},
      {"{\"parameters\":\"loose\"}", "'strict', 'lenient'"},
      {"{\"network\":{\"rules\":[{\"hosts\":[\"a\"],\"ports\":[70000]}]}}", "network.rules[0].ports"},
      {"{\"worker\":{\"path\":\"/no/such/worker\"}}", NULL},
  };
  for (size_t index = 0; index < sizeof mistakes / sizeof *mistakes; index++) {
    options.config = mistakes[index].config;
    runtime = (hanzo_wasm_runtime *)&runtime;
    expect(hanzo_wasm_runtime_create(&options, &runtime),
           mistakes[index].part ? HANZO_WASM_INVALID_CONFIGURATION : HANZO_WASM_SANDBOX_UNAVAILABLE, mistakes[index].part);
    check(runtime == NULL, "no runtime where it failed");
  }
  options.size = 3;
  expect(hanzo_wasm_runtime_create(&options, &runtime), HANZO_WASM_INVALID_CONFIGURATION, "size");
  options.size = sizeof options;
  hanzo_wasm_host_function unusable[] = {{"{\"name\":\"f\",\"parameters\":[\"i33\"]}", never, NULL}};
  options.config = NULL;
  options.host_functions = unusable;
  options.host_function_count = 1;
  expect(hanzo_wasm_runtime_create(&options, &runtime), HANZO_WASM_INVALID_CONFIGURATION, "parameters");
  unusable[0].declaration = "{\"parameters\":[]}";
  expect(hanzo_wasm_runtime_create(&options, &runtime), HANZO_WASM_INVALID_CONFIGURATION, "name is missing");
  unusable[0] = (hanzo_wasm_host_function){"{\"name\":\"f\"}", NULL, NULL};
  expect(hanzo_wasm_runtime_create(&options, &runtime), HANZO_WASM_INVALID_CONFIGURATION, "callback");
  unusable[0] = (hanzo_wasm_host_function){"{\"name\":\"log\"}", never, NULL};
  expect(hanzo_wasm_runtime_create(&options, &runtime), HANZO_WASM_INVALID_CONFIGURATION, "log");

  // A runtime that works.
  char config[4400];
  snprintf(config, sizeof config, "{\"worker\":{\"path\":\"%s\"},\"pool\":{\"maxWorkers\":2},\"features\":[\"wasm2\"]}", arguments[1]);
  late late = {0};
  hanzo_wasm_host_function functions[] = {
      {"{\"name\":\"later\",\"result\":\"i32\"}", on_other_thread, &late},
      {"{\"name\":\"never\",\"result\":\"i32\"}", never, NULL},
      {"{\"name\":\"nonsense\",\"result\":\"i32\"}", nonsense, NULL},
  };
  options.config = config;
  options.host_functions = functions;
  options.host_function_count = 3;
  expect(hanzo_wasm_runtime_create(&options, &runtime), HANZO_WASM_OK, NULL);
  const char *module =
      "(module (import \"env\" \"later\" (func $later (result i32))) (import \"env\" \"never\" (func $never (result i32)))"
      "  (import \"env\" \"nonsense\" (func $nonsense (result i32)))"
      "  (func (export \"later\") (result i32) (call $later)) (func (export \"never\") (result i32) (call $never))"
      "  (func (export \"nonsense\") (result i32) (call $nonsense)) (func (export \"spin\") (loop $again (br $again))))";

  expect(hanzo_wasm_load(runtime, "bad", bytes_of("(module"), NULL, &text), HANZO_WASM_INVALID_MODULE, "location");
  check(text == NULL, "no interface where it failed");
  expect(hanzo_wasm_load(runtime, NULL, bytes_of(module), NULL, NULL), HANZO_WASM_INVALID_ARGUMENTS, "name");
  expect(hanzo_wasm_load(runtime, "m", bytes_of(module), "{\"domian\":\"d\"}", NULL), HANZO_WASM_INVALID_ARGUMENTS, "domian");
  expect(hanzo_wasm_load(runtime, "m", bytes_of(module), "{\"policy\":{\"allowedImports\":[]}}", NULL),
         HANZO_WASM_POLICY_VIOLATION, "env.later");
  expect(hanzo_wasm_load(runtime, "m", bytes_of(module), "{\"domain\":\"d\"}", &text), HANZO_WASM_OK, NULL);
  check(text && strstr(text, "\"domain\":\"domain:d\""), "the interface names the domain");
  hanzo_wasm_free(text);
  expect(hanzo_wasm_validate(runtime, bytes_of("(module (func (result i32)))"), NULL, &text), HANZO_WASM_INVALID_MODULE,
         "type mismatch");
  check(text == NULL, "no interface of what is not valid");
  expect(hanzo_wasm_validate(runtime, bytes_of(module), "{\"domain\":\"d\"}", NULL), HANZO_WASM_INVALID_ARGUMENTS, "domain");
  expect(hanzo_wasm_validate(runtime, bytes_of("(module (func (return_call 0)))"), NULL, NULL),
         HANZO_WASM_UNSUPPORTED_FEATURE, "tail-call");
  expect(hanzo_wasm_validate(runtime, bytes_of("(module (func (export \"unused\")))"), NULL, &text), HANZO_WASM_OK, NULL);
  check(text && strstr(text, "\"unused\""), "the interface of what is valid");
  hanzo_wasm_free(text);
  expect(hanzo_wasm_validate(NULL, bytes_of(module), NULL, NULL), HANZO_WASM_SHUT_DOWN, NULL);
  expect(hanzo_wasm_info(runtime, "n", &text), HANZO_WASM_MODULE_NOT_FOUND, "'n'");
  expect(hanzo_wasm_info(runtime, "m", NULL), HANZO_WASM_INVALID_ARGUMENTS, NULL);
  expect(hanzo_wasm_list(runtime, &text), HANZO_WASM_OK, NULL);
  check(text && strcmp(text, "[\"m\"]") == 0, "the list");
  hanzo_wasm_free(text);
  int was_loaded = 7;
  expect(hanzo_wasm_unload(runtime, "n", &was_loaded), HANZO_WASM_OK, NULL);
  check(was_loaded == 0, "an unknown module was not loaded");
  expect(hanzo_wasm_runtime_status(runtime, &text), HANZO_WASM_OK, NULL);
  check(text && strstr(text, "\"isShutDown\":false"), "the status");
  hanzo_wasm_free(text);
  expect(hanzo_wasm_runtime_statistics(runtime, &text), HANZO_WASM_OK, NULL);
  check(text && strstr(text, "\"calls\":"), "the statistics");
  hanzo_wasm_free(text);

  // Calls.
  const struct {
    const char *invocation, *part;
    hanzo_wasm_code code;
  } calls[] = {
      {NULL, "cannot be read", HANZO_WASM_INVALID_ARGUMENTS},
      {"{}", "module is missing. entry is missing.", HANZO_WASM_INVALID_ARGUMENTS},
      {"{\"module\":\"m\",\"entry\":{\"function\":\"a\",\"command\":[]}}", "exactly one member", HANZO_WASM_INVALID_ARGUMENTS},
      {"{\"module\":\"m\",\"entry\":{\"function\":\"later\"},\"limits\":{\"feul\":1}}", "limits.feul is not known",
       HANZO_WASM_INVALID_ARGUMENTS},
      {"{\"module\":\"m\",\"entry\":{\"function\":\"later\"},\"input\":{\"kind\":\"arguments\"}}", "input.value is missing",
       HANZO_WASM_INVALID_ARGUMENTS},
      {"{\"module\":\"m\",\"entry\":{\"function\":\"later\"},\"mounts\":[{\"guest\":\"/a\"}]}", "mounts[0].directory",
       HANZO_WASM_INVALID_ARGUMENTS},
      {"{\"module\":\"x\",\"entry\":{\"function\":\"later\"}}", "'x'", HANZO_WASM_MODULE_NOT_FOUND},
      {"{\"module\":\"m\",\"entry\":{\"function\":\"x\"}}", "\"function\":\"x\"", HANZO_WASM_FUNCTION_NOT_FOUND},
      {"{\"module\":\"m\",\"entry\":{\"function\":\"later\"},\"limits\":{\"memoryBytes\":1099511627776}}", "memoryBytes",
       HANZO_WASM_NEVER_FITS},
      {"{\"module\":\"m\",\"entry\":{\"function\":\"spin\"},\"limits\":{\"fuel\":1000}}", "\"fault\":\"guest\"",
       HANZO_WASM_FUEL_EXHAUSTED},
      {"{\"module\":\"m\",\"entry\":{\"function\":\"spin\"},\"limits\":{\"executionMilliseconds\":30}}",
       "\"phase\":\"executing\"", HANZO_WASM_TIMED_OUT},
      {"{\"module\":\"m\",\"entry\":{\"function\":\"nonsense\"}}", "a reason", HANZO_WASM_HOST_FUNCTION_FAILED},
      {"{\"module\":\"m\",\"entry\":{\"function\":\"never\"},\"limits\":{\"executionMilliseconds\":100}}",
       "\"phase\":\"hostCall\"", HANZO_WASM_TIMED_OUT},
      {"{\"module\":\"m\",\"entry\":{\"function\":\"later\"}}", NULL, HANZO_WASM_OK},
  };
  for (size_t index = 0; index < sizeof calls / sizeof *calls; index++) {
    hanzo_wasm_call call = {.invocation = calls[index].invocation};
    hanzo_wasm_outcome *outcome = NULL;
    expect(hanzo_wasm_invoke(runtime, &call, &outcome), calls[index].code, calls[index].part);
    if (outcome) check(hanzo_wasm_outcome_code(outcome) == calls[index].code, "the outcome has the same code");
    hanzo_wasm_outcome_free(outcome);
  }
  check(becomes(&late.answers, 1111), "an answer from another thread counts once");
  check(becomes(&cancelled, 1), "a host function is told that nobody waits");
  check(atomic_load(&refused) == 5, "answers that are none are refused");

  // Completions.
  hanzo_wasm_call spin = {.invocation = "{\"module\":\"m\",\"entry\":{\"function\":\"spin\"},\"limits\":{\"fuel\":null}}"};
  uint64_t id = 0;
  expect(hanzo_wasm_invoke_async(runtime, &spin, NULL, NULL, &id), HANZO_WASM_INVALID_ARGUMENTS, "completion");
  expect(hanzo_wasm_invoke_async(runtime, &spin, counts, (void *)(intptr_t)HANZO_WASM_CANCELLED, &id), HANZO_WASM_OK, NULL);
  check(id != 0, "a call has a number");
  expect(hanzo_wasm_cancel(runtime, id), HANZO_WASM_OK, NULL);
  expect(hanzo_wasm_cancel(runtime, id), HANZO_WASM_OK, NULL);
  expect(hanzo_wasm_cancel(runtime, 123456), HANZO_WASM_OK, NULL);
  check(becomes(&completions, 1), "a cancelled call is completed");
  expect(hanzo_wasm_invoke_async(runtime, &spin, counts, (void *)(intptr_t)HANZO_WASM_SHUT_DOWN, NULL), HANZO_WASM_OK, NULL);
  expect(hanzo_wasm_runtime_shutdown(runtime, 0), HANZO_WASM_OK, NULL);
  check(becomes(&completions, 2), "a call is completed when the runtime is shut down");
  expect(hanzo_wasm_invoke(runtime, &spin, NULL), HANZO_WASM_SHUT_DOWN, NULL);
  hanzo_wasm_runtime_destroy(runtime);
  hanzo_wasm_runtime_destroy(runtime);
  expect(hanzo_wasm_invoke(runtime, &spin, NULL), HANZO_WASM_SHUT_DOWN, NULL);

  // A completion destroys its runtime.
  options.host_function_count = 0;
  atomic_store(&completions, 0);
  expect(hanzo_wasm_runtime_create(&options, &self_destroying), HANZO_WASM_OK, NULL);
  hanzo_wasm_call quick = {.invocation = "{\"entry\":{\"function\":\"f\"}}",
                           .module = bytes_of("(module (func (export \"f\")))")};
  expect(hanzo_wasm_invoke_async(self_destroying, &quick, destroys, NULL, NULL), HANZO_WASM_OK, NULL);
  check(becomes(&completions, 1), "a completion may destroy its runtime");

  // Probing.
  expect(hanzo_wasm_probe("{\"worker\":{\"path\":\"/no/such/worker\"}}", &text), HANZO_WASM_OK, NULL);
  check(text && strstr(text, "\"ok\":false") && strstr(text, "sandboxUnavailable"), "a probe that fails");
  hanzo_wasm_free(text);
  expect(hanzo_wasm_probe(config, &text), HANZO_WASM_OK, NULL);
  check(text && strstr(text, "\"ok\":true") && strstr(text, "\"name\":\"seccomp\",\"state\":\"active\""), "a probe");
  hanzo_wasm_free(text);

  printf(failures ? "%d mistakes were not answered as they should be\n" : "every mistake is answered as it should be\n",
         failures);
  return failures ? 1 : 0;
}
