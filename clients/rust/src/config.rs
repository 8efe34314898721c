//! Options of a client and of a call, where they come from, and what is refused.

use crate::cancel::CancelHandle;
use crate::deadline::{Limit, Limits, Surface, limits_for};
use crate::errors::Error;
use crate::redact::{redact, redact_header};
use crate::retry::MAX_RETRIES;
use http::{HeaderName, HeaderValue, header};
use serde_json::{Map, Value};
use std::fmt;
use std::time::Duration;

/// The management API.
pub const DEFAULT_API_URL: &str = "https://api.chutes.ai";
/// The language models behind one OpenAI-compatible address.
pub const DEFAULT_LLM_URL: &str = "https://llm.chutes.ai/v1";
/// The image models.
pub const DEFAULT_IMAGE_URL: &str = "https://image.chutes.ai";
/// The embedding models.
pub const DEFAULT_EMBED_URL: &str = "https://embed.chutes.ai";
/// A chute's own host.
pub const DEFAULT_CHUTE_URL: &str = "https://{slug}.chutes.ai";
/// Variable of the key.
pub const ENV_API_KEY: &str = "CHUTES_API_KEY";
/// Variable that sets all five addresses.
pub const ENV_BASE_URL: &str = "CHUTES_BASE_URL";
/// Variable of the management API (the CDK reads it too).
pub const ENV_API_URL: &str = "CHUTES_API_URL";
/// Variable of the language models.
pub const ENV_LLM_URL: &str = "CHUTES_LLM_URL";
/// Variable of the image models.
pub const ENV_IMAGE_URL: &str = "CHUTES_IMAGE_URL";
/// Variable of the embedding models.
pub const ENV_EMBED_URL: &str = "CHUTES_EMBED_URL";
/// Variable of the chutes' own hosts; a template with `{slug}`.
pub const ENV_CHUTE_URL: &str = "CHUTES_CHUTE_URL";
/// Ten years in seconds: a longer limit is none.
const ENDLESS: f64 = 10.0 * 365.25 * 86_400.0;
/// Calls of `generate_many` at the same time.
pub const MAX_CONCURRENCY: usize = 8;

/// The five addresses of the platform; what is `None` comes from the environment, else from the defaults.
///
/// ```
/// use chutes_client::Endpoints;
/// let local = Endpoints { api: Some("http://127.0.0.1:8000".into()), ..Endpoints::default() };
/// # drop(local);
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Endpoints {
    /// Management API.
    pub api: Option<String>,
    /// Language models, `/v1` included.
    pub llm: Option<String>,
    /// Image models.
    pub image: Option<String>,
    /// Embedding models.
    pub embed: Option<String>,
    /// A chute's own host: a template with `{slug}`.
    pub chute: Option<String>,
}

impl Endpoints {
    /// The addresses a gateway or local platform at `base` has: `B`, `B/llm/v1`, `B/image`, `B/embed`, `B/chute/{slug}`.
    pub fn under(base: &str) -> Endpoints {
        let base = base.trim().trim_end_matches('/');
        Endpoints {
            api: Some(base.to_owned()),
            llm: Some(format!("{base}/llm/v1")),
            image: Some(format!("{base}/image")),
            embed: Some(format!("{base}/embed")),
            chute: Some(format!("{base}/chute/{{slug}}")),
        }
    }

    /// What `CHUTES_*_URL` and `CHUTES_BASE_URL` say.
    ///
    /// # Errors
    /// `config` when `CHUTES_BASE_URL` is no base URL.
    pub fn from_env() -> Result<Endpoints, Error> {
        let read = |name: &str| std::env::var(name).ok().filter(|v| !v.trim().is_empty());
        let base = match read(ENV_BASE_URL) {
            Some(url) => Endpoints::under(&check_base(ENV_BASE_URL, &url)?),
            None => Endpoints::default(),
        };
        Ok(Endpoints {
            api: read(ENV_API_URL),
            llm: read(ENV_LLM_URL),
            image: read(ENV_IMAGE_URL),
            embed: read(ENV_EMBED_URL),
            chute: read(ENV_CHUTE_URL),
        }
        .or(base))
    }

