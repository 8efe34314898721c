//! A call from its description to its answer: URL, headers and body built once, then attempts under limits and retries.

use crate::auth::{Outgoing, check_key, is_credential, put_header};
use crate::call::{Body, Call, Credential, Host, Opened, Part, encode_body};
use crate::cancel::unless_cancelled;
use crate::client::Inner;
use crate::config::{CallOptions, check_header};
use crate::deadline::{Deadline, Limits};
use crate::download::blocking;
use crate::errors::{Error, Kind, MAX_BODY_BYTES, classify, request_id};
use crate::hooks::{Run, Waiting};
use crate::limiter::Place;
use crate::redact::{joined, redact};
use crate::retry::{Decision, Failure, Phase, State, decide};
use crate::transport::{Payload, Reply, Transport, Wire, deadline_error};
use crate::values::ResponseMeta;
use http::header::{ACCEPT, CONTENT_TYPE, HeaderName, HeaderValue, USER_AGENT};
use http::{HeaderMap, Method};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use serde::Serialize;
use serde_json::value::RawValue;
use serde_json::{Map, Value};
use std::borrow::Cow;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

/// Redirects followed at most.
pub const MAX_REDIRECTS: usize = 5;
/// Pooled connections that were closed before anything was written to them, replaced at most.
const MAX_REPLACED: usize = 4;
const UNRESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');
/// How long the body of an error is waited for.
const ERROR_BODY_TIME: Duration = Duration::from_secs(5);

/// Everything of a call that stays the same over its attempts.
struct Prepared {
    wire: Wire,
    run: Arc<Run>,
    /// The run is this call's alone.
    own: bool,
    limits: Limits,
    max_retries: u32,
    deadline: Deadline,
    /// Behind a pointer: it is handed on through many futures, each of which would have room for it.
    call: Box<Call>,
}

/// Merges fields into a JSON object, keeping the order of what is there.
pub(crate) fn merge_body(body: Vec<u8>, extra: &Map<String, Value>) -> Result<Vec<u8>, Error> {
    if extra.is_empty() {
        return Ok(body);
    }
    let fields: Fields =
        serde_json::from_slice(&body).map_err(|_| Error::config("extra_body needs a body that is a JSON object"))?;
    let mut pairs: Vec<(String, Box<RawValue>)> = fields.0;
    for (name, value) in extra {
        let raw = serde_json::value::to_raw_value(value).map_err(|e| Error::config(e.to_string()))?;
        match pairs.iter_mut().find(|(known, _)| known == name) {
            Some(pair) => pair.1 = raw,
            None => pairs.push((name.clone(), raw)),
        }
    }
    encode_body(&Fields(pairs))
}

/// An object with its order.
struct Fields(Vec<(String, Box<RawValue>)>);

impl Serialize for Fields {
    fn serialize<S: serde::Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        out.collect_map(self.0.iter().map(|(n, v)| (n, v)))
    }
}

impl<'de> serde::Deserialize<'de> for Fields {
    fn deserialize<D: serde::Deserializer<'de>>(input: D) -> Result<Fields, D::Error> {
        struct Visitor;
        impl<'de> serde::de::Visitor<'de> for Visitor {
            type Value = Fields;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: serde::de::MapAccess<'de>>(self, mut map: A) -> Result<Fields, A::Error> {
                let mut pairs = Vec::new();
                while let Some(pair) = map.next_entry()? {
                    pairs.push(pair);
                }
                Ok(Fields(pairs))
            }
        }
        input.deserialize_map(Visitor)
    }
}

/// A path parameter fit to be sent: `""`, `"."` and `".."` would address something else.
fn check_path_param(name: &str, value: &str, keep_slash: bool) -> Result<String, Error> {
    let bad = |segment: &str| matches!(segment, "." | "..");
    if value.is_empty() || bad(value) || (keep_slash && value.split('/').any(|s| bad(s) || s.is_empty())) {
        return Err(Error::config(format!("the parameter {name} must not be empty, \".\" or \"..\", nor hold such a segment")));
    }
    let escape = |segment: &str| utf8_percent_encode(segment, UNRESERVED).to_string();
    Ok(if keep_slash { value.split('/').map(escape).collect::<Vec<_>>().join("/") } else { escape(value) })
}

