//! Plays the calls of the conformance suite on the Rust client, through its public surface only. One JSON object per line.
//! With `--variant blocking` each call is waited for by a thread, on the runtime of the blocking client.

mod census;
mod chutes;
mod deep;
mod depth;
mod management;
#[allow(clippy::needless_update, reason = "a body may consist of files alone")]
mod operations;
mod ops;
mod options;
mod shapes;

use chutes_client::blocking::Chutes;
use chutes_client::{Value, json};
use std::collections::HashMap;
use std::io::Write;
use std::sync::{Arc, LazyLock};
use std::time::Instant;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::sync::Mutex;
use tokio::task::{JoinHandle, spawn_blocking};

static SESSIONS: LazyLock<Mutex<HashMap<String, Arc<options::Session>>>> = LazyLock::new(Mutex::default);

fn answer(mut value: Value, request: &Value) {
    value["seq"] = request["seq"].clone();
    let line = format!("{value}\n");
    let mut out = std::io::stdout().lock();
    out.write_all(line.as_bytes()).and_then(|()| out.flush()).expect("the runner has gone");
}

#[tokio::main]
async fn main() {
    let mut lines = BufReader::new(tokio::io::stdin()).lines();
    let mut open = Vec::new();
    while let Ok(Some(line)) = lines.next_line().await {
        let Ok(request) = serde_json::from_str::<Value>(&line) else { continue };
        match request["cmd"].as_str() {
            Some("hello") => answer(hello(), &request),
            Some("census") => answer(census::count(), &request),
            Some("drop") => {
                SESSIONS.lock().await.remove(request["session"].as_str().unwrap_or(""));
                answer(json!({}), &request);
            }
            Some("call") if request["op"] == "sse.decode" => answer(decode(&request), &request),
            Some("call") => {
                // The environment is the process's own, so the client is made before the next line is read.
                let session = session(&request).await;
                open.push(tokio::spawn(async move {
                    let done =
                        begin(request.clone(), session).await.unwrap_or_else(|panic| json!({"driver_error": panic.to_string()}));
                    answer(done, &request);
                }));
            }
            _ => answer(json!({"skip": "unknown command"}), &request),
        }
        open.retain(|task| !task.is_finished());
    }
    for task in open {
        let _ = task.await;
    }
    shapes::clean_up();
}

static BLOCKING: LazyLock<Option<Chutes>> = LazyLock::new(|| {
    let wanted = std::env::args().any(|argument| argument == "blocking");
    wanted.then(|| Chutes::builder().api_key("cpk_test").build_blocking().expect("a client that calls nobody"))
});

fn begin(request: Value, session: Made) -> JoinHandle<Value> {
    match &*BLOCKING {
        None => tokio::spawn(play(request, session)),
        Some(client) => spawn_blocking(move || client.wait(play(request, session))),
    }
}

fn hello() -> Value {
    json!({
        "sdk": "chutes-client-rust", "version": "0.1.0", "variant": if BLOCKING.is_some() { "blocking" } else { "" }, "concurrency": 1024,
        "capabilities": ["virtual-clock", "async-cancel", "shared-signal"],
    })
}

/// The decoder needs no client.
fn decode(request: &Value) -> Value {
    match ops::decode(&request["args"]) {
        Ok(done) => json!({"obs": [], "final": done, "error": null}),
        Err(error) => json!({"obs": [], "final": null, "error": shapes::error(&error)}),
    }
}

type Made = Result<Arc<options::Session>, chutes_client::Error>;

async fn session(request: &Value) -> Made {
    let name = request["session"].as_str();
    let mut sessions = SESSIONS.lock().await;
    let made = match name.and_then(|n| sessions.get(n)) {
        Some(known) => known.clone(),
        None => Arc::new(options::session(request)?),
    };
    if let Some(name) = name {
        sessions.insert(name.to_owned(), made.clone());
    }
    match &request["with_options"] {
        Value::Null => Ok(made),
        given => Ok(Arc::new(made.derived(given)?)),
    }
}

async fn play(request: Value, session: Made) -> Value {
    let request = Arc::new(request);
    let begun = Instant::now();
    let session = match session {
        Ok(session) => session,
        Err(error) => {
            let elapsed = begun.elapsed().as_secs_f64() * 1000.0;
            return json!({"obs": [], "final": null, "error": shapes::error(&error), "elapsed_ms": elapsed});
        }
    };
    let (repeat, parallel) = (request["repeat"].as_u64().unwrap_or(1), request["parallel"].as_u64().unwrap_or(1));
    if repeat <= 1 && parallel <= 1 {
        return ops::run(&request, &session, Instant::now()).await;
    }
    let mut runs = Vec::new();
    if parallel > 1 {
        let begun = Instant::now();
        let spawn = |_| {
            let (request, session) = (request.clone(), session.clone());
            tokio::spawn(async move { ops::run(&request, &session, begun).await })
        };
        let tasks: Vec<_> = (0..parallel).map(spawn).collect();
        for task in tasks {
            runs.push(task.await.unwrap_or_else(|panic| json!({"driver_error": panic.to_string()})));
        }
    } else {
        for _ in 0..repeat {
            runs.push(ops::run(&request, &session, Instant::now()).await);
        }
    }
    json!({"runs": runs})
}
