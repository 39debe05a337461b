// The attacks of the hostile twin of a worker that serves directories, which may call the system for files. Raw system
// calls, also of old numbers; what the product itself does is called through CLinux. A sixth argument is written as a long.
#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include "CConfinementProbe.h"
#include "clinux_file.h"
#include "probe_support.h"

// Calls that older headers do not number; the same on x86-64 and aarch64.
enum {
  NUMBER_OPEN_TREE = 428,
  NUMBER_CLOSE_RANGE = 436,
  NUMBER_OPENAT2 = 437,
  NUMBER_FACCESSAT2 = 439,
  NUMBER_FCHMODAT2 = 452,
};
enum { INSIDE = 4, NEIGHBOUR = 5 };
#define SET_FLAGS 0x40086602ul
#define CLONE_FILE 0x40049409ul

#define ATTACK(name) static int64_t name(const struct probe_target *target)
#define UNUSED (void)target
#define CALL(...) probe_result(syscall(__VA_ARGS__))
// A name below `directory`, for the rest of the process.
#define PATH(name) path_of(target, name)

static const char *path_of(const struct probe_target *target, const char *name) {
  static char paths[4][512];
  static unsigned next;
  char *path = paths[next++ % 4];
  snprintf(path, sizeof paths[0], "%s%s", target->directory, name);
  return path;
}

// An opening of the attacker's own: nothing keeps it beneath anything.
static int64_t opened(int directory, const char *path, uint64_t flags, uint64_t mode) {
  struct open_how how = {.flags = flags, .mode = mode};
  return CALL(NUMBER_OPENAT2, directory, path, &how, sizeof how);
}

// What the worker itself would open beneath a directory.
static int64_t beneath(int directory, const char *path, unsigned flags) {
  return clinux_open_beneath(directory, path, flags);
}

#define OPENED(variable, ...) \
  int64_t variable = __VA_ARGS__; \
  if (variable < 0) return variable

// MARK: opening

ATTACK(open_system_file) { UNUSED; return opened(AT_FDCWD, "/etc/passwd", O_RDONLY, 0); }
ATTACK(open_outside) { return opened(AT_FDCWD, PATH("outside/secret"), O_RDONLY, 0); }
ATTACK(open_outside_relative) { UNUSED; return opened(AT_FDCWD, "secret", O_RDONLY, 0); }
ATTACK(open_outside_by_dots) { UNUSED; return opened(INSIDE, "../outside/secret", O_RDONLY, 0); }
ATTACK(open_outside_by_link) { UNUSED; return opened(INSIDE, "link-out", O_RDONLY, 0); }
ATTACK(open_outside_for_writing) { return opened(AT_FDCWD, PATH("outside/secret"), O_WRONLY, 0); }
ATTACK(list_outside) { return opened(AT_FDCWD, PATH("outside"), O_RDONLY | O_DIRECTORY, 0); }
ATTACK(create_outside) { return opened(AT_FDCWD, PATH("outside/created"), O_CREAT | O_WRONLY, 0600); }
ATTACK(truncate_outside) { return opened(AT_FDCWD, PATH("outside/change-me"), O_WRONLY | O_TRUNC, 0); }
ATTACK(temporary_file_outside) { return opened(AT_FDCWD, PATH("outside"), O_TMPFILE | O_RDWR, 0600); }
ATTACK(open_process_state) { UNUSED; return opened(INSIDE, "../../../proc/self/status", O_RDONLY, 0); }
ATTACK(open_own_memory_file) { UNUSED; return opened(AT_FDCWD, "/proc/self/mem", O_RDWR, 0); }
ATTACK(open_namespace) { UNUSED; return opened(AT_FDCWD, "/proc/self/ns/net", O_RDONLY, 0); }
ATTACK(open_lifeline_for_writing) { UNUSED; return opened(AT_FDCWD, "/proc/self/fd/3", O_WRONLY, 0); }
ATTACK(open_requests_for_writing) { UNUSED; return opened(AT_FDCWD, "/proc/self/fd/0", O_WRONLY, 0); }
ATTACK(open_replies_for_reading) { UNUSED; return opened(AT_FDCWD, "/proc/self/fd/1", O_RDONLY | O_NONBLOCK, 0); }
// To know that a file exists, and its status, without a right to open it.
ATTACK(observe_outside) {
  OPENED(file, opened(AT_FDCWD, PATH("outside/secret"), O_PATH, 0));
  struct stat status;
  return CALL(SYS_fstat, file, &status);
}
ATTACK(open_working_directory_beneath) { UNUSED; return beneath(AT_FDCWD, ".", CLINUX_OPEN_READ); }
ATTACK(observe_working_directory_beneath) { UNUSED; return beneath(AT_FDCWD, ".", CLINUX_OPEN_PATH); }
ATTACK(beneath_dots) { UNUSED; return beneath(INSIDE, "../outside/secret", CLINUX_OPEN_READ); }
ATTACK(beneath_absolute) { return beneath(INSIDE, PATH("outside/secret"), CLINUX_OPEN_READ); }
ATTACK(beneath_link) { UNUSED; return beneath(INSIDE, "link-out", CLINUX_OPEN_READ); }
ATTACK(observe_beneath_link) { UNUSED; return beneath(INSIDE, "link-out", CLINUX_OPEN_PATH); }
ATTACK(open_with_set_id) {
  UNUSED;
  OPENED(file, opened(INSIDE, "set-id", O_CREAT | O_EXCL | O_WRONLY, 04755));
  struct stat status;
  if (syscall(SYS_fstat, file, &status) < 0) return -errno;
  return (status.st_mode & S_ISUID) != 0 ? status.st_mode : -ENODATA;
}
ATTACK(open_without_size) {
  UNUSED;
  uint64_t how[4] = {0};
  return CALL(NUMBER_OPENAT2, INSIDE, "file", how, sizeof how);
}
ATTACK(open_at) { UNUSED; return CALL(SYS_openat, INSIDE, "file", O_RDONLY); }

