/// Functions that the supervisor serves, as functions that guests import (GUEST-ABI.md, "Functions of the embedder").

import WasmBinary
import WasmInterpreter
import WasmJSON
import WorkerProtocol

/// The declared functions by module and name.
struct SupervisorFunctions {
  private var functions: [String: [String: HostFunction]] = [:]

  init() {}

  /// - Throws: `invalidConfiguration` if two have one name, or one has the name of a function of the worker's own.
  init(_ declarations: [HostFunctionDeclaration]) throws(Failure) {
    var names: Set<String> = []
    for declaration in declarations {
      let name = declaration.qualifiedName
      guard !declaration.isReserved else {
        throw Failure(.invalidConfiguration, "the name \(name) belongs to a function of the worker's own")
      }
      let function = HostFunction(type: declaration.wasmType) { (call, context) throws(Trap) in
        try SupervisorFunctionCall(declaration: declaration, call: call, context: context).run()
      }
      guard names.insert(name).inserted else {
        throw Failure(.invalidConfiguration, "the host function \(name) is declared twice")
      }
      functions[declaration.module, default: [:]][declaration.name] = function
    }
  }

  subscript(module: String, name: String) -> HostFunction? { functions[module]?[name] }
}

extension HostFunctionDeclaration {
  /// What it is to the guest.
  var wasmType: FunctionType {
    FunctionType(parameters: parameters.flatMap(\.wasmParameters), results: result.map { [$0.wasmResult] } ?? [])
  }
}

extension LiftedType {
  fileprivate var wasmParameters: [ValueType] {
    switch self {
    case .i32, .cString, .jsonHandle: [.i32]
    case .i64: [.i64]
    case .f32: [.f32]
    case .f64: [.f64]
    case .string, .bytes, .json: [.i32, .i32]
    }
  }

  fileprivate var wasmResult: ValueType {
    switch self {
    case .i32, .jsonHandle, .cString: .i32
    case .f32: .f32
    case .f64: .f64
    case .i64, .string, .bytes, .json: .i64
    }
  }
}

/// One call of such a function by the guest.
private struct SupervisorFunctionCall {
  let declaration: HostFunctionDeclaration
  let call: WasmInterpreter.HostCall
  let context: CallContext

  /// What the function's failure mode decides about.
  private struct Refusal: Error {
    var failure: Failure
    init(_ failure: Failure) { self.failure = failure }
  }

  func run() throws(Trap) {
    guard context.linked.store.consumeFuel(declaration.fuel) else {
      throw Trap(kind: .fuelExhausted, message: "all fuel consumed")
    }
    let result: HostResult
    do throws(Refusal) {
      let (argument, payload) = try lowerArguments()
      result = try ask(argument, payload)
    } catch {
      return try fail(error.failure)
    }
    if result.networkDenied { context.isNetworkDenied = true }
    switch result.result {
    case .failure(var failure):
      // Whatever the supervisor calls it: a worker cannot report every code.
      if failure.code != .networkDenied { failure.code = .hostFunctionFailed }
      try fail(failure)
    case .success(let value): try lift(value, result.payload)
    }
  }

  private func ask(_ argument: JSONValue, _ payload: [UInt8]) throws(Refusal) -> HostResult {
    guard let supervisor = context.supervisor else { throw refusal("there is no supervisor") }
    do throws(SupervisorCallError) {
      return try supervisor.call(declaration.qualifiedName, argument, payload: payload)
    } catch {
      switch error {
      case .tooManyCalls:
        // Not for the guest to go on from, or it would ask for ever.
        context.endsCall = true
        let limit = context.limits.maxHostCalls
        throw Refusal(
          Failure(
            .hostFunctionFailed, "the call made more than \(limit) calls of host functions",
            function: declaration.qualifiedName, limit: Failure.Limit(name: "maxHostCalls", value: limit)))
      case .tooLarge: throw tooLarge
      case .disconnected:
        context.endsCall = true
        throw refusal("the supervisor is gone")
      }
    }
  }

  private var tooLarge: Refusal { refusal("its arguments do not fit into a frame") }

  private func refusal(_ reason: String) -> Refusal {
    Refusal(
      Failure(
        .hostFunctionFailed, "the host function \(declaration.qualifiedName) was not called: \(reason)",
        function: declaration.qualifiedName))
  }

