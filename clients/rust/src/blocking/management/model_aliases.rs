// Generated from openapi/chutes.yaml. Do not edit; run `make gen`.

//! Names for ranked lists of chutes.
#![allow(unused_imports)]
use super::super::worker::Worker;
use super::super::{ItemStream, LogStream, PageStream, Pending};
use crate::download::Binary;
use crate::management::model_aliases as api;
use crate::management::model_aliases::*;
use crate::pagination::Page;
use crate::types::*;
use crate::values::{Answer, Timestamp};
use bytes::Bytes;
use serde::Serialize;
use serde_json::Value;
use std::collections::BTreeMap;

/// Names for ranked lists of chutes.
#[derive(Debug, Clone)]
pub struct ModelAliasesResource {
    pub(in crate::blocking) api: api::ModelAliasesResource,
    pub(in crate::blocking) worker: Worker,
}

impl ModelAliasesResource {
    /// List your model aliases.
    ///
    /// As [`api::ModelAliasesResource::list`].
    pub fn list(&self) -> Pending<Answer<Vec<ModelAlias>>> {
        self.worker.call(self.api.list())
    }

    /// Create a model alias, or replace it.
    ///
    /// As [`api::ModelAliasesResource::create`].
    pub fn create(&self, body: &ModelAliasArgs) -> Pending<Answer<ModelAlias>> {
        self.worker.call(self.api.create(body))
    }

    /// Delete a model alias.
    ///
    /// As [`api::ModelAliasesResource::delete`].
    pub fn delete(&self, alias: impl Into<String>) -> Pending<Answer<()>> {
        self.worker.call(self.api.delete(alias))
    }
}
