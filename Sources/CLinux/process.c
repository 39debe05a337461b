// Watching, signalling and reaping a worker through its pidfd, and looking at it through /proc.
#include "clinux_process.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#ifndef SYS_pidfd_send_signal
#define SYS_pidfd_send_signal 424
#endif
#ifndef SYS_pidfd_open
#define SYS_pidfd_open 434
#endif
#ifndef PIDFD_SIGNAL_PROCESS_GROUP
#define PIDFD_SIGNAL_PROCESS_GROUP 4u
#endif

// waitid's P_PIDFD, which glibc spells as an enumerator.
#define WAIT_PIDFD ((idtype_t)3)

// struct pidfd_info of Linux 6.13 and its ioctl; the exit code since 6.15.
struct pidfd_information {
  uint64_t mask;
  uint64_t cgroup;
  uint32_t identifiers[11];
  int32_t exit_code;
};
_Static_assert(sizeof(struct pidfd_information) == 64, "PIDFD_INFO_SIZE_VER0");
#define PIDFD_GET_INFORMATION _IOWR(0xFF, 11, struct pidfd_information)
#define PIDFD_INFORMATION_EXIT ((uint64_t)1 << 3)

int clinux_pidfd_open(pid_t pid) {
  long descriptor = syscall(SYS_pidfd_open, pid, 0);
  return descriptor < 0 ? -errno : (int)descriptor;
}

int clinux_pidfd_send_signal(int pidfd, int signal_number) {
  return syscall(SYS_pidfd_send_signal, pidfd, signal_number, NULL, 0) < 0 ? -errno : 0;
}

int clinux_process_group_send_signal(int pidfd, pid_t pid, int signal_number) {
  if (syscall(SYS_pidfd_send_signal, pidfd, signal_number, NULL, PIDFD_SIGNAL_PROCESS_GROUP) == 0) return 0;
  if (errno != EINVAL) return -errno;
  if (pid <= 1) return -EINVAL;
  return kill(-pid, signal_number) < 0 ? -errno : 0;
}

static void decode_wait_status(int status, struct clinux_end *end) {
  if (WIFSIGNALED(status)) {
    end->kind = CLINUX_END_SIGNALLED;
    end->code = WTERMSIG(status);
  } else {
    end->kind = CLINUX_END_EXITED;
    end->code = WEXITSTATUS(status);
  }
}

// The status of a process that somebody else has reaped.
static void end_from_pidfd(int pidfd, struct clinux_end *end) {
  struct pidfd_information information = {.mask = PIDFD_INFORMATION_EXIT};
  end->kind = CLINUX_END_UNKNOWN;
  end->code = 0;
  if (ioctl(pidfd, PIDFD_GET_INFORMATION, &information) < 0) return;
  if ((information.mask & PIDFD_INFORMATION_EXIT) == 0) return;
  decode_wait_status(information.exit_code, end);
}

static int wait_with_options(int pidfd, int options, struct clinux_end *end) {
  siginfo_t information;
  int result;
  do {
    memset(&information, 0, sizeof information);
    result = waitid(WAIT_PIDFD, (id_t)pidfd, &information, options | __WALL);
  } while (result < 0 && errno == EINTR);
  if (result < 0) {
    if (errno != ECHILD) return -errno;
    // ECHILD is also the answer for a process that lives but is not our child: it must not be called ended.
    if (clinux_pidfd_send_signal(pidfd, 0) != -ESRCH) return -ECHILD;
    end_from_pidfd(pidfd, end);
    return 0;
  }
  end->code = 0;
  if (information.si_pid == 0) {
    end->kind = CLINUX_END_RUNNING;
  } else if (information.si_code == CLD_EXITED) {
    end->kind = CLINUX_END_EXITED;
    end->code = information.si_status;
  } else {
    end->kind = CLINUX_END_SIGNALLED;
    end->code = information.si_status;
  }
  return 0;
}

int clinux_wait(int pidfd, int block, struct clinux_end *end) {
  return wait_with_options(pidfd, WEXITED | (block ? 0 : WNOHANG), end);
}

int clinux_peek(int pidfd, struct clinux_end *end) {
  return wait_with_options(pidfd, WEXITED | WNOHANG | WNOWAIT, end);
}

