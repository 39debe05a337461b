//! Functions of the program that guests may call.

use crate::memory::{self, NO_BYTES};
use crate::{ffi, Error};
use std::ffi::CString;
use std::fmt;
use std::os::raw::c_void;

/// The type of a parameter or a result of a host function, as the guest's convention has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ValueType {
    I32,
    I64,
    F32,
    F64,
    /// Text: address and length.
    String,
    /// Bytes: address and length.
    Bytes,
    /// A JSON document: address and length.
    Json,
    /// Text that ends with a NUL. A parameter only.
    CString,
    /// A JSON document that the guest reads with `json_get` and so on. A result only.
    JsonHandle,
}

impl ValueType {
    /// As declarations spell it.
    pub fn name(self) -> &'static str {
        match self {
            ValueType::I32 => "i32",
            ValueType::I64 => "i64",
            ValueType::F32 => "f32",
            ValueType::F64 => "f64",
            ValueType::String => "string",
            ValueType::Bytes => "bytes",
            ValueType::Json => "json",
            ValueType::CString => "cString",
            ValueType::JsonHandle => "jsonHandle",
        }
    }
}

/// What a host function does: see [`HostFunction::body`].
pub type HostBody = Box<dyn Fn(HostCall) + Send + Sync>;

/// A function that guests import.
pub struct HostFunction {
    /// The module that guests import it from. Default `"env"`.
    pub module: String,
    pub name: String,
    pub parameters: Vec<ValueType>,
    /// `None`: the function has no result.
    pub result: Option<ValueType>,
    /// What the guest gets if the function fails; `None` (default): the guest's call fails.
    pub error_value: Option<i64>,
    /// Fuel that each call costs. Default 0.
    pub fuel: u64,
    /// Called for each call, on a thread of the library, where it may block. It answers before it returns, or keeps the
    /// call and answers later.
    pub body: HostBody,
}

impl HostFunction {
    pub fn new(name: &str, body: impl Fn(HostCall) + Send + Sync + 'static) -> HostFunction {
        HostFunction {
            module: "env".into(),
            name: name.into(),
            parameters: Vec::new(),
            result: None,
            error_value: None,
            fuel: 0,
            body: Box::new(body),
        }
    }

    pub(crate) fn declaration(&self) -> String {
        let names: Vec<String> =
            self.parameters.iter().map(|parameter| memory::quoted(parameter.name())).collect();
        let or_null = |value: Option<String>| value.unwrap_or_else(|| "null".into());
        format!(
            "{{\"module\":{},\"name\":{},\"parameters\":[{}],\"result\":{},\"errorValue\":{},\"fuel\":{}}}",
            memory::quoted(&self.module),
            memory::quoted(&self.name),
            names.join(","),
            or_null(self.result.map(|result| memory::quoted(result.name()))),
            or_null(self.error_value.map(|value| value.to_string())),
            self.fuel
        )
    }
}

/// One call of a host function by a guest. It is answered once, on any thread; one that is dropped has failed.
#[must_use = "a guest waits for the answer"]
pub struct HostCall {
    // A number in disguise (hanzo_wasm.h): one that has ended is an error and nothing worse.
    handle: usize,
    arguments: String,
    bytes: Vec<Option<Vec<u8>>>,
    is_answered: bool,
}

impl fmt::Debug for HostCall {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HostCall").field("arguments", &self.arguments).finish_non_exhaustive()
    }
}

/// An answer that the function's declaration does not allow. The call is still to be answered, if it has not ended.
#[derive(Debug)]
pub struct Rejected {
    pub call: HostCall,
    pub error: Error,
}

impl HostCall {
    /// Copies the arguments: the library's live until the call is answered or its runtime has been destroyed, and the
    /// latter is not waited for once the callback has returned.
    fn adopt(call: *mut ffi::hanzo_wasm_host_call, parameters: &[ValueType]) -> HostCall {
        let mut adopted = HostCall {
            handle: call as usize,
            arguments: String::new(),
            bytes: Vec::new(),
            is_answered: false,
        };
        // The callback has not returned, so neither happens meanwhile.
        let text = unsafe { memory::bytes_of_text(ffi::hanzo_wasm_host_call_arguments(call)) };
        adopted.arguments = String::from_utf8_lossy(text).into_owned();
        for (index, parameter) in parameters.iter().enumerate() {
            adopted.bytes.push(match parameter {
                ValueType::Bytes => {
                    let bytes = unsafe { memory::slice(ffi::hanzo_wasm_host_call_bytes(call, index)) };
                    Some(bytes.to_vec())
                }
                _ => None,
            });
        }
        adopted
    }

