/// A worker process from its command line to its exit code.

import Confinement
import Glibc
import WasmInterpreter
import WasmJSON
import WorkerProtocol

/// What `main` does, in order: parse the command line, confine, say `ready`, serve.
public enum WorkerProcess {
  private static let input: Int32 = 0
  private static let output: Int32 = 1
  /// The exit code for a command line that is not understood (PROTOCOL.md, "Exit codes").
  private static let argumentsExitCode: Int32 = 98

  /// Runs the worker.
  ///
  /// - Parameter arguments: the command line behind the program's name.
  /// - Returns: the process's exit code.
  public static func run(_ arguments: some Sequence<String>) -> Int32 {
    let parsed: WorkerArguments
    do throws(WorkerArgumentsError) {
      parsed = try WorkerArguments.parse(arguments)
    } catch {
      complain("\(error)")
      return argumentsExitCode
    }
    // A supervisor that goes away while an answer is written is not an error: write says EPIPE then.
    signal(SIGPIPE, SIG_IGN)
    // Nor is a file that would become longer than it may be: the guest is told.
    signal(SIGXFSZ, SIG_IGN)
    let confinement = ConfinementConfiguration(parsed)
    let layers: [LayerReport]
    var child: ChildConfinement?
    do throws(ConfinementError) {
      if confinement.templateDescriptor == nil {
        layers = try Confinement.confine(confinement, warmUp: warmUp)
      } else {
        (layers, child) = try Confinement.confineTemplate(confinement, warmUp: warmUp)
      }
    } catch {
      complain("\(error)")
      return error.exitCode
    }
    let limits = FrameLimits(
      maxJSONBytes: UInt32(clamping: parsed.maxMessageBytes),
      maxAttachmentBytes: UInt32(clamping: parsed.maxAttachmentBytes))
    var loop = FrameLoop(
      input: input, output: output, limits: limits, directories: confinement.directories, child: child)
    return loop.run(ready: ready(parsed, layers))
  }

  private static func ready(_ arguments: WorkerArguments, _ layers: [LayerReport]) -> Ready {
    Ready(
      buildID: Ready.currentBuildID, engine: RequestHandler.engineName, fuelModel: fuelModelName,
      pid: UInt32(clamping: getpid()), layers: layers.map(Ready.Layer.init),
      resourceLimits: [
        "as": arguments.addressSpaceBytes, "data": arguments.dataBytes, "cpu": arguments.cpuSeconds,
        "nofile": arguments.openFiles, "stack": arguments.stackBytes,
      ])
  }

  /// Everything that is set up at its first use, used once: a module of the worker's own goes all the way.
  private static func warmUp() {
    var handler = RequestHandler()
    let source = #"""
      (module (import "env" "log" (func (param i32 i32))) (memory (export "memory") 1)
        (data (i32.const 0) "warm")
        (func (export "warm_str") (param f64) (result i32) i32.const 0 i32.const 4 call 0 i32.const 0))
      """#
    guard let hash = ModuleHash(String(repeating: "0", count: 64)) else { return }
    let id = RequestID(0)
    let invocation = Invocation(module: hash, entry: .function("warm_str"), input: .arguments([1.5]))
    let requests: [SupervisorMessage] = [
      .configure(Configure(id: id)), .load(Load(id: id, hash: hash, module: Array(source.utf8))),
      .invoke(Invoke(id: id, invocation: invocation)),
    ]
    for request in requests { try? serve(request, &handler) }
    // The hasher's seed.
    _ = Set([1])
  }

  /// Decodes, answers and encodes, and an invocation again on the short way of repeated ones.
  private static func serve(_ request: SupervisorMessage, _ handler: inout RequestHandler) throws {
    let bytes = try request.encoded().bytes
    try bytes.withUnsafeBytes { bytes in
      var decoder = FrameDecoder(limits: .default)
      guard let frame = try decoder.frameInPlace(bytes) else { return }
      var shape: InvokeShape?
      let message = try SupervisorMessage(frame, noting: &shape)
      _ = try handler.answer(message, shape: shape)?.encoded()
      var repeated = RepeatedInvoke()
      guard let shape, shape.read(frame, into: &repeated) else { return }
      var plain = PlainOutcome()
      _ = handler.answer(&repeated, like: shape, &plain)
      var encoder = PlainOutcomeEncoder()
      _ = encoder.encode(RequestID(0), plain, limits: .default)
    }
  }

  /// One line on standard error.
  private static func complain(_ message: String) {
    let line = Array("hanzo-wasm-worker: \(message)\n".utf8)
    _ = line.withUnsafeBytes { Glibc.write(2, $0.baseAddress, $0.count) }
  }
}

extension Ready.Layer {
  fileprivate init(_ report: LayerReport) {
    let state: State =
      switch report.state {
      case .inForce: .active
      case .off, .absent: .absent
      case .refused: .refused
      }
    self.init(name: report.layer.rawValue, state: state, detail: report.detail)
  }
}
