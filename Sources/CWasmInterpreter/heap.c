// Allocation, marking and sweeping of a store's heap (hw_heap.h).
#include "hw_heap.h"

#include <stdlib.h>
#include <string.h>

typedef struct hw_block {
  struct hw_block *next;       // of the class
  struct hw_block *next_room;  // of those with free runs
  uint32_t first_run;          // offset of its first run of free cells from the block's start; 0 for none
} hw_block;

// In the first cell of a run. No mark is set in it, as in all free cells.
typedef struct hw_run {
  uint32_t zero;
  uint32_t next;  // offsets, as `first_run`
  uint32_t end;
} hw_run;

typedef struct hw_large {
  struct hw_large *next;
  uint64_t bytes;
} hw_large;

enum { BLOCK_HEADER = 32, LARGE_HEADER = sizeof(hw_large) };
_Static_assert(sizeof(hw_block) <= BLOCK_HEADER, "cells are aligned to 16 bytes");
_Static_assert(sizeof(hw_run) <= 16, "a run's description fits the smallest cell");

static uint32_t cell_count(uint32_t cell_bytes) { return (HW_BLOCK_BYTES - BLOCK_HEADER) / cell_bytes; }
// A quarter more than there are objects, so that a growing heap does not ask each time.
static uint64_t marks_for(uint64_t cells) { return cells + cells / 4; }
static uint64_t block_cost(uint32_t cell_class) {
  return HW_BLOCK_BYTES + sizeof(hw_object *) * marks_for(cell_count(hw_cell_bytes(cell_class)) + 3);
}
static uint64_t large_cost(uint64_t bytes) { return LARGE_HEADER + bytes + sizeof(hw_object *) * marks_for(4); }
static hw_object *object_of(hw_large *large) { return (hw_object *)(void *)((uint8_t *)large + LARGE_HEADER); }

hw_object *hw_heap_newest_large(hw_heap *heap) { return object_of(heap->large); }

uint64_t hw_heap_cost(uint64_t bytes) {
  const uint32_t cell_class = hw_cell_class(bytes);
  return cell_class == HW_NO_CLASS ? large_cost(bytes) : block_cost(cell_class);
}

static bool resize_marks(hw_heap *heap, uint64_t capacity) {
  hw_object **marked = realloc(heap->marked, capacity * sizeof *marked);
  if (!marked) return false;
  heap->marked = marked;
  heap->marked_capacity = capacity;
  return true;
}

// Room to mark every object without asking the system in the middle of it. Untouched, it takes addresses only.
static bool reserve_marks(hw_heap *heap, uint64_t cells) {
  return cells <= heap->marked_capacity || resize_marks(heap, marks_for(cells));
}

bool hw_heap_next_window(hw_heap *heap, uint32_t cell_class) {
  for (hw_block *block; (block = heap->with_room[cell_class]); heap->with_room[cell_class] = block->next_room) {
    if (block->first_run == 0) continue;
    const uint32_t first = block->first_run;
    const hw_run run = *(const hw_run *)(void *)((uint8_t *)block + first);
    uint32_t end = run.end;
    block->first_run = run.next;
    if (heap->is_checked) {
      // One cell at a time.
      end = first + hw_cell_bytes(cell_class);
      if (end < run.end) {
        *(hw_run *)(void *)((uint8_t *)block + end) = (hw_run){0, run.next, run.end};
        block->first_run = end;
      }
    }
    heap->windows[cell_class] = (hw_window){(uint8_t *)block + first, (uint8_t *)block + end};
    return true;
  }
  return false;
}

static bool add_block(hw_heap *heap, uint64_t bytes) {
  const uint32_t cell_class = hw_cell_class(bytes);
  const uint32_t cell_bytes = hw_cell_bytes(cell_class);
  const uint32_t count = cell_count(cell_bytes);
  if (!reserve_marks(heap, heap->cells + count)) return false;
  hw_block *block = malloc(HW_BLOCK_BYTES);
  if (!block) return false;
  uint8_t *cells = (uint8_t *)block + BLOCK_HEADER;
  // Free cells have no mark.
  for (uint32_t cell = 0; cell < count; cell++) memset(cells + (size_t)cell * cell_bytes, 0, sizeof(hw_object));
  *(hw_run *)(void *)cells = (hw_run){0, 0, BLOCK_HEADER + count * cell_bytes};
  *block = (hw_block){heap->blocks[cell_class], heap->with_room[cell_class], BLOCK_HEADER};
  heap->blocks[cell_class] = heap->with_room[cell_class] = block;
  heap->cells += count;
  heap->bytes += block_cost(cell_class);
  return true;
}

static bool add_large(hw_heap *heap, uint64_t bytes) {
  if (!reserve_marks(heap, heap->cells + 1)) return false;
  hw_large *large = malloc(LARGE_HEADER + bytes);
  if (!large) return false;
  *large = (hw_large){heap->large, bytes};
  heap->large = large;
  heap->cells += 1;
  heap->bytes += large_cost(bytes);
  return true;
}

bool hw_heap_has_room(const hw_heap *heap, uint64_t bytes) {
  const uint32_t cell_class = hw_cell_class(bytes);
  return cell_class != HW_NO_CLASS && heap->with_room[cell_class];
}

