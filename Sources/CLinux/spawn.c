// Starting a worker without copying the host's address space.
//
// posix_spawn was considered and not taken: it has no CLONE_PIDFD, so the pid could be somebody else's by the time
// pidfd_open runs (the host may ignore SIGCHLD or reap everything); and its closefrom action would close the very
// descriptor that names the program. The child below runs on its own stack in the parent's memory while the calling
// thread is suspended, as posix_spawn's does, and makes raw system calls only.
#include "clinux_spawn.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/close_range.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "clinux_process.h"

#ifndef SYS_close_range
#define SYS_close_range 436
#endif
#ifndef CLONE_PIDFD
#define CLONE_PIDFD 0x00001000
#endif

// What runs in the child must not be watched by ThreadSanitizer: it would account for the child, which shares the memory
// but not the thread, as for the thread that is suspended. Its clone() also treats every child as one that has a copy of
// the memory; the same function under glibc's other name is not replaced.
#define CHILD_CODE __attribute__((no_sanitize("address"), disable_sanitizer_instrumentation))
#if defined(__has_feature)
#if __has_feature(thread_sanitizer)
extern int __clone(int (*function)(void *), void *stack, int flags, void *argument, ...);
#define clone __clone
#endif
#endif

#define KERNEL_SIGNAL_COUNT 64
#define MAXIMUM_DESCRIPTORS 64
#define CHILD_STACK_BYTES (32u * 1024u)
#define GUARD_BYTES 4096u

// Large pages (16 KiB, 64 KiB on aarch64) need a guard of one page.
static size_t rounded_to_page(size_t bytes) {
  size_t page = (size_t)sysconf(_SC_PAGESIZE);
  return (bytes + page - 1) / page * page;
}

// What the child needs, and where it leaves its error. Lives in the memory that both share.
struct child_plan {
  int executable;
  const char *const *arguments;
  const char *const *environment;
  int descriptors[MAXIMUM_DESCRIPTORS];
  int descriptor_count;
  volatile int error;
  const char *volatile step;
};

// rt_sigaction as the kernel takes it: glibc's sigaction refuses the two signals that it reserves for itself.
struct kernel_sigaction {
  void *handler;
  unsigned long flags;
  void *restorer;
  unsigned long mask;
};

CHILD_CODE static int fail(struct child_plan *plan, const char *step) {
  plan->error = errno;
  plan->step = step;
  return -1;
}

// fcntl() is replaced by ThreadSanitizer and goes through glibc's cancellation; the kernel's own is neither.
CHILD_CODE static int duplicate_above(int descriptor, int lowest) {
  return (int)syscall(SYS_fcntl, descriptor, F_DUPFD_CLOEXEC, lowest);
}

// Gives the child exactly the descriptors of the plan and moves the program's descriptor right behind them.
CHILD_CODE static int arrange_descriptors(struct child_plan *plan) {
  int count = plan->descriptor_count;
  // Sources that lie among the targets are moved out of the way first, or they would be overwritten.
  for (int i = 0; i < count; i++) {
    if (plan->descriptors[i] > count) continue;
    int moved = duplicate_above(plan->descriptors[i], count + 1);
    if (moved < 0) return fail(plan, "dup");
    plan->descriptors[i] = moved;
  }
  if (plan->executable <= count) {
    int moved = duplicate_above(plan->executable, count + 1);
    if (moved < 0) return fail(plan, "dup");
    plan->executable = moved;
  }
  for (int i = 0; i < count; i++)
    if (syscall(SYS_dup3, plan->descriptors[i], i, 0) < 0) return fail(plan, "dup3");
  if (syscall(SYS_dup3, plan->executable, count, O_CLOEXEC) < 0) return fail(plan, "dup3");
  plan->executable = count;
  if (syscall(SYS_close_range, (unsigned)count + 1, UINT_MAX, 0) < 0) return fail(plan, "close_range");
  return 0;
}

