// Measures integer arithmetic of both widths: the ChaCha20 stream cipher (i32 additions and rotations) and the
// Poly1305 authenticator, whose products of 26-bit limbs are sums of i64.
#include "support.h"

enum { message_capacity = 8192 };

static uint8_t message[message_capacity];

static uint32_t load32(const uint8_t *bytes) {
  return bytes[0] | (uint32_t)bytes[1] << 8 | (uint32_t)bytes[2] << 16 | (uint32_t)bytes[3] << 24;
}

static void store32(uint8_t *bytes, uint32_t word) {
  for (int i = 0; i < 4; i++) bytes[i] = (uint8_t)(word >> 8 * i);
}

// MARK: ChaCha20

static uint32_t rotated(uint32_t word, int count) {
  return word << count | word >> (32 - count);
}

static void quarter_round(uint32_t *a, uint32_t *b, uint32_t *c, uint32_t *d) {
  *a += *b, *d = rotated(*d ^ *a, 16);
  *c += *d, *b = rotated(*b ^ *c, 12);
  *a += *b, *d = rotated(*d ^ *a, 8);
  *c += *d, *b = rotated(*b ^ *c, 7);
}

static __attribute__((noinline)) void next_block(const uint32_t state[16], uint8_t stream[64]) {
  uint32_t x[16];
  memcpy(x, state, sizeof x);
  for (int i = 0; i < 10; i++) {
    quarter_round(&x[0], &x[4], &x[8], &x[12]);
    quarter_round(&x[1], &x[5], &x[9], &x[13]);
    quarter_round(&x[2], &x[6], &x[10], &x[14]);
    quarter_round(&x[3], &x[7], &x[11], &x[15]);
    quarter_round(&x[0], &x[5], &x[10], &x[15]);
    quarter_round(&x[1], &x[6], &x[11], &x[12]);
    quarter_round(&x[2], &x[7], &x[8], &x[13]);
    quarter_round(&x[3], &x[4], &x[9], &x[14]);
  }
  for (int i = 0; i < 16; i++) store32(stream + 4 * i, x[i] + state[i]);
}

static void encrypt(const uint32_t key[8], uint32_t nonce, uint8_t *bytes, uint32_t count) {
  uint32_t state[16] = {0x61707865, 0x3320646e, 0x79622d32, 0x6b206574};
  memcpy(state + 4, key, 32);
  state[12] = 1;
  state[13] = nonce;
  uint8_t stream[64];
  for (uint32_t i = 0; i < count; i++) {
    if (i % 64 == 0) {
      next_block(state, stream);
      state[12]++;
    }
    bytes[i] ^= stream[i % 64];
  }
}

// MARK: Poly1305

// Numbers modulo 2^130 - 5, as five limbs of 26 bits.
typedef struct {
  uint32_t limbs[5];
} Residue;

enum { limb_mask = (1 << 26) - 1 };

static Residue residue_of(const uint8_t bytes[16], uint32_t top_bit) {
  return (Residue){{load32(bytes) & limb_mask, load32(bytes + 3) >> 2 & limb_mask, load32(bytes + 6) >> 4 & limb_mask,
                    load32(bytes + 9) >> 6 & limb_mask, load32(bytes + 12) >> 8 | top_bit << 24}};
}

static Residue product(const Residue *left, const Residue *right) {
  uint64_t sums[5];
  for (int i = 0; i < 5; i++) {
    sums[i] = 0;
    // What is beyond limb 4 comes around again, times five.
    for (int j = 0; j < 5; j++) {
      uint64_t factor = j <= i ? right->limbs[i - j] : right->limbs[5 + i - j] * 5;
      sums[i] += left->limbs[j] * factor;
    }
  }
  Residue result;
  uint64_t carry = 0;
  for (int i = 0; i < 5; i++) {
    sums[i] += carry;
    carry = sums[i] >> 26;
    result.limbs[i] = (uint32_t)sums[i] & limb_mask;
  }
  uint64_t first = result.limbs[0] + carry * 5;
  result.limbs[0] = (uint32_t)first & limb_mask;
  result.limbs[1] += (uint32_t)(first >> 26);
  return result;
}

