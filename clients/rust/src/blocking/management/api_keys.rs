// Generated from openapi/chutes.yaml. Do not edit; run `make gen`.

//! Keys of the account.
#![allow(unused_imports)]
use super::super::worker::Worker;
use super::super::{ItemStream, LogStream, PageStream, Pending};
use crate::download::Binary;
use crate::management::api_keys as api;
use crate::management::api_keys::*;
use crate::pagination::Page;
use crate::types::*;
use crate::values::{Answer, Timestamp};
use bytes::Bytes;
use serde::Serialize;
use serde_json::Value;
use std::collections::BTreeMap;

/// Keys of the account.
#[derive(Debug, Clone)]
pub struct ApiKeysResource {
    pub(in crate::blocking) api: api::ApiKeysResource,
    pub(in crate::blocking) worker: Worker,
}

impl ApiKeysResource {
    /// List your API keys.
    ///
    /// As [`api::ApiKeysResource::list`].
    pub fn list(&self, params: ApiKeysListParams) -> Pending<Answer<Page<ApiKey>>> {
        self.worker.call(self.api.list(params))
    }

    /// The items of all pages of [`ApiKeysResource::list`].
    pub fn list_all(&self, params: ApiKeysListParams) -> PageStream<ApiKey> {
        self.worker.stream(self.api.list_all(params))
    }

    /// Create an API key.
    ///
    /// As [`api::ApiKeysResource::create`].
    pub fn create(&self, body: &ApiKeyArgs) -> Pending<Answer<ApiKeyCreation>> {
        self.worker.call(self.api.create(body))
    }

    /// Get an API key.
    ///
    /// As [`api::ApiKeysResource::get`].
    pub fn get(&self, api_key_id: impl Into<String>) -> Pending<Answer<ApiKey>> {
        self.worker.call(self.api.get(api_key_id))
    }

    /// Delete an API key.
    ///
    /// As [`api::ApiKeysResource::delete`].
    pub fn delete(&self, api_key_id: impl Into<String>) -> Pending<Answer<ApiKeyDeletion>> {
        self.worker.call(self.api.delete(api_key_id))
    }
}
