//! One chute: its look-up, its own endpoints, and its warm-up.

use super::Target;
use super::chat::{Chat, ChatCompletions};
use super::completions::Completions;
use super::embeddings::Embeddings;
use super::images::Images;
use crate::call::{Call, Opened};
use crate::config::{CallOptions, Ready, Via, check_url};
use crate::download::Binary;
use crate::errors::{Error, Kind};
use crate::helpers::{WaitReadyParams, WarmupSource, is_uuid, wait_ready};
use crate::management::chutes::ChutesListParams;
use crate::request::{BoxFuture, Pending};
use crate::stream::{EventStream, ItemStream};
use crate::types::{Chute, Cord, WarmupEvent, WarmupStatus};
use crate::values::{Answer, parse_json};
use crate::{Chutes, Method};
use serde_json::Value;
use std::sync::Arc;

/// What is known of a chute after its look-up. `id` and `name` are `None` when the ref was a URL, a host or a slug.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct ChuteInfo {
    /// Base URL of its host, without a trailing slash.
    pub url: String,
    /// Its id.
    pub id: Option<String>,
    /// Its slug.
    pub slug: Option<String>,
    /// Its name.
    pub name: Option<String>,
    /// Its endpoints, where a look-up told them.
    pub cords: Vec<Cord>,
}

/// Calls one chute; made by [`Chutes::chute`]. Clones share the look-up.
#[derive(Debug, Clone)]
pub struct ChuteClient {
    client: Chutes,
    reference: String,
    options: CallOptions,
    info: Arc<tokio::sync::OnceCell<ChuteInfo>>,
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

impl Chutes {
    /// A handle of a chute. The ref is a URL or a host (used as it is), a UUID or `user/name` (looked up at the first call, once),
    /// or a slug (no look-up).
    pub fn chute(&self, reference: impl Into<String>) -> ChuteClient {
        let reference = reference.into().trim().to_owned();
        ChuteClient { client: self.clone(), reference, options: CallOptions::default(), info: Arc::default() }
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

    /// Looks the chute up where its ref asks for that. A second call asks nobody.
    ///
    /// # Errors
    /// `config` for what is no reference, `not_found` when there is no such chute.
    pub async fn resolve(&self) -> Result<ChuteInfo, Error> {
        self.info.get_or_try_init(|| self.look_up()).await.cloned()
    }

    async fn look_up(&self) -> Result<ChuteInfo, Error> {
        let reference = self.reference.as_str();
        let lower = reference.to_ascii_lowercase();
        if reference.is_empty() {
            return Err(Error::config("the chute reference is empty; give an id, user/name, slug, host or URL"));
        }
        if lower.starts_with("http://") || lower.starts_with("https://") {
            return Ok(ChuteInfo { url: check_url("chute reference", reference)?, ..ChuteInfo::default() });
        }
        if reference.contains('.') && !reference.contains('/') {
            return Ok(ChuteInfo { url: check_url("chute reference", &format!("https://{reference}"))?, ..ChuteInfo::default() });
        }
        if !is_uuid(reference) && !reference.contains('/') {
            return self.slug_host(reference);
        }
        let found = self.find().await?;
        let Some(slug) = found.slug.as_deref().filter(|s| !s.is_empty()) else {
            return Err(Error::new(Kind::NotFound, format!("the chute {reference} has no slug, so it has no host to call")));
        };
        let mut info = self.slug_host(slug)?;
        (info.id, info.name, info.cords) = (Some(found.chute_id), Some(found.name), found.cords);
        Ok(info)
    }

    /// Asks for the ref itself and, for user/name, then for the name within that user's chutes.
    async fn find(&self) -> Result<Chute, Error> {
        let error = match self.client.chutes().get(self.reference.as_str()).await {
            Ok(found) => return Ok(found.into_inner()),
            Err(error) if error.is_not_found() => error,
            Err(error) => return Err(error),
        };
        if let Some((user, name)) = self.reference.split_once('/') {
            let params =
                ChutesListParams { name: Some(name.to_owned()), include_public: Some(true), ..ChutesListParams::default() };
            let mut pages = self.client.chutes().list_all(params);
            while let Some(chute) = pages.next_item().await {
                let chute = chute?;
                let owner = chute.user.as_ref().and_then(|u| serde_json::to_value(u).ok());
                let owned = owner.is_some_and(|o| o["username"].as_str().is_some_and(|o| o.eq_ignore_ascii_case(user)));
                if owned && chute.name == name {
                    return Ok(chute);
                }
            }
        }
        let text = format!("there is no chute {} that you can see: {}", self.reference, error.message());
        Err(error.with_message(text))
    }

    fn slug_host(&self, slug: &str) -> Result<ChuteInfo, Error> {
        if !slug.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_') {
            return Err(Error::config(format!("{slug:?} is no chute reference; give an id, user/name, slug, host or URL")));
        }
        let url = self.client.inner.hosts.chute.replace("{slug}", slug);
        Ok(ChuteInfo { url, slug: Some(slug.to_owned()), ..ChuteInfo::default() })
    }

    async fn base(&self, options: &CallOptions) -> Result<String, Error> {
        let via = options.over(&self.client.inner.options).via.unwrap_or_default();
        let api = &self.client.inner.hosts.api;
        if via == Via::Api && is_uuid(&self.reference) {
            return Ok(format!("{api}/chutes/{}", self.reference));
        }
        let info = self.resolve().await?;
        match (via, info.id) {
            (Via::Host, _) => Ok(info.url),
            (Via::Api, Some(id)) => Ok(format!("{api}/chutes/{id}")),
            (Via::Api, None) => Err(Error::config(format!(
                "via api needs the id of the chute; give the UUID or user/name instead of {}",
                self.reference
            ))),
        }
    }

