// Generated from openapi/chutes.yaml. Do not edit; run `make gen`.

//! Reports of miners and validators.
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

/// Reports of miners and validators.
#[derive(Debug, Clone)]
pub struct AuditResource {
    pub(crate) client: Chutes,
}

impl AuditResource {
    /// List the reports that miners and validators have filed.
    ///
    /// `GET /audit/`
    pub fn list(&self) -> Pending<Answer<Vec<AuditEntry>>> {
        self.client.perform(Call::op("audit.list", "listAuditEntries", Method::GET, vec![Part::Lit("/audit/")]).public())
    }

    /// Get one of the reports.
    ///
    /// `GET /audit/download`
    ///
    /// # Errors
    /// Statuses of the server: 404, 422.
    pub fn download(&self, path: impl Into<String>) -> Pending<Answer<Binary>> {
        self.client.perform_bytes(
            Call::op("audit.download", "downloadAudit", Method::GET, vec![Part::Lit("/audit/download")])
                .query("path", &Some(Into::<String>::into(path)))
                .public()
                .accept("application/json, text/csv"),
        )
    }
}
