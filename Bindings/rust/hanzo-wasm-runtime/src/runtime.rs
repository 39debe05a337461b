//! A runtime, its modules, and calls of them.

use crate::oneshot::{channel, on_thread, Receiver};
use crate::tool_error::not_found;
use crate::{ErrorCode, Execution, Fault, Invocation, LoadOptions, Options, Outcome, ToolError};
use crate::{WasmConfig, WasmError};
use hanzo_wasm_sys as sys;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::thread;

/// What is known about a loaded module. [`WasmRuntime::module_info`] knows more.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct WasmModuleInfo {
    pub name: String,
    /// What the module says in its custom section `version`, else `"1.0.0"`.
    pub version: String,
    /// SHA-256 of the module's bytes, in hexadecimal.
    pub hash: String,
    /// The names of the exported functions, in the module's order.
    pub exports: Vec<String>,
    /// The initial size of memory 0, in pages of 64 KiB.
    pub memory_pages: u32,
}

/// A supervisor of confined worker processes, which run the guests. One per program is usual; share it in an `Arc`.
///
/// Dropping it ends all of its calls and workers, on a thread of its own, so that it never blocks an executor. To know
/// when they have ended, [`close`](WasmRuntime::close) it before.
pub struct WasmRuntime {
    core: Arc<sys::Runtime>,
}

impl WasmRuntime {
    /// Makes a runtime with lenient parameters, as the original crate's. No process is started before the first module is
    /// loaded.
    ///
    /// # Errors
    ///
    /// [`WasmError`]: see [`with_options`](WasmRuntime::with_options).
    pub fn new(config: WasmConfig) -> anyhow::Result<WasmRuntime> {
        Ok(WasmRuntime::with_options(Options::new(config))?)
    }

    /// Makes a runtime.
    ///
    /// # Errors
    ///
    /// `InvalidConfiguration` lists every mistake in `json["problems"]`. `SandboxUnavailable`: there is no worker
    /// executable that may be used. `ResourceExhausted`: no descriptor or thread is left.
    pub fn with_options(options: Options) -> Result<WasmRuntime, WasmError> {
        let core = sys::Runtime::new(sys::Options {
            config: Some(options.document()),
            host_functions: options.host_functions.into_iter().map(|function| function.into_sys()).collect(),
            log: options.log,
        })?;
        Ok(WasmRuntime { core: Arc::new(core) })
    }

    // Modules

    /// Loads a module, in the binary or the text format, under a name. A worker decodes and validates it. The name may be
    /// in use: new calls then get the new module.
    ///
    /// # Errors
    ///
    /// A [`WasmError`]: `InvalidModule`, `UnsupportedFeature`, `PolicyViolation`, `NeverFits` (it is too long), and what
    /// any call may fail with.
    pub async fn load_module(&self, name: String, wasm_bytes: Vec<u8>) -> anyhow::Result<WasmModuleInfo> {
        Ok(self.load_module_with(name, wasm_bytes, LoadOptions::default()).await?)
    }

    /// The same, with a trust domain or a policy of its own. Dropping the future does not stop the loading.
    pub async fn load_module_with(
        &self,
        name: String,
        wasm_bytes: Vec<u8>,
        options: LoadOptions,
    ) -> Result<WasmModuleInfo, WasmError> {
        let core = Arc::clone(&self.core);
        let info = on_thread(move || core.load(&name, &wasm_bytes, Some(&options.document()))).await??;
        let info: Value = serde_json::from_str(&info).map_err(|error| WasmError::unreadable(&error))?;
        let text = |name: &str| info[name].as_str().unwrap_or_default().to_owned();
        let functions = info["functions"].as_array().map(Vec::as_slice).unwrap_or_default();
        Ok(WasmModuleInfo {
            name: text("name"),
            version: text("version"),
            hash: text("hash"),
            exports: functions
                .iter()
                .filter_map(|function| Some(function["name"].as_str()?.to_owned()))
                .collect(),
            memory_pages: info["memoryPages"]
                .as_u64()
                .map_or(0, |pages| u32::try_from(pages).unwrap_or(u32::MAX)),
        })
    }

