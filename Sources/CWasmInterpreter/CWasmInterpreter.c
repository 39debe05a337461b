// The dispatch loop's entry, the words on their own, and what handlers call. Joined words: sequences-0.c, sequences-1.c.
#include "dispatch.h"

#include <math.h>

// A signalling NaN becomes quiet: x + 0 does not change any other value that rounding could return but -0.
#define ROUNDING(name, f32, f64) \
  OUT_OF_LINE float hw_f32_##name(float x) { return x != x ? x + x : f32(x); } \
  OUT_OF_LINE double hw_f64_##name(double x) { return x != x ? x + x : f64(x); }
ROUNDING(ceil, ceilf, ceil)
ROUNDING(floor, floorf, floor)
ROUNDING(trunc, truncf, trunc)
ROUNDING(nearest, rintf, rint)

#if !defined(__aarch64__)
// By lanes: SSE2 has no instruction for it.
#define ROUNDING_LANES(name) \
  OUT_OF_LINE hw_v128 hw_by_lanes_f32x4_##name(hw_v128 v) { \
    float lanes[4]; \
    memcpy(lanes, &v, 16); \
    for (int lane = 0; lane < 4; lane++) lanes[lane] = hw_f32_##name(lanes[lane]); \
    memcpy(&v, lanes, 16); \
    return v; \
  } \
  OUT_OF_LINE hw_v128 hw_by_lanes_f64x2_##name(hw_v128 v) { \
    double lanes[2]; \
    memcpy(lanes, &v, 16); \
    for (int lane = 0; lane < 2; lane++) lanes[lane] = hw_f64_##name(lanes[lane]); \
    memcpy(&v, lanes, 16); \
    return v; \
  }
ROUNDING_LANES(ceil)
ROUNDING_LANES(floor)
ROUNDING_LANES(trunc)
ROUNDING_LANES(nearest)
#endif

OUT_OF_LINE void hw_fill(void *to, int byte, uint64_t count) { memset(to, byte, count); }
OUT_OF_LINE void hw_copy(void *to, const void *from, uint64_t count) { memmove(to, from, count); }
OUT_OF_LINE int hw_service(hw_context *context, uint32_t operation, uint64_t *slots, uint32_t x, uint32_t y) {
  return context->store->service(context, operation, slots, x, y);
}
OUT_OF_LINE int hw_translate(hw_context *context, hw_function *function) {
  return context->store->translate(context, function);
}
OUT_OF_LINE int hw_external(hw_context *context, hw_function *function, uint64_t *frame) {
  if (frame + (function->parameters > function->results ? function->parameters : function->results) >
      context->stack_limit)
    return HW_TRAP_STACK_EXHAUSTED;
  context->store->top =
      frame + (function->parameters > function->results ? function->parameters : function->results);
  return context->store->call_external(context, function, frame);
}

static __attribute__((noinline)) int hw_unwind(hw_context *context) { return context->store->unwind(context); }

HANDLER int hw_trapped(STATE) {
  (void)memory, (void)memory_size, (void)f0, (void)f1, (void)v0;
  context->store->fuel = fuel;
  context->store->trap_pc = pc;
  context->store->trap_fp = fp;
  if ((int)r0 == HW_TRAP_EXCEPTION) {
    int code = hw_unwind(context);
    if (code != 0) return code;
    pc = context->store->trap_pc;
    fp = context->store->trap_fp;
    RELOAD_STATE;
    DISPATCH;
  }
  return (int)r0;
}

OUT_OF_LINE int hw_refuel(hw_context *context, const uint8_t *pc, uint64_t *fp, const uint8_t *entered) {
  hw_store *store = context->store;
  if (!store->refuel) return 0;
  store->trap_pc = pc;
  store->trap_fp = fp;
  store->entered = entered;
  return store->refuel(context);
}

// A call, by a table or a reference, of a function that belongs to the host or to another instance; r0 holds it.
HANDLER int hw_call_indirect_external(STATE) {
  hw_function *callee = (hw_function *)(uintptr_t)r0;
  CALL_EXTERNAL(callee, fp + U32(16));
  NEXT(32);
}

OUT_OF_LINE bool hw_subtype(const hw_store *store, uint32_t type, uint32_t expected) {
  const hw_type *types = store->types;
  while (types[type].depth > types[expected].depth) type = types[type].parent;
  return type == expected;
}

