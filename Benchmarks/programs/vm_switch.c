// Measures an interpreter inside the interpreter: a stack machine whose loop is one switch (br_table). Its program,
// given below as a table for the assembler, counts primes by division and by a sieve and follows Collatz sequences.
#include "support.h"

typedef enum {
  op_push, op_load, op_store, op_add, op_subtract, op_multiply, op_divide, op_remainder, op_shift_right, op_and,
  op_less, op_equal, op_jump, op_jump_if_zero, op_call, op_return, op_enter, op_peek, op_poke, op_increment, op_halt,
  as_label, // for the assembler only
} Operation;

typedef struct {
  Operation operation;
  int32_t operand;
} Line;

enum { l_main, l_main_loop, l_main_odd, l_main_end, l_prime, l_prime_loop, l_prime_no, l_prime_end, l_collatz,
       l_collatz_loop, l_collatz_even, l_collatz_next, l_collatz_end, l_sieve, l_sieve_clear, l_sieve_next,
       l_sieve_strike, l_sieve_skip, l_sieve_end, l_sieve_start, label_count };

static const Line source[] = {
    // main(limit): number 1, result 2
    {as_label, l_main}, {op_enter, 2},
    {op_push, 1}, {op_store, 1},
    {as_label, l_main_loop},
    {op_load, 1}, {op_load, 0}, {op_less, 0}, {op_jump_if_zero, l_main_end},
    {op_load, 2}, {op_push, 31}, {op_multiply, 0}, {op_load, 1}, {op_call, l_collatz}, {op_add, 0}, {op_store, 2},
    {op_load, 1}, {op_call, l_prime}, {op_jump_if_zero, l_main_odd},
    {op_load, 2}, {op_load, 1}, {op_add, 0}, {op_store, 2},
    {as_label, l_main_odd},
    {op_increment, 1}, {op_jump, l_main_loop},
    {as_label, l_main_end},
    {op_load, 2}, {op_load, 0}, {op_call, l_sieve}, {op_add, 0}, {op_return, 0},

    // prime(number): divisor 1
    {as_label, l_prime}, {op_enter, 1},
    {op_load, 0}, {op_push, 2}, {op_less, 0}, {op_push, 0}, {op_equal, 0}, {op_jump_if_zero, l_prime_no},
    {op_push, 2}, {op_store, 1},
    {as_label, l_prime_loop},
    {op_load, 0}, {op_load, 1}, {op_load, 1}, {op_multiply, 0}, {op_less, 0}, {op_push, 0}, {op_equal, 0},
    {op_jump_if_zero, l_prime_end},
    {op_load, 0}, {op_load, 1}, {op_remainder, 0}, {op_jump_if_zero, l_prime_no},
    {op_increment, 1}, {op_jump, l_prime_loop},
    {as_label, l_prime_end}, {op_push, 1}, {op_return, 0},
    {as_label, l_prime_no}, {op_push, 0}, {op_return, 0},

    // collatz(number): steps 1
    {as_label, l_collatz}, {op_enter, 1},
    {as_label, l_collatz_loop},
    {op_load, 0}, {op_push, 1}, {op_equal, 0}, {op_push, 0}, {op_equal, 0}, {op_jump_if_zero, l_collatz_end},
    {op_load, 0}, {op_push, 1}, {op_and, 0}, {op_jump_if_zero, l_collatz_even},
    {op_load, 0}, {op_push, 3}, {op_multiply, 0}, {op_push, 1}, {op_add, 0}, {op_store, 0},
    {op_jump, l_collatz_next},
    {as_label, l_collatz_even},
    {op_load, 0}, {op_push, 1}, {op_shift_right, 0}, {op_store, 0},
    {as_label, l_collatz_next},
    {op_increment, 1}, {op_jump, l_collatz_loop},
    {as_label, l_collatz_end}, {op_load, 1}, {op_return, 0},

    // sieve(limit): number 1, multiple 2, primes 3
    {as_label, l_sieve}, {op_enter, 3},
    {as_label, l_sieve_clear},
    {op_load, 1}, {op_load, 0}, {op_less, 0}, {op_jump_if_zero, l_sieve_start},
    {op_load, 1}, {op_push, 0}, {op_poke, 0}, {op_increment, 1}, {op_jump, l_sieve_clear},
    {as_label, l_sieve_start}, {op_push, 2}, {op_store, 1},
    {as_label, l_sieve_next},
    {op_load, 1}, {op_load, 0}, {op_less, 0}, {op_jump_if_zero, l_sieve_end},
    {op_load, 1}, {op_peek, 0}, {op_push, 0}, {op_equal, 0}, {op_jump_if_zero, l_sieve_skip},
    {op_increment, 3},
    {op_load, 1}, {op_load, 1}, {op_multiply, 0}, {op_store, 2},
    {as_label, l_sieve_strike},
    {op_load, 2}, {op_load, 0}, {op_less, 0}, {op_jump_if_zero, l_sieve_skip},
    {op_load, 2}, {op_push, 1}, {op_poke, 0},
    {op_load, 2}, {op_load, 1}, {op_add, 0}, {op_store, 2}, {op_jump, l_sieve_strike},
    {as_label, l_sieve_skip}, {op_increment, 1}, {op_jump, l_sieve_next},
    {as_label, l_sieve_end}, {op_load, 3}, {op_return, 0},
};

