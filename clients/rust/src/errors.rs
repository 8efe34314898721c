//! One error type. Kind is data; the predicates are sugar.
//!
//! ```text
//! Error
//! ├── config               refused before anything was sent
//! ├── connection           no answer, or it broke off
//! ├── timeout              one of our limits on time
//! ├── cancelled            ended by the caller through a CancelHandle
//! ├── bad_request … conflict, unprocessable     400 401 402 403 404 409 422
//! ├── quota_exhausted      under payment_required (402) or rate_limited (429)
//! ├── rate_limited         429
//! │   └── capacity         429: the platform is full; not your rate
//! ├── api_status           any other 4xx
//! │   └── tee_required     426
//! ├── server               5xx
//! │   ├── unavailable      502 503 504 520-529
//! │   ├── cold_start       503: no instance yet
//! │   └── disabled         503: switched off by its owner
//! ├── stream_error         the server reported an error inside a stream
//! ├── stream_interrupted   a stream ended before its end
//! ├── unexpected_response  a success that is not what was asked for
//! ├── too_large            one of our own limits on size
//! ├── invalid_output       the model's answer cannot be used as asked
//! └── pagination_stuck     the server keeps sending the same page
//! ```

use crate::errors_body::{ErrorBody, clean_message, parse_body_upto};
use crate::redact::{MASK, redact, redact_cut, redact_headers};
use crate::sse::EventTooLarge;
use crate::tools::Step;
use crate::types::ChatMessageParam;
use bytes::Bytes;
use http::HeaderMap;
use std::error::Error as StdError;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

/// The longest message of an error, in characters.
pub const MAX_MESSAGE_CHARS: usize = 2_000;
/// How much of an error's body is read and kept.
pub const MAX_BODY_BYTES: usize = 64 * 1024;

macro_rules! kinds {
    ($($variant:ident $text:literal $doc:literal),+ $(,)?) => {
        /// What happened; the same words in every language of the suite.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum Kind { $(#[doc = $doc] $variant),+ }

        impl Kind {
            /// The word of the kind, such as `rate_limited`.
            pub fn as_str(self) -> &'static str {
                match self { $(Kind::$variant => $text),+ }
            }
        }
    };
}

kinds! {
    Config "config" "Bad input of the caller; nothing was sent.",
    Connection "connection" "No answer, or one that broke off.",
    Timeout "timeout" "A limit on time was reached.",
    Cancelled "cancelled" "Ended by the caller.",
    BadRequest "bad_request" "400.",
    Unauthenticated "unauthenticated" "401.",
    PaymentRequired "payment_required" "402.",
    QuotaExhausted "quota_exhausted" "402 or 429 that speaks of a quota.",
    PermissionDenied "permission_denied" "403.",
    NotFound "not_found" "404, or no such chute.",
    Conflict "conflict" "409.",
    Unprocessable "unprocessable" "422.",
    RateLimited "rate_limited" "429.",
    Capacity "capacity" "429: the platform is at its capacity.",
    ColdStart "cold_start" "503: no instance is running yet.",
    Disabled "disabled" "503: the chute is switched off.",
    TeeRequired "tee_required" "426.",
    Server "server" "Any other 5xx.",
    Unavailable "unavailable" "502, 503, 504 and 520 to 529.",
    ApiStatus "api_status" "Any other 4xx.",
    StreamError "stream_error" "The server reported an error inside a stream, or sent an event that is no JSON.",
    StreamInterrupted "stream_interrupted" "A stream ended before its end.",
    UnexpectedResponse "unexpected_response" "A success that is not what was asked for.",
    TooLarge "too_large" "One of our own limits on size.",
    InvalidOutput "invalid_output" "The model's answer cannot be used as asked.",
    PaginationStuck "pagination_stuck" "The server keeps sending the same page.",
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Why a stream was interrupted, or the answer of a model cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Reason {
    /// The body ended before the answer did.
    Truncated,
    /// The server began the answer anew on another instance.
    Restarted,
    /// The connection broke.
    Connection,
    /// Nothing came for longer than the idle limit.
    IdleTimeout,
    /// The answer was cut off at its length limit.
    Length,
    /// The model refused.
    Refusal,
    /// A content filter held the answer back.
    ContentFilter,
    /// There is no answer, or no text in it.
    Empty,
    /// The answer is no JSON.
    Json,
    /// The answer is JSON of another shape.
    Schema,
    /// The model still asked for tools in its last turn.
    MaxTurns,
}

impl Reason {
    /// The word of the reason, such as `truncated`.
    pub fn as_str(self) -> &'static str {
        match self {
            Reason::Truncated => "truncated",
            Reason::Restarted => "restarted",
            Reason::Connection => "connection",
            Reason::IdleTimeout => "idle_timeout",
            Reason::Length => "length",
            Reason::Refusal => "refusal",
            Reason::ContentFilter => "content_filter",
            Reason::Empty => "empty",
            Reason::Json => "json",
            Reason::Schema => "schema",
            Reason::MaxTurns => "max_turns",
        }
    }
}

