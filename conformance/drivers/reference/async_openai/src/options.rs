//! What a request asks of the client, in this SDK's words.

use std::time::Duration;

use async_openai::Client;
use async_openai::config::OpenAIConfig;
use async_openai::error::OpenAIError;
use async_openai::middleware::{ReqwestService, retry::OpenAIRetryLayer};
use async_openai::traits::RequestOptionsBuilder;
use serde::Deserialize;
use serde_json::{Map, Value};

use crate::Stop;

pub type Api = Client<OpenAIConfig>;
type Fields = Map<String, Value>;

const OPS: [&str; 8] = [
    "chat.create",
    "chat.stream",
    "completions.create",
    "completions.stream",
    "embeddings.create",
    "models.list",
    "images.generate",
    "error.repr",
];
const CLIENT_OPTIONS: [&str; 7] =
    ["max_retries", "timeout_ms", "first_byte_timeout_ms", "connect_timeout_ms", "idle_timeout_ms", "headers", "ca_pem"];
const CALL_OPTIONS: [&str; 2] = ["extra_headers", "extra_query"];

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct StopAt {
    pub after_chunks: u64,
    pub after_ms: Option<f64>,
    pub before_iterate: bool,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Auth {
    api_key: Option<String>,
    mode: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Request {
    pub seq: u64,
    pub op: String,
    endpoints: Fields,
    base_url: String,
    auth: Auth,
    env: Fields,
    client: Fields,
    options: Fields,
    pub args: Value,
    pub consume: String,
    pub stop: StopAt,
    pub session: String,
    pub repeat: usize,
    pub parallel: usize,
    clock: String,
    report: bool,
}

/// The reason why this guest cannot play a call, if there is one.
pub fn refuse_unknown(request: &Request) -> Result<(), String> {
    let refused = [
        (!OPS.contains(&request.op.as_str()), format!("no {}", request.op)),
        (request.clock == "virtual", "no virtual clock".into()),
        (!matches!(request.auth.mode.as_str(), "" | "bearer"), "Bearer only".into()),
        (!request.env.is_empty(), "reads other variables".into()),
        (request.report, "no report of the response".into()),
        (request.consume == "final", "no final() of a stream".into()),
    ];
    if let Some((_, reason)) = refused.into_iter().find(|(yes, _)| *yes) {
        return Err(reason);
    }
    if let Some(name) = request.client.keys().find(|n| !CLIENT_OPTIONS.contains(&n.as_str())) {
        return Err(format!("no option {name}"));
    }
    match request.options.keys().find(|n| !CALL_OPTIONS.contains(&n.as_str())) {
        Some(name) => Err(format!("no call option {name}")),
        None => Ok(()),
    }
}

fn base_url(request: &Request) -> String {
    let (host, suffix) = match request.op.as_str() {
        "embeddings.create" => ("embed", "/v1"),
        "images.generate" => ("image", "/v1"),
        _ => ("llm", ""),
    };
    if request.base_url.is_empty() {
        return format!("{}{suffix}", request.endpoints.get(host).and_then(Value::as_str).unwrap_or_default());
    }
    format!("{}/{host}/v1", request.base_url.trim_end_matches('/'))
}

/// The client, its HTTP client made with the waits that were asked for: this SDK has none of its own.
pub fn client(request: &Request) -> Result<Api, Stop> {
    let wait = |name: &str| match request.client.get(name).and_then(Value::as_f64) {
        Some(ms) if ms < 0.0 => Err(Stop::Skip("a Duration is never negative".into())),
        ms => Ok(ms.map(|ms| Duration::from_secs_f64(ms / 1000.0))),
    };
    let mut http = reqwest::Client::builder();
    if let Some(limit) = wait("timeout_ms")? {
        http = http.timeout(limit);
    }
    if let Some(limit) = wait("connect_timeout_ms")? {
        http = http.connect_timeout(limit);
    }
    if let Some(limit) = [wait("idle_timeout_ms")?, wait("first_byte_timeout_ms")?].into_iter().flatten().min() {
        http = http.read_timeout(limit);
    }
    if let Some(pem) = request.client.get("ca_pem").and_then(Value::as_str) {
        http = http.tls_certs_merge(reqwest::Certificate::from_pem_bundle(pem.as_bytes()).map_err(OpenAIError::Reqwest)?);
    }
    let http = http.build().map_err(OpenAIError::Reqwest)?;
    let mut config = OpenAIConfig::new().with_api_base(base_url(request));
    if let Some(key) = &request.auth.api_key {
        config = config.with_api_key(key);
    }
    for (name, value) in request.client.get("headers").and_then(Value::as_object).into_iter().flatten() {
        let name = reqwest::header::HeaderName::try_from(name).map_err(|e| OpenAIError::InvalidArgument(e.to_string()))?;
        config = config.with_header(name, value.as_str().unwrap_or_default())?;
    }
    let api = Client::with_config(config).with_http_client(http.clone());
    let Some(retries) = request.client.get("max_retries") else { return Ok(api) };
    let Some(retries) = retries.as_u64() else { return Err(Stop::Skip("retries are unsigned".into())) };
    let service = tower::ServiceBuilder::new().layer(OpenAIRetryLayer::new(retries as usize)).service(ReqwestService::new(http));
    Ok(api.with_http_service(service))
}

/// The per-call options this SDK has: headers and query.
pub fn per_call<T: RequestOptionsBuilder>(mut group: T, request: &Request) -> Result<T, Stop> {
    for (name, value) in request.options.get("extra_headers").and_then(Value::as_object).into_iter().flatten() {
        let name = reqwest::header::HeaderName::try_from(name).map_err(|e| OpenAIError::InvalidArgument(e.to_string()))?;
        group = group.header(name, value.as_str().unwrap_or_default())?;
    }
    if let Some(query) = request.options.get("extra_query") {
        group = group.query(query)?;
    }
    Ok(group)
}
