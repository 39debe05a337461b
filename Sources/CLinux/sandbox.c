// Giving up rights: descriptors, limits, identity, lifeline, process attributes, Landlock.
#include "clinux_sandbox.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/capability.h>
#include <malloc.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

// What kernel headers older than the running kernel lack. Numbers are the same on x86-64 and aarch64.
#ifndef SYS_close_range
#define SYS_close_range 436
#endif
#ifndef SYS_landlock_create_ruleset
#define SYS_landlock_create_ruleset 444
#define SYS_landlock_add_rule 445
#define SYS_landlock_restrict_self 446
#endif
#ifndef PR_SET_MDWE
#define PR_SET_MDWE 65
#endif
#define MDWE_REFUSE_EXEC_GAIN 1ul
#ifndef PR_SCHED_CORE
#define PR_SCHED_CORE 62
#endif
#define SCHED_CORE_CREATE 1
#define SCHED_CORE_SCOPE_THREAD_GROUP 1
#ifndef PR_SET_SPECULATION_CTRL
#define PR_SET_SPECULATION_CTRL 53
#endif
#define SPECULATION_STORE_BYPASS 0
#define SPECULATION_INDIRECT_BRANCH 1
#define SPECULATION_FORCE_DISABLE (1ul << 3)

static int result_of(long value) { return value < 0 ? -errno : (int)value; }

// MARK: descriptors and the out-of-memory killer

int clinux_close_from(unsigned first) { return result_of(syscall(SYS_close_range, first, UINT_MAX, 0)); }

// Writes a number into one of the process's files in /proc. Returns 0 or the negated errno.
static int write_number(const char *path, int number) {
  char text[16];
  int length = snprintf(text, sizeof text, "%d", number);
  int descriptor = open(path, O_WRONLY | O_CLOEXEC);
  if (descriptor < 0) return -errno;
  ssize_t written = write(descriptor, text, (size_t)length);
  int error = written == length ? 0 : written < 0 ? errno : EIO;
  close(descriptor);
  return -error;
}

int clinux_set_oom_score_adjustment(int adjustment) { return write_number("/proc/self/oom_score_adj", adjustment); }

int clinux_open_descriptor_count(int lowest) {
  DIR *directory = opendir("/proc/self/fd");
  if (directory == NULL) return -errno;
  int own = dirfd(directory), count = 0;
  for (struct dirent *entry; (entry = readdir(directory)) != NULL;) {
    if (entry->d_name[0] == '.') continue;
    int descriptor = atoi(entry->d_name);
    if (descriptor >= lowest && descriptor != own) count++;
  }
  closedir(directory);
  return count;
}

// MARK: resource limits

static int resource_of(enum clinux_limit limit) {
  switch (limit) {
    case CLINUX_LIMIT_ADDRESS_SPACE: return RLIMIT_AS;
    case CLINUX_LIMIT_DATA: return RLIMIT_DATA;
    case CLINUX_LIMIT_CPU_SECONDS: return RLIMIT_CPU;
    case CLINUX_LIMIT_CORE: return RLIMIT_CORE;
    case CLINUX_LIMIT_FILE_SIZE: return RLIMIT_FSIZE;
    case CLINUX_LIMIT_OPEN_FILES: return RLIMIT_NOFILE;
    case CLINUX_LIMIT_LOCKED_MEMORY: return RLIMIT_MEMLOCK;
    case CLINUX_LIMIT_MESSAGE_QUEUE: return RLIMIT_MSGQUEUE;
    case CLINUX_LIMIT_STACK: return RLIMIT_STACK;
    case CLINUX_LIMIT_PROCESSES: return RLIMIT_NPROC;
  }
  return -1;
}

int clinux_lower_limit(enum clinux_limit limit, uint64_t soft, uint64_t hard) {
  struct rlimit current;
  if (getrlimit(resource_of(limit), &current) < 0) return -errno;
  struct rlimit wanted = {.rlim_cur = soft, .rlim_max = hard};
  if (wanted.rlim_max > current.rlim_max) wanted.rlim_max = current.rlim_max;
  if (wanted.rlim_cur > wanted.rlim_max) wanted.rlim_cur = wanted.rlim_max;
  return result_of(setrlimit(resource_of(limit), &wanted));
}

int clinux_get_limit(enum clinux_limit limit, uint64_t *soft, uint64_t *hard) {
  struct rlimit current;
  if (getrlimit(resource_of(limit), &current) < 0) return -errno;
  *soft = current.rlim_cur == RLIM_INFINITY ? UINT64_MAX : current.rlim_cur;
  *hard = current.rlim_max == RLIM_INFINITY ? UINT64_MAX : current.rlim_max;
  return 0;
}

// MARK: scheduling

#define NICEST 19

static int set_autogroup_nice(int value) { return write_number("/proc/self/autogroup", value); }

int clinux_lower_priority(int steps, int *autogroup_error) {
  errno = 0;
  int now = getpriority(PRIO_PROCESS, 0);
  if (errno != 0) return -errno;
  int wanted = now + steps > NICEST ? NICEST : now + steps;
  if (setpriority(PRIO_PROCESS, 0, wanted) < 0) return -errno;
  // The autogroup of a new session begins at 0, whatever the process's value is.
  *autogroup_error = set_autogroup_nice(wanted > 0 ? wanted : 0);
  return 0;
}

