// Generated from openapi/chutes.yaml. Do not edit; run `make gen`.

//! Every operation by its name in the document: what the driver calls on the client.
use crate::management::{
    Boxed, body, bytes_of, data, fingerprint, flag, int, items, json_of, lines, none_of, opt, pages, text, text_of, upload,
};
use crate::ops::{Outcome, Seen};
use chutes_client::types::*;
use chutes_client::{CallOptions, Chutes, Value};
use std::pin::Pin;

/// One answer. `None`: no such method.
pub fn call(client: &Chutes, args: &Value, options: CallOptions) -> Option<Boxed> {
    Some(match (args["resource"].as_str()?, args["method"].as_str()?) {
        ("chutes", "list") => json_of(
            client
                .chutes()
                .list(chutes_client::management::chutes::ChutesListParams {
                    include_public: opt(&args["query"], "include_public"),
                    template: opt(&args["query"], "template"),
                    name: opt(&args["query"], "name"),
                    exclude: opt(&args["query"], "exclude"),
                    image: opt(&args["query"], "image"),
                    slug: opt(&args["query"], "slug"),
                    page: opt(&args["query"], "page"),
                    limit: opt(&args["query"], "limit"),
                    offset: opt(&args["query"], "offset"),
                    include_schemas: opt(&args["query"], "include_schemas"),
                })
                .with(options),
        ),
        ("chutes", "create") => json_of(
            client
                .chutes()
                .create(
                    &body::<ChuteArgs>(args),
                    chutes_client::management::chutes::ChutesCreateParams { accept_fee: opt(&args["query"], "accept_fee") },
                )
                .with(options),
        ),
        ("chutes", "get") => json_of(client.chutes().get(text(&args["path"], "chute_id_or_name")).with(options)),
        ("chutes", "update") => {
            json_of(client.chutes().update(text(&args["path"], "chute_id_or_name"), &body::<ChuteUpdateArgs>(args)).with(options))
        }
        ("chutes", "delete") => json_of(client.chutes().delete(text(&args["path"], "chute_id")).with(options)),
        ("chutes", "code") => text_of(client.chutes().code(text(&args["path"], "chute_id")).with(options)),
        ("chutes", "warmup_status") => {
            json_of(client.chutes().warmup_status(text(&args["path"], "chute_id_or_name")).with(options))
        }
        ("chutes", "share") => json_of(client.chutes().share(&body::<ShareArgs>(args)).with(options)),
        ("chutes", "unshare") => json_of(client.chutes().unshare(&body::<ShareArgs>(args)).with(options)),
        ("chutes", "boosted") => json_of(client.chutes().boosted().with(options)),
        ("chutes", "affine_available") => json_of(client.chutes().affine_available().with(options)),
        ("chutes", "rolling_updates") => json_of(client.chutes().rolling_updates().with(options)),
        ("chutes", "gpu_count_history") => json_of(client.chutes().gpu_count_history().with(options)),
        ("chutes", "utilization") => json_of(client.chutes().utilization().with(options)),
        ("chutes", "miner_means_index") => text_of(client.chutes().miner_means_index().with(options)),
        ("chutes", "miner_means") => text_of(
            client
                .chutes()
                .miner_means(
                    text(&args["path"], "chute_id"),
                    chutes_client::management::chutes::ChutesMinerMeansParams { ext: opt(&args["query"], "ext") },
                )
                .with(options),
        ),
        ("chutes", "miner_means_file") => text_of(
            client.chutes().miner_means_file(text(&args["path"], "chute_id"), text(&args["path"], "ext").as_str()).with(options),
        ),
        ("chutes", "miner_means_rows") => {
            json_of(client.chutes().miner_means_rows(text(&args["path"], "chute_id")).with(options))
        }
        ("chutes", "deploy_vllm") => json_of(client.chutes().deploy_vllm(&body::<VllmChuteArgs>(args)).with(options)),
        ("chutes", "deploy_diffusion") => {
            json_of(client.chutes().deploy_diffusion(&body::<DiffusionChuteArgs>(args)).with(options))
        }
        ("chutes", "evidence") => json_of(
            client.chutes().evidence(text(&args["path"], "chute_id_or_name"), text(&args["query"], "nonce")).with(options),
        ),
        ("container_images", "list") => json_of(
            client
                .container_images()
                .list(chutes_client::management::container_images::ContainerImagesListParams {
                    include_public: opt(&args["query"], "include_public"),
                    name: opt(&args["query"], "name"),
                    tag: opt(&args["query"], "tag"),
                    page: opt(&args["query"], "page"),
                    limit: opt(&args["query"], "limit"),
                })
                .with(options),
        ),
        ("container_images", "create") => json_of(
            client
                .container_images()
                .create(&ContainerImageArgs { build_context: upload(args, "build_context"), ..body(args) })
                .with(options),
        ),
        ("container_images", "get") => {
            json_of(client.container_images().get(text(&args["path"], "image_id_or_name")).with(options))
        }
        ("container_images", "delete") => {
            json_of(client.container_images().delete(text(&args["path"], "image_id_or_name")).with(options))
        }
        ("jobs", "submit") => json_of(
            client.jobs().submit(text(&args["path"], "chute_id"), text(&args["path"], "job_method"), &args["args"]).with(options),
        ),
        ("jobs", "get") => json_of(client.jobs().get(text(&args["path"], "job_id")).with(options)),
        ("jobs", "delete") => json_of(client.jobs().delete(text(&args["path"], "job_id")).with(options)),
        ("jobs", "file") => {
            bytes_of(client.jobs().file(text(&args["path"], "job_id"), text(&args["path"], "file_id")).with(options))
        }
        ("instances", "evidence") => {
            json_of(client.instances().evidence(text(&args["path"], "instance_id"), text(&args["query"], "nonce")).with(options))
        }
        ("encrypted_logs", "sessions") => {
            json_of(client.encrypted_logs().sessions(text(&args["path"], "chute_id")).with(options))
        }
        ("encrypted_logs", "chunks") => json_of(
            client.encrypted_logs().chunks(text(&args["path"], "chute_id"), text(&args["path"], "instance_id")).with(options),
        ),
        ("e2e", "instances") => json_of(client.e2e().instances(text(&args["path"], "chute_id")).with(options)),
        ("e2e", "invoke") => bytes_of(
            client
                .e2e()
                .invoke(
                    text(&args["headers"], "X-Chute-Id"),
                    text(&args["headers"], "X-Instance-Id"),
                    text(&args["headers"], "X-E2E-Nonce"),
                    data(args),
                    chutes_client::management::e2e::E2eInvokeParams { e2e_path: opt(&args["headers"], "X-E2E-Path") },
                )
                .with(options),
        ),
        ("bounties", "list") => json_of(client.bounties().list().with(options)),
        ("bounties", "increase") => json_of(
            client
                .bounties()
                .increase(
                    text(&args["path"], "chute_id"),
                    chutes_client::management::bounties::BountiesIncreaseParams { boost: opt(&args["query"], "boost") },
                )
                .with(options),
        ),
        ("users", "me") => json_of(client.users().me().with(options)),
        ("users", "delete_me") => json_of(client.users().delete_me(fingerprint(args)).with(options)),
        ("users", "quotas") => json_of(client.users().quotas().with(options)),
        ("users", "quota_usage") => json_of(client.users().quota_usage(text(&args["path"], "chute_id")).with(options)),
        ("users", "subscription_usage") => json_of(client.users().subscription_usage().with(options)),
        ("users", "discounts") => json_of(client.users().discounts().with(options)),
        ("users", "price_overrides") => json_of(client.users().price_overrides().with(options)),
        ("users", "usage") => json_of(
            client
                .users()
                .usage(chutes_client::management::users::UsersUsageParams {
                    page: opt(&args["query"], "page"),
                    limit: opt(&args["query"], "limit"),
                    per_chute: opt(&args["query"], "per_chute"),
                    chute_id: opt(&args["query"], "chute_id"),
                    start_date: opt(&args["query"], "start_date"),
                    end_date: opt(&args["query"], "end_date"),
                })
                .with(options),
        ),
        ("users", "shares") => json_of(client.users().shares().with(options)),
        ("users", "balance_transfer") => json_of(
            client
                .users()
                .balance_transfer(
                    &body::<BalanceTransferArgs>(args),
                    chutes_client::management::users::UsersBalanceTransferParams { everything: flag(args, "everything") },
                )
                .with(options),
        ),
        ("users", "set_logo") => json_of(client.users().set_logo(text(&args["query"], "logo_id")).with(options)),
        ("users", "growth") => json_of(client.users().growth().with(options)),
        ("users", "login_nonce") => json_of(client.users().login_nonce().with(options)),
        ("users", "login") => json_of(client.users().login(&body::<LoginArgs>(args)).with(options)),
        ("users", "change_fingerprint") => {
            json_of(client.users().change_fingerprint(&body::<FingerprintArgs>(args), fingerprint(args)).with(options))
        }
        ("users", "change_bt_auth") => {
            json_of(client.users().change_bt_auth(&body::<WalletKeysArgs>(args), fingerprint(args)).with(options))
        }
        ("users", "name_check") => json_of(
            client
                .users()
                .name_check(
                    text(&args["query"], "username"),
                    chutes_client::management::users::UsersNameCheckParams { readonly: opt(&args["query"], "readonly") },
                )
                .with(options),
        ),
        ("users", "register") => json_of(
            client
                .users()
                .register(
                    &body::<RegistrationArgs>(args),
                    chutes_client::management::users::UsersRegisterParams { token: opt(&args["query"], "token") },
                )
                .with(options),
        ),
        ("users", "agent_register") => json_of(client.users().agent_register(&body::<AgentRegistrationArgs>(args)).with(options)),
        ("users", "agent_registration") => {
            json_of(client.users().agent_registration(text(&args["path"], "hotkey")).with(options))
        }
        ("users", "agent_setup") => {
            json_of(client.users().agent_setup(text(&args["path"], "user_id"), &body::<AgentSetupArgs>(args)).with(options))
        }
        ("api_keys", "list") => json_of(
            client
                .api_keys()
                .list(chutes_client::management::api_keys::ApiKeysListParams {
                    page: opt(&args["query"], "page"),
                    limit: opt(&args["query"], "limit"),
                })
                .with(options),
        ),
        ("api_keys", "create") => json_of(client.api_keys().create(&body::<ApiKeyArgs>(args)).with(options)),
        ("api_keys", "get") => json_of(client.api_keys().get(text(&args["path"], "api_key_id")).with(options)),
        ("api_keys", "delete") => json_of(client.api_keys().delete(text(&args["path"], "api_key_id")).with(options)),
        ("secrets", "list") => json_of(
            client
                .secrets()
                .list(chutes_client::management::secrets::SecretsListParams {
                    page: opt(&args["query"], "page"),
                    limit: opt(&args["query"], "limit"),
                })
                .with(options),
        ),
        ("secrets", "create") => json_of(client.secrets().create(&body::<SecretArgs>(args)).with(options)),
        ("secrets", "get") => json_of(client.secrets().get(text(&args["path"], "secret_id")).with(options)),
        ("secrets", "delete") => json_of(client.secrets().delete(text(&args["path"], "secret_id")).with(options)),
        ("model_aliases", "list") => json_of(client.model_aliases().list().with(options)),
        ("model_aliases", "create") => json_of(client.model_aliases().create(&body::<ModelAliasArgs>(args)).with(options)),
        ("model_aliases", "delete") => none_of(client.model_aliases().delete(text(&args["path"], "alias")).with(options)),
        ("logos", "create") => {
            json_of(client.logos().create(&LogoArgs { logo: upload(args, "logo"), ..body(args) }).with(options))
        }
        ("logos", "get") => {
            bytes_of(client.logos().get(text(&args["path"], "logo_id"), text(&args["path"], "format").as_str()).with(options))
        }
        ("oauth_apps", "list") => json_of(
            client
                .oauth_apps()
                .list(chutes_client::management::oauth_apps::OauthAppsListParams {
                    include_public: opt(&args["query"], "include_public"),
                    include_shared: opt(&args["query"], "include_shared"),
                    search: opt(&args["query"], "search"),
                    page: opt(&args["query"], "page"),
                    limit: opt(&args["query"], "limit"),
                    user_id: opt(&args["query"], "user_id"),
                })
                .with(options),
        ),
        ("oauth_apps", "create") => json_of(client.oauth_apps().create(&body::<OauthAppArgs>(args)).with(options)),
        ("oauth_apps", "get") => json_of(client.oauth_apps().get(text(&args["path"], "app_id")).with(options)),
        ("oauth_apps", "update") => {
            json_of(client.oauth_apps().update(text(&args["path"], "app_id"), &body::<OauthAppUpdateArgs>(args)).with(options))
        }
        ("oauth_apps", "delete") => json_of(client.oauth_apps().delete(text(&args["path"], "app_id")).with(options)),
        ("oauth_apps", "regenerate_secret") => {
            json_of(client.oauth_apps().regenerate_secret(text(&args["path"], "app_id")).with(options))
        }
        ("oauth_apps", "share") => {
            json_of(client.oauth_apps().share(text(&args["path"], "app_id"), &body::<OauthAppShareArgs>(args)).with(options))
        }
        ("oauth_apps", "unshare") => {
            json_of(client.oauth_apps().unshare(text(&args["path"], "app_id"), text(&args["path"], "user_id")).with(options))
        }
        ("oauth_apps", "shares") => json_of(client.oauth_apps().shares(text(&args["path"], "app_id")).with(options)),
        ("oauth_authorizations", "list") => json_of(
            client
                .oauth_authorizations()
                .list(chutes_client::management::oauth_authorizations::OauthAuthorizationsListParams {
                    page: opt(&args["query"], "page"),
                    limit: opt(&args["query"], "limit"),
                })
                .with(options),
        ),
        ("oauth_authorizations", "revoke") => {
            json_of(client.oauth_authorizations().revoke(text(&args["path"], "app_id")).with(options))
        }
        ("oauth", "scopes") => json_of(client.oauth().scopes().with(options)),
        ("oauth", "token") => json_of(client.oauth().token(&body::<OauthTokenArgs>(args)).with(options)),
        ("oauth", "revoke") => json_of(client.oauth().revoke(&body::<OauthRevokeArgs>(args)).with(options)),
        ("oauth", "introspect") => json_of(client.oauth().introspect(&body::<OauthIntrospectArgs>(args)).with(options)),
        ("oauth", "userinfo") => json_of(client.oauth().userinfo().with(options)),
        ("oauth", "discovery") => json_of(client.oauth().discovery().with(options)),
        ("pricing", "get") => json_of(client.pricing().get().with(options)),
        ("pricing", "fmv") => json_of(client.pricing().fmv().with(options)),
        ("payments", "list") => json_of(
            client
                .payments()
                .list(chutes_client::management::payments::PaymentsListParams {
                    page: opt(&args["query"], "page"),
                    limit: opt(&args["query"], "limit"),
                })
                .with(options),
        ),
        ("payments", "tao_summary") => json_of(client.payments().tao_summary().with(options)),
        ("payments", "daily_revenue") => json_of(
            client
                .payments()
                .daily_revenue(chutes_client::management::payments::PaymentsDailyRevenueParams {
                    days: opt(&args["query"], "days"),
                })
                .with(options),
        ),
        ("payments", "return_deposit") => {
            json_of(client.payments().return_deposit(&body::<DepositReturnArgs>(args)).with(options))
        }
        ("nodes", "list") => json_of(
            client
                .nodes()
                .list(chutes_client::management::nodes::NodesListParams {
                    model: opt(&args["query"], "model"),
                    hotkey: opt(&args["query"], "hotkey"),
                })
                .with(options),
        ),
        ("nodes", "list_detailed") => json_of(
            client
                .nodes()
                .list_detailed(chutes_client::management::nodes::NodesListDetailedParams {
                    model: opt(&args["query"], "model"),
                    hotkey: opt(&args["query"], "hotkey"),
                })
                .with(options),
        ),
        ("nodes", "supported") => json_of(client.nodes().supported().with(options)),
        ("nodes", "guess_vllm_config") => json_of(client.nodes().guess_vllm_config(text(&args["query"], "model")).with(options)),
        ("invocations", "usage") => json_of(client.invocations().usage().with(options)),
        ("invocations", "llm_stats") => json_of(
            client
                .invocations()
                .llm_stats(chutes_client::management::invocations::InvocationsLlmStatsParams {
                    start_date: opt(&args["query"], "start_date"),
                    end_date: opt(&args["query"], "end_date"),
                    chute_id: opt(&args["query"], "chute_id"),
                })
                .with(options),
        ),
        ("invocations", "diffusion_stats") => json_of(client.invocations().diffusion_stats().with(options)),
        ("invocations", "export") => text_of(
            client
                .invocations()
                .export(
                    int(&args["path"], "year"),
                    int(&args["path"], "month"),
                    int(&args["path"], "day"),
                    text(&args["path"], "hour_format"),
                )
                .with(options),
        ),
        ("invocations", "export_recent") => text_of(
            client
                .invocations()
                .export_recent(chutes_client::management::invocations::InvocationsExportRecentParams {
                    hotkey: opt(&args["query"], "hotkey"),
                    limit: opt(&args["query"], "limit"),
                })
                .with(options),
        ),
        ("audit", "list") => json_of(client.audit().list().with(options)),
        ("audit", "download") => bytes_of(client.audit().download(text(&args["query"], "path")).with(options)),
        ("tee", "measurements") => json_of(client.tee().measurements().with(options)),
        ("platform", "ping") => json_of(client.platform().ping().with(options)),
        ("platform", "hf_repo_info") => json_of(
            client
                .platform()
                .hf_repo_info(
                    text(&args["query"], "repo_id"),
                    chutes_client::management::platform::PlatformHfRepoInfoParams {
                        repo_type: opt(&args["query"], "repo_type"),
                        revision: opt(&args["query"], "revision"),
                        hf_token: opt(&args["query"], "hf_token"),
                    },
                )
                .with(options),
        ),
        ("models", "list") => json_of(client.models().list().with(options)),
        _ => return None,
    })
}

