// What the attacks and the victim share.
#ifndef PROBE_SUPPORT_H
#define PROBE_SUPPORT_H

#include <stdint.h>
#include <sys/socket.h>
#include <sys/types.h>
#include <sys/un.h>

struct probe_attack;

int64_t probe_result(long value);
const struct probe_attack *probe_find_directory_attack(const char *name);
socklen_t probe_abstract_address(struct sockaddr_un *address, pid_t victim);

// A pause for the processor, without a system call.
static inline void sched_yield_hint(void) {
#ifdef __x86_64__
  __builtin_ia32_pause();
#else
  __asm__ volatile("yield");
#endif
}

#endif
