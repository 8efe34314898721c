//! The blocking client over real sockets: calls, streams, early leaving, and the places where waiting might never end.
#![cfg(feature = "blocking")]

use chutes_client::blocking::{Chutes, tool};
use chutes_client::testing::{Script, Scripted, VirtualClock};
use chutes_client::types::ChatCompletionRequest;
use chutes_client::{CallOptions, CancelHandle, ChatRequest, Hooks, Kind, MapParams, Message, Reason, RunToolsParams, json};
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, Mutex};
use std::thread::spawn;
use std::time::{Duration, Instant};

const OK: &str = r#"{"id":"a","model":"m","choices":[{"index":0,"message":{"content":"pong"},"finish_reason":"stop"}]}"#;
const SSE: &str = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\n\r\n";

fn whole(status: &str, body: &str) -> String {
    format!("HTTP/1.1 {status}\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{body}", body.len())
}

fn chunk(text: &str, end: &str) -> String {
    let chunk = json!({"id": "a", "choices": [{"index": 0, "delta": {"content": text}, "finish_reason": (!end.is_empty()).then_some(end)}]});
    format!("data: {chunk}\n\n")
}

/// Reads a request; false where the peer has gone.
fn read_request(socket: &mut TcpStream) -> bool {
    let (mut all, mut part) = (Vec::new(), [0; 4096]);
    loop {
        let text = String::from_utf8_lossy(&all).to_ascii_lowercase();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = head.lines().find_map(|l| l.strip_prefix("content-length: ")?.parse().ok()).unwrap_or(0);
            if body.len() >= length {
                return true;
            }
        }
        match socket.read(&mut part) {
            Ok(n) if n > 0 => all.extend_from_slice(&part[..n]),
            _ => return false,
        }
    }
}

/// Answers the requests of all connections in turn, then holds the last connection open and tells when its peer has closed it.
fn serve(answers: Vec<String>) -> (String, Receiver<Instant>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let (tell, gone) = channel();
    let answers = Arc::new(Mutex::new(answers.into_iter()));
    spawn(move || {
        for mut socket in listener.incoming().flatten() {
            let (answers, tell) = (answers.clone(), tell.clone());
            spawn(move || {
                while read_request(&mut socket) {
                    let Some(answer) = answers.lock().unwrap().next() else { break };
                    socket.write_all(answer.as_bytes()).unwrap();
                }
                let _ = tell.send(Instant::now());
            });
        }
    });
    (url, gone)
}

fn client(url: &str) -> Chutes {
    let seam = VirtualClock::starting_now().seam().with_random(|| 0.0);
    Chutes::builder().api_key("cpk_test").base_url(url).seam(seam).build_blocking().unwrap()
}

fn scripted(answers: impl IntoIterator<Item = Script>) -> (Chutes, Scripted) {
    let script = Scripted::new(answers);
    (Chutes::builder().api_key("cpk_test").base_url("http://h").scripted(&script).build_blocking().unwrap(), script)
}

fn request() -> ChatCompletionRequest {
    ChatRequest::new("m", [Message::user("ping")])
}

