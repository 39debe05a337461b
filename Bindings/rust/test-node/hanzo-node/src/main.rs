//! Calls tools as the node does, and checks the answers.

mod wasm_execution;

use hanzo_tools_primitives::tools::error::ToolError;
use hanzo_wasm_runtime::WasmTool;
use serde_json::{json, Map, Value};
use wasm_execution::*;

const ADD: &str = r#"(module (func (export "add") (param $a i32) (param $b i32) (result i32)
    (i32.add (local.get $a) (local.get $b))))"#;

/// A tool in the binary format that takes documents, says so in its section `hanzo.abi`, and answers with the document:
///
/// ```wat
/// (module (memory 1) (func (export "run") (param i32 i32) (result i64)
///   (i64.or (i64.shl (i64.extend_i32_u (local.get 0)) (i64.const 32)) (i64.extend_i32_u (local.get 1)))))
/// ```
fn document_tool() -> Vec<u8> {
    let mut module = b"\0asm\x01\0\0\0".to_vec();
    let mut section = |id: u8, contents: &[u8]| {
        module.extend([id, contents.len() as u8]);
        module.extend(contents);
    };
    section(1, &[1, 0x60, 2, 0x7f, 0x7f, 1, 0x7e]);
    section(3, &[1, 0]);
    section(5, &[1, 0, 1]);
    section(7, b"\x01\x03run\0\0");
    section(10, &[1, 12, 0, 0x20, 0, 0xad, 0x42, 32, 0x86, 0x20, 1, 0xad, 0x84, 0x0b]);
    section(0, b"\x09hanzo.abidocument");
    module
}

async fn run(module: &str, function: &str, parameters: Value) -> Result<Value, ToolError> {
    let context = ToolContext { tool_id: "t1".into(), app_id: "a1".into(), node_name: "n1".into() };
    let oauth = [OAuthToken { name: "mail".into(), access_token: "secret".into() }];
    let parameters: Map<String, Value> = parameters.as_object().cloned().unwrap_or_default();
    execute_wasm_tool(module, function, &context, parameters, &oauth, Some(vec!["/srv/data".into()])).await
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    assert_eq!(load_wasm_module("math".into(), ADD.into()).await?, ["add"]);
    assert_eq!(load_wasm_module("tool".into(), document_tool()).await?, ["run"]);
    // None of the names a to h is at the document's top level, so the original passed zeros.
    assert_eq!(run("math", "add", json!({ "a": 1, "b": 2 })).await?, json!(0));
    let answer = run("tool", "run", json!({ "a": 1 })).await?;
    assert_eq!(answer["parameters"], json!({ "a": 1 }));
    assert_eq!(answer["context"]["tool_id"], json!("t1"));
    assert_eq!(answer["oauth"], json!([{ "name": "mail", "accessToken": "secret" }]));
    assert_eq!(answer["mounts"], json!(["/srv/data"]));

    let error = run("nope", "run", Value::Null).await.unwrap_err();
    assert!(matches!(&error, ToolError::ExecutionError(text) if text == "Module nope not found"));
    let error = run("tool", "nope", Value::Null).await.unwrap_err();
    assert_eq!(error.to_string(), "Execution error: Function nope not found");

    let tool = WasmTool::new(wasm_runtime()?, "math".into(), "add".into());
    let sum: Result<Value, ToolError> = tool.run(json!([20, 22])).await;
    assert_eq!(sum?, json!(42));

    let call = |number: i64| tokio::spawn(execute_wasm_bytes(ADD.into(), "add", json!([number, 1])));
    let calls: Vec<_> = (0..16).map(call).collect();
    for (number, call) in (0..16).zip(calls) {
        assert_eq!(call.await??, json!(number + 1));
    }

    unload_wasm_module("math").await?;
    unload_wasm_module("math").await?;
    assert_eq!(list_wasm_modules().await?, ["tool"]);
    clear_wasm_modules().await?;
    assert!(list_wasm_modules().await?.is_empty());
    println!("the miniature node: all answers are right");
    Ok(())
}
