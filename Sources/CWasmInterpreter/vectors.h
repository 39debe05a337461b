// The handlers of vector instructions. This file is compiled once for each level of vector instructions that the processor
// may have: HW_LEVEL names it, and HW_X86_V3 says that it is x86-64-v3. Everything else is portable C with the compiler's
// vector types, which use SSE2 or NEON; builtins stand where no expression gives the machine's own instruction.
#ifndef HANZO_VECTORS_H
#define HANZO_VECTORS_H

#include "dispatch.h"

#if defined(__aarch64__)
#include <arm_neon.h>
#endif

#define HW_LANES(letter, base, count) \
  typedef base hw_lane_##letter; \
  typedef base hw_##letter __attribute__((vector_size(16)));
HW_LANES(i8x16, int8_t, 16)
HW_LANES(u8x16, uint8_t, 16)
HW_LANES(i16x8, int16_t, 8)
HW_LANES(u16x8, uint16_t, 8)
HW_LANES(i32x4, int32_t, 4)
HW_LANES(u32x4, uint32_t, 4)
HW_LANES(i64x2, int64_t, 2)
HW_LANES(u64x2, uint64_t, 2)
HW_LANES(f32x4, float, 4)
HW_LANES(f64x2, double, 2)
// What the machine's builtins take.
typedef char hw_chars __attribute__((vector_size(16)));
typedef uint8_t hw_u8x8 __attribute__((vector_size(8)));
typedef int8_t hw_i8x8 __attribute__((vector_size(8)));
typedef uint16_t hw_u16x4 __attribute__((vector_size(8)));
typedef int16_t hw_i16x4 __attribute__((vector_size(8)));
typedef uint32_t hw_u32x2 __attribute__((vector_size(8)));
typedef int32_t hw_i32x2 __attribute__((vector_size(8)));
typedef float hw_f32x2 __attribute__((vector_size(8)));
typedef uint16_t hw_u16x16 __attribute__((vector_size(32)));
typedef int16_t hw_i16x16 __attribute__((vector_size(32)));
typedef int32_t hw_i32x8 __attribute__((vector_size(32)));

#define HW_INLINE static inline __attribute__((always_inline))

HW_INLINE hw_v128 hw_v128_at(const void *place) {
  hw_v128 v;
  __builtin_memcpy(&v, place, sizeof v);
  return v;
}
#define HW_V128_AT(place) hw_v128_at(place)
#define SLOT_V128(o) hw_v128_at(fp + U16(o))
#define PUT_V128(o, e) do { v0 = (hw_v128)(e); __builtin_memcpy(fp + U16(o), &v0, 16); } while (0)
#define KEEP_V128(o, e) do { v0 = (hw_v128)(e); } while (0)

// Built by lanes, so that the bits of a NaN stay as they are.
#define HW_SPLAT_8x16(x) ((hw_u8x16){} + (uint8_t)(x))
#define HW_SPLAT_16x8(x) ((hw_u16x8){} + (uint16_t)(x))
#define HW_SPLAT_32x4(x) hw_splat_32x4(hw_bits_32(x))
#define HW_SPLAT_64x2(x) hw_splat_64x2(hw_bits_64(x))
HW_INLINE hw_u32x4 hw_splat_32x4(uint32_t x) { return (hw_u32x4){x, x, x, x}; }
HW_INLINE hw_u64x2 hw_splat_64x2(uint64_t x) { return (hw_u64x2){x, x}; }
#define hw_bits_32(x) _Generic((x), float: hw_f32_bits, default: hw_same_32)(x)
#define hw_bits_64(x) _Generic((x), double: hw_f64_bits, default: hw_same_64)(x)
HW_INLINE uint32_t hw_same_32(uint32_t x) { return x; }
HW_INLINE uint64_t hw_same_64(uint64_t x) { return x; }

// All bits of one lane.
#define HW_LANE_MASK_8x16(lane) \
  ((hw_v128)((hw_u8x16){0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15} == HW_SPLAT_8x16(lane)))
