/// What each golden frame means in Swift: the other half of `protocol/vectors`.

import WasmJSON
import WorkerProtocol

private func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

/// Every golden vector's message by the vector's name.
func goldenMessages() throws -> [String: AnyMessage] {
  var messages: [String: AnyMessage] = [:]
  for (name, message) in try supervisorMessages() { messages[name] = .supervisor(message) }
  for (name, message) in workerMessages() { messages[name] = .worker(message) }
  for (name, outcome) in outcomes() { messages[name] = .worker(.outcome(OutcomeReply(id: sampleID, outcome: outcome))) }
  for (name, failure) in failures() { messages[name] = .worker(.failure(FailureReply(id: sampleID, failure: failure))) }
  return messages
}

private func supervisorMessages() throws -> [String: SupervisorMessage] {
  let module = try sampleInvocation().module
  let id = sampleID
  var messages: [String: SupervisorMessage] = [
    "configure-minimal": .configure(Configure(id: id)),
    "configure": .configure(
      Configure(
        id: id, maxMemoryBytes: 64 << 20, cacheBytes: 0,
        frameLimits: FrameLimits(maxJSONBytes: 256 << 10, maxAttachmentBytes: 16 << 20),
        features: ["mutable-globals", "multi-value"])),
    "configure-functions": .configure(Configure(id: id, hostFunctions: sampleHostFunctions)),
    "load": .load(
      Load(
        id: id, hash: module, format: .wasm, features: [], limits: ["types": 10, "functions": 1_000],
        module: unhexadecimal(
          "0061736d0100000001070160027f7f017f030201000707010361646400000a09010700200020016a0b"))),
    "load-text": .load(Load(id: id, hash: module, module: bytes("(module)"))),
    "fork": .fork(Fork(id: id)),
    "unload": .unload(Unload(id: id, hash: module)),
    "hostResult": .hostResult(
      HostResult(id: id, sequence: 1, result: .success(nil), payload: bytes("{\"status\":200}"))),
    "hostResult-number": .hostResult(HostResult(id: id, sequence: 2, result: .success(.integer(.min)))),
    "hostResult-denied": .hostResult(
      HostResult(id: id, sequence: 1, result: .success(nil), networkDenied: true, payload: bytes("{\"status\":0}"))),
    "hostResult-failure": .hostResult(
      HostResult(id: id, sequence: 2, result: .failure(Failure(.networkDenied, "this host is not on the list")))),
  ]
  for (name, invocation) in invocations(module) { messages[name] = .invoke(Invoke(id: id, invocation: invocation)) }
  for (name, invocation) in sessions(module) { messages[name] = .invoke(Invoke(id: id, invocation: invocation)) }
  return messages
}

/// Functions with parameters of every type, results of some, and one with nothing but its name.
private let sampleHostFunctions: [HostFunctionDeclaration] = [
  HostFunctionDeclaration(
    module: "env", name: "http_request", parameters: [.cString, .cString, .cString], result: .jsonHandle,
    failureMode: .returns(-1)),
  HostFunctionDeclaration(
    module: "db", name: "find", parameters: [.string, .bytes, .json], result: .json, fuel: 1_000),
  HostFunctionDeclaration(
    module: "math", name: "mix", parameters: [.i32, .i64, .f32, .f64], result: .f64, failureMode: .returns(.min)),
  HostFunctionDeclaration(module: "env", name: "tick", parameters: [], result: nil),
]

