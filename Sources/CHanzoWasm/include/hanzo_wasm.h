// hanzo_wasm.h: the C interface of the Hanzo WASM Runtime (libhanzo_wasm.so).
//
// Runs WebAssembly modules that nobody has to trust in confined worker processes. docs/embedding.md explains how to
// install it and lists the members of the JSON documents.
//
// Rules that hold for everything below
//
// Strings   UTF-8, ending with a NUL. What is given to a function is only read during the call. What a function returns
//           as `char *` belongs to the caller, who frees it with hanzo_wasm_free(); what it returns as `const` belongs to
//           the library and lives as long as is said there.
// Errors    A function that can fail returns a code, HANZO_WASM_OK if it has not. hanzo_wasm_last_error() then describes
//           the error, on the thread that got it. Where a function has failed, its output parameters are NULL or 0.
// Handles   Are numbers in disguise. One that has been destroyed, or never existed, is an error (HANZO_WASM_SHUT_DOWN for a
//           runtime) and nothing worse. Only hanzo_wasm_outcome * is memory.
// Threads   Every function may be called on any thread at any time, also from a callback, unless it is said otherwise.
// Callbacks Run on threads of the library, several at the same time, and never on a thread that is inside of a function of
//           the library. Those for completions and logs have to return soon: they must not wait for another call to
//           complete, and so not call a function that is marked "blocks". Callbacks of host functions may block.
// Signals   The library neither handles nor blocks signals, and changes none of the program's dispositions.
// fork()    A child process must not use the library; exec at once is fine. All descriptors are close-on-exec.
// Versions  Functions are only added. hanzo_wasm_abi_version() is HANZO_WASM_ABI_VERSION or higher, as long as programs built
//           with this header run.
#ifndef HANZO_WASM_H
#define HANZO_WASM_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define HANZO_WASM_ABI_VERSION 2u

// The HANZO_WASM_ABI_VERSION that the library was built with.
uint32_t hanzo_wasm_abi_version(void);

// The build, as workers of the same build name it. Static.
const char *hanzo_wasm_build_id(void);

// MARK: Errors

// What went wrong. The numbers never change their meaning; hanzo_wasm_code_name() spells them as all other interfaces do.
typedef int32_t hanzo_wasm_code;
enum {
  HANZO_WASM_OK = 0,
  HANZO_WASM_MODULE_NOT_FOUND = 1,
  HANZO_WASM_FUNCTION_NOT_FOUND = 2,
  HANZO_WASM_INVALID_MODULE = 3,
  HANZO_WASM_UNSUPPORTED_FEATURE = 4,
  HANZO_WASM_UNRESOLVED_IMPORT = 5,
  HANZO_WASM_POLICY_VIOLATION = 6,
  HANZO_WASM_INVALID_CONFIGURATION = 7,
  HANZO_WASM_INVALID_ARGUMENTS = 8,
  HANZO_WASM_INVALID_RESULT = 9,
  HANZO_WASM_TRAP = 10,
  HANZO_WASM_FUEL_EXHAUSTED = 11,
  HANZO_WASM_TIMED_OUT = 12,
  HANZO_WASM_CPU_TIME_EXCEEDED = 13,
  HANZO_WASM_MEMORY_LIMIT_EXCEEDED = 14,
  HANZO_WASM_OUTPUT_LIMIT_EXCEEDED = 15,
  HANZO_WASM_HOST_FUNCTION_FAILED = 16,
  HANZO_WASM_NETWORK_DENIED = 17,
  HANZO_WASM_WORKER_CRASHED = 18,
  HANZO_WASM_WORKER_KILLED = 19,
  HANZO_WASM_SANDBOX_VIOLATION = 20,
  HANZO_WASM_SANDBOX_UNAVAILABLE = 21,
  HANZO_WASM_PROTOCOL_VIOLATION = 22,
  HANZO_WASM_RESOURCE_EXHAUSTED = 23,
  HANZO_WASM_OVERLOADED = 24,
  HANZO_WASM_NEVER_FITS = 25,
  HANZO_WASM_QUARANTINED = 26,
  HANZO_WASM_CANCELLED = 27,
  HANZO_WASM_SHUT_DOWN = 28
};

// "moduleNotFound" and so on, "ok" for HANZO_WASM_OK, NULL for a number that is no code. Static.
const char *hanzo_wasm_code_name(hanzo_wasm_code code);

// The code of the last function of this thread that returned one.
hanzo_wasm_code hanzo_wasm_last_error_code(void);

// The last error of this thread as a JSON object: code, message, fault ("guest", "caller", "capacity", "host"), execution
// ("notStarted": the call may be repeated; "maybeRan"), and what else is known. NULL if the last function did not fail.
// To be freed.
char *hanzo_wasm_last_error(void);

// Frees what a function has returned as `char *`. NULL is allowed.
void hanzo_wasm_free(char *string);

// Bytes that somebody else owns. `data` may be NULL if `length` is 0.
typedef struct hanzo_wasm_bytes {
  const uint8_t *data;
  size_t length;
} hanzo_wasm_bytes;

// MARK: Functions of the program that guests may call