/// The error of every call of this crate. It is cheap to clone and shows no key, whatever the server echoed.
///
/// ```
/// let error = chutes_client::Chutes::builder().api_key("").build().unwrap_err();
/// assert_eq!(error.kind().as_str(), "config");
/// assert!(!error.retryable());
/// ```
#[derive(Clone)]
pub struct Error {
    inner: Arc<Inner>,
}

#[derive(Clone)]
struct Inner {
    kind: Kind,
    message: String,
    status: Option<u16>,
    code: Option<String>,
    param: Option<String>,
    error_type: Option<String>,
    quota_reset: Option<String>,
    fee: Option<f64>,
    request_id: Option<String>,
    retry_after: Option<Duration>,
    attempts: u32,
    body: Bytes,
    headers: HeaderMap,
    partial: Option<Arc<serde_json::Value>>,
    reason: Option<Reason>,
    text: Option<String>,
    tried: Vec<(String, Kind)>,
    unfinished: Option<Arc<Unfinished>>,
    source: Option<Arc<dyn StdError + Send + Sync>>,
}

/// What a tool run came to before it ended.
struct Unfinished {
    steps: Vec<Step>,
    messages: Vec<ChatMessageParam>,
}

impl Error {
    pub(crate) fn new(kind: Kind, message: impl AsRef<str>) -> Error {
        let message = clean_message(message.as_ref());
        Error {
            inner: Arc::new(Inner {
                kind,
                message,
                status: None,
                code: None,
                param: None,
                error_type: None,
                quota_reset: None,
                fee: None,
                request_id: None,
                retry_after: None,
                attempts: 0,
                body: Bytes::new(),
                headers: HeaderMap::new(),
                partial: None,
                reason: None,
                text: None,
                tried: Vec::new(),
                unfinished: None,
                source: None,
            }),
        }
    }

    pub(crate) fn config(message: impl AsRef<str>) -> Error {
        Error::new(Kind::Config, message)
    }

    /// What a function of the caller's failed with: an error of ours as it is, any other as `config`.
    pub(crate) fn of_caller(what: &str, cause: Box<dyn StdError + Send + Sync>) -> Error {
        let told = |cause: Box<dyn StdError + Send + Sync>| Error::config(format!("{what}: {cause}")).with_cause(cause);
        cause.downcast::<Error>().map_or_else(told, |own| *own)
    }

    fn edit(mut self, change: impl FnOnce(&mut Inner)) -> Error {
        change(Arc::make_mut(&mut self.inner));
        self
    }

    pub(crate) fn with_kind(self, kind: Kind) -> Error {
        self.edit(|e| e.kind = kind)
    }

    pub(crate) fn with_message(self, message: impl AsRef<str>) -> Error {
        self.edit(|e| e.message = clean_message(message.as_ref()))
    }

    pub(crate) fn with_source(self, source: impl StdError + Send + Sync + 'static) -> Error {
        self.edit(|e| e.source = Some(Arc::new(source)))
    }

    pub(crate) fn with_cause(self, source: Box<dyn StdError + Send + Sync>) -> Error {
        self.edit(|e| e.source = Some(source.into()))
    }

    pub(crate) fn with_attempts(self, attempts: u32) -> Error {
        self.edit(|e| e.attempts = attempts)
    }

    pub(crate) fn with_reason(self, reason: Reason) -> Error {
        self.edit(|e| e.reason = Some(reason))
    }

    pub(crate) fn with_partial(self, partial: serde_json::Value) -> Error {
        self.edit(|e| e.partial = Some(Arc::new(partial)))
    }

