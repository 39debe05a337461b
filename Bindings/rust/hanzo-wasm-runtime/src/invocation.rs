//! What is to be executed.

use crate::config::milliseconds;
use serde_json::{json, Map, Value};
use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

/// What a call shares with the calls before it, the weakest level first. A call may ask for more than its runtime's
/// configuration, not for less.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Isolation {
    /// A fresh instance in a worker that serves one trust domain.
    FreshInstance,
    /// A process per call, forked from a confined worker that has read the module and has never run it.
    FreshProcess,
    /// A worker per call, started for it.
    FreshSpawn,
}

impl Isolation {
    /// As documents spell it.
    pub fn name(self) -> &'static str {
        match self {
            Isolation::FreshInstance => "freshInstance",
            Isolation::FreshProcess => "freshProcess",
            Isolation::FreshSpawn => "freshSpawn",
        }
    }
}

/// Limits of one call, which may be lower than the configuration's. `None`: the configuration's.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Limits {
    /// From the call to its answer.
    pub execution_time: Option<Duration>,
    /// CPU time of the worker.
    pub cpu_time: Option<Duration>,
    /// Instructions, about.
    pub fuel: Option<u64>,
    /// Linear memory of the instance.
    pub memory_bytes: Option<u64>,
    /// The guest's value and call stack.
    pub stack_bytes: Option<u64>,
    /// Standard output, standard error and the result, each.
    pub output_bytes: Option<u64>,
    /// All log messages together.
    pub log_bytes: Option<u64>,
    /// Calls of host functions.
    pub host_calls: Option<u64>,
    /// All files of in-memory file systems together.
    pub file_system_bytes: Option<u64>,
}

impl Limits {
    fn document(&self) -> Value {
        let mut document = Map::new();
        let mut put = |name: &str, value: Option<Value>| {
            if let Some(value) = value {
                document.insert(name.into(), value);
            }
        };
        put("executionMilliseconds", self.execution_time.map(milliseconds));
        put("cpuMilliseconds", self.cpu_time.map(milliseconds));
        put("fuel", self.fuel.map(Value::from));
        put("memoryBytes", self.memory_bytes.map(Value::from));
        put("stackBytes", self.stack_bytes.map(Value::from));
        put("maxOutputBytes", self.output_bytes.map(Value::from));
        put("maxLogBytes", self.log_bytes.map(Value::from));
        put("maxHostCalls", self.host_calls.map(Value::from));
        put("fileSystemBytes", self.file_system_bytes.map(Value::from));
        Value::Object(document)
    }
}

/// A directory that a WASI guest finds preopened.
#[derive(Debug, Clone, PartialEq)]
pub struct Mount(Value);

impl Mount {
    /// A directory of the host, a path in UTF-8, read-only.
    ///
    /// `guest` is an absolute path, such as `"/data"`.
    pub fn directory(directory: impl AsRef<Path>, guest: &str) -> Mount {
        Mount(json!({ "guest": guest, "directory": directory.as_ref().to_string_lossy() }))
    }

    /// Files in memory, by path below `guest`. Text is spelt shorter than bytes; for large files use a directory.
    pub fn files<P, B>(files: impl IntoIterator<Item = (P, B)>, guest: &str) -> Mount
    where
        P: Into<String>,
        B: Into<Vec<u8>>,
    {
        let files: BTreeMap<String, Value> = files
            .into_iter()
            .map(|(path, contents)| {
                let contents = match String::from_utf8(contents.into()) {
                    Ok(text) => text.into(),
                    Err(error) => error.into_bytes().into(),
                };
                (path.into(), contents)
            })
            .collect();
        Mount(json!({ "guest": guest, "files": files }))
    }

    /// The guest may write to it. What it writes to files in memory is gone after the call.
    pub fn writable(mut self) -> Mount {
        self.0["writable"] = true.into();
        self
    }
}

/// What goes with a module that is loaded.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct LoadOptions {
    /// A trust domain: modules of the same one may be run by the same worker process, one after the other. Default: the
    /// module's own.
    pub domain: Option<String>,
    /// What the module may import and must export, an object (docs/embedding.md).
    pub policy: Option<Value>,
}

impl LoadOptions {
    pub(crate) fn document(&self) -> String {
        let mut document = Map::new();
        if let Some(domain) = &self.domain {
            document.insert("domain".into(), domain.as_str().into());
        }
        if let Some(policy) = &self.policy {
            document.insert("policy".into(), policy.clone());
        }
        Value::Object(document).to_string()
    }
}

