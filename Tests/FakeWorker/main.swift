// A worker that speaks the protocol and misbehaves on demand, for the supervisor's tests.
//
// Its confinement is only as deep as the supervisor can see from outside (a seccomp filter that forbids one call, no
// capabilities, no_new_privs), so that it is free to attack. How it starts is chosen by the name of its file, of which
// tests make copies; what it does to a call by the name of the function that is called.

import CLinux
import CSeccomp
import Glibc
import WasmJSON
import WorkerProtocol

func fileName() -> String {
  var buffer = [CChar](repeating: 0, count: 4_096)
  let length = clinux_executable_path(&buffer, buffer.count)
  let path = String(decoding: buffer.prefix(Int(max(0, length))).map { UInt8(bitPattern: $0) }, as: UTF8.self)
  return path.split(separator: "/").last.map(String.init) ?? ""
}

func writeRaw(_ bytes: [UInt8], to descriptor: Int32 = 1) {
  var offset = 0
  while offset < bytes.count {
    let count = bytes.withUnsafeBytes { write(descriptor, $0.baseAddress! + offset, bytes.count - offset) }
    if count <= 0 { exit(3) }
    offset += count
  }
}

func encoded(_ message: WorkerMessage) -> [UInt8] {
  do { return try message.encoded().bytes } catch { exit(4) }
}

func reply(_ message: WorkerMessage) { writeRaw(encoded(message)) }

func header(_ json: UInt32, _ attachment: UInt32 = 0) -> [UInt8] {
  [json, attachment].flatMap { value in (0..<4).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) } }
}

/// As little confinement as the supervisor's look from outside accepts. getppid is the forbidden call.
func confineVisibly() {
  _ = clinux_set_no_new_privileges()
  _ = clinux_drop_capabilities()
  guard let filter = seccomp_init(0x7fff_0000) else { exit(5) }
  seccomp_rule_add_array(filter, 0x8000_0000, seccomp_syscall_resolve_name("getppid"), 0, nil)
  if seccomp_load(filter) != 0 { exit(6) }
}

func ready(buildID: String = Ready.currentBuildID, pid: Int32 = getpid()) -> WorkerMessage {
  .ready(
    Ready(
      buildID: buildID, engine: "fake", fuelModel: "fake", pid: UInt32(pid),
      layers: [.init(name: "seccomp", state: .active)], resourceLimits: [:]))
}

func outcome(_ id: RequestID, _ value: JSONValue) -> WorkerMessage {
  .outcome(
    OutcomeReply(id: id, outcome: Outcome(result: .success(.json(value)), usage: Usage(fuel: 7, fuelModel: "fake"))))
}

func profiled(_ id: RequestID, name: String?, traps: Bool = false) -> WorkerMessage {
  let profile = GuestProfile(
    interval: 1, frames: [.init(functionIndex: 0, name: name)], stacks: [.init(parent: 0, frame: 0)],
    samples: [.init(stack: 1, weight: 3)])
  let result: Result<Outcome.Value, Failure> =
    traps ? .failure(Failure(.trap, "unreachable", trapKind: "unreachable")) : .success(.json(1))
  return .outcome(OutcomeReply(id: id, outcome: Outcome(result: result, profile: profile)))
}

func spin() -> Never { while true { clinux_monotonic_nanoseconds() } }

func say(_ text: String) { writeRaw(Array(text.utf8), to: 2) }

/// The modules that it remembers.
nonisolated(unsafe) var modules: [ModuleHash: [UInt8]] = [:]
nonisolated(unsafe) var calls = 0

// MARK: Start

let mode = fileName()
_ = clinux_set_oom_score_adjustment(1_000)
switch mode {
case "crash-before-ready":
  say("cannot start: \u{1B}[31mred\nsecond line\n")
  abort()
case "exit-97": exit(97)
case "never-ready": spin()
case "slow-ready": usleep(300_000)
case "forged-ready":
  reply(ready())
  sleep(60)
  exit(0)
case "oversized-ready":
  confineVisibly()
  writeRaw(header(4_097) + [UInt8](repeating: 0x20, count: 4_097))
  sleep(60)
  exit(0)
case "talks-before-configure":
  confineVisibly()
  reply(ready())
  reply(ready())
  sleep(60)
  exit(0)
case "other-build":
  confineVisibly()
  reply(ready(buildID: "hanzo-wasm-0.0.0"))
  sleep(60)
  exit(0)
default: break
}
confineVisibly()
reply(ready())

