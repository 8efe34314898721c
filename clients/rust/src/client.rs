//! The client and its builder.

use crate::auth::{Auth, anonymous, bearer, check_key, x_api_key};
use crate::call::{Call, Credential, Host, Opened, Part};
use crate::config::{CallOptions, ENV_API_KEY, Endpoints, Hosts, check_base, check_header};
use crate::connect::Ways;
use crate::deadline::Limit;
use crate::download::Binary;
use crate::errors::{Error, Kind};
use crate::fit::Fit;
use crate::hooks::{Hooks, Telling};
use crate::invoke::models::Prices;
use crate::limiter::{Limiter, Rate};
use crate::lines::LogStream;
use crate::log::Log;
use crate::pagination::{Next, Page, next};
use crate::redact::Secrets;
use crate::request::{BoxFuture, Pending, check_path, execute};
use crate::retry::RetryBudget;
use crate::stream::ItemStream;
use crate::testing::{Scripted, Seam};
use crate::transport::Transport;
use crate::values::Answer;
use futures_core::Stream;
use http::Method;
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::collections::VecDeque;
use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

#[derive(Clone)]
pub(crate) struct Inner {
    pub(crate) hosts: Hosts,
    pub(crate) options: CallOptions,
    pub(crate) auth: Arc<dyn Auth>,
    pub(crate) secrets: Arc<Secrets>,
    pub(crate) transport: Transport,
    pub(crate) seam: Seam,
    pub(crate) budget: Option<Arc<RetryBudget>>,
    pub(crate) limiter: Arc<Limiter>,
    pub(crate) telling: Telling,
    pub(crate) prices: Arc<Prices>,
}

/// The client. Clones are cheap and share one pool of connections. It needs a Tokio runtime with time and I/O.
///
/// ```no_run
/// # async fn run() -> Result<(), chutes_client::Error> {
/// use chutes_client::{ChatRequest, Chutes, Message};
/// let client = Chutes::from_env()?;
/// let request = ChatRequest::new("deepseek-ai/DeepSeek-V3", [Message::user("hello")]);
/// let answer = client.chat().completions().create(request).await?;
/// println!("{}", answer.text());
/// # Ok(()) }
/// ```
#[derive(Clone)]
pub struct Chutes {
    pub(crate) inner: Arc<Inner>,
}

impl fmt::Debug for Chutes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Chutes").field("api", &self.inner.hosts.api).finish_non_exhaustive()
    }
}

/// How the key is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum AuthMode {
    /// `Authorization: Bearer <key>`.
    #[default]
    Bearer,
    /// `X-API-Key: <key>`.
    XApiKey,
    /// No key.
    None,
}

/// Collects the options of a client; nothing is checked before [`ChutesBuilder::build`].
#[derive(Default, Clone)]
pub struct ChutesBuilder {
    key: Option<String>,
    mode: AuthMode,
    auth: Option<Arc<dyn Auth>>,
    base_url: Option<String>,
    endpoints: Endpoints,
    options: CallOptions,
    connect_timeout: Option<Limit>,
    ways: Ways,
    seam: Option<Seam>,
    budget: bool,
    rate: Option<Rate>,
    places: Option<Option<usize>>,
    hooks: Hooks,
    script: Option<Scripted>,
}

impl fmt::Debug for ChutesBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ChutesBuilder").field("endpoints", &self.endpoints).finish_non_exhaustive()
    }
}

impl ChutesBuilder {
    /// The key; else `CHUTES_API_KEY` is read.
    pub fn api_key(mut self, key: impl Into<String>) -> Self {
        self.key = Some(key.into());
        self
    }

    /// How the key is sent.
    pub fn auth_mode(mut self, mode: AuthMode) -> Self {
        self.mode = mode;
        self
    }

    /// Another way to put credentials on requests; see [`crate::auth`].
    pub fn auth(mut self, auth: Arc<dyn Auth>) -> Self {
        self.auth = Some(auth);
        self
    }

    /// One address for all five hosts, as `CHUTES_BASE_URL`: a gateway's or a local platform's. One of the platform's own hosts is a
    /// `config` error: for that, leave it out, or set [`ChutesBuilder::endpoints`].
    pub fn base_url(mut self, url: impl Into<String>) -> Self {
        self.base_url = Some(url.into());
        self
    }

    /// Addresses of the hosts; they win over `base_url` and the environment.
    pub fn endpoints(mut self, endpoints: Endpoints) -> Self {
        self.endpoints = endpoints;
        self
    }

    /// Options of every call.
    pub fn options(mut self, options: CallOptions) -> Self {
        self.options = options;
        self
    }

