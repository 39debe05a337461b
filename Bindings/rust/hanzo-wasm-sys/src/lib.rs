//! The C interface of the Hanzo WASM Runtime: [`ffi`] is hanzo_wasm.h, and the rest a thin safe layer over it.
//!
//! JSON goes in and out as text, and nothing but the standard library is used. The crate `hanzo-wasm-runtime` builds
//! on this one and has typed values, errors and futures.
//!
//! Closures run on threads of the library, several at the same time. One that panics is contained: a host function
//! then fails, a completion or a log line is lost, and nothing unwinds into the library.
//!
//! A child made by `fork()` must not use the library, unless it executes another program.

pub mod ffi;
mod host;
mod memory;
mod runtime;

pub use host::{HostBody, HostCall, HostFunction, Rejected, ValueType};
pub use runtime::{Call, Handle, LogFunction, Options, Outcome, Runtime};

use std::fmt;

/// Why a function of the library failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Error {
    pub(crate) code: i32,
    pub(crate) json: String,
}

impl Error {
    /// One of the codes in [`ffi`], never `HANZO_WASM_OK`.
    pub fn code(&self) -> i32 {
        self.code
    }

    /// The whole error, a JSON object: `code`, `message`, `fault`, `execution`, and what else is known.
    pub fn json(&self) -> &str {
        &self.json
    }

    /// An error of this layer.
    pub(crate) fn new(code: i32, fault: &str, message: &str) -> Error {
        let name = code_name(code).unwrap_or("unknown");
        let json = format!(
            "{{\"code\":\"{name}\",\"message\":{},\"fault\":\"{fault}\",\"execution\":\"notStarted\"}}",
            memory::quoted(message)
        );
        Error { code, json }
    }

    /// Of the function that has just failed on this thread.
    pub(crate) fn last(code: i32) -> Error {
        match memory::take_string(unsafe { ffi::hanzo_wasm_last_error() }) {
            Some(json) => Error { code, json },
            None => Error::new(code, "host", "The library did not say what went wrong."),
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", code_name(self.code).unwrap_or("unknown"), self.json)
    }
}

impl std::error::Error for Error {}

/// The version of the C interface that the library has.
pub fn abi_version() -> u32 {
    unsafe { ffi::hanzo_wasm_abi_version() }
}

/// The library's build, as workers of the same build name it.
pub fn build_id() -> &'static str {
    memory::static_text(unsafe { ffi::hanzo_wasm_build_id() }).unwrap_or("")
}

/// A code as all interfaces spell it, such as `"moduleNotFound"`; `None` for a number that is no code.
pub fn code_name(code: i32) -> Option<&'static str> {
    memory::static_text(unsafe { ffi::hanzo_wasm_code_name(code) })
}

/// Whether this machine can run workers with this configuration (a JSON object; `None` is the default): starts one and
/// ends it. Blocks until then. The answer is a JSON object, also if the machine cannot: `ok` is false then.
///
/// # Errors
///
/// `HANZO_WASM_INVALID_CONFIGURATION` for a document that has mistakes.
pub fn probe(config: Option<&str>) -> Result<String, Error> {
    let config = config.map(memory::text).transpose()?;
    let config = config.as_ref().map_or(std::ptr::null(), |text| text.as_ptr());
    memory::answer(|report| unsafe { ffi::hanzo_wasm_probe(config, report) })
}