#[test]
fn a_call_is_retried_and_the_connection_used_again() {
    let busy = whole("503 Busy", r#"{"detail":"busy"}"#);
    let (url, gone) = serve(vec![busy.clone(), whole("200 OK", OK), busy]);
    let client = client(&url);
    let answer = client.chat().completions().create(request()).send().unwrap();
    assert_eq!((answer.text(), answer.response().attempts()), ("pong", 2));
    let once = CallOptions::new().max_retries(0);
    let error = client.chat().completions().create(request()).with(once).send().unwrap_err();
    assert_eq!((error.kind(), error.attempts()), (Kind::Unavailable, 1));
    assert!(gone.try_recv().is_err(), "one connection, still open");
    let left = Instant::now();
    drop(client);
    assert!(gone.recv_timeout(Duration::from_secs(5)).unwrap() - left < Duration::from_millis(500));
}

#[test]
fn a_stream_is_an_iterator_of_chunks_texts_or_events() {
    let body = format!("{}{}data: [DONE]\n\n", chunk("po", ""), chunk("ng", "stop"));
    let (client, _script) = scripted((0..3).map(|_| Script::bytes("text/event-stream", body.clone())));
    let open = || client.chat().completions().stream(request()).send().unwrap();
    assert_eq!(open().map(|chunk| chunk.unwrap().text().to_owned()).collect::<Vec<_>>(), ["po", "ng"]);
    let mut stream = open();
    assert_eq!(stream.text_stream().map(Result::unwrap).collect::<String>(), "pong");
    assert_eq!((stream.final_completion().unwrap().text(), stream.response().status()), ("pong", 200));
    assert_eq!(open().events().map(|event| event.unwrap().data).last().as_deref(), Some("[DONE]"));
}

#[test]
fn a_stream_that_breaks_keeps_what_came() {
    let (url, _gone) = serve(vec![format!("{SSE}{}", chunk("po", ""))]);
    let silent = CallOptions::new().idle_timeout(0.2);
    let mut stream = client(&url).chat().completions().stream(request()).with(silent).send().unwrap();
    assert_eq!(stream.next().unwrap().unwrap().text(), "po");
    let error = stream.next().unwrap().unwrap_err();
    assert_eq!((error.kind(), error.reason()), (Kind::Timeout, Some(Reason::IdleTimeout)));
    assert_eq!(error.partial().unwrap()["choices"][0]["message"]["content"], "po");
    assert_eq!(stream.final_completion().unwrap_err().kind(), Kind::Timeout);
    assert_eq!(stream.partial()["complete"], false);
}

#[test]
fn dropping_a_stream_closes_its_socket() {
    let (url, gone) = serve(vec![format!("{SSE}{}", chunk("po", ""))]);
    let client = client(&url);
    let mut stream = client.chat().completions().stream(request()).send().unwrap();
    stream.next().unwrap().unwrap();
    let left = Instant::now();
    drop(stream);
    assert!(gone.recv_timeout(Duration::from_secs(5)).unwrap() - left < Duration::from_millis(500));
}

#[test]
fn another_thread_cancels() {
    let (url, gone) = serve(vec![format!("{SSE}{}", chunk("po", ""))]);
    let handle = CancelHandle::new();
    let options = CallOptions::new().cancel(&handle);
    let mut stream = client(&url).chat().completions().stream(request()).with(options).send().unwrap();
    stream.next().unwrap().unwrap();
    spawn(move || {
        std::thread::sleep(Duration::from_millis(50));
        handle.cancel();
    });
    assert_eq!(stream.next().unwrap().unwrap_err().kind(), Kind::Cancelled);
    gone.recv_timeout(Duration::from_secs(5)).unwrap();
}

#[test]
fn a_map_gives_values_and_errors() {
    let (url, _gone) = serve(vec![whole("200 OK", OK), whole("404 No", "{}"), whole("200 OK", OK)]);
    let (client, chat) = (client(&url), client(&url).chat());
    let ask = move |_: u8| chat.completions().create(request());
    let results = client.map(ask, [1, 2, 3], MapParams::new().concurrency(2).ordered(true)).unwrap();
    let (good, bad): (Vec<_>, Vec<_>) = results.map(|done| done.result.map(|a| a.text().to_owned())).partition(Result::is_ok);
    assert_eq!((good.len(), bad.len()), (2, 1));
    assert!(bad[0].as_ref().unwrap_err().is_not_found());
}

#[test]
fn pages_and_raw_calls() {
    let page = |page: u8, name: &str| {
        let chute = json!({"chute_id": name, "name": name});
        Script::json(&json!({"items": [chute], "total": 2, "page": page, "limit": 1}))
    };
    let (client, script) = scripted([page(0, "a"), page(1, "b"), Script::json(&json!({"ok": true}))]);
    let names: Vec<String> = client.chutes().list_all(Default::default()).map(|chute| chute.unwrap().name).collect();
    assert_eq!(names, ["a", "b"]);
    client.request(chutes_client::Method::POST, "/odd").json(&json!({"a": 1})).send().unwrap();
    assert_eq!(script.requests()[2].body, json!({"a": 1}));
}

#[test]
fn tools_of_one_turn_run_at_once_and_their_panic_is_told_to_the_model() {
    let call = |id: &str, name: &str| json!({"id": id, "type": "function", "function": {"name": name, "arguments": "{}"}});
    let calls = json!([call("1", "slow"), call("2", "slow"), call("3", "bad")]);
    let asks =
        json!({"choices": [{"index": 0, "message": {"role": "assistant", "tool_calls": calls}, "finish_reason": "tool_calls"}]});
    let (client, script) = scripted([Script::json(&asks), Script::json(&serde_json_of(OK))]);
    let slow = tool("slow", "", json!({"type": "object"}), |_| {
        std::thread::sleep(Duration::from_millis(300));
        Ok::<_, String>("done")
    });
    let bad = tool("bad", "", json!({"type": "object"}), |_| -> Result<u8, String> { panic!("mine") });
    let (begun, steps) = (Instant::now(), Arc::new(Mutex::new(0)));
    let seen = steps.clone();
    let params = RunToolsParams::new().on_step(move |_| *seen.lock().unwrap() += 1);
    let run = client.chat().completions().run_tools(request(), vec![slow, bad], params).send().unwrap();
    assert_eq!((run.completion.text(), *steps.lock().unwrap()), ("pong", 2));
    assert!(begun.elapsed() < Duration::from_millis(550), "{:?}", begun.elapsed());
    let sent = script.requests()[1].body["messages"].to_string();
    assert!(sent.contains("done") && sent.contains("the tool panicked"), "{sent}");
}

fn serde_json_of(text: &str) -> chutes_client::Value {
    text.parse().unwrap()
}

/// A task's budget of polls would run dry here, and a runtime that is dropped here would panic.
#[test]
fn within_another_runtime_it_works_and_is_dropped_without_a_panic() {
    let (url, _gone) = serve(vec![whole("200 OK", OK); 200]);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let client = client(&url);
        for _ in 0..200 {
            assert_eq!(client.chat().completions().create(request()).send().unwrap().text(), "pong");
        }
    });
}