    /// These addresses, and those of `other` where there is none.
    pub fn or(self, other: Endpoints) -> Endpoints {
        Endpoints {
            api: self.api.or(other.api),
            llm: self.llm.or(other.llm),
            image: self.image.or(other.image),
            embed: self.embed.or(other.embed),
            chute: self.chute.or(other.chute),
        }
    }

    /// These addresses, else those of the environment, whose errors name its variables, else the defaults.
    pub(crate) fn check(self, env: Endpoints) -> Result<Hosts, Error> {
        let chute = match (&self.chute, &env.chute) {
            (Some(given), _) => check_template("the chute URL", given),
            (None, Some(told)) => check_template(ENV_CHUTE_URL, told),
            (None, None) => Ok(DEFAULT_CHUTE_URL.to_owned()),
        };
        let pick = |name: &str, given: Option<String>, variable: &str, told: Option<String>, default: &str| match (given, told) {
            (Some(url), _) => check_url(name, &url),
            (None, Some(url)) => check_url(variable, &url),
            (None, None) => Ok(default.to_owned()),
        };
        Ok(Hosts {
            api: pick("API URL", self.api, ENV_API_URL, env.api, DEFAULT_API_URL)?,
            llm: pick("LLM URL", self.llm, ENV_LLM_URL, env.llm, DEFAULT_LLM_URL)?,
            image: pick("image URL", self.image, ENV_IMAGE_URL, env.image, DEFAULT_IMAGE_URL)?,
            embed: pick("embed URL", self.embed, ENV_EMBED_URL, env.embed, DEFAULT_EMBED_URL)?,
            chute: chute?,
        })
    }
}

/// The checked addresses of a client.
#[derive(Debug, Clone)]
pub(crate) struct Hosts {
    pub(crate) api: String,
    pub(crate) llm: String,
    pub(crate) image: String,
    pub(crate) embed: String,
    pub(crate) chute: String,
}

impl Hosts {
    /// Whether a URL is on one of them, a chute's host included.
    pub(crate) fn own(&self, url: &str) -> bool {
        let Ok(url) = url::Url::parse(url) else { return false };
        let place = self.chute.split('/').nth(2).unwrap_or_default().to_ascii_lowercase();
        let slug = place.split_once("{slug}").and_then(|(before, after)| {
            let after = after.split(':').next().unwrap_or_default();
            url.host_str()?.strip_prefix(before)?.strip_suffix(after).filter(|slug| !slug.is_empty() && !slug.contains('.'))
        });
        let chute = self.chute.replace("{slug}", slug.unwrap_or("slug"));
        [&self.api, &self.llm, &self.image, &self.embed, &chute]
            .iter()
            .any(|base| url::Url::parse(base).is_ok_and(|base| base.origin() == url.origin()))
    }
}

/// What happens when the server begins an answer anew on another instance.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum OnRestart {
    /// `stream_interrupted` with the partial message.
    #[default]
    Error,
    /// The partial answer is dropped and the new one goes on.
    Discard,
}

/// How a chute is reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Via {
    /// By its own host.
    #[default]
    Host,
    /// By `{api}/chutes/{chute_id}/{path}`; the public server refuses it.
    Api,
}

/// What happens when a chute has no instance yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Ready {
    /// The ordinary retries.
    #[default]
    Retry,
    /// Warm it up, wait until it is hot, and send the call again.
    Wait,
}

/// Options of one call; those of the client hold where nothing is said.
///
/// ```
/// use chutes_client::CallOptions;
/// use std::time::Duration;
/// let options = CallOptions::new().timeout(Duration::from_secs(30)).max_retries(0).extra_header("x-trace", "1");
/// # drop(options);
/// ```
#[derive(Clone, Default)]
pub struct CallOptions {
    pub(crate) timeout: Option<Limit>,
    pub(crate) first_byte: Option<Limit>,
    pub(crate) idle: Option<Limit>,
    pub(crate) deadline: Option<Limit>,
    pub(crate) max_retries: Option<Option<u32>>,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) query: Vec<(String, String)>,
    pub(crate) body: Map<String, Value>,
    pub(crate) on_restart: Option<OnRestart>,
    pub(crate) via: Option<Via>,
    pub(crate) ready: Option<Ready>,
    pub(crate) max_event_bytes: Option<usize>,
    pub(crate) cancel: Option<CancelHandle>,
    pub(crate) validate: Option<bool>,
    /// What the errors of this call must not show.
    pub(crate) secrets: Vec<String>,
}

