// Generated from openapi/chutes.yaml. Do not edit; run `make gen`.

//! Accounts, quotas, usage and balance.
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

/// Accounts, quotas, usage and balance.
#[derive(Debug, Clone)]
pub struct UsersResource {
    pub(crate) client: Chutes,
}

/// Options of [`UsersResource::usage`]. What is `None` is not sent.
#[derive(Debug, Clone, Default)]
pub struct UsersUsageParams {
    /// Page number; 0 is the first.
    pub page: Option<i64>,
    /// Hours in a page.
    pub limit: Option<i64>,
    /// One row for each chute and hour.
    pub per_chute: Option<bool>,
    /// Only this chute.
    pub chute_id: Option<String>,
    /// From this time on.
    pub start_date: Option<Timestamp>,
    /// Up to this time.
    pub end_date: Option<Timestamp>,
}

/// Options of [`UsersResource::balance_transfer`]. What is `None` is not sent.
#[derive(Debug, Clone, Default)]
pub struct UsersBalanceTransferParams {
    /// Says that `amount` is left out on purpose. It is not sent.
    pub everything: bool,
}

/// Options of [`UsersResource::name_check`]. What is `None` is not sent.
#[derive(Debug, Clone, Default)]
pub struct UsersNameCheckParams {
    /// Ask for a name that exists to be read only.
    pub readonly: Option<bool>,
}

/// Options of [`UsersResource::register`]. What is `None` is not sent.
#[derive(Debug, Clone, Default)]
pub struct UsersRegisterParams {
    /// Token of the registration page.
    pub token: Option<String>,
}

impl UsersResource {
    /// Get your own account, balance included.
    ///
    /// `GET /users/me`
    ///
    /// # Errors
    /// Statuses of the server: 401, 403, 404.
    pub fn me(&self) -> Pending<Answer<Account>> {
        self.client.perform(Call::op("users.me", "getMe", Method::GET, vec![Part::Lit("/users/me")]).purpose("me"))
    }

    /// Delete your own account. For good, with everything it holds.
    ///
    /// `DELETE /users/me`; sent once, never retried
    ///
    /// The fingerprint of the account is its credential; the client's own does not go with it.
    ///
    /// # Errors
    /// Statuses of the server: 401, 422.
    pub fn delete_me(&self, fingerprint: impl Into<String>) -> Pending<Answer<AccountDeletion>> {
        self.client.perform(
            Call::op("users.delete_me", "deleteMe", Method::DELETE, vec![Part::Lit("/users/me")])
                .once()
                .fingerprint(fingerprint.into()),
        )
    }

    /// Get your quotas. Rows where the account has quotas of its own, otherwise the defaults by chute id (`*` for all
    /// others); an empty object for free and invoiced accounts.
    ///
    /// `GET /users/me/quotas`; cannot be signed by a hotkey
    ///
    /// # Errors
    /// Statuses of the server: 401, 404.
    pub fn quotas(&self) -> Pending<Answer<Quotas>> {
        self.client.perform(Call::op("users.quotas", "getQuotas", Method::GET, vec![Part::Lit("/users/me/quotas")]))
    }

    /// Get how much of a quota is used today.
    ///
    /// `GET /users/me/quota_usage/{chute_id}`; cannot be signed by a hotkey
    ///
    /// # Errors
    /// Statuses of the server: 401, 404, 422.
    pub fn quota_usage(&self, chute_id: impl Into<String>) -> Pending<Answer<QuotaUsage>> {
        self.client.perform(Call::op(
            "users.quota_usage",
            "getQuotaUsage",
            Method::GET,
            vec![
                Part::Lit("/users/me/quota_usage/"),
                Part::Param { name: "chute_id", value: Into::<String>::into(chute_id), keep_slash: false },
            ],
        ))
    }

    /// Get how much of your subscription is used.
    ///
    /// `GET /users/me/subscription_usage`; cannot be signed by a hotkey
    ///
    /// # Errors
    /// Statuses of the server: 401, 404.
    pub fn subscription_usage(&self) -> Pending<Answer<SubscriptionUsage>> {
        self.client.perform(Call::op(
            "users.subscription_usage",
            "getSubscriptionUsage",
            Method::GET,
            vec![Part::Lit("/users/me/subscription_usage")],
        ))
    }

    /// List your discounts.
    ///
    /// `GET /users/me/discounts`; cannot be signed by a hotkey
    ///
    /// # Errors
    /// Statuses of the server: 401, 404.
    pub fn discounts(&self) -> Pending<Answer<Vec<Discount>>> {
        self.client.perform(Call::op("users.discounts", "listDiscounts", Method::GET, vec![Part::Lit("/users/me/discounts")]))
    }

    /// List the prices that were agreed for your account.
    ///
    /// `GET /users/me/price_overrides`; cannot be signed by a hotkey
    ///
    /// # Errors
    /// Statuses of the server: 401, 404.
    pub fn price_overrides(&self) -> Pending<Answer<Vec<PriceOverride>>> {
        self.client.perform(Call::op(
            "users.price_overrides",
            "listPriceOverrides",
            Method::GET,
            vec![Part::Lit("/users/me/price_overrides")],
        ))
    }

