//! The chunks of a streamed completion, chat and text alike.

use crate::accumulate::{Accumulator, Head, Piece};
use crate::json::{Extra, Json, parse_json};
use crate::types::{ChatChunkChoice, ChatCompletion, ChatCompletionChunk, FinishReason, TextCompletion};
use serde::de::DeserializeOwned;
use serde::{Serialize, Serializer};
use serde_json::Value;
use std::sync::OnceLock;

/// Chat or text: what a stream of chunks is made of.
pub trait ChunkKind: DeserializeOwned + Send + Unpin + 'static {
    /// The whole that the chunks make.
    type Whole: DeserializeOwned + Default + Send + 'static;
    #[doc(hidden)]
    const CHAT: bool;
    /// The text of the first choice.
    fn text(&self) -> &str;
    /// Adds a chunk that is nothing but text to the whole; false where there is more to it.
    #[doc(hidden)]
    fn add_text(&self, _: &mut Accumulator) -> bool {
        false
    }
    #[doc(hidden)]
    fn model(&self) -> Option<&str>;
}

impl ChunkKind for ChatCompletionChunk {
    type Whole = ChatCompletion;
    const CHAT: bool = true;

    fn text(&self) -> &str {
        let first = self.choices.iter().find(|c| c.index.unwrap_or(0) == 0);
        first.and_then(|c| c.delta.as_ref()).and_then(|d| d.content.as_deref()).unwrap_or("")
    }

    fn add_text(&self, whole: &mut Accumulator) -> bool {
        let nothing_else = |extra: &Extra| extra.values().all(Json::is_null);
        let plain = |choice: &ChatChunkChoice| {
            let delta = choice.delta.as_ref().is_none_or(|d| d.tool_calls.is_empty() && nothing_else(&d.extra));
            delta && choice.logprobs.is_none() && nothing_else(&choice.extra)
        };
        let error = self.object.as_deref() == Some("error");
        if error || self.usage.is_some() || !nothing_else(&self.extra) || !self.choices.iter().all(plain) {
            return false;
        }
        let head = Head {
            id: self.id.as_deref(),
            model: self.model.as_deref(),
            created: self.created,
            system_fingerprint: self.system_fingerprint.as_deref(),
        };
        whole.add_text(head, self.choices.iter().map(piece_of))
    }

    fn model(&self) -> Option<&str> {
        self.model.as_deref()
    }
}

fn piece_of(choice: &ChatChunkChoice) -> Piece<'_> {
    let finish_reason = choice.finish_reason.as_ref().map(FinishReason::as_str);
    let piece = Piece { index: choice.index.unwrap_or(0), finish_reason, ..Piece::default() };
    let Some(delta) = &choice.delta else { return piece };
    Piece {
        role: delta.role.as_deref(),
        content: delta.content.as_deref(),
        reasoning: delta.reasoning_content.as_deref().or(delta.reasoning.as_deref()),
        refusal: delta.refusal.as_deref(),
        ..piece
    }
}

impl ChunkKind for TextCompletion {
    type Whole = TextCompletion;
    const CHAT: bool = false;

    fn text(&self) -> &str {
        self.choices.iter().find(|c| c.index.unwrap_or(0) == 0).and_then(|c| c.text.as_deref()).unwrap_or("")
    }

    fn model(&self) -> Option<&str> {
        self.model.as_deref()
    }
}

/// What a chunk on the wire held, beside its typed form.
#[derive(Debug, Clone)]
pub struct Chunk<C> {
    /// Behind a pointer: it is handed on through many hands, and large.
    value: Box<C>,
    data: String,
    /// Made of `data` when it is asked for.
    raw: OnceLock<Value>,
    restarted: bool,
}

impl<C> Chunk<C> {
    /// One that was read at once from its event.
    pub(crate) fn read(value: Box<C>, data: String) -> Chunk<C> {
        Chunk { value, data, raw: OnceLock::new(), restarted: false }
    }

    /// One that was read by way of its JSON.
    pub(crate) fn of_json(value: C, raw: Value, restarted: bool) -> Chunk<C> {
        Chunk { value: Box::new(value), data: String::new(), raw: raw.into(), restarted }
    }

    /// The chunk as it came, unknown fields included.
    pub fn raw(&self) -> &Value {
        self.raw.get_or_init(|| parse_json(self.data.as_bytes()).unwrap_or_default())
    }

    /// Whether the server began the answer anew here (with [`OnRestart::Discard`](crate::OnRestart::Discard)).
    pub fn restarted(&self) -> bool {
        self.restarted
    }
}

impl<C: ChunkKind> Chunk<C> {
    /// The text that this chunk adds to the first choice; empty if it adds none.
    pub fn text(&self) -> &str {
        self.value.text()
    }
}

/// Written as it came: what relays a stream hands on.
impl<C> Serialize for Chunk<C> {
    fn serialize<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        self.raw().serialize(out)
    }
}

impl<C> std::ops::Deref for Chunk<C> {
    type Target = C;

    fn deref(&self) -> &C {
        &self.value
    }
}
