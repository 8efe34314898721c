//! Options of the protocol as options of the client.

use chutes_client::testing::{Seam, VirtualClock};
use chutes_client::{AuthMode, CallOptions, Chutes, Endpoints, Error, Limit, OnRestart, Ready, Value, Via};
use std::time::Duration;

pub struct Session {
    pub client: Chutes,
    pub clock: Option<VirtualClock>,
}

/// Makes the client of a call, with exactly the variables of the call set while it is made.
pub fn session(request: &Value) -> Result<Session, Error> {
    let known: Vec<(String, String)> = std::env::vars().filter(|(n, _)| n.starts_with("CHUTES_")).collect();
    let given = request["env"].as_object().cloned().unwrap_or_default();
    // SAFETY: the runner keeps no other call open while the environment matters, and nothing else here reads it.
    known.iter().for_each(|(name, _)| unsafe { std::env::remove_var(name) });
    given.iter().for_each(|(name, value)| unsafe { std::env::set_var(name, value.as_str().unwrap_or("")) });
    let made = make(request);
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
    let urls = &request["endpoints"];
    let url = |name: &str| urls[name].as_str().map(str::to_owned);
    builder = builder.endpoints(Endpoints {
        api: url("api"),
        llm: url("llm"),
        image: url("image"),
        embed: url("embed"),
        chute: url("chute"),
    });
    if let Some(base) = request["base_url"].as_str() {
        builder = builder.base_url(base);
    }
    let client = &request["client"];
    let mut options = call_options(client);
    for (name, value) in client["headers"].as_object().into_iter().flatten() {
        options = options.extra_header(name, value.as_str().unwrap_or(""));
    }
    if let Some(limit) = limit(client, "connect_timeout_ms") {
        builder = builder.connect_timeout(limit);
    }
    if let Some(pem) = client["ca_pem"].as_str() {
        builder = builder.ca_pem(pem);
    }
    builder = builder.retry_budget(client["retry_budget"].as_bool().unwrap_or(false)).options(options);
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
    Ok(Session { client: builder.seam(seam).build()?, clock })
}

fn limit(from: &Value, name: &str) -> Option<Limit> {
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
