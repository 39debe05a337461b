//! What the original crate could not do: bounds, mounts, streams and isolation for each call, typed errors, host
//! functions, cancellation, and ends.

mod common;

use common::{block_on, config, eventually, poll_once, runtime, workers, ADD, SPIN};
use hanzo_wasm_runtime::{
    Answer, ErrorCode, Execution, Fault, HostFunction, Invocation, Isolation, Limits, LoadOptions, Mount,
    Options, ToolError, ToolErrorExt, ValueType, WasmConfig, WasmError, WasmRuntime,
};
use serde_json::{json, Value};
use std::future::Future;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::task::Poll;
use std::time::{Duration, Instant};

/// Prints the file `note.txt` of the first directory.
const CAT: &str = r#"(module
    (import "wasi_snapshot_preview1" "path_open"
        (func $path_open (param i32 i32 i32 i32 i32 i64 i64 i32 i32) (result i32)))
    (import "wasi_snapshot_preview1" "fd_read" (func $fd_read (param i32 i32 i32 i32) (result i32)))
    (import "wasi_snapshot_preview1" "fd_write" (func $fd_write (param i32 i32 i32 i32) (result i32)))
    (import "wasi_snapshot_preview1" "proc_exit" (func $proc_exit (param i32)))
    (memory (export "memory") 1)
    (data (i32.const 64) "note.txt")
    (func $check (param i32) (if (local.get 0) (then (call $proc_exit (local.get 0)))))
    (func (export "_start")
        (call $check (call $path_open (i32.const 3) (i32.const 1) (i32.const 64) (i32.const 8) (i32.const 0)
            (i64.const 2) (i64.const 0) (i32.const 0) (i32.const 16)))
        (i32.store (i32.const 0) (i32.const 1024)) (i32.store (i32.const 4) (i32.const 1024))
        (call $check (call $fd_read (i32.load (i32.const 16)) (i32.const 0) (i32.const 1) (i32.const 8)))
        (i32.store (i32.const 4) (i32.load (i32.const 8)))
        (call $check (call $fd_write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 8)))))"#;

/// Copies its standard input to its standard output, says "done" on standard error, and exits with 3.
const COPY: &str = r#"(module
    (import "wasi_snapshot_preview1" "fd_read" (func $fd_read (param i32 i32 i32 i32) (result i32)))
    (import "wasi_snapshot_preview1" "fd_write" (func $fd_write (param i32 i32 i32 i32) (result i32)))
    (import "wasi_snapshot_preview1" "proc_exit" (func $proc_exit (param i32)))
    (memory (export "memory") 1) (data (i32.const 64) "done")
    (func (export "_start")
        (i32.store (i32.const 0) (i32.const 1024)) (i32.store (i32.const 4) (i32.const 1024))
        (drop (call $fd_read (i32.const 0) (i32.const 0) (i32.const 1) (i32.const 8)))
        (i32.store (i32.const 4) (i32.load (i32.const 8)))
        (drop (call $fd_write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 8)))
        (i32.store (i32.const 0) (i32.const 64)) (i32.store (i32.const 4) (i32.const 4))
        (drop (call $fd_write (i32.const 2) (i32.const 0) (i32.const 1) (i32.const 8)))
        (call $proc_exit (i32.const 3))))"#;

/// Returns its document: `(address << 32) | length`.
const ECHO: &str = r#"(module (memory (export "memory") 1)
    (func (export "echo") (param i32 i32) (result i64)
        (i64.or (i64.shl (i64.extend_i32_u (local.get 0)) (i64.const 32)) (i64.extend_i32_u (local.get 1)))))"#;

fn spin_config() -> WasmConfig {
    WasmConfig { fuel_limit: None, ..config() }
}

fn fails(result: Result<impl std::fmt::Debug, WasmError>) -> WasmError {
    result.expect_err("an error")
}

