// Attacks by native code in a worker that serves directories. Its filter admits calls on files; what it may reach is bounded
// by the sealed forms of openat2 and by Landlock, or by Landlock alone where the kernel cannot seal memory.

import CConfinementProbe
import CLinux
import Foundation
import Testing

/// What becomes of an attack.
enum Answer: Equatable, Sendable, CustomStringConvertible {
  /// SIGSYS.
  case killed
  case signalled(Int32)
  /// One of these errors, from the kernel.
  case errors([Int32])
  /// It is carried out.
  case success

  func matches(_ outcome: ProbeOutcome) -> Bool {
    switch (self, outcome) {
    case (.killed, .signalled(let signal)): signal == SIGSYS
    case (.signalled(let expected), .signalled(let signal)): signal == expected
    case (.errors(let errors), .result(let value)): value < 0 && errors.contains(Int32(-value))
    case (.success, .result(let value)): value >= 0
    default: false
    }
  }

  var description: String {
    switch self {
    case .killed: "SIGSYS"
    case .signalled(let signal): "signal \(signal)"
    case .errors(let errors): errors.map { String(cString: clinux_error_name($0)) }.joined(separator: " or ")
    case .success: "success"
    }
  }
}

struct DirectoryAttack: CustomTestStringConvertible, Sendable {
  let name: String
  /// In a worker whose only directory is read-only.
  let readOnly: Answer
  /// In a worker with a writable directory and a read-only one beside it.
  let writable: Answer
  /// The same two where the kernel cannot seal memory (before Linux 6.10).
  let unsealedReadOnly: Answer
  let unsealedWritable: Answer
  /// The errors of the unconfined twin; none if it succeeds.
  let twin: [Int32]

  var testDescription: String { name }

  init(
    _ name: String, _ readOnly: Answer, _ writable: Answer, unsealed: (Answer, Answer)? = nil, twin: [Int32] = []
  ) {
    self.name = name
    self.readOnly = readOnly
    self.writable = writable
    unsealedReadOnly = unsealed?.0 ?? readOnly
    unsealedWritable = unsealed?.1 ?? writable
    self.twin = twin
  }

  /// A call that no worker may make.
  static func never(_ names: String..., twin: [Int32] = []) -> [Self] {
    names.map { Self($0, .killed, .killed, twin: twin) }
  }
  /// Opening something by a form of the attacker's own.
  static func opening(_ names: String..., unsealed: Answer, twin: [Int32] = []) -> [Self] {
    names.map { Self($0, .killed, .killed, unsealed: (unsealed, unsealed), twin: twin) }
  }
  /// A call that changes something: none of them where nothing may be changed.
  static func changing(_ names: String..., answer: Answer, twin: [Int32] = []) -> [Self] {
    names.map { Self($0, .killed, answer, twin: twin) }
  }
  static func always(_ names: String..., answer: Answer, twin: [Int32] = []) -> [Self] {
    names.map { Self($0, answer, answer, twin: twin) }
  }

  static let denied = Answer.errors([EACCES])
  /// Landlock says EXDEV for a file that would get other rights in its new directory.
  static let deniedMove = Answer.errors([EXDEV, EACCES])

