// Spawning, waiting, and the command line that a spawned worker reads.

import CLinux
import Foundation
import Testing
import WorkerProtocol

@Suite("Spawning")
struct SpawnTests {
  @Test("gives the process exactly its descriptors, a session, default signals and an empty mask")
  func cleanStart() throws {
    // A descriptor that a careless host leaves open for its children.
    let leaked = open("/dev/null", O_RDONLY)
    defer { close(leaked) }
    var mask = sigset_t()
    var previous = sigset_t()
    sigemptyset(&mask)
    sigaddset(&mask, SIGUSR1)
    sigaddset(&mask, SIGPIPE)
    pthread_sigmask(SIG_BLOCK, &mask, &previous)
    defer { pthread_sigmask(SIG_SETMASK, &previous, nil) }
    let probe = try ProbeProcess(["mode=start"])
    let line = try probe.line()
    #expect(line == "descriptors [0, 1, 2, 3] blocked [] ignored [] leader true")
    // The caller's own mask is untouched.
    var now = sigset_t()
    pthread_sigmask(SIG_BLOCK, nil, &now)
    for signal in 1..<Int32(65) {
      let expected = signal == SIGUSR1 || signal == SIGPIPE || sigismember(&previous, signal) == 1
      #expect((sigismember(&now, signal) == 1) == expected, "signal \(signal)")
    }
  }

  @Test("passes directories on behind the four standard descriptors")
  func directories() throws {
    let directory = open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    defer { close(directory) }
    let probe = try ProbeProcess(["mode=start"], directories: [directory, directory])
    #expect(try probe.line()?.hasPrefix("descriptors [0, 1, 2, 3, 4, 5] ") == true)
  }

  @Test("runs the file that was opened, not what its path names later")
  func openedFile() throws {
    let directory = try TemporaryDirectory()
    let path = directory.path + "program"
    try FileManager.default.copyItem(atPath: "/bin/true", toPath: path)
    let executable = clinux_open_executable(path, nil, nil)
    #expect(executable >= CLINUX_LOWEST_DESCRIPTOR)
    defer { _ = clinux_close(executable) }
    try FileManager.default.removeItem(atPath: path)
    try directory.makeFile("program", contents: "#!/bin/sh\nexit 9\n", executable: true)
    var process = clinux_process()
    let result = withCStrings(["true"]) { arguments in
      withCStrings([]) { clinux_spawn(executable, arguments, $0, [0, 1, 2], 3, &process, nil) }
    }
    #expect(result == 0)
    var end = clinux_end()
    #expect(clinux_wait(process.pidfd, 1, &end) == 0)
    _ = clinux_close(process.pidfd)
    #expect(end.kind == CLINUX_END_EXITED.rawValue && end.code == 0)
  }

  @Test("a file that cannot be a program is refused when it is opened")
  func refusedFiles() throws {
    let directory = try TemporaryDirectory()
    try directory.makeFile("not-executable")
    #expect(clinux_open_executable(directory.path + "missing", nil, nil) == -ENOENT)
    #expect(clinux_open_executable(directory.path + "not-executable", nil, nil) == -EACCES)
    #expect(clinux_open_executable(directory.path, nil, nil) == -EACCES)
    #expect(clinux_open_executable("/dev/null", nil, nil) == -EACCES)
    try directory.makeFile("executable", executable: true)
    var mode: UInt32 = 0
    var owner: UInt32 = .max
    let descriptor = clinux_open_executable(directory.path + "executable", &mode, &owner)
    #expect(descriptor >= 0)
    _ = clinux_close(descriptor)
    #expect(mode == 0o755)
    #expect(owner == getuid())
  }

  @Test("a failure is reported as its errno and leaves no descriptor and no child")
  func failures() throws {
    let directory = try TemporaryDirectory()
    try directory.makeFile("garbage", contents: "\u{7f}ELF garbage", executable: true)
    let probe = try ProbeProcess(["mode=failures", "directory=\(directory.path)"])
    // Not a program; a bad descriptor to pass on; a bad descriptor to execute; none free for the pidfd, nor for a pipe.
    #expect(try probe.line() == "ENOEXEC EBADF EBADF EMFILE EMFILE 0 \(-ECHILD)")
  }
}

@Suite("Waiting")
struct WaitTests {
  struct End: Sendable, CustomTestStringConvertible {
    var attack: String
    var kind: clinux_end_kind
    var code: Int32
    var testDescription: String { attack }
  }
  static let ends = [
    End(attack: "end_by_exit_code", kind: CLINUX_END_EXITED, code: 7),
    End(attack: "end_by_abort", kind: CLINUX_END_SIGNALLED, code: SIGABRT),
  ]

  @Test("tells an exit code from a signal", arguments: ends)
  func ownChild(end: End) throws {
    let probe = try ProbeProcess(["mode=wait", "attack=\(end.attack)"])
    #expect(try probe.line() == "0 \(end.kind.rawValue) \(end.code)")
  }

  @Test(
    "finds out the same where the host ignores its children or reaped this one itself, or says that it cannot",
    arguments: ends, ["ignoreChildren=1", "reapFirst=1"])
  func foreignReaper(end: End, how: String) throws {
    let probe = try ProbeProcess(["mode=wait", "attack=\(end.attack)", how])
    let line = try probe.line()
    // Linux before 6.15 does not keep the status of a reaped process.
    #expect(line == "0 \(end.kind.rawValue) \(end.code)" || line == "0 \(CLINUX_END_UNKNOWN.rawValue) 0")
  }

