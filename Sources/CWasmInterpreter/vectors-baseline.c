// Vector instructions for every processor of the architecture: SSE2 or NEON.
#define HW_LEVEL hw_vectors_baseline
#define HW_X86_V3 0
#include "vectors.h"