    pub(crate) fn with_text(self, text: &str) -> Error {
        self.edit(|e| e.text = Some(text.to_owned()))
    }

    pub(crate) fn with_tried(self, tried: Vec<(String, Kind)>) -> Error {
        self.edit(|e| e.tried = tried)
    }

    pub(crate) fn with_unfinished(self, steps: Vec<Step>, messages: Vec<ChatMessageParam>) -> Error {
        self.edit(|e| e.unfinished = Some(Arc::new(Unfinished { steps, messages })))
    }

    pub(crate) fn with_body(self, body: Bytes) -> Error {
        self.edit(|e| e.body = body.slice(..body.len().min(MAX_BODY_BYTES)))
    }

    /// Takes over what an answer tells of itself: status, headers and request id.
    pub(crate) fn with_answer(self, status: u16, headers: &HeaderMap) -> Error {
        self.edit(|e| {
            e.status = Some(status);
            e.request_id = request_id(headers);
            e.headers = redact_headers(headers, &[]);
        })
    }

    pub(crate) fn with_status(self, status: u16) -> Error {
        self.edit(|e| e.status = Some(status))
    }

    pub(crate) fn with_facts(self, parsed: ErrorBody) -> Error {
        self.edit(|e| {
            e.code = parsed.code;
            e.param = parsed.param;
            e.error_type = parsed.error_type;
            e.quota_reset = parsed.quota_reset_timestamp;
        })
    }

    /// Masks a client's own secrets in everything this error can show; called once, where the error leaves us.
    pub(crate) fn scrub(self, secrets: &[String]) -> Error {
        self.edit(|e| {
            let longest = if e.status == Some(402) { MAX_BODY_BYTES } else { MAX_MESSAGE_CHARS };
            e.message = redact_cut(&e.message, secrets, longest);
            for text in [&mut e.code, &mut e.param, &mut e.error_type, &mut e.quota_reset, &mut e.request_id] {
                *text = text.take().map(|t| redact(&t, secrets));
            }
            e.text = e.text.take().map(|t| secrets.iter().fold(t, |t, s| t.replace(s.as_str(), MASK)));
            e.headers = redact_headers(&e.headers, secrets);
            let body = String::from_utf8_lossy(&e.body);
            if secrets.iter().any(|s| body.contains(s.as_str())) {
                let clean = secrets.iter().fold(body.into_owned(), |b, s| b.replace(s.as_str(), MASK));
                e.body = Bytes::from(clean);
            }
        })
    }

    /// What happened.
    pub fn kind(&self) -> Kind {
        self.inner.kind
    }

    /// A sentence to act on: at most [`MAX_MESSAGE_CHARS`], without control characters and keys.
    pub fn message(&self) -> &str {
        &self.inner.message
    }

    /// HTTP status, if there was an answer.
    pub fn status(&self) -> Option<u16> {
        self.inner.status
    }

    /// The server's own code of the error.
    pub fn code(&self) -> Option<&str> {
        self.inner.code.as_deref()
    }

    /// The parameter that the server names.
    pub fn param(&self) -> Option<&str> {
        self.inner.param.as_deref()
    }

    /// The server's own type of the error.
    pub fn error_type(&self) -> Option<&str> {
        self.inner.error_type.as_deref()
    }

    /// When an exhausted quota is filled again, as the server wrote it (402 only).
    pub fn quota_reset_timestamp(&self) -> Option<&str> {
        self.inner.quota_reset.as_deref()
    }

    /// What a first deployment costs, in USD, where a 402 names a deployment fee; the text is in [`Error::message`], uncut. `None`
    /// for every other error. See [`chutes().deploy`](crate::management::chutes::ChutesResource::deploy).
    pub fn fee(&self) -> Option<f64> {
        self.inner.fee
    }

    /// `x-request-id`, else `X-Chutes-InvocationID`.
    pub fn request_id(&self) -> Option<&str> {
        self.inner.request_id.as_deref()
    }

    /// How long the server asked to wait.
    pub fn retry_after(&self) -> Option<Duration> {
        self.inner.retry_after
    }

    /// Requests that were tried, 1-based; 0 when nothing was sent.
    pub fn attempts(&self) -> u32 {
        self.inner.attempts
    }

