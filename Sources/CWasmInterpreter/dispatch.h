// The dispatch loop's state, and the macros of which the handlers consist. Every handler is a function that ends by
// tail-calling the next one, so that the compiler allocates registers for each by itself (docs/decisions/0006).
#ifndef HANZO_DISPATCH_H
#define HANZO_DISPATCH_H

#include "CWasmInterpreter.h"

#include <string.h>

// The spec rounds every operation by itself: no fused multiply-add, on any target.
#pragma STDC FP_CONTRACT OFF

#if !__has_attribute(preserve_none) || !__has_attribute(musttail)
#error "The dispatch loop needs clang's preserve_none and musttail: build with the clang of a Swift 6.3 toolchain."
#endif

#define UNLIKELY(x) __builtin_expect(!!(x), 0)
// Calls out of the loop keep all general registers, so that they cost the other handlers nothing.
#define OUT_OF_LINE __attribute__((noinline, preserve_most, visibility("hidden")))

typedef uint64_t hw_v128 __attribute__((vector_size(16)));

static inline uint16_t hw_u16(const uint8_t *p) { uint16_t v; memcpy(&v, p, 2); return v; }
static inline uint32_t hw_u32(const uint8_t *p) { uint32_t v; memcpy(&v, p, 4); return v; }
static inline uint64_t hw_u64(const uint8_t *p) { uint64_t v; memcpy(&v, p, 8); return v; }
static inline uint32_t hw_f32_bits(float x) { uint32_t v; memcpy(&v, &x, 4); return v; }
static inline uint64_t hw_f64_bits(double x) { uint64_t v; memcpy(&v, &x, 8); return v; }
static inline float hw_f32_from(uint32_t x) { float v; memcpy(&v, &x, 4); return v; }
static inline double hw_f64_from(uint64_t x) { double v; memcpy(&v, &x, 8); return v; }

// min and max: a NaN operand gives a quiet NaN; -0 is less than +0 (equal operands differ at most in the sign bit).
static inline float hw_f32_min(float x, float y) {
  return x < y ? x : y < x ? y : x == y ? hw_f32_from(hw_f32_bits(x) | hw_f32_bits(y)) : x + y;
}
static inline float hw_f32_max(float x, float y) {
  return x > y ? x : y > x ? y : x == y ? hw_f32_from(hw_f32_bits(x) & hw_f32_bits(y)) : x + y;
}
static inline double hw_f64_min(double x, double y) {
  return x < y ? x : y < x ? y : x == y ? hw_f64_from(hw_f64_bits(x) | hw_f64_bits(y)) : x + y;
}
static inline double hw_f64_max(double x, double y) {
  return x > y ? x : y > x ? y : x == y ? hw_f64_from(hw_f64_bits(x) & hw_f64_bits(y)) : x + y;
}
// Sign operations work on bits: they must not quiet a NaN.
static inline float hw_f32_abs(float x) { return hw_f32_from(hw_f32_bits(x) & 0x7FFFFFFFu); }
static inline float hw_f32_neg(float x) { return hw_f32_from(hw_f32_bits(x) ^ 0x80000000u); }
static inline double hw_f64_abs(double x) { return hw_f64_from(hw_f64_bits(x) & 0x7FFFFFFFFFFFFFFFu); }
static inline double hw_f64_neg(double x) { return hw_f64_from(hw_f64_bits(x) ^ 0x8000000000000000u); }
static inline float hw_f32_copysign(float x, float y) {
  return hw_f32_from((hw_f32_bits(x) & 0x7FFFFFFFu) | (hw_f32_bits(y) & 0x80000000u));
}
static inline double hw_f64_copysign(double x, double y) {
  return hw_f64_from((hw_f64_bits(x) & 0x7FFFFFFFFFFFFFFFu) | (hw_f64_bits(y) & 0x8000000000000000u));
}
static inline float hw_f32_sqrt(float x) { return __builtin_sqrtf(x); }
static inline double hw_f64_sqrt(double x) { return __builtin_sqrt(x); }

