// The attacks of the hostile twin. Raw system calls wherever a library call would do something else first. A sixth argument
// travels on the stack, where an int leaves the upper half undefined: it is written as a long.
#include <errno.h>
#include <fcntl.h>
#include <linux/futex.h>
#include <linux/perf_event.h>
#include <netinet/in.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "CConfinementProbe.h"
#include "probe_support.h"

// Calls that older headers do not number; the same on x86-64 and aarch64.
enum {
  NUMBER_PIDFD_SEND_SIGNAL = 424,
  NUMBER_IO_URING_SETUP = 425,
  NUMBER_IO_URING_ENTER = 426,
  NUMBER_IO_URING_REGISTER = 427,
  NUMBER_FSOPEN = 430,
  NUMBER_PIDFD_OPEN = 434,
  NUMBER_CLONE3 = 435,
  NUMBER_OPENAT2 = 437,
  NUMBER_PIDFD_GETFD = 438,
  NUMBER_PROCESS_MADVISE = 440,
  NUMBER_LANDLOCK_CREATE_RULESET = 444,
  NUMBER_MEMFD_SECRET = 447,
  NUMBER_FUTEX_WAITV = 449,
  NUMBER_OF_THE_FUTURE = 600,
};

// A harmless signal: ignored by default.
#define HARMLESS_SIGNAL SIGURG

#define ATTACK(name) static int64_t name(const struct probe_target *target)
#define UNUSED (void)target
#define CALL(...) probe_result(syscall(__VA_ARGS__))

static void victim_path(char *buffer, size_t size, const struct probe_target *target, const char *file) {
  snprintf(buffer, size, "/proc/%d/%s", (int)target->victim, file);
}

// MARK: files

ATTACK(open_passwd) { UNUSED; return CALL(SYS_openat, AT_FDCWD, "/etc/passwd", O_RDONLY); }
ATTACK(create_file) {
  char path[512];
  snprintf(path, sizeof path, "%screated", target->directory);
  return CALL(SYS_openat, AT_FDCWD, path, O_CREAT | O_WRONLY, 0600);
}
ATTACK(list_directory) { return CALL(SYS_openat, AT_FDCWD, target->directory, O_RDONLY | O_DIRECTORY); }
ATTACK(open_own_memory) { UNUSED; return CALL(SYS_openat, AT_FDCWD, "/proc/self/mem", O_RDWR); }
ATTACK(open_victim_memory) {
  char path[64];
  victim_path(path, sizeof path, target, "mem");
  return CALL(SYS_openat, AT_FDCWD, path, O_RDWR);
}
ATTACK(open_victim_environment) {
  char path[64];
  victim_path(path, sizeof path, target, "environ");
  return CALL(SYS_openat, AT_FDCWD, path, O_RDONLY);
}
ATTACK(open_victim_descriptors) {
  char path[64];
  victim_path(path, sizeof path, target, "fd");
  return CALL(SYS_openat, AT_FDCWD, path, O_RDONLY | O_DIRECTORY);
}
ATTACK(openat2_passwd) {
  UNUSED;
  uint64_t how[3] = {0};
  return CALL(NUMBER_OPENAT2, AT_FDCWD, "/etc/passwd", how, sizeof how);
}
ATTACK(name_to_handle) {
  UNUSED;
  struct {
    unsigned bytes;
    int type;
    char data[128];
  } handle = {.bytes = 128};
  int mount;
  return CALL(SYS_name_to_handle_at, AT_FDCWD, "/etc/passwd", &handle, &mount, 0);
}
ATTACK(open_by_handle) {
  UNUSED;
  struct {
    unsigned bytes;
    int type;
    char data[8];
  } handle = {.bytes = 8};
  return CALL(SYS_open_by_handle_at, AT_FDCWD, &handle, O_RDONLY);
}
ATTACK(stat_file) {
  UNUSED;
  struct stat status;
  return CALL(SYS_newfstatat, AT_FDCWD, "/etc/passwd", &status, 0);
}
ATTACK(statx_file) {
  UNUSED;
  char status[256];
  return CALL(SYS_statx, AT_FDCWD, "/etc/passwd", 0, 0x7ff, status);
}
ATTACK(read_link) {
  UNUSED;
  char text[64];
  return CALL(SYS_readlinkat, AT_FDCWD, "/proc/self/exe", text, sizeof text);
}
ATTACK(unlink_file) {
  char path[512];
  snprintf(path, sizeof path, "%sunlink-me", target->directory);
  return CALL(SYS_unlinkat, AT_FDCWD, path, 0);
}
ATTACK(change_mode) {
  char path[512];
  snprintf(path, sizeof path, "%schange-me", target->directory);
  return CALL(SYS_fchmodat, AT_FDCWD, path, 0640);
}

