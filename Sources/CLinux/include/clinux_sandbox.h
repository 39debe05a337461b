// The steps by which a process gives up its own rights. Single calls without an order: Sources/Confinement has the order.
//
// All of them act on the calling thread or process only and cannot be undone.
#ifndef CLINUX_SANDBOX_H
#define CLINUX_SANDBOX_H

#include <stddef.h>
#include <stdint.h>

// MARK: descriptors and the out-of-memory killer

/// close_range(2): closes every descriptor from `first` on.
int clinux_close_from(unsigned first);
/// Writes /proc/self/oom_score_adj (-1000...1000). Raising it needs no privilege.
int clinux_set_oom_score_adjustment(int adjustment);
/// The number of open descriptors of the calling process at or above `lowest`, from /proc/self/fd. For tests.
int clinux_open_descriptor_count(int lowest);

// MARK: resource limits

enum clinux_limit {
  CLINUX_LIMIT_ADDRESS_SPACE,
  CLINUX_LIMIT_DATA,
  CLINUX_LIMIT_CPU_SECONDS,
  CLINUX_LIMIT_CORE,
  CLINUX_LIMIT_FILE_SIZE,
  CLINUX_LIMIT_OPEN_FILES,
  CLINUX_LIMIT_LOCKED_MEMORY,
  CLINUX_LIMIT_MESSAGE_QUEUE,
  CLINUX_LIMIT_STACK,
  CLINUX_LIMIT_PROCESSES,
};

/// setrlimit(2) with these soft and hard values. A hard limit that is lower already is kept, and the soft value with it
/// cannot exceed it: confining never fails because the host is confined more tightly itself.
int clinux_lower_limit(enum clinux_limit limit, uint64_t soft, uint64_t hard);
/// getrlimit(2). RLIM_INFINITY is UINT64_MAX.
int clinux_get_limit(enum clinux_limit limit, uint64_t *soft, uint64_t *hard);

// MARK: scheduling (sched(7))

/// setpriority(2): this many steps nicer than now, at most 19. The same for the autogroup that a session leader has where
/// the kernel groups by session: between sessions only that counts. `autogroup_error` gets 0 or the negated errno of that
/// second part. Needs a process that is dumpable still, for its file in /proc.
int clinux_lower_priority(int steps, int *autogroup_error);
/// SCHED_IDLE: the process runs when nothing else wants to. Between sessions the autogroup's value of 19 stands for it.
int clinux_set_idle_scheduling(int *autogroup_error);

// MARK: identity and capabilities (capabilities(7))

/// The bits of the capabilities that the supervisor and the worker ask about.
static const uint64_t CLINUX_CAPABILITY_KILL = 1ull << 5;
static const uint64_t CLINUX_CAPABILITY_SETGID = 1ull << 6;
static const uint64_t CLINUX_CAPABILITY_SETUID = 1ull << 7;
static const uint64_t CLINUX_CAPABILITY_SETPCAP = 1ull << 8;

/// capget(2) for the calling thread.
int clinux_get_capabilities(uint64_t *effective, uint64_t *permitted, uint64_t *inheritable);
/// Removes every capability from the bounding set. EPERM without CAP_SETPCAP.
int clinux_drop_bounding_set(void);
/// Clears the ambient, permitted, effective and inheritable sets. Needs no privilege.
int clinux_drop_capabilities(void);
/// 1 if `id` exists in the process's user namespace (/proc/self/uid_map or, with `group`, gid_map), else 0.
int clinux_identifier_is_mapped(uint32_t id, int group);
/// setgroups(0), then real, effective and saved gid and uid. Raw system calls: for a single-threaded process.
int clinux_set_identity(uint32_t uid, uint32_t gid);

// MARK: lifeline (fcntl(2), F_SETOWN_EX and F_SETSIG)

/// Makes the kernel send SIGKILL to this process, or with `group` to its process group, when the last write end of the
/// pipe behind `descriptor` is closed, that is, when the supervisor is gone. Answers -EOWNERDEAD if it is gone already.
int clinux_arm_lifeline(int descriptor, int group);

// MARK: process attributes (prctl(2))

int clinux_set_not_dumpable(void);
int clinux_set_no_new_privileges(void);
/// PR_SET_MDWE (Linux 6.3): no memory becomes executable any more. EINVAL on older kernels.
int clinux_deny_execute_gain(void);
/// PR_SPEC_INDIRECT_BRANCH, disabled for good. ENODEV or ENXIO where the processor or kernel has no such control.
int clinux_disable_indirect_branch_speculation(void);
/// PR_SPEC_STORE_BYPASS, disabled for good.
int clinux_disable_speculative_store_bypass(void);
/// A core-scheduling cookie of its own, so that no other process runs on the sibling hardware thread. Best effort.
int clinux_make_core_scheduling_cookie(void);
/// Makes malloc use the main arena only: a second arena reserves 128 MiB of address space in one piece, which
/// RLIMIT_AS counts. 1 on success, 0 if the allocator refused.
int clinux_use_single_allocation_arena(void);

/// Gives the signals of a crash (SIGQUIT, SIGILL, SIGTRAP, SIGABRT, SIGBUS, SIGFPE, SIGSEGV) back to the kernel. The Swift
/// runtime's handler starts a backtracer, which under the filter would turn every crash into a SIGSYS.
int clinux_reset_crash_signals(void);

// MARK: diagnosis

/// Installs a handler for SIGSYS that writes the number of the refused system call to descriptor 2 and exits with code
/// CLINUX_EXIT_REFUSED_CALL. For a filter that answers TRAP; one that kills the process never runs a handler.
int clinux_report_refused_calls(void);
#define CLINUX_EXIT_REFUSED_CALL 89

// MARK: Landlock (landlock(7))

/// The kernel's Landlock ABI version, or the negated errno: ENOSYS (not built in), EOPNOTSUPP (disabled at boot).
int clinux_landlock_version(void);

/// A directory that stays reachable under Landlock.
struct clinux_landlock_directory {
  int descriptor;
  int writable;
};

/// Denies the file system except below `directories`, TCP bind and connect (ABI 4), and signals and abstract unix
/// sockets outside the domain (ABI 6). Needs no_new_privs. Returns the ABI version in force.
int clinux_landlock_restrict(const struct clinux_landlock_directory *directories, size_t count);

#endif
