// Every attack, confined and not. The confined one must end the process with SIGSYS; the unconfined twin must really do
// it, or the denial proves nothing.

import CConfinementProbe
import CLinux
import Foundation
import Testing

/// An attack or an allowed operation, as the probe lists it.
struct Attack: CustomTestStringConvertible, Sendable {
  var number: Int32
  var name: String

  var testDescription: String { "\(number) \(name)" }

  static let all: [Attack] = (0..<probe_attack_count()).map { index in
    let attack = probe_attack_at(index)
    return Attack(number: attack.number, name: String(cString: attack.name))
  }
  static let hostile = all.filter { $0.number > 0 }
  static let allowed = all.filter { $0.number == 0 }
}

/// Runs one attack against a victim of its own and checks that the victim survived it.
func perform(
  _ attack: String, layers: String, user: ProbeUser, _ more: [String] = []
) throws -> ProbeOutcome {
  let directory = try TemporaryDirectory()
  for file in ["unlink-me", "change-me", "leaked"] {
    try directory.makeFile(file, contents: "secret data", ordinary: user == .ordinary)
  }
  let leaked = open(directory.path + "leaked", O_RDWR | O_CLOEXEC)
  defer { close(leaked) }
  let victim = try ProbeProcess(["mode=victim"], user: user == .ordinary ? .ordinary : .host)
  let address = try #require(try victim.line())
  var arguments = [
    "mode=attack", "attack=\(attack)", "layers=\(layers)", "victim=\(victim.process.pid)", "address=\(address)",
    "directory=\(directory.path)",
  ]
  if attack.hasSuffix("second_thread") { arguments.append("secondThread=1") }
  let outcome = try runProbe(arguments + more, user: user, leaked: leaked).outcome
  #expect(victim.isRunning, "the victim did not survive \(attack)")
  return outcome
}

@Suite("Attacks by native code in a worker")
struct AttackTests {
  /// Stopped by a limit before the filter would have to.
  static let limited = ["map_4_gib", "grow_heap_1_gib"]

  @Test("a confined worker dies by SIGSYS at every attack", arguments: Attack.hostile, ProbeUser.available)
  func confined(attack: Attack, user: ProbeUser) throws {
    let outcome = try perform(attack.name, layers: "all", user: user)
    if Self.limited.contains(attack.name) {
      #expect(outcome == .result(Int64(-ENOMEM)))
    } else {
      #expect(outcome == .signalled(SIGSYS))
    }
  }

  /// The errors with which the kernel itself may answer the unconfined twin, for want of a privilege, a feature or a
  /// valid argument. An attack that is not listed succeeds.
  static let twinErrors: [String: [Int32]] = [
    "open_victim_memory": [EACCES, EPERM], "open_victim_environment": [EACCES, EPERM],
    "open_victim_descriptors": [EACCES, EPERM], "name_to_handle": [EOPNOTSUPP, EOVERFLOW],
    "open_by_handle": [EPERM, EINVAL, ESTALE, EOPNOTSUPP], "ptrace_seize": [EPERM], "read_victim": [EPERM],
    "write_victim": [EPERM], "kill_everything": [EPERM, ESRCH], "pidfd_signal": [EBADF], "pidfd_getfd": [EBADF],
    "read_lifeline": [EAGAIN], "write_requests": [EBADF], "socket_packet": [EPERM],
    "socket_vsock": [EAFNOSUPPORT, EPERM], "connect_loopback": [ECONNREFUSED, ENETUNREACH],
    "send_datagram": [ECONNREFUSED, ENETUNREACH], "connect_on_requests": [ENOTSOCK], "send_on_requests": [ENOTSOCK],
    "ring_setup": [EPERM, ENOSYS, ENOMEM], "ring_enter": [EBADF, EPERM, ENOSYS],
    "ring_register": [EBADF, EPERM, ENOSYS, EINVAL], "user_fault": [EPERM, ENOSYS], "secret_memory": [ENOSYS],
    "execute_descriptor": [EACCES], "protection_high_bit": [EINVAL], "protection_growsdown": [EINVAL],
    "map_huge": [ENOMEM, EINVAL], "map_descriptor": [ENODEV], "clone_thread": [EINVAL],
    "unshare_user": [EPERM, ENOSPC, EUSERS], "unshare_network": [EPERM, ENOSPC], "enter_namespace": [EINVAL],
    "mount_file_system": [ENODEV, EPERM], "open_file_system": [EPERM], "change_root": [EPERM],
    "load_bpf": [EINVAL, EPERM], "performance_counter": [EACCES, EPERM, ENOENT, ENOSYS, EOPNOTSUPP],
    "key_control": [ENOKEY, EPERM, ENOSYS, EACCES], "key_add": [EPERM, ENOSYS, EACCES, ENOKEY],
    "allow_tracer": [EINVAL], "second_filter": [EFAULT], "second_landlock": [ENOSYS, EOPNOTSUPP],
    "limit_of_victim": [EPERM], "priority_of_victim": [EPERM, EACCES], "scheduler_of_victim": [EPERM],
    "affinity_of_victim": [EPERM], "terminal_input": [ENOTTY], "terminal_selection": [ENOTTY],
    "terminal_input_high_bit": [ENOTTY], "splice_pipes": [EAGAIN, EINVAL], "tee_pipes": [EAGAIN, EINVAL],
    "merge_pages": [EINVAL], "poison_page": [EPERM, EINVAL], "advise_process": [EBADF],
    "lock_memory": [EPERM, ENOMEM, EAGAIN], "futex_wait_vector": [EINVAL], "watch_all_files": [EPERM, ENOSYS],
    "posix_message_queue": [ENOSYS, EMFILE], "become_root": [EPERM], "reboot_with_bad_magic": [EINVAL, EPERM],
    "load_kernel_module": [ENOEXEC, EPERM, EFAULT, EINVAL, ENOSYS], "load_kernel": [EINVAL, EPERM, ENOSYS],
    "kernel_log": [EPERM], "compare_with_victim": [EPERM, ENOSYS], "future_call": [ENOSYS], "x32_call": [ENOSYS],
    "local_descriptors": [ENOSYS], "port_access": [EPERM, ENOSYS], "pipe_capacity": [EPERM],
  ]

