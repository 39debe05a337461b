// Measures a compressor: LZ77 with hash chains and lazy choice, canonical Huffman codes, bit by bit output and input;
// what is decompressed must be the text again. Bytes, tables, shifts and branches on data.
#include "support.h"

enum {
  block_capacity = 1 << 15,
  hash_bits = 13,
  most_tries = 24,
  shortest_match = 4,
  longest_match = 258,
  length_codes = 8, // 256 and up in the first alphabet: by the number of bits of the length
  symbols = 256 + length_codes + 1,
  end_symbol = symbols - 1,
  distance_codes = 16,
  longest_code = 15,
};

static uint8_t plain[block_capacity], restored[block_capacity], packed[2 * block_capacity];
static int32_t heads[1 << hash_bits], earlier[block_capacity];

// MARK: bits

typedef struct {
  uint8_t *bytes;
  uint32_t position, buffer, buffered;
} Bits;

static void put_bits(Bits *bits, uint32_t value, uint32_t count) {
  bits->buffer |= value << bits->buffered;
  bits->buffered += count;
  while (bits->buffered >= 8) {
    bits->bytes[bits->position++] = (uint8_t)bits->buffer;
    bits->buffer >>= 8;
    bits->buffered -= 8;
  }
}

static uint32_t get_bits(Bits *bits, uint32_t count) {
  while (bits->buffered < count) {
    bits->buffer |= (uint32_t)bits->bytes[bits->position++] << bits->buffered;
    bits->buffered += 8;
  }
  uint32_t value = bits->buffer & ((1u << count) - 1);
  bits->buffer >>= count;
  bits->buffered -= count;
  return value;
}

// Numbers from 1: their width is a symbol, what is below their highest bit follows as it is.
static uint32_t width_of(uint32_t number) {
  return 31 - (uint32_t)__builtin_clz(number);
}

// MARK: matches

typedef struct {
  uint16_t length; // 0: a byte
  uint16_t value;  // the byte, or the distance
} Token;

static Token tokens[block_capacity];

static uint32_t hash_at(const uint8_t *bytes) {
  uint32_t word;
  memcpy(&word, bytes, 4);
  return word * 2654435761u >> (32 - hash_bits);
}

static void remember(uint32_t position, uint32_t count) {
  if (position + shortest_match > count) return;
  uint32_t hash = hash_at(plain + position);
  earlier[position] = heads[hash];
  heads[hash] = (int32_t)position;
}

static Token longest_at(uint32_t position, uint32_t count) {
  Token best = {0, plain[position]};
  if (position + shortest_match > count) return best;
  uint32_t limit = count - position < longest_match ? count - position : longest_match;
  int32_t candidate = heads[hash_at(plain + position)];
  for (int32_t tries = 0; candidate >= 0 && tries < most_tries; tries++) {
    const uint8_t *here = plain + position, *there = plain + candidate;
    if (best.length == 0 || there[best.length] == here[best.length]) {
      uint32_t length = 0;
      while (length < limit && here[length] == there[length]) length++;
      if (length >= shortest_match && length > best.length) {
        best = (Token){(uint16_t)length, (uint16_t)(position - (uint32_t)candidate)};
        if (length == limit) break;
      }
    }
    candidate = earlier[candidate];
  }
  return best;
}

static uint32_t find_tokens(uint32_t count) {
  for (int i = 0; i < 1 << hash_bits; i++) heads[i] = -1;
  uint32_t found = 0, position = 0;
  while (position < count) {
    Token token = longest_at(position, count);
    remember(position, count);
    if (token.length > 0 && token.length < 32 && position + 1 < count) {
      // A longer match one byte later is worth a plain byte here.
      if (longest_at(position + 1, count).length > token.length) token = (Token){0, plain[position]};
    }
    tokens[found++] = token;
    uint32_t next = position + (token.length ? token.length : 1);
    while (++position < next) remember(position, count);
  }
  return found;
}

// MARK: Huffman codes

