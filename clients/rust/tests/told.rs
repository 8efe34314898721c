//! What callbacks that panic do to a call: nothing, but they are told to the log.
#![cfg(feature = "tracing")]

use chutes_client::testing::{Script, Scripted, VirtualClock};
use chutes_client::{ChatRequest, Chutes, Hooks, Message, json};
use std::fmt::{Debug, Write};
use std::sync::{Arc, Mutex};
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

/// Keeps the lines of the client, each behind its level.
#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<String>>>);

impl Subscriber for Lines {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target() == "chutes_client"
    }

    fn event(&self, event: &Event<'_>) {
        struct Text(String);
        impl Visit for Text {
            fn record_debug(&mut self, _: &Field, value: &dyn Debug) {
                let _ = write!(self.0, " {value:?}");
            }
        }
        let mut text = Text(event.metadata().level().to_string());
        event.record(&mut text);
        self.0.lock().unwrap().push(text.0);
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}
    fn record_follows_from(&self, _: &Id, _: &Id) {}
    fn enter(&self, _: &Id) {}
    fn exit(&self, _: &Id) {}
}

#[tokio::test]
async fn hooks_that_panic_change_nothing_and_are_told_to_the_log() {
    let lines = Lines::default();
    let _default = tracing::subscriber::set_default(lines.clone());
    let chunk = json!({"choices": [{"index": 0, "delta": {"content": "pong"}, "finish_reason": "stop"}]});
    let script = Scripted::new([Script::json(&json!({"detail": "busy"})).status(503), Script::events([&chunk])]);
    let hooks = Hooks::new()
        .before_attempt(|_| panic!("one"))
        .after_attempt(|told| panic!("two {}", told.number))
        .on_retry(|_| panic!("three with cpk_test"))
        .on_stream_end(|_| std::panic::panic_any(4))
        .on_call_end(|_| panic!("five"));
    let builder = Chutes::builder().api_key("cpk_test").base_url("http://h").scripted(&script).hooks(hooks);
    let client = builder.seam(VirtualClock::starting_now().seam()).build().unwrap();
    let mut stream = client.chat().completions().stream(ChatRequest::new("m", [Message::user("hi")])).await.unwrap();
    let answer = stream.final_completion().await.unwrap();
    assert_eq!((answer.text(), answer.response().attempts()), ("pong", 2));
    let told: Vec<String> = lines.0.lock().unwrap().iter().filter(|line| line.contains("hook.failed")).cloned().collect();
    let want = [
        "hook=before_attempt error=one",
        "hook=after_attempt error=\"two 1\"",
        "hook=on_retry error=\"three with [redacted]\"",
        "hook=before_attempt error=one",
        "hook=after_attempt error=\"two 2\"",
        "hook=on_stream_end error=\"a panic\"",
        "hook=on_call_end error=five",
    ];
    assert_eq!(told, want.map(|line| format!("WARN hook.failed {line}")));
    let all = lines.0.lock().unwrap().join("\n");
    assert!(all.contains("DEBUG attempt.start call=") && all.contains("INFO call.end"), "{all}");
}
