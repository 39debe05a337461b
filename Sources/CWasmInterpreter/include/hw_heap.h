// The heap of a store: structs, arrays and exceptions, found garbage by marking and sweeping, never moved.
//
// Objects up to 4 KiB lie in blocks of cells of one size; what is free in a block is a list of runs of cells, and allocation
// takes cells one by one from the run that is its size's window. Larger objects are blocks of their own.
#ifndef HANZO_HW_HEAP_H
#define HANZO_HW_HEAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// What every object begins with.
typedef struct hw_object {
  uint32_t type;    // its number in the store; HW_MARK while the heap is marked
  uint32_t length;  // of an array: elements
} hw_object;

enum { HW_OBJECT_HEADER = 8 };
#define HW_MARK 0x80000000u

// How objects of a type lie in memory.
typedef enum hw_kind { HW_KIND_FUNCTION, HW_KIND_STRUCTURE, HW_KIND_ARRAY } hw_kind;
typedef struct hw_layout {
  uint8_t kind;
  uint8_t element_shift;        // of an array: an element has 1 << this bytes
  bool has_references;          // of an array: each element is one
  uint32_t bytes;               // of a struct or, for a function type, of an exception that carries its parameters
  uint32_t reference_count;     // of these two: where references are, in bytes from the object's start
  const uint32_t *references;
} hw_layout;

enum {
  HW_CELL_CLASSES = 28,
  HW_LARGEST_CELL = 4096,
  HW_BLOCK_BYTES = 32768,
  HW_NO_CLASS = HW_CELL_CLASSES,  // larger than every cell
};

typedef struct hw_window {
  uint8_t *next;
  uint8_t *end;
} hw_window;

struct hw_block;
struct hw_large;

typedef struct hw_heap {
  hw_window windows[HW_CELL_CLASSES + 1];  // the last one, HW_NO_CLASS, is always empty
  struct hw_block *blocks[HW_CELL_CLASSES];
  struct hw_block *with_room[HW_CELL_CLASSES];  // those that have free runs, but for the window's
  struct hw_large *large;
  const hw_layout *layouts;  // by the types' numbers
  hw_object **marked;        // objects whose references are still to be followed: room for every object with some
  uint64_t marked_count;
  uint64_t marked_capacity;
  uint64_t cells;            // how many objects there can be
  uint64_t bytes;            // what all of it takes, the room for marking included
  uint64_t live_bytes;       // in objects, when the heap was swept
  bool is_checked;           // every allocation asks for room, and what is freed is overwritten: for tests of the roots
} hw_heap;

// The class of cells for an object: 16 bytes apart up to 128, then four classes for each doubling.
static inline uint32_t hw_cell_class(uint64_t bytes) {
  if (bytes <= 128) return bytes <= 16 ? 0 : (uint32_t)((bytes - 1) >> 4);
  if (bytes > HW_LARGEST_CELL) return HW_NO_CLASS;
  const uint32_t log = 63 - (uint32_t)__builtin_clzll(bytes - 1);  // 7 for 129...256
  return 8 + (log - 7) * 4 + (uint32_t)(((bytes - 1) >> (log - 2)) & 3);
}
static inline uint32_t hw_cell_bytes(uint32_t cell_class) {
  if (cell_class < 8) return (cell_class + 1) * 16;
  const uint32_t log = 7 + (cell_class - 8) / 4;
  return (1u << log) + ((cell_class - 8) % 4 + 1) * (1u << (log - 2));
}

// A cell of the class, not cleared; NULL if its window is used up.
static inline hw_object *hw_take_cell(hw_heap *heap, uint32_t cell_class, uint32_t cell_bytes) {
  hw_window *window = &heap->windows[cell_class];
  uint8_t *cell = window->next;
  if (__builtin_expect(cell == window->end, 0)) return NULL;
  window->next = cell + cell_bytes;
  return (hw_object *)(void *)cell;
}

// The next run of free cells becomes the class's window; false if there is none.
bool hw_heap_next_window(hw_heap *heap, uint32_t cell_class);
// What an object of so many bytes may add to `bytes`: a block, or a large object.
uint64_t hw_heap_cost(uint64_t bytes);
// Whether there is a free cell for an object of so many bytes.
bool hw_heap_has_room(const hw_heap *heap, uint64_t bytes);
// Adds a block of cells for objects of so many bytes, or one large object; false if the system has no memory.
bool hw_heap_add_room(hw_heap *heap, uint64_t bytes);
// The large object added last, not cleared.
hw_object *hw_heap_newest_large(hw_heap *heap);

// A collection: begin, mark what the roots refer to, sweep. Nothing may be allocated in between.
void hw_heap_begin_marking(hw_heap *heap);
// Marks what a reference refers to and everything behind it; references to anything but objects are none of its business.
void hw_heap_mark(hw_heap *heap, const uint64_t *references, uint64_t count);
// Frees what is not marked. Returns by how much `bytes` shrank.
uint64_t hw_heap_sweep(hw_heap *heap);
// Frees everything.
void hw_heap_destroy(hw_heap *heap);

#endif
