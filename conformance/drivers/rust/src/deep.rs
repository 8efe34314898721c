//! Helpers, signing and sign-in: one public function of the client per op of the protocol.

use crate::management::{file_of, text};
use crate::ops::{End, Outcome, Seen, typed};
use crate::options::{Session, call_options, limit};
use crate::shapes;
use chutes_client::hotkey::{Hotkey, verify};
use chutes_client::{
    BuildArgs, BuildParams, CallOptions, DeployParams, DownloadParams, Error, JobCreateParams, JobWaitParams, Token, Value,
    WaitBuiltParams, WaitReadyParams, WarmupProgress, job_state, json, predict_chute_id, predict_image_id, predict_version,
};
use std::sync::{Arc, Mutex};

/// Tells each item to the report of the call.
fn items<T>(seen: &Arc<Seen>, show: impl Fn(&T) -> Value + Send + 'static) -> impl FnMut(&T) + Send + 'static {
    let seen = seen.clone();
    move |item| seen.add("item", "item", show(item))
}

pub async fn play(request: &Value, session: &Session, seen: &Arc<Seen>) -> Outcome {
    let (args, options) = (&request["args"], call_options(&request["options"]));
    match request["op"].as_str().unwrap_or("") {
        "chutes.deploy" => deploy(args, session, options).await,
        "chutes.wait_ready" => wait_ready(args, session, options, seen).await,
        "chutes.predict" => Ok(End::Final(predict(args))),
        "container_images.build" => build(args, session, options, seen).await,
        "container_images.wait_built" => wait_built(args, session, options, seen).await,
        "jobs.create" => {
            let params = JobCreateParams { disk_gb: args["disk_gb"].as_f64() };
            let given = if args["args"].is_null() { json!({}) } else { args["args"].clone() };
            let run = session.client.jobs().create(text(args, "chute"), text(args, "method"), &given, params);
            Ok(End::Final(json!(*run.with(options).await?)))
        }
        "jobs.wait" => wait(args, session, options, seen).await,
        "jobs.download" => download(args, session, options).await,
        "hotkey.sign" => {
            let key = Hotkey::from_seed(text(args, "seed"))?;
            let signature = key.sign(text(args, "message"));
            let public_key: String = key.public_key().iter().map(|b| format!("{b:02x}")).collect();
            Ok(End::Final(json!({"address": key.address(), "public_key": public_key, "signature": signature})))
        }
        "hotkey.verify" => {
            let valid = verify(&text(args, "address"), text(args, "message"), &text(args, "signature"));
            Ok(End::Final(json!({"valid": valid})))
        }
        name if name.starts_with("oauth.") => oauth(name, request, session, options).await,
        _ => Ok(End::Skip("unknown op")),
    }
}

async fn deploy(args: &Value, session: &Session, options: CallOptions) -> Outcome {
    let params = DeployParams { accept_fee: args["accept_fee"] == true, force: args["force"] == true };
    let done = session.client.chutes().deploy(&typed(&args["body"], &[]), params).with(options).await?;
    Ok(End::Final(json!({"status": done.status.as_str(), "chute": *done.chute})))
}

async fn wait_ready(args: &Value, session: &Session, options: CallOptions, seen: &Arc<Seen>) -> Outcome {
    let mut params = WaitReadyParams::new().on_progress(items(seen, |heard| match heard {
        WarmupProgress::Event(event) => json!(event),
        WarmupProgress::Status(status) => json!(status),
        _ => Value::Null,
    }));
    if let Some(longest) = limit(args, "timeout_ms") {
        params = params.timeout(longest);
    }
    if let Some(interval) = limit(args, "poll_interval_ms") {
        params = params.poll_interval(interval);
    }
    Ok(End::Final(json!(session.client.chutes().wait_ready(text(args, "ref"), params).with(options).await?)))
}

fn predict(args: &Value) -> Value {
    let (username, image, code) = (text(args, "username"), &args["image"], &args["code"]);
    let mut out = json!({});
    if let Some(name) = args["name"].as_str() {
        out["chute_id"] = json!(predict_chute_id(&username, name));
    }
    if image.is_object() {
        out["image_id"] = json!(predict_image_id(&username, &text(image, "name"), &text(image, "tag")));
    }
    if let Some(code) = code.as_str() {
        out["version"] = json!(predict_version(&text(args, "image_id"), &text(args, "patch_version"), code));
    }
    out
}

async fn build(args: &Value, session: &Session, options: CallOptions, seen: &Arc<Seen>) -> Outcome {
    let given = |name: &str| args[name].as_str().map(str::to_owned);
    let wanted = BuildArgs {
        name: text(args, "name"),
        tag: text(args, "tag"),
        dockerfile: text(args, "dockerfile"),
        context: args.get("context").filter(|c| c.is_object()).map(|c| file_of(c, "context.zip")),
        readme: given("readme"),
        logo_id: given("logo_id"),
        public: args["public"] == true,
        username: given("username"),
        image: given("image"),
    };
    let mut params = BuildParams::new().on_log(items(seen, |event| json!(event)));
    if let Some(longest) = limit(args, "timeout_ms") {
        params = params.timeout(longest);
    }
    if let Some(wait) = args["wait"].as_bool() {
        params = params.wait(wait);
    }
    Ok(End::Final(json!(*session.client.container_images().build(wanted, params).with(options).await?)))
}

async fn wait_built(args: &Value, session: &Session, options: CallOptions, seen: &Arc<Seen>) -> Outcome {
    let mut params = WaitBuiltParams::new().on_log(items(seen, |event| json!(event)));
    if let Some(offset) = args["offset"].as_str() {
        params = params.offset(offset);
    }
    if let Some(longest) = limit(args, "timeout_ms") {
        params = params.timeout(longest);
    }
    Ok(End::Final(json!(*session.client.container_images().wait_built(text(args, "image_id"), params).with(options).await?)))
}

async fn wait(args: &Value, session: &Session, options: CallOptions, seen: &Arc<Seen>) -> Outcome {
    let mut params = JobWaitParams::new().on_progress(items(seen, |run| json!({"state": job_state(run).as_str()})));
    if let Some(longest) = limit(args, "timeout_ms") {
        params = params.timeout(longest);
    }
    if let Some(interval) = limit(args, "poll_interval_ms") {
        params = params.poll_interval(interval);
    }
    let run = session.client.jobs().wait(text(args, "job_id"), params).with(options).await?;
    let mut out = json!(*run);
    out["state"] = json!(job_state(&run).as_str());
    Ok(End::Final(out))
}

/// Always tells what is left in the folder.
async fn download(args: &Value, session: &Session, options: CallOptions) -> Outcome {
    let folder = shapes::folder();
    let out = folder.join("out.bin");
    if let Some(text) = args["existing"].as_str() {
        std::fs::write(&out, text).expect("a temporary file");
    }
    let to = match args["to"].as_str() {
        Some("directory") => folder.clone(),
        Some("missing") => folder.join("gone").join("out.bin"),
        _ => out.clone(),
    };
    let progress = Arc::new(Mutex::new((0u64, 0u64, None)));
    let heard = progress.clone();
    let params = DownloadParams::new().on_progress(move |received, total| {
        let mut heard = heard.lock().unwrap();
        *heard = (heard.0 + 1, received, total);
    });
    let done = session.client.jobs().download(text(args, "job_id"), text(args, "file_id"), to, params).with(options).await;
    let mut result = json!({});
    if let Ok(path) = &done {
        let bytes = std::fs::read(path).expect("the file that was told");
        let (calls, received, total) = *progress.lock().unwrap();
        result = json!({
            "name": path.file_name().map(|n| n.to_string_lossy()), "length": bytes.len(), "sha256": shapes::sha256(&bytes),
            "progress": {"calls": calls, "received": received, "total": total},
        });
    }
    let entries = std::fs::read_dir(&folder).expect("the temporary folder").flatten();
    let mut left: Vec<String> = entries.map(|e| e.file_name().to_string_lossy().into_owned()).collect();
    left.sort();
    result["left"] = json!(left);
    if let Some(text) = args["existing"].as_str().filter(|text| std::fs::read_to_string(&out).is_ok_and(|now| now == *text)) {
        result["kept"] = json!(text);
    }
    let _ = std::fs::remove_dir_all(folder);
    Ok(match done {
        Ok(_) => End::Final(result),
        Err(error) => End::Both(result, error),
    })
}

fn token(token: &Token) -> Value {
    json!({
        "access_token": token.access_token, "refresh_token": token.refresh_token, "expires_at": token.expires_at,
        "scope": token.scope, "token_type": token.token_type,
    })
}

async fn oauth(name: &str, request: &Value, session: &Session, options: CallOptions) -> Outcome {
    let args = &request["args"];
    let app = session.oauth(request, args)?;
    Ok(End::Final(match name {
        "oauth.authorize_url" => {
            let scopes: Vec<&str> = args["scopes"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
            let extra: Vec<(&str, &str)> =
                args["extra"].as_object().into_iter().flatten().map(|(n, v)| (n.as_str(), v.as_str().unwrap_or(""))).collect();
            let begun = app.authorize_url_with(&scopes, args["state"].as_str(), &extra)?;
            json!({"url": begun.url, "state": begun.state, "code_verifier": begun.code_verifier})
        }
        "oauth.exchange" => token(&app.exchange(text(args, "code"), text(args, "code_verifier")).with(options).await?),
        "oauth.refresh" => token(&app.refresh(text(args, "refresh_token")).with(options).await?),
        "oauth.revoke" => {
            app.revoke(text(args, "token")).with(options).await?;
            Value::Null
        }
        _ => return Ok(End::Skip("unknown op")),
    }))
}

/// The error's texts and the client's.
pub fn texts(error: &Error, session: &Session) -> Value {
    let client = &session.client;
    json!({"strings": [
        error.to_string(), format!("{error:?}"), format!("{error:#?}"), format!("{client:?}"), format!("{client:#?}"),
    ]})
}
