//! A client that another one makes: `Chutes::with_options`.
#![cfg(feature = "client")]

use chutes_client::testing::{Script, Scripted};
use chutes_client::{CallOptions, ChatRequest, Chutes, Kind, Message, json};
use std::time::Duration;

#[tokio::test]
async fn places_and_connections_are_those_of_both_and_options_its_own() {
    let chunk = json!({"choices": [{"index": 0, "delta": {"content": "a"}}]});
    let whole = json!({"choices": [{"index": 0, "message": {"content": "b"}, "finish_reason": "stop"}]});
    let script =
        Scripted::new([Script::events([&chunk]), Script::json(&whole), Script::json(&json!({"detail": "busy"})).status(503)]);
    let builder = Chutes::builder().api_key("cpk_test").base_url("http://h").scripted(&script).max_concurrency(1);
    let client = builder.options(CallOptions::new().extra_header("x-team", "both")).build().unwrap();
    let options = CallOptions::new().deadline(Duration::from_millis(50)).max_retries(0).extra_header("X-Team", "own");
    let other = client.with_options(options).unwrap();
    let request = || ChatRequest::new("m", [Message::user("hi")]);

    let stream = client.chat().completions().stream(request()).await.unwrap();
    let waited = other.chat().completions().create(request()).await.unwrap_err();
    assert!(waited.is_timeout() && waited.attempts() == 0, "{waited:?}"); // the one place is the stream's
    drop(stream);
    assert_eq!(other.chat().completions().create(request()).await.unwrap().text(), "b");
    let busy = other.chat().completions().create(request()).await.unwrap_err();
    assert_eq!((busy.kind(), busy.attempts()), (Kind::Unavailable, 1));
    let teams: Vec<_> = script.requests().iter().map(|sent| sent.headers["x-team"].clone()).collect();
    assert_eq!(teams, ["both", "own", "own"]);
}

#[test]
fn an_option_that_cannot_work_is_refused() {
    let client = Chutes::new("cpk_test").unwrap();
    for options in
        [CallOptions::new().max_retries(-1), CallOptions::new().timeout(0.0), CallOptions::new().extra_header("a", "b\nc")]
    {
        assert_eq!(client.with_options(options).unwrap_err().kind(), Kind::Config);
    }
}
