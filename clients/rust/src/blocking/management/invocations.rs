// Generated from openapi/chutes.yaml. Do not edit; run `make gen`.

//! Statistics and tables of invocations.
#![allow(unused_imports)]
use super::super::worker::Worker;
use super::super::{ItemStream, LogStream, PageStream, Pending};
use crate::download::Binary;
use crate::management::invocations as api;
use crate::management::invocations::*;
use crate::pagination::Page;
use crate::types::*;
use crate::values::{Answer, Timestamp};
use bytes::Bytes;
use serde::Serialize;
use serde_json::Value;
use std::collections::BTreeMap;

/// Statistics and tables of invocations.
#[derive(Debug, Clone)]
pub struct InvocationsResource {
    pub(in crate::blocking) api: api::InvocationsResource,
    pub(in crate::blocking) worker: Worker,
}

impl InvocationsResource {
    /// List how much each chute was used, day by day.
    ///
    /// As [`api::InvocationsResource::usage`].
    pub fn usage(&self) -> Pending<Answer<Vec<InvocationUsage>>> {
        self.worker.call(self.api.usage())
    }

    /// List the statistics of language models.
    ///
    /// As [`api::InvocationsResource::llm_stats`].
    pub fn llm_stats(&self, params: InvocationsLlmStatsParams) -> Pending<Answer<Vec<LlmStats>>> {
        self.worker.call(self.api.llm_stats(params))
    }

    /// List the statistics of image models.
    ///
    /// As [`api::InvocationsResource::diffusion_stats`].
    pub fn diffusion_stats(&self) -> Pending<Answer<Vec<DiffusionStats>>> {
        self.worker.call(self.api.diffusion_stats())
    }

    /// Get all invocations of one hour as a table.
    ///
    /// As [`api::InvocationsResource::export`].
    pub fn export(&self, year: i64, month: i64, day: i64, hour_format: impl Into<String>) -> Pending<Answer<String>> {
        self.worker.call(self.api.export(year, month, day, hour_format))
    }

    /// Get the latest invocations as a table.
    ///
    /// As [`api::InvocationsResource::export_recent`].
    pub fn export_recent(&self, params: InvocationsExportRecentParams) -> Pending<Answer<String>> {
        self.worker.call(self.api.export_recent(params))
    }
}
