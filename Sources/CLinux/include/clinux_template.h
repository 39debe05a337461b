// Forking a process for one invocation from a confined worker, and what that process gives up besides.
#ifndef CLINUX_TEMPLATE_H
#define CLINUX_TEMPLATE_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/// The flags with which a template calls clone(2), for its system call filter: CLONE_PARENT | CLONE_VFORK and SIGCHLD.
uint64_t clinux_sibling_flags(void);

/// Forks the calling process, which must have a single thread. The new process is a child of the caller's parent, which
/// can watch and reap it, and a member of the caller's process group. The caller sleeps until the new process has ended or,
/// at least, has given up its memory for good, and runs no code any more.
///
/// Returns 0 in the new process, its pid in the caller after its end, or the negated errno (EAGAIN, ENOMEM).
pid_t clinux_fork_sibling(void);

/// What the new process does before anything else: closes `descriptor`, which is the template's alone, may fork no more
/// (RLIMIT_NPROC 0), and installs a second system call filter of `length` bytes (struct sock_filter). Returns 0 or the
/// negated errno.
int clinux_restrict_sibling(int descriptor, const void *program, size_t length);

#endif