    /// List what you used, hour by hour.
    ///
    /// `GET /users/me/usage`; cannot be signed by a hotkey
    ///
    /// # Errors
    /// Statuses of the server: 401, 403, 422.
    pub fn usage(&self, params: UsersUsageParams) -> Pending<Answer<Page<UsageBucket>>> {
        self.client.perform(
            Call::op("users.usage", "listUsage", Method::GET, vec![Part::Lit("/users/"), Part::Lit("me"), Part::Lit("/usage")])
                .query("page", &params.page)
                .query("limit", &params.limit)
                .query("per_chute", &params.per_chute)
                .query("chute_id", &params.chute_id)
                .query("start_date", &params.start_date)
                .query("end_date", &params.end_date),
        )
    }

    /// The items of all pages of [`UsersResource::usage`].
    pub fn usage_all(&self, params: UsersUsageParams) -> PageStream<UsageBucket> {
        let (first, limit) = (params.page.map(|n| n.unsigned_abs()), params.limit.map(|n| n.unsigned_abs()));
        let make = move |page: Option<u64>| {
            let mut params = params.clone();
            if let Some(page) = page {
                params.page = page.try_into().ok();
            }
            Call::op("users.usage", "listUsage", Method::GET, vec![Part::Lit("/users/"), Part::Lit("me"), Part::Lit("/usage")])
                .query("page", &params.page)
                .query("limit", &params.limit)
                .query("per_chute", &params.per_chute)
                .query("chute_id", &params.chute_id)
                .query("start_date", &params.start_date)
                .query("end_date", &params.end_date)
        };
        self.client.perform_pages(make, first, limit)
    }

    /// List the chutes that you share, and those shared with you.
    ///
    /// `GET /users/me/shares`; cannot be signed by a hotkey
    ///
    /// # Errors
    /// Statuses of the server: 401, 403.
    pub fn shares(&self) -> Pending<Answer<Vec<ChuteShare>>> {
        self.client.perform(Call::op(
            "users.shares",
            "listShares",
            Method::GET,
            vec![Part::Lit("/users/"), Part::Lit("me"), Part::Lit("/shares")],
        ))
    }

    /// Transfer balance to another account. Without an amount the server moves the whole balance, so clients refuse
    /// that unless it is said. Wants an administrative API key; the fingerprint of the account works, too, through
    /// `request`.
    ///
    /// `POST /users/balance_transfer`; sent once, never retried
    ///
    /// # Errors
    /// `config`: neither or both of `amount` and `everything` are given.
    /// Statuses of the server: 400, 401, 403, 404, 422.
    pub fn balance_transfer(
        &self,
        body: &BalanceTransferArgs,
        params: UsersBalanceTransferParams,
    ) -> Pending<Answer<BalanceTransfer>> {
        self.client.perform(
            Call::op("users.balance_transfer", "transferBalance", Method::POST, vec![Part::Lit("/users/balance_transfer")])
                .json(body)
                .guard(
                    "amount",
                    &body.amount,
                    "everything",
                    params.everything,
                    "balance_transfer without an amount moves the whole balance: say so with everything",
                )
                .once(),
        )
    }

    /// Set the logo of your account. Changes state although it is a GET; repeating it is harmless.
    ///
    /// `GET /users/set_logo`; cannot be signed by a hotkey
    ///
    /// # Errors
    /// Statuses of the server: 401, 404, 422.
    pub fn set_logo(&self, logo_id: impl Into<String>) -> Pending<Answer<Account>> {
        self.client.perform(
            Call::op("users.set_logo", "setLogo", Method::GET, vec![Part::Lit("/users/set_logo")])
                .query("logo_id", &Some(Into::<String>::into(logo_id))),
        )
    }

    /// List how the number of accounts has grown.
    ///
    /// `GET /users/growth`
    pub fn growth(&self) -> Pending<Answer<Vec<UserGrowth>>> {
        self.client.perform(Call::op("users.growth", "listUserGrowth", Method::GET, vec![Part::Lit("/users/growth")]).public())
    }

    /// Get a nonce to sign for a login.
    ///
    /// `GET /users/login/nonce`
    pub fn login_nonce(&self) -> Pending<Answer<LoginNonce>> {
        self.client
            .perform(Call::op("users.login_nonce", "getLoginNonce", Method::GET, vec![Part::Lit("/users/login/nonce")]).public())
    }

    /// Log in with the fingerprint, or with a signed nonce. Give `fingerprint`, or `hotkey`, `signature` (hexadecimal,
    /// over the text of the nonce) and `nonce`.
    ///
    /// `POST /users/login`; sent once, never retried
    ///
    /// # Errors
    /// Statuses of the server: 400, 401, 422.
    pub fn login(&self, body: &LoginArgs) -> Pending<Answer<LoginToken>> {
        self.client
            .perform(Call::op("users.login", "login", Method::POST, vec![Part::Lit("/users/login")]).json(body).once().public())
    }

