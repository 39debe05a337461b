// Vector instructions for x86-64-v3 (AVX2), which `hw_handler_of` takes where the processor has it.
#if defined(__x86_64__)
#pragma clang attribute push(__attribute__((target("avx,avx2,bmi,bmi2,lzcnt,popcnt"))), apply_to = function)
#define HW_LEVEL hw_vectors_v3
#define HW_X86_V3 1
#include "vectors.h"
#pragma clang attribute pop
#endif