// MARK: looking

ATTACK(stat_by_path) {
  struct stat status;
  return CALL(SYS_newfstatat, AT_FDCWD, PATH("outside/secret"), &status, 0);
}
ATTACK(stat_by_empty_path) {
  UNUSED;
  struct stat status;
  return CALL(SYS_newfstatat, INSIDE, "", &status, AT_EMPTY_PATH);
}
ATTACK(statx_by_path) {
  char status[256];
  return CALL(SYS_statx, AT_FDCWD, PATH("outside/secret"), 0, 0x7ff, status);
}
ATTACK(access_by_path) { return CALL(SYS_faccessat, AT_FDCWD, PATH("outside/secret"), F_OK); }
ATTACK(access_by_path_2) { return CALL(NUMBER_FACCESSAT2, AT_FDCWD, PATH("outside/secret"), F_OK, 0); }
ATTACK(file_system_of_descriptor) {
  UNUSED;
  char status[256];
  OPENED(file, beneath(INSIDE, "file", CLINUX_OPEN_READ));
  return CALL(SYS_fstatfs, file, status);
}
ATTACK(read_link_by_path) {
  char text[64];
  return CALL(SYS_readlinkat, AT_FDCWD, PATH("outside/link"), text, sizeof text);
}
ATTACK(read_link_outside_by_descriptor) {
  char text[64];
  OPENED(link, opened(AT_FDCWD, PATH("outside/link"), O_PATH | O_NOFOLLOW, 0));
  return clinux_read_link((int)link, text, sizeof text);
}
ATTACK(read_attribute) {
  UNUSED;
  char value[8];
  OPENED(file, beneath(INSIDE, "file", CLINUX_OPEN_READ));
  long result = syscall(SYS_fgetxattr, file, "user.probe", value, sizeof value);
  return result < 0 && errno != ENODATA && errno != EOPNOTSUPP ? -errno : 0;
}
ATTACK(file_handle) {
  UNUSED;
  struct {
    unsigned bytes;
    int type;
    char data[128];
  } handle = {.bytes = 128};
  int mount;
  return CALL(SYS_name_to_handle_at, INSIDE, "file", &handle, &mount, 0);
}
ATTACK(working_directory) {
  UNUSED;
  char path[512];
  return CALL(SYS_getcwd, path, sizeof path);
}
ATTACK(change_working_directory) { UNUSED; return CALL(SYS_fchdir, INSIDE); }

// MARK: times

// The one that the filter admits, if there is one.
static const char *empty_path(void) {
  uint64_t path = clinux_sealed_arguments().empty_path;
  return path == 0 ? "" : (const char *)(uintptr_t)path;
}
static const struct timespec some_times[2] = {{.tv_sec = 1}, {.tv_sec = 2}};
ATTACK(times_by_path) { return CALL(SYS_utimensat, AT_FDCWD, PATH("outside/change-me"), some_times, 0); }
ATTACK(times_by_name) { UNUSED; return CALL(SYS_utimensat, INSIDE, "file", some_times, 0); }
ATTACK(times_outside_by_descriptor) {
  OPENED(file, opened(AT_FDCWD, PATH("outside/change-me"), O_PATH, 0));
  return CALL(SYS_utimensat, file, NULL, some_times, 0);
}
ATTACK(times_outside_by_empty_path) {
  OPENED(file, opened(AT_FDCWD, PATH("outside/change-me"), O_PATH, 0));
  // As the worker does it for descriptors that are not open for reading.
  return CALL(SYS_utimensat, file, empty_path(), some_times, AT_EMPTY_PATH);
}
ATTACK(times_of_working_directory) {
  UNUSED;
  return CALL(SYS_utimensat, AT_FDCWD, empty_path(), some_times, AT_EMPTY_PATH);
}
ATTACK(times_of_lifeline) { UNUSED; return CALL(SYS_utimensat, 3, NULL, some_times, 0); }
ATTACK(times_of_neighbour) {
  UNUSED;
  OPENED(file, beneath(NEIGHBOUR, "file", CLINUX_OPEN_READ));
  return CALL(SYS_utimensat, file, NULL, some_times, 0);
}

// MARK: names

