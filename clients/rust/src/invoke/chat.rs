//! Chat.

use super::{Target, body_of};
use crate::Chutes;
use crate::request::Pending;
use crate::stream::ChatStream;
use crate::types::{ChatCompletion, ChatCompletionRequest, ChatMessageParam, Role};
use crate::values::Answer;

/// Chat.
#[derive(Debug, Clone)]
pub struct Chat {
    pub(crate) completions: ChatCompletions,
}

impl Chat {
    /// Completions of a conversation.
    pub fn completions(&self) -> &ChatCompletions {
        &self.completions
    }
}

/// Completions of a conversation.
/// Made by [`Chutes::chat`] or the same method of a chute.
#[derive(Debug, Clone)]
pub struct ChatCompletions {
    pub(crate) client: Chutes,
    pub(crate) target: Target,
}

impl ChatCompletions {
    /// Asks for a whole answer. `stream` in the request is a `config` error.
    ///
    /// # Errors
    /// Any [`crate::Kind`] but those of streams.
    pub fn create(&self, request: ChatCompletionRequest) -> Pending<Answer<ChatCompletion>> {
        let this = self.clone();
        Pending::new(move |options| async move {
            let body = body_of(&request, false, &options)?;
            this.target
                .send(&this.client, "/v1/chat/completions", &body, "application/json", options)
                .await?
                .json_with("choices")
                .await
        })
    }

    /// Asks for an answer piece by piece; awaiting it returns when the headers are in. Usage is asked for unless `stream_options` is given.
    ///
    /// # Errors
    /// Those of a status come from here, those of the stream from its items.
    pub fn stream(&self, request: ChatCompletionRequest) -> Pending<ChatStream> {
        let this = self.clone();
        Pending::new(move |options| async move {
            let body = body_of(&request, true, &options)?;
            ChatStream::open(this.target.send(&this.client, "/v1/chat/completions", &body, "text/event-stream", options).await?)
                .await
        })
    }
}

impl Chutes {
    /// Chat with the language models of the platform.
    pub fn chat(&self) -> Chat {
        Chat { completions: ChatCompletions { client: self.clone(), target: Target::Llm } }
    }
}

impl ChatCompletionRequest {
    /// A request with everything but model and messages unset.
    pub fn new(model: impl Into<String>, messages: impl IntoIterator<Item = ChatMessageParam>) -> Self {
        ChatCompletionRequest { model: Some(model.into()), messages: messages.into_iter().collect(), ..Self::default() }
    }
}

impl ChatMessageParam {
    /// A message of this role.
    pub fn new(role: Role, text: impl Into<String>) -> Self {
        ChatMessageParam { role: Some(role), content: Some(text.into().into()), ..Self::default() }
    }

    /// A message of the user.
    pub fn user(text: impl Into<String>) -> Self {
        Self::new(Role::User, text)
    }

    /// Instructions.
    pub fn system(text: impl Into<String>) -> Self {
        Self::new(Role::System, text)
    }

    /// An earlier answer.
    pub fn assistant(text: impl Into<String>) -> Self {
        Self::new(Role::Assistant, text)
    }
}

impl ChatCompletion {
    /// The text of the first choice; empty if there is none.
    pub fn text(&self) -> &str {
        let message = self.choices.first().and_then(|c| c.message.as_ref());
        message.and_then(|m| m.content.as_deref()).unwrap_or("")
    }
}
