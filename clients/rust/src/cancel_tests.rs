use super::*;
use crate::testing::{Script, Scripted};
use crate::{CallOptions, ChatRequest, Chutes, Message};
use serde_json::json;

#[tokio::test]
async fn a_handle_of_many_calls_keeps_nothing_of_those_that_are_over() {
    let chunk = json!({"choices": [{"index": 0, "delta": {"content": "a"}, "finish_reason": "stop"}]});
    let script = Scripted::new((0..2).map(|_| Script::events([&chunk])));
    let client = Chutes::builder().api_key("cpk_test").scripted(&script).build().unwrap();
    let stop = CancelHandle::new();
    let open = || {
        let request = ChatRequest::new("m", [Message::user("hi")]);
        client.chat().completions().stream(request).with(CallOptions::new().cancel(&stop)).into_future()
    };
    let (mut read, left) = (open().await.unwrap(), open().await.unwrap());
    assert_eq!((stop.bodies().open.len(), stop.listeners()), (2, 2));
    read.final_completion().await.unwrap();
    drop(left);
    assert_eq!((stop.bodies().open.len(), stop.listeners()), (0, 0));
}

#[test]
fn a_body_that_comes_late_is_emptied_at_once() {
    let stop = CancelHandle::new();
    stop.cancel();
    let mut body = crate::body::BodyReader::of_bytes("late".into(), None, None);
    body.keep(None, Some(&stop));
    assert_eq!((body.held(), stop.bodies().open.len()), (false, 0));
}
