//! One chute: its look-up, its own endpoints, and its warm-up.

use super::chat::{Chat, ChatCompletions};
use super::completions::Completions;
use super::cords::{CordInfo, check_arguments, cords_of, find_cord, rooted, unknown_cord};
use super::embeddings::Embeddings;
use super::images::Images;
pub use super::lookup::ChuteInfo;
use super::lookup::Found;
use super::{Target, warming, within};
use crate::call::{Body, Call, OnCold, Opened, encode_body};
use crate::config::{CallOptions, Ready, Via};
use crate::download::{Binary, to_file};
use crate::errors::{Error, Kind, MAX_BODY_BYTES};
use crate::helpers::{DownloadParams, WaitReadyParams, WarmupSource, is_uuid, wait_ready};
use crate::json::parse_json;
use crate::management::chutes::ChutesListParams;
use crate::request::{BoxFuture, Pending, check_path};
use crate::stream::{EventStream, ItemStream};
use crate::trace::{Trace, read_trace};
use crate::types::{WarmupEvent, WarmupStatus};
use crate::values::{Answer, sniff_media};
use crate::{Chutes, Method};
use bytes::Bytes;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

/// Calls one chute; made by [`Chutes::chute`]. Clones share the look-up.
#[derive(Debug, Clone)]
pub struct ChuteClient {
    pub(super) client: Chutes,
    pub(super) reference: String,
    pub(super) options: CallOptions,
    pub(super) info: Arc<tokio::sync::OnceCell<Found>>,
    pub(super) cords: Arc<tokio::sync::OnceCell<Vec<CordInfo>>>,
}

/// The answer of an endpoint, by its content type.
#[derive(Debug, Clone, PartialEq)]
pub enum CallResult {
    /// JSON.
    Json(Value),
    /// `text/*`.
    Text(String),
    /// Anything else.
    Binary(Binary),
}

/// What an answer is opened for.
#[derive(Clone, Copy, PartialEq)]
enum Wants {
    Any,
    Events,
    Trace,
}

const NO_ARGUMENTS: &[u8] = b"{}";

/// The arguments of an endpoint as they are sent.
fn encoded(args: &impl Serialize) -> Result<Vec<u8>, Error> {
    let body = encode_body(args)?;
    match body.first() {
        Some(b'{') => Ok(body),
        Some(b'n') => Ok(NO_ARGUMENTS.to_vec()),
        _ => Err(Error::config("the arguments must be a JSON object, or null for none")),
    }
}

fn checked_path(path: &str) -> Result<String, Error> {
    if path.contains('?') {
        return Err(Error::config("the path of a chute must hold no query; arguments go into the body"));
    }
    check_path(path)?;
    Ok(rooted(path))
}

impl Answer<CallResult> {
    /// The answer as a value of a type.
    ///
    /// # Errors
    /// `unexpected_response` where it is no JSON, or does not fit the type.
    pub fn json<T: DeserializeOwned>(self) -> Result<Answer<T>, Error> {
        let CallResult::Json(value) = &self.value else { return Err(self.unfit("it is no JSON")) };
        match serde_json::from_value(value.clone()) {
            Ok(value) => Ok(self.map(|_| value)),
            Err(error) => Err(self.unfit(&error.to_string())),
        }
    }

    /// The answer as a text: one of `text/*`, or a JSON string.
    ///
    /// # Errors
    /// `unexpected_response` for any other.
    pub fn text(self) -> Result<Answer<String>, Error> {
        let text = match &self.value {
            CallResult::Text(text) | CallResult::Json(Value::String(text)) => text.clone(),
            _ => return Err(self.unfit("it is no text")),
        };
        Ok(self.map(|_| text))
    }

    /// The answer as bytes, whatever it is; their type is by sniffing, else the header's.
    pub fn binary(self) -> Answer<Binary> {
        let mut found = Binary::of(&self.meta, self.raw.clone());
        if let Some(media_type) = sniff_media(&self.raw) {
            media_type.clone_into(&mut found.content_type);
        }
        self.map(|_| found)
    }

    fn unfit(&self, why: &str) -> Error {
        let error = Error::new(Kind::UnexpectedResponse, format!("the answer does not have the shape that is due: {why}"));
        error.with_answer(self.meta.status, &self.meta.headers).with_attempts(self.meta.attempts).with_body(self.raw.clone())
    }
}

