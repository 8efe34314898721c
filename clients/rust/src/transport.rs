//! One exchange over the pool of connections: limits on time, early close, and the one place where foreign errors become ours.

use crate::deadline::{CONNECT_TIMEOUT, Limit, Limits};
use crate::errors::{Error, Kind};
use crate::limiter::Place;
use crate::multipart::{Plan, PlanReader, UploadError};
use crate::retry::{Failure, Phase};
use crate::scripted::{Script, Scripted};
use bytes::Bytes;
use http::{HeaderMap, Method};
use http_body::{Body as HttpBody, Frame, SizeHint};
use std::error::Error as StdError;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, OnceLock};
use std::task::{Context, Poll, ready};
use std::time::Duration;
use tokio::time::{Instant, Sleep, sleep_until};

/// Request bodies are handed over in pieces, so that the time of the last one is about the time of the last byte written.
const WRITE_PIECE: usize = 64 << 10;
const MAX_HEADERS: usize = 512;

/// Ends a call from outside, with kind `cancelled`. Clones are the same handle.
///
/// ```no_run
/// # async fn run(client: chutes_client::Chutes, request: chutes_client::ChatRequest) {
/// use chutes_client::{CallOptions, CancelHandle};
/// let stop = CancelHandle::new();
/// let call = client.chat().completions().create(request).with(CallOptions::new().cancel(&stop));
/// stop.cancel(); // from any task
/// assert_eq!(call.await.unwrap_err().kind().as_str(), "cancelled");
/// # }
/// ```
#[derive(Debug, Clone)]
pub struct CancelHandle {
    flag: Arc<tokio::sync::watch::Sender<bool>>,
}

impl Default for CancelHandle {
    fn default() -> CancelHandle {
        CancelHandle::new()
    }
}

impl CancelHandle {
    /// A handle that has not been used.
    pub fn new() -> CancelHandle {
        CancelHandle { flag: Arc::new(tokio::sync::watch::Sender::new(false)) }
    }

    /// Ends every call that was given this handle.
    pub fn cancel(&self) {
        self.flag.send_replace(true);
    }

    /// How many calls and streams listen to this handle now.
    pub fn listeners(&self) -> usize {
        self.flag.receiver_count()
    }

    pub(crate) fn wait(&self) -> Pin<Box<dyn Future<Output = ()> + Send>> {
        let mut flag = self.flag.subscribe();
        Box::pin(async move {
            if flag.wait_for(|stopped| *stopped).await.is_err() {
                std::future::pending::<()>().await;
            }
        })
    }
}

pub(crate) fn cancelled() -> Error {
    Error::new(Kind::Cancelled, "the call was cancelled")
}

/// Does the work, unless the handle ends it first.
pub(crate) async fn unless_cancelled<F: Future>(handle: Option<&CancelHandle>, work: F) -> Result<F::Output, Error> {
    let Some(handle) = handle else { return Ok(work.await) };
    let (mut stop, mut work) = (handle.wait(), std::pin::pin!(work));
    std::future::poll_fn(|cx| match stop.as_mut().poll(cx) {
        Poll::Ready(()) => Poll::Ready(Err(cancelled())),
        Poll::Pending => work.as_mut().poll(cx).map(Ok),
    })
    .await
}

/// A connection goes back to the pool by tasks of its own, after its body was read to the end. A call that follows within this time
/// waits for it: another connection would cost more.
const SETTLING: Duration = Duration::from_millis(1);

/// When a body was last read to its end.
type LastEnd = Arc<Mutex<Option<Instant>>>;

