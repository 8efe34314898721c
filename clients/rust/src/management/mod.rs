// Generated from openapi/chutes.yaml. Do not edit; run `make gen`.

//! The management API, one module per resource.
pub mod bounties;
pub mod chutes;
pub mod models;
pub mod users;

impl crate::Chutes {
    /// Deploy, inspect, share, warm up and delete chutes.
    pub fn chutes(&self) -> chutes::ChutesResource {
        chutes::ChutesResource { client: self.clone() }
    }

    /// Rewards that make miners start a chute.
    pub fn bounties(&self) -> bounties::BountiesResource {
        bounties::BountiesResource { client: self.clone() }
    }

    /// Accounts.
    pub fn users(&self) -> users::UsersResource {
        users::UsersResource { client: self.clone() }
    }

    /// The models behind the OpenAI-compatible router.
    pub fn models(&self) -> models::ModelsResource {
        models::ModelsResource { client: self.clone() }
    }
}
