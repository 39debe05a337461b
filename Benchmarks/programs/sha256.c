// Measures 32-bit integer arithmetic (rotations, additions, logic) over small arrays: SHA-256 of a few long and many
// short messages.
#include "support.h"

static const uint32_t round_constants[64] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};

typedef struct {
  uint32_t state[8];
  uint64_t length;
  uint8_t pending[64];
} Hash;

static uint32_t rotated(uint32_t value, int count) {
  return value >> count | value << (32 - count);
}

static void start(Hash *hash) {
  static const uint32_t initial[8] = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                                      0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
  memcpy(hash->state, initial, sizeof initial);
  hash->length = 0;
}

static __attribute__((noinline)) void add_block(uint32_t state[8], const uint8_t *block) {
  uint32_t words[64];
  for (int i = 0; i < 16; i++) {
    const uint8_t *byte = block + 4 * i;
    words[i] = (uint32_t)byte[0] << 24 | (uint32_t)byte[1] << 16 | (uint32_t)byte[2] << 8 | byte[3];
  }
  for (int i = 16; i < 64; i++) {
    uint32_t early = words[i - 15], late = words[i - 2];
    words[i] = words[i - 16] + words[i - 7] + (rotated(early, 7) ^ rotated(early, 18) ^ early >> 3) +
               (rotated(late, 17) ^ rotated(late, 19) ^ late >> 10);
  }
  uint32_t a = state[0], b = state[1], c = state[2], d = state[3];
  uint32_t e = state[4], f = state[5], g = state[6], h = state[7];
  for (int i = 0; i < 64; i++) {
    uint32_t first = h + (rotated(e, 6) ^ rotated(e, 11) ^ rotated(e, 25)) + ((e & f) ^ (~e & g)) +
                     round_constants[i] + words[i];
    uint32_t second = (rotated(a, 2) ^ rotated(a, 13) ^ rotated(a, 22)) + ((a & b) ^ (a & c) ^ (b & c));
    h = g, g = f, f = e, e = d + first;
    d = c, c = b, b = a, a = first + second;
  }
  state[0] += a, state[1] += b, state[2] += c, state[3] += d;
  state[4] += e, state[5] += f, state[6] += g, state[7] += h;
}

static void add(Hash *hash, const uint8_t *bytes, uint32_t count) {
  uint32_t filled = (uint32_t)(hash->length & 63);
  hash->length += count;
  while (count > 0) {
    if (filled == 0 && count >= 64) {
      add_block(hash->state, bytes);
      bytes += 64, count -= 64;
      continue;
    }
    uint32_t part = 64 - filled < count ? 64 - filled : count;
    memcpy(hash->pending + filled, bytes, part);
    bytes += part, count -= part, filled += part;
    if (filled == 64) {
      add_block(hash->state, hash->pending);
      filled = 0;
    }
  }
}

static void finish(Hash *hash) {
  uint64_t bits = hash->length * 8;
  uint8_t padding[72] = {0x80};
  uint32_t zeros = 64 - (uint32_t)((hash->length + 8) & 63);
  for (int i = 0; i < 8; i++) padding[zeros + (uint32_t)i] = (uint8_t)(bits >> (56 - 8 * i));
  add(hash, padding, zeros + 8);
}

enum { longest = 16384 };
static uint8_t message[longest];

// `size`: kibibytes to hash. Long messages take three quarters of them, messages of up to 200 bytes the rest.
RUN(size) {
  Hash hash;
  start(&hash);
  add(&hash, (const uint8_t *)"abc", 3);
  finish(&hash);
  if (hash.state[0] != 0xba7816bf || hash.state[7] != 0xf20015ad) return -1;

  Random random = random_from(256);
  for (int i = 0; i < longest; i++) message[i] = (uint8_t)random_next(&random);
  uint64_t checksum = 0;
  int32_t left = size * 1024;
  while (left > 0) {
    bool is_long = random_below(&random, 300) == 0;
    uint32_t count = is_long ? longest : random_below(&random, 200);
    if (count > (uint32_t)left) count = (uint32_t)left;
    start(&hash);
    add(&hash, message, count / 3);
    add(&hash, message + count / 3, count - count / 3);
    finish(&hash);
    for (int i = 0; i < 8; i++) checksum = mix(checksum, hash.state[i]);
    message[hash.state[0] % longest] ^= (uint8_t)hash.state[1];
    left -= (int32_t)count + 1;
  }
  return (int64_t)checksum;
}

START
