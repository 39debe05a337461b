//! What the library does to the process that it is loaded into: signal dispositions, threads, descriptors and children
//! are as they were when the runtime has ended. Nothing else runs in this process.

mod common;

use common::{block_on, eventually, within, ADD, SPIN};
use hanzo_wasm_runtime::{ErrorCode, HostFunction, Invocation, Options, ValueType, WasmConfig, WasmRuntime};
use serde_json::json;
use std::fs;
use std::thread;
use std::time::Duration;

/// What a new thread of this program has: its blocked signals, and those that the process ignores and catches. (Threads
/// of the library block signals, so that the program's own threads get them.)
fn signals() -> Vec<String> {
    let read = || fs::read_to_string("/proc/thread-self/status").expect("status");
    let (own, status) = (read(), thread::spawn(read).join().expect("a thread"));
    let mask = |status: &str| status.lines().find(|line| line.starts_with("SigBlk:")).map(String::from);
    assert_eq!(mask(&own), mask(&status));
    status
        .lines()
        .filter(|line| ["SigBlk:", "SigIgn:", "SigCgt:"].iter().any(|name| line.starts_with(name)))
        .map(String::from)
        .collect()
}

fn names(folder: &str) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(folder)
        .expect("a folder")
        .map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    names
}

/// What the descriptors stand for, without the one of this very listing.
fn descriptors() -> Vec<String> {
    let mut found: Vec<String> = names("/proc/self/fd")
        .iter()
        .filter_map(|number| fs::read_link(format!("/proc/self/fd/{number}")).ok())
        .map(|link| link.to_string_lossy().into_owned())
        .collect();
    found.sort();
    found
}

/// The names of this process's threads.
fn threads() -> Vec<String> {
    let mut found = Vec::new();
    for id in names("/proc/self/task") {
        // A thread may end in between.
        if let Ok(name) = fs::read_to_string(format!("/proc/self/task/{id}/comm")) {
            found.push(name.trim_end().to_owned());
        }
    }
    found.sort();
    found
}

/// Children of this process, also those that have ended and wait to be reaped.
fn children() -> Vec<String> {
    let own = std::process::id().to_string();
    names("/proc")
        .into_iter()
        .filter(|name| name.chars().all(|character| character.is_ascii_digit()))
        .filter_map(|pid| fs::read_to_string(format!("/proc/{pid}/stat")).ok())
        // The command's name is in parentheses and may contain anything; the parent is the second field behind it.
        .filter(|stat| {
            let rest = stat.rsplit(')').next().unwrap_or_default();
            rest.split_whitespace().nth(1) == Some(own.as_str())
        })
        .collect()
}

/// A runtime's life with everything in it: calls, host functions, a trap, a deadline, a cancelled call, open calls at its
/// end.
fn live(signals_before: &[String]) {
    let ask = HostFunction::new("ask", |_| Ok(json!(42))).result(ValueType::I32);
    let asks = r#"(module (import "env" "ask" (func $ask (result i32)))
        (func (export "run") (result i32) (call $ask)))"#;
    let options = Options::new(WasmConfig { fuel_limit: None, ..WasmConfig::default() }).host_function(ask);
    let runtime = WasmRuntime::with_options(options).expect("a runtime");
    block_on(async {
        runtime.load_module("add".into(), ADD.into()).await.expect("load");
        for number in 0..20 {
            let sum = runtime.execute("add", "add", json!([number, 1])).await.expect("add");
            assert_eq!(sum, json!(number + 1));
        }
        let answer = runtime.execute_bytes(asks.into(), "run", json!(null)).await.expect("ask");
        assert_eq!(answer, json!(42));
        runtime.load_module("spin".into(), SPIN.into()).await.expect("load");
        let short = json!({ "executionMilliseconds": 50 });
        let call = Invocation::function("spin", "spin").set("limits", short);
        assert_eq!(runtime.invoke(call).await.expect_err("too late").code, ErrorCode::TimedOut);
    });
    drop(runtime.start(&Invocation::function("spin", "spin")));
    let open = runtime.start(&Invocation::function("spin", "spin"));
    // The worker that met its deadline may be gone, and the next one not be there yet.
    eventually("workers", || !children().is_empty());
    assert_eq!(signals(), signals_before);
    block_on(runtime.close()).expect("close");
    assert_eq!(block_on(open).expect_err("the end").code, ErrorCode::ShutDown);
}

fn main() {
    // The C library itself catches one of its internal signals (33) from the first thread of a process on.
    thread::spawn(|| ()).join().expect("a thread");
    let signals_before = signals();
    let descriptors_before = descriptors();
    // A joined thread may be listed for a moment.
    eventually("the first thread alone", || threads().len() == 1);

    live(&signals_before);
    assert_eq!(signals(), signals_before);
    assert_eq!(children(), Vec::<String>::new());
    // Once in a process, libdispatch, which the library is built on, makes an event loop for itself and keeps it. The
    // descriptor of the worker's executable may be closed a moment after the end.
    let mut kept = descriptors_before.clone();
    kept.extend(["eventfd", "eventpoll", "timerfd"].map(|kind| format!("anon_inode:[{kind}]")));
    kept.sort();
    let mut found = descriptors();
    eventually("the descriptors from before", || {
        found = descriptors();
        found == kept || found == descriptors_before
    });
    let descriptors_after = found;

    // What stays, stays once.
    for _ in 0..5 {
        live(&signals_before);
        assert_eq!(children(), Vec::<String>::new());
        assert_eq!(signals(), signals_before);
        eventually("the descriptors from before", || descriptors() == descriptors_after);
    }
    // Threads of libdispatch's pools end some seconds after their last work. The library's spawner stays, asleep, and
    // libdispatch's own manager.
    within(Duration::from_secs(30), "the end of the pools' threads", || threads().len() <= 3);
    let left = threads();
    assert!(left.contains(&"wasm-spawner".to_owned()), "{left:?}");
    println!(
        "process: signals, children and descriptors as before, but for {} of libdispatch; threads {left:?}",
        descriptors_after.len() - descriptors_before.len()
    );
}
