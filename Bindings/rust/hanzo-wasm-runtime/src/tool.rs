//! A function of a module as a tool.

use crate::{ToolError, WasmRuntime};
use serde_json::Value;
use std::sync::Arc;

/// A function of a loaded module.
#[derive(Debug, Clone)]
pub struct WasmTool {
    runtime: Arc<WasmRuntime>,
    module_name: String,
    function_name: String,
}

impl WasmTool {
    pub fn new(runtime: Arc<WasmRuntime>, module_name: String, function_name: String) -> WasmTool {
        WasmTool { runtime, module_name, function_name }
    }

    /// Calls it: [`WasmRuntime::execute`].
    pub async fn run(&self, params: Value) -> Result<Value, ToolError> {
        self.runtime.execute(&self.module_name, &self.function_name, params).await
    }
}
