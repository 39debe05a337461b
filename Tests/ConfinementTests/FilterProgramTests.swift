// The exported filter, evaluated for both machines without either's hardware, against the table of system calls.

import CSeccomp
import Confinement
import Foundation
import Testing

/// What the kernel's classic BPF interpreter would answer (seccomp(2), struct seccomp_data).
struct FilterProgram {
  private struct Instruction {
    var code: UInt16
    var jumpTrue: UInt8
    var jumpFalse: UInt8
    var operand: UInt32
  }

  private let instructions: [Instruction]
  var count: Int { instructions.count }

  init(_ bytes: [UInt8]) {
    instructions = stride(from: 0, to: bytes.count - 7, by: 8).map { start in
      func little(_ offset: Int, _ count: Int) -> UInt32 {
        (0..<count).reduce(0) { $0 | UInt32(bytes[start + offset + $1]) << (8 * UInt32($1)) }
      }
      return Instruction(
        code: UInt16(little(0, 2)), jumpTrue: bytes[start + 2], jumpFalse: bytes[start + 3], operand: little(4, 4))
    }
  }

  enum Failure: Error { case unknownInstruction(UInt16), endWithoutAnswer }

  /// The action for a call. Arguments beyond those given are 0.
  func answer(number: UInt32, machine: UInt32, arguments: [UInt64]) throws -> UInt32 {
    // nr, arch, instruction pointer (two words), six arguments (low word, high word).
    var data: [UInt32] = [number, machine, 0, 0]
    for index in 0..<6 {
      let argument = index < arguments.count ? arguments[index] : 0
      data.append(UInt32(truncatingIfNeeded: argument))
      data.append(UInt32(truncatingIfNeeded: argument >> 32))
    }
    var accumulator: UInt32 = 0
    var position = 0
    while position < instructions.count {
      let instruction = instructions[position]
      position += 1
      let operand = instruction.operand
      func jump(_ condition: Bool) {
        position += Int(condition ? instruction.jumpTrue : instruction.jumpFalse)
      }
      switch instruction.code {
      case 0x20: accumulator = data[Int(operand / 4)]
      case 0x54: accumulator &= operand
      case 0x05: position += Int(operand)
      case 0x15: jump(accumulator == operand)
      case 0x25: jump(accumulator > operand)
      case 0x35: jump(accumulator >= operand)
      case 0x45: jump(accumulator & operand != 0)
      case 0x06: return operand
      default: throw Failure.unknownInstruction(instruction.code)
      }
    }
    throw Failure.endWithoutAnswer
  }
}

@Suite("The system call filter as a program")
struct FilterProgramTests {
  static let processIdentifier: Int32 = 4_321
  static let kill: UInt32 = 0x8000_0000
  static let allow: UInt32 = 0x7fff_0000

  struct Machine: Sendable, CustomTestStringConvertible {
    var architecture: FilterArchitecture
    /// AUDIT_ARCH_X86_64, AUDIT_ARCH_AARCH64.
    var token: UInt32
    var testDescription: String { architecture.rawValue }

    func number(_ name: String) -> Int32 {
      seccomp_syscall_resolve_name_arch(seccomp_arch_resolve_name(architecture.rawValue), name)
    }

    func name(_ number: Int32) -> String? {
      guard let name = seccomp_syscall_resolve_num_arch(seccomp_arch_resolve_name(architecture.rawValue), number)
      else { return nil }
      defer { free(name) }
      return String(cString: name)
    }
  }

  static let machines = [
    Machine(architecture: .x86_64, token: 0xc000_003e), Machine(architecture: .aarch64, token: 0xc000_00b7),
  ]

  static func program(_ machine: Machine) throws -> FilterProgram {
    let filter = try SystemCallFilter(
      rules: SystemCallRule.strict(processIdentifier: processIdentifier), violation: .killProcess,
      architecture: machine.architecture)
    return FilterProgram(try filter.exportProgram())
  }

  /// The table of the design, written a second time and independently: whether a call with these arguments is admitted.
  static func isAdmitted(_ name: String, _ arguments: [UInt64]) -> Bool {
    func word(_ index: Int) -> UInt32 { UInt32(truncatingIfNeeded: arguments[index]) }
    switch name {
    case "munmap", "brk", "exit", "exit_group", "rt_sigreturn", "restart_syscall", "sigaltstack", "getpid", "gettid":
      return true
    case "read": return word(0) == 0
    case "write": return word(0) == 1 || word(0) == 2
    case "mmap":
      // MAP_PRIVATE | MAP_ANONYMOUS, with MAP_NORESERVE, MAP_STACK and MAP_FIXED_NOREPLACE in any combination.
      return arguments[2] <= 3 && (arguments[3] & ~(0x4000 | 0x2_0000 | 0x10_0000)) == 0x22 && word(4) == UInt32.max
    case "mprotect": return arguments[2] <= 3
    case "mremap": return arguments[3] == 1
    case "madvise": return [0, 4, 8, 16, 15].contains(word(2))
    case "futex": return [128, 129, 137, 138].contains(word(1))
    case "clock_gettime", "clock_getres": return word(0) <= 7
    case "clock_nanosleep": return word(0) <= 1
    case "getrandom": return word(2) <= 3
    case "rt_sigprocmask": return arguments[3] == 8
    case "tgkill": return word(0) == UInt32(processIdentifier) && word(2) == 6
    default: return false
    }
  }