// One call of such a function by a guest.
typedef struct hanzo_wasm_host_call hanzo_wasm_host_call;

// Called for each call of the function. It answers the call once, with hanzo_wasm_host_call_return() or
// hanzo_wasm_host_call_fail(), before it returns or later and on any thread. A call that is never answered ends with the
// guest's deadline.
typedef void (*hanzo_wasm_host_callback)(void *context, hanzo_wasm_host_call *call);

typedef struct hanzo_wasm_host_function {
  // A JSON object: "name"; "module" (default "env"); "parameters", a list of "i32", "i64", "f32", "f64", "string", "bytes",
  // "json", "cString" (default none); "result", one of these but "cString", or "jsonHandle" (default none); "errorValue", a
  // whole number that the guest gets if the function fails (default: the guest's call fails); "fuel" (default 0).
  const char *declaration;
  hanzo_wasm_host_callback callback;
  void *context;
} hanzo_wasm_host_function;

// The arguments as a JSON array. Bytes are null there: hanzo_wasm_host_call_bytes() has them. Valid until the call is
// answered or its runtime is destroyed; NULL for a call that has been.
const char *hanzo_wasm_host_call_arguments(hanzo_wasm_host_call *call);

// Argument `index` as it came: of a text or a JSON document its UTF-8, of bytes the bytes; nothing for a number. Valid as
// long as the arguments are.
hanzo_wasm_bytes hanzo_wasm_host_call_bytes(hanzo_wasm_host_call *call, size_t index);

// {"module": name, "function": name, "remainingNanoseconds": number}: the guest's call. To be freed; NULL for a call that
// has been answered.
char *hanzo_wasm_host_call_caller(hanzo_wasm_host_call *call);

// Whether nobody waits for the answer any more: the guest's call has ended.
int hanzo_wasm_host_call_is_cancelled(hanzo_wasm_host_call *call);

// Answers with a JSON value, or with `bytes` where the result is declared as "bytes" (`json` is NULL then). A function
// without a result answers with NULL and no bytes. The handle ends.
//
// HANZO_WASM_INVALID_ARGUMENTS: it has been answered already, or `json` is not JSON; then it is still to be answered.
hanzo_wasm_code hanzo_wasm_host_call_return(hanzo_wasm_host_call *call, const char *json, hanzo_wasm_bytes bytes);

// Answers that the function has failed. The guest is not told the message; the caller of the guest's function is. The
// handle ends.
hanzo_wasm_code hanzo_wasm_host_call_fail(hanzo_wasm_host_call *call, const char *message);

// MARK: A runtime

typedef struct hanzo_wasm_runtime hanzo_wasm_runtime;

// Called for each line of the library's log: "trace", "debug", "info", "notice", "warning", "error" or "critical", a
// sentence, and a JSON object of texts. They are valid until it returns.
typedef void (*hanzo_wasm_log_callback)(void *context, const char *level, const char *message, const char *metadata);

typedef struct hanzo_wasm_options {
  // sizeof(hanzo_wasm_options): a later library knows by that what this program's header had.
  size_t size;
  // The configuration, a JSON object; NULL for the defaults.
  const char *config;
  const hanzo_wasm_host_function *host_functions;
  size_t host_function_count;
  // NULL for no log.
  hanzo_wasm_log_callback log;
  void *log_context;
} hanzo_wasm_options;

// Makes a runtime. `options` may be NULL. Contexts of callbacks have to live until hanzo_wasm_runtime_destroy() returns.
//
// HANZO_WASM_INVALID_CONFIGURATION: the error lists every mistake. HANZO_WASM_SANDBOX_UNAVAILABLE: there is no worker
// executable that may be used. HANZO_WASM_RESOURCE_EXHAUSTED: no descriptor or thread is left.
hanzo_wasm_code hanzo_wasm_runtime_create(const hanzo_wasm_options *options, hanzo_wasm_runtime **runtime);

// Refuses new calls and ends the workers; with `graceful` other than 0 accepted calls may finish first, within their
// deadlines. Blocks until every worker has ended. The handle stays valid.
hanzo_wasm_code hanzo_wasm_runtime_shutdown(hanzo_wasm_runtime *runtime, int graceful);

// Shuts the runtime down, not gracefully, and forgets the handle. Blocks until every worker has ended and every completion
// has been called and has returned: nothing of this runtime calls back afterwards. In a callback it does not block, and
// what is said above comes true later. NULL, and a runtime that has been destroyed, are ignored.
void hanzo_wasm_runtime_destroy(hanzo_wasm_runtime *runtime);

// What runs at the moment, which layers of confinement are in force, what is quarantined: a JSON object, to be freed.
hanzo_wasm_code hanzo_wasm_runtime_status(hanzo_wasm_runtime *runtime, char **status);

// Counters since the runtime was made: a JSON object, to be freed.
hanzo_wasm_code hanzo_wasm_runtime_statistics(hanzo_wasm_runtime *runtime, char **statistics);

