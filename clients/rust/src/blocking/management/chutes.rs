// Generated from openapi/chutes.yaml. Do not edit; run `make gen`.

//! Deploy, inspect, share, warm up and delete chutes.
#![allow(unused_imports)]
use super::super::worker::Worker;
use super::super::{ItemStream, LogStream, PageStream, Pending};
use crate::download::Binary;
use crate::management::chutes as api;
use crate::management::chutes::*;
use crate::pagination::Page;
use crate::types::*;
use crate::values::{Answer, Timestamp};
use bytes::Bytes;
use serde::Serialize;
use serde_json::Value;
use std::collections::BTreeMap;

/// Deploy, inspect, share, warm up and delete chutes.
#[derive(Debug, Clone)]
pub struct ChutesResource {
    pub(in crate::blocking) api: api::ChutesResource,
    pub(in crate::blocking) worker: Worker,
}

impl ChutesResource {
    /// List chutes.
    ///
    /// As [`api::ChutesResource::list`].
    pub fn list(&self, params: ChutesListParams) -> Pending<Answer<Page<Chute>>> {
        self.worker.call(self.api.list(params))
    }

    /// The items of all pages of [`ChutesResource::list`].
    pub fn list_all(&self, params: ChutesListParams) -> PageStream<Chute> {
        self.worker.stream(self.api.list_all(params))
    }

    /// Deploy a chute, or deploy a new version of it, without looking first.
    ///
    /// As [`api::ChutesResource::create`].
    pub fn create(&self, body: &ChuteArgs, params: ChutesCreateParams) -> Pending<Answer<Chute>> {
        self.worker.call(self.api.create(body, params))
    }

    /// Get a chute by id or name.
    ///
    /// As [`api::ChutesResource::get`].
    pub fn get(&self, chute_id_or_name: impl Into<String>) -> Pending<Answer<Chute>> {
        self.worker.call(self.api.get(chute_id_or_name))
    }

    /// Change the text, the scaling or the state of a chute, but not its code or image.
    ///
    /// As [`api::ChutesResource::update`].
    pub fn update(&self, chute_id_or_name: impl Into<String>, body: &ChuteUpdateArgs) -> Pending<Answer<Chute>> {
        self.worker.call(self.api.update(chute_id_or_name, body))
    }

    /// Delete a chute by id.
    ///
    /// As [`api::ChutesResource::delete`].
    pub fn delete(&self, chute_id: impl Into<String>) -> Pending<Answer<ChuteDeletion>> {
        self.worker.call(self.api.delete(chute_id))
    }

    /// Get the Python source of a chute.
    ///
    /// As [`api::ChutesResource::code`].
    pub fn code(&self, chute_id: impl Into<String>) -> Pending<Answer<String>> {
        self.worker.call(self.api.code(chute_id))
    }

    /// Start a cold chute and follow it until it is hot.
    ///
    /// As [`api::ChutesResource::warmup`].
    pub fn warmup(&self, chute_id_or_name: impl Into<String>) -> Pending<ItemStream<WarmupEvent>> {
        self.worker.stream_call(self.api.warmup(chute_id_or_name))
    }

    /// Ask once whether a chute is hot; starts a cold one like `warmup`.
    ///
    /// As [`api::ChutesResource::warmup_status`].
    pub fn warmup_status(&self, chute_id_or_name: impl Into<String>) -> Pending<Answer<WarmupStatus>> {
        self.worker.call(self.api.warmup_status(chute_id_or_name))
    }

    /// Share a private chute with another user.
    ///
    /// As [`api::ChutesResource::share`].
    pub fn share(&self, body: &ShareArgs) -> Pending<Answer<ShareResult>> {
        self.worker.call(self.api.share(body))
    }

    /// Take a share back.
    ///
    /// As [`api::ChutesResource::unshare`].
    pub fn unshare(&self, body: &ShareArgs) -> Pending<Answer<ShareResult>> {
        self.worker.call(self.api.unshare(body))
    }

    /// List the chutes that have a boost.
    ///
    /// As [`api::ChutesResource::boosted`].
    pub fn boosted(&self) -> Pending<Answer<Vec<BoostedChute>>> {
        self.worker.call(self.api.boosted())
    }

    /// List the affine chutes whose owner can pay for them.
    ///
    /// As [`api::ChutesResource::affine_available`].
    pub fn affine_available(&self) -> Pending<Answer<Vec<AffineChute>>> {
        self.worker.call(self.api.affine_available())
    }

    /// List the rolling updates under way.
    ///
    /// As [`api::ChutesResource::rolling_updates`].
    pub fn rolling_updates(&self) -> Pending<Answer<Vec<RollingUpdate>>> {
        self.worker.call(self.api.rolling_updates())
    }

    /// List how many GPUs chutes have asked for.
    ///
    /// As [`api::ChutesResource::gpu_count_history`].
    pub fn gpu_count_history(&self) -> Pending<Answer<Vec<GpuCount>>> {
        self.worker.call(self.api.gpu_count_history())
    }

    /// List how busy each chute is, from the latest capacity log.
    ///
    /// As [`api::ChutesResource::utilization`].
    pub fn utilization(&self) -> Pending<Answer<Vec<ChuteUtilization>>> {
        self.worker.call(self.api.utilization())
    }

    /// Get the HTML index of the miners' mean speeds.
    ///
    /// As [`api::ChutesResource::miner_means_index`].
    pub fn miner_means_index(&self) -> Pending<Answer<String>> {
        self.worker.call(self.api.miner_means_index())
    }

    /// Get the mean speed of each miner of a chute, as text.
    ///
    /// As [`api::ChutesResource::miner_means`].
    pub fn miner_means(&self, chute_id: impl Into<String>, params: ChutesMinerMeansParams) -> Pending<Answer<String>> {
        self.worker.call(self.api.miner_means(chute_id, params))
    }

    /// Get the mean speed of each miner of a chute as a file.
    ///
    /// As [`api::ChutesResource::miner_means_file`].
    pub fn miner_means_file(&self, chute_id: impl Into<String>, ext: impl Into<MinerMeansFormat>) -> Pending<Answer<String>> {
        self.worker.call(self.api.miner_means_file(chute_id, ext))
    }

    /// Get the mean speed of each miner of a chute, decoded.
    ///
    /// As [`api::ChutesResource::miner_means_rows`].
    pub fn miner_means_rows(&self, chute_id: impl Into<String>) -> Pending<Answer<Vec<MinerMean>>> {
        self.worker.call(self.api.miner_means_rows(chute_id))
    }

    /// Deploy a language model from the vLLM template.
    ///
    /// As [`api::ChutesResource::deploy_vllm`].
    pub fn deploy_vllm(&self, body: &VllmChuteArgs) -> Pending<Answer<Chute>> {
        self.worker.call(self.api.deploy_vllm(body))
    }

    /// Deploy an image model from the diffusion template.
    ///
    /// As [`api::ChutesResource::deploy_diffusion`].
    pub fn deploy_diffusion(&self, body: &DiffusionChuteArgs) -> Pending<Answer<Chute>> {
        self.worker.call(self.api.deploy_diffusion(body))
    }

    /// Get the attestation of all instances of a trusted chute.
    ///
    /// As [`api::ChutesResource::evidence`].
    pub fn evidence(&self, chute_id_or_name: impl Into<String>, nonce: impl Into<String>) -> Pending<Answer<ChuteEvidence>> {
        self.worker.call(self.api.evidence(chute_id_or_name, nonce))
    }
}
