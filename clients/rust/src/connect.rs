//! New connections: TCP, a proxy of the client or those of the environment, TLS.

use crate::deadline::MANAGEMENT_FIRST_BYTE_TIMEOUT;
use crate::errors::Error;
use crate::errors_body::clean_message;
use http::{HeaderValue, Uri};
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::client::proxy::matcher::{Intercept, Matcher};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName, pem::PemObject as _};
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
/// The same for one that a request is under way to. The system counts a server that takes no more of an upload for now, too.
#[cfg(any(target_os = "android", target_os = "fuchsia", target_os = "linux"))]
const UNACKNOWLEDGED: Duration = Duration::from_secs(2 * MANAGEMENT_FIRST_BYTE_TIMEOUT.as_secs());

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

impl Address {
    /// Host and port, for texts: without what may stand before them.
    pub(crate) fn place(&self) -> &str {
        &self.url[Position::BeforeHost..Position::AfterPort]
    }
}

impl Deref for Address {
    type Target = Url;

    fn deref(&self) -> &Url {
        &self.url
    }
}

/// What a client says of its connections.
#[derive(Clone, Default)]
pub(crate) struct Ways {
    pub(crate) ca_pem: Option<String>,
    pub(crate) identity_pem: Option<String>,
    pub(crate) proxy: Option<String>,
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
    pub(crate) fn new(limit: Option<Duration>, ways: &Ways) -> Result<Connector, Error> {
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
        let proxies = ways.proxy.as_deref().map_or_else(|| Ok(Matcher::from_env()), through)?;
        Ok(Connector { tcp, tls: tls_config(ways)?, proxies: Arc::new(proxies), limit })
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
            _ => return Err("the proxy is none of HTTP".into()),
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
        Some(said) => Err(format!("the proxy opened no tunnel: {}", clean_message(&String::from_utf8_lossy(said))).into()),
        None => Err("the proxy gave no answer of HTTP".into()),
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
        let came = &into.filled()[before..];
        if self.received.load(Ordering::Relaxed) > 0 || !informs(came) {
            self.received.fetch_add(came.len(), Ordering::Relaxed);
        }
        outcome
    }
}

