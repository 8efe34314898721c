// Generated from openapi/chutes.yaml. Do not edit; run `make gen`.

//! The models behind the OpenAI-compatible router.
#![allow(unused_imports)]
use crate::call::{Call, Part};
use crate::client::{Chutes, PageStream};
use crate::download::Binary;
use crate::lines::LogStream;
use crate::pagination::Page;
use crate::request::Pending;
use crate::stream::ItemStream;
use crate::types::*;
use crate::values::{Answer, Timestamp};
use bytes::Bytes;
use http::Method;
use serde::Serialize;
use serde_json::Value;
use std::collections::BTreeMap;

/// The models behind the OpenAI-compatible router.
#[derive(Debug, Clone)]
pub struct ModelsResource {
    pub(crate) client: Chutes,
}

impl ModelsResource {
    /// List the models behind the router. Public. Models come and go within weeks, so read the list instead of writing
    /// names into programs.
    ///
    /// `GET /models`
    pub fn list(&self) -> Pending<Answer<ModelList>> {
        self.client.perform(Call::op("models.list", "listModels", Method::GET, vec![Part::Lit("/models")]).llm().public())
    }
}