    /// The raw body of the answer, at most [`MAX_BODY_BYTES`]; never shown by `Debug`.
    pub fn raw_body(&self) -> &[u8] {
        &self.inner.body
    }

    /// The headers of the answer, without cookies and other credentials; empty if there was none.
    pub fn headers(&self) -> &HeaderMap {
        &self.inner.headers
    }

    /// What had arrived of a streamed answer, as JSON in the wire shape of a whole one, with `"complete": false`.
    pub fn partial(&self) -> Option<&serde_json::Value> {
        self.inner.partial.as_deref()
    }

    /// The model's answer as it came, where it could not be used (`invalid_output`); never shown by `Debug`.
    pub fn text(&self) -> Option<&str> {
        self.inner.text.as_deref()
    }

    /// The models of a call with several, in the order they were asked, with what went wrong.
    pub fn tried(&self) -> &[(String, Kind)] {
        &self.inner.tried
    }

    /// The turns of a tool run that ended with this error; empty for every other.
    pub fn steps(&self) -> &[Step] {
        self.inner.unfinished.as_ref().map_or(&[], |u| &u.steps)
    }

    /// The conversation of a tool run that ended with this error, ready to go on with; empty for every other.
    pub fn messages(&self) -> &[ChatMessageParam] {
        self.inner.unfinished.as_ref().map_or(&[], |u| &u.messages)
    }

    /// Why a stream was interrupted, or the answer of a model cannot be used.
    pub fn reason(&self) -> Option<Reason> {
        self.inner.reason
    }

    /// Whether the same call might succeed later by itself.
    pub fn retryable(&self) -> bool {
        use Kind::*;
        let kinds = [Capacity, RateLimited, ColdStart, Unavailable, Server, Connection, Timeout];
        (kinds.contains(&self.kind()) && self.status() != Some(501)) || self.status() == Some(408)
    }

    /// The wider kinds as which this error can be caught: those whose predicate is true besides its own.
    pub fn parents(&self) -> &'static [Kind] {
        parents(self.kind(), self.status())
    }

    /// Whether the kind is `kind` or has it as a parent.
    pub fn is(&self, kind: Kind) -> bool {
        self.kind() == kind || self.parents().contains(&kind)
    }

    /// Bad input of the caller.
    pub fn is_config(&self) -> bool {
        self.is(Kind::Config)
    }

    /// No answer, or one that broke off.
    pub fn is_connection(&self) -> bool {
        self.is(Kind::Connection)
    }

    /// A limit on time was reached.
    pub fn is_timeout(&self) -> bool {
        self.is(Kind::Timeout)
    }

    /// 401.
    pub fn is_unauthenticated(&self) -> bool {
        self.is(Kind::Unauthenticated)
    }

    /// 402, an exhausted quota of a paid plan included.
    pub fn is_payment_required(&self) -> bool {
        self.is(Kind::PaymentRequired)
    }

    /// 404, or no such chute.
    pub fn is_not_found(&self) -> bool {
        self.is(Kind::NotFound)
    }

    /// 429, capacity and an exhausted daily quota included.
    pub fn is_rate_limited(&self) -> bool {
        self.is(Kind::RateLimited)
    }

    /// 503: no instance is running yet.
    pub fn is_cold_start(&self) -> bool {
        self.is(Kind::ColdStart)
    }

    /// Any 5xx.
    pub fn is_server(&self) -> bool {
        self.is(Kind::Server)
    }

    /// The model's answer cannot be used as asked; see [`Error::reason`] and [`Error::text`].
    pub fn is_invalid_output(&self) -> bool {
        self.is(Kind::InvalidOutput)
    }

    /// A stream ended before its end; see [`Error::partial`].
    pub fn is_stream_interrupted(&self) -> bool {
        self.is(Kind::StreamInterrupted)
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(status) = self.status() {
            write!(f, "{status} {}: ", self.kind())?;
        }
        f.write_str(self.message())?;
        if let Some(id) = self.request_id() {
            write!(f, " (request {id})")?;
        }
        Ok(())
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut out = f.debug_struct("Error");
        out.field("kind", &self.kind()).field("message", &self.message());
        if let Some(status) = self.status() {
            out.field("status", &status);
        }
        if let Some(code) = self.code() {
            out.field("code", &code);
        }
        if let Some(id) = self.request_id() {
            out.field("request_id", &id);
        }
        if let Some(reason) = self.reason() {
            out.field("reason", &reason);
        }
        out.field("retry_after", &self.retry_after()).field("attempts", &self.attempts()).finish_non_exhaustive()
    }
}

