// What a worker does to itself before it reads an untrusted byte, in this order. Steps B1 to B9.
//
// The order is load-bearing: the process must be dumpable to write its own /proc files, the bounding set can be dropped
// only while the process is privileged, the lifeline's owner must have the final uid, and after the filter nothing else
// can be done at all.

import CLinux
import Glibc

/// Confining the calling process.
public enum Confinement {
  /// Gives up every right that a worker does not need. Called once, as the first thing in `main`, by a process with a
  /// single thread.
  ///
  /// - Parameters:
  ///   - configuration: The limits, and which optional layers are wanted.
  ///   - warmUp: Runs before the file system and the system calls are gone, for whatever is set up lazily and would need
  ///     them later. Must not read anything untrusted.
  /// - Returns: Every layer with its state, in the order of application. Layers that are always required are in force.
  /// - Throws: The first required layer that cannot be applied. The process is then confined in part: it must exit with
  ///   the error's `exitCode`.
  public static func confine(
    _ configuration: ConfinementConfiguration, warmUp: () -> Void = {}
  ) throws(ConfinementError) -> [LayerReport] {
    try confine(configuration, layers: Set(ConfinementLayer.allCases), warmUp: warmUp)
  }

  /// The same for a template (``ConfinementConfiguration/templateDescriptor``), a worker that forks a process for each
  /// invocation.
  ///
  /// - Returns: the layers, and what each forked process has to do first.
  public static func confineTemplate(
    _ configuration: ConfinementConfiguration, warmUp: () -> Void = {}
  ) throws(ConfinementError) -> (layers: [LayerReport], child: ChildConfinement) {
    let (reports, child) = try apply(Set(ConfinementLayer.allCases), configuration, warmUp)
    guard let child else { throw ConfinementError(.descriptors, "template", EBADF) }
    return (reports, child)
  }

  /// The same with some layers left out: for the tests that show what each layer stops alone. Not public, so that no
  /// product can weaken its workers.
  package static func confine(
    _ configuration: ConfinementConfiguration, layers: Set<ConfinementLayer>, warmUp: () -> Void = {}
  ) throws(ConfinementError) -> [LayerReport] {
    try apply(layers, configuration, warmUp).reports
  }

  private static func apply(
    _ layers: Set<ConfinementLayer>, _ configuration: ConfinementConfiguration, _ warmUp: () -> Void
  ) throws(ConfinementError) -> (reports: [LayerReport], child: ChildConfinement?) {
    var reports: [LayerReport] = []
    // The rules for it name addresses that are known when the filter is made, which is the last layer.
    var child: ChildConfinement?
    for layer in ConfinementLayer.allCases where layers.contains(layer) {
      reports.append(try apply(layer, configuration, warmUp, child: &child))
    }
    return (reports, child)
  }

  private static func apply(
    _ layer: ConfinementLayer, _ configuration: ConfinementConfiguration, _ warmUp: () -> Void,
    child: inout ChildConfinement?
  ) throws(ConfinementError) -> LayerReport {
    switch layer {
    case .descriptors: try closeDescriptors(configuration)
    case .priority: lowerPriority(configuration)
    case .identity: try takeIdentity(configuration)
    case .resourceLimits: try limitResources(configuration)
    case .lifeline: try armLifeline(configuration)
    case .namespaces: try enterNamespaces(configuration)
    case .processAttributes: try restrictProcess()
    // The filter forbids executable memory outright; this stands behind it and is younger than the oldest kernel.
    case .memoryDenyWriteExecute: try optional(layer, .preferred, "PR_SET_MDWE", clinux_deny_execute_gain)
    case .branchSpeculation:
      try optional(
        layer, configuration.branchSpeculation, "PR_SPEC_INDIRECT_BRANCH",
        clinux_disable_indirect_branch_speculation)
    case .storeBypass:
      try optional(
        layer, configuration.storeBypass, "PR_SPEC_STORE_BYPASS", clinux_disable_speculative_store_bypass)
    case .coreScheduling:
      try optional(layer, configuration.coreScheduling, "PR_SCHED_CORE", clinux_make_core_scheduling_cookie)
    case .warmUp: prepare(warmUp)
    case .landlock: try restrictFileSystem(configuration)
    case .seccomp: try filterSystemCalls(configuration, child: &child)
    }
  }

