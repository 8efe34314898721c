//! Every resource of an account, with results read by their typed fields. Runs against the local platform: see the README.

use chutes_client::types::{
    ApiKeyAction, ApiKeyArgs, ApiKeyObject, ApiKeyScopeArgs, BalanceTransferArgs, ChuteArgs, Cord, LogoArgs, ModelAliasArgs,
    NodeSelector, OauthAppArgs, OauthAppUpdateArgs, OauthIntrospectArgs, QuotaLimit, Quotas, SecretArgs, ShareArgs,
};
use chutes_client::{
    BuildArgs, BuildParams, Chutes, DeployParams, DownloadParams, JobCreateParams, JobWaitParams, Patch, Upload, WaitReadyParams,
    job_state, json, management,
};
use management::chutes::ChutesListParams;
use management::instances::InstancesLogsParams;
use management::invocations::{InvocationsExportRecentParams, InvocationsLlmStatsParams};
use management::payments::PaymentsListParams;
use management::users::{UsersBalanceTransferParams, UsersUsageParams};
use std::time::{SystemTime, UNIX_EPOCH};

type Done = Result<(), Box<dyn std::error::Error>>;

/// A name that no earlier run has taken.
fn fresh() -> String {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    format!("every-{:x}", since.as_micros())
}

async fn people_and_money(client: &Chutes) -> Done {
    let me = client.users().me().await?;
    // The defaults of the platform, or what this account has been given: two shapes of one value.
    let limit = match &*client.users().quotas().await? {
        Quotas::Defaults(defaults) => defaults.get("*").copied(),
        Quotas::Rows(rows) => rows.iter().find(|row| row.chute_id.as_deref() == Some("*")).and_then(|row| row.quota),
        _ => None,
    };
    let usage = client.users().quota_usage("*").await?;
    let quota = match &usage.quota {
        Some(QuotaLimit::Count(calls)) => calls.to_string(),
        Some(QuotaLimit::Word(word)) => word.clone(),
        _ => "unknown".to_owned(),
    };
    println!("users: {:?}, balance {:?}, limit {limit:?}, {quota} calls a day", me.username, me.balance);
    let mut buckets = client.users().usage_all(UsersUsageParams { limit: Some(50), ..Default::default() });
    let mut spent = 0.0;
    while let Some(bucket) = buckets.next_item().await {
        spent += bucket?.amount.unwrap_or(0.0);
    }
    let window = client.users().subscription_usage().await?.into_inner().four_hour;
    println!("users: spent {spent:.2}, left of four hours {:?}", window.and_then(|window| window.remaining));
    let all = BalanceTransferArgs { user_id: me.user_id.clone(), ..Default::default() };
    let refused = client.users().balance_transfer(&all, UsersBalanceTransferParams { everything: false }).await;
    println!("users: {}", refused.map_or_else(|error| error.message().to_owned(), |_| "sent".to_owned()));

    let price = client.pricing().get().await?;
    let gpus = price.gpu_price_estimates.as_ref().map_or(0, |gpus| gpus.len());
    println!("pricing: 1 TAO is {:?} USD, {gpus} GPUs, {:?}", price.tao_usd, *client.pricing().fmv().await?);
    for payment in &client.payments().list(PaymentsListParams { limit: Some(2), ..Default::default() }).await?.items {
        println!("payments: {:?} USD at {:?}", payment.usd_amount, payment.timestamp.as_ref().and_then(|at| at.unix_seconds()));
    }
    println!("payments: {:?} in all", client.payments().tao_summary().await?.total);
    Ok(())
}

async fn keys_and_secrets(client: &Chutes) -> Done {
    let scope = ApiKeyScopeArgs {
        object_type: Some(ApiKeyObject::Chutes),
        action: Patch::Set(ApiKeyAction::Invoke),
        ..Default::default()
    };
    let wanted = ApiKeyArgs { name: fresh(), admin: Some(false), scopes: Patch::Set(vec![scope]), ..Default::default() };
    let key = client.api_keys().create(&wanted).await?;
    let shown = if key.secret_key.is_some() { "shown once" } else { "hidden" };
    println!("api_keys: {} with {} scopes, {shown}", key.api_key_id, key.scopes.len());
    println!("api_keys: deleted {:?}", client.api_keys().delete(key.api_key_id.as_str()).await?.deleted);

    let purpose = client.chutes().get("demo/echo").await?.into_inner().chute_id;
    let wanted = SecretArgs { purpose, key: "HF_TOKEN".into(), value: "a value".into(), ..Default::default() };
    let secret_id = client.secrets().create(&wanted).await?.into_inner().secret_id;
    println!("secrets: {:?}", client.secrets().get(secret_id.as_str()).await?.key);
    println!("secrets: {:?}", client.secrets().delete(secret_id).await?.status);
    Ok(())
}

