// Functions of the embedder that guests can call.

import CLinux
import Synchronization
public import WasmJSON
public import WorkerProtocol

/// A function of the host program that guests import and call. To the guest it is an ordinary synchronous function; in
/// the host it is an async closure, which runs concurrently with everything else.
///
/// ```swift
/// let lookup = HostFunction("lookup", parameters: [.string], result: .json) { call in
///   .json(try await database.row(named: call.string(0)))
/// }
/// let runtime = try WasmRuntime(config, hostFunctions: [lookup])
/// ```
///
/// Each call of it crosses the worker's pipe once, counts against ``WasmConfig/Limits/maxHostCalls``, and happens within
/// the deadline of the call that the guest runs in: at the deadline the closure's task is cancelled. The arguments come
/// from a process that may be hostile: they have the declared types, and nothing else about them is certain.
public struct HostFunction: Sendable {
  /// The type of a parameter or result, and what it is to the guest.
  public typealias LiftedType = WorkerProtocol.LiftedType
  /// What becomes of the guest when the closure throws. Either way the error's text stays in the host.
  public typealias FailureMode = WorkerProtocol.HostFunctionDeclaration.FailureMode

  /// An argument, or a result.
  public enum Value: Sendable, Hashable {
    /// The result of a function without one.
    case none
    case i32(Int32)
    case i64(Int64)
    case f32(Float)
    case f64(Double)
    case string(String)
    case bytes([UInt8])
    case json(JSONValue)
  }

  /// An error whose message the caller of the guest's function is told (``WasmError/message``). Any other error works as
  /// well; its description is used then.
  public struct Failure: Error, Sendable, Hashable, CustomStringConvertible {
    public var message: String
    /// Whether the function was refused because of the network policy: the outcome says `networkDenied` then.
    public var isNetworkDenied: Bool
    public init(_ message: String, isNetworkDenied: Bool = false) {
      self.message = message
      self.isNetworkDenied = isNetworkDenied
    }
    public var description: String { message }
  }

  /// One call of the function by a guest.
  public struct Call: Sendable {
    /// One for each declared parameter, of its type: `.string` for `cString` as well.
    public let arguments: [Value]
    /// The name that the guest's module was loaded under, and the function that its caller called.
    public let module: String?
    public let function: String?
    /// What the guest may reach by network: all of these policies have to allow a request.
    public let network: [NetworkPolicy]
    let deadline: Int64
    private let denial = Denial()

    private final class Denial: Sendable {
      let happened = Atomic(false)
    }

    init(arguments: [Value], module: String?, function: String?, network: [NetworkPolicy], deadline: Int64) {
      self.arguments = arguments
      self.module = module
      self.function = function
      self.network = network
      self.deadline = deadline
    }

    /// Notes that the guest wanted something that its network policy does not allow, although the function does not fail:
    /// the outcome says `networkDenied`.
    public func reportNetworkDenied() { denial.happened.store(true, ordering: .relaxed) }

    var wasNetworkDenied: Bool { denial.happened.load(ordering: .relaxed) }

    /// The time until the guest's call ends. Never negative.
    public var remainingTime: Duration { .nanoseconds(max(0, deadline - clinux_monotonic_nanoseconds())) }
  }

  public typealias Body = @Sendable (Call) async throws -> Value

  let declaration: HostFunctionDeclaration
  let body: Body

  /// A function that guests import as `module.name`.
  ///
  /// - Parameters:
  ///   - name: the import's name.
  ///   - module: the import's module, `env` by default. Of `env` only `http_request` may be replaced; what the runtime
  ///     provides itself is reserved, and so is `wasi_snapshot_preview1`.
  ///   - parameters: at most 32.
  ///   - result: nil for a function without a result.
  ///   - onFailure: `.trap` by default: the guest's call fails with ``ErrorCode/hostFunctionFailed``.
  ///   - fuel: what each call costs the guest besides the call instruction, default 0.
  ///   - body: what it does. A value of another type than `result` is a failure; whole numbers fit every number type that
  ///     has room for them.
  public init(
    _ name: String, in module: String = "env", parameters: [LiftedType] = [], result: LiftedType? = nil,
    onFailure: FailureMode = .trap, fuel: UInt64 = 0, _ body: @escaping Body
  ) {
    declaration = HostFunctionDeclaration(
      module: module, name: name, parameters: parameters, result: result, failureMode: onFailure, fuel: fuel)
    self.body = body
  }

  /// `module.name`.
  public var qualifiedName: String { declaration.qualifiedName }
}

extension HostFunction.Value: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral {
  public init(stringLiteral value: String) { self = .string(value) }
  public init(integerLiteral value: Int64) { self = .i64(value) }
  public init(floatLiteral value: Double) { self = .f64(value) }
}

extension HostFunction.Call {
  /// Argument `index` of a parameter declared as `i32`.
  ///
  /// - Throws: ``HostFunction/Failure`` if it is declared otherwise, as do the functions below.
  public func i32(_ index: Int) throws -> Int32 {
    try argument(index, "i32") { if case .i32(let value) = $0 { value } else { nil } }
  }

  public func i64(_ index: Int) throws -> Int64 {
    try argument(index, "i64") { if case .i64(let value) = $0 { value } else { nil } }
  }

  public func f32(_ index: Int) throws -> Float {
    try argument(index, "f32") { if case .f32(let value) = $0 { value } else { nil } }
  }

  public func f64(_ index: Int) throws -> Double {
    try argument(index, "f64") { if case .f64(let value) = $0 { value } else { nil } }
  }

  /// Argument `index` of a parameter declared as `string` or `cString`.
  public func string(_ index: Int) throws -> String {
    try argument(index, "string") { if case .string(let value) = $0 { value } else { nil } }
  }

  public func bytes(_ index: Int) throws -> [UInt8] {
    try argument(index, "bytes") { if case .bytes(let value) = $0 { value } else { nil } }
  }

  public func json(_ index: Int) throws -> JSONValue {
    try argument(index, "json") { if case .json(let value) = $0 { value } else { nil } }
  }

  private func argument<Lifted>(
    _ index: Int, _ type: String, _ lifted: (HostFunction.Value) -> Lifted?
  ) throws -> Lifted {
    guard arguments.indices.contains(index), let value = lifted(arguments[index]) else {
      throw HostFunction.Failure("argument \(index) is not declared as \(type)")
    }
    return value
  }
}
