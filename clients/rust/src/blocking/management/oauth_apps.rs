// Generated from openapi/chutes.yaml. Do not edit; run `make gen`.

//! Apps that sign users in with Chutes.
#![allow(unused_imports)]
use super::super::worker::Worker;
use super::super::{ItemStream, LogStream, PageStream, Pending};
use crate::download::Binary;
use crate::management::oauth_apps as api;
use crate::management::oauth_apps::*;
use crate::pagination::Page;
use crate::types::*;
use crate::values::{Answer, Timestamp};
use bytes::Bytes;
use serde::Serialize;
use serde_json::Value;
use std::collections::BTreeMap;

/// Apps that sign users in with Chutes.
#[derive(Debug, Clone)]
pub struct OauthAppsResource {
    pub(in crate::blocking) api: api::OauthAppsResource,
    pub(in crate::blocking) worker: Worker,
}

impl OauthAppsResource {
    /// List OAuth apps.
    ///
    /// As [`api::OauthAppsResource::list`].
    pub fn list(&self, params: OauthAppsListParams) -> Pending<Answer<Page<OauthApp>>> {
        self.worker.call(self.api.list(params))
    }

    /// The items of all pages of [`OauthAppsResource::list`].
    pub fn list_all(&self, params: OauthAppsListParams) -> PageStream<OauthApp> {
        self.worker.stream(self.api.list_all(params))
    }

    /// Create an OAuth app.
    ///
    /// As [`api::OauthAppsResource::create`].
    pub fn create(&self, body: &OauthAppArgs) -> Pending<Answer<OauthAppCreation>> {
        self.worker.call(self.api.create(body))
    }

    /// Get an OAuth app.
    ///
    /// As [`api::OauthAppsResource::get`].
    pub fn get(&self, app_id: impl Into<String>) -> Pending<Answer<OauthApp>> {
        self.worker.call(self.api.get(app_id))
    }

    /// Change an OAuth app.
    ///
    /// As [`api::OauthAppsResource::update`].
    pub fn update(&self, app_id: impl Into<String>, body: &OauthAppUpdateArgs) -> Pending<Answer<OauthApp>> {
        self.worker.call(self.api.update(app_id, body))
    }

    /// Delete an OAuth app, and end all its authorizations.
    ///
    /// As [`api::OauthAppsResource::delete`].
    pub fn delete(&self, app_id: impl Into<String>) -> Pending<Answer<OauthAppDeletion>> {
        self.worker.call(self.api.delete(app_id))
    }

    /// Replace the secret of an OAuth app.
    ///
    /// As [`api::OauthAppsResource::regenerate_secret`].
    pub fn regenerate_secret(&self, app_id: impl Into<String>) -> Pending<Answer<OauthSecret>> {
        self.worker.call(self.api.regenerate_secret(app_id))
    }

    /// Share an OAuth app with another user.
    ///
    /// As [`api::OauthAppsResource::share`].
    pub fn share(&self, app_id: impl Into<String>, body: &OauthAppShareArgs) -> Pending<Answer<OauthAppShareResult>> {
        self.worker.call(self.api.share(app_id, body))
    }

    /// Take the share of an OAuth app back.
    ///
    /// As [`api::OauthAppsResource::unshare`].
    pub fn unshare(&self, app_id: impl Into<String>, user_id: impl Into<String>) -> Pending<Answer<OauthAppUnshareResult>> {
        self.worker.call(self.api.unshare(app_id, user_id))
    }

    /// List with whom an OAuth app is shared.
    ///
    /// As [`api::OauthAppsResource::shares`].
    pub fn shares(&self, app_id: impl Into<String>) -> Pending<Answer<OauthAppShares>> {
        self.worker.call(self.api.shares(app_id))
    }
}
