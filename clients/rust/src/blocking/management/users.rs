// Generated from openapi/chutes.yaml. Do not edit; run `make gen`.

//! Accounts, quotas, usage and balance.
#![allow(unused_imports)]
use super::super::worker::Worker;
use super::super::{ItemStream, LogStream, PageStream, Pending};
use crate::download::Binary;
use crate::management::users as api;
use crate::management::users::*;
use crate::pagination::Page;
use crate::types::*;
use crate::values::{Answer, Timestamp};
use bytes::Bytes;
use serde::Serialize;
use serde_json::Value;
use std::collections::BTreeMap;

/// Accounts, quotas, usage and balance.
#[derive(Debug, Clone)]
pub struct UsersResource {
    pub(in crate::blocking) api: api::UsersResource,
    pub(in crate::blocking) worker: Worker,
}

impl UsersResource {
    /// Get your own account, balance included.
    ///
    /// As [`api::UsersResource::me`].
    pub fn me(&self) -> Pending<Answer<Account>> {
        self.worker.call(self.api.me())
    }

    /// Delete your own account.
    ///
    /// As [`api::UsersResource::delete_me`].
    pub fn delete_me(&self, fingerprint: impl Into<String>) -> Pending<Answer<AccountDeletion>> {
        self.worker.call(self.api.delete_me(fingerprint))
    }

    /// Get your quotas.
    ///
    /// As [`api::UsersResource::quotas`].
    pub fn quotas(&self) -> Pending<Answer<Quotas>> {
        self.worker.call(self.api.quotas())
    }

    /// Get how much of a quota is used today.
    ///
    /// As [`api::UsersResource::quota_usage`].
    pub fn quota_usage(&self, chute_id: impl Into<String>) -> Pending<Answer<QuotaUsage>> {
        self.worker.call(self.api.quota_usage(chute_id))
    }

    /// Get how much of your subscription is used.
    ///
    /// As [`api::UsersResource::subscription_usage`].
    pub fn subscription_usage(&self) -> Pending<Answer<SubscriptionUsage>> {
        self.worker.call(self.api.subscription_usage())
    }

    /// List your discounts.
    ///
    /// As [`api::UsersResource::discounts`].
    pub fn discounts(&self) -> Pending<Answer<Vec<Discount>>> {
        self.worker.call(self.api.discounts())
    }

    /// List the prices that were agreed for your account.
    ///
    /// As [`api::UsersResource::price_overrides`].
    pub fn price_overrides(&self) -> Pending<Answer<Vec<PriceOverride>>> {
        self.worker.call(self.api.price_overrides())
    }

    /// List what you used, hour by hour.
    ///
    /// As [`api::UsersResource::usage`].
    pub fn usage(&self, params: UsersUsageParams) -> Pending<Answer<Page<UsageBucket>>> {
        self.worker.call(self.api.usage(params))
    }

    /// The items of all pages of [`UsersResource::usage`].
    pub fn usage_all(&self, params: UsersUsageParams) -> PageStream<UsageBucket> {
        self.worker.stream(self.api.usage_all(params))
    }

    /// List the chutes that you share, and those shared with you.
    ///
    /// As [`api::UsersResource::shares`].
    pub fn shares(&self) -> Pending<Answer<Vec<ChuteShare>>> {
        self.worker.call(self.api.shares())
    }

    /// Transfer balance to another account.
    ///
    /// As [`api::UsersResource::balance_transfer`].
    pub fn balance_transfer(
        &self,
        body: &BalanceTransferArgs,
        params: UsersBalanceTransferParams,
    ) -> Pending<Answer<BalanceTransfer>> {
        self.worker.call(self.api.balance_transfer(body, params))
    }

    /// Set the logo of your account.
    ///
    /// As [`api::UsersResource::set_logo`].
    pub fn set_logo(&self, logo_id: impl Into<String>) -> Pending<Answer<Account>> {
        self.worker.call(self.api.set_logo(logo_id))
    }

    /// List how the number of accounts has grown.
    ///
    /// As [`api::UsersResource::growth`].
    pub fn growth(&self) -> Pending<Answer<Vec<UserGrowth>>> {
        self.worker.call(self.api.growth())
    }

    /// Get a nonce to sign for a login.
    ///
    /// As [`api::UsersResource::login_nonce`].
    pub fn login_nonce(&self) -> Pending<Answer<LoginNonce>> {
        self.worker.call(self.api.login_nonce())
    }

    /// Log in with the fingerprint, or with a signed nonce.
    ///
    /// As [`api::UsersResource::login`].
    pub fn login(&self, body: &LoginArgs) -> Pending<Answer<LoginToken>> {
        self.worker.call(self.api.login(body))
    }

    /// Replace the fingerprint of the account.
    ///
    /// As [`api::UsersResource::change_fingerprint`].
    pub fn change_fingerprint(
        &self,
        body: &FingerprintArgs,
        current_fingerprint: impl Into<String>,
    ) -> Pending<Answer<StatusMessage>> {
        self.worker.call(self.api.change_fingerprint(body, current_fingerprint))
    }

    /// Replace the hotkey or the coldkey of the account.
    ///
    /// As [`api::UsersResource::change_bt_auth`].
    pub fn change_bt_auth(&self, body: &WalletKeysArgs, fingerprint: impl Into<String>) -> Pending<Answer<Account>> {
        self.worker.call(self.api.change_bt_auth(body, fingerprint))
    }

    /// Ask whether a user name is valid and free.
    ///
    /// As [`api::UsersResource::name_check`].
    pub fn name_check(&self, username: impl Into<String>, params: UsersNameCheckParams) -> Pending<Answer<UsernameCheck>> {
        self.worker.call(self.api.name_check(username, params))
    }

    /// Register an account for the hotkey that signs the request.
    ///
    /// As [`api::UsersResource::register`].
    pub fn register(&self, body: &RegistrationArgs, params: UsersRegisterParams) -> Pending<Answer<Registration>> {
        self.worker.call(self.api.register(body, params))
    }

    /// Begin to register an account without a browser.
    ///
    /// As [`api::UsersResource::agent_register`].
    pub fn agent_register(&self, body: &AgentRegistrationArgs) -> Pending<Answer<AgentRegistration>> {
        self.worker.call(self.api.agent_register(body))
    }

    /// Ask how far a registration without a browser is.
    ///
    /// As [`api::UsersResource::agent_registration`].
    pub fn agent_registration(&self, hotkey: impl Into<String>) -> Pending<Answer<AgentRegistrationStatus>> {
        self.worker.call(self.api.agent_registration(hotkey))
    }

    /// Get the key and the configuration of an account registered without a browser.
    ///
    /// As [`api::UsersResource::agent_setup`].
    pub fn agent_setup(&self, user_id: impl Into<String>, body: &AgentSetupArgs) -> Pending<Answer<AgentSetup>> {
        self.worker.call(self.api.agent_setup(user_id, body))
    }
}