/// A build, and a chute on what came of it.
async fn images_and_chutes(client: &Chutes) -> Done {
    let args = BuildArgs { name: fresh(), tag: "1.0".into(), dockerfile: "FROM python:3.12\n".into(), ..Default::default() };
    let params = BuildParams::new().timeout(60.0).on_log(|line| println!("container_images: {:?} {:?}", line.log_type, line.log));
    let image = client.container_images().build(args, params).await?;
    println!("container_images: {} {:?} {:?}", image.image_id, image.status, image.build_completed_at);

    let cord = Cord {
        method: "POST".into(),
        path: "/hi".into(),
        function: "hi".into(),
        stream: Some(false),
        public_api_path: Some("/hi".into()),
        public_api_method: Some("POST".into()),
        ..Default::default()
    };
    let hardware = NodeSelector { gpu_count: Some(1), include: Some(vec!["pro_6000".into()]), ..Default::default() };
    let wanted = ChuteArgs {
        name: fresh(),
        image: image.image_id.clone(),
        public: Some(false),
        code: "print('hello')\n".into(),
        filename: "app.py".into(),
        ref_str: "app:chute".into(),
        node_selector: hardware,
        cords: Patch::Set(vec![cord]),
        tee: Patch::Set(true),
        ..Default::default()
    };
    let made = client.chutes().deploy(&wanted, DeployParams { accept_fee: true, ..Default::default() }).await?;
    let chute = &made.chute;
    let hour = chute.current_estimated_price.as_ref().and_then(|price| price.usd.as_ref()).and_then(|usd| usd.hour);
    println!("chutes: {} {:?}, {} cords, {hour:?} USD an hour", made.status, chute.slug, chute.cords.len());
    let params = WaitReadyParams::new().timeout(60.0).on_progress(|heard| println!("chutes: {:?}", heard.status()));
    let ready = client.chutes().wait_ready(chute.chute_id.as_str(), params).await?;
    println!("chutes: {:?}, code {:?}", ready.status, *client.chutes().code(chute.chute_id.as_str()).await?);
    around_a_chute(client, &chute.chute_id).await?;
    what_runs(client, &chute.chute_id).await?;
    println!("chutes: deleted {:?}", client.chutes().delete(chute.chute_id.as_str()).await?.deleted);
    println!("container_images: deleted {:?}", client.container_images().delete(image.image_id.as_str()).await?.deleted);
    Ok(())
}

async fn around_a_chute(client: &Chutes, chute_id: &str) -> Done {
    let with = ShareArgs { chute_id_or_name: chute_id.into(), user_id_or_name: "bob".into(), ..Default::default() };
    let shared = client.chutes().share(&with).await?.into_inner().status;
    println!("chutes: {shared:?}, {} shares in all", client.users().shares().await?.len());
    let found = client.chutes().list(ChutesListParams { name: Some("every-".into()), ..Default::default() }).await?;
    println!("chutes: {} on this page, {:?} in use", found.items.len(), client.chutes().utilization().await?.len());

    let png = [b"\x89PNG\r\n\x1a\n".as_slice(), &[0; 64]].concat();
    let logo = client.logos().create(&LogoArgs { logo: Upload::from_bytes(png).filename("logo.png") }).await?;
    println!("logos: {} has {} bytes", logo.logo_id, client.logos().get(logo.logo_id.as_str(), "webp").await?.bytes.len());
    for bounty in client.bounties().list().await?.iter() {
        println!("bounties: {} for {}", bounty.bounty_amount.unwrap_or(0), bounty.chute_id);
    }
    if let Err(error) = client.bounties().increase(chute_id, Default::default()).await {
        println!("bounties: {}", error.message());
    }
    let wanted = ModelAliasArgs { alias: fresh(), chute_ids: vec![chute_id.into()], ..Default::default() };
    let alias = client.model_aliases().create(&wanted).await?;
    println!("model_aliases: {} for {:?}", alias.alias, alias.chute_ids);
    client.model_aliases().delete(alias.alias.as_str()).await?;
    Ok(())
}

async fn what_runs(client: &Chutes, chute_id: &str) -> Done {
    for instance in client.chutes().get(chute_id).await?.instances.iter().take(1) {
        println!("instances: {} active {:?}", instance.instance_id, instance.active);
        let mut log = client.instances().logs(instance.instance_id.as_str(), InstancesLogsParams { backfill: Some(10) }).await?;
        if let Some(event) = log.next_item().await {
            println!("instances: {:?}", event?.log);
        }
    }
    match client.chutes().evidence(chute_id, "ab".repeat(32)).await {
        Ok(found) => println!("instances: {} quotes", found.evidence.iter().filter(|one| !one.quote.is_empty()).count()),
        Err(error) => println!("instances: {}", error.kind()),
    }
    for session in client.encrypted_logs().sessions(chute_id).await?.iter() {
        println!("encrypted_logs: {:?} with {:?} chunks", session.instance_id, session.chunk_count);
    }
    match client.e2e().instances(chute_id).await {
        Ok(ends) => println!("e2e: {} ends for {:?} s", ends.instances.len(), ends.nonce_expires_in),
        Err(error) => println!("e2e: {}", error.kind()),
    }
    Ok(())
}

