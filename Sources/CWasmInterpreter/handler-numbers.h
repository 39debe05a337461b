// Written by scripts/generate-handlers: change that script, not this file.
#define HW_EXIT_HANDLER 1685