#[test]
fn limits_of_a_call() {
    let runtime = runtime();
    block_on(async {
        runtime.load_module("spin".into(), SPIN.into()).await.expect("load");
        let spin = || Invocation::function("spin", "spin");
        let error =
            fails(runtime.invoke(spin().limits(Limits { fuel: Some(500), ..Limits::default() })).await);
        assert_eq!((error.code, error.fault), (ErrorCode::FuelExhausted, Fault::Guest));
        assert_eq!(error.execution, Execution::MaybeRan);
        let limits = Limits { execution_time: Some(Duration::from_micros(50_500)), ..Limits::default() };
        let error = fails(runtime.invoke(spin().limits(limits)).await);
        assert_eq!(error.code, ErrorCode::TimedOut, "{error}");
        let limits = Limits { fuel: Some(u64::MAX), ..Limits::default() };
        let error = fails(runtime.invoke(spin().limits(limits)).await);
        assert_eq!((error.code, error.execution), (ErrorCode::NeverFits, Execution::NotStarted), "{error}");
        let error = fails(runtime.invoke(spin().set("fule", json!(1))).await);
        assert_eq!(error.code, ErrorCode::InvalidArguments);
        assert!(error.message.contains("fule"), "{error}");
    });
}

#[test]
fn outcomes() {
    let runtime = runtime();
    let call = Invocation::function_of(ADD.into(), "add").parameters(json!([5, 3]));
    let outcome = block_on(runtime.invoke(call)).expect("add");
    assert_eq!(outcome.value, json!(8));
    assert!(outcome.fuel > 0);
    assert!(outcome.json["usage"]["wallNanoseconds"].as_u64().expect("a time") > 0);
    let log = r#"(module (import "env" "log" (func $log (param i32 i32))) (memory (export "memory") 1)
        (data (i32.const 16) "a message")
        (func (export "run") (call $log (i32.const 16) (i32.const 9)) unreachable))"#;
    let error = fails(block_on(runtime.invoke(Invocation::function_of(log.into(), "run"))));
    assert_eq!(error.code, ErrorCode::Trap);
    assert_eq!(error.json["trapKind"], json!("unreachable"));
    let outcome = error.outcome.expect("what came before it");
    assert_eq!(outcome.logs[0].message, "a message");
    let error = fails(block_on(
        runtime.invoke(Invocation::function_of(ADD.into(), "add").parameters(json!(["x"])).strict()),
    ));
    assert_eq!((error.code, error.fault), (ErrorCode::InvalidArguments, Fault::Caller));
}

