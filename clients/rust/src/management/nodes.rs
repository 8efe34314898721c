// Generated from openapi/chutes.yaml. Do not edit; run `make gen`.

//! GPUs of the platform.
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

/// GPUs of the platform.
#[derive(Debug, Clone)]
pub struct NodesResource {
    pub(crate) client: Chutes,
}

/// Options of [`NodesResource::list`]. What is `None` is not sent.
#[derive(Debug, Clone, Default)]
pub struct NodesListParams {
    /// Ignored by the server of 2026-05.
    pub model: Option<String>,
    /// Only this miner; ignored where miners are not told apart.
    pub hotkey: Option<String>,
}

/// Options of [`NodesResource::list_detailed`]. What is `None` is not sent.
#[derive(Debug, Clone, Default)]
pub struct NodesListDetailedParams {
    /// Ignored by the server of 2026-05.
    pub model: Option<String>,
    /// Only this miner; ignored where miners are not told apart.
    pub hotkey: Option<String>,
}

impl NodesResource {
    /// Count the GPUs of the platform.
    ///
    /// `GET /nodes/`
    ///
    /// # Errors
    /// Statuses of the server: 422.
    pub fn list(&self, params: NodesListParams) -> Pending<Answer<BTreeMap<String, GpuInventory>>> {
        self.client.perform(
            Call::op("nodes.list", "listNodes", Method::GET, vec![Part::Lit("/nodes/")])
                .query("model", &params.model)
                .query("hotkey", &params.hotkey)
                .public(),
        )
    }

    /// Count the GPUs of the platform, miner by miner. By hotkey of the miner, the one with the most GPUs first.
    ///
    /// `GET /nodes/`
    ///
    /// # Errors
    /// Statuses of the server: 422.
    pub fn list_detailed(&self, params: NodesListDetailedParams) -> Pending<Answer<BTreeMap<String, MinerNodes>>> {
        self.client.perform(
            Call::op("nodes.list_detailed", "listNodes", Method::GET, vec![Part::Lit("/nodes/")])
                .query("model", &params.model)
                .query("hotkey", &params.hotkey)
                .query("detailed", &Some("true"))
                .public(),
        )
    }

    /// List the GPUs that chutes can run on.
    ///
    /// `GET /nodes/supported`
    pub fn supported(&self) -> Pending<Answer<BTreeMap<String, SupportedGpu>>> {
        self.client
            .perform(Call::op("nodes.supported", "listSupportedGpus", Method::GET, vec![Part::Lit("/nodes/supported")]).public())
    }

    /// Guess which GPUs a model needs.
    ///
    /// `GET /guess/vllm_config`
    ///
    /// # Errors
    /// Statuses of the server: 400, 404, 422, 500.
    pub fn guess_vllm_config(&self, model: impl Into<String>) -> Pending<Answer<GpuRequirements>> {
        self.client.perform(
            Call::op("nodes.guess_vllm_config", "guessVllmConfig", Method::GET, vec![Part::Lit("/guess/vllm_config")])
                .query("model", &Some(Into::<String>::into(model)))
                .public(),
        )
    }
}