  @Test(
    "the same attack without confinement is really carried out", arguments: Attack.hostile,
    ProbeUser.available.filter { $0 != .dedicated })
  func unconfined(attack: Attack, user: ProbeUser) throws {
    let outcome = try perform(attack.name, layers: "none", user: user)
    switch outcome {
    case .result(let value) where value < 0:
      let expected = Self.twinErrors[attack.name] ?? []
      #expect(expected.contains(Int32(-value)), "\(outcome)")
    case .result:
      break
    case .exited(let code):
      // The attack became another program.
      #expect(attack.name == "execute_program" && code == 0, "\(outcome)")
    case .signalled(let signal):
      // A kernel without the 32-bit calls.
      #expect(attack.name.hasPrefix("legacy_call") && signal == SIGSEGV, "\(outcome)")
    }
  }

  static let ends: [String: [ProbeOutcome]] = [
    "end_by_abort": [.signalled(SIGABRT)], "end_by_segmentation_fault": [.signalled(SIGSEGV)],
    "end_by_trap": [.signalled(SIGILL), .signalled(SIGTRAP)], "end_by_exit_code": [.exited(7)],
  ]

  @Test(
    "what an interpreter needs works under confinement as without", arguments: Attack.allowed, ProbeUser.available)
  func allowed(attack: Attack, user: ProbeUser) throws {
    for layers in ["all", "none"] {
      let outcome = try perform(attack.name, layers: layers, user: user)
      if let ends = Self.ends[attack.name] {
        #expect(ends.contains(outcome))
      } else if case .result(let value) = outcome {
        #expect(value >= 0)
      } else {
        Issue.record("\(attack.name) under \(layers): \(outcome)")
      }
    }
  }

  @Test("in diagnosis the refused call is named instead")
  func diagnosis() throws {
    let probe = try runProbe(["mode=attack", "attack=future_call", "layers=all", "violation=report"])
    #expect(probe.outcome == .exited(Int32(CLINUX_EXIT_REFUSED_CALL)))
    #expect(probe.standardError == "refused system call 600\n")
  }

  @Test("nothing of the host's environment reaches the worker's memory", arguments: [true, false])
  func startState(leaked: Bool) throws {
    // The needle travels reversed, or the probe would find its own argument.
    let secret = "canary-\(UInt64.random(in: .min ... .max))"
    setenv("HANZO_PROBE_CANARY", secret, 1)
    defer { unsetenv("HANZO_PROBE_CANARY") }
    let environment = ["SWIFT_BACKTRACE=enable=no"] + (leaked ? ["HANZO_PROBE_CANARY=\(secret)"] : [])
    let outcome = try runProbe(
      ["mode=scan", "needle=\(String(secret.reversed()))"], environment: environment
    ).outcome
    #expect(outcome == .result(leaked ? 1 : 0))
  }
}

