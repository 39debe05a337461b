// The dispatch loop of the interpreter: what Swift (WasmInterpreter) and C share.
//
// Swift translates a function body into code words, an 8-byte handler address followed by operands, and this loop
// runs them. A frame is a run of 64-bit slots: parameters, saved pc, saved fp, other locals, then one slot for each
// operand stack position. A callee's parameters are the caller's topmost operand slots, so a call copies nothing.
#ifndef HANZO_C_WASM_INTERPRETER_H
#define HANZO_C_WASM_INTERPRETER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "hw_heap.h"

// Why a run ended. 0 is a normal return; values from HW_TRAP_HOST on mean that the callback kept the reason.
enum {
  HW_TRAP_NONE = 0,
  HW_TRAP_UNREACHABLE = 1,
  HW_TRAP_MEMORY_OUT_OF_BOUNDS = 2,
  HW_TRAP_TABLE_OUT_OF_BOUNDS = 3,
  HW_TRAP_UNDEFINED_ELEMENT = 4,
  HW_TRAP_UNINITIALIZED_ELEMENT = 5,
  HW_TRAP_INDIRECT_CALL_TYPE_MISMATCH = 6,
  HW_TRAP_INTEGER_DIVIDE_BY_ZERO = 7,
  HW_TRAP_INTEGER_OVERFLOW = 8,
  HW_TRAP_INVALID_CONVERSION = 9,
  HW_TRAP_STACK_EXHAUSTED = 10,
  HW_TRAP_FUEL_EXHAUSTED = 11,
  HW_TRAP_NULL_REFERENCE = 20,
  HW_TRAP_NULL_FUNCTION_REFERENCE = 21,
  HW_TRAP_NULL_STRUCTURE_REFERENCE = 22,
  HW_TRAP_NULL_ARRAY_REFERENCE = 23,
  HW_TRAP_NULL_I31_REFERENCE = 24,
  HW_TRAP_ARRAY_OUT_OF_BOUNDS = 25,
  HW_TRAP_CAST_FAILURE = 26,
  HW_TRAP_UNALIGNED_ATOMIC = 30,
  HW_TRAP_EXPECTED_SHARED_MEMORY = 31,
  HW_TRAP_HOST = 64,
  HW_TRAP_EXCEPTION = 96,  // something was thrown: the store has it, and looks for who catches it (hw_store.unwind)
};

// A run of anonymous memory: linear memories and tables. An empty region has no mapping.
typedef struct hw_region {
  uint8_t *base;
  uint64_t size;  // bytes in use, what bounds checks compare with
} hw_region;

typedef struct hw_table {
  uint64_t *elements;
  uint64_t count;
} hw_table;

struct hw_context;

// A reference is 0 for null, or says in its low three bits what it refers to:
//   000 an object of the heap, by its address      100 a function, by the address of its record
//   x01 an i31, in the bits from 2 on              x10 a number of the host's, in the bits from 2 on
enum { HW_FUNCTION_BIT = 4 };

// A function as calls see it.
typedef struct hw_function {
  const uint8_t *code;         // translated code, or &stub before the first call
  struct hw_context *context;  // of the instance that defines it; NULL for a host function
  uint32_t frame_slots;        // what the frame needs, in slots; before translation: parameters and header
  uint32_t entry_fuel;         // fuel of the entry and the first block; 0 before translation
  uint32_t type_id;            // equal numbers are equal types within a store
  uint16_t parameters;         // slot of the saved pc
  uint16_t results;
  uint32_t index;  // in the module's function index space; of a host function, in the store's list
  uint32_t reserved;
  const void *stub;  // code word: the handler that translates
} hw_function;

// A type of a store: its supertype (UINT32_MAX for none), and how many supertypes it has.
typedef struct hw_type {
  uint32_t parent;
  uint32_t depth;
} hw_type;

