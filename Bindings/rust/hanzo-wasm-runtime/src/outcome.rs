//! What came of a call.

use crate::WasmError;
use hanzo_wasm_sys as sys;
use serde_json::Value;

/// A message that a guest logged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogRecord {
    /// `"debug"`, `"info"`, `"warning"` or `"error"`.
    pub level: String,
    pub message: String,
}

/// What came of a call.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct Outcome {
    /// The result. Null if it has none, and if it is [`bytes`](Outcome::bytes).
    pub value: Value,
    /// The result of a call whose input was bytes, or a document as text.
    pub bytes: Vec<u8>,
    /// What the guest wrote to its standard output, up to the output limit.
    pub stdout: Vec<u8>,
    /// What the guest wrote to its standard error, up to the output limit.
    pub stderr: Vec<u8>,
    /// What the guest logged, up to the log limit.
    pub logs: Vec<LogRecord>,
    /// A command's exit code. One other than 0 is not an error.
    pub exit_code: Option<i64>,
    /// Fuel that the call used.
    pub fuel: u64,
    /// The whole outcome, an object. Its member `usage` has times in nanoseconds and memory in bytes (docs/embedding.md).
    pub json: Value,
}

impl Outcome {
    /// The outcome, or the error of a call that failed.
    pub(crate) fn read(outcome: &sys::Outcome) -> Result<Outcome, WasmError> {
        let code = outcome.code();
        let mut json: Value =
            serde_json::from_slice(outcome.json()).map_err(|error| WasmError::unreadable(&error))?;
        let error = json.get_mut("error").map(Value::take);
        let read = Outcome {
            value: json.pointer_mut("/result/value").map(Value::take).unwrap_or_default(),
            bytes: outcome.bytes().to_vec(),
            stdout: outcome.stdout().to_vec(),
            stderr: outcome.stderr().to_vec(),
            logs: logs(&json),
            exit_code: json.get("exitCode").and_then(Value::as_i64),
            fuel: json.pointer("/usage/fuel").and_then(Value::as_u64).unwrap_or_default(),
            json,
        };
        if code == sys::ffi::HANZO_WASM_OK {
            return Ok(read);
        }
        let mut error = WasmError::from_json(code, error.unwrap_or_default());
        if read.json.get("usage").is_some() {
            error.outcome = Some(Box::new(read));
        }
        Err(error)
    }
}

fn logs(json: &Value) -> Vec<LogRecord> {
    let text = |record: &Value, name: &str| record[name].as_str().unwrap_or_default().to_owned();
    json.get("logs")
        .and_then(Value::as_array)
        .map(|records| {
            records
                .iter()
                .map(|record| LogRecord { level: text(record, "level"), message: text(record, "message") })
                .collect()
        })
        .unwrap_or_default()
}
