// What the I/O thread waits on: epoll, an eventfd to wake it, and a mailbox of new workers.

import CLinux
import Synchronization
import WorkerProtocol

/// The name of a descriptor in epoll: the worker's number, which is never used again, and which of its descriptors it is.
/// A late event can therefore never be taken for one of a descriptor that got the same number later.
struct Token: Equatable {
  enum Kind: UInt64 {
    case request, reply, standardError, process
    /// A process that a template has forked, and the pipe on which the template says that it has ended.
    case child, childEnds
  }

  let worker: WorkerID
  let kind: Kind

  /// The eventfd's.
  static let wake: UInt64 = 0

  init(_ worker: WorkerID, _ kind: Kind) {
    self.worker = worker
    self.kind = kind
  }

  /// Workers count from 1, so no token is that of the eventfd.
  init?(_ value: UInt64) {
    guard value >= 8, let kind = Kind(rawValue: value & 7) else { return nil }
    self.init(value >> 3, kind)
  }

  var value: UInt64 { worker << 3 | kind.rawValue }
}

final class EventLoop: Sendable {
  private struct Descriptors: ~Copyable {
    let epoll: FileDescriptor
    let wake: FileDescriptor
  }

  /// nil after ``close()``; the lock keeps a late ``wake()`` from writing into a stranger's descriptor.
  private let descriptors: Mutex<Descriptors?>
  private let arrivals = Mutex<[WorkerConnection]>([])
  private let attended = Mutex<[WorkerConnection]>([])

  /// Valid until ``close()``, which is called when no worker is left that anybody could write to.
  let epoll: Int32
  private let eventfd: Int32

  init() throws(SystemError) {
    let epoll = FileDescriptor(owning: try SystemError.check(clinux_epoll_create(), "epoll_create1"))
    let wake = FileDescriptor(owning: try SystemError.check(clinux_eventfd_create(), "eventfd"))
    try SystemError.check(
      clinux_epoll_add(epoll.number, wake.number, CLINUX_READABLE.rawValue, Token.wake), "epoll_ctl")
    self.epoll = epoll.number
    eventfd = wake.number
    descriptors = Mutex(Descriptors(epoll: epoll, wake: wake))
  }

  /// Makes the I/O thread look at its mailbox and its deadlines.
  func wake() {
    descriptors.withLock { open in
      if open != nil { _ = clinux_eventfd_signal(eventfd) }
    }
  }

  /// Only the I/O thread calls it.
  func clearWake() { _ = clinux_eventfd_clear(eventfd) }

  /// Hands a new worker to the I/O thread.
  func add(_ connection: WorkerConnection) {
    arrivals.withLock { $0.append(connection) }
    wake()
  }

  func takeArrivals() -> [WorkerConnection] { Self.takeAll(of: arrivals) }

  /// Has the I/O thread deal with what a caller has read of a connection (``WorkerConnection/handedOver``).
  func attend(_ connection: WorkerConnection) {
    attended.withLock { $0.append(connection) }
    wake()
  }

  func takeAttended() -> [WorkerConnection] { Self.takeAll(of: attended) }

  private static func takeAll(of mailbox: borrowing Mutex<[WorkerConnection]>) -> [WorkerConnection] {
    mailbox.withLock { connections in
      defer { connections = [] }
      return connections
    }
  }

  func close() { descriptors.withLock { $0 = nil } }
}

/// The side of a worker's connection that the I/O thread touches, and the caller that awaits its answer in place. It is
/// made on the spawner thread and handed over once, through the mailbox; from then on `reading` guards it, which is what
/// makes the unchecked conformance true. No other lock is held when `reading` is taken.
final class WorkerConnection: @unchecked Sendable {
  let port: WorkerPort
  let reading = Mutex<Void>(())
  /// For what a caller reads who waits in place.
  let room = UnsafeMutableRawBufferPointer.allocate(byteCount: CallBrevity.requestByteCount, alignment: 16)
  /// What a caller has read; the I/O thread deals with it before it reads on.
  var handedOver: HandedOver?
  var reply: FileDescriptor?
  var standardError: FileDescriptor?
  var decoder = FrameDecoder(limits: .ready)
  var tail = StandardErrorTail()
  /// What it wrote to its standard error while it had nothing to do.
  var unsolicitedBytes = 0
  /// Whether the reply pipe is still read.
  var listening = true
  /// What a template has besides; nil for any other worker.
  var template: TemplateConnection?
  /// How the process ended, if something of its process group has not ended yet.
  var end: ProcessEnd?

  init(
    port: WorkerPort, reply: consuming FileDescriptor, standardError: consuming FileDescriptor,
    childEnds: consuming FileDescriptor? = nil
  ) {
    self.port = port
    if let childEnds = consume childEnds { template = TemplateConnection(childEnds: childEnds) }
    self.reply = consume reply
    self.standardError = consume standardError
  }

  deinit { room.deallocate() }
}

/// A template's processes, one after the other, as the I/O thread sees them.
final class TemplateConnection {
  /// One byte arrives here for each process that has ended, which only the template can write.
  let childEnds: FileDescriptor
  /// The process that will serve the next call or serves one; nil between two of them.
  var child: FileDescriptor?
  /// How the last one ended, until the next one is awaited.
  var childEnd: ProcessEnd?
  /// The template has said so, too.
  var isEndReported = false

  init(childEnds: consuming FileDescriptor) { self.childEnds = childEnds }
}
