//! The events of a chat stream as they came: `ChunkStream::events`.
#![cfg(feature = "client")]

use chutes_client::testing::{Script, Scripted};
use chutes_client::{CallOptions, CancelHandle, ChatRequest, ChatStream, Chutes, Error, Kind, Message, json};

async fn open(body: Script) -> ChatStream {
    let script = Scripted::new([body]);
    let client = Chutes::builder().api_key("cpk_test").base_url("http://h").scripted(&script).build().unwrap();
    client.chat().completions().stream(ChatRequest::new("m", [Message::user("hi")])).await.unwrap()
}

/// Name and data of each event, and the error behind them.
async fn read(stream: &mut ChatStream) -> (Vec<(String, String)>, Option<Error>) {
    let (mut events, mut seen) = (stream.events(), Vec::new());
    while let Some(event) = events.next_event().await {
        match event {
            Ok(event) => seen.push((event.event, event.data)),
            Err(error) => return (seen, Some(error)),
        }
    }
    (seen, None)
}

const CHUNK: &str = r#"{"id":"a","choices":[{"index":0,"delta":{"content":"Hi"},"finish_reason":"stop"}]}"#;

#[tokio::test]
async fn pings_chunks_and_done_are_handed_out_in_their_order() {
    let body = format!("data: :ping\n\nevent: odd\ndata: {CHUNK}\n\ndata: [DONE]\n\ndata: behind\n\n");
    let mut stream = open(Script::bytes("text/event-stream", body)).await;
    let (events, error) = read(&mut stream).await;
    let want = [("message", ":ping"), ("odd", CHUNK), ("message", "[DONE]")];
    assert_eq!(events, want.map(|(name, data)| (name.to_owned(), data.to_owned())));
    assert!(error.is_none());
    assert_eq!(stream.final_completion().await.unwrap().text(), "Hi");
}

#[tokio::test]
async fn an_event_that_reports_an_error_comes_before_it() {
    let body = format!("data: {CHUNK}\n\ndata: {{\"error\":\"broken\"}}\n\ndata: [DONE]\n\n");
    let mut stream = open(Script::bytes("text/event-stream", body)).await;
    let (events, error) = read(&mut stream).await;
    assert_eq!(events.len(), 2);
    assert_eq!(events[1].1, r#"{"error":"broken"}"#);
    assert_eq!(error.map(|e| e.kind()), Some(Kind::StreamError));
    // Nor is it lost between two readers.
    let mut stream = open(Script::bytes("text/event-stream", "data: {\"error\":\"broken\"}\n\n")).await;
    assert!(stream.events().next_event().await.unwrap().is_ok());
    assert_eq!(stream.events().next_event().await.unwrap().unwrap_err().kind(), Kind::StreamError);
    assert!(stream.events().next_event().await.is_none());
}

#[tokio::test]
async fn an_answer_that_was_not_streamed_is_one_event_per_choice() {
    let choice = |index| json!({"index": index, "message": {"content": "Hi"}, "finish_reason": "stop"});
    let mut stream = open(Script::json(&json!({"choices": [choice(0), choice(1)]}))).await;
    let (events, error) = read(&mut stream).await;
    assert_eq!((events.len(), error.is_none()), (2, true));
    assert!(events[1].1.contains(r#""delta":{"content":"Hi"}"#), "{events:?}");
}

#[tokio::test]
async fn reading_goes_on_with_chunks_where_the_events_were_left() {
    let more = r#"{"choices":[{"index":0,"delta":{"content":"!"}}]}"#;
    let mut stream = open(Script::bytes("text/event-stream", format!("data: {more}\n\ndata: {CHUNK}\n\n"))).await;
    assert_eq!(stream.events().next_event().await.unwrap().unwrap().data, more);
    assert_eq!(stream.next_chunk().await.unwrap().unwrap().text(), "Hi");
    assert_eq!(stream.partial()["choices"][0]["message"]["content"], "!Hi");
}

#[tokio::test]
async fn behind_an_error_there_is_nothing_more() {
    let mut stream = open(Script::bytes("text/event-stream", format!("data: {{broken\n\ndata: {CHUNK}\n\n"))).await;
    assert_eq!(stream.next_chunk().await.unwrap().unwrap_err().kind(), Kind::StreamError);
    assert!(stream.next_chunk().await.is_none());
    assert_eq!(stream.final_completion().await.unwrap_err().kind(), Kind::StreamError);
}

#[tokio::test]
async fn a_cord_that_was_closed_hands_out_nothing_more() {
    let script = Scripted::new([Script::bytes("text/event-stream", "data: a\n\ndata: b\n\n")]);
    let client = Chutes::builder().api_key("cpk_test").base_url("http://h").scripted(&script).build().unwrap();
    let mut stream = client.chute("me-echo").stream("/run", json!({})).await.unwrap();
    assert_eq!(stream.next_event().await.unwrap().unwrap().data, "a");
    stream.close();
    assert!(stream.next_event().await.is_none());
}

#[tokio::test]
async fn a_chunk_is_written_as_it_came() {
    let usage = r#"{"id":"a","choices":[],"usage":{"total_tokens":3},"new":{"b":1,"a":2}}"#;
    let mut stream =
        open(Script::bytes("text/event-stream", format!("data: {CHUNK}\n\ndata: {usage}\n\ndata: [DONE]\n\n"))).await;
    for want in [CHUNK, usage] {
        let chunk = stream.next_chunk().await.unwrap().unwrap();
        assert_eq!(json!(chunk).to_string(), want);
    }
}

#[tokio::test]
async fn a_done_that_was_cut_off_behind_a_blank_is_one() {
    let more = r#"{"choices":[{"index":0,"delta":{"content":"Hi"}}]}"#;
    let mut stream = open(Script::bytes("text/event-stream", format!("data: {more}\n\ndata: [DONE] "))).await;
    assert_eq!(stream.final_completion().await.unwrap().text(), "Hi");
}

#[tokio::test]
async fn items_that_were_closed_are_over() {
    let script = Scripted::new([Script::bytes("text/event-stream", "data: {\"status\":\"cold\"}\n\n".repeat(2))]);
    let client = Chutes::builder().api_key("cpk_test").base_url("http://h").scripted(&script).build().unwrap();
    let mut stream = client.chutes().warmup("c").await.unwrap();
    assert_eq!(stream.next_item().await.unwrap().unwrap().status.unwrap().as_str(), "cold");
    stream.close();
    assert!(stream.next_item().await.is_none());
}

#[tokio::test]
async fn lines_of_a_log_that_have_come_are_not_handed_out_behind_a_cancel() {
    let script = Scripted::new([Script::bytes("text/plain", "one\ntwo\n")]);
    let client = Chutes::builder().api_key("cpk_test").base_url("http://h").scripted(&script).build().unwrap();
    let stop = CancelHandle::new();
    let mut log = client.container_images().logs("i", Default::default()).with(CallOptions::new().cancel(&stop)).await.unwrap();
    assert_eq!(log.next_line().await.unwrap().unwrap().log.as_deref(), Some("one"));
    stop.cancel();
    assert_eq!(log.next_line().await.unwrap().unwrap_err().kind(), Kind::Cancelled);
    assert!(log.next_line().await.is_none());
}
