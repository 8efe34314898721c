//! What only a real socket can show: early close, reuse, replacement, windows and limits.
#![cfg(feature = "client")]

use chutes_client::testing::VirtualClock;
use chutes_client::{CallOptions, CancelHandle, ChatRequest, Chutes, Kind, Message, Reason};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// Reads one request, body included; `None` when the peer has gone.
async fn read_request(socket: &mut TcpStream) -> Option<String> {
    let mut all = Vec::new();
    let mut part = [0; 4096];
    loop {
        let text = String::from_utf8_lossy(&all).to_string();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length =
                head.to_lowercase().lines().find_map(|l| l.strip_prefix("content-length: ")?.trim().parse::<usize>().ok());
            if body.len() >= length.unwrap_or(0) {
                return Some(text);
            }
        }
        let n = socket.read(&mut part).await.ok().filter(|n| *n > 0)?;
        all.extend_from_slice(&part[..n]);
    }
}

async fn bind() -> (TcpListener, String) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    (listener, url)
}

fn client(url: &str) -> (Chutes, VirtualClock) {
    let clock = VirtualClock::starting_now();
    let seam = clock.seam().with_random(|| 0.0);
    (Chutes::builder().api_key("cpk_test").base_url(url).seam(seam).build().unwrap(), clock)
}

fn request() -> ChatRequest {
    ChatRequest::new("m", [Message::user("hi")])
}

const OK: &str = r#"{"choices":[{"index":0,"message":{"content":"pong"},"finish_reason":"stop"}]}"#;

fn whole(body: &str) -> String {
    format!("HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{body}", body.len())
}

const SSE: &str = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n";
const CHUNK: &str = "data: {\"id\":\"a\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"po\"}}]}\n\n";

/// Serves one connection with a stream that stays open, and returns how long the peer took to close it after the signal.
async fn open_stream() -> (String, tokio::task::JoinHandle<Instant>) {
    let (listener, url) = bind().await;
    let served = tokio::spawn(async move {
        let (mut socket, _) = listener.accept().await.unwrap();
        read_request(&mut socket).await.unwrap();
        socket.write_all(format!("{SSE}{CHUNK}").as_bytes()).await.unwrap();
        let _ = socket.read(&mut [0; 16]).await;
        Instant::now()
    });
    (url, served)
}

#[tokio::test]
async fn dropping_a_stream_closes_its_socket_at_once() {
    let (url, served) = open_stream().await;
    let mut stream = client(&url).0.chat().completions().stream(request()).await.unwrap();
    stream.next_chunk().await.unwrap().unwrap();
    let left = Instant::now();
    drop(stream);
    assert!(served.await.unwrap() - left < Duration::from_millis(250));
}

#[tokio::test]
async fn a_cancel_handle_ends_a_stream_with_its_partial() {
    let (url, served) = open_stream().await;
    let handle = CancelHandle::new();
    let options = CallOptions::new().cancel(&handle);
    let mut stream = client(&url).0.chat().completions().stream(request()).with(options).await.unwrap();
    stream.next_chunk().await.unwrap().unwrap();
    handle.cancel();
    let error = stream.next_chunk().await.unwrap().unwrap_err();
    assert_eq!((error.kind(), &error.partial().unwrap()["complete"]), (Kind::Cancelled, &false.into()));
    assert!(served.await.is_ok());
}

#[tokio::test]
async fn silence_inside_a_stream_is_a_timeout_with_its_partial() {
    let (url, _served) = open_stream().await;
    let options = CallOptions::new().idle_timeout(0.05);
    let mut stream = client(&url).0.chat().completions().stream(request()).with(options).await.unwrap();
    let error = stream.final_completion().await.unwrap_err();
    assert_eq!((error.kind(), error.reason()), (Kind::Timeout, Some(Reason::IdleTimeout)));
    assert_eq!(error.partial().unwrap()["choices"][0]["message"]["content"], "po");
}