#define HW_LANE_MASK_16x8(lane) ((hw_v128)((hw_u16x8){0, 1, 2, 3, 4, 5, 6, 7} == HW_SPLAT_16x8(lane)))
#define HW_LANE_MASK_32x4(lane) ((hw_v128)((hw_u32x4){0, 1, 2, 3} == hw_splat_32x4(lane)))
#define HW_LANE_MASK_64x2(lane) ((hw_v128)((hw_u64x2){0, 1} == hw_splat_64x2(lane)))

HW_INLINE uint32_t hw_all_true(hw_v128 zero_lanes) { return (zero_lanes[0] | zero_lanes[1]) == 0; }

// The top bit of each lane.
#if defined(__x86_64__)
HW_INLINE uint32_t hw_i8x16_bitmask(hw_v128 x) { return (uint32_t)__builtin_ia32_pmovmskb128((hw_chars)x); }
HW_INLINE uint32_t hw_i16x8_bitmask(hw_v128 x) {
  return (uint32_t)__builtin_ia32_pmovmskb128((hw_chars)__builtin_ia32_packsswb128((hw_i16x8)x, (hw_i16x8){})) & 0xFF;
}
HW_INLINE uint32_t hw_i32x4_bitmask(hw_v128 x) { return (uint32_t)__builtin_ia32_movmskps((hw_f32x4)x); }
HW_INLINE uint32_t hw_i64x2_bitmask(hw_v128 x) { return (uint32_t)__builtin_ia32_movmskpd((hw_f64x2)x); }
#else
#define HW_BITMASK(shape, count) \
  HW_INLINE uint32_t hw_##shape##_bitmask(hw_v128 x) { \
    hw_##shape lanes = (hw_##shape)x; \
    uint32_t mask = 0; \
    for (int lane = 0; lane < count; lane++) mask |= (uint32_t)(lanes[lane] < 0) << lane; \
    return mask; \
  }
HW_BITMASK(i8x16, 16)
HW_BITMASK(i16x8, 8)
HW_BITMASK(i32x4, 4)
HW_BITMASK(i64x2, 2)
#endif

HW_INLINE hw_u8x16 hw_i8x16_popcnt(hw_v128 v) {
  hw_u8x16 x = (hw_u8x16)v;
  x -= (x >> 1) & 0x55;
  x = (x & 0x33) + ((x >> 2) & 0x33);
  return (x + (x >> 4)) & 0x0F;
}
// (x + y + 1) / 2 without the ninth bit.
#if defined(__x86_64__)
HW_INLINE hw_u8x16 hw_i8x16_avgr_u(hw_v128 x, hw_v128 y) {
  return (hw_u8x16)__builtin_ia32_pavgb128((hw_chars)x, (hw_chars)y);
}
HW_INLINE hw_u16x8 hw_i16x8_avgr_u(hw_v128 x, hw_v128 y) {
  return (hw_u16x8)__builtin_ia32_pavgw128((hw_i16x8)x, (hw_i16x8)y);
}
#else
HW_INLINE hw_u8x16 hw_i8x16_avgr_u(hw_v128 x, hw_v128 y) {
  return (hw_u8x16)(x | y) - ((hw_u8x16)(x ^ y) >> 1);
}
HW_INLINE hw_u16x8 hw_i16x8_avgr_u(hw_v128 x, hw_v128 y) {
  return (hw_u16x8)(x | y) - ((hw_u16x8)(x ^ y) >> 1);
}
#endif

