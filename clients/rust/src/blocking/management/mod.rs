// Generated from openapi/chutes.yaml. Do not edit; run `make gen`.

//! The management API without `async`, one module per resource.
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

impl super::Chutes {
    /// Deploy, inspect, share, warm up and delete chutes.
    pub fn chutes(&self) -> chutes::ChutesResource {
        chutes::ChutesResource { api: self.api.chutes(), worker: self.worker.clone() }
    }

    /// Images that chutes run in.
    pub fn container_images(&self) -> container_images::ContainerImagesResource {
        container_images::ContainerImagesResource { api: self.api.container_images(), worker: self.worker.clone() }
    }

    /// Runs of the jobs of chutes.
    pub fn jobs(&self) -> jobs::JobsResource {
        jobs::JobsResource { api: self.api.jobs(), worker: self.worker.clone() }
    }

    /// Running copies of chutes.
    pub fn instances(&self) -> instances::InstancesResource {
        instances::InstancesResource { api: self.api.instances(), worker: self.worker.clone() }
    }

    /// Logs that only the owner can read.
    pub fn encrypted_logs(&self) -> encrypted_logs::EncryptedLogsResource {
        encrypted_logs::EncryptedLogsResource { api: self.api.encrypted_logs(), worker: self.worker.clone() }
    }

    /// Calls that only the instance can read.
    pub fn e2e(&self) -> e2e::E2eResource {
        e2e::E2eResource { api: self.api.e2e(), worker: self.worker.clone() }
    }

    /// Rewards that make miners start a chute.
    pub fn bounties(&self) -> bounties::BountiesResource {
        bounties::BountiesResource { api: self.api.bounties(), worker: self.worker.clone() }
    }

    /// Accounts, quotas, usage and balance.
    pub fn users(&self) -> users::UsersResource {
        users::UsersResource { api: self.api.users(), worker: self.worker.clone() }
    }

    /// Keys of the account.
    pub fn api_keys(&self) -> api_keys::ApiKeysResource {
        api_keys::ApiKeysResource { api: self.api.api_keys(), worker: self.worker.clone() }
    }

    /// Environment variables that chutes get.
    pub fn secrets(&self) -> secrets::SecretsResource {
        secrets::SecretsResource { api: self.api.secrets(), worker: self.worker.clone() }
    }

    /// Names for ranked lists of chutes.
    pub fn model_aliases(&self) -> model_aliases::ModelAliasesResource {
        model_aliases::ModelAliasesResource { api: self.api.model_aliases(), worker: self.worker.clone() }
    }

    /// Pictures of chutes and accounts.
    pub fn logos(&self) -> logos::LogosResource {
        logos::LogosResource { api: self.api.logos(), worker: self.worker.clone() }
    }

    /// Apps that sign users in with Chutes.
    pub fn oauth_apps(&self) -> oauth_apps::OauthAppsResource {
        oauth_apps::OauthAppsResource { api: self.api.oauth_apps(), worker: self.worker.clone() }
    }

    /// Apps that you have authorized.
    pub fn oauth_authorizations(&self) -> oauth_authorizations::OauthAuthorizationsResource {
        oauth_authorizations::OauthAuthorizationsResource { api: self.api.oauth_authorizations(), worker: self.worker.clone() }
    }

    /// Tokens and what they are worth.
    pub fn oauth(&self) -> oauth::OauthResource {
        oauth::OauthResource { api: self.api.oauth(), worker: self.worker.clone() }
    }

    /// Prices of GPUs and rates of currencies.
    pub fn pricing(&self) -> pricing::PricingResource {
        pricing::PricingResource { api: self.api.pricing(), worker: self.worker.clone() }
    }

    /// Payments and revenue of the platform.
    pub fn payments(&self) -> payments::PaymentsResource {
        payments::PaymentsResource { api: self.api.payments(), worker: self.worker.clone() }
    }

    /// GPUs of the platform.
    pub fn nodes(&self) -> nodes::NodesResource {
        nodes::NodesResource { api: self.api.nodes(), worker: self.worker.clone() }
    }

    /// Statistics and tables of invocations.
    pub fn invocations(&self) -> invocations::InvocationsResource {
        invocations::InvocationsResource { api: self.api.invocations(), worker: self.worker.clone() }
    }

    /// Reports of miners and validators.
    pub fn audit(&self) -> audit::AuditResource {
        audit::AuditResource { api: self.api.audit(), worker: self.worker.clone() }
    }

    /// What trusted machines must show.
    pub fn tee(&self) -> tee::TeeResource {
        tee::TeeResource { api: self.api.tee(), worker: self.worker.clone() }
    }

    /// Whether it is alive; model repositories.
    pub fn platform(&self) -> platform::PlatformResource {
        platform::PlatformResource { api: self.api.platform(), worker: self.worker.clone() }
    }

    /// The models behind the OpenAI-compatible router.
    pub fn models(&self) -> models::ModelsResource {
        models::ModelsResource { api: self.api.models(), worker: self.worker.clone() }
    }
}
