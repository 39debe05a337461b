//! Runs tools the way Hanzo Node does, and what the node need not fear: every step prints a line and is checked, and the
//! exit code is 0 only if all of it was as said. `./run` builds and runs it.

mod tools;

use anyhow::{ensure, Context, Result};
use hanzo_wasm_runtime::{
    ErrorCode, HostFunction, Invocation, Isolation, Limits, Mount, Options, ToolErrorExt, ValueType,
    WasmConfig, WasmError, WasmRuntime, WasmTool,
};
use serde_json::{json, Value};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

const SECRET: &str = "an access token that nobody else may see";

/// What the node hands to a tool, as one document.
fn document(tool_id: &str, parameters: Value) -> Value {
    json!({
        "context": { "tool_id": tool_id, "app_id": "app-1", "node_name": "@@node.sep-hanzo" },
        "parameters": parameters,
        "oauth": [{ "name": "mail", "accessToken": SECRET }],
        "mounts": ["/data"],
    })
}

fn code(result: Result<impl std::fmt::Debug, WasmError>) -> Option<ErrorCode> {
    result.err().map(|error| error.code)
}

#[tokio::main]
async fn main() -> Result<()> {
    let config = WasmConfig {
        max_memory_bytes: 64 << 20,
        max_execution_time: Duration::from_secs(10),
        enable_wasi: true,
        fuel_limit: None,
    };
    // A task of the node's own executor answers what guests ask.
    let executor = tokio::runtime::Handle::current();
    let user = HostFunction::deferred("user", move |call| {
        executor.spawn(async move {
            tokio::time::sleep(Duration::from_millis(10)).await;
            let answer = json!({ "user": call.text(0), "age": 36 });
            // An error says that nobody waits any more.
            let _ = call.answer(Ok(answer));
        });
    })
    .module("node")
    .parameters(&[ValueType::String])
    .result(ValueType::Json);
    let options = Options::new(config).settings(json!({ "pool": { "maxWorkers": 6 } })).host_function(user);

    let report = WasmRuntime::probe(&options).await?;
    ensure!(report["ok"] == json!(true), "this machine cannot run workers: {}", report["error"]);
    println!("this machine can run confined workers");

    let runtime = Arc::new(WasmRuntime::with_options(options)?);
    load(&runtime).await?;
    documents(&runtime).await?;
    mounts(&runtime).await?;
    questions(&runtime).await?;
    many_calls(&runtime).await?;
    hostile_tools(&runtime).await?;
    killed_worker(&runtime).await?;
    given_up(&runtime).await?;

    runtime.close().await?;
    ensure!(code(runtime.call("add", "run", Value::Null).await) == Some(ErrorCode::ShutDown), "it goes on");
    println!("closed: every worker has ended\nall of it was as it should be");
    Ok(())
}

async fn load(runtime: &WasmRuntime) -> Result<()> {
    let texts = [
        ("add", tools::ADD),
        ("note", tools::NOTE),
        ("asks", tools::ASKS),
        ("hostile", tools::HOSTILE),
        ("greedy", tools::GREEDY),
    ];
    for (name, text) in texts {
        runtime.load_module(name.into(), text.into()).await?;
    }
    let info = runtime.load_module("document".into(), tools::document()).await?;
    ensure!(info.exports == ["run"], "{info:?}");
    for number in 0..16 {
        runtime.load_module(format!("tool-{number}"), tools::counting(number).into()).await?;
    }
    let names = runtime.list_modules().await;
    ensure!(names.len() == 22, "{names:?}");
    println!(
        "loaded {} tools; {} was decoded by a worker, its hash is {}...",
        names.len(),
        info.name,
        &info.hash[..8]
    );
    Ok(())
}