/// Whether these bytes are heads of answers that come before the answer (1xx), and nothing more.
fn informs(mut bytes: &[u8]) -> bool {
    while let Some(end) = bytes.starts_with(b"HTTP/1.1 1").then(|| bytes.windows(4).position(|w| w == b"\r\n\r\n")).flatten() {
        bytes = &bytes[end + 4..];
    }
    bytes.is_empty()
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

/// One proxy for everything. The error does not show the URL, which may hold a password.
fn through(proxy: &str) -> Result<Matcher, Error> {
    let usable = |url: Url| matches!(url.scheme(), "http" | "https") && url.host_str().is_some();
    if !Url::parse(proxy.trim()).is_ok_and(usable) {
        return Err(Error::config("the proxy is no URL like http://host:port or https://user:password@host:port"));
    }
    Ok(Matcher::builder().all(proxy.trim()).build())
}

/// TLS with ring: the platform's certificates, and those of `ca_pem`. It installs no process-wide provider.
fn tls_config(ways: &Ways) -> Result<Arc<rustls::ClientConfig>, Error> {
    static SHARED: OnceLock<Arc<rustls::ClientConfig>> = OnceLock::new();
    if let Ways { ca_pem: None, identity_pem: None, .. } = ways
        && let Some(shared) = SHARED.get()
    {
        return Ok(shared.clone());
    }
    let extra = ways.ca_pem.as_deref().map_or_else(|| Ok(Vec::new()), |pem| parse_pem("ca_pem", pem))?;
    let made = Arc::new(make_tls(&extra, ways.identity_pem.as_deref())?);
    if let Ways { ca_pem: None, identity_pem: None, .. } = ways {
        return Ok(SHARED.get_or_init(|| made).clone());
    }
    Ok(made)
}

fn make_tls(extra: &[CertificateDer<'static>], identity: Option<&str>) -> Result<rustls::ClientConfig, Error> {
    use rustls_platform_verifier::Verifier;
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let versions = rustls::ClientConfig::builder_with_provider(provider.clone()).with_safe_default_protocol_versions();
    let builder = versions.expect("ring offers TLS 1.2 and 1.3");
    // Without any certificate of the platform, plain HTTP still works and every HTTPS call fails as untrusted.
    let builder = match Verifier::new_with_extra_roots(extra.iter().cloned(), provider) {
        Ok(verifier) => builder.dangerous().with_custom_certificate_verifier(Arc::new(verifier)),
        Err(_) => builder.with_root_certificates(rustls::RootCertStore::empty()),
    };
    let mut config = match identity {
        None => builder.with_no_client_auth(),
        Some(pem) => {
            let unfit = |_| Error::config("identity_pem holds no private key in PEM form that fits its certificate");
            let key = PrivateKeyDer::from_pem_slice(pem.as_bytes()).map_err(|e| unfit(e.to_string()))?;
            builder.with_client_auth_cert(parse_pem("identity_pem", pem)?, key).map_err(|e| unfit(e.to_string()))?
        }
    };
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(config)
}

fn parse_pem(name: &str, pem: &str) -> Result<Vec<CertificateDer<'static>>, Error> {
    let found: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(pem.as_bytes()).collect();
    match found {
        Ok(certificates) if !certificates.is_empty() => Ok(certificates),
        _ => Err(Error::config(format!("{name} holds no certificate in PEM form (-----BEGIN CERTIFICATE-----)"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::process::Command;
    use tokio::net::TcpListener;

    /// A certificate for 127.0.0.1 that vouches for itself, and its key; made anew, so that no key lies in the project.
    fn self_signed() -> Option<(String, String)> {
        let folder = std::env::temp_dir().join(format!("chutes-identity-{}", std::process::id()));
        std::fs::create_dir_all(&folder).ok()?;
        let (key, certificate) = (folder.join("key.pem"), folder.join("cert.pem"));
        let mut command = Command::new("openssl");
        command.args("req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=me".split(' '));
        for extension in
            ["subjectAltName=IP:127.0.0.1", "extendedKeyUsage=serverAuth,clientAuth", "basicConstraints=critical,CA:FALSE"]
        {
            command.args(["-addext", extension]);
        }
        let made = command.arg("-keyout").arg(&key).arg("-out").arg(&certificate).output().ok()?;
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        let read = (std::fs::read_to_string(certificate).ok()?, std::fs::read_to_string(key).ok()?);
        std::fs::remove_dir_all(folder).ok()?;
        Some(read)
    }

    #[test]
    fn what_comes_before_an_answer_is_none() {
        let (hint, ok) = ("HTTP/1.1 103 Early Hints\r\nlink: </x>\r\n\r\n", "HTTP/1.1 200 OK\r\n\r\n");
        for (came, want) in [
            (hint.to_owned(), true),
            (hint.repeat(2), true),
            (format!("{hint}H"), false),
            (format!("{hint}{ok}"), false),
            (ok.to_owned(), false),
            ("HTTP/1.1 1".to_owned(), false),
        ] {
            assert_eq!(informs(came.as_bytes()), want, "{came}");
        }
    }

    /// What a server that asks for a certificate hears from a client with these options.
    async fn greeted(ways: Ways, certificate: &str, key: &str) -> io::Result<usize> {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let mut roots = rustls::RootCertStore::empty();
        let chain = parse_pem("", certificate).unwrap();
        roots.add(chain[0].clone()).unwrap();
        let verifier =
            rustls::server::WebPkiClientVerifier::builder_with_provider(roots.into(), provider.clone()).build().unwrap();
        let config = rustls::ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
        let key = PrivateKeyDer::from_pem_slice(key.as_bytes()).unwrap();
        let config = config.with_client_cert_verifier(verifier).with_single_cert(chain, key).unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("https://{}/", listener.local_addr().unwrap());
        let connector = Connector::new(Some(Duration::from_secs(5)), &ways).unwrap();
        let calling = tokio::spawn(async move {
            let address = connector.address(Url::parse(&url).unwrap());
            let mut wired = connector.connect(address.route.as_ref().unwrap()).await.ok()?;
            wired.write_all(b"hello").await.ok()
        });
        let (socket, _) = listener.accept().await?;
        let mut stream = tokio_rustls::TlsAcceptor::from(Arc::new(config)).accept(socket).await?;
        let heard = stream.read(&mut [0; 8]).await;
        drop(calling.await);
        heard
    }

    #[tokio::test]
    async fn a_client_shows_its_certificate() {
        let Some((certificate, key)) = self_signed() else { return eprintln!("no openssl here: not played") };
        let trusting = Ways { ca_pem: Some(certificate.clone()), ..Ways::default() };
        let known = Ways { identity_pem: Some(format!("{certificate}{key}")), ..trusting.clone() };
        assert_eq!(greeted(known, &certificate, &key).await.unwrap(), 5);
        assert!(greeted(trusting, &certificate, &key).await.is_err());
        for bad in [String::new(), certificate, key] {
            let ways = Ways { identity_pem: Some(bad), ..Ways::default() };
            let error = Connector::new(None, &ways).unwrap_err();
            assert!(error.is_config() && error.message().starts_with("identity_pem"), "{error}");
        }
    }
}
