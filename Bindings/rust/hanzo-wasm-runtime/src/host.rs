//! Functions of the program that guests may call.

use crate::{ErrorCode, Execution, Fault, WasmError};
use hanzo_wasm_sys::{self as sys, ValueType};
use serde_json::Value;
use std::error::Error;
use std::fmt;
use std::time::Duration;

/// Why a host function failed. Its text goes to the caller of the guest's function, and not to the guest. A text is one:
/// `Err("no such row".into())`.
pub type HostError = Box<dyn Error + Send + Sync>;

/// What a host function answers.
#[derive(Debug, Clone, PartialEq)]
pub enum Answer {
    /// Of a function without a result.
    Nothing,
    /// A value of the declared type: a number, a text, or any JSON.
    Json(Value),
    /// Of a function whose result is declared as [`ValueType::Bytes`].
    Bytes(Vec<u8>),
}

impl From<()> for Answer {
    fn from(_: ()) -> Answer {
        Answer::Nothing
    }
}

impl From<Value> for Answer {
    fn from(value: Value) -> Answer {
        Answer::Json(value)
    }
}

impl From<Vec<u8>> for Answer {
    fn from(bytes: Vec<u8>) -> Answer {
        Answer::Bytes(bytes)
    }
}

/// A function that guests import, with the types of its parameters and its result.
///
/// It is called on threads of the library, several at the same time, where it may block. One that panics has failed. It
/// must not hold an `Arc` of the runtime that it belongs to, which would then never end; a `Weak` is fine.
pub struct HostFunction {
    function: sys::HostFunction,
}

impl HostFunction {
    /// A function that answers before it returns.
    pub fn new<A: Into<Answer>>(
        name: &str,
        body: impl Fn(&HostCall) -> Result<A, HostError> + Send + Sync + 'static,
    ) -> HostFunction {
        HostFunction::deferred(name, move |call| {
            let answer = body(&call).map(Into::into);
            let _ = call.answer(answer);
        })
    }

    /// A function that may keep the call and answer it later, on any thread: by a task of an executor, say. A call that is
    /// dropped has failed. One that is kept for ever ends with the guest's deadline.
    pub fn deferred(name: &str, body: impl Fn(HostCall) + Send + Sync + 'static) -> HostFunction {
        let body = move |call: sys::HostCall| match serde_json::from_str(call.arguments()) {
            Ok(arguments) => body(HostCall { call, arguments }),
            Err(error) => call.fail(&format!("The arguments cannot be read: {error}.")),
        };
        HostFunction { function: sys::HostFunction::new(name, body) }
    }

    /// The module that guests import it from. Default `"env"`.
    pub fn module(mut self, module: &str) -> HostFunction {
        self.function.module = module.into();
        self
    }

    /// Default: none.
    pub fn parameters(mut self, parameters: &[ValueType]) -> HostFunction {
        self.function.parameters = parameters.to_vec();
        self
    }

    /// Default: none.
    pub fn result(mut self, result: ValueType) -> HostFunction {
        self.function.result = Some(result);
        self
    }

    /// What the guest gets if the function fails. Default: the guest's call fails (`hostFunctionFailed`).
    pub fn error_value(mut self, value: i64) -> HostFunction {
        self.function.error_value = Some(value);
        self
    }

    /// Fuel that each call costs. Default 0.
    pub fn fuel(mut self, fuel: u64) -> HostFunction {
        self.function.fuel = fuel;
        self
    }

    pub(crate) fn into_sys(self) -> sys::HostFunction {
        self.function
    }
}

impl fmt::Debug for HostFunction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "HostFunction({}.{})", self.function.module, self.function.name)
    }
}

/// One call of a host function by a guest.
#[must_use = "a guest waits for the answer"]
pub struct HostCall {
    call: sys::HostCall,
    arguments: Vec<Value>,
}

impl HostCall {
    /// The arguments; null for bytes. **They are a stranger's words**, even though they have the declared types.
    pub fn arguments(&self) -> &[Value] {
        &self.arguments
    }

    /// A text among the arguments; empty if that one is none.
    pub fn text(&self, index: usize) -> &str {
        self.arguments.get(index).and_then(Value::as_str).unwrap_or_default()
    }

    /// Bytes among the arguments; empty if that one is none.
    pub fn bytes(&self, index: usize) -> &[u8] {
        self.call.bytes(index).unwrap_or_default()
    }

    /// The names of the module and the function that were called, and what is left until the deadline. `None` if nobody
    /// waits any more.
    pub fn caller(&self) -> Option<(String, String, Duration)> {
        let json: Value = serde_json::from_str(&self.call.caller()?).ok()?;
        let text = |name: &str| json[name].as_str().unwrap_or_default().to_owned();
        // Behind the deadline it is negative.
        let left = json["remainingNanoseconds"].as_u64().unwrap_or_default();
        Some((text("module"), text("function"), Duration::from_nanos(left)))
    }

    /// Whether nobody waits for the answer any more: the guest's call has ended.
    pub fn is_cancelled(&self) -> bool {
        self.call.is_cancelled()
    }

    /// Answers the call.
    ///
    /// # Errors
    ///
    /// `InvalidArguments`: the answer is no value of the declared type, so the function has failed; or the runtime has
    /// been destroyed.
    pub fn answer<A: Into<Answer>>(self, answer: Result<A, HostError>) -> Result<(), WasmError> {
        let answered = match answer.map(Into::into) {
            Ok(Answer::Nothing) => self.call.return_nothing(),
            Ok(Answer::Json(value)) => self.call.return_json(&value.to_string()),
            Ok(Answer::Bytes(bytes)) => self.call.return_bytes(&bytes),
            Err(error) => {
                self.call.fail(&error.to_string());
                Ok(())
            }
        };
        answered.map_err(|rejected| {
            let error = WasmError::from(rejected.error);
            rejected.call.fail(&error.message);
            WasmError::new(ErrorCode::InvalidArguments, Fault::Host, Execution::NotStarted, error.message)
        })
    }
}

impl fmt::Debug for HostCall {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HostCall").field("arguments", &self.arguments).finish_non_exhaustive()
    }
}
