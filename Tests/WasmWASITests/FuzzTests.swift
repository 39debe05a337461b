/// Random calls: nothing crashes, and nothing outside of the mounts changes.

import Foundation
import Glibc
import Testing
import WasmBinary
import WasmInterpreter
import WasmWASI

@Suite("random calls")
struct FuzzTests {
  /// SplitMix64: the same calls in every run.
  private struct Generator: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
      state &+= 0x9E37_79B9_7F4A_7C15
      var value = state
      value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
      value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
      return value ^ (value >> 31)
    }
  }

  private static let paths = [
    "file", "dir", "dir/", "dir/file", "..", "../outside", "../outside/secret", "/etc/passwd", ".", "link", "up",
    "up/secret", "new", "dir/../new2", "dir/sub/deep", "\u{0}", "ä", "fifo",
  ]
  /// What calls are made of: descriptors, flags, addresses of paths and buffers, lengths and limits of integers.
  private static let interesting: [UInt64] = [
    0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 24, 48, 64, 0x80, 0x90, 0x100, 0x1000, 0x8000, 65_528, 65_535, 65_536, 0x7FFF_FFFF,
    0x8000_0000, 0xFFFF_FFFF, 1 << 32, 1 << 40, .max >> 1, 1 << 63, .max,
  ]

  /// Paths lie at multiples of 64 from 0x2000 on; i/o vectors at 0x90.
  private func fill(_ guest: Guest, _ generator: inout Generator) {
    for (index, path) in Self.paths.enumerated() { guest.put(Array(path.utf8), at: 0x2000 + UInt32(index) * 64) }
    for index: UInt32 in 0..<8 {
      guest.put(UInt32.random(in: 0x3000..<0x10000, using: &generator), at: 0x90 + index * 8)
      guest.put(UInt32.random(in: 0..<300, using: &generator), at: 0x94 + index * 8)
    }
  }

  private func arguments(_ name: String, _ count: Int, _ generator: inout Generator) -> [UInt64] {
    var values = (0..<count).map { _ in
      Bool.random(using: &generator) ? Self.interesting.randomElement(using: &generator) ?? 0 : generator.next() % 64
    }
    let path = Int.random(in: 0..<Self.paths.count, using: &generator)
    let place = [UInt64(0x2000 + path * 64), UInt64(Self.paths[path].utf8.count)]
    // Mostly a path where one is expected, so that calls get further than the first check.
    let index = ["path_open", "path_filestat_get", "path_filestat_set_times", "path_link"].contains(name) ? 2 : 1
    if name.hasPrefix("path_"), count > index + 1, UInt8.random(in: 0..<8, using: &generator) != 0 {
      values.replaceSubrange(index..<index + 2, with: place)
      if UInt8.random(in: 0..<4, using: &generator) != 0 { values[0] = 3 }
      if name == "path_open" {
        values[4] %= 16
        values[7] %= 32
      }
      let second = ["path_link": 5, "path_rename": 4][name]
      if let second {
        let other = Int.random(in: 0..<Self.paths.count, using: &generator)
        values.replaceSubrange(
          second..<second + 2, with: [UInt64(0x2000 + other * 64), UInt64(Self.paths[other].utf8.count)])
        values[second - 1] = 3
      }
    }
    return values
  }

  private func run(_ guest: Guest, rounds: Int, seed: UInt64) throws -> [Errno?: Int] {
    var generator = Generator(state: seed)
    // All of them: clocks are virtual, so that nothing sleeps.
    let functions = SystemInterface.functions.sorted { $0.key < $1.key }
    var answers: [Errno?: Int] = [:]
    for round in 0..<rounds {
      if round % 16 == 0 { fill(guest, &generator) }
      guard let (name, function) = functions.randomElement(using: &generator) else { break }
      let values = arguments(name, function.type.parameters.count, &generator)
      do {
        answers[Errno(rawValue: try guest.raw(name, values)), default: 0] += 1
      } catch let trap as Trap {
        guard case .host(let code) = trap.kind, code == "exit" || code == "outputLimit" else { throw trap }
      }
    }
    return answers
  }

  private func configuration(_ files: SystemInterfaceConfiguration.FileSystem) -> SystemInterfaceConfiguration {
    var configuration = SystemInterfaceConfiguration()
    configuration.clock = .virtual(realtimeNanoseconds: 1, stepNanoseconds: 1)
    configuration.randomness = .seeded(1)
    configuration.standardInput = [1, 2, 3]
    configuration.maxDescriptors = 40
    configuration.arguments = ["a", "b"]
    configuration.environment = [("c", "d")]
    configuration.mounts = [.init(guestPath: "/", fileSystem: files)]
    return configuration
  }

  /// Names, types, sizes, times and contents of everything below a directory.
  private func snapshot(_ path: String) throws -> [String] {
    try ([""] + FileManager.default.subpathsOfDirectory(atPath: path)).sorted().map { name in
      var status = stat()
      _ = lstat(path + "/" + name, &status)
      let contents = FileManager.default.contents(atPath: path + "/" + name).map { "\($0.hashValue)" } ?? "-"
      return
        "\(name) \(status.st_mode) \(status.st_size) \(status.st_nlink) \(status.st_ino) \(status.st_mtim.tv_nsec) "
        + "\(status.st_ctim.tv_nsec) \(contents)"
    }
  }

  @Test("on a directory of the host", arguments: [true, false])
  func onHost(_ isWritable: Bool) throws {
    let all = try TemporaryDirectory()
    try all.write("outside/secret", "secret")
    let before = try snapshot(all.at("outside"))
    var successes = 0
    for seed: UInt64 in 0..<5 {
      try? FileManager.default.removeItem(atPath: all.at("inside"))
      try all.write("inside/file", "public")
      try all.write("inside/dir/file", "nested")
      try all.symlink("inside/link", to: "file")
      try all.symlink("inside/up", to: "../outside")
      try all.makeFIFO("inside/fifo")
      let inside = Glibc.open(all.at("inside"), O_RDONLY | O_DIRECTORY | O_CLOEXEC)
      defer { Glibc.close(inside) }
      let unchanged = isWritable ? [] : try snapshot(all.at("inside"))
      let guest = try Guest(configuration(.directory(descriptor: inside, isWritable: isWritable)))
      successes += try run(guest, rounds: 1_500, seed: seed)[.success] ?? 0
      guest.system.finish()
      #expect(try snapshot(all.at("outside")) == before)
      if !isWritable { #expect(try snapshot(all.at("inside")) == unchanged) }
      #expect(openDescriptors(below: all.path).count == 2, "descriptors are left open")
    }
    #expect(successes > 500)
  }

  @Test("on files in memory")
  func inMemory() throws {
    var successes = 0
    for seed: UInt64 in 100..<105 {
      let files = try MemoryFileSystem(
        files: [("file", [1, 2, 3]), ("dir/file", [4]), ("dir/sub/", [])], isWritable: true, maxBytes: 100_000)
      successes += try run(try Guest(configuration(.memory(files))), rounds: 1_500, seed: seed)[.success] ?? 0
      // All of it can still be read back.
      for entry in files.listing() where entry.kind == .file {
        #expect(files.contents(of: entry.path)?.count == Int(entry.size))
      }
    }
    #expect(successes > 500)
  }
}