// What all instances of a store share.
typedef struct hw_store {
  int64_t fuel;             // what is left; negative when a block was entered that could not be paid
  uint64_t *top;            // first free slot while a callback runs
  const uint8_t *trap_pc;   // where the last run trapped
  uint64_t *trap_fp;
  const uint8_t *entered;  // for `refuel`: the code of the function whose entry could not be paid; NULL elsewhere
  void *owner;  // for the callbacks
  // Each returns 0 or the trap. While one of the first three runs, trap_pc and trap_fp say where the run stands that called it.
  int (*call_external)(struct hw_context *, hw_function *, uint64_t *frame);
  int (*translate)(struct hw_context *, hw_function *);
  int (*service)(struct hw_context *, uint32_t operation, uint64_t *slots, uint32_t x, uint32_t y);
  // What was thrown at trap_pc and trap_fp looks for who catches it: 0 if the run goes on at the new trap_pc and trap_fp.
  int (*unwind)(struct hw_context *);
  // NULL, or asked when `fuel` does not suffice: returns 1 if it raised `fuel`, and then the word runs again, which a
  // joined one cannot: code must be without them. trap_pc and trap_fp say where.
  int (*refuel)(struct hw_context *);
  const hw_type *types;  // by their numbers
  hw_heap *heap;
  // The heap has no cell for an object of `bytes`, header included: collects, or adds room. 0, or the trap. The innermost run
  // stands at trap_pc and trap_fp.
  int (*make_room)(struct hw_store *, uint64_t bytes);
} hw_store;

// What one instance's code needs.
typedef struct hw_context {
  hw_region *memory;  // memory 0, or an empty region
  uint64_t *stack_limit;
  hw_store *store;
  void *owner;  // for the callbacks
} hw_context;

// A handler's address, by its number: what code words begin with.
typedef const void *hw_handler_address;
// `v3`: of vector handlers the one that uses x86-64-v3 (AVX2), which the processor must have.
hw_handler_address hw_handler_of(uint16_t number, bool v3);
bool hw_has_vectors_v3(void);

enum { HW_NO_HANDLER = 0xFFFF };
// The handler that does the work of two words behind each other, or HW_NO_HANDLER. The first may be such a one itself.
uint16_t hw_join(uint16_t first, uint16_t second);

// Runs a function of `context`; arguments lie at `frame`, results come back there. 0 or a trap.
int hw_call(hw_context *context, hw_function *function, uint64_t *frame);

// A new object, its header and payload not set, or a trap (below HW_LEAST_ADDRESS). For Swift: the innermost run stands at
// trap_pc and trap_fp.
enum { HW_LEAST_ADDRESS = 4096 };
uintptr_t hw_allocate_object(hw_store *store, uint64_t bytes);

// Sets `count` elements of an array from `from` on, all inside it, to the value in a slot, or two.
void hw_fill_array(hw_object *array, uint32_t from, uint32_t count, uint32_t shift, const uint64_t *value);

// What `ref.test` and its siblings ask: the heap type. With HW_IS_NULLABLE null is one, too.
enum {
  HW_IS_TYPE,           // an object of the type or a subtype
  HW_IS_FUNCTION_TYPE,  // a function of it
  HW_IS_ANY,            // everything but null: the top types, and func
  HW_IS_EQ,
  HW_IS_I31,
  HW_IS_STRUCTURE,
  HW_IS_ARRAY,
  HW_IS_NONE,  // the bottom types
  HW_IS_NULLABLE = 0x100,
};

// Maps, grows (moving if needed), shrinks or unmaps a region. Sizes are rounded up to whole pages. New bytes are 0.
// 0, or -1 when the kernel refuses.
int hw_region_resize(hw_region *region, uint64_t size);
// Zeroes everything, giving big regions' pages back to the kernel.
void hw_region_clear(hw_region *region);

static inline hw_function *hw_function_from(uint64_t reference) {
  return reference ? (hw_function *)(uintptr_t)(reference - HW_FUNCTION_BIT) : NULL;
}

#endif
