// Written by scripts/generate-handlers: change that script, not this file.
// The vector handlers are the last of the words with a result, of their twins, and of the others.
enum { HW_RESULTS = 1565, HW_VECTOR_RESULTS = 734, HW_VECTOR_OTHERS = 19, HW_SINGLES = 3567 };