impl From<EventTooLarge> for Error {
    fn from(error: EventTooLarge) -> Error {
        Error::new(Kind::TooLarge, error.to_string()).with_source(error)
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.inner.source.as_ref().map(|s| s.as_ref() as &(dyn StdError + 'static))
    }
}

/// The kind of an answer: the status decides, then the text.
pub(crate) fn kind_for(status: u16, text: &str, body: &ErrorBody) -> Kind {
    let text = text.to_lowercase();
    let has = |mark: &str| text.contains(mark);
    match status {
        402 if body.quota_reset_timestamp.is_some() || has("quota") || has("usage cap") => Kind::QuotaExhausted,
        429 if has("maximum capacity") => Kind::Capacity,
        429 if has("quota") || has("limit reached for today") => Kind::QuotaExhausted,
        503 if has("no instances available") => Kind::ColdStart,
        503 if has("currently disabled") => Kind::Disabled,
        400 => Kind::BadRequest,
        401 => Kind::Unauthenticated,
        402 => Kind::PaymentRequired,
        403 => Kind::PermissionDenied,
        404 => Kind::NotFound,
        409 => Kind::Conflict,
        422 => Kind::Unprocessable,
        426 => Kind::TeeRequired,
        429 => Kind::RateLimited,
        502..=504 | 520..=529 => Kind::Unavailable,
        _ if status >= 500 => Kind::Server,
        _ if status >= 400 => Kind::ApiStatus,
        _ => Kind::UnexpectedResponse,
    }
}

/// The parents of a kind; they follow the status.
pub(crate) fn parents(kind: Kind, status: Option<u16>) -> &'static [Kind] {
    match kind {
        Kind::QuotaExhausted if status == Some(402) => &[Kind::PaymentRequired],
        Kind::QuotaExhausted | Kind::Capacity => &[Kind::RateLimited],
        Kind::TeeRequired => &[Kind::ApiStatus],
        Kind::ColdStart | Kind::Disabled | Kind::Unavailable => &[Kind::Server],
        _ => &[],
    }
}

/// Makes the error of an answer with an error status, or of a redirect that is not followed.
pub(crate) fn classify(status: u16, headers: &HeaderMap, body: Bytes, now: f64) -> Error {
    let content_type = headers.get("content-type").and_then(|v| v.to_str().ok()).unwrap_or("");
    // A fee is agreed to by its text: that of a 402 is never cut.
    let longest = if status == 402 { MAX_BODY_BYTES } else { MAX_MESSAGE_CHARS };
    let parsed = parse_body_upto(&body, content_type, longest);
    let kind = kind_for(status, &parsed.message, &parsed);
    let reason = http::StatusCode::from_u16(status).ok().and_then(|s| s.canonical_reason()).unwrap_or("no message");
    let message = if parsed.message.is_empty() { reason.to_owned() } else { parsed.message.clone() };
    let retry_after = crate::retry::parse_retry_after(headers, now);
    Error::new(kind, "").with_answer(status, headers).with_facts(parsed).with_body(body).edit(|e| {
        e.retry_after = retry_after.map(Duration::from_secs_f64);
        e.fee = if status == 402 { fee_of(&message) } else { None };
        e.message = message;
    })
}

/// The first dollar amount of a text that names a deployment fee.
fn fee_of(text: &str) -> Option<f64> {
    if !text.to_ascii_lowercase().contains("deployment fee") {
        return None;
    }
    text.split('$').skip(1).find_map(|after| {
        let digits = after.trim_start().split(|c: char| !c.is_ascii_digit() && !matches!(c, '.' | ',')).next()?;
        digits.trim_end_matches(['.', ',']).replace(',', "").parse().ok()
    })
}

pub(crate) fn request_id(headers: &HeaderMap) -> Option<String> {
    let read = |name: &str| headers.get(name).map(|v| clean_message(&String::from_utf8_lossy(v.as_bytes())));
    read("x-request-id").filter(|v| !v.is_empty()).or_else(|| read("x-chutes-invocationid")).filter(|v| !v.is_empty())
}

#[cfg(test)]
#[path = "errors_tests.rs"]
mod tests;
