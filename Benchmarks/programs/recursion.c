// Measures calls: functions that call themselves and each other, several arguments deep, with little work in between
// (tak, Ackermann, Hofstadter's female and male sequences, Hanoi, permutations).
#include "support.h"

// The compiler would turn the last call of some of these into a loop, and unroll others by inlining.
#define RECURSIVE static __attribute__((noinline, disable_tail_calls))

RECURSIVE int32_t tak(int32_t x, int32_t y, int32_t z) {
  if (y >= x) return z;
  return tak(tak(x - 1, y, z), tak(y - 1, z, x), tak(z - 1, x, y));
}

RECURSIVE int32_t ackermann(int32_t m, int32_t n) {
  if (m == 0) return n + 1;
  if (n == 0) return ackermann(m - 1, 1);
  return ackermann(m - 1, ackermann(m, n - 1));
}

RECURSIVE int32_t male(int32_t n);

RECURSIVE int32_t female(int32_t n) {
  return n == 0 ? 1 : n - male(female(n - 1));
}

RECURSIVE int32_t male(int32_t n) {
  return n == 0 ? 0 : n - female(male(n - 1));
}

RECURSIVE void hanoi(int32_t disks, int32_t from, int32_t to, int32_t spare, uint32_t *moves) {
  if (disks == 0) return;
  hanoi(disks - 1, from, spare, to, moves);
  *moves = *moves * 9 + (uint32_t)(from * 3 + to);
  hanoi(disks - 1, spare, to, from, moves);
}

// Heap's algorithm: every order of the first `count` items, each weighed into the sum.
RECURSIVE void permute(int32_t *items, int32_t count, uint32_t *sum) {
  if (count <= 1) {
    *sum = *sum * 5 + (uint32_t)(items[0] * 4 + items[1] * 2 + items[2]);
    return;
  }
  for (int32_t i = 0; i < count; i++) {
    permute(items, count - 1, sum);
    int32_t other = count % 2 ? 0 : i;
    int32_t kept = items[other];
    items[other] = items[count - 1];
    items[count - 1] = kept;
  }
}

// `size`: how many rounds, of different depths.
RUN(size) {
  uint64_t checksum = 0;
  for (int32_t round = 0; round < size; round++) {
    checksum = mix(checksum, (uint64_t)tak(7 + round % 4, 5, round % 3));
    checksum = mix(checksum, (uint64_t)ackermann(2, 8 + round % 21));
    checksum = mix(checksum, (uint64_t)female(15 + round % 10));
    uint32_t moves = (uint32_t)round;
    hanoi(6 + round % 4, 0, 2, 1, &moves);
    checksum = mix(checksum, moves);
    int32_t items[6] = {round, 1, 2, 3, 4, 5};
    uint32_t sum = 0;
    permute(items, 4 + round % 3, &sum);
    checksum = mix(checksum, sum);
  }
  return (int64_t)checksum;
}

START