/// A path (or URL) that a caller wrote is sent as it reads: refused is what a URL parser or a server would fold (dots, percent-encoded
/// or behind a backslash, too), leave out or cut off.
pub(crate) fn check_path(text: &str) -> Result<(), Error> {
    let path = text.split('?').next().unwrap_or(text);
    let decoded = Cow::from(percent_decode_str(path));
    let folded = decoded.split(|b| b"/\\".contains(b)).any(|segment| matches!(segment.trim_ascii(), b"." | b".."));
    if folded || path.contains('\\') || text.contains(|c: char| c == '#' || c.is_ascii_control()) {
        let text =
            "a path must hold no . or .. segment, percent-encoded or not, no backslash, no fragment and no control character";
        return Err(Error::config(text));
    }
    Ok(())
}

fn join_path(parts: &[Part]) -> Result<String, Error> {
    let mut path = String::new();
    for part in parts {
        match part {
            Part::Lit(text) => path.push_str(text),
            Part::Raw(text) => path.push_str(text),
            Part::Param { name, value, keep_slash } => path.push_str(&check_path_param(name, value, *keep_slash)?),
        }
    }
    Ok(path)
}

fn encode_query<'a>(pairs: impl Iterator<Item = (&'a str, &'a str)>) -> String {
    let escape = |text: &'a str| utf8_percent_encode(text, UNRESERVED).to_string();
    pairs.map(|(name, value)| format!("{}={}", escape(name), escape(value))).collect::<Vec<_>>().join("&")
}

/// Scheme, host and port.
pub(crate) fn origin(url: &url::Url) -> String {
    url.origin().ascii_serialization()
}

/// Encodes the body of a call once, with its content type. Files are looked at on a thread for blocking work.
async fn encode(client: &Inner, call: &mut Call, deadline: Deadline) -> Result<Option<(Payload, HeaderValue)>, Error> {
    let extra = &call.options.body;
    let of_type = |payload, name| Ok(Some((payload, HeaderValue::from_static(name))));
    let body = match call.body.take().transpose()? {
        Some(Body::Json(json)) => {
            return of_type(Payload::Bytes(merge_body(json, extra)?.into()), "application/json");
        }
        other => other,
    };
    if !extra.is_empty() {
        return Err(Error::config("extra_body needs a call that has a JSON body"));
    }
    match body {
        None | Some(Body::Json(_)) => Ok(None),
        Some(Body::Form(form)) => of_type(Payload::Bytes(form.into()), "application/x-www-form-urlencoded"),
        Some(Body::Raw(bytes)) => of_type(Payload::Bytes(bytes), "application/octet-stream"),
        Some(Body::Parts(parts)) => {
            let seam = client.seam.clone();
            // A source of the caller's may take as long as it likes.
            let planned = in_time(deadline.remaining(client.seam.steady()), blocking(move || parts.plan(|| seam.random())));
            let plan = unless_cancelled(call.options.cancel.as_ref(), planned).await??;
            let (_, content_type) = check_header("content-type", &format!("multipart/form-data; boundary={}", plan.boundary))?;
            Ok(Some((Payload::Parts(Arc::new(plan)), content_type)))
        }
    }
}