ATTACK(unlink_outside) { return CALL(SYS_unlinkat, AT_FDCWD, PATH("outside/change-me"), 0); }
ATTACK(unlink_outside_by_dots) { UNUSED; return CALL(SYS_unlinkat, INSIDE, "../outside/change-me", 0); }
ATTACK(remove_directory_outside) { return CALL(SYS_unlinkat, AT_FDCWD, PATH("outside/empty"), AT_REMOVEDIR); }
ATTACK(unlink_with_other_flags) { UNUSED; return CALL(SYS_unlinkat, INSIDE, "file", 1); }
ATTACK(rename_out) { return CALL(SYS_renameat2, INSIDE, "file", AT_FDCWD, PATH("outside/got"), 0); }
ATTACK(rename_in) { return CALL(SYS_renameat2, AT_FDCWD, PATH("outside/change-me"), INSIDE, "got", 0); }
ATTACK(rename_directory_in) { return CALL(SYS_renameat2, AT_FDCWD, PATH("outside/empty"), INSIDE, "got", 0); }
ATTACK(rename_outside) {
  return CALL(SYS_renameat2, AT_FDCWD, PATH("outside/change-me"), AT_FDCWD, PATH("outside/moved"), 0);
}
ATTACK(rename_the_directory) { return CALL(SYS_renameat2, AT_FDCWD, PATH("inside"), AT_FDCWD, PATH("moved"), 0); }
ATTACK(rename_by_exchange) { UNUSED; return CALL(SYS_renameat2, INSIDE, "file", INSIDE, "dir", 2); }
ATTACK(rename_without_replacing) { UNUSED; return CALL(SYS_renameat2, INSIDE, "file", INSIDE, "new", 1); }
ATTACK(rename_leaving_whiteout) { UNUSED; return CALL(SYS_renameat2, INSIDE, "file", INSIDE, "new", 4); }
#ifdef SYS_renameat
ATTACK(rename_of_old) { UNUSED; return CALL(SYS_renameat, INSIDE, "file", INSIDE, "new"); }
#endif
ATTACK(link_in) { return CALL(SYS_linkat, AT_FDCWD, PATH("outside/secret"), INSIDE, "got", 0); }
ATTACK(link_out) { return CALL(SYS_linkat, INSIDE, "file", AT_FDCWD, PATH("outside/got"), 0); }
ATTACK(link_outside) { return CALL(SYS_linkat, AT_FDCWD, PATH("outside/secret"), AT_FDCWD, PATH("outside/got"), 0); }
ATTACK(link_by_magic_link) {
  char text[64];
  OPENED(file, opened(AT_FDCWD, PATH("outside/secret"), O_PATH, 0));
  snprintf(text, sizeof text, "/proc/self/fd/%d", (int)file);
  return CALL(SYS_linkat, AT_FDCWD, text, INSIDE, "got", AT_SYMLINK_FOLLOW);
}
ATTACK(link_the_magic_link) { UNUSED; return CALL(SYS_linkat, AT_FDCWD, "/proc/self/fd/4", INSIDE, "got", 0); }
ATTACK(link_by_descriptor) {
  UNUSED;
  OPENED(file, beneath(INSIDE, "file", CLINUX_OPEN_PATH));
  return CALL(SYS_linkat, file, "", INSIDE, "got", AT_EMPTY_PATH);
}
ATTACK(symbolic_link_outside) { return CALL(SYS_symlinkat, "/etc", AT_FDCWD, PATH("outside/new")); }
ATTACK(symbolic_link_absolute) { UNUSED; return CALL(SYS_symlinkat, "/etc", INSIDE, "new"); }
ATTACK(make_directory_outside) { return CALL(SYS_mkdirat, AT_FDCWD, PATH("outside/new"), 0777); }
ATTACK(make_directory_with_other_mode) { UNUSED; return CALL(SYS_mkdirat, INSIDE, "new", 02777); }
ATTACK(make_fifo) { UNUSED; return CALL(SYS_mknodat, INSIDE, "new", S_IFIFO | 0600, 0); }
ATTACK(make_device) { UNUSED; return CALL(SYS_mknodat, INSIDE, "new", S_IFCHR | 0600, 0x103); }

// MARK: the read-only directory beside a writable one

ATTACK(write_neighbour) { UNUSED; return beneath(NEIGHBOUR, "file", CLINUX_OPEN_WRITE); }
ATTACK(create_in_neighbour) { UNUSED; return beneath(NEIGHBOUR, "new", CLINUX_OPEN_WRITE | CLINUX_OPEN_CREATE); }
ATTACK(unlink_in_neighbour) { UNUSED; return clinux_unlink(NEIGHBOUR, "file", 0); }
ATTACK(make_directory_in_neighbour) { UNUSED; return clinux_make_directory(NEIGHBOUR, "new"); }
ATTACK(symbolic_link_in_neighbour) { UNUSED; return clinux_make_symbolic_link("file", NEIGHBOUR, "new"); }
ATTACK(rename_in_neighbour) { UNUSED; return clinux_rename(NEIGHBOUR, "file", NEIGHBOUR, "new"); }
ATTACK(rename_from_neighbour) { UNUSED; return clinux_rename(NEIGHBOUR, "file", INSIDE, "got"); }
ATTACK(rename_to_neighbour) { UNUSED; return clinux_rename(INSIDE, "file", NEIGHBOUR, "got"); }
// A writable name for a file that may not be written.
ATTACK(link_from_neighbour) { UNUSED; return clinux_link(NEIGHBOUR, "file", INSIDE, "got"); }
ATTACK(link_to_neighbour) { UNUSED; return clinux_link(INSIDE, "file", NEIGHBOUR, "got"); }
ATTACK(truncate_neighbour) {
  UNUSED;
  OPENED(file, beneath(NEIGHBOUR, "file", CLINUX_OPEN_READ));
  return clinux_set_file_size((int)file, 0);
}