OUT_OF_LINE bool hw_reference_is(const hw_store *store, uint64_t reference, uint32_t form, uint32_t type) {
  if (reference == 0) return (form & HW_IS_NULLABLE) != 0;
  const bool is_object = (reference & 7) == 0;
  const hw_object *object = (const hw_object *)(uintptr_t)reference;
  switch (form & ~(uint32_t)HW_IS_NULLABLE) {
    case HW_IS_TYPE: return is_object && hw_subtype(store, object->type, type);
    case HW_IS_FUNCTION_TYPE: return hw_subtype(store, hw_function_from(reference)->type_id, type);
    case HW_IS_ANY: return true;
    case HW_IS_EQ: return is_object || (reference & 3) == 1;
    case HW_IS_I31: return (reference & 3) == 1;
    case HW_IS_STRUCTURE: return is_object && store->heap->layouts[object->type].kind == HW_KIND_STRUCTURE;
    case HW_IS_ARRAY: return is_object && store->heap->layouts[object->type].kind == HW_KIND_ARRAY;
    default: return false;
  }
}

uintptr_t hw_allocate_object(hw_store *store, uint64_t bytes) {
  hw_heap *heap = store->heap;
  const uint32_t cell_class = hw_cell_class(bytes);
  for (bool asks = heap->is_checked;; asks = false) {
    if (!asks && cell_class != HW_NO_CLASS) {
      hw_object *cell = hw_take_cell(heap, cell_class, hw_cell_bytes(cell_class));
      if (cell) return (uintptr_t)cell;
      if (hw_heap_next_window(heap, cell_class)) continue;
    }
    const int trap = store->make_room(store, bytes);
    if (trap != 0) return (uintptr_t)trap;
    if (cell_class == HW_NO_CLASS) return (uintptr_t)hw_heap_newest_large(heap);
  }
}

OUT_OF_LINE uintptr_t hw_allocate(hw_context *context, const uint8_t *pc, uint64_t *fp, uint64_t bytes) {
  context->store->trap_pc = pc;
  context->store->trap_fp = fp;
  return hw_allocate_object(context->store, bytes);
}

// An array's elements are not set.
static hw_object *new_array(
    hw_context *context, const uint8_t *pc, uint64_t *fp, uint32_t type, uint32_t length, uint64_t bytes, uintptr_t *result) {
  *result = hw_allocate(context, pc, fp, HW_OBJECT_HEADER + bytes);
  if (*result < HW_LEAST_ADDRESS) return NULL;
  hw_object *array = (hw_object *)*result;
  *array = (hw_object){type, length};
  return array;
}

static void set_elements(uint8_t *to, uint32_t length, uint32_t shift, const uint64_t *value) {
  if (shift == 0) {
    memset(to, (int)(uint8_t)value[0], length);
    return;
  }
  const uint64_t bytes = (uint64_t)length << shift;
  for (uint64_t at = 0; at < bytes; at += (uint64_t)1 << shift) memcpy(to + at, value, (size_t)1 << shift);
}

OUT_OF_LINE uintptr_t hw_new_array(
    hw_context *context, const uint8_t *pc, uint64_t *fp, uint32_t type, uint32_t length, uint32_t shift, const uint64_t *value) {
  const uint64_t bytes = (uint64_t)length << shift;
  uintptr_t result;
  hw_object *array = new_array(context, pc, fp, type, length, bytes, &result);
  if (!array) return result;
  if (value) set_elements((uint8_t *)(array + 1), length, shift, value);
  else memset(array + 1, 0, bytes);
  return result;
}

OUT_OF_LINE uintptr_t hw_new_array_of(
    hw_context *context, const uint8_t *pc, uint64_t *fp, uint32_t type, uint32_t length, uint32_t shift, const uint64_t *values) {
  uintptr_t result;
  hw_object *array = new_array(context, pc, fp, type, length, (uint64_t)length << shift, &result);
  if (!array) return result;
  uint8_t *to = (uint8_t *)(array + 1);
  const uint32_t slots = shift == 4 ? 2 : 1;
  for (uint64_t index = 0; index < length; index++) {
    memcpy(to + (index << shift), values + index * slots, (size_t)1 << shift);
  }
  return result;
}

void hw_fill_array(hw_object *array, uint32_t from, uint32_t count, uint32_t shift, const uint64_t *value) {
  set_elements((uint8_t *)(array + 1) + ((uint64_t)from << shift), count, shift, value);
}

#define VECTOR
#include "handler-list.inc"

// Empty where a vector handler belongs.
static const hw_handler singles[] = {
#undef STRAIGHT
#undef FINAL
#undef VECTOR
#define STRAIGHT(name, size) handle_##name,
#define FINAL(name) handle_##name,
#define VECTOR NULL,
#include "handler-list.inc"
};
static const hw_handler exit_handler = handle_exit;