/// Builds the request of a call once.
async fn build(client: &Inner, mut call: Box<Call>) -> Result<Prepared, Error> {
    if let Some(refused) = call.refused.take() {
        return Err(refused);
    }
    call.options = call.options.over(&client.options);
    if let Credential::Fingerprint(fingerprint) = &call.credential {
        let known = check_key(fingerprint)?.ok_or_else(|| Error::config("the fingerprint is empty"))?;
        client.secrets.add([known.clone()]);
        call.credential = Credential::Fingerprint(known);
    }
    let (begun, limits) = (client.seam.steady(), call.options.limits(call.surface, call.whole, call.endless)?);
    let body = encode(client, &mut call, Deadline::after(limits.total, begun)).await?;
    let options = &call.options;
    let base = match &call.host {
        Host::Api => client.hosts.api.as_str(),
        Host::Llm => client.hosts.llm.as_str(),
        Host::At(url) => url.as_str(),
    };
    let mut url = format!("{base}{}", join_path(&call.path)?);
    let own = call.query.iter().map(|(n, v)| (*n, v.as_str()));
    let query = encode_query(own.chain(options.query.iter().map(|(n, v)| (n.as_str(), v.as_str()))));
    if !query.is_empty() {
        url.push(if url.contains('?') { '&' } else { '?' });
        url.push_str(&query);
    }
    let url = client.transport.address(&url).ok_or_else(|| Error::config("the address of the call is no URL"))?;
    let mut headers = HeaderMap::new();
    headers.insert(USER_AGENT, HeaderValue::from_static(concat!("chutes-client-rust/", env!("CARGO_PKG_VERSION"))));
    headers.insert(ACCEPT, HeaderValue::from_static(call.accept));
    let (body, content_type) = body.unzip();
    if let Some(content_type) = content_type {
        headers.insert(CONTENT_TYPE, content_type);
    }
    for (name, value) in &call.headers {
        put_header(&mut headers, name, value)?;
    }
    for (name, value) in &options.headers {
        let (name, value) = check_header(name, value)?;
        headers.insert(name, value);
    }
    let own = call.run.is_none();
    let run = call.run.take().unwrap_or_else(|| Run::new(&client.telling, call.operation));
    let deadline = *run.deadline.get_or_init(|| Deadline::after(limits.total, begun));
    Ok(Prepared {
        wire: Wire { method: call.method.clone(), url, headers, body },
        limits,
        max_retries: call.options.retries()?,
        deadline,
        run,
        own,
        call,
    })
}

/// Plays a call: attempts until one succeeds or `decide` stops.
pub(crate) async fn execute(client: &Arc<Inner>, call: Box<Call>) -> Result<Opened, Error> {
    let prepared = build(client, call).await.map_err(|e| e.scrub(&client.secrets.all()))?;
    let (cancel, run, own) = (prepared.call.options.cancel.clone(), prepared.run.clone(), prepared.own);
    // A call of several models ends with the last of them.
    let waiting = own.then(|| Waiting::new(&run));
    let outcome = {
        // Pinned here: by value it would be held twice, here and where it is awaited.
        let work = std::pin::pin!(attempts(client, prepared));
        unless_cancelled(cancel.as_ref(), work).await
    };
    // An attempt that was under way counts once it is dropped.
    let outcome = outcome.unwrap_or_else(|stopped| Err(stopped.with_attempts(run.attempts())));
    if let Some(waiting) = waiting {
        waiting.over();
    }
    outcome.inspect_err(|error| {
        if own {
            run.end(Some(error.kind()))
        }
    })
}

async fn attempts(client: &Arc<Inner>, mut prepared: Prepared) -> Result<Opened, Error> {
    if let Some(budget) = &client.budget {
        budget.first_attempt();
    }
    let (run, mut cold) = (prepared.run.clone(), prepared.call.on_cold.take());
    let mut retries = 0;
    loop {
        let admitted = client.limiter.admit(&client.seam, prepared.deadline).await;
        let place = admitted.map_err(|e| e.with_attempts(run.attempts()).scrub(&client.secrets.all()))?;
        let (outcome, secrets) = attempt(client, &prepared, retries).await;
        let failure = match outcome {
            Ok(reply) => return Ok(opened(reply, prepared, secrets, place)),
            Err(failure) => failure,
        };
        drop(place);
        if failure.error.is_cold_start()
            && !prepared.call.successor
            && !prepared.deadline.expired(client.seam.steady())
            && let Some(warm) = cold.take()
            && warm.0(prepared.deadline.remaining(client.seam.steady())).await?
        {
            continue;
        }
        let state = State {
            method: &prepared.wire.method,
            surface: prepared.call.surface,
            idempotent: prepared.call.idempotent,
            successor: prepared.call.successor,
            max_retries: prepared.max_retries,
            retries,
            deadline: prepared.deadline,
            now: client.seam.steady(),
            budget: client.budget.as_deref(),
        };
        match decide(&failure, &state, || client.seam.random()) {
            Decision::Stop => return Err(failure.error.with_attempts(run.attempts()).scrub(&secrets)),
            Decision::Retry(wait) => {
                run.retry(failure.error.kind(), wait);
                client.seam.sleep(wait).await;
            }
        }
        retries += 1;
    }
}