ATTACK(truncate_neighbour_by_opening) { UNUSED; return opened(NEIGHBOUR, "file", O_RDONLY | O_TRUNC, 0); }

// MARK: what a worker with a writable directory may do, on a file that is open for reading

#define ON_FILE(name, ...) \
  ATTACK(name) { \
    UNUSED; \
    OPENED(file, beneath(INSIDE, "file", CLINUX_OPEN_READ)); \
    return __VA_ARGS__; \
  }
ON_FILE(truncate_file, clinux_set_file_size((int)file, 0))
ON_FILE(allocate_file, clinux_allocate_file((int)file, 0, 1))
ON_FILE(write_file_at, clinux_write_at((int)file, "x", 1, 0))
ON_FILE(append_to_file, clinux_append((int)file, "x", 1))
ON_FILE(synchronize_file, clinux_synchronize_file((int)file, 0))
ON_FILE(synchronize_data_of_file, clinux_synchronize_file((int)file, 1))
ON_FILE(times_of_file, clinux_set_file_times((int)file, 1, 2))
ATTACK(create_inside) { UNUSED; return beneath(INSIDE, "new", CLINUX_OPEN_WRITE | CLINUX_OPEN_CREATE); }
ATTACK(write_inside) { UNUSED; return beneath(INSIDE, "file", CLINUX_OPEN_WRITE); }
ATTACK(unlink_inside) { UNUSED; return clinux_unlink(INSIDE, "file", 0); }
ATTACK(make_directory_inside) { UNUSED; return clinux_make_directory(INSIDE, "new"); }
ATTACK(rename_inside) { UNUSED; return clinux_rename(INSIDE, "file", INSIDE, "new"); }
ATTACK(link_inside) { UNUSED; return clinux_link(INSIDE, "file", INSIDE, "new"); }

// MARK: attributes

ATTACK(mode_of_descriptor) {
  UNUSED;
  OPENED(file, beneath(INSIDE, "file", CLINUX_OPEN_READ));
  return CALL(SYS_fchmod, file, 0600);
}
ATTACK(mode_by_name) { UNUSED; return CALL(SYS_fchmodat, INSIDE, "file", 0640); }
ATTACK(mode_by_name_2) { UNUSED; return CALL(NUMBER_FCHMODAT2, INSIDE, "file", 0640, 0); }
ATTACK(owner_of_descriptor) {
  UNUSED;
  OPENED(file, beneath(INSIDE, "file", CLINUX_OPEN_READ));
  return CALL(SYS_fchown, file, -1, -1);
}
ATTACK(owner_by_name) { UNUSED; return CALL(SYS_fchownat, INSIDE, "file", -1, -1, 0); }
ATTACK(attribute_by_path) { return CALL(SYS_setxattr, PATH("inside/file"), "user.probe", "x", 1, 0); }
ATTACK(attribute_of_descriptor) {
  UNUSED;
  OPENED(file, beneath(INSIDE, "file", CLINUX_OPEN_READ));
  return CALL(SYS_fsetxattr, file, "user.probe", "x", 1, 0);
}
ATTACK(remove_attribute) { return CALL(SYS_removexattr, PATH("inside/file"), "user.probe"); }
ATTACK(flags_of_file) {
  UNUSED;
  OPENED(file, beneath(INSIDE, "file", CLINUX_OPEN_READ));
  int flags = 0;
  return CALL(SYS_ioctl, file, SET_FLAGS, &flags);
}
ATTACK(clone_of_file) {
  UNUSED;
  OPENED(file, beneath(INSIDE, "file", CLINUX_OPEN_READ));
  return CALL(SYS_ioctl, file, CLONE_FILE, file);
}

// MARK: descriptors

