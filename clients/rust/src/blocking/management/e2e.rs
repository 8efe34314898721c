// Generated from openapi/chutes.yaml. Do not edit; run `make gen`.

//! Calls that only the instance can read.
#![allow(unused_imports)]
use super::super::worker::Worker;
use super::super::{ItemStream, LogStream, PageStream, Pending};
use crate::download::Binary;
use crate::management::e2e as api;
use crate::management::e2e::*;
use crate::pagination::Page;
use crate::types::*;
use crate::values::{Answer, Timestamp};
use bytes::Bytes;
use serde::Serialize;
use serde_json::Value;
use std::collections::BTreeMap;

/// Calls that only the instance can read.
#[derive(Debug, Clone)]
pub struct E2eResource {
    pub(in crate::blocking) api: api::E2eResource,
    pub(in crate::blocking) worker: Worker,
}

impl E2eResource {
    /// List the instances that take encrypted calls, with nonces for them.
    ///
    /// As [`api::E2eResource::instances`].
    pub fn instances(&self, chute_id: impl Into<String>) -> Pending<Answer<E2eInstances>> {
        self.worker.call(self.api.instances(chute_id))
    }

    /// Call an instance with an encrypted request.
    ///
    /// As [`api::E2eResource::invoke`].
    pub fn invoke(
        &self,
        chute_id: impl Into<String>,
        instance_id: impl Into<String>,
        e2e_nonce: impl Into<String>,
        blob: impl Into<Bytes>,
        params: E2eInvokeParams,
    ) -> Pending<Answer<Binary>> {
        self.worker.call(self.api.invoke(chute_id, instance_id, e2e_nonce, blob, params))
    }

    /// Call an instance with an encrypted request and read an encrypted stream.
    ///
    /// As [`api::E2eResource::invoke_stream`].
    pub fn invoke_stream(
        &self,
        chute_id: impl Into<String>,
        instance_id: impl Into<String>,
        e2e_nonce: impl Into<String>,
        blob: impl Into<Bytes>,
        params: E2eInvokeStreamParams,
    ) -> Pending<ItemStream<E2eEvent>> {
        self.worker.stream_call(self.api.invoke_stream(chute_id, instance_id, e2e_nonce, blob, params))
    }
}
