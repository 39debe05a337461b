// Configurations and calls as JSON documents: what embedders in other languages write.

import Testing
import WasmJSON

@testable import HanzoWasm

/// A configuration in which nothing has its default.
private let fullConfig = """
  {
    "maxMemoryBytes": 1048576, "maxExecutionMilliseconds": 1500.5, "enableWASI": false, "fuelLimit": null,
    "parameters": "lenient", "isolation": "freshProcess", "features": ["wasm2", "tail-call"],
    "determinism": {"seed": 7, "realtimeNanoseconds": 9},
    "wasi": {
      "mounts": [{"guest": "/data", "directory": "/srv", "writable": true}], "environment": [{"name": "A", "value": "b"}],
      "maxFileBytes": 4096, "maxOpenFiles": 9
    },
    "network": {
      "rules": [{"hosts": ["example.com"], "ports": [8443], "methods": ["PUT"], "schemes": ["http"]}],
      "allowedAddresses": ["loopback"], "maxRedirects": 1, "maxRequestBytes": 2, "maxResponseBytes": 3,
      "maxResponseHeaderBytes": 2048
    },
    "policy": {
      "allowedImports": ["env.*"], "maxInitialPages": 5,
      "requiredExports": [
        {"name": "f", "kind": "function", "parameters": ["i32"], "results": ["i64"]}, {"name": "m", "kind": "memory"},
        {"name": "t", "kind": "table"}, {"name": "g", "kind": "global"}
      ]
    },
    "limits": {
      "maxModuleBytes": 65536, "module": {"functions": 5}, "tableElements": 10, "stackBytes": 65537, "maxLogBytes": 11, "maxOutputBytes": 12,
      "maxStringBytes": 13, "maxHostCalls": 14, "fileSystemBytes": 15, "maxCPUMilliseconds": 16, "maxMessageBytes": 65538,
      "maxAttachmentBytes": 65539
    },
    "pool": {
      "minWorkers": 1, "maxWorkers": 1000, "queueLimit": 3, "idleMilliseconds": null, "queueMilliseconds": 5,
      "maxWorkersPerModule": 6, "memoryBudgetBytes": 33554432, "maxCallsPerWorker": 8, "maxWorkerAgeMilliseconds": 9,
      "maxResidentBytes": 10, "startMilliseconds": 12,
      "quarantine": {"workers": 2, "windowMilliseconds": 3, "durationMilliseconds": 4}
    },
    "worker": {
      "path": "/w", "landlock": "required", "identity": "off", "namespaces": "preferred", "uid": 5, "gid": 6,
      "priority": "idle", "placement": "anywhere", "cpuSeconds": 7, "moduleCacheBytes": 1048577
    }
  }
  """

private let fullCall = """
  {
    "module": "m", "entry": {"function": "f"}, "input": {"kind": "arguments", "value": [1, "x"]},
    "limits": {
      "executionMilliseconds": 1, "cpuMilliseconds": 2, "fuel": 3, "memoryBytes": 4, "tableElements": 5, "stackBytes": 6,
      "maxLogBytes": 7, "maxOutputBytes": 8, "maxStringBytes": 9, "maxHostCalls": 10, "fileSystemBytes": 11
    },
    "parameters": "lenient", "results": "typed", "enableWASI": false, "environment": [{"name": "A", "value": "b"}],
    "mounts": [{"guest": "/etc", "files": {"a": "text", "b": [0, 255]}}], "stdout": "discard", "stderr": "log",
    "isolation": "freshSpawn", "determinism": {}, "network": {"rules": []}, "profile": {"interval": 10}
  }
  """

private func config(_ text: String) throws -> WasmConfig {
  try Array(text.utf8).withUnsafeBytes { try WasmConfig(json: $0) }
}

private func call(_ text: String, input: [UInt8] = [], needsModule: Bool = true) throws -> Invocation {
  try Array(text.utf8).withUnsafeBytes {
    try InvocationForm(json: $0, input: input, needsModule: needsModule).invocation
  }
}

/// The properties, with the types that have properties of their own replaced by theirs.
private func properties(_ value: Any, _ path: String = "") -> [(path: String, value: String)] {
  let nested = ["wasi", "network", "limits", "pool", "worker", "quarantine", "policy"]
  return Mirror(reflecting: value).children.flatMap { child -> [(String, String)] in
    guard let label = child.label else { return [] }
    let name = path.isEmpty ? label : "\(path).\(label)"
    let optional = Mirror(reflecting: child.value)
    let value: Any? = optional.displayStyle == .optional ? optional.children.first?.value : child.value
    if let value, nested.contains(label) { return properties(value, name) }
    return [(name, "\(child.value)")]
  }
}

struct JSONFormTests {
  // MARK: Configurations

  @Test func anEmptyDocumentIsTheDefaultConfiguration() throws {
    #expect(try config("{}") == WasmConfig())
    #expect(try config("") == WasmConfig())
  }

