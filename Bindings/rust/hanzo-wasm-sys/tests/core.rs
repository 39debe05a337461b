//! The safe layer over the C interface, without any other crate.

use hanzo_wasm_sys::{ffi, Call, HostBody, HostCall, HostFunction, Options, Runtime, ValueType};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{mpsc, Arc, Mutex};
use std::time::Duration;

const ADD: &str = "(module (func (export \"add\") (param $a i32) (param $b i32) (result i32)
    (i32.add (local.get $a) (local.get $b))))";
const SPIN: &str = "(module (func (export \"spin\") (loop $again (br $again))))";
const ADD_CALL: &str =
    r#"{"module":"add","entry":{"function":"add"},"input":{"kind":"parameters","value":[5,3]}}"#;
const LONG: &str = r#"{"entry":{"function":"spin"},"limits":{"fuel":null,"executionMilliseconds":20000}}"#;

fn runtime(host_functions: Vec<HostFunction>) -> Runtime {
    Runtime::new(Options { config: Some(r#"{"fuelLimit":null}"#.into()), host_functions, log: None })
        .expect("a runtime")
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).expect("UTF-8")
}

#[test]
fn says_what_it_is() {
    assert!(hanzo_wasm_sys::abi_version() >= ffi::HANZO_WASM_ABI_VERSION);
    assert!(!hanzo_wasm_sys::build_id().is_empty());
    assert_eq!(hanzo_wasm_sys::code_name(0), Some("ok"));
    assert_eq!(hanzo_wasm_sys::code_name(ffi::HANZO_WASM_SHUT_DOWN), Some("shutDown"));
    assert_eq!(hanzo_wasm_sys::code_name(4711), None);
    let report = hanzo_wasm_sys::probe(None).expect("a report");
    assert!(report.contains("\"ok\":true"), "{report}");
}

#[test]
fn loads_calls_and_forgets() {
    let runtime = runtime(vec![]);
    let info = runtime.load("add", ADD.as_bytes(), None).expect("load");
    assert!(info.contains("\"functions\":[{\"name\":\"add\""), "{info}");
    assert_eq!(runtime.info("add").expect("info"), info);
    assert_eq!(runtime.list().expect("list"), "[\"add\"]");
    let outcome = runtime.invoke(Call { invocation: ADD_CALL, ..Call::default() }).expect("a call");
    assert_eq!(outcome.code(), ffi::HANZO_WASM_OK);
    assert!(text(outcome.json()).contains(r#""result":{"kind":"json","value":8}"#));
    assert!(runtime.unload("add").expect("unload"));
    assert!(!runtime.unload("add").expect("unload again"));
    let outcome = runtime.invoke(Call { invocation: ADD_CALL, ..Call::default() }).expect("a call");
    assert_eq!(outcome.code(), ffi::HANZO_WASM_MODULE_NOT_FOUND);
    runtime.clear().expect("clear");
    assert!(runtime.status().expect("status").contains("\"isShutDown\":false"));
    assert!(runtime.statistics().expect("statistics").contains("\"calls\":"));
    runtime.shutdown(true).expect("shutdown");
    assert!(runtime.status().expect("status").contains("\"isShutDown\":true"));
}

#[test]
fn says_what_is_wrong() {
    let error = Runtime::new(Options { config: Some(r#"{"fuel":1}"#.into()), ..Options::default() })
        .expect_err("no such member");
    assert_eq!(error.code(), ffi::HANZO_WASM_INVALID_CONFIGURATION);
    assert!(error.json().contains("fuel is not known"), "{error}");
    let runtime = runtime(vec![]);
    let error = runtime.load("a\0b", ADD.as_bytes(), None).expect_err("a NUL");
    assert_eq!(error.code(), ffi::HANZO_WASM_INVALID_ARGUMENTS);
    let error = runtime.invoke(Call { invocation: "{}", ..Call::default() }).expect_err("no entry");
    assert!(error.json().contains("entry is missing"), "{error}");
    let error = runtime
        .invoke_with(Call { invocation: "{}", ..Call::default() }, |_| panic!("it must not be called"))
        .expect_err("no entry");
    assert_eq!(error.code(), ffi::HANZO_WASM_INVALID_ARGUMENTS);
    runtime.destroy();
    runtime.destroy();
    assert_eq!(runtime.list().expect_err("it has ended").code(), ffi::HANZO_WASM_SHUT_DOWN);
}

#[test]
fn completes_calls_and_contains_a_panic() {
    let runtime = runtime(vec![]);
    runtime.load("add", ADD.as_bytes(), None).expect("load");
    let (sender, receiver) = mpsc::channel();
    for number in 0..20 {
        let sender = sender.clone();
        runtime
            .invoke_with(Call { invocation: ADD_CALL, ..Call::default() }, move |outcome| {
                sender.send(outcome.code()).expect("send");
                assert!(number % 5 != 0, "a panic that the test wants");
            })
            .expect("a call");
    }
    drop(sender);
    // Each completion has sent, and each has been dropped.
    assert_eq!(receiver.iter().collect::<Vec<_>>(), vec![ffi::HANZO_WASM_OK; 20]);
}

#[test]
fn cancels() {
    let runtime = runtime(vec![]);
    let (sender, receiver) = mpsc::channel();
    let call = Call { invocation: LONG, module: Some(SPIN.as_bytes()), ..Call::default() };
    let id = runtime.invoke_with(call, move |outcome| sender.send(outcome.code()).expect("send"));
    let id = id.expect("a call");
    std::thread::sleep(Duration::from_millis(100));
    runtime.handle().cancel(id);
    let code = receiver.recv_timeout(Duration::from_secs(5)).expect("an outcome");
    assert_eq!(code, ffi::HANZO_WASM_CANCELLED);
    runtime.handle().cancel(id);
    runtime.handle().cancel(4711);
}

#[test]
fn destroys_with_open_calls() {
    let count = Arc::new(AtomicUsize::new(0));
    let runtime = runtime(vec![]);
    for _ in 0..5 {
        let count = Arc::clone(&count);
        let call = Call { invocation: LONG, module: Some(SPIN.as_bytes()), ..Call::default() };
        runtime
            .invoke_with(call, move |outcome| {
                assert_eq!(outcome.code(), ffi::HANZO_WASM_SHUT_DOWN);
                count.fetch_add(1, Ordering::SeqCst);
            })
            .expect("a call");
    }
    drop(runtime);
    assert_eq!(count.load(Ordering::SeqCst), 5);
}

#[test]
fn may_be_dropped_by_its_own_completion() {
    let runtime = Arc::new(runtime(vec![]));
    let (sender, receiver) = mpsc::channel();
    let own = Arc::clone(&runtime);
    let call = r#"{"entry":{"function":"add"},"input":{"kind":"arguments","value":[1,2]}}"#;
    let call = Call { invocation: call, module: Some(ADD.as_bytes()), ..Call::default() };
    let (go, wait) = mpsc::channel::<()>();
    runtime
        .invoke_with(call, move |outcome| {
            wait.recv().expect("the other one is gone");
            let handle = own.handle();
            drop(own);
            sender.send((outcome.code(), handle)).expect("send");
        })
        .expect("a call");
    drop(runtime);
    go.send(()).expect("send");
    let (code, _) = receiver.recv_timeout(Duration::from_secs(5)).expect("an outcome");
    assert_eq!(code, ffi::HANZO_WASM_OK);
}

/// Calls `env.ask(address 16, 3 bytes)` and returns what it answers.
const ASKS: &str = "(module (import \"env\" \"ask\" (func $ask (param i32 i32) (result i32)))
    (memory (export \"memory\") 1) (data (i32.const 16) \"\\00\\ff\\7f\")
    (func (export \"run\") (result i32) (call $ask (i32.const 16) (i32.const 3))))";
const RUN: &str = r#"{"entry":{"function":"run"},"input":{"kind":"none"}}"#;

fn ask(body: impl Fn(HostCall) + Send + Sync + 'static) -> (i32, String) {
    let mut function = HostFunction::new("ask", body);
    function.parameters = vec![ValueType::Bytes];
    function.result = Some(ValueType::I32);
    let runtime = runtime(vec![function]);
    let call = Call { invocation: RUN, module: Some(ASKS.as_bytes()), ..Call::default() };
    let outcome = runtime.invoke(call).expect("a call");
    (outcome.code(), text(outcome.json()).into())
}

#[test]
fn answers_guests() {
    let (code, json) = ask(|call| {
        assert_eq!(call.arguments(), "[null]");
        assert_eq!(call.bytes(0), Some(&[0, 0xff, 0x7f][..]));
        assert!(call.caller().expect("a caller").contains("\"function\":\"run\""));
        assert!(!call.is_cancelled());
        call.return_json("42").expect("an answer");
    });
    assert_eq!(code, 0, "{json}");
    assert!(json.contains("\"value\":42"), "{json}");
    // Later, on another thread.
    let (_, json) = ask(|call| {
        std::thread::spawn(move || drop(call.return_json("7")));
    });
    assert!(json.contains("\"value\":7"), "{json}");
}

#[test]
fn host_functions_fail() {
    let failures: Vec<(HostBody, &str)> = vec![
        (Box::new(|call| call.fail("no\0such row")), "no such row"),
        (Box::new(drop), "The host function did not answer."),
        (Box::new(|_call| panic!("a panic that the test wants")), "The host function panicked."),
        (
            Box::new(|call| {
                let rejected = call.return_json("\"a text\"").expect_err("an i32 is declared");
                assert_eq!(rejected.error.code(), ffi::HANZO_WASM_INVALID_ARGUMENTS);
                let rejected = rejected.call.return_json("{").expect_err("not JSON");
                rejected.call.fail("given up");
            }),
            "given up",
        ),
    ];
    for (body, message) in failures {
        let (code, json) = ask(body);
        assert_eq!(code, ffi::HANZO_WASM_HOST_FUNCTION_FAILED, "{json}");
        assert!(json.contains(message), "{json}");
    }
}

#[test]
fn a_host_call_may_outlive_its_runtime() {
    let kept = Arc::new(Mutex::new(None));
    let (sender, receiver) = mpsc::channel();
    let sender = Mutex::new(sender);
    let place = Arc::clone(&kept);
    let mut function = HostFunction::new("ask", move |call| {
        *place.lock().expect("lock") = Some(call);
        sender.lock().expect("lock").send(()).expect("send");
    });
    function.parameters = vec![ValueType::Bytes];
    function.result = Some(ValueType::I32);
    let runtime = runtime(vec![function]);
    let call = Call { invocation: RUN, module: Some(ASKS.as_bytes()), ..Call::default() };
    runtime.invoke_with(call, |_| ()).expect("a call");
    receiver.recv_timeout(Duration::from_secs(10)).expect("the guest asks");
    drop(runtime);
    let call = kept.lock().expect("lock").take().expect("the call");
    assert_eq!(call.bytes(0), Some(&[0, 0xff, 0x7f][..]));
    assert!(call.is_cancelled());
    assert!(call.caller().is_none());
    assert!(call.return_json("1").is_err());
}

#[test]
fn logs() {
    let lines = Arc::new(Mutex::new(Vec::new()));
    let place = Arc::clone(&lines);
    let log = move |level: &str, message: &str, metadata: &str| {
        place.lock().expect("lock").push(format!("{level} {message} {metadata}"));
        panic!("a panic that the test wants");
    };
    let runtime =
        Runtime::new(Options { log: Some(Box::new(log)), ..Options::default() }).expect("a runtime");
    let call = Call {
        invocation: r#"{"entry":{"function":"no"}}"#,
        module: Some(ADD.as_bytes()),
        ..Call::default()
    };
    assert_eq!(runtime.invoke(call).expect("a call").code(), ffi::HANZO_WASM_FUNCTION_NOT_FOUND);
    drop(runtime);
    let lines =
        lines.lock().map(|lines| lines.clone()).unwrap_or_else(|poisoned| poisoned.into_inner().clone());
    assert!(!lines.is_empty());
}
