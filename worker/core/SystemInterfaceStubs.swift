/// WASI preview 1 as far as this milestone goes: every function links with its official type, `proc_exit` works, and
/// any other returns `ENOSYS` and says so once in the log.

import WasmBinary
import WasmInterpreter
import WorkerProtocol

/// The name under which modules import them.
let systemInterfaceModule = "wasi_snapshot_preview1"

/// The error number for a function that is not implemented (WASI preview 1, `errno`).
private let notImplemented: UInt32 = 52

/// The functions by name.
let systemInterfaceFunctions: [String: HostFunction] = {
  var functions: [String: HostFunction] = [:]
  for (name, parameters) in signatures {
    let types = parameters.utf8.map { $0 == UInt8(ascii: "I") ? ValueType.i64 : ValueType.i32 }
    functions[name] = HostFunction(types, [.i32]) { (call, context) throws(Trap) in
      if context.reportedFunctions.insert(name).inserted {
        context.logs.append("\(systemInterfaceModule).\(name) is not implemented: ENOSYS", level: .warning)
      }
      call.setResult(i32: notImplemented)
    }
  }
  functions["proc_exit"] = HostFunction([.i32], []) { (call, context) throws(Trap) in
    let code = call.i32(0)
    context.exitCode = code
    throw HostTrap.exit.trap("the program ended itself with exit code \(code)")
  }
  return functions
}()

/// Parameters as `i` (i32) and `I` (i64), as wasi-libc declares them; all return an error number.
private let signatures: [(String, String)] = [
  ("args_get", "ii"), ("args_sizes_get", "ii"), ("environ_get", "ii"), ("environ_sizes_get", "ii"),
  ("clock_res_get", "ii"), ("clock_time_get", "iIi"), ("fd_advise", "iIIi"), ("fd_allocate", "iII"),
  ("fd_close", "i"), ("fd_datasync", "i"), ("fd_fdstat_get", "ii"), ("fd_fdstat_set_flags", "ii"),
  ("fd_fdstat_set_rights", "iII"), ("fd_filestat_get", "ii"), ("fd_filestat_set_size", "iI"),
  ("fd_filestat_set_times", "iIIi"), ("fd_pread", "iiiIi"), ("fd_prestat_get", "ii"),
  ("fd_prestat_dir_name", "iii"), ("fd_pwrite", "iiiIi"), ("fd_read", "iiii"), ("fd_readdir", "iiiIi"),
  ("fd_renumber", "ii"), ("fd_seek", "iIii"), ("fd_sync", "i"), ("fd_tell", "ii"), ("fd_write", "iiii"),
  ("path_create_directory", "iii"), ("path_filestat_get", "iiiii"), ("path_filestat_set_times", "iiiiIIi"),
  ("path_link", "iiiiiii"), ("path_open", "iiiiiIIii"), ("path_readlink", "iiiiii"),
  ("path_remove_directory", "iii"), ("path_rename", "iiiiii"), ("path_symlink", "iiiii"),
  ("path_unlink_file", "iii"), ("poll_oneoff", "iiii"), ("proc_raise", "i"), ("random_get", "ii"),
  ("sched_yield", ""), ("sock_accept", "iii"), ("sock_recv", "iiiiii"), ("sock_send", "iiiii"),
  ("sock_shutdown", "ii"),
]
