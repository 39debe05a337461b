// The list of system calls as a seccomp program, built by libseccomp.

import CLinux
import CSeccomp
import Glibc

/// A machine that the worker runs on.
public enum FilterArchitecture: String, Sendable, Hashable, CaseIterable {
  case x86_64
  case aarch64
}

/// A seccomp filter (seccomp(2)). Created from rules, then installed or exported.
public struct SystemCallFilter: ~Copyable {
  private let context: scmp_filter_ctx

  /// - Parameters:
  ///   - rules: What is admitted.
  ///   - violation: What happens otherwise. A call of another architecture's numbering kills the process in any case.
  ///   - architecture: The machine that the filter is for; `nil`, the running one.
  public init(
    rules: [SystemCallRule], violation: SystemCallViolation, architecture: FilterArchitecture? = nil
  ) throws(ConfinementError) {
    let refusal = violation == .killProcess ? Self.killProcess : Self.trap
    guard let context = seccomp_init(refusal) else { throw ConfinementError(.seccomp, "seccomp_init", ENOMEM) }
    let result = Self.fill(context, rules, architecture)
    if let (step, error) = result {
      seccomp_release(context)
      throw ConfinementError(.seccomp, step, error)
    }
    self.context = context
  }

  deinit {
    seccomp_release(context)
  }

  /// Puts the calling process under the filter, for good. Sets no_new_privs.
  public borrowing func install() throws(ConfinementError) {
    let result = seccomp_load(context)
    guard result == 0 else { throw ConfinementError(.seccomp, "seccomp", result) }
  }

  /// The filter as the kernel takes it: 8 bytes an instruction (struct sock_filter).
  public borrowing func exportProgram() throws(ConfinementError) -> [UInt8] {
    var readEnd: Int32 = -1
    var writeEnd: Int32 = -1
    // A pipe holds 64 KiB, a program has at most 4,096 instructions of 8 bytes: the write never blocks.
    var result = clinux_pipe(0, &readEnd, &writeEnd)
    guard result == 0 else { throw ConfinementError(.seccomp, "pipe2", result) }
    defer { _ = clinux_close(readEnd) }
    result = seccomp_export_bpf(context, writeEnd)
    _ = clinux_close(writeEnd)
    guard result == 0 else { throw ConfinementError(.seccomp, "seccomp_export_bpf", result) }
    var program: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 4_096)
    while true {
      let count = clinux_read(readEnd, &chunk, chunk.count)
      guard count >= 0 else { throw ConfinementError(.seccomp, "read", Int32(truncatingIfNeeded: count)) }
      if count == 0 { return program }
      program += chunk[..<Int(count)]
    }
  }

  // SCMP_ACT_KILL_PROCESS, SCMP_ACT_TRAP and SCMP_ACT_ALLOW: the kernel's own values.
  private static let killProcess: UInt32 = 0x8000_0000
  private static let trap: UInt32 = 0x0003_0000
  private static let allow: UInt32 = 0x7fff_0000

  /// Returns the failed step and libseccomp's negated errno, or nil.
  private static func fill(
    _ context: scmp_filter_ctx, _ rules: [SystemCallRule], _ architecture: FilterArchitecture?
  ) -> (String, Int32)? {
    let attributes: [(scmp_filter_attr, UInt32)] = [
      // By default a call of another architecture ends only the thread that made it.
      (SCMP_FLTATR_ACT_BADARCH, killProcess),
      (SCMP_FLTATR_CTL_TSYNC, 1),
      // A binary tree over the numbers instead of a list.
      (SCMP_FLTATR_CTL_OPTIMIZE, 2),
      // The kernel's errno instead of ECANCELED.
      (SCMP_FLTATR_API_SYSRAWRC, 1),
    ]
    for (attribute, value) in attributes {
      let result = seccomp_attr_set(context, attribute, value)
      guard result == 0 else { return ("seccomp_attr_set", result) }
    }
    if let architecture {
      let token = seccomp_arch_resolve_name(architecture.rawValue)
      let native = seccomp_arch_native()
      if token != native {
        var result = seccomp_arch_add(context, token)
        guard result == 0 else { return ("seccomp_arch_add", result) }
        result = seccomp_arch_remove(context, native)
        guard result == 0 else { return ("seccomp_arch_remove", result) }
      }
    }
    for rule in rules {
      let number = seccomp_syscall_resolve_name(rule.name)
      // A name unknown to libseccomp (-1), or one that this machine does not have (a lower number).
      guard number >= 0 else { return ("seccomp_syscall_resolve_name(\(rule.name))", ENOSYS) }
      let comparisons = rule.conditions.map {
        scmp_arg_cmp(arg: $0.argument, op: SCMP_CMP_MASKED_EQ, datum_a: $0.mask, datum_b: $0.value)
      }
      let result = comparisons.withUnsafeBufferPointer {
        seccomp_rule_add_array(context, allow, number, UInt32($0.count), $0.baseAddress)
      }
      guard result == 0 else { return ("seccomp_rule_add(\(rule.name))", result) }
    }
    return nil
  }
}