impl fmt::Debug for CallOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown = |(name, value): &(String, String)| (name.clone(), redact_header(name, value, &[]));
        let mut out = f.debug_struct("CallOptions");
        out.field("timeout", &self.timeout).field("first_byte", &self.first_byte).field("idle", &self.idle);
        out.field("deadline", &self.deadline).field("max_retries", &self.max_retries);
        out.field("headers", &self.headers.iter().map(shown).collect::<Vec<_>>());
        out.field("query", &self.query.iter().map(shown).collect::<Vec<_>>());
        out.field("body", &redact(&format!("{:?}", self.body), &[])).field("on_restart", &self.on_restart);
        out.field("via", &self.via).field("ready", &self.ready).field("max_event_bytes", &self.max_event_bytes);
        out.field("cancel", &self.cancel).field("validate", &self.validate).finish()
    }
}

impl CallOptions {
    /// No option set.
    pub fn new() -> CallOptions {
        CallOptions::default()
    }

    /// Sets the first-byte and the idle limit together, per attempt. `None` is no limit.
    pub fn timeout(mut self, limit: impl Into<Limit>) -> Self {
        self.timeout = Some(limit.into());
        self
    }

    /// Limit on the silence before the first byte of an answer, from when the connection stands; each piece of a request that the server
    /// takes begins it anew.
    pub fn first_byte_timeout(mut self, limit: impl Into<Limit>) -> Self {
        self.first_byte = Some(limit.into());
        self
    }

    /// Limit on the silence between two bytes.
    pub fn idle_timeout(mut self, limit: impl Into<Limit>) -> Self {
        self.idle = Some(limit.into());
        self
    }

    /// Limit on the whole call: its look-up, credentials, attempts, waits and warm-up, and its stream to the end.
    pub fn deadline(mut self, limit: impl Into<Limit>) -> Self {
        self.deadline = Some(limit.into());
        self
    }

    /// Retries after the first attempt; a negative number is a `config` error.
    pub fn max_retries(mut self, retries: impl TryInto<u32>) -> Self {
        self.max_retries = Some(retries.try_into().ok());
        self
    }

