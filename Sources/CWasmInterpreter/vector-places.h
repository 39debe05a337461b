// Written by scripts/generate-handlers: change that script, not this file.
// The vector handlers are the last of the words with a result, of their twins, and of the others.
enum { HW_RESULTS = 1515, HW_VECTOR_RESULTS = 732, HW_VECTOR_OTHERS = 17, HW_SINGLES = 3447 };
