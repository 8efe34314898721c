//! One exchange over the pool of connections, and the one place where foreign errors become ours.

use crate::body::{BodyReader, Wire as WireBody};
use crate::connect::{Address, ConnectError, Connector, Route, Ways};
use crate::deadline::{CONNECT_TIMEOUT, Limit, Limits};
use crate::errors::{Error, Kind};
use crate::multipart::{Plan, PlanReader, UploadError};
use crate::pool::{Connection, Pool};
use crate::retry::{Failure, Phase};
use crate::scripted::{Script, Scripted};
use bytes::Bytes;
use http::header::{ACCEPT_ENCODING, CONTENT_ENCODING, CONTENT_LENGTH, HOST, PROXY_AUTHORIZATION, RANGE};
use http::{HeaderMap, HeaderValue, Method, Request};
use http_body::{Body as HttpBody, Frame, SizeHint};
use std::error::Error as StdError;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, ready};
use std::time::Duration;
use tokio::time::Instant;

/// Request bodies are handed over in pieces, so that the time of the last one is about the time of the last byte written.
const WRITE_PIECE: usize = 64 << 10;
/// The one coding that is asked for and undone.
const GZIP: &str = "gzip";

/// One request as it goes out.
#[derive(Debug, Clone)]
pub(crate) struct Wire {
    pub(crate) method: Method,
    pub(crate) url: Arc<Address>,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Option<Payload>,
}

/// An encoded body: bytes, or parts that are read as they are sent.
#[derive(Debug, Clone)]
pub(crate) enum Payload {
    Bytes(Bytes),
    Parts(Arc<Plan>),
}

/// An answer whose headers are in.
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: BodyReader,
}

/// A text and the address it names.
type Named = (String, Arc<Address>);

/// How a client reaches its servers.
#[derive(Clone)]
pub(crate) struct Transport {
    connector: Connector,
    pool: Arc<Pool>,
    /// Most calls go where the one before went.
    last: Arc<Mutex<Option<Named>>>,
    /// Answers in place of the network.
    script: Option<Scripted>,
}

/// What others say of an exchange that failed.
enum Foreign {
    NoTarget,
    Connect(ConnectError),
    Http {
        error: hyper::Error,
        /// Nothing of the request was written.
        unsent: bool,
        /// A part of an answer was received.
        answering: bool,
    },
}

impl std::fmt::Debug for Transport {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Transport")
    }
}

impl Transport {
    pub(crate) fn new(connect_timeout: Option<Limit>, ways: &Ways, script: Option<Scripted>) -> Result<Transport, Error> {
        let limit = crate::config::check_duration("connect_timeout", connect_timeout.unwrap_or(CONNECT_TIMEOUT.into()))?;
        Ok(Transport { connector: Connector::new(limit, ways)?, pool: Arc::default(), last: Arc::default(), script })
    }

    /// The address that a text names; `None` where it is no URL.
    pub(crate) fn address(&self, text: &str) -> Option<Arc<Address>> {
        let mut last = self.last.lock().unwrap_or_else(|e| e.into_inner());
        if let Some((known, address)) = last.as_ref()
            && known == text
        {
            return Some(address.clone());
        }
        let address = self.located(text.parse().ok()?);
        *last = Some((text.to_owned(), address.clone()));
        Some(address)
    }

    /// The address of a URL that is not asked for again.
    pub(crate) fn located(&self, url: url::Url) -> Arc<Address> {
        Arc::new(self.connector.address(url))
    }