// MARK: other processes

ATTACK(ptrace_seize) { return CALL(SYS_ptrace, PTRACE_SEIZE, target->victim, 0, 0); }
ATTACK(ptrace_trace_me) { UNUSED; return CALL(SYS_ptrace, PTRACE_TRACEME, 0, 0, 0); }
ATTACK(read_victim) {
  char bytes[8];
  struct iovec local = {bytes, 8}, remote = {(void *)(uintptr_t)target->victim_address, 8};
  return CALL(SYS_process_vm_readv, target->victim, &local, 1ul, &remote, 1ul, 0ul);
}
ATTACK(write_victim) {
  char bytes[8] = "written";
  struct iovec local = {bytes, 8}, remote = {(void *)(uintptr_t)target->victim_address, 8};
  return CALL(SYS_process_vm_writev, target->victim, &local, 1ul, &remote, 1ul, 0ul);
}
ATTACK(kill_victim) { return CALL(SYS_kill, target->victim, HARMLESS_SIGNAL); }
ATTACK(kill_everything) { UNUSED; return CALL(SYS_kill, -1, 0); }
ATTACK(tgkill_victim) { return CALL(SYS_tgkill, target->victim, target->victim, HARMLESS_SIGNAL); }
ATTACK(tkill_victim) { return CALL(SYS_tkill, target->victim, HARMLESS_SIGNAL); }
ATTACK(tgkill_self_other_signal) { UNUSED; return CALL(SYS_tgkill, getpid(), gettid(), HARMLESS_SIGNAL); }
ATTACK(queue_signal) {
  siginfo_t information;
  memset(&information, 0, sizeof information);
  information.si_code = SI_QUEUE;
  return CALL(SYS_rt_sigqueueinfo, target->victim, HARMLESS_SIGNAL, &information);
}
ATTACK(pidfd_open_victim) { return CALL(NUMBER_PIDFD_OPEN, target->victim, 0); }
ATTACK(pidfd_signal) { UNUSED; return CALL(NUMBER_PIDFD_SEND_SIGNAL, 0, 0, NULL, 0); }
ATTACK(pidfd_getfd) { UNUSED; return CALL(NUMBER_PIDFD_GETFD, 0, 0, 0); }
ATTACK(compare_with_victim) { return CALL(SYS_kcmp, getpid(), target->victim, 0, 0, 0); }
ATTACK(limit_of_victim) {
  struct rlimit limit;
  return CALL(SYS_prlimit64, target->victim, RLIMIT_NOFILE, NULL, &limit);
}
ATTACK(priority_of_victim) { return CALL(SYS_setpriority, PRIO_PROCESS, target->victim, 1); }
ATTACK(scheduler_of_victim) {
  struct sched_param parameters = {.sched_priority = 0};
  return CALL(SYS_sched_setscheduler, target->victim, SCHED_OTHER, &parameters);
}
ATTACK(affinity_of_victim) {
  uint64_t all[16];
  memset(all, 0xff, sizeof all);
  return CALL(SYS_sched_setaffinity, target->victim, sizeof all, all);
}
ATTACK(cpu_clock_of_victim) {
  struct timespec time;
  return CALL(SYS_clock_gettime, (int)((~(unsigned)target->victim << 3) | 2), &time);
}

// MARK: descriptors