// Whether this machine can run workers with this configuration (NULL: the default): starts one, looks at it, and ends it.
// Blocks. The report is a JSON object, to be freed, also when the machine cannot ("ok" is false, "error" says why).
hanzo_wasm_code hanzo_wasm_probe(const char *config, char **report);

// MARK: Modules

// Loads a module (binary or text format) under a name. Blocks until a worker has decoded and validated it.
//
// `options` may be NULL, or a JSON object: "domain", a trust domain's name; "policy", what the module may import and must
// export. `info`, if it is not NULL, gets the module's interface as a JSON object, to be freed.
hanzo_wasm_code hanzo_wasm_load(
    hanzo_wasm_runtime *runtime, const char *name, hanzo_wasm_bytes module, const char *options, char **info);

// Has a worker decode and validate a module (binary or text format) that is not loaded; nothing of it runs, and nothing is
// kept. Blocks.
//
// `options` may be NULL, or a JSON object: "policy", as for hanzo_wasm_load(). `info`, if it is not NULL, gets the module's
// interface as a JSON object, to be freed. The code is what hanzo_wasm_load() would return. Since version 2 of the ABI.
hanzo_wasm_code hanzo_wasm_validate(
    hanzo_wasm_runtime *runtime, hanzo_wasm_bytes module, const char *options, char **info);

// Forgets a module; calls that are running finish. `was_loaded`, if it is not NULL, says whether there was one.
hanzo_wasm_code hanzo_wasm_unload(hanzo_wasm_runtime *runtime, const char *name, int *was_loaded);

// The names of the loaded modules as a JSON array, to be freed.
hanzo_wasm_code hanzo_wasm_list(hanzo_wasm_runtime *runtime, char **names);

// What hanzo_wasm_load() said about a module, to be freed. HANZO_WASM_MODULE_NOT_FOUND if there is none of that name.
hanzo_wasm_code hanzo_wasm_info(hanzo_wasm_runtime *runtime, const char *name, char **info);

// Forgets all modules.
hanzo_wasm_code hanzo_wasm_clear(hanzo_wasm_runtime *runtime);

// MARK: Calls

// What came of a call. It belongs to whoever got it, and is freed with hanzo_wasm_outcome_free().
typedef struct hanzo_wasm_outcome hanzo_wasm_outcome;

// HANZO_WASM_OK, or why the call failed.
hanzo_wasm_code hanzo_wasm_outcome_code(const hanzo_wasm_outcome *outcome);

// The outcome as a JSON object: "result" or "error", "logs", "logsTruncated", "exitCode", "networkDenied", "usage". Valid
// until the outcome is freed.
const char *hanzo_wasm_outcome_json(const hanzo_wasm_outcome *outcome);

// The result's bytes where its kind is "bytes" or "documentText", and what the guest wrote to its standard output and
// standard error, also if the call failed. Valid until the outcome is freed.
hanzo_wasm_bytes hanzo_wasm_outcome_bytes(const hanzo_wasm_outcome *outcome);
hanzo_wasm_bytes hanzo_wasm_outcome_stdout(const hanzo_wasm_outcome *outcome);
hanzo_wasm_bytes hanzo_wasm_outcome_stderr(const hanzo_wasm_outcome *outcome);

// NULL is allowed.
void hanzo_wasm_outcome_free(hanzo_wasm_outcome *outcome);

// What is to be executed.
typedef struct hanzo_wasm_call {
  // A JSON object: "module", "entry", and what else there is to say.
  const char *invocation;
  // The input, where its kind is "documentText", "bytes" or "stdin".
  hanzo_wasm_bytes input;
  // A module that need not be loaded, instead of "module"; with data NULL there is none.
  hanzo_wasm_bytes module;
} hanzo_wasm_call;

// Executes a call. Blocks until it has ended, at the latest at its deadline.
//
// The code is that of the call. `outcome`, if it is not NULL, gets the outcome also if the call failed; it stays NULL if
// there was nothing to execute: the document has mistakes, or the runtime does not exist.
hanzo_wasm_code hanzo_wasm_invoke(
    hanzo_wasm_runtime *runtime, const hanzo_wasm_call *call, hanzo_wasm_outcome **outcome);

// Called when a call has ended, with its outcome, which then belongs to the callback.
typedef void (*hanzo_wasm_completion)(void *context, hanzo_wasm_outcome *outcome);

// Executes a call, and calls back when it has ended: exactly once if this function returns HANZO_WASM_OK, whatever happens
// afterwards (the call is cancelled, the runtime is destroyed), and never if it does not. It may happen before this
// function has returned; `id`, if it is not NULL, has been set before. It names the call for hanzo_wasm_cancel().
hanzo_wasm_code hanzo_wasm_invoke_async(
    hanzo_wasm_runtime *runtime, const hanzo_wasm_call *call, hanzo_wasm_completion completion, void *context,
    uint64_t *id);

// Cancels a call: it ends with HANZO_WASM_CANCELLED, and its worker is killed, if it has not ended yet. Ids of calls that
// have ended are ignored; they are never used again.
hanzo_wasm_code hanzo_wasm_cancel(hanzo_wasm_runtime *runtime, uint64_t id);

#ifdef __cplusplus
}
#endif

#endif
