/// The official test suite of WASI preview 1, run in this process.

import Foundation
import Testing
import WasmBinary
import WasmInterpreter
import WasmWASI

@Suite(
  "official cases",
  .enabled(if: SharedCase.folder != nil, "the shared folder (HANZO_WASM_SHARED) with cases/wasi is absent"))
struct OfficialTests {
  @Test("all of the manifest's cases are here")
  func countIsKnown() { #expect(SharedCase.all.count == 49) }

  @Test("a case passes in a directory of the host", arguments: SharedCase.all)
  func passesInHostDirectory(_ test: SharedCase) throws {
    let directory = try TemporaryDirectory()
    for (path, contents) in try test.files() {
      if path.hasSuffix("/") {
        try FileManager.default.createDirectory(atPath: directory.at(path), withIntermediateDirectories: true)
      } else {
        try directory.write(path, String(decoding: contents, as: UTF8.self))
      }
    }
    try run(test, .directory(descriptor: directory.descriptor, isWritable: true))
    #expect(openDescriptors(below: directory.path) == [directory.path], "descriptors are left open")
  }

  @Test("a case with files passes in memory", arguments: SharedCase.all.filter { $0.root != nil })
  func passesInMemory(_ test: SharedCase) throws {
    try run(test, .memory(try MemoryFileSystem(files: test.files(), isWritable: true, maxBytes: 1 << 20)))
  }

  private func run(_ test: SharedCase, _ files: SystemInterfaceConfiguration.FileSystem) throws {
    let folder = try #require(SharedCase.folder)
    var configuration = SystemInterfaceConfiguration()
    configuration.arguments = [URL(fileURLWithPath: test.wasm).lastPathComponent] + test.arguments
    configuration.environment = test.environment.map { (name: $0.0, value: $0.1) }
    if test.root != nil { configuration.mounts = [.init(guestPath: "/", fileSystem: files)] }
    let system = SystemInterface(configuration)
    let store = try Store(limits: StoreLimits(memoryBytes: 64 << 20))
    store.setFuel(1_000_000_000)
    let bytes = [UInt8](try Data(contentsOf: folder.appendingPathComponent(test.wasm)))
    let instance = try Instance(try Module.load(bytes), in: store) { item in
      guard item.module == SystemInterface.moduleName, let function = SystemInterface.functions[item.name] else {
        return nil
      }
      return .function(
        store.makeFunction(type: function.type) { (call) throws(Trap) in try function.body(call, system) })
    }
    var trap: Trap?
    do {
      try instance.initialize()
      _ = try instance.invoke(try #require(instance.exportedFunction("_start")), [])
    } catch let found as Trap {
      trap = found
    }
    system.finish()
    let output = String(decoding: system.takeStandardOutput(), as: UTF8.self)
    let error = String(decoding: system.takeStandardError(), as: UTF8.self)
    #expect(trap == nil || trap?.kind == .host(code: "exit"), "\(String(describing: trap)) \(error)")
    #expect(system.exitCode ?? 0 == test.exitCode, "\(error)")
    if let expected = test.standardOutput { #expect(output == expected) }
    if let expected = test.standardError { #expect(error == expected) }
  }
}
