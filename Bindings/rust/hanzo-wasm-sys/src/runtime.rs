//! A runtime, its modules, and calls of them.

use crate::host::{on_host_call, HostContext};
use crate::memory::{self, NO_BYTES};
use crate::{ffi, Error, HostFunction};
use std::ffi::CString;
use std::fmt;
use std::os::raw::{c_char, c_int, c_void};
use std::ptr;
use std::sync::{Arc, Mutex};

/// Called for each line of the library's log: the level, a sentence, and a JSON object of texts. It has to return soon,
/// and must not call a function that blocks.
pub type LogFunction = Box<dyn Fn(&str, &str, &str) + Send + Sync>;

/// What a runtime is made of.
#[derive(Default)]
pub struct Options {
    /// A JSON object; `None` for the defaults.
    pub config: Option<String>,
    pub host_functions: Vec<HostFunction>,
    pub log: Option<LogFunction>,
}

/// What is to be executed.
#[derive(Debug, Clone, Copy, Default)]
pub struct Call<'a> {
    /// A JSON object: `module`, `entry`, and what else there is to say.
    pub invocation: &'a str,
    /// The input, where its kind is `documentText`, `bytes` or `stdin`.
    pub input: &'a [u8],
    /// A module that need not be loaded, instead of the member `module`.
    pub module: Option<&'a [u8]>,
}

/// The closures of a runtime. They live until it has been destroyed.
struct Contexts {
    functions: Vec<HostContext>,
    log: Option<LogFunction>,
    /// Held while the runtime is destroyed, so that whoever else destroys it waits, too.
    ending: Mutex<()>,
}

/// A runtime: a supervisor of worker processes. Dropping it destroys it, see [`Runtime::destroy`].
pub struct Runtime {
    handle: Handle,
    contexts: Arc<Contexts>,
}

/// Names a runtime, but does not keep it. After its end, every function answers `HANZO_WASM_SHUT_DOWN`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Handle(usize);

impl Handle {
    fn raw(self) -> *mut ffi::hanzo_wasm_runtime {
        self.0 as *mut _
    }

    /// Cancels a call: it ends with `HANZO_WASM_CANCELLED`, and its worker is killed, if it has not ended yet. A call
    /// that has ended, and a runtime that has been destroyed, are ignored.
    pub fn cancel(self, id: u64) {
        let _ = unsafe { ffi::hanzo_wasm_cancel(self.raw(), id) };
    }
}

impl Runtime {
    /// Makes a runtime.
    ///
    /// # Errors
    ///
    /// `HANZO_WASM_INVALID_CONFIGURATION` lists every mistake. `HANZO_WASM_SANDBOX_UNAVAILABLE`: there is no worker
    /// executable that may be used. `HANZO_WASM_RESOURCE_EXHAUSTED`: no descriptor or thread is left.
    pub fn new(options: Options) -> Result<Runtime, Error> {
        if crate::abi_version() < ffi::HANZO_WASM_ABI_VERSION {
            let message = "The library libhanzo_wasm.so is older than what this program was built for.";
            return Err(Error::new(ffi::HANZO_WASM_SANDBOX_UNAVAILABLE, "host", message));
        }
        let config = options.config.as_deref().map(memory::text).transpose()?;
        let declarations = options
            .host_functions
            .iter()
            .map(|function| memory::text(&function.declaration()))
            .collect::<Result<Vec<CString>, Error>>()?;
        let contexts = Arc::new(Contexts {
            functions: options.host_functions.into_iter().map(HostContext::from).collect(),
            log: options.log,
            ending: Mutex::new(()),
        });
        let functions: Vec<ffi::hanzo_wasm_host_function> = declarations
            .iter()
            .zip(&contexts.functions)
            .map(|(declaration, context)| ffi::hanzo_wasm_host_function {
                declaration: declaration.as_ptr(),
                callback: Some(on_host_call),
                context: context as *const HostContext as *mut c_void,
            })
            .collect();
        let mut raw = ptr::null_mut();
        let options = ffi::hanzo_wasm_options {
            size: std::mem::size_of::<ffi::hanzo_wasm_options>(),
            config: config.as_ref().map_or(ptr::null(), |config| config.as_ptr()),
            host_functions: functions.as_ptr(),
            host_function_count: functions.len(),
            log: contexts.log.as_ref().map(|_| on_log as ffi::hanzo_wasm_log_callback),
            log_context: contexts
                .log
                .as_ref()
                .map_or(ptr::null_mut(), |log| log as *const LogFunction as *mut c_void),
        };
        memory::check(unsafe { ffi::hanzo_wasm_runtime_create(&options, &mut raw) })?;
        Ok(Runtime { handle: Handle(raw as usize), contexts })
    }

    pub fn handle(&self) -> Handle {
        self.handle
    }

