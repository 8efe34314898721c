// Generated from openapi/chutes.yaml. Do not edit; run `make gen`.

//! Apps that you have authorized.
#![allow(unused_imports)]
use super::super::worker::Worker;
use super::super::{ItemStream, LogStream, PageStream, Pending};
use crate::download::Binary;
use crate::management::oauth_authorizations as api;
use crate::management::oauth_authorizations::*;
use crate::pagination::Page;
use crate::types::*;
use crate::values::{Answer, Timestamp};
use bytes::Bytes;
use serde::Serialize;
use serde_json::Value;
use std::collections::BTreeMap;

/// Apps that you have authorized.
#[derive(Debug, Clone)]
pub struct OauthAuthorizationsResource {
    pub(in crate::blocking) api: api::OauthAuthorizationsResource,
    pub(in crate::blocking) worker: Worker,
}

impl OauthAuthorizationsResource {
    /// List the apps that you have authorized.
    ///
    /// As [`api::OauthAuthorizationsResource::list`].
    pub fn list(&self, params: OauthAuthorizationsListParams) -> Pending<Answer<Page<OauthAuthorization>>> {
        self.worker.call(self.api.list(params))
    }

    /// The items of all pages of [`OauthAuthorizationsResource::list`].
    pub fn list_all(&self, params: OauthAuthorizationsListParams) -> PageStream<OauthAuthorization> {
        self.worker.stream(self.api.list_all(params))
    }

    /// Take the authorization of an app back.
    ///
    /// As [`api::OauthAuthorizationsResource::revoke`].
    pub fn revoke(&self, app_id: impl Into<String>) -> Pending<Answer<OauthAuthorizationRevocation>> {
        self.worker.call(self.api.revoke(app_id))
    }
}
