//! What the tests and the example of the original crate did, with its interface only.

mod common;

use common::{eventually, workers, ADD, SPIN};
use hanzo_wasm_runtime::{ToolError, WasmConfig, WasmModuleInfo, WasmRuntime, WasmTool};
use serde_json::{json, Value};
use std::sync::Arc;
use std::time::{Duration, Instant};

const STRINGS: &str = r#"(module (memory (export "memory") 1)
    (data (i32.const 16) "Hello, WASM!\00") (data (i32.const 64) "a text\00") (data (i32.const 128) "another\00")
    (func (export "hello") (result i32) (i32.const 16))
    (func (export "name_str") (result i32) (i32.const 64))
    (func (export "get_string_2") (result i32) (i32.const 128))
    (func (export "address") (result i32) (i32.const 64)))"#;

const FLOATS: &str = r#"(module
    (func (export "sqrt_f32") (param f32) (result f32) (f32.sqrt (local.get 0)))
    (func (export "add_f64") (param f64 f64) (result f64) (f64.add (local.get 0) (local.get 1)))
    (func (export "third") (result f64) (f64.div (f64.const 1) (f64.const 3))))"#;

const NUMBERS: &str = r#"(module
    (func (export "sum") (param i32 i32 i32) (result i32)
        (i32.add (local.get 0) (i32.add (local.get 1) (local.get 2))))
    (func (export "double") (param i32) (result i32) (i32.mul (local.get 0) (i32.const 2)))
    (func (export "divmod") (param i32 i32) (result i32 i32)
        (i32.div_s (local.get 0) (local.get 1)) (i32.rem_s (local.get 0) (local.get 1)))
    (func (export "same") (param i64) (result i64) (local.get 0))
    (func (export "most") (result i64) (i64.const 9223372036854775807))
    (func (export "nothing"))
    (func (export "broken") unreachable))"#;

const MEMORY: &str = r#"(module (memory (export "memory") 1)
    (func (export "keep") (param i32 i32) (result i32)
        (i32.store (local.get 0) (local.get 1)) (i32.load (local.get 0)))
    (func (export "grow") (param i32) (result i32) (memory.grow (local.get 0))))"#;

const HOST: &str = r#"(module
    (import "env" "log" (func $log (param i32 i32)))
    (import "env" "json_parse" (func $parse (param i32 i32) (result i32)))
    (memory (export "memory") 1)
    (data (i32.const 16) "a message") (data (i32.const 32) "{\22a\22:1}")
    (func (export "test_log") (call $log (i32.const 16) (i32.const 9)))
    (func (export "parse") (result i32) (call $parse (i32.const 32) (i32.const 7))))"#;

fn runtime() -> WasmRuntime {
    WasmRuntime::new(WasmConfig::default()).expect("a runtime")
}

async fn execute(wat: &str, function: &str, params: Value) -> Result<Value, ToolError> {
    runtime().execute_bytes(wat.into(), function, params).await
}

async fn value(wat: &str, function: &str, params: Value) -> Value {
    execute(wat, function, params).await.expect("a value")
}

async fn error(wat: &str, function: &str, params: Value) -> String {
    execute(wat, function, params).await.expect_err("an error").to_string()
}

#[test]
fn defaults() {
    let config = WasmConfig::default();
    assert_eq!(config.max_memory_bytes, 256 * 1024 * 1024);
    assert_eq!(config.max_execution_time, Duration::from_secs(30));
    assert!(config.enable_wasi);
    assert_eq!(config.fuel_limit, Some(1_000_000_000));
    let text = serde_json::to_string(&config).expect("serialized");
    let read: WasmConfig = serde_json::from_str(&text).expect("deserialized");
    assert_eq!(format!("{read:?}"), format!("{config:?}"));
}

#[tokio::test]
async fn loads_and_adds() {
    let runtime = runtime();
    let info = runtime.load_module("math".to_string(), ADD.into()).await.expect("load");
    assert_eq!((info.name.as_str(), info.version.as_str()), ("math", "1.0.0"));
    assert_eq!(info.exports, ["add"]);
    assert_eq!(info.hash.len(), 64);
    assert_eq!(info.memory_pages, 0);
    let copy: WasmModuleInfo =
        serde_json::from_value(serde_json::to_value(&info).expect("serialized")).expect("deserialized");
    assert_eq!(copy.hash, info.hash);
    assert_eq!(runtime.execute("math", "add", json!([5, 3])).await.expect("add"), json!(8));
    assert_eq!(runtime.execute("math", "add", json!({"a": 10, "b": 15})).await.expect("add"), json!(25));
}

#[tokio::test]
async fn memory_pages_and_exports_in_order() {
    let info = runtime().load_module("strings".into(), STRINGS.into()).await.expect("load");
    assert_eq!(info.exports, ["hello", "name_str", "get_string_2", "address"]);
    assert_eq!(info.memory_pages, 1);
}