type Played<'a> = Pin<Box<dyn Future<Output = Outcome> + Send + 'a>>;

/// A stream, played to its end.
pub fn stream<'a>(client: &Chutes, request: &'a Value, options: CallOptions, seen: &'a Seen) -> Option<Played<'a>> {
    let args = &request["args"];
    Some(match (args["resource"].as_str()?, args["method"].as_str()?) {
        ("chutes", "warmup") => {
            Box::pin(items(request, client.chutes().warmup(text(&args["path"], "chute_id_or_name")).with(options), seen))
        }
        ("container_images", "logs") => Box::pin(lines(
            request,
            client
                .container_images()
                .logs(
                    text(&args["path"], "image_id"),
                    chutes_client::management::container_images::ContainerImagesLogsParams {
                        offset: opt(&args["query"], "offset"),
                    },
                )
                .with(options),
            seen,
        )),
        ("instances", "logs") => Box::pin(items(
            request,
            client
                .instances()
                .logs(
                    text(&args["path"], "instance_id"),
                    chutes_client::management::instances::InstancesLogsParams { backfill: opt(&args["query"], "backfill") },
                )
                .with(options),
            seen,
        )),
        ("e2e", "invoke_stream") => Box::pin(items(
            request,
            client
                .e2e()
                .invoke_stream(
                    text(&args["headers"], "X-Chute-Id"),
                    text(&args["headers"], "X-Instance-Id"),
                    text(&args["headers"], "X-E2E-Nonce"),
                    data(args),
                    chutes_client::management::e2e::E2eInvokeStreamParams { e2e_path: opt(&args["headers"], "X-E2E-Path") },
                )
                .with(options),
            seen,
        )),
        _ => return None,
    })
}

