//! Embeddings.

use super::{Ask, Target, body_of};
use crate::Chutes;
use crate::request::Pending;
use crate::types::{EmbeddingList, EmbeddingRequest};
use crate::values::Answer;
use serde_json::Value;

/// Vectors of texts.
#[derive(Debug, Clone)]
pub struct Embeddings {
    pub(crate) client: Chutes,
    pub(crate) target: Target,
}

impl Embeddings {
    /// Turns texts into vectors, ordered by index.
    ///
    /// # Errors
    /// Any [`crate::Kind`] but those of streams.
    pub fn create(&self, request: EmbeddingRequest) -> Pending<Answer<EmbeddingList>> {
        let this = self.clone();
        Pending::new(move |options| async move {
            let body = body_of(&request, false, &options)?;
            let ask = Ask { operation: "createEmbeddings", path: "/v1/embeddings", accept: "application/json", models: true };
            let opened = this.target.send(&this.client, ask, body, options).await?;
            let answer: Answer<EmbeddingList> = opened.json_with("data").await?;
            Ok(answer.map(|mut list| {
                list.data.sort_by_key(|e| e.index.unwrap_or(0));
                list
            }))
        })
    }
}

impl EmbeddingRequest {
    /// The models to ask, one after another, in place of `model`: the next one on `capacity`, `cold_start`, `disabled` and `not_found`.
    pub fn models<M: Into<String>>(mut self, models: impl IntoIterator<Item = M>) -> Self {
        self.extra.insert("models".into(), models.into_iter().map(Into::into).collect::<Vec<String>>().into());
        self.model = None;
        self
    }

    /// A request for a text or a list of texts.
    pub fn new(model: impl Into<String>, input: impl Into<Value>) -> Self {
        EmbeddingRequest { model: Some(model.into()), input: input.into(), ..Self::default() }
    }
}

impl Chutes {
    /// Embeddings of the platform's embedding models.
    pub fn embeddings(&self) -> Embeddings {
        Embeddings { client: self.clone(), target: Target::Embed }
    }
}
