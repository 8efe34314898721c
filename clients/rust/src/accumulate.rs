//! Chunks of a streamed answer put together again, so that the whole equals the answer that was not streamed.

use alloc::borrow::ToOwned;
use alloc::collections::BTreeMap;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use serde_json::{Map, Value, json};

const TOP: [&str; 6] = ["id", "model", "created", "object", "choices", "usage"];
const CHOICE: [&str; 6] = ["index", "delta", "message", "finish_reason", "logprobs", "text"];
const DELTA: [&str; 6] = ["role", "content", "reasoning_content", "reasoning", "refusal", "tool_calls"];
const CALL: [&str; 4] = ["index", "id", "type", "function"];

#[derive(Debug, Clone, Default)]
struct ToolCall {
    index: Option<i64>,
    id: String,
    kind: String,
    name: String,
    arguments: String,
    extra: Map<String, Value>,
}

#[derive(Debug, Clone, Default)]
struct Choice {
    role: String,
    content: Option<String>,
    reasoning: Option<String>,
    refusal: Option<String>,
    text: Option<String>,
    tools: Vec<ToolCall>,
    finish_reason: String,
    logprobs: Option<Map<String, Value>>,
    extra: Map<String, Value>,
    message_extra: Map<String, Value>,
    filled: bool,
}

/// Builds a completion from chunks, chat and text alike. It never fails, whatever a chunk holds.
///
/// ```
/// use chutes_client::accumulate::Accumulator;
/// let mut whole = Accumulator::new(true);
/// whole.add(&serde_json::json!({"choices": [{"index": 0, "delta": {"content": "Hel"}}]}));
/// whole.add(&serde_json::json!({"choices": [{"index": 0, "delta": {"content": "lo"}, "finish_reason": "stop"}]}));
/// assert_eq!(whole.snapshot()["choices"][0]["message"]["content"], "Hello");
/// assert!(whole.complete());
/// ```
#[derive(Debug, Clone, Default)]
pub struct Accumulator {
    chat: bool,
    choices: BTreeMap<i64, Choice>,
    id: String,
    current_id: String,
    model: String,
    created: Option<Value>,
    usage: Option<Value>,
    extra: Map<String, Value>,
    seen: bool,
}

/// The head of a chunk that says nothing but text.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Head<'a> {
    pub(crate) id: Option<&'a str>,
    pub(crate) model: Option<&'a str>,
    pub(crate) created: Option<f64>,
    pub(crate) system_fingerprint: Option<&'a str>,
}

/// What such a chunk adds to one choice.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Piece<'a> {
    pub(crate) index: i64,
    pub(crate) role: Option<&'a str>,
    pub(crate) content: Option<&'a str>,
    pub(crate) reasoning: Option<&'a str>,
    pub(crate) refusal: Option<&'a str>,
    pub(crate) finish_reason: Option<&'a str>,
}

impl Accumulator {
    /// An empty one; `chat` tells chat completions from text completions.
    pub fn new(chat: bool) -> Accumulator {
        Accumulator { chat, ..Accumulator::default() }
    }

    /// Whether this chunk begins the answer anew: another id, with a role for a choice that has already said something.
    pub(crate) fn restarts(&self, chunk: &Value) -> bool {
        let id = chunk["id"].as_str().unwrap_or("");
        if id.is_empty() || self.current_id.is_empty() || id == self.current_id {
            return false;
        }
        let again = |choice: &Value| {
            let role = choice["delta"]["role"].as_str().is_some_and(|r| !r.is_empty());
            role && self.choices.get(&index_of(choice)).is_some_and(|known| known.filled)
        };
        chunk["choices"].as_array().is_some_and(|choices| choices.iter().any(again))
    }

    /// Takes the next chunk.
    pub fn add(&mut self, chunk: &Value) {
        let Some(object) = chunk.as_object() else { return };
        self.seen = true;
        if let Some(id) = chunk["id"].as_str().filter(|id| !id.is_empty()) {
            id.clone_into(&mut self.current_id);
        }
        keep_first(&mut self.id, &chunk["id"]);
        keep_first(&mut self.model, &chunk["model"]);
        if self.created.is_none() {
            self.created = Some(chunk["created"].clone()).filter(|v| !v.is_null());
        }
        if !chunk["usage"].is_null() {
            self.usage = Some(chunk["usage"].clone());
        }
        for choice in chunk["choices"].as_array().into_iter().flatten().filter(|c| c.is_object()) {
            self.choices.entry(index_of(choice)).or_default().add(choice);
        }
        keep_extra(&mut self.extra, object, &TOP);
    }

