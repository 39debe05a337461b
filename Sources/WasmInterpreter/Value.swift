/// Values that cross the boundary between guest and host.
public import WasmBinary

internal import CWasmInterpreter

/// A WebAssembly value (Core 3.0, section 4.2.1). Floats are bit patterns, so that no NaN payload is lost.
public enum Value: Hashable, Sendable {
  case i32(UInt32)
  case i64(UInt64)
  case f32(bits: UInt32)
  case f64(bits: UInt64)
  /// A vector; its first lanes are in `low`.
  case v128(low: UInt64, high: UInt64)
  case reference(Reference)

  public static func f32(_ value: Float) -> Value { .f32(bits: value.bitPattern) }
  public static func f64(_ value: Double) -> Value { .f64(bits: value.bitPattern) }

  /// Whether the value may stand where `type` is expected; of declared types only the store that has them knows.
  public func matches(_ type: ValueType) -> Bool {
    switch (self, type) {
    case (.i32, .i32), (.i64, .i64), (.f32, .f32), (.f64, .f64), (.v128, .v128): true
    case (.reference(let reference), _): reference.matches(type)
    default: false
    }
  }

  /// Writes it to a slot, or a vector to two.
  func store(to place: UnsafeMutablePointer<UInt64>) {
    place[0] = slot
    if case .v128(_, let high) = self { place[1] = high }
  }

  /// Reads it from a slot, or a vector from two.
  init(at place: UnsafePointer<UInt64>, type: ValueType, types: StoreTypes) {
    if type == .v128 {
      self = .v128(low: place[0], high: place[1])
    } else {
      self.init(slot: place[0], type: type, types: types)
    }
  }

  /// The slot that holds it, of a vector the first.
  private var slot: UInt64 {
    switch self {
    case .i32(let value): UInt64(value)
    case .i64(let value): value
    case .f32(let bits): UInt64(bits)
    case .f64(let bits): bits
    case .v128(let low, _): low
    case .reference(let reference): reference.slot
    }
  }

  /// Reads a number's slot, of a 32-bit one the low half; anything but a number reads as an `i64`.
  public init(number slot: UInt64, type: ValueType) {
    switch type {
    case .i32: self = .i32(UInt32(truncatingIfNeeded: slot))
    case .f32: self = .f32(bits: UInt32(truncatingIfNeeded: slot))
    case .f64: self = .f64(bits: slot)
    default: self = .i64(slot)
    }
  }

  /// Reads a slot; the upper half of a 32-bit value's slot has no meaning.
  private init(slot: UInt64, type: ValueType, types: StoreTypes) {
    switch type {
    case .i32: self = .i32(UInt32(truncatingIfNeeded: slot))
    case .i64: self = .i64(slot)
    case .f32: self = .f32(bits: UInt32(truncatingIfNeeded: slot))
    case .f64: self = .f64(bits: slot)
    default: self = .reference(Reference(slot: slot, heap: type.heapType ?? .function, types: types))
    }
  }
}

/// What an import is given or an export is.
public enum Extern {
  case function(FunctionReference)
  case table(TableInstance)
  case memory(MemoryInstance)
  case global(GlobalInstance)
  case tag(TagInstance)
}