  static let hostile: [Self] =
    opening(
      "open_system_file", "open_outside", "open_outside_relative", "open_outside_by_dots", "open_outside_by_link",
      "open_outside_for_writing", "list_outside", "create_outside", "truncate_outside", "temporary_file_outside",
      "open_process_state", "open_own_memory_file", "open_working_directory_beneath", unsealed: denied)
    // A pipe is on no file system that Landlock knows. It must not be opened anew: whoever holds a write end of the
    // lifeline outlives the host.
    + opening("open_lifeline_for_writing", unsealed: denied)
    + opening("open_without_size", unsealed: .killed)
    + never("open_at")
    + [
      // The kernel keeps what the worker opens itself beneath its directory.
      always(
        "beneath_dots", "beneath_absolute", "beneath_link", "observe_beneath_link", answer: .errors([EXDEV]),
        twin: [EXDEV]),
      never(
        "stat_by_path", "stat_by_empty_path", "statx_by_path", "access_by_path", "access_by_path_2",
        "file_system_of_descriptor", "read_attribute", "working_directory", "change_working_directory"),
      never("file_handle", twin: [EOPNOTSUPP, EOVERFLOW]),
      never("times_by_path", "times_by_name", "times_outside_by_empty_path", "times_of_working_directory"),
      [
        DirectoryAttack(
          "times_outside_by_descriptor", .killed, .killed, unsealed: (.killed, .errors([EBADF])), twin: [EBADF])
      ],
      changing("unlink_outside", "unlink_outside_by_dots", "remove_directory_outside", answer: denied),
      never("unlink_with_other_flags", twin: [EINVAL]),
      changing(
        "rename_out", "rename_in", "rename_directory_in", "rename_outside", "rename_the_directory", "link_in",
        "link_out", "link_outside", answer: deniedMove),
      never("rename_by_exchange", "rename_without_replacing"),
      // The kernel wants CAP_MKNOD, and a file system that knows whiteouts.
      never("rename_leaving_whiteout", twin: [EPERM, EINVAL]),
      never("link_by_magic_link"),
      changing("link_the_magic_link", answer: .errors([EXDEV]), twin: [EXDEV]),
      never("link_by_descriptor", twin: [ENOENT]),
      changing("symbolic_link_outside", "make_directory_outside", answer: denied),
      never("make_directory_with_other_mode", "make_fifo"),
      never("make_device", twin: [EPERM]),
      never(
        "mode_of_descriptor", "mode_by_name", "owner_of_descriptor", "owner_by_name"),
      never("mode_by_name_2", twin: [ENOSYS]),
      never("attribute_by_path", "attribute_of_descriptor", twin: [EOPNOTSUPP]),
      never("remove_attribute", twin: [EOPNOTSUPP, ENODATA]),
      never("flags_of_file", "clone_of_file", twin: [EOPNOTSUPP, ENOTTY, EPERM, EBADF, EINVAL]),
      never(
        "owner_of_lifeline", "owner_of_file", "flags_of_lifeline", "notify_of_directory", "lease_of_file", "lock_file",
        "close_requests", "close_errors", "close_replies", "close_the_lifeline", "close_lifeline_with_high_bit",
        "close_range_from_lifeline", "duplicate_file", "duplicate_file_onto_lifeline", "write_vector"),
      never("write_lifeline", "write_requests_pipe", "write_file", twin: [EBADF]),
      // No position in a pipe; no write end of either.
      changing("write_requests_at", "write_lifeline_at", answer: .errors([ESPIPE]), twin: [ESPIPE]),
      changing("append_to_lifeline", "append_to_requests", answer: .errors([EBADF]), twin: [EBADF]),
      always("read_the_lifeline", answer: .errors([EAGAIN]), twin: [EAGAIN]),
      always("read_replies", answer: .errors([EBADF]), twin: [EBADF]),
      never("allocate_with_other_mode", twin: [EOPNOTSUPP]),
      never("send_file", "splice_file", "read_ahead", "synchronize_everything", "watch_directory"),
      never("copy_file", twin: [EBADF]),
      never("watch_file_system", "open_tree", twin: [EPERM, EACCES, ENOSYS]),
      never("execute_beneath", "execute_opened", "map_file", "map_file_shared", "map_file_executable"),
      changing("truncate_file", answer: .errors([EINVAL]), twin: [EINVAL]),
      changing("allocate_file", "write_file_at", "append_to_file", answer: .errors([EBADF]), twin: [EBADF]),
      changing(
        "synchronize_file", "synchronize_data_of_file", "times_of_file", "unlink_inside", "make_directory_inside",
        "rename_inside", "link_inside", answer: .success),
      ["create_inside", "write_inside"].map { DirectoryAttack($0, denied, .success) },
      never("map_over_sealed_path"),
      opening("open_by_shifted_form", unsealed: denied),
    ].flatMap { $0 } + ofOldNumbers + onNeighbour + onSealed

  static let ofOldNumbers: [Self] = ["rename_of_old", "duplicate_file_onto_lifeline_2"]
    .map { Self($0, .killed, .killed) }.filter { probe_find_attack($0.name) != nil }

  /// On what the filter knows by its address. Where nothing is sealed, the calls are on memory like any other.
  static let onSealed: [Self] =
    [
      "write_to_sealed_path", "write_to_sealed_forms", "discard_sealed_path", "discard_sealed_forms",
      "free_sealed_forms",
      "unmap_sealed_path", "unmap_sealed_forms", "move_sealed_path", "move_sealed_forms",
    ].map { Self($0, .errors([EPERM]), .errors([EPERM]), unsealed: (.success, .success)) }
    + ["fill_sealed_path", "fill_sealed_forms"].map { Self($0, .errors([EFAULT]), .errors([EFAULT]), twin: [EFAULT]) }

