// Generated from openapi/chutes.yaml. Do not edit; run `make gen`.

//! The management API, one module per resource.
pub mod api_keys;
pub mod audit;
pub mod bounties;
pub mod chutes;
pub mod container_images;
pub mod e2e;
pub mod encrypted_logs;
pub mod instances;
pub mod invocations;
pub mod jobs;
pub mod logos;
pub mod model_aliases;
pub mod models;
pub mod nodes;
pub mod oauth;
pub mod oauth_apps;
pub mod oauth_authorizations;
pub mod payments;
pub mod platform;
pub mod pricing;
pub mod secrets;
pub mod tee;
pub mod users;

impl crate::Chutes {
    /// Deploy, inspect, share, warm up and delete chutes.
    pub fn chutes(&self) -> chutes::ChutesResource {
        chutes::ChutesResource { client: self.clone() }
    }

    /// Images that chutes run in.
    pub fn container_images(&self) -> container_images::ContainerImagesResource {
        container_images::ContainerImagesResource { client: self.clone() }
    }

    /// Runs of the jobs of chutes.
    pub fn jobs(&self) -> jobs::JobsResource {
        jobs::JobsResource { client: self.clone() }
    }

    /// Running copies of chutes.
    pub fn instances(&self) -> instances::InstancesResource {
        instances::InstancesResource { client: self.clone() }
    }

    /// Logs that only the owner can read.
    pub fn encrypted_logs(&self) -> encrypted_logs::EncryptedLogsResource {
        encrypted_logs::EncryptedLogsResource { client: self.clone() }
    }

    /// Calls that only the instance can read.
    pub fn e2e(&self) -> e2e::E2eResource {
        e2e::E2eResource { client: self.clone() }
    }

    /// Rewards that make miners start a chute.
    pub fn bounties(&self) -> bounties::BountiesResource {
        bounties::BountiesResource { client: self.clone() }
    }

    /// Accounts, quotas, usage and balance.
    pub fn users(&self) -> users::UsersResource {
        users::UsersResource { client: self.clone() }
    }

    /// Keys of the account.
    pub fn api_keys(&self) -> api_keys::ApiKeysResource {
        api_keys::ApiKeysResource { client: self.clone() }
    }

    /// Environment variables that chutes get.
    pub fn secrets(&self) -> secrets::SecretsResource {
        secrets::SecretsResource { client: self.clone() }
    }

    /// Names for ranked lists of chutes.
    pub fn model_aliases(&self) -> model_aliases::ModelAliasesResource {
        model_aliases::ModelAliasesResource { client: self.clone() }
    }

    /// Pictures of chutes and accounts.
    pub fn logos(&self) -> logos::LogosResource {
        logos::LogosResource { client: self.clone() }
    }

    /// Apps that sign users in with Chutes.
    pub fn oauth_apps(&self) -> oauth_apps::OauthAppsResource {
        oauth_apps::OauthAppsResource { client: self.clone() }
    }

    /// Apps that you have authorized.
    pub fn oauth_authorizations(&self) -> oauth_authorizations::OauthAuthorizationsResource {
        oauth_authorizations::OauthAuthorizationsResource { client: self.clone() }
    }

    /// Tokens and what they are worth.
    pub fn oauth(&self) -> oauth::OauthResource {
        oauth::OauthResource { client: self.clone() }
    }

    /// Prices of GPUs and rates of currencies.
    pub fn pricing(&self) -> pricing::PricingResource {
        pricing::PricingResource { client: self.clone() }
    }

    /// Payments and revenue of the platform.
    pub fn payments(&self) -> payments::PaymentsResource {
        payments::PaymentsResource { client: self.clone() }
    }

    /// GPUs of the platform.
    pub fn nodes(&self) -> nodes::NodesResource {
        nodes::NodesResource { client: self.clone() }
    }

    /// Statistics and tables of invocations.
    pub fn invocations(&self) -> invocations::InvocationsResource {
        invocations::InvocationsResource { client: self.clone() }
    }

    /// Reports of miners and validators.
    pub fn audit(&self) -> audit::AuditResource {
        audit::AuditResource { client: self.clone() }
    }

    /// What trusted machines must show.
    pub fn tee(&self) -> tee::TeeResource {
        tee::TeeResource { client: self.clone() }
    }

    /// Whether it is alive; model repositories.
    pub fn platform(&self) -> platform::PlatformResource {
        platform::PlatformResource { client: self.clone() }
    }

    /// The models behind the OpenAI-compatible router.
    pub fn models(&self) -> models::ModelsResource {
        models::ModelsResource { client: self.clone() }
    }
}