  /// Interesting values of one argument.
  static let values: [UInt64] =
    [
      0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 12, 14, 15, 16, 21, 22, 25, 100, 128, 129, 134, 137, 138, 256 + 128,
      UInt64(processIdentifier), 0x22, 0x21, 0x32, 0x122, 0x4022, 0x2_0022, 0x4_0022, 0x10_0022, 0x12_4022, 0x8022,
      0x100_0000, 0x200_0000, 0xffff_fff8, 0xffff_ffff, 0xffff_fffe, UInt64.max, UInt64.max - 1,
    ] + [0, 1, 3, 5, 8, 0x22, 128].map { $0 | 1 << 32 } + [1, 3].map { $0 | 1 << 63 }

  @Test("every number from 0 to 700 is answered as the table says, whatever its arguments", arguments: machines)
  func everyNumber(machine: Machine) throws {
    let program = try Self.program(machine)
    var admittedNames: Set<String> = []
    for number in UInt32(0)...700 {
      let name = machine.name(Int32(number)) ?? "?"
      // Arguments that each of the forms above would take, then every one varied over the interesting values.
      for base: [UInt64] in [
        [0, 0, 0, 0, 0, 0], [1, 128, 4, 1, 0, 0], [0, 4_096, 3, 0x22, .max, 0],
        [UInt64(Self.processIdentifier), 4_321, 6, 8, 0xffff_ffff, 0],
      ] {
        for index in 0..<6 {
          for value in Self.values {
            var arguments = base
            arguments[index] = value
            let answer = try program.answer(number: number, machine: machine.token, arguments: arguments)
            let expected = Self.isAdmitted(name, arguments) ? Self.allow : Self.kill
            if answer != expected { Issue.record("\(name) \(arguments): \(String(answer, radix: 16))") }
            if answer == Self.allow { admittedNames.insert(name) }
          }
        }
      }
    }
    // Each call of the table was admitted in some form: the test did look at it.
    #expect(admittedNames.count == 22)
  }

  @Test("the numbering of another machine, and x32, kill the process", arguments: machines)
  func otherNumberings(machine: Machine) throws {
    let program = try Self.program(machine)
    // AUDIT_ARCH_I386, AUDIT_ARCH_ARM, and the other machine.
    let others: [UInt32] = [0x4000_0003, 0x4000_0028, 0] + Self.machines.map(\.token).filter { $0 != machine.token }
    for other in others {
      for number in UInt32(0)...700 {
        #expect(try program.answer(number: number, machine: other, arguments: []) == Self.kill)
      }
    }
    for number in UInt32(0)...700 {
      #expect(try program.answer(number: number | 0x4000_0000, machine: machine.token, arguments: []) == Self.kill)
    }
    #expect(try program.answer(number: UInt32.max, machine: machine.token, arguments: []) == Self.kill)
  }

  /// The addresses of what is sealed, in these tests.
  static let emptyPath: UInt64 = 0x7f00_1234_c000
  static let openForms: UInt64 = 0x7f00_1234_8000

  /// What a worker with directories may do besides, written a second time: whether a call is admitted.
  static func isAdmittedWithDirectories(
    _ name: String, _ arguments: [UInt64], writable: Bool, emptyPath: UInt64?
  ) -> Bool {
    func word(_ index: Int) -> UInt32 { UInt32(truncatingIfNeeded: arguments[index]) }
    switch name {
    case "read", "fstat", "getdents64", "pread64": return true
    case "openat2":
      guard emptyPath != nil else { return arguments[3] == 24 }
      // One of 512 forms of 32 bytes each, beneath a descriptor.
      let offset = arguments[2] &- openForms
      return arguments[3] == 24 && offset < 16_384 && offset % 32 == 0 && word(0) < 1 << 17
    case "readlinkat": return emptyPath.map { arguments[1] == $0 } ?? true
    // Not the pipes, nor the lifeline; RLIMIT_NOFILE is lower than 2^17.
    case "close": return word(0) & 0x1_fffc != 0
    case "pwrite64", "ftruncate", "fsync", "fdatasync", "symlinkat": return writable
    case "pwritev2": return writable && arguments[2] == 1 && word(5) == 16
    case "fallocate": return writable && word(1) == 0
    case "mkdirat": return writable && word(2) == 511
    case "unlinkat": return writable && (word(2) == 0 || word(2) == 512)
    case "renameat2", "linkat": return writable && word(4) == 0
    case "utimensat":
      return writable
        && (arguments[1] == 0 && word(3) == 0
          || emptyPath.map { arguments[1] == $0 && word(3) == 0x1000 && word(0) < 1 << 17 } ?? false)
    default: return isAdmitted(name, arguments)
    }
  }