#[test]
fn mounts() {
    let folder = std::env::temp_dir().join(format!("hanzo-wasm-rust-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder");
    std::fs::write(folder.join("note.txt"), "of the host").expect("a file");
    let runtime = runtime();
    let cat = || Invocation::command_of(CAT.into(), ["cat"]);
    block_on(async {
        let outcome = runtime.invoke(cat().mount(Mount::directory(&folder, "/data"))).await.expect("cat");
        assert_eq!((outcome.stdout.as_slice(), outcome.exit_code), (&b"of the host"[..], Some(0)));
        let files = Mount::files([("note.txt", "in memory")], "/data");
        let outcome = runtime.invoke(cat().mount(files)).await.expect("cat");
        assert_eq!(outcome.stdout, b"in memory");
        let files = Mount::files([("note.txt", vec![0xff, 0, 1])], "/data").writable();
        let outcome = runtime.invoke(cat().mount(files)).await.expect("cat");
        assert_eq!(outcome.stdout, [0xff, 0, 1]);
        // Without a directory there is none: errno 8 (badf).
        assert_eq!(runtime.invoke(cat()).await.expect("cat").exit_code, Some(8));
    });
    std::fs::remove_dir_all(&folder).expect("remove");
}

#[test]
fn streams_and_documents() {
    let runtime = runtime();
    block_on(async {
        let copy = Invocation::command_of(COPY.into(), ["copy"]).stdin(vec![1, 0, 2]).environment("A", "b");
        let outcome = runtime.invoke(copy).await.expect("copy");
        assert_eq!(outcome.stdout, [1, 0, 2]);
        assert_eq!((outcome.stderr.as_slice(), outcome.exit_code), (&b"done"[..], Some(3)));
        let echo = || Invocation::function_of(ECHO.into(), "echo");
        let document = json!({"context": {"id": 1}, "parameters": [1.5, null, "\u{e9}"]});
        let outcome = runtime.invoke(echo().document(document.clone())).await.expect("echo");
        assert_eq!(outcome.value, document);
        let outcome = runtime.invoke(echo().document_text("{\"a\": 1}")).await.expect("echo");
        assert_eq!((outcome.bytes.as_slice(), outcome.value), (&b"{\"a\": 1}"[..], Value::Null));
        let outcome = runtime.invoke(echo().bytes(vec![0, 255])).await.expect("echo");
        assert_eq!(outcome.bytes, [0, 255]);
    });
}

#[test]
fn deeply_nested_documents_are_errors() {
    let runtime = runtime();
    let deep = format!("{}{}", "[".repeat(200), "]".repeat(200));
    let call = Invocation::function_of(ECHO.into(), "echo").document_text(deep.clone());
    assert_eq!(block_on(runtime.invoke(call)).expect("echo").bytes, deep.as_bytes());
    let wat = format!(
        r#"(module (memory (export "memory") 1) (data (i32.const 16) "{deep}\00")
            (func (export "deep_json") (result i32) (i32.const 16)))"#
    );
    let call = Invocation::function_of(wat.into(), "deep_json").strict().document(Value::Null);
    match block_on(runtime.invoke(call)) {
        Ok(outcome) => panic!("serde_json reads it: {}", outcome.value),
        Err(error) => assert_ne!(error.code, ErrorCode::Unknown, "{error}"),
    }
}

#[test]
fn isolation_and_domains() {
    let options = Options::new(config()).settings(json!({ "pool": { "maxWorkers": 2 } }));
    let runtime = WasmRuntime::with_options(options).expect("a runtime");
    block_on(async {
        for name in ["first", "second"] {
            let options = LoadOptions { domain: Some("suite".into()), ..LoadOptions::default() };
            runtime.load_module_with(name.into(), ADD.into(), options).await.expect("load");
            assert_eq!(runtime.module_info(name).expect("info")["domain"], json!("domain:suite"));
            assert_eq!(
                runtime.validate(ADD.into()).await.expect("valid")["exports"],
                runtime.module_info(name).expect("info")["exports"]
            );
            assert!(runtime.validate("(module (func (result i32)))".into()).await.is_err());
        }
        for isolation in [Isolation::FreshInstance, Isolation::FreshProcess, Isolation::FreshSpawn] {
            let call = Invocation::function("first", "add").parameters(json!([1, 2])).isolation(isolation);
            assert_eq!(runtime.invoke(call).await.expect("add").value, json!(3));
        }
        let policy = LoadOptions { policy: Some(json!({ "allowedImports": [] })), ..LoadOptions::default() };
        let error = fails(runtime.load_module_with("cat".into(), CAT.into(), policy).await);
        assert_eq!(error.code, ErrorCode::PolicyViolation);
        assert!(!error.json["problems"].as_array().expect("problems").is_empty());
    });
}