// Reads a whole small file. Returns its length, or the negated errno.
static ssize_t read_small_file(const char *path, char *buffer, size_t capacity) {
  int descriptor = open(path, O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return -errno;
  size_t length = 0;
  ssize_t count = 0;
  while (length < capacity - 1) {
    count = read(descriptor, buffer + length, capacity - 1 - length);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) break;
    length += (size_t)count;
  }
  int error = count < 0 ? errno : 0;
  close(descriptor);
  if (error != 0) return -error;
  buffer[length] = 0;
  return (ssize_t)length;
}

// The text behind "NAME:\t" at the beginning of a line, or NULL.
static const char *field(const char *text, const char *name) {
  size_t length = strlen(name);
  for (const char *line = text; line != NULL && *line != 0;) {
    if (strncmp(line, name, length) == 0 && line[length] == ':') {
      const char *value = line + length + 1;
      while (*value == '\t' || *value == ' ') value++;
      return value;
    }
    line = strchr(line, '\n');
    if (line != NULL) line++;
  }
  return NULL;
}

static int number_field(const char *text, const char *name, int base, uint64_t *value) {
  const char *start = field(text, name);
  if (start == NULL || !isxdigit((unsigned char)*start)) return -1;
  char *end;
  *value = strtoull(start, &end, base);
  return end == start ? -1 : 0;
}

int clinux_parse_process_status(const char *text, struct clinux_process_status *status) {
  memset(status, 0, sizeof *status);
  const char *state = field(text, "State");
  if (state == NULL) return CLINUX_STATUS_UNKNOWN_FORMAT;
  if (*state == 'Z' || *state == 'X') return CLINUX_STATUS_GONE;
  uint64_t seccomp, no_new_privileges, threads, filters, parent;
  if (number_field(text, "Seccomp", 10, &seccomp) || number_field(text, "NoNewPrivs", 10, &no_new_privileges) ||
      number_field(text, "Threads", 10, &threads) || number_field(text, "PPid", 10, &parent) ||
      number_field(text, "CapInh", 16, &status->inheritable_capabilities) ||
      number_field(text, "CapPrm", 16, &status->permitted_capabilities) ||
      number_field(text, "CapEff", 16, &status->effective_capabilities) ||
      number_field(text, "CapBnd", 16, &status->bounding_capabilities) ||
      number_field(text, "CapAmb", 16, &status->ambient_capabilities))
    return CLINUX_STATUS_UNKNOWN_FORMAT;
  const char *uid = field(text, "Uid");
  if (uid == NULL || sscanf(uid, "%u %u %u %u", &status->uid[0], &status->uid[1], &status->uid[2], &status->uid[3]) != 4)
    return CLINUX_STATUS_UNKNOWN_FORMAT;
  status->seccomp = (int)seccomp;
  status->no_new_privileges = (int)no_new_privileges;
  status->threads = (int)threads;
  status->parent = (pid_t)parent;
  status->seccomp_filters = number_field(text, "Seccomp_filters", 10, &filters) ? -1 : (int)filters;
  return CLINUX_STATUS_READ;
}

int clinux_read_process_status(pid_t pid, int pidfd, struct clinux_process_status *status) {
  char path[64], text[8192];
  snprintf(path, sizeof path, "/proc/%d/status", (int)pid);
  ssize_t length = read_small_file(path, text, sizeof text);
  int parsed = length > 0 ? clinux_parse_process_status(text, status) : CLINUX_STATUS_HIDDEN;
  // Asked after the reading: if the pidfd's process is there now, it was there before, and the file was about it.
  int alive = clinux_pidfd_send_signal(pidfd, 0);
  if (alive == -ESRCH) return CLINUX_STATUS_GONE;
  struct clinux_end end;
  if (clinux_peek(pidfd, &end) == 0 && end.kind != CLINUX_END_RUNNING) return CLINUX_STATUS_GONE;
  if (alive == -EPERM) return CLINUX_STATUS_NOT_KILLABLE;
  if (alive < 0) return alive;
  if (length > 0) return parsed;
  if (length < 0 && length != -ENOENT && length != -ESRCH && length != -EACCES && length != -EPERM) return (int)length;
  if (read_small_file("/proc/self/status", text, sizeof text) <= 0) return CLINUX_STATUS_NO_PROCFS;
  return CLINUX_STATUS_HIDDEN;
}

pid_t clinux_process_group(pid_t pid) {
  pid_t group = getpgid(pid);
  return group < 0 ? -errno : group;
}

