// What the benchmark programs share: how they are entered, and the few helpers that a C library would bring.
//
// A program defines `run`, with RUN, and ends with START. Compiled to WebAssembly it imports nothing and exports
// `memory`, `run(size) -> checksum`, and `_start`, which does the default work and traps when its checksum is wrong.
// Size and checksum of `_start` are DEFAULT_SIZE and DEFAULT_RESULT, which `build` takes from programs.json.
// Compiled natively with -DNATIVE, `main` prints the checksum of every size that it is given.
#pragma once

#ifdef NATIVE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#endif

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef NATIVE

#define RUN(size) static __attribute__((noinline)) int64_t run(int32_t size)
#define START                                                                \
  int main(int count, char **arguments) {                                    \
    for (int i = 1; i < count; i++) printf("%lld\n", (long long)run(atoi(arguments[i]))); \
    return 0;                                                                \
  }

#else

// The size is volatile so that the compiler cannot make a copy of `run` for it.
#define RUN(size) __attribute__((export_name("run"), noinline)) int64_t run(int32_t size)
#define START                                                                \
  __attribute__((export_name("_start"))) void _start(void) {                 \
    volatile int32_t size = DEFAULT_SIZE;                                    \
    if (run(size) != (int64_t)DEFAULT_RESULT) __builtin_trap();              \
  }

// The compiler may call these four on its own. With bulk memory the first three are single instructions; the linker
// drops what a program does not use.
void *memcpy(void *target, const void *source, size_t count) {
  return __builtin_memcpy(target, source, count);
}

void *memmove(void *target, const void *source, size_t count) {
  return __builtin_memmove(target, source, count);
}

void *memset(void *target, int byte, size_t count) {
  return __builtin_memset(target, byte, count);
}

int memcmp(const void *left, const void *right, size_t count) {
  const unsigned char *a = left, *b = right;
  for (size_t i = 0; i < count; i++) {
    if (a[i] != b[i]) return a[i] < b[i] ? -1 : 1;
  }
  return 0;
}

size_t strlen(const char *text) {
  size_t length = 0;
  while (text[length]) length++;
  return length;
}

#endif

// A small generator (xorshift): deterministic, good enough to make input, and cheap.
typedef struct {
  uint32_t state;
} Random;

static inline Random random_from(uint32_t seed) {
  return (Random){seed * 2654435761u | 1};
}

static inline uint32_t random_next(Random *random) {
  uint32_t x = random->state;
  x ^= x << 13;
  x ^= x >> 17;
  x ^= x << 5;
  return random->state = x;
}

// Below `limit`, without a division.
static inline uint32_t random_below(Random *random, uint32_t limit) {
  return (uint32_t)((uint64_t)random_next(random) * limit >> 32);
}

// From 0 up to, but not including, 1.
static inline double random_unit(Random *random) {
  return (double)random_next(random) * (1.0 / 4294967296.0);
}

// Checksums: every value that is mixed in, and the order of the values, changes the outcome.
static inline uint64_t mix(uint64_t checksum, uint64_t value) {
  checksum = (checksum ^ value) * UINT64_C(0x9E3779B97F4A7C15);
  return checksum ^ checksum >> 29;
}

static inline uint64_t mix_double(uint64_t checksum, double value) {
  uint64_t bits;
  memcpy(&bits, &value, sizeof bits);
  return mix(checksum, bits);
}

static inline uint64_t mix_bytes(uint64_t checksum, const void *bytes, uint32_t count) {
  const unsigned char *byte = bytes;
  uint32_t hash = 2166136261u;
  for (uint32_t i = 0; i < count; i++) hash = (hash ^ byte[i]) * 16777619u;
  return mix(checksum, (uint64_t)hash << 32 | count);
}

// Text of exactly `count` bytes: words of a made-up language, the short ones more often, with some punctuation.
static inline void generate_text(Random *random, char *text, uint32_t count) {
  static const char syllables[16][4] = {"ka", "to", "ri", "men", "sol", "ve", "an", "dor",
                                        "li", "us", "per", "no", "ti", "gra", "el", "om"};
  uint32_t position = 0;
  while (position < count) {
    // The product of two draws makes small word numbers likely, as in real text.
    uint32_t word = random_below(random, 1 + random_below(random, 4096));
    do {
      for (const char *letter = syllables[word & 15]; *letter && position < count; letter++) text[position++] = *letter;
      word >>= 4;
    } while (word);
    uint32_t mark = random_below(random, 16);
    if (mark == 0 && position < count) text[position++] = ',';
    if (mark == 1 && position < count) text[position++] = '.';
    if (position < count) text[position++] = mark == 2 ? '\n' : ' ';
  }
}