    /// Limit on making a connection, 10 s by default. It belongs to the pool, so there is no such option per call.
    pub fn connect_timeout(mut self, limit: impl Into<Limit>) -> Self {
        self.connect_timeout = Some(limit.into());
        self
    }

    /// Certificates to trust beside those of the platform, in PEM form.
    pub fn ca_pem(mut self, pem: impl Into<String>) -> Self {
        self.ways.ca_pem = Some(pem.into());
        self
    }

    /// A certificate, with what stands between it and its root, and its private key, in one PEM: for servers that ask for one.
    pub fn identity_pem(mut self, pem: impl Into<String>) -> Self {
        self.ways.identity_pem = Some(pem.into());
        self
    }

    /// The proxy of every connection, in place of those of the environment: `http://host:port` or `https://host:port`, with
    /// `user:password@` where it wants them. What is https goes through it by a tunnel.
    pub fn proxy(mut self, url: impl Into<String>) -> Self {
        self.ways.proxy = Some(url.into());
        self
    }

    /// Sleep, clock and random numbers; see [`crate::testing`].
    pub fn seam(mut self, seam: Seam) -> Self {
        self.seam = Some(seam);
        self
    }

    /// Bounds retries over all calls: full at 10, a first attempt earns 0.1, a retry pays 1. Off by default.
    pub fn retry_budget(mut self, on: bool) -> Self {
        self.budget = on;
        self
    }

    /// Requests per minute: a number, or [`Rate::Auto`] for what the platform tells. Off by default.
    pub fn rate_limit_per_minute(mut self, rate: impl Into<Rate>) -> Self {
        self.rate = Some(rate.into());
        self
    }

    /// Requests that may be open at once; a stream counts until its end. Off by default.
    pub fn max_concurrency(mut self, places: impl TryInto<usize>) -> Self {
        self.places = Some(places.try_into().ok());
        self
    }

    /// Functions that are told what the client does; see [`Hooks`].
    pub fn hooks(mut self, hooks: Hooks) -> Self {
        self.hooks = hooks;
        self
    }

    /// Plays a script in place of the network; see [`Scripted`].
    pub fn scripted(mut self, script: &Scripted) -> Self {
        self.script = Some(script.clone());
        self
    }

    /// Makes the client. Nothing is sent.
    ///
    /// # Errors
    /// `config`: no key, a bad URL, proxy, duration, header, limit or certificate.
    pub fn build(self) -> Result<Chutes, Error> {
        let auth = match (self.auth, self.mode) {
            (Some(auth), _) => auth,
            (None, AuthMode::None) => anonymous(),
            (None, mode) => {
                let given = self.key.or_else(|| std::env::var(ENV_API_KEY).ok()).unwrap_or_default();
                let Some(key) = check_key(&given)? else {
                    return Err(Error::config(format!("there is no API key: give one, or set {ENV_API_KEY}")));
                };
                if mode == AuthMode::Bearer { bearer(key) } else { x_api_key(key) }
            }
        };
        let mut endpoints = self.endpoints;
        if let Some(url) = &self.base_url {
            endpoints = endpoints.or(Endpoints::under(&check_base("base_url", url)?));
        }
        let hosts = endpoints.check(Endpoints::from_env()?)?;
        self.options.check()?;
        self.options.headers.iter().try_for_each(|(n, v)| check_header(n, v).map(drop))?;
        let secrets = Arc::<Secrets>::default();
        secrets.add(auth.secrets());
        let seam = self.seam.unwrap_or_default();
        Ok(Chutes {
            inner: Arc::new(Inner {
                hosts,
                options: self.options,
                secrets,
                auth,
                transport: Transport::new(self.connect_timeout, &self.ways, self.script)?,
                budget: self.budget.then(|| Arc::new(RetryBudget::new())),
                limiter: Arc::new(Limiter::new(self.rate, self.places, seam.steady())?),
                telling: Telling { hooks: self.hooks, log: Log::from_env() },
                prices: Arc::default(),
                seam,
            }),
        })
    }
}

impl Chutes {
    /// A client with this key and every default; addresses come from the environment.
    ///
    /// # Errors
    /// `config`: the key is empty or holds a control character, or an address in the environment is none.
    pub fn new(api_key: impl Into<String>) -> Result<Chutes, Error> {
        Chutes::builder().api_key(api_key).build()
    }

    /// A client with the key in `CHUTES_API_KEY`.
    ///
    /// # Errors
    /// `config`: there is none.
    pub fn from_env() -> Result<Chutes, Error> {
        Chutes::builder().build()
    }

