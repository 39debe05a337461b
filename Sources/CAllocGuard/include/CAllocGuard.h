// Ends the worker with exit code 77 when the C allocator cannot serve a request.
//
// Swift's runtime does not survive a failed allocation: depending on the size it aborts, faults or makes a system
// call that the seccomp filter kills. The supervisor could not tell any of these from a bug. The worker is therefore
// linked with `--wrap=SYMBOL` for each symbol below; every reference to the allocator, whichever library it comes
// from, goes through these wrappers. A request for zero bytes may return NULL and is not a failure.
//
// Only the worker links this target: without the linker flags the `__real_` symbols do not exist.
#ifndef CALLOCGUARD_H
#define CALLOCGUARD_H

#include <stddef.h>

/// The exit code that means "an allocation failed under RLIMIT_AS or RLIMIT_DATA".
#define CALLOCGUARD_EXIT_CODE 77

void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *block, size_t size);
int __wrap_posix_memalign(void **block, size_t alignment, size_t size);
void *__wrap_aligned_alloc(size_t alignment, size_t size);
void *__wrap_memalign(size_t alignment, size_t size);

#endif