private func invocations(_ module: ModuleHash) -> [String: Invocation] {
  [
    "invoke-minimal": Invocation(module: module, entry: .function("run")),
    "invoke-arguments": Invocation(module: module, entry: .function("add"), input: .arguments([5, 3])),
    "invoke-numbers": Invocation(
      module: module, entry: .function("f"),
      input: .arguments([
        "a": .integer(.max), "b": .integer(.min), "c": .unsigned(.max), "d": .double(-0.0), "e": 0.1,
        "f": .double(1_000), "g": nil, "h": true,
      ])),
    "invoke-text": Invocation(
      module: module, entry: .function("gr\u{f6}\u{df}e"), input: .arguments("\u{1}\t\"\\/\u{e9}\u{20ac}\u{1F600}")),
    "invoke-typed": Invocation(
      module: module, entry: .function("f"),
      input: .typedArguments([
        .i32(.max), .i64(1 << 63), .f32(bits: 0x7FA0_0001), .f64(bits: 0x7FF8_0000_0000_0001),
        .v128(high: 0x0001_0203_0405_0607, low: 0x0809_0A0B_0C0D_0E0F), .function(nil), .function(7), .external(nil),
        .external(0xDEAD_BEEF),
      ]), results: .typed),
    "invoke-document": Invocation(
      module: module, entry: .function("handle_json"),
      input: .document(["context": ["user": "u"], "parameters": ["n": 1.5]]), parameters: .lenient,
      limits: InvocationLimits(
        fuel: nil, memoryBytes: 65_536, tableElements: 10, stackBytes: 65_536, maxLogBytes: 0, maxOutputBytes: 1,
        maxStringBytes: 2, maxHostCalls: 3, fileSystemBytes: 4),
      enableWASI: false),
    "invoke-document-text": Invocation(
      module: module, entry: .function("handle"), input: .documentText(bytes("{\"context\": {}}"))),
    "invoke-bytes": Invocation(
      module: module, entry: .function("hash"), input: .bytes([0, 255, 10]), limits: InvocationLimits(fuel: .max)),
    "invoke-command": Invocation(
      module: module, entry: .command(arguments: ["prog", "-v", ""]), input: .stdin(bytes("line\n")),
      environment: [.init(name: "LANG", value: "C"), .init(name: "EMPTY", value: "")]),
    "invoke-profile": Invocation(module: module, entry: .function("run"), profile: .init()),
    "invoke-profile-interval": Invocation(
      module: module, entry: .function("run"), profile: .init(interval: 1_000_000_000)),
    "invoke-determinism": Invocation(
      module: module, entry: .function("run"), determinism: .init(seed: .max, realtimeNanoseconds: 0)),
    "invoke-determinism-minimal": Invocation(module: module, entry: .function("run"), determinism: .init()),
    "invoke-mounts": Invocation(
      module: module, entry: .command(arguments: ["prog"]), input: .stdin(bytes("line\n")), mounts: sampleMounts,
      stdout: .discard, stderr: .log),
  ]
}

private let sampleMounts: [Invocation.Mount] = [
  .init(guestPath: "/data", source: .directory(1), isWritable: true),
  .init(
    guestPath: "/etc",
    source: .files([
      .init(path: "settings.json", contents: bytes("{}")), .init(path: "empty", contents: []),
      .init(path: "lib/gr\u{f6}\u{df}e", contents: [0, 255, 10]),
    ])),
  .init(guestPath: "/tmp", source: .files([]), isWritable: true),
  .init(guestPath: "/more", source: .files([.init(path: "b", contents: bytes("b"))]), isWritable: true),
  .init(guestPath: "/", source: .directory(0)),
]

/// Calls of an instance that is kept.
private func sessions(_ module: ModuleHash) -> [String: Invocation] {
  [
    "invoke-instantiate": Invocation(module: module, entry: .instantiate, instance: .keep),
    "invoke-read-memory": Invocation(
      module: module, entry: .readMemory(address: 1 << 32, count: 16), instance: .kept),
    "invoke-write-memory": Invocation(
      module: module, entry: .writeMemory(address: 1_024), input: .bytes([0, 255, 10]), instance: .kept),
    "invoke-allocate": Invocation(
      module: module, entry: .writeMemory(address: nil), input: .bytes([0, 255, 10]), instance: .kept),
  ]
}