    /// As [`Accumulator::add`], for a chunk that is nothing but text; false, and nothing done, for one of another id than the last.
    pub(crate) fn add_text<'a>(&mut self, head: Head<'a>, pieces: impl Iterator<Item = Piece<'a>>) -> bool {
        let id = head.id.unwrap_or("");
        if id != self.current_id {
            if !id.is_empty() && !self.current_id.is_empty() {
                return false;
            }
            if !id.is_empty() {
                id.clone_into(&mut self.current_id);
            }
        }
        self.seen = true;
        keep_text(&mut self.id, head.id);
        keep_text(&mut self.model, head.model);
        if self.created.is_none() {
            self.created = head.created.map(whole_number);
        }
        if let Some(print) = head.system_fingerprint
            && self.extra.get("system_fingerprint").and_then(Value::as_str) != Some(print)
        {
            self.extra.insert("system_fingerprint".into(), print.into());
        }
        for piece in pieces {
            self.choices.entry(piece.index).or_default().add_text(piece);
        }
        true
    }

    /// Whether at least one choice was seen and each has its finish_reason.
    pub fn complete(&self) -> bool {
        !self.choices.is_empty() && self.choices.values().all(|c| !c.finish_reason.is_empty())
    }

    /// Whether no chunk has come.
    pub fn is_empty(&self) -> bool {
        !self.seen
    }

    /// The completion so far, in the wire shape of one that was not streamed.
    pub fn snapshot(&self) -> Value {
        let object = if self.chat { "chat.completion" } else { "text_completion" };
        let mut out = Map::new();
        out.insert("id".into(), json!(self.id));
        out.insert("object".into(), json!(object));
        out.insert("model".into(), json!(self.model));
        if let Some(created) = &self.created {
            out.insert("created".into(), created.clone());
        }
        let choices = self.choices.iter().map(|(index, choice)| choice.snapshot(*index, self.chat));
        out.insert("choices".into(), choices.collect());
        if let Some(usage) = &self.usage {
            out.insert("usage".into(), usage.clone());
        }
        out.extend(self.extra.clone());
        Value::Object(out)
    }
}

impl Choice {
    fn add(&mut self, part: &Value) {
        if let Some(delta) = part["delta"].as_object() {
            self.merge_delta(delta, &part["delta"]);
        }
        self.filled |= append(&mut self.text, &part["text"]);
        if let Some(reason) = part["finish_reason"].as_str().filter(|r| !r.is_empty()) {
            reason.clone_into(&mut self.finish_reason);
        }
        if let Some(logprobs) = part["logprobs"].as_object() {
            merge_logprobs(self.logprobs.get_or_insert_default(), logprobs);
        }
        if let Some(object) = part.as_object() {
            keep_extra(&mut self.extra, object, &CHOICE);
        }
    }

    fn add_text(&mut self, piece: Piece<'_>) {
        keep_text(&mut self.role, piece.role);
        self.filled |= join(&mut self.content, piece.content);
        self.filled |= join(&mut self.reasoning, piece.reasoning);
        self.filled |= join(&mut self.refusal, piece.refusal);
        if let Some(reason) = piece.finish_reason.filter(|r| !r.is_empty()) {
            reason.clone_into(&mut self.finish_reason);
        }
    }

    /// Adds one delta: text is joined, the role is the first word, an unknown field the last one.
    fn merge_delta(&mut self, object: &Map<String, Value>, delta: &Value) {
        keep_first(&mut self.role, &delta["role"]);
        let reasoning = if delta["reasoning_content"].is_null() { "reasoning" } else { "reasoning_content" };
        self.filled |= append(&mut self.content, &delta["content"]);
        self.filled |= append(&mut self.reasoning, &delta[reasoning]);
        self.filled |= append(&mut self.refusal, &delta["refusal"]);
        for call in delta["tool_calls"].as_array().into_iter().flatten().filter(|c| c.is_object()) {
            self.merge_tool_call(call);
            self.filled = true;
        }
        keep_extra(&mut self.message_extra, object, &DELTA);
    }

