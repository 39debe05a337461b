// Measures compares, branches and moves that depend on data: quicksort and heapsort over int32_t compared directly,
// and a generic quicksort in the manner of qsort, which calls its comparison through a pointer (call_indirect).
#include "support.h"

enum { capacity = 1 << 16 };

typedef struct {
  int32_t group;
  uint32_t weight;
  char name[8];
} Record;

static int32_t numbers[capacity];
static Record records[capacity];

static void insertion_sort(int32_t *items, int32_t count) {
  for (int32_t i = 1; i < count; i++) {
    int32_t item = items[i], j = i;
    for (; j > 0 && items[j - 1] > item; j--) items[j] = items[j - 1];
    items[j] = item;
  }
}

static int32_t median(int32_t a, int32_t b, int32_t c) {
  if (a < b) return b < c ? b : a < c ? c : a;
  return a < c ? a : b < c ? c : b;
}

static void quicksort(int32_t *items, int32_t count) {
  while (count > 12) {
    int32_t pivot = median(items[0], items[count / 2], items[count - 1]);
    int32_t left = 0, right = count - 1;
    while (left <= right) {
      while (items[left] < pivot) left++;
      while (items[right] > pivot) right--;
      if (left > right) break;
      int32_t kept = items[left];
      items[left++] = items[right];
      items[right--] = kept;
    }
    // The smaller side by a call, the larger one here: the depth stays logarithmic.
    if (right + 1 < count - left) {
      quicksort(items, right + 1);
      items += left, count -= left;
    } else {
      quicksort(items + left, count - left);
      count = right + 1;
    }
  }
  insertion_sort(items, count);
}

static void sift_down(int32_t *heap, int32_t hole, int32_t count) {
  int32_t item = heap[hole];
  for (int32_t child; (child = 2 * hole + 1) < count; hole = child) {
    if (child + 1 < count && heap[child + 1] > heap[child]) child++;
    if (heap[child] <= item) break;
    heap[hole] = heap[child];
  }
  heap[hole] = item;
}

static void heapsort(int32_t *items, int32_t count) {
  for (int32_t i = count / 2 - 1; i >= 0; i--) sift_down(items, i, count);
  for (int32_t last = count - 1; last > 0; last--) {
    int32_t largest = items[0];
    items[0] = items[last];
    items[last] = largest;
    sift_down(items, 0, last);
  }
}

typedef int Comparison(const void *left, const void *right);

static void swap(char *left, char *right, size_t width) {
  for (size_t i = 0; i < width; i++) {
    char kept = left[i];
    left[i] = right[i];
    right[i] = kept;
  }
}

static __attribute__((noinline)) void generic_sort(void *base, size_t count, size_t width, Comparison *compare) {
  char *first = base;
  while (count > 1) {
    char *last = first + (count - 1) * width;
    swap(first, first + count / 2 * width, width);
    char *low = first, *high = last + width;
    while (true) {
      do low += width;
      while (low <= last && compare(low, first) < 0);
      do high -= width;
      while (compare(high, first) > 0);
      if (low >= high) break;
      swap(low, high, width);
    }
    swap(first, high, width);
    size_t smaller = (size_t)(high - first) / width, larger = count - smaller - 1;
    if (smaller < larger) {
      generic_sort(first, smaller, width, compare);
      first = high + width, count = larger;
    } else {
      generic_sort(high + width, larger, width, compare);
      count = smaller;
    }
  }
}

static int by_number(const void *left, const void *right) {
  int32_t a = *(const int32_t *)left, b = *(const int32_t *)right;
  return (a > b) - (a < b);
}

static int by_name(const void *left, const void *right) {
  const Record *a = left, *b = right;
  for (size_t i = 0; i < sizeof a->name; i++) {
    if (a->name[i] != b->name[i]) return a->name[i] < b->name[i] ? -1 : 1;
  }
  return a->weight < b->weight ? -1 : a->weight > b->weight;
}

static int by_group_then_weight(const void *left, const void *right) {
  const Record *a = left, *b = right;
  if (a->group != b->group) return a->group < b->group ? -1 : 1;
  return a->weight < b->weight ? 1 : a->weight > b->weight ? -1 : 0;
}

static void fill(Random *random, int32_t count, int32_t kind) {
  for (int32_t i = 0; i < count; i++) {
    switch (kind) {
    case 0: numbers[i] = (int32_t)random_next(random); break;               // anything
    case 1: numbers[i] = (int32_t)random_below(random, 100) - 50; break;    // many equal
    default: numbers[i] = 3 * i + (int32_t)random_below(random, 64); break; // nearly sorted
    }
  }
}

static uint64_t mixed_numbers(uint64_t checksum, int32_t count) {
  for (int32_t i = 0; i < count; i++) checksum = mix(checksum, (uint64_t)numbers[i]);
  return checksum;
}

static uint64_t mixed_records(uint64_t checksum, int32_t count) {
  for (int32_t i = 0; i < count; i++) checksum = mix(checksum, records[i].weight);
  return checksum;
}

// `size`: how many items each of the sorts gets, at most 65 536.
RUN(size) {
  static Comparison *const orders[] = {by_name, by_group_then_weight};
  if (size > capacity) size = capacity;
  Random random = random_from(7);
  uint64_t checksum = 0;
  for (int32_t kind = 0; kind < 3; kind++) {
    fill(&random, size, kind);
    quicksort(numbers, size);
    checksum = mixed_numbers(checksum, size);
    fill(&random, size, kind);
    heapsort(numbers, size);
    checksum = mixed_numbers(checksum, size);
    fill(&random, size, kind);
    generic_sort(numbers, (size_t)size, sizeof numbers[0], by_number);
    checksum = mixed_numbers(checksum, size);
  }
  for (int32_t i = 0; i < size; i++) {
    records[i].group = (int32_t)random_below(&random, 300);
    records[i].weight = random_next(&random);
    generate_text(&random, records[i].name, sizeof records[i].name);
  }
  for (int32_t order = 0; order < 2; order++) {
    generic_sort(records, (size_t)size, sizeof records[0], orders[order]);
    checksum = mixed_records(checksum, size);
  }
  return (int64_t)checksum;
}

START
