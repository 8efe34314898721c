// Generated from openapi/chutes.yaml. Do not edit; run `make gen`.

//! Environment variables that chutes get.
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

/// Environment variables that chutes get.
#[derive(Debug, Clone)]
pub struct SecretsResource {
    pub(crate) client: Chutes,
}

/// Options of [`SecretsResource::list`]. What is `None` is not sent.
#[derive(Debug, Clone, Default)]
pub struct SecretsListParams {
    /// Page number; 0 is the first.
    pub page: Option<i64>,
    /// Items in a page.
    pub limit: Option<i64>,
}

impl SecretsResource {
    /// List your secrets.
    ///
    /// `GET /secrets/`
    ///
    /// # Errors
    /// Statuses of the server: 401, 422.
    pub fn list(&self, params: SecretsListParams) -> Pending<Answer<Page<Secret>>> {
        self.client.perform(
            Call::op("secrets.list", "listSecrets", Method::GET, vec![Part::Lit("/secrets/")])
                .query("page", &params.page)
                .query("limit", &params.limit)
                .purpose("secrets"),
        )
    }

    /// The items of all pages of [`SecretsResource::list`].
    pub fn list_all(&self, params: SecretsListParams) -> PageStream<Secret> {
        let (first, limit) = (params.page.map(|n| n.unsigned_abs()), params.limit.map(|n| n.unsigned_abs()));
        let make = move |page: Option<u64>| {
            let mut params = params.clone();
            if let Some(page) = page {
                params.page = page.try_into().ok();
            }
            Call::op("secrets.list", "listSecrets", Method::GET, vec![Part::Lit("/secrets/")])
                .query("page", &params.page)
                .query("limit", &params.limit)
                .purpose("secrets")
        };
        self.client.perform_pages(make, first, limit)
    }

    /// Store a secret for one of your chutes. A secret cannot be changed: delete it and create it again. A second one
    /// of the same key and chute is a 409, some names of keys are a 403.
    ///
    /// `POST /secrets/`; sent once, never retried
    ///
    /// # Errors
    /// Statuses of the server: 401, 403, 404, 409, 422.
    pub fn create(&self, body: &SecretArgs) -> Pending<Answer<SecretCreation>> {
        self.client
            .perform(Call::op("secrets.create", "createSecret", Method::POST, vec![Part::Lit("/secrets/")]).json(body).once())
    }

    /// Get a secret, without its value.
    ///
    /// `GET /secrets/{secret_id}`
    ///
    /// # Errors
    /// Statuses of the server: 401, 404, 422.
    pub fn get(&self, secret_id: impl Into<String>) -> Pending<Answer<Secret>> {
        self.client.perform(
            Call::op(
                "secrets.get",
                "getSecret",
                Method::GET,
                vec![
                    Part::Lit("/secrets/"),
                    Part::Param { name: "secret_id", value: Into::<String>::into(secret_id), keep_slash: false },
                ],
            )
            .purpose("secrets"),
        )
    }

    /// Delete a secret.
    ///
    /// `DELETE /secrets/{secret_id}`
    ///
    /// # Errors
    /// Statuses of the server: 401, 404, 422.
    pub fn delete(&self, secret_id: impl Into<String>) -> Pending<Answer<SecretDeletion>> {
        self.client.perform(
            Call::op(
                "secrets.delete",
                "deleteSecret",
                Method::DELETE,
                vec![
                    Part::Lit("/secrets/"),
                    Part::Param { name: "secret_id", value: Into::<String>::into(secret_id), keep_slash: false },
                ],
            )
            .purpose("secrets"),
        )
    }
}