  /// A property without a member would keep its default.
  @Test func everyPropertyOfAConfigurationHasAMember() throws {
    let defaults = Dictionary(uniqueKeysWithValues: properties(WasmConfig()))
    let read = properties(try config(fullConfig))
    #expect(read.count > 50)
    for (path, value) in read {
      #expect(defaults[path] != value, "\(path) has no member, or the document leaves it out")
    }
  }

  @Test func membersMeanWhatTheyAreNamedFor() throws {
    let config = try config(fullConfig)
    #expect(config.maxExecutionTime == .microseconds(1_500_500))
    #expect(config.fuelLimit == nil)
    #expect(config.wasi.mounts == [.directory("/srv", at: "/data", isWritable: true)])
    #expect(
      config.network.rules == [.init(hosts: ["example.com"], ports: [8443], methods: ["PUT"], schemes: [.http])])
    #expect(
      config.policy.requiredExports == [.function("f", ["i32"], ["i64"]), .memory("m"), .table("t"), .global("g")])
    #expect(config.pool.idleTimeout == nil)
    #expect(config.pool.quarantine == .init(workers: 2, window: .milliseconds(3), duration: .milliseconds(4)))
    #expect(config.limits.module == ["functions": 5])
    #expect(config.limits.maxCPUTime == .milliseconds(16))
    #expect(config.worker.priority == .idle)
    #expect(config.worker.placement == .anywhere)
    #expect(try self.priority("3") == .lower(by: 3))
    #expect(try self.priority(#""sameAsHost""#) == .sameAsHost)
  }

  private func priority(_ json: String) throws -> WasmConfig.Worker.Priority {
    try config(#"{"worker": {"priority": \#(json)}}"#).worker.priority
  }

  @Test func nullSwitchesTheQuarantineOffAndNothingKeepsIt() throws {
    #expect(try config(#"{"pool": {"quarantine": null}}"#).pool.quarantine == nil)
    #expect(try config(#"{"pool": {}}"#).pool.quarantine == .init())
    #expect(try config(#"{"pool": {"quarantine": {}}}"#).pool.quarantine == .init())
  }

  @Test(arguments: [
    ("[]", "The document must be an object."),
    ("{", "cannot be read"),
    (#"{"maxMemory": 1}"#, "maxMemory is not known."),
    (#"{"pool": {"size": 1}}"#, "pool.size is not known."),
    (#"{"pool": 1}"#, "pool must be an object."),
    (#"{"maxMemoryBytes": -1}"#, "maxMemoryBytes must be a whole number"),
    (#"{"maxMemoryBytes": null}"#, "maxMemoryBytes must be a whole number"),
    (#"{"maxExecutionMilliseconds": "soon"}"#, "maxExecutionMilliseconds must be a number of milliseconds."),
    (#"{"enableWASI": 1}"#, "enableWASI must be true or false."),
    (#"{"isolation": "none"}"#, "isolation must be 'freshInstance', 'freshProcess', 'freshSpawn'."),
    (#"{"features": ["a", 1]}"#, "features must be a list of texts, or null."),
    (#"{"limits": {"module": {"locals": -1}}}"#, "limits.module must be an object of whole numbers from 0 to 2^64-1."),
    (#"{"wasi": {"mounts": [{"guest": "/a"}]}}"#, "wasi.mounts[0].directory or 'files' must be given, and not both."),
    (#"{"wasi": {"mounts": [{"guest": "/a", "files": {"b": [256]}}]}}"#, "wasi.mounts[0].files must be"),
    (#"{"wasi": {"environment": {}}}"#, "wasi.environment must be a list."),
    (#"{"network": {"rules": [{"host": "a"}]}}"#, "network.rules[0].host is not known."),
    (#"{"network": {"allowedAddresses": ["everywhere"]}}"#, "network.allowedAddresses must be"),
    (
      #"{"policy": {"requiredExports": [{"name": "e", "kind": "tag"}]}}"#,
      "policy.requiredExports[0].kind cannot be 'tag'."
    ),
    (#"{"worker": {"priority": "low"}}"#, "worker.priority must be"),
    (#"{"worker": {"placement": "here"}}"#, "worker.placement must be"),
  ])
  func mistakesInAConfigurationAreNamed(document: String, sentence: String) {
    let error = #expect(throws: WasmError.self) { try config(document) }
    #expect(error?.code == .invalidConfiguration)
    #expect(error?.message.contains(sentence) == true, "\(error?.message ?? "no error")")
  }

  @Test func allMistakesAreNamedAtOnce() {
    let error = #expect(throws: WasmError.self) {
      try config(#"{"maxMemoryBytes": "a", "limits": {"stack": 1}, "pool": {"maxWorkers": {}}}"#)
    }
    #expect(error?.problems.count == 3)
  }

  // MARK: Calls

  @Test func everyPropertyOfACallHasAMember() throws {
    let defaults = Dictionary(uniqueKeysWithValues: properties(Invocation(module: "", entry: .instantiate)))
    for (path, value) in properties(try call(fullCall)) {
      #expect(defaults[path] != value, "\(path) has no member, or the document leaves it out")
    }
  }

  @Test func aCallMeansWhatItSays() throws {
    let call = try call(fullCall)
    #expect(call.entry == .function("f"))
    #expect(call.input == .arguments([1, "x"]))
    #expect(call.limits.executionTime == .milliseconds(1))
    #expect(call.mounts == [.files(["a": Array("text".utf8), "b": [0, 255]], at: "/etc")])
    #expect(call.network == NetworkPolicy())
  }

  @Test(arguments: [
    (#"{"kind": "none"}"#, Invocation.Input.none),
    (#"{"kind": "arguments", "value": null}"#, .arguments(.null)),
    (#"{"kind": "document", "value": {"a": 1}}"#, .document(["a": 1])),
    (#"{"kind": "typedArguments", "value": [{"type": "i32", "bits": "0000000a"}]}"#, .typedArguments([.i32(10)])),
    (#"{"kind": "documentText"}"#, .documentText([1, 2])),
    (#"{"kind": "bytes"}"#, .bytes([1, 2])),
    (#"{"kind": "stdin"}"#, .stdin([1, 2])),
  ])
  func anInputIsOfTheKindThatItNames(document: String, input: Invocation.Input) throws {
    let text = #"{"module": "m", "entry": {"function": "f"}, "input": \#(document)}"#
    #expect(try call(text, input: [1, 2]).input == input)
  }

  @Test(arguments: [
    (#"{"entry": {"instantiate": {}}}"#, "module is missing."),
    (#"{"module": 1, "entry": {"instantiate": {}}}"#, "module must be a text."),
    (#"{"module": "m"}"#, "entry is missing."),
    (#"{"module": "m", "entry": {}}"#, "entry must have exactly one member"),
    (#"{"module": "m", "entry": {"readMemory": {"address": 0, "count": 1}}}"#, "entry must have exactly one member"),
    (#"{"module": "m", "entry": {"command": ["a", 1]}}"#, "entry must have exactly one member"),
    (#"{"module": "m", "entry": {"function": "f"}, "input": {}}"#, "input.kind is missing."),
    (#"{"module": "m", "entry": {"function": "f"}, "input": {"kind": "text"}}"#, "input.kind must be"),
    (#"{"module": "m", "entry": {"function": "f"}, "input": {"kind": "document"}}"#, "input.value is missing."),
    (
      #"{"module": "m", "entry": {"function": "f"}, "input": {"kind": "bytes", "value": 1}}"#,
      "input.value has no meaning"
    ),
    (
      #"{"module": "m", "entry": {"function": "f"}, "input": {"kind": "typedArguments", "value": [1]}}"#,
      "input.value cannot be used"
    ),
    (#"{"module": "m", "entry": {"function": "f"}, "limit": {}}"#, "limit is not known."),
    (#"{"module": "m", "entry": {"function": "f"}, "limits": {"fuel": -1}}"#, "limits.fuel must be a whole number"),
  ])
  func mistakesInACallAreNamed(document: String, sentence: String) {
    let error = #expect(throws: WasmError.self) { try call(document) }
    #expect(error?.code == .invalidArguments)
    #expect(error?.message.contains(sentence) == true, "\(error?.message ?? "no error")")
  }

  @Test func aCallOfBytesNeedNotNameAModule() throws {
    #expect(try call(#"{"entry": {"command": ["a"]}}"#, needsModule: false).entry == .command(arguments: ["a"]))
  }
}

extension JSONFormTests {
  /// The number of a code is part of the C interface: Sources/CHanzoWasm/include/hanzo_wasm.h.
  @Test func codesKeepTheirPlaces() {
    let names = ErrorCode.allCases.map(\.rawValue)
    #expect(names.count == 28)
    #expect(
      names.first == "moduleNotFound" && names[9] == "trap" && names[11] == "timedOut" && names.last == "shutDown")
  }
}

@Suite(.enabled(if: RealWorker.isThere, "\(RealWorker.reason)"))
struct BytesWithoutALoadTests {
  private let module = Array(
    """
    (module
      (func (export "add") (param i32 i32) (result i32) (i32.add (local.get 0) (local.get 1)))
      (func (export "spin") (loop $again (br $again))))
    """.utf8)

  @Test func anInvocationOfBytesHasItsLimitsAndLeavesNothingListed() async throws {
    try await WasmRuntime.withRuntime(RealWorker.config()) { runtime in
      let sum = Invocation(module: "whatever", function: "add", parameters: [5, 3])
      let outcome = try await runtime.invokeBytes(module, sum)
      #expect(try outcome.json() == 8)
      var spin = Invocation(module: "", function: "spin")
      spin.limits.fuel = 1_000
      let error = await #expect(throws: WasmError.self) { try await runtime.invokeBytes(module, spin) }
      #expect(error?.code == .fuelExhausted)
      #expect(runtime.listModules().isEmpty)
    }
  }

  @Test func aRuntimeThatIsShutDownSaysSoAndNotThatItKnowsNoModule() async throws {
    let runtime = try WasmRuntime(RealWorker.config())
    try await runtime.loadModule("m", module)
    await runtime.shutdown()
    let error = await #expect(throws: WasmError.self) { try await runtime.execute("m", "add", [1, 2]) }
    #expect(error?.code == .shutDown)
  }
}
