// What `import HanzoWasm` brings along, so that an embedder and the command line name one module only.

@_exported public import WasmJSON
@_exported public import enum WorkerProtocol.ErrorCode
@_exported public import struct WorkerProtocol.Failure
@_exported public import struct WorkerProtocol.GuestProfile
@_exported public import struct WorkerProtocol.LogRecord
@_exported public import struct WorkerProtocol.ModuleDescription
@_exported public import struct WorkerProtocol.Ready
@_exported public import enum WorkerProtocol.TypedValue
