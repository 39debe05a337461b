// The list of system calls that a worker may make. Everything else ends the process.
//
// Scalar arguments that the kernel takes as 32-bit values are compared under a 32-bit mask, since it ignores the upper
// half; those that it takes as 64-bit values are compared whole.

import CLinux
import Glibc

/// One admitted form of a system call: all conditions hold. A call without conditions is admitted with any arguments.
public struct SystemCallRule: Sendable, Hashable {
  /// `argument & mask == value`.
  public struct Condition: Sendable, Hashable {
    /// The argument's position, from 0.
    public var argument: UInt32
    public var mask: UInt64
    public var value: UInt64
  }

  /// The call's name, which is the same on every architecture that has it.
  public var name: String
  public var conditions: [Condition]

  init(_ name: String, _ conditions: Condition...) {
    self.name = name
    self.conditions = conditions
  }
}

/// Addresses at which there can never be anything else (`clinux_seal_arguments`).
public struct SealedArguments: Sendable, Hashable {
  /// Of an empty path.
  public var emptyPath: UInt64
  /// Of the forms of openat2 that resolve beneath a directory; aligned to their length.
  public var openForms: UInt64

  public init(emptyPath: UInt64, openForms: UInt64) {
    self.emptyPath = emptyPath
    self.openForms = openForms
  }
}

extension SystemCallRule.Condition {
  /// A 32-bit argument equals `value`.
  static func equal32(_ argument: UInt32, _ value: UInt32) -> Self {
    Self(argument: argument, mask: 0xffff_ffff, value: UInt64(value))
  }

  /// A 32-bit argument has all of these bits.
  static func bits32(_ argument: UInt32, _ bits: UInt32) -> Self {
    Self(argument: argument, mask: UInt64(bits), value: UInt64(bits))
  }

  /// A 64-bit argument equals `value`.
  static func equal64(_ argument: UInt32, _ value: UInt64) -> Self {
    Self(argument: argument, mask: .max, value: value)
  }

  /// A 32-bit argument has no bit outside `bits`, and all of `required`.
  static func within32(_ argument: UInt32, _ bits: UInt32, required: UInt32 = 0) -> Self {
    Self(argument: argument, mask: 0xffff_ffff & ~UInt64(bits), value: UInt64(required))
  }

  /// A 64-bit argument has no bit outside `bits`, and all of `required`, which is not part of `bits`.
  static func within64(_ argument: UInt32, _ bits: UInt64, required: UInt64 = 0) -> Self {
    Self(argument: argument, mask: ~bits, value: required)
  }
}

extension SystemCallRule {
  private static let readWrite = UInt64(PROT_READ | PROT_WRITE)

  /// What an interpreter needs that has all its files open: memory, its pipes, time, randomness and a way to end.
  ///
  /// - Parameter processIdentifier: The process that the filter is for. It may abort itself and signal nobody else. nil for
  ///   processes that are not there yet, which cannot: abort() is then refused as well, and ends the process all the same.
  public static func strict(processIdentifier: Int32?) -> [SystemCallRule] {
    var rules: [SystemCallRule] = [
      SystemCallRule("read", .equal32(0, 0)),
      SystemCallRule("write", .equal32(0, 1)),
      SystemCallRule("write", .equal32(0, 2)),
      // Private, anonymous, never executable. MAP_FIXED, MAP_SHARED, huge pages and growing stacks are not among them.
      SystemCallRule(
        "mmap", .within64(2, readWrite),
        .within64(
          3, UInt64(MAP_NORESERVE | MAP_STACK | mapFixedNoReplace), required: UInt64(MAP_PRIVATE | MAP_ANONYMOUS)),
        .equal32(4, .max)),
      SystemCallRule("mprotect", .within64(2, readWrite)),
      SystemCallRule("mremap", .equal64(3, mremapMayMove)),
      // F_SETOWN and F_SETSIG on any descriptor would signal the supervisor, so there is no fcntl; nor a close, which
      // would disarm the lifeline.
      SystemCallRule("futex", .equal32(1, futexPrivate | futexWait)),
      SystemCallRule("futex", .equal32(1, futexPrivate | futexWake)),
      SystemCallRule("futex", .equal32(1, futexPrivate | futexWaitBitset)),
      SystemCallRule("futex", .equal32(1, futexPrivate | futexWakeBitset)),
      // The constant clocks only: the negative ones are other processes' CPU time.
      SystemCallRule("clock_gettime", .within32(0, 7)),
      SystemCallRule("clock_getres", .within32(0, 7)),
      SystemCallRule("clock_nanosleep", .within32(0, 1)),
      SystemCallRule("getrandom", .within32(2, 3)),
      SystemCallRule("rt_sigprocmask", .equal64(3, 8)),
    ]
    if let processIdentifier {
      // abort()
      rules.append(
        SystemCallRule(
          "tgkill", .equal32(0, UInt32(bitPattern: processIdentifier)), .equal32(2, UInt32(bitPattern: SIGABRT))))
    }
    for advice in [MADV_NORMAL, MADV_DONTNEED, MADV_FREE, MADV_DONTDUMP, MADV_NOHUGEPAGE] {
      rules.append(SystemCallRule("madvise", .equal32(2, UInt32(bitPattern: advice))))
    }
    for name in [
      "munmap", "brk", "exit", "exit_group", "rt_sigreturn", "restart_syscall", "sigaltstack", "getpid", "gettid",
    ] {
      rules.append(SystemCallRule(name))
    }
    return rules
  }

