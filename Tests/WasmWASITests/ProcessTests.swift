/// Arguments, environment, exit, randomness, streams.

import Testing
import WasmBinary
import WasmInterpreter
import WasmWASI

@Suite("process")
struct ProcessTests {
  private func guest(_ change: (inout SystemInterfaceConfiguration) -> Void) throws -> Guest {
    var configuration = SystemInterfaceConfiguration()
    change(&configuration)
    return try Guest(configuration)
  }

  /// The strings of `args` or `environ`.
  private func strings(_ guest: Guest, _ name: String) throws -> [String] {
    #expect(try guest.call("\(name)_sizes_get", 0x80, 0x84) == .success)
    let count: UInt32 = guest.load(0x80)
    let size: UInt32 = guest.load(0x84)
    #expect(try guest.call("\(name)_get", 0x1000, 0x2000) == .success)
    return (0..<count).map { index in
      let start: UInt32 = guest.load(0x1000 + index * 4)
      let bytes = guest.bytes(at: start, Int(0x2000 + size - start))
      return String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
    }
  }

  @Test("there are 46 functions, and the memory of a guest is optional")
  func table() {
    #expect(SystemInterface.functions.count == 46)
    #expect(SystemInterface.functions["path_open"]?.type.parameters.count == 9)
    #expect(SystemInterface.functions["proc_exit"]?.type.results.isEmpty == true)
  }

  @Test("arguments reach the guest in order, cut at a NUL")
  func arguments() throws {
    let guest = try guest { $0.arguments = ["program", "", "ä \"quoted\"", "cut\0off"] }
    #expect(try strings(guest, "args") == ["program", "", "ä \"quoted\"", "cut"])
    #expect(try guest.call("args_get", 0x1000, 65_530) == .fault)
    #expect(try guest.call("args_get", 65_530, 0x1000) == .fault)
    #expect(try guest.call("args_sizes_get", 65_533, 0) == .fault)
  }

  @Test("environment entries that could be mistaken for others are left out")
  func environment() throws {
    let guest = try guest {
      $0.environment = [
        ("A", "1"), ("", "empty name"), ("B=C", "equals"), ("N\0", "x"), ("V", "a\0b"), ("E", ""), ("F", "x=y"),
      ]
    }
    #expect(try strings(guest, "environ") == ["A=1", "E=", "F=x=y"])
    #expect(try strings(try Guest(), "environ").isEmpty)
  }

  @Test("proc_exit ends the call with its code")
  func exit() throws {
    let guest = try Guest()
    do {
      _ = try guest.call("proc_exit", 33)
      Issue.record("proc_exit returned")
    } catch let trap as Trap {
      #expect(trap.kind == .host(code: "exit"))
    }
    #expect(guest.system.exitCode == 33)
    #expect(try guest.call("sched_yield") == .success)
    #expect(try guest.call("proc_raise", 6) == .notsup)
  }

  @Test("no descriptor is a socket")
  func sockets() throws {
    let guest = try Guest()
    #expect(try guest.call("sock_shutdown", 1, 3) == .notsock)
    #expect(try guest.call("sock_accept", 0, 0, 0x80) == .notsock)
    #expect(try guest.call("sock_recv", 9, 0, 0, 0, 0, 0) == .badf)
    #expect(try guest.call("sock_send", 9, 0, 0, 0, 0) == .badf)
  }

  @Test("seeded randomness is the same everywhere")
  func seededRandomness() throws {
    func bytes(_ seed: UInt64, _ counts: [UInt64]) throws -> [UInt8] {
      let guest = try guest { $0.randomness = .seeded(seed) }
      var all: [UInt8] = []
      for count in counts {
        #expect(try guest.call("random_get", 0x1000, count) == .success)
        all += guest.bytes(at: 0x1000, Int(count))
      }
      return all
    }
    // xoshiro256** with the state that splitmix64 makes of seed 42 (checked against an independent implementation).
    #expect(try bytes(42, [8]) == [0x16, 0xC7, 0x2E, 0x0C, 0x2E, 0x0B, 0x78, 0x15])
    #expect(try bytes(7, [3, 16, 0, 5]) == bytes(7, [3, 16, 0, 5]))
    #expect(try bytes(7, [24]) != bytes(8, [24]))
    #expect(try bytes(7, [3]) == Array(bytes(7, [8]).prefix(3)))
  }

