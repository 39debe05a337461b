//! The calls and scenarios of the original runtime, with this crate's lenient default, through `execute`.
//!
//! They are in `$HANZO_WASM_SHARED/cases/seed`; without it, this is skipped and says so.

mod common;

use common::block_on;
use hanzo_wasm_runtime::{
    ErrorCode, Invocation, ToolError, ToolErrorExt, WasmConfig, WasmError, WasmRuntime,
};
use serde_json::{json, Value};
use std::fs;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

struct Cases {
    folder: PathBuf,
    document: Value,
}

fn cases() -> Option<Cases> {
    let folder = std::env::var_os("HANZO_WASM_SHARED").map(|shared| PathBuf::from(shared).join("cases/seed"));
    let folder = folder.filter(|folder| folder.join("cases.json").exists());
    if folder.is_none() {
        println!("SKIPPED: no $HANZO_WASM_SHARED/cases/seed/cases.json");
    }
    let folder = folder?;
    let text = fs::read_to_string(folder.join("cases.json")).expect("cases.json");
    Some(Cases { folder, document: serde_json::from_str(&text).expect("JSON") })
}

impl Cases {
    fn list(&self, name: &str) -> &[Value] {
        self.document[name].as_array().expect("a list")
    }

    fn bytes(&self, path: &str) -> Vec<u8> {
        fs::read(self.folder.join(path)).expect(path)
    }
}

fn text(value: &Value) -> &str {
    value.as_str().expect("a text")
}

fn config(changes: &Value) -> WasmConfig {
    let mut config = WasmConfig::default();
    if let Some(fuel) = changes.get("fuel_limit") {
        config.fuel_limit = fuel.as_u64();
    }
    if let Some(time) = changes["max_execution_time_ms"].as_u64() {
        config.max_execution_time = Duration::from_millis(time);
    }
    if let Some(memory) = changes["max_memory_bytes"].as_u64() {
        config.max_memory_bytes = memory;
    }
    if let Some(wasi) = changes["enable_wasi"].as_bool() {
        config.enable_wasi = wasi;
    }
    config
}

/// A value, or an error's code and text.
type Answer = Result<Value, (ErrorCode, String)>;

fn answer(result: Result<Value, ToolError>) -> Answer {
    result.map_err(|error| (error.code(), error.to_string()))
}

fn codes(kind: &str) -> &'static [ErrorCode] {
    match kind {
        "module_not_found" => &[ErrorCode::ModuleNotFound],
        "function_not_found" => &[ErrorCode::FunctionNotFound],
        "compile_error" => &[ErrorCode::InvalidModule, ErrorCode::UnsupportedFeature],
        "instantiate_error" => &[ErrorCode::UnresolvedImport],
        "call_error" => &[ErrorCode::InvalidArguments, ErrorCode::InvalidResult],
        "trap" => &[ErrorCode::Trap],
        "fuel_exhausted" => &[ErrorCode::FuelExhausted],
        "timeout" => &[ErrorCode::TimedOut],
        "bad_pointer" => &[ErrorCode::InvalidResult, ErrorCode::Trap],
        other => panic!("an unknown kind of error: {other}"),
    }
}

/// Values are compared as such, floats to 1e-6 of their size.
fn equal(left: &Value, right: &Value) -> bool {
    if let (Some(left), Some(right)) = (left.as_array(), right.as_array()) {
        return left.len() == right.len() && left.iter().zip(right).all(|(left, right)| equal(left, right));
    }
    if let (Some(left), Some(right)) = (left.as_i64(), right.as_i64()) {
        return left == right;
    }
    if let (Some(left), Some(right)) = (left.as_f64(), right.as_f64()) {
        return left == right || (left - right).abs() <= 1e-6 * left.abs().max(right.abs());
    }
    left == right
}

fn satisfies(answer: &Answer, expect: &Value) -> bool {
    let is_error = |kind: &Value| matches!(answer, Err((code, _)) if codes(text(kind)).contains(code));
    if let Some(kind) = expect.get("error") {
        let said = match answer {
            Ok(_) => return false,
            Err((_, said)) => said.as_str(),
        };
        if let Some(part) = expect["contains"].as_str() {
            return is_error(kind) && said.contains(part);
        }
        // What this crate says exactly as the original did.
        if matches!(text(kind), "module_not_found" | "function_not_found") {
            return is_error(kind) && Some(said) == expect["seed_text"].as_str();
        }
        return is_error(kind);
    }
    if let Some(kinds) = expect.get("or_error") {
        let kinds = kinds.as_array().cloned().unwrap_or_else(|| vec![kinds.clone()]);
        if kinds.iter().any(is_error) {
            return true;
        }
    }
    let value = match answer {
        Ok(value) => value,
        Err(_) => return false,
    };
    if let Some(alternatives) = expect["ok_any"].as_array() {
        return alternatives.iter().any(|alternative| equal(alternative, value));
    }
    if let Some(least) = expect["ok_min"].as_f64() {
        return value.as_f64().map_or(false, |number| number >= least);
    }
    equal(expect.get("ok").expect("an expectation"), value)
}

