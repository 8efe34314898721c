// Generated from openapi/chutes.yaml. Do not edit; run `make gen`.

//! The models behind the OpenAI-compatible router.
use crate::client::Chutes;
#[allow(unused_imports)]
use crate::client::PageStream;
#[allow(unused_imports)]
use crate::pagination::Page;
use crate::request::{Call, Part, Pending};
#[allow(unused_imports)]
use crate::stream::ItemStream;
#[allow(unused_imports)]
use crate::types::*;
use crate::values::Answer;
use http::Method;
#[allow(unused_imports)]
use serde_json::Value;

/// The models behind the OpenAI-compatible router.
#[derive(Debug, Clone)]
pub struct ModelsResource {
    pub(crate) client: Chutes,
}

impl ModelsResource {
    /// List the models behind the router. Public. Models come and go within weeks, so read the list instead of writing
    /// names into programs.
    ///
    /// `GET /v1/models`
    pub fn list(&self) -> Pending<Answer<ModelList>> {
        self.client.perform(Call::new(Method::GET, vec![Part::Lit("/models")]).llm())
    }
}