    /// Sends one request and waits for its headers.
    pub(crate) async fn send(&self, wire: &Wire, limits: Limits, left: Option<Duration>) -> Result<Reply, Failure> {
        let until = left.map(|left| Instant::now() + left);
        if let Some(script) = &self.script {
            let Script { status, headers, body } = script.answer(wire)?;
            return Ok(Reply { status, headers, body: BodyReader::of_bytes(body, limits.idle, until) });
        }
        let (place, late) = (wire.url.place(), || Failure::new(Phase::Final, deadline_error()));
        let connected = match until {
            None => self.connection(wire).await,
            Some(until) => tokio::time::timeout_at(until, self.connection(wire)).await.map_err(|_| late())?,
        };
        let (connection, route) = connected.map_err(|foreign| translate(foreign, place))?;
        let (sent, begun) = (SentAt::default(), Instant::now());
        let last_write = || *sent.lock().unwrap_or_else(|e| e.into_inner());
        let mut exchange = std::pin::pin!(self.exchange(wire, route, connection, &sent));
        let outcome = loop {
            // While the server takes the request it is not silent: each piece begins the wait for an answer anew.
            let from = last_write();
            let first = limits.first_byte.map(|limit| from.unwrap_or(begun) + limit);
            let Some(at) = [first, until].into_iter().flatten().min() else { break exchange.await };
            if let Ok(outcome) = tokio::time::timeout_at(at, exchange.as_mut()).await {
                break outcome;
            }
            if until.is_some_and(|until| until <= at) {
                return Err(late());
            }
            if last_write() == from {
                let limit = limits.first_byte.unwrap_or_default().as_secs_f64();
                let text = format!("no byte of an answer came from {place} within {limit} s (first_byte_timeout)");
                return Err(Failure::new(Phase::FirstByte, Error::new(Kind::Timeout, text)));
            }
        };
        let (mut head, body) = outcome.map_err(|foreign| {
            let last_write = last_write();
            let mut failure = translate(foreign, place);
            if failure.phase == Phase::Send && wire.body.is_some() && last_write.is_none() {
                failure.phase = Phase::Unsent;
            }
            failure.since_sent = last_write.map_or(Duration::ZERO, |at| at.elapsed());
            failure
        })?;
        let coded = Self::coded(wire, &head)?;
        if coded {
            head.headers.remove(CONTENT_ENCODING);
            head.headers.remove(CONTENT_LENGTH);
        }
        let body = BodyReader::of_wire(body, coded, limits.idle, until);
        Ok(Reply { status: head.status.as_u16(), headers: head.headers, body })
    }

    /// Whether the body of an answer is coded as we have asked for. What the caller has asked for is the caller's to undo.
    fn coded(wire: &Wire, head: &http::response::Parts) -> Result<bool, Failure> {
        let coding = head.headers.get(CONTENT_ENCODING).map_or("", |coding| coding.to_str().unwrap_or("?")).trim();
        if ["gzip", "x-gzip"].iter().any(|known| coding.eq_ignore_ascii_case(known)) {
            return Ok(true);
        }
        let plain = coding.is_empty() || coding.eq_ignore_ascii_case("identity");
        if plain || !head.status.is_success() || wire.headers.contains_key(ACCEPT_ENCODING) {
            return Ok(false);
        }
        let text = format!("the answer is in a coding nobody asked for: {coding}");
        Err(Failure::new(Phase::Final, Error::new(Kind::Connection, text)))
    }

    /// A connection that waits, or a new one.
    async fn connection<'a>(&self, wire: &'a Wire) -> Result<(Connection, &'a Route), Foreign> {
        let route = wire.url.route.as_ref().ok_or(Foreign::NoTarget)?;
        if let Some(connection) = self.pool.take(&wire.url.origin).await {
            return Ok((connection, route));
        }
        // Apart: it is large, and most requests come without it.
        let wired = Box::pin(self.connector.connect(route)).await.map_err(Foreign::Connect)?;
        let made = Connection::new(wired).await;
        Ok((made.map_err(|error| Foreign::Http { error, unsent: true, answering: false })?, route))
    }

    async fn exchange(
        &self,
        wire: &Wire,
        route: &Route,
        mut connection: Connection,
        sent: &SentAt,
    ) -> Result<(http::response::Parts, WireBody), Foreign> {
        match connection.exchange(request(wire, route, sent)).await {
            Ok(answer) => {
                let (head, incoming) = answer.into_parts();
                Ok((head, WireBody::new(incoming, connection, wire.url.clone(), self.pool.clone())))
            }
            Err(mut failed) => {
                let unsent = failed.take_message().is_some();
                Err(Foreign::Http { error: failed.into_error(), unsent, answering: connection.answering() })
            }
        }
    }
}

/// The request as it is written on a connection.
fn request(wire: &Wire, route: &Route, sent: &SentAt) -> Request<TrackedBody> {
    let mut request = Request::new(TrackedBody::new(wire.body.as_ref(), sent.clone()));
    *request.method_mut() = wire.method.clone();
    *request.uri_mut() = route.request_target();
    let headers = request.headers_mut();
    headers.clone_from(&wire.headers);
    if !headers.contains_key(HOST)
        && let Some(host) = &wire.url.host
    {
        headers.insert(HOST, host.clone());
    }
    if !headers.contains_key(ACCEPT_ENCODING) && !headers.contains_key(RANGE) {
        headers.insert(ACCEPT_ENCODING, HeaderValue::from_static(GZIP));
    }
    if let Some(value) = route.proxy_authorization() {
        headers.insert(PROXY_AUTHORIZATION, value.clone());
    }
    request
}

pub(crate) fn deadline_error() -> Error {
    Error::new(Kind::Timeout, "the deadline of the call has passed")
}