// Out of the loop: defined in CWasmInterpreter.c.
OUT_OF_LINE float hw_f32_ceil(float x);
OUT_OF_LINE float hw_f32_floor(float x);
OUT_OF_LINE float hw_f32_trunc(float x);
OUT_OF_LINE float hw_f32_nearest(float x);
OUT_OF_LINE double hw_f64_ceil(double x);
OUT_OF_LINE double hw_f64_floor(double x);
OUT_OF_LINE double hw_f64_trunc(double x);
OUT_OF_LINE double hw_f64_nearest(double x);
#if !defined(__aarch64__)
// SSE2 has no rounding: lane by lane.
OUT_OF_LINE hw_v128 hw_by_lanes_f32x4_ceil(hw_v128 x);
OUT_OF_LINE hw_v128 hw_by_lanes_f32x4_floor(hw_v128 x);
OUT_OF_LINE hw_v128 hw_by_lanes_f32x4_trunc(hw_v128 x);
OUT_OF_LINE hw_v128 hw_by_lanes_f32x4_nearest(hw_v128 x);
OUT_OF_LINE hw_v128 hw_by_lanes_f64x2_ceil(hw_v128 x);
OUT_OF_LINE hw_v128 hw_by_lanes_f64x2_floor(hw_v128 x);
OUT_OF_LINE hw_v128 hw_by_lanes_f64x2_trunc(hw_v128 x);
OUT_OF_LINE hw_v128 hw_by_lanes_f64x2_nearest(hw_v128 x);
#endif
OUT_OF_LINE void hw_fill(void *to, int byte, uint64_t count);
OUT_OF_LINE void hw_copy(void *to, const void *from, uint64_t count);
OUT_OF_LINE int hw_service(hw_context *context, uint32_t operation, uint64_t *slots, uint32_t x, uint32_t y);
OUT_OF_LINE int hw_translate(hw_context *context, hw_function *function);
OUT_OF_LINE int hw_external(hw_context *context, hw_function *function, uint64_t *frame);
OUT_OF_LINE void hw_patch_call(hw_function *callee, uint64_t *frame);
OUT_OF_LINE bool hw_subtype(const hw_store *store, uint32_t type, uint32_t expected);
OUT_OF_LINE bool hw_reference_is(const hw_store *store, uint64_t reference, uint32_t form, uint32_t type);
OUT_OF_LINE uintptr_t hw_allocate(hw_context *context, const uint8_t *pc, uint64_t *fp, uint64_t bytes);
OUT_OF_LINE uintptr_t hw_new_array(
    hw_context *context, const uint8_t *pc, uint64_t *fp, uint32_t type, uint32_t length, uint32_t shift, const uint64_t *value);
OUT_OF_LINE uintptr_t hw_new_array_of(
    hw_context *context, const uint8_t *pc, uint64_t *fp, uint32_t type, uint32_t length, uint32_t shift, const uint64_t *values);
OUT_OF_LINE int hw_refuel(hw_context *context, const uint8_t *pc, uint64_t *fp, const uint8_t *entered);

#define U16(o) hw_u16(pc + (o))
#define U32(o) hw_u32(pc + (o))
#define S32(o) ((int32_t)hw_u32(pc + (o)))
#define U64(o) hw_u64(pc + (o))
#define F32(o) hw_f32_from(hw_u32(pc + (o)))
#define F64(o) hw_f64_from(hw_u64(pc + (o)))
#define SLOT_I32(o) ((uint32_t)fp[U16(o)])
#define SLOT_I64(o) (fp[U16(o)])
#define SLOT_F32(o) hw_f32_from((uint32_t)fp[U16(o)])
#define SLOT_F64(o) hw_f64_from(fp[U16(o)])
// Results go to a slot and to the accumulator: whether the next instruction reads one or the other is the
// translator's choice. KEEP leaves them in the accumulator only.
#define PUT_I32(o, e) do { uint32_t value = (e); r0 = value; fp[U16(o)] = value; } while (0)
#define PUT_I64(o, e) do { uint64_t value = (e); r0 = value; fp[U16(o)] = value; } while (0)
#define PUT_F32(o, e) do { f1 = (e); fp[U16(o)] = hw_f32_bits(f1); } while (0)
#define PUT_F64(o, e) do { f0 = (e); fp[U16(o)] = hw_f64_bits(f0); } while (0)
#define KEEP_I32(o, e) do { r0 = (uint32_t)(e); } while (0)
#define KEEP_I64(o, e) do { r0 = (e); } while (0)
#define KEEP_F32(o, e) do { f1 = (e); } while (0)
#define KEEP_F64(o, e) do { f0 = (e); } while (0)