    /// A header of the request; it wins over those of the client. Where a GET is redirected to another origin, `authorization`,
    /// `x-api-key`, `cookie` and `x-chutes-…` stay behind; a secret under any other name goes along.
    pub fn extra_header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }

    /// A parameter added to the query.
    pub fn extra_query(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.query.push((name.into(), value.into()));
        self
    }

    /// A field merged into the JSON body last; a null is sent as null.
    pub fn extra_body(mut self, name: impl Into<String>, value: impl Into<Value>) -> Self {
        self.body.insert(name.into(), value.into());
        self
    }

    /// What happens when the server begins an answer anew.
    pub fn on_restart(mut self, what: OnRestart) -> Self {
        self.on_restart = Some(what);
        self
    }

    /// How a chute is reached.
    pub fn via(mut self, via: Via) -> Self {
        self.via = Some(via);
        self
    }

    /// What happens when a chute has no instance yet.
    pub fn ready(mut self, ready: Ready) -> Self {
        self.ready = Some(ready);
        self
    }

    /// False sends arguments of a chute's endpoint that do not fit the schema it tells.
    pub fn validate(mut self, on: bool) -> Self {
        self.validate = Some(on);
        self
    }

    /// Largest event of a stream, in bytes.
    pub fn max_event_bytes(mut self, bytes: usize) -> Self {
        self.max_event_bytes = Some(bytes);
        self
    }

    /// Lets `handle` end the call with kind `cancelled`. Dropping the future or the stream is the usual way.
    pub fn cancel(mut self, handle: &CancelHandle) -> Self {
        self.cancel = Some(handle.clone());
        self
    }

    /// Keeps further secrets out of the errors of this call.
    pub(crate) fn hiding(mut self, secrets: impl IntoIterator<Item = String>) -> CallOptions {
        self.secrets.extend(secrets);
        self
    }

    /// These options over `base`.
    pub(crate) fn over(&self, base: &CallOptions) -> CallOptions {
        let mut out = base.clone();
        if self.timeout.is_some() {
            // A timeout of the call beats the finer limits of the client.
            (out.timeout, out.first_byte, out.idle) = (self.timeout, None, None);
        }
        out.first_byte = self.first_byte.or(out.first_byte);
        out.idle = self.idle.or(out.idle);
        out.deadline = self.deadline.or(out.deadline);
        out.max_retries = self.max_retries.or(out.max_retries);
        out.headers.extend_from_slice(&self.headers);
        out.query.extend_from_slice(&self.query);
        if !self.body.is_empty() {
            out.body.extend(self.body.clone());
        }
        out.on_restart = self.on_restart.or(out.on_restart);
        out.via = self.via.or(out.via);
        out.ready = self.ready.or(out.ready);
        out.max_event_bytes = self.max_event_bytes.or(out.max_event_bytes);
        out.cancel = self.cancel.clone().or(out.cancel);
        out.validate = self.validate.or(out.validate);
        out.secrets.extend_from_slice(&self.secrets);
        out
    }

    /// These options without what belongs to one request alone: headers, query and body.
    pub(crate) fn limits_only(mut self) -> CallOptions {
        (self.headers, self.query, self.body) = (Vec::new(), Vec::new(), Map::new());
        self
    }

    pub(crate) fn limits(&self, surface: Surface, whole: bool, endless: bool) -> Result<Limits, Error> {
        let mut limits = limits_for(surface, whole);
        if endless {
            limits.idle = None;
        }
        if let Some(limit) = self.timeout {
            limits.first_byte = check_duration("timeout", limit)?;
            limits.idle = limits.first_byte;
        }
        if let Some(limit) = self.first_byte {
            limits.first_byte = check_duration("first_byte_timeout", limit)?;
        }
        if let Some(limit) = self.idle {
            limits.idle = check_duration("idle_timeout", limit)?;
        }
        if let Some(limit) = self.deadline {
            limits.total = check_duration("deadline", limit)?;
        }
        Ok(limits)
    }

    pub(crate) fn retries(&self) -> Result<u32, Error> {
        match self.max_retries {
            None => Ok(MAX_RETRIES),
            Some(Some(retries)) => Ok(retries),
            Some(None) => Err(Error::config("max_retries must be 0 or more")),
        }
    }

    /// What can be refused without a request.
    pub(crate) fn check(&self) -> Result<(), Error> {
        self.limits(Surface::Invocation, false, false)?;
        self.retries()?;
        self.headers.iter().try_for_each(|(n, v)| check_header(n, v).map(drop))
    }
}

/// A base URL without trailing slashes.
pub(crate) fn check_url(name: &str, url: &str) -> Result<String, Error> {
    let trimmed = url.trim().trim_end_matches('/');
    let refuse = |why: &str| Err(Error::config(format!("{name} {why}; give one like https://host/path")));
    let Ok(parsed) = url::Url::parse(trimmed) else { return refuse("is no URL") };
    if !matches!(parsed.scheme(), "http" | "https") {
        return refuse("must begin with http:// or https://");
    }
    // The parser takes `http:///v1` for the host `v1`; the text itself tells that there is none.
    if trimmed.split('/').nth(2).is_none_or(str::is_empty) {
        return refuse("has no host");
    }
    if !parsed.username().is_empty() || parsed.password().is_some() || trimmed.split('/').nth(2).is_some_and(|a| a.contains('@'))
    {
        return refuse("must not hold a user name or password");
    }
    if parsed.query().is_some() || parsed.fragment().is_some() {
        return refuse("must have no query and no fragment");
    }
    Ok(trimmed.to_owned())
}

