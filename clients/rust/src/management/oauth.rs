// Generated from openapi/chutes.yaml. Do not edit; run `make gen`.

//! Tokens and what they are worth.
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

/// Tokens and what they are worth.
#[derive(Debug, Clone)]
pub struct OauthResource {
    pub(crate) client: Chutes,
}

impl OauthResource {
    /// List the scopes that apps can ask for.
    ///
    /// `GET /idp/scopes`
    pub fn scopes(&self) -> Pending<Answer<OauthScopes>> {
        self.client.perform(Call::op("oauth.scopes", "listOauthScopes", Method::GET, vec![Part::Lit("/idp/scopes")]).public())
    }

    /// Exchange a code or a refresh token for an access token. Every refusal is a 400 of the form `error`
    /// (`invalid_request`, `invalid_grant`, `invalid_client`, `unsupported_grant_type`), with `error_description` only
    /// where a parameter is missing. A code is used up even if the exchange is refused for its address, client or
    /// verifier. Clients offer this as `exchange` and `refresh` of their OAuth part.
    ///
    /// `POST /idp/token`; sent once, never retried
    ///
    /// # Errors
    /// Statuses of the server: 400, 422.
    pub fn token(&self, body: &OauthTokenArgs) -> Pending<Answer<OauthToken>> {
        self.client.perform(
            Call::op("oauth.token", "createOauthToken", Method::POST, vec![Part::Lit("/idp/token")]).form(body).once().public(),
        )
    }

    /// Revoke a token.
    ///
    /// `POST /idp/token/revoke`
    ///
    /// # Errors
    /// Statuses of the server: 422.
    pub fn revoke(&self, body: &OauthRevokeArgs) -> Pending<Answer<OauthRevocation>> {
        self.client.perform(
            Call::op("oauth.revoke", "revokeOauthToken", Method::POST, vec![Part::Lit("/idp/token/revoke")]).form(body).public(),
        )
    }

    /// Ask what a token is worth. The client need not say who it is; if it sends both its id and its secret, wrong ones
    /// are a 401 of the form `error`.
    ///
    /// `POST /idp/token/introspect`
    ///
    /// # Errors
    /// Statuses of the server: 401, 422.
    pub fn introspect(&self, body: &OauthIntrospectArgs) -> Pending<Answer<OauthIntrospection>> {
        self.client.perform(
            Call::op("oauth.introspect", "introspectOauthToken", Method::POST, vec![Part::Lit("/idp/token/introspect")])
                .form(body)
                .public(),
        )
    }

    /// Ask whose token it is. Takes access tokens of OAuth only: API keys, logins and signatures are a 401. The token
    /// needs one of the scopes openid, profile, account:read and admin (403).
    ///
    /// `GET /idp/userinfo`; cannot be signed by a hotkey
    ///
    /// # Errors
    /// Statuses of the server: 401, 403.
    pub fn userinfo(&self) -> Pending<Answer<OauthUserinfo>> {
        self.client.perform(Call::op("oauth.userinfo", "getUserinfo", Method::GET, vec![Part::Lit("/idp/userinfo")]))
    }

    /// Get the addresses and abilities of the sign-in. The platform speaks OAuth 2; there are no ID tokens and no keys.
    ///
    /// `GET /.well-known/openid-configuration`
    pub fn discovery(&self) -> Pending<Answer<OauthDiscovery>> {
        self.client.perform(
            Call::op("oauth.discovery", "getOauthDiscovery", Method::GET, vec![Part::Lit("/.well-known/openid-configuration")])
                .public(),
        )
    }
}