int clinux_set_idle_scheduling(int *autogroup_error) {
  struct sched_param parameters = {0};
  if (sched_setscheduler(0, SCHED_IDLE, &parameters) < 0) return -errno;
  *autogroup_error = set_autogroup_nice(NICEST);
  return 0;
}

// MARK: identity and capabilities

int clinux_get_capabilities(uint64_t *effective, uint64_t *permitted, uint64_t *inheritable) {
  struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3, .pid = 0};
  struct __user_cap_data_struct data[2];
  if (syscall(SYS_capget, &header, data) < 0) return -errno;
  *effective = data[0].effective | (uint64_t)data[1].effective << 32;
  *permitted = data[0].permitted | (uint64_t)data[1].permitted << 32;
  *inheritable = data[0].inheritable | (uint64_t)data[1].inheritable << 32;
  return 0;
}

int clinux_drop_bounding_set(void) {
  for (unsigned long capability = 0; capability < 64; capability++) {
    int present = prctl(PR_CAPBSET_READ, capability, 0, 0, 0);
    if (present < 0) return errno == EINVAL && capability > 0 ? 0 : -errno;
    if (present > 0 && prctl(PR_CAPBSET_DROP, capability, 0, 0, 0) < 0) return -errno;
  }
  return 0;
}

int clinux_drop_capabilities(void) {
  // EINVAL: a kernel without ambient capabilities (before 4.3) has none to clear.
  if (prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0) < 0 && errno != EINVAL) return -errno;
  struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3, .pid = 0};
  struct __user_cap_data_struct none[2];
  memset(none, 0, sizeof none);
  return result_of(syscall(SYS_capset, &header, none));
}

int clinux_identifier_is_mapped(uint32_t id, int group) {
  FILE *map = fopen(group ? "/proc/self/gid_map" : "/proc/self/uid_map", "re");
  if (map == NULL) return -errno;
  unsigned long inside, outside, length;
  int mapped = 0;
  while (!mapped && fscanf(map, "%lu %lu %lu", &inside, &outside, &length) == 3)
    mapped = id >= inside && id - inside < length;
  fclose(map);
  return mapped;
}

int clinux_set_identity(uint32_t uid, uint32_t gid) {
  if (syscall(SYS_setgroups, 0, NULL) < 0) return -errno;
  if (syscall(SYS_setresgid, gid, gid, gid) < 0) return -errno;
  return result_of(syscall(SYS_setresuid, uid, uid, uid));
}

// MARK: lifeline

int clinux_arm_lifeline(int descriptor, int group) {
  struct f_owner_ex owner = {.type = F_OWNER_PID, .pid = getpid()};
  if (group) owner = (struct f_owner_ex){.type = F_OWNER_PGRP, .pid = getpgrp()};
  if (fcntl(descriptor, F_SETOWN_EX, &owner) < 0) return -errno;
  if (fcntl(descriptor, F_SETSIG, SIGKILL) < 0) return -errno;
  int flags = fcntl(descriptor, F_GETFL);
  if (flags < 0) return -errno;
  if (fcntl(descriptor, F_SETFL, flags | O_NONBLOCK | O_ASYNC) < 0) return -errno;
  // Nobody may open it anew through /proc, where Landlock does not know pipes: a worker with a write end of its own would
  // outlive the supervisor. EPERM: it belongs to another user, which alone could.
  if (fchmod(descriptor, 0) < 0 && errno != EPERM) return -errno;
  // The supervisor may have ended before the signal was armed: the pipe tells.
  char byte;
  ssize_t count;
  do count = read(descriptor, &byte, 1);
  while (count < 0 && errno == EINTR);
  if (count < 0 && errno == EAGAIN) return 0;
  if (count < 0) return -errno;
  return count == 0 ? -EOWNERDEAD : -EPROTO;
}

// MARK: process attributes

int clinux_set_not_dumpable(void) { return result_of(prctl(PR_SET_DUMPABLE, 0, 0, 0, 0)); }

int clinux_set_no_new_privileges(void) { return result_of(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)); }

int clinux_deny_execute_gain(void) { return result_of(prctl(PR_SET_MDWE, MDWE_REFUSE_EXEC_GAIN, 0, 0, 0)); }

int clinux_disable_indirect_branch_speculation(void) {
  return result_of(
    prctl(PR_SET_SPECULATION_CTRL, SPECULATION_INDIRECT_BRANCH, SPECULATION_FORCE_DISABLE, 0, 0));
}

int clinux_disable_speculative_store_bypass(void) {
  return result_of(prctl(PR_SET_SPECULATION_CTRL, SPECULATION_STORE_BYPASS, SPECULATION_FORCE_DISABLE, 0, 0));
}

int clinux_make_core_scheduling_cookie(void) {
  return result_of(prctl(PR_SCHED_CORE, SCHED_CORE_CREATE, 0, SCHED_CORE_SCOPE_THREAD_GROUP, 0));
}

