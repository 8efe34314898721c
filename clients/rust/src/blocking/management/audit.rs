// Generated from openapi/chutes.yaml. Do not edit; run `make gen`.

//! Reports of miners and validators.
#![allow(unused_imports)]
use super::super::worker::Worker;
use super::super::{ItemStream, LogStream, PageStream, Pending};
use crate::download::Binary;
use crate::management::audit as api;
use crate::management::audit::*;
use crate::pagination::Page;
use crate::types::*;
use crate::values::{Answer, Timestamp};
use bytes::Bytes;
use serde::Serialize;
use serde_json::Value;
use std::collections::BTreeMap;

/// Reports of miners and validators.
#[derive(Debug, Clone)]
pub struct AuditResource {
    pub(in crate::blocking) api: api::AuditResource,
    pub(in crate::blocking) worker: Worker,
}

impl AuditResource {
    /// List the reports that miners and validators have filed.
    ///
    /// As [`api::AuditResource::list`].
    pub fn list(&self) -> Pending<Answer<Vec<AuditEntry>>> {
        self.worker.call(self.api.list())
    }

    /// Get one of the reports.
    ///
    /// As [`api::AuditResource::download`].
    pub fn download(&self, path: impl Into<String>) -> Pending<Answer<Binary>> {
        self.worker.call(self.api.download(path))
    }
}
