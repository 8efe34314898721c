//! The limit: a bare blocking socket and serde, for one stream after another. No client could be cheaper with typed results.

use std::io::{Read, Write};
use std::net::TcpStream;

use memchr::memmem;
use serde::Deserialize;

#[derive(Deserialize)]
#[allow(dead_code, reason = "decoded as the clients do, only the text is read")]
struct Chunk {
    id: Option<String>,
    created: Option<u64>,
    model: Option<String>,
    choices: Vec<Choice>,
}

#[derive(Deserialize)]
#[allow(dead_code, reason = "as above")]
struct Choice {
    index: Option<u32>,
    delta: Delta,
    finish_reason: Option<String>,
}

#[derive(Deserialize)]
struct Delta {
    content: Option<String>,
}

pub struct Limit(TcpStream);

impl Limit {
    pub fn new(url: &str) -> Limit {
        Limit(TcpStream::connect(url.trim_start_matches("http://")).expect("the server"))
    }

    /// Each event of these streams is one HTTP chunk: the size line before `data:` is skipped with what precedes it.
    pub fn texts(&mut self, work: &str, mut see: impl FnMut(&str)) -> u64 {
        let body = r#"{"model":"m","messages":[],"stream":true}"#;
        write!(self.0, "POST /{work}/v1/chat/completions HTTP/1.1\r\nhost: x\r\ncontent-length: {}\r\n\r\n{body}", body.len())
            .expect("sent");
        let (mut buffer, mut begin, mut end, mut count) = (vec![0; 1 << 17], 0, 0, 0);
        let (blank, field) = (memmem::Finder::new(b"\n\n"), memmem::Finder::new(b"data: "));
        loop {
            let read = self.0.read(&mut buffer[end..]).expect("an answer");
            assert!(read > 0, "the server has gone");
            end += read;
            while let Some(length) = blank.find(&buffer[begin..end]) {
                let event = &buffer[begin..begin + length];
                begin += length + 2;
                let data = &event[field.find(event).expect("a field") + 6..];
                if data == b"[DONE]" {
                    self.finish(&buffer[begin..end]);
                    return count;
                }
                let chunk: Chunk = serde_json::from_slice(data).expect("a chunk");
                see(chunk.choices[0].delta.content.as_deref().unwrap_or(""));
                count += 1;
            }
            buffer.copy_within(begin..end, 0);
            (begin, end) = (0, end - begin);
        }
    }

    fn finish(&mut self, rest: &[u8]) {
        let mut rest = rest.to_vec();
        let mut more = [0; 64];
        while !rest.ends_with(b"\r\n0\r\n\r\n") {
            let read = self.0.read(&mut more).expect("the end");
            rest.extend(&more[..read]);
        }
    }
}
