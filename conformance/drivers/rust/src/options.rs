//! Options of the protocol as options of the client.

use crate::shapes::{Heard, hooks};
use chutes_client::auth::{Auth, hotkey};
use chutes_client::hotkey::Hotkey;
use chutes_client::testing::{Seam, VirtualClock};
use chutes_client::{
    AuthMode, CallOptions, ChuteClient, Chutes, ChutesBuilder, Endpoints, Error, Limit, OAuth, OnRestart, Rate, Ready, Token,
    Value, Via, json,
};
use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

pub struct Session {
    pub client: Chutes,
    pub clock: Option<VirtualClock>,
    seam: Seam,
    /// What the callback of the provider was told since the last answer.
    pub tokens: Tokens,
    /// What the hooks were told since the last answer.
    pub heard: Heard,
    /// One handle per reference, so that a look-up and its cords are kept.
    pub handles: Mutex<HashMap<String, ChuteClient>>,
}

type Tokens = Arc<Mutex<Vec<Value>>>;

impl Session {
    /// The sign-in of a call's app, at the call's hosts and clock.
    pub fn oauth(&self, request: &Value, app: &Value) -> Result<OAuth, Error> {
        sign_in(request, app, &self.seam)
    }

    /// This session on a client that its own one makes with other options.
    pub fn derived(&self, given: &Value) -> Result<Session, Error> {
        Ok(Session {
            client: self.client.with_options(client_wide(given))?,
            clock: self.clock.clone(),
            seam: self.seam.clone(),
            tokens: self.tokens.clone(),
            heard: self.heard.clone(),
            handles: Mutex::default(),
        })
    }
}

/// The options of a call that a client may have, too, and its headers.
fn client_wide(client: &Value) -> CallOptions {
    let named = client["headers"].as_object().into_iter().flatten();
    named.fold(call_options(client), |options, (name, value)| options.extra_header(name, value.as_str().unwrap_or("")))
}

/// Makes the client of a call, with exactly the variables of the call set while it is made.
pub fn session(request: &Value) -> Result<Session, Error> {
    let known: Vec<(String, String)> = std::env::vars().filter(|(n, _)| n.starts_with("CHUTES_")).collect();
    let mut given = request["env"].as_object().cloned().unwrap_or_default();
    let config = request["auth"]["config"].as_str().map(|text| {
        let folder = crate::shapes::folder();
        let path = folder.join("config.ini");
        std::fs::write(&path, text).expect("a temporary file");
        given.insert("CHUTES_CONFIG_PATH".to_owned(), json!(path));
        folder
    });
    // SAFETY: the runner keeps no other call open while the environment matters, and nothing else here reads it.
    known.iter().for_each(|(name, _)| unsafe { std::env::remove_var(name) });
    given.iter().for_each(|(name, value)| unsafe { std::env::set_var(name, value.as_str().unwrap_or("")) });
    let made = make(request);
    config.map(std::fs::remove_dir_all);
    given.keys().for_each(|name| unsafe { std::env::remove_var(name) });
    known.iter().for_each(|(name, value)| unsafe { std::env::set_var(name, value) });
    made
}

fn make(request: &Value) -> Result<Session, Error> {
    let mut builder = Chutes::builder();
    let auth = &request["auth"];
    if let Some(key) = auth["api_key"].as_str() {
        builder = builder.api_key(key);
    }
    builder = builder.auth_mode(match auth["mode"].as_str() {
        Some("x-api-key") => AuthMode::XApiKey,
        _ => AuthMode::Bearer,
    });
    builder = addressed(request, builder);
    let client = &request["client"];
    if let Some(limit) = limit(client, "connect_timeout_ms") {
        builder = builder.connect_timeout(limit);
    }
    if let Some(pem) = client["ca_pem"].as_str() {
        builder = builder.ca_pem(pem);
    }
    builder = match &client["rate_limit_per_minute"] {
        Value::Null => builder,
        rate if *rate == "auto" => builder.rate_limit_per_minute(Rate::Auto),
        rate => builder.rate_limit_per_minute(rate.as_f64().unwrap_or(f64::NAN)),
    };
    if let Some(most) = client["max_concurrency"].as_i64() {
        builder = builder.max_concurrency(most);
    }
    let heard = Heard::default();
    if !request["hooks"].is_null() {
        builder = builder.hooks(hooks(&heard, request["hooks"] == "fail"));
    }
    builder = builder.retry_budget(client["retry_budget"].as_bool().unwrap_or(false)).options(client_wide(client));
    let mut clock = None;
    let mut seam = Seam::default();
    if request["clock"] == "virtual" {
        let made = request["now_ms"].as_f64().map_or_else(VirtualClock::starting_now, |ms| VirtualClock::new(ms / 1000.0));
        seam = made.seam();
        clock = Some(made);
    }
    if let Some(fixed) = request["random"].as_f64() {
        seam = seam.with_random(move || fixed);
    }
    let tokens = Tokens::default();
    let real = || SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs_f64();
    let now = clock.as_ref().map_or_else(real, VirtualClock::now);
    if let Some(auth) = signer(request, &seam, now, &tokens)? {
        builder = builder.auth(auth);
    }
    Ok(Session { client: builder.seam(seam.clone()).build()?, clock, seam, tokens, heard, handles: Mutex::default() })
}