#[test]
fn reports() {
    let lines = Arc::new(Mutex::new(Vec::new()));
    let place = Arc::clone(&lines);
    let options = Options::new(spin_config()).log(move |level, message, _| {
        place.lock().expect("lock").push(format!("{level}: {message}"));
    });
    assert_eq!(block_on(WasmRuntime::probe(&options)).expect("a report")["ok"], json!(true));
    let nowhere = Options::default().worker_path("/nowhere/worker");
    let report = block_on(WasmRuntime::probe(&nowhere)).expect("a report");
    assert_eq!((&report["ok"], &report["error"]["code"]), (&json!(false), &json!("sandboxUnavailable")));
    assert_eq!(fails(WasmRuntime::with_options(nowhere)).code, ErrorCode::SandboxUnavailable);
    let mistakes = Options::default().settings(json!({ "pool": { "maxWorkers": 0 }, "limits": { "a": 1 } }));
    assert_eq!(fails(WasmRuntime::with_options(mistakes)).code, ErrorCode::InvalidConfiguration);
    let error = fails(WasmRuntime::with_options(Options::default().settings(json!("no object"))));
    assert!(error.message.contains("settings is not known"), "{error}");

    let runtime = WasmRuntime::with_options(options).expect("a runtime");
    let call = Invocation::function_of(ADD.into(), "add").parameters(json!([1, 2]));
    block_on(runtime.invoke(call)).expect("add");
    let status = runtime.status().expect("status");
    assert_eq!(status["isShutDown"], json!(false));
    assert!(!status["layers"].as_array().expect("layers").is_empty());
    assert!(runtime.statistics().expect("statistics")["succeeded"].as_u64() >= Some(1));
    fails(block_on(runtime.invoke(Invocation::function_of(ADD.into(), "no"))));
    block_on(runtime.shutdown(true)).expect("shutdown");
    assert!(workers(&runtime).is_empty());
    let error = fails(block_on(runtime.invoke(Invocation::function_of(ADD.into(), "add"))));
    assert_eq!(error.code, ErrorCode::ShutDown);
    block_on(runtime.close()).expect("close");
    block_on(runtime.close()).expect("close again");
    runtime.close_blocking();
    assert_eq!(fails(runtime.status()).code, ErrorCode::ShutDown);
    assert!(block_on(runtime.list_modules()).is_empty());
    assert!(!lines.lock().expect("lock").is_empty());
}

#[test]
fn codes_are_those_of_the_library() {
    assert_eq!(ErrorCode::ALL.len(), 28);
    for (index, code) in ErrorCode::ALL.iter().enumerate() {
        let number = index as i32 + 1;
        assert_eq!(hanzo_wasm_sys::code_name(number), Some(code.name()));
        assert_eq!(ErrorCode::from_number(number), *code);
        assert_eq!(ErrorCode::from_name(code.name()), *code);
    }
    assert_eq!(hanzo_wasm_sys::code_name(29), None, "the library has codes that this crate does not know");
    assert_eq!(ErrorCode::from_number(29), ErrorCode::Unknown);
}

#[test]
fn tool_errors_tell_their_code() {
    let text = |text: &str| ToolError::ExecutionError(text.into()).code();
    assert_eq!(text("Module (trap) not found"), ErrorCode::ModuleNotFound);
    assert_eq!(text("Function f not found"), ErrorCode::FunctionNotFound);
    assert_eq!(text("Function call failed: it said (timedOut) (trap)"), ErrorCode::Trap);
    assert_eq!(text("anything"), ErrorCode::Unknown);
    let runtime = runtime();
    let error = block_on(runtime.execute_bytes(b"garbage".to_vec(), "f", Value::Null)).expect_err("an error");
    assert_eq!(error.code(), ErrorCode::InvalidModule);
    let error = block_on(runtime.load_module("m".into(), b"garbage".to_vec())).expect_err("an error");
    assert_eq!(error.downcast_ref::<WasmError>().expect("typed").code, ErrorCode::InvalidModule);
}

// Host functions

const ASKS: &str = r#"(module
    (import "env" "greet" (func $greet (param i32 i32) (result i64)))
    (import "tools" "double" (func $double (param i32) (result i32)))
    (memory (export "memory") 1) (data (i32.const 16) "Ada")
    (global $next (mut i32) (i32.const 4096))
    (func (export "alloc") (param i32) (result i32) (global.get $next)
        (global.set $next (i32.add (global.get $next) (local.get 0))))
    (func (export "greeting") (param i32 i32) (result i64) (call $greet (i32.const 16) (i32.const 3)))
    (func (export "doubled") (param i32) (result i32) (call $double (local.get 0))))"#;