/// A chute's own host: a base URL once its place for the slug is filled in.
fn check_template(name: &str, url: &str) -> Result<String, Error> {
    if !url.contains("{slug}") {
        return Err(Error::config(format!("{name} must contain {{slug}}, as {DEFAULT_CHUTE_URL} does")));
    }
    check_url(name, &url.replace("{slug}", "slug"))?;
    Ok(url.trim().trim_end_matches('/').to_owned())
}

/// The base of all five addresses: not one of the platform's own hosts, below which nothing of the others lies.
pub(crate) fn check_base(name: &str, url: &str) -> Result<String, Error> {
    let base = check_url(name, url)?;
    let host = |url: &str| url::Url::parse(url).ok().and_then(|url| url.host_str().map(str::to_owned));
    let own = [
        (DEFAULT_API_URL, "api", ENV_API_URL),
        (DEFAULT_LLM_URL, "llm", ENV_LLM_URL),
        (DEFAULT_IMAGE_URL, "image", ENV_IMAGE_URL),
        (DEFAULT_EMBED_URL, "embed", ENV_EMBED_URL),
    ];
    match own.iter().find(|(known, ..)| host(known) == host(&base)) {
        None => Ok(base),
        Some((known, option, variable)) => Err(Error::config(format!(
            "{name} is the address of a gateway for everything, and {known} is the default of one host: leave {name} out, or set \
             endpoints.{option} or {variable}"
        ))),
    }
}

/// A duration above zero, or none; what is longer than anybody waits is none, too.
pub(crate) fn check_duration(name: &str, limit: Limit) -> Result<Option<Duration>, Error> {
    match limit.0 {
        None => Ok(None),
        Some(seconds) if seconds.is_finite() && seconds > ENDLESS => Ok(None),
        Some(seconds) if seconds > 0.0 => Duration::try_from_secs_f64(seconds)
            .map(Some)
            .map_err(|_| Error::config(format!("{name} is too long; give None for no limit"))),
        Some(_) => Err(Error::config(format!("{name} must be above zero; give None for no limit"))),
    }
}