private func workerMessages() -> [String: WorkerMessage] {
  let id = sampleID
  return [
    "ready": .ready(
      Ready(
        buildID: "1.0.0+a1b2c3", engine: "hanzo-interpreter", fuelModel: "wasmtime-50", pid: 4_242,
        layers: [
          .init(name: "seccomp", state: .active, detail: "25 system calls"), .init(name: "landlock", state: .active),
          .init(name: "user", state: .absent, detail: "not started as root"),
          .init(name: "namespaces", state: .refused, detail: "EPERM"),
        ], resourceLimits: ["nofile": 16, "cpu": 60, "as": 512 << 20])),
    "ready-minimal": .ready(sampleReady),
    "configured": .configured(Configured(id: id)),
    "loaded": .loaded(
      Loaded(
        id: id,
        module: ModuleDescription(
          name: "math", version: "1.2",
          exports: [
            .init(name: "add", kind: .function), .init(name: "memory", kind: .memory), .init(name: "t", kind: .table),
            .init(name: "g", kind: .global), .init(name: "e", kind: .tag),
          ],
          functions: [
            .init(name: "add", parameters: [.init(name: "a", type: "i32"), .init(type: "i32")], results: ["i32"]),
            .init(name: "nothing", parameters: [], results: []),
          ], imports: [.init(module: "env", name: "log", kind: .function, type: "(func (param i32 i32))")],
          memoryPages: 2, byteCount: 41, abi: "{\"document\":\"packed\"}", featuresUsed: ["bulk-memory"],
          loadNanoseconds: 52_000))),
    "loaded-minimal": .loaded(Loaded(id: id, module: ModuleDescription(byteCount: 8))),
    "unloaded": .unloaded(Unloaded(id: id, found: false)),
    "hostCall": .hostCall(
      HostCall(
        id: id, sequence: 1, function: "env.http_request", argument: [4, 20, 4],
        payload: bytes("POSThttps://example.com/body"))),
    "hostCall-values": .hostCall(
      HostCall(
        id: id, sequence: 2, function: "test.values",
        argument: [
          .integer(Int64(Int32.min)), .integer(.max), JSONValue(f64: (0.1).bitPattern), JSONValue(f32: 0x8000_0000),
          JSONValue(f32: 0x7FA0_0001), JSONValue(f64: 0xFFF0_0000_0000_0000), 0, 2,
        ], payload: [0, 255])),
    "log": .log(LogMessage(id: id, record: LogRecord(level: .warning, message: "careful"))),
    "error": .error(ProtocolErrorMessage(ProtocolViolation(.malformedJSON, "unexpected byte at byte 3"))),
  ]
}

private func outcomes() -> [String: Outcome] {
  let usage = Usage(
    fuel: 4, fuelModel: "wasmtime-50", wallNanoseconds: 11_000, cpuNanoseconds: 9_000, instantiateNanoseconds: 2_800,
    peakMemoryBytes: 65_536)
  return [
    "outcome-value": Outcome(result: .success(.json(8)), usage: usage),
    "outcome-profile": Outcome(result: .success(.json(8)), usage: usage, profile: sampleProfile),
    "outcome-null": Outcome(result: .success(.json(nil)), usage: usage),
    "outcome-typed": Outcome(result: .success(.typed([.f64(bits: 0xFFF0_0000_0000_0000)])), usage: usage),
    "outcome-document": Outcome(result: .success(.documentText(bytes("{\"ok\":true}"))), usage: usage),
    "outcome-command": Outcome(
      result: .success(.bytes([0])),
      logs: [.init(level: .info, message: "hello"), .init(level: .error, message: "line\nbreak")], logsTruncated: true,
      stdout: bytes("out"), stderr: bytes("err!"), exitCode: 3, networkDenied: true, usage: usage),
    "outcome-trap": Outcome(
      result: .failure(
        Failure(
          .trap, "unreachable executed in 'alloc'", function: "run", trapKind: "unreachable",
          frames: [.init(functionIndex: 3, name: "alloc", offset: 120), .init(functionIndex: 1, offset: 77)],
          refusedMemoryBytes: 4 << 30)), usage: usage),
    "outcome-fuel": Outcome(
      result: .failure(
        Failure(
          .fuelExhausted, "the fuel limit of 1000 is used up", limit: .init(name: "fuel", value: 1_000),
          networkDenied: true)), usage: usage),
    "outcome-arguments": Outcome(
      result: .failure(Failure(.invalidArguments, "'b' has to be an integer", function: "add", parameter: "b")),
      usage: usage),
  ]
}

/// A profile with everything that one can have.
let sampleProfile = GuestProfile(
  interval: 1_000,
  frames: [
    .init(functionIndex: 1, name: "main"), .init(functionIndex: nil, name: "(truncated)"), .init(functionIndex: .max),
    .init(functionIndex: 2, name: "gr\u{f6}\u{df}e \"\\\u{1}\u{1F600}"),
  ],
  stacks: [
    .init(parent: 0, frame: 0), .init(parent: 1, frame: 3), .init(parent: 0, frame: 1), .init(parent: 3, frame: 2),
  ],
  samples: [
    .init(stack: 1, weight: 1), .init(stack: 0, weight: 2), .init(stack: 2, weight: 1),
    .init(stack: 4, weight: 9_007_199_254_740_993),
  ])

private func failures() -> [String: Failure] {
  [
    "failure-module": Failure(.invalidModule, "type mismatch", location: .offset(35, section: "code")),
    "failure-text": Failure(.invalidModule, "unknown operator", location: .line(3, column: 9)),
    "failure-feature": Failure(.unsupportedFeature, "SIMD is switched off", feature: "simd"),
    "failure-import": Failure(.unresolvedImport, "nobody provides env.magic", unresolvedImport: "env.magic"),
  ]
}
