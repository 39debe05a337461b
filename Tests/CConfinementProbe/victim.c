// The process that attacks are aimed at, and the search for secrets in a worker's start state.
#include <errno.h>
#include <sched.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "CConfinementProbe.h"
#include "probe_support.h"

extern char **environ;

int64_t probe_result(long value) { return value < 0 ? -errno : value; }

socklen_t probe_abstract_address(struct sockaddr_un *address, pid_t victim) {
  memset(address, 0, sizeof *address);
  address->sun_family = AF_UNIX;
  int length = snprintf(address->sun_path + 1, sizeof address->sun_path - 1, "hanzo-probe-%d", (int)victim);
  return (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 + (size_t)length);
}

static volatile char canary[8] = "canary!";

uint64_t probe_become_victim(void) {
  int listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  struct sockaddr_un address;
  socklen_t length = probe_abstract_address(&address, getpid());
  if (listener < 0 || bind(listener, (struct sockaddr *)&address, length) < 0 || listen(listener, 16) < 0) return 0;
  return (uint64_t)(uintptr_t)canary;
}

// The kernel puts arguments, environment and the strings of the auxiliary vector at the top of the stack, above this
// function's frame. The mapping's end comes from /proc/self/maps.
int probe_scan_start_state(const char *needle) {
  FILE *maps = fopen("/proc/self/maps", "re");
  if (maps == NULL) return -errno;
  char line[512];
  uintptr_t start = 0, end = 0, here = (uintptr_t)__builtin_frame_address(0);
  while (fgets(line, sizeof line, maps) != NULL) {
    unsigned long low, high;
    if (sscanf(line, "%lx-%lx", &low, &high) == 2 && here >= low && here < high) {
      start = here;
      end = high;
    }
  }
  fclose(maps);
  if (end == 0) return -ENOENT;
  // Only what was there before main: nothing below the environment's pointers, where this program keeps its copies.
  if ((uintptr_t)environ > start && (uintptr_t)environ < end) start = (uintptr_t)environ;
  return memmem((void *)start, end - start, needle, strlen(needle)) != NULL;
}

int probe_hide_processes(int without_procfs) {
  if (unshare(CLONE_NEWNS) < 0) return -errno;
  if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0) return -errno;
  if (without_procfs) {
    if (umount2("/proc", MNT_DETACH) < 0) return -errno;
  } else if (mount("proc", "/proc", "proc", 0, "hidepid=2") < 0) {
    return -errno;
  }
  if (syscall(SYS_setgroups, 0, NULL) < 0 || syscall(SYS_setresgid, 65534, 65534, 65534) < 0) return -errno;
  return syscall(SYS_setresuid, 65534, 65534, 65534) < 0 ? -errno : 0;
}

_Noreturn void probe_spin(void) {
  for (;;) sched_yield_hint();
}
