// Generated from openapi/chutes.yaml. Do not edit; run `make gen`.

//! Running copies of chutes.
#![allow(unused_imports)]
use super::super::worker::Worker;
use super::super::{ItemStream, LogStream, PageStream, Pending};
use crate::download::Binary;
use crate::management::instances as api;
use crate::management::instances::*;
use crate::pagination::Page;
use crate::types::*;
use crate::values::{Answer, Timestamp};
use bytes::Bytes;
use serde::Serialize;
use serde_json::Value;
use std::collections::BTreeMap;

/// Running copies of chutes.
#[derive(Debug, Clone)]
pub struct InstancesResource {
    pub(in crate::blocking) api: api::InstancesResource,
    pub(in crate::blocking) worker: Worker,
}

impl InstancesResource {
    /// Follow the log of an instance of a private chute.
    ///
    /// As [`api::InstancesResource::logs`].
    pub fn logs(&self, instance_id: impl Into<String>, params: InstancesLogsParams) -> Pending<ItemStream<InstanceLogEvent>> {
        self.worker.stream_call(self.api.logs(instance_id, params))
    }

    /// Get the attestation of one instance.
    ///
    /// As [`api::InstancesResource::evidence`].
    pub fn evidence(&self, instance_id: impl Into<String>, nonce: impl Into<String>) -> Pending<Answer<InstanceEvidence>> {
        self.worker.call(self.api.evidence(instance_id, nonce))
    }
}
