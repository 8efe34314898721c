// Generated from openapi/chutes.yaml. Do not edit; run `make gen`.

//! Environment variables that chutes get.
#![allow(unused_imports)]
use super::super::worker::Worker;
use super::super::{ItemStream, LogStream, PageStream, Pending};
use crate::download::Binary;
use crate::management::secrets as api;
use crate::management::secrets::*;
use crate::pagination::Page;
use crate::types::*;
use crate::values::{Answer, Timestamp};
use bytes::Bytes;
use serde::Serialize;
use serde_json::Value;
use std::collections::BTreeMap;

/// Environment variables that chutes get.
#[derive(Debug, Clone)]
pub struct SecretsResource {
    pub(in crate::blocking) api: api::SecretsResource,
    pub(in crate::blocking) worker: Worker,
}

impl SecretsResource {
    /// List your secrets.
    ///
    /// As [`api::SecretsResource::list`].
    pub fn list(&self, params: SecretsListParams) -> Pending<Answer<Page<Secret>>> {
        self.worker.call(self.api.list(params))
    }

    /// The items of all pages of [`SecretsResource::list`].
    pub fn list_all(&self, params: SecretsListParams) -> PageStream<Secret> {
        self.worker.stream(self.api.list_all(params))
    }

    /// Store a secret for one of your chutes.
    ///
    /// As [`api::SecretsResource::create`].
    pub fn create(&self, body: &SecretArgs) -> Pending<Answer<SecretCreation>> {
        self.worker.call(self.api.create(body))
    }

    /// Get a secret, without its value.
    ///
    /// As [`api::SecretsResource::get`].
    pub fn get(&self, secret_id: impl Into<String>) -> Pending<Answer<Secret>> {
        self.worker.call(self.api.get(secret_id))
    }

    /// Delete a secret.
    ///
    /// As [`api::SecretsResource::delete`].
    pub fn delete(&self, secret_id: impl Into<String>) -> Pending<Answer<SecretDeletion>> {
        self.worker.call(self.api.delete(secret_id))
    }
}