/// The function of a map runs on the thread that drives the connections.
#[test]
fn a_callback_may_call_the_client_wherever_it_runs() {
    let (url, _gone) = serve(vec![whole("200 OK", OK); 8]);
    let inner = client(&url);
    let (seen, asked) = (Arc::new(Mutex::new(Vec::new())), Arc::new(Mutex::new(None::<Chutes>)));
    let (heard, again) = (seen.clone(), asked.clone());
    let hooks = Hooks::new().on_call_end(move |_| {
        let Some(client) = again.lock().unwrap().take() else { return };
        heard.lock().unwrap().push(client.chat().completions().create(request()).send().unwrap().text().to_owned());
    });
    let outer = Chutes::builder().api_key("cpk_test").base_url(&url).hooks(hooks).build_blocking().unwrap();
    // A call of the same client from the thread that calls, then from the one that drives.
    *asked.lock().unwrap() = Some(outer.clone());
    outer.chat().completions().create(request()).send().unwrap();
    *asked.lock().unwrap() = Some(outer.clone());
    let chat = outer.chat();
    let done = outer.map(move |_: u8| chat.completions().create(request()), [1], MapParams::new()).unwrap();
    assert_eq!(done.filter(|done| done.result.is_ok()).count(), 1);
    assert_eq!(*seen.lock().unwrap(), ["pong", "pong"]);
    drop(inner);
}

#[test]
fn what_has_no_blocking_form_is_waited_for() {
    let (client, _script) = scripted([]);
    let part = client.wait(chutes_client::image_part("http://host/cat.png")).unwrap();
    assert_eq!(part["image_url"]["url"], "http://host/cat.png");
    assert!(Chutes::new("").is_err());
}

/// Names of the public functions of a file that give what must be awaited.
fn awaited(source: &str) -> Vec<&str> {
    let functions = source.split("    pub ").skip(1).filter_map(|rest| {
        let rest = rest.strip_prefix("async ").map_or((rest, false), |rest| (rest, true));
        let signature = rest.0.strip_prefix("fn ")?.split_once('{')?.0;
        let name = signature.split(['(', '<']).next()?;
        let waits =
            ["Pending<", "MediaCall", "RawCall", "MapStream<"].iter().any(|given| signature.contains(&format!("-> {given}")));
        (rest.1 || waits || signature.contains("-> Result<MapStream")).then_some(name)
    });
    functions.collect()
}

#[test]
fn whatever_is_awaited_has_a_blocking_form() {
    let ours = [
        (include_str!("../src/invoke/chat.rs"), include_str!("../src/blocking/invoke.rs")),
        (include_str!("../src/invoke/completions.rs"), include_str!("../src/blocking/invoke.rs")),
        (include_str!("../src/invoke/embeddings.rs"), include_str!("../src/blocking/invoke.rs")),
        (include_str!("../src/invoke/images.rs"), include_str!("../src/blocking/invoke.rs")),
        (include_str!("../src/invoke/media.rs"), include_str!("../src/blocking/invoke.rs")),
        (include_str!("../src/invoke/chute.rs"), include_str!("../src/blocking/chute.rs")),
        (include_str!("../src/invoke/models.rs"), include_str!("../src/blocking/helpers.rs")),
        (include_str!("../src/helpers/chutes.rs"), include_str!("../src/blocking/helpers.rs")),
        (include_str!("../src/helpers/container_images.rs"), include_str!("../src/blocking/helpers.rs")),
        (include_str!("../src/helpers/jobs.rs"), include_str!("../src/blocking/helpers.rs")),
        (include_str!("../src/client.rs"), include_str!("../src/blocking/mod.rs")),
        (include_str!("../src/mapping.rs"), concat!(include_str!("../src/blocking/mod.rs"), "pub fn next_result(")),
    ];
    let mut seen = 0;
    for (async_form, blocking) in ours {
        for name in awaited(async_form).into_iter().filter(|name| *name != "next_item") {
            let there = [format!("pub fn {name}("), format!("pub fn {name}<")].iter().any(|form| blocking.contains(form));
            assert!(there, "{name} has no blocking form");
            seen += 1;
        }
    }
    assert!(seen > 35, "{seen}");
}
