// Measures loads and stores of bytes, bits and words in loops with a stride: a segmented sieve over bytes, a sieve of
// the odd numbers over bits, and a linear sieve of smallest factors, from which totients follow.
#include "support.h"

enum { highest = 1 << 20, segment = 1 << 15, factored = highest / 4, root = 1024 };

static uint8_t composite[segment];
static int32_t small_primes[256], next_multiple[256];
static uint32_t odd_bits[highest / 64];
static uint32_t smallest_factor[factored], totient[factored], primes[factored / 8];

// The sum of the primes below `limit`, segment by segment, as they do it whose numbers do not fit in a cache.
static uint64_t sum_by_segments(int32_t limit) {
  int32_t count = 0;
  for (int32_t candidate = 2; candidate <= root; candidate++) {
    bool is_prime = true;
    for (int32_t i = 0; i < count && is_prime && small_primes[i] * small_primes[i] <= candidate; i++) {
      is_prime = candidate % small_primes[i] != 0;
    }
    if (!is_prime) continue;
    next_multiple[count] = candidate * candidate;
    small_primes[count++] = candidate;
  }
  uint64_t sum = 0;
  for (int32_t low = 0; low < limit; low += segment) {
    int32_t high = limit - low < segment ? limit : low + segment;
    memset(composite, 0, segment);
    for (int32_t i = 0; i < count; i++) {
      int32_t prime = small_primes[i], multiple = next_multiple[i];
      if (multiple >= high) continue;
      for (; multiple < high; multiple += prime) composite[multiple - low] = 1;
      next_multiple[i] = multiple;
    }
    for (int32_t number = low < 2 ? 2 : low; number < high; number++) {
      if (!composite[number - low]) sum += (uint64_t)number;
    }
  }
  return sum;
}

// The same sum, with a bit for every odd number.
static uint64_t sum_by_bits(int32_t limit) {
  memset(odd_bits, 0, sizeof odd_bits);
  int32_t odds = limit / 2;
  uint64_t sum = limit > 2 ? 2 : 0;
  for (int32_t i = 1; i < odds; i++) {
    if (odd_bits[i >> 5] >> (i & 31) & 1) continue;
    int32_t prime = 2 * i + 1;
    sum += (uint64_t)prime;
    if (prime > root) continue;
    for (int32_t j = prime * prime / 2; j < odds; j += prime) odd_bits[j >> 5] |= 1u << (j & 31);
  }
  return sum;
}

// Every composite number is visited once, by its smallest factor.
static uint64_t totients(uint32_t limit) {
  memset(smallest_factor, 0, sizeof smallest_factor);
  uint32_t count = 0;
  uint64_t sum = 1;
  for (uint32_t number = 2; number < limit; number++) {
    if (smallest_factor[number] == 0) {
      smallest_factor[number] = number;
      totient[number] = number - 1;
      primes[count++] = number;
    }
    sum += totient[number];
    for (uint32_t i = 0; i < count; i++) {
      uint32_t prime = primes[i];
      if (prime > smallest_factor[number] || prime * number >= limit) break;
      smallest_factor[prime * number] = prime;
      totient[prime * number] = totient[number] * (prime < smallest_factor[number] ? prime - 1 : prime);
    }
  }
  return mix(sum, count);
}

// `size`: sieves the (even) number of numbers from 0, and factors a quarter of them; beyond 1 048 576, it starts again.
RUN(size) {
  uint64_t checksum = 0;
  for (int32_t left = size & ~1; left > 0; left -= highest) {
    int32_t limit = left < highest ? left : highest;
    uint64_t sum = sum_by_segments(limit);
    if (sum_by_bits(limit) != sum) return -1;
    checksum = mix(mix(checksum, sum), totients((uint32_t)limit / 4));
  }
  return (int64_t)checksum;
}

START