typedef struct {
  uint8_t lengths[symbols];
  uint16_t codes[symbols];           // to write: bits in the order in which they are written
  uint16_t counts[longest_code + 1]; // to read: codes of each length, and
  uint16_t sorted[symbols];          // their symbols in order
} Code;

static Code literals, distances;

static void sift_down(uint16_t *heap, int32_t count, int32_t hole, const uint32_t *weights) {
  uint16_t item = heap[hole];
  for (int32_t child; (child = 2 * hole + 1) < count; hole = child) {
    if (child + 1 < count && weights[heap[child + 1]] < weights[heap[child]]) child++;
    if (weights[heap[child]] >= weights[item]) break;
    heap[hole] = heap[child];
  }
  heap[hole] = item;
}

// Joins the two lightest trees until one is left; lighter weights for all, and again, if that is too deep.
static void choose_lengths(Code *code, const uint32_t *frequencies, int32_t count) {
  uint32_t weights[2 * symbols];
  uint16_t parents[2 * symbols], heap[symbols];
  for (int32_t halvings = 0;; halvings++) {
    int32_t live = 0, next = count;
    for (int32_t i = 0; i < count; i++) {
      weights[i] = frequencies[i] == 0 ? 0 : (frequencies[i] >> halvings) + 1;
      if (weights[i]) heap[live++] = (uint16_t)i;
    }
    for (int32_t i = live / 2 - 1; i >= 0; i--) sift_down(heap, live, i, weights);
    while (live > 1) {
      uint16_t first = heap[0];
      heap[0] = heap[--live];
      sift_down(heap, live, 0, weights);
      uint16_t second = heap[0];
      weights[next] = weights[first] + weights[second];
      parents[first] = parents[second] = (uint16_t)next;
      heap[0] = (uint16_t)next++;
      sift_down(heap, live, 0, weights);
    }
    int32_t root = next - 1;
    bool fits = true, is_joined = next > count;
    for (int32_t i = 0; i < count; i++) {
      int32_t length = 0;
      if (weights[i]) {
        for (int32_t node = i; is_joined && node != root; node = parents[node]) length++;
        if (!is_joined) length = 1; // the only symbol
      }
      if (length > longest_code) fits = false;
      code->lengths[i] = (uint8_t)length;
    }
    if (fits) return;
  }
}

static void number_codes(Code *code, int32_t count) {
  memset(code->counts, 0, sizeof code->counts);
  for (int32_t i = 0; i < count; i++) code->counts[code->lengths[i]]++;
  code->counts[0] = 0;
  uint32_t next[longest_code + 2] = {0}, place[longest_code + 2] = {0};
  for (int32_t i = 1; i <= longest_code; i++) {
    next[i + 1] = (next[i] + code->counts[i]) << 1;
    place[i + 1] = place[i] + code->counts[i];
  }
  for (int32_t i = 0; i < count; i++) {
    uint32_t length = code->lengths[i], forward = next[length]++, backward = 0;
    if (length == 0) continue;
    for (uint32_t bit = 0; bit < length; bit++) backward |= (forward >> bit & 1) << (length - 1 - bit);
    code->codes[i] = (uint16_t)backward;
    code->sorted[place[length]++] = (uint16_t)i;
  }
}

static void put_symbol(Bits *bits, const Code *code, uint32_t symbol) {
  put_bits(bits, code->codes[symbol], code->lengths[symbol]);
}

static uint32_t get_symbol(Bits *bits, const Code *code) {
  uint32_t value = 0, first = 0, index = 0;
  for (int32_t length = 1; length <= longest_code; length++) {
    value |= get_bits(bits, 1);
    if (value - first < code->counts[length]) return code->sorted[index + value - first];
    index += code->counts[length];
    first = (first + code->counts[length]) << 1;
    value <<= 1;
  }
  return end_symbol;
}

// MARK: blocks

