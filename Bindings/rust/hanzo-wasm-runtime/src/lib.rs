//! Runs WebAssembly that nobody has to trust, in confined worker processes of the Hanzo WASM Runtime.
//!
//! The first half of the interface is that of the crate of the same name in Hanzo Node: [`WasmRuntime::new`],
//! [`load_module`](WasmRuntime::load_module), [`execute`](WasmRuntime::execute), [`WasmTool`]. The second half is what
//! that crate could not do: limits, mounts, trust domains, isolation, streams and typed errors for each call
//! ([`WasmRuntime::invoke`]), and functions of the program that guests may call ([`HostFunction`]).
//!
//! Futures need no particular executor. Dropping the future of a call cancels the call and kills its worker.
//!
//! ```no_run
//! use hanzo_wasm_runtime::{WasmConfig, WasmRuntime};
//!
//! # async fn example() -> anyhow::Result<()> {
//! let runtime = WasmRuntime::new(WasmConfig::default())?;
//! runtime.load_module("math".into(), std::fs::read("math.wasm")?).await?;
//! let sum = runtime.execute("math", "add", serde_json::json!([5, 3])).await?;
//! # Ok(())
//! # }
//! ```

mod config;
mod error;
mod host;
mod invocation;
mod oneshot;
mod outcome;
mod runtime;
mod tool;
mod tool_error;

pub use config::{Options, WasmConfig};
pub use error::{ErrorCode, Execution, Fault, WasmError};
pub use hanzo_wasm_sys::ValueType;
pub use host::{Answer, HostCall, HostError, HostFunction};
pub use invocation::{Invocation, Isolation, Limits, LoadOptions, Mount};
pub use outcome::{LogRecord, Outcome};
pub use runtime::{Call, WasmModuleInfo, WasmRuntime};
pub use tool::WasmTool;
pub use tool_error::{ToolError, ToolErrorExt};
