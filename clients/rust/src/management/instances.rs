// Generated from openapi/chutes.yaml. Do not edit; run `make gen`.

//! Running copies of chutes.
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

/// Running copies of chutes.
#[derive(Debug, Clone)]
pub struct InstancesResource {
    pub(crate) client: Chutes,
}

/// Options of [`InstancesResource::logs`]. What is `None` is not sent.
#[derive(Debug, Clone, Default)]
pub struct InstancesLogsParams {
    /// Lines of the past to begin with.
    pub backfill: Option<i64>,
}

impl InstancesResource {
    /// Follow the log of an instance of a private chute. Of your own, or one that is shared with you (otherwise 403).
    /// Has no end. After a drop open it again with `backfill` 0; records are not numbered.
    ///
    /// `GET /instances/{instance_id}/logs`
    ///
    /// # Errors
    /// Statuses of the server: 400, 401, 403, 404, 422.
    pub fn logs(&self, instance_id: impl Into<String>, params: InstancesLogsParams) -> Pending<ItemStream<InstanceLogEvent>> {
        self.client.perform_stream(
            Call::op(
                "instances.logs",
                "followInstanceLogs",
                Method::GET,
                vec![
                    Part::Lit("/instances/"),
                    Part::Param { name: "instance_id", value: Into::<String>::into(instance_id), keep_slash: false },
                    Part::Lit("/logs"),
                ],
            )
            .query("backfill", &params.backfill)
            .endless()
            .purpose("logs"),
        )
    }

    /// Get the attestation of one instance. As for a whole chute, with the same 60 calls a minute for all users
    /// together (429).
    ///
    /// `GET /instances/{instance_id}/evidence`
    ///
    /// # Errors
    /// Statuses of the server: 400, 401, 403, 404, 422, 429, 502.
    pub fn evidence(&self, instance_id: impl Into<String>, nonce: impl Into<String>) -> Pending<Answer<InstanceEvidence>> {
        self.client.perform(
            Call::op(
                "instances.evidence",
                "getInstanceEvidence",
                Method::GET,
                vec![
                    Part::Lit("/instances/"),
                    Part::Param { name: "instance_id", value: Into::<String>::into(instance_id), keep_slash: false },
                    Part::Lit("/evidence"),
                ],
            )
            .query("nonce", &Some(Into::<String>::into(nonce)))
            .purpose("chutes"),
        )
    }
}
