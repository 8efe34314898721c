//! Embeddings.

use super::{Ask, Target, body_of};
use crate::Chutes;
use crate::errors::{Error, Kind};
use crate::json::parse_json;
use crate::request::Pending;
use crate::types::{EmbeddingList, EmbeddingRequest};
use crate::values::{Answer, parse_data_url};
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
            let mut opened = this.target.send(&this.client, ask, body, options).await?;
            let mut answer: Answer<EmbeddingList> =
                opened.json_with("data", |answer: &EmbeddingList| !answer.data.is_empty()).await?;
            unpack(&answer.raw, &mut answer.value)
                .map_err(|why| opened.fail(Error::new(Kind::UnexpectedResponse, why).with_body(answer.raw.clone())))?;
            answer.value.data.sort_by_key(|e| e.index.unwrap_or(0));
            Ok(answer)
        })
    }
}

/// Fills in the vectors that came as base64 of 32-bit little-endian floats.
fn unpack(raw: &[u8], list: &mut EmbeddingList) -> Result<(), String> {
    if list.data.iter().all(|one| !one.embedding.is_empty()) {
        return Ok(());
    }
    let raw = parse_json(raw).unwrap_or_default();
    for (at, one) in list.data.iter_mut().enumerate() {
        let Some(text) = raw["data"][at]["embedding"].as_str() else { continue };
        let bytes = parse_data_url(text).filter(|bytes| bytes.len() % 4 == 0);
        let bytes = bytes.ok_or_else(|| format!("the vector {at} is no base64 of 32-bit floats"))?;
        let floats = bytes.chunks_exact(4).map(|b| f64::from(f32::from_le_bytes([b[0], b[1], b[2], b[3]])));
        one.embedding = floats.collect();
    }
    Ok(())
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

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn vectors_in_base64_are_unpacked() {
        let unpacked = |data: Value| {
            let raw = json!({"data": data}).to_string();
            let mut list: EmbeddingList = serde_json::from_str(&raw).unwrap();
            unpack(raw.as_bytes(), &mut list).map(|()| list.data.into_iter().map(|e| e.embedding).collect::<Vec<_>>())
        };
        assert_eq!(
            unpacked(json!([{"embedding": "AAAAPwAAgL4="}, {"embedding": [1.0]}])).unwrap(),
            [vec![0.5, -0.25], vec![1.0]]
        );
        assert!(unpacked(json!([{"embedding": "AAAA"}])).is_err() && unpacked(json!([{"embedding": "!"}])).is_err());
    }
}
