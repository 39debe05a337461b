/// The system calls of docs/wasi.md are enough: all functions work under a filter that admits nothing else.

import CLinux
import CSeccomp
import Foundation
import Testing
import WasmWASI

@Suite("system calls")
struct SystemCallTests {
  /// An admitted call: `argument & mask == value` for each condition.
  private struct Rule {
    var name: String
    var conditions: [(argument: UInt32, mask: UInt64, value: UInt64)]

    init(_ name: String, _ conditions: (UInt32, UInt64)...) {
      self.name = name
      self.conditions = conditions.map { ($0.0, 0xFFFF_FFFF, $0.1) }
    }
  }

  /// Memory, locks and the end of a thread, which are the process's own.
  private static let process = [
    "mmap", "mremap", "munmap", "madvise", "mprotect", "brk", "futex", "exit", "rt_sigprocmask", "sigaltstack",
    "sched_yield", "set_robust_list", "rseq",
  ].map { Rule($0) }

  private static let basic = [
    Rule("clock_gettime"), Rule("clock_getres"), Rule("clock_nanosleep", (0, 0), (1, 1)),
    Rule("clock_nanosleep", (0, 1), (1, 1)), Rule("getrandom", (2, 0)),
  ]
  private static let readable = [
    Rule("openat2", (3, 24)), Rule("close"), Rule("fstat"), Rule("getdents64"), Rule("pread64"), Rule("readlinkat"),
  ]
  private static let writable = [
    Rule("pwrite64"), Rule("ftruncate"), Rule("fsync"), Rule("fdatasync"),
    Rule("pwritev2", (2, 1), (3, 0), (4, 0), (5, 0x10)), Rule("fallocate", (1, 0)), Rule("utimensat", (1, 0), (3, 0)),
    Rule("utimensat", (3, 0x1000)),
    Rule("mkdirat", (2, 0o777)), Rule("unlinkat", (2, 0)), Rule("unlinkat", (2, 0x200)), Rule("renameat2", (4, 0)),
    Rule("linkat", (4, 0)), Rule("symlinkat"),
  ]

  /// Denies the calling thread everything but `rules`: an errno that nothing else gives, which guests see as `io`.
  private static func restrict(_ rules: [Rule]) -> Bool {
    let allow: UInt32 = 0x7FFF_0000
    let refuse: UInt32 = 0x0005_0000 | UInt32(EBADE)
    guard clinux_set_no_new_privileges() == 0, let context = seccomp_init(refuse) else { return false }
    defer { seccomp_release(context) }
    for rule in rules {
      let number = seccomp_syscall_resolve_name(rule.name)
      guard number >= 0 else { return false }
      let conditions = rule.conditions.map {
        scmp_arg_cmp(arg: $0.argument, op: SCMP_CMP_MASKED_EQ, datum_a: $0.mask, datum_b: $0.value)
      }
      let result = conditions.withUnsafeBufferPointer {
        seccomp_rule_add_array(context, allow, number, UInt32($0.count), $0.baseAddress)
      }
      guard result == 0 else { return false }
    }
    return seccomp_load(context) == 0
  }

