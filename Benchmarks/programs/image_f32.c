// Measures f32 arithmetic and conversions: a picture of bytes made linear, blurred, searched for edges, scaled down
// and turned into bytes again, with rational approximations in place of powers.
#include "support.h"

enum { largest = 256, margin = 2, stride = largest + 2 * margin };

static uint8_t picture[largest][largest], result[largest][largest];
static float light[stride][stride], blurred[stride][stride], passed[stride][stride];

// The light of a byte, about its 2.2th power, and back: good to a few thousandths, exact at both ends.
static float linear(uint8_t byte) {
  float x = (float)byte * (1.0f / 255);
  return x * x * (0.78f + 0.22f * x);
}

static float encoded(float x) {
  if (x <= 0) return 0;
  float root = __builtin_sqrtf(x);
  return root * (1.138f + 0.3f * x) / (1 + 0.438f * x);
}

static uint8_t byte_of(float x) {
  float scaled = x * 255 + 0.5f;
  return scaled < 0 ? 0 : scaled > 255 ? 255 : (uint8_t)(int32_t)scaled;
}

// Smooth slopes, disks and noise.
static void draw(Random *random, int32_t n) {
  float cx = (float)random_below(random, (uint32_t)n), cy = (float)random_below(random, (uint32_t)n);
  float radius = (float)n / 3;
  for (int32_t y = 0; y < n; y++) {
    for (int32_t x = 0; x < n; x++) {
      float dx = (float)x - cx, dy = (float)y - cy;
      float inside = dx * dx + dy * dy < radius * radius ? 0.4f : 0.0f;
      float slope = 0.5f * (float)(x + y) / (float)(2 * n);
      picture[y][x] = byte_of(inside + slope + 0.1f * (float)(random_next(random) & 7) / 7);
    }
  }
}

// Repeats the border outwards, so that the filters need no tests.
static void extend(float image[stride][stride], int32_t n) {
  for (int32_t y = margin; y < n + margin; y++) {
    for (int32_t x = 0; x < margin; x++) {
      image[y][x] = image[y][margin];
      image[y][n + margin + x] = image[y][n + margin - 1];
    }
  }
  for (int32_t y = 0; y < margin; y++) {
    for (int32_t x = 0; x < n + 2 * margin; x++) {
      image[y][x] = image[margin][x];
      image[n + margin + y][x] = image[n + margin - 1][x];
    }
  }
}

static void blur(int32_t n) {
  static const float weights[5] = {0.0625f, 0.25f, 0.375f, 0.25f, 0.0625f};
  for (int32_t y = 0; y < n + 2 * margin; y++) {
    for (int32_t x = margin; x < n + margin; x++) {
      float sum = 0;
      for (int32_t i = 0; i < 5; i++) sum += weights[i] * light[y][x + i - 2];
      passed[y][x] = sum;
    }
  }
  for (int32_t y = margin; y < n + margin; y++) {
    for (int32_t x = margin; x < n + margin; x++) {
      float sum = 0;
      for (int32_t i = 0; i < 5; i++) sum += weights[i] * passed[y + i - 2][x];
      blurred[y][x] = sum;
    }
  }
}

static float edge_at(int32_t y, int32_t x) {
  const float *above = blurred[y - 1] + x, *here = blurred[y] + x, *below = blurred[y + 1] + x;
  float across = above[1] + 2 * here[1] + below[1] - above[-1] - 2 * here[-1] - below[-1];
  float down = below[-1] + 2 * below[0] + below[1] - above[-1] - 2 * above[0] - above[1];
  return __builtin_sqrtf(across * across + down * down);
}

// `size`: the picture's width, at most 256; larger numbers mean further pictures.
RUN(size) {
  Random random = random_from(255);
  uint64_t checksum = 0;
  for (int32_t left = size; left > 0; left -= largest) {
    int32_t n = left < largest ? left : largest;
    draw(&random, n);
    for (int32_t y = 0; y < n; y++) {
      for (int32_t x = 0; x < n; x++) light[y + margin][x + margin] = linear(picture[y][x]);
    }
    extend(light, n);
    blur(n);
    extend(blurred, n);
    float brightest = 0, total = 0;
    for (int32_t y = 0; y < n; y++) {
      for (int32_t x = 0; x < n; x++) {
        float sharpened = 1.5f * light[y + margin][x + margin] - 0.5f * blurred[y + margin][x + margin];
        float value = sharpened + 0.25f * edge_at(y + margin, x + margin);
        if (value > brightest) brightest = value;
        total += value;
        result[y][x] = byte_of(encoded(value));
      }
      checksum = mix_bytes(checksum, result[y], (uint32_t)n);
    }
    for (int32_t y = 0; y + 1 < n; y += 2) {
      for (int32_t x = 0; x + 1 < n; x += 2) {
        float mean = 0.25f * (linear(result[y][x]) + linear(result[y][x + 1]) + linear(result[y + 1][x]) +
                              linear(result[y + 1][x + 1]));
        picture[y / 2][x / 2] = byte_of(encoded(mean));
      }
      checksum = mix_bytes(checksum, picture[y / 2], (uint32_t)n / 2);
    }
    checksum = mix_double(mix_double(checksum, (double)brightest), (double)total);
  }
  return (int64_t)checksum;
}

START
