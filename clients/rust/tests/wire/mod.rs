//! A server that answers each request by a function, and remembers what it was asked.
#![allow(dead_code, reason = "each test program uses a part of it")]

use std::sync::{Arc, Mutex};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// A request as it came.
#[derive(Debug, Clone)]
pub struct Request {
    pub method: String,
    /// Path and query.
    pub path: String,
    /// Names in lower case.
    pub headers: Vec<(String, String)>,
    pub body: String,
}

impl Request {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(n, _)| n == name).map(|(_, v)| v.as_str())
    }

    /// Method and path, as `GET /users/me`.
    pub fn line(&self) -> String {
        format!("{} {}", self.method, self.path)
    }

    /// A field of its form.
    pub fn field(&self, name: &str) -> Option<&str> {
        self.body.split('&').find_map(|pair| pair.strip_prefix(name)?.strip_prefix('='))
    }
}

/// What was asked, in order.
pub type Asked = Arc<Mutex<Vec<Request>>>;

pub fn lines(asked: &Asked) -> Vec<String> {
    asked.lock().unwrap().iter().map(Request::line).collect()
}

/// Serves until the test ends. `answer` gets the number of the request, from 0, and gives the whole answer.
pub async fn serve<F, Fut>(answer: F) -> (String, Asked)
where
    F: Fn(usize, Request) -> Fut + Send + Sync + 'static,
    Fut: Future<Output = String> + Send + 'static,
{
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let (asked, answer) = (Asked::default(), Arc::new(answer));
    let seen = asked.clone();
    tokio::spawn(async move {
        while let Ok((mut socket, _)) = listener.accept().await {
            let (seen, answer) = (seen.clone(), answer.clone());
            tokio::spawn(async move {
                while let Some(request) = read(&mut socket).await {
                    let number = {
                        let mut seen = seen.lock().unwrap();
                        seen.push(request.clone());
                        seen.len() - 1
                    };
                    let whole = answer(number, request).await;
                    let ends = !whole.contains("content-length");
                    if socket.write_all(whole.as_bytes()).await.is_err() || ends {
                        break;
                    }
                }
            });
        }
    });
    (url, asked)
}

async fn read(socket: &mut TcpStream) -> Option<Request> {
    let (mut all, mut part) = (Vec::new(), [0; 4096]);
    loop {
        let text = String::from_utf8_lossy(&all).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let mut lines = head.lines();
            let mut first = lines.next()?.split(' ');
            let (method, path) = (first.next()?.to_owned(), first.next()?.to_owned());
            let headers: Vec<_> =
                lines.filter_map(|l| l.split_once(": ")).map(|(n, v)| (n.to_lowercase(), v.to_owned())).collect();
            let length = headers.iter().find(|(n, _)| n == "content-length").and_then(|(_, v)| v.parse().ok());
            if body.len() >= length.unwrap_or(0) {
                return Some(Request { method, path, headers, body: body.to_owned() });
            }
        }
        let count = socket.read(&mut part).await.ok().filter(|n| *n > 0)?;
        all.extend_from_slice(&part[..count]);
    }
}

pub fn json(status: u16, body: impl ToString) -> String {
    let body = body.to_string();
    let length = body.len();
    format!("HTTP/1.1 {status} X\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n\r\n{body}")
}

/// A body that ends with its connection.
pub fn stream(content_type: &str, body: &str) -> String {
    format!("HTTP/1.1 200 OK\r\ncontent-type: {content_type}\r\n\r\n{body}")
}

/// A body that breaks off: fewer bytes come than were announced.
pub fn broken(content_type: &str, body: &str) -> String {
    let more = body.len() + 1000;
    format!("HTTP/1.1 200 OK\r\ncontent-type: {content_type}\r\nContent-Length: {more}\r\n\r\n{body}")
}