#[tokio::test]
async fn strings() {
    assert_eq!(value(STRINGS, "hello", Value::Null).await, json!("Hello, WASM!"));
    assert_eq!(value(STRINGS, "name_str", Value::Null).await, json!("a text"));
    assert_eq!(value(STRINGS, "get_string_2", Value::Null).await, json!("another"));
    assert_eq!(value(STRINGS, "address", Value::Null).await, json!(64));
}

#[tokio::test]
async fn floats() {
    assert_eq!(value(FLOATS, "sqrt_f32", json!(16.0)).await, json!(4.0));
    assert_eq!(value(FLOATS, "add_f64", json!([1.5, 2.5])).await, json!(4.0));
    assert_eq!(value(FLOATS, "third", Value::Null).await, json!(1.0 / 3.0));
}

#[tokio::test]
async fn parameters_and_results() {
    assert_eq!(value(NUMBERS, "sum", json!({"a": 1, "b": 2, "c": 3})).await, json!(6));
    assert_eq!(value(NUMBERS, "sum", json!([1])).await, json!(1));
    assert_eq!(value(NUMBERS, "sum", Value::Null).await, json!(0));
    assert_eq!(value(NUMBERS, "double", json!(21)).await, json!(42));
    assert_eq!(value(NUMBERS, "divmod", json!([17, 5])).await, json!([3, 2]));
    assert_eq!(value(NUMBERS, "nothing", Value::Null).await, Value::Null);
    assert_eq!(value(NUMBERS, "most", Value::Null).await, json!(i64::MAX));
    for number in [0, 1, -1, i64::MAX, i64::MIN, 9_007_199_254_740_993] {
        assert_eq!(value(NUMBERS, "same", json!([number])).await, json!(number));
    }
}

#[tokio::test]
async fn memory() {
    assert_eq!(value(MEMORY, "keep", json!([100, 4711])).await, json!(4711));
    let runtime = WasmRuntime::new(WasmConfig { max_memory_bytes: 1 << 20, ..WasmConfig::default() })
        .expect("a runtime");
    runtime.load_module("memory".into(), MEMORY.into()).await.expect("load");
    assert_eq!(runtime.execute("memory", "grow", json!([15])).await.expect("grow"), json!(1));
    assert_eq!(runtime.execute("memory", "grow", json!([16])).await.expect("grow"), json!(-1));
}

#[tokio::test]
async fn host_functions() {
    assert_eq!(value(HOST, "test_log", Value::Null).await, Value::Null);
    assert_eq!(value(HOST, "parse", Value::Null).await, json!(0));
}

#[tokio::test]
async fn what_is_missing() {
    let runtime = runtime();
    let error = runtime.execute("nope", "add", Value::Null).await.expect_err("no module");
    assert_eq!(error.to_string(), "Execution error: Module nope not found");
    assert!(matches!(&error, ToolError::ExecutionError(text) if text == "Module nope not found"));
    runtime.load_module("math".into(), ADD.into()).await.expect("load");
    let error = runtime.execute("math", "sub", Value::Null).await.expect_err("no function");
    assert_eq!(error.to_string(), "Execution error: Function sub not found");
}

#[tokio::test]
async fn names_may_be_anything() {
    let runtime = runtime();
    for name in ["", "a b", "\"quoted\"", "../../etc", "\u{e9}\u{1f980}", "line\nbreak"] {
        runtime.load_module(name.into(), ADD.into()).await.expect("load");
        assert_eq!(runtime.execute(name, "add", json!([1, 2])).await.expect("add"), json!(3));
        let error = runtime.execute(name, name, Value::Null).await.expect_err("no function");
        assert_eq!(error.to_string(), format!("Execution error: Function {name} not found"));
        runtime.unload_module(name).await.expect("unload");
        let error = runtime.execute(name, "add", Value::Null).await.expect_err("no module");
        assert_eq!(error.to_string(), format!("Execution error: Module {name} not found"));
    }
}

#[tokio::test]
async fn module_management() {
    let runtime = runtime();
    for name in ["mod1", "mod2", "mod3"] {
        runtime.load_module(name.into(), ADD.into()).await.expect("load");
    }
    assert_eq!(runtime.list_modules().await, ["mod1", "mod2", "mod3"]);
    runtime.unload_module("mod2").await.expect("unload");
    assert_eq!(runtime.list_modules().await, ["mod1", "mod3"]);
    runtime.unload_module("never-loaded").await.expect("unload of nothing");
    runtime.clear_modules().await;
    assert!(runtime.list_modules().await.is_empty());
}