static void authenticate(const uint8_t key[32], const uint8_t *bytes, uint32_t count, uint8_t tag[16]) {
  uint8_t clamped[16], block[16];
  memcpy(clamped, key, 16);
  for (int i = 3; i < 16; i += 4) clamped[i] &= 15;
  for (int i = 4; i < 16; i += 4) clamped[i] &= 252;
  Residue factor = residue_of(clamped, 0), sum = {{0}};
  while (count > 0) {
    Residue part;
    if (count >= 16) {
      part = residue_of(bytes, 1);
      bytes += 16, count -= 16;
    } else {
      memset(block, 0, sizeof block);
      memcpy(block, bytes, count);
      block[count] = 1;
      part = residue_of(block, 0);
      count = 0;
    }
    for (int i = 0; i < 5; i++) sum.limbs[i] += part.limbs[i];
    sum = product(&sum, &factor);
  }
  // Carries all the way, subtracts the modulus if that is possible, and adds the second half of the key.
  uint32_t carry = 0;
  for (int round = 0; round < 2; round++) {
    for (int i = 0; i < 5; i++) {
      sum.limbs[i] += carry;
      carry = sum.limbs[i] >> 26;
      sum.limbs[i] &= limb_mask;
    }
    carry *= 5;
  }
  uint32_t reduced[5], over = 5;
  for (int i = 0; i < 5; i++) {
    reduced[i] = sum.limbs[i] + over;
    over = reduced[i] >> 26;
    reduced[i] &= limb_mask;
  }
  const uint32_t *limbs = over ? reduced : sum.limbs;
  uint64_t words[4] = {limbs[0] | (uint64_t)limbs[1] << 26, limbs[1] >> 6 | (uint64_t)limbs[2] << 20,
                       limbs[2] >> 12 | (uint64_t)limbs[3] << 14, limbs[3] >> 18 | (uint64_t)limbs[4] << 8};
  uint64_t total = 0;
  for (int i = 0; i < 4; i++) {
    total = (total >> 32) + (uint32_t)words[i] + load32(key + 16 + 4 * i);
    store32(tag + 4 * i, (uint32_t)total);
  }
}

// RFC 8439, 2.5.2.
static bool is_sound(void) {
  static const uint8_t key[32] = {0x85, 0xd6, 0xbe, 0x78, 0x57, 0x55, 0x6d, 0x33, 0x7f, 0x44, 0x52,
                                  0xfe, 0x42, 0xd5, 0x06, 0xa8, 0x01, 0x03, 0x80, 0x8a, 0xfb, 0x0d,
                                  0xb2, 0xfd, 0x4a, 0xbf, 0xf6, 0xaf, 0x41, 0x49, 0xf5, 0x1b};
  static const uint8_t expected[16] = {0xa8, 0x06, 0x1d, 0xc1, 0x30, 0x51, 0x36, 0xc6,
                                       0xc2, 0x2b, 0x8b, 0xaf, 0x0c, 0x01, 0x27, 0xa9};
  static const char text[] = "Cryptographic Forum Research Group";
  uint8_t tag[16];
  authenticate(key, (const uint8_t *)text, sizeof text - 1, tag);
  return memcmp(tag, expected, 16) == 0;
}

// `size`: kibibytes to encrypt and authenticate, in messages of up to 8 KiB.
RUN(size) {
  if (!is_sound()) return -1;
  Random random = random_from(20);
  uint64_t checksum = 0;
  uint32_t key[8];
  for (int i = 0; i < message_capacity; i++) message[i] = (uint8_t)i;
  int32_t left = size * 1024;
  for (uint32_t nonce = 0; left > 0; nonce++) {
    uint32_t count = 1 + random_below(&random, message_capacity);
    if (count > (uint32_t)left) count = (uint32_t)left;
    for (int i = 0; i < 8; i++) key[i] = random_next(&random);
    uint8_t one_time_key[32] = {0}, tag[16];
    encrypt(key, ~nonce, one_time_key, sizeof one_time_key);
    encrypt(key, nonce, message, count);
    authenticate(one_time_key, message, count, tag);
    for (int i = 0; i < 16; i += 4) checksum = mix(checksum, load32(tag + i));
    left -= (int32_t)count;
  }
  return (int64_t)checksum;
}

START
