// A program in C that runs WebAssembly which it need not trust: a tool that calls back, one that writes to its standard
// output, one that never ends, and one whose worker is killed. Every step is checked; the exit code is 0 only if all of it
// was as said.
//
//   cc -std=c17 embed.c $(pkg-config --cflags --libs hanzo-wasm) -o embed && ./embed
#include <hanzo_wasm.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// Ends the program unless a function of the library returned what was expected.
static void expect(const char *step, hanzo_wasm_code code, hanzo_wasm_code expected) {
  if (code == expected) return;
  char *error = hanzo_wasm_last_error();
  fprintf(stderr, "%s: %s instead of %s\n%s\n", step, hanzo_wasm_code_name(code), hanzo_wasm_code_name(expected),
          error ? error : "");
  hanzo_wasm_free(error);
  exit(1);
}

static void expect_text(const char *step, const char *text, const char *part) {
  if (text && strstr(text, part)) return;
  fprintf(stderr, "%s: expected %s in %s\n", step, part, text ? text : "nothing");
  exit(1);
}

static hanzo_wasm_bytes bytes_of(const char *text) {
  return (hanzo_wasm_bytes){(const uint8_t *)text, strlen(text)};
}

// A function of this program that guests import as env.lookup(name) -> json.
static void lookup(void *context, hanzo_wasm_host_call *call) {
  (void)context;
  hanzo_wasm_bytes name = hanzo_wasm_host_call_bytes(call, 0);
  char answer[128];
  snprintf(answer, sizeof answer, "{\"name\":\"%.*s\",\"age\":42}", (int)name.length, (const char *)name.data);
  hanzo_wasm_host_call_return(call, answer, (hanzo_wasm_bytes){NULL, 0});
}

static void log_line(void *context, const char *level, const char *message, const char *metadata) {
  if (strcmp(level, "debug") != 0) fprintf((FILE *)context, "  log %s: %s %s\n", level, message, metadata);
}

static const char *add =
    "(module (func (export \"add\") (param $a i32) (param $b i32) (result i32)"
    "  (i32.add (local.get $a) (local.get $b))))";

// Asks the host for "Ada" and returns the length of the document.
static const char *asks =
    "(module (import \"env\" \"lookup\" (func $lookup (param i32 i32) (result i64)))"
    "  (memory (export \"memory\") 1) (data (i32.const 16) \"Ada\")"
    "  (global $next (mut i32) (i32.const 4096))"
    "  (func (export \"alloc\") (param i32) (result i32) (global.get $next)"
    "    (global.set $next (i32.add (global.get $next) (local.get 0))))"
    "  (func (export \"ask\") (result i32)"
    "    (i32.wrap_i64 (call $lookup (i32.const 16) (i32.const 3)))))";

static const char *hello =
    "(module (import \"wasi_snapshot_preview1\" \"fd_write\" (func $write (param i32 i32 i32 i32) (result i32)))"
    "  (memory (export \"memory\") 1) (data (i32.const 16) \"hello from the guest\\n\")"
    "  (func (export \"_start\") (i32.store (i32.const 0) (i32.const 16)) (i32.store (i32.const 4) (i32.const 21))"
    "    (drop (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 8)))))";

static const char *spin = "(module (func (export \"spin\") (loop $again (br $again))))";

int main(int count, char **arguments) {
  // Where the library finds its worker itself, the configuration need not say it.
  char config[4200] = "";
  if (count > 1) snprintf(config, sizeof config, "{\"worker\":{\"path\":\"%s\"}}", arguments[1]);

  hanzo_wasm_host_function functions[] = {
      {"{\"name\":\"lookup\",\"parameters\":[\"string\"],\"result\":\"json\"}", lookup, NULL}};
  hanzo_wasm_options options = {.size = sizeof options,
                                .config = config[0] ? config : NULL,
                                .host_functions = functions,
                                .host_function_count = 1,
                                .log = log_line,
                                .log_context = stdout};
  hanzo_wasm_runtime *runtime;
  expect("create", hanzo_wasm_runtime_create(&options, &runtime), HANZO_WASM_OK);
  printf("build %s, ABI version %u\n", hanzo_wasm_build_id(), hanzo_wasm_abi_version());

  char *info;
  expect("load add", hanzo_wasm_load(runtime, "add", bytes_of(add), NULL, &info), HANZO_WASM_OK);
  expect_text("load add", info, "\"functions\":[{\"name\":\"add\"");
  hanzo_wasm_free(info);

  hanzo_wasm_call call = {.invocation = "{\"module\":\"add\",\"entry\":{\"function\":\"add\"},"
                                        "\"input\":{\"kind\":\"parameters\",\"value\":[5,3]}}"};
  hanzo_wasm_outcome *outcome;
  expect("add", hanzo_wasm_invoke(runtime, &call, &outcome), HANZO_WASM_OK);
  expect_text("add", hanzo_wasm_outcome_json(outcome), "\"result\":{\"kind\":\"json\",\"value\":8}");
  printf("add(5, 3): %s\n", hanzo_wasm_outcome_json(outcome));
  hanzo_wasm_outcome_free(outcome);

  // A module that need not be loaded.
  call = (hanzo_wasm_call){.invocation = "{\"entry\":{\"function\":\"ask\"}}", .module = bytes_of(asks)};
  expect("ask", hanzo_wasm_invoke(runtime, &call, &outcome), HANZO_WASM_OK);
  expect_text("ask", hanzo_wasm_outcome_json(outcome), "\"value\":23");
  printf("ask(): the host's answer has 23 bytes\n");
  hanzo_wasm_outcome_free(outcome);

  call = (hanzo_wasm_call){.invocation = "{\"entry\":{\"command\":[\"hello\"]}}", .module = bytes_of(hello)};
  expect("hello", hanzo_wasm_invoke(runtime, &call, &outcome), HANZO_WASM_OK);
  hanzo_wasm_bytes out = hanzo_wasm_outcome_stdout(outcome);
  if (out.length != 21 || memcmp(out.data, "hello from the guest\n", 21) != 0) return 1;
  printf("standard output: %.*s", (int)out.length, (const char *)out.data);
  hanzo_wasm_outcome_free(outcome);

  call = (hanzo_wasm_call){
      .invocation = "{\"entry\":{\"function\":\"spin\"},\"limits\":{\"executionMilliseconds\":100}}",
      .module = bytes_of(spin)};
  expect("spin", hanzo_wasm_invoke(runtime, &call, &outcome), HANZO_WASM_TIMED_OUT);
  printf("spin(): %s\n", hanzo_wasm_outcome_json(outcome));
  hanzo_wasm_outcome_free(outcome);

  call = (hanzo_wasm_call){.invocation = "{\"module\":\"add\",\"entry\":{\"function\":\"subtract\"}}"};
  expect("subtract", hanzo_wasm_invoke(runtime, &call, NULL), HANZO_WASM_FUNCTION_NOT_FOUND);
  char *error = hanzo_wasm_last_error();
  printf("subtract(): %s\n", error);
  hanzo_wasm_free(error);

  hanzo_wasm_runtime_destroy(runtime);
  expect("after the end", hanzo_wasm_clear(runtime), HANZO_WASM_SHUT_DOWN);
  printf("all of it was as it should be\n");
  return 0;
}
