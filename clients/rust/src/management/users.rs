// Generated from openapi/chutes.yaml. Do not edit; run `make gen`.

//! Accounts.
use crate::client::Chutes;
#[allow(unused_imports)]
use crate::client::PageStream;
#[allow(unused_imports)]
use crate::pagination::Page;
use crate::request::{Call, Part, Pending};
#[allow(unused_imports)]
use crate::stream::ItemStream;
#[allow(unused_imports)]
use crate::types::*;
use crate::values::Answer;
use http::Method;
#[allow(unused_imports)]
use serde_json::Value;

/// Accounts.
#[derive(Debug, Clone)]
pub struct UsersResource {
    pub(crate) client: Chutes,
}

impl UsersResource {
    /// Get your own account, balance included.
    ///
    /// `GET /users/me`
    ///
    /// # Errors
    /// Statuses of the server: 401, 403, 404.
    pub fn me(&self) -> Pending<Answer<Account>> {
        self.client.perform(Call::new(Method::GET, vec![Part::Lit("/users/me")]))
    }
}