/// A header fit to be sent: no CR, LF or NUL, and none that says where the body ends.
pub(crate) fn check_header(name: &str, value: &str) -> Result<(HeaderName, HeaderValue), Error> {
    let shown: String = name.chars().filter(|c| !c.is_control()).take(80).collect();
    let parsed = HeaderName::from_bytes(name.as_bytes()).map_err(|_| Error::config(format!("{shown:?} is no header name")))?;
    if matches!(parsed, header::CONTENT_LENGTH | header::TRANSFER_ENCODING) {
        return Err(Error::config(format!("the header {shown} is set by the client alone: it follows the body")));
    }
    let value = HeaderValue::from_bytes(value.trim_matches([' ', '\t']).as_bytes())
        .map_err(|_| Error::config(format!("the value of header {shown} holds a line break or another control character")))?;
    Ok((parsed, value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls() {
        assert_eq!(check_url("x", " http://h:1/a// ").unwrap(), "http://h:1/a");
        for bad in ["", "h", "ftp://h", "http://", "http://u:p@h", "http://@h", "http://h?q", "http://h#f", "http://h/?"] {
            assert_eq!(check_url("base_url", bad).unwrap_err().kind().as_str(), "config", "{bad}");
        }
    }

    #[test]
    fn endpoints_of_a_base() {
        let hosts = Endpoints::under("http://h/b/").check(Endpoints::default()).unwrap();
        assert_eq!((hosts.llm.as_str(), hosts.chute.as_str()), ("http://h/b/llm/v1", "http://h/b/chute/{slug}"));
        let no_slug = Endpoints { chute: Some("http://h/x".into()), ..Endpoints::default() };
        assert!(
            no_slug.clone().check(Endpoints::default()).unwrap_err().message().starts_with("the chute URL must contain {slug}")
        );
        // What the caller did not write is named by its variable.
        assert!(Endpoints::default().check(no_slug).unwrap_err().message().starts_with(ENV_CHUTE_URL));
        let no_host = || Endpoints { llm: Some("llm.example/v1".into()), ..Endpoints::default() };
        assert!(Endpoints::default().check(no_host()).unwrap_err().message().starts_with(ENV_LLM_URL));
        let given = Endpoints { llm: Some("http://h".into()), ..Endpoints::default() };
        assert_eq!(given.check(no_host()).unwrap().llm, "http://h");
    }

    #[test]
    fn a_base_is_none_of_the_platforms_hosts() {
        for (bad, option) in [("https://llm.chutes.ai/v1", "endpoints.llm"), (" HTTPS://API.chutes.ai/ ", "endpoints.api")] {
            let error = check_base("base_url", bad).unwrap_err();
            assert!(error.is_config() && error.message().contains(option), "{error}");
        }
        for good in ["http://127.0.0.1:8000", "https://gateway.example/v1", "https://chutes.ai.example"] {
            assert!(check_base("base_url", good).is_ok(), "{good}");
        }
    }

    #[test]
    fn own_hosts() {
        let own = |chute: &str, url: &str| {
            let ends = Endpoints { chute: Some(chute.into()), ..Endpoints::default() };
            ends.check(Endpoints::default()).unwrap().own(url)
        };
        for (chute, url, want) in [
            (DEFAULT_CHUTE_URL, "https://alice-echo.chutes.ai/run", true),
            (DEFAULT_CHUTE_URL, "https://llm.chutes.ai", true),
            (DEFAULT_CHUTE_URL, "http://alice-echo.chutes.ai/run", false),
            (DEFAULT_CHUTE_URL, "https://a.b.chutes.ai", false),
            (DEFAULT_CHUTE_URL, "https://chutes.ai.evil.example", false),
            (DEFAULT_CHUTE_URL, "https://evilchutes.ai", false),
            ("https://gw-{slug}.Example:8443/x", "https://gw-a.example:8443/y", true),
            ("https://gw-{slug}.example:8443/x", "https://gw-a.example/y", false),
            ("https://gw-{slug}.example", "https://gw-.example", false),
            ("https://h/c/{slug}", "https://h/elsewhere", true),
            ("https://h/c/{slug}", "https://slug/c", false),
        ] {
            assert_eq!(own(chute, url), want, "{chute} {url}");
        }
    }

    #[test]
    fn what_nobody_waits_for_is_no_limit() {
        for endless in [Duration::MAX.as_secs_f64(), 1e19, ENDLESS + 1.0] {
            assert_eq!(check_duration("x", endless.into()).unwrap(), None);
        }
        assert_eq!(check_duration("x", (ENDLESS - 1.0).into()).unwrap(), Some(Duration::from_secs_f64(ENDLESS - 1.0)));
        assert!(check_duration("x", f64::INFINITY.into()).unwrap_err().is_config());
        assert_eq!(check_duration("x", 30.into()).unwrap(), Some(Duration::from_secs(30)));
    }

    #[test]
    fn options_merge_and_are_checked() {
        let client = CallOptions::new().timeout(Duration::from_secs(5)).idle_timeout(1.0).extra_header("a", "1");
        let call = CallOptions::new().timeout(2.0).max_retries(7);
        let limits = call.over(&client).limits(Surface::Invocation, false, false).unwrap();
        assert_eq!((limits.first_byte, limits.idle), (Some(Duration::from_secs(2)), Some(Duration::from_secs(2))));
        assert_eq!(call.over(&client).retries().unwrap(), 7);
        let none = CallOptions::new().timeout(None).limits(Surface::Management, true, false).unwrap();
        assert_eq!((none.first_byte, none.idle), (None, None));
        for (bad, name) in [
            (CallOptions::new().timeout(0.0), "timeout"),
            (CallOptions::new().idle_timeout(-1.0), "idle_timeout"),
            (CallOptions::new().deadline(f64::NAN), "deadline"),
            (CallOptions::new().first_byte_timeout(Duration::ZERO), "first_byte_timeout"),
            (CallOptions::new().max_retries(-1), "max_retries"),
            (CallOptions::new().extra_header("x", "a\r\nb"), "header x"),
            (CallOptions::new().extra_header("Content-Length", "5"), "Content-Length"),
        ] {
            let error = bad.check().unwrap_err();
            assert!(error.is_config() && error.message().contains(name), "{error}");
        }
    }
}
