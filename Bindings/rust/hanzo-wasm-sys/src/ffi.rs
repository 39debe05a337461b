//! hanzo_wasm.h, by hand. The header says what the functions do, and which rules hold for all of them.

#![allow(non_camel_case_types)]

use std::os::raw::{c_char, c_int, c_void};

/// The version of the interface that these declarations are of.
pub const HANZO_WASM_ABI_VERSION: u32 = 2;

pub type hanzo_wasm_code = i32;
pub const HANZO_WASM_OK: hanzo_wasm_code = 0;
pub const HANZO_WASM_MODULE_NOT_FOUND: hanzo_wasm_code = 1;
pub const HANZO_WASM_FUNCTION_NOT_FOUND: hanzo_wasm_code = 2;
pub const HANZO_WASM_INVALID_MODULE: hanzo_wasm_code = 3;
pub const HANZO_WASM_UNSUPPORTED_FEATURE: hanzo_wasm_code = 4;
pub const HANZO_WASM_UNRESOLVED_IMPORT: hanzo_wasm_code = 5;
pub const HANZO_WASM_POLICY_VIOLATION: hanzo_wasm_code = 6;
pub const HANZO_WASM_INVALID_CONFIGURATION: hanzo_wasm_code = 7;
pub const HANZO_WASM_INVALID_ARGUMENTS: hanzo_wasm_code = 8;
pub const HANZO_WASM_INVALID_RESULT: hanzo_wasm_code = 9;
pub const HANZO_WASM_TRAP: hanzo_wasm_code = 10;
pub const HANZO_WASM_FUEL_EXHAUSTED: hanzo_wasm_code = 11;
pub const HANZO_WASM_TIMED_OUT: hanzo_wasm_code = 12;
pub const HANZO_WASM_CPU_TIME_EXCEEDED: hanzo_wasm_code = 13;
pub const HANZO_WASM_MEMORY_LIMIT_EXCEEDED: hanzo_wasm_code = 14;
pub const HANZO_WASM_OUTPUT_LIMIT_EXCEEDED: hanzo_wasm_code = 15;
pub const HANZO_WASM_HOST_FUNCTION_FAILED: hanzo_wasm_code = 16;
pub const HANZO_WASM_NETWORK_DENIED: hanzo_wasm_code = 17;
pub const HANZO_WASM_WORKER_CRASHED: hanzo_wasm_code = 18;
pub const HANZO_WASM_WORKER_KILLED: hanzo_wasm_code = 19;
pub const HANZO_WASM_SANDBOX_VIOLATION: hanzo_wasm_code = 20;
pub const HANZO_WASM_SANDBOX_UNAVAILABLE: hanzo_wasm_code = 21;
pub const HANZO_WASM_PROTOCOL_VIOLATION: hanzo_wasm_code = 22;
pub const HANZO_WASM_RESOURCE_EXHAUSTED: hanzo_wasm_code = 23;
pub const HANZO_WASM_OVERLOADED: hanzo_wasm_code = 24;
pub const HANZO_WASM_NEVER_FITS: hanzo_wasm_code = 25;
pub const HANZO_WASM_QUARANTINED: hanzo_wasm_code = 26;
pub const HANZO_WASM_CANCELLED: hanzo_wasm_code = 27;
pub const HANZO_WASM_SHUT_DOWN: hanzo_wasm_code = 28;

#[repr(C)]
#[derive(Clone, Copy)]
pub struct hanzo_wasm_bytes {
    pub data: *const u8,
    pub length: usize,
}

macro_rules! opaque {
    ($($name:ident)*) => {
        $(
            #[repr(C)]
            pub struct $name {
                _private: [u8; 0],
            }
        )*
    };
}
opaque!(hanzo_wasm_host_call hanzo_wasm_runtime hanzo_wasm_outcome);

pub type hanzo_wasm_host_callback = extern "C" fn(context: *mut c_void, call: *mut hanzo_wasm_host_call);

pub type hanzo_wasm_log_callback = extern "C" fn(
    context: *mut c_void,
    level: *const c_char,
    message: *const c_char,
    metadata: *const c_char,
);

pub type hanzo_wasm_completion = extern "C" fn(context: *mut c_void, outcome: *mut hanzo_wasm_outcome);

#[repr(C)]
pub struct hanzo_wasm_host_function {
    pub declaration: *const c_char,
    pub callback: Option<hanzo_wasm_host_callback>,
    pub context: *mut c_void,
}

#[repr(C)]
pub struct hanzo_wasm_options {
    pub size: usize,
    pub config: *const c_char,
    pub host_functions: *const hanzo_wasm_host_function,
    pub host_function_count: usize,
    pub log: Option<hanzo_wasm_log_callback>,
    pub log_context: *mut c_void,
}

#[repr(C)]
pub struct hanzo_wasm_call {
    pub invocation: *const c_char,
    pub input: hanzo_wasm_bytes,
    pub module: hanzo_wasm_bytes,
}

