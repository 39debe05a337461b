// Text statistics: a real guest with loops, linear memory and strings, compiled from C without a C
// library. The host passes a text; the guest counts lines, words and bytes, finds the most frequent
// words and answers with a JSON document.
//
//   hanzo-wasm call text_statistics.wasm text_statistics '["the quick brown fox jumps over the lazy dog"]'
//
// A string parameter arrives as two integers (address and length) in memory that the host asked this
// module's own `alloc` for; the answer goes out through `env.output_write`. protocol/GUEST-ABI.md is
// the contract. `Examples/demo/build` compiles this file.
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "hanzo_guest.h"

enum {
  page_bytes = 65536,
  bucket_count = 4096,
  listed_words = 5,
};

// A bump allocator over memory that grows: every call runs in a fresh instance, so nothing has to be
// given back.
extern unsigned char __heap_base;
static uintptr_t next_free;

static void *allocate(size_t size) {
  if (next_free == 0) next_free = (uintptr_t)&__heap_base;
  uintptr_t start = (next_free + 15) & ~(uintptr_t)15;
  if (size > UINT32_MAX - start) return NULL;
  uintptr_t end = start + size;
  size_t available = __builtin_wasm_memory_size(0) * page_bytes;
  if (end > available) {
    size_t pages = (end - available + page_bytes - 1) / page_bytes;
    if (__builtin_wasm_memory_grow(0, pages) == SIZE_MAX) return NULL;
  }
  next_free = end;
  return (void *)start;
}

HANZO_EXPORT("alloc") void *alloc(size_t size) { return allocate(size); }

// A word, in lower case, and how often it came. Words of one bucket are chained.
struct word {
  const uint8_t *letters;
  uint32_t length;
  uint32_t count;
  struct word *next;
};

static struct word *buckets[bucket_count];

// Whether a word begins or goes on here: letters, digits, apostrophes and everything beyond ASCII, so that words of
// other scripts stay whole, but for the dashes and quotation marks of U+2000 to U+206F.
static bool is_word(const uint8_t *text, uint32_t available) {
  uint8_t byte = text[0];
  if (byte == 0xe2 && available > 2 && (text[1] == 0x80 || text[1] == 0x81)) return 0;
  return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') || (byte >= '0' && byte <= '9') ||
         byte == '\'' || byte >= 0x80;
}

static bool equal(const uint8_t *left, const uint8_t *right, uint32_t length) {
  for (uint32_t i = 0; i < length; i++)
    if (left[i] != right[i]) return false;
  return true;
}

// Counts a word and returns its entry, or NULL if memory ran out.
static struct word *count_word(uint8_t *letters, uint32_t length, uint32_t *distinct) {
  uint32_t hash = 2166136261u;  // FNV-1a
  for (uint32_t i = 0; i < length; i++) {
    if (letters[i] >= 'A' && letters[i] <= 'Z') letters[i] += 'a' - 'A';
    hash = (hash ^ letters[i]) * 16777619u;
  }
  struct word **bucket = &buckets[hash % bucket_count];
  for (struct word *word = *bucket; word != NULL; word = word->next) {
    if (word->length == length && equal(word->letters, letters, length)) {
      word->count++;
      return word;
    }
  }
  struct word *word = allocate(sizeof *word);
  if (word == NULL) return NULL;
  *word = (struct word){.letters = letters, .length = length, .count = 1, .next = *bucket};
  *bucket = word;
  (*distinct)++;
  return word;
}

// True if `left` is listed before `right`: the more frequent first, then in alphabetical order.
static bool precedes(const struct word *left, const struct word *right) {
  if (left->count != right->count) return left->count > right->count;
  uint32_t shorter = left->length < right->length ? left->length : right->length;
  for (uint32_t i = 0; i < shorter; i++)
    if (left->letters[i] != right->letters[i]) return left->letters[i] < right->letters[i];
  return left->length < right->length;
}

static uint32_t most_frequent(struct word *list[listed_words]) {
  uint32_t found = 0;
  for (uint32_t bucket = 0; bucket < bucket_count; bucket++) {
    for (struct word *word = buckets[bucket]; word != NULL; word = word->next) {
      uint32_t place = found;
      while (place > 0 && precedes(word, list[place - 1])) place--;
      if (place >= listed_words) continue;
      if (found < listed_words) found++;
      for (uint32_t i = found - 1; i > place; i--) list[i] = list[i - 1];
      list[place] = word;
    }
  }
  return found;
}

// The answer while it is written.
struct text {
  uint8_t *bytes;
  uint32_t length;
};

static void append(struct text *text, const char *literal) {
  while (*literal != 0) text->bytes[text->length++] = (uint8_t)*literal++;
}

static void append_number(struct text *text, uint32_t number) {
  uint8_t digits[10];
  uint32_t count = 0;
  do digits[count++] = (uint8_t)('0' + number % 10);
  while ((number /= 10) != 0);
  while (count > 0) text->bytes[text->length++] = digits[--count];
}

// Words hold no quotes, backslashes or control characters, so they need no escapes.
static void append_word(struct text *text, const struct word *word) {
  text->bytes[text->length++] = '"';
  for (uint32_t i = 0; i < word->length; i++) text->bytes[text->length++] = word->letters[i];
  text->bytes[text->length++] = '"';
}

HANZO_EXPORT("text_statistics") void text_statistics(uint8_t *characters, uint32_t length) {
  uint32_t lines = length > 0, words = 0, distinct = 0, longest = 0;
  for (uint32_t i = 0; i < length;) {
    if (!is_word(characters + i, length - i)) {
      if (characters[i] == '\n' && i + 1 < length) lines++;
      i += characters[i] == 0xe2 && length - i > 2 ? 3 : 1;
      continue;
    }
    uint32_t start = i;
    while (i < length && is_word(characters + i, length - i)) i++;
    if (i - start > longest) longest = i - start;
    if (count_word(characters + start, i - start, &distinct) == NULL) __builtin_trap();
    words++;
  }

  struct word *list[listed_words];
  uint32_t listed = most_frequent(list);
  uint32_t capacity = 256;
  for (uint32_t i = 0; i < listed; i++) capacity += list[i]->length + 40;
  struct text answer = {.bytes = allocate(capacity), .length = 0};
  if (answer.bytes == NULL) __builtin_trap();
  append(&answer, "{\"bytes\":");
  append_number(&answer, length);
  append(&answer, ",\"lines\":");
  append_number(&answer, lines);
  append(&answer, ",\"words\":");
  append_number(&answer, words);
  append(&answer, ",\"distinct\":");
  append_number(&answer, distinct);
  append(&answer, ",\"longest\":");
  append_number(&answer, longest);
  append(&answer, ",\"top\":[");
  for (uint32_t i = 0; i < listed; i++) {
    append(&answer, i == 0 ? "{\"word\":" : ",{\"word\":");
    append_word(&answer, list[i]);
    append(&answer, ",\"count\":");
    append_number(&answer, list[i]->count);
    append(&answer, "}");
  }
  append(&answer, "]}");
  if (hanzo_output_write(answer.bytes, answer.length) != (int32_t)answer.length) __builtin_trap();
}