    /// The arguments, a JSON array. They are a stranger's words, even though they have the declared types.
    pub fn arguments(&self) -> &str {
        &self.arguments
    }

    /// The argument at this place, if it was declared as [`ValueType::Bytes`]; it is null in the JSON array.
    pub fn bytes(&self, index: usize) -> Option<&[u8]> {
        self.bytes.get(index)?.as_deref()
    }

    /// Who calls, a JSON object: `module`, `function`, and `remainingNanoseconds` until the guest's deadline. `None` if
    /// the runtime has been destroyed.
    pub fn caller(&self) -> Option<String> {
        memory::take_string(unsafe { ffi::hanzo_wasm_host_call_caller(self.raw()) })
    }

    /// Whether nobody waits for the answer any more.
    pub fn is_cancelled(&self) -> bool {
        unsafe { ffi::hanzo_wasm_host_call_is_cancelled(self.raw()) != 0 }
    }

    /// Answers a function whose result is declared, and not as bytes.
    pub fn return_json(self, json: &str) -> Result<(), Rejected> {
        match memory::text(json) {
            Ok(json) => {
                self.answer(|call| unsafe { ffi::hanzo_wasm_host_call_return(call, json.as_ptr(), NO_BYTES) })
            }
            Err(error) => Err(Rejected { call: self, error }),
        }
    }

    /// Answers a function whose result is declared as bytes.
    pub fn return_bytes(self, bytes: &[u8]) -> Result<(), Rejected> {
        self.answer(|call| unsafe {
            ffi::hanzo_wasm_host_call_return(call, std::ptr::null(), memory::bytes(bytes))
        })
    }

    /// Answers a function without a result.
    pub fn return_nothing(self) -> Result<(), Rejected> {
        self.answer(|call| unsafe { ffi::hanzo_wasm_host_call_return(call, std::ptr::null(), NO_BYTES) })
    }

    /// Answers that the function has failed. The caller of the guest's function is told the message, the guest is not.
    pub fn fail(mut self, message: &str) {
        self.fail_once(message);
    }

    fn raw(&self) -> *mut ffi::hanzo_wasm_host_call {
        self.handle as *mut _
    }

    fn answer(mut self, body: impl FnOnce(*mut ffi::hanzo_wasm_host_call) -> i32) -> Result<(), Rejected> {
        match memory::check(body(self.raw())) {
            Ok(()) => {
                self.is_answered = true;
                Ok(())
            }
            Err(error) => Err(Rejected { call: self, error }),
        }
    }

    fn fail_once(&mut self, message: &str) {
        if self.is_answered {
            return;
        }
        self.is_answered = true;
        let message = CString::new(message.replace('\0', " ")).unwrap_or_default();
        // An error only says that nobody waits any more.
        let _ = unsafe { ffi::hanzo_wasm_host_call_fail(self.raw(), message.as_ptr()) };
    }
}

impl Drop for HostCall {
    fn drop(&mut self) {
        self.fail_once(if std::thread::panicking() {
            "The host function panicked."
        } else {
            "The host function did not answer."
        });
    }
}

/// What the library hands back with each call of a function.
pub(crate) struct HostContext {
    parameters: Vec<ValueType>,
    body: HostBody,
}

impl From<HostFunction> for HostContext {
    fn from(function: HostFunction) -> HostContext {
        HostContext { parameters: function.parameters, body: function.body }
    }
}

pub(crate) extern "C" fn on_host_call(context: *mut c_void, call: *mut ffi::hanzo_wasm_host_call) {
    memory::in_callback(|| {
        // It lives until the runtime has been destroyed.
        let context = unsafe { &*(context as *const HostContext) };
        (context.body)(HostCall::adopt(call, &context.parameters));
    });
}