  /// What every function answers, on a directory that has `file`, `dir/inner` and the link `link`.
  private static func answers(_ guest: Guest) throws -> [String] {
    var all: [String] = []
    func note(_ what: String, _ error: Errno?) { all.append("\(what): \(error.map { "\($0)" } ?? "?")") }
    let file = try guest.open("file")
    note("open", file.error)
    note("read", try guest.read(file.descriptor).error)
    note("seek", try guest.seek(file.descriptor, to: 0, whence: 2).error)
    note("status", try guest.status(of: file.descriptor).error)
    note("sync", try guest.call("fd_sync", UInt64(file.descriptor)))
    note("close", try guest.close(file.descriptor))
    note("path status", try guest.status("link", follow: true).error)
    note("readlink", try guest.readLink("link").error)
    note("entries", try guest.entries(3).error)
    note("sync directory", try guest.call("fd_sync", 3))
    let new = try guest.open(
      "new", flags: Guest.create | Guest.truncate, rights: Guest.read | Guest.write)
    note("create", new.error)
    note("write", try guest.write("text", to: new.descriptor).error)
    note("flags", try guest.call("fd_fdstat_set_flags", UInt64(new.descriptor), 1))
    note("append", try guest.write("more", to: new.descriptor).error)
    note("allocate", try guest.call("fd_allocate", UInt64(new.descriptor), 0, 100))
    note("size", try guest.call("fd_filestat_set_size", UInt64(new.descriptor), 5))
    note("times", try guest.call("fd_filestat_set_times", UInt64(new.descriptor), 1, 2, 5))
    note("sync new", try guest.call("fd_sync", UInt64(new.descriptor)))
    note("datasync new", try guest.call("fd_datasync", UInt64(new.descriptor)))
    note("path times", try guest.setTimes("link", flags: 10))
    note("mkdir", try guest.path("path_create_directory", "made"))
    note("symlink", try guest.symlink("made/link", to: "x"))
    note("link", try guest.link("new", "made/new"))
    note("rename", try guest.rename("made/new", "made/newer"))
    note("unlink", try guest.path("path_unlink_file", "made/newer"))
    note("unlink link", try guest.path("path_unlink_file", "made/link"))
    note("rmdir", try guest.path("path_remove_directory", "made"))
    note("unlink new", try guest.path("path_unlink_file", "new"))
    for clock: UInt64 in 0...3 {
      note("clock", try guest.call("clock_time_get", clock, 0, 0x1000))
      note("resolution", try guest.call("clock_res_get", clock, 0x1000))
    }
    note("random", try guest.call("random_get", 0x1000, 1000))
    guest.put([UInt8](repeating: 0, count: 48), at: 0x1000)
    guest.put(UInt32(1), at: 0x1010)
    guest.put(UInt64(1_000_000), at: 0x1018)
    note("sleep", try guest.call("poll_oneoff", 0x1000, 0x2000, 1, 0x80))
    guest.system.finish()
    return all
  }

  private struct Answers: Sendable {
    var free: [String] = []
    var restricted: [String] = []
    var isRestricted = false
  }

  /// The answers without a filter and under one.
  private func run(isWritable: Bool, _ rules: [Rule]) throws -> Answers {
    let directory = try TemporaryDirectory()
    try directory.write("file", "text")
    try directory.write("dir/inner", "text")
    try directory.symlink("link", to: "file")
    nonisolated(unsafe) var answers = Answers()
    nonisolated(unsafe) let guests = try (0..<2).map { _ in try Guest(directory, isWritable: isWritable) }
    let isDone = DispatchSemaphore(value: 0)
    // A filter stays on its thread, which ends here.
    let thread = Thread {
      // The first round is also there to load what is lazy.
      answers.free = (try? Self.answers(guests[0])) ?? []
      answers.isRestricted = Self.restrict(rules)
      answers.restricted = (try? Self.answers(guests[1])) ?? []
      isDone.signal()
    }
    thread.start()
    isDone.wait()
    #expect(answers.isRestricted)
    #expect(answers.free.count == 38)
    return answers
  }

  @Test("those that are documented suffice", arguments: [false, true])
  func documentedCallsSuffice(_ isWritable: Bool) throws {
    let answers = try run(
      isWritable: isWritable, Self.process + Self.basic + Self.readable + (isWritable ? Self.writable : []))
    #expect(answers.restricted == answers.free)
    #expect(answers.free.contains("create: \(isWritable ? "success" : "perm")"))
    if isWritable { #expect(answers.free.allSatisfy { $0.hasSuffix("success") }, "\(answers.free)") }
  }

  @Test("the filter of this test refuses what is not on its list")
  func otherCallsAreRefused() throws {
    let answers = try run(isWritable: true, Self.process + Self.basic + Self.readable)
    for expected in ["create: io", "sync: io", "mkdir: io", "path times: io", "rmdir: io", "read: success"] {
      #expect(answers.restricted.contains(expected))
    }
  }
}
