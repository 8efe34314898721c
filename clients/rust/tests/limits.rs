//! Limits on time, in every phase of a call, and what hooks hear of a call that was left.
#![cfg(feature = "client")]

mod wire;

use chutes_client::auth::{Auth, AuthFuture, Outgoing};
use chutes_client::{
    BuildArgs, BuildParams, CallOptions, CancelHandle, ChatRequest, Chutes, ChutesBuilder, Hooks, ImageRequest, JobWaitParams,
    Kind, Message, Ready, Upload, json,
};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use wire::{json as whole, lines, serve};

const CHUNK: &str = "data: {\"id\":\"a\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"po\"}}]}\n\n";

fn builder(url: &str) -> ChutesBuilder {
    Chutes::builder().api_key("cpk_test").base_url(url).seam(chutes_client::testing::Seam::default().with_random(|| 0.0))
}

fn client(url: &str) -> Chutes {
    builder(url).build().unwrap()
}

fn request() -> ChatRequest {
    ChatRequest::new("m", [Message::user("hi")])
}

fn deadline(seconds: f64) -> CallOptions {
    CallOptions::new().deadline(seconds)
}

/// A server that says this and then as much of `more` as is taken.
async fn talks(head: &'static str, more: String) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        while let Ok((mut socket, _)) = listener.accept().await {
            let more = more.clone();
            tokio::spawn(async move {
                let _ = socket.read(&mut [0; 4096]).await;
                let _ = socket.write_all(head.as_bytes()).await;
                while !more.is_empty() && socket.write_all(more.as_bytes()).await.is_ok() {}
                tokio::time::sleep(Duration::from_secs(60)).await;
            });
        }
    });
    url
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_that_never_pauses_ends_with_its_deadline() {
    let url = talks("HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n", CHUNK.repeat(500)).await;
    let mut stream = client(&url).chat().completions().stream(request()).with(deadline(0.3)).await.unwrap();
    let begun = Instant::now();
    let error = loop {
        if let Err(error) = stream.next_chunk().await.unwrap() {
            break error;
        }
        assert!(begun.elapsed() < Duration::from_secs(5), "it goes on");
    };
    assert!(error.is_timeout() && error.partial().is_some(), "{error}");
}

#[tokio::test]
async fn events_that_have_come_are_not_handed_out_after_the_deadline() {
    let url = talks("HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n", CHUNK.repeat(500)).await;
    let mut stream = client(&url).chat().completions().stream(request()).with(deadline(1.0)).await.unwrap();
    stream.next_chunk().await.unwrap().unwrap();
    tokio::time::sleep(Duration::from_millis(1_050)).await;
    assert!(stream.next_chunk().await.unwrap().unwrap_err().is_timeout());
}

#[tokio::test]
async fn a_credential_in_the_making_ends_with_the_deadline() {
    struct Hangs;
    impl Auth for Hangs {
        fn apply<'a>(&'a self, _: Outgoing<'a>) -> AuthFuture<'a> {
            Box::pin(std::future::pending())
        }
    }
    let client = Chutes::builder().auth(Arc::new(Hangs)).base_url("http://127.0.0.1:9").build().unwrap();
    let error = client.chat().completions().create(request()).with(deadline(0.1)).await.unwrap_err();
    assert_eq!((error.kind(), error.attempts()), (Kind::Timeout, 0), "nothing was sent");
}

#[tokio::test]
async fn a_source_that_is_looked_at_ends_with_the_deadline() {
    let (stop, held) = std::sync::mpsc::channel::<()>();
    let held = Mutex::new(held);
    let source = Upload::from_source(4, move || {
        let _ = held.lock().unwrap().recv();
        Ok(Box::new(std::io::empty()))
    });
    let args = BuildArgs {
        name: "a".into(),
        tag: "1".into(),
        username: Some("u".into()),
        context: Some(source),
        ..BuildArgs::default()
    };
    let client = client("http://127.0.0.1:9");
    let error = client.container_images().build(args, BuildParams::new()).with(deadline(0.1)).await.unwrap_err();
    assert_eq!((error.kind(), error.attempts()), (Kind::Timeout, 0));
    drop(stop);
}

#[tokio::test]
async fn making_a_connection_has_a_limit_of_its_own() {
    let url = talks("", String::new()).await.replace("http:", "https:");
    let client = builder(&url).connect_timeout(0.2).build().unwrap();
    let options = CallOptions::new().first_byte_timeout(0.05).max_retries(1);
    let error = client.chat().completions().create(request()).with(options).await.unwrap_err();
    // Nothing was sent, so that a POST is tried again.
    assert_eq!((error.kind(), error.attempts()), (Kind::Timeout, 2));
    let place = url.strip_prefix("https://").unwrap();
    assert!(error.message().contains("connect_timeout") && error.message().contains(place), "{error}");
}

