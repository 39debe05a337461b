// Measures calls through pointers (call_indirect): a program as a tree of closures, every node with the function that
// evaluates it, and another as threaded code, where every instruction's function returns the next instruction.
#include "support.h"

// MARK: a tree of closures

typedef struct Node Node;
typedef int32_t Evaluator(const Node *node, int32_t *locals);

struct Node {
  Evaluator *evaluate;
  const Node *first, *second, *third;
  int32_t constant;
};

static Node nodes[256];
static int32_t node_count;

static int32_t value_of(const Node *node, int32_t *locals) {
  return node->evaluate(node, locals);
}

// Binary operations are those of unsigned numbers: they wrap around.
#define BINARY(name, expression)                                               \
  static int32_t name(const Node *node, int32_t *locals) {                     \
    uint32_t a = (uint32_t)value_of(node->first, locals);                      \
    uint32_t b = (uint32_t)value_of(node->second, locals);                     \
    return (int32_t)(expression);                                              \
  }
BINARY(sum, a + b)
BINARY(difference, a - b)
BINARY(product, a * b)
BINARY(remainder_of, b == 0 ? 0 : a % b)
BINARY(is_less, a < b)
BINARY(is_equal, a == b)

static int32_t constant(const Node *node, int32_t *locals) {
  (void)locals;
  return node->constant;
}

static int32_t local(const Node *node, int32_t *locals) {
  return locals[node->constant];
}

static int32_t assignment(const Node *node, int32_t *locals) {
  return locals[node->constant] = value_of(node->first, locals);
}

static int32_t sequence(const Node *node, int32_t *locals) {
  value_of(node->first, locals);
  return value_of(node->second, locals);
}

static int32_t loop(const Node *node, int32_t *locals) {
  int32_t last = 0;
  while (value_of(node->first, locals)) last = value_of(node->second, locals);
  return last;
}

static int32_t choice(const Node *node, int32_t *locals) {
  return value_of(value_of(node->first, locals) ? node->second : node->third, locals);
}

// Calls the function whose body is `first` with one argument, in locals of its own.
static int32_t call(const Node *node, int32_t *locals) {
  int32_t own[4] = {value_of(node->second, locals), 0, 0, 0};
  return value_of(node->first, own);
}

static Node *make(Evaluator *evaluate, int32_t constant, const Node *first, const Node *second, const Node *third) {
  Node *node = &nodes[node_count++];
  *node = (Node){evaluate, first, second, third, constant};
  return node;
}

static Node *number(int32_t value) { return make(constant, value, NULL, NULL, NULL); }
static Node *get(int32_t index) { return make(local, index, NULL, NULL, NULL); }
static Node *set(int32_t index, const Node *value) { return make(assignment, index, value, NULL, NULL); }
static Node *binary(Evaluator *evaluate, const Node *a, const Node *b) { return make(evaluate, 0, a, b, NULL); }
static Node *then(const Node *a, const Node *b) { return make(sequence, 0, a, b, NULL); }
static Node *repeat(const Node *condition, const Node *body) { return make(loop, 0, condition, body, NULL); }
static Node *choose(const Node *condition, const Node *a, const Node *b) { return make(choice, 0, condition, a, b); }

// fib(n) = n < 2 ? n : fib(n - 1) + fib(n - 2)
static Node *fibonacci(void) {
  Node *body = choose(binary(is_less, get(0), number(2)), get(0), NULL);
  body->third = binary(sum, binary(call, body, binary(difference, get(0), number(1))),
                       binary(call, body, binary(difference, get(0), number(2))));
  return body;
}

// The greatest common divisors of locals 0 and 1 from 1 up to local 0, summed up.
static Node *divisors(void) {
  Node *euclid = repeat(binary(is_less, number(0), get(2)),
                        then(set(3, binary(remainder_of, get(4), get(2))), then(set(4, get(2)), set(2, get(3)))));
  Node *body = then(set(2, get(1)), then(set(4, get(0)), then(euclid, set(5, binary(sum, get(5), get(4))))));
  Node *next = set(1, binary(sum, get(1), number(1)));
  return then(repeat(binary(is_less, get(1), get(0)), then(next, body)), get(5));
}

