// Measures backtracking: queens on boards with holes, counted once with bit masks and recursion, once with an array
// of positions and a loop; and exact covers of a grid by dominoes and corners, with bit masks alone.
#include "support.h"

// Columns and diagonals under attack are bits; `holes` has the squares of each row that must stay empty.
static uint32_t count_by_masks(const uint32_t *holes, uint32_t all, uint32_t columns, uint32_t left, uint32_t right) {
  if (columns == all) return 1;
  uint32_t count = 0;
  for (uint32_t free = all & ~(columns | left | right | *holes); free != 0; free &= free - 1) {
    uint32_t square = free & -free;
    count += count_by_masks(holes + 1, all, columns | square, (left | square) << 1, (right | square) >> 1);
  }
  return count;
}

static bool is_attacked(const int32_t *columns, int32_t row) {
  for (int32_t above = 0; above < row; above++) {
    int32_t distance = columns[row] - columns[above];
    if (distance == 0 || distance == row - above || distance == above - row) return true;
  }
  return false;
}

static uint32_t count_by_positions(const uint32_t *holes, int32_t width) {
  int32_t columns[16], row = 0;
  uint32_t count = 0;
  columns[0] = -1;
  while (row >= 0) {
    if (++columns[row] == width) {
      row--;
    } else if (!(holes[row] >> columns[row] & 1) && !is_attacked(columns, row)) {
      if (row == width - 1) {
        count++;
      } else {
        columns[++row] = -1;
      }
    }
  }
  return count;
}

// Covers the first empty square of an 8-column grid in every way that fits, by a domino or by an L of three squares,
// and goes on with the rest.
static uint32_t count_covers(uint64_t filled, uint64_t grid) {
  // Eight bits are a row; all shapes start at the first empty square.
  static const struct {
    uint64_t squares;
    int32_t first_column, last_column;
  } shapes[] = {{0x003, 0, 6}, {0x101, 0, 7}, {0x103, 0, 6}, {0x203, 0, 6}, {0x301, 0, 6}, {0x181, 1, 7}};
  if (filled == grid) return 1;
  uint32_t count = 0;
  int32_t start = __builtin_ctzll(~filled), column = start & 7;
  for (uint32_t i = 0; i < sizeof shapes / sizeof shapes[0]; i++) {
    if (column < shapes[i].first_column || column > shapes[i].last_column) continue;
    uint64_t shape = shapes[i].squares << start;
    if ((shape & filled) != 0 || (shape & ~grid) != 0) continue;
    count += count_covers(filled | shape, grid);
  }
  return count;
}

// `size`: how many boards, from 4 up to 9 squares wide.
RUN(size) {
  Random random = random_from(8);
  uint64_t checksum = 0;
  for (int32_t board = 0; board < size; board++) {
    int32_t width = 4 + board % 6;
    uint32_t holes[16] = {0}, all = (1u << width) - 1;
    for (int32_t row = 0; row < width; row++) {
      holes[row] = random_next(&random) & random_next(&random) & random_next(&random) & all;
    }
    uint32_t count = count_by_masks(holes, all, 0, 0, 0);
    if (count_by_positions(holes, width) != count) return -1;
    // The first rows of a grid; some of its squares are filled from the start.
    uint64_t grid = UINT64_MAX >> (64 - 8 * (1 + board % 3));
    uint64_t filled = (uint64_t)random_next(&random) & random_next(&random) & random_next(&random) & grid;
    checksum = mix(mix(checksum, count), count_covers(filled, grid));
  }
  return (int64_t)checksum;
}

START
