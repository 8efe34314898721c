// Generated from openapi/chutes.yaml. Do not edit; run `make gen`.

//! Rewards that make miners start a chute.
#![allow(unused_imports)]
use super::super::worker::Worker;
use super::super::{ItemStream, LogStream, PageStream, Pending};
use crate::download::Binary;
use crate::management::bounties as api;
use crate::management::bounties::*;
use crate::pagination::Page;
use crate::types::*;
use crate::values::{Answer, Timestamp};
use bytes::Bytes;
use serde::Serialize;
use serde_json::Value;
use std::collections::BTreeMap;

/// Rewards that make miners start a chute.
#[derive(Debug, Clone)]
pub struct BountiesResource {
    pub(in crate::blocking) api: api::BountiesResource,
    pub(in crate::blocking) worker: Worker,
}

impl BountiesResource {
    /// List the open bounties.
    ///
    /// As [`api::BountiesResource::list`].
    pub fn list(&self) -> Pending<Answer<Vec<Bounty>>> {
        self.worker.call(self.api.list())
    }

    /// Raise the bounty of a chute, or open one.
    ///
    /// As [`api::BountiesResource::increase`].
    pub fn increase(&self, chute_id: impl Into<String>, params: BountiesIncreaseParams) -> Pending<Answer<Value>> {
        self.worker.call(self.api.increase(chute_id, params))
    }
}
