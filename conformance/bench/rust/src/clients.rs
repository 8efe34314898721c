//! The clients that are measured, each asked for the same: the text of every chunk of a stream, and an answer in one piece.

use std::collections::HashMap;
use std::sync::Mutex;

use async_openai::config::OpenAIConfig;
use async_openai::types::chat::CreateChatCompletionRequest;
use chutes_client::{ChatRequest, Chutes, Message};
use futures::StreamExt;
use serde_json::json;

/// One client per work: the work is the first part of its base URL.
pub struct Clients<C> {
    url: String,
    held: Mutex<HashMap<String, C>>,
}

impl<C: Clone> Clients<C> {
    pub fn new(url: &str) -> Self {
        Clients { url: url.to_owned(), held: Mutex::default() }
    }

    fn of(&self, work: &str, make: impl FnOnce(String) -> C) -> C {
        let mut held = self.held.lock().expect("no panic while held");
        held.entry(work.to_owned()).or_insert_with(|| make(format!("{}/{work}", self.url))).clone()
    }
}

#[allow(async_fn_in_trait, reason = "used within this program only")]
pub trait Client: Send + Sync + 'static {
    /// Reads a stream to its end and shows each text; the number of chunks with a text.
    fn texts(&self, work: &str, see: impl FnMut(&str) + Send) -> impl Future<Output = u64> + Send;
    fn answer(&self, work: &str) -> impl Future<Output = usize> + Send;
}

impl Clients<Chutes> {
    fn client(&self, work: &str) -> Chutes {
        self.of(work, |base| Chutes::builder().api_key("cpk_bench").base_url(base).build().expect("a client"))
    }
}

fn question() -> ChatRequest {
    ChatRequest::new("m", [Message::user("Tell me something.")])
}

impl Client for Clients<Chutes> {
    async fn texts(&self, work: &str, mut see: impl FnMut(&str) + Send) -> u64 {
        let mut stream = self.client(work).chat().completions().stream(question()).await.expect("a stream");
        let mut count = 0;
        while let Some(chunk) = stream.next_chunk().await {
            see(chunk.expect("a chunk").text());
            count += 1;
        }
        count
    }

    async fn answer(&self, work: &str) -> usize {
        self.client(work).chat().completions().create(question()).await.expect("an answer").text().len()
    }
}

type Peer = async_openai::Client<OpenAIConfig>;

impl Clients<Peer> {
    fn client(&self, work: &str) -> Peer {
        self.of(work, |base| Peer::with_config(OpenAIConfig::new().with_api_key("cpk_bench").with_api_base(format!("{base}/v1"))))
    }
}

fn peer_question() -> CreateChatCompletionRequest {
    serde_json::from_value(json!({"model": "m", "messages": [{"role": "user", "content": "Tell me something."}]}))
        .expect("a request")
}

impl Client for Clients<Peer> {
    async fn texts(&self, work: &str, mut see: impl FnMut(&str) + Send) -> u64 {
        let mut stream = self.client(work).chat().create_stream(peer_question()).await.expect("a stream");
        let mut count = 0;
        while let Some(chunk) = stream.next().await {
            let chunk = chunk.expect("a chunk");
            if let Some(text) = chunk.choices.first().and_then(|c| c.delta.content.as_deref()) {
                see(text);
                count += 1;
            }
        }
        count
    }

    async fn answer(&self, work: &str) -> usize {
        let answer = self.client(work).chat().create(peer_question()).await.expect("an answer");
        answer.choices[0].message.content.as_deref().map_or(0, str::len)
    }
}