ATTACK(signal_through_descriptor) {
  struct f_owner_ex owner = {.type = F_OWNER_PID, .pid = target->victim};
  if (syscall(SYS_fcntl, 0, F_SETOWN_EX, &owner) < 0) return -errno;
  if (syscall(SYS_fcntl, 0, F_SETSIG, HARMLESS_SIGNAL) < 0) return -errno;
  return CALL(SYS_fcntl, 0, F_SETFL, O_ASYNC | O_NONBLOCK);
}
ATTACK(nonblocking_standard_error) { UNUSED; return CALL(SYS_fcntl, 2, F_SETFL, O_NONBLOCK); }
ATTACK(pipe_capacity) { UNUSED; return CALL(SYS_fcntl, 1, F_SETPIPE_SZ, 1 << 17); }
ATTACK(duplicate_by_fcntl) { UNUSED; return CALL(SYS_fcntl, 0, F_DUPFD, 5); }
ATTACK(duplicate) { UNUSED; return CALL(SYS_dup, 0); }
ATTACK(close_lifeline) { UNUSED; return CALL(SYS_close, 3); }
ATTACK(replace_lifeline) { UNUSED; return CALL(SYS_dup3, 0, 3, 0); }
ATTACK(disarm_lifeline) { UNUSED; return CALL(SYS_fcntl, 3, F_SETFL, 0); }
ATTACK(read_lifeline) {
  UNUSED;
  char byte;
  return CALL(SYS_read, 3, &byte, 1);
}
ATTACK(read_leaked) {
  char bytes[8];
  return CALL(SYS_read, target->leaked_descriptor, bytes, sizeof bytes);
}
ATTACK(write_leaked) { return CALL(SYS_write, target->leaked_descriptor, "x", 1); }
ATTACK(write_requests) { UNUSED; return CALL(SYS_write, 0, "x", 1); }
ATTACK(make_pipe) {
  UNUSED;
  int ends[2];
  return CALL(SYS_pipe2, ends, 0);
}
ATTACK(terminal_input) { UNUSED; return CALL(SYS_ioctl, 0, TIOCSTI, "x"); }
ATTACK(terminal_selection) { UNUSED; return CALL(SYS_ioctl, 0, 0x541c, "\2"); }
ATTACK(terminal_input_high_bit) { UNUSED; return CALL(SYS_ioctl, 0, TIOCSTI | (1ul << 32), "x"); }
ATTACK(bytes_available) {
  UNUSED;
  int count;
  return CALL(SYS_ioctl, 0, FIONREAD, &count);
}
ATTACK(splice_pages_from_memory) {
  UNUSED;
  struct iovec part = {NULL, 0};
  return CALL(SYS_vmsplice, 1, &part, 1, 0);
}
ATTACK(splice_pipes) { UNUSED; return CALL(SYS_splice, 0, NULL, 1, NULL, 1, 2); }
ATTACK(tee_pipes) { UNUSED; return CALL(SYS_tee, 0, 1, 1, 2); }

// MARK: network

ATTACK(socket_inet) { UNUSED; return CALL(SYS_socket, AF_INET, SOCK_STREAM, 0); }
ATTACK(socket_unix) { UNUSED; return CALL(SYS_socket, AF_UNIX, SOCK_STREAM, 0); }
ATTACK(socket_netlink) { UNUSED; return CALL(SYS_socket, AF_NETLINK, SOCK_RAW, 0); }
ATTACK(socket_packet) { UNUSED; return CALL(SYS_socket, AF_PACKET, SOCK_RAW, 0); }
ATTACK(socket_vsock) { UNUSED; return CALL(SYS_socket, AF_VSOCK, SOCK_STREAM, 0); }
ATTACK(socket_pair) {
  UNUSED;
  int ends[2];
  return CALL(SYS_socketpair, AF_UNIX, SOCK_STREAM, 0, ends);
}
static struct sockaddr_in loopback(void) {
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(9)};
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}
ATTACK(connect_loopback) {
  UNUSED;
  int64_t descriptor = CALL(SYS_socket, AF_INET, SOCK_STREAM, 0);
  if (descriptor < 0) return descriptor;
  struct sockaddr_in address = loopback();
  return CALL(SYS_connect, (int)descriptor, &address, sizeof address);
}
ATTACK(send_datagram) {
  UNUSED;
  int64_t descriptor = CALL(SYS_socket, AF_INET, SOCK_DGRAM, 0);
  if (descriptor < 0) return descriptor;
  struct sockaddr_in address = loopback();
  return CALL(SYS_sendto, (int)descriptor, "x", 1, 0, &address, sizeof address);
}
ATTACK(connect_abstract) {
  int64_t descriptor = CALL(SYS_socket, AF_UNIX, SOCK_STREAM, 0);
  if (descriptor < 0) return descriptor;
  struct sockaddr_un address;
  socklen_t length = probe_abstract_address(&address, target->victim);
  return CALL(SYS_connect, (int)descriptor, &address, length);
}
// Without a socket of its own: the calls themselves.
ATTACK(connect_on_requests) {
  UNUSED;
  struct sockaddr_in address = loopback();
  return CALL(SYS_connect, 0, &address, sizeof address);
}
ATTACK(send_on_requests) {
  UNUSED;
  struct sockaddr_in address = loopback();
  return CALL(SYS_sendto, 0, "x", 1, 0, &address, sizeof address);
}

// MARK: programs and processes