static int64_t own(int descriptor) { return CALL(SYS_fcntl, descriptor, F_SETOWN, getpid()); }
ATTACK(owner_of_lifeline) { UNUSED; return own(3); }
ATTACK(owner_of_file) {
  UNUSED;
  OPENED(file, beneath(INSIDE, "file", CLINUX_OPEN_READ));
  return own((int)file);
}
ATTACK(flags_of_lifeline) { UNUSED; return CALL(SYS_fcntl, 3, F_SETFL, O_NONBLOCK); }
ATTACK(notify_of_directory) {
  UNUSED;
  OPENED(directory, beneath(INSIDE, ".", CLINUX_OPEN_READ | CLINUX_OPEN_DIRECTORY));
  return CALL(SYS_fcntl, directory, F_NOTIFY, 2);
}
ATTACK(lease_of_file) {
  UNUSED;
  OPENED(file, beneath(INSIDE, "file", CLINUX_OPEN_READ));
  return CALL(SYS_fcntl, file, F_SETLEASE, F_RDLCK);
}
ATTACK(lock_file) {
  UNUSED;
  OPENED(file, beneath(INSIDE, "file", CLINUX_OPEN_READ));
  return CALL(SYS_flock, file, 2);
}
ATTACK(close_requests) { UNUSED; return CALL(SYS_close, 0); }
ATTACK(close_errors) { UNUSED; return CALL(SYS_close, 2); }
ATTACK(close_replies) { UNUSED; return CALL(SYS_close, 1 | 1ul << 32); }
ATTACK(close_the_lifeline) { UNUSED; return CALL(SYS_close, 3); }
ATTACK(close_lifeline_with_high_bit) { UNUSED; return CALL(SYS_close, 3 | 1ul << 40); }
ATTACK(close_range_from_lifeline) { UNUSED; return CALL(NUMBER_CLOSE_RANGE, 3, 3, 0); }
ATTACK(duplicate_file) { UNUSED; return CALL(SYS_dup, INSIDE); }
ATTACK(duplicate_file_onto_lifeline) { UNUSED; return CALL(SYS_dup3, INSIDE, 3, 0); }
#ifdef SYS_dup2
ATTACK(duplicate_file_onto_lifeline_2) { UNUSED; return CALL(SYS_dup2, INSIDE, 3); }
#endif
ATTACK(write_lifeline) { UNUSED; return CALL(SYS_write, 3, "x", 1); }
ATTACK(write_requests_pipe) { UNUSED; return CALL(SYS_write, 0, "x", 1); }
ATTACK(write_file) {
  UNUSED;
  OPENED(file, beneath(INSIDE, "file", CLINUX_OPEN_READ));
  return CALL(SYS_write, file, "x", 1);
}
ATTACK(write_requests_at) { UNUSED; return CALL(SYS_pwrite64, 0, "x", 1, 0l); }
ATTACK(write_lifeline_at) { UNUSED; return CALL(SYS_pwrite64, 3, "x", 1, 0l); }
ATTACK(append_to_lifeline) {
  UNUSED;
  struct iovec part = {"x", 1};
  return CALL(SYS_pwritev2, 3, &part, 1ul, -1l, -1l, 0x10l);
}
ATTACK(append_to_requests) {
  UNUSED;
  struct iovec part = {"x", 1};
  return CALL(SYS_pwritev2, 0, &part, 1ul, -1l, -1l, 0x10l);
}
ATTACK(write_vector) {
  UNUSED;
  struct iovec part = {"x", 1};
  return CALL(SYS_writev, 2, &part, 1ul);
}
ATTACK(read_the_lifeline) {
  UNUSED;
  char byte;
  return CALL(SYS_read, 3, &byte, 1);
}
ATTACK(read_replies) {
  UNUSED;
  char byte;
  return CALL(SYS_read, 1, &byte, 1);
}
ATTACK(allocate_with_other_mode) {
  UNUSED;
  // Open for writing, or in a read-only directory for nothing: the call itself is not among those admitted.
  int64_t file = beneath(INSIDE, "file", CLINUX_OPEN_WRITE);
  return CALL(SYS_fallocate, file < 0 ? 0 : file, 3, 0l, 1l);
}
ATTACK(send_file) {
  UNUSED;
  OPENED(file, beneath(INSIDE, "file", CLINUX_OPEN_READ));
  return CALL(SYS_sendfile, 2, file, NULL, 1);
}
ATTACK(splice_file) {
  UNUSED;
  OPENED(file, beneath(INSIDE, "file", CLINUX_OPEN_READ));
  return CALL(SYS_splice, file, NULL, 2, NULL, 1ul, 2ul);
}
ATTACK(copy_file) {
  UNUSED;
  OPENED(file, beneath(INSIDE, "file", CLINUX_OPEN_READ));
  return CALL(SYS_copy_file_range, file, NULL, file, NULL, 0ul, 0ul);
}
ATTACK(read_ahead) {
  UNUSED;
  OPENED(file, beneath(INSIDE, "file", CLINUX_OPEN_READ));
  return CALL(SYS_readahead, file, 0l, 1l);
}
ATTACK(synchronize_everything) {
  UNUSED;
  OPENED(file, beneath(INSIDE, "file", CLINUX_OPEN_READ));
  return CALL(SYS_syncfs, file);
}
ATTACK(watch_directory) { UNUSED; return CALL(SYS_inotify_init1, 0); }
ATTACK(watch_file_system) { UNUSED; return CALL(SYS_fanotify_init, 0x200, 0); }
ATTACK(open_tree) { UNUSED; return CALL(NUMBER_OPEN_TREE, INSIDE, "", AT_EMPTY_PATH); }

// MARK: programs and memory

ATTACK(execute_beneath) {
  UNUSED;
  char *const arguments[] = {"program", NULL};
  return CALL(SYS_execveat, INSIDE, "program", arguments, NULL, 0);
}
ATTACK(execute_opened) {
  UNUSED;
  char *const arguments[] = {"program", NULL};
  OPENED(file, beneath(INSIDE, "program", CLINUX_OPEN_PATH));
  return CALL(SYS_execveat, file, "", arguments, NULL, AT_EMPTY_PATH);
}
static int64_t mapped(int protection, int flags) {
  OPENED(file, beneath(INSIDE, "file", CLINUX_OPEN_READ));
  long address = syscall(SYS_mmap, NULL, 4096l, (long)protection, (long)flags, file, 0l);
  return address == -1 ? -errno : 0;
}
ATTACK(map_file) { UNUSED; return mapped(PROT_READ, MAP_PRIVATE); }
ATTACK(map_file_shared) { UNUSED; return mapped(PROT_READ, MAP_SHARED); }
ATTACK(map_file_executable) { UNUSED; return mapped(PROT_READ | PROT_EXEC, MAP_PRIVATE); }