  struct DirectoryProfile: Sendable, CustomTestStringConvertible {
    var writable: Bool
    var emptyPath: UInt64?
    var testDescription: String { "\(writable ? "writable" : "read-only"), \(emptyPath == nil ? "not " : "")sealed" }

    static let all = [false, true].flatMap { writable in
      [nil, FilterProgramTests.emptyPath].map { DirectoryProfile(writable: writable, emptyPath: $0) }
    }
  }

  @Test(
    "the program of a worker with directories adds the file calls of the table and nothing else", arguments: machines,
    DirectoryProfile.all)
  func directoryProgram(machine: Machine, profile: DirectoryProfile) throws {
    let filter = try SystemCallFilter(
      rules: SystemCallRule.strict(processIdentifier: Self.processIdentifier)
        + SystemCallRule.directoryAccess(
          writable: profile.writable,
          sealed: profile.emptyPath.map { SealedArguments(emptyPath: $0, openForms: Self.openForms) }),
      violation: .killProcess, architecture: machine.architecture)
    let program = FilterProgram(try filter.exportProgram())
    var admittedNames: Set<String> = []
    let ofEvery =
      Self.values + [24, 511, 512, 0x1000, Self.emptyPath, Self.emptyPath + 1, Self.emptyPath & 0xffff_ffff]
    // Around what is sealed, and AT_FDCWD.
    let ofSealed =
      [0, 32, 16_352, 8, 33, 16_384].map { Self.openForms + $0 }
      + [Self.openForms - 32, Self.openForms & 0xffff_ffff, 0x1_ffff, 0x2_0000, 0xffff_ff9c]
    for number in UInt32(0)...700 {
      let name = machine.name(Int32(number)) ?? "?"
      let isOfSealed = ["openat2", "readlinkat", "utimensat"].contains(name)
      let values = isOfSealed ? ofEvery + ofSealed : ofEvery
      for base: [UInt64] in [
        [5, 0, 0, 0, 0, 0], [5, Self.emptyPath, 0, 0x1000, 0, 16], [5, 0, 1, 24, 0, 16], [5, 0, 511, 0, 0, 0],
        [5, 0, 512, 0, 0, 0],
      ] + (isOfSealed ? [[5, 0, Self.openForms + 64, 24, 0, 0]] : []) {
        for index in 0..<6 {
          for value in values {
            var arguments = base
            arguments[index] = value
            let answer = try program.answer(number: number, machine: machine.token, arguments: arguments)
            let admitted = Self.isAdmittedWithDirectories(
              name, arguments, writable: profile.writable, emptyPath: profile.emptyPath)
            if answer != (admitted ? Self.allow : Self.kill) {
              Issue.record("\(name) \(arguments): \(String(answer, radix: 16))")
            }
            if answer == Self.allow { admittedNames.insert(name) }
          }
        }
      }
    }
    let reading: Set<String> = ["openat2", "fstat", "getdents64", "pread64", "readlinkat", "close"]
    let changing: Set<String> = [
      "pwrite64", "pwritev2", "ftruncate", "fallocate", "fsync", "fdatasync", "mkdirat", "unlinkat", "renameat2",
      "linkat",
      "symlinkat", "utimensat",
    ]
    #expect(reading.isSubset(of: admittedNames))
    #expect(profile.writable ? changing.isSubset(of: admittedNames) : changing.isDisjoint(with: admittedNames))
  }

  @Test("in diagnosis a refused call is trapped, but another machine's numbering still kills")
  func diagnosis() throws {
    let machine = Self.machines[0]
    let filter = try SystemCallFilter(
      rules: SystemCallRule.strict(processIdentifier: 1), violation: .report, architecture: machine.architecture)
    let program = FilterProgram(try filter.exportProgram())
    #expect(try program.answer(number: 600, machine: machine.token, arguments: []) == 0x0003_0000)
    #expect(try program.answer(number: 600, machine: 0x4000_0003, arguments: []) == Self.kill)
  }
}