    /// Collects options.
    pub fn builder() -> ChutesBuilder {
        ChutesBuilder::default()
    }

    /// A client with other options that shares connections, key, rate, places and retry budget with this one, which keeps its own.
    /// What is not given is as here; headers, query and body fields come beside this client's.
    ///
    /// # Errors
    /// `config`: an option that cannot work.
    ///
    /// ```
    /// # use chutes_client::{CallOptions, Chutes};
    /// # use std::time::Duration;
    /// # let client = Chutes::new("cpk_test")?;
    /// let patient = client.with_options(CallOptions::new().timeout(Duration::from_secs(300)).max_retries(5))?;
    /// # drop(patient); Ok::<(), chutes_client::Error>(())
    /// ```
    pub fn with_options(&self, options: CallOptions) -> Result<Chutes, Error> {
        options.check()?;
        let options = options.over(&self.inner.options);
        Ok(Chutes { inner: Arc::new(Inner { options, ..(*self.inner).clone() }) })
    }

    /// The escape hatch: any path of the management API, or an absolute URL, through the same credentials, retries and errors.
    /// The key goes with a URL only to this client's own hosts.
    pub fn request(&self, method: Method, path: impl Into<String>) -> RawCall {
        let path = path.into();
        let lower = path.to_ascii_lowercase();
        let absolute = lower.starts_with("http://") || lower.starts_with("https://");
        let joined = if absolute || path.starts_with('/') { path } else { format!("/{path}") };
        let mut call = Call::new(method, vec![Part::Raw(joined.clone())]);
        call.accept = "*/*";
        call.refused = check_path(&joined).err();
        if absolute {
            if !self.inner.hosts.own(&joined) {
                call.credential = Credential::Nobody;
            }
            call.host = Host::At(String::new());
        }
        RawCall { client: self.clone(), call }
    }

    pub(crate) fn open(&self, mut call: Call, options: CallOptions) -> impl Future<Output = Result<Opened, Error>> + Send {
        call.options = options.over(&call.options);
        execute(&self.inner, Box::new(call))
    }

    /// What generated methods call: a JSON answer.
    pub(crate) fn perform<T: DeserializeOwned + Send + 'static>(&self, call: Call) -> Pending<Answer<T>> {
        let client = self.clone();
        Pending::new(move |options| async move { client.open(call, options).await?.json().await })
    }

    /// What generated methods call: an answer in text.
    pub(crate) fn perform_text(&self, mut call: Call) -> Pending<Answer<String>> {
        let client = self.clone();
        call.whole = false;
        Pending::new(move |options| async move { client.open(call, options).await?.text().await })
    }

    /// What generated methods call: an answer of bytes.
    pub(crate) fn perform_bytes(&self, mut call: Call) -> Pending<Answer<Binary>> {
        let client = self.clone();
        call.whole = false;
        Pending::new(move |options| async move { client.open(call, options).await?.bytes().await })
    }

    /// What generated methods call: an answer without a body.
    pub(crate) fn perform_none(&self, call: Call) -> Pending<Answer<()>> {
        let client = self.clone();
        Pending::new(move |options| async move { client.open(call, options).await?.nothing().await })
    }

    /// What generated methods call: a build log.
    pub(crate) fn perform_lines(&self, mut call: Call) -> Pending<LogStream> {
        let client = self.clone();
        call.whole = false;
        Pending::new(move |options| async move { Ok(LogStream::open(client.open(call, options).await?.no_page().await?)) })
    }

    /// What generated methods call: a stream of events of one type.
    pub(crate) fn perform_stream<T: DeserializeOwned + Send + 'static>(&self, mut call: Call) -> Pending<ItemStream<T>> {
        let client = self.clone();
        call.whole = false;
        call.accept = "text/event-stream";
        Pending::new(move |options| async move { Ok(ItemStream::open(client.open(call, options).await?.no_page().await?)) })
    }

    /// What generated methods call: every page of a list.
    pub(crate) fn perform_pages<T>(
        &self,
        make: impl Fn(Option<u64>) -> Call + Send + 'static,
        first: Option<u64>,
        limit: Option<u64>,
    ) -> PageStream<T>
    where
        T: Fit + PartialEq + Clone + Send + 'static,
    {
        let client = self.clone();
        let fetch = move |page: u64, options: CallOptions| -> BoxFuture<Answer<Page<T>>> {
            // The first page is asked for as the caller did; later ones by number.
            client
                .perform(make(if Some(page) == first || (page == 0 && first.is_none()) { first } else { Some(page) }))
                .with(options)
                .into_future()
        };
        PageStream {
            fetch: Box::new(fetch),
            options: CallOptions::default(),
            number: Some(first.unwrap_or(0)),
            limit,
            previous: Vec::new(),
            waiting: None,
            items: VecDeque::new(),
        }
    }
}