  /// On the read-only directory beside the writable one.
  static let onNeighbour: [Self] =
    [
      "write_neighbour", "create_in_neighbour", "unlink_in_neighbour", "make_directory_in_neighbour",
      "symbolic_link_in_neighbour",
    ]
    .map { Self($0, .errors([EBADF]), denied) }.map { $0.killedWhereNothingIsWritable(unless: "write_", "create_") }
    + [
      "rename_in_neighbour", "rename_from_neighbour", "rename_to_neighbour", "link_from_neighbour", "link_to_neighbour",
    ]
    .map { Self($0, .killed, deniedMove) }
    + [
      Self("truncate_neighbour_by_opening", .killed, .killed, unsealed: (.errors([EBADF]), denied)),
      Self("truncate_neighbour", .errors([EBADF]), .errors([EINVAL, EBADF]), twin: [EINVAL, EBADF]),
    ]

  private func killedWhereNothingIsWritable(unless prefixes: String...) -> Self {
    prefixes.contains { name.hasPrefix($0) } ? self : Self(name, .killed, writable, twin: twin)
  }

  /// What native code in such a worker can do, and a guest cannot. Known, and in docs/security.md.
  static let known: [Self] = [
    // Opening a FIFO without waiting, or a device: only where the directory has one that the worker's user may open.
    Self("open_fifo_beneath", .success, .success),
    Self("open_device_beneath", .success, .success),
    // Absolute links are nothing to the worker; programs outside that follow them are another matter.
    Self("symbolic_link_absolute", .killed, .success),
    // Landlock has no right for times: a file of the worker's user that it may open for reading.
    Self("times_of_neighbour", .errors([EBADF]), .success),
    // A pipe has times, which only its owner may set, and nobody looks at.
    Self("times_of_lifeline", .killed, .success),
    // The rest is closed where memory can be sealed. Otherwise: that a file exists, and its status.
    Self("observe_outside", .killed, .killed, unsealed: (.success, .success)),
    Self("observe_working_directory_beneath", .killed, .killed, unsealed: (.success, .success)),
    Self("read_link_by_path", .killed, .killed, unsealed: (.success, .success)),
    Self("read_link_outside_by_descriptor", .killed, .killed, unsealed: (.success, .success)),
    // Files of any mode in a writable directory.
    Self("open_with_set_id", .killed, .killed, unsealed: (.errors([EACCES]), .success)),
    // The worker's own pipes once more; and handles of namespaces, which nothing admitted does anything with.
    Self("open_requests_for_writing", .killed, .killed, unsealed: (.success, .success)),
    Self("open_replies_for_reading", .killed, .killed, unsealed: (.success, .success)),
    Self("open_namespace", .killed, .killed, unsealed: (.success, .success)),
  ]

  static let allowed = (0..<probe_directory_attack_count()).map { probe_directory_attack_at($0) }
    .filter { $0.number == 0 }.map { String(cString: $0.name) }
}

/// The layout that the attacks expect, and the descriptors of its directories as the host would open them.
private final class DirectoryWorld {
  let all: TemporaryDirectory
  let inside: Int32
  let neighbour: Int32

  init(ordinary: Bool) throws {
    all = try TemporaryDirectory()
    for directory in ["inside", "inside/dir", "neighbour", "outside", "outside/empty"] {
      mkdir(all.path + directory, 0o755)
      if ordinary { chown(all.path + directory, 65_534, 65_534) }
    }
    for file in ["inside/file", "neighbour/file", "outside/change-me"] { try all.makeFile(file, ordinary: ordinary) }
    try all.makeFile("inside/dir/nested", contents: "nested", ordinary: ordinary)
    try all.makeFile("outside/secret", contents: "secret", ordinary: ordinary)
    symlink("../outside/secret", all.path + "inside/link-out")
    symlink("secret", all.path + "outside/link")
    try FileManager.default.copyItem(atPath: "/bin/true", toPath: all.path + "inside/program")
    mkfifo(all.path + "inside/fifo", 0o666)
    if ordinary {
      for name in ["inside/link-out", "inside/fifo"] { lchown(all.path + name, 65_534, 65_534) }
    }
    inside = clinux_open_directory(all.path + "inside", nil, nil)
    neighbour = clinux_open_directory(all.path + "neighbour", nil, nil)
    guard inside >= 0, neighbour >= 0 else { throw ProbeError(description: "the directories cannot be opened") }
  }