#[tokio::test]
async fn sequential_calls_share_a_connection_and_a_closed_one_costs_no_retry() {
    let (listener, url) = bind().await;
    let connections = Arc::new(AtomicUsize::new(0));
    let count = connections.clone();
    tokio::spawn(async move {
        loop {
            let (mut socket, _) = listener.accept().await.unwrap();
            count.fetch_add(1, Ordering::SeqCst);
            for _ in 0..2 {
                if read_request(&mut socket).await.is_some() {
                    socket.write_all(whole(OK).as_bytes()).await.unwrap();
                }
            }
            // Closed while it waits in the pool.
        }
    });
    let (client, clock) = client(&url);
    for _ in 0..4 {
        let answer = client.chat().completions().create(request()).await.unwrap();
        assert_eq!((answer.text(), answer.response().attempts()), ("pong", 1));
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert_eq!((connections.load(Ordering::SeqCst), clock.sleeps().len()), (2, 0));
}

#[tokio::test]
async fn retries_send_the_same_bytes_and_wait_as_asked() {
    let (listener, url) = bind().await;
    let served = tokio::spawn(async move {
        let (mut socket, _) = listener.accept().await.unwrap();
        let first = read_request(&mut socket).await.unwrap();
        socket.write_all(b"HTTP/1.1 503 x\r\nretry-after: 0.25\r\ncontent-length: 0\r\n\r\n").await.unwrap();
        let second = read_request(&mut socket).await.unwrap();
        socket.write_all(whole(OK).as_bytes()).await.unwrap();
        (first, second)
    });
    let (client, clock) = client(&url);
    let answer = client.chat().completions().create(request()).await.unwrap();
    let (first, second) = served.await.unwrap();
    assert_eq!(first.split_once("\r\n\r\n").unwrap().1, second.split_once("\r\n\r\n").unwrap().1);
    assert!(second.contains("x-chutes-retry-count: 1") && !first.contains("x-chutes-retry-count"));
    assert_eq!((clock.sleeps(), answer.response().attempts()), (vec![Duration::from_millis(250)], 2));
}

#[tokio::test]
async fn a_new_stream_connection_is_used_again_after_done() {
    let (listener, url) = bind().await;
    let body = format!("{CHUNK}data: [DONE]\n\n");
    let stream_answer = format!(
        "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n{:x}\r\n{body}\r\n0\r\n\r\n",
        body.len()
    );
    let served = tokio::spawn(async move {
        let (mut socket, _) = listener.accept().await.unwrap();
        read_request(&mut socket).await.unwrap();
        socket.write_all(stream_answer.as_bytes()).await.unwrap();
        read_request(&mut socket).await.unwrap();
        socket.write_all(whole(OK).as_bytes()).await.unwrap();
    });
    let (client, _) = client(&url);
    let mut stream = client.chat().completions().stream(request()).await.unwrap();
    assert_eq!(stream.final_completion().await.unwrap().text(), "po");
    client.chat().completions().create(request()).await.unwrap();
    served.await.unwrap();
}

#[tokio::test]
async fn an_upload_is_no_silence() {
    let (listener, url) = bind().await;
    let served = tokio::spawn(async move {
        let (mut socket, _) = listener.accept().await.unwrap();
        let (mut piece, mut read, mut pieces) = (vec![0; 256 << 10], 0, 0);
        while read < 24 << 20 {
            let n = socket.read(&mut piece).await.unwrap();
            assert!(n > 0, "the client went after {read} bytes");
            (read, pieces) = (read + n, pieces + 1);
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
        socket.write_all(whole(OK).as_bytes()).await.unwrap();
        pieces
    });
    let limit = Duration::from_secs(1);
    let options = CallOptions::new().first_byte_timeout(limit).max_retries(0);
    let (client, begun) = (Chutes::builder().api_key("cpk_test").base_url(url).options(options).build().unwrap(), Instant::now());
    let request = ChatRequest::new("m", [Message::user("x".repeat(24 << 20))]);
    let error = client.chat().completions().create(request.clone()).await.err();
    assert!(
        error.is_none() && begun.elapsed() > limit,
        "{error:?} after {:?}, {} pieces",
        begun.elapsed(),
        served.await.unwrap()
    );

    // A server that takes nothing is silent.
    let (listener, url) = bind().await;
    let begun = Instant::now();
    let client = Chutes::builder().api_key("cpk_test").base_url(url).build().unwrap();
    let silent = client.chat().completions().create(request).with(CallOptions::new().first_byte_timeout(limit).max_retries(0));
    let error = silent.await.unwrap_err();
    assert!(error.message().contains("first_byte_timeout") && begun.elapsed() < limit * 6, "{error} after {:?}", begun.elapsed());
    drop(listener);
}

#[tokio::test]
async fn connections_that_wait_are_bounded() {
    const CALLS: usize = 260;
    let (listener, url) = bind().await;
    let (open, together) = (Arc::new(AtomicUsize::new(0)), Arc::new(tokio::sync::Barrier::new(CALLS)));
    let seen = open.clone();
    tokio::spawn(async move {
        while let Ok((mut socket, _)) = listener.accept().await {
            let (open, together) = (seen.clone(), together.clone());
            tokio::spawn(async move {
                read_request(&mut socket).await.unwrap();
                open.fetch_add(1, Ordering::SeqCst);
                together.wait().await;
                socket.write_all(whole(OK).as_bytes()).await.unwrap();
                assert!(read_request(&mut socket).await.is_none());
                open.fetch_sub(1, Ordering::SeqCst);
            });
        }
    });
    let client = Chutes::builder().api_key("cpk_test").base_url(url).build().unwrap();
    let calls: Vec<_> = (0..CALLS).map(|_| tokio::spawn(client.chat().completions().create(request()).into_future())).collect();
    for call in calls {
        call.await.unwrap().unwrap();
    }
    let until = Instant::now() + Duration::from_secs(5);
    while open.load(Ordering::SeqCst) > 256 && Instant::now() < until {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert_eq!(open.load(Ordering::SeqCst), 256);
}

#[tokio::test]
async fn a_proxy_of_the_client_takes_every_request() {
    let (listener, url) = bind().await;
    let served = tokio::spawn(async move {
        let (mut socket, _) = listener.accept().await.unwrap();
        let forwarded = read_request(&mut socket).await.unwrap();
        socket.write_all(whole(OK).as_bytes()).await.unwrap();
        let (mut socket, _) = listener.accept().await.unwrap();
        let tunnel = read_request(&mut socket).await.unwrap();
        socket.write_all(b"HTTP/1.1 407 Who are you\r\n\r\n").await.unwrap();
        [forwarded, tunnel]
    });
    let through = url.replace("http://", "http://me:pa55word@");
    let client = |base: &str| Chutes::builder().api_key("cpk_test").base_url(base).proxy(&through).build().unwrap();
    client("http://elsewhere.example").chat().completions().create(request()).await.unwrap();
    let options = CallOptions::new().max_retries(0);
    let refused = client("https://elsewhere.example").chat().completions().create(request()).with(options).await.unwrap_err();
    assert!(refused.message().contains("407") && !format!("{refused:?}").contains("pa55word"), "{refused:?}");
    let [forwarded, tunnel] = served.await.unwrap();
    let credential = "proxy-authorization: basic bwu6cge1nxdvcmq=";
    assert!(forwarded.starts_with("POST http://elsewhere.example/llm/v1/chat/completions HTTP/1.1"), "{forwarded}");
    assert!(tunnel.starts_with("CONNECT elsewhere.example:443 HTTP/1.1"), "{tunnel}");
    assert!([forwarded, tunnel].iter().all(|head| head.to_lowercase().contains(credential)));
    for bad in ["", "nothing", "socks5://127.0.0.1:1", "http://"] {
        let error = Chutes::builder().api_key("cpk_test").proxy(bad).build().unwrap_err();
        assert!(error.is_config() && error.message().contains("proxy"), "{bad}: {error}");
    }
}

#[tokio::test]
async fn a_cancel_ends_a_stream_that_nobody_polls() {
    let (url, served) = open_stream().await;
    let client = Chutes::builder().api_key("cpk_test").base_url(&url).max_concurrency(1).build().unwrap();
    let handle = CancelHandle::new();
    let mut stream = client.chat().completions().stream(request()).with(CallOptions::new().cancel(&handle)).await.unwrap();
    handle.cancel();
    // Its socket is closed and its place is free while it is still held.
    assert!(served.await.is_ok());
    let next = CallOptions::new().deadline(5.0).max_retries(0);
    let refused = client.chat().completions().create(request()).with(next).await.unwrap_err();
    assert_eq!(refused.kind(), Kind::Connection, "the server is gone, but it was asked: {refused}");
    assert_eq!(stream.next_chunk().await.unwrap().unwrap_err().kind(), Kind::Cancelled);
    assert!(stream.next_chunk().await.is_none());
}

#[tokio::test]
async fn what_has_come_is_not_handed_out_behind_a_cancel() {
    let (listener, url) = bind().await;
    tokio::spawn(async move {
        let (mut socket, _) = listener.accept().await.unwrap();
        read_request(&mut socket).await.unwrap();
        let body = format!("{}data: [DONE]\n\n", CHUNK.repeat(3));
        let head = format!("HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ncontent-length: {}\r\n\r\n", body.len());
        socket.write_all(format!("{head}{body}").as_bytes()).await.unwrap();
        tokio::time::sleep(Duration::from_secs(5)).await;
    });
    let handle = CancelHandle::new();
    let options = CallOptions::new().cancel(&handle);
    let mut stream = client(&url).0.chat().completions().stream(request()).with(options).await.unwrap();
    stream.next_chunk().await.unwrap().unwrap();
    handle.cancel();
    assert_eq!(stream.next_chunk().await.unwrap().unwrap_err().kind(), Kind::Cancelled);
    assert_eq!(handle.listeners(), 0);
}