  /// In addition, for a template: forking processes for its supervisor, saying that they have ended, and what such a
  /// process does first (`clinux_restrict_sibling`). No namespaces, no threads, no shared memory.
  ///
  /// - Parameter descriptor: where it says so.
  public static func template(descriptor: Int32) -> [SystemCallRule] {
    let descriptor = UInt32(bitPattern: descriptor)
    return [
      SystemCallRule("clone", .equal64(0, clinux_sibling_flags()), .equal64(1, 0)),
      SystemCallRule("write", .equal32(0, descriptor)),
      SystemCallRule("close", .equal32(0, descriptor)),
      SystemCallRule("prlimit64", .equal32(0, 0), .equal32(1, processLimit), .equal64(3, 0)),
      SystemCallRule("seccomp", .equal32(0, setModeFilter), .equal32(1, 0)),
    ]
  }

  /// In addition, for a worker that serves preopened directories: the calls on files, which Landlock bounds to those
  /// directories. No sockets, no processes, no ioctl, no fcntl, no dup; no stat by path, and no other way to open than
  /// openat2 beneath an open directory.
  ///
  /// - Parameters:
  ///   - writable: whether any of the directories may be written. Without it there is no call that changes one.
  ///   - sealed: Landlock knows no right to look at files, to read links and to change times. With these addresses, the
  ///     first is done beneath an open directory and the others on open descriptors only. nil where the kernel cannot seal
  ///     them: the status and the target of any file can be read by native code then, and times of links not be changed.
  public static func directoryAccess(writable: Bool, sealed: SealedArguments?) -> [SystemCallRule] {
    var rules = ["read", "fstat", "getdents64", "pread64"].map { SystemCallRule($0) }
    // The size of struct open_how: what a later version of it could ask for is not asked for.
    if let sealed {
      rules += [
        // Resolving beneath AT_FDCWD would be beneath a directory that nobody chose.
        SystemCallRule(
          "openat2", .within32(0, descriptorBits), .within64(2, openFormBits, required: sealed.openForms),
          .equal64(3, 24)),
        SystemCallRule("readlinkat", .equal64(1, sealed.emptyPath)),
      ]
    } else {
      rules += [SystemCallRule("openat2", .equal64(3, 24)), SystemCallRule("readlinkat")]
    }
    if writable {
      rules += ["pwrite64", "ftruncate", "fsync", "fdatasync", "symlinkat"].map { SystemCallRule($0) }
      rules += [
        SystemCallRule("pwritev2", .equal64(2, 1), .equal32(5, appending)),
        SystemCallRule("fallocate", .equal32(1, 0)),
        SystemCallRule("mkdirat", .equal32(2, 0o777)),
        SystemCallRule("unlinkat", .equal32(2, 0)),
        SystemCallRule("unlinkat", .equal32(2, removeDirectory)),
        SystemCallRule("renameat2", .equal32(4, 0)),
        SystemCallRule("linkat", .equal32(4, 0)),
        SystemCallRule("utimensat", .equal64(1, 0), .equal32(3, 0)),
      ]
      // Not with AT_FDCWD, which an empty path would take for the working directory.
      if let sealed {
        rules.append(
          SystemCallRule(
            "utimensat", .within32(0, descriptorBits), .equal64(1, sealed.emptyPath), .equal32(3, emptyPathFlag)))
      }
    }
    // Never the pipes and the lifeline, 0 to 3: a number of 4 or more has one of these bits. RLIMIT_NOFILE is below 2^17.
    for bit in 2..<17 {
      rules.append(SystemCallRule("close", .bits32(0, 1 << UInt32(bit))))
    }
    return rules
  }

  /// Descriptors are below RLIMIT_NOFILE, which is below 2^17; AT_FDCWD is not.
  private static let descriptorBits: UInt32 = 0x1_ffff
  /// The bits of an address that choose among the forms of openat2 (CLINUX_OPEN_FORMS_BYTES, CLINUX_OPEN_FORM_BYTES).
  private static let openFormBits: UInt64 = 16_384 - 32

  // Constants that not every version of the Glibc module exposes; the same on x86-64 and aarch64.
  private static let mapFixedNoReplace: Int32 = 0x10_0000
  private static let appending: UInt32 = 0x10
  private static let removeDirectory: UInt32 = 0x200
  private static let emptyPathFlag: UInt32 = 0x1000
  private static let processLimit: UInt32 = 6
  private static let setModeFilter: UInt32 = 1
  private static let mremapMayMove: UInt64 = 1
  private static let futexPrivate: UInt32 = 128
  private static let futexWait: UInt32 = 0
  private static let futexWake: UInt32 = 1
  private static let futexWaitBitset: UInt32 = 9
  private static let futexWakeBitset: UInt32 = 10
}