impl Chutes {
    /// A handle of a chute. The ref is a URL or a host (used as it is), a UUID or `user/name` (looked up at the first call, once),
    /// or a slug (no look-up).
    ///
    /// The key goes to this client's own hosts only, as with [`Chutes::request`]: a URL or host elsewhere is called without it. Who wants
    /// it there sets that base ([`ChutesBuilder::endpoints`](crate::ChutesBuilder::endpoints)) or gives `authorization` by
    /// [`CallOptions::extra_header`].
    pub fn chute(&self, reference: impl Into<String>) -> ChuteClient {
        let reference = reference.into().trim().to_owned();
        let (info, cords) = (Arc::default(), Arc::default());
        ChuteClient { client: self.clone(), reference, options: CallOptions::default(), info, cords }
    }
}

impl ChuteClient {
    /// Options of every call of this handle.
    pub fn with(mut self, options: CallOptions) -> Self {
        self.options = options.over(&self.options);
        self
    }

    /// Chat with this chute; `model` may be left out.
    pub fn chat(&self) -> Chat {
        Chat { completions: ChatCompletions { client: self.client.clone(), target: Target::Chute(Box::new(self.clone())) } }
    }

    /// Text completions of this chute.
    pub fn completions(&self) -> Completions {
        Completions { client: self.client.clone(), target: Target::Chute(Box::new(self.clone())) }
    }

    /// Images of this chute.
    pub fn images(&self) -> Images {
        Images { client: self.client.clone(), target: Target::Chute(Box::new(self.clone())) }
    }

    /// Embeddings of this chute.
    pub fn embeddings(&self) -> Embeddings {
        Embeddings { client: self.client.clone(), target: Target::Chute(Box::new(self.clone())) }
    }

    /// Sends an invocation; with [`Ready::Wait`] a cold chute is waited for once, in place of the first retry.
    pub(crate) async fn send(&self, options: CallOptions, make: impl FnOnce(String) -> Call) -> Result<Opened, Error> {
        let mut options = options.over(&self.options);
        let (base, credential) = self.base(&mut options).await?;
        let mut call = make(base);
        call.credential = credential;
        let waits = options.ready.or(self.client.inner.options.ready) == Some(Ready::Wait);
        // The platform cannot be asked about a URL or host: the ordinary retry is left.
        if waits && !self.by_address() {
            let (this, limits) = (self.clone(), options.clone().limits_only());
            call.on_cold = Some(OnCold(Box::new(move |left| {
                Box::pin(async move { this.wait_ready(warming(left)).with(within(limits, left)).await.map(|_| true) })
            })));
        }
        self.client.open(call, options).await
    }

    /// The endpoints that can be called, read once per handle.
    ///
    /// # Errors
    /// `config` for a handle of a host or URL, `not_found` where there is no such chute.
    ///
    /// ```no_run
    /// # async fn run(client: chutes_client::Chutes) -> Result<(), chutes_client::Error> {
    /// for cord in client.chute("alice/kokoro").cords().await? {
    ///     println!("{} {} {}", cord.name, cord.method, cord.path);
    /// }
    /// # Ok(()) }
    /// ```
    pub async fn cords(&self) -> Result<Vec<CordInfo>, Error> {
        self.known(&mut self.options.clone()).await
    }

    async fn known(&self, options: &mut CallOptions) -> Result<Vec<CordInfo>, Error> {
        let own = options.clone();
        self.ahead(options, self.cords.get_or_try_init(|| Box::pin(self.read_cords(own)))).await.cloned()
    }

    async fn read_cords(&self, mut options: CallOptions) -> Result<Vec<CordInfo>, Error> {
        let info = self.found(&mut options).await?.info;
        if info.id.is_some() {
            return Ok(cords_of(&info.cords));
        }
        let (chutes, limits) = (self.client.chutes(), options.limits_only());
        let Some(slug) = info.slug else {
            let text = format!("the cords of a host are not known: give an id, user/name or slug in place of {}", self.reference);
            return Err(Error::config(text));
        };
        let params = ChutesListParams { slug: Some(slug.clone()), include_public: Some(true), ..ChutesListParams::default() };
        let mut pages = chutes.list_all(params).with(limits.clone());
        while let Some(chute) = pages.next_item().await {
            let chute = chute?;
            if chute.slug.as_deref() == Some(&slug) {
                return Ok(cords_of(&chutes.get(chute.chute_id).with(limits).await?.cords));
            }
        }
        Err(Error::new(Kind::NotFound, format!("there is no chute with the slug {slug} that you can see")).with_status(404))
    }

