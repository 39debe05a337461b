// Vectors of 16 bytes for the programs that measure SIMD: the compiler's own, so that they also run natively.
#pragma once

#include "support.h"

typedef uint8_t u8x16 __attribute__((vector_size(16)));
typedef int8_t i8x16 __attribute__((vector_size(16)));
typedef uint8_t u8x8 __attribute__((vector_size(8)));
typedef uint16_t u16x8 __attribute__((vector_size(16)));
typedef int16_t i16x8 __attribute__((vector_size(16)));
typedef uint32_t u32x4 __attribute__((vector_size(16)));
typedef int32_t i32x4 __attribute__((vector_size(16)));
typedef float f32x4 __attribute__((vector_size(16)));

#define LOAD(type, place) ({ type loaded; __builtin_memcpy(&loaded, (place), sizeof loaded); loaded; })
#define STORE(place, value) do { __auto_type stored = (value); __builtin_memcpy((place), &stored, sizeof stored); } while (0)

// The top bit of each byte.
static inline uint32_t bitmask(i8x16 bytes) {
#ifdef __wasm__
  return (uint32_t)__builtin_wasm_bitmask_i8x16(bytes);
#else
  uint32_t mask = 0;
  for (int lane = 0; lane < 16; lane++) mask |= (uint32_t)(bytes[lane] < 0) << lane;
  return mask;
#endif
}
