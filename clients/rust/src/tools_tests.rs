use super::*;

fn echo(name: &str) -> Tool {
    Tool::new(name, "", json!({"type": "object"}), |args| async move { Ok::<_, String>(args) })
}

#[tokio::test]
async fn what_goes_wrong_is_told() {
    let late = Tool::new("late", "", json!({}), |_| async {
        tokio::time::sleep(Duration::from_secs(9)).await;
        Ok::<_, String>(1)
    });
    let strict = Tool::new("strict", "", json!({"required": ["a"]}), |_| async { Err::<(), _>("x".repeat(3_000)) });
    let panics = Tool::new("panics", "", json!({}), |_| async { panic!("inside") as Result<i32, String> });
    let starts = Tool::new("starts", "", json!({}), |args| -> std::future::Ready<Result<i32, String>> { panic!("{args}") });
    let tools = [echo("echo"), late.timeout(0.02), strict, panics, starts];
    for (name, arguments, content) in [
        ("echo", r#"{"b":1,"a":2}"#, r#"{"b":1,"a":2}"#.to_owned()),
        ("echo", "", "{}".to_owned()),
        ("gone", "{}", r#"{"error":"unknown tool: gone"}"#.to_owned()),
        ("panics", "{}", r#"{"error":"the tool panicked"}"#.to_owned()),
        ("starts", "{}", r#"{"error":"the tool panicked"}"#.to_owned()),
        ("late", "{}", r#"{"error":"timed out after 0.02 s"}"#.to_owned()),
        ("echo", "[1]", r#"{"error":"invalid arguments: they are no JSON object"}"#.to_owned()),
        ("strict", "{}", r#"{"error":"invalid arguments: a: expected a value (required)"}"#.to_owned()),
        ("strict", r#"{"a":1}"#, format!(r#"{{"error":"{}"}}"#, "x".repeat(2_000))),
    ] {
        let call = json!({"id": "c", "function": {"name": name, "arguments": arguments}});
        assert_eq!(call_one(&tools, &call).await.content, content, "{name} {arguments}");
    }
}

#[test]
fn messages_are_put_back_as_they_came() {
    for message in [
        json!({"role": "assistant", "content": null, "tool_calls": [{"id": "c", "seal": 1, "function": {"name": "f", "arguments": "{ }", "n": 2}}]}),
        json!({"role": "assistant", "content": "x", "tool_calls": null, "heat": {"a": [1]}}),
        json!({"role": 7, "name": ["odd"], "content": [{"type": "text"}]}),
    ] {
        assert_eq!(json!(put_back(&message)), message);
    }
    let answered = json!({"role": "assistant", "reasoning_content": "hm", "tool_calls": [{"id": "c", "function": {"name": "f", "arguments": "{}"}}], "heat": 1});
    let typed: crate::types::ChatMessage = serde_json::from_value(answered.clone()).unwrap();
    assert_eq!(json!(ChatMessageParam::from(typed)), answered);
    let broken = json!({"tool_calls": [{"function": {"arguments": "{a"}}, {"function": {"arguments": {"a": 1}}}]});
    let back = json!(put_back(&broken));
    assert_eq!(back["tool_calls"][0]["function"]["arguments"], "{}");
    assert_eq!(back["tool_calls"][1]["function"]["arguments"], "{\"a\":1}");
}

#[tokio::test]
async fn a_run_that_is_cancelled_keeps_what_was_done() {
    use crate::testing::{Script, Scripted};
    let asks = |id| {
        let call = json!({"id": id, "type": "function", "function": {"name": "t", "arguments": "{}"}});
        Script::json(&json!({"choices": [{"message": {"role": "assistant", "tool_calls": [call]}}]}))
    };
    let script = Scripted::new([asks("a"), asks("b")]);
    let client = crate::Chutes::builder().api_key("cpk_test").scripted(&script).build().unwrap();
    let (stop, asked) = (crate::CancelHandle::new(), script.clone());
    let ends = stop.clone();
    let tool = Tool::new("t", "", json!({}), move |_| {
        let second = asked.requests().len() > 1;
        let ends = ends.clone();
        async move {
            if second {
                ends.cancel();
                std::future::pending::<()>().await;
            }
            Ok::<_, String>("done")
        }
    });
    let request = ChatCompletionRequest::new("m", [ChatMessageParam::user("hi")]);
    let run = client.chat().completions().run_tools(request, vec![tool], RunToolsParams::new());
    let error = run.with(CallOptions::new().cancel(&stop)).await.unwrap_err();
    assert_eq!((error.kind(), error.steps().len(), error.steps()[0].calls[0].content.as_str()), (Kind::Cancelled, 1, "done"));
    // As they were sent last: the calls of the second turn have no results.
    assert_eq!(json!(error.messages()), script.requests()[1].body["messages"]);
    assert_eq!(error.messages().len(), 3);
}

#[test]
fn names_and_turns_are_checked() {
    for name in ["", "a b", "größe", &"x".repeat(65)] {
        assert!(echo(name).check().unwrap_err().is_config(), "{name}");
    }
    assert!(echo(&"x".repeat(64)).check().is_ok());
    let of = |parameters| Tool::new("t", "", parameters, |_| async { Ok::<_, String>(1) }).check();
    assert!([json!({}), json!({"type": ["object", "null"]})].into_iter().all(|good| of(good).is_ok()));
    for bad in [json!(null), json!("object"), json!({"type": "integer"}), json!({"type": ["array", "null"]})] {
        assert!(of(bad.clone()).unwrap_err().message().contains("the tool t must be"), "{bad}");
    }
    assert!(RunToolsParams::new().max_turns(0).turns().is_err() && RunToolsParams::new().max_turns(-1).turns().is_err());
    assert_eq!(RunToolsParams::new().turns().unwrap(), MAX_TURNS);
}