// The state travels in the argument registers of preserve_none, from handler to handler.
#define STATE \
  const uint8_t *pc, uint64_t *fp, uint8_t *memory, uint64_t memory_size, uint64_t r0, int64_t fuel, hw_context *context, \
      double f0, float f1, hw_v128 v0
#define PASS_STATE pc, fp, memory, memory_size, r0, fuel, context, f0, f1, v0
#define HANDLER __attribute__((preserve_none))
#define TAIL_CALL __attribute__((musttail)) return
typedef HANDLER int (*hw_handler)(STATE);

#define DISPATCH TAIL_CALL (*(const hw_handler *)pc)(PASS_STATE)
#define NEXT(size) do { pc += (size); DISPATCH; } while (0)
#define TRAP(code) do { r0 = (uint64_t)(code); TAIL_CALL hw_trapped(PASS_STATE); } while (0)
// To be used before the word has changed anything: if there is more fuel, it runs again (hw_store.refuel).
#define OUT_OF_FUEL TAIL_CALL hw_out_of_fuel(PASS_STATE)
#define CHECK_BOUNDS(end) do { if (UNLIKELY((end) > memory_size)) TRAP(HW_TRAP_MEMORY_OUT_OF_BOUNDS); } while (0)
// `otherwise` leaves the handler, with the fuel as it was.
#define CHARGE_OR(cost, otherwise) \
  do { \
    int64_t charged = (int64_t)(cost); \
    fuel -= charged; \
    if (UNLIKELY(fuel < 0)) { fuel += charged; otherwise; } \
  } while (0)
#define CHARGE(cost) CHARGE_OR(cost, OUT_OF_FUEL)
#define BRANCH(offset_at, cost_at) do { CHARGE(U32(cost_at)); pc += S32(offset_at); DISPATCH; } while (0)
// Not taken needs no check: every loop and call passes one.
#define BRANCH_IF(condition) \
  do { if (condition) { CHARGE(U16(16)); pc += S32(12); DISPATCH; } fuel -= U16(18); } while (0)
#define STACK_LIMIT (context->stack_limit)
// A call of a function with this entry fuel, end of its frame, frame, place of its header, and code.
#define ENTER(cost, extent, frame, header_at, code_at, size) \
  do { \
    const uint8_t *code = (code_at); \
    /* `memory` loses nothing: it is loaded anew. */ \
    CHARGE_OR(cost, memory = (uint8_t *)(uintptr_t)code; TAIL_CALL hw_out_of_fuel_entering(PASS_STATE)); \
    if (UNLIKELY((extent) > STACK_LIMIT)) TRAP(HW_TRAP_STACK_EXHAUSTED); \
    uint64_t *header = (header_at); \
    header[0] = (uint64_t)(uintptr_t)(pc + (size)); \
    header[1] = (uint64_t)(uintptr_t)fp; \
    fp = (frame); \
    pc = code; \
    DISPATCH; \
  } while (0)
// Without a loop that the compiler would turn into a call of memset, which costs more than most functions' locals.
#define CLEAR_FOUR(p) do { __builtin_memset_inline((p), 0, 32); (p) += 4; __asm__ volatile("" : "+r"(p)); } while (0)
// Whoever calls out has checked the fuel.
#define CALL_EXTERNAL(callee, frame) \
  do { \
    SAVE_STATE; \
    SAVE_PLACE; \
    int trap = hw_external(context, (callee), (frame)); \
    RELOAD_STATE; \
    if (UNLIKELY(trap)) TRAP(trap); \
  } while (0)