  /// Ends the call, or gives the guest its error value.
  private func fail(_ failure: Failure) throws(Trap) {
    if failure.code == .networkDenied { context.isNetworkDenied = true }
    guard !context.endsCall, case .returns(let value) = declaration.failureMode else { throw context.trap(failure) }
    switch declaration.result?.wasmResult {
    case .f32: call.setResult(i32: Float(value).bitPattern)
    case .f64: call.setResult(i64: Double(value).bitPattern)
    case .i32: call.setResult(i32: UInt32(truncatingIfNeeded: value))
    case .i64: call.setResult(i64: UInt64(bitPattern: value))
    default: return
    }
  }

  // MARK: Arguments

  /// Numbers are the argument's elements; what is bulk is in the payload, one behind the other, and its length an element.
  private func lowerArguments() throws(Refusal) -> (JSONValue, payload: [UInt8]) {
    var elements: [JSONValue] = []
    var payload: [UInt8] = []
    var slot = 0
    let room = context.supervisor?.maximumPayloadBytes ?? 0
    for (index, type) in declaration.parameters.enumerated() {
      switch type {
      case .i32: elements.append(.integer(Int64(Int32(bitPattern: call.i32(slot)))))
      case .i64: elements.append(.integer(Int64(bitPattern: call.i64(slot))))
      case .f32: elements.append(JSONValue(f32: call.i32(slot)))
      case .f64: elements.append(JSONValue(f64: call.i64(slot)))
      case .string, .bytes, .json, .cString, .jsonHandle:
        let bytes = try bulk(type, index, slot, room: room - payload.count)
        elements.append(JSONValue(bytes.count))
        payload += bytes
      }
      slot += type.wasmParameters.count
    }
    return (.array(elements), payload)
  }

  /// - Parameter room: bytes that may be copied.
  private func bulk(_ type: LiftedType, _ index: Int, _ slot: Int, room: Int) throws(Refusal) -> [UInt8] {
    guard let memory = call.memory else { throw refusal("the guest has no memory") }
    let address = UInt64(call.i32(slot))
    let bytes: [UInt8]
    if type == .cString {
      switch GuestText.read(memory, at: address, cap: UInt64(room)) {
      case .ended(let text): bytes = text
      case .cut: throw tooLarge
      case .outOfRange: throw refusal("argument \(index) lies outside of the memory")
      }
    } else {
      guard Int(call.i32(slot + 1)) <= room else { throw tooLarge }
      guard let range = memory.read(at: address, count: Int(call.i32(slot + 1))) else {
        throw refusal("argument \(index) lies outside of the memory")
      }
      bytes = range
    }
    guard type == .bytes || String(validating: bytes, as: UTF8.self) != nil else {
      throw refusal("argument \(index) is not UTF-8")
    }
    return bytes
  }

  // MARK: The result

  private func lift(_ value: JSONValue, _ payload: [UInt8]) throws(Trap) {
    switch declaration.result {
    case nil: return
    case .i32?:
      guard case .integer(let number) = value else { return try misfit() }
      call.setResult(i32: UInt32(truncatingIfNeeded: number))
    case .i64?:
      guard case .integer(let number) = value else { return try misfit() }
      call.setResult(i64: UInt64(bitPattern: number))
    case .f32?:
      guard let bits = value.f32Bits else { return try misfit() }
      call.setResult(i32: bits)
    case .f64?:
      guard let bits = value.f64Bits else { return try misfit() }
      call.setResult(i64: bits)
    case .jsonHandle?, .cString?:
      guard let handle = context.handles.parse(payload) else {
        return try fail(
          Failure(
            .hostFunctionFailed,
            "the answer of \(declaration.qualifiedName) is too large for a handle, or there are too many of them",
            function: declaration.qualifiedName))
      }
      call.setResult(i32: UInt32(bitPattern: handle))
    case .string?, .bytes?, .json?: try copy(payload)
    }
  }

  /// Copies the result into the guest's memory, by its own allocator if it has one.
  private func copy(_ payload: [UInt8]) throws(Trap) {
    guard !payload.isEmpty else { return call.setResult(i64: 0) }
    let address: UInt32
    do {
      address = try GuestInput(linked: context.linked, context: context, function: declaration.qualifiedName).copy(
        payload)
    } catch let failure as Failure {
      return try fail(failure)
    } catch let trap as Trap {
      throw trap
    } catch {
      return try misfit()
    }
    call.setResult(i64: UInt64(address) << 32 | UInt64(payload.count))
  }

  private func misfit() throws(Trap) {
    try fail(
      Failure(
        .hostFunctionFailed, "the answer of \(declaration.qualifiedName) has not the declared type",
        function: declaration.qualifiedName))
  }
}
