//! async-openai as a guest. The line loop and the words of its skips mirror ../lines.py.

mod errors;
mod options;
mod play;

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::sync::Semaphore;

use options::{Api, Request};

const CONCURRENCY: usize = 8;
const VERSION: &str = "0.43.0"; // pinned in Cargo.toml

/// Why a call has no answer of its own.
pub enum Stop {
    /// The SDK has no such operation or option.
    Skip(String),
    Failed(Box<async_openai::error::OpenAIError>),
}

impl From<async_openai::error::OpenAIError> for Stop {
    fn from(error: async_openai::error::OpenAIError) -> Self {
        Stop::Failed(Box::new(error))
    }
}

/// Time-stamped observations of one run.
#[derive(Clone)]
pub struct Watch {
    start: Instant,
    seen: Arc<Mutex<Vec<Value>>>,
}

impl Watch {
    fn new() -> Self {
        Watch { start: Instant::now(), seen: Arc::default() }
    }

    fn ms(&self) -> f64 {
        self.start.elapsed().as_micros() as f64 / 1000.0
    }

    pub fn see(&self, kind: &str, name: &str, value: Value) {
        let mut entry = json!({"t": self.ms(), "k": kind});
        if !name.is_empty() {
            entry[name] = value;
        }
        self.seen.lock().unwrap().push(entry);
    }

    pub fn opened(&self) -> bool {
        !self.seen.lock().unwrap().is_empty()
    }
}

#[derive(Default)]
struct Sessions(Mutex<HashMap<String, Api>>);

impl Sessions {
    fn api(&self, request: &Request) -> Result<Api, Stop> {
        if request.session.is_empty() {
            return options::client(request);
        }
        let mut held = self.0.lock().unwrap();
        if let Some(api) = held.get(&request.session) {
            return Ok(api.clone());
        }
        let api = options::client(request)?;
        held.insert(request.session.clone(), api.clone());
        Ok(api)
    }
}

/// One run. Leaving from outside drops the future, as Rust does.
async fn one(api: &Api, request: &Request) -> Result<Value, String> {
    let watch = Watch::new();
    let work = play::play(api, request, &watch);
    let played = match request.stop.after_ms {
        None => work.await,
        Some(after) => tokio::select! {
            played = work => played,
            () = tokio::time::sleep(Duration::from_secs_f64(after / 1000.0)) => {
                watch.see("stopped", "", Value::Null);
                Ok((Value::Null, None))
            }
        },
    };
    let (result, error) = match played {
        Ok((result, error)) => (result, error),
        Err(Stop::Skip(reason)) => return Err(reason),
        Err(Stop::Failed(error)) => (Value::Null, Some(errors::object(&error, watch.opened()))),
    };
    let elapsed = watch.ms();
    Ok(json!({"obs": *watch.seen.lock().unwrap(), "final": result, "error": error, "elapsed_ms": elapsed}))
}

async fn call(request: &Request, sessions: &Sessions) -> Result<Value, String> {
    options::refuse_unknown(request)?;
    let api = match sessions.api(request) {
        Ok(api) => api,
        Err(Stop::Skip(reason)) => return Err(reason),
        Err(Stop::Failed(error)) => {
            return Ok(json!({"obs": [], "final": null, "error": errors::object(&error, false), "elapsed_ms": 0}));
        }
    };
    if request.parallel > 1 {
        let runs = futures::future::join_all((0..request.parallel).map(|_| one(&api, request))).await;
        return Ok(json!({"runs": runs.into_iter().collect::<Result<Vec<_>, _>>()?}));
    }
    if request.repeat > 1 {
        let mut runs = vec![];
        for _ in 0..request.repeat {
            runs.push(one(&api, request).await?);
        }
        return Ok(json!({"runs": runs}));
    }
    one(&api, request).await
}

async fn answer(line: String, sessions: Arc<Sessions>) -> Value {
    let request: Request = match serde_json::from_str(&line) {
        Ok(request) => request,
        Err(error) => {
            let seq = serde_json::from_str::<Value>(&line).map_or(Value::Null, |v| v["seq"].clone());
            return json!({"seq": seq, "driver_error": error.to_string()});
        }
    };
    let mut told = match call(&request, &sessions).await {
        Ok(told) => told,
        Err(reason) => json!({"skip": reason}),
    };
    told["seq"] = json!(request.seq);
    told
}

/// An SDK under test must not find a key of the machine it runs on. The runner keeps the machine's proxies away.
fn clear_environment() {
    for (name, _) in std::env::vars() {
        if name.starts_with("CHUTES_") || name.starts_with("OPENAI_") {
            // SAFETY: called before any other thread is started.
            unsafe { std::env::remove_var(name) };
        }
    }
}

fn main() {
    clear_environment();
    tokio::runtime::Runtime::new().expect("a runtime").block_on(serve());
}

async fn serve() {
    let mut lines = BufReader::with_capacity(1 << 20, tokio::io::stdin()).lines();
    let (sessions, slots) = (Arc::new(Sessions::default()), Arc::new(Semaphore::new(CONCURRENCY)));
    let mut open = tokio::task::JoinSet::new();
    while let Ok(Some(line)) = lines.next_line().await {
        let head: Value = serde_json::from_str(&line).unwrap_or_default();
        match head["cmd"].as_str() {
            Some("hello") => println!(
                "{}",
                json!({"seq": head["seq"], "sdk": "async-openai", "version": VERSION, "variant": "",
                       "concurrency": CONCURRENCY, "capabilities": ["async-cancel"]})
            ),
            Some("drop") => {
                sessions.0.lock().unwrap().remove(head["session"].as_str().unwrap_or_default());
                println!("{}", json!({"seq": head["seq"]}));
            }
            _ => {
                let slot = slots.clone().acquire_owned().await.expect("never closed");
                let work = tokio::spawn(answer(line, sessions.clone()));
                open.spawn(async move {
                    let told = work.await;
                    println!("{}", told.unwrap_or_else(|e| json!({"seq": head["seq"], "driver_error": e.to_string()})));
                    drop(slot);
                });
            }
        }
        while open.try_join_next().is_some() {}
    }
    open.join_all().await;
}