fn with_host_functions(double: HostFunction) -> WasmRuntime {
    let greet = HostFunction::new("greet", |call| {
        let (_, function, left) = call.caller().ok_or("nobody waits")?;
        if function != "greeting" || left.is_zero() || call.is_cancelled() {
            return Err("a strange caller".into());
        }
        Ok(json!({ "text": format!("Hello, {}!", call.text(0)) }))
    })
    .parameters(&[ValueType::String])
    .result(ValueType::Json);
    let double = double.module("tools").parameters(&[ValueType::I32]).result(ValueType::I32);
    let options = Options::new(config()).host_function(greet).host_function(double);
    WasmRuntime::with_options(options).expect("a runtime")
}

fn doubled(runtime: &WasmRuntime, number: i32) -> Result<Value, WasmError> {
    let call = Invocation::function_of(ASKS.into(), "doubled").arguments(json!([number]));
    Ok(block_on(runtime.invoke(call))?.value)
}

#[test]
fn host_functions_answer() {
    let runtime = with_host_functions(HostFunction::new("double", |call| {
        Ok(json!(call.arguments()[0].as_i64().ok_or("no number")? * 2))
    }));
    assert_eq!(doubled(&runtime, 21).expect("an answer"), json!(42));
    let call = Invocation::function_of(ASKS.into(), "greeting").document(Value::Null);
    let outcome = block_on(runtime.invoke(call)).expect("an answer");
    assert_eq!(outcome.value, json!({ "text": "Hello, Ada!" }));
}

#[test]
fn host_functions_fail() {
    let runtime = with_host_functions(HostFunction::new("double", |call| {
        match call.arguments()[0].as_i64().unwrap_or_default() {
            0 => Err("no such row".into()),
            1 => panic!("a panic that the test wants"),
            2 => Ok(Answer::Json(json!("no number"))),
            3 => Ok(Answer::Bytes(vec![1])),
            _ => Ok(Answer::Nothing),
        }
    }));
    for (number, message) in [(0, "no such row"), (1, "panicked"), (2, "i32"), (3, ""), (4, "")] {
        let error = fails(doubled(&runtime, number));
        assert_eq!(error.code, ErrorCode::HostFunctionFailed, "{error}");
        assert!(error.message.contains(message), "{error}");
    }
    let runtime =
        with_host_functions(HostFunction::new("double", |_| Err::<(), _>("no".into())).error_value(-7));
    assert_eq!(doubled(&runtime, 1).expect("the error's value"), json!(-7));
}

#[test]
fn host_functions_answer_later() {
    let executor = tokio::runtime::Builder::new_multi_thread().enable_time().build().expect("an executor");
    let handle = executor.handle().clone();
    let runtime = with_host_functions(HostFunction::deferred("double", move |call| {
        handle.spawn(async move {
            tokio::time::sleep(Duration::from_millis(20)).await;
            let number = call.arguments()[0].as_i64().unwrap_or_default();
            call.answer(Ok(json!(number * 2))).expect("an answer");
        });
    }));
    assert_eq!(doubled(&runtime, 4).expect("an answer"), json!(8));
}

#[test]
fn dropping_the_runtime_on_an_executor_does_not_wait_for_it() {
    // The host function waits for a task of the only thread that there is, which drops the runtime meanwhile.
    let executor = tokio::runtime::Builder::new_current_thread().enable_time().build().expect("an executor");
    let (ask, mut asked) = tokio::sync::mpsc::unbounded_channel::<std::sync::mpsc::Sender<i64>>();
    let runtime = with_host_functions(HostFunction::new("double", move |_| {
        let (answer, answered) = std::sync::mpsc::channel();
        ask.send(answer).map_err(|_| "nobody answers")?;
        Ok(json!(answered.recv()?))
    }));
    executor.block_on(async move {
        let call = runtime.start(&Invocation::function_of(ASKS.into(), "doubled").arguments(json!([1])));
        let answer = asked.recv().await.expect("a question");
        drop(runtime);
        tokio::time::sleep(Duration::from_millis(50)).await;
        let _ = answer.send(2);
        assert_eq!(fails(call.await).code, ErrorCode::ShutDown);
    });
}