    /// Has a worker decode and validate a module that is not loaded, and says what is known about it, an object. Nothing of
    /// it runs, and nothing is kept.
    ///
    /// # Errors
    ///
    /// Those of [`load_module`](WasmRuntime::load_module).
    pub async fn validate(&self, wasm_bytes: Vec<u8>) -> Result<Value, WasmError> {
        let core = Arc::clone(&self.core);
        parsed(on_thread(move || core.validate(&wasm_bytes, None)).await?)
    }

    /// All that is known about a loaded module, an object: functions with their types, imports, features, and more.
    ///
    /// # Errors
    ///
    /// `ModuleNotFound`.
    pub fn module_info(&self, name: &str) -> Result<Value, WasmError> {
        parsed(self.core.info(name))
    }

    /// The names of the loaded modules, in the order in which they were first loaded.
    pub async fn list_modules(&self) -> Vec<String> {
        self.core.list().ok().and_then(|names| serde_json::from_str(&names).ok()).unwrap_or_default()
    }

    /// Forgets a module; calls that are running finish. A name that is not loaded is fine.
    pub async fn unload_module(&self, name: &str) -> anyhow::Result<()> {
        self.core.unload(name).map_err(WasmError::from)?;
        Ok(())
    }

    /// Forgets all modules.
    pub async fn clear_modules(&self) {
        // It fails only where there is no module any more: the runtime has been closed.
        let _ = self.core.clear();
    }

    // Calls

    /// Calls a function of a loaded module. Parameters are an array by position, an object by the names `a` to `h`, or a
    /// number; what is missing is 0. A module whose custom section `hanzo.abi` says `document` gets them as one document.
    ///
    /// # Errors
    ///
    /// The text is `Module NAME not found`, `Function NAME not found`, or a sentence that ends with the code's name in
    /// parentheses; [`ToolErrorExt`](crate::ToolErrorExt) reads the code. [`call`](WasmRuntime::call) has typed errors.
    pub async fn execute(
        &self,
        module_name: &str,
        function_name: &str,
        params: Value,
    ) -> Result<Value, ToolError> {
        match self.call(module_name, function_name, params).await {
            Ok(value) => Ok(value),
            Err(error) if error.code == ErrorCode::ModuleNotFound => Err(not_found("Module", module_name)),
            Err(error) => Err(tool_error(error, function_name)),
        }
    }

    /// Calls a function of a module that need not be loaded, and that is not listed afterwards.
    ///
    /// # Errors
    ///
    /// Those of [`execute`](WasmRuntime::execute) and [`load_module`](WasmRuntime::load_module).
    pub async fn execute_bytes(
        &self,
        wasm_bytes: Vec<u8>,
        function_name: &str,
        params: Value,
    ) -> Result<Value, ToolError> {
        let invocation = Invocation::function_of(wasm_bytes, function_name).parameters(params);
        match self.invoke(invocation).await {
            Ok(outcome) => Ok(outcome.value),
            Err(error) => Err(tool_error(error, function_name)),
        }
    }

    /// [`execute`](WasmRuntime::execute) with typed errors.
    pub async fn call(
        &self,
        module_name: &str,
        function_name: &str,
        params: Value,
    ) -> Result<Value, WasmError> {
        let invocation = Invocation::function(module_name, function_name).parameters(params);
        Ok(self.invoke(invocation).await?.value)
    }

    /// Executes a call in a fresh instance. Dropping the future cancels it: its worker is killed.
    pub async fn invoke(&self, invocation: Invocation) -> Result<Outcome, WasmError> {
        self.start(&invocation).await
    }

    /// Starts a call at once. The future may outlive the runtime, whose end ends the call (`ShutDown`).
    pub fn start(&self, invocation: &Invocation) -> Call {
        let (sender, receiver) = channel();
        let text = invocation.text();
        let call =
            sys::Call { invocation: &text, input: &invocation.input, module: invocation.module.as_deref() };
        match self.core.invoke_with(call, move |outcome| sender.send(outcome)) {
            Ok(id) => Call(CallState::Running { receiver, runtime: self.core.handle(), id }),
            Err(error) => Call(CallState::Refused(Some(Box::new(error.into())))),
        }
    }

    // The runtime