extern "C" {
    pub fn hanzo_wasm_abi_version() -> u32;
    pub fn hanzo_wasm_build_id() -> *const c_char;

    pub fn hanzo_wasm_code_name(code: hanzo_wasm_code) -> *const c_char;
    pub fn hanzo_wasm_last_error_code() -> hanzo_wasm_code;
    pub fn hanzo_wasm_last_error() -> *mut c_char;
    pub fn hanzo_wasm_free(string: *mut c_char);

    pub fn hanzo_wasm_host_call_arguments(call: *mut hanzo_wasm_host_call) -> *const c_char;
    pub fn hanzo_wasm_host_call_bytes(call: *mut hanzo_wasm_host_call, index: usize) -> hanzo_wasm_bytes;
    pub fn hanzo_wasm_host_call_caller(call: *mut hanzo_wasm_host_call) -> *mut c_char;
    pub fn hanzo_wasm_host_call_is_cancelled(call: *mut hanzo_wasm_host_call) -> c_int;
    pub fn hanzo_wasm_host_call_return(
        call: *mut hanzo_wasm_host_call,
        json: *const c_char,
        bytes: hanzo_wasm_bytes,
    ) -> hanzo_wasm_code;
    pub fn hanzo_wasm_host_call_fail(
        call: *mut hanzo_wasm_host_call,
        message: *const c_char,
    ) -> hanzo_wasm_code;

    pub fn hanzo_wasm_runtime_create(
        options: *const hanzo_wasm_options,
        runtime: *mut *mut hanzo_wasm_runtime,
    ) -> hanzo_wasm_code;
    pub fn hanzo_wasm_runtime_shutdown(runtime: *mut hanzo_wasm_runtime, graceful: c_int) -> hanzo_wasm_code;
    pub fn hanzo_wasm_runtime_destroy(runtime: *mut hanzo_wasm_runtime);
    pub fn hanzo_wasm_runtime_status(
        runtime: *mut hanzo_wasm_runtime,
        status: *mut *mut c_char,
    ) -> hanzo_wasm_code;
    pub fn hanzo_wasm_runtime_statistics(
        runtime: *mut hanzo_wasm_runtime,
        statistics: *mut *mut c_char,
    ) -> hanzo_wasm_code;
    pub fn hanzo_wasm_probe(config: *const c_char, report: *mut *mut c_char) -> hanzo_wasm_code;

    pub fn hanzo_wasm_load(
        runtime: *mut hanzo_wasm_runtime,
        name: *const c_char,
        module: hanzo_wasm_bytes,
        options: *const c_char,
        info: *mut *mut c_char,
    ) -> hanzo_wasm_code;
    pub fn hanzo_wasm_validate(
        runtime: *mut hanzo_wasm_runtime,
        module: hanzo_wasm_bytes,
        options: *const c_char,
        info: *mut *mut c_char,
    ) -> hanzo_wasm_code;
    pub fn hanzo_wasm_unload(
        runtime: *mut hanzo_wasm_runtime,
        name: *const c_char,
        was_loaded: *mut c_int,
    ) -> hanzo_wasm_code;
    pub fn hanzo_wasm_list(runtime: *mut hanzo_wasm_runtime, names: *mut *mut c_char) -> hanzo_wasm_code;
    pub fn hanzo_wasm_info(
        runtime: *mut hanzo_wasm_runtime,
        name: *const c_char,
        info: *mut *mut c_char,
    ) -> hanzo_wasm_code;
    pub fn hanzo_wasm_clear(runtime: *mut hanzo_wasm_runtime) -> hanzo_wasm_code;

    pub fn hanzo_wasm_outcome_code(outcome: *const hanzo_wasm_outcome) -> hanzo_wasm_code;
    pub fn hanzo_wasm_outcome_json(outcome: *const hanzo_wasm_outcome) -> *const c_char;
    pub fn hanzo_wasm_outcome_bytes(outcome: *const hanzo_wasm_outcome) -> hanzo_wasm_bytes;
    pub fn hanzo_wasm_outcome_stdout(outcome: *const hanzo_wasm_outcome) -> hanzo_wasm_bytes;
    pub fn hanzo_wasm_outcome_stderr(outcome: *const hanzo_wasm_outcome) -> hanzo_wasm_bytes;
    pub fn hanzo_wasm_outcome_free(outcome: *mut hanzo_wasm_outcome);

    pub fn hanzo_wasm_invoke(
        runtime: *mut hanzo_wasm_runtime,
        call: *const hanzo_wasm_call,
        outcome: *mut *mut hanzo_wasm_outcome,
    ) -> hanzo_wasm_code;
    pub fn hanzo_wasm_invoke_async(
        runtime: *mut hanzo_wasm_runtime,
        call: *const hanzo_wasm_call,
        completion: Option<hanzo_wasm_completion>,
        context: *mut c_void,
        id: *mut u64,
    ) -> hanzo_wasm_code;
    pub fn hanzo_wasm_cancel(runtime: *mut hanzo_wasm_runtime, id: u64) -> hanzo_wasm_code;
}
