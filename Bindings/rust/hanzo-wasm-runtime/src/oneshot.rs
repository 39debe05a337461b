//! A value that one thread sets and a future waits for, in any executor.

use crate::{ErrorCode, Execution, Fault, WasmError};
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard};
use std::task::{Context, Poll, Waker};
use std::thread;

struct State<T> {
    value: Option<T>,
    /// Nothing comes any more but the value that is there.
    is_closed: bool,
    waker: Option<Waker>,
}

struct Shared<T>(Mutex<State<T>>);

impl<T> Shared<T> {
    fn lock(&self) -> MutexGuard<'_, State<T>> {
        self.0.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }
}

pub(crate) struct Sender<T>(Arc<Shared<T>>);

/// Is `None` if the sender was dropped without a value.
pub(crate) struct Receiver<T>(Arc<Shared<T>>);

pub(crate) fn channel<T>() -> (Sender<T>, Receiver<T>) {
    let shared = Arc::new(Shared(Mutex::new(State { value: None, is_closed: false, waker: None })));
    (Sender(Arc::clone(&shared)), Receiver(shared))
}

impl<T> Sender<T> {
    pub(crate) fn send(self, value: T) {
        self.0.lock().value = Some(value);
        // Dropping the sender wakes the receiver.
    }
}

impl<T> Drop for Sender<T> {
    fn drop(&mut self) {
        let mut state = self.0.lock();
        state.is_closed = true;
        let waker = state.waker.take();
        drop(state);
        if let Some(waker) = waker {
            waker.wake();
        }
    }
}

impl<T> Future for Receiver<T> {
    type Output = Option<T>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<T>> {
        let mut state = self.0.lock();
        if state.is_closed {
            return Poll::Ready(state.value.take());
        }
        match &state.waker {
            Some(waker) if waker.will_wake(context.waker()) => (),
            _ => {
                // Whatever an old waker does when it is dropped, it does without the lock.
                let old = state.waker.replace(context.waker().clone());
                drop(state);
                drop(old);
            }
        }
        Poll::Pending
    }
}

/// Runs what blocks on a thread of its own.
pub(crate) async fn on_thread<T, F>(body: F) -> Result<T, WasmError>
where
    T: Send + 'static,
    F: FnOnce() -> T + Send + 'static,
{
    let (sender, receiver) = channel();
    let failed = |execution, what: String| {
        Err(WasmError::new(ErrorCode::ResourceExhausted, Fault::Capacity, execution, what))
    };
    if let Err(error) = thread::Builder::new().name("hanzo-wasm".into()).spawn(|| sender.send(body())) {
        return failed(Execution::NotStarted, format!("No thread can be started: {error}."));
    }
    match receiver.await {
        Some(value) => Ok(value),
        None => failed(Execution::MaybeRan, "The thread ended without an answer.".into()),
    }
}
