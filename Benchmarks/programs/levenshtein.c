// Measures dynamic programming over tables of int32_t: edit distances with the way back through the table, longest
// common subsequences in a single row, and a knapsack. Loads, minima and maxima (select), stores.
#include "support.h"

enum { longest = 160, knapsack = 512 };

static char first[longest], second[longest];
static int32_t table[longest + 1][longest + 1];
static int32_t row[longest + 1], worth[knapsack + 1];

static int32_t smaller(int32_t a, int32_t b) {
  return a < b ? a : b;
}

static int32_t larger(int32_t a, int32_t b) {
  return a > b ? a : b;
}

// Insertions, deletions, replacements, and exchanges of neighbours.
static int32_t edit_distance(int32_t n, int32_t m) {
  for (int32_t i = 0; i <= n; i++) table[i][0] = i;
  for (int32_t j = 0; j <= m; j++) table[0][j] = j;
  for (int32_t i = 1; i <= n; i++) {
    for (int32_t j = 1; j <= m; j++) {
      int32_t cost = first[i - 1] != second[j - 1];
      int32_t best = smaller(smaller(table[i - 1][j], table[i][j - 1]) + 1, table[i - 1][j - 1] + cost);
      if (i > 1 && j > 1 && first[i - 1] == second[j - 2] && first[i - 2] == second[j - 1]) {
        best = smaller(best, table[i - 2][j - 2] + 1);
      }
      table[i][j] = best;
    }
  }
  return table[n][m];
}

// One of the cheapest ways from the first text to the second, as a number.
static uint64_t way_back(int32_t i, int32_t j) {
  uint64_t way = 0;
  while (i > 0 || j > 0) {
    if (i > 0 && j > 0 && first[i - 1] == second[j - 1] && table[i][j] == table[i - 1][j - 1]) {
      i--, j--;
    } else if (i > 0 && table[i][j] == table[i - 1][j] + 1) {
      way = mix(way, (uint64_t)i);
      i--;
    } else if (j > 0 && table[i][j] == table[i][j - 1] + 1) {
      way = mix(way, (uint64_t)j << 16);
      j--;
    } else if (table[i][j] == table[i - 1][j - 1] + 1) {
      way = mix(way, (uint64_t)i << 32);
      i--, j--;
    } else {
      way = mix(way, (uint64_t)i << 48);
      i -= 2, j -= 2;
    }
  }
  return way;
}

static int32_t common_length(int32_t n, int32_t m) {
  for (int32_t j = 0; j <= m; j++) row[j] = 0;
  for (int32_t i = 0; i < n; i++) {
    int32_t diagonal = 0;
    for (int32_t j = 1; j <= m; j++) {
      int32_t above = row[j];
      row[j] = first[i] == second[j - 1] ? diagonal + 1 : larger(above, row[j - 1]);
      diagonal = above;
    }
  }
  return row[m];
}

static int32_t best_load(Random *random, int32_t items) {
  for (int32_t room = 0; room <= knapsack; room++) worth[room] = 0;
  for (int32_t item = 0; item < items; item++) {
    int32_t weight = 1 + (int32_t)random_below(random, 100), value = 1 + (int32_t)random_below(random, 1000);
    for (int32_t room = knapsack; room >= weight; room--) {
      worth[room] = larger(worth[room], worth[room - weight] + value);
    }
  }
  return worth[knapsack];
}

// The second text is the first with a few changes, or a different one.
static int32_t make_pair(Random *random, int32_t n) {
  generate_text(random, first, (uint32_t)n);
  if (random_below(random, 3) == 0) {
    generate_text(random, second, longest);
    return 1 + (int32_t)random_below(random, longest);
  }
  int32_t m = 0;
  for (int32_t i = 0; i < n && m < longest; i++) {
    uint32_t change = random_below(random, 20);
    if (change == 0) continue;
    second[m++] = change == 1 ? 'x' : first[i];
    if (change == 2 && m > 1) {
      char kept = second[m - 1];
      second[m - 1] = second[m - 2];
      second[m - 2] = kept;
    }
    if (change == 3 && m < longest) second[m++] = 'y';
  }
  return m;
}

// `size`: how many pairs of texts of up to 160 bytes.
RUN(size) {
  Random random = random_from(1965);
  uint64_t checksum = 0;
  for (int32_t pair = 0; pair < size; pair++) {
    int32_t n = 1 + pair * 37 % longest;
    int32_t m = make_pair(&random, n);
    checksum = mix(checksum, (uint64_t)edit_distance(n, m));
    checksum = mix(checksum, way_back(n, m));
    checksum = mix(checksum, (uint64_t)common_length(n, m));
    checksum = mix(checksum, (uint64_t)best_load(&random, 10));
  }
  return (int64_t)checksum;
}

START
