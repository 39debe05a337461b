// wasmtime's library, which validates with the same code as `wasm-tools validate`: asked about every input, in this process.

import Glibc

/// An engine that has switched on all that this engine implements.
struct Oracle {
  private typealias Validate = @convention(c) (OpaquePointer, UnsafePointer<UInt8>?, Int) -> OpaquePointer?
  private typealias Assemble =
    @convention(c) (
      UnsafePointer<CChar>?, Int, UnsafeMutableRawPointer
    ) -> OpaquePointer?
  private typealias Message = @convention(c) (OpaquePointer, UnsafeMutableRawPointer) -> Void
  private typealias Delete = @convention(c) (OpaquePointer) -> Void
  private typealias DeleteVector = @convention(c) (UnsafeMutableRawPointer) -> Void

  /// `wasm_byte_vec_t` of wasm.h.
  struct ByteVector {
    var size = 0
    var data: UnsafeMutablePointer<UInt8>?
  }

  private let engine: OpaquePointer
  private let validateModule: Validate
  private let assembleText: Assemble
  private let errorMessage: Message
  private let deleteError: Delete
  private let deleteVector: DeleteVector

  /// nil, with a line on standard error, if the library is not there or is another one.
  init?(path: String) {
    guard let library = dlopen(path, RTLD_NOW | RTLD_LOCAL) else {
      warn("cannot load \(path): \(dlerror().map { String(cString: $0) } ?? "")")
      return nil
    }
    func function<Function>(_ name: String, _ type: Function.Type) -> Function? {
      guard let address = dlsym(library, name) else {
        warn("\(path) has no function \(name)")
        return nil
      }
      return unsafeBitCast(address, to: type)
    }
    typealias New = @convention(c) () -> OpaquePointer
    typealias NewEngine = @convention(c) (OpaquePointer) -> OpaquePointer
    typealias Switch = @convention(c) (OpaquePointer, Bool) -> Void
    guard let newConfig = function("wasm_config_new", New.self),
      let newEngine = function("wasm_engine_new_with_config", NewEngine.self),
      let validateModule = function("wasmtime_module_validate", Validate.self),
      let assembleText = function("wasmtime_wat2wasm", Assemble.self),
      let errorMessage = function("wasmtime_error_message", Message.self),
      let deleteError = function("wasmtime_error_delete", Delete.self),
      let deleteVector = function("wasm_byte_vec_delete", DeleteVector.self)
    else { return nil }
    let config = newConfig()
    let on = [
      "bulk_memory", "exceptions", "function_references", "gc", "memory64", "multi_memory", "multi_value",
      "reference_types", "relaxed_simd", "simd", "tail_call", "threads",
    ]
    let off = [
      "wide_arithmetic", "custom_page_sizes", "stack_switching", "component_model", "compact_imports",
    ]
    for name in on + off {
      guard let set = function("wasmtime_config_wasm_\(name)_set", Switch.self) else { return nil }
      set(config, on.contains(name))
    }
    engine = newEngine(config)
    self.validateModule = validateModule
    self.assembleText = assembleText
    self.errorMessage = errorMessage
    self.deleteError = deleteError
    self.deleteVector = deleteVector
  }

  /// Why it refuses the module; nil if it accepts it.
  func refusal(of module: UnsafeBufferPointer<UInt8>) -> String? {
    validateModule(engine, module.baseAddress, module.count).map(take)
  }

  enum Assembled {
    case module([UInt8])
    case refused(String)
  }

  func assemble(_ text: UnsafeBufferPointer<UInt8>) -> Assembled {
    var output = ByteVector()
    let error = text.withMemoryRebound(to: CChar.self) { assembleText($0.baseAddress, $0.count, &output) }
    if let error { return .refused(take(error)) }
    defer { deleteVector(&output) }
    return .module([UInt8](UnsafeBufferPointer(start: output.data, count: output.size)))
  }

  private func take(_ error: OpaquePointer) -> String {
    var message = ByteVector()
    errorMessage(error, &message)
    defer {
      deleteVector(&message)
      deleteError(error)
    }
    return String(decoding: UnsafeBufferPointer(start: message.data, count: message.size), as: UTF8.self)
  }
}