/// The one function that turns a foreign error into ours; `place` is the host that was asked.
fn translate(foreign: Foreign, place: &str) -> Failure {
    let fail = |phase, kind, text: String| Failure::new(phase, Error::new(kind, text));
    match foreign {
        Foreign::NoTarget => {
            fail(Phase::Final, Kind::Config, "the address of the call cannot be written in a request".to_owned())
        }
        Foreign::Connect(ConnectError::TimedOut) => {
            fail(Phase::Connect, Kind::Timeout, format!("no connection to {place} was made within connect_timeout"))
        }
        Foreign::Connect(ConnectError::Failed(cause)) => {
            let text = last_cause(&*cause);
            let untrusted = find_tls(&*cause).is_some_and(|e| matches!(e, rustls::Error::InvalidCertificate(_)));
            let (phase, text) = if untrusted {
                (Phase::Final, format!("the certificate of {place} is not trusted: {text}"))
            } else {
                (Phase::Connect, format!("no connection to {place} could be made: {text}"))
            };
            Failure::new(phase, Error::new(Kind::Connection, text).with_cause(cause))
        }
        Foreign::Http { error, unsent, answering } => {
            let chain = causes(&error);
            let text = last_cause(&error);
            let (phase, kind, text) = if let Some(broken) = chain.iter().find_map(|cause| cause.downcast_ref::<UploadError>()) {
                (Phase::Final, Kind::Config, broken.to_string())
            } else if unsent {
                (Phase::Unsent, Kind::Connection, format!("the connection to {place} broke before the request: {text}"))
            } else if error.is_parse() {
                (Phase::Final, Kind::Connection, format!("the answer of {place} is no HTTP: {text}"))
            } else if answering {
                (
                    Phase::Final,
                    Kind::Connection,
                    format!("the connection to {place} broke inside the headers of the answer: {text}"),
                )
            } else {
                (Phase::Send, Kind::Connection, format!("the connection to {place} broke before an answer: {text}"))
            };
            Failure::new(phase, Error::new(kind, text).with_source(error))
        }
    }
}

pub(crate) fn last_cause(error: &(dyn StdError + 'static)) -> String {
    causes(error).last().map(ToString::to_string).unwrap_or_default()
}

fn causes<'a>(error: &'a (dyn StdError + 'static)) -> Vec<&'a (dyn StdError + 'static)> {
    let mut chain = vec![error];
    while let Some(next) = chain[chain.len() - 1].source() {
        chain.push(next);
    }
    chain
}

/// A `rustls::Error` sits inside an `io::Error`, which does not show it as its source.
fn find_tls<'a>(error: &'a (dyn StdError + 'static)) -> Option<&'a rustls::Error> {
    causes(error).into_iter().find_map(|cause| {
        let inner = cause.downcast_ref::<std::io::Error>().and_then(|io| io.get_ref());
        let direct = cause.downcast_ref::<rustls::Error>();
        direct.or_else(|| {
            let inner = inner?;
            inner
                .downcast_ref::<rustls::Error>()
                .or_else(|| inner.downcast_ref::<std::io::Error>()?.get_ref()?.downcast_ref::<rustls::Error>())
        })
    })
}

/// When the last piece of a request was handed over.
type SentAt = Arc<Mutex<Option<Instant>>>;

enum Pieces {
    Bytes(Bytes),
    Parts(PlanReader),
}

/// A request body that remembers when its last piece was taken.
pub(crate) struct TrackedBody {
    pieces: Mutex<Pieces>,
    left: u64,
    sent: SentAt,
}

impl TrackedBody {
    fn new(payload: Option<&Payload>, sent: SentAt) -> TrackedBody {
        let (pieces, left) = match payload {
            None => (Pieces::Bytes(Bytes::new()), 0),
            Some(Payload::Bytes(bytes)) => (Pieces::Bytes(bytes.clone()), bytes.len() as u64),
            Some(Payload::Parts(plan)) => (Pieces::Parts(plan.reader()), plan.length),
        };
        TrackedBody { pieces: Mutex::new(pieces), left, sent }
    }
}

impl HttpBody for TrackedBody {
    type Data = Bytes;
    type Error = UploadError;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, UploadError>>> {
        let next = match self.pieces.get_mut().unwrap_or_else(|e| e.into_inner()) {
            Pieces::Bytes(bytes) if bytes.is_empty() => None,
            Pieces::Bytes(bytes) => Some(Ok(bytes.split_to(bytes.len().min(WRITE_PIECE)))),
            Pieces::Parts(reader) => ready!(reader.poll_piece(cx)),
        };
        let Some(piece) = next.transpose()? else { return Poll::Ready(None) };
        self.left = self.left.saturating_sub(piece.len() as u64);
        *self.sent.lock().unwrap_or_else(|e| e.into_inner()) = Some(Instant::now());
        Poll::Ready(Some(Ok(Frame::data(piece))))
    }

    fn is_end_stream(&self) -> bool {
        self.left == 0
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.left)
    }
}
