// Every second joined word, from number 1 on: two files, so that they compile side by side.
#include "dispatch.h"

#define SEQUENCE(name, ...) H(name) { __VA_ARGS__ }
#include "sequences-1.inc"

const hw_handler hw_sequences_1[] = {
#undef SEQUENCE
#define SEQUENCE(name, ...) handle_##name,
#include "sequences-1.inc"
};