// The callee's frame takes the place of this one. Its header lies behind its own parameters.
#define RETURN_CALL(callee, arguments, header) \
  do { \
    CHARGE_OR((callee)->entry_fuel, memory = (uint8_t *)(uintptr_t)(callee)->code; TAIL_CALL hw_out_of_fuel_entering(PASS_STATE)); \
    if (UNLIKELY(fp + (callee)->frame_slots > STACK_LIMIT)) TRAP(HW_TRAP_STACK_EXHAUSTED); \
    const uint64_t back = (header)[0], caller = (header)[1]; \
    const uint64_t count = (callee)->parameters; \
    hw_copy(fp, (arguments), 8 * count); \
    fp[count] = back; \
    fp[count + 1] = caller; \
    pc = (callee)->code; \
    DISPATCH; \
  } while (0)
// The function that a table holds at an index, for a call of the type at 12.
#define TABLE_CALLEE(callee, index) \
  const hw_table *table = (const hw_table *)U64(24); \
  if (UNLIKELY((index) >= table->count)) TRAP(HW_TRAP_UNDEFINED_ELEMENT); \
  hw_function *callee = hw_function_from(table->elements[(index)]); \
  if (UNLIKELY(!callee)) TRAP(HW_TRAP_UNINITIALIZED_ELEMENT); \
  if (UNLIKELY(callee->type_id != U32(12)) && !hw_subtype(context->store, callee->type_id, U32(12))) \
    TRAP(HW_TRAP_INDIRECT_CALL_TYPE_MISMATCH)
#define REFERENCE_CALLEE(callee, reference) \
  hw_function *callee = hw_function_from(reference); \
  if (UNLIKELY(!callee)) TRAP(HW_TRAP_NULL_FUNCTION_REFERENCE)
// A function of the host or of another instance is called, its frame at 16; of a tail call, the words behind this one return
// its results.
#define LEAVE_IF_EXTERNAL(callee) \
  if (UNLIKELY((callee)->context != context)) { \
    if (UNLIKELY(fuel < 0)) OUT_OF_FUEL; \
    r0 = (uint64_t)(uintptr_t)(callee); \
    TAIL_CALL hw_call_indirect_external(PASS_STATE); \
  }
#define CALL_FOUND(callee) \
  do { \
    LEAVE_IF_EXTERNAL(callee) \
    uint64_t *frame = fp + U32(16); \
    ENTER(callee->entry_fuel, frame + callee->frame_slots, frame, frame + callee->parameters, callee->code, 32); \
  } while (0)
// The object, and the bytes of an element, that an instruction of structs or arrays reads or writes.
#define STRUCTURE(reference) \
  uint8_t *object = (uint8_t *)(uintptr_t)(reference); \
  if (UNLIKELY(!object)) TRAP(HW_TRAP_NULL_STRUCTURE_REFERENCE); \
  uint8_t *field = object + U32(12)
#define ARRAY(reference) \
  hw_object *array = (hw_object *)(uintptr_t)(reference); \
  if (UNLIKELY(!array)) TRAP(HW_TRAP_NULL_ARRAY_REFERENCE)
#define ELEMENT(reference, at, size) \
  ARRAY(reference); \
  uint32_t index = (at); \
  if (UNLIKELY(index >= array->length)) TRAP(HW_TRAP_ARRAY_OUT_OF_BOUNDS); \
  uint8_t *field = (uint8_t *)array + HW_OBJECT_HEADER + (uint64_t)index * (size)
// A new struct of the type at 12; its class of cells is at 16, its bytes at 20.
#define NEW_STRUCTURE(object) \
  const uint32_t cell_class = U32(16); \
  hw_object *object = hw_take_cell(context->store->heap, cell_class, hw_cell_bytes(cell_class)); \
  if (UNLIKELY(!object)) { \
    const uintptr_t allocated = hw_allocate(context, pc, fp, U32(20)); \
    if (UNLIKELY(allocated < HW_LEAST_ADDRESS)) TRAP(allocated); \
    object = (hw_object *)allocated; \
  } \
  *object = (hw_object){U32(12), 0}