fn opened(reply: Reply, prepared: Prepared, secrets: Arc<[String]>, place: Option<Place>) -> Opened {
    let (mut body, run, Call { options, model, .. }) = (reply.body, prepared.run, *prepared.call);
    body.keep(place, options.cancel.as_ref());
    let (attempts, status, headers) = (run.attempts(), reply.status, reply.headers);
    let meta = Arc::new(ResponseMeta { status, headers, attempts, history: run.history(), model, tried: run.tried() });
    Opened { meta, body, secrets, options, run }
}

/// One attempt: credential, exchange, redirects, and the error of a status; told to the hooks and the history.
async fn attempt(client: &Inner, prepared: &Prepared, retries: u32) -> (Result<Reply, Failure>, Arc<[String]>) {
    let mut wire = prepared.wire.clone();
    if retries > 0 {
        wire.headers.insert(HeaderName::from_static("x-chutes-retry-count"), HeaderValue::from(retries));
    }
    let applied = credential(client, prepared, &mut wire).await;
    let secrets = secrets_of(client, &wire.headers, &prepared.call.options.secrets);
    if let Err(error) = applied {
        // Nothing was sent: it is no attempt.
        return (Err(Failure::new(Phase::Final, error)), secrets);
    }
    let begun = prepared.run.before(&wire.method, &wire.url, prepared.call.model.as_deref());
    let outcome = follow(client, prepared, wire).await;
    let known = |id: Option<String>| id.map(|id| redact(&id, &secrets));
    match &outcome {
        Ok(reply) => {
            client.limiter.learn(&reply.headers, client.seam.steady());
            begun.after(Some(reply.status), None, || known(request_id(&reply.headers)));
        }
        Err(Failure { error, .. }) => {
            client.limiter.learn(error.headers(), client.seam.steady());
            begun.after(error.status(), Some(error.kind()), || known(error.request_id().map(str::to_owned)));
        }
    }
    (outcome, secrets)
}

/// Puts the credential on one attempt. A header of the caller wins over the credential of the client.
async fn credential(client: &Inner, prepared: &Prepared, wire: &mut Wire) -> Result<(), Error> {
    let call = &prepared.call;
    match &call.credential {
        Credential::Nobody => return Ok(()),
        Credential::Fingerprint(fingerprint) => return put_header(&mut wire.headers, "authorization", fingerprint),
        Credential::Client => {}
    }
    if call.options.headers.iter().any(|(name, _)| is_own_credential(name)) {
        return Ok(());
    }
    let place = if call.name.is_empty() { format!("{} {}", wire.method, wire.url.path()) } else { call.name.to_owned() };
    let outgoing = Outgoing {
        method: &wire.method,
        url: wire.url.as_str(),
        headers: &mut wire.headers,
        operation: &place,
        purpose: call.purpose.as_deref(),
        public: call.public,
        now: client.seam.now(),
        payload: wire.body.as_ref(),
    };
    let applied = async { client.auth.apply(outgoing).await.map_err(|e| Error::of_caller("the token provider failed", e)) };
    in_time(prepared.deadline.remaining(client.seam.steady()), applied).await
}

/// What the caller's own functions do within the time that a call has left.
async fn in_time<T>(left: Option<Duration>, work: impl Future<Output = Result<T, Error>>) -> Result<T, Error> {
    match left {
        None => work.await,
        Some(left) => tokio::time::timeout(left, work).await.unwrap_or_else(|_| Err(deadline_error())),
    }
}