// MARK: Calls

/// Where a template says that a process of its has ended.
let childEnds: Int32 = 4
/// Whether a template has forked this process.
nonisolated(unsafe) var isChild = false

/// Forks a process for the next call, or only says so.
func forkChild() {
  switch mode {
  case "names-itself": return reply(ready())
  case "names-init": return reply(ready(pid: 1))
  case "names-nobody": return reply(ready(pid: Int32.max))
  case "cannot-fork": exit(71)
  default: break
  }
  let pid = clinux_fork_sibling()
  if pid < 0 { exit(71) }
  guard pid == 0 else { return writeRaw([1], to: childEnds) }
  isChild = true
  if mode != "weak-child" { confineVisibly() }
  if mode == "child-never-ready" { spin() }
  reply(ready())
}

/// The invocation that waits for a host function.
nonisolated(unsafe) var waiting: RequestID?

/// Calls `env.describe`, which takes an i32, a text and a document, rightly or in a way that no honest worker would.
func callHost(_ id: RequestID, _ variant: String) {
  let text = Array("text".utf8)
  let document = Array("[1]".utf8)
  func call(
    _ argument: JSONValue, _ payload: [UInt8], sequence: UInt64 = 1, function: String = "env.describe"
  ) -> WorkerMessage {
    .hostCall(HostCall(id: id, sequence: sequence, function: function, argument: argument, payload: payload))
  }
  let right = call([7, 4, 3], text + document)
  waiting = id
  switch variant {
  case "right": reply(right)
  case "undeclared": reply(call([7, 4, 3], text + document, function: "env.other"))
  case "too_few": reply(call([7, 4], text))
  case "too_many": reply(call([7, 4, 3, 1], text + document))
  case "no_list": reply(call(["a": 7], text + document))
  case "wrong_type": reply(call(["seven", 4, 3], text + document))
  case "wide_number": reply(call([4_294_967_296, 4, 3], text + document))
  case "length_beyond": reply(call([7, 4, 4], text + document))
  case "length_short": reply(call([7, 4, 2], text + document))
  case "length_negative": reply(call([7, -1, 8], text + document))
  case "length_huge": reply(call([7, 9_223_372_036_854_775_807, 3], text + document))
  case "not_utf8": reply(call([7, 4, 3], [0xFF, 0xFE, 0xFF, 0xFE] + document))
  case "not_json": reply(call([7, 4, 3], text + Array("[1,".utf8.prefix(3))))
  case "sequence_0": reply(call([7, 4, 3], text + document, sequence: 0))
  case "sequence_2": reply(call([7, 4, 3], text + document, sequence: 2))
  case "twice": writeRaw(encoded(right) + encoded(right))
  case "and_answers": writeRaw(encoded(right) + encoded(outcome(id, 1)))
  case "and_answers_later":
    reply(right)
    usleep(20_000)
    reply(outcome(id, 1))
  case "and_dies":
    reply(right)
    abort()
  default: reply(outcome(id, .null))
  }
}

func answerHost(_ result: HostResult) {
  guard let id = waiting else { exit(70) }
  waiting = nil
  switch result.result {
  case .success: reply(outcome(id, .string(String(decoding: result.payload, as: UTF8.self))))
  case .failure(let failure): reply(outcome(id, .string("\(failure.code.rawValue): \(failure.message)")))
  }
}

