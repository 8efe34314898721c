// Generated from openapi/chutes.yaml. Do not edit; run `make gen`.

//! Calls that only the instance can read.
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

/// Calls that only the instance can read.
#[derive(Debug, Clone)]
pub struct E2eResource {
    pub(crate) client: Chutes,
}

/// Options of [`E2eResource::invoke`]. What is `None` is not sent.
#[derive(Debug, Clone, Default)]
pub struct E2eInvokeParams {
    /// Public path of the cord, such as `/v1/chat/completions`, without a query. What the server takes without it
    /// reaches no cord.
    pub e2e_path: Option<String>,
}

/// Options of [`E2eResource::invoke_stream`]. What is `None` is not sent.
#[derive(Debug, Clone, Default)]
pub struct E2eInvokeStreamParams {
    /// Public path of the cord, such as `/v1/chat/completions`, without a query. What the server takes without it
    /// reaches no cord.
    pub e2e_path: Option<String>,
}

impl E2eResource {
    /// List the instances that take encrypted calls, with nonces for them. Up to five instances with ten nonces each. A
    /// nonce is good for you, this chute and its instance, and used up by any attempt. A chute without a running
    /// instance that can encrypt is a 404. All users together may ask 10 times a minute (429), so use every nonce
    /// before you ask again.
    ///
    /// `GET /e2e/instances/{chute_id}`; cannot be signed by a hotkey
    ///
    /// # Errors
    /// Statuses of the server: 401, 404, 422, 429.
    pub fn instances(&self, chute_id: impl Into<String>) -> Pending<Answer<E2eInstances>> {
        self.client.perform(Call::op(
            "e2e.instances",
            "listE2eInstances",
            Method::GET,
            vec![
                Part::Lit("/e2e/instances/"),
                Part::Param { name: "chute_id", value: Into::<String>::into(chute_id), keep_slash: false },
            ],
        ))
    }

    /// Call an instance with an encrypted request. Encryption is up to the caller. A used or expired nonce is a 403:
    /// ask for another instance and nonce, encrypt again, try once more. Other errors have used the nonce up, too. A
    /// 410, 429 or 502 speaks of this instance; another one may do.
    ///
    /// `POST /e2e/invoke`; sent once, never retried
    ///
    /// # Errors
    /// Statuses of the server: 400, 401, 402, 403, 404, 410, 422, 429, 500, 502, 503.
    pub fn invoke(
        &self,
        chute_id: impl Into<String>,
        instance_id: impl Into<String>,
        e2e_nonce: impl Into<String>,
        blob: impl Into<Bytes>,
        params: E2eInvokeParams,
    ) -> Pending<Answer<Binary>> {
        self.client.perform_bytes(
            Call::op("e2e.invoke", "invokeE2e", Method::POST, vec![Part::Lit("/e2e/invoke")])
                .header("X-Chute-Id", &Some(Into::<String>::into(chute_id)))
                .header("X-Instance-Id", &Some(Into::<String>::into(instance_id)))
                .header("X-E2E-Nonce", &Some(Into::<String>::into(e2e_nonce)))
                .header("X-E2E-Path", &params.e2e_path)
                .raw(blob.into())
                .once()
                .accept("application/octet-stream, text/event-stream"),
        )
    }

    /// Call an instance with an encrypted request and read an encrypted stream. Encryption is up to the caller. A used
    /// or expired nonce is a 403: ask for another instance and nonce, encrypt again, try once more. Other errors have
    /// used the nonce up, too. A 410, 429 or 502 speaks of this instance; another one may do.
    ///
    /// `POST /e2e/invoke`; sent once, never retried
    ///
    /// # Errors
    /// Statuses of the server: 400, 401, 402, 403, 404, 410, 422, 429, 500, 502, 503.
    pub fn invoke_stream(
        &self,
        chute_id: impl Into<String>,
        instance_id: impl Into<String>,
        e2e_nonce: impl Into<String>,
        blob: impl Into<Bytes>,
        params: E2eInvokeStreamParams,
    ) -> Pending<ItemStream<E2eEvent>> {
        self.client.perform_stream(
            Call::op("e2e.invoke_stream", "invokeE2e", Method::POST, vec![Part::Lit("/e2e/invoke")])
                .header("X-Chute-Id", &Some(Into::<String>::into(chute_id)))
                .header("X-Instance-Id", &Some(Into::<String>::into(instance_id)))
                .header("X-E2E-Nonce", &Some(Into::<String>::into(e2e_nonce)))
                .header("X-E2E-Path", &params.e2e_path)
                .header("X-E2E-Stream", &Some("true"))
                .raw(blob.into())
                .once(),
        )
    }
}
