//! Why a call failed.

use crate::Outcome;
use serde_json::{json, Value};
use std::fmt;

macro_rules! codes {
    ($($(#[$documentation:meta])* $variant:ident = $number:literal, $name:literal;)*) => {
        /// What went wrong. The numbers and names are those of the C interface, and never change their meaning.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum ErrorCode {
            $($(#[$documentation])* $variant,)*
            /// A code of a library that is newer than this crate.
            Unknown,
        }

        impl ErrorCode {
            /// Every code but `Unknown`, by number.
            pub const ALL: &'static [ErrorCode] = &[$(ErrorCode::$variant),*];

            /// The code of a number of the C interface.
            pub fn from_number(number: i32) -> ErrorCode {
                match number {
                    $($number => ErrorCode::$variant,)*
                    _ => ErrorCode::Unknown,
                }
            }

            /// The code of a name such as `"moduleNotFound"`.
            pub fn from_name(name: &str) -> ErrorCode {
                match name {
                    $($name => ErrorCode::$variant,)*
                    _ => ErrorCode::Unknown,
                }
            }

            /// As all interfaces spell it.
            pub fn name(self) -> &'static str {
                match self {
                    $(ErrorCode::$variant => $name,)*
                    ErrorCode::Unknown => "unknown",
                }
            }
        }
    };
}

codes! {
    /// No module of that name is loaded.
    ModuleNotFound = 1, "moduleNotFound";
    /// The module exports no function of that name.
    FunctionNotFound = 2, "functionNotFound";
    /// The module is malformed or does not validate, or the text format does not parse.
    InvalidModule = 3, "invalidModule";
    /// The module needs a WebAssembly feature that is switched off or not supported.
    UnsupportedFeature = 4, "unsupportedFeature";
    /// The module imports something that nobody provides, or with another type.
    UnresolvedImport = 5, "unresolvedImport";
    /// The module is valid but the configured policy refuses it.
    PolicyViolation = 6, "policyViolation";
    /// A configuration or a limit that makes no sense.
    InvalidConfiguration = 7, "invalidConfiguration";
    /// The parameters do not fit the function.
    InvalidArguments = 8, "invalidArguments";
    /// The guest's answer is not what the call's convention requires.
    InvalidResult = 9, "invalidResult";
    /// The guest trapped.
    Trap = 10, "trap";
    /// The guest used up its fuel.
    FuelExhausted = 11, "fuelExhausted";
    /// The deadline passed.
    TimedOut = 12, "timedOut";
    /// The CPU time limit was used up.
    CpuTimeExceeded = 13, "cpuTimeExceeded";
    /// Memory ran out: the guest's, or the worker's address space.
    MemoryLimitExceeded = 14, "memoryLimitExceeded";
    /// The guest produced more output than the call allows.
    OutputLimitExceeded = 15, "outputLimitExceeded";
    /// A host function failed.
    HostFunctionFailed = 16, "hostFunctionFailed";
    /// The guest wanted the network and may not use it.
    NetworkDenied = 17, "networkDenied";
    /// The worker died of a signal that it caused itself, or exited without an answer.
    WorkerCrashed = 18, "workerCrashed";
    /// The worker was killed by somebody else, such as the kernel's out-of-memory killer.
    WorkerKilled = 19, "workerKilled";
    /// The worker made a system call that its filter forbids.
    SandboxViolation = 20, "sandboxViolation";
    /// A worker cannot be started or cannot be confined on this machine.
    SandboxUnavailable = 21, "sandboxUnavailable";
    /// The other side broke the protocol.
    ProtocolViolation = 22, "protocolViolation";
    /// The machine lacks descriptors, processes, threads or memory.
    ResourceExhausted = 23, "resourceExhausted";
    /// Too many calls are waiting already.
    Overloaded = 24, "overloaded";
    /// The call asks for more than the configuration will ever allow.
    NeverFits = 25, "neverFits";
    /// The module has harmed too many workers and is locked out for a while.
    Quarantined = 26, "quarantined";
    /// The caller cancelled the call.
    Cancelled = 27, "cancelled";
    /// The runtime has been shut down.
    ShutDown = 28, "shutDown";
}

impl fmt::Display for ErrorCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Where the cause lies most likely, that is, who has to change something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Fault {
    /// The module or what it did.
    Guest,
    /// The caller's request or configuration.
    Caller,
    /// Nobody: there is too much to do at the moment, later it may work.
    Capacity,
    /// This machine, this installation or this program.
    Host,
}

/// Whether the guest may have run before the call failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Execution {
    /// Repeating the call is harmless.
    NotStarted,
    /// It may have done what it does: write files, call host functions.
    MaybeRan,
}

/// Why a call, or anything else that a runtime does, failed.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct WasmError {
    pub code: ErrorCode,
    /// A sentence. What a guest wrote is quoted in it and harmless.
    pub message: String,
    pub fault: Fault,
    pub execution: Execution,
    /// The whole error, an object: besides the members above and where they are known, `module`, `function`, `limit`,
    /// `trapKind`, `frames`, `signal`, `retryAfterNanoseconds`, `problems` and others (docs/embedding.md).
    pub json: Value,
    /// What is known of a call that ran before it failed: logs, output, usage. Its value is null.
    pub outcome: Option<Box<Outcome>>,
}

impl WasmError {
    /// An error of the library: its code and its JSON object.
    pub(crate) fn from_json(number: i32, json: Value) -> WasmError {
        let text = |name: &str| json.get(name).and_then(Value::as_str).unwrap_or_default();
        WasmError {
            code: ErrorCode::from_number(number),
            message: text("message").into(),
            fault: match text("fault") {
                "guest" => Fault::Guest,
                "caller" => Fault::Caller,
                "capacity" => Fault::Capacity,
                _ => Fault::Host,
            },
            // Whatever is not known to be harmless may not be.
            execution: match text("execution") {
                "notStarted" => Execution::NotStarted,
                _ => Execution::MaybeRan,
            },
            json,
            outcome: None,
        }
    }

    /// An error of this crate.
    pub(crate) fn new(code: ErrorCode, fault: Fault, execution: Execution, message: String) -> WasmError {
        let json = json!({
            "code": code.name(),
            "message": message,
            "fault": format!("{fault:?}").to_lowercase(),
            "execution": if execution == Execution::NotStarted { "notStarted" } else { "maybeRan" },
        });
        WasmError { code, message, fault, execution, json, outcome: None }
    }

    /// What the library answered is not the JSON that it should be. A guest's document may be nested too deeply for
    /// serde_json (128 levels).
    pub(crate) fn unreadable(error: &serde_json::Error) -> WasmError {
        let message = format!("The answer cannot be read as JSON: {error}.");
        WasmError::new(ErrorCode::InvalidResult, Fault::Guest, Execution::MaybeRan, message)
    }
}

impl From<hanzo_wasm_sys::Error> for WasmError {
    fn from(error: hanzo_wasm_sys::Error) -> WasmError {
        let json = serde_json::from_str(error.json()).unwrap_or_else(|_| json!({ "message": error.json() }));
        WasmError::from_json(error.code(), json)
    }
}

impl fmt::Display for WasmError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.code, self.message)
    }
}

impl std::error::Error for WasmError {}