#[tokio::test]
async fn execute_bytes_leaves_nothing_listed() {
    let runtime = runtime();
    assert_eq!(runtime.execute_bytes(ADD.into(), "add", json!([6, 7])).await.expect("add"), json!(13));
    assert!(runtime.list_modules().await.is_empty());
    runtime.execute_bytes(NUMBERS.into(), "broken", Value::Null).await.expect_err("a trap");
    runtime.execute_bytes(b"garbage".to_vec(), "f", Value::Null).await.expect_err("no module");
    runtime.execute_bytes(Vec::new(), "f", Value::Null).await.expect_err("no module");
    assert!(runtime.list_modules().await.is_empty());
}

#[tokio::test]
async fn bad_modules() {
    let runtime = runtime();
    let error = runtime.load_module("bad".into(), b"garbage".to_vec()).await.expect_err("no module");
    assert!(error.to_string().starts_with("invalidModule"), "{error}");
    assert!(runtime.list_modules().await.is_empty());
}

#[tokio::test]
async fn traps() {
    let error = error(NUMBERS, "broken", Value::Null).await;
    assert!(error.starts_with("Execution error: Function call failed: "), "{error}");
    assert!(error.ends_with("(trap)"), "{error}");
}

#[tokio::test]
async fn fuel() {
    let runtime =
        WasmRuntime::new(WasmConfig { fuel_limit: Some(1_000), ..WasmConfig::default() }).expect("a runtime");
    runtime.load_module("spin".into(), SPIN.into()).await.expect("load");
    let error = runtime.execute("spin", "spin", Value::Null).await.expect_err("no fuel").to_string();
    assert!(error.contains("fuel") && error.ends_with("(fuelExhausted)"), "{error}");
}

#[tokio::test]
async fn timeout() {
    let config = WasmConfig {
        max_execution_time: Duration::from_millis(200),
        fuel_limit: None,
        ..WasmConfig::default()
    };
    let runtime = WasmRuntime::new(config).expect("a runtime");
    runtime.load_module("spin".into(), SPIN.into()).await.expect("load");
    runtime.load_module("math".into(), ADD.into()).await.expect("load");
    let began = Instant::now();
    let error = runtime.execute("spin", "spin", Value::Null).await.expect_err("too late").to_string();
    assert!(error.starts_with("Execution error: Execution timeout"), "{error}");
    let took = began.elapsed();
    assert!(took >= Duration::from_millis(200) && took < Duration::from_secs(5), "{took:?}");
    // The runtime goes on, and nothing spins any more.
    assert_eq!(runtime.execute("math", "add", json!([1, 1])).await.expect("add"), json!(2));
    eventually("the end of the spinning worker", || {
        let status = runtime.status().expect("status");
        status["workers"].as_array().expect("workers").iter().all(|worker| worker["calls"] == 0)
            || workers(&runtime).iter().all(|pid| cpu_ticks(*pid).map_or(true, |ticks| ticks < 10))
    });
    for pid in workers(&runtime) {
        let before = cpu_ticks(pid);
        tokio::time::sleep(Duration::from_millis(200)).await;
        assert!(cpu_ticks(pid).unwrap_or(0) <= before.unwrap_or(0) + 5, "worker {pid} spins");
    }
}

/// CPU time of a process in hundredths of a second; `None` if it has ended.
fn cpu_ticks(pid: u64) -> Option<u64> {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    let mut fields = stat.rsplit(')').next()?.split_whitespace().skip(11);
    Some(fields.next()?.parse::<u64>().ok()? + fields.next()?.parse::<u64>().ok()?)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sixteen_calls_of_different_tools_at_once() {
    let runtime = Arc::new(runtime());
    let mut calls = Vec::new();
    for number in 0..16_i64 {
        let name = format!("tool{number}");
        let wat = format!(
            r#"(module (func (export "run") (param i64) (result i64) (local $count i32)
                (loop $again
                    (local.set $count (i32.add (local.get $count) (i32.const 1)))
                    (br_if $again (i32.lt_u (local.get $count) (i32.const 200000))))
                (i64.add (local.get 0) (i64.const {number}))))"#
        );
        runtime.load_module(name.clone(), wat.into()).await.expect("load");
        let tool = WasmTool::new(Arc::clone(&runtime), name, "run".to_string());
        calls.push(tokio::spawn(async move { (number, tool.run(json!([1_000_000_000_000_i64])).await) }));
    }
    for call in calls {
        let (number, answer) = call.await.expect("a task");
        assert_eq!(answer.expect("a value"), json!(1_000_000_000_000_i64 + number));
    }
}

#[test]
fn bad_configurations() {
    let config = WasmConfig { max_execution_time: Duration::ZERO, ..WasmConfig::default() };
    let error = WasmRuntime::new(config).expect_err("no time").to_string();
    assert!(error.starts_with("invalidConfiguration"), "{error}");
}
