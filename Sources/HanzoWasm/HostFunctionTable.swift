// The embedder's functions: what is wrong with a list of them, and how a call's values go over the wire.

import WasmJSON
import WorkerProtocol

/// The functions of a runtime by the name that a worker calls them.
struct HostFunctionTable: Sendable {
  private let functions: [String: HostFunction]
  /// As `configure` lists them.
  let declarations: [HostFunctionDeclaration]

  /// - Parameter functions: without ``problems(_:)``.
  init(_ functions: [HostFunction]) {
    self.functions = Dictionary(functions.map { ($0.qualifiedName, $0) }) { first, _ in first }
    declarations = functions.map(\.declaration)
  }

  subscript(name: String) -> HostFunction? { functions[name] }

  /// What is wrong with a list of functions, a sentence each.
  static func problems(_ functions: [HostFunction]) -> [String] {
    var found: [String] = []
    var names: Set<String> = []
    for function in functions {
      let declaration = function.declaration
      let name = quoted(declaration.qualifiedName)
      if !names.insert(declaration.qualifiedName).inserted { found.append("There are two host functions \(name).") }
      if declaration.name.isEmpty || declaration.module.isEmpty || declaration.qualifiedName.utf8.count > 512 {
        found.append("A host function's names must not be empty, nor longer than 512 bytes together: \(name).")
      }
      if declaration.isReserved {
        found.append("The runtime provides \(name) itself; a host function needs another name.")
      }
      if declaration.parameters.count > 32 { found.append("The host function \(name) has more than 32 parameters.") }
      if !declaration.parameters.allSatisfy(\.mayBeParameter) {
        found.append("A parameter of the host function \(name) cannot be a jsonHandle, which only results can.")
      }
      if declaration.result?.mayBeResult == false {
        found.append("The result of the host function \(name) cannot be a cString, which only parameters can.")
      }
    }
    let configure = SupervisorMessage.configure(
      Configure(id: RequestID(0), hostFunctions: functions.map(\.declaration)))
    if found.isEmpty, (try? configure.encoded(limits: .configuration)) == nil {
      found.append("The host functions' declarations together are longer than 60 KiB: have fewer of them.")
    }
    return found
  }
}

extension HostFunction {
  /// The arguments that a worker sent; nil if they are not of the declared types, which no honest worker does.
  ///
  /// - Throws: ``Failure`` for a JSON document that is none, which is the guest's mistake.
  func arguments(_ call: WorkerProtocol.HostCall) throws(Failure) -> [Value]? {
    guard case .array(let elements) = call.argument, elements.count == declaration.parameters.count else { return nil }
    var values: [Value] = []
    var rest = call.payload[...]
    for (element, type) in zip(elements, declaration.parameters) {
      guard let value = argument(element, type, &rest) else { return nil }
      values.append(value)
    }
    guard rest.isEmpty else { return nil }
    for (index, type) in declaration.parameters.enumerated() where type == .json {
      guard case .bytes(let text) = values[index] else { return nil }
      do throws(JSONError) {
        values[index] = .json(try JSONValue(parsing: text, limits: JSONLimits(bytes: text.count)))
      } catch {
        throw Failure("argument \(index) is not a JSON document: \(error)")
      }
    }
    return values
  }

  private func argument(_ element: JSONValue, _ type: LiftedType, _ rest: inout ArraySlice<UInt8>) -> Value? {
    switch type {
    case .i32:
      guard case .integer(let number) = element else { return nil }
      return Int32(exactly: number).map { .i32($0) }
    case .i64:
      guard case .integer(let number) = element else { return nil }
      return .i64(number)
    case .f32: return element.f32Bits.map { .f32(Float(bitPattern: $0)) }
    case .f64: return element.f64Bits.map { .f64(Double(bitPattern: $0)) }
    case .string, .bytes, .json, .cString, .jsonHandle:
      guard case .integer(let number) = element, let count = Int(exactly: number), count >= 0, count <= rest.count
      else {
        return nil
      }
      let bytes = Array(rest.prefix(count))
      rest = rest.dropFirst(count)
      switch type {
      case .bytes, .json: return .bytes(bytes)
      default: return String(validating: bytes, as: UTF8.self).map { .string($0) }
      }
    }
  }

  /// A result as the wire has it.
  ///
  /// - Throws: ``Failure`` if it is not of the declared type.
  func result(_ value: Value) throws -> (value: JSONValue, payload: [UInt8]) {
    switch (declaration.result, value) {
    case (nil, _): return (.null, [])
    case (.i32?, .i32(let number)): return (JSONValue(number), [])
    case (.i32?, .i64(let number)):
      // An i32 is what the guest makes of it, signed or not.
      guard let exact = Int32(exactly: number) ?? UInt32(exactly: number).map({ Int32(bitPattern: $0) }) else { break }
      return (JSONValue(exact), [])
    case (.i64?, .i32(let number)): return (JSONValue(number), [])
    case (.i64?, .i64(let number)): return (JSONValue(number), [])
    case (.f32?, .f32(let number)): return (JSONValue(f32: number.bitPattern), [])
    case (.f32?, .f64(let number)): return (JSONValue(f32: Float(number).bitPattern), [])
    case (.f64?, .f32(let number)): return (JSONValue(f64: Double(number).bitPattern), [])
    case (.f64?, .f64(let number)): return (JSONValue(f64: number.bitPattern), [])
    case (.f32?, .i32(let number)): return (JSONValue(f32: Float(number).bitPattern), [])
    case (.f32?, .i64(let number)): return (JSONValue(f32: Float(number).bitPattern), [])
    case (.f64?, .i32(let number)): return (JSONValue(f64: Double(number).bitPattern), [])
    case (.f64?, .i64(let number)): return (JSONValue(f64: Double(number).bitPattern), [])
    case (.string?, .string(let text)): return (.null, Array(text.utf8))
    case (.bytes?, .bytes(let bytes)): return (.null, bytes)
    case (.bytes?, .string(let text)): return (.null, Array(text.utf8))
    case (.json?, .json(let value)), (.jsonHandle?, .json(let value)): return (.null, value.serialized())
    default: break
    }
    throw Failure("its result is not of the declared type \(declaration.result.map(\.rawValue) ?? "none")")
  }
}
