// Generated from openapi/chutes.yaml. Do not edit; run `make gen`.

//! Apps that you have authorized.
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

/// Apps that you have authorized.
#[derive(Debug, Clone)]
pub struct OauthAuthorizationsResource {
    pub(crate) client: Chutes,
}

/// Options of [`OauthAuthorizationsResource::list`]. What is `None` is not sent.
#[derive(Debug, Clone, Default)]
pub struct OauthAuthorizationsListParams {
    /// Page number; 0 is the first.
    pub page: Option<i64>,
    /// Items in a page.
    pub limit: Option<i64>,
}

impl OauthAuthorizationsResource {
    /// List the apps that you have authorized.
    ///
    /// `GET /idp/authorizations`; cannot be signed by a hotkey
    ///
    /// # Errors
    /// Statuses of the server: 401, 422.
    pub fn list(&self, params: OauthAuthorizationsListParams) -> Pending<Answer<Page<OauthAuthorization>>> {
        self.client.perform(
            Call::op("oauth_authorizations.list", "listOauthAuthorizations", Method::GET, vec![Part::Lit("/idp/authorizations")])
                .query("page", &params.page)
                .query("limit", &params.limit),
        )
    }

    /// The items of all pages of [`OauthAuthorizationsResource::list`].
    pub fn list_all(&self, params: OauthAuthorizationsListParams) -> PageStream<OauthAuthorization> {
        let (first, limit) = (params.page.map(|n| n.unsigned_abs()), params.limit.map(|n| n.unsigned_abs()));
        let make = move |page: Option<u64>| {
            let mut params = params.clone();
            if let Some(page) = page {
                params.page = page.try_into().ok();
            }
            Call::op("oauth_authorizations.list", "listOauthAuthorizations", Method::GET, vec![Part::Lit("/idp/authorizations")])
                .query("page", &params.page)
                .query("limit", &params.limit)
        };
        self.client.perform_pages(make, first, limit)
    }

    /// Take the authorization of an app back. All tokens that the app holds for you die with it.
    ///
    /// `DELETE /idp/authorizations/{app_id}`; cannot be signed by a hotkey
    ///
    /// # Errors
    /// Statuses of the server: 401, 404, 422.
    pub fn revoke(&self, app_id: impl Into<String>) -> Pending<Answer<OauthAuthorizationRevocation>> {
        self.client.perform(Call::op(
            "oauth_authorizations.revoke",
            "revokeOauthAuthorization",
            Method::DELETE,
            vec![
                Part::Lit("/idp/authorizations/"),
                Part::Param { name: "app_id", value: Into::<String>::into(app_id), keep_slash: false },
            ],
        ))
    }
}