/// A call: what to execute, with which input, and within which bounds. Mistakes are found when it is invoked.
#[derive(Debug, Clone)]
pub struct Invocation {
    document: Map<String, Value>,
    mounts: Vec<Value>,
    environment: Vec<Value>,
    pub(crate) input: Vec<u8>,
    pub(crate) module: Option<Vec<u8>>,
}

impl Invocation {
    fn new(entry: Value) -> Invocation {
        let mut document = Map::new();
        document.insert("entry".into(), entry);
        Invocation { document, mounts: Vec::new(), environment: Vec::new(), input: Vec::new(), module: None }
    }

    /// A function of a loaded module, without input so far.
    pub fn function(module: &str, function: &str) -> Invocation {
        Invocation::new(json!({ "function": function })).set("module", module.into())
    }

    /// A function of a module that need not be loaded, in the binary or the text format.
    pub fn function_of(module: Vec<u8>, function: &str) -> Invocation {
        Invocation { module: Some(module), ..Invocation::new(json!({ "function": function })) }
    }

    /// A WASI command (`_start`) of a loaded module. The program's name is the first argument.
    pub fn command<A: Into<String>>(module: &str, arguments: impl IntoIterator<Item = A>) -> Invocation {
        Invocation::new(command(arguments)).set("module", module.into())
    }

    /// A WASI command of a module that need not be loaded.
    pub fn command_of<A: Into<String>>(
        module: Vec<u8>,
        arguments: impl IntoIterator<Item = A>,
    ) -> Invocation {
        Invocation { module: Some(module), ..Invocation::new(command(arguments)) }
    }

    /// Any member of the document (docs/embedding.md lists them), instead of what it was.
    pub fn set(mut self, member: &str, value: Value) -> Invocation {
        self.document.insert(member.into(), value);
        self
    }

    /// Parameters as `execute` hands them over: arguments, or one document where the module or the function wants it.
    pub fn parameters(self, value: Value) -> Invocation {
        self.set("input", json!({ "kind": "parameters", "value": value }))
    }

    /// The function's arguments: by position, by name, or the only one.
    pub fn arguments(self, value: Value) -> Invocation {
        self.set("input", json!({ "kind": "arguments", "value": value }))
    }

    /// A JSON document. The result is one, too.
    pub fn document(self, value: Value) -> Invocation {
        self.set("input", json!({ "kind": "document", "value": value }))
    }

    /// A JSON document as text that nobody parses. The result is text in [`Outcome::bytes`](crate::Outcome::bytes).
    pub fn document_text(self, text: impl Into<Vec<u8>>) -> Invocation {
        self.raw_input("documentText", text.into())
    }

    /// Bytes. The result is [`Outcome::bytes`](crate::Outcome::bytes).
    pub fn bytes(self, bytes: impl Into<Vec<u8>>) -> Invocation {
        self.raw_input("bytes", bytes.into())
    }

    /// A command's standard input.
    pub fn stdin(self, bytes: impl Into<Vec<u8>>) -> Invocation {
        self.raw_input("stdin", bytes.into())
    }

    fn raw_input(mut self, kind: &str, bytes: Vec<u8>) -> Invocation {
        self.input = bytes;
        self.set("input", json!({ "kind": kind }))
    }

    pub fn limits(self, limits: Limits) -> Invocation {
        self.set("limits", limits.document())
    }

    /// One more directory, besides the configuration's.
    pub fn mount(mut self, mount: Mount) -> Invocation {
        self.mounts.push(mount.0);
        self
    }

    /// One more environment variable of a WASI guest. The host's are never passed on.
    pub fn environment(mut self, name: &str, value: &str) -> Invocation {
        self.environment.push(json!({ "name": name, "value": value }));
        self
    }

    /// Default: the configuration's.
    pub fn isolation(self, isolation: Isolation) -> Invocation {
        self.set("isolation", isolation.name().into())
    }

    /// A wrong number or type of parameters is an error that names the parameter, instead of 0.
    pub fn strict(self) -> Invocation {
        self.set("parameters", "strict".into())
    }

    /// Every call gives the same result, output, logs and fuel, on any machine.
    pub fn deterministic(self, seed: u64) -> Invocation {
        self.set("determinism", json!({ "seed": seed }))
    }

    /// The call as the library reads it.
    pub(crate) fn text(&self) -> String {
        let mut document = self.document.clone();
        if !self.mounts.is_empty() {
            document.insert("mounts".into(), self.mounts.clone().into());
        }
        if !self.environment.is_empty() {
            document.insert("environment".into(), self.environment.clone().into());
        }
        Value::Object(document).to_string()
    }
}

fn command<A: Into<String>>(arguments: impl IntoIterator<Item = A>) -> Value {
    let arguments: Vec<String> = arguments.into_iter().map(Into::into).collect();
    json!({ "command": arguments })
}