  /// False where this user may not, or the file system does not have devices.
  func makeDevice() -> Bool {
    let path = all.path + "inside/device"
    guard mknod(path, S_IFCHR | 0o666, 0x103) == 0, chmod(path, 0o666) == 0 else { return false }
    let opened = open(path, O_RDWR | O_CLOEXEC)
    defer { close(opened) }
    return opened >= 0
  }

  /// Everything that an attack could have changed outside, and in the read-only directory.
  var state: [String] {
    ["outside", "outside/empty", "neighbour"].flatMap { directory in
      ((try? FileManager.default.contentsOfDirectory(atPath: all.path + directory)) ?? ["?"]).sorted().map { name in
        var status = stat()
        lstat(all.path + directory + "/" + name, &status)
        let contents = (try? String(contentsOfFile: all.path + directory + "/" + name, encoding: .utf8)) ?? ""
        return "\(directory)/\(name) \(status.st_mode) \(status.st_nlink) \(contents)"
      }
    }
  }

  /// The modification times outside.
  var times: [Int] {
    ["outside", "outside/change-me", "outside/secret"].map { name in
      var status = stat()
      lstat(all.path + name, &status)
      return status.st_mtim.tv_sec
    }
  }

  deinit {
    close(inside)
    close(neighbour)
  }
}

/// Which directories a worker has.
enum DirectoryProfile: String, CaseIterable, CustomTestStringConvertible {
  case readOnly
  /// And a read-only one behind it.
  case writable
  var testDescription: String { rawValue }
}

private func perform(
  _ attack: String, _ world: DirectoryWorld, confined: Bool, profile: DirectoryProfile, isSealed: Bool = true,
  user: ProbeUser, _ more: [String] = []
) throws -> ProbeOutcome {
  var arguments = [
    "mode=attack", "attack=\(attack)", "layers=\(confined ? "all" : "none")", "directory=\(world.all.path)",
    "workingDirectory=\(world.all.path)outside", "fileBytes=\(profile == .writable ? 1 << 20 : 0)",
  ]
  let hasNeighbour = profile == .writable || !confined
  arguments += hasNeighbour ? ["directories=2", "writable=1"] : ["directories=1"]
  // mseal is not there.
  if !isSealed { arguments.append("deny=462:38") }
  return try runProbe(
    arguments + more, user: user, directories: [world.inside] + (hasNeighbour ? [world.neighbour] : [])
  ).outcome
}

/// A worker with directories keeps the user of its host.
private let users = ProbeUser.available.filter { $0 != .dedicated }

@Suite("Attacks by native code in a worker that serves directories")
struct DirectoryAttackTests {
  /// Whether this kernel seals memory (Linux 6.10).
  static let canSeal: Bool = {
    guard let world = try? DirectoryWorld(ordinary: false),
      let probe = try? ProbeProcess(["mode=report", "directories=1"], directories: [world.inside])
    else { return false }
    while let line = try? probe.line() { if line.hasPrefix("seccomp") { return !line.contains("not sealed") } }
    return false
  }()

  private func isRunnable(_ attack: DirectoryAttack, _ world: DirectoryWorld) -> Bool {
    attack.name != "open_device_beneath" || world.makeDevice()
  }

  @Test("every attack of the probe has an answer here, and every answer its attack")
  func complete() {
    let listed = (DirectoryAttack.hostile + DirectoryAttack.known).map(\.name)
    let ofProbe = (0..<probe_directory_attack_count()).map { probe_directory_attack_at($0) }.filter { $0.number != 0 }
      .map { String(cString: $0.name) }
    let elsewhere = ["write_beyond_limit", "size_beyond_limit", "allocate_beyond_limit", "open_many"]
    #expect(Set(listed).count == listed.count)
    #expect(Set(listed + elsewhere) == Set(ofProbe))
  }

