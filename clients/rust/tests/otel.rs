//! Spans, as an exporter gets them.
#![cfg(feature = "otel")]

use chutes_client::otel::otel_with;
use chutes_client::testing::{Script, Scripted, VirtualClock};
use chutes_client::types::ChatCompletionRequest;
use chutes_client::{ChatRequest, Chutes, Message, json};
use opentelemetry::trace::{SpanKind, Status, TraceContextExt, Tracer, TracerProvider};
use opentelemetry::{Context, trace::FutureExt};
use opentelemetry_sdk::trace::{InMemorySpanExporter, SdkTracerProvider, SpanData};
use std::collections::BTreeMap;

fn watched(answers: impl IntoIterator<Item = Script>) -> (Chutes, InMemorySpanExporter, SdkTracerProvider) {
    let exporter = InMemorySpanExporter::default();
    let provider = SdkTracerProvider::builder().with_simple_exporter(exporter.clone()).build();
    let builder = Chutes::builder().api_key("cpk_test").base_url("http://localhost:81").scripted(&Scripted::new(answers));
    let builder = builder.seam(VirtualClock::starting_now().seam()).hooks(otel_with(provider.tracer("chutes_client")));
    (builder.build().unwrap(), exporter, provider)
}

fn request() -> ChatCompletionRequest {
    ChatRequest::new("m", [Message::user("hidden")])
}

/// The only span, and its attributes as text.
fn one(exporter: &InMemorySpanExporter) -> (SpanData, BTreeMap<String, String>) {
    let mut spans = exporter.get_finished_spans().unwrap();
    assert_eq!(spans.len(), 1);
    exporter.reset();
    let span = spans.remove(0);
    let told = span.attributes.iter().map(|a| (a.key.to_string(), a.value.to_string())).collect();
    (span, told)
}

fn answer() -> Script {
    let usage = json!({"prompt_tokens": 3, "completion_tokens": 5});
    Script::json(&json!({"model": "m-1", "choices": [], "usage": usage}))
}

#[tokio::test]
async fn a_call_is_one_span_with_its_attempts_and_tokens() {
    let busy = Script::json(&json!({"detail": "later"})).status(503).header("x-request-id", "r-1");
    let (client, exporter, _provider) = watched([busy, answer()]);
    client.chat().completions().create(request()).await.unwrap();
    let (span, told) = one(&exporter);
    assert_eq!((span.name.as_ref(), span.span_kind, span.status), ("chat m", SpanKind::Client, Status::Unset));
    let want = [
        ("chutes.attempts", "2"),
        ("gen_ai.operation.name", "chat"),
        ("gen_ai.provider.name", "chutes"),
        ("gen_ai.request.model", "m"),
        ("gen_ai.response.model", "m-1"),
        ("gen_ai.system", "chutes"),
        ("gen_ai.usage.input_tokens", "3"),
        ("gen_ai.usage.output_tokens", "5"),
        ("http.response.status_code", "200"),
        ("server.address", "localhost"),
        ("server.port", "81"),
    ];
    assert_eq!(told, want.iter().map(|(name, value)| (name.to_string(), value.to_string())).collect());
    let events: Vec<&str> = span.events.iter().map(|event| event.name.as_ref()).collect();
    assert_eq!(events, ["attempt.start", "attempt.end", "retry", "attempt.start", "attempt.end"]);
    let shown = format!("{:?}", span.events);
    assert!(shown.contains("r-1") && shown.contains("unavailable") && shown.contains("chutes.wait_s"), "{shown}");
    assert!(!shown.contains("hidden") && !shown.contains("cpk_test"));
}

#[tokio::test]
async fn the_span_of_a_stream_ends_with_it() {
    let chunk = json!({"model": "m-2", "choices": [{"index": 0, "delta": {"content": "a"}, "finish_reason": "stop"}],
        "usage": {"prompt_tokens": 1, "completion_tokens": 2}});
    let (client, exporter, _provider) = watched([Script::events([&chunk]), Script::events([&chunk])]);
    let mut stream = client.chat().completions().stream(request()).await.unwrap();
    assert!(exporter.get_finished_spans().unwrap().is_empty());
    stream.final_completion().await.unwrap();
    let (span, told) = one(&exporter);
    assert_eq!((span.status, told["chutes.chunks"].as_str()), (Status::Unset, "1"));
    assert_eq!([&told["gen_ai.response.model"], &told["gen_ai.usage.output_tokens"]], ["m-2", "2"]);
    assert!(told.contains_key("gen_ai.response.time_to_first_chunk"));
    drop(client.chat().completions().stream(request()).await.unwrap());
    assert_eq!(one(&exporter).1["error.type"], "cancelled");
}

#[tokio::test]
async fn a_failure_is_told_by_its_kind_under_the_span_of_the_caller() {
    let (client, exporter, provider) = watched([Script::json(&json!({"detail": "no"})).status(401)]);
    let parent = Context::new().with_span(provider.tracer("mine").start("outer"));
    let outer = parent.span().span_context().span_id();
    client.users().me().into_future().with_context(parent).await.unwrap_err();
    let spans = exporter.get_finished_spans().unwrap();
    let span = spans.iter().find(|span| span.name == "getMe").expect("a span of the call");
    assert_eq!((span.parent_span_id, &span.status), (outer, &Status::error("unauthenticated")));
    assert!(!span.attributes.iter().any(|a| a.key.as_str() == "gen_ai.request.model"));
}