ATTACK(execute_program) {
  UNUSED;
  char *const arguments[] = {"true", NULL};
  return CALL(SYS_execve, "/bin/true", arguments, NULL);
}
ATTACK(execute_descriptor) {
  UNUSED;
  char *const arguments[] = {"requests", NULL};
  return CALL(SYS_execveat, 0, "", arguments, NULL, AT_EMPTY_PATH);
}
ATTACK(clone_process) {
  UNUSED;
  long pid = syscall(SYS_clone, SIGCHLD, NULL, NULL, NULL, 0);
  if (pid == 0) _exit(0);
  return probe_result(pid);
}
ATTACK(clone_thread) {
  UNUSED;
  // Without a stack the kernel refuses it; the filter must not let it get that far.
  return CALL(SYS_clone, CLONE_SIGHAND, NULL, NULL, NULL, 0);
}
ATTACK(clone3_process) {
  UNUSED;
  uint64_t arguments[11] = {0};
  arguments[4] = SIGCHLD;
  long pid = syscall(NUMBER_CLONE3, arguments, sizeof arguments);
  if (pid == 0) _exit(0);
  return probe_result(pid);
}
#ifdef SYS_fork
ATTACK(fork_process) {
  UNUSED;
  long pid = syscall(SYS_fork);
  if (pid == 0) _exit(0);
  return probe_result(pid);
}
ATTACK(vfork_process) {
  UNUSED;
  pid_t pid = vfork();
  if (pid == 0) _exit(0);
  return probe_result(pid);
}
#endif
ATTACK(unshare_user) { UNUSED; return CALL(SYS_unshare, CLONE_NEWUSER); }
ATTACK(unshare_network) { UNUSED; return CALL(SYS_unshare, CLONE_NEWNET); }
ATTACK(enter_namespace) { UNUSED; return CALL(SYS_setns, 0, 0); }

// MARK: memory

static int64_t map(size_t size, int protection, int flags, int descriptor) {
  long address = syscall(SYS_mmap, NULL, size, protection, flags, descriptor, 0l);
  return address == -1 ? -errno : 0;
}
static void *page(void) {
  void *address = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  return address == MAP_FAILED ? NULL : address;
}
ATTACK(map_executable) { UNUSED; return map(4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1); }
ATTACK(map_writable_executable) {
  UNUSED;
  return map(4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1);
}
ATTACK(make_executable) { UNUSED; return CALL(SYS_mprotect, page(), 4096, PROT_READ | PROT_EXEC); }
ATTACK(make_executable_by_key) { UNUSED; return CALL(SYS_pkey_mprotect, page(), 4096, PROT_READ | PROT_EXEC, -1); }
ATTACK(make_code_writable) {
  UNUSED;
  uintptr_t code = (uintptr_t)probe_find_attack & ~(uintptr_t)4095;
  return CALL(SYS_mprotect, code, 4096, PROT_READ | PROT_WRITE | PROT_EXEC);
}
ATTACK(protection_high_bit) { UNUSED; return CALL(SYS_mprotect, page(), 4096, PROT_READ | 1ul << 32); }
ATTACK(protection_growsdown) { UNUSED; return CALL(SYS_mprotect, page(), 4096, PROT_READ | PROT_GROWSDOWN); }
ATTACK(map_shared) { UNUSED; return map(4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1); }
ATTACK(map_fixed) {
  UNUSED;
  long address = syscall(SYS_mmap, page(), 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0l);
  return address == -1 ? -errno : 0;
}
ATTACK(map_huge) { UNUSED; return map(2 << 20, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_HUGETLB, -1); }
ATTACK(map_growing_down) {
  UNUSED;
  return map(4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_GROWSDOWN, -1);
}
ATTACK(map_descriptor) { UNUSED; return map(4096, PROT_READ, MAP_PRIVATE, 0); }
ATTACK(map_4_gib) {
  UNUSED;
  return map((size_t)4 << 30, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1);
}
ATTACK(grow_heap_1_gib) { UNUSED; return sbrk(1 << 30) == (void *)-1 ? -errno : 0; }
ATTACK(remap_fixed) {
  UNUSED;
  return CALL(SYS_mremap, page(), 4096, 4096, MREMAP_MAYMOVE | MREMAP_FIXED, page()) < 0 ? -errno : 0;
}
ATTACK(merge_pages) { UNUSED; return CALL(SYS_madvise, page(), 4096, MADV_MERGEABLE); }
ATTACK(poison_page) { UNUSED; return CALL(SYS_madvise, page(), 0, MADV_HWPOISON); }
ATTACK(advise_process) {
  struct iovec part = {NULL, 0};
  (void)target;
  return CALL(NUMBER_PROCESS_MADVISE, -1, &part, 1, MADV_COLD, 0);
}
ATTACK(lock_memory) { UNUSED; return CALL(SYS_mlock, page(), 4096); }
ATTACK(user_fault) { UNUSED; return CALL(SYS_userfaultfd, 0); }
ATTACK(memory_file) { UNUSED; return CALL(SYS_memfd_create, "probe", 0); }
ATTACK(secret_memory) { UNUSED; return CALL(NUMBER_MEMFD_SECRET, 0); }
ATTACK(shared_segment) {
  UNUSED;
  int64_t segment = CALL(SYS_shmget, IPC_PRIVATE, 4096, 0600 | IPC_CREAT);
  if (segment >= 0) syscall(SYS_shmctl, (int)segment, IPC_RMID, NULL);
  return segment;
}
ATTACK(message_queue) {
  UNUSED;
  int64_t queue = CALL(SYS_msgget, IPC_PRIVATE, 0600);
  if (queue >= 0) syscall(SYS_msgctl, (int)queue, IPC_RMID, NULL);
  return queue;
}
ATTACK(posix_message_queue) {
  UNUSED;
  char name[64];
  snprintf(name, sizeof name, "hanzo-probe-%d", (int)getpid());
  int64_t queue = CALL(SYS_mq_open, name, O_CREAT | O_RDWR, 0600, NULL);
  if (queue >= 0) syscall(SYS_mq_unlink, name);
  return queue;
}