    /// Sends an invocation; with [`Ready::Wait`] a cold chute is waited for once, in place of the retries.
    pub(crate) async fn send(&self, options: CallOptions, make: impl Fn(String) -> Call) -> Result<Opened, Error> {
        let options = options.over(&self.options);
        let base = self.base(&options).await?;
        let ready = options.over(&self.client.inner.options).ready.unwrap_or_default();
        if ready == Ready::Retry {
            return self.client.open(make(base)).with(options).await;
        }
        let mut impatient = options.clone();
        impatient.cold_fails = true;
        match self.client.open(make(base.clone())).with(impatient).await {
            Err(error) if error.is_cold_start() => {
                self.wait_ready(WaitReadyParams::new()).with(options.clone().limits_only()).await?;
                self.client.open(make(base)).with(options).await
            }
            outcome => outcome,
        }
    }

    /// Calls an endpoint by its path, or by the name of its function where the endpoints are known; `args` is the JSON object of a POST.
    ///
    /// # Errors
    /// `unexpected_response` for an event stream: use [`ChuteClient::stream`].
    pub fn call(&self, cord: impl Into<String>, args: Value) -> Pending<Answer<CallResult>> {
        let (this, cord) = (self.clone(), cord.into());
        Pending::new(move |options| async move { this.run(&Method::POST, &cord, Some(args), options).await })
    }

    /// Calls a GET endpoint. It takes no arguments: the server drops them.
    ///
    /// # Errors
    /// As [`ChuteClient::call`].
    pub fn get(&self, cord: impl Into<String>) -> Pending<Answer<CallResult>> {
        let (this, cord) = (self.clone(), cord.into());
        Pending::new(move |options| async move { this.run(&Method::GET, &cord, None, options).await })
    }

    /// Calls an endpoint that answers piece by piece. No `stream` field is added to `args`; the stream ends with the body.
    ///
    /// # Errors
    /// Those of a status come from here, those of the stream from its items.
    pub fn stream(&self, cord: impl Into<String>, args: Value) -> Pending<EventStream> {
        let (this, cord) = (self.clone(), cord.into());
        Pending::new(move |options| async move {
            Ok(EventStream::open(this.open(&Method::POST, &cord, Some(args), "text/event-stream", options).await?))
        })
    }

    /// As [`ChuteClient::stream`], for a GET endpoint.
    ///
    /// # Errors
    /// As [`ChuteClient::stream`].
    pub fn stream_get(&self, cord: impl Into<String>) -> Pending<EventStream> {
        let (this, cord) = (self.clone(), cord.into());
        Pending::new(move |options| async move {
            Ok(EventStream::open(this.open(&Method::GET, &cord, None, "text/event-stream", options).await?))
        })
    }

    async fn open(
        &self,
        method: &Method,
        cord: &str,
        args: Option<Value>,
        accept: &'static str,
        options: CallOptions,
    ) -> Result<Opened, Error> {
        let path = self.cord_path(cord)?;
        self.send(options, |base| {
            let mut call = Call::invocation(base, path.clone(), &args).accept(accept);
            call.method = method.clone();
            call.whole = false;
            if args.is_none() {
                call.body = None;
            }
            call
        })
        .await
    }

    async fn run(
        &self,
        method: &Method,
        cord: &str,
        args: Option<Value>,
        options: CallOptions,
    ) -> Result<Answer<CallResult>, Error> {
        let args = args.map(|a| if a.is_null() { Value::Object(Default::default()) } else { a });
        let mut opened = self.open(method, cord, args, "*/*", options).await?;
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
                    crate::values::decode(opened.meta.status, &opened.meta.headers, &raw, None).map_err(|e| opened.fail(e))?;
            }
            CallResult::Json(value)
        } else if content_type.starts_with("text/") {
            CallResult::Text(String::from_utf8_lossy(&raw).into_owned())
        } else {
            CallResult::Binary(Binary::of(&opened.meta, raw.clone()))
        };
        Ok(Answer { value, meta: opened.meta.clone(), raw })
    }

    fn cord_path(&self, cord: &str) -> Result<String, Error> {
        let known = self.info.get().and_then(|i| i.cords.iter().find(|c| c.function == cord));
        let path = known.and_then(|c| c.public_api_path.clone()).unwrap_or_else(|| cord.to_owned());
        if path.split('/').any(|segment| matches!(segment, "." | "..")) || path.contains(['?', '#']) {
            return Err(Error::config(format!(
                "the path {path} of a chute must hold no . or .. segment, no query and no fragment"
            )));
        }
        Ok(if path.starts_with('/') { path } else { format!("/{path}") })
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
    async fn as_id<T>(&self, options: CallOptions, ask: impl Fn(String, CallOptions) -> BoxFuture<T>) -> Result<T, Error> {
        if is_uuid(&self.reference) {
            return ask(self.reference.clone(), options).await;
        }
        let info = self.resolve().await?;
        let Some(slug) = info.slug.filter(|_| info.id.is_none()) else {
            return ask(info.id.unwrap_or_else(|| self.reference.clone()), options).await;
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
