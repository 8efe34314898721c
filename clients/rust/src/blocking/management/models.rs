// Generated from openapi/chutes.yaml. Do not edit; run `make gen`.

//! The models behind the OpenAI-compatible router.
#![allow(unused_imports)]
use super::super::worker::Worker;
use super::super::{ItemStream, LogStream, PageStream, Pending};
use crate::download::Binary;
use crate::management::models as api;
use crate::management::models::*;
use crate::pagination::Page;
use crate::types::*;
use crate::values::{Answer, Timestamp};
use bytes::Bytes;
use serde::Serialize;
use serde_json::Value;
use std::collections::BTreeMap;

/// The models behind the OpenAI-compatible router.
#[derive(Debug, Clone)]
pub struct ModelsResource {
    pub(in crate::blocking) api: api::ModelsResource,
    pub(in crate::blocking) worker: Worker,
}

impl ModelsResource {
    /// List the models behind the router.
    ///
    /// As [`api::ModelsResource::list`].
    pub fn list(&self) -> Pending<Answer<ModelList>> {
        self.worker.call(self.api.list())
    }
}
