//! The shape of the node's module of this name. It uses what the original crate has, and nothing else.

use hanzo_tools_primitives::tools::error::ToolError;
use hanzo_wasm_runtime::{WasmConfig, WasmRuntime};
use serde_json::{json, Map, Value};
use std::sync::{Arc, Mutex};
use std::time::Duration;

static WASM_RUNTIME: Mutex<Option<Arc<WasmRuntime>>> = Mutex::new(None);

fn ensure_runtime() -> Result<Arc<WasmRuntime>, ToolError> {
    let mut runtime = WASM_RUNTIME.lock().map_err(|error| ToolError::ExecutionError(error.to_string()))?;
    if let Some(runtime) = runtime.as_ref() {
        return Ok(runtime.clone());
    }
    let config = WasmConfig {
        max_memory_bytes: 128 * 1024 * 1024,
        max_execution_time: Duration::from_secs(10),
        enable_wasi: true,
        fuel_limit: Some(100_000_000),
    };
    let made = Arc::new(
        WasmRuntime::new(config)
            .map_err(|e| ToolError::ExecutionError(format!("Failed to create WASM runtime: {}", e)))?,
    );
    *runtime = Some(made.clone());
    Ok(made)
}

pub struct OAuthToken {
    pub name: String,
    pub access_token: String,
}

/// What a tool is given besides its parameters.
pub struct ToolContext {
    pub tool_id: String,
    pub app_id: String,
    pub node_name: String,
}

pub async fn load_wasm_module(name: String, wasm_bytes: Vec<u8>) -> Result<Vec<String>, ToolError> {
    let runtime = ensure_runtime()?;
    let info = runtime
        .load_module(name, wasm_bytes)
        .await
        .map_err(|e| ToolError::ExecutionError(format!("Failed to load WASM module: {}", e)))?;
    Ok(info.exports)
}

pub async fn execute_wasm_tool(
    module_name: &str,
    function_name: &str,
    context: &ToolContext,
    parameters: Map<String, Value>,
    oauth: &[OAuthToken],
    mounts: Option<Vec<String>>,
) -> Result<Value, ToolError> {
    let runtime = ensure_runtime()?;
    let mut document = json!({
        "context": {
            "tool_id": context.tool_id,
            "app_id": context.app_id,
            "node_name": context.node_name,
        },
        "parameters": parameters,
        "oauth": oauth
            .iter()
            .map(|token| json!({ "name": token.name, "accessToken": token.access_token }))
            .collect::<Vec<_>>(),
    });
    if let Some(mounts) = mounts {
        document["mounts"] = json!(mounts);
    }
    runtime.execute(module_name, function_name, document).await
}

pub async fn execute_wasm_bytes(bytes: Vec<u8>, function: &str, params: Value) -> Result<Value, ToolError> {
    ensure_runtime()?.execute_bytes(bytes, function, params).await
}

pub async fn unload_wasm_module(name: &str) -> Result<(), ToolError> {
    ensure_runtime()?
        .unload_module(name)
        .await
        .map_err(|e| ToolError::ExecutionError(format!("Failed to unload WASM module: {}", e)))
}

pub async fn list_wasm_modules() -> Result<Vec<String>, ToolError> {
    Ok(ensure_runtime()?.list_modules().await)
}

pub async fn clear_wasm_modules() -> Result<(), ToolError> {
    ensure_runtime()?.clear_modules().await;
    Ok(())
}

pub fn wasm_runtime() -> Result<Arc<WasmRuntime>, ToolError> {
    ensure_runtime()
}