    /// The endpoint that is meant, where endpoints are known: after a look-up, after `cords()`, and whenever one is named.
    async fn meant(&self, given: &str, stream: bool, options: &mut CallOptions) -> Result<Option<CordInfo>, Error> {
        if !self.cords.initialized() {
            let host = self.by_address();
            let by_id = options.via.or(self.client.inner.options.via) == Some(Via::Api) && is_uuid(&self.reference);
            let named = !given.starts_with('/') && !host;
            if host || (!named && (by_id || self.found(options).await?.info.id.is_none())) {
                return Ok(None);
            }
        }
        let cords = self.known(options).await?;
        let found = find_cord(&cords, given, stream);
        if found.is_none() && !given.contains('/') {
            return Err(unknown_cord(&cords, given));
        }
        Ok(found)
    }

    /// Calls an endpoint, by the name of its cord or by its path; `args` is what serializes to the JSON object of a POST, or null. Where the endpoints are
    /// known (a handle of an id or `user/name`, or after [`ChuteClient::cords`]), its method is the cord's and the arguments are held to
    /// its schema.
    ///
    /// # Errors
    /// `config` for arguments that do not fit, for a name that no cord has, and for a cord that streams: use [`ChuteClient::stream`].
    pub fn call(&self, cord: impl Into<String>, args: impl Serialize) -> Pending<Answer<CallResult>> {
        let (this, cord, args) = (self.clone(), cord.into(), encoded(&args));
        Pending::new(move |options| async move { this.run(None, &cord, args, options).await })
    }

    /// Calls a GET endpoint. It takes no arguments: the server drops them.
    ///
    /// # Errors
    /// As [`ChuteClient::call`].
    pub fn get(&self, cord: impl Into<String>) -> Pending<Answer<CallResult>> {
        let (this, cord) = (self.clone(), cord.into());
        Pending::new(move |options| async move { this.run(Some(Method::GET), &cord, encoded(&()), options).await })
    }

    /// Calls an endpoint with another method, such as `PUT`, `PATCH` or `DELETE`.
    ///
    /// # Errors
    /// As [`ChuteClient::call`].
    pub fn call_as(&self, method: Method, cord: impl Into<String>, args: impl Serialize) -> Pending<Answer<CallResult>> {
        let (this, cord, args) = (self.clone(), cord.into(), encoded(&args));
        Pending::new(move |options| async move { this.run(Some(method), &cord, args, options).await })
    }

    /// Calls an endpoint that answers piece by piece. No `stream` field is added to `args`; the stream ends with the body.
    ///
    /// # Errors
    /// Those of a status come from here, those of the stream from its items.
    pub fn stream(&self, cord: impl Into<String>, args: impl Serialize) -> Pending<EventStream> {
        let (this, cord, args) = (self.clone(), cord.into(), encoded(&args));
        Pending::new(
            move |options| async move { Ok(EventStream::open(this.open(None, &cord, args, Wants::Events, options).await?)) },
        )
    }

    /// As [`ChuteClient::stream`], for a GET endpoint.
    ///
    /// # Errors
    /// As [`ChuteClient::stream`].
    pub fn stream_get(&self, cord: impl Into<String>) -> Pending<EventStream> {
        let (this, cord) = (self.clone(), cord.into());
        Pending::new(move |options| async move {
            Ok(EventStream::open(this.open(Some(Method::GET), &cord, encoded(&()), Wants::Events, options).await?))
        })
    }

    /// Calls an endpoint that answers with a file, and writes it as it comes: whole under its name or not at all. Gives the path; `to`
    /// may be a folder, in which the server names the file and none that exists is replaced (`config`).
    ///
    /// # Errors
    /// `unexpected_response` for JSON or a page in place of bytes, `config` for a folder that is missing.
    ///
    /// ```no_run
    /// # async fn run(client: chutes_client::Chutes) -> Result<(), chutes_client::Error> {
    /// use chutes_client::{DownloadParams, json};
    /// let params = DownloadParams::new().on_progress(|received, _| println!("{received} bytes"));
    /// client.chute("alice/wan").download("/generate", json!({"prompt": "waves"}), "waves.mp4", params).await?;
    /// # Ok(()) }
    /// ```
    pub fn download(
        &self,
        cord: impl Into<String>,
        args: impl Serialize,
        to: impl Into<PathBuf>,
        params: DownloadParams,
    ) -> Pending<PathBuf> {
        let (this, cord, args, to) = (self.clone(), cord.into(), encoded(&args), to.into());
        let mut tell = params.teller();
        Pending::new(move |options| async move {
            let target = crate::download::Target::new(to).await?;
            let mut opened = this.open(None, &cord, args, Wants::Any, options).await?;
            if opened.speaks() {
                let raw = opened.body.read_some(MAX_BODY_BYTES, Duration::from_secs(5)).await;
                return Err(opened.no_bytes("a file", raw));
            }
            to_file(opened, target, "download", &mut *tell).await
        })
    }

