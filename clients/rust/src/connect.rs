//! New connections: TCP, the proxies of the environment, TLS.

use crate::errors::Error;
use http::{HeaderValue, Uri};
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::client::proxy::matcher::{Intercept, Matcher};
use rustls::pki_types::ServerName;
use std::error::Error as StdError;
use std::io::{self, IoSlice};
use std::ops::Deref;
use std::pin::Pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _, ReadBuf};
use tokio_rustls::TlsConnector;
use tower_service::Service as _;
use url::{Position, Url};

/// What a proxy may say before its tunnel is open.
const MAX_TUNNEL_HEAD: usize = 8 << 10;
/// A peer that has gone without a word is noticed after this and three questions as far apart.
const KEEPALIVE: Duration = Duration::from_secs(15);
#[cfg(any(target_os = "android", target_os = "fuchsia", target_os = "linux"))]
const UNACKNOWLEDGED: Duration = Duration::from_secs(30);

type Cause = Box<dyn StdError + Send + Sync>;

/// Why there is no connection.
#[derive(Debug)]
pub(crate) enum ConnectError {
    TimedOut,
    Failed(Cause),
}

impl From<Cause> for ConnectError {
    fn from(cause: Cause) -> ConnectError {
        let mut next: Option<&(dyn StdError + 'static)> = Some(&*cause);
        while let Some(error) = next {
            if error.downcast_ref::<io::Error>().is_some_and(|e| e.kind() == io::ErrorKind::TimedOut) {
                return ConnectError::TimedOut;
            }
            next = error.source();
        }
        ConnectError::Failed(cause)
    }
}

/// How a URL is reached.
#[derive(Debug)]
pub(crate) struct Route {
    target: Uri,
    proxy: Option<Intercept>,
}

impl Route {
    fn tunnelled(&self) -> bool {
        self.target.scheme_str() == Some("https")
    }

    /// The target of the request line: all of it for a proxy that forwards.
    pub(crate) fn request_target(&self) -> Uri {
        if self.proxy.is_some() && !self.tunnelled() {
            return self.target.clone();
        }
        self.target.path_and_query().map_or_else(|| Uri::from_static("/"), |path| Uri::from(path.clone()))
    }

    /// What a proxy that forwards is to be told of its user.
    pub(crate) fn proxy_authorization(&self) -> Option<&HeaderValue> {
        self.proxy.as_ref().filter(|_| !self.tunnelled()).and_then(Intercept::basic_auth)
    }
}

/// A URL, and what every request to it needs of it.
#[derive(Debug)]
pub(crate) struct Address {
    url: Url,
    /// Scheme, host and port.
    pub(crate) origin: String,
    /// Host and port.
    pub(crate) host: Option<HeaderValue>,
    /// `None` where it cannot be written in a request.
    pub(crate) route: Option<Route>,
}

impl Deref for Address {
    type Target = Url;

    fn deref(&self) -> &Url {
        &self.url
    }
}

/// Makes connections.
#[derive(Debug, Clone)]
pub(crate) struct Connector {
    tcp: HttpConnector,
    tls: Arc<rustls::ClientConfig>,
    proxies: Arc<Matcher>,
    limit: Option<Duration>,
}

impl Connector {
    pub(crate) fn new(limit: Option<Duration>, ca_pem: Option<&str>) -> Result<Connector, Error> {
        let mut tcp = HttpConnector::new();
        tcp.enforce_http(false);
        tcp.set_nodelay(true);
        // Divided among the addresses of a host, so that a dead one leaves time for the next.
        tcp.set_connect_timeout(limit);
        tcp.set_keepalive(Some(KEEPALIVE));
        tcp.set_keepalive_interval(Some(KEEPALIVE));
        tcp.set_keepalive_retries(Some(3));
        #[cfg(any(target_os = "android", target_os = "fuchsia", target_os = "linux"))]
        tcp.set_tcp_user_timeout(Some(UNACKNOWLEDGED));
        Ok(Connector { tcp, tls: tls_config(ca_pem)?, proxies: Arc::new(Matcher::from_env()), limit })
    }

    /// What there is to know of a URL.
    pub(crate) fn address(&self, url: Url) -> Address {
        let target = url.as_str().parse::<Uri>().ok();
        let route = target.map(|target| Route { proxy: self.proxies.intercept(&target), target });
        let host = HeaderValue::from_str(&url[Position::BeforeHost..Position::AfterPort]).ok();
        Address { origin: url[..Position::BeforePath].to_owned(), host, route, url }
    }