int clinux_use_single_allocation_arena(void) { return mallopt(M_ARENA_MAX, 1); }

int clinux_reset_crash_signals(void) {
  static const int signals[] = {SIGQUIT, SIGILL, SIGTRAP, SIGABRT, SIGBUS, SIGFPE, SIGSEGV};
  for (size_t i = 0; i < sizeof signals / sizeof signals[0]; i++)
    if (signal(signals[i], SIG_DFL) == SIG_ERR) return -errno;
  return 0;
}

// MARK: diagnosis

// Only calls that the filter allows: write to 2 and exit_group.
static void report_refused_call(int signal_number, siginfo_t *information, void *context) {
  (void)signal_number;
  (void)context;
  char text[48] = "refused system call ";
  size_t length = strlen(text);
  char digits[12];
  int count = 0;
  unsigned number = (unsigned)information->si_syscall;
  do digits[count++] = (char)('0' + number % 10);
  while ((number /= 10) != 0);
  while (count > 0) text[length++] = digits[--count];
  text[length++] = '\n';
  if (write(STDERR_FILENO, text, length) < 0) _exit(CLINUX_EXIT_REFUSED_CALL);
  _exit(CLINUX_EXIT_REFUSED_CALL);
}

int clinux_report_refused_calls(void) {
  struct sigaction action;
  memset(&action, 0, sizeof action);
  action.sa_sigaction = report_refused_call;
  action.sa_flags = SA_SIGINFO;
  sigemptyset(&action.sa_mask);
  return result_of(sigaction(SIGSYS, &action, NULL));
}

// MARK: Landlock

// The structures and bits of ABI 6, spelled out because the build machine's headers may know fewer.
struct landlock_ruleset {
  uint64_t handled_access_fs;
  uint64_t handled_access_net;
  uint64_t scoped;
};
struct landlock_path_rule {
  uint64_t allowed_access;
  int32_t parent;
} __attribute__((packed));

#define RULESET_VERSION 1u
#define RULE_PATH_BENEATH 1
#define NETWORK_ALL 3u
#define SCOPE_ALL 3u
#define ACCESS_WRITE_FILE (1ull << 1)
#define ACCESS_READ_FILE (1ull << 2)
#define ACCESS_READ_DIRECTORY (1ull << 3)
#define ACCESS_REMOVE_DIRECTORY (1ull << 4)
#define ACCESS_REMOVE_FILE (1ull << 5)
#define ACCESS_MAKE_DIRECTORY (1ull << 7)
#define ACCESS_MAKE_REGULAR (1ull << 8)
#define ACCESS_MAKE_SYMBOLIC_LINK (1ull << 12)
#define ACCESS_REFER (1ull << 13)
#define ACCESS_TRUNCATE (1ull << 14)
#define ACCESS_READABLE (ACCESS_READ_FILE | ACCESS_READ_DIRECTORY)
// Never executing, device nodes, sockets, FIFOs or ioctl.
#define ACCESS_WRITABLE                                                                                    \
  (ACCESS_READABLE | ACCESS_WRITE_FILE | ACCESS_REMOVE_DIRECTORY | ACCESS_REMOVE_FILE | ACCESS_MAKE_DIRECTORY | \
   ACCESS_MAKE_REGULAR | ACCESS_MAKE_SYMBOLIC_LINK | ACCESS_REFER | ACCESS_TRUNCATE)

int clinux_landlock_version(void) {
  return result_of(syscall(SYS_landlock_create_ruleset, NULL, (size_t)0, RULESET_VERSION));
}

int clinux_landlock_restrict(const struct clinux_landlock_directory *directories, size_t count) {
  int version = clinux_landlock_version();
  if (version < 0) return version;
  struct landlock_ruleset ruleset = {0, 0, 0};
  size_t size = sizeof(uint64_t);
  int file_system_bits = version >= 5 ? 16 : version >= 3 ? 15 : version >= 2 ? 14 : 13;
  ruleset.handled_access_fs = (1ull << file_system_bits) - 1;
  if (version >= 4) {
    ruleset.handled_access_net = NETWORK_ALL;
    size = 2 * sizeof(uint64_t);
  }
  if (version >= 6) {
    ruleset.scoped = SCOPE_ALL;
    size = 3 * sizeof(uint64_t);
  }
  int descriptor = result_of(syscall(SYS_landlock_create_ruleset, &ruleset, size, 0u));
  if (descriptor < 0) return descriptor;
  int result = 0;
  for (size_t i = 0; i < count && result == 0; i++) {
    uint64_t access = directories[i].writable ? ACCESS_WRITABLE : ACCESS_READABLE;
    struct landlock_path_rule rule = {
      .allowed_access = access & ruleset.handled_access_fs,
      .parent = directories[i].descriptor,
    };
    result = result_of(syscall(SYS_landlock_add_rule, descriptor, RULE_PATH_BENEATH, &rule, 0u));
  }
  if (result == 0) result = result_of(syscall(SYS_landlock_restrict_self, descriptor, 0u));
  close(descriptor);
  return result < 0 ? result : version;
}