async fn jobs(client: &Chutes) -> Done {
    let run = client.jobs().create("demo/worker", "train", &json!({"epochs": 2}), JobCreateParams::default()).await?;
    let params = JobWaitParams::new().timeout(60.0).poll_interval(0.5).on_progress(|run| println!("jobs: {}", job_state(run)));
    let done = client.jobs().wait(run.job_id.as_str(), params).await?;
    for (file_id, file) in done.output_files.iter().flatten() {
        let to = std::env::temp_dir().join(fresh());
        let path = client.jobs().download(run.job_id.as_str(), file_id.as_str(), &to, DownloadParams::new()).await?;
        println!("jobs: {:?} has {} bytes", file.filename, std::fs::metadata(&path)?.len());
        std::fs::remove_file(path)?;
    }
    let ports: Vec<_> = done.port_mappings.iter().map(|port| (port.internal_port, &port.proto)).collect();
    println!("jobs: {} at {:?}, ports {ports:?}", job_state(&done), done.finished_at);
    Ok(())
}

async fn sign_in(client: &Chutes) -> Done {
    let redirect_uris = vec!["http://localhost/callback".into()];
    let app = client.oauth_apps().create(&OauthAppArgs { name: fresh(), redirect_uris, ..Default::default() }).await?;
    let secret = client.oauth_apps().regenerate_secret(app.app_id.as_str()).await?.into_inner().client_secret;
    let cleared = OauthAppUpdateArgs { description: Patch::Null, ..Default::default() };
    let changed = client.oauth_apps().update(app.app_id.as_str(), &cleared).await?;
    println!("oauth_apps: {:?}, description {:?}", app.client_id, changed.description);
    let asked = OauthIntrospectArgs {
        token: "cak_unknown".into(),
        client_id: app.client_id.clone(),
        client_secret: Some(secret),
        ..Default::default()
    };
    println!("oauth: active {:?}", client.oauth().introspect(&asked).await?.active);
    let scopes = client.oauth().scopes().await?.into_inner().scopes.unwrap_or_default();
    println!("oauth: {:?} at {}", scopes.keys().take(3).collect::<Vec<_>>(), client.oauth().discovery().await?.issuer);
    for grant in &client.oauth_authorizations().list(Default::default()).await?.items {
        println!("oauth_authorizations: {:?} may {:?}", grant.app_name, grant.scopes);
    }
    println!("oauth_apps: deleted {:?}", client.oauth_apps().delete(app.app_id.as_str()).await?.deleted);
    Ok(())
}

async fn the_platform(client: &Chutes) -> Done {
    println!("platform: {:?}", client.platform().ping().await?.message);
    println!("models: {:?}", client.models().list().await?.data.first().map(|model| &model.id));
    for (gpu, nodes) in client.nodes().list(Default::default()).await?.iter().take(2) {
        println!("nodes: {gpu}, {:?} idle", nodes.idle);
    }
    for (gpu, facts) in client.nodes().supported().await?.iter().take(2) {
        println!("nodes: {gpu} has {:?} GB", facts.memory);
    }
    let since = InvocationsLlmStatsParams { start_date: Some("2026-11-01".into()), ..Default::default() };
    for day in client.invocations().llm_stats(since).await?.iter().take(2) {
        println!("invocations: {:?} had {:?} requests at {:?} tokens/s", day.name, day.total_requests, day.average_tps);
    }
    let recent =
        client.invocations().export_recent(InvocationsExportRecentParams { limit: Some(5), ..Default::default() }).await?;
    println!("invocations: {} days, {:?}", client.invocations().usage().await?.len(), recent.lines().next());
    for entry in client.audit().list().await?.iter().take(1) {
        let report = client.audit().download(entry.path.as_deref().unwrap_or("")).await?;
        println!("audit: block {:?}, {} bytes", entry.block, report.bytes.len());
    }
    for measurement in client.tee().measurements().await?.iter() {
        println!("tee: {:?} with {:?} GPUs", measurement.name, measurement.gpu_count);
    }
    Ok(())
}

#[tokio::main]
async fn main() -> Done {
    let client = Chutes::from_env()?;
    people_and_money(&client).await?;
    keys_and_secrets(&client).await?;
    images_and_chutes(&client).await?;
    jobs(&client).await?;
    sign_in(&client).await?;
    the_platform(&client).await
}