    /// Adds a fragment: to the call of its index, else of its id, else to the last one.
    fn merge_tool_call(&mut self, part: &Value) {
        let index = part["index"].as_i64();
        let id = part["id"].as_str().unwrap_or("");
        let found = match index {
            Some(_) => self.tools.iter().position(|c| c.index == index),
            None if !id.is_empty() => self.tools.iter().position(|c| c.id == id),
            None => self.tools.len().checked_sub(1),
        };
        let at = found.unwrap_or_else(|| {
            self.tools.push(ToolCall { index, ..ToolCall::default() });
            self.tools.len() - 1
        });
        let call = &mut self.tools[at];
        keep_first(&mut call.id, &part["id"]);
        keep_first(&mut call.kind, &part["type"]);
        keep_first(&mut call.name, &part["function"]["name"]);
        match &part["function"]["arguments"] {
            Value::String(text) => call.arguments.push_str(text),
            // Some engines send the object itself.
            object @ Value::Object(_) => call.arguments.push_str(&object.to_string()),
            _ => {}
        }
        if let Some(object) = part.as_object() {
            keep_extra(&mut call.extra, object, &CALL);
        }
    }

    fn snapshot(&self, index: i64, chat: bool) -> Value {
        let mut out = Map::new();
        out.insert("index".into(), json!(index));
        if chat {
            out.insert("message".into(), self.message());
        } else {
            out.insert("text".into(), json!(self.text.as_deref().unwrap_or("")));
        }
        let reason = Some(&self.finish_reason).filter(|r| !r.is_empty());
        out.insert("finish_reason".into(), json!(reason));
        if let Some(logprobs) = &self.logprobs {
            out.insert("logprobs".into(), Value::Object(logprobs.clone()));
        }
        out.extend(self.extra.clone());
        Value::Object(out)
    }

    fn message(&self) -> Value {
        let role = if self.role.is_empty() { "assistant" } else { &self.role };
        let mut out = Map::new();
        out.insert("role".into(), json!(role));
        out.insert("content".into(), json!(self.content));
        for (name, text) in [("reasoning_content", &self.reasoning), ("refusal", &self.refusal)] {
            if let Some(text) = text {
                out.insert(name.into(), json!(text));
            }
        }
        if !self.tools.is_empty() {
            let mut calls: Vec<(i64, &ToolCall)> =
                self.tools.iter().enumerate().map(|(at, call)| (call.index.unwrap_or(at as i64), call)).collect();
            calls.sort_by_key(|(index, _)| *index);
            out.insert("tool_calls".into(), calls.into_iter().map(|(_, call)| call.snapshot()).collect());
        }
        out.extend(self.message_extra.clone());
        Value::Object(out)
    }
}

impl ToolCall {
    fn snapshot(&self) -> Value {
        let kind = if self.kind.is_empty() { "function" } else { &self.kind };
        let function = json!({"name": self.name, "arguments": self.arguments});
        let mut out = Map::new();
        out.insert("id".into(), json!(self.id));
        out.insert("type".into(), json!(kind));
        out.insert("function".into(), function);
        out.extend(self.extra.clone());
        Value::Object(out)
    }
}

fn index_of(choice: &Value) -> i64 {
    choice["index"].as_i64().unwrap_or(0)
}

fn keep_first(known: &mut String, value: &Value) {
    keep_text(known, value.as_str());
}

fn keep_text(known: &mut String, text: Option<&str>) {
    if let (true, Some(text)) = (known.is_empty(), text) {
        text.clone_into(known);
    }
}

/// Joins a text; says whether it was one that is not empty.
fn append(known: &mut Option<String>, value: &Value) -> bool {
    join(known, value.as_str())
}

fn join(known: &mut Option<String>, text: Option<&str>) -> bool {
    let Some(text) = text else { return false };
    known.get_or_insert_default().push_str(text);
    !text.is_empty()
}

/// Seconds are whole on the wire.
fn whole_number(seconds: f64) -> Value {
    let whole = seconds as i64;
    if whole as f64 == seconds { json!(whole) } else { json!(seconds) }
}

fn keep_extra(known: &mut Map<String, Value>, part: &Map<String, Value>, fields: &[&str]) {
    for (name, value) in part.iter().filter(|(n, v)| !v.is_null() && !fields.contains(&n.as_str())) {
        known.insert(name.clone(), value.clone());
    }
}