    /// An answer that must be bytes; their type is by sniffing.
    pub(crate) async fn bytes(&self, what: &str, cord: &str, args: Value, options: CallOptions) -> Result<Answer<Binary>, Error> {
        let mut opened = self.open(None, cord, encoded(&args), Wants::Any, options).await?;
        let raw = opened.read().await?;
        let mut value = Binary::of(&opened.meta, raw.clone());
        match sniff_media(&raw) {
            Some(media_type) => media_type.clone_into(&mut value.content_type),
            None if raw.is_empty() || opened.speaks() => return Err(opened.no_bytes(what, raw)),
            None => {}
        }
        Ok(Answer { value, meta: opened.meta.clone(), raw })
    }

    /// Calls an endpoint in trace mode: what the platform did with the call, and its result. A failure of the platform is a value,
    /// [`Trace::error`]. The entries name miners: for looking into problems only.
    ///
    /// ```no_run
    /// # async fn run(client: chutes_client::Chutes) -> Result<(), chutes_client::Error> {
    /// use chutes_client::json;
    /// let trace = client.chute("me-echo").trace("/echo", json!({"text": "hi"})).await?;
    /// println!("{}", trace.timeline().join("\n"));
    /// # Ok(()) }
    /// ```
    pub fn trace(&self, cord: impl Into<String>, args: impl Serialize) -> Pending<Answer<Trace>> {
        let (this, cord, args) = (self.clone(), cord.into(), encoded(&args));
        Pending::new(move |options| async move {
            let opened = this.open(None, &cord, args, Wants::Trace, options).await?;
            let meta = opened.meta.clone();
            let value = read_trace(EventStream::untold(opened)).await?;
            Ok(Answer { value, meta, raw: Bytes::new() })
        })
    }

    /// Calls an endpoint and hands out its open answer.
    async fn open(
        &self,
        method: Option<Method>,
        cord: &str,
        args: Result<Vec<u8>, Error>,
        wants: Wants,
        options: CallOptions,
    ) -> Result<Opened, Error> {
        let mut options = options.over(&self.options);
        let events = wants == Wants::Events;
        let meant = self.meant(cord, events, &mut options).await?;
        if let Some(known) = meant.as_ref().filter(|known| known.stream && wants == Wants::Any) {
            let text = format!("{} answers with an event stream: call .stream({cord:?}, …) in place of .call", known.name);
            return Err(Error::config(text));
        }
        let own = meant.as_ref().and_then(|known| Method::from_bytes(known.method.as_bytes()).ok());
        let method = method.or(own).unwrap_or(Method::POST);
        let path = checked_path(meant.as_ref().map_or(cord, |known| known.path.as_str()))?;
        let args = args?;
        let merged = options.over(&self.client.inner.options);
        if method == Method::GET {
            if args != NO_ARGUMENTS || !merged.body.is_empty() {
                return Err(Error::config("a GET endpoint takes no arguments: the server would drop them"));
            }
        } else if let Some(known) = meant.as_ref().filter(|_| merged.validate != Some(false)) {
            check_arguments(known, &args, &merged.body)?;
        }
        self.send(options, |base| {
            let accept = if wants == Wants::Any { "*/*" } else { "text/event-stream" };
            let mut call = Call::invocation("callCord", base, path, &()).accept(accept);
            call.whole = false;
            call.body = (method != Method::GET).then_some(Ok(Body::Json(args)));
            call.method = method;
            if wants == Wants::Trace { call.header("x-chutes-trace", &Some("true")) } else { call }
        })
        .await
    }