CHILD_CODE static int run_child(void *argument) {
  struct child_plan *plan = argument;
  struct kernel_sigaction default_action = {0};
  for (int number = 1; number <= KERNEL_SIGNAL_COUNT; number++) {
    if (number == SIGKILL || number == SIGSTOP) continue;
    if (syscall(SYS_rt_sigaction, number, &default_action, NULL, (size_t)8) < 0) {
      fail(plan, "rt_sigaction");
      syscall(SYS_exit_group, 127);
    }
  }
  if (syscall(SYS_setsid) < 0)
    fail(plan, "setsid");
  else if (arrange_descriptors(plan) == 0) {
    uint64_t empty_mask = 0;
    if (syscall(SYS_rt_sigprocmask, SIG_SETMASK, &empty_mask, NULL, (size_t)8) < 0)
      fail(plan, "rt_sigprocmask");
    else {
      syscall(SYS_execveat, plan->executable, "", plan->arguments, plan->environment, AT_EMPTY_PATH);
      fail(plan, "execveat");
    }
  }
  syscall(SYS_exit_group, 127);
  return 127;
}

int clinux_open_executable(const char *path, unsigned *mode, unsigned *owner) {
  int descriptor;
  do descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
  while (descriptor < 0 && errno == EINTR);
  if (descriptor < 0) return -errno;
  struct stat status;
  int error = 0;
  if (fstat(descriptor, &status) < 0)
    error = errno;
  else if (!S_ISREG(status.st_mode) || (status.st_mode & 0111) == 0)
    error = EACCES;
  if (error != 0) {
    close(descriptor);
    return -error;
  }
  if (mode != NULL) *mode = status.st_mode & 07777;
  if (owner != NULL) *owner = status.st_uid;
  // Out of the range of descriptors that a host with closed standard streams might fill.
  if (descriptor < 10) {
    int lifted = fcntl(descriptor, F_DUPFD_CLOEXEC, 10);
    error = errno;
    close(descriptor);
    if (lifted < 0) return -error;
    descriptor = lifted;
  }
  return descriptor;
}

int clinux_spawn(int executable, const char *const *arguments, const char *const *environment,
                 const int *descriptors, int descriptor_count, struct clinux_process *process,
                 const char **failed_step) {
  if (failed_step != NULL) *failed_step = "arguments";
  if (executable < 0 || descriptor_count < 0 || descriptor_count > MAXIMUM_DESCRIPTORS) return -EINVAL;
  struct child_plan plan = {
    .executable = executable,
    .arguments = arguments,
    .environment = environment,
    .descriptor_count = descriptor_count,
  };
  for (int i = 0; i < descriptor_count; i++) {
    if (descriptors[i] < 0) return -EBADF;
    plan.descriptors[i] = descriptors[i];
  }

  size_t guard = rounded_to_page(GUARD_BYTES), stack_bytes = guard + rounded_to_page(CHILD_STACK_BYTES);
  if (failed_step != NULL) *failed_step = "mmap";
  char *stack = mmap(NULL, stack_bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0);
  if (stack == MAP_FAILED) return -errno;
  // The stack grows downwards on both machines, towards the guard.
  if (mprotect(stack, guard, PROT_NONE) < 0) {
    int error = errno;
    munmap(stack, stack_bytes);
    return -error;
  }

  // No handler of the host may run in the child, which shares the host's memory; nor may the host's thread be
  // cancelled while the child uses its frame. The raw call blocks glibc's own two signals as well.
  int cancel_state;
  pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &cancel_state);
  uint64_t all_signals = ~(uint64_t)0, previous_mask = 0;
  syscall(SYS_rt_sigprocmask, SIG_SETMASK, &all_signals, &previous_mask, (size_t)8);

  int pidfd = -1, error = 0;
  pid_t pid = clone(run_child, stack + stack_bytes, CLONE_VM | CLONE_VFORK | CLONE_PIDFD | SIGCHLD, &plan, &pidfd);
  if (pid < 0) {
    error = errno;
    plan.step = "clone";
  } else if (plan.error != 0) {
    // The child has ended itself. If the host ignores SIGCHLD or reaps everything, it is gone already (ECHILD).
    error = plan.error;
    struct clinux_end end;
    clinux_wait(pidfd, 1, &end);
    close(pidfd);
  }

  syscall(SYS_rt_sigprocmask, SIG_SETMASK, &previous_mask, NULL, (size_t)8);
  pthread_setcancelstate(cancel_state, NULL);
  munmap(stack, stack_bytes);
  if (error != 0) {
    if (failed_step != NULL) *failed_step = plan.step;
    return -error;
  }
  if (failed_step != NULL) *failed_step = NULL;
  process->pid = pid;
  process->pidfd = pidfd;
  return 0;
}