/// One request as it goes out.
#[derive(Debug, Clone)]
pub(crate) struct Wire {
    pub(crate) method: Method,
    pub(crate) url: reqwest::Url,
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

/// The pool of connections of a client.
#[derive(Debug, Clone)]
pub(crate) struct Transport {
    http: reqwest::Client,
    last_end: LastEnd,
    /// Answers in place of the network.
    script: Option<Scripted>,
}

impl Transport {
    pub(crate) fn new(
        connect_timeout: Option<Limit>,
        ca_pem: Option<&str>,
        script: Option<Scripted>,
    ) -> Result<Transport, Error> {
        let connect = crate::config::check_duration("connect_timeout", connect_timeout.unwrap_or(CONNECT_TIMEOUT.into()))?;
        let mut builder = reqwest::Client::builder()
            .tls_backend_preconfigured(tls_config(ca_pem)?)
            .redirect(reqwest::redirect::Policy::none())
            .retry(reqwest::retry::never())
            .referer(false)
            .http1_only()
            .http1_max_headers(MAX_HEADERS)
            .pool_idle_timeout(Duration::from_secs(90));
        if let Some(limit) = connect {
            builder = builder.connect_timeout(limit);
        }
        let http = builder.build().map_err(|e| Error::config("the HTTP client cannot be made").with_source(e))?;
        Ok(Transport { http, last_end: LastEnd::default(), script })
    }