  // MARK: B1

  private static func closeDescriptors(
    _ configuration: ConfinementConfiguration
  ) throws(ConfinementError) -> LayerReport {
    // Best effort: without /proc the kernel's out-of-memory killer merely has no preference for this process.
    let preference = clinux_set_oom_score_adjustment(1_000)
    let expected = (0..<Int32(configuration.directories.count)).map {
      ConfinementConfiguration.firstDirectoryDescriptor + $0
    }
    guard configuration.directories.map(\.descriptor) == expected else {
      throw ConfinementError(.descriptors, "directories", EBADF)
    }
    if let descriptor = configuration.templateDescriptor {
      guard descriptor == ConfinementConfiguration.firstDirectoryDescriptor + Int32(expected.count),
        configuration.lifelineDescriptor == 3
      else { throw ConfinementError(.descriptors, "template", EBADF) }
    }
    let result = clinux_close_from(configuration.firstUnneededDescriptor)
    guard result >= 0 else { throw ConfinementError(.descriptors, "close_range", result) }
    return LayerReport(
      layer: .descriptors, state: .inForce, detail: preference < 0 ? "without oom_score_adj" : "")
  }

  // MARK: scheduling

  /// Best effort: it protects the host's punctuality, not its data. Before the identity, whose change makes the
  /// process's own files in /proc root's.
  private static func lowerPriority(_ configuration: ConfinementConfiguration) -> LayerReport {
    var autogroup: Int32 = 0
    let result: Int32
    let detail: String
    switch configuration.priority {
    case .inherited: return LayerReport(layer: .priority, state: .off)
    case .lower(let steps):
      result = clinux_lower_priority(Int32(steps), &autogroup)
      detail = "nice +\(steps)"
    case .idle:
      result = clinux_set_idle_scheduling(&autogroup)
      detail = "SCHED_IDLE"
    }
    guard result == 0 else {
      return LayerReport(
        layer: .priority, state: state(of: result), detail: String(cString: clinux_error_name(result)))
    }
    // Kernels without autogroups, and systems that have switched them off, compare processes by their own values.
    return LayerReport(
      layer: .priority, state: .inForce,
      detail: autogroup == 0 ? "\(detail), autogroup" : detail)
  }

  // MARK: B2

  private static func takeIdentity(
    _ configuration: ConfinementConfiguration
  ) throws(ConfinementError) -> LayerReport {
    guard configuration.identity != .off else { return LayerReport(layer: .identity, state: .off) }
    func missing(_ reason: String) throws(ConfinementError) -> LayerReport {
      guard configuration.identity != .required else { throw ConfinementError(.identity, reason, EPERM) }
      return LayerReport(layer: .identity, state: .absent, detail: reason)
    }
    guard let uid = configuration.uid, let gid = configuration.gid, uid != 0, gid != 0 else {
      return try missing("no dedicated user is configured")
    }
    // The directories belong to the host's user.
    guard configuration.directories.isEmpty else { return try missing("the worker serves directories") }
    var effective: UInt64 = 0
    var permitted: UInt64 = 0
    var inheritable: UInt64 = 0
    guard clinux_get_capabilities(&effective, &permitted, &inheritable) == 0 else { return try missing("capget") }
    let needed = CLINUX_CAPABILITY_SETUID | CLINUX_CAPABILITY_SETGID | CLINUX_CAPABILITY_SETPCAP
    guard effective & needed == needed else { return try missing("the process is not privileged") }
    guard clinux_identifier_is_mapped(uid, 0) == 1, clinux_identifier_is_mapped(gid, 1) == 1 else {
      return try missing("the user does not exist in this user namespace")
    }
    // From here on the process has begun to change: half an identity is an error even where the layer is preferred.
    var result = clinux_drop_bounding_set()
    guard result == 0 else { throw ConfinementError(.identity, "PR_CAPBSET_DROP", result) }
    result = clinux_set_identity(uid, gid)
    guard result == 0 else { throw ConfinementError(.identity, "setresuid", result) }
    return LayerReport(layer: .identity, state: .inForce, detail: "uid \(uid), gid \(gid)")
  }

