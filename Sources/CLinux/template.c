// Forking a process for one invocation. Raw system calls: the worker has a single thread and no handlers for fork, and its
// filter admits these calls with exactly these arguments.
#include "clinux_template.h"

#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#define SIBLING_FLAGS ((unsigned long)(CLONE_PARENT | CLONE_VFORK | SIGCHLD))

uint64_t clinux_sibling_flags(void) { return SIBLING_FLAGS; }

pid_t clinux_fork_sibling(void) {
  // Without CLONE_VM the new process has memory of its own. CLONE_VFORK is what makes the caller wait: it could not wait
  // for a process that is not its child.
  long pid = syscall(SYS_clone, SIBLING_FLAGS, 0, 0, 0, 0);
  return pid < 0 ? -errno : (pid_t)pid;
}

int clinux_restrict_sibling(int descriptor, const void *program, size_t length) {
  if (syscall(SYS_close, descriptor) < 0) return -errno;
  struct rlimit none = {0, 0};
  if (syscall(SYS_prlimit64, 0, RLIMIT_NPROC, &none, NULL) < 0) return -errno;
  struct sock_fprog filter = {
    .len = (unsigned short)(length / sizeof(struct sock_filter)),
    .filter = (struct sock_filter *)program,
  };
  return syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &filter) < 0 ? -errno : 0;
}