/// Everything that an error of this attempt must not show.
fn secrets_of(client: &Inner, headers: &HeaderMap, own: &[String]) -> Arc<[String]> {
    let sent = ["authorization", "x-api-key"].iter().filter_map(|n| headers.get(*n)).filter_map(|v| v.to_str().ok());
    let sent = sent.map(|v| v.strip_prefix("Bearer ").unwrap_or(v));
    let sent = joined(&client.secrets.all(), sent.chain(own.iter().map(String::as_str)));
    joined(&sent, client.auth.secrets())
}

/// Sends, and follows the redirects that may be followed.
async fn follow(client: &Inner, prepared: &Prepared, mut wire: Wire) -> Result<Reply, Failure> {
    let mut hops = 0;
    loop {
        let mut reply = send(client, prepared, &wire).await?;
        match reply.status {
            200..=299 => return Ok(reply),
            301..=303 | 307 | 308 => {
                let next = redirect(&client.transport, &reply, &wire, hops)
                    .map_err(|e| Failure::new(Phase::Final, e.with_answer(reply.status, &reply.headers)));
                reply.body.read_some(MAX_BODY_BYTES, Duration::from_millis(100)).await;
                wire = next?;
                hops += 1;
            }
            status => {
                let left = prepared.deadline.clip(prepared.limits.idle, client.seam.steady());
                let longest = left.map_or(ERROR_BODY_TIME, |l| l.min(ERROR_BODY_TIME));
                let body = reply.body.read_some(MAX_BODY_BYTES, longest).await;
                let error = unsigned(classify(status, &reply.headers, body, client.seam.now()), prepared, &wire);
                let phase = if status < 400 { Phase::Final } else { Phase::Status };
                return Err(Failure::new(phase, error));
            }
        }
    }
}

/// Says why nobody was asked for, where a host that is none of the client's wants to know who calls.
fn unsigned(error: Error, prepared: &Prepared, wire: &Wire) -> Error {
    let call = &prepared.call;
    let refused = matches!(error.status(), Some(401 | 403)) && call.credential == Credential::Nobody;
    if !refused || call.options.headers.iter().any(|(name, _)| is_own_credential(name)) {
        return error;
    }
    let host = wire.url.host_str().unwrap_or_default();
    let text = format!("{} (the API key was not sent: {host} is none of this client's hosts)", error.message());
    error.with_message(text)
}

/// Whether a header is the caller's own way to vouch for a call.
fn is_own_credential(name: &str) -> bool {
    name.eq_ignore_ascii_case("authorization") || name.eq_ignore_ascii_case("x-api-key")
}

/// Sends once; a pooled connection that died before anything was written to it is replaced without anybody noticing.
async fn send(client: &Inner, prepared: &Prepared, wire: &Wire) -> Result<Reply, Failure> {
    let mut replaced = 0;
    loop {
        let now = client.seam.steady();
        if prepared.deadline.expired(now) {
            return Err(Failure::new(Phase::Final, deadline_error()));
        }
        match client.transport.send(wire, prepared.limits, prepared.deadline.remaining(now)).await {
            Err(failure) if failure.phase == Phase::Unsent && replaced < MAX_REPLACED => replaced += 1,
            outcome => return outcome,
        }
    }
}