/// Lists grow token by token; anything else is the last word.
fn merge_logprobs(known: &mut Map<String, Value>, part: &Map<String, Value>) {
    for (name, value) in part.iter().filter(|(_, v)| !v.is_null()) {
        match (known.get_mut(name), value) {
            (Some(Value::Array(before)), Value::Array(more)) => before.extend(more.iter().cloned()),
            _ => {
                known.insert(name.clone(), value.clone());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn whole(chunks: &[Value]) -> Value {
        let mut accumulator = Accumulator::new(true);
        chunks.iter().for_each(|chunk| accumulator.add(chunk));
        accumulator.snapshot()
    }

    fn delta(delta: Value) -> Value {
        json!({"id": "a", "choices": [{"index": 0, "delta": delta}]})
    }

    #[test]
    fn joins_text_and_keeps_first_words() {
        let out = whole(&[
            delta(json!({"role": "assistant", "content": "a", "reasoning": "r"})),
            delta(json!({"role": "assistant", "content": null, "odd": 1})),
            json!({"choices": [{"index": 0, "delta": {"content": " b"}, "finish_reason": "stop"}]}),
            json!({"choices": [{"index": 0, "delta": {}, "finish_reason": null}], "usage": {"total_tokens": 3}}),
            json!({"choices": null, "usage": null}),
        ]);
        let choice = &out["choices"][0];
        assert_eq!(choice["message"], json!({"role": "assistant", "content": "a b", "reasoning_content": "r", "odd": 1}));
        assert_eq!((&choice["finish_reason"], &out["usage"]["total_tokens"]), (&json!("stop"), &json!(3)));
    }

    #[test]
    fn is_empty_until_a_chunk_comes() {
        let mut whole = Accumulator::new(true);
        assert!(whole.is_empty());
        whole.add(&delta(json!({})));
        assert!(!whole.is_empty());
    }

    #[test]
    fn merges_tool_calls() {
        let out = whole(&[
            delta(json!({"tool_calls": [{"index": 1, "id": "b", "function": {"name": "g", "arguments": "{"}}]})),
            delta(json!({"tool_calls": [{"index": 0, "id": "a", "type": "function", "function": {"name": "f"}}]})),
            delta(json!({"tool_calls": [{"index": 1, "id": "", "function": {"name": "g", "arguments": "}"}}, null]})),
            delta(json!({"tool_calls": [{"id": "a", "function": {"arguments": "1"}}]})),
            delta(json!({"tool_calls": [{"function": {"arguments": null}}]})),
        ]);
        let calls = &out["choices"][0]["message"]["tool_calls"];
        assert_eq!(calls[0]["function"], json!({"name": "f", "arguments": "1"}));
        assert_eq!(calls[1]["function"], json!({"name": "g", "arguments": "{}"}));
    }

    #[test]
    fn text_alone_adds_the_same() {
        let (mut plain, mut full) = (Accumulator::new(true), Accumulator::new(true));
        let head = Head { id: Some("a"), model: Some("m"), created: Some(7.0), system_fingerprint: Some("f") };
        let piece = Piece { role: Some("assistant"), content: Some("x"), reasoning: Some("r"), ..Piece::default() };
        let last = Piece { index: 1, refusal: Some("no"), finish_reason: Some("stop"), ..Piece::default() };
        assert!(plain.add_text(head, [piece, last].into_iter()) && plain.add_text(head, [piece].into_iter()));
        let first = json!({"index": 0, "delta": {"role": "assistant", "content": "x", "reasoning": "r"}});
        let second = json!({"index": 1, "delta": {"refusal": "no"}, "finish_reason": "stop"});
        for choices in [json!([first, second]), json!([first])] {
            full.add(&json!({"id": "a", "model": "m", "created": 7, "system_fingerprint": "f", "choices": choices}));
        }
        assert_eq!(plain.snapshot().to_string(), full.snapshot().to_string());
        let before = plain.snapshot();
        assert!(!plain.add_text(Head { id: Some("b"), ..Head::default() }, [piece].into_iter()));
        assert_eq!(plain.snapshot(), before);
    }

    #[test]
    fn sees_restarts_and_completeness() {
        let mut accumulator = Accumulator::new(true);
        let restart = json!({"id": "b", "choices": [{"index": 0, "delta": {"role": "assistant"}}]});
        accumulator.add(&delta(json!({"role": "assistant", "content": ""})));
        assert!(!accumulator.restarts(&restart) && !accumulator.complete());
        accumulator.add(&delta(json!({"content": "x"})));
        assert!(accumulator.restarts(&restart));
        assert!(!accumulator.restarts(&json!({"id": "b", "choices": [{"index": 0, "delta": {"content": "y"}}]})));
    }
}
