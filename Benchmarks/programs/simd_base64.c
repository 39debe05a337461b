// Measures shuffles, shifts, comparisons and selections of bytes: base64 there and back, 12 bytes at a time.
#include "vectors.h"

enum { input_bytes = 12 * 512, text_bytes = 16 * 512 };

static uint8_t input[input_bytes + 16], output[input_bytes + 16], text[text_bytes];

static inline u8x16 select(u8x16 mask, u8x16 yes, u8x16 no) { return (yes & mask) | (no & ~mask); }

static void encode(void) {
  for (int i = 0; i < input_bytes / 12; i++) {
    u8x16 in = LOAD(u8x16, input + 12 * i);
    // Three bytes of each group as the big-endian number in four.
    u32x4 groups = (u32x4)__builtin_shufflevector(in, (u8x16){0}, 2, 1, 0, 16, 5, 4, 3, 16, 8, 7, 6, 16, 11, 10, 9, 16);
    u8x16 sextets = (u8x16)((groups >> 18) | ((groups >> 4) & 0x3F00) | ((groups << 10) & 0x3F0000) | (groups << 24 & 0x3F000000));
    u8x16 characters = sextets + 'A';
    characters = select((u8x16)(sextets > 25), sextets + ('a' - 26), characters);
    characters = select((u8x16)(sextets > 51), sextets - (52 - '0'), characters);
    characters = select((u8x16)(sextets == 62), (u8x16){0} + '+', characters);
    characters = select((u8x16)(sextets == 63), (u8x16){0} + '/', characters);
    STORE(text + 16 * i, characters);
  }
}

static uint32_t decode(void) {
  u8x16 wrong = {0};
  for (int i = 0; i < text_bytes / 16; i++) {
    u8x16 in = LOAD(u8x16, text + 16 * i);
    u8x16 upper = in - 'A', lower = in - 'a', digit = in - '0';
    u8x16 sextets = select((u8x16)(upper < 26), upper, (u8x16){0} + 0xFF);
    sextets = select((u8x16)(lower < 26), lower + 26, sextets);
    sextets = select((u8x16)(digit < 10), digit + 52, sextets);
    sextets = select((u8x16)(in == '+'), (u8x16){0} + 62, sextets);
    sextets = select((u8x16)(in == '/'), (u8x16){0} + 63, sextets);
    wrong |= (u8x16)(sextets == 0xFF);
    u32x4 x = (u32x4)sextets;
    u32x4 groups = (x << 18 & 0xFC0000) | (x << 4 & 0x3F000) | (x >> 10 & 0xFC0) | (x >> 24 & 0x3F);
    u8x16 bytes = __builtin_shufflevector((u8x16)groups, (u8x16){0}, 2, 1, 0, 6, 5, 4, 10, 9, 8, 14, 13, 12, 16, 16, 16, 16);
    STORE(output + 12 * i, bytes);
  }
  return bitmask((i8x16)wrong);
}

RUN(size) {
  Random random = random_from(11);
  uint64_t checksum = 0;
  for (int i = 0; i < input_bytes; i++) input[i] = (uint8_t)random_next(&random);
  for (int round = 0; round < size; round++) {
    encode();
    if (round % 7 == 6) text[(round * 31) % text_bytes] = '-';
    uint32_t wrong = decode();
    checksum = mix_bytes(checksum + wrong, output + round % 100, 64);
    input[round % input_bytes] ^= text[round % text_bytes];
  }
  return (int64_t)checksum;
}

START
