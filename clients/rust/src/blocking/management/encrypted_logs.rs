// Generated from openapi/chutes.yaml. Do not edit; run `make gen`.

//! Logs that only the owner can read.
#![allow(unused_imports)]
use super::super::worker::Worker;
use super::super::{ItemStream, LogStream, PageStream, Pending};
use crate::download::Binary;
use crate::management::encrypted_logs as api;
use crate::management::encrypted_logs::*;
use crate::pagination::Page;
use crate::types::*;
use crate::values::{Answer, Timestamp};
use bytes::Bytes;
use serde::Serialize;
use serde_json::Value;
use std::collections::BTreeMap;

/// Logs that only the owner can read.
#[derive(Debug, Clone)]
pub struct EncryptedLogsResource {
    pub(in crate::blocking) api: api::EncryptedLogsResource,
    pub(in crate::blocking) worker: Worker,
}

impl EncryptedLogsResource {
    /// List the encrypted logs of a chute of your own.
    ///
    /// As [`api::EncryptedLogsResource::sessions`].
    pub fn sessions(&self, chute_id: impl Into<String>) -> Pending<Answer<Vec<LogSession>>> {
        self.worker.call(self.api.sessions(chute_id))
    }

    /// Get the encrypted log of one instance.
    ///
    /// As [`api::EncryptedLogsResource::chunks`].
    pub fn chunks(&self, chute_id: impl Into<String>, instance_id: impl Into<String>) -> Pending<Answer<LogChunks>> {
        self.worker.call(self.api.chunks(chute_id, instance_id))
    }
}
