// Measures memory management and pointer chasing: an allocator with size classes for small blocks and a first-fit
// list that joins neighbours for large ones, under search trees, complete trees, linked lists and growing buffers.
#include "support.h"

enum { heap_capacity = 1 << 21, header = 8, page = 4096, most_small = 256, classes = 9 };

// In front of every block: its size, header included, and its class. Free blocks are also in a list.
typedef struct Block Block;
struct Block {
  uint32_t size;
  uint32_t class; // `classes` for large blocks
  Block *next;
};

static _Alignas(16) char heap[heap_capacity];
static Block *free_small[classes], *free_large;
static const uint16_t class_sizes[classes] = {16, 24, 32, 48, 64, 96, 128, 192, 256};
static uint32_t live_blocks;

static void reset_heap(void) {
  for (int i = 0; i < classes; i++) free_small[i] = NULL;
  free_large = (Block *)heap;
  *free_large = (Block){heap_capacity, classes, NULL};
  live_blocks = 0;
}

// Takes the first block that is large enough, and leaves the rest of it in its place.
static Block *take_large(uint32_t size) {
  for (Block **link = &free_large; *link; link = &(*link)->next) {
    Block *block = *link;
    if (block->size < size) continue;
    if (block->size - size >= 64) {
      Block *rest = (Block *)((char *)block + size);
      *rest = (Block){block->size - size, classes, block->next};
      *link = rest;
      block->size = size;
    } else {
      *link = block->next;
    }
    return block;
  }
  __builtin_trap();
}

// The list is in the order of addresses, so neighbours in memory are neighbours in it.
static void give_large(Block *block) {
  Block *before = NULL, *after = free_large;
  while (after && after < block) {
    before = after;
    after = after->next;
  }
  block->next = after;
  if (after && (char *)block + block->size == (char *)after) {
    block->size += after->size;
    block->next = after->next;
  }
  if (!before) {
    free_large = block;
  } else if ((char *)before + before->size == (char *)block) {
    before->size += block->size;
    before->next = block->next;
  } else {
    before->next = block;
  }
}

static Block *take_small(uint32_t class) {
  if (!free_small[class]) {
    char *fresh = (char *)take_large(page);
    uint32_t size = class_sizes[class];
    for (uint32_t offset = 0; offset + size <= page; offset += size) {
      Block *block = (Block *)(fresh + offset);
      *block = (Block){size, class, free_small[class]};
      free_small[class] = block;
    }
  }
  Block *block = free_small[class];
  free_small[class] = block->next;
  return block;
}

static __attribute__((noinline)) void *allocate(size_t wanted) {
  uint32_t size = ((uint32_t)wanted + header + 7) & ~7u;
  if (size < sizeof(Block)) size = sizeof(Block);
  live_blocks++;
  Block *block;
  if (size <= most_small) {
    uint32_t class = 0;
    while (class_sizes[class] < size) class++;
    block = take_small(class);
  } else {
    block = take_large(size);
  }
  return (char *)block + header;
}

static __attribute__((noinline)) void release(void *memory) {
  if (!memory) return;
  Block *block = (Block *)((char *)memory - header);
  live_blocks--;
  if (block->class < classes) {
    block->next = free_small[block->class];
    free_small[block->class] = block;
  } else {
    give_large(block);
  }
}

static void *reallocate(void *memory, uint32_t used, uint32_t wanted) {
  if (memory && ((Block *)((char *)memory - header))->size >= wanted + header) return memory;
  void *larger = allocate(wanted);
  if (used > 0) memcpy(larger, memory, used);
  release(memory);
  return larger;
}

// MARK: search trees

typedef struct Tree Tree;
struct Tree {
  Tree *left, *right;
  uint32_t key, count;
};

static void insert(Tree **link, uint32_t key) {
  while (*link) {
    Tree *tree = *link;
    if (tree->key == key) {
      tree->count++;
      return;
    }
    link = key < tree->key ? &tree->left : &tree->right;
  }
  *link = allocate(sizeof(Tree));
  **link = (Tree){NULL, NULL, key, 1};
}

static bool delete_from(Tree **link, uint32_t key) {
  while (*link && (*link)->key != key) link = key < (*link)->key ? &(*link)->left : &(*link)->right;
  Tree *tree = *link;
  if (!tree) return false;
  if (tree->left && tree->right) {
    // The next larger key takes its place.
    Tree **successor = &tree->right;
    while ((*successor)->left) successor = &(*successor)->left;
    Tree *moved = *successor;
    *successor = moved->right;
    moved->left = tree->left;
    moved->right = tree->right;
    *link = moved;
  } else {
    *link = tree->left ? tree->left : tree->right;
  }
  release(tree);
  return true;
}