// MARK: the kernel's large surfaces

ATTACK(ring_setup) {
  UNUSED;
  char parameters[256] = {0};
  return CALL(NUMBER_IO_URING_SETUP, 4, parameters);
}
ATTACK(ring_enter) { UNUSED; return CALL(NUMBER_IO_URING_ENTER, -1, 1, 0, 0, NULL, 0ul); }
ATTACK(ring_register) { UNUSED; return CALL(NUMBER_IO_URING_REGISTER, -1, 0, NULL, 0); }
ATTACK(load_bpf) {
  UNUSED;
  char attributes[128] = {0};
  return CALL(SYS_bpf, 0, attributes, sizeof attributes);
}
ATTACK(performance_counter) {
  UNUSED;
  struct perf_event_attr attributes;
  memset(&attributes, 0, sizeof attributes);
  attributes.size = sizeof attributes;
  attributes.type = PERF_TYPE_SOFTWARE;
  return CALL(SYS_perf_event_open, &attributes, 0, -1, -1, 0);
}
ATTACK(key_control) { UNUSED; return CALL(SYS_keyctl, 0, -3, 1); }
ATTACK(key_add) { UNUSED; return CALL(SYS_add_key, "user", "hanzo-probe", "x", 1, -2); }
ATTACK(mount_file_system) {
  char path[512];
  snprintf(path, sizeof path, "%s", target->directory);
  return CALL(SYS_mount, "none", path, "no-such-file-system", 0, NULL);
}
ATTACK(open_file_system) { UNUSED; return CALL(NUMBER_FSOPEN, "tmpfs", 0); }
ATTACK(change_root) { UNUSED; return CALL(SYS_chroot, "/"); }
ATTACK(kernel_log) { UNUSED; return CALL(SYS_syslog, 10, NULL, 0); }
ATTACK(kernel_name) {
  UNUSED;
  char name[512];
  return CALL(SYS_uname, name);
}
ATTACK(system_information) {
  UNUSED;
  char information[256];
  return CALL(SYS_sysinfo, information);
}
ATTACK(become_root) { UNUSED; return CALL(SYS_setresuid, 0, 0, 0); }
ATTACK(reboot_with_bad_magic) { UNUSED; return CALL(SYS_reboot, 0, 0, 0, NULL); }
ATTACK(load_kernel_module) { UNUSED; return CALL(SYS_init_module, "", 0, ""); }
ATTACK(load_kernel) { UNUSED; return CALL(SYS_kexec_load, 0, 99, NULL, -1); }
ATTACK(future_call) { UNUSED; return CALL(NUMBER_OF_THE_FUTURE); }
ATTACK(set_personality) { UNUSED; return CALL(SYS_personality, READ_IMPLIES_EXEC); }

// MARK: undoing the confinement