// How often a linear congruential generator, local 1, comes to a multiple of 3 in as many steps as local 0 says.
static Node *multiples(void) {
  Node *step = set(1, binary(sum, binary(product, get(1), number(1103515245)), number(12345)));
  Node *test = binary(is_equal, binary(remainder_of, get(1), number(3)), number(0));
  Node *counting = choose(test, set(2, binary(sum, get(2), number(1))), number(0));
  Node *counter = set(0, binary(difference, get(0), number(1)));
  return then(repeat(get(0), then(step, then(counting, counter))), get(2));
}

// MARK: threaded code

typedef struct Cell Cell;
typedef const Cell *Instruction(const Cell *cell, int64_t *registers);

struct Cell {
  Instruction *execute;
  int32_t a, b;
};

#define REGISTERS(name, expression)                                            \
  static const Cell *name(const Cell *cell, int64_t *registers) {              \
    uint64_t a = (uint64_t)registers[cell->a], b = (uint64_t)registers[cell->b]; \
    registers[cell->a] = (int64_t)(expression);                                \
    return cell + 1;                                                           \
  }
REGISTERS(add, a + b)
REGISTERS(multiply, a * b)
REGISTERS(exclusive_or, a ^ b)
REGISTERS(shift_right, a >> (b & 63))

static const Cell *load(const Cell *cell, int64_t *registers) {
  registers[cell->a] = cell->b;
  return cell + 1;
}

static const Cell *jump_unless_zero(const Cell *cell, int64_t *registers) {
  return registers[cell->a] ? cell + cell->b : cell + 1;
}

static const Cell *jump_if_odd(const Cell *cell, int64_t *registers) {
  return registers[cell->a] & 1 ? cell + cell->b : cell + 1;
}

static const Cell *stop(const Cell *cell, int64_t *registers) {
  (void)cell, (void)registers;
  return NULL;
}

// Registers: 0 counts down, 1 is the state, 2 the sum, 3 and up are constants. Collatz steps on scrambled numbers.
static const Cell scrambler[] = {
    {load, 3, -1},
    {load, 4, 3},
    {load, 5, 1},
    // loop:
    {jump_if_odd, 1, 3},
    {shift_right, 1, 5},
    {jump_unless_zero, 5, 3},
    {multiply, 1, 4}, // odd
    {add, 1, 5},
    {add, 2, 1}, // both
    {exclusive_or, 2, 0},
    {jump_if_odd, 2, 3},
    {shift_right, 2, 5},
    {add, 1, 0},
    {add, 0, 3},
    {jump_unless_zero, 0, -11},
    {stop, 0, 0},
};

static __attribute__((noinline)) int64_t run_cells(const Cell *cell, int64_t *registers) {
  while (cell) cell = cell->execute(cell, registers);
  return registers[2];
}

// `size`: how many rounds, the later ones a little longer.
RUN(size) {
  node_count = 0;
  const Node *programs[3] = {fibonacci(), divisors(), multiples()};
  uint64_t checksum = 0;
  for (int32_t round = 0; round < size; round++) {
    int32_t arguments[3] = {8 + round % 3, 20 + round % 50, 100 + round % 70};
    for (int32_t i = 0; i < 3; i++) {
      int32_t locals[8] = {arguments[i], i, 0, 0, 0, 0, 0, 0};
      checksum = mix(checksum, (uint64_t)value_of(programs[i], locals));
    }
    int64_t registers[8] = {200 + round % 16, round, 0, 0, 0, 0, 0, 0};
    checksum = mix(checksum, (uint64_t)run_cells(scrambler, registers));
  }
  return (int64_t)checksum;
}

START