static uint64_t mixed_tree(uint64_t checksum, const Tree *tree) {
  if (!tree) return checksum;
  checksum = mixed_tree(checksum, tree->left);
  checksum = mix(checksum, (uint64_t)tree->key << 8 | tree->count);
  return mixed_tree(checksum, tree->right);
}

static Tree *complete_tree(int32_t depth, uint32_t key) {
  if (depth == 0) return NULL;
  Tree *tree = allocate(sizeof(Tree));
  *tree = (Tree){complete_tree(depth - 1, 2 * key), complete_tree(depth - 1, 2 * key + 1), key, 0};
  return tree;
}

static uint32_t destroy(Tree *tree) {
  if (!tree) return 0;
  uint32_t sum = tree->key + destroy(tree->left) + destroy(tree->right);
  release(tree);
  return sum;
}

// MARK: lists

typedef struct Item Item;
struct Item {
  Item *next;
  uint32_t value;
  uint32_t payload_length;
  char *payload;
};

static Item *merged(Item *left, Item *right) {
  Item *first = NULL, **link = &first;
  while (left && right) {
    Item **smaller = left->value <= right->value ? &left : &right;
    *link = *smaller;
    link = &(*smaller)->next;
    *smaller = *link;
  }
  *link = left ? left : right;
  return first;
}

static Item *sorted(Item *list) {
  if (!list || !list->next) return list;
  Item *middle = list;
  for (Item *end = list->next; end && end->next; end = end->next->next) middle = middle->next;
  Item *rest = middle->next;
  middle->next = NULL;
  return merged(sorted(list), sorted(rest));
}

static Item *reversed(Item *list) {
  Item *result = NULL;
  while (list) {
    Item *next = list->next;
    list->next = result;
    result = list;
    list = next;
  }
  return result;
}

static Item *make_list(Random *random, int32_t count) {
  Item *list = NULL;
  for (int32_t i = 0; i < count; i++) {
    Item *item = allocate(sizeof(Item));
    uint32_t length = 1 + random_below(random, i % 16 == 0 ? 1500 : 100);
    *item = (Item){list, random_below(random, 10000), length, allocate(length)};
    memset(item->payload, (int)(length & 127), length);
    list = item;
  }
  return list;
}

static uint64_t mixed_list(uint64_t checksum, const Item *list) {
  for (; list; list = list->next) {
    checksum = mix(checksum, list->value);
    checksum = mix(checksum, (uint8_t)list->payload[list->payload_length / 2]);
  }
  return checksum;
}

// Frees every item whose value is a multiple of `divisor`.
static Item *thinned(Item *list, uint32_t divisor) {
  for (Item **link = &list; *link;) {
    Item *item = *link;
    if (item->value % divisor == 0) {
      *link = item->next;
      release(item->payload);
      release(item);
    } else {
      link = &item->next;
    }
  }
  return list;
}

// MARK: buffers

static uint64_t grow_buffers(Random *random, uint64_t checksum) {
  enum { buffers = 8 };
  char *bytes[buffers] = {NULL};
  uint32_t lengths[buffers] = {0};
  for (int32_t i = 0; i < 150; i++) {
    uint32_t which = random_below(random, buffers), added = 1 + random_below(random, 40);
    bytes[which] = reallocate(bytes[which], lengths[which], lengths[which] + added);
    memset(bytes[which] + lengths[which], i & 127, added);
    lengths[which] += added;
  }
  for (int32_t i = 0; i < buffers; i++) {
    checksum = mix_bytes(checksum, bytes[i], lengths[i]);
    release(bytes[i]);
  }
  return checksum;
}

// `size`: how many rounds. Some lists stay for a few of them, which scatters what is free.
RUN(size) {
  enum { kept = 8 };
  Item *lists[kept] = {NULL};
  Random random = random_from(4096);
  uint64_t checksum = 0;
  reset_heap();
  for (int32_t round = 0; round < size; round++) {
    Tree *tree = NULL;
    int32_t keys = 100 + round * 70 % 600;
    for (int32_t i = 0; i < keys; i++) insert(&tree, random_below(&random, 1000));
    uint32_t deleted = 0;
    for (int32_t i = 0; i < keys; i++) deleted += delete_from(&tree, random_below(&random, 1000));
    checksum = mix(mixed_tree(checksum, tree), deleted);
    Tree *complete = complete_tree(5 + round % 6, (uint32_t)round);
    checksum = mix(mix(checksum, destroy(tree)), destroy(complete));

    Item **list = &lists[round % kept];
    *list = thinned(*list, 1);
    *list = sorted(make_list(&random, 50 + round * 20 % 200));
    *list = thinned(reversed(*list), 3);
    checksum = mixed_list(checksum, *list);
    checksum = grow_buffers(&random, checksum);
  }
  for (int32_t i = 0; i < kept; i++) lists[i] = thinned(lists[i], 1);
  return (int64_t)mix(checksum, live_blocks);
}

START