enum { line_count = sizeof source / sizeof source[0], code_capacity = 8 * line_count, cells = 1 << 15 };

static uint8_t code[code_capacity];
static uint32_t memory[cells];

static bool has_operand(Operation operation) {
  switch (operation) {
  case op_push: case op_load: case op_store: case op_jump: case op_jump_if_zero: case op_call: case op_enter:
  case op_increment: return true;
  default: return false;
  }
}

// One byte for the operation and four for its operand, if it has one; labels become addresses.
static uint32_t assemble(void) {
  uint32_t addresses[label_count] = {0}, length = 0;
  for (int pass = 0; pass < 2; pass++) {
    length = 0;
    for (int i = 0; i < line_count; i++) {
      Line line = source[i];
      if (line.operation == as_label) {
        addresses[line.operand] = length;
        continue;
      }
      code[length++] = (uint8_t)line.operation;
      if (!has_operand(line.operation)) continue;
      bool is_label = line.operation == op_jump || line.operation == op_jump_if_zero || line.operation == op_call;
      uint32_t operand = is_label ? addresses[line.operand] : (uint32_t)line.operand;
      memcpy(code + length, &operand, 4);
      length += 4;
    }
  }
  code[length++] = op_halt;
  return length - 1;
}

static uint32_t operand_at(uint32_t address) {
  uint32_t operand;
  memcpy(&operand, code + address, 4);
  return operand;
}

// Calls the function at address 0 with `argument`; `halt` is where it returns to. A frame is: the argument (every
// function has one), the locals, then temporaries. `top` is the first free slot.
static __attribute__((noinline)) uint32_t execute(uint32_t argument, uint32_t halt, uint64_t *executed) {
  uint32_t stack[256], returns[64];
  uint32_t counter = 0, top = 1, frame = 0, depth = 0;
  uint64_t count = 0;
  stack[0] = argument;
  returns[depth++] = halt;
  returns[depth++] = 0;
  while (true) {
    count++;
    switch ((Operation)code[counter++]) {
    case op_push:
      stack[top++] = operand_at(counter);
      counter += 4;
      break;
    case op_load:
      stack[top++] = stack[frame + operand_at(counter)];
      counter += 4;
      break;
    case op_store:
      stack[frame + operand_at(counter)] = stack[--top];
      counter += 4;
      break;
    case op_increment:
      stack[frame + operand_at(counter)]++;
      counter += 4;
      break;
    case op_add: top--, stack[top - 1] += stack[top]; break;
    case op_subtract: top--, stack[top - 1] -= stack[top]; break;
    case op_multiply: top--, stack[top - 1] *= stack[top]; break;
    case op_divide:
      if (stack[--top] == 0) return 0;
      stack[top - 1] /= stack[top];
      break;
    case op_remainder:
      if (stack[--top] == 0) return 0;
      stack[top - 1] %= stack[top];
      break;
    case op_shift_right: top--, stack[top - 1] >>= stack[top] & 31; break;
    case op_and: top--, stack[top - 1] &= stack[top]; break;
    case op_less: top--, stack[top - 1] = stack[top - 1] < stack[top]; break;
    case op_equal: top--, stack[top - 1] = stack[top - 1] == stack[top]; break;
    case op_jump: counter = operand_at(counter); break;
    case op_jump_if_zero: counter = stack[--top] == 0 ? operand_at(counter) : counter + 4; break;
    case op_call:
      returns[depth++] = counter + 4;
      returns[depth++] = frame;
      frame = top - 1;
      counter = operand_at(counter);
      break;
    case op_return: {
      uint32_t result = stack[top - 1];
      top = frame;
      stack[top++] = result;
      frame = returns[--depth];
      counter = returns[--depth];
      break;
    }
    case op_enter:
      for (uint32_t locals = operand_at(counter); locals > 0; locals--) stack[top++] = 0;
      counter += 4;
      break;
    case op_peek: stack[top - 1] = memory[stack[top - 1] % cells]; break;
    case op_poke:
      top -= 2;
      memory[stack[top] % cells] = stack[top + 1];
      break;
    case op_halt:
      *executed = count;
      return stack[top - 1];
    case as_label: return 0;
    }
  }
}

// `size`: the numbers below it are examined, at most 32 768 (which is what keeps Collatz within 32 bits, too).
RUN(size) {
  uint32_t limit = (uint32_t)(size < cells ? size : cells);
  uint32_t halt = assemble();
  uint64_t executed = 0;
  uint32_t result = execute(limit, halt, &executed);
  return (int64_t)mix(executed, result);
}

START
