// The hostile twin of the worker: it confines itself with the product's own code, with all layers or some, then attacks.
//
// Arguments are `name=value`. `mode` says what it does; a result is one line on descriptor 1. Descriptors are those of a
// worker: 0 requests, 1 replies, 2 standard error, 3 lifeline.

import CConfinementProbe
import CLinux
import CSeccomp
import Confinement
import Glibc

struct Options {
  private var values: [String: String] = [:]

  init(_ arguments: [String]) {
    for argument in arguments {
      let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      values[String(parts[0])] = parts.count > 1 ? String(parts[1]) : ""
    }
    // Where /proc is missing, Swift finds no arguments.
    if values["mode"] == nil, let mode = getenv("HANZO_PROBE_MODE") { values["mode"] = String(cString: mode) }
  }

  subscript(_ name: String) -> String? { values[name] }
  func number<T: FixedWidthInteger>(_ name: String, radix: Int = 10) -> T? {
    values[name].flatMap { T($0, radix: radix) }
  }
}

func say(_ line: String) {
  var text = line + "\n"
  _ = text.withUTF8 { clinux_write(1, $0.baseAddress, $0.count) }
}

func fail(_ message: String, code: Int32) -> Never {
  var text = message + "\n"
  _ = text.withUTF8 { clinux_write(2, $0.baseAddress, $0.count) }
  _exit(code)
}

/// The layers that `layers` names: "all", "none", or names of layers separated by commas.
func layers(_ text: String) -> Set<ConfinementLayer> {
  switch text {
  case "all": return Set(ConfinementLayer.allCases)
  case "none": return []
  default:
    var layers: Set<ConfinementLayer> = []
    for name in text.split(separator: ",") {
      guard let layer = ConfinementLayer(rawValue: String(name)) else { fail("no layer is called \(name)", code: 2) }
      layers.insert(layer)
    }
    return layers
  }
}

func configuration(_ options: Options) -> ConfinementConfiguration {
  var configuration = ConfinementConfiguration()
  configuration.addressSpaceBytes = options.number("addressSpace") ?? 512 << 20
  configuration.dataBytes = configuration.addressSpaceBytes
  configuration.cpuSeconds = options.number("cpuSeconds") ?? 20
  if let steps: UInt8 = options.number("priority") {
    configuration.priority = steps == 0 ? .inherited : steps < 20 ? .lower(steps: steps) : .idle
  }
  configuration.uid = options.number("uid")
  configuration.gid = options.number("gid")
  configuration.lifelineDescriptor = options["lifeline"] == "0" ? nil : 3
  if options["violation"] == "report" { configuration.violation = .report }
  for (name, path) in [
    ("landlock", \ConfinementConfiguration.landlock), ("identity", \.identity), ("namespaces", \.namespaces),
  ] {
    if let value: UInt8 = options.number(name), let requirement = ConfinementRequirement(rawValue: value) {
      configuration[keyPath: path] = requirement
    }
  }
  configuration.fileBytes = options.number("fileBytes") ?? 0
  let directoryCount: Int32 = options.number("directories") ?? 0
  let writable: UInt64 = options.number("writable") ?? 0
  configuration.directories = (0..<directoryCount).map {
    PreopenedDirectory(
      descriptor: ConfinementConfiguration.firstDirectoryDescriptor + $0,
      isWritable: writable >> UInt64($0) & 1 == 1)
  }
  if options["role"] != nil {
    configuration.templateDescriptor = ConfinementConfiguration.firstDirectoryDescriptor + directoryCount
  }
  return configuration
}

/// What a template's processes are confined with, after `confine` of a role.
nonisolated(unsafe) var childConfinement: ChildConfinement?

/// Becomes a template (`role=template`) or a process that one has forked (`role=child`), whose pid is said first.
func confineTemplate(_ options: Options) throws(ConfinementError) -> [LayerReport] {
  let (reports, child) = try Confinement.confineTemplate(configuration(options))
  childConfinement = child
  guard options["role"] == "child" else { return reports }
  switch child.fork() {
  case .child: say("child \(getpid())")
  case .ended: _exit(child.reportEnd() ? 0 : 3)
  case .failed(let error), .unconfined(let error): fail("fork: \(error)", code: 3)
  }
  return reports
}

/// Puts an outer filter around this process, as a container does: `deny=NAME:ERRNO` answers that call, or the one of that
/// number, with that error.
func denyCall(_ text: String) {
  let parts = text.split(separator: ":")
  guard parts.count == 2, let error = UInt32(parts[1]), let context = seccomp_init(0x7fff_0000) else {
    fail("deny=NAME:ERRNO", code: 2)
  }
  let number = Int32(parts[0]) ?? seccomp_syscall_resolve_name(String(parts[0]))
  guard seccomp_rule_add_array(context, 0x0005_0000 | error, number, 0, nil) == 0, seccomp_load(context) == 0 else {
    fail("the outer filter could not be loaded", code: 2)
  }
  seccomp_release(context)
}

