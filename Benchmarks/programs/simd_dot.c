// Measures vectors of floats and of 16-bit integers: dot products, as a search among embeddings computes them.
#include "vectors.h"

enum { dimensions = 256, count = 64 };

static float vectors[count][dimensions];
static int16_t quantized[count][dimensions];

static float dot(const float *a, const float *b) {
  f32x4 sums[2] = {{0}, {0}};
  for (int i = 0; i < dimensions; i += 8) {
    sums[0] += LOAD(f32x4, a + i) * LOAD(f32x4, b + i);
    sums[1] += LOAD(f32x4, a + i + 4) * LOAD(f32x4, b + i + 4);
  }
  f32x4 sum = sums[0] + sums[1];
  return (sum[0] + sum[1]) + (sum[2] + sum[3]);
}

static int32_t dot16(const int16_t *a, const int16_t *b) {
  i32x4 sum = {0};
  for (int i = 0; i < dimensions; i += 8) {
    i16x8 x = LOAD(i16x8, a + i), y = LOAD(i16x8, b + i);
#ifdef __wasm__
    sum += __builtin_wasm_dot_s_i32x4_i16x8(x, y);
#else
    for (int lane = 0; lane < 4; lane++) sum[lane] += x[2 * lane] * y[2 * lane] + x[2 * lane + 1] * y[2 * lane + 1];
#endif
  }
  return (sum[0] + sum[1]) + (sum[2] + sum[3]);
}

RUN(size) {
  Random random = random_from(5);
  for (int v = 0; v < count; v++) {
    for (int i = 0; i < dimensions; i++) {
      vectors[v][i] = (float)(int32_t)(random_next(&random) & 0xFFFF) / 32768.0f - 1.0f;
      quantized[v][i] = (int16_t)(vectors[v][i] * 127.0f);
    }
  }
  uint64_t checksum = 0;
  for (int round = 0; round < size; round++) {
    const int query = round % count;
    float best = -1e30f;
    int32_t closest = 0, most = INT32_MIN;
    for (int v = 0; v < count; v++) {
      float score = dot(vectors[query], vectors[v]);
      if (v != query && score > best) best = score, closest = v;
      int32_t coarse = dot16(quantized[query], quantized[v]);
      if (v != query && coarse > most) most = coarse;
    }
    checksum = mix_double(checksum, (double)best) + (uint64_t)closest + (uint64_t)(int64_t)most;
    vectors[closest][round % dimensions] *= 0.875f;
  }
  return (int64_t)checksum;
}

START
