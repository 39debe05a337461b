/// The error numbers of WASI preview 1 (`errno` of snapshot_preview1), and how Linux's are passed on.

import Glibc

/// What a function answers that fails; the names are the specification's.
enum ErrorNumber: UInt16, Error {
  case toobig = 1
  case acces, addrinuse, addrnotavail, afnosupport, again, already, badf, badmsg, busy, canceled, child, connaborted
  case connrefused, connreset, deadlk, destaddrreq, dom, dquot, exist, fault, fbig, hostunreach, idrm, ilseq
  case inprogress, intr, inval, io, isconn, isdir, loop, mfile, mlink, msgsize, multihop, nametoolong, netdown
  case netreset, netunreach, nfile, nobufs, nodev, noent, noexec, nolck, nolink, nomem, nomsg, noprotoopt, nospc
  case nosys, notconn, notdir, notempty, notrecoverable, notsock, notsup, notty, nxio, overflow, ownerdead, perm
  case pipe, proto, protonosupport, prototype, range, rofs, spipe, srch, stale, timedout, txtbsy, xdev, notcapable

  /// From a Linux errno. What a file operation cannot answer is `io`.
  init(linux error: Int32) {
    self =
      switch error {
      case EPERM: .perm
      case ENOENT: .noent
      case EINTR: .intr
      case EIO: .io
      case ENXIO: .nxio
      case E2BIG: .toobig
      case EBADF: .badf
      case EAGAIN: .again
      case ENOMEM: .nomem
      case EACCES: .acces
      case EFAULT: .fault
      case EBUSY: .busy
      case EEXIST: .exist
      case EXDEV: .xdev
      case ENODEV: .nodev
      case ENOTDIR: .notdir
      case EISDIR: .isdir
      case EINVAL: .inval
      case ENFILE: .nfile
      case EMFILE: .mfile
      case ENOTTY: .notty
      case ETXTBSY: .txtbsy
      case EFBIG: .fbig
      case ENOSPC: .nospc
      case ESPIPE: .spipe
      case EROFS: .rofs
      case EMLINK: .mlink
      case EPIPE: .pipe
      case ERANGE: .range
      case EDEADLK: .deadlk
      case ENAMETOOLONG: .nametoolong
      case ENOLCK: .nolck
      case ENOSYS: .nosys
      case ENOTEMPTY: .notempty
      case ELOOP: .loop
      case EOVERFLOW: .overflow
      case EILSEQ: .ilseq
      case EOPNOTSUPP: .notsup
      case EDQUOT: .dquot
      case ESTALE: .stale
      case ETIMEDOUT: .timedout
      default: .io
      }
  }

  /// Passes a result of CLinux on, and throws one that is a negated errno.
  @discardableResult
  static func check<Result: FixedWidthInteger & SignedInteger>(_ result: Result) throws(ErrorNumber) -> Result {
    guard result < 0 else { return result }
    throw ErrorNumber(linux: Int32(truncatingIfNeeded: 0 - result))
  }
}