@discardableResult
func confine(_ options: Options) -> [LayerReport] {
  if let call = options["deny"] { denyCall(call) }
  do throws(ConfinementError) {
    if options["role"] != nil { return try confineTemplate(options) }
    return try Confinement.confine(configuration(options), layers: layers(options["layers"] ?? "all"))
  } catch {
    fail("\(error)", code: error.exitCode)
  }
}

func waitForEndOfRequests() {
  var byte: UInt8 = 0
  while clinux_read(0, &byte, 1) > 0 {}
}

/// A NULL-terminated array of C strings, for the rest of the process.
func cStrings(_ strings: [String]) -> [UnsafePointer<CChar>?] {
  var pointers: [UnsafePointer<CChar>?] = strings.map { UnsafePointer(strdup($0)) }
  pointers.append(nil)
  return pointers
}

func makePipe() -> (read: Int32, write: Int32) {
  var read: Int32 = -1
  var write: Int32 = -1
  guard clinux_pipe(0, &read, &write) == 0 else { fail("pipe", code: 3) }
  return (read, write)
}

/// A worker that this process has started: a probe in another mode, with a lifeline that only this process holds.
struct Worker {
  var process: clinux_process
  var requests: Int32
}

/// Starts a worker in that mode and waits until it has said that it is confined.
func startWorker(_ executable: Int32, mode: String, _ options: Options) -> Worker {
  var arguments = ["probe", "mode=\(mode)"]
  for name in ["layers", "uid", "gid"] { if let value = options[name] { arguments.append("\(name)=\(value)") } }
  let requests = makePipe()
  let replies = makePipe()
  let lifeline = makePipe()
  var process = clinux_process()
  let descriptors = [requests.read, replies.write, 2, lifeline.read]
  let result = clinux_spawn(
    executable, cStrings(arguments), cStrings(["SWIFT_BACKTRACE=enable=no", "HANZO_PROBE_MODE=\(mode)"]), descriptors,
    4, &process, nil)
  guard result == 0 else { fail("spawn: \(result)", code: 3) }
  _ = clinux_close(replies.write)
  var byte: UInt8 = 0
  guard clinux_read(replies.read, &byte, 1) == 1 else { fail("the worker did not start", code: 3) }
  return Worker(process: process, requests: requests.write)
}

func ownExecutable() -> Int32 {
  let executable = clinux_open_executable("/proc/self/exe", nil, nil)
  guard executable >= 0 else { fail("open: \(executable)", code: 3) }
  return executable
}

/// Starts `count` spinning workers and says their process ids.
func host(_ count: Int, _ options: Options) {
  let executable = ownExecutable()
  for _ in 0..<count { say("\(startWorker(executable, mode: "spin", options).process.pid)") }
  say("ready")
  waitForEndOfRequests()
}

/// Looks at a confined worker from a host that /proc shows no other processes, or that has no /proc.
func lookWhereHidden(_ options: Options) {
  let executable = ownExecutable()
  let result = probe_hide_processes(options["withoutProcfs"] == "1" ? 1 : 0)
  guard result == 0 else { fail("mount: \(result)", code: 3) }
  let worker = startWorker(executable, mode: "hold", options)
  var status = clinux_process_status()
  say("\(clinux_read_process_status(worker.process.pid, worker.process.pidfd, &status))")
}

/// Starts itself with arguments of `mode=attack`, without confinement, and says how that process ended, as `clinux_wait`
/// tells it.
func waitForChild(_ options: Options) {
  if options["ignoreChildren"] == "1" { signal(SIGCHLD, SIG_IGN) }
  let executable = ownExecutable()
  let pointers = cStrings(["probe", "mode=attack", "layers=none", "attack=\(options["attack"] ?? "")"])
  let environment = cStrings(["SWIFT_BACKTRACE=enable=no"])
  var process = clinux_process()
  let result = clinux_spawn(executable, pointers, environment, [0, 2, 2], 3, &process, nil)
  guard result == 0 else { fail("spawn: \(result)", code: 3) }
  var poll = pollfd(fd: process.pidfd, events: Int16(POLLIN), revents: 0)
  while Glibc.poll(&poll, 1, -1) < 0 {}
  if options["reapFirst"] == "1" { waitpid(-1, nil, 0) }
  var end = clinux_end()
  let waited = clinux_wait(process.pidfd, 1, &end)
  say("\(waited) \(end.kind) \(end.code)")
}

