// Files below a directory: raw system calls, see clinux_file.h.
#include "clinux_file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#ifndef SYS_mseal
#define SYS_mseal 462
#endif
#ifndef RWF_APPEND
#define RWF_APPEND 0x00000010
#endif

// The kernel answers EAGAIN when any rename or mount on the machine happened during a resolution with `..`. A guest
// that renames in a loop must not hold its own host for ever.
static const int maximum_resolutions = 128;

// NULL where nobody would admit a call with it.
static const char *empty_path = "";

// A form of openat2 for every combination of flags.
enum { FORM_COUNT = CLINUX_OPEN_FORMS_BYTES / CLINUX_OPEN_FORM_BYTES };
union form {
  struct open_how how;
  char bytes[CLINUX_OPEN_FORM_BYTES];
};
_Static_assert(FORM_COUNT == CLINUX_OPEN_SYNC * 2, "every combination has a form");
// NULL until they are sealed.
static const union form *forms;

static long result_of(long result) { return result < 0 ? -errno : result; }

static struct open_how form_of(unsigned flags) {
  struct open_how how = {.flags = O_CLOEXEC, .resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS};
  if (flags & CLINUX_OPEN_DIRECTORY) how.flags |= O_DIRECTORY;
  if (flags & CLINUX_OPEN_NO_FOLLOW) how.flags |= O_NOFOLLOW;
  if (flags & CLINUX_OPEN_PATH) {
    how.flags |= O_PATH;
  } else {
    how.flags |= O_NONBLOCK | O_NOCTTY;
    how.flags |= (flags & CLINUX_OPEN_WRITE) ? (flags & CLINUX_OPEN_READ ? O_RDWR : O_WRONLY) : O_RDONLY;
    if (flags & CLINUX_OPEN_DATA_SYNC) how.flags |= O_DSYNC;
    if (flags & CLINUX_OPEN_SYNC) how.flags |= O_SYNC;
    if (flags & CLINUX_OPEN_EXCLUSIVE) how.flags |= O_EXCL;
    if (flags & CLINUX_OPEN_CREATE) {
      how.flags |= O_CREAT;
      how.mode = 0666;
    }
  }
  return how;
}

int clinux_open_beneath(int directory, const char *path, unsigned flags) {
  flags %= FORM_COUNT;
  struct open_how unsealed = form_of(flags);
  const struct open_how *how = forms == NULL ? &unsealed : &forms[flags].how;
  long result = -1;
  for (int attempt = 0; attempt < maximum_resolutions; attempt++) {
    result = syscall(SYS_openat2, directory, path, how, sizeof *how);
    if (result >= 0 || (errno != EAGAIN && errno != EINTR)) break;
  }
  return (int)result_of(result);
}

static uint64_t nanoseconds(struct timespec time) {
  if (time.tv_sec < 0 || time.tv_sec > (time_t)(UINT64_MAX / 1000000000 - 1)) return 0;
  return (uint64_t)time.tv_sec * 1000000000 + (uint64_t)time.tv_nsec;
}

int clinux_file_status(int descriptor, struct clinux_file_status *status) {
  struct stat found;
  // The kernel's structure is glibc's on 64-bit machines. glibc's own fstat asks newfstatat with an empty path.
  if (syscall(SYS_fstat, descriptor, &found) < 0) return -errno;
  *status = (struct clinux_file_status){
    .device = found.st_dev,
    .inode = found.st_ino,
    .links = found.st_nlink,
    .size = found.st_size < 0 ? 0 : (uint64_t)found.st_size,
    .access_time = nanoseconds(found.st_atim),
    .modification_time = nanoseconds(found.st_mtim),
    .change_time = nanoseconds(found.st_ctim),
    .mode = found.st_mode,
  };
  return 0;
}

int clinux_file_type(uint32_t mode) {
  switch (mode & S_IFMT) {
    case S_IFBLK: return CLINUX_FILE_BLOCK_DEVICE;
    case S_IFCHR: return CLINUX_FILE_CHARACTER_DEVICE;
    case S_IFDIR: return CLINUX_FILE_DIRECTORY;
    case S_IFREG: return CLINUX_FILE_REGULAR;
    case S_IFSOCK: return CLINUX_FILE_SOCKET;
    case S_IFIFO: return CLINUX_FILE_FIFO;
    case S_IFLNK: return CLINUX_FILE_SYMBOLIC_LINK;
    default: return CLINUX_FILE_UNKNOWN;
  }
}

int64_t clinux_read_at(int descriptor, void *buffer, size_t count, uint64_t offset) {
  ssize_t result;
  if (offset > INT64_MAX) return -EINVAL;
  do result = syscall(SYS_pread64, descriptor, buffer, count, (off_t)offset);
  while (result < 0 && errno == EINTR);
  return result_of(result);
}

int64_t clinux_write_at(int descriptor, const void *buffer, size_t count, uint64_t offset) {
  ssize_t result;
  if (offset > INT64_MAX) return -EINVAL;
  do result = syscall(SYS_pwrite64, descriptor, buffer, count, (off_t)offset);
  while (result < 0 && errno == EINTR);
  return result_of(result);
}

