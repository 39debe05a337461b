// The attacks of the hostile twin: what native code in a worker would try. Each attack is one operation that a guest must
// not reach, and that the unconfined twin of the same process really performs.
//
// The list is data, so that the tests run every attack without naming each one twice.
#ifndef CCONFINEMENTPROBE_H
#define CCONFINEMENTPROBE_H

#include <stdint.h>
#include <sys/types.h>

/// What an attack is aimed at.
struct probe_target {
  /// A process outside, of the same user, that must survive.
  pid_t victim;
  /// Eight readable and writable bytes in the victim.
  uint64_t victim_address;
  /// A descriptor that the host leaked into this process.
  int leaked_descriptor;
  /// A directory in which files may be made, ending in "/".
  const char *directory;
};

struct probe_attack {
  /// The item of the list of attacks, 1...48; 0 for an operation that a confined worker may perform.
  int number;
  const char *name;
  /// Returns the operation's result, or the negated errno.
  int64_t (*run)(const struct probe_target *target);
};

/// The attacks of this machine, and their count.
int probe_attack_count(void);
struct probe_attack probe_attack_at(int index);

/// The attacks in a worker that serves directories. `directory` has `inside`, which is its descriptor 4, `neighbour`, which
/// is its descriptor 5 and always read-only, and `outside`, which it must not reach and which is its working directory. The
/// number is 0 for what such a worker may do.
int probe_directory_attack_count(void);
struct probe_attack probe_directory_attack_at(int index);

/// Of both lists. NULL if there is none of that name on this machine.
const struct probe_attack *probe_find_attack(const char *name);

/// Starts the thread of the attack that comes from a second thread. Before confinement, which forbids threads.
int probe_start_second_thread(void);

/// A victim's part: listens on the abstract unix socket that attacks connect to, and returns the address of its canary.
uint64_t probe_become_victim(void);

/// 1 if `needle` occurs in the environment, the arguments, the auxiliary vector's strings or anywhere else between the
/// lowest of them and the end of the stack, else 0; negated errno if that cannot be told.
int probe_scan_start_state(const char *needle);

/// As root: a mount namespace of its own in which /proc hides other processes (hidepid=2), or is missing; then an ordinary
/// user without capabilities. 0 or the negated errno.
int probe_hide_processes(int without_procfs);

/// Uses CPU time for ever.
_Noreturn void probe_spin(void);

#endif
