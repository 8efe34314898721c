//! Embeddings.

use super::{Target, body_of};
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
            let opened = this.target.send(&this.client, "/v1/embeddings", &body, "application/json", options).await?;
            let answer: Answer<EmbeddingList> = opened.json_with("data").await?;
            Ok(answer.map(|mut list| {
                list.data.sort_by_key(|e| e.index.unwrap_or(0));
                list
            }))
        })
    }
}

impl EmbeddingRequest {
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
