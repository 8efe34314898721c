//! Text completions.

use super::{Ask, Target, body_of};
use crate::Chutes;
use crate::call::Opened;
use crate::config::CallOptions;
use crate::errors::Error;
use crate::request::Pending;
use crate::stream::CompletionStream;
use crate::types::{TextCompletion, TextCompletionRequest};
use crate::values::Answer;
use serde_json::{Map, Value};

/// Completions of a text.
/// Made by [`Chutes::completions`] or the same method of a chute.
#[derive(Debug, Clone)]
pub struct Completions {
    pub(crate) client: Chutes,
    pub(crate) target: Target,
}

impl Completions {
    /// Asks for a whole answer. `stream` in the request is a `config` error.
    ///
    /// # Errors
    /// Any [`crate::Kind`] but those of streams.
    pub fn create(&self, request: TextCompletionRequest) -> Pending<Answer<TextCompletion>> {
        let this = self.clone();
        Pending::new(move |options| {
            let body = body_of(&request, false, &options);
            async move {
                this.send(body?, "application/json", options)
                    .await?
                    .json_with("choices", |answer: &TextCompletion| !answer.choices.is_empty())
                    .await
            }
        })
    }

    /// Asks for an answer piece by piece; awaiting it returns when the headers are in. Usage is asked for unless `stream_options` is given.
    ///
    /// # Errors
    /// Those of a status come from here, those of the stream from its items.
    pub fn stream(&self, request: TextCompletionRequest) -> Pending<CompletionStream> {
        let this = self.clone();
        Pending::new(move |options| {
            let body = body_of(&request, true, &options);
            async move { CompletionStream::open(this.send(body?, "text/event-stream", options).await?).await }
        })
    }

    async fn send(&self, body: Map<String, Value>, accept: &'static str, options: CallOptions) -> Result<Opened, Error> {
        let ask = Ask { operation: "createCompletion", path: "/v1/completions", accept, models: true };
        self.target.send(&self.client, ask, body, options).await
    }
}

impl TextCompletionRequest {
    /// The models to ask, one after another, in place of `model`: the next one on `capacity`, `cold_start`, `disabled` and `not_found`.
    pub fn models<M: Into<String>>(mut self, models: impl IntoIterator<Item = M>) -> Self {
        self.extra.insert("models".into(), models.into_iter().map(Into::into).collect::<Vec<String>>().into());
        self.model = None;
        self
    }
}

impl Chutes {
    /// Text completions of the language models of the platform.
    pub fn completions(&self) -> Completions {
        Completions { client: self.clone(), target: Target::Llm }
    }
}
