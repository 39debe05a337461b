// Watching, signalling and reaping a worker through its pidfd, and looking at it through /proc.
#ifndef CLINUX_PROCESS_H
#define CLINUX_PROCESS_H

#include <stdint.h>
#include <sys/types.h>

/// pidfd_open(2). The caller must know that `pid` is its own unreaped child, or the answer is about somebody else.
int clinux_pidfd_open(pid_t pid);

/// pidfd_send_signal(2). Signal 0 asks whether the process exists and may be signalled. ESRCH: it has been reaped.
int clinux_pidfd_send_signal(int pidfd, int signal_number);

/// Sends a signal to the process group that the process leads (its pid is the group's id, see `clinux_spawn`).
/// Uses PIDFD_SIGNAL_PROCESS_GROUP where the kernel has it (6.9), else kill(-pid), which is safe only as long as the
/// leader has not been reaped: `pid` is that of the process behind `pidfd`.
int clinux_process_group_send_signal(int pidfd, pid_t pid, int signal_number);

enum clinux_end_kind {
  /// It has not ended.
  CLINUX_END_RUNNING = 0,
  /// It called exit; `code` is the exit code, 0...255.
  CLINUX_END_EXITED = 1,
  /// A signal ended it; `code` is the signal's number.
  CLINUX_END_SIGNALLED = 2,
  /// It has ended, but somebody else took its status, and the kernel (before 6.15) does not keep it.
  CLINUX_END_UNKNOWN = 3,
};

/// How a process ended.
struct clinux_end {
  int kind;
  int code;
};

/// Reaps the process behind `pidfd`, a child of this process. With `block` = 0 an unfinished process is left alone and
/// reported as running. Where the host ignores SIGCHLD or reaped the child itself (ECHILD), the status comes from
/// PIDFD_GET_INFO. Returns 0 or the negated errno.
int clinux_wait(int pidfd, int block, struct clinux_end *end);

/// The same without reaping (WNOWAIT): the process stays a zombie, so its pid stays its own.
int clinux_peek(int pidfd, struct clinux_end *end);

enum clinux_status_result {
  /// `status` is valid, and the process was alive after it had been read.
  CLINUX_STATUS_READ = 0,
  /// The process has ended (it may be a zombie).
  CLINUX_STATUS_GONE = 1,
  /// The process lives, but /proc does not show it to this user (mount option hidepid).
  CLINUX_STATUS_HIDDEN = 2,
  /// /proc is not mounted, or is not readable at all.
  CLINUX_STATUS_NO_PROCFS = 3,
  /// The file was read, but one of the fields is missing: not a kernel that this library knows.
  CLINUX_STATUS_UNKNOWN_FORMAT = 4,
  /// The process lives, but this process may not signal it (EPERM): it could not be ended.
  CLINUX_STATUS_NOT_KILLABLE = 5,
};

/// What /proc/PID/status says about a process's confinement (proc_pid_status(5)).
struct clinux_process_status {
  /// 0 none, 1 strict, 2 filter.
  int seccomp;
  int no_new_privileges;
  int threads;
  /// How many filters are installed, one above the other; -1 where the kernel does not say (before Linux 5.9).
  int seccomp_filters;
  pid_t parent;
  /// The real, effective, saved and file-system user id, as seen from this process's user namespace.
  unsigned uid[4];
  uint64_t effective_capabilities;
  uint64_t permitted_capabilities;
  uint64_t inheritable_capabilities;
  uint64_t ambient_capabilities;
  uint64_t bounding_capabilities;
};

/// Reads the status of the process behind `pidfd`, whose pid is `pid`, and checks afterwards, through the pidfd, that it
/// is still the same process and may be signalled (CONFINEMENT.md, C1). Returns a `clinux_status_result`, or the negated
/// errno of an unexpected failure.
int clinux_read_process_status(pid_t pid, int pidfd, struct clinux_process_status *status);

/// Parses the text of a /proc/PID/status file. Returns CLINUX_STATUS_READ, _GONE (zombie) or _UNKNOWN_FORMAT.
int clinux_parse_process_status(const char *text, struct clinux_process_status *status);

/// The process group of `pid` (getpgid(2)), or the negated errno.
pid_t clinux_process_group(pid_t pid);

/// Reaps what has ended of the process group `group`, whose leader is or was a child of this process and has not been
/// reaped by anybody else. Returns 1 if nothing of it is left, 0 if something has not ended yet, or the negated errno.
int clinux_reap_process_group(pid_t group);

/// The CPU time that all threads of `pid` have used, in nanoseconds (clock_getcpuclockid(3)). ESRCH: it has ended.
int64_t clinux_process_cpu_nanoseconds(pid_t pid);

/// The resident memory of `pid` in bytes, from /proc/PID/statm.
int64_t clinux_process_resident_bytes(pid_t pid);

// MARK: scheduling (sched(7))

enum { clinux_processors_capacity = 1024 };

/// A set of processors: a bit for each, the first one in the lowest bit of the first word.
struct clinux_processors {
  uint64_t words[clinux_processors_capacity / 64];
};

/// Where the process `pid` may run (sched_getaffinity(2)). Returns 0 or the negated errno; EINVAL: the kernel knows of more
/// processors than the set has room for.
int clinux_get_processors(pid_t pid, struct clinux_processors *set);

/// Whether a processor, numbered from 0, is in the set, and whether nothing else is.
int clinux_has_processor(const struct clinux_processors *set, int processor);
int clinux_has_only_processor(const struct clinux_processors *set, int processor);

/// Lets the process `pid` run on these processors only, as far as its cpuset(7) has them (sched_setaffinity(2)). Returns 0 or
/// the negated errno.
int clinux_set_processors(pid_t pid, const struct clinux_processors *set);

/// The same for one processor. EINVAL: the process may not use it, or a set has no room for it.
int clinux_set_processor(pid_t pid, int processor);

/// How long the process `pid`, 0 for the calling thread, may run before the kernel looks for another one, in nanoseconds,
/// 100,000...100,000,000; 0 for the kernel's own. One with a shorter slice than the running process takes the processor from
/// it when it wakes, and nobody gets a larger share by it (sched_setattr(2), Linux 6.12; without effect before). The policy and
/// the nice value stay as they are; other policies than SCHED_OTHER and SCHED_BATCH have no slices, which is no error.
/// Returns 0 or the negated errno.
int clinux_set_slice(pid_t pid, uint64_t nanoseconds);

/// The slice of the process `pid`, 0 for the calling thread, in nanoseconds (sched_getattr(2)); 0: it has none, or the kernel
/// does not say (before Linux 6.12). Or the negated errno.
int64_t clinux_get_slice(pid_t pid);

#endif