  @Test(
    "a confined worker is killed, or the kernel refuses, and nothing outside changes",
    arguments: DirectoryAttack.hostile + DirectoryAttack.known, DirectoryProfile.allCases)
  func confined(attack: DirectoryAttack, profile: DirectoryProfile) throws {
    for user in users {
      for isSealed in Self.canSeal ? [true, false] : [false] {
        let world = try DirectoryWorld(ordinary: user == .ordinary)
        guard isRunnable(attack, world) else { continue }
        let (state, times) = (world.state, world.times)
        let outcome = try perform(
          attack.name, world, confined: true, profile: profile, isSealed: isSealed, user: user)
        let answer =
          switch (profile, isSealed) {
          case (.readOnly, true): attack.readOnly
          case (.writable, true): attack.writable
          case (.readOnly, false): attack.unsealedReadOnly
          case (.writable, false): attack.unsealedWritable
          }
        #expect(answer.matches(outcome), "\(user), \(isSealed ? "" : "not ")sealed: \(outcome) instead of \(answer)")
        #expect(world.state == state, "\(user)")
        #expect(world.times == times, "\(user)")
      }
    }
  }

  @Test(
    "the same attack without confinement is really carried out",
    arguments: DirectoryAttack.hostile + DirectoryAttack.known)
  func unconfined(attack: DirectoryAttack) throws {
    for user in users {
      let world = try DirectoryWorld(ordinary: user == .ordinary)
      guard isRunnable(attack, world) else { continue }
      let outcome = try perform(attack.name, world, confined: false, profile: .writable, user: user)
      switch outcome {
      case .result(let value) where value < 0:
        #expect(attack.twin.contains(Int32(-value)), "\(user): \(outcome)")
      case .result: break
      // It became another program, or could not say so.
      default:
        let isSilent = attack.name.hasPrefix("execute_") || attack.name == "close_replies"
        #expect(isSilent && outcome == .exited(0), "\(user): \(outcome)")
      }
    }
  }

  @Test("what a worker does for its guests works confined as without", arguments: DirectoryAttack.allowed)
  func allowed(name: String) throws {
    for user in users {
      for (confined, profile, isSealed) in [
        (true, DirectoryProfile.readOnly, true), (true, .writable, true), (true, .writable, false),
        (false, .writable, true),
      ] where isSealed || name != "times_of_link" {
        if profile == .readOnly,
          ["allowed_write", "allowed_names", "allowed_read_in_neighbour", "times_of_link"].contains(name)
        {
          continue
        }
        if name == "times_of_link", !Self.canSeal { continue }
        let world = try DirectoryWorld(ordinary: user == .ordinary)
        let outcome = try perform(
          name, world, confined: confined, profile: profile, isSealed: isSealed, user: user)
        #expect(Answer.success.matches(outcome), "\(user), \(confined), \(profile), \(isSealed): \(outcome)")
      }
    }
  }

  @Test(
    "a file beyond RLIMIT_FSIZE is a signal, and EFBIG where the signal is ignored, as in the worker",
    arguments: ["write_beyond_limit", "size_beyond_limit", "allocate_beyond_limit"])
  func fileSize(name: String) throws {
    for user in users {
      let world = try DirectoryWorld(ordinary: user == .ordinary)
      #expect(
        try perform(name, world, confined: true, profile: .writable, user: user) == .signalled(SIGXFSZ), "\(user)")
      unlink(world.all.path + "inside/new")
      let ignoring = try perform(name, world, confined: true, profile: .writable, user: user, ["ignoreFileSize=1"])
      #expect(Answer.errors([EFBIG]).matches(ignoring), "\(user): \(ignoring)")
      unlink(world.all.path + "inside/new")
      let twin = try perform(name, world, confined: false, profile: .writable, user: user)
      #expect(Answer.success.matches(twin), "\(user): \(twin)")
    }
  }

  @Test("no more descriptors than RLIMIT_NOFILE are opened")
  func openFiles() throws {
    for user in users {
      let world = try DirectoryWorld(ordinary: user == .ordinary)
      let outcome = try perform("open_many", world, confined: true, profile: .readOnly, user: user)
      #expect(Answer.errors([EMFILE]).matches(outcome), "\(user): \(outcome)")
      let twin = try perform("open_many", world, confined: false, profile: .readOnly, user: user)
      #expect(Answer.success.matches(twin), "\(user): \(twin)")
    }
  }
}