/// Lets a spawn fail in several ways, and says the errors, the change of the number of descriptors, and the answer of
/// waitpid(-1), which is -ECHILD (-10) if no child was left behind.
func failToSpawn(_ options: Options) {
  let directory = options["directory"] ?? ""
  let arguments = cStrings(["probe"])
  let environment = cStrings([])
  let executable = clinux_open_executable("/proc/self/exe", nil, nil)
  let garbage = clinux_open_executable(directory + "garbage", nil, nil)
  guard executable >= 0, garbage >= 0 else { fail("open", code: 3) }
  let before = clinux_open_descriptor_count(0)
  var errors: [Int32] = []
  var process = clinux_process()
  var step: UnsafePointer<CChar>?
  errors.append(clinux_spawn(garbage, arguments, environment, [0, 1, 2], 3, &process, &step))
  errors.append(clinux_spawn(executable, arguments, environment, [0, 1, 1_000], 3, &process, &step))
  errors.append(clinux_spawn(1_000, arguments, environment, [0, 1, 2], 3, &process, &step))
  // Without a free descriptor there is no pidfd.
  var soft: UInt64 = 0
  var hard: UInt64 = 0
  _ = clinux_get_limit(CLINUX_LIMIT_OPEN_FILES, &soft, &hard)
  _ = clinux_lower_limit(CLINUX_LIMIT_OPEN_FILES, 4, hard)
  while dup(0) >= 0 {}
  errors.append(clinux_spawn(executable, arguments, environment, [0, 1, 2], 3, &process, &step))
  var read: Int32 = -1
  var write: Int32 = -1
  errors.append(clinux_pipe(0, &read, &write))
  _ = clinux_lower_limit(CLINUX_LIMIT_OPEN_FILES, soft, hard)
  let change = clinux_open_descriptor_count(0) - before
  let waited = waitpid(-1, nil, WNOHANG)
  say(
    "\(errors.map { String(cString: clinux_error_name($0)) }.joined(separator: " ")) \(change) \(waited < 0 ? -errno : waited)"
  )
}

/// Says what a spawned process starts with: its descriptors, session, signal mask and dispositions.
func describeStart() {
  let open = (0..<64).filter { fcntl(Int32($0), F_GETFD) >= 0 }
  var mask = sigset_t()
  sigprocmask(SIG_BLOCK, nil, &mask)
  var blocked: [Int32] = []
  var ignored: [Int32] = []
  for number in 1..<Int32(65) {
    if sigismember(&mask, number) == 1 { blocked.append(number) }
    var action = sigaction()
    if sigaction(number, nil, &action) == 0, unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self) == 1 {
      ignored.append(number)
    }
  }
  say("descriptors \(open) blocked \(blocked) ignored \(ignored) leader \(getsid(0) == getpid())")
}

func main() {
  let options = Options(Array(CommandLine.arguments.dropFirst()))
  switch options["mode"] {
  case "attack":
    let name = options["attack"] ?? ""
    guard let attack = probe_find_attack(name) else { fail("no attack is called \(name)", code: 2) }
    let directory = strdup(options["directory"] ?? "/nonexistent/")
    var target = probe_target(
      victim: options.number("victim") ?? -1, victim_address: options.number("address", radix: 16) ?? 0,
      leaked_descriptor: 20, directory: UnsafePointer(directory))
    if options["secondThread"] == "1" {
      guard probe_start_second_thread() == 0 else { fail("pthread_create", code: 2) }
    }
    if let path = options["workingDirectory"], chdir(path) != 0 { fail("chdir", code: 2) }
    if options["ignoreFileSize"] == "1" { signal(SIGXFSZ, SIG_IGN) }
    confine(options)
    say("result \(attack.pointee.run(&target))")
  case "victim":
    say(String(probe_become_victim(), radix: 16))
    waitForEndOfRequests()
  case "hold":
    confine(options)
    say("ready")
    waitForEndOfRequests()
  case "spin":
    confine(options)
    say("ready")
    probe_spin()
  case "fork":
    // Which of the two processes goes on is for the caller to tell: it has asked for one.
    confine(options)
    say("result \(clinux_fork_sibling())")
  case "report-end":
    confine(options)
    say("result \(childConfinement?.reportEnd() == true ? 0 : -Int(EBADF))")
  case "report":
    for report in confine(options) { say("\(report.layer.rawValue) \(report.state) \(report.detail)") }
  case "time":
    let start = clinux_monotonic_nanoseconds()
    confine(options)
    say("\(clinux_monotonic_nanoseconds() - start)")
  case "scan":
    say("result \(probe_scan_start_state(options["needle"].map { String($0.reversed()) } ?? ""))")
  case "host":
    host(options.number("count") ?? 1, options)
  case "hidden":
    lookWhereHidden(options)
  case "wait":
    waitForChild(options)
  case "failures":
    failToSpawn(options)
  case "start":
    describeStart()
  default:
    fail(
      "mode= attack, victim, hold, spin, fork, report-end, report, time, scan, host, hidden, wait, failures or start",
      code: 2)
  }
}

main()