func answer(_ invoke: Invoke) {
  let id = invoke.id
  calls += 1
  guard case .function(var function) = invoke.invocation.entry else { return reply(outcome(id, .null)) }
  guard modules[invoke.invocation.module] != nil else {
    return reply(
      .outcome(OutcomeReply(id: id, outcome: Outcome(result: .failure(Failure(.moduleNotFound, "not here"))))))
  }
  // So that calls of one function can differ in what they do.
  if function == "as_told", case .arguments(.string(let other)) = invoke.invocation.input { function = other }
  switch function {
  case "pid": reply(outcome(id, JSONValue(getpid())))
  case "calls": reply(outcome(id, JSONValue(calls)))
  case "echo":
    if case .arguments(let value) = invoke.invocation.input { return reply(outcome(id, value)) }
    reply(outcome(id, .null))
  case "document", "document_json":
    if case .document(let value) = invoke.invocation.input { return reply(outcome(id, value)) }
    reply(outcome(id, "no document"))
  case "fuel": reply(outcome(id, invoke.invocation.limits.fuel.map { JSONValue($0) } ?? .null))
  case "length_of_input":
    if case .bytes(let bytes) = invoke.invocation.input { reply(outcome(id, JSONValue(bytes.count))) }
  case "trap":
    reply(
      .outcome(
        OutcomeReply(
          id: id,
          outcome: Outcome(
            result: .failure(
              Failure(
                .trap, "unreachable", trapKind: "unreachable", frames: [.init(functionIndex: 3, name: "f", offset: 17)])
            ), logs: [LogRecord(level: .info, message: "before")]))))
  case "profile", "profile_and_trap":
    // What was asked shows in the name.
    let name = invoke.invocation.profile.map { "interval \($0.interval)" }
    reply(profiled(id, name: name, traps: function == "profile_and_trap"))
  case "boasts_of_fuel":
    reply(
      .outcome(
        OutcomeReply(id: id, outcome: Outcome(result: .success(.json(1)), usage: Usage(fuel: .max, fuelModel: "fake"))))
    )
  case "logs":
    reply(.log(LogMessage(id: id, record: LogRecord(level: .info, message: "live"))))
    reply(outcome(id, 1))
  case "logs_then_spin":
    reply(.log(LogMessage(id: id, record: LogRecord(level: .info, message: "live"))))
    say("last words\n")
    spin()
  case "milliseconds_100":
    usleep(100_000)
    reply(outcome(id, 1))
  case "milliseconds_2000":
    usleep(2_000_000)
    reply(outcome(id, 1))
  case "forget":
    modules = [:]
    reply(outcome(id, 1))
  case "always_forgotten":
    reply(.outcome(OutcomeReply(id: id, outcome: Outcome(result: .failure(Failure(.moduleNotFound, "not here"))))))
  default: misbehave(function, id)
  }
}

func misbehave(_ function: String, _ id: RequestID) {
  switch function {
  case "spin": spin()
  case "stop":
    kill(getpid(), SIGSTOP)
    reply(outcome(id, 1))
  case "answer_then_live":
    reply(outcome(id, 1))
    spin()
  case "answer_then_abort":
    reply(outcome(id, 1))
    abort()
  case "end_reported":
    writeRaw([1], to: childEnds)
    reply(outcome(id, 1))
  case "end_reported_twice":
    writeRaw([1, 1], to: childEnds)
    usleep(300_000)
    reply(outcome(id, 1))
  case "killed_mid_frame":
    let frame = encoded(outcome(id, 1))
    writeRaw(Array(frame.prefix(frame.count / 2)))
    kill(getpid(), SIGKILL)
  case "half_frame_exit":
    let frame = encoded(outcome(id, 1))
    writeRaw(Array(frame.prefix(frame.count / 2)))
    exit(0)
  case "answer_then_exit":
    reply(outcome(id, 42))
    exit(0)
  case "two_answers": writeRaw(encoded(outcome(id, 1)) + encoded(outcome(id, 2)))
  case "late_second_answer":
    reply(outcome(id, 1))
    usleep(50_000)
    reply(outcome(id, 2))
  case "answer_then_flood":
    reply(outcome(id, 1))
    while true { writeRaw([UInt8](repeating: 0x41, count: 65_536)) }
  case "wrong_id": reply(outcome(RequestID(id.value ^ 1), 1))
  case "wrong_kind": reply(.loaded(Loaded(id: id, module: ModuleDescription())))
  case "ready_again": reply(ready())
  case "forbidden_code":
    reply(.outcome(OutcomeReply(id: id, outcome: Outcome(result: .failure(Failure(.timedOut, "I say so"))))))
  case "unasked_profile": reply(profiled(id, name: nil))
  case "broken_profile":
    // The sample's stack becomes one that is not there; the lengths stay.
    let frame = encoded(profiled(id, name: nil))
    writeRaw(Array(String(decoding: frame, as: UTF8.self).replacing("[[1,3]]", with: "[[2,3]]").utf8))
  case "host_call": reply(.hostCall(HostCall(id: id, sequence: 1, function: "http_request", argument: .null)))
  case let name where name.hasPrefix("host_"): callHost(id, String(name.dropFirst(5)))
  case "oversize_json": writeRaw(header(.max))
  case "oversize_attachment": writeRaw(header(10, .max))
  case "empty_frame": writeRaw(header(0))
  case "not_json": writeRaw(header(4) + Array("nope".utf8))
  case "deep_json":
    let text = [UInt8](repeating: UInt8(ascii: "["), count: 100_000)
    writeRaw(header(UInt32(text.count)) + text)
  case "drip":
    let frame = encoded(outcome(id, 1))
    for byte in frame {
      writeRaw([byte])
      usleep(50_000)
    }
  case "log_flood":
    while true { reply(.log(LogMessage(id: id, record: LogRecord(level: .info, message: "spam")))) }
  case "stderr_flood":
    for _ in 0..<256 { say(String(repeating: "x", count: 65_535) + "\n") }
    say("\u{1B}[2Jthe end\n")
    reply(outcome(id, 1))
  case "stderr_flood_when_idle":
    reply(outcome(id, 1))
    while true { say(String(repeating: "x", count: 4_095) + "\n") }
  case "close_stdout":
    close(1)
    spin()
  case "close_stdin":
    close(0)
    spin()
  case "abort": abort()
  case "segv":
    signal(SIGSEGV, SIG_DFL)
    kill(getpid(), SIGSEGV)
  case "sigsys": _ = getppid()
  case "sigxcpu": kill(getpid(), SIGXCPU)
  case "kill_self": kill(getpid(), SIGKILL)
  case "exit_77": exit(77)
  case "exit_0": exit(0)
  case "exit_70": exit(70)
  default:
    reply(
      .outcome(
        OutcomeReply(
          id: id,
          outcome: Outcome(
            result: .failure(Failure(.functionNotFound, "no function '\(function)'", function: function))))))
  }
}