// Cancelling and ends

#[test]
fn dropping_a_future_cancels_the_call() {
    let runtime = WasmRuntime::new(spin_config()).expect("a runtime");
    block_on(runtime.load_module("spin".into(), SPIN.into())).expect("load");
    // By the original's function, which is an async fn.
    let mut future = Box::pin(runtime.execute("spin", "spin", Value::Null));
    assert!(poll_once(future.as_mut()).is_pending());
    eventually("a call that runs", || runtime.statistics().expect("statistics")["running"] == json!(1));
    let pids = workers(&runtime);
    drop(future);
    eventually("no call that runs", || runtime.statistics().expect("statistics")["running"] == json!(0));
    eventually("the end of its worker", || pids.iter().all(|pid| !workers(&runtime).contains(pid)));
    assert_eq!(runtime.statistics().expect("statistics")["failed"]["cancelled"], json!(1));
    // A future that was never polled has not begun.
    drop(runtime.execute("spin", "spin", Value::Null));
    // A call that is started has; and it can be cancelled without being dropped.
    let call = runtime.start(&Invocation::function("spin", "spin"));
    call.cancel();
    assert_eq!(fails(block_on(call)).code, ErrorCode::Cancelled);
}

#[tokio::test]
async fn a_timeout_of_the_executor_cancels_the_call() {
    let runtime = WasmRuntime::new(spin_config()).expect("a runtime");
    runtime.load_module("spin".into(), SPIN.into()).await.expect("load");
    let call = runtime.execute("spin", "spin", Value::Null);
    tokio::time::timeout(Duration::from_millis(100), call).await.expect_err("it spins");
    eventually("no call that runs", || runtime.statistics().expect("statistics")["running"] == json!(0));
}

#[test]
fn many_calls_are_cancelled_at_any_moment() {
    let options = Options::new(spin_config()).settings(json!({ "pool": { "maxWorkers": 2 } }));
    let runtime = WasmRuntime::with_options(options).expect("a runtime");
    block_on(runtime.load_module("add".into(), ADD.into())).expect("load");
    for number in 0..300 {
        let mut call = Box::pin(runtime.call("add", "add", json!([number, 1])));
        let wait = Instant::now() + Duration::from_micros(number % 50 * 10);
        match poll_once(call.as_mut()) {
            Poll::Ready(value) => assert_eq!(value.expect("add"), json!(number + 1)),
            Poll::Pending => while Instant::now() < wait {},
        }
    }
    assert_eq!(block_on(runtime.call("add", "add", json!([1, 1]))).expect("add"), json!(2));
}

#[test]
fn the_end_completes_every_future_exactly_once() {
    let completed = Arc::new(AtomicUsize::new(0));
    let options = Options::new(spin_config()).settings(json!({ "pool": { "maxWorkers": 2 } }));
    let runtime = WasmRuntime::with_options(options).expect("a runtime");
    block_on(runtime.load_module("spin".into(), SPIN.into())).expect("load");
    // Two run, the others wait.
    let tasks: Vec<_> = (0..20)
        .map(|_| {
            let (call, completed) =
                (runtime.start(&Invocation::function("spin", "spin")), Arc::clone(&completed));
            std::thread::spawn(move || {
                let error = fails(block_on(call));
                completed.fetch_add(1, Ordering::SeqCst);
                error.code
            })
        })
        .collect();
    eventually("calls that run", || runtime.statistics().expect("statistics")["running"] == json!(2));
    assert_eq!(completed.load(Ordering::SeqCst), 0);
    drop(runtime);
    for task in tasks {
        assert_eq!(task.join().expect("a task"), ErrorCode::ShutDown);
    }
    assert_eq!(completed.load(Ordering::SeqCst), 20);
}

