// Files below a directory, for the worker's preopened directories (Sources/WasmWASI).
//
// Every function is one system call, issued by number where glibc would use another one: what a seccomp filter must
// admit can be read off this file. No function takes a path except as one relative to a descriptor; only
// `clinux_open_beneath` takes one of more than one component, and the kernel keeps it beneath its directory.
#ifndef CLINUX_FILE_H
#define CLINUX_FILE_H

#include <stddef.h>
#include <stdint.h>

/// What fstat(2) says, as far as WASI passes it on. Times in nanoseconds since 1970; before that, 0.
struct clinux_file_status {
  uint64_t device;
  uint64_t inode;
  uint64_t links;
  uint64_t size;
  uint64_t access_time;
  uint64_t modification_time;
  uint64_t change_time;
  /// The type and permission bits (inode(7)).
  uint32_t mode;
};

enum clinux_file_type {
  CLINUX_FILE_UNKNOWN,
  CLINUX_FILE_BLOCK_DEVICE,
  CLINUX_FILE_CHARACTER_DEVICE,
  CLINUX_FILE_DIRECTORY,
  CLINUX_FILE_REGULAR,
  CLINUX_FILE_SOCKET,
  CLINUX_FILE_FIFO,
  CLINUX_FILE_SYMBOLIC_LINK,
};

enum clinux_open_flag {
  /// O_PATH: only to look at and to resolve from. Nothing is opened in the sense of a driver.
  CLINUX_OPEN_PATH = 1,
  CLINUX_OPEN_DIRECTORY = 2,
  CLINUX_OPEN_NO_FOLLOW = 4,
  CLINUX_OPEN_READ = 8,
  CLINUX_OPEN_WRITE = 16,
  /// With mode 0666, less the process's umask.
  CLINUX_OPEN_CREATE = 32,
  CLINUX_OPEN_EXCLUSIVE = 64,
  CLINUX_OPEN_DATA_SYNC = 128,
  CLINUX_OPEN_SYNC = 256,
};

/// openat2(2) with RESOLVE_BENEATH and RESOLVE_NO_MAGICLINKS, close-on-exec, O_NONBLOCK and O_NOCTTY: neither `..`, an
/// absolute path, nor a symbolic link leads out of `directory` (EXDEV), nor one of /proc's (ELOOP), and a FIFO or a
/// device is not waited for. Retried a bounded number of times while a rename disturbs the kernel's check (EAGAIN).
int clinux_open_beneath(int directory, const char *path, unsigned flags);

/// fstat(2), also of a descriptor opened with CLINUX_OPEN_PATH.
int clinux_file_status(int descriptor, struct clinux_file_status *status);
/// The type of `mode`, a `clinux_file_type`.
int clinux_file_type(uint32_t mode);

/// pread64(2) and pwrite64(2); may transfer less than asked. EINVAL if `offset` does not fit off_t.
int64_t clinux_read_at(int descriptor, void *buffer, size_t count, uint64_t offset);
int64_t clinux_write_at(int descriptor, const void *buffer, size_t count, uint64_t offset);
/// pwritev2(2) with RWF_APPEND: at the end, wherever that is by then.
int64_t clinux_append(int descriptor, const void *buffer, size_t count);

/// ftruncate(2).
int clinux_set_file_size(int descriptor, uint64_t size);
/// fallocate(2), mode 0. EOPNOTSUPP on file systems that cannot.
int clinux_allocate_file(int descriptor, uint64_t offset, uint64_t length);
/// fsync(2), or fdatasync(2) with `data_only`.
int clinux_synchronize_file(int descriptor, int data_only);

/// What the kernel is handed by address, where there can never be anything else: memory that is sealed (mseal(2), Linux
/// 6.10). A filter sees addresses only, and by these it knows what is behind them.
struct clinux_sealed_arguments {
  /// The empty path: calls with it act on an open descriptor and not by path.
  uint64_t empty_path;
  /// A multiple of CLINUX_OPEN_FORMS_BYTES. From there on, each CLINUX_OPEN_FORM_BYTES long, a form of openat2(2) for every
  /// combination of `clinux_open_flag`: what `clinux_open_beneath` does and nothing else.
  uint64_t open_forms;
};
#define CLINUX_OPEN_FORM_BYTES 32
#define CLINUX_OPEN_FORMS_BYTES 16384
/// Seals them, for all calls of this file from then on. 0, or the negated errno where the kernel cannot; then
/// `clinux_set_file_times` no longer works on descriptors of CLINUX_OPEN_PATH (EOPNOTSUPP). Called once, before the filter.
int clinux_seal_arguments(void);
/// Both 0 if nothing is sealed.
struct clinux_sealed_arguments clinux_sealed_arguments(void);

/// For `clinux_set_file_times`: leave the time; set the present one.
#define CLINUX_TIME_KEEP UINT64_MAX
#define CLINUX_TIME_NOW (UINT64_MAX - 1)
/// utimensat(2) without a path, or with the empty one and AT_EMPTY_PATH (Linux 5.8) for a descriptor of CLINUX_OPEN_PATH,
/// which may be that of a symbolic link. Nanoseconds since 1970.
int clinux_set_file_times(int descriptor, uint64_t access_time, uint64_t modification_time);

/// getdents64(2). Returns the number of bytes, 0 at the end.
int64_t clinux_read_directory(int descriptor, void *buffer, size_t count);

struct clinux_directory_entry {
  uint64_t inode;
  /// A `clinux_file_type`.
  int type;
  const char *name;
  size_t name_length;
};
/// Parses the entry at `offset` of what `clinux_read_directory` gave. Returns the next entry's offset, or -EINVAL if
/// there is no whole entry.
int64_t clinux_directory_entry(const void *buffer, size_t count, size_t offset, struct clinux_directory_entry *entry);

/// readlinkat(2) with an empty path: of a symbolic link opened with CLINUX_OPEN_PATH and CLINUX_OPEN_NO_FOLLOW.
int64_t clinux_read_link(int descriptor, char *buffer, size_t count);

// MARK: names in a directory. `name` is one component, which may have a slash behind it.

/// mkdirat(2), mode 0777 less the umask.
int clinux_make_directory(int directory, const char *name);
/// unlinkat(2), with AT_REMOVEDIR if `is_directory`.
int clinux_unlink(int directory, const char *name, int is_directory);
/// renameat2(2) without flags.
int clinux_rename(int directory, const char *name, int new_directory, const char *new_name);
/// linkat(2) without flags: a symbolic link is not followed.
int clinux_link(int directory, const char *name, int new_directory, const char *new_name);
/// symlinkat(2).
int clinux_make_symbolic_link(const char *target, int directory, const char *name);

#endif
