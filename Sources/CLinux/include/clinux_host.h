// What a library can find out about the program that it is part of.
#ifndef CLINUX_HOST_H
#define CLINUX_HOST_H

#include <stddef.h>

/// The number of processors that this process may run on (sched_getaffinity(2)), at least 1.
int clinux_available_processors(void);

/// The processor that the calling thread runs on at this moment (sched_getcpu(3), no system call), or the negated errno.
int clinux_current_processor(void);

/// The path of the file that this code was loaded from: the shared library, or the program itself where it is linked
/// statically. Returns its length, or -ENOENT if it is not known, or -ERANGE if `capacity` is too small. The path is not
/// always absolute: a program's is as it was called.
int clinux_own_library_path(char *path, size_t capacity);

/// The path of the running program (/proc/self/exe): absolute. Returns its length or the negated errno.
int clinux_executable_path(char *path, size_t capacity);

/// Names the calling thread (PR_SET_NAME) for debuggers and /proc; the first 15 bytes count.
void clinux_set_thread_name(const char *name);

#endif
