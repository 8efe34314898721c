//! Results and errors in the shapes of the protocol.

use chutes_client::{Attempt, AttemptInfo, CallResult, Error, Hooks, Image, Kind, ResponseMeta, Value, json};
use std::path::PathBuf;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};

pub fn sha256(data: &[u8]) -> String {
    ring::digest::digest(&ring::digest::SHA256, data).as_ref().iter().map(|b| format!("{b:02x}")).collect()
}

pub fn base64(text: &str) -> Vec<u8> {
    use base64::Engine as _;
    base64::engine::general_purpose::STANDARD.decode(text).expect("base64 of the case")
}

pub fn error(error: &Error) -> Value {
    json!({
        "kind": error.kind().as_str(),
        "class": "Error",
        "class_parents": error.parents().iter().map(|k| k.as_str()).collect::<Vec<_>>(),
        "status": error.status(),
        "message": error.message(),
        "code": error.code(),
        "param": error.param(),
        "type": error.error_type(),
        "request_id": error.request_id(),
        "retry_after_ms": error.retry_after().map(|d| d.as_secs_f64() * 1000.0),
        "retryable": error.retryable(),
        "fee": error.fee(),
        "quota_reset_timestamp": error.quota_reset_timestamp(),
        "attempts": error.attempts(),
        "reason": error.reason().map(|r| r.as_str()),
        "text": error.text(),
        "tried": tried(error.tried()),
        "steps": crate::depth::steps(error.steps()),
        "messages": error.messages(),
        "partial": error.partial(),
        "cause": std::error::Error::source(error).map(ToString::to_string),
        "raw_body_len": error.raw_body().len(),
        "repr": format!("{error:?}"),
    })
}

pub fn meta(meta: &ResponseMeta) -> Value {
    let quota = meta.quota().map(|q| json!({"total": q.total, "used": q.used, "remaining": q.remaining}));
    let rate = meta.rate_limit().map(|r| json!({"user": r.user, "chute": r.chute}));
    json!({
        "status": meta.status(), "request_id": meta.request_id(), "attempts": meta.attempts(),
        "quota": quota, "rate_limit": rate, "invoice_billing": meta.invoice_billing(), "model": meta.model(),
        "tried": tried(meta.tried()), "history": meta.history().iter().map(attempt).collect::<Vec<_>>(),
    })
}

fn tried(models: &[(String, Kind)]) -> Value {
    models.iter().map(|(model, kind)| json!([model, kind.as_str()])).collect()
}

fn ms(time: std::time::Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}

fn attempt(one: &Attempt) -> Value {
    json!({"number": one.number, "status": one.status, "kind": one.kind.map(Kind::as_str), "wait_ms": ms(one.wait)})
}

fn told(hook: &str, info: &AttemptInfo) -> Value {
    json!({
        "hook": hook, "operation": info.operation, "method": info.method.as_str(), "url": info.url, "number": info.number,
        "model": info.model,
    })
}

/// Hooks that write down what they are told, and then panic if they are to fail.
pub fn hooks(heard: &Heard, fail: bool) -> Hooks {
    let ear = || {
        let heard = heard.clone();
        move |told: Value| {
            heard.lock().unwrap().push(told);
            assert!(!fail, "the hook failed");
        }
    };
    let (before, after, retry, end) = (ear(), ear(), ear(), ear());
    Hooks::new()
        .before_attempt(move |info| before(told("before_attempt", info)))
        .after_attempt(move |info| {
            let mut out = told("after_attempt", info);
            (out["status"], out["kind"]) = (json!(info.status), json!(info.kind.map(Kind::as_str)));
            out["request_id"] = json!(info.request_id);
            after(out);
        })
        .on_retry(move |info| {
            let (number, kind) = (info.number, info.kind.as_str());
            retry(json!({"hook": "on_retry", "operation": info.operation, "number": number, "kind": kind, "wait_ms": ms(info.wait)}))
        })
        .on_stream_end(move |info| {
            end(json!({
                "hook": "on_stream_end", "operation": info.operation, "model": info.model, "chunks": info.chunks,
                "usage": info.usage, "kind": info.kind.map(Kind::as_str),
            }))
        })
}

/// What hooks were told.
pub type Heard = std::sync::Arc<std::sync::Mutex<Vec<Value>>>;

/// Where the files of this driver lie, gone when it ends.
static FILES: OnceLock<PathBuf> = OnceLock::new();

/// A folder of its own for the files of a case.
pub fn folder() -> PathBuf {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    let files = FILES.get_or_init(|| {
        // One that is there already was left by another driver that bore this number and was killed.
        let place = |count: u32| std::env::temp_dir().join(format!("driver-rust-{}-{count}", std::process::id()));
        (0..1000).map(place).find(|path| std::fs::create_dir(path).is_ok()).expect("a temporary folder")
    });
    let made = files.join(COUNT.fetch_add(1, Ordering::Relaxed).to_string());
    std::fs::create_dir(&made).expect("a temporary folder");
    made
}

/// Leaves no file behind.
pub fn clean_up() {
    if let Some(files) = FILES.get() {
        let _ = std::fs::remove_dir_all(files);
    }
}

pub fn image(image: &Image, save: bool) -> Value {
    let data = image.bytes();
    let mut out = json!({
        "content_type": image.content_type(), "length": data.len(), "sha256": sha256(data),
        "revised_prompt": image.revised_prompt(),
        "data_url_prefix": image.data_url().chars().take(22).collect::<String>(),
    });
    if save {
        let path = std::env::temp_dir().join(format!("driver-rust-{}-{}", std::process::id(), sha256(data)));
        let saved = image.save(&path).and_then(|()| std::fs::read(&path));
        out["saved_sha256"] = json!(saved.map(|d| sha256(&d)).unwrap_or_else(|e| e.to_string()));
        let _ = std::fs::remove_file(path);
    }
    out
}

pub fn result(result: &CallResult) -> Value {
    match result {
        CallResult::Json(value) => json!({"kind": "json", "json": value}),
        CallResult::Text(text) => json!({"kind": "text", "text": text}),
        CallResult::Binary(b) => {
            json!({"kind": "bytes", "content_type": b.content_type, "length": b.bytes.len(), "sha256": sha256(&b.bytes)})
        }
    }
}
