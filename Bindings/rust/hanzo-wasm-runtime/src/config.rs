//! What a runtime is made of.

use crate::HostFunction;
use hanzo_wasm_sys::LogFunction;
use serde::{Deserialize, Serialize};
use serde_json::{json, Map, Number, Value};
use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

/// Limits of each call, as the original crate had them. [`Options`] has everything else.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct WasmConfig {
    /// Linear memory of an instance, in bytes: 64 KiB to 1 TiB. Default 256 MiB.
    pub max_memory_bytes: u64,
    /// From the call to its answer. More than 0, at most 24 hours. Default 30 s. The worker is killed at that moment.
    pub max_execution_time: Duration,
    /// Whether modules may import WASI preview 1. Default true.
    pub enable_wasi: bool,
    /// Instructions that a call may execute; `None` is no limit. Default 1,000,000,000.
    pub fuel_limit: Option<u64>,
}

impl Default for WasmConfig {
    fn default() -> WasmConfig {
        WasmConfig {
            max_memory_bytes: 256 << 20,
            max_execution_time: Duration::from_secs(30),
            enable_wasi: true,
            fuel_limit: Some(1_000_000_000),
        }
    }
}

/// Everything that a runtime can be made of: [`crate::WasmRuntime::with_options`].
#[derive(Default)]
pub struct Options {
    pub(crate) config: WasmConfig,
    pub(crate) settings: Map<String, Value>,
    pub(crate) host_functions: Vec<HostFunction>,
    pub(crate) log: Option<LogFunction>,
}

impl Options {
    pub fn new(config: WasmConfig) -> Options {
        Options { config, ..Options::default() }
    }

    /// Members of the library's configuration, which docs/embedding.md lists, such as `{"pool": {"maxWorkers": 4}}`. They
    /// go over [`WasmConfig`], and over those of earlier calls; objects are merged. Mistakes are found when a runtime is
    /// made of it.
    ///
    /// Without a member `parameters`, it is `"lenient"`, as the original crate was.
    pub fn settings(mut self, settings: Value) -> Options {
        match settings {
            Value::Object(settings) => merge(&mut self.settings, settings),
            // No such member exists, so the library refuses it.
            mistake => drop(self.settings.insert("settings".into(), mistake)),
        }
        self
    }

    /// The worker's executable, a path in UTF-8. Default: where the library finds it itself, beside it or in `../libexec/hanzo-wasm/`.
    pub fn worker_path(self, path: impl Into<PathBuf>) -> Options {
        let path = path.into();
        self.settings(json!({ "worker": { "path": path.to_string_lossy() } }))
    }

    /// A function that guests may call.
    pub fn host_function(mut self, function: HostFunction) -> Options {
        self.host_functions.push(function);
        self
    }

    /// Receives the lines of the library's log: the level (`"debug"`, `"info"`, `"warning"` ...), a sentence, and a JSON
    /// object of texts. It is called on threads of the library, has to return soon, and must not wait for a call.
    pub fn log(mut self, log: impl Fn(&str, &str, &str) + Send + Sync + 'static) -> Options {
        self.log = Some(Box::new(log));
        self
    }

    /// The configuration as the library reads it.
    pub(crate) fn document(&self) -> String {
        let mut document = Map::new();
        document.insert("maxMemoryBytes".into(), self.config.max_memory_bytes.into());
        document.insert("maxExecutionMilliseconds".into(), milliseconds(self.config.max_execution_time));
        document.insert("enableWASI".into(), self.config.enable_wasi.into());
        document.insert("fuelLimit".into(), self.config.fuel_limit.into());
        document.insert("parameters".into(), "lenient".into());
        merge(&mut document, self.settings.clone());
        Value::Object(document).to_string()
    }
}

impl fmt::Debug for Options {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Options")
            .field("config", &self.config)
            .field("settings", &self.settings)
            .field("host_functions", &self.host_functions)
            .finish_non_exhaustive()
    }
}

fn merge(target: &mut Map<String, Value>, source: Map<String, Value>) {
    for (name, value) in source {
        match (target.get_mut(&name), value) {
            (Some(Value::Object(target)), Value::Object(source)) => merge(target, source),
            (_, value) => drop(target.insert(name, value)),
        }
    }
}

/// A time as documents spell it; with a fraction only where it has one.
pub(crate) fn milliseconds(time: Duration) -> Value {
    match u64::try_from(time.as_millis()) {
        Ok(whole) if time.subsec_nanos() % 1_000_000 == 0 => whole.into(),
        _ => Number::from_f64(time.as_secs_f64() * 1e3).into(),
    }
}
