// The host functions that the Hanzo WASM Runtime gives to a guest, for guests written in C (C17) or C++.
//
// GUEST-ABI.md beside this folder specifies them. Compile without a C library:
//   clang --target=wasm32 -O2 -ffreestanding -nostdlib -Wl,--no-entry -o tool.wasm tool.c
// or with wasi-libc, a program with main (a command), or functions only (a reactor):
//   clang --target=wasm32-wasi -O2 -o command.wasm command.c
//   clang --target=wasm32-wasi -O2 -mexec-model=reactor -o reactor.wasm reactor.c
// and mark what the host may call with HANZO_EXPORT("name"). What is declared here but not used is not imported.
#ifndef HANZO_GUEST_H
#define HANZO_GUEST_H

#include <stddef.h>
#include <stdint.h>
#ifdef __wasi__
#include <stdlib.h>
#endif

#ifdef __cplusplus
extern "C" {
#endif

#ifdef __wasm__
#define HANZO_IMPORT_FROM(module, name) __attribute__((import_module(module), import_name(name)))
#define HANZO_EXPORT(name) __attribute__((export_name(name), visibility("default")))
#else
#define HANZO_IMPORT_FROM(module, name)
#define HANZO_EXPORT(name)
#endif
#define HANZO_IMPORT(name) HANZO_IMPORT_FROM("env", name)

// ---- Logs -----------------------------------------------------------------------------------------------------------

/// Adds a message of `length` bytes of UTF-8 to the outcome's log.
HANZO_IMPORT("log") void hanzo_log(const char *text, size_t length);

// ---- JSON values that the host holds --------------------------------------------------------------------------------

/// Parses `length` bytes of JSON. Returns a handle (0, 1, 2 ... in each call), or -1 if it is not JSON.
HANZO_IMPORT("json_parse") int32_t hanzo_json_parse(const char *text, size_t length);

/// Writes a handle's value as compact JSON with sorted keys, ended by a NUL. Returns its address, or (const char *)-1.
/// The text is the guest's until hanzo_free or the end of the instance.
HANZO_IMPORT("json_stringify") const char *hanzo_json_stringify(int32_t handle);

/// What hanzo_json_stringify returns when it fails.
#define HANZO_NO_TEXT ((const char *)(intptr_t)-1)

/// Sends a request; all three are NUL-terminated, and `body` may be empty or null. Returns a handle to an object with
/// `status`, `headers` and `body`, or -1 if the guest may not use the network, there is no answer, or the embedder does not
/// serve it.
HANZO_IMPORT("http_request") int32_t hanzo_http_request(const char *method, const char *url, const char *body);

// ---- HTTP with headers and bytes ------------------------------------------------------------------------------------

/// Sends a request, `{"method": "POST", "url": "https://...", "headers": [["name", "value"]], "timeout_ms": 2000}`, with
/// any bytes as its body. Returns a block, its address in the high half and its length in the low half; hanzo_http_answer
/// takes it apart. The block is the guest's until hanzo_free or the end of the call.
HANZO_IMPORT("http_send")
int64_t hanzo_http_send(const char *request, size_t request_length, const void *body, size_t body_length);

/// An answer of hanzo_http_send. `head` is JSON, `{"status": 200, "headers": [["name", "value"]]}`, or
/// `{"error": {"code": "networkDenied", "message": "..."}}` with one of the codes networkDenied, timedOut, tooLarge,
/// invalidRequest and failed. Neither part ends with a NUL.
typedef struct {
  const char *head;
  size_t head_length;
  const uint8_t *body;
  size_t body_length;
} hanzo_http_parts;

/// Takes a block of hanzo_http_send apart. All is empty if it is not one.
static inline hanzo_http_parts hanzo_http_answer(int64_t block) {
  hanzo_http_parts parts = {(const char *)0, 0, (const uint8_t *)0, 0};
  const uint8_t *bytes = (const uint8_t *)(uintptr_t)((uint64_t)block >> 32);
  size_t length = (size_t)(uint32_t)block;
  if (length < 4) return parts;
  size_t head_length = bytes[0] | (size_t)bytes[1] << 8 | (size_t)bytes[2] << 16 | (size_t)bytes[3] << 24;
  if (head_length > length - 4) return parts;
  parts.head = (const char *)bytes + 4;
  parts.head_length = head_length;
  parts.body = bytes + 4 + head_length;
  parts.body_length = length - 4 - head_length;
  return parts;
}

// ---- Memory ---------------------------------------------------------------------------------------------------------

/// A block of at least `size` bytes, aligned to 16, that overlaps nothing of the guest's; NULL if there is no room.
HANZO_IMPORT("alloc") void *hanzo_alloc(size_t size);

/// Gives a block of hanzo_alloc or hanzo_json_stringify back. Anything else is ignored.
HANZO_IMPORT("free") void hanzo_free(const void *block);

#ifdef __wasi__
/// Once in a program, at file scope: exports malloc as the allocator by which the runtime brings texts and documents
/// into the guest's memory. They are the guest's then, to be freed with free.
#define HANZO_EXPORT_ALLOCATOR                                                                                        \
  HANZO_EXPORT("alloc") void *hanzo_exported_alloc(size_t size);                                                      \
  void *hanzo_exported_alloc(size_t size) { return malloc(size); }
#endif

// ---- Documents ------------------------------------------------------------------------------------------------------

/// The length in bytes of the document or the bytes that the call was given; 0 without.
HANZO_IMPORT("input_len") size_t hanzo_input_length(void);

/// Copies the next at most `capacity` bytes of it. Returns how many (0 at its end), or -1 if `target` is out of bounds.
HANZO_IMPORT("input_read") int32_t hanzo_input_read(void *target, size_t capacity);

/// Appends `length` bytes to the call's answer. Returns `length`, or -1 if `source` is out of bounds. More than the
/// call's output limit ends the call.
HANZO_IMPORT("output_write") int32_t hanzo_output_write(const void *source, size_t length);

/// Appends what is left of the call's input to its answer. Returns how many bytes.
static inline size_t hanzo_echo_input(void) {
  char piece[512];
  size_t total = 0;
  int32_t count;
  while ((count = hanzo_input_read(piece, sizeof piece)) > 0) {
    if (hanzo_output_write(piece, (size_t)count) < 0) break;
    total += (size_t)count;
  }
  return total;
}

/// An answer as a result: return hanzo_answer(address, length) from a function that was given a document.
static inline int64_t hanzo_answer(const void *address, size_t length) {
  return (int64_t)((uint64_t)(uintptr_t)address << 32 | (uint64_t)length);
}

// ---- Functions of the embedder --------------------------------------------------------------------------------------

// Declare them with their types, for instance lookup(string) -> json of module `env`:
//   HANZO_IMPORT("lookup") int64_t lookup(const char *name, size_t length);
//   hanzo_bytes row = hanzo_unpack(lookup("apple", 5));

/// A text, bytes or a JSON document in the guest's memory. A NUL that `length` does not count follows, unless it is
/// empty.
typedef struct hanzo_bytes {
  char *address;
  size_t length;
} hanzo_bytes;

/// What a function whose result is a string, bytes or json returned. An empty one has the address NULL. An error value
/// that the embedder declared is to be compared with the number before: hanzo_unpack(-1) makes no sense.
static inline hanzo_bytes hanzo_unpack(int64_t packed) {
  hanzo_bytes bytes;
  bytes.address = (char *)(uintptr_t)((uint64_t)packed >> 32);
  bytes.length = (size_t)((uint64_t)packed & 0xFFFFFFFFu);
  return bytes;
}

// ---- Custom sections ------------------------------------------------------------------------------------------------

#ifdef __wasm__
/// Once in a program, at file scope: all of its functions take documents, whatever their names are.
#define HANZO_ALL_FUNCTIONS_TAKE_DOCUMENTS HANZO_CUSTOM_SECTION("hanzo.abi", "document")
/// Once in a program, at file scope: its version, which a host sees when it loads the module.
#define HANZO_VERSION(text) HANZO_CUSTOM_SECTION("version", text)
#define HANZO_CUSTOM_SECTION(name, text)                                                                              \
  __asm__(".section .custom_section." name ",\"\",@\n.ascii \"" text "\"\n.text\n");
#endif

#ifdef __cplusplus
}
#endif

#endif
