// Generated from openapi/chutes.yaml. Do not edit; run `make gen`.

//! Whether it is alive; model repositories.
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

/// Whether it is alive; model repositories.
#[derive(Debug, Clone)]
pub struct PlatformResource {
    pub(crate) client: Chutes,
}

/// Options of [`PlatformResource::hf_repo_info`]. What is `None` is not sent.
#[derive(Debug, Clone, Default)]
pub struct PlatformHfRepoInfoParams {
    /// `model`, `dataset` or `space`.
    pub repo_type: Option<String>,
    /// Branch, tag or commit.
    pub revision: Option<String>,
    /// Token of the hub; ends up in logs.
    pub hf_token: Option<String>,
}

impl PlatformResource {
    /// Ask whether the platform is alive.
    ///
    /// `GET /ping`
    ///
    /// # Errors
    /// Statuses of the server: 503.
    pub fn ping(&self) -> Pending<Answer<Pong>> {
        self.client.perform(Call::op("platform.ping", "ping", Method::GET, vec![Part::Lit("/ping")]).public())
    }

    /// List the files of a model repository. Only of repositories that a chute serves (404). One that is gated or
    /// refuses the token is a 403. A token travels in the query string, where logs keep it: leave it out for public
    /// repositories.
    ///
    /// `GET /misc/hf_repo_info`
    ///
    /// # Errors
    /// Statuses of the server: 403, 404, 422, 500, 502.
    pub fn hf_repo_info(&self, repo_id: impl Into<String>, params: PlatformHfRepoInfoParams) -> Pending<Answer<HfRepoInfo>> {
        self.client.perform(
            Call::op("platform.hf_repo_info", "getHfRepoInfo", Method::GET, vec![Part::Lit("/misc/hf_repo_info")])
                .query("repo_id", &Some(Into::<String>::into(repo_id)))
                .query("repo_type", &params.repo_type)
                .query("revision", &params.revision)
                .query("hf_token", &params.hf_token)
                .public(),
        )
    }
}
