// Measures byte loads and unpredictable branches: words and phrases searched in generated text, by comparing at every
// position, by Horspool's method, and by that of Knuth, Morris and Pratt; a wildcard matcher and word counts, too.
#include "support.h"

enum { text_capacity = 1 << 16, longest_pattern = 24 };

static char text[text_capacity];

// All three call this for every occurrence they find.
static void found(uint64_t *sum, uint32_t position) {
  *sum = *sum * 31 + position;
}

static uint64_t search_naively(const char *text, uint32_t count, const char *pattern, uint32_t length) {
  uint64_t sum = 0;
  for (uint32_t start = 0; start + length <= count; start++) {
    uint32_t i = 0;
    while (i < length && text[start + i] == pattern[i]) i++;
    if (i == length) found(&sum, start);
  }
  return sum;
}

static uint64_t search_horspool(const char *text, uint32_t count, const char *pattern, uint32_t length) {
  uint64_t sum = 0;
  uint8_t shift[256];
  memset(shift, (int)length, sizeof shift);
  for (uint32_t i = 0; i + 1 < length; i++) shift[(uint8_t)pattern[i]] = (uint8_t)(length - 1 - i);
  for (uint32_t start = 0; start + length <= count; start += shift[(uint8_t)text[start + length - 1]]) {
    uint32_t i = length;
    while (i > 0 && text[start + i - 1] == pattern[i - 1]) i--;
    if (i == 0) found(&sum, start);
  }
  return sum;
}

static uint64_t search_by_borders(const char *text, uint32_t count, const char *pattern, uint32_t length) {
  uint64_t sum = 0;
  uint32_t border[longest_pattern + 1] = {0, 0};
  for (uint32_t i = 1, matched = 0; i < length; i++) {
    while (matched > 0 && pattern[i] != pattern[matched]) matched = border[matched];
    if (pattern[i] == pattern[matched]) matched++;
    border[i + 1] = matched;
  }
  for (uint32_t i = 0, matched = 0; i < count; i++) {
    while (matched > 0 && text[i] != pattern[matched]) matched = border[matched];
    if (text[i] == pattern[matched]) matched++;
    if (matched == length) {
      found(&sum, i + 1 - length);
      matched = border[matched];
    }
  }
  return sum;
}

// `?` stands for any byte, `*` for any number of them.
static bool matches(const char *text, uint32_t count, const char *pattern) {
  uint32_t i = 0, retry = 0;
  const char *star = NULL;
  while (i < count) {
    if (*pattern == '*') {
      star = ++pattern;
      retry = i;
    } else if (*pattern && (*pattern == '?' || *pattern == text[i])) {
      pattern++, i++;
    } else if (star) {
      pattern = star;
      i = ++retry;
    } else {
      return false;
    }
  }
  while (*pattern == '*') pattern++;
  return *pattern == 0;
}

static uint64_t examine_lines(const char *text, uint32_t count) {
  static const char *const wildcards[] = {"*men*dor*", "ka*", "*?? to*sol?*", "*us."};
  uint64_t sum = 0;
  uint32_t start = 0, words = 0;
  bool in_word = false;
  for (uint32_t i = 0; i < count; i++) {
    bool is_letter = text[i] >= 'a' && text[i] <= 'z';
    words += is_letter && !in_word;
    in_word = is_letter;
    if (text[i] != '\n') continue;
    for (uint32_t w = 0; w < 4; w++) sum = sum * 3 + matches(text + start, i - start, wildcards[w]);
    start = i + 1;
  }
  return mix(sum, words);
}

// `size`: bytes of text, in parts of 64 KiB, each of them searched for six patterns.
RUN(size) {
  Random random = random_from(1977);
  uint64_t checksum = 0;
  for (int32_t left = size; left > 0; left -= text_capacity) {
    uint32_t count = left < text_capacity ? (uint32_t)left : text_capacity;
    generate_text(&random, text, count);
    for (int32_t i = 0; i < 6; i++) {
      // Copied from the text, so that it occurs, or generated, so that it may not.
      char pattern[longest_pattern];
      uint32_t length = 3 + random_below(&random, longest_pattern - 2);
      if (length > count) length = count;
      if (i % 3 == 2) generate_text(&random, pattern, length);
      else memcpy(pattern, text + random_below(&random, count - length + 1), length);
      uint64_t sum = search_naively(text, count, pattern, length);
      if (search_horspool(text, count, pattern, length) != sum) return -1;
      if (search_by_borders(text, count, pattern, length) != sum) return -1;
      checksum = mix(checksum, sum);
    }
    checksum = mix(checksum, examine_lines(text, count));
  }
  return (int64_t)checksum;
}

START