    /// Connects, TLS included, within the limit.
    pub(crate) async fn connect(&self, route: &Route) -> Result<Wired, ConnectError> {
        let dialled = match self.limit {
            None => self.dial(route).await,
            Some(limit) => tokio::time::timeout(limit, self.dial(route)).await.map_err(|_| ConnectError::TimedOut)?,
        };
        Ok(Wired { stream: dialled?, received: Arc::default() })
    }

    async fn dial(&self, route: &Route) -> Result<Stream, Cause> {
        let Some(proxy) = &route.proxy else {
            let stream = self.tcp(&route.target).await?;
            return if route.tunnelled() { self.tls(stream, &route.target).await } else { Ok(stream) };
        };
        let stream = match proxy.uri().scheme_str() {
            Some("http") => self.tcp(proxy.uri()).await?,
            Some("https") => self.tls(self.tcp(proxy.uri()).await?, proxy.uri()).await?,
            _ => return Err("the proxy of the environment is none of HTTP".into()),
        };
        if !route.tunnelled() {
            return Ok(stream);
        }
        self.tls(tunnel(stream, &route.target, proxy.basic_auth()).await?, &route.target).await
    }

    async fn tcp(&self, to: &Uri) -> Result<Stream, Cause> {
        Ok(Box::new(self.tcp.clone().call(to.clone()).await?.into_inner()))
    }

    async fn tls(&self, stream: Stream, to: &Uri) -> Result<Stream, Cause> {
        let host = to.host().unwrap_or_default().trim_matches(['[', ']']).to_owned();
        let stream = TlsConnector::from(self.tls.clone()).connect(ServerName::try_from(host)?, stream).await?;
        Ok(Box::new(stream))
    }
}

/// Asks a proxy for a way through to the host. It says nothing behind its answer until it is spoken to.
async fn tunnel(mut stream: Stream, to: &Uri, authorization: Option<&HeaderValue>) -> Result<Stream, Cause> {
    let place = format!("{}:{}", to.host().unwrap_or_default(), to.port_u16().unwrap_or(443));
    let mut head = format!("CONNECT {place} HTTP/1.1\r\nHost: {place}\r\n").into_bytes();
    if let Some(value) = authorization {
        head.extend_from_slice(b"Proxy-Authorization: ");
        head.extend_from_slice(value.as_bytes());
        head.extend_from_slice(b"\r\n");
    }
    head.extend_from_slice(b"\r\n");
    stream.write_all(&head).await?;
    stream.flush().await?;
    let mut answer = Vec::new();
    while !answer.ends_with(b"\r\n\r\n") {
        if answer.len() > MAX_TUNNEL_HEAD || stream.read_buf(&mut answer).await? == 0 {
            return Err("the proxy gave no answer of HTTP".into());
        }
    }
    let line = answer.split(|b| *b == b'\r').next().unwrap_or_default();
    match line.strip_prefix(b"HTTP/1.1 ").or_else(|| line.strip_prefix(b"HTTP/1.0 ")) {
        Some([b'2', ..]) => Ok(stream),
        Some([b'4', b'0', b'7', ..]) => Err("the proxy wants a user and a password (407)".into()),
        _ => Err("the proxy opened no tunnel".into()),
    }
}

/// The bytes of a connection, TLS already undone.
type Stream = Box<dyn Io>;

trait Io: AsyncRead + AsyncWrite + Send + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin> Io for T {}

/// A connection that counts what it receives: it alone knows whether an answer had begun when it broke.
pub(crate) struct Wired {
    stream: Stream,
    received: Arc<AtomicUsize>,
}

impl Wired {
    pub(crate) fn received(&self) -> Arc<AtomicUsize> {
        self.received.clone()
    }
}

impl AsyncRead for Wired {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, into: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let before = into.filled().len();
        let outcome = Pin::new(&mut self.stream).poll_read(cx, into);
        self.received.fetch_add(into.filled().len() - before, Ordering::Relaxed);
        outcome
    }
}

impl AsyncWrite for Wired {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, from: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(cx, from)
    }

    fn poll_write_vectored(mut self: Pin<&mut Self>, cx: &mut Context<'_>, from: &[IoSlice<'_>]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(cx, from)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}

/// TLS with ring: the platform's certificates, and those of `ca_pem`. It installs no process-wide provider.
fn tls_config(ca_pem: Option<&str>) -> Result<Arc<rustls::ClientConfig>, Error> {
    static SHARED: OnceLock<Arc<rustls::ClientConfig>> = OnceLock::new();
    match ca_pem {
        Some(pem) => Ok(Arc::new(make_tls(&parse_pem(pem)?))),
        None => Ok(SHARED.get_or_init(|| Arc::new(make_tls(&[]))).clone()),
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
