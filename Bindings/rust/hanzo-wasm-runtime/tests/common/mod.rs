//! What several tests need.
#![allow(dead_code)]

use hanzo_wasm_runtime::{WasmConfig, WasmRuntime};
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, Thread};
use std::time::{Duration, Instant};

pub const ADD: &str = r#"(module (func (export "add") (param $a i32) (param $b i32) (result i32)
    (i32.add (local.get $a) (local.get $b))))"#;

pub const SPIN: &str = r#"(module (func (export "spin") (loop $again (br $again))))"#;

/// The smallest executor there is.
pub fn block_on<F: Future>(future: F) -> F::Output {
    struct Unpark(Thread);
    impl Wake for Unpark {
        fn wake(self: Arc<Self>) {
            self.0.unpark();
        }
    }
    let waker = Waker::from(Arc::new(Unpark(thread::current())));
    let mut context = Context::from_waker(&waker);
    let mut future = Box::pin(future);
    loop {
        match future.as_mut().poll(&mut context) {
            Poll::Ready(value) => return value,
            Poll::Pending => thread::park(),
        }
    }
}

/// Polls once.
pub fn poll_once<F: Future + ?Sized>(future: Pin<&mut F>) -> Poll<F::Output> {
    struct Nothing;
    impl Wake for Nothing {
        fn wake(self: Arc<Self>) {}
    }
    future.poll(&mut Context::from_waker(&Waker::from(Arc::new(Nothing))))
}

pub fn config() -> WasmConfig {
    WasmConfig::default()
}

pub fn runtime() -> WasmRuntime {
    WasmRuntime::new(config()).expect("a runtime")
}

/// Waits for something that comes true soon.
pub fn eventually(what: &str, body: impl FnMut() -> bool) {
    within(Duration::from_secs(10), what, body);
}

pub fn within(time: Duration, what: &str, mut body: impl FnMut() -> bool) {
    let end = Instant::now() + time;
    while !body() {
        assert!(Instant::now() < end, "{what}: not within {time:?}");
        thread::sleep(Duration::from_millis(5));
    }
}

/// The pids of workers that have not ended.
pub fn workers(runtime: &WasmRuntime) -> Vec<u64> {
    let status = runtime.status().expect("status");
    status["workers"]
        .as_array()
        .expect("workers")
        .iter()
        .filter_map(|worker| worker["pid"].as_u64())
        .collect()
}