  // MARK: B3

  private static func limitResources(
    _ configuration: ConfinementConfiguration
  ) throws(ConfinementError) -> LayerReport {
    let cpuSeconds = configuration.cpuSeconds
    var limits: [(clinux_limit, String, soft: UInt64, hard: UInt64)] = [
      (CLINUX_LIMIT_ADDRESS_SPACE, "RLIMIT_AS", configuration.addressSpaceBytes, configuration.addressSpaceBytes),
      (CLINUX_LIMIT_DATA, "RLIMIT_DATA", configuration.dataBytes, configuration.dataBytes),
      (CLINUX_LIMIT_CPU_SECONDS, "RLIMIT_CPU", cpuSeconds, cpuSeconds == .max ? .max : cpuSeconds + 1),
      (CLINUX_LIMIT_CORE, "RLIMIT_CORE", 0, 0),
      (CLINUX_LIMIT_FILE_SIZE, "RLIMIT_FSIZE", configuration.fileBytes, configuration.fileBytes),
      (CLINUX_LIMIT_OPEN_FILES, "RLIMIT_NOFILE", configuration.openFiles, configuration.openFiles),
      (CLINUX_LIMIT_LOCKED_MEMORY, "RLIMIT_MEMLOCK", 0, 0),
      (CLINUX_LIMIT_MESSAGE_QUEUE, "RLIMIT_MSGQUEUE", 0, 0),
      (CLINUX_LIMIT_STACK, "RLIMIT_STACK", configuration.stackBytes, configuration.stackBytes),
    ]
    // Here and not before the exec: a limit of 0 there would fail the second worker of the same user. A template's processes
    // set it themselves.
    if configuration.templateDescriptor == nil { limits.append((CLINUX_LIMIT_PROCESSES, "RLIMIT_NPROC", 0, 0)) }
    for (limit, name, soft, hard) in limits {
      let result = clinux_lower_limit(limit, soft, hard)
      guard result == 0 else { throw ConfinementError(.resourceLimits, name, result) }
    }
    return LayerReport(
      layer: .resourceLimits, state: .inForce, detail: "address space \(configuration.addressSpaceBytes) bytes")
  }

  // MARK: B4

  private static func armLifeline(
    _ configuration: ConfinementConfiguration
  ) throws(ConfinementError) -> LayerReport {
    guard let descriptor = configuration.lifelineDescriptor else { return LayerReport(layer: .lifeline, state: .off) }
    // A template's processes must not outlive the supervisor either.
    let result = clinux_arm_lifeline(descriptor, configuration.templateDescriptor == nil ? 0 : 1)
    guard result == 0 else { throw ConfinementError(.lifeline, "F_SETSIG", result) }
    return LayerReport(layer: .lifeline, state: .inForce)
  }

  // MARK: B5

  private static func enterNamespaces(
    _ configuration: ConfinementConfiguration
  ) throws(ConfinementError) -> LayerReport {
    switch configuration.namespaces {
    case .off: return LayerReport(layer: .namespaces, state: .off)
    case .preferred: return LayerReport(layer: .namespaces, state: .absent, detail: "not supported by this worker")
    case .required: throw ConfinementError(.namespaces, "unshare", ENOTSUP)
    }
  }

  // MARK: B6

  private static func restrictProcess() throws(ConfinementError) -> LayerReport {
    let steps: [(String, () -> Int32)] = [
      ("PR_SET_DUMPABLE", clinux_set_not_dumpable),
      ("PR_SET_NO_NEW_PRIVS", clinux_set_no_new_privileges),
      ("capset", clinux_drop_capabilities),
    ]
    for (name, step) in steps {
      let result = step()
      guard result >= 0 else { throw ConfinementError(.processAttributes, name, result) }
    }
    return LayerReport(layer: .processAttributes, state: .inForce)
  }