  @Test("the system's randomness fills exactly what was asked for")
  func systemRandomness() throws {
    let guest = try Guest()
    #expect(try guest.call("random_get", 0x1000, 4096) == .success)
    let first = guest.bytes(at: 0x1000, 4096)
    #expect(Set(first).count > 200)
    #expect(guest.bytes(at: 0x2000, 64) == Array(repeating: 0, count: 64))
    #expect(try guest.call("random_get", 0, 0xFFFF_FFFF) == .fault)
    #expect(try guest.call("random_get", 65_536, 0) == .success)
  }

  @Test("standard input ends after its bytes")
  func standardInput() throws {
    let guest = try guest { $0.standardInput = Array("hello".utf8) }
    #expect(try guest.read(0, count: 3).text == "hel")
    #expect(try guest.read(0).text == "lo")
    #expect(try guest.read(0).text == "")
    #expect(try guest.write("x", to: 0).error == .badf)
    #expect(try guest.seek(0, to: 0).error == .spipe)
    #expect(try guest.call("fd_pread", 0, 0, 0, 0, 0x80) == .spipe)
  }

  @Test("output is captured up to its limit, and what fitted is kept")
  func outputLimit() throws {
    let guest = try guest { $0.maxOutputBytes = 10 }
    #expect(try guest.write("12345", to: 1).count == 5)
    #expect(try guest.write("error", to: 2).count == 5)
    #expect(try guest.write("67890", to: 1).count == 5)
    do {
      _ = try guest.write("x", to: 1)
      Issue.record("the limit is not enforced")
    } catch let trap as Trap {
      #expect(trap.kind == .host(code: "outputLimit"))
    }
    #expect(guest.system.takeStandardOutput() == Array("1234567890".utf8))
    #expect(guest.system.takeStandardOutput().isEmpty)
    do {
      _ = try guest.write("too long", to: 2)
    } catch let trap as Trap {
      #expect(trap.kind == .host(code: "outputLimit"))
    }
    #expect(guest.system.takeStandardError() == Array("errortoo l".utf8))
    #expect(try guest.read(1).error == .badf)
  }

  @Test("lines are logged as they end, the last one at the end")
  func lines() throws {
    var lines: [String] = []
    let guest = try guest {
      $0.standardError = .log
      $0.standardOutput = .discard
      $0.maxOutputBytes = 3
      $0.log = { stream, line in lines.append("\(stream): \(String(decoding: line, as: UTF8.self))") }
    }
    #expect(try guest.write("one\ntwo", to: 2).count == 7)
    #expect(lines == ["2: one"])
    #expect(try guest.write(" three\n\nfour", to: 2).count == 12)
    #expect(lines == ["2: one", "2: two three", "2: "])
    #expect(try guest.write("thrown away", to: 1).count == 11)
    guest.system.finish()
    guest.system.finish()
    #expect(lines == ["2: one", "2: two three", "2: ", "2: four"])
    #expect(guest.system.takeStandardOutput().isEmpty && guest.system.takeStandardError().isEmpty)
  }

  @Test("an endless line is logged in pieces")
  func longLines() throws {
    var sizes: [Int] = []
    let guest = try guest {
      $0.standardError = .log
      $0.log = { _, line in sizes.append(line.count) }
    }
    #expect(try guest.write(String(repeating: "x", count: 10_000) + "\n", to: 2).count == 10_001)
    #expect(sizes == [4096, 4096, 1808])
  }

  @Test("standard streams are no terminals")
  func streamTypes() throws {
    let guest = try Guest()
    for descriptor: UInt64 in 0...2 {
      #expect(try guest.call("fd_fdstat_get", descriptor, 0x1000) == .success)
      #expect(guest.load(0x1000, as: UInt8.self) == 0)
      #expect(guest.load(0x1008, as: UInt64.self) & (descriptor == 0 ? 2 : 64) != 0)
    }
  }
}