ATTACK(become_dumpable) { UNUSED; return CALL(SYS_prctl, PR_SET_DUMPABLE, 1, 0, 0, 0); }
ATTACK(clear_death_signal) { UNUSED; return CALL(SYS_prctl, PR_SET_PDEATHSIG, 0, 0, 0, 0); }
ATTACK(allow_tracer) { UNUSED; return CALL(SYS_prctl, 0x59616d61, -1, 0, 0, 0); }
ATTACK(second_filter) { UNUSED; return CALL(SYS_seccomp, 1, 0, NULL); }
ATTACK(second_landlock) { UNUSED; return CALL(NUMBER_LANDLOCK_CREATE_RULESET, NULL, 0, 1); }
ATTACK(raise_limit) {
  UNUSED;
  struct rlimit limit = {RLIM_INFINITY, RLIM_INFINITY};
  return CALL(SYS_prlimit64, 0, RLIMIT_AS, &limit, NULL);
}

// MARK: time and events

ATTACK(futex_priority_inheritance) {
  UNUSED;
  int word = 0;
  return CALL(SYS_futex, &word, FUTEX_LOCK_PI | FUTEX_PRIVATE_FLAG, 0, NULL, NULL, 0);
}
ATTACK(futex_shared) {
  UNUSED;
  int word = 0;
  return CALL(SYS_futex, &word, FUTEX_WAKE, 1, NULL, NULL, 0);
}
ATTACK(futex_wait_vector) { UNUSED; return CALL(NUMBER_FUTEX_WAITV, NULL, 0, 0, NULL, 0); }
ATTACK(make_timer) {
  UNUSED;
  struct sigevent event;
  memset(&event, 0, sizeof event);
  event.sigev_notify = SIGEV_NONE;
  int timer;
  return CALL(SYS_timer_create, CLOCK_MONOTONIC, &event, &timer);
}
ATTACK(interval_timer) {
  UNUSED;
  uint64_t never[4] = {0};
  return CALL(SYS_setitimer, 0, never, NULL);
}
ATTACK(make_eventfd) { UNUSED; return CALL(SYS_eventfd2, 0, 0); }
ATTACK(make_epoll) { UNUSED; return CALL(SYS_epoll_create1, 0); }
ATTACK(watch_files) { UNUSED; return CALL(SYS_inotify_init1, 0); }
ATTACK(watch_all_files) { UNUSED; return CALL(SYS_fanotify_init, 0, 0); }
ATTACK(signal_handler) {
  UNUSED;
  return CALL(SYS_rt_sigaction, SIGURG, NULL, NULL, (size_t)8);
}

// MARK: other system call numberings

#ifdef __x86_64__
static long legacy_getpid(void) {
  long result;
  __asm__ volatile("int $0x80" : "=a"(result) : "a"(20) : "memory", "r8", "r9", "r10", "r11");
  return result;
}
ATTACK(legacy_call) { UNUSED; return legacy_getpid(); }
ATTACK(x32_call) { UNUSED; return CALL(SYS_getpid | 0x40000000); }
ATTACK(local_descriptors) {
  UNUSED;
  char table[64];
  return CALL(SYS_modify_ldt, 0, table, sizeof table);
}
ATTACK(segment_base) {
  UNUSED;
  unsigned long base;
  return CALL(SYS_arch_prctl, 0x1003, &base);
}
ATTACK(port_access) { UNUSED; return CALL(SYS_iopl, 0); }
ATTACK(open_without_at) { UNUSED; return CALL(SYS_open, "/etc/passwd", O_RDONLY); }
ATTACK(stat_without_at) {
  UNUSED;
  struct stat status;
  return CALL(SYS_stat, "/etc/passwd", &status);
}
ATTACK(duplicate_onto) { UNUSED; return CALL(SYS_dup2, 0, 3); }

static volatile int second_thread_may_go;
static volatile int second_thread_done;
static void *second_thread(void *argument) {
  (void)argument;
  while (!second_thread_may_go) sched_yield_hint();
  legacy_getpid();
  second_thread_done = 1;
  for (;;) sched_yield_hint();
}
int probe_start_second_thread(void) {
  pthread_t thread;
  return -pthread_create(&thread, NULL, second_thread, NULL);
}
ATTACK(legacy_call_second_thread) {
  UNUSED;
  second_thread_may_go = 1;
  // If only that thread died, this one would report it. Bounded by CPU time, not by a clock of the sandbox.
  for (uint64_t turns = 0; turns < 200000000 && !second_thread_done; turns++) sched_yield_hint();
  return second_thread_done;
}
#else
int probe_start_second_thread(void) { return 0; }
#endif

// MARK: what a confined worker may do