  /// Applies a layer that the kernel may lack.
  private static func optional(
    _ layer: ConfinementLayer, _ requirement: ConfinementRequirement, _ step: String, _ apply: () -> Int32
  ) throws(ConfinementError) -> LayerReport {
    guard requirement != .off else { return LayerReport(layer: layer, state: .off) }
    let result = apply()
    if result >= 0 { return LayerReport(layer: layer, state: .inForce) }
    guard requirement != .required else { throw ConfinementError(layer, step, result) }
    return LayerReport(
      layer: layer, state: state(of: result), detail: "\(step): \(String(cString: clinux_error_name(result)))")
  }

  private static func state(of error: Int32) -> LayerState {
    error == -EPERM || error == -EACCES ? .refused : .absent
  }

  // MARK: B7

  private static func prepare(_ warmUp: () -> Void) -> LayerReport {
    _ = clinux_use_single_allocation_arena()
    // The supervisor's environment switches the Swift runtime's handler off; a worker run by hand has it still.
    _ = clinux_reset_crash_signals()
    // The first use of a hasher reads its random seed.
    _ = Set([1, 2]).contains(3)
    warmUp()
    return LayerReport(layer: .warmUp, state: .inForce)
  }

  // MARK: B8

  private static func restrictFileSystem(
    _ configuration: ConfinementConfiguration
  ) throws(ConfinementError) -> LayerReport {
    // With directories the filter admits file calls, and Landlock is what bounds them.
    let requirement = configuration.directories.isEmpty ? configuration.landlock : .required
    guard requirement != .off else { return LayerReport(layer: .landlock, state: .off) }
    // Landlock needs it, and must not depend on another layer having set it.
    _ = clinux_set_no_new_privileges()
    let directories = configuration.directories.map {
      clinux_landlock_directory(descriptor: $0.descriptor, writable: $0.isWritable ? 1 : 0)
    }
    let result = directories.withUnsafeBufferPointer {
      clinux_landlock_restrict($0.baseAddress, $0.count)
    }
    if result > 0 { return LayerReport(layer: .landlock, state: .inForce, detail: "ABI \(result)") }
    guard requirement != .required else { throw ConfinementError(.landlock, "landlock_restrict_self", result) }
    return LayerReport(
      layer: .landlock, state: state(of: result), detail: String(cString: clinux_error_name(result)))
  }

  // MARK: B9

  private static func filterSystemCalls(
    _ configuration: ConfinementConfiguration, child: inout ChildConfinement?
  ) throws(ConfinementError) -> LayerReport {
    if configuration.violation == .report {
      let result = clinux_report_refused_calls()
      guard result >= 0 else { throw ConfinementError(.seccomp, "sigaction", result) }
    }
    var details = configuration.violation == .report ? ["diagnosis"] : []
    var rules: [SystemCallRule] = []
    if !configuration.directories.isEmpty {
      // Best effort: it narrows what Landlock bounds in any case.
      let sealed = clinux_seal_arguments() == 0 ? clinux_sealed_arguments() : nil
      rules += SystemCallRule.directoryAccess(
        writable: configuration.directories.contains(where: \.isWritable),
        sealed: sealed.map { SealedArguments(emptyPath: $0.empty_path, openForms: $0.open_forms) })
      if sealed == nil { details.append("arguments not sealed") }
    }
    if let descriptor = configuration.templateDescriptor {
      let filter = try SystemCallFilter(
        rules: SystemCallRule.strict(processIdentifier: nil) + rules, violation: configuration.violation)
      child = ChildConfinement(descriptor: descriptor, program: try filter.exportProgram())
      rules += SystemCallRule.template(descriptor: descriptor)
    }
    rules = SystemCallRule.strict(processIdentifier: getpid()) + rules
    let filter = try SystemCallFilter(rules: rules, violation: configuration.violation)
    try filter.install()
    return LayerReport(layer: .seccomp, state: .inForce, detail: details.joined(separator: ", "))
  }
}
