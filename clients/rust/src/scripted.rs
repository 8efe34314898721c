//! A transport that plays a script: answers in, the client's real results and streams out, no socket.

use crate::auth::is_credential;
use crate::errors::Error;
use crate::retry::{Failure, Phase};
use crate::transport::{Payload, Wire};
use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Method};
use serde_json::Value;
use std::collections::VecDeque;
use std::fmt::Write as _;
use std::sync::{Arc, Mutex, MutexGuard};

/// One answer of a script.
#[derive(Debug, Clone)]
pub struct Script {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl Script {
    /// An answer of these bytes.
    pub fn bytes(content_type: &'static str, body: impl Into<Bytes>) -> Script {
        let headers = HeaderMap::from_iter([(http::header::CONTENT_TYPE, HeaderValue::from_static(content_type))]);
        Script { status: 200, headers, body: body.into() }
    }

    /// An answer in JSON.
    pub fn json(value: &Value) -> Script {
        Script::bytes("application/json", value.to_string())
    }

    /// A stream of events, and its `[DONE]`.
    pub fn events<'a>(events: impl IntoIterator<Item = &'a Value>) -> Script {
        let mut text = String::new();
        for event in events {
            let _ = write!(text, "data: {event}\n\n");
        }
        text.push_str("data: [DONE]\n\n");
        Script::bytes("text/event-stream", text)
    }

    /// With another status.
    pub fn status(mut self, status: u16) -> Script {
        self.status = status;
        self
    }

    /// With a header.
    ///
    /// # Panics
    /// Where name or value cannot be sent: a script is written by hand.
    pub fn header(mut self, name: &str, value: &str) -> Script {
        let name: HeaderName = name.parse().expect("a header's name");
        self.headers.insert(name, value.parse().expect("a header's value"));
        self
    }
}

/// What a client sent.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct ScriptedRequest {
    /// HTTP method.
    pub method: Method,
    /// Address.
    pub url: String,
    /// Headers without the credential.
    pub headers: HeaderMap,
    /// The body: its JSON, else null.
    pub body: Value,
}

/// A script: each request gets the next answer, and is kept. Clones are the same script.
///
/// ```
/// # tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
/// use chutes_client::testing::{Script, Scripted, VirtualClock};
/// use chutes_client::{ChatRequest, Chutes, Message, json};
/// let script = Scripted::new([
///     Script::json(&json!({"detail": "busy"})).status(503),
///     Script::events([&json!({"choices": [{"index": 0, "delta": {"content": "Hi"}, "finish_reason": "stop"}]})]),
/// ]);
/// let client = Chutes::builder().api_key("cpk_test").scripted(&script).seam(VirtualClock::starting_now().seam()).build()?;
/// let mut stream = client.chat().completions().stream(ChatRequest::new("any", [Message::user("Hello")])).await?;
/// assert_eq!(stream.final_completion().await?.text(), "Hi");
/// assert_eq!(script.requests()[1].body["model"], "any");
/// # Ok::<(), chutes_client::Error>(()) }).unwrap();
/// ```
#[derive(Debug, Clone, Default)]
pub struct Scripted(Arc<Mutex<State>>);

#[derive(Debug, Default)]
struct State {
    answers: VecDeque<Script>,
    requests: Vec<ScriptedRequest>,
}

impl Scripted {
    /// A script of these answers, in their order.
    pub fn new(answers: impl IntoIterator<Item = Script>) -> Scripted {
        let answers = answers.into_iter().collect();
        Scripted(Arc::new(Mutex::new(State { answers, requests: Vec::new() })))
    }

    /// What was sent so far.
    pub fn requests(&self) -> Vec<ScriptedRequest> {
        self.state().requests.clone()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(|e| e.into_inner())
    }

    /// The answer to a request; without one it is the script that is wrong.
    pub(crate) fn answer(&self, wire: &Wire) -> Result<Script, Failure> {
        let mut headers = wire.headers.clone();
        wire.headers.keys().filter(|name| is_credential(name)).for_each(|name| drop(headers.remove(name)));
        let body = match &wire.body {
            Some(Payload::Bytes(bytes)) => serde_json::from_slice(bytes).unwrap_or_default(),
            _ => Value::Null,
        };
        let (method, url) = (wire.method.clone(), wire.url.to_string());
        let mut state = self.state();
        state.requests.push(ScriptedRequest { method, url, headers, body });
        state.answers.pop_front().ok_or_else(|| {
            let text =
                format!("the script has no answer for request {}: {} {}", state.requests.len(), wire.method, wire.url.path());
            Failure::new(Phase::Final, Error::config(text))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Chutes, Kind};
    use serde_json::json;

    #[tokio::test]
    async fn a_script_is_played_and_kept_without_the_key() {
        let script = Scripted::new([Script::json(&json!({"detail": "no"})).status(404).header("x-request-id", "r-1")]);
        let client = Chutes::builder().api_key("cpk_test").base_url("http://h").scripted(&script).build().unwrap();
        let error = client.users().me().await.unwrap_err();
        assert_eq!((error.kind(), error.request_id()), (Kind::NotFound, Some("r-1")));
        let (sent, over) = (script.requests(), client.users().me().await.unwrap_err());
        assert!(sent[0].url.ends_with("/users/me") && sent[0].headers.get("authorization").is_none());
        assert!(over.is_config() && over.message().contains("request 2"), "{over}");
    }
}