ATTACK(nothing) { UNUSED; return 0; }
ATTACK(allowed_map) { UNUSED; return map(1 << 20, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1); }
ATTACK(allowed_map_reserved) {
  UNUSED;
  return map(1 << 20, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1);
}
ATTACK(allowed_protect) { UNUSED; return CALL(SYS_mprotect, page(), 4096, PROT_READ); }
ATTACK(allowed_discard) { UNUSED; return CALL(SYS_madvise, page(), 4096, MADV_DONTNEED); }
ATTACK(allowed_remap) {
  UNUSED;
  return syscall(SYS_mremap, page(), 4096, 1 << 20, MREMAP_MAYMOVE) == -1 ? -errno : 0;
}
ATTACK(allowed_allocation) {
  UNUSED;
  for (size_t size = 1; size < (size_t)64 << 20; size *= 2) {
    char *block = malloc(size);
    if (block == NULL) return -ENOMEM;
    block[size - 1] = 1;
    block = realloc(block, size * 2);
    if (block == NULL) return -ENOMEM;
    free(block);
  }
  return 0;
}
ATTACK(allowed_wake) {
  UNUSED;
  int word = 0;
  return CALL(SYS_futex, &word, FUTEX_WAKE | FUTEX_PRIVATE_FLAG, 1, NULL, NULL, 0);
}
ATTACK(allowed_clock) {
  UNUSED;
  struct timespec time;
  return CALL(SYS_clock_gettime, CLOCK_PROCESS_CPUTIME_ID, &time);
}
ATTACK(allowed_sleep) {
  UNUSED;
  struct timespec time = {0, 1000};
  return CALL(SYS_clock_nanosleep, CLOCK_MONOTONIC, 0, &time, NULL);
}
ATTACK(allowed_random) {
  UNUSED;
  char bytes[8];
  return CALL(SYS_getrandom, bytes, sizeof bytes, 0);
}
ATTACK(allowed_standard_error) { UNUSED; return CALL(SYS_write, 2, "x", 1); }

// MARK: ends

ATTACK(end_by_abort) { UNUSED; abort(); }
ATTACK(end_by_segmentation_fault) {
  UNUSED;
  *(volatile int *)8 = 1;
  return 0;
}
ATTACK(end_by_trap) { UNUSED; __builtin_trap(); }
ATTACK(end_by_exit_code) { UNUSED; _exit(7); }