#[test]
fn calls() {
    let cases = match cases() {
        Some(cases) => cases,
        None => return,
    };
    let list = cases.list("cases");
    assert_eq!(list.len(), 123);
    let mut wrong = Vec::new();
    for case in list {
        let params: Value = serde_json::from_str(text(&case["params_text"])).expect("JSON");
        let function = text(&case["function"]);
        let bytes = cases.bytes(text(&case["wasm"]));
        let runtime = WasmRuntime::new(config(&case["config"])).expect("a runtime");
        block_on(async {
            // A module that does not load is the answer of cases that expect that.
            let loaded = runtime.load_module("case".into(), bytes.clone()).await;
            // Twice, and as bytes: an answer must not depend on the calls before it.
            for way in 0..3 {
                let answer = match (&loaded, way) {
                    (_, 2) => answer(runtime.execute_bytes(bytes.clone(), function, params.clone()).await),
                    (Ok(_), _) => answer(runtime.execute("case", function, params.clone()).await),
                    (Err(error), _) => {
                        let code = error.downcast_ref::<WasmError>().expect("a typed error").code;
                        Err((code, error.to_string()))
                    }
                };
                if !satisfies(&answer, &case["expect"]) {
                    wrong.push(format!("{}: {answer:?} instead of {}", case["id"], case["expect"]));
                }
            }
            if let Some(logs) = case["logs"].as_array() {
                let call = Invocation::function("case", function).parameters(params.clone());
                let found: Vec<Value> = match runtime.invoke(call).await {
                    Ok(outcome) => outcome.logs.iter().map(|record| json!(record.message)).collect(),
                    Err(error) => panic!("{}: {error}", case["id"]),
                };
                if found != *logs {
                    wrong.push(format!("{}: logs {found:?} instead of {logs:?}", case["id"]));
                }
            }
        });
    }
    assert!(wrong.is_empty(), "{} answers are wrong:\n{}", wrong.len(), wrong.join("\n"));
    println!("{} calls, each three times", list.len());
}

#[test]
fn scenarios() {
    let cases = match cases() {
        Some(cases) => cases,
        None => return,
    };
    let cases = Arc::new(cases);
    let list = cases.list("scenarios");
    assert_eq!(list.len(), 6);
    for scenario in list {
        let runtime = Arc::new(WasmRuntime::new(WasmConfig::default()).expect("a runtime"));
        for step in scenario["steps"].as_array().expect("steps") {
            perform(&cases, &runtime, &scenario["id"], step);
        }
    }
    println!("{} scenarios", list.len());
}

fn perform(cases: &Arc<Cases>, runtime: &Arc<WasmRuntime>, id: &Value, step: &Value) {
    let wasm = |name: &Value| cases.bytes(&format!("wasm/{}.wasm", text(name)));
    let params = |value: &Value| serde_json::from_str::<Value>(text(value)).expect("JSON");
    let check = |answer: Answer, expect: &Value| {
        assert!(satisfies(&answer, expect), "{id}: {step}: {answer:?} instead of {expect}");
    };
    match text(&step[0]) {
        "load" => {
            let info = block_on(runtime.load_module(text(&step[1]).into(), wasm(&step[2]))).expect("load");
            if let Some(expected) = step.get(3) {
                assert_eq!(json!(info.name), expected["name"]);
                assert_eq!(json!(info.version), expected["version"]);
                assert_eq!(json!(info.exports), expected["exports"]);
                // The original always said 0; what is true is what the module says.
                assert!(info.memory_pages <= 1);
            }
        }
        "list" => assert_eq!(json!(block_on(runtime.list_modules())), step[1]),
        "unload" => block_on(runtime.unload_module(text(&step[1]))).expect("unload"),
        "clear" => block_on(runtime.clear_modules()),
        "execute" => {
            let call = runtime.execute(text(&step[1]), text(&step[2]), params(&step[3]));
            check(answer(block_on(call)), &step[4]);
        }
        "execute_bytes" => {
            let call = runtime.execute_bytes(wasm(&step[1]), text(&step[2]), params(&step[3]));
            check(answer(block_on(call)), &step[4]);
        }
        "parallel" => {
            let threads: Vec<_> = (0..step[1].as_u64().expect("a number"))
                .map(|_| {
                    let (cases, runtime) = (Arc::clone(cases), Arc::clone(runtime));
                    let (id, step) = (id.clone(), step[2].clone());
                    std::thread::spawn(move || perform(&cases, &runtime, &id, &step))
                })
                .collect();
            for thread in threads {
                thread.join().expect("a step");
            }
        }
        other => panic!("an unknown step: {other}"),
    }
}
