// Every second joined word, from number 0 on: two files, so that they compile side by side.
#include "dispatch.h"

#define SEQUENCE(name, ...) H(name) { __VA_ARGS__ }
#include "sequences-0.inc"

const hw_handler hw_sequences_0[] = {
#undef SEQUENCE
#define SEQUENCE(name, ...) handle_##name,
#include "sequences-0.inc"
};
