/// The module encoder and byte writer, by decoding what they write.

import Testing
import WasmBinary

@Suite("The module encoder")
struct ModuleEncoderTests {
  @Test("an empty module is the header")
  func empty() {
    #expect(ModuleEncoder().encode() == [0, 0x61, 0x73, 0x6D, 1, 0, 0, 0])
  }

  @Test("what is appended is decoded and validates")
  func roundTrip() throws {
    var encoder = ModuleEncoder()
    let type = encoder.appendType(FunctionType(parameters: [.i32, .i32], results: [.i32]))
    let start = encoder.appendType(FunctionType())
    encoder.appendImport(Import(module: "env", name: "start", type: .function(typeIndex: start)))
    encoder.appendImport(
      Import(module: "env", name: "limit", type: .global(GlobalType(value: .i32, isMutable: false))))
    var body = ByteWriter()
    body.appendOpcode(.localGet)
    body.appendUnsigned(UInt32(0))
    body.appendOpcode(.localGet)
    body.appendUnsigned(UInt32(1))
    body.appendOpcode(.i32Add)
    body.appendOpcode(.end)
    encoder.appendFunction(typeIndex: type, locals: [.i64, .i64, .f32], body: body.bytes)
    encoder.appendTable(TableType(element: .funcref, limits: Limits(minimum: 2, maximum: 4)))
    encoder.appendMemory(MemoryType(limits: Limits(minimum: 1)))
    encoder.appendGlobal(
      GlobalType(value: .f64, isMutable: true), initializer: ConstantExpression([.f64Const(bits: 1)]).encoded)
    encoder.appendExport(Export(name: "add", kind: .function, index: 1))
    encoder.start = 0
    let offset = ConstantExpression([.globalGet(0), .i32Const(-1), .i32Add]).encoded
    encoder.appendElements(.active(index: 0, offset: offset), functions: [1])
    encoder.appendElements(.passive, functions: [0, 1])
    encoder.appendElements(.declarative, functions: [1])
    let expressions = ConstantExpression([.refNull(.function)]).encoded + ConstantExpression([.refFunc(1)]).encoded
    encoder.appendElements(.passive, type: .funcref, count: 2, expressions: expressions)
    encoder.appendElements(.active(index: 0, offset: offset), type: .funcref, count: 2, expressions: expressions)
    encoder.appendData(.active(index: 0, offset: offset), bytes: "data".utf8)
    encoder.appendData(.passive, bytes: [])
    encoder.includesDataCount = true
    encoder.appendCustomSection(name: "note", contents: [1, 2, 3])
    encoder.names.moduleName = Array("m".utf8)
    encoder.names.appendFunction(1, name: "add".utf8)
    encoder.names.appendLocals(of: 1, [(index: 0, name: Array("left".utf8))])

    let module = try Module.load(encoder.encode())
    #expect(module.functions == [start, type])
    #expect(module.importedFunctionCount == 1 && module.importedGlobalCount == 1)
    #expect(module.tables.count == 1 && module.memories.count == 1 && module.globals.count == 2)
    #expect(module.exports == [Export(name: "add", kind: .function, index: 1)])
    #expect(module.start == 0)
    #expect(module.elements.map(\.items.count) == [1, 2, 1, 2, 2])
    #expect(module.data.map(\.range.count) == [4, 0])
    #expect(module.dataCount == 2)
    #expect(module.customSections.map(\.name) == ["note", "name"])
    let names = module.decodeNames()
    #expect(names.moduleName == "m")
    #expect(names.functionNames == [1: "add"])
    #expect(names.localNames == [1: [0: "left"]])
  }

  @Test(
    "unsigned LEB128",
    arguments: [
      (0, [0]), (127, [0x7F]), (128, [0x80, 1]), (16_384, [0x80, 0x80, 1]),
      (.max, [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 1]),
    ] as [(UInt64, [UInt8])])
  func unsigned(value: UInt64, bytes: [UInt8]) {
    var writer = ByteWriter()
    writer.appendUnsigned(value)
    #expect(writer.bytes == bytes)
  }

  @Test(
    "signed LEB128",
    arguments: [
      (0, [0]), (63, [0x3F]), (64, [0xC0, 0]), (-1, [0x7F]), (-64, [0x40]), (-65, [0xBF, 0x7F]),
      (.max, [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0]),
      (.min, [0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x7F]),
    ] as [(Int64, [UInt8])])
  func signed(value: Int64, bytes: [UInt8]) {
    var writer = ByteWriter()
    writer.appendSigned(value)
    #expect(writer.bytes == bytes)
  }

  @Test(
    "value types",
    arguments: [
      (.i32, [0x7F]), (.v128, [0x7B]), (.funcref, [0x70]), (.externref, [0x6F]),
      (.reference(.function, nullable: false), [0x64, 0x70]), (.reference(.concrete(0), nullable: true), [0x63, 0]),
      (.reference(.concrete(64), nullable: false), [0x64, 0xC0, 0]),
    ] as [(ValueType, [UInt8])])
  func types(type: ValueType, bytes: [UInt8]) {
    var writer = ByteWriter()
    writer.appendType(type)
    #expect(writer.bytes == bytes)
  }
}