int clinux_reap_process_group(pid_t group) {
  if (group <= 1) return -EINVAL;
  for (;;) {
    siginfo_t information = {0};
    if (waitid(P_PGID, (id_t)group, &information, WEXITED | WNOHANG | __WALL) < 0) {
      if (errno == EINTR) continue;
      return errno == ECHILD ? 1 : -errno;
    }
    if (information.si_pid == 0) return 0;
  }
}

int64_t clinux_process_cpu_nanoseconds(pid_t pid) {
  clockid_t clock;
  int error = clock_getcpuclockid(pid, &clock);
  if (error != 0) return -error;
  struct timespec time;
  if (clock_gettime(clock, &time) < 0) return errno == EINVAL ? -ESRCH : -errno;
  return (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
}

int64_t clinux_process_resident_bytes(pid_t pid) {
  char path[64], text[256];
  snprintf(path, sizeof path, "/proc/%d/statm", (int)pid);
  ssize_t length = read_small_file(path, text, sizeof text);
  if (length < 0) return length;
  unsigned long long total, resident;
  if (sscanf(text, "%llu %llu", &total, &resident) != 2) return -EIO;
  return (int64_t)resident * sysconf(_SC_PAGESIZE);
}

// MARK: scheduling

// A system call, and not glibc's function, whose sets are of another type.
int clinux_get_processors(pid_t pid, struct clinux_processors *set) {
  memset(set, 0, sizeof *set);
  return syscall(SYS_sched_getaffinity, pid, sizeof *set, set) < 0 ? -errno : 0;
}

int clinux_set_processors(pid_t pid, const struct clinux_processors *set) {
  return syscall(SYS_sched_setaffinity, pid, sizeof *set, set) < 0 ? -errno : 0;
}

static int add_processor(struct clinux_processors *set, int processor) {
  if (processor < 0 || processor >= clinux_processors_capacity) return -EINVAL;
  set->words[processor / 64] |= UINT64_C(1) << processor % 64;
  return 0;
}

int clinux_has_processor(const struct clinux_processors *set, int processor) {
  if (processor < 0 || processor >= clinux_processors_capacity) return 0;
  return set->words[processor / 64] >> processor % 64 & 1;
}

int clinux_has_only_processor(const struct clinux_processors *set, int processor) {
  struct clinux_processors only = {0};
  return add_processor(&only, processor) == 0 && memcmp(&only, set, sizeof only) == 0;
}

int clinux_set_processor(pid_t pid, int processor) {
  struct clinux_processors only = {0};
  int result = add_processor(&only, processor);
  return result < 0 ? result : clinux_set_processors(pid, &only);
}

// struct sched_attr as Linux 3.14 had it, which has everything that is needed here (SCHED_ATTR_SIZE_VER0).
struct scheduling_attributes {
  uint32_t size;
  uint32_t policy;
  uint64_t flags;
  int32_t nice;
  uint32_t priority;
  // The slice, for SCHED_OTHER and SCHED_BATCH.
  uint64_t runtime;
  uint64_t deadline;
  uint64_t period;
};
_Static_assert(sizeof(struct scheduling_attributes) == 48, "SCHED_ATTR_SIZE_VER0");

static int get_scheduling(pid_t pid, struct scheduling_attributes *attributes) {
  return syscall(SYS_sched_getattr, pid, attributes, sizeof *attributes, 0) < 0 ? -errno : 0;
}

static int has_slices(const struct scheduling_attributes *attributes) {
  return attributes->policy == SCHED_OTHER || attributes->policy == SCHED_BATCH;
}

int64_t clinux_get_slice(pid_t pid) {
  struct scheduling_attributes attributes;
  int error = get_scheduling(pid, &attributes);
  if (error < 0) return error;
  return has_slices(&attributes) ? (int64_t)attributes.runtime : 0;
}

int clinux_set_slice(pid_t pid, uint64_t nanoseconds) {
  struct scheduling_attributes attributes;
  int error = get_scheduling(pid, &attributes);
  if (error < 0) return error;
  if (!has_slices(&attributes)) return 0;
  attributes.size = sizeof attributes;
  attributes.runtime = nanoseconds;
  return syscall(SYS_sched_setattr, pid, &attributes, 0) < 0 ? -errno : 0;
}