    /// Refuses new calls and ends the workers; if it is `graceful`, accepted calls may finish first, within their
    /// deadlines. Blocks until every worker has ended.
    ///
    /// # Errors
    ///
    /// `HANZO_WASM_SHUT_DOWN` if it has been destroyed.
    pub fn shutdown(&self, graceful: bool) -> Result<(), Error> {
        memory::check(unsafe { ffi::hanzo_wasm_runtime_shutdown(self.raw(), c_int::from(graceful)) })
    }

    /// Ends every call and every worker. Blocks until the workers have ended and every completion has been called and
    /// has returned; so does a second one at the same time. In a callback of the library it does not block, and a thread
    /// is started that does it.
    ///
    /// It waits for host functions, too. A thread that one of them waits for must not call this.
    pub fn destroy(&self) {
        let (handle, contexts) = (self.handle, Arc::clone(&self.contexts));
        if !memory::is_in_callback() {
            return end(handle, &contexts);
        }
        let thread = std::thread::Builder::new().name("hanzo-wasm-end".into());
        if thread.spawn(move || end(handle, &contexts)).is_err() {
            // In a callback the library does not wait, so the closures must stay for ever.
            std::mem::forget(Arc::clone(&self.contexts));
            unsafe { ffi::hanzo_wasm_runtime_destroy(self.raw()) }
        }
    }

    /// What runs at the moment, which layers of confinement are in force, what is quarantined: a JSON object.
    pub fn status(&self) -> Result<String, Error> {
        memory::answer(|status| unsafe { ffi::hanzo_wasm_runtime_status(self.raw(), status) })
    }

    /// Counters since the runtime was made: a JSON object.
    pub fn statistics(&self) -> Result<String, Error> {
        memory::answer(|statistics| unsafe { ffi::hanzo_wasm_runtime_statistics(self.raw(), statistics) })
    }

    /// Loads a module, in the binary or the text format, under a name. Blocks until a worker has decoded and validated
    /// it. Options are a JSON object: `domain` and `policy`. The answer is the module's interface, a JSON object.
    pub fn load(&self, name: &str, module: &[u8], options: Option<&str>) -> Result<String, Error> {
        let name = memory::text(name)?;
        let options = options.map(memory::text).transpose()?;
        let options: *const c_char = options.as_ref().map_or(ptr::null(), |options| options.as_ptr());
        memory::answer(|info| unsafe {
            ffi::hanzo_wasm_load(self.raw(), name.as_ptr(), memory::bytes(module), options, info)
        })
    }

    /// Has a worker decode and validate a module that is not loaded; nothing of it runs, and nothing is kept. Blocks.
    /// Options are a JSON object: `policy`. The answer is the module's interface, a JSON object.
    pub fn validate(&self, module: &[u8], options: Option<&str>) -> Result<String, Error> {
        let options = options.map(memory::text).transpose()?;
        let options: *const c_char = options.as_ref().map_or(ptr::null(), |options| options.as_ptr());
        memory::answer(|info| unsafe {
            ffi::hanzo_wasm_validate(self.raw(), memory::bytes(module), options, info)
        })
    }

    /// Forgets a module; calls that are running finish. Says whether there was one.
    pub fn unload(&self, name: &str) -> Result<bool, Error> {
        let name = memory::text(name)?;
        let mut was_loaded = 0;
        memory::check(unsafe { ffi::hanzo_wasm_unload(self.raw(), name.as_ptr(), &mut was_loaded) })?;
        Ok(was_loaded != 0)
    }

    /// The names of the loaded modules, a JSON array.
    pub fn list(&self) -> Result<String, Error> {
        memory::answer(|names| unsafe { ffi::hanzo_wasm_list(self.raw(), names) })
    }

    /// What [`Runtime::load`] said about a module.
    ///
    /// # Errors
    ///
    /// `HANZO_WASM_MODULE_NOT_FOUND` if there is none of that name.
    pub fn info(&self, name: &str) -> Result<String, Error> {
        let name = memory::text(name)?;
        memory::answer(|info| unsafe { ffi::hanzo_wasm_info(self.raw(), name.as_ptr(), info) })
    }

    /// Forgets all modules.
    pub fn clear(&self) -> Result<(), Error> {
        memory::check(unsafe { ffi::hanzo_wasm_clear(self.raw()) })
    }

    /// Executes a call. Blocks until it has ended, at the latest at its deadline; so it must not be used in a completion
    /// or a log function.
    ///
    /// # Errors
    ///
    /// There was nothing to execute: the document has mistakes, or the runtime has been destroyed. A call that failed
    /// is an outcome with a code other than `HANZO_WASM_OK`.
    pub fn invoke(&self, call: Call<'_>) -> Result<Outcome, Error> {
        let invocation = memory::text(call.invocation)?;
        let mut outcome = ptr::null_mut();
        let code = unsafe { ffi::hanzo_wasm_invoke(self.raw(), &foreign(&call, &invocation), &mut outcome) };
        if outcome.is_null() {
            return Err(Error::last(code));
        }
        Ok(Outcome { raw: outcome })
    }

