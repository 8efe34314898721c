// Generated from openapi/chutes.yaml. Do not edit; run `make gen`.

//! Apps that sign users in with Chutes.
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

/// Apps that sign users in with Chutes.
#[derive(Debug, Clone)]
pub struct OauthAppsResource {
    pub(crate) client: Chutes,
}

/// Options of [`OauthAppsResource::list`]. What is `None` is not sent.
#[derive(Debug, Clone, Default)]
pub struct OauthAppsListParams {
    /// Add the public apps of everybody.
    pub include_public: Option<bool>,
    /// Add the apps shared with you.
    pub include_shared: Option<bool>,
    /// Only apps whose name, description or homepage contains this text.
    pub search: Option<String>,
    /// Page number; 0 is the first.
    pub page: Option<i64>,
    /// Items in a page.
    pub limit: Option<i64>,
    /// Whose apps take the place of yours: `me` or an id. Only administrators may name another account (403). Public
    /// and shared apps are still added.
    pub user_id: Option<String>,
}

impl OauthAppsResource {
    /// List OAuth apps. Only active ones, newest first. Yours, and unless you say otherwise also the public ones of
    /// everybody and those shared with you.
    ///
    /// `GET /idp/apps`; cannot be signed by a hotkey
    ///
    /// # Errors
    /// Statuses of the server: 401, 403, 422.
    pub fn list(&self, params: OauthAppsListParams) -> Pending<Answer<Page<OauthApp>>> {
        self.client.perform(
            Call::op("oauth_apps.list", "listOauthApps", Method::GET, vec![Part::Lit("/idp/apps")])
                .query("include_public", &params.include_public)
                .query("include_shared", &params.include_shared)
                .query("search", &params.search)
                .query("page", &params.page)
                .query("limit", &params.limit)
                .query("user_id", &params.user_id),
        )
    }

    /// The items of all pages of [`OauthAppsResource::list`].
    pub fn list_all(&self, params: OauthAppsListParams) -> PageStream<OauthApp> {
        let (first, limit) = (params.page.map(|n| n.unsigned_abs()), params.limit.map(|n| n.unsigned_abs()));
        let make = move |page: Option<u64>| {
            let mut params = params.clone();
            if let Some(page) = page {
                params.page = page.try_into().ok();
            }
            Call::op("oauth_apps.list", "listOauthApps", Method::GET, vec![Part::Lit("/idp/apps")])
                .query("include_public", &params.include_public)
                .query("include_shared", &params.include_shared)
                .query("search", &params.search)
                .query("page", &params.page)
                .query("limit", &params.limit)
                .query("user_id", &params.user_id)
        };
        self.client.perform_pages(make, first, limit)
    }

    /// Create an OAuth app. The name is unique among all accounts, whatever its case (409). Privileged scopes in
    /// `allowed_scopes` need a permission that ordinary accounts lack (403).
    ///
    /// `POST /idp/apps`; sent once, never retried
    ///
    /// # Errors
    /// Statuses of the server: 401, 403, 409, 422.
    pub fn create(&self, body: &OauthAppArgs) -> Pending<Answer<OauthAppCreation>> {
        self.client.perform(
            Call::op("oauth_apps.create", "createOauthApp", Method::POST, vec![Part::Lit("/idp/apps")]).json(body).once(),
        )
    }

    /// Get an OAuth app. Yours, a public one or one shared with you. Here, and only here, the `client_id` does as well
    /// as the `app_id`.
    ///
    /// `GET /idp/apps/{app_id}`; cannot be signed by a hotkey
    ///
    /// # Errors
    /// Statuses of the server: 401, 404, 422.
    pub fn get(&self, app_id: impl Into<String>) -> Pending<Answer<OauthApp>> {
        self.client.perform(Call::op(
            "oauth_apps.get",
            "getOauthApp",
            Method::GET,
            vec![Part::Lit("/idp/apps/"), Part::Param { name: "app_id", value: Into::<String>::into(app_id), keep_slash: false }],
        ))
    }