    /// What runs at the moment, which layers of confinement are in force, and what is quarantined: an object.
    pub fn status(&self) -> Result<Value, WasmError> {
        parsed(self.core.status())
    }

    /// Counters since the runtime was made: an object.
    pub fn statistics(&self) -> Result<Value, WasmError> {
        parsed(self.core.statistics())
    }

    /// Whether this machine can run workers with these options: starts one and ends it. The report is an object; where the
    /// machine cannot, `ok` is false and `error` says why.
    ///
    /// # Errors
    ///
    /// `InvalidConfiguration`.
    pub async fn probe(options: &Options) -> Result<Value, WasmError> {
        let document = options.document();
        parsed(on_thread(move || sys::probe(Some(&document))).await?)
    }

    /// Refuses new calls and ends the workers; if it is `graceful`, accepted calls may finish first, within their
    /// deadlines. When this is ready, every worker has ended.
    ///
    /// # Errors
    ///
    /// `ShutDown` if the runtime has been closed.
    pub async fn shutdown(&self, graceful: bool) -> Result<(), WasmError> {
        let core = Arc::clone(&self.core);
        Ok(on_thread(move || core.shutdown(graceful)).await??)
    }

    /// Ends the runtime: open calls end with `ShutDown`. When this is ready, every worker has ended, every call is
    /// complete, host functions have returned, and descriptors and threads have been given back. A second time it only
    /// waits for that.
    pub async fn close(&self) -> Result<(), WasmError> {
        let core = Arc::clone(&self.core);
        on_thread(move || core.destroy()).await
    }

    /// The same, for a thread that may block. No host function may wait for this thread.
    pub fn close_blocking(&self) {
        self.core.destroy();
    }
}

impl Drop for WasmRuntime {
    fn drop(&mut self) {
        // The end waits for host functions, and these may wait for the executor whose thread this is.
        let core = Arc::clone(&self.core);
        let thread = thread::Builder::new().name("hanzo-wasm-end".into());
        if thread.spawn(move || core.destroy()).is_err() {
            self.core.destroy();
        }
    }
}

impl fmt::Debug for WasmRuntime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WasmRuntime").finish_non_exhaustive()
    }
}

/// A function that is missing is the one that was called, whatever the error says.
fn tool_error(error: WasmError, function_name: &str) -> ToolError {
    match error.code {
        ErrorCode::FunctionNotFound => not_found("Function", function_name),
        _ => error.into(),
    }
}

fn parsed(text: Result<String, sys::Error>) -> Result<Value, WasmError> {
    serde_json::from_str(&text?).map_err(|error| WasmError::unreadable(&error))
}

/// A call that has been started. Dropping it cancels it.
#[must_use = "a call that is dropped is cancelled"]
pub struct Call(CallState);

enum CallState {
    Running { receiver: Receiver<sys::Outcome>, runtime: sys::Handle, id: u64 },
    Refused(Option<Box<WasmError>>),
    Done,
}

impl Call {
    /// Ends the call with `Cancelled`, if it has not ended yet.
    pub fn cancel(&self) {
        if let CallState::Running { runtime, id, .. } = &self.0 {
            runtime.cancel(*id);
        }
    }
}

impl Future for Call {
    type Output = Result<Outcome, WasmError>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let result = match &mut self.0 {
            CallState::Running { receiver, .. } => match Pin::new(receiver).poll(context) {
                Poll::Pending => return Poll::Pending,
                Poll::Ready(Some(outcome)) => Outcome::read(&outcome),
                Poll::Ready(None) => Err(lost("The library forgot the call.")),
            },
            CallState::Refused(error) => {
                Err(error.take().map_or_else(|| lost("The call has ended."), |error| *error))
            }
            CallState::Done => Err(lost("The call has ended.")),
        };
        self.0 = CallState::Done;
        Poll::Ready(result)
    }
}

impl Drop for Call {
    fn drop(&mut self) {
        self.cancel();
    }
}

impl fmt::Debug for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Call").finish_non_exhaustive()
    }
}

fn lost(message: &str) -> WasmError {
    WasmError::new(ErrorCode::Unknown, Fault::Host, Execution::MaybeRan, message.into())
}