    /// Executes a call, and calls `completion` when it has ended: exactly once if this function returns `Ok`, also if
    /// the call is cancelled or the runtime destroyed, and never if it does not. It may happen before this function
    /// returns. The answer names the call for [`Handle::cancel`].
    ///
    /// The completion runs on a thread of the library. It has to return soon, and must not call a function that blocks.
    pub fn invoke_with<F>(&self, call: Call<'_>, completion: F) -> Result<u64, Error>
    where
        F: FnOnce(Outcome) + Send + 'static,
    {
        let invocation = memory::text(call.invocation)?;
        let context = Box::into_raw(Box::new(completion));
        let mut id = 0;
        let code = unsafe {
            ffi::hanzo_wasm_invoke_async(
                self.raw(),
                &foreign(&call, &invocation),
                Some(on_completion::<F>),
                context as *mut c_void,
                &mut id,
            )
        };
        if let Err(error) = memory::check(code) {
            // The completion is never called, so it is ours again.
            drop(unsafe { Box::from_raw(context) });
            return Err(error);
        }
        Ok(id)
    }

    fn raw(&self) -> *mut ffi::hanzo_wasm_runtime {
        self.handle.raw()
    }
}

impl Drop for Runtime {
    fn drop(&mut self) {
        self.destroy();
    }
}

impl fmt::Debug for Runtime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Runtime").field("handle", &self.handle).finish_non_exhaustive()
    }
}

fn end(handle: Handle, contexts: &Contexts) {
    let _ending = contexts.ending.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
    unsafe { ffi::hanzo_wasm_runtime_destroy(handle.raw()) };
}

fn foreign(call: &Call<'_>, invocation: &CString) -> ffi::hanzo_wasm_call {
    ffi::hanzo_wasm_call {
        invocation: invocation.as_ptr(),
        input: memory::bytes(call.input),
        module: call.module.map_or(NO_BYTES, memory::bytes),
    }
}

extern "C" fn on_completion<F: FnOnce(Outcome)>(context: *mut c_void, outcome: *mut ffi::hanzo_wasm_outcome) {
    memory::in_callback(|| {
        let outcome = Outcome { raw: outcome };
        // Called once, so the box is ours.
        let completion = unsafe { Box::from_raw(context as *mut F) };
        completion(outcome);
    });
}

extern "C" fn on_log(
    context: *mut c_void,
    level: *const c_char,
    message: *const c_char,
    metadata: *const c_char,
) {
    memory::in_callback(|| {
        // It lives until the runtime has been destroyed, and the texts until this returns.
        let log = unsafe { &*(context as *const LogFunction) };
        let text = |text| String::from_utf8_lossy(unsafe { memory::bytes_of_text(text) });
        log(&text(level), &text(message), &text(metadata));
    });
}

/// What came of a call.
pub struct Outcome {
    raw: *mut ffi::hanzo_wasm_outcome,
}

// It never changes, and may be freed on any thread.
unsafe impl Send for Outcome {}
unsafe impl Sync for Outcome {}

impl Outcome {
    /// `HANZO_WASM_OK`, or why the call failed.
    pub fn code(&self) -> i32 {
        unsafe { ffi::hanzo_wasm_outcome_code(self.raw) }
    }

    /// A JSON object in UTF-8: `result` or `error`, `logs`, `logsTruncated`, `exitCode`, `networkDenied`, `usage`.
    pub fn json(&self) -> &[u8] {
        unsafe { memory::bytes_of_text(ffi::hanzo_wasm_outcome_json(self.raw)) }
    }

    /// The result's bytes where its kind is `bytes` or `documentText`.
    pub fn bytes(&self) -> &[u8] {
        unsafe { memory::slice(ffi::hanzo_wasm_outcome_bytes(self.raw)) }
    }

    /// What the guest wrote to its standard output, also if the call failed.
    pub fn stdout(&self) -> &[u8] {
        unsafe { memory::slice(ffi::hanzo_wasm_outcome_stdout(self.raw)) }
    }

    /// What the guest wrote to its standard error, also if the call failed.
    pub fn stderr(&self) -> &[u8] {
        unsafe { memory::slice(ffi::hanzo_wasm_outcome_stderr(self.raw)) }
    }
}

impl fmt::Debug for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Outcome({})", String::from_utf8_lossy(self.json()))
    }
}

impl Drop for Outcome {
    fn drop(&mut self) {
        unsafe { ffi::hanzo_wasm_outcome_free(self.raw) }
    }
}