// MARK: sealed memory

// What the filter knows by its address, or where nothing is sealed a page like it.
static char *sealed_page(const char *what) {
  struct clinux_sealed_arguments sealed = clinux_sealed_arguments();
  uint64_t address = strcmp(what, "forms") == 0 ? sealed.open_forms : sealed.empty_path;
  if (address != 0) return (char *)(uintptr_t)address;
  void *page = mmap(NULL, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  return page == MAP_FAILED ? NULL : page;
}
// The call's result, unless it is an error and what is sealed has changed all the same.
static int64_t unchanged(char *page, int64_t result, const char *before) {
  return result < 0 && memcmp(page, before, 64) != 0 ? -ESTALE : result;
}
#define ON_SEALED(name, what, ...) \
  ATTACK(name) { \
    UNUSED; \
    char *page = sealed_page(what), before[64]; \
    memcpy(before, page, sizeof before); \
    return unchanged(page, CALL(__VA_ARGS__), before); \
  }
ON_SEALED(write_to_sealed_path, "path", SYS_mprotect, page, 4096, PROT_READ | PROT_WRITE)
ON_SEALED(write_to_sealed_forms, "forms", SYS_mprotect, page, 4096, PROT_READ | PROT_WRITE)
ON_SEALED(discard_sealed_path, "path", SYS_madvise, page, 4096, MADV_DONTNEED)
ON_SEALED(discard_sealed_forms, "forms", SYS_madvise, page, 4096, MADV_DONTNEED)
ON_SEALED(free_sealed_forms, "forms", SYS_madvise, page, 4096, MADV_FREE)
ON_SEALED(fill_sealed_path, "path", SYS_getrandom, page, 1, 0)
ON_SEALED(fill_sealed_forms, "forms", SYS_getrandom, page, 1, 0)
ON_SEALED(map_over_sealed_path, "path", SYS_mmap, page, 4096l, 3l, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1l, 0l)
ATTACK(unmap_sealed_path) { UNUSED; return CALL(SYS_munmap, sealed_page("path"), 4096); }
ATTACK(unmap_sealed_forms) { UNUSED; return CALL(SYS_munmap, sealed_page("forms"), 4096); }
ATTACK(move_sealed_path) {
  UNUSED;
  return syscall(SYS_mremap, sealed_page("path"), 4096, 8192, MREMAP_MAYMOVE) == -1 ? -errno : 0;
}
ATTACK(move_sealed_forms) {
  UNUSED;
  return syscall(SYS_mremap, sealed_page("forms"), 4096, 8192, MREMAP_MAYMOVE) == -1 ? -errno : 0;
}
// Between two forms there is another one to be read.
ATTACK(open_by_shifted_form) {
  UNUSED;
  uint64_t forms = clinux_sealed_arguments().open_forms, how[4] = {0};
  return CALL(NUMBER_OPENAT2, AT_FDCWD, "/etc/passwd", forms == 0 ? (char *)how : (char *)(uintptr_t)forms + 8, 24l);
}

// MARK: what is known, and what such a worker may do

ATTACK(open_fifo_beneath) { UNUSED; return beneath(INSIDE, "fifo", CLINUX_OPEN_READ); }
ATTACK(open_device_beneath) {
  UNUSED;
  OPENED(device, beneath(INSIDE, "device", CLINUX_OPEN_READ));
  char byte = 1;
  return CALL(SYS_read, device, &byte, 1);
}
ATTACK(directory_nothing) { UNUSED; return 0; }
ATTACK(allowed_read) {
  UNUSED;
  char bytes[8];
  OPENED(file, beneath(INSIDE, "dir/nested", CLINUX_OPEN_READ));
  if (clinux_read_at((int)file, bytes, sizeof bytes, 0) != 6) return -EIO;
  return CALL(SYS_close, file);
}
ATTACK(allowed_status) {
  UNUSED;
  struct clinux_file_status status;
  OPENED(file, beneath(INSIDE, "dir", CLINUX_OPEN_PATH));
  return clinux_file_status((int)file, &status);
}
ATTACK(allowed_list) {
  UNUSED;
  char block[4096];
  OPENED(directory, beneath(INSIDE, ".", CLINUX_OPEN_READ | CLINUX_OPEN_DIRECTORY));
  return clinux_read_directory((int)directory, block, sizeof block);
}
ATTACK(allowed_read_link) {
  UNUSED;
  char text[64];
  OPENED(link, beneath(INSIDE, "link-out", CLINUX_OPEN_PATH | CLINUX_OPEN_NO_FOLLOW));
  return clinux_read_link((int)link, text, sizeof text);
}
ATTACK(allowed_read_in_neighbour) {
  UNUSED;
  char bytes[8];
  OPENED(file, beneath(NEIGHBOUR, "file", CLINUX_OPEN_READ));
  return clinux_read_at((int)file, bytes, sizeof bytes, 0);
}
ATTACK(allowed_write) {
  UNUSED;
  OPENED(file, beneath(INSIDE, "new", CLINUX_OPEN_READ | CLINUX_OPEN_WRITE | CLINUX_OPEN_CREATE | CLINUX_OPEN_EXCLUSIVE));
  if (clinux_write_at((int)file, "data", 4, 0) != 4 || clinux_append((int)file, "more", 4) != 4) return -EIO;
  char bytes[16];
  if (clinux_read_at((int)file, bytes, sizeof bytes, 0) != 8) return -EIO;
  int64_t result = clinux_set_file_size((int)file, 3);
  if (result == 0) result = clinux_allocate_file((int)file, 0, 10);
  if (result == 0 || result == -EOPNOTSUPP) result = clinux_synchronize_file((int)file, 1);
  if (result == 0) result = clinux_set_file_times((int)file, 1, 2);
  return result;
}
ATTACK(allowed_names) {
  UNUSED;
  int64_t result = clinux_make_directory(INSIDE, "made");
  if (result == 0) result = clinux_link(INSIDE, "file", INSIDE, "linked");
  OPENED(made, beneath(INSIDE, "made", CLINUX_OPEN_PATH | CLINUX_OPEN_DIRECTORY));
  if (result == 0) result = clinux_rename(INSIDE, "linked", (int)made, "moved");
  if (result == 0) result = clinux_make_symbolic_link("moved", (int)made, "link");
  if (result == 0) result = clinux_unlink((int)made, "link", 0);
  if (result == 0) result = clinux_unlink((int)made, "moved", 0);
  if (result == 0) result = clinux_unlink(INSIDE, "made", 1);
  return result;
}
ATTACK(times_of_link) {
  UNUSED;
  OPENED(link, beneath(INSIDE, "link-out", CLINUX_OPEN_PATH | CLINUX_OPEN_NO_FOLLOW));
  return clinux_set_file_times((int)link, 1, 2);
}
static int64_t new_file(void) {
  return beneath(INSIDE, "new", CLINUX_OPEN_WRITE | CLINUX_OPEN_CREATE | CLINUX_OPEN_EXCLUSIVE);
}
ATTACK(write_beyond_limit) {
  UNUSED;
  OPENED(file, new_file());
  return clinux_write_at((int)file, "x", 1, 1 << 20);
}
ATTACK(size_beyond_limit) {
  UNUSED;
  OPENED(file, new_file());
  return clinux_set_file_size((int)file, (1 << 20) + 1);
}
ATTACK(allocate_beyond_limit) {
  UNUSED;
  OPENED(file, new_file());
  return clinux_allocate_file((int)file, 1 << 20, 1);
}
ATTACK(open_many) {
  UNUSED;
  for (int count = 0; count < 32; count++) {
    OPENED(file, beneath(INSIDE, "file", CLINUX_OPEN_READ));
  }
  return 0;
}

#define ENTRY(number, name) {number, #name, name}
static const struct probe_attack attacks[] = {
  ENTRY(1, open_system_file), ENTRY(1, open_outside), ENTRY(1, open_outside_relative), ENTRY(1, open_outside_by_dots),
  ENTRY(1, open_outside_by_link), ENTRY(1, open_outside_for_writing), ENTRY(1, list_outside), ENTRY(1, create_outside),
  ENTRY(1, truncate_outside), ENTRY(1, temporary_file_outside), ENTRY(1, open_process_state),
  ENTRY(1, open_own_memory_file), ENTRY(1, open_namespace), ENTRY(1, open_lifeline_for_writing),
  ENTRY(1, open_requests_for_writing), ENTRY(1, open_replies_for_reading), ENTRY(1, observe_outside),
  ENTRY(1, open_working_directory_beneath), ENTRY(1, observe_working_directory_beneath), ENTRY(1, beneath_dots),
  ENTRY(1, beneath_absolute), ENTRY(1, beneath_link), ENTRY(1, observe_beneath_link), ENTRY(1, open_with_set_id),
  ENTRY(1, open_without_size), ENTRY(1, open_at),
  ENTRY(2, stat_by_path), ENTRY(2, stat_by_empty_path), ENTRY(2, statx_by_path), ENTRY(2, access_by_path),
  ENTRY(2, access_by_path_2), ENTRY(2, file_system_of_descriptor), ENTRY(2, read_link_by_path),
  ENTRY(2, read_link_outside_by_descriptor), ENTRY(2, read_attribute), ENTRY(2, file_handle),
  ENTRY(2, working_directory), ENTRY(2, change_working_directory),
  ENTRY(3, times_by_path), ENTRY(3, times_by_name), ENTRY(3, times_outside_by_descriptor),
  ENTRY(3, times_outside_by_empty_path), ENTRY(3, times_of_working_directory), ENTRY(3, times_of_lifeline),
  ENTRY(3, times_of_neighbour),
  ENTRY(4, unlink_outside), ENTRY(4, unlink_outside_by_dots), ENTRY(4, remove_directory_outside),
  ENTRY(4, unlink_with_other_flags), ENTRY(4, rename_out), ENTRY(4, rename_in), ENTRY(4, rename_directory_in),
  ENTRY(4, rename_outside), ENTRY(4, rename_the_directory), ENTRY(4, rename_by_exchange),
  ENTRY(4, rename_without_replacing), ENTRY(4, rename_leaving_whiteout),
#ifdef SYS_renameat
  ENTRY(4, rename_of_old),
#endif
  ENTRY(4, link_in), ENTRY(4, link_out), ENTRY(4, link_outside), ENTRY(4, link_by_magic_link),
  ENTRY(4, link_the_magic_link), ENTRY(4, link_by_descriptor), ENTRY(4, symbolic_link_outside),
  ENTRY(4, symbolic_link_absolute), ENTRY(4, make_directory_outside), ENTRY(4, make_directory_with_other_mode),
  ENTRY(4, make_fifo), ENTRY(4, make_device),
  ENTRY(5, write_neighbour), ENTRY(5, create_in_neighbour), ENTRY(5, unlink_in_neighbour),
  ENTRY(5, make_directory_in_neighbour), ENTRY(5, symbolic_link_in_neighbour), ENTRY(5, rename_in_neighbour),
  ENTRY(5, rename_from_neighbour), ENTRY(5, rename_to_neighbour), ENTRY(5, link_from_neighbour),
  ENTRY(5, link_to_neighbour), ENTRY(5, truncate_neighbour), ENTRY(5, truncate_neighbour_by_opening),
  ENTRY(5, truncate_file), ENTRY(5, allocate_file), ENTRY(5, write_file_at), ENTRY(5, append_to_file),
  ENTRY(5, synchronize_file), ENTRY(5, synchronize_data_of_file), ENTRY(5, times_of_file), ENTRY(5, create_inside),
  ENTRY(5, write_inside), ENTRY(5, unlink_inside), ENTRY(5, make_directory_inside), ENTRY(5, rename_inside),
  ENTRY(5, link_inside),
  ENTRY(6, mode_of_descriptor), ENTRY(6, mode_by_name), ENTRY(6, mode_by_name_2), ENTRY(6, owner_of_descriptor),
  ENTRY(6, owner_by_name), ENTRY(6, attribute_by_path), ENTRY(6, attribute_of_descriptor), ENTRY(6, remove_attribute),
  ENTRY(6, flags_of_file), ENTRY(6, clone_of_file),
  ENTRY(7, owner_of_lifeline), ENTRY(7, owner_of_file), ENTRY(7, flags_of_lifeline), ENTRY(7, notify_of_directory),
  ENTRY(7, lease_of_file), ENTRY(7, lock_file), ENTRY(7, close_requests), ENTRY(7, close_errors),
  ENTRY(7, close_replies), ENTRY(7, close_the_lifeline), ENTRY(7, close_lifeline_with_high_bit),
  ENTRY(7, close_range_from_lifeline), ENTRY(7, duplicate_file), ENTRY(7, duplicate_file_onto_lifeline),
#ifdef SYS_dup2
  ENTRY(7, duplicate_file_onto_lifeline_2),
#endif
  ENTRY(7, write_lifeline), ENTRY(7, write_requests_pipe), ENTRY(7, write_file), ENTRY(7, write_requests_at),
  ENTRY(7, write_lifeline_at), ENTRY(7, append_to_lifeline), ENTRY(7, append_to_requests), ENTRY(7, write_vector),
  ENTRY(7, read_the_lifeline), ENTRY(7, read_replies), ENTRY(7, allocate_with_other_mode), ENTRY(7, send_file),
  ENTRY(7, splice_file), ENTRY(7, copy_file), ENTRY(7, read_ahead), ENTRY(7, synchronize_everything),
  ENTRY(7, watch_directory), ENTRY(7, watch_file_system), ENTRY(7, open_tree),
  ENTRY(8, execute_beneath), ENTRY(8, execute_opened), ENTRY(8, map_file), ENTRY(8, map_file_shared),
  ENTRY(8, map_file_executable), ENTRY(8, write_to_sealed_path), ENTRY(8, write_to_sealed_forms),
  ENTRY(8, discard_sealed_path), ENTRY(8, discard_sealed_forms), ENTRY(8, free_sealed_forms), ENTRY(8, fill_sealed_path),
  ENTRY(8, fill_sealed_forms), ENTRY(8, map_over_sealed_path), ENTRY(8, unmap_sealed_path),
  ENTRY(8, unmap_sealed_forms), ENTRY(8, move_sealed_path), ENTRY(8, move_sealed_forms), ENTRY(8, open_by_shifted_form),
  ENTRY(9, open_fifo_beneath), ENTRY(9, open_device_beneath),
  ENTRY(9, write_beyond_limit), ENTRY(9, size_beyond_limit), ENTRY(9, allocate_beyond_limit), ENTRY(9, open_many),
  ENTRY(0, directory_nothing), ENTRY(0, allowed_read), ENTRY(0, allowed_status), ENTRY(0, allowed_list),
  ENTRY(0, allowed_read_link), ENTRY(0, allowed_read_in_neighbour), ENTRY(0, allowed_write), ENTRY(0, allowed_names),
  ENTRY(0, times_of_link),
};
static const int attack_count = sizeof attacks / sizeof attacks[0];

int probe_directory_attack_count(void) { return attack_count; }

struct probe_attack probe_directory_attack_at(int index) { return attacks[index]; }

const struct probe_attack *probe_find_directory_attack(const char *name) {
  for (int i = 0; i < attack_count; i++)
    if (strcmp(attacks[i].name, name) == 0) return &attacks[i];
  return NULL;
}
