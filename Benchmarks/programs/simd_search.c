// Measures comparisons of bytes and bit masks: characters and words looked for in a text, 16 bytes at a time.
#include "vectors.h"

enum { text_bytes = 16384 };

static uint8_t text[text_bytes + 64];

static int find_byte(int from, uint8_t byte) {
  u8x16 wanted = (u8x16){0} + byte;
  for (int i = from; i < text_bytes; i += 16) {
    uint32_t found = bitmask((i8x16)(LOAD(u8x16, text + i) == wanted));
    if (found) return i + __builtin_ctz(found);
  }
  return -1;
}

// Candidates are where the first and the last byte of the word are.
static uint32_t count_word(const uint8_t *word, int length) {
  u8x16 first = (u8x16){0} + word[0], last = (u8x16){0} + word[length - 1];
  uint32_t total = 0;
  for (int i = 0; i < text_bytes; i += 16) {
    u8x16 both = (u8x16)(LOAD(u8x16, text + i) == first) & (u8x16)(LOAD(u8x16, text + i + length - 1) == last);
    for (uint32_t found = bitmask((i8x16)both); found; found &= found - 1) {
      int at = i + __builtin_ctz(found), matched = 1;
      while (matched < length && text[at + matched] == word[matched]) matched++;
      total += matched == length;
    }
  }
  return total;
}

static uint32_t count_lines_and_words(void) {
  u8x16 lines = {0}, spaces = {0};
  uint32_t total = 0;
  for (int i = 0; i < text_bytes; i += 16) {
    u8x16 here = LOAD(u8x16, text + i);
    lines -= (u8x16)(here == '\n');
    spaces -= (u8x16)(here <= ' ');
    if ((i & 0xFF0) == 0xFF0) {
      for (int lane = 0; lane < 16; lane++) total += lines[lane] * 7u + spaces[lane];
      lines = spaces = (u8x16){0};
    }
  }
  return total;
}

RUN(size) {
  static const char *const words[] = {"sandbox", "worker", "fuel", "memory", "xylophone", "trap"};
  Random random = random_from(17);
  uint64_t checksum = 0;
  for (int i = 0; i < text_bytes;) {
    const char *word = words[random_next(&random) % 4];
    for (int j = 0; word[j] && i < text_bytes; j++) text[i++] = (uint8_t)word[j];
    for (uint32_t j = random_next(&random) % 9; j && i < text_bytes; j--) text[i++] = (uint8_t)('a' + random_next(&random) % 26);
    if (i < text_bytes) text[i++] = random_next(&random) % 9 ? ' ' : '\n';
  }
  for (int round = 0; round < size; round++) {
    const char *word = words[round % 6];
    int length = 0;
    while (word[length]) length++;
    checksum = checksum * 31 + count_word((const uint8_t *)word, length) + count_lines_and_words();
    for (int at = 0, hits = 0; hits < 20 && (at = find_byte(at, (uint8_t)('q' + round % 5))) >= 0; at++, hits++) {
      checksum = checksum * 31 + (uint64_t)at;
    }
    text[(round * 97) % text_bytes] = (uint8_t)('a' + round % 26);
  }
  return (int64_t)checksum;
}

START