  @Test("an unfinished process is running, and a foreign process is nobody's child")
  func running() throws {
    let probe = try ProbeProcess(["mode=victim"])
    _ = try probe.line()
    var end = clinux_end()
    #expect(clinux_wait(probe.process.pidfd, 0, &end) == 0)
    #expect(end.kind == CLINUX_END_RUNNING.rawValue)
    let parent = clinux_pidfd_open(getppid())
    #expect(clinux_wait(parent, 0, &end) == -ECHILD)
    _ = clinux_close(parent)
  }

  @Test("the CPU clock of a spinning process advances, and a reaped one has none")
  func cpuClock() throws {
    let probe = try ProbeProcess(["mode=spin"])
    #expect(try probe.line() == "ready")
    let start = clinux_process_cpu_nanoseconds(probe.process.pid)
    #expect(start > 0)
    let deadline = clinux_monotonic_nanoseconds() + 10_000_000_000
    while clinux_process_cpu_nanoseconds(probe.process.pid) < start + 1_000_000,
      clinux_monotonic_nanoseconds() < deadline
    {
      usleep(1_000)
    }
    #expect(clinux_process_cpu_nanoseconds(probe.process.pid) >= start + 1_000_000)
    #expect(clinux_process_resident_bytes(probe.process.pid) > 0)
    _ = clinux_pidfd_send_signal(probe.process.pidfd, SIGKILL)
    _ = try probe.wait()
    #expect(clinux_process_cpu_nanoseconds(probe.process.pid) == Int64(-ESRCH))
  }

  @Test("a signal to the process group reaches its leader")
  func processGroup() throws {
    let probe = try ProbeProcess(["mode=spin"])
    #expect(try probe.line() == "ready")
    #expect(clinux_process_group_send_signal(probe.process.pidfd, probe.process.pid, SIGKILL) == 0)
    let end = try probe.wait()
    #expect(end.kind == CLINUX_END_SIGNALLED.rawValue && end.code == SIGKILL)
  }
}

@Suite("The worker's command line")
struct WorkerArgumentsTests {
  @Test("what is encoded is parsed to the same")
  func roundTrip() throws {
    var arguments = WorkerArguments()
    #expect(try WorkerArguments.parse(arguments.encode()) == arguments)
    arguments.addressSpaceBytes = 123_456_789
    arguments.cpuSeconds = 7
    arguments.priority = 20
    arguments.uid = 61_184
    arguments.gid = 4_294_967_294
    arguments.identity = .required
    arguments.landlock = .off
    arguments.lifeline = false
    arguments.directories = 3
    arguments.writableDirectories = 5
    #expect(try WorkerArguments.parse(arguments.encode()) == arguments)
    arguments = WorkerArguments()
    arguments.standalone = true
    arguments.lifeline = false
    #expect(arguments.encode() == ["--standalone"])
    #expect(try WorkerArguments.parse(["--standalone"]) == arguments)
    arguments.lifeline = true
    arguments.maxMessageBytes = 4_096
    #expect(try WorkerArguments.parse(arguments.encode()) == arguments)
  }

  @Test("without --standalone an option that is missing is an error, whichever it is")
  func missing() throws {
    let complete = WorkerArguments().encode()
    #expect(throws: WorkerArgumentsError.self) { try WorkerArguments.parse([]) }
    for index in complete.indices {
      var arguments = complete
      let name = String(arguments.remove(at: index).prefix { $0 != "=" })
      #expect(throws: WorkerArgumentsError(.missingOption(name))) { try WorkerArguments.parse(arguments) }
    }
  }

  @Test(
    "what is not an option, or not a number, is refused",
    arguments: [
      "", "-", "--", "=", "--=1", "cpu-seconds=1", "--cpu-seconds", "--cpu-seconds=", "--cpu-seconds=+1",
      "--cpu-seconds=01", "--cpu-seconds= 1", "--cpu-seconds=1 ", "--cpu-seconds=0x10", "--cpu-seconds=1e3",
      "--cpu-seconds=0", "--priority=21", "--cpu-seconds=-1", "--cpu-seconds=99999999999999999999", "--uid=-2",
      "--uid=4294967295",
      "--landlock=3", "--lifeline=2", "--standalone=1", "--directories=49", "--data-bytes=18446744073709551615",
      "--writable-directories=281474976710656", "--open-files=3",
    ])
  func refused(argument: String) {
    #expect(throws: WorkerArgumentsError.self) { try WorkerArguments.parse(["--standalone", argument]) }
  }

  @Test("an option that is given twice is refused")
  func repeated() {
    #expect(throws: WorkerArgumentsError(.repeatedOption("--uid"))) {
      try WorkerArguments.parse(["--uid=1", "--uid=1"])
    }
    #expect(throws: WorkerArgumentsError(.repeatedOption("--standalone"))) {
      try WorkerArguments.parse(["--standalone", "--standalone"])
    }
  }

  @Test("the address space is the sum of its parts, in whole mebibytes, and saturates")
  func addressSpace() {
    let space = WorkerAddressSpace(
      maxMemoryBytes: 100 << 20, largestFrameBytes: 10 << 20, moduleCacheBytes: 5 << 20, stackBytes: 2 << 20,
      imageBytes: 1, fileSystemBytes: 7 << 20, slackBytes: 3 << 20)
    // One for the image, rounded up; 2 + 5 + 2 * 10 + 100 + 7 + 3 for the rest.
    let expected: UInt64 = 138 << 20
    #expect(space.byteCount == expected)
    #expect(WorkerAddressSpace(maxMemoryBytes: .max).byteCount == .max)
  }
}