#[tokio::test]
async fn a_warm_up_ends_with_the_deadline_of_its_call() {
    let (url, asked) = serve(|_, request| async move {
        if request.method == "POST" {
            return whole(503, json!({"detail": "No instances available (yet)"}));
        }
        wire::broken("text/event-stream", "data: {\"status\":\"cold\"}\n\n")
    })
    .await;
    let options = deadline(1.5).ready(Ready::Wait);
    let begun = Instant::now();
    let error = client(&url).chute("a-b").call("/x", json!({})).with(options).await.unwrap_err();
    assert!(error.is_timeout() && begun.elapsed() < Duration::from_secs(5), "{error}");
    assert!(lines(&asked).len() > 2, "the events were asked for again: {:?}", lines(&asked));
}

#[tokio::test]
async fn a_host_has_no_name_to_be_warmed_up_by() {
    let cold = json!({"detail": "No instances available (yet)"});
    let (url, asked) =
        serve(move |number, _| std::future::ready(if number == 0 { whole(503, &cold) } else { whole(200, json!({"ok": 1})) }))
            .await;
    let chute = client(&url).chute(&url);
    chute.call("/x", json!({})).with(CallOptions::new().ready(Ready::Wait)).await.unwrap();
    assert_eq!(lines(&asked), ["POST /x", "POST /x"], "the ordinary retry");
    let error = chute.wait_ready(chutes_client::WaitReadyParams::new()).await.unwrap_err();
    assert!(error.is_config() && error.message().contains("slug") && lines(&asked).len() == 2, "{error}");
}

/// A credential for everything but warm-ups.
struct NoWarmUps;

impl Auth for NoWarmUps {
    fn apply<'a>(&'a self, request: Outgoing<'a>) -> AuthFuture<'a> {
        let refused = request.operation == "chutes.warmup";
        Box::pin(async move { if refused { Err("the vault is sealed".into()) } else { Ok(()) } })
    }
}

#[tokio::test]
async fn what_keeps_a_warm_up_from_being_asked_for_is_told() {
    let cold = json!({"detail": "No instances available (yet)"});
    let (url, asked) = serve(move |_, _| std::future::ready(whole(503, &cold))).await;
    let client = Chutes::builder().auth(Arc::new(NoWarmUps)).base_url(&url).build().unwrap();
    let error = client.chute("a-b").call("/x", json!({})).with(CallOptions::new().ready(Ready::Wait)).await.unwrap_err();
    assert_eq!(error.kind(), Kind::Config, "{error}");
    assert_eq!(error.message(), "the token provider failed: the vault is sealed");
    assert_eq!(lines(&asked), ["POST /chute/a-b/x"], "no other attempt can mend that");
}

#[tokio::test]
async fn a_question_ends_with_the_helper_that_asks_it() {
    let url = talks("", String::new()).await;
    let params = JobWaitParams::new().timeout(0.2);
    let asked = tokio::time::timeout(Duration::from_secs(10), client(&url).jobs().wait("j", params).into_future());
    assert!(asked.await.expect("the time of the helper, not that of a question").unwrap_err().is_timeout());
    let args = BuildArgs { name: "a".into(), tag: "1".into(), username: Some("alice".into()), ..BuildArgs::default() };
    let built = client(&url).container_images().build(args, BuildParams::new().timeout(0.2));
    let built = tokio::time::timeout(Duration::from_secs(10), built.into_future());
    assert!(built.await.expect("the upload is a part of it").unwrap_err().is_timeout());
}

/// What after_attempt and on_call_end heard.
fn heard() -> (Hooks, Arc<Mutex<Vec<String>>>) {
    let log = Arc::<Mutex<Vec<String>>>::default();
    let (after, end) = (log.clone(), log.clone());
    let kind = |kind: Option<Kind>| kind.map_or("good", Kind::as_str);
    let hooks = Hooks::new()
        .after_attempt(move |told| after.lock().unwrap().push(format!("attempt {}", kind(told.kind))))
        .on_call_end(move |told| end.lock().unwrap().push(format!("call {} {}", kind(told.kind), told.attempts)));
    (hooks, log)
}