/// The next request of a redirect, or the error that says why it is not followed.
fn redirect(transport: &Transport, reply: &Reply, wire: &Wire, hops: usize) -> Result<Wire, Error> {
    let refuse = |why: String| Err(Error::new(Kind::UnexpectedResponse, why));
    let status = reply.status;
    let safe = matches!(wire.method, Method::GET | Method::HEAD);
    if !safe && status < 307 {
        return refuse(format!("the server answered {} with the redirect {status}, which is followed for GET only", wire.method));
    }
    if hops >= MAX_REDIRECTS {
        return refuse(format!("the server redirected more than {MAX_REDIRECTS} times"));
    }
    let location = reply.headers.get("location").and_then(|v| std::str::from_utf8(v.as_bytes()).ok()).map(str::trim);
    let Some(location) = location.filter(|l| !l.is_empty()) else {
        return refuse(format!("the redirect {status} names no location"));
    };
    let Ok(url) = wire.url.join(location) else { return refuse(format!("the location of the redirect {status} is no URL")) };
    if !matches!(url.scheme(), "http" | "https") {
        return refuse(format!("the redirect {status} leads away from HTTP"));
    }
    let mut next = Wire { url: transport.located(url), ..wire.clone() };
    let (from, to) = (origin(&wire.url), origin(&next.url));
    if from != to {
        if !safe || wire.body.is_some() {
            return refuse(format!("the redirect {status} leads from {from} to {to}; a body is not sent to another origin"));
        }
        let doomed: Vec<HeaderName> = next.headers.keys().filter(|n| is_credential(n)).cloned().collect();
        doomed.iter().for_each(|name| drop(next.headers.remove(name)));
    }
    Ok(next)
}

/// A call to come: options may be added, then it is awaited.
#[must_use = "a call is sent when it is awaited"]
pub struct Pending<T> {
    options: CallOptions,
    run: Box<dyn FnOnce(CallOptions) -> BoxFuture<T> + Send>,
}

pub(crate) type BoxFuture<T> = Pin<Box<dyn Future<Output = Result<T, Error>> + Send>>;

impl<T> Pending<T> {
    pub(crate) fn new<F>(run: impl FnOnce(CallOptions) -> F + Send + 'static) -> Pending<T>
    where
        F: Future<Output = Result<T, Error>> + Send + 'static,
    {
        Pending { options: CallOptions::default(), run: Box::new(|options| Box::pin(run(options))) }
    }

    /// Adds options of this call.
    pub fn with(mut self, options: CallOptions) -> Self {
        self.options = options.over(&self.options);
        self
    }
}

impl<T> std::fmt::Debug for Pending<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Pending")
    }
}

impl<T> IntoFuture for Pending<T> {
    type Output = Result<T, Error>;
    type IntoFuture = BoxFuture<T>;

    fn into_future(self) -> BoxFuture<T> {
        (self.run)(self.options)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths() {
        for (value, keep, want) in [
            ("a/b c", false, Some("a%2Fb%20c")),
            ("a/b c", true, Some("a/b%20c")),
            ("é%2e", false, Some("%C3%A9%252e")),
            ("", false, None),
            (".", false, None),
            ("..", true, None),
            ("a/../b", true, None),
            ("a//b", true, None),
        ] {
            assert_eq!(check_path_param("x", value, keep).ok().as_deref(), want, "{value}");
        }
    }

    #[test]
    fn paths_of_a_caller() {
        for sent in
            ["", "/", "//h/x", "/a..b/...", "/a%20b%2Fc", "/x?next=/../y\\", "/ü", "/a%5Cb", "/%252e%252e/x", "https://h/a/b"]
        {
            assert!(check_path(sent).is_ok(), "{sent}");
        }
        let refused = [
            "/..",
            "/a/./b",
            "/%2e%2E/x",
            "/.%2e",
            "/a%2F..%2Fb",
            "/a%5c..",
            "/.. ",
            "/a\\b",
            "/.\t./x",
            "/x#y",
            "/x?y#z",
            "https://h/%2e/x",
        ];
        for refused in refused {
            assert!(check_path(refused).is_err_and(|e| e.is_config()), "{refused}");
        }
    }

    #[test]
    fn bodies_keep_their_order() {
        let extra = serde_json::json!({"b": null, "z": [1]});
        let merged = merge_body(br#"{"c":1.50,"b":2,"a":"\u00e9"}"#.to_vec(), extra.as_object().unwrap()).unwrap();
        assert_eq!(String::from_utf8(merged).unwrap(), r#"{"c":1.50,"b":null,"a":"\u00e9","z":[1]}"#);
    }

    #[test]
    fn queries() {
        assert_eq!(encode_query([("a b", "c&d"), ("e", "é")].into_iter()), "a%20b=c%26d&e=%C3%A9");
    }
}
