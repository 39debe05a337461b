// Pipes, writing without SIGPIPE, eventfd and epoll.

import CLinux
import Foundation
import Testing

@Suite("Descriptors")
struct DescriptorTests {
  @Test("both ends of a pipe are close-on-exec, out of the low numbers, and blocking as asked", arguments: 0..<4)
  func pipes(flags: Int32) {
    var read: Int32 = -1
    var write: Int32 = -1
    #expect(clinux_pipe(flags, &read, &write) == 0)
    for (end, flag) in [(read, CLINUX_PIPE_READ_NONBLOCKING), (write, CLINUX_PIPE_WRITE_NONBLOCKING)] {
      #expect(end >= CLINUX_LOWEST_DESCRIPTOR)
      #expect(fcntl(end, F_GETFD) == FD_CLOEXEC)
      #expect((fcntl(end, F_GETFL) & O_NONBLOCK != 0) == (UInt32(flags) & flag.rawValue != 0))
      _ = clinux_close(end)
    }
  }

  /// Runs on a thread of its own, whose signal mask is its own.
  private func onThread(_ body: @escaping @Sendable () -> Void) {
    let done = DispatchSemaphore(value: 0)
    let thread = Thread {
      body()
      done.signal()
    }
    thread.start()
    done.wait()
  }

  @Test("a write to a closed pipe answers EPIPE, raises nothing and restores the mask", arguments: [false, true])
  func closedPipe(blocked: Bool) throws {
    onThread {
      var set = sigset_t()
      sigemptyset(&set)
      sigaddset(&set, SIGPIPE)
      pthread_sigmask(blocked ? SIG_BLOCK : SIG_UNBLOCK, &set, nil)
      var read: Int32 = -1
      var write: Int32 = -1
      #expect(clinux_pipe(0, &read, &write) == 0)
      _ = clinux_close(read)
      // The default disposition would end the tests.
      #expect(clinux_write_no_signal(write, "x", 1) == Int64(-EPIPE))
      #expect(clinux_write2_no_signal(write, "head", 4, "body", 4) == Int64(-EPIPE))
      #expect(clinux_write2_masking_signal(write, "head", 4, "body", 4) == Int64(-EPIPE))
      _ = clinux_close(write)
      var now = sigset_t()
      pthread_sigmask(SIG_BLOCK, nil, &now)
      #expect((sigismember(&now, SIGPIPE) == 1) == blocked)
      var pending = sigset_t()
      sigpending(&pending)
      #expect(sigismember(&pending, SIGPIPE) == 0)
    }
  }

  @Test("a SIGPIPE that was pending before the write stays pending")
  func pendingSignal() throws {
    onThread {
      var set = sigset_t()
      sigemptyset(&set)
      sigaddset(&set, SIGPIPE)
      pthread_sigmask(SIG_BLOCK, &set, nil)
      pthread_kill(pthread_self(), SIGPIPE)
      var read: Int32 = -1
      var write: Int32 = -1
      #expect(clinux_pipe(0, &read, &write) == 0)
      _ = clinux_close(read)
      #expect(clinux_write_no_signal(write, "x", 1) == Int64(-EPIPE))
      #expect(clinux_write2_masking_signal(write, "x", 1, "", 0) == Int64(-EPIPE))
      _ = clinux_close(write)
      var pending = sigset_t()
      sigpending(&pending)
      #expect(sigismember(&pending, SIGPIPE) == 1)
      var none = timespec(tv_sec: 0, tv_nsec: 0)
      #expect(sigtimedwait(&set, nil, &none) == SIGPIPE)
    }
  }

  @Test("both parts arrive in order, and a full pipe answers EAGAIN")
  func parts() throws {
    var read: Int32 = -1
    var write: Int32 = -1
    #expect(clinux_pipe(Int32(CLINUX_PIPE_WRITE_NONBLOCKING.rawValue), &read, &write) == 0)
    defer {
      _ = clinux_close(read)
      _ = clinux_close(write)
    }
    #expect(clinux_write2_no_signal(write, "head", 4, "body", 4) == 8)
    var buffer = [UInt8](repeating: 0, count: 16)
    #expect(clinux_read(read, &buffer, 16) == 8)
    #expect(String(decoding: buffer[..<8], as: UTF8.self) == "headbody")
    let large = [UInt8](repeating: 1, count: 1 << 20)
    let written = clinux_write_no_signal(write, large, large.count)
    #expect(written > 0 && written < large.count)
    #expect(clinux_write_no_signal(write, large, large.count) == Int64(-EAGAIN))
  }

  @Test("an event carries its token, and a signalled eventfd is readable once")
  func events() {
    let epoll = clinux_epoll_create()
    let event = clinux_eventfd_create()
    defer {
      _ = clinux_close(epoll)
      _ = clinux_close(event)
    }
    var events = [clinux_event](repeating: clinux_event(), count: 4)
    #expect(clinux_epoll_add(epoll, event, CLINUX_READABLE.rawValue, 0xfeed_0000_0001) == 0)
    #expect(clinux_epoll_add(epoll, event, CLINUX_READABLE.rawValue, 1) == -EEXIST)
    #expect(clinux_epoll_wait(epoll, &events, 4, 0) == 0)
    #expect(clinux_eventfd_signal(event) == 0)
    #expect(clinux_eventfd_signal(event) == 0)
    #expect(clinux_epoll_wait(epoll, &events, 4, -1) == 1)
    #expect(events[0].token == 0xfeed_0000_0001)
    #expect(events[0].readiness == CLINUX_READABLE.rawValue)
    #expect(clinux_eventfd_clear(event) == 1)
    #expect(clinux_eventfd_clear(event) == 0)
    #expect(clinux_epoll_remove(epoll, event) == 0)
    #expect(clinux_epoll_remove(epoll, event) == -ENOENT)
  }

  @Test("a wait ends not before its timeout")
  func timeout() {
    let epoll = clinux_epoll_create()
    defer { _ = clinux_close(epoll) }
    var event = clinux_event()
    let start = clinux_monotonic_nanoseconds()
    #expect(clinux_epoll_wait(epoll, &event, 1, 2_500_000) == 0)
    #expect(clinux_monotonic_nanoseconds() - start >= 2_500_000)
  }

  @Test("a closed pipe end is a hang-up")
  func hangUp() throws {
    let epoll = clinux_epoll_create()
    defer { _ = clinux_close(epoll) }
    let pipe = try Pipe()
    #expect(clinux_epoll_add(epoll, pipe.read, 0, 7) == 0)
    pipe.closeWrite()
    var event = clinux_event()
    #expect(clinux_epoll_wait(epoll, &event, 1, -1) == 1)
    #expect(event.readiness == CLINUX_HUNG_UP.rawValue)
    #expect(event.token == 7)
  }

  @Test("errors and signals have their names")
  func names() {
    #expect(String(cString: clinux_error_name(EPERM)) == "EPERM")
    #expect(String(cString: clinux_error_name(-EPERM)) == "EPERM")
    #expect(String(cString: clinux_error_name(9_999)) == "unknown error")
    #expect(String(cString: clinux_signal_name(SIGSYS)) == "SIGSYS")
    #expect(String(cString: clinux_signal_name(99)) == "unknown signal")
  }
}