    async fn run(
        &self,
        method: Option<Method>,
        cord: &str,
        args: Result<Vec<u8>, Error>,
        options: CallOptions,
    ) -> Result<Answer<CallResult>, Error> {
        let mut opened = self.open(method, cord, args, Wants::Any, options).await?;
        let content_type = opened.content_type();
        if content_type == "text/event-stream" {
            opened.body.close();
            let text = format!("{cord} answers with an event stream; use .stream instead of .call");
            return Err(opened.fail(Error::new(Kind::UnexpectedResponse, text)));
        }
        let raw = opened.read().await?;
        let value = if content_type.ends_with("/json") || content_type.ends_with("+json") {
            let bad = |e: serde_json::Error| {
                opened.fail(Error::new(Kind::UnexpectedResponse, format!("the answer is no JSON ({e})")).with_body(raw.clone()))
            };
            let value = parse_json(&raw).map_err(bad)?;
            if value.get("error").is_some_and(|e| !e.is_null()) {
                let _: Value =
                    crate::values::decode(opened.meta.status, &opened.meta.headers, &raw).map_err(|e| opened.fail(e))?;
            }
            CallResult::Json(value)
        } else if content_type.starts_with("text/") {
            CallResult::Text(String::from_utf8_lossy(&raw).into_owned())
        } else {
            CallResult::Binary(Binary::of(&opened.meta, raw.clone()))
        };
        Ok(Answer { value, meta: opened.meta.clone(), raw })
    }

    /// Starts the chute if it is cold and follows it: an item every five seconds or so, until it is hot.
    pub fn warmup(&self) -> Pending<ItemStream<WarmupEvent>> {
        let this = self.clone();
        Pending::new(move |options| async move {
            let chutes = this.client.chutes();
            this.as_id(options.over(&this.options), |id, options| chutes.warmup(id).with(options).into_future()).await
        })
    }

    /// Waits until the chute is hot: by its warm-up events, or by asking every `poll_interval`. As
    /// [`chutes().wait_ready`](crate::management::chutes::ChutesResource::wait_ready).
    ///
    /// # Errors
    /// `timeout` where it is not hot in time, or the events end before it is; `disabled`, `payment_required` and `not_found` at once.
    ///
    /// ```no_run
    /// # async fn run(client: chutes_client::Chutes) -> Result<(), chutes_client::Error> {
    /// use chutes_client::WaitReadyParams;
    /// client.chute("alice/kokoro").wait_ready(WaitReadyParams::new().timeout(300.0)).await?;
    /// # Ok(()) }
    /// ```
    pub fn wait_ready(&self, params: WaitReadyParams) -> Pending<WarmupStatus> {
        let this = self.clone();
        Pending::new(move |options| async move {
            let (events, state) = (this.clone(), this.clone());
            let source = WarmupSource {
                events: Box::new(move |options| events.warmup().with(options).into_future()),
                state: Box::new(move |options| {
                    let this = state.clone();
                    Box::pin(async move {
                        let chutes = this.client.chutes();
                        this.as_id(options, |id, options| chutes.warmup_status(id).with(options).into_future()).await
                    })
                }),
            };
            wait_ready(&this.client, &this.reference, source, params, options.over(&this.options)).await
        })
    }

    /// Asks by what is known. The API knows ids and names; the id behind a slug is in its list.
    async fn as_id<T>(&self, mut options: CallOptions, ask: impl Fn(String, CallOptions) -> BoxFuture<T>) -> Result<T, Error> {
        if is_uuid(&self.reference) {
            return ask(self.reference.clone(), options).await;
        }
        let info = self.found(&mut options).await?.info;
        let slug = match (info.id, info.slug) {
            (Some(id), _) => return ask(id, options).await,
            (None, Some(slug)) => slug,
            (None, None) => {
                let text = format!("a host cannot be warmed up: give an id, user/name or slug in place of {}", self.reference);
                return Err(Error::config(text));
            }
        };
        match ask(slug.clone(), options.clone()).await {
            Err(error) if error.is_not_found() => {
                let params =
                    ChutesListParams { slug: Some(slug.clone()), include_public: Some(true), ..ChutesListParams::default() };
                let mut pages = self.client.chutes().list_all(params).with(options.clone().limits_only());
                while let Some(chute) = pages.next_item().await {
                    let chute = chute?;
                    if chute.slug.as_deref() == Some(&slug) {
                        return ask(chute.chute_id, options).await;
                    }
                }
                Err(error)
            }
            outcome => outcome,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn arguments_are_an_object_of_any_type() {
        #[derive(Serialize)]
        struct Args {
            text: &'static str,
            speed: f64,
        }
        let args = |speed| encoded(&Args { text: "hi", speed });
        assert_eq!(args(1.5).unwrap(), br#"{"text":"hi","speed":1.5}"#);
        assert!(args(f64::NAN).unwrap_err().message().contains("speed: the number NaN"));
        assert_eq!(encoded(&json!(null)).unwrap(), encoded(&json!({})).unwrap());
        for bad in [json!([1]), json!("{}"), json!(5), json!(true)] {
            assert!(encoded(&bad).unwrap_err().message().contains("must be a JSON object"), "{bad}");
        }
    }
}
