//! Spans of OpenTelemetry, by its conventions for generative AI (feature `otel`), made of the client's hooks.
//!
//! ```no_run
//! use chutes_client::{Chutes, otel::otel};
//! let client = Chutes::builder().hooks(otel()).build()?;
//! # drop(client); Ok::<(), chutes_client::Error>(())
//! ```
//!
//! A span is a child of the one that is current when the call's first attempt begins; a stream's ends with the stream. Prompts and answers
//! are never in it.

use crate::hooks::{AttemptInfo, AttemptResult, CallInfo, Hooks, RetryInfo, StreamInfo};
use opentelemetry::trace::{Span, SpanKind, Status, Tracer};
use opentelemetry::{KeyValue, Value, global};
use std::collections::HashMap;
use std::sync::{Arc, Mutex};

/// Hooks that make a span of each call with the global tracer for `chutes_client`; see [`otel_with`].
pub fn otel() -> Hooks {
    otel_with(global::tracer("chutes_client"))
}

/// Hooks that make a span of each call: named by operation and model, with an event per attempt and retry, and the tokens of its answer.
/// They may serve several clients.
pub fn otel_with<T>(tracer: T) -> Hooks
where
    T: Tracer + Send + Sync + 'static,
    T::Span: Send + Sync + 'static,
{
    let spans = Arc::new(Spans { tracer, open: Mutex::default() });
    let (before, after, retry, stream, end) = (spans.clone(), spans.clone(), spans.clone(), spans.clone(), spans);
    Hooks::new()
        .before_attempt(move |info| before.before_attempt(info))
        .after_attempt(move |info| after.after_attempt(info))
        .on_retry(move |info| retry.retry(info))
        .on_stream_end(move |info| stream.stream_end(info))
        .on_call_end(move |info| end.call_end(info))
}

/// The spans of the calls that are open, by their number.
struct Spans<T: Tracer> {
    tracer: T,
    open: Mutex<HashMap<u64, T::Span>>,
}

/// The conventions' words for operations; others keep their own id.
fn word(operation: &'static str) -> &'static str {
    match operation {
        "createChatCompletion" => "chat",
        "createCompletion" => "text_completion",
        "createEmbeddings" => "embeddings",
        "generateImage" | "createImage" => "generate_content",
        other => other,
    }
}

fn pair(name: &'static str, value: impl Into<Value>) -> KeyValue {
    KeyValue::new(name, value)
}

/// Numbers as the conventions have them.
fn number(count: impl TryInto<i64>) -> i64 {
    count.try_into().unwrap_or(i64::MAX)
}

/// What is told of a kind, a status and the like only where it is there.
fn told(name: &'static str, value: Option<impl Into<Value>>) -> Option<KeyValue> {
    value.map(|value| pair(name, value))
}

impl<T: Tracer> Spans<T> {
    /// Works on the open span of a call.
    fn with(&self, call: u64, work: impl FnOnce(&mut T::Span)) {
        if let Some(span) = self.open.lock().unwrap_or_else(|e| e.into_inner()).get_mut(&call) {
            work(span);
        }
    }

    fn begin(&self, info: &AttemptInfo) -> T::Span {
        let name = word(info.operation);
        let mut about =
            vec![pair("gen_ai.operation.name", name), pair("gen_ai.system", "chutes"), pair("gen_ai.provider.name", "chutes")];
        if let Ok(uri) = info.url.parse::<http::Uri>() {
            let usual = if uri.scheme_str() == Some("https") { 443 } else { 80 };
            about.extend(told("server.address", uri.host().map(str::to_owned)));
            about.push(pair("server.port", i64::from(uri.port_u16().unwrap_or(usual))));
        }
        let title = info.model.as_ref().map_or(name.to_owned(), |model| format!("{name} {model}"));
        self.tracer.span_builder(title).with_kind(SpanKind::Client).with_attributes(about).start(&self.tracer)
    }

    fn before_attempt(&self, info: &AttemptInfo) {
        let mut open = self.open.lock().unwrap_or_else(|e| e.into_inner());
        let span = open.entry(info.call).or_insert_with(|| self.begin(info));
        // Of several models the one that answers counts.
        span.set_attributes(told("gen_ai.request.model", info.model.clone()));
        let about = vec![
            pair("http.request.method", info.method.to_string()),
            pair("url.full", info.url.clone()),
            pair("http.request.resend_count", i64::from(info.number) - 1),
        ];
        span.add_event("attempt.start", about);
    }

    fn after_attempt(&self, info: &AttemptResult) {
        let about = [
            told("chutes.attempt", Some(i64::from(info.number))),
            told("http.response.status_code", info.status.map(i64::from)),
            told("error.type", info.kind.map(|kind| kind.as_str())),
            told("chutes.request_id", info.request_id.clone()),
        ];
        self.with(info.call, |span| span.add_event("attempt.end", about.into_iter().flatten().collect()));
    }

    fn retry(&self, info: &RetryInfo) {
        let about = vec![
            pair("chutes.attempt", i64::from(info.number)),
            pair("error.type", info.kind.as_str()),
            pair("chutes.wait_s", info.wait.as_secs_f64()),
        ];
        self.with(info.call, |span| span.add_event("retry", about));
    }

    fn stream_end(&self, info: &StreamInfo) {
        let first = told("gen_ai.response.time_to_first_chunk", info.first_chunk.map(|time| time.as_secs_f64()));
        let about = first.into_iter().chain([pair("chutes.chunks", number(info.chunks))]);
        self.with(info.call, |span| span.set_attributes(about));
    }

    fn call_end(&self, info: &CallInfo) {
        let Some(mut span) = self.open.lock().unwrap_or_else(|e| e.into_inner()).remove(&info.call) else { return };
        let tokens = |name: &str| info.usage.as_ref()?.get(name)?.as_i64();
        let about = [
            told("gen_ai.response.model", info.response_model.clone()),
            told("gen_ai.usage.input_tokens", tokens("prompt_tokens")),
            told("gen_ai.usage.output_tokens", tokens("completion_tokens")),
            told("http.response.status_code", info.status.map(i64::from)),
            told("chutes.attempts", Some(i64::from(info.attempts))),
            told("error.type", info.kind.map(|kind| kind.as_str())),
        ];
        span.set_attributes(about.into_iter().flatten());
        if let Some(kind) = info.kind {
            span.set_status(Status::error(kind.as_str()));
        }
        span.end();
    }
}