/// Answers the next request when it has read its beginning, and never reads on.
func answerUnread() -> Never {
  var beginning = [UInt8](repeating: 0, count: 1_024)
  let count = read(0, &beginning, beginning.count)
  let text = String(decoding: beginning.prefix(max(0, count)), as: UTF8.self)
  // {"type":"invoke","id":"0123456789abcdef",...
  if let id = text.split(separator: "\"").first(where: { $0.utf8.count == 16 }).flatMap({ RequestID(String($0)) }) {
    reply(outcome(id, 1))
  }
  sleep(60)
  exit(0)
}

func load(_ load: Load) {
  if load.module.starts(with: Array("garbage".utf8)) {
    return reply(.failure(FailureReply(id: load.id, failure: Failure(.invalidModule, "garbage"))))
  }
  if load.module.starts(with: Array("spin".utf8)) { spin() }
  if load.module.starts(with: Array("abort".utf8)) { abort() }
  modules[load.hash] = load.module
  reply(
    .loaded(
      Loaded(
        id: load.id,
        module: ModuleDescription(
          version: "2.1.0", exports: [.init(name: "echo", kind: .function), .init(name: "memory", kind: .memory)],
          functions: [.init(name: "echo", parameters: [.init(type: "i32")], results: ["i32"])], memoryPages: 1,
          byteCount: UInt64(load.module.count),
          abi: load.module.starts(with: Array("abi".utf8)) ? "document" : nil))))
  // Whatever else is asked stays unread.
  if load.module.starts(with: Array("deaf".utf8)) { spin() }
  if load.module.starts(with: Array("hasty".utf8)) { answerUnread() }
}

var decoder = FrameDecoder(limits: FrameLimits(maxJSONBytes: .max, maxAttachmentBytes: .max))
var chunk = [UInt8](repeating: 0, count: 65_536)
while true {
  let count = read(0, &chunk, chunk.count)
  if count <= 0 { exit(0) }
  do {
    for frame in try decoder.decode(Array(chunk[..<count])) {
      switch try SupervisorMessage(frame) {
      case .configure(let configure):
        if configure.features == ["refused"] {
          reply(.failure(FailureReply(id: configure.id, failure: Failure(.invalidConfiguration, "no such feature"))))
        } else {
          reply(.configured(Configured(id: configure.id)))
        }
      case .load(let message): load(message)
      case .unload(let unload): reply(.unloaded(Unloaded(id: unload.id, found: true)))
      case .fork: forkChild()
      case .invoke(let invoke):
        answer(invoke)
        if isChild, waiting == nil { exit(0) }
      case .hostResult(let result):
        answerHost(result)
        if isChild { exit(0) }
      }
    }
  } catch { exit(70) }
}
