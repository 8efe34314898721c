// Generated from openapi/chutes.yaml. Do not edit; run `make gen`.

//! GPUs of the platform.
#![allow(unused_imports)]
use super::super::worker::Worker;
use super::super::{ItemStream, LogStream, PageStream, Pending};
use crate::download::Binary;
use crate::management::nodes as api;
use crate::management::nodes::*;
use crate::pagination::Page;
use crate::types::*;
use crate::values::{Answer, Timestamp};
use bytes::Bytes;
use serde::Serialize;
use serde_json::Value;
use std::collections::BTreeMap;

/// GPUs of the platform.
#[derive(Debug, Clone)]
pub struct NodesResource {
    pub(in crate::blocking) api: api::NodesResource,
    pub(in crate::blocking) worker: Worker,
}

impl NodesResource {
    /// Count the GPUs of the platform.
    ///
    /// As [`api::NodesResource::list`].
    pub fn list(&self, params: NodesListParams) -> Pending<Answer<BTreeMap<String, GpuInventory>>> {
        self.worker.call(self.api.list(params))
    }

    /// Count the GPUs of the platform, miner by miner.
    ///
    /// As [`api::NodesResource::list_detailed`].
    pub fn list_detailed(&self, params: NodesListDetailedParams) -> Pending<Answer<BTreeMap<String, MinerNodes>>> {
        self.worker.call(self.api.list_detailed(params))
    }

    /// List the GPUs that chutes can run on.
    ///
    /// As [`api::NodesResource::supported`].
    pub fn supported(&self) -> Pending<Answer<BTreeMap<String, SupportedGpu>>> {
        self.worker.call(self.api.supported())
    }

    /// Guess which GPUs a model needs.
    ///
    /// As [`api::NodesResource::guess_vllm_config`].
    pub fn guess_vllm_config(&self, model: impl Into<String>) -> Pending<Answer<GpuRequirements>> {
        self.worker.call(self.api.guess_vllm_config(model))
    }
}