#define NEW_ARRAY(allocated) \
  const uintptr_t array = (allocated); \
  if (UNLIKELY(array < HW_LEAST_ADDRESS)) TRAP(array)
// Whether a reference is an object of the type at 16 or a subtype of that.
#define IS_OF_TYPE(reference) \
  ((reference) && ((reference) & 7) == 0 && \
   (((const hw_object *)(uintptr_t)(reference))->type == U32(16) || \
    hw_subtype(context->store, ((const hw_object *)(uintptr_t)(reference))->type, U32(16))))
// The caller's header is at 10.
#define RETURN_CALL_FOUND(callee) \
  do { \
    LEAVE_IF_EXTERNAL(callee) \
    RETURN_CALL(callee, fp + U32(16), fp + U16(10)); \
  } while (0)
#define CALL_INDIRECT(index) do { TABLE_CALLEE(callee, index); CALL_FOUND(callee); } while (0)
#define RETURN_CALL_INDIRECT(index) do { TABLE_CALLEE(callee, index); RETURN_CALL_FOUND(callee); } while (0)
#define CALL_REF(reference) do { REFERENCE_CALLEE(callee, reference); CALL_FOUND(callee); } while (0)
#define RETURN_CALL_REF(reference) do { REFERENCE_CALLEE(callee, reference); RETURN_CALL_FOUND(callee); } while (0)
#define SAVE_STATE (context->store->fuel = fuel)
#define SAVE_PLACE (context->store->trap_pc = pc, context->store->trap_fp = fp)
#define RELOAD_STATE \
  (fuel = context->store->fuel, memory = context->memory->base, memory_size = context->memory->size)
#define HW_FUNCTION_OF_STUB(pc) ((hw_function *)(uintptr_t)((pc) - offsetof(hw_function, stub)))
// The callee never ran: the trap belongs to the call instruction, which ends just before the return address.
#define TRAP_IN_CALLER(callee, code) \
  do { \
    uint64_t *header = fp + (callee)->parameters; \
    pc = (const uint8_t *)header[0] - 1; \
    fp = (uint64_t *)header[1]; \
    TRAP(code); \
  } while (0)

// The handlers of vectors, for each level of vector instructions.
__attribute__((visibility("hidden"))) extern const hw_handler hw_vectors_baseline[], hw_vectors_v3[];
// The joined words: those with even numbers, and the others.
__attribute__((visibility("hidden"))) extern const hw_handler hw_sequences_0[], hw_sequences_1[];

HANDLER __attribute__((visibility("hidden"))) int hw_trapped(STATE);
HANDLER __attribute__((visibility("hidden"))) int hw_out_of_fuel(STATE);
HANDLER __attribute__((visibility("hidden"))) int hw_out_of_fuel_entering(STATE);
HANDLER __attribute__((visibility("hidden"))) int hw_call_indirect_external(STATE);

// A handler uses what it needs of the state. One cache line each: with two indirect jumps in a line, branch predictors
// lose some of them.
#pragma clang diagnostic ignored "-Wunused-parameter"
#define H(name) static HANDLER __attribute__((aligned(64))) int handle_##name(STATE)
// A handler that goes on to the word behind its `size` bytes, and one that goes elsewhere.
#define STRAIGHT(name, size) H(name) { HEAD_##name NEXT(size); }
#define FINAL(name) H(name) { HEAD_##name }
// Words behind each other as one. Each but the last goes on to the next, whose handler address is left out: to its
// operands, pc looks as if it were still there.
#define GO_ON(name, size) { HEAD_##name } pc += (size) - 8;
#define END_STRAIGHT(name, size) { HEAD_##name NEXT(size); }
#define END_FINAL(name) { HEAD_##name }

#include "handler-bodies.h"
#include "vector-places.h"

#endif
