/// The host functions of module `env` (GUEST-ABI.md, "Host functions").

import WasmBinary
import WasmInterpreter
import WasmJSON
import WorkerProtocol

/// A function that the worker provides: its type, and what it does in a call's context.
struct HostFunction: Sendable {
  typealias Body = @Sendable (WasmInterpreter.HostCall, CallContext) throws(Trap) -> Void
  var type: FunctionType
  var body: Body

  init(_ parameters: [ValueType], _ results: [ValueType], _ body: @escaping Body) {
    self.init(type: FunctionType(parameters: parameters, results: results), body)
  }

  init(type: FunctionType, _ body: @escaping Body) {
    self.type = type
    self.body = body
  }
}

/// The functions of `env` by name.
let environmentFunctions: [String: HostFunction] = [
  "log": HostFunction([.i32, .i32], [], log),
  "json_parse": HostFunction([.i32, .i32], [.i32], parseJSON),
  "json_stringify": HostFunction([.i32], [.i32], stringifyJSON),
  "http_request": HostFunction([.i32, .i32, .i32], [.i32], requestHTTP),
  "alloc": HostFunction([.i32], [.i32], allocate),
  "free": HostFunction([.i32], [], release),
  "input_len": HostFunction([], [.i32], inputLength),
  "input_read": HostFunction([.i32, .i32], [.i32], readInput),
  "output_write": HostFunction([.i32, .i32], [.i32], writeOutput),
]

/// What functions that return a handle, an address or a count return when they fail.
private let failed: Int32 = -1

extension WasmInterpreter.HostCall {
  /// A parameter of type `i32` as an address or a length.
  fileprivate func address(_ index: Int) -> UInt64 { UInt64(i32(index)) }

  fileprivate func setResult(_ value: Int32) { setResult(i32: UInt32(bitPattern: value)) }

  /// A copy of a range of the caller's memory; nil if it is out of bounds or longer than `limit`.
  fileprivate func bytes(at address: UInt64, count: UInt64, limit: Int) -> [UInt8]? {
    guard count <= UInt64(limit) else { return nil }
    return memory?.read(at: address, count: Int(count))
  }
}

@Sendable
private func log(_ call: WasmInterpreter.HostCall, _ context: CallContext) throws(Trap) {
  guard let memory = call.memory else { return }
  context.logs.append(
    memory, address: call.address(0), count: call.address(1), dropsInvalidText: context.isLenient)
}

@Sendable
private func parseJSON(_ call: WasmInterpreter.HostCall, _ context: CallContext) throws(Trap) {
  guard let text = call.bytes(at: call.address(0), count: call.address(1), limit: JSONHandles.maximumTextBytes),
    let handle = context.handles.parse(text)
  else { return call.setResult(failed) }
  call.setResult(handle)
}

@Sendable
private func stringifyJSON(_ call: WasmInterpreter.HostCall, _ context: CallContext) throws(Trap) {
  let handle = Int32(truncatingIfNeeded: call.arguments[0])
  guard let memory = call.memory, let value = context.handles.value(handle) else { return call.setResult(failed) }
  let text = value.serialized(.canonical) + [0]
  guard let address = context.arena.allocateText(UInt64(text.count), grow: { memory.grow(pages: $0) }),
    memory.write(text, at: address)
  else { return call.setResult(failed) }
  call.setResult(Int32(truncatingIfNeeded: address))
}

/// No network: `.strict` callers get the error value; `.lenient` ones the fixed document of the original runtime, which
/// never had a network either. Both outcomes say so.
@Sendable
private func requestHTTP(_ call: WasmInterpreter.HostCall, _ context: CallContext) throws(Trap) {
  context.isNetworkDenied = true
  guard context.isLenient, call.memory != nil else { return call.setResult(failed) }
  call.setResult(context.handles.insert(originalAnswer) ?? failed)
}

/// Shared by all handles to it, so that a guest that asks for ever takes no memory for each.
private let originalAnswer = JSONValue.object(JSONObject([("status", 200), ("body", "Mock response")]))

/// Returns 0 when there is no room, as `malloc` does.
@Sendable
private func allocate(_ call: WasmInterpreter.HostCall, _ context: CallContext) throws(Trap) {
  guard let memory = call.memory,
    let address = context.arena.allocate(call.address(0), grow: { memory.grow(pages: $0) })
  else { return call.setResult(0) }
  call.setResult(Int32(truncatingIfNeeded: address))
}

@Sendable
private func release(_ call: WasmInterpreter.HostCall, _ context: CallContext) throws(Trap) {
  context.arena.release(call.address(0))
}

@Sendable
private func inputLength(_ call: WasmInterpreter.HostCall, _ context: CallContext) throws(Trap) {
  call.setResult(Int32(truncatingIfNeeded: context.input.count))
}

@Sendable
private func readInput(_ call: WasmInterpreter.HostCall, _ context: CallContext) throws(Trap) {
  let count = min(Int(call.address(1)), context.input.count - context.inputPosition)
  let end = context.inputPosition + count
  guard let memory = call.memory,
    memory.write(context.input[context.inputPosition..<end], at: call.address(0))
  else { return call.setResult(failed) }
  context.inputPosition = end
  call.setResult(Int32(truncatingIfNeeded: count))
}

@Sendable
private func writeOutput(_ call: WasmInterpreter.HostCall, _ context: CallContext) throws(Trap) {
  let count = call.address(1)
  let written = UInt64(context.output?.count ?? 0)
  guard let memory = call.memory, call.address(0) + count <= UInt64(memory.byteCount) else {
    return call.setResult(failed)
  }
  guard written + count <= context.limits.maxOutputBytes else {
    throw HostTrap.outputLimit.trap(
      "the guest wrote more than \(context.limits.maxOutputBytes) bytes with output_write")
  }
  guard let bytes = memory.read(at: call.address(0), count: Int(count)) else { return call.setResult(failed) }
  context.output = (context.output ?? []) + bytes
  call.setResult(Int32(truncatingIfNeeded: Int(count)))
}
