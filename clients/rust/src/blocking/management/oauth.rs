// Generated from openapi/chutes.yaml. Do not edit; run `make gen`.

//! Tokens and what they are worth.
#![allow(unused_imports)]
use super::super::worker::Worker;
use super::super::{ItemStream, LogStream, PageStream, Pending};
use crate::download::Binary;
use crate::management::oauth as api;
use crate::management::oauth::*;
use crate::pagination::Page;
use crate::types::*;
use crate::values::{Answer, Timestamp};
use bytes::Bytes;
use serde::Serialize;
use serde_json::Value;
use std::collections::BTreeMap;

/// Tokens and what they are worth.
#[derive(Debug, Clone)]
pub struct OauthResource {
    pub(in crate::blocking) api: api::OauthResource,
    pub(in crate::blocking) worker: Worker,
}

impl OauthResource {
    /// List the scopes that apps can ask for.
    ///
    /// As [`api::OauthResource::scopes`].
    pub fn scopes(&self) -> Pending<Answer<OauthScopes>> {
        self.worker.call(self.api.scopes())
    }

    /// Exchange a code or a refresh token for an access token.
    ///
    /// As [`api::OauthResource::token`].
    pub fn token(&self, body: &OauthTokenArgs) -> Pending<Answer<OauthToken>> {
        self.worker.call(self.api.token(body))
    }

    /// Revoke a token.
    ///
    /// As [`api::OauthResource::revoke`].
    pub fn revoke(&self, body: &OauthRevokeArgs) -> Pending<Answer<OauthRevocation>> {
        self.worker.call(self.api.revoke(body))
    }

    /// Ask what a token is worth.
    ///
    /// As [`api::OauthResource::introspect`].
    pub fn introspect(&self, body: &OauthIntrospectArgs) -> Pending<Answer<OauthIntrospection>> {
        self.worker.call(self.api.introspect(body))
    }

    /// Ask whose token it is.
    ///
    /// As [`api::OauthResource::userinfo`].
    pub fn userinfo(&self) -> Pending<Answer<OauthUserinfo>> {
        self.worker.call(self.api.userinfo())
    }

    /// Get the addresses and abilities of the sign-in.
    ///
    /// As [`api::OauthResource::discovery`].
    pub fn discovery(&self) -> Pending<Answer<OauthDiscovery>> {
        self.worker.call(self.api.discovery())
    }
}
