// The allocator wrappers. On failure nothing is written, freed or formatted: the process may be at its memory limit
// and under a filter that allows little besides exit_group.
#include "CAllocGuard.h"

#include <errno.h>
#include <unistd.h>

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *block, size_t size);
int __real_posix_memalign(void **block, size_t alignment, size_t size);
void *__real_aligned_alloc(size_t alignment, size_t size);
void *__real_memalign(size_t alignment, size_t size);

static void *checked(void *block, int requested) {
  if (__builtin_expect(block == NULL && requested, 0)) _exit(CALLOCGUARD_EXIT_CODE);
  return block;
}

void *__wrap_malloc(size_t size) { return checked(__real_malloc(size), size != 0); }

void *__wrap_calloc(size_t count, size_t size) {
  return checked(__real_calloc(count, size), count != 0 && size != 0);
}

// realloc to zero frees the block and returns NULL.
void *__wrap_realloc(void *block, size_t size) { return checked(__real_realloc(block, size), size != 0); }

// A bad alignment (EINVAL) is the caller's mistake, not the memory limit.
int __wrap_posix_memalign(void **block, size_t alignment, size_t size) {
  int result = __real_posix_memalign(block, alignment, size);
  if (__builtin_expect(result == ENOMEM && size != 0, 0)) _exit(CALLOCGUARD_EXIT_CODE);
  return result;
}

void *__wrap_aligned_alloc(size_t alignment, size_t size) {
  void *block = __real_aligned_alloc(alignment, size);
  if (block == NULL && errno == EINVAL) return NULL;
  return checked(block, size != 0);
}

void *__wrap_memalign(size_t alignment, size_t size) {
  void *block = __real_memalign(alignment, size);
  if (block == NULL && errno == EINVAL) return NULL;
  return checked(block, size != 0);
}
