// Generated from openapi/chutes.yaml. Do not edit; run `make gen`.

//! Logs that only the owner can read.
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

/// Logs that only the owner can read.
#[derive(Debug, Clone)]
pub struct EncryptedLogsResource {
    pub(crate) client: Chutes,
}

impl EncryptedLogsResource {
    /// List the encrypted logs of a chute of your own. They hold how the instances of a private chute started, up to
    /// the moment each took calls, and are kept for about four hours.
    ///
    /// `GET /encrypted_logs/{chute_id}/sessions`
    ///
    /// # Errors
    /// Statuses of the server: 401, 404, 422.
    pub fn sessions(&self, chute_id: impl Into<String>) -> Pending<Answer<Vec<LogSession>>> {
        self.client.perform(
            Call::op(
                "encrypted_logs.sessions",
                "listLogSessions",
                Method::GET,
                vec![
                    Part::Lit("/encrypted_logs/"),
                    Part::Param { name: "chute_id", value: Into::<String>::into(chute_id), keep_slash: false },
                    Part::Lit("/sessions"),
                ],
            )
            .purpose("chutes"),
        )
    }

    /// Get the encrypted log of one instance. At most 5000 chunks of several lines. Each is base64 of a nonce of 12
    /// bytes and AES-256-GCM (ciphertext, then tag). The key is HKDF-SHA256 of the Ristretto255 product of your private
    /// hotkey and the `ephemeral_pubkey` of the session, with that key and your public one as salt, and `chutes-
    /// encrypted-logs-v1` as info.
    ///
    /// `GET /encrypted_logs/{chute_id}/sessions/{instance_id}/chunks`
    ///
    /// # Errors
    /// Statuses of the server: 401, 404, 422.
    pub fn chunks(&self, chute_id: impl Into<String>, instance_id: impl Into<String>) -> Pending<Answer<LogChunks>> {
        self.client.perform(
            Call::op(
                "encrypted_logs.chunks",
                "listLogChunks",
                Method::GET,
                vec![
                    Part::Lit("/encrypted_logs/"),
                    Part::Param { name: "chute_id", value: Into::<String>::into(chute_id), keep_slash: false },
                    Part::Lit("/sessions/"),
                    Part::Param { name: "instance_id", value: Into::<String>::into(instance_id), keep_slash: false },
                    Part::Lit("/chunks"),
                ],
            )
            .purpose("chutes"),
        )
    }
}
