/// References into the heap as the host holds them.
internal import CWasmInterpreter
internal import Synchronization
public import WasmBinary

/// The objects of a store that the host holds, each with how many references it has: roots of every collection.
final class HeldObjects: Sendable {
  // References end on whatever thread drops them.
  private let counts = Mutex<[UInt64: Int]>([:])

  var slots: [UInt64] { counts.withLock { Array($0.keys) } }

  fileprivate func add(_ slot: UInt64) { counts.withLock { $0[slot, default: 0] += 1 } }

  fileprivate func remove(_ slot: UInt64) {
    counts.withLock { counts in
      guard let count = counts[slot] else { return }
      counts[slot] = count > 1 ? count - 1 : nil
    }
  }
}

/// Keeps one object alive.
final class HeldObject: Sendable {
  let slot: UInt64
  private let objects: HeldObjects

  init(_ slot: UInt64, in objects: HeldObjects) {
    self.slot = slot
    self.objects = objects
    objects.add(slot)
  }

  deinit { objects.remove(slot) }
}

/// A struct or array of a store as the host holds it: identity and kind. The object stays as long as the host holds it; the
/// reference is of no use when the store is gone.
public struct ObjectReference: Hashable, Sendable {
  public enum Kind: Hashable, Sendable { case structure, array }
  public let kind: Kind
  /// Of its type, in the store.
  let typeNumber: UInt32
  let object: HeldObject

  public static func == (left: ObjectReference, right: ObjectReference) -> Bool {
    left.object.slot == right.object.slot
  }
  public func hash(into hasher: inout Hasher) { hasher.combine(object.slot) }
}

/// An exception of a store as the host holds it: identity only. It stays as long as the host holds it.
public struct ExceptionReference: Hashable, @unchecked Sendable {
  // Threads never share a store, and a tag does not change.
  /// The exception's tag.
  public let tag: TagInstance
  let object: HeldObject

  public static func == (left: ExceptionReference, right: ExceptionReference) -> Bool {
    left.object.slot == right.object.slot
  }
  public func hash(into hasher: inout Hasher) { hasher.combine(object.slot) }
}

/// A reference value: null, something of the store, a small integer, or a number that only the host understands.
public enum Reference: Hashable, Sendable {
  case null(HeapType)
  case function(FunctionReference)
  /// An opaque host reference, at most `largestExternal`: no value with a larger number matches a type.
  case external(UInt64)
  case exception(ExceptionReference)
  /// The low 31 bits.
  case i31(UInt32)
  case object(ObjectReference)

  /// The largest number of a host reference.
  public static let largestExternal = UInt64.max >> 2

  /// Section 3.3.3, for abstract heap types. Everything may be an external reference: `extern.convert_any`.
  func matches(_ type: ValueType) -> Bool {
    guard let heap = type.heapType else { return false }
    return switch self {
    case .null: type.isNullable
    case .function: heap == .function
    case .external(let number): (heap == .external || heap == .any) && number <= Self.largestExternal
    case .exception: heap == .exception
    case .i31(let bits): [.i31, .equatable, .any, .external].contains(heap) && bits <= 0x7FFF_FFFF
    case .object(let object):
      [.equatable, .any, .external, object.kind == .structure ? .structure : .array].contains(heap)
    }
  }

  /// As hw_function's comment in CWasmInterpreter.h says.
  var slot: UInt64 {
    switch self {
    case .null: 0
    case .function(let function): function.slot
    case .external(let number): number << 2 | 2
    case .exception(let exception): exception.object.slot
    case .i31(let bits): UInt64(bits & 0x7FFF_FFFF) << 2 | 1
    case .object(let reference): reference.object.slot
    }
  }

  init(slot: UInt64, heap: HeapType, types: StoreTypes) {
    switch slot & 7 {
    case 0:
      guard let object = UnsafePointer<hw_object>(bitPattern: UInt(slot)) else {
        self = .null(types.abstract(heap))
        return
      }
      let number = object.pointee.type
      let held = HeldObject(slot, in: types.held)
      switch types.composites[Int(number)] {
      case .function: self = .exception(ExceptionReference(tag: ExceptionLayout.tag(of: object), object: held))
      case .structure: self = .object(ObjectReference(kind: .structure, typeNumber: number, object: held))
      case .array: self = .object(ObjectReference(kind: .array, typeNumber: number, object: held))
      }
    case 1, 5: self = .i31(UInt32(truncatingIfNeeded: slot >> 2))
    case 2, 6: self = .external(slot >> 2)
    default:
      // unreachable: no reference has other low bits.
      self = hw_function_from(slot).map { .function(FunctionReference(pointer: $0)) } ?? .null(heap)
    }
  }
}

/// A function of a store: identity only. Valid as long as the store lives.
public struct FunctionReference: Hashable, @unchecked Sendable {
  // The record is owned by the store; threads never share a store.
  let pointer: UnsafeMutablePointer<hw_function>

  var slot: UInt64 { UInt64(UInt(bitPattern: pointer)) + UInt64(HW_FUNCTION_BIT) }
}