// Halves, made wider.
#define HW_LOW8 0, 1, 2, 3, 4, 5, 6, 7
#define HW_HIGH8 8, 9, 10, 11, 12, 13, 14, 15
#define HW_LOW4 0, 1, 2, 3
#define HW_HIGH4 4, 5, 6, 7
#define HW_LOW2 0, 1
#define HW_HIGH2 2, 3
#define HW_EXTEND(wide, narrow, half, sign, lanes, indices) \
  HW_INLINE hw_u##wide hw_i##wide##_extend_##half##_##sign(hw_v128 x) { \
    return (hw_u##wide)__builtin_convertvector( \
        __builtin_shufflevector((hw_##lanes##narrow)x, (hw_##lanes##narrow)x, indices), hw_##lanes##wide); \
  }
HW_EXTEND(16x8, 8x16, low, s, i, HW_LOW8)
HW_EXTEND(16x8, 8x16, high, s, i, HW_HIGH8)
HW_EXTEND(16x8, 8x16, low, u, u, HW_LOW8)
HW_EXTEND(16x8, 8x16, high, u, u, HW_HIGH8)
HW_EXTEND(32x4, 16x8, low, s, i, HW_LOW4)
HW_EXTEND(32x4, 16x8, high, s, i, HW_HIGH4)
HW_EXTEND(32x4, 16x8, low, u, u, HW_LOW4)
HW_EXTEND(32x4, 16x8, high, u, u, HW_HIGH4)
HW_EXTEND(64x2, 32x4, low, s, i, HW_LOW2)
HW_EXTEND(64x2, 32x4, high, s, i, HW_HIGH2)
HW_EXTEND(64x2, 32x4, low, u, u, HW_LOW2)
HW_EXTEND(64x2, 32x4, high, u, u, HW_HIGH2)
HW_INLINE hw_u16x8 hw_i16x8_extadd_pairwise_s(hw_v128 x) {
  return (hw_u16x8)((hw_i16x8)((hw_u16x8)x << 8) >> 8) + (hw_u16x8)((hw_i16x8)x >> 8);
}
HW_INLINE hw_u16x8 hw_i16x8_extadd_pairwise_u(hw_v128 x) { return ((hw_u16x8)x & 0xFF) + ((hw_u16x8)x >> 8); }
HW_INLINE hw_u32x4 hw_i32x4_extadd_pairwise_s(hw_v128 x) {
  return (hw_u32x4)((hw_i32x4)((hw_u32x4)x << 16) >> 16) + (hw_u32x4)((hw_i32x4)x >> 16);
}
HW_INLINE hw_u32x4 hw_i32x4_extadd_pairwise_u(hw_v128 x) { return ((hw_u32x4)x & 0xFFFF) + ((hw_u32x4)x >> 16); }

// Narrowing saturates; the wide lanes are signed either way.
#define HW_NARROW(name, narrow, wide, both, low, high, least, most) \
  HW_INLINE hw_##narrow name(hw_v128 x, hw_v128 y) { \
    hw_##both lanes = __builtin_shufflevector((hw_##wide)x, (hw_##wide)y, low, high); \
    lanes = __builtin_elementwise_max(lanes, (hw_##both){} + (least)); \
    lanes = __builtin_elementwise_min(lanes, (hw_##both){} + (most)); \
    return __builtin_convertvector(lanes, hw_##narrow); \
  }
HW_NARROW(hw_i8x16_narrow_s, i8x16, i16x8, i16x16, HW_LOW8, HW_HIGH8, INT8_MIN, INT8_MAX)
HW_NARROW(hw_i8x16_narrow_u, u8x16, i16x8, i16x16, HW_LOW8, HW_HIGH8, 0, UINT8_MAX)
HW_NARROW(hw_i16x8_narrow_s, i16x8, i32x4, i32x8, HW_LOW4, HW_HIGH4, INT16_MIN, INT16_MAX)
HW_NARROW(hw_i16x8_narrow_u, u16x8, i32x4, i32x8, HW_LOW4, HW_HIGH4, 0, UINT16_MAX)

HW_INLINE hw_u32x4 hw_i32x4_dot_i16x8_s(hw_v128 x, hw_v128 y) {
#if defined(__x86_64__)
  return (hw_u32x4)__builtin_ia32_pmaddwd128((hw_i16x8)x, (hw_i16x8)y);
#else
  hw_i32x4 even = ((hw_i32x4)((hw_u32x4)x << 16) >> 16) * ((hw_i32x4)((hw_u32x4)y << 16) >> 16);
  hw_i32x4 odd = ((hw_i32x4)x >> 16) * ((hw_i32x4)y >> 16);
  return (hw_u32x4)even + (hw_u32x4)odd;
#endif
}
HW_INLINE hw_i16x8 hw_i16x8_q15mulr_sat_s(hw_v128 x, hw_v128 y) {
#if HW_X86_V3
  // Only -1 * -1 does not fit: pmulhrsw gives -1 for it, whose complement is the largest number.
  hw_i16x8 product = (hw_i16x8)__builtin_ia32_pmulhrsw128((hw_i16x8)x, (hw_i16x8)y);
  return product ^ (product == (hw_i16x8){} + INT16_MIN);
#else
  hw_i32x8 wide = __builtin_convertvector((hw_i16x8)x, hw_i32x8) * __builtin_convertvector((hw_i16x8)y, hw_i32x8);
  wide = (wide + 0x4000) >> 15;
  return __builtin_convertvector(__builtin_elementwise_min(wide, (hw_i32x8){} + INT16_MAX), hw_i16x8);
#endif
}
// Products of signed bytes, added in pairs with wrap-around.
HW_INLINE hw_u16x8 hw_i16x8_dot_i8x16(hw_v128 x, hw_v128 y) {
  hw_i16x8 even = ((hw_i16x8)((hw_u16x8)x << 8) >> 8) * ((hw_i16x8)((hw_u16x8)y << 8) >> 8);
  hw_i16x8 odd = ((hw_i16x8)x >> 8) * ((hw_i16x8)y >> 8);
  return (hw_u16x8)even + (hw_u16x8)odd;
}

// An index past the last lane gives 0.
HW_INLINE hw_v128 hw_i8x16_swizzle(hw_v128 x, hw_v128 indices) {
#if HW_X86_V3
  // pshufb looks at four bits, and gives 0 where the top bit is set.
  hw_u8x16 capped = __builtin_elementwise_add_sat((hw_u8x16)indices, (hw_u8x16){} + 0x70);
  return (hw_v128)__builtin_ia32_pshufb128((hw_chars)x, (hw_chars)capped);
#elif defined(__aarch64__)
  return (hw_v128)vqtbl1q_u8((uint8x16_t)x, (uint8x16_t)indices);
#else
  uint8_t bytes[16], from[16], result[16];
  __builtin_memcpy(bytes, &x, 16);
  __builtin_memcpy(from, &indices, 16);
  for (int lane = 0; lane < 16; lane++) result[lane] = from[lane] < 16 ? bytes[from[lane]] : 0;
  return hw_v128_at(result);
#endif
}
// `places`: for each byte of the result, which byte of x it is, and 16 bytes further on, which one of y; 0x80 is none.
HW_INLINE hw_v128 hw_i8x16_shuffle(hw_v128 x, hw_v128 y, const uint8_t *places) {
#if HW_X86_V3
  return (hw_v128)__builtin_ia32_pshufb128((hw_chars)x, (hw_chars)hw_v128_at(places)) |
         (hw_v128)__builtin_ia32_pshufb128((hw_chars)y, (hw_chars)hw_v128_at(places + 16));
#elif defined(__aarch64__)
  return (hw_v128)vqtbl1q_u8((uint8x16_t)x, vld1q_u8(places)) | (hw_v128)vqtbl1q_u8((uint8x16_t)y, vld1q_u8(places + 16));
#else
  uint8_t bytes[32], result[16];
  __builtin_memcpy(bytes, &x, 16);
  __builtin_memcpy(bytes + 16, &y, 16);
  for (int lane = 0; lane < 16; lane++)
    result[lane] = places[lane] < 16 ? bytes[places[lane]] : bytes[16 + (places[lane + 16] & 15)];
  return hw_v128_at(result);
#endif
}

// min and max: NaN if an operand is one, and -0 is less than +0. Both orders together, as the machine's own instructions
// give their second operand where the two are equal or one is a NaN.
#define HW_MIN_MAX(shape, bits) \
  HW_INLINE hw_v128 hw_##shape##_min(hw_##shape x, hw_##shape y) { \
    hw_v128 less = (hw_v128)(x < y), greater = (hw_v128)(y < x), equal = (hw_v128)(x == y); \
    hw_v128 a = (hw_v128)x, b = (hw_v128)y, other = ~(less | greater | equal); \
    return (a & less) | (b & greater) | ((a | b) & equal) | ((hw_v128)(x + y) & other); \
  } \
  HW_INLINE hw_v128 hw_##shape##_max(hw_##shape x, hw_##shape y) { \
    hw_v128 less = (hw_v128)(x < y), greater = (hw_v128)(y < x), equal = (hw_v128)(x == y); \
    hw_v128 a = (hw_v128)x, b = (hw_v128)y, other = ~(less | greater | equal); \
    return (a & greater) | (b & less) | ((a & b) & equal) | ((hw_v128)(x + y) & other); \
  } \
  HW_INLINE hw_v128 hw_##shape##_pmin(hw_##shape x, hw_##shape y) { \
    hw_v128 take = (hw_v128)(y < x); \
    return ((hw_v128)y & take) | ((hw_v128)x & ~take); \
  } \
  HW_INLINE hw_v128 hw_##shape##_pmax(hw_##shape x, hw_##shape y) { \
    hw_v128 take = (hw_v128)(x < y); \
    return ((hw_v128)y & take) | ((hw_v128)x & ~take); \
  }
HW_MIN_MAX(f32x4, 32)
HW_MIN_MAX(f64x2, 64)

// Rounding: a signalling NaN becomes quiet.
#if HW_X86_V3 || defined(__aarch64__)
#define HW_ROUNDING(shape, name, builtin) \
  HW_INLINE hw_##shape hw_##shape##_##name(hw_##shape x) { return builtin(x); }
#define HW_ROUND(shape, name, x) hw_##shape##_##name((hw_##shape)(x))
HW_ROUNDING(f32x4, ceil, __builtin_elementwise_ceil)
HW_ROUNDING(f32x4, floor, __builtin_elementwise_floor)
HW_ROUNDING(f32x4, trunc, __builtin_elementwise_trunc)
HW_ROUNDING(f32x4, nearest, __builtin_elementwise_roundeven)
HW_ROUNDING(f64x2, ceil, __builtin_elementwise_ceil)
HW_ROUNDING(f64x2, floor, __builtin_elementwise_floor)
HW_ROUNDING(f64x2, trunc, __builtin_elementwise_trunc)
HW_ROUNDING(f64x2, nearest, __builtin_elementwise_roundeven)
#else
// SSE2 has no rounding: out of line, lane by lane.
#define HW_ROUND(shape, name, x) hw_by_lanes_##shape##_##name(x)
#endif

// Conversions to integers saturate, and a NaN gives 0.
HW_INLINE hw_i32x4 hw_i32x4_trunc_sat_f32x4_s(hw_f32x4 x) {
#if defined(__x86_64__)
  // What does not fit gives the smallest integer, whose complement is the largest.
  hw_i32x4 converted = (hw_i32x4)__builtin_ia32_cvttps2dq((hw_f32x4)((hw_v128)x & (hw_v128)(x == x)));
  return converted ^ (x >= 2147483648.0f);
#elif defined(__aarch64__)
  return (hw_i32x4)vcvtq_s32_f32((float32x4_t)x);
#else
#error "i32x4.trunc_sat_f32x4_s needs an expression for this processor"
#endif
}
HW_INLINE hw_u32x4 hw_i32x4_trunc_sat_f32x4_u(hw_f32x4 x) {
#if defined(__x86_64__)
  x = (hw_f32x4)((hw_v128)x & (hw_v128)(x > 0.0f));
  hw_i32x4 isBig = x >= 2147483648.0f, isTooBig = x >= 4294967296.0f;
  hw_f32x4 rest = x - (hw_f32x4)((hw_v128)isBig & (hw_v128)((hw_f32x4){} + 2147483648.0f));
  hw_u32x4 converted = (hw_u32x4)__builtin_ia32_cvttps2dq((hw_f32x4)rest);
  return (converted ^ ((hw_u32x4)isBig & 0x80000000u)) | (hw_u32x4)isTooBig;
#else
  return (hw_u32x4)vcvtq_u32_f32((float32x4_t)x);
#endif
}
// After the clamp every value fits, so that the conversion is defined.
HW_INLINE hw_i32x4 hw_i32x4_trunc_sat_f64x2_s_zero(hw_f64x2 x) {
  x = (hw_f64x2)((hw_v128)x & (hw_v128)(x == x));
  hw_v128 low = (hw_v128)(x < -2147483648.0), high = (hw_v128)(x > 2147483647.0);
  hw_v128 clamped = ((hw_v128)x & ~(low | high)) | ((hw_v128)((hw_f64x2){} - 2147483648.0) & low) |
                    ((hw_v128)((hw_f64x2){} + 2147483647.0) & high);
  return __builtin_shufflevector(__builtin_convertvector((hw_f64x2)clamped, hw_i32x2), (hw_i32x2){}, 0, 1, 2, 3);
}
HW_INLINE hw_u32x4 hw_i32x4_trunc_sat_f64x2_u_zero(hw_f64x2 x) {
  x = (hw_f64x2)((hw_v128)x & (hw_v128)(x > 0.0));
  hw_v128 high = (hw_v128)(x > 4294967295.0);
  hw_v128 clamped = ((hw_v128)x & ~high) | ((hw_v128)((hw_f64x2){} + 4294967295.0) & high);
  return __builtin_shufflevector(__builtin_convertvector((hw_f64x2)clamped, hw_u32x2), (hw_u32x2){}, 0, 1, 2, 3);
}
HW_INLINE hw_f32x4 hw_f32x4_demote_f64x2_zero(hw_f64x2 x) {
  return __builtin_shufflevector(__builtin_convertvector(x, hw_f32x2), (hw_f32x2){}, 0, 1, 2, 3);
}

// Loads of parts.
#define HW_LOAD_EXTEND(bits, sign, narrow, wide) \
  HW_INLINE hw_##wide hw_load##bits##_##sign(const uint8_t *place) { \
    hw_##narrow lanes; \
    __builtin_memcpy(&lanes, place, 8); \
    return __builtin_convertvector(lanes, hw_##wide); \
  }
HW_LOAD_EXTEND(8, s, i8x8, i16x8)
HW_LOAD_EXTEND(8, u, u8x8, u16x8)
HW_LOAD_EXTEND(16, s, i16x4, i32x4)
HW_LOAD_EXTEND(16, u, u16x4, u32x4)
HW_LOAD_EXTEND(32, s, i32x2, i64x2)
HW_LOAD_EXTEND(32, u, u32x2, u64x2)
HW_INLINE hw_u8x16 hw_load8_splat(const uint8_t *place) { return HW_SPLAT_8x16(*place); }
HW_INLINE hw_u16x8 hw_load16_splat(const uint8_t *place) { return HW_SPLAT_16x8(hw_u16(place)); }
HW_INLINE hw_u32x4 hw_load32_splat(const uint8_t *place) { return hw_splat_32x4(hw_u32(place)); }
HW_INLINE hw_u64x2 hw_load64_splat(const uint8_t *place) { return hw_splat_64x2(hw_u64(place)); }
HW_INLINE hw_u32x4 hw_load32_zero(const uint8_t *place) { return (hw_u32x4){hw_u32(place)}; }
HW_INLINE hw_u64x2 hw_load64_zero(const uint8_t *place) { return (hw_u64x2){hw_u64(place)}; }

#include "vector-bodies.h"
#include "vector-list.inc"

const hw_handler HW_LEVEL[] = {
#undef STRAIGHT
#undef FINAL
#define STRAIGHT(name, size) handle_##name,
#define FINAL(name) handle_##name,
#include "vector-list.inc"
};

#endif