#[test]
fn runtimes_end_at_any_moment() {
    for round in 0..60_u64 {
        let ask = HostFunction::new("double", |call| {
            std::thread::sleep(Duration::from_millis(1));
            Ok(call.arguments()[0].clone())
        });
        let runtime = with_host_functions(ask);
        let call = Invocation::function_of(ASKS.into(), "doubled").arguments(json!([round]));
        let calls: Vec<_> = (0..8).map(|_| runtime.start(&call)).collect();
        std::thread::sleep(Duration::from_micros(round * 700 % 20_000));
        if round % 2 == 0 {
            drop(runtime);
        } else {
            runtime.close_blocking();
        }
        for (number, call) in calls.into_iter().enumerate() {
            if number % 3 == 2 {
                continue; // and is dropped
            }
            match block_on(call) {
                Ok(outcome) => assert_eq!(outcome.value, json!(round)),
                Err(error) => assert_eq!(error.code, ErrorCode::ShutDown, "{error}"),
            }
        }
    }
}

#[test]
fn a_call_that_is_complete_stays_so() {
    let runtime = runtime();
    let mut call = runtime.start(&Invocation::function_of(ADD.into(), "add").parameters(json!([1, 2])));
    assert_eq!(block_on(&mut call).expect("add").value, json!(3));
    assert_eq!(fails(block_on(&mut call)).code, ErrorCode::Unknown);
    call.cancel();
}

#[test]
fn a_killed_worker_is_replaced() {
    let runtime = WasmRuntime::new(spin_config()).expect("a runtime");
    block_on(runtime.load_module("spin".into(), SPIN.into())).expect("load");
    block_on(runtime.load_module("add".into(), ADD.into())).expect("load");
    let call = runtime.start(&Invocation::function("spin", "spin"));
    eventually("a call that runs", || runtime.statistics().expect("statistics")["running"] == json!(1));
    let status = runtime.status().expect("status");
    let busy = status["workers"].as_array().expect("workers").iter().find(|worker| worker["state"] == "busy");
    let pid = busy.expect("a busy worker")["pid"].as_u64().expect("a pid");
    let kill = std::process::Command::new("kill").args(["-KILL", &pid.to_string()]).status();
    assert!(kill.expect("kill").success());
    let error = fails(block_on(call));
    assert_eq!((error.code, error.execution), (ErrorCode::WorkerKilled, Execution::MaybeRan));
    assert_eq!(block_on(runtime.call("add", "add", json!([1, 1]))).expect("add"), json!(2));
}

#[test]
fn calls_in_a_row() {
    let runtime = runtime();
    block_on(runtime.load_module("add".into(), ADD.into())).expect("load");
    let began = Instant::now();
    for number in 0..10_000 {
        let sum = block_on(runtime.call("add", "add", json!([number, 1]))).expect("add");
        assert_eq!(sum, json!(number + 1));
    }
    println!("{:?} a call", began.elapsed() / 10_000);
}

/// Everything may be sent to, and be used by, other threads.
#[test]
fn is_send_and_sync() {
    fn both<T: Send + Sync>() {}
    fn sent<T: Send>(_: &T) {}
    both::<WasmRuntime>();
    both::<WasmError>();
    both::<ToolError>();
    both::<Invocation>();
    both::<hanzo_wasm_runtime::HostCall>();
    let runtime = runtime();
    sent(&runtime.execute("m", "f", Value::Null));
    sent(&runtime.load_module("m".into(), Vec::new()));
    sent(&runtime.close());
    fn of_static(_: impl Future + Send + Unpin + 'static) {}
    of_static(runtime.start(&Invocation::function("m", "f")));
}