/// A call of [`Chutes::request`] to come.
#[must_use = "a call is sent when it is awaited"]
pub struct RawCall {
    client: Chutes,
    call: Call,
}

impl fmt::Debug for RawCall {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut out = f.debug_struct("RawCall");
        out.field("method", &self.call.method).field("path", &self.call.path).field("options", &self.call.options);
        out.finish_non_exhaustive()
    }
}

impl RawCall {
    /// Sends a JSON body.
    pub fn json(mut self, body: &impl serde::Serialize) -> Self {
        self.call = self.call.json(body);
        self
    }

    /// What a hotkey signs in place of a body; a GET or DELETE without it cannot be signed.
    pub fn purpose(mut self, purpose: &str) -> Self {
        self.call = self.call.purpose(purpose);
        self
    }

    /// Adds options of this call.
    pub fn with(mut self, options: CallOptions) -> Self {
        self.call.options = options.over(&self.call.options);
        self
    }
}

impl IntoFuture for RawCall {
    type Output = Result<Answer<RawBody>, Error>;
    type IntoFuture = BoxFuture<Answer<RawBody>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move {
            let mut opened = self.client.open(self.call, CallOptions::new()).await?;
            let content_type = opened.content_type();
            let raw = opened.read().await?;
            let json = content_type.ends_with("json").then(|| crate::json::parse_json(&raw).ok()).flatten();
            if let Some(error) = json.as_ref().and_then(|j| j.get("error")).filter(|e| !e.is_null()) {
                let parsed = crate::errors_body::parse_body(&raw, "");
                let text = format!(
                    "the server answered {} with an error: {}",
                    opened.meta.status,
                    if parsed.message.is_empty() { error.to_string() } else { parsed.message }
                );
                return Err(opened.fail(Error::new(Kind::UnexpectedResponse, text).with_body(raw)));
            }
            let value = json.map_or_else(|| RawBody::Text(String::from_utf8_lossy(&raw).into_owned()), RawBody::Json);
            Ok(Answer { value, meta: opened.meta.clone(), raw })
        })
    }
}

/// The body of an answer of [`Chutes::request`].
#[derive(Debug, Clone, PartialEq)]
pub enum RawBody {
    /// JSON.
    Json(Value),
    /// Anything else.
    Text(String),
}

type Fetch<T> = Box<dyn Fn(u64, CallOptions) -> BoxFuture<Answer<Page<T>>> + Send>;

/// The items of every page, asked for as they are needed. Dropping it asks for no further page.
pub struct PageStream<T> {
    fetch: Fetch<T>,
    options: CallOptions,
    number: Option<u64>,
    limit: Option<u64>,
    previous: Vec<T>,
    waiting: Option<BoxFuture<Answer<Page<T>>>>,
    items: VecDeque<T>,
}

impl<T> fmt::Debug for PageStream<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PageStream").field("next_page", &self.number).finish_non_exhaustive()
    }
}

impl<T: PartialEq + Clone + Unpin> PageStream<T> {
    /// Adds options of each page's call.
    pub fn with(mut self, options: CallOptions) -> Self {
        self.options = options.over(&self.options);
        self
    }

    /// The next item; `None` at the end.
    pub async fn next_item(&mut self) -> Option<Result<T, Error>> {
        std::future::poll_fn(|cx| Pin::new(&mut *self).poll_next(cx)).await
    }
}

impl<T: PartialEq + Clone + Unpin> Stream for PageStream<T> {
    type Item = Result<T, Error>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        loop {
            if let Some(item) = self.items.pop_front() {
                return Poll::Ready(Some(Ok(item)));
            }
            let Some(number) = self.number else { return Poll::Ready(None) };
            if self.waiting.is_none() {
                self.waiting = Some((self.fetch)(number, self.options.clone()));
            }
            let Some(waiting) = &mut self.waiting else { return Poll::Ready(None) };
            let outcome = ready!(waiting.as_mut().poll(cx));
            self.waiting = None;
            let decided = outcome.and_then(|page| Ok((next(&self.previous, &page, number, self.limit)?, page)));
            match decided {
                Err(error) => {
                    self.number = None;
                    return Poll::Ready(Some(Err(error)));
                }
                Ok((after, page)) => {
                    self.number = if let Next::Page(number) = after { Some(number) } else { None };
                    self.previous.clone_from(&page.items);
                    self.items = page.into_inner().items.into();
                }
            }
        }
    }
}
