// Measures vectors of bytes and 16-bit integers: a picture blurred, sharpened and thresholded, 16 bytes at a time.
#include "vectors.h"

enum { width = 256, height = 128 };

static uint8_t picture[height][width + 32], blurred[height][width + 32];

static inline u16x8 low(u8x16 x) {
  return __builtin_convertvector(__builtin_shufflevector(x, x, 0, 1, 2, 3, 4, 5, 6, 7), u16x8);
}
static inline u16x8 high(u8x16 x) {
  return __builtin_convertvector(__builtin_shufflevector(x, x, 8, 9, 10, 11, 12, 13, 14, 15), u16x8);
}
static inline u8x16 bytes(u16x8 a, u16x8 b) {
  return __builtin_shufflevector((u8x16)a, (u8x16)b, 0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30);
}

// 1 2 1 across and down, over 16.
static void blur(void) {
  for (int y = 1; y + 1 < height; y++) {
    for (int x = 16; x < width; x += 16) {
      u16x8 sums[2] = {{0}, {0}};
      for (int dy = -1; dy <= 1; dy++) {
        for (int dx = -1; dx <= 1; dx++) {
          u8x16 here = LOAD(u8x16, &picture[y + dy][x + dx]);
          int shift = (dx == 0) + (dy == 0);
          sums[0] += low(here) << shift;
          sums[1] += high(here) << shift;
        }
      }
      STORE(&blurred[y][x], bytes(sums[0] >> 4, sums[1] >> 4));
    }
  }
}

// The picture and its difference from the blurred one, saturating, and black below a threshold.
static void sharpen(void) {
  for (int y = 1; y + 1 < height; y++) {
    for (int x = 16; x < width; x += 16) {
      u8x16 here = LOAD(u8x16, &picture[y][x]), smooth = LOAD(u8x16, &blurred[y][x]);
      u8x16 above = __builtin_elementwise_sub_sat(here, smooth), below = __builtin_elementwise_sub_sat(smooth, here);
      u8x16 sharp = __builtin_elementwise_sub_sat(__builtin_elementwise_add_sat(here, above), below);
      sharp &= (u8x16)(sharp > 40);
      STORE(&picture[y][x], __builtin_elementwise_max(sharp, here >> 1));
    }
  }
}

RUN(size) {
  Random random = random_from(3);
  uint64_t checksum = 0;
  for (int y = 0; y < height; y++) {
    for (int x = 0; x < width + 32; x++) picture[y][x] = (uint8_t)((x * y) / 64 + (int)(random_next(&random) & 31));
  }
  for (int round = 0; round < size; round++) {
    blur();
    sharpen();
    checksum = mix_bytes(checksum, picture[1 + round % (height - 2)], width);
  }
  return (int64_t)checksum;
}

START