#[tokio::test]
async fn a_call_that_was_left_is_told() {
    let (hooks, log) = heard();
    let silent = talks("", String::new()).await;
    let halting = talks("HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 99\r\n\r\n{", String::new()).await;
    for (url, want) in [(silent, ["attempt cancelled", "call cancelled 1"]), (halting, ["attempt good", "call cancelled 1"])] {
        let client = builder(&url).hooks(hooks.clone()).build().unwrap();
        let call = client.chat().completions().create(request()).into_future();
        assert!(tokio::time::timeout(Duration::from_millis(500), call).await.is_err());
        assert_eq!(std::mem::take(&mut *log.lock().unwrap()), want);
        let me = client.users().me().into_future();
        assert!(tokio::time::timeout(Duration::from_millis(500), me).await.is_err());
        assert_eq!(std::mem::take(&mut *log.lock().unwrap()), want);
    }
}

#[tokio::test]
async fn what_ends_a_stream_ends_its_call() {
    let (hooks, log) = heard();
    let (url, _) = serve(|_, _| std::future::ready(wire::broken("text/event-stream", CHUNK))).await;
    let client = builder(&url).hooks(hooks).build().unwrap();
    let mut stream = client.chat().completions().stream(request()).await.unwrap();
    let error = stream.final_completion().await.unwrap_err();
    assert_eq!(error.kind(), Kind::StreamInterrupted);
    assert_eq!(*log.lock().unwrap(), ["attempt good", "call stream_interrupted 1"]);
}

#[tokio::test]
async fn a_vector_that_is_none_is_told_as_a_failure() {
    let (hooks, log) = heard();
    let (url, _) = serve(|_, _| std::future::ready(whole(200, json!({"data": [{"embedding": "!"}]})))).await;
    let client = builder(&url).hooks(hooks).build().unwrap();
    let error = client.embeddings().create(chutes_client::types::EmbeddingRequest::new("m", "x")).await.unwrap_err();
    assert_eq!((error.kind(), error.attempts()), (Kind::UnexpectedResponse, 1));
    assert_eq!(*log.lock().unwrap(), ["attempt good", "call unexpected_response 1"]);
}

#[tokio::test]
async fn the_first_image_that_fails_gives_up_the_others() {
    let sent = Arc::new(AtomicUsize::new(0));
    let count = sent.clone();
    let (url, _) = serve(move |_, _| {
        let number = count.fetch_add(1, Ordering::SeqCst);
        async move {
            tokio::time::sleep(Duration::from_millis(20)).await;
            if number == 0 { whole(400, json!({"detail": "no"})) } else { std::future::pending().await }
        }
    })
    .await;
    let wanted = ImageRequest::new("x").set("model", "m");
    assert!(client(&url).images().generate_many(wanted.clone(), 0).await.unwrap_err().is_config());
    let error = client(&url).images().generate_many(wanted, 40).await.unwrap_err();
    assert_eq!((error.status(), sent.load(Ordering::SeqCst) <= 8), (Some(400), true));
}

#[tokio::test]
async fn codings_are_undone_or_named() {
    let coded = |coding: &'static str| async move {
        let head = format!("HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-encoding: {coding}\r\n");
        let (url, _) = serve(move |_, _| std::future::ready(format!("{head}content-length: 2\r\n\r\n{{}}"))).await;
        let client = client(&url);
        let plain = client.users().me().with(CallOptions::new().max_retries(0)).await.map(drop);
        let own = client.request(chutes_client::Method::GET, "/x").with(CallOptions::new().extra_header("accept-encoding", "br"));
        (plain.map_err(|e| e.message().to_owned()), own.await.is_ok())
    };
    assert_eq!(coded("Identity").await, (Ok(()), true));
    assert_eq!(coded("br").await, (Err("the answer is in a coding nobody asked for: br".to_owned()), true));
    for gzip in ["GZIP", "x-gzip"] {
        let (plain, _) = coded(gzip).await;
        assert!(plain.unwrap_err().contains("the coding of the answer is damaged"), "{gzip}");
    }
}

#[tokio::test]
async fn an_attempt_that_was_cancelled_was_sent() {
    let client = client(&talks("", String::new()).await);
    let stop = CancelHandle::new();
    let call = client.chat().completions().create(request()).with(CallOptions::new().cancel(&stop)).into_future();
    let cancels = async {
        tokio::time::sleep(Duration::from_millis(200)).await;
        stop.cancel();
    };
    let error = tokio::join!(call, cancels).0.unwrap_err();
    assert_eq!((error.kind(), error.attempts()), (Kind::Cancelled, 1));
}