#define ENTRY(number, name) {number, #name, name}
static const struct probe_attack attacks[] = {
  ENTRY(1, open_passwd), ENTRY(1, create_file), ENTRY(1, list_directory), ENTRY(2, open_own_memory),
  ENTRY(3, open_victim_memory), ENTRY(3, open_victim_environment), ENTRY(3, open_victim_descriptors),
  ENTRY(4, openat2_passwd), ENTRY(4, name_to_handle), ENTRY(4, open_by_handle), ENTRY(5, stat_file),
  ENTRY(5, statx_file), ENTRY(5, read_link), ENTRY(6, unlink_file), ENTRY(6, change_mode), ENTRY(7, ptrace_seize),
  ENTRY(7, ptrace_trace_me), ENTRY(8, read_victim), ENTRY(8, write_victim), ENTRY(9, kill_victim),
  ENTRY(9, kill_everything), ENTRY(10, tgkill_victim), ENTRY(10, tkill_victim), ENTRY(10, queue_signal),
  ENTRY(10, tgkill_self_other_signal), ENTRY(11, pidfd_open_victim), ENTRY(11, pidfd_signal), ENTRY(11, pidfd_getfd),
  ENTRY(12, signal_through_descriptor), ENTRY(13, nonblocking_standard_error), ENTRY(13, pipe_capacity),
  ENTRY(13, duplicate_by_fcntl), ENTRY(13, duplicate), ENTRY(14, close_lifeline), ENTRY(14, replace_lifeline),
  ENTRY(14, disarm_lifeline), ENTRY(14, read_lifeline), ENTRY(15, read_leaked), ENTRY(15, write_leaked),
  ENTRY(15, write_requests), ENTRY(16, socket_inet), ENTRY(16, socket_unix), ENTRY(16, socket_netlink),
  ENTRY(16, socket_packet), ENTRY(16, socket_vsock), ENTRY(16, socket_pair), ENTRY(17, connect_loopback),
  ENTRY(17, send_datagram), ENTRY(17, connect_on_requests), ENTRY(17, send_on_requests), ENTRY(18, connect_abstract),
  ENTRY(19, ring_setup), ENTRY(19, ring_enter), ENTRY(19, ring_register), ENTRY(20, user_fault),
  ENTRY(20, memory_file), ENTRY(20, secret_memory), ENTRY(21, execute_program), ENTRY(21, execute_descriptor),
  ENTRY(22, map_executable), ENTRY(22, map_writable_executable), ENTRY(23, make_executable),
  ENTRY(23, make_executable_by_key), ENTRY(23, make_code_writable), ENTRY(24, protection_high_bit),
  ENTRY(24, protection_growsdown), ENTRY(25, map_shared), ENTRY(25, map_fixed), ENTRY(25, map_huge),
  ENTRY(25, map_growing_down), ENTRY(25, map_descriptor), ENTRY(25, remap_fixed), ENTRY(26, map_4_gib),
  ENTRY(26, grow_heap_1_gib), ENTRY(27, set_personality), ENTRY(28, clone_process), ENTRY(28, clone_thread),
  ENTRY(28, clone3_process), ENTRY(29, unshare_user), ENTRY(29, unshare_network), ENTRY(29, enter_namespace),
  ENTRY(30, mount_file_system), ENTRY(30, open_file_system), ENTRY(30, change_root), ENTRY(31, load_bpf),
  ENTRY(31, performance_counter), ENTRY(31, key_control), ENTRY(31, key_add), ENTRY(32, become_dumpable),
  ENTRY(32, clear_death_signal), ENTRY(32, allow_tracer), ENTRY(33, second_filter), ENTRY(33, second_landlock),
  ENTRY(34, raise_limit), ENTRY(34, limit_of_victim), ENTRY(35, priority_of_victim), ENTRY(35, scheduler_of_victim),
  ENTRY(35, affinity_of_victim), ENTRY(36, terminal_input), ENTRY(36, terminal_selection),
  ENTRY(36, terminal_input_high_bit), ENTRY(36, bytes_available), ENTRY(37, splice_pages_from_memory),
  ENTRY(37, splice_pipes), ENTRY(37, tee_pipes), ENTRY(38, merge_pages), ENTRY(38, poison_page),
  ENTRY(38, advise_process), ENTRY(38, lock_memory), ENTRY(42, futex_priority_inheritance), ENTRY(42, futex_shared),
  ENTRY(42, futex_wait_vector), ENTRY(43, cpu_clock_of_victim), ENTRY(44, make_timer), ENTRY(44, interval_timer),
  ENTRY(44, make_eventfd), ENTRY(44, make_epoll), ENTRY(44, watch_files), ENTRY(44, watch_all_files),
  ENTRY(44, make_pipe), ENTRY(44, signal_handler), ENTRY(45, shared_segment), ENTRY(45, message_queue),
  ENTRY(45, posix_message_queue), ENTRY(46, become_root), ENTRY(46, reboot_with_bad_magic),
  ENTRY(46, load_kernel_module), ENTRY(46, load_kernel), ENTRY(46, kernel_log), ENTRY(46, kernel_name),
  ENTRY(46, system_information), ENTRY(46, compare_with_victim), ENTRY(47, future_call),
#ifdef __x86_64__
  ENTRY(39, legacy_call), ENTRY(39, x32_call), ENTRY(40, legacy_call_second_thread), ENTRY(41, local_descriptors),
  ENTRY(41, segment_base), ENTRY(41, port_access), ENTRY(1, open_without_at), ENTRY(5, stat_without_at),
  ENTRY(14, duplicate_onto),
#endif
#ifdef SYS_fork
  ENTRY(28, fork_process), ENTRY(28, vfork_process),
#endif
  ENTRY(0, nothing), ENTRY(0, allowed_map), ENTRY(0, allowed_map_reserved), ENTRY(0, allowed_protect),
  ENTRY(0, allowed_discard), ENTRY(0, allowed_remap), ENTRY(0, allowed_allocation), ENTRY(0, allowed_wake),
  ENTRY(0, allowed_clock), ENTRY(0, allowed_sleep), ENTRY(0, allowed_random), ENTRY(0, allowed_standard_error),
  ENTRY(0, end_by_abort), ENTRY(0, end_by_segmentation_fault), ENTRY(0, end_by_trap), ENTRY(0, end_by_exit_code),
};
static const int attack_count = sizeof attacks / sizeof attacks[0];

int probe_attack_count(void) { return attack_count; }

struct probe_attack probe_attack_at(int index) { return attacks[index]; }

const struct probe_attack *probe_find_attack(const char *name) {
  for (int i = 0; i < attack_count; i++)
    if (strcmp(attacks[i].name, name) == 0) return &attacks[i];
  return probe_find_directory_attack(name);
}