/// The addresses of a call.
fn addressed(request: &Value, mut builder: ChutesBuilder) -> ChutesBuilder {
    let urls = &request["endpoints"];
    let url = |name: &str| urls[name].as_str().map(str::to_owned);
    let (api, llm, image, embed, chute) = (url("api"), url("llm"), url("image"), url("embed"), url("chute"));
    builder = builder.endpoints(Endpoints { api, llm, image, embed, chute });
    match request["base_url"].as_str() {
        Some(base) => builder.base_url(base),
        None => builder,
    }
}

fn sign_in(request: &Value, app: &Value, seam: &Seam) -> Result<OAuth, Error> {
    let mut builder = OAuth::builder(app["client_id"].as_str().unwrap_or(""));
    if let Some(secret) = app["client_secret"].as_str() {
        builder = builder.client_secret(secret);
    }
    if let Some(uri) = app["redirect_uri"].as_str() {
        builder = builder.redirect_uri(uri);
    }
    builder.client(addressed(request, Chutes::builder().seam(seam.clone()))).build()
}

/// A hotkey, that of the configuration file, or a token that renews itself.
fn signer(request: &Value, seam: &Seam, now: f64, tokens: &Tokens) -> Result<Option<Arc<dyn Auth>>, Error> {
    let auth = &request["auth"];
    Ok(Some(match auth["mode"].as_str() {
        Some("hotkey") => hotkey(Hotkey::from_seed(auth["seed"].as_str().unwrap_or(""))?),
        Some("hotkey-config") => hotkey(Hotkey::from_config(None)?),
        Some("oauth") => {
            let mut first = auth["token"].clone();
            let left = first["expires_in_ms"].as_f64().unwrap_or(0.0) / 1000.0;
            first["expires_at"] = json!(now + left);
            let first: Token = serde_json::from_value(first).expect("the token of the case");
            let (tokens, begun) = (tokens.clone(), Instant::now());
            let failures = match auth["store"].as_str() {
                Some("fail") => usize::MAX,
                Some("fail-once") => 1,
                _ => 0,
            };
            let left = Arc::new(AtomicUsize::new(failures));
            sign_in(request, auth, seam)?.provider_with(first, move |made| {
                let t = begun.elapsed().as_secs_f64() * 1000.0;
                let (access, refresh) = (made.access_token, made.refresh_token);
                tokens.lock().unwrap().push(json!({"t": t, "k": "token", "access_token": access, "refresh_token": refresh}));
                let fails = left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |n| n.checked_sub(1)).is_ok();
                async move { if fails { Err("the token could not be stored") } else { Ok(()) } }
            })
        }
        _ => return Ok(None),
    }))
}

pub fn limit(from: &Value, name: &str) -> Option<Limit> {
    match from.get(name)? {
        Value::Null => Some(Limit::from(None::<Duration>)),
        value => value.as_f64().map(|ms| Limit::from(ms / 1000.0)),
    }
}

/// The options that a client and a call share.
pub fn call_options(from: &Value) -> CallOptions {
    let mut out = CallOptions::new();
    if let Some(l) = limit(from, "timeout_ms") {
        out = out.timeout(l);
    }
    if let Some(l) = limit(from, "first_byte_timeout_ms") {
        out = out.first_byte_timeout(l);
    }
    if let Some(l) = limit(from, "idle_timeout_ms") {
        out = out.idle_timeout(l);
    }
    if let Some(l) = limit(from, "deadline_ms") {
        out = out.deadline(l);
    }
    if let Some(n) = from["max_retries"].as_i64() {
        out = out.max_retries(n);
    }
    for (name, value) in from["extra_headers"].as_object().into_iter().flatten() {
        out = out.extra_header(name, value.as_str().unwrap_or(""));
    }
    for (name, value) in from["extra_query"].as_object().into_iter().flatten() {
        out = out.extra_query(name, value.as_str().map_or_else(|| value.to_string(), str::to_owned));
    }
    for (name, value) in from["extra_body"].as_object().into_iter().flatten() {
        out = out.extra_body(name, value.clone());
    }
    match from["on_restart"].as_str() {
        Some("discard") => out = out.on_restart(OnRestart::Discard),
        Some("error") => out = out.on_restart(OnRestart::Error),
        _ => {}
    }
    if from["via"] == "api" {
        out = out.via(Via::Api);
    }
    if from["ready"] == "wait" {
        out = out.ready(Ready::Wait);
    }
    if let Some(bytes) = from["max_event_bytes"].as_u64() {
        out = out.max_event_bytes(bytes as usize);
    }
    out
}
