// What a library can find out about the program that it is part of.
#include "clinux_host.h"

#include <dlfcn.h>
#include <errno.h>
#include <sched.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

int clinux_available_processors(void) {
  cpu_set_t set;
  if (sched_getaffinity(0, sizeof set, &set) == 0) {
    int count = CPU_COUNT(&set);
    if (count > 0) return count;
  }
  long online = sysconf(_SC_NPROCESSORS_ONLN);
  return online > 0 ? (int)online : 1;
}

int clinux_current_processor(void) {
  int processor = sched_getcpu();
  return processor < 0 ? -errno : processor;
}

int clinux_own_library_path(char *path, size_t capacity) {
  Dl_info information;
  if (dladdr(__extension__(const void *)clinux_own_library_path, &information) == 0 || information.dli_fname == NULL)
    return -ENOENT;
  size_t length = strlen(information.dli_fname);
  if (length >= capacity) return -ERANGE;
  memcpy(path, information.dli_fname, length + 1);
  return (int)length;
}

int clinux_executable_path(char *path, size_t capacity) {
  ssize_t length = readlink("/proc/self/exe", path, capacity);
  if (length < 0) return -errno;
  if ((size_t)length >= capacity) return -ERANGE;
  path[length] = 0;
  return (int)length;
}

void clinux_set_thread_name(const char *name) { prctl(PR_SET_NAME, name); }