static uint32_t compress(uint32_t count) {
  uint32_t literal_counts[symbols] = {0}, distance_counts[distance_codes] = {0};
  uint32_t found = find_tokens(count);
  for (uint32_t i = 0; i < found; i++) {
    if (tokens[i].length == 0) {
      literal_counts[tokens[i].value]++;
    } else {
      literal_counts[256 + width_of(tokens[i].length - shortest_match + 1)]++;
      distance_counts[width_of(tokens[i].value)]++;
    }
  }
  literal_counts[end_symbol] = 1;
  choose_lengths(&literals, literal_counts, symbols);
  choose_lengths(&distances, distance_counts, distance_codes);
  number_codes(&literals, symbols);
  number_codes(&distances, distance_codes);

  Bits bits = {packed, 0, 0, 0};
  for (int i = 0; i < symbols; i++) put_bits(&bits, literals.lengths[i], 4);
  for (int i = 0; i < distance_codes; i++) put_bits(&bits, distances.lengths[i], 4);
  for (uint32_t i = 0; i < found; i++) {
    Token token = tokens[i];
    if (token.length == 0) {
      put_symbol(&bits, &literals, token.value);
      continue;
    }
    uint32_t number = token.length - shortest_match + 1u, width = width_of(number);
    put_symbol(&bits, &literals, 256 + width);
    put_bits(&bits, number - (1u << width), width);
    width = width_of(token.value);
    put_symbol(&bits, &distances, width);
    put_bits(&bits, token.value - (1u << width), width);
  }
  put_symbol(&bits, &literals, end_symbol);
  put_bits(&bits, 0, 7);
  return bits.position;
}

static uint32_t decompress(void) {
  Bits bits = {packed, 0, 0, 0};
  for (int i = 0; i < symbols; i++) literals.lengths[i] = (uint8_t)get_bits(&bits, 4);
  for (int i = 0; i < distance_codes; i++) distances.lengths[i] = (uint8_t)get_bits(&bits, 4);
  number_codes(&literals, symbols);
  number_codes(&distances, distance_codes);
  uint32_t position = 0;
  while (true) {
    uint32_t symbol = get_symbol(&bits, &literals);
    if (symbol == end_symbol) return position;
    if (symbol < 256) {
      if (position == block_capacity) return 0;
      restored[position++] = (uint8_t)symbol;
      continue;
    }
    uint32_t width = symbol - 256;
    uint32_t length = (1u << width) + get_bits(&bits, width) - 1 + shortest_match;
    width = get_symbol(&bits, &distances);
    if (width >= distance_codes) return 0;
    uint32_t distance = (1u << width) + get_bits(&bits, width);
    if (distance > position || position + length > block_capacity) return 0;
    for (; length > 0; length--, position++) restored[position] = restored[position - distance];
  }
}

// Text, with some binary numbers and runs in between.
static void generate(Random *random, uint32_t count) {
  for (uint32_t position = 0; position < count;) {
    uint32_t kind = random_below(random, 8);
    uint32_t length = 16 + random_below(random, 2000);
    if (length > count - position) length = count - position;
    if (kind < 6) {
      generate_text(random, (char *)plain + position, length);
    } else if (kind == 6) {
      for (uint32_t i = 0; i < length; i++) plain[position + i] = (uint8_t)(i & 3 ? i >> 4 : random_next(random));
    } else {
      memset(plain + position, (int)(length & 7), length / 4);
      for (uint32_t i = length / 4; i < length; i++) plain[position + i] = (uint8_t)random_below(random, 16);
    }
    position += length;
  }
}

// `size`: bytes to compress and decompress, in blocks of 32 KiB.
RUN(size) {
  Random random = random_from(77);
  uint64_t checksum = 0;
  for (int32_t left = size; left > 0; left -= block_capacity) {
    uint32_t count = left < block_capacity ? (uint32_t)left : block_capacity;
    generate(&random, count);
    uint32_t length = compress(count);
    if (decompress() != count || memcmp(plain, restored, count) != 0) return -1;
    checksum = mix_bytes(checksum, packed, length);
  }
  return (int64_t)checksum;
}

START