async fn documents(runtime: &Arc<WasmRuntime>) -> Result<()> {
    let sum = runtime.execute("add", "run", json!([5, 3])).await?;
    ensure!(sum == json!(8), "{sum}");
    println!("add(5, 3) = {sum}");

    let document = document("tool-1", json!({ "query": "weather", "limit": 3 }));
    let tool = WasmTool::new(Arc::clone(runtime), "document".into(), "run".into());
    let answer = tool.run(document.clone()).await?;
    ensure!(answer == document, "{answer}");
    println!("a tool got context, parameters, OAuth and mounts as one document");
    let told = format!("{}{}", runtime.status()?, runtime.statistics()?);
    ensure!(!told.contains(SECRET), "the secret is in the status");

    let error = runtime.execute("nope", "run", Value::Null).await.err().context("no such module")?;
    ensure!(error.to_string() == "Execution error: Module nope not found", "{error}");
    let error = runtime.execute("add", "nope", Value::Null).await.err().context("no such function")?;
    ensure!(error.to_string() == "Execution error: Function nope not found", "{error}");
    println!("what is missing is said in the words of the original: {error}");
    Ok(())
}

/// A folder of this program's own that is removed at its end.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Result<Folder> {
        let folder = std::env::temp_dir().join(format!("rust-node-{}", std::process::id()));
        std::fs::create_dir(&folder)?;
        Ok(Folder(folder))
    }

    fn app(&self, name: &str) -> Result<PathBuf> {
        let folder = self.0.join(name);
        std::fs::create_dir(&folder)?;
        std::fs::write(folder.join("note.json"), json!({ "owner": name }).to_string())?;
        Ok(folder)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

async fn mounts(runtime: &WasmRuntime) -> Result<()> {
    let folder = Folder::new()?;
    let call = |function: &str| Invocation::function("note", function).document(document("note", json!({})));
    let with = |app: &Path| call("run").mount(Mount::directory(app, "/data"));
    let (first, second) = (folder.app("first")?, folder.app("second")?);
    let (first_answer, second_answer) =
        tokio::join!(runtime.invoke(with(&first)), runtime.invoke(with(&second)));
    ensure!(first_answer?.value == json!({ "owner": "first" }), "the first call read something else");
    ensure!(second_answer?.value == json!({ "owner": "second" }), "the second call read something else");
    println!("two calls of one tool at the same time each read the directory that was mounted for it");

    let none = runtime.invoke(call("run")).await?.value;
    ensure!(none == json!(8), "{none}");
    let refused = runtime.invoke(call("overwrite").mount(Mount::directory(&first, "/data"))).await?.value;
    ensure!(refused != json!(0), "a read-only directory could be written to");
    println!("without a mount there is no directory (errno {none}), and it is read-only (errno {refused})");

    let files = Mount::files([("note.json", "[1, 2]")], "/data");
    let outcome = runtime.invoke(call("run").mount(files).isolation(Isolation::FreshProcess)).await?;
    ensure!(outcome.value == json!([1, 2]), "{}", outcome.value);
    println!("a call with files in memory and a process of its own: {}", outcome.value);
    Ok(())
}

async fn questions(runtime: &WasmRuntime) -> Result<()> {
    let answer = runtime.invoke(Invocation::function("asks", "run").document(Value::Null)).await?.value;
    ensure!(answer == json!({ "user": "ada", "age": 36 }), "{answer}");
    println!("a tool asked the node, and a task answered: {answer}");
    Ok(())
}

/// Calls of 16 tools at the same time, each with its own answer.
async fn good_calls(runtime: &Arc<WasmRuntime>, count: i64) -> Result<()> {
    let calls: Vec<_> = (0..count)
        .map(|number| {
            let tool = WasmTool::new(Arc::clone(runtime), format!("tool-{}", number % 16), "run".into());
            tokio::spawn(async move { tool.run(json!([number * 1_000_000_000_000])).await })
        })
        .collect();
    for (number, call) in (0..count).zip(calls) {
        let answer = call.await??;
        ensure!(answer == json!(number * 1_000_000_000_000 + number % 16), "call {number}: {answer}");
    }
    Ok(())
}

async fn many_calls(runtime: &Arc<WasmRuntime>) -> Result<()> {
    let began = Instant::now();
    good_calls(runtime, 320).await?;
    println!("320 calls of 16 tools at once: all answers are right, after {:?}", began.elapsed());
    Ok(())
}

async fn hostile_tools(runtime: &Arc<WasmRuntime>) -> Result<()> {
    let hostile = |function: &str, limits: Limits| {
        let (runtime, call) = (Arc::clone(runtime), Invocation::function("hostile", function).limits(limits));
        tokio::spawn(async move { runtime.invoke(call).await.err().context("it did what it should not") })
    };
    let time = Limits { execution_time: Some(Duration::from_secs(1)), ..Limits::default() };
    let began = Instant::now();
    let calls = [
        ("an endless loop", hostile("spin", time), ErrorCode::TimedOut),
        (
            "one with little fuel",
            hostile("spin", Limits { fuel: Some(1_000_000), ..Limits::default() }),
            ErrorCode::FuelExhausted,
        ),
        ("memory without end", hostile("bomb", Limits::default()), ErrorCode::Trap),
        ("a crash", hostile("crash", Limits::default()), ErrorCode::Trap),
        ("endless recursion", hostile("dive", Limits::default()), ErrorCode::Trap),
    ];
    good_calls(runtime, 64).await?;
    println!("64 good calls beside a hostile tool: all answers are right, after {:?}", began.elapsed());
    for (what, call, expected) in calls {
        let error = call.await??;
        ensure!(error.code == expected, "{what}: {error}");
        println!("{what}: {error}");
    }
    let error = runtime.call("greedy", "run", Value::Null).await.err().context("it got its memory")?;
    ensure!(error.code == ErrorCode::MemoryLimitExceeded, "{error}");
    println!("too much memory at once: {error}");
    let error = runtime.execute("hostile", "crash", Value::Null).await.err().context("a crash")?;
    ensure!(error.code() == ErrorCode::Trap, "{error}");
    println!("the node reads: {error}");
    Ok(())
}

/// The worker that runs the only call there is.
async fn busy_worker(runtime: &WasmRuntime) -> Result<String> {
    let end = Instant::now() + Duration::from_secs(10);
    while Instant::now() < end {
        let status = runtime.status()?;
        let workers = status["workers"].as_array().context("workers")?;
        if let Some(worker) = workers.iter().find(|worker| worker["state"] == json!("busy")) {
            return Ok(worker["pid"].as_u64().context("a pid")?.to_string());
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    anyhow::bail!("no worker is busy")
}

async fn killed_worker(runtime: &WasmRuntime) -> Result<()> {
    for (signal, expected) in [("KILL", ErrorCode::WorkerKilled), ("SEGV", ErrorCode::WorkerCrashed)] {
        let call = runtime.start(&Invocation::function("hostile", "spin"));
        let pid = busy_worker(runtime).await?;
        let kill = std::process::Command::new("kill").args(["-s", signal, &pid]).status()?;
        ensure!(kill.success(), "{pid} could not be sent SIG{signal}");
        let error = call.await.err().context("the call goes on")?;
        ensure!(error.code == expected, "{error}");
        println!("SIG{signal} from outside, while the worker runs a call: {error}");
        let sum = runtime.execute("add", "run", json!([20, 22])).await?;
        ensure!(sum == json!(42), "{sum}");
        println!("the next call works: {sum}");
    }
    Ok(())
}

async fn given_up(runtime: &WasmRuntime) -> Result<()> {
    let call = runtime.execute("hostile", "spin", Value::Null);
    let given_up = tokio::time::timeout(Duration::from_millis(100), call).await;
    ensure!(given_up.is_err(), "the loop ended");
    let end = Instant::now() + Duration::from_secs(10);
    while runtime.statistics()?["running"] != json!(0) {
        ensure!(Instant::now() < end, "the loop runs on");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    println!("a future was dropped: its call is cancelled, and nothing runs any more");
    Ok(())
}