/// Every item of every page.
pub fn list_all<'a>(client: &Chutes, request: &'a Value, options: CallOptions, seen: &'a Seen) -> Option<Played<'a>> {
    let args = &request["args"];
    Some(match (args["resource"].as_str()?, args["method"].as_str()?) {
        ("chutes", "list") => Box::pin(pages(
            request,
            client
                .chutes()
                .list_all(chutes_client::management::chutes::ChutesListParams {
                    include_public: opt(&args["query"], "include_public"),
                    template: opt(&args["query"], "template"),
                    name: opt(&args["query"], "name"),
                    exclude: opt(&args["query"], "exclude"),
                    image: opt(&args["query"], "image"),
                    slug: opt(&args["query"], "slug"),
                    page: opt(&args["query"], "page"),
                    limit: opt(&args["query"], "limit"),
                    offset: opt(&args["query"], "offset"),
                    include_schemas: opt(&args["query"], "include_schemas"),
                })
                .with(options),
            seen,
        )),
        ("container_images", "list") => Box::pin(pages(
            request,
            client
                .container_images()
                .list_all(chutes_client::management::container_images::ContainerImagesListParams {
                    include_public: opt(&args["query"], "include_public"),
                    name: opt(&args["query"], "name"),
                    tag: opt(&args["query"], "tag"),
                    page: opt(&args["query"], "page"),
                    limit: opt(&args["query"], "limit"),
                })
                .with(options),
            seen,
        )),
        ("users", "usage") => Box::pin(pages(
            request,
            client
                .users()
                .usage_all(chutes_client::management::users::UsersUsageParams {
                    page: opt(&args["query"], "page"),
                    limit: opt(&args["query"], "limit"),
                    per_chute: opt(&args["query"], "per_chute"),
                    chute_id: opt(&args["query"], "chute_id"),
                    start_date: opt(&args["query"], "start_date"),
                    end_date: opt(&args["query"], "end_date"),
                })
                .with(options),
            seen,
        )),
        ("api_keys", "list") => Box::pin(pages(
            request,
            client
                .api_keys()
                .list_all(chutes_client::management::api_keys::ApiKeysListParams {
                    page: opt(&args["query"], "page"),
                    limit: opt(&args["query"], "limit"),
                })
                .with(options),
            seen,
        )),
        ("secrets", "list") => Box::pin(pages(
            request,
            client
                .secrets()
                .list_all(chutes_client::management::secrets::SecretsListParams {
                    page: opt(&args["query"], "page"),
                    limit: opt(&args["query"], "limit"),
                })
                .with(options),
            seen,
        )),
        ("oauth_apps", "list") => Box::pin(pages(
            request,
            client
                .oauth_apps()
                .list_all(chutes_client::management::oauth_apps::OauthAppsListParams {
                    include_public: opt(&args["query"], "include_public"),
                    include_shared: opt(&args["query"], "include_shared"),
                    search: opt(&args["query"], "search"),
                    page: opt(&args["query"], "page"),
                    limit: opt(&args["query"], "limit"),
                    user_id: opt(&args["query"], "user_id"),
                })
                .with(options),
            seen,
        )),
        ("oauth_authorizations", "list") => Box::pin(pages(
            request,
            client
                .oauth_authorizations()
                .list_all(chutes_client::management::oauth_authorizations::OauthAuthorizationsListParams {
                    page: opt(&args["query"], "page"),
                    limit: opt(&args["query"], "limit"),
                })
                .with(options),
            seen,
        )),
        ("payments", "list") => Box::pin(pages(
            request,
            client
                .payments()
                .list_all(chutes_client::management::payments::PaymentsListParams {
                    page: opt(&args["query"], "page"),
                    limit: opt(&args["query"], "limit"),
                })
                .with(options),
            seen,
        )),
        _ => return None,
    })
}
