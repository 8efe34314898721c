// Generated from openapi/chutes.yaml. Do not edit; run `make gen`.

//! Keys of the account.
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

/// Keys of the account.
#[derive(Debug, Clone)]
pub struct ApiKeysResource {
    pub(crate) client: Chutes,
}

/// Options of [`ApiKeysResource::list`]. What is `None` is not sent.
#[derive(Debug, Clone, Default)]
pub struct ApiKeysListParams {
    /// Page number; 0 is the first.
    pub page: Option<i64>,
    /// Items in a page.
    pub limit: Option<i64>,
}

impl ApiKeysResource {
    /// List your API keys.
    ///
    /// `GET /api_keys/`
    ///
    /// # Errors
    /// Statuses of the server: 401, 422.
    pub fn list(&self, params: ApiKeysListParams) -> Pending<Answer<Page<ApiKey>>> {
        self.client.perform(
            Call::op("api_keys.list", "listApiKeys", Method::GET, vec![Part::Lit("/api_keys/")])
                .query("page", &params.page)
                .query("limit", &params.limit)
                .purpose("api_keys"),
        )
    }

    /// The items of all pages of [`ApiKeysResource::list`].
    pub fn list_all(&self, params: ApiKeysListParams) -> PageStream<ApiKey> {
        let (first, limit) = (params.page.map(|n| n.unsigned_abs()), params.limit.map(|n| n.unsigned_abs()));
        let make = move |page: Option<u64>| {
            let mut params = params.clone();
            if let Some(page) = page {
                params.page = page.try_into().ok();
            }
            Call::op("api_keys.list", "listApiKeys", Method::GET, vec![Part::Lit("/api_keys/")])
                .query("page", &params.page)
                .query("limit", &params.limit)
                .purpose("api_keys")
        };
        self.client.perform_pages(make, first, limit)
    }

    /// Create an API key. A key that is not administrative and has no scopes can do nothing. Scopes work for
    /// invocation; management calls need an administrative key.
    ///
    /// `POST /api_keys/`; sent once, never retried
    ///
    /// # Errors
    /// Statuses of the server: 400, 401, 409, 422.
    pub fn create(&self, body: &ApiKeyArgs) -> Pending<Answer<ApiKeyCreation>> {
        self.client
            .perform(Call::op("api_keys.create", "createApiKey", Method::POST, vec![Part::Lit("/api_keys/")]).json(body).once())
    }

    /// Get an API key.
    ///
    /// `GET /api_keys/{api_key_id}`
    ///
    /// # Errors
    /// Statuses of the server: 401, 404, 422.
    pub fn get(&self, api_key_id: impl Into<String>) -> Pending<Answer<ApiKey>> {
        self.client.perform(
            Call::op(
                "api_keys.get",
                "getApiKey",
                Method::GET,
                vec![
                    Part::Lit("/api_keys/"),
                    Part::Param { name: "api_key_id", value: Into::<String>::into(api_key_id), keep_slash: false },
                ],
            )
            .purpose("api_keys"),
        )
    }

    /// Delete an API key. It may go on working for a minute or two, because the server caches keys.
    ///
    /// `DELETE /api_keys/{api_key_id}`
    ///
    /// # Errors
    /// Statuses of the server: 401, 404, 422.
    pub fn delete(&self, api_key_id: impl Into<String>) -> Pending<Answer<ApiKeyDeletion>> {
        self.client.perform(
            Call::op(
                "api_keys.delete",
                "deleteApiKey",
                Method::DELETE,
                vec![
                    Part::Lit("/api_keys/"),
                    Part::Param { name: "api_key_id", value: Into::<String>::into(api_key_id), keep_slash: false },
                ],
            )
            .purpose("api_keys"),
        )
    }
}