int64_t clinux_append(int descriptor, const void *buffer, size_t count) {
  struct iovec part = {.iov_base = (void *)(uintptr_t)buffer, .iov_len = count};
  ssize_t result;
  // The offset comes in two halves, of which 64-bit kernels read the first; it is ignored, but must not be -1, which
  // would use the kernel's own offset.
  do result = syscall(SYS_pwritev2, descriptor, &part, 1ul, 0ul, 0ul, RWF_APPEND);
  while (result < 0 && errno == EINTR);
  return result_of(result);
}

int clinux_set_file_size(int descriptor, uint64_t size) {
  long result;
  if (size > INT64_MAX) return -EINVAL;
  do result = syscall(SYS_ftruncate, descriptor, (off_t)size);
  while (result < 0 && errno == EINTR);
  return (int)result_of(result);
}

int clinux_allocate_file(int descriptor, uint64_t offset, uint64_t length) {
  long result;
  if (offset > INT64_MAX || length > INT64_MAX) return -EINVAL;
  do result = syscall(SYS_fallocate, descriptor, 0, (off_t)offset, (off_t)length);
  while (result < 0 && errno == EINTR);
  return (int)result_of(result);
}

int clinux_synchronize_file(int descriptor, int data_only) {
  long result;
  do result = syscall(data_only ? SYS_fdatasync : SYS_fsync, descriptor);
  while (result < 0 && errno == EINTR);
  return (int)result_of(result);
}

static struct timespec time_of(uint64_t nanoseconds) {
  if (nanoseconds == CLINUX_TIME_KEEP) return (struct timespec){.tv_nsec = UTIME_OMIT};
  if (nanoseconds == CLINUX_TIME_NOW) return (struct timespec){.tv_nsec = UTIME_NOW};
  return (struct timespec){
    .tv_sec = (time_t)(nanoseconds / 1000000000),
    .tv_nsec = (long)(nanoseconds % 1000000000),
  };
}

int clinux_seal_arguments(void) {
  empty_path = NULL;
  size_t page = (size_t)sysconf(_SC_PAGESIZE);
  // Both are powers of two. The empty path is a page of its own behind the forms.
  size_t alignment = page > CLINUX_OPEN_FORMS_BYTES ? page : CLINUX_OPEN_FORMS_BYTES, size = alignment + page;
  char *memory = mmap(NULL, alignment + size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) return -errno;
  char *start = memory + (-(uintptr_t)memory & (alignment - 1));
  union form *made = (void *)start;
  for (unsigned flags = 0; flags < FORM_COUNT; flags++) made[flags].how = form_of(flags);
  if (mprotect(start, size, PROT_READ) < 0 || syscall(SYS_mseal, start, size, 0ul) < 0) {
    int error = errno;
    munmap(memory, alignment + size);
    return -error;
  }
  forms = made;
  empty_path = start + alignment;
  return 0;
}

struct clinux_sealed_arguments clinux_sealed_arguments(void) {
  if (forms == NULL) return (struct clinux_sealed_arguments){0, 0};
  return (struct clinux_sealed_arguments){(uint64_t)(uintptr_t)empty_path, (uint64_t)(uintptr_t)forms};
}

int clinux_set_file_times(int descriptor, uint64_t access_time, uint64_t modification_time) {
  struct timespec times[2] = {time_of(access_time), time_of(modification_time)};
  long result = result_of(syscall(SYS_utimensat, descriptor, NULL, times, 0));
  if (result != -EBADF) return (int)result;
  if (empty_path == NULL) return -EOPNOTSUPP;
  return (int)result_of(syscall(SYS_utimensat, descriptor, empty_path, times, AT_EMPTY_PATH));
}

int64_t clinux_read_directory(int descriptor, void *buffer, size_t count) {
  return result_of(syscall(SYS_getdents64, descriptor, buffer, count));
}

int64_t clinux_directory_entry(const void *buffer, size_t count, size_t offset, struct clinux_directory_entry *entry) {
  const size_t header = offsetof(struct dirent64, d_name);
  if (offset > count || count - offset <= header) return -EINVAL;
  const struct dirent64 *found = (const void *)((const char *)buffer + offset);
  size_t length = found->d_reclen;
  if (length <= header || length > count - offset) return -EINVAL;
  *entry = (struct clinux_directory_entry){
    .inode = found->d_ino,
    .type = clinux_file_type(DTTOIF(found->d_type)),
    .name = found->d_name,
    .name_length = strnlen(found->d_name, length - header),
  };
  return (int64_t)(offset + length);
}

int64_t clinux_read_link(int descriptor, char *buffer, size_t count) {
  return result_of(syscall(SYS_readlinkat, descriptor, empty_path == NULL ? "" : empty_path, buffer, count));
}

int clinux_make_directory(int directory, const char *name) {
  return (int)result_of(syscall(SYS_mkdirat, directory, name, 0777));
}

int clinux_unlink(int directory, const char *name, int is_directory) {
  return (int)result_of(syscall(SYS_unlinkat, directory, name, is_directory ? AT_REMOVEDIR : 0));
}

int clinux_rename(int directory, const char *name, int new_directory, const char *new_name) {
  return (int)result_of(syscall(SYS_renameat2, directory, name, new_directory, new_name, 0u));
}

int clinux_link(int directory, const char *name, int new_directory, const char *new_name) {
  return (int)result_of(syscall(SYS_linkat, directory, name, new_directory, new_name, 0));
}

int clinux_make_symbolic_link(const char *target, int directory, const char *name) {
  return (int)result_of(syscall(SYS_symlinkat, target, directory, name));
}
