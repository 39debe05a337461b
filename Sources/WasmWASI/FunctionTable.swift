/// The table of the 46 functions.

public import WasmBinary
public import WasmInterpreter

extension SystemInterface {
  /// A host function that acts on a call's state.
  public typealias Function = @Sendable (HostCall, SystemInterface) throws(Trap) -> Void

  /// All functions of WASI preview 1 by name, with their types. They return an error number; `proc_exit` throws a trap
  /// of kind `.host(code: "exit")`, and writing more than the call's output limit one of kind `.host(code: "outputLimit")`.
  public static let functions: [String: (type: FunctionType, body: Function)] = {
    let definitions =
      processFunctions + clockFunctions + descriptorFunctions + attributeFunctions + inputOutputFunctions
      + directoryFunctions + pathFunctions + nameFunctions
    return Dictionary(uniqueKeysWithValues: definitions.map { ($0.name, ($0.type, $0.function)) })
  }()

  /// A function as its file defines it.
  struct Definition: Sendable {
    typealias Body = @Sendable (GuestCall, SystemInterface) throws(ErrorNumber) -> Void
    var name: String
    var type: FunctionType
    var body: Body

    /// - Parameter parameters: `i` for an i32, `I` for an i64, as the witx's types are lowered.
    init(_ name: String, _ parameters: String, results: [ValueType] = [.i32], _ body: @escaping Body) {
      self.name = name
      type = FunctionType(
        parameters: parameters.utf8.map { $0 == UInt8(ascii: "I") ? .i64 : .i32 }, results: results)
      self.body = body
    }

    var function: Function {
      let body = body
      return { (call, system) throws(Trap) in
        do throws(ErrorNumber) {
          try body(GuestCall(call), system)
          call.setResult(i32: 0)
        } catch {
          if let trap = system.pendingTrap { throw Trap(trap, system) }
          call.setResult(i32: UInt32(error.rawValue))
        }
      }
    }
  }
}

extension Trap {
  /// The codes are those of the worker's `HostTrap`.
  fileprivate init(_ trap: SystemInterfaceTrap, _ system: SystemInterface) {
    system.pendingTrap = nil
    self =
      switch trap {
      case .exit(let code): .host(code: "exit", "the program ended itself with exit code \(code)")
      case .outputLimit:
        .host(code: "outputLimit", "the guest wrote more than \(system.maxOutputBytes) bytes to a standard stream")
      }
  }
}
