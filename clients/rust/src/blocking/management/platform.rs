// Generated from openapi/chutes.yaml. Do not edit; run `make gen`.

//! Whether it is alive; model repositories.
#![allow(unused_imports)]
use super::super::worker::Worker;
use super::super::{ItemStream, LogStream, PageStream, Pending};
use crate::download::Binary;
use crate::management::platform as api;
use crate::management::platform::*;
use crate::pagination::Page;
use crate::types::*;
use crate::values::{Answer, Timestamp};
use bytes::Bytes;
use serde::Serialize;
use serde_json::Value;
use std::collections::BTreeMap;

/// Whether it is alive; model repositories.
#[derive(Debug, Clone)]
pub struct PlatformResource {
    pub(in crate::blocking) api: api::PlatformResource,
    pub(in crate::blocking) worker: Worker,
}

impl PlatformResource {
    /// Ask whether the platform is alive.
    ///
    /// As [`api::PlatformResource::ping`].
    pub fn ping(&self) -> Pending<Answer<Pong>> {
        self.worker.call(self.api.ping())
    }

    /// List the files of a model repository.
    ///
    /// As [`api::PlatformResource::hf_repo_info`].
    pub fn hf_repo_info(&self, repo_id: impl Into<String>, params: PlatformHfRepoInfoParams) -> Pending<Answer<HfRepoInfo>> {
        self.worker.call(self.api.hf_repo_info(repo_id, params))
    }
}
