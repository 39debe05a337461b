// The exit codes by which a worker names the confinement step that failed. Shared by the worker, which exits with
// them, and the supervisor, which reports `sandboxUnavailable(layer)`. PROTOCOL.md repeats the table.
#ifndef CLINUX_EXIT_CODE_H
#define CLINUX_EXIT_CODE_H

enum clinux_exit_code {
  /// The lowest and highest code of the range.
  CLINUX_EXIT_CONFINEMENT_FIRST = 90,
  /// Inherited descriptors could not be closed.
  CLINUX_EXIT_DESCRIPTORS = 90,
  /// The dedicated user and group could not be taken.
  CLINUX_EXIT_IDENTITY = 91,
  /// A resource limit could not be set.
  CLINUX_EXIT_RESOURCE_LIMITS = 92,
  /// The lifeline could not be armed, or the supervisor was gone already.
  CLINUX_EXIT_LIFELINE = 93,
  /// The namespaces could not be made.
  CLINUX_EXIT_NAMESPACES = 94,
  /// dumpable, no_new_privs, memory-deny-write-execute or the capabilities.
  CLINUX_EXIT_PROCESS_ATTRIBUTES = 95,
  /// Landlock is required and not available.
  CLINUX_EXIT_LANDLOCK = 96,
  /// The seccomp filter could not be built or installed.
  CLINUX_EXIT_SECCOMP = 97,
  /// The command line was not understood; nothing was confined.
  CLINUX_EXIT_ARGUMENTS = 98,
  /// The process was not in a state that can be confined (more than one thread, or the warm-up failed).
  CLINUX_EXIT_PREPARATION = 99,
  CLINUX_EXIT_CONFINEMENT_LAST = 99,
};

#endif