bool hw_heap_add_room(hw_heap *heap, uint64_t bytes) {
  return hw_cell_class(bytes) == HW_NO_CLASS ? add_large(heap, bytes) : add_block(heap, bytes);
}

// MARK: collection

void hw_heap_begin_marking(hw_heap *heap) {
  // What is left in the windows is free, and found so by the sweep.
  memset(heap->windows, 0, sizeof heap->windows);
  heap->marked_count = 0;
}

static inline void mark(hw_heap *heap, uint64_t reference) {
  if (reference == 0 || (reference & 7) != 0) return;
  hw_object *object = (hw_object *)(uintptr_t)reference;
  if (object->type & HW_MARK) return;
  const bool has_references = heap->layouts[object->type].has_references;
  object->type |= HW_MARK;
  // Each object comes here once: there is room.
  if (has_references) heap->marked[heap->marked_count++] = object;
}

void hw_heap_mark(hw_heap *heap, const uint64_t *references, uint64_t count) {
  for (uint64_t index = 0; index < count; index++) {
    mark(heap, references[index]);
    while (heap->marked_count > 0) {
      const hw_object *object = heap->marked[--heap->marked_count];
      const hw_layout *layout = &heap->layouts[object->type & ~HW_MARK];
      const uint8_t *start = (const uint8_t *)object;
      uint64_t reference;
      if (layout->kind == HW_KIND_ARRAY) {
        for (uint64_t element = 0; element < object->length; element++) {
          memcpy(&reference, start + HW_OBJECT_HEADER + 8 * element, 8);
          mark(heap, reference);
        }
        continue;
      }
      for (uint32_t place = 0; place < layout->reference_count; place++) {
        memcpy(&reference, start + layout->references[place], 8);
        mark(heap, reference);
      }
    }
  }
}

// Makes lists of the block's free cells; returns how many cells are in use.
static uint32_t sweep_block(hw_block *block, uint32_t cell_bytes, bool overwrites) {
  const uint32_t end = BLOCK_HEADER + cell_count(cell_bytes) * cell_bytes;
  uint32_t *link = &block->first_run;
  uint32_t used = 0;
  uint32_t run = 0;  // where the free cells before this one begin; 0 for none
  for (uint32_t offset = BLOCK_HEADER; offset <= end; offset += cell_bytes) {
    hw_object *object = (hw_object *)(void *)((uint8_t *)block + offset);
    if (offset < end && !(object->type & HW_MARK)) {
      if (run == 0) run = offset;
      // No type has this number, and no mark is in it.
      if (overwrites) memset(object, 0x5B, cell_bytes);
      // A run that is handed out later consists of cells without marks.
      continue;
    }
    if (run != 0) {
      hw_run *description = (hw_run *)(void *)((uint8_t *)block + run);
      *description = (hw_run){0, 0, offset};
      *link = run;
      link = &description->next;
      run = 0;
    }
    if (offset < end) {
      object->type &= ~HW_MARK;
      used += 1;
    }
  }
  *link = 0;
  return used;
}

uint64_t hw_heap_sweep(hw_heap *heap) {
  const uint64_t before = heap->bytes;
  heap->live_bytes = 0;
  for (uint32_t cell_class = 0; cell_class < HW_CELL_CLASSES; cell_class++) {
    const uint32_t cell_bytes = hw_cell_bytes(cell_class);
    heap->with_room[cell_class] = NULL;
    for (hw_block **link = &heap->blocks[cell_class]; *link;) {
      hw_block *block = *link;
      const uint32_t used = sweep_block(block, cell_bytes, heap->is_checked);
      heap->live_bytes += (uint64_t)used * cell_bytes;
      if (used == 0) {
        *link = block->next;
        free(block);
        heap->cells -= cell_count(cell_bytes);
        heap->bytes -= block_cost(cell_class);
        continue;
      }
      block->next_room = heap->with_room[cell_class];
      if (block->first_run != 0) heap->with_room[cell_class] = block;
      link = &block->next;
    }
  }
  for (hw_large **link = &heap->large; *link;) {
    hw_large *large = *link;
    hw_object *object = object_of(large);
    if (object->type & HW_MARK) {
      object->type &= ~HW_MARK;
      heap->live_bytes += large->bytes;
      link = &large->next;
      continue;
    }
    *link = large->next;
    heap->cells -= 1;
    heap->bytes -= large_cost(large->bytes);
    if (heap->is_checked) memset(object, 0x5B, large->bytes);
    free(large);
  }
  // A smaller heap counts with less of it; if the system refuses, it stays as it is.
  if (heap->marked_capacity > 2 * marks_for(heap->cells) + HW_BLOCK_BYTES) resize_marks(heap, marks_for(heap->cells) + 1);
  return before - heap->bytes;
}

void hw_heap_destroy(hw_heap *heap) {
  for (uint32_t cell_class = 0; cell_class < HW_CELL_CLASSES; cell_class++) {
    for (hw_block *block = heap->blocks[cell_class], *next; block; block = next) {
      next = block->next;
      free(block);
    }
  }
  for (hw_large *large = heap->large, *next; large; large = next) {
    next = large->next;
    free(large);
  }
  free(heap->marked);
  *heap = (hw_heap){0};
}