    /// Replace the fingerprint of the account. The current fingerprint is the credential. The server also takes a
    /// signature by the hotkey or coldkey over `{address}:{new fingerprint}:{nonce}` instead, which `request` can send.
    ///
    /// `POST /users/change_fingerprint`; sent once, never retried
    ///
    /// The fingerprint of the account is its credential; the client's own does not go with it.
    ///
    /// # Errors
    /// Statuses of the server: 400, 401, 403, 422.
    pub fn change_fingerprint(
        &self,
        body: &FingerprintArgs,
        current_fingerprint: impl Into<String>,
    ) -> Pending<Answer<StatusMessage>> {
        self.client.perform(
            Call::op("users.change_fingerprint", "changeFingerprint", Method::POST, vec![Part::Lit("/users/change_fingerprint")])
                .json(body)
                .once()
                .fingerprint(current_fingerprint.into()),
        )
    }

    /// Replace the hotkey or the coldkey of the account.
    ///
    /// `POST /users/change_bt_auth`; sent once, never retried
    ///
    /// The fingerprint of the account is its credential; the client's own does not go with it.
    ///
    /// # Errors
    /// Statuses of the server: 400, 401, 409, 422.
    pub fn change_bt_auth(&self, body: &WalletKeysArgs, fingerprint: impl Into<String>) -> Pending<Answer<Account>> {
        self.client.perform(
            Call::op("users.change_bt_auth", "changeWalletKeys", Method::POST, vec![Part::Lit("/users/change_bt_auth")])
                .json(body)
                .once()
                .fingerprint(fingerprint.into()),
        )
    }

    /// Ask whether a user name is valid and free.
    ///
    /// `GET /users/name_check`
    ///
    /// # Errors
    /// Statuses of the server: 422.
    pub fn name_check(&self, username: impl Into<String>, params: UsersNameCheckParams) -> Pending<Answer<UsernameCheck>> {
        self.client.perform(
            Call::op("users.name_check", "checkUsername", Method::GET, vec![Part::Lit("/users/name_check")])
                .query("username", &Some(Into::<String>::into(username)))
                .query("readonly", &params.readonly)
                .public(),
        )
    }

    /// Register an account for the hotkey that signs the request. Has to be signed by the hotkey (over the body). The
    /// token comes from the page that shows a captcha; the coldkey needs a minimum of TAO (402).
    ///
    /// `POST /users/register`; sent once, never retried
    ///
    /// # Errors
    /// Statuses of the server: 400, 401, 402, 403, 409, 422, 429.
    pub fn register(&self, body: &RegistrationArgs, params: UsersRegisterParams) -> Pending<Answer<Registration>> {
        self.client.perform(
            Call::op("users.register", "registerUser", Method::POST, vec![Part::Lit("/users/register")])
                .query("token", &params.token)
                .json(body)
                .once(),
        )
    }

    /// Begin to register an account without a browser. The signature is over `chutes_signup:{hotkey}:{coldkey}`. The
    /// account exists once the amount has arrived; see `agent_registration` and `agent_setup`.
    ///
    /// `POST /users/agent_registration`; sent once, never retried
    ///
    /// # Errors
    /// Statuses of the server: 400, 401, 403, 409, 422, 429.
    pub fn agent_register(&self, body: &AgentRegistrationArgs) -> Pending<Answer<AgentRegistration>> {
        self.client.perform(
            Call::op("users.agent_register", "registerAgent", Method::POST, vec![Part::Lit("/users/agent_registration")])
                .json(body)
                .once()
                .public(),
        )
    }

    /// Ask how far a registration without a browser is.
    ///
    /// `GET /users/agent_registration/{hotkey}`
    ///
    /// # Errors
    /// Statuses of the server: 404, 422.
    pub fn agent_registration(&self, hotkey: impl Into<String>) -> Pending<Answer<AgentRegistrationStatus>> {
        self.client.perform(
            Call::op(
                "users.agent_registration",
                "getAgentRegistration",
                Method::GET,
                vec![
                    Part::Lit("/users/agent_registration/"),
                    Part::Param { name: "hotkey", value: Into::<String>::into(hotkey), keep_slash: false },
                ],
            )
            .public(),
        )
    }

    /// Get the key and the configuration of an account registered without a browser. The signature is over
    /// `chutes_setup:{user_id}`. Works one time; then it is a 409.
    ///
    /// `POST /users/{user_id}/agent_setup`; sent once, never retried
    ///
    /// # Errors
    /// Statuses of the server: 400, 401, 403, 404, 409, 422.
    pub fn agent_setup(&self, user_id: impl Into<String>, body: &AgentSetupArgs) -> Pending<Answer<AgentSetup>> {
        self.client.perform(
            Call::op(
                "users.agent_setup",
                "setUpAgent",
                Method::POST,
                vec![
                    Part::Lit("/users/"),
                    Part::Param { name: "user_id", value: Into::<String>::into(user_id), keep_slash: false },
                    Part::Lit("/agent_setup"),
                ],
            )
            .json(body)
            .once()
            .public(),
        )
    }
}