    /// Change an OAuth app. Null changes nothing, so a text is emptied with an empty text. The server checks
    /// `allowed_scopes` (403) but does not store it: scopes are given at creation only. A name that another of your
    /// apps has is a 409, one of another account a 500.
    ///
    /// `PATCH /idp/apps/{app_id}`
    ///
    /// # Errors
    /// Statuses of the server: 401, 403, 404, 409, 422, 500.
    pub fn update(&self, app_id: impl Into<String>, body: &OauthAppUpdateArgs) -> Pending<Answer<OauthApp>> {
        self.client.perform(
            Call::op(
                "oauth_apps.update",
                "updateOauthApp",
                Method::PATCH,
                vec![
                    Part::Lit("/idp/apps/"),
                    Part::Param { name: "app_id", value: Into::<String>::into(app_id), keep_slash: false },
                ],
            )
            .json(body),
        )
    }

    /// Delete an OAuth app, and end all its authorizations.
    ///
    /// `DELETE /idp/apps/{app_id}`; cannot be signed by a hotkey
    ///
    /// # Errors
    /// Statuses of the server: 401, 403, 404, 422.
    pub fn delete(&self, app_id: impl Into<String>) -> Pending<Answer<OauthAppDeletion>> {
        self.client.perform(Call::op(
            "oauth_apps.delete",
            "deleteOauthApp",
            Method::DELETE,
            vec![Part::Lit("/idp/apps/"), Part::Param { name: "app_id", value: Into::<String>::into(app_id), keep_slash: false }],
        ))
    }

    /// Replace the secret of an OAuth app.
    ///
    /// `POST /idp/apps/{app_id}/regenerate-secret`; sent once, never retried
    ///
    /// # Errors
    /// Statuses of the server: 401, 403, 404, 422.
    pub fn regenerate_secret(&self, app_id: impl Into<String>) -> Pending<Answer<OauthSecret>> {
        self.client.perform(
            Call::op(
                "oauth_apps.regenerate_secret",
                "regenerateOauthSecret",
                Method::POST,
                vec![
                    Part::Lit("/idp/apps/"),
                    Part::Param { name: "app_id", value: Into::<String>::into(app_id), keep_slash: false },
                    Part::Lit("/regenerate-secret"),
                ],
            )
            .once(),
        )
    }

    /// Share an OAuth app with another user. The app of the path is shared; `app_id_or_name` of the body is demanded
    /// but not looked at. Sharing with yourself is a 400, sharing again a 409.
    ///
    /// `POST /idp/apps/{app_id}/share`; sent once, never retried
    ///
    /// # Errors
    /// Statuses of the server: 400, 401, 403, 404, 409, 422.
    pub fn share(&self, app_id: impl Into<String>, body: &OauthAppShareArgs) -> Pending<Answer<OauthAppShareResult>> {
        self.client.perform(
            Call::op(
                "oauth_apps.share",
                "shareOauthApp",
                Method::POST,
                vec![
                    Part::Lit("/idp/apps/"),
                    Part::Param { name: "app_id", value: Into::<String>::into(app_id), keep_slash: false },
                    Part::Lit("/share"),
                ],
            )
            .json(body)
            .once(),
        )
    }

    /// Take the share of an OAuth app back.
    ///
    /// `DELETE /idp/apps/{app_id}/share/{user_id}`; cannot be signed by a hotkey
    ///
    /// # Errors
    /// Statuses of the server: 401, 403, 404, 422.
    pub fn unshare(&self, app_id: impl Into<String>, user_id: impl Into<String>) -> Pending<Answer<OauthAppUnshareResult>> {
        self.client.perform(Call::op(
            "oauth_apps.unshare",
            "unshareOauthApp",
            Method::DELETE,
            vec![
                Part::Lit("/idp/apps/"),
                Part::Param { name: "app_id", value: Into::<String>::into(app_id), keep_slash: false },
                Part::Lit("/share/"),
                Part::Param { name: "user_id", value: Into::<String>::into(user_id), keep_slash: false },
            ],
        ))
    }

    /// List with whom an OAuth app is shared.
    ///
    /// `GET /idp/apps/{app_id}/shares`; cannot be signed by a hotkey
    ///
    /// # Errors
    /// Statuses of the server: 401, 403, 404, 422.
    pub fn shares(&self, app_id: impl Into<String>) -> Pending<Answer<OauthAppShares>> {
        self.client.perform(Call::op(
            "oauth_apps.shares",
            "listOauthAppShares",
            Method::GET,
            vec![
                Part::Lit("/idp/apps/"),
                Part::Param { name: "app_id", value: Into::<String>::into(app_id), keep_slash: false },
                Part::Lit("/shares"),
            ],
        ))
    }
}