// A call found less fuel than the entry of its callee costs, whose code is in `memory`.
HANDLER int hw_out_of_fuel_entering(STATE) {
  const uint8_t *entered = memory;
  SAVE_STATE;
  if (entered && context->store->refuel && *(const hw_handler *)entered == handle_untranslated) {
    // The cost is not known yet. A sample taken here must find the same function as later ones will.
    hw_function *callee = HW_FUNCTION_OF_STUB(entered);
    if (callee->code == entered && hw_translate(context, callee) != 0) entered = NULL;
    else entered = callee->code;
  }
  if (hw_refuel(context, pc, fp, entered)) {
    RELOAD_STATE;
    DISPATCH;
  }
  fuel = -1;
  TRAP(HW_TRAP_FUEL_EXHAUSTED);
}

// A word found less fuel than it costs.
HANDLER int hw_out_of_fuel(STATE) {
  memory = NULL;
  TAIL_CALL hw_out_of_fuel_entering(PASS_STATE);
}

// The caller of a function that was just translated: if it was a `call` word, it now knows the code and what it needs.
OUT_OF_LINE void hw_patch_call(hw_function *callee, uint64_t *frame) {
  uint8_t *back = (uint8_t *)(uintptr_t)frame[callee->parameters];
  const uint8_t *stub = (const uint8_t *)&callee->stub;
  if (back == (const uint8_t *)&exit_handler || memcmp(back - 8, &stub, 8) != 0) return;
  uint32_t extent = hw_u32(back - 24) + callee->frame_slots;
  memcpy(back - 20, &extent, 4);
  memcpy(back - 16, &callee->entry_fuel, 4);
  memcpy(back - 8, &callee->code, 8);
}

bool hw_has_vectors_v3(void) {
#if defined(__x86_64__)
  return __builtin_cpu_supports("x86-64-v3");
#else
  return false;
#endif
}

static hw_handler vector_handler(uint16_t number, bool v3) {
  // The last of the words with a result, of their twins, and of the others.
  uint16_t place = number < HW_RESULTS       ? number - (HW_RESULTS - HW_VECTOR_RESULTS)
                   : number < 2 * HW_RESULTS ? number - 2 * (HW_RESULTS - HW_VECTOR_RESULTS)
                                             : number - HW_SINGLES + HW_VECTOR_OTHERS + 2 * HW_VECTOR_RESULTS;
#if defined(__x86_64__)
  if (v3) return hw_vectors_v3[place];
#else
  (void)v3;
#endif
  return hw_vectors_baseline[place];
}

hw_handler_address hw_handler_of(uint16_t number, bool v3) {
  if (number < HW_SINGLES) {
    const hw_handler handler = singles[number];
    return (hw_handler_address)(handler ? handler : vector_handler(number, v3));
  }
  const uint16_t sequence = number - HW_SINGLES;
  return (hw_handler_address)(sequence & 1 ? hw_sequences_1 : hw_sequences_0)[sequence / 2];
}

#include "sequence-lookup.inc"

uint16_t hw_join(uint16_t first, uint16_t second) {
  uint16_t low = sequence_starts[first], high = sequence_starts[first + 1];
  while (low < high) {
    uint16_t middle = (uint16_t)((low + high) / 2);
    if (sequence_seconds[middle] < second) low = (uint16_t)(middle + 1); else high = middle;
  }
  return low < sequence_starts[first + 1] && sequence_seconds[low] == second ? sequence_numbers[low] : HW_NO_HANDLER;
}

int hw_call(hw_context *context, hw_function *function, uint64_t *frame) {
  hw_store *store = context->store;
  store->trap_pc = NULL;
  store->trap_fp = NULL;
  while (store->fuel < (int64_t)function->entry_fuel) {
    if (hw_refuel(context, NULL, NULL, NULL)) continue;
    store->fuel = -1;
    return HW_TRAP_FUEL_EXHAUSTED;
  }
  store->fuel -= (int64_t)function->entry_fuel;
  uint64_t *header = frame + function->parameters;
  uint64_t needed = function->frame_slots;
  if (function->results > needed) needed = function->results;
  if (frame > context->stack_limit || needed > (uint64_t)(context->stack_limit - frame)) return HW_TRAP_STACK_EXHAUSTED;
  header[0] = (uint64_t)(uintptr_t)&exit_handler;
  header[1] = (uint64_t)(uintptr_t)frame;
  return (*(const hw_handler *)function->code)(
      function->code, frame, context->memory->base, context->memory->size, 0, store->fuel, context, 0, 0, (hw_v128){});
}