    /// Sends one request and waits for its headers.
    pub(crate) async fn send(&self, wire: &Wire, limits: Limits, left: Option<Duration>) -> Result<Reply, Failure> {
        if let Some(script) = &self.script {
            let Script { status, headers, body } = script.answer(wire)?;
            let until = left.map(|left| Instant::now() + left);
            return Ok(Reply { status, headers, body: BodyReader::new(body.into(), limits.idle, until) });
        }
        let last_end = *self.last_end.lock().unwrap_or_else(|e| e.into_inner());
        if let Some(settled) = last_end.map(|at| at + SETTLING).filter(|at| *at > Instant::now()) {
            sleep_until(settled).await;
        }
        let sent = Arc::new(Mutex::new(None));
        let mut request = reqwest::Request::new(wire.method.clone(), wire.url.clone());
        *request.headers_mut() = wire.headers.clone();
        if let Some(payload) = &wire.body {
            *request.body_mut() = Some(reqwest::Body::wrap(TrackedBody::new(payload, sent.clone())));
        }
        let total_first = left.is_some_and(|left| limits.first_byte.is_none_or(|limit| left <= limit));
        let limit = if total_first { left } else { limits.first_byte };
        let exchange = self.http.execute(request);
        let outcome = match limit {
            None => exchange.await,
            Some(limit) => match tokio::time::timeout(limit, exchange).await {
                Ok(outcome) => outcome,
                Err(_) if total_first => return Err(Failure::new(Phase::Final, deadline_error())),
                Err(_) => {
                    let text = format!("no byte of an answer came within {} s (first_byte_timeout)", limit.as_secs_f64());
                    return Err(Failure::new(Phase::FirstByte, Error::new(Kind::Timeout, text)));
                }
            },
        };
        let response = outcome.map_err(|error| {
            let last_write: Option<Instant> = *sent.lock().unwrap_or_else(|e| e.into_inner());
            let mut failure = translate(error);
            if failure.phase == Phase::Send && wire.body.is_some() && last_write.is_none() {
                failure.phase = Phase::Unsent;
            }
            failure.since_sent = last_write.map_or(Duration::ZERO, |at| at.elapsed());
            failure
        })?;
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let body = http::Response::<reqwest::Body>::from(response).into_body();
        let mut body = BodyReader::new(body, limits.idle, left.map(|left| Instant::now() + left));
        body.last_end = self.last_end.clone();
        Ok(Reply { status, headers, body })
    }
}

fn deadline_error() -> Error {
    Error::new(Kind::Timeout, "the deadline of the call has passed")
}

/// The one function that turns a foreign error into ours.
fn translate(error: reqwest::Error) -> Failure {
    let chain = causes(&error);
    let text = chain.last().map(ToString::to_string).unwrap_or_default();
    let certificate = find_tls(&error).is_some_and(|e| matches!(e, rustls::Error::InvalidCertificate(_)));
    let (phase, kind, message) = if certificate {
        (Phase::Final, Kind::Connection, format!("the certificate of the server is not trusted: {text}"))
    } else if let Some(broken) = chain.iter().find_map(|cause| cause.downcast_ref::<UploadError>()) {
        (Phase::Final, Kind::Config, broken.to_string())
    } else if error.is_connect() && error.is_timeout() {
        (Phase::Connect, Kind::Timeout, "no connection was made within connect_timeout".to_owned())
    } else if error.is_connect() {
        (Phase::Connect, Kind::Connection, format!("no connection could be made: {text}"))
    } else if error.is_builder() {
        (Phase::Final, Kind::Config, format!("the request cannot be made: {text}"))
    } else if is_parse_error(&chain) {
        (Phase::Final, Kind::Connection, format!("the server's answer is no HTTP: {text}"))
    } else {
        (Phase::Send, Kind::Connection, format!("the connection broke before an answer: {text}"))
    };
    Failure::new(phase, Error::new(kind, message).with_source(error.without_url()))
}

fn translate_body(error: reqwest::Error) -> Error {
    let text = causes(&error).last().map(ToString::to_string).unwrap_or_default();
    Error::new(Kind::Connection, format!("the answer broke off: {text}")).with_source(error.without_url())
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

/// hyper says "invalid HTTP …" of a status line or header block that cannot be read; it is not ours to name its error type.
fn is_parse_error(chain: &[&(dyn StdError + 'static)]) -> bool {
    chain.iter().any(|cause| {
        let text = cause.to_string();
        text.starts_with("invalid HTTP")
            || text.starts_with("message head is too large")
            || text.contains("invalid content-length")
    })
}

enum Pieces {
    Bytes(Bytes),
    Parts(PlanReader),
}

/// A request body that remembers when its last piece was taken.
struct TrackedBody {
    pieces: Mutex<Pieces>,
    left: u64,
    sent: Arc<Mutex<Option<Instant>>>,
}

impl TrackedBody {
    fn new(payload: &Payload, sent: Arc<Mutex<Option<Instant>>>) -> TrackedBody {
        let (pieces, left) = match payload {
            Payload::Bytes(bytes) => (Pieces::Bytes(bytes.clone()), bytes.len() as u64),
            Payload::Parts(plan) => (Pieces::Parts(plan.reader()), plan.length),
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

/// Reads a body under the idle limit. Dropping it before its end closes the connection.
pub(crate) struct BodyReader {
    body: Option<Pin<Box<reqwest::Body>>>,
    idle: Option<Duration>,
    deadline: Option<Instant>,
    timer: Option<Pin<Box<Sleep>>>,
    cancel: Option<Pin<Box<dyn Future<Output = ()> + Send>>>,
    last_end: LastEnd,
    /// Kept for as long as the body is open.
    place: Option<Place>,
}

impl BodyReader {
    fn new(body: reqwest::Body, idle: Option<Duration>, deadline: Option<Instant>) -> BodyReader {
        let last_end = LastEnd::default();
        BodyReader { body: Some(Box::pin(body)), idle, deadline, timer: None, cancel: None, last_end, place: None }
    }

    /// Lets the handle end the body too.
    pub(crate) fn cancelled_by(&mut self, handle: Option<&CancelHandle>) {
        self.cancel = handle.map(CancelHandle::wait);
    }

    /// Keeps a place of the limiter until the body is over.
    pub(crate) fn keep(&mut self, place: Option<Place>) {
        self.place = place;
    }

    /// Closes the connection at once, unless the body is at its end.
    pub(crate) fn close(&mut self) {
        (self.body, self.cancel, self.place) = (None, None, None);
    }

    /// The next bytes; `None` at the end.
    pub(crate) fn poll_data(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Bytes, Error>>> {
        let Some(body) = &mut self.body else { return Poll::Ready(None) };
        if let Some(cancel) = &mut self.cancel
            && cancel.as_mut().poll(cx).is_ready()
        {
            self.close();
            return Poll::Ready(Some(Err(cancelled())));
        }
        loop {
            match body.as_mut().poll_frame(cx) {
                Poll::Ready(Some(Ok(frame))) => match frame.into_data() {
                    Ok(data) if !data.is_empty() => {
                        self.timer = None;
                        return Poll::Ready(Some(Ok(data)));
                    }
                    _ => {}
                },
                Poll::Ready(Some(Err(error))) => {
                    self.close();
                    return Poll::Ready(Some(Err(translate_body(error))));
                }
                Poll::Ready(None) => {
                    self.close();
                    *self.last_end.lock().unwrap_or_else(|e| e.into_inner()) = Some(Instant::now());
                    return Poll::Ready(None);
                }
                Poll::Pending => break,
            }
        }
        let idle_at = self.idle.map(|idle| Instant::now() + idle);
        let Some(until) = [idle_at, self.deadline].into_iter().flatten().min() else { return Poll::Pending };
        let timer = self.timer.get_or_insert_with(|| Box::pin(sleep_until(until)));
        ready!(timer.as_mut().poll(cx));
        self.close();
        if self.deadline.is_some_and(|at| Instant::now() >= at) {
            return Poll::Ready(Some(Err(deadline_error())));
        }
        let idle = self.idle.unwrap_or_default().as_secs_f64();
        let text = format!("nothing came for {idle} s inside the answer (idle_timeout)");
        Poll::Ready(Some(Err(Error::new(Kind::Timeout, text))))
    }

    pub(crate) async fn data(&mut self) -> Option<Result<Bytes, Error>> {
        std::future::poll_fn(|cx| self.poll_data(cx)).await
    }

    /// Reads to the end, up to `limit` bytes; more is `too_large`.
    pub(crate) async fn read(&mut self, limit: usize) -> Result<Bytes, Error> {
        let mut all: Vec<u8> = Vec::new();
        while let Some(data) = self.data().await {
            all.extend_from_slice(&data?);
            if all.len() > limit {
                self.close();
                return Err(Error::new(Kind::TooLarge, format!("the answer is larger than {limit} bytes")));
            }
        }
        Ok(Bytes::from(all))
    }

    /// Reads what comes of an error's body: at most `limit` bytes and `longest`, whatever goes wrong.
    pub(crate) async fn read_some(&mut self, limit: usize, longest: Duration) -> Bytes {
        let mut all: Vec<u8> = Vec::new();
        let until = Instant::now() + longest;
        while all.len() < limit {
            match tokio::time::timeout_at(until, self.data()).await {
                Ok(Some(Ok(data))) => all.extend_from_slice(&data),
                _ => break,
            }
        }
        if all.len() >= limit {
            // One more look, so that a body that just fits gives its connection back.
            let _ = tokio::time::timeout(Duration::from_millis(5), self.data()).await;
        }
        self.close();
        all.truncate(limit);
        Bytes::from(all)
    }
}

/// TLS with ring: the platform's certificates, and those of `ca_pem`. It installs no process-wide provider.
fn tls_config(ca_pem: Option<&str>) -> Result<rustls::ClientConfig, Error> {
    static SHARED: OnceLock<rustls::ClientConfig> = OnceLock::new();
    match ca_pem {
        Some(pem) => Ok(make_tls(&parse_pem(pem)?)),
        None => Ok(SHARED.get_or_init(|| make_tls(&[])).clone()),
    }
}

fn make_tls(extra: &[rustls::pki_types::CertificateDer<'static>]) -> rustls::ClientConfig {
    use rustls_platform_verifier::Verifier;
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let versions = rustls::ClientConfig::builder_with_provider(provider.clone()).with_safe_default_protocol_versions();
    let builder = versions.expect("ring offers TLS 1.2 and 1.3");
    // Without any certificate of the platform, plain HTTP still works and every HTTPS call fails as untrusted.
    let mut config = match Verifier::new_with_extra_roots(extra.iter().cloned(), provider) {
        Ok(verifier) => builder.dangerous().with_custom_certificate_verifier(Arc::new(verifier)).with_no_client_auth(),
        Err(_) => builder.with_root_certificates(rustls::RootCertStore::empty()).with_no_client_auth(),
    };
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    config
}

fn parse_pem(pem: &str) -> Result<Vec<rustls::pki_types::CertificateDer<'static>>, Error> {
    use rustls::pki_types::{CertificateDer, pem::PemObject};
    let found: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(pem.as_bytes()).collect();
    match found {
        Ok(certificates) if !certificates.is_empty() => Ok(certificates),
        _ => Err(Error::config("ca_pem holds no certificate in PEM form (-----BEGIN CERTIFICATE-----)")),
    }
}