@Suite("Each layer alone, without the filter")
struct SingleLayerTests {
  struct Case: CustomTestStringConvertible, Sendable {
    var layers: String
    var attack: String
    /// Any of them.
    var errors: [Int32]
    /// The Landlock version that has it.
    var landlock: Int32 = 0
    var users: [ProbeUser] = ProbeUser.available
    var testDescription: String { "\(layers) stops \(attack)" }
  }

  /// The users that are neither root nor hold a capability.
  static let ordinary = ProbeUser.available.filter { $0 == .ordinary || getuid() != 0 }
  static let dedicated = ProbeUser.available.filter { $0 == .dedicated }

  static let cases: [Case] =
    [
      "open_passwd", "create_file", "list_directory", "open_own_memory", "open_victim_memory",
      "open_victim_environment", "open_victim_descriptors", "openat2_passwd", "unlink_file", "execute_program",
    ].map { Case(layers: "landlock", attack: $0, errors: [EACCES], landlock: 1) }
    + ["ptrace_seize", "read_victim", "write_victim"].map {
      Case(layers: "landlock", attack: $0, errors: [EPERM], landlock: 1)
    }
    + [
      Case(layers: "landlock", attack: "connect_loopback", errors: [EACCES], landlock: 4),
      Case(layers: "landlock", attack: "connect_abstract", errors: [EPERM], landlock: 6),
      Case(layers: "landlock", attack: "kill_victim", errors: [EPERM], landlock: 6),
      Case(layers: "landlock", attack: "tgkill_victim", errors: [EPERM], landlock: 6),
      Case(layers: "descriptors", attack: "read_leaked", errors: [EBADF]),
      Case(layers: "descriptors", attack: "write_leaked", errors: [EBADF]),
      Case(layers: "resourceLimits", attack: "map_4_gib", errors: [ENOMEM]),
      Case(layers: "resourceLimits", attack: "grow_heap_1_gib", errors: [ENOMEM]),
      Case(layers: "resourceLimits", attack: "make_pipe", errors: [EMFILE]),
      // The kernel exempts uid 0 and holders of CAP_SYS_RESOURCE from these.
      Case(
        layers: "resourceLimits", attack: "clone_process", errors: [EAGAIN],
        users: ordinary),
      Case(
        layers: "resourceLimits", attack: "raise_limit", errors: [EPERM],
        users: ordinary),
      Case(
        layers: "resourceLimits", attack: "lock_memory", errors: [EPERM, ENOMEM],
        users: ordinary),
      Case(layers: "processAttributes", attack: "socket_packet", errors: [EPERM]),
      Case(layers: "processAttributes", attack: "change_root", errors: [EPERM]),
      Case(layers: "processAttributes", attack: "mount_file_system", errors: [EPERM]),
      Case(layers: "processAttributes", attack: "open_by_handle", errors: [EPERM]),
      Case(layers: "identity", attack: "become_root", errors: [EPERM], users: dedicated),
      Case(layers: "identity", attack: "kill_victim", errors: [EPERM], users: dedicated),
      Case(layers: "identity", attack: "open_victim_memory", errors: [EACCES], users: dedicated),
    ]

  @Test(
    "this kernel's Landlock has every right that the cases of this suite need",
    .enabled(if: clinux_landlock_version() >= 6, "the kernel's Landlock is too old: its cases are left out"))
  func landlockVersion() throws {
    let probe = try ProbeProcess(["mode=report", "layers=landlock", "landlock=2"])
    #expect(try probe.line() == "landlock inForce ABI \(clinux_landlock_version())")
  }

  @Test(
    "alone, the layer answers the attack with an error",
    arguments: cases.filter { $0.landlock <= max(clinux_landlock_version(), 0) })
  func alone(_ one: Case) throws {
    for user in one.users {
      let outcome = try perform(one.attack, layers: one.layers, user: user)
      #expect(one.errors.contains { outcome == .result(Int64(-$0)) }, "\(user): \(outcome)")
    }
  }

  @Test(
    "memory-deny-write-execute alone stops memory that becomes executable",
    arguments: ["map_writable_executable", "make_executable", "make_executable_by_key"])
  func denyWriteExecute(attack: String) throws {
    let outcome = try perform(attack, layers: "memoryDenyWriteExecute", user: .host)
    let report = try ProbeProcess(["mode=report", "layers=memoryDenyWriteExecute"])
    let inForce = try report.line()?.contains("inForce") == true
    if inForce { #expect(outcome == .result(Int64(-EACCES))) } else { #expect(outcome == .result(0)) }
  }
}
