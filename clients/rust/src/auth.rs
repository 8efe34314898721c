//! Credentials, put on each attempt.

use crate::config::check_header;
use crate::errors::Error;
use crate::transport::Payload;
use crate::values::hex;
use http::header::AUTHORIZATION;
use http::{HeaderMap, HeaderName, HeaderValue, Method};
use std::error::Error as StdError;
use std::pin::Pin;
use std::sync::{Arc, OnceLock};

#[cfg(feature = "hotkey")]
pub use crate::hotkey::hotkey;

/// One attempt about to be sent, as a credential sees it.
#[derive(Debug)]
#[non_exhaustive]
pub struct Outgoing<'a> {
    /// Its method.
    pub method: &'a Method,
    /// Its whole URL.
    pub url: &'a str,
    /// Its headers, to add to.
    pub headers: &'a mut HeaderMap,
    /// The operation, such as `users.me`; the method and the path of a raw request.
    pub operation: &'a str,
    /// What a hotkey signs in place of a body.
    pub purpose: Option<&'a str>,
    /// Whether the server answers it without a credential.
    pub public: bool,
    /// The time of this attempt on the client's clock, Unix time in seconds.
    pub now: f64,
    pub(crate) payload: Option<&'a Payload>,
}

impl Outgoing<'_> {
    /// Its exact bytes, the same on each attempt; `None` for a multipart body, which is streamed.
    pub fn body(&self) -> Option<&[u8]> {
        match self.payload {
            None => Some(&[]),
            Some(Payload::Bytes(bytes)) => Some(bytes),
            Some(Payload::Parts(_)) => None,
        }
    }

    /// SHA-256 of its exact bytes in lower-case hexadecimal; files of a multipart body are read for it.
    ///
    /// # Errors
    /// `config`: a file cannot be read any more.
    pub async fn body_sha256(&self) -> Result<String, Error> {
        if let Some(Payload::Parts(plan)) = self.payload {
            return plan.reader().sha256().await.map_err(|e| Error::config(e.to_string()).with_source(e));
        }
        Ok(sha256_hex(self.body().unwrap_or_default()))
    }
}

/// A credential in the making. It may fail with any error, by `?`.
pub type AuthFuture<'a> = Pin<Box<dyn Future<Output = Result<(), Box<dyn StdError + Send + Sync>>> + Send + 'a>>;

/// Puts a credential on a request; awaited once per attempt, so that a signature or a fresh token is possible.
///
/// ```
/// use chutes_client::auth::{Auth, AuthFuture, Outgoing};
/// struct File(&'static str);
/// impl Auth for File {
///     fn apply<'a>(&'a self, request: Outgoing<'a>) -> AuthFuture<'a> {
///         Box::pin(async move {
///             let token = std::fs::read_to_string(self.0)?;
///             request.headers.insert("authorization", format!("Bearer {}", token.trim()).parse()?);
///             Ok(())
///         })
///     }
/// }
/// let client = chutes_client::Chutes::builder().auth(std::sync::Arc::new(File("/run/token"))).build()?;
/// # drop(client); Ok::<(), chutes_client::Error>(())
/// ```
pub trait Auth: Send + Sync + 'static {
    /// Adds the headers of the credential.
    ///
    /// # Errors
    /// Whatever keeps the credential from being made: the call ends with `config`, which tells it, or with it, where it is an
    /// [`Error`] of this crate. Nothing is sent.
    fn apply<'a>(&'a self, request: Outgoing<'a>) -> AuthFuture<'a>;

    /// What must never be shown; asked for at each attempt.
    fn secrets(&self) -> Vec<String> {
        Vec::new()
    }
}

enum Key {
    /// With its header, once that was needed.
    Fixed(String, OnceLock<HeaderValue>),
    Asked(Box<dyn Fn() -> String + Send + Sync>),
}

struct Header {
    name: HeaderName,
    prefix: &'static str,
    key: Key,
}

impl Header {
    fn value(&self, key: &str) -> Result<HeaderValue, Error> {
        let key = check_key(key)?.ok_or_else(|| Error::config("the credential provider gave an empty key"))?;
        check_header(self.name.as_str(), &format!("{}{key}", self.prefix)).map(|(_, value)| value)
    }

    fn put(&self, headers: &mut HeaderMap) -> Result<(), Error> {
        let value = match &self.key {
            Key::Asked(ask) => self.value(&ask())?,
            Key::Fixed(key, made) => match made.get() {
                Some(value) => value.clone(),
                None => {
                    let value = self.value(key)?;
                    made.get_or_init(|| value).clone()
                }
            },
        };
        headers.insert(self.name.clone(), value);
        Ok(())
    }
}

impl Auth for Header {
    fn apply<'a>(&'a self, request: Outgoing<'a>) -> AuthFuture<'a> {
        Box::pin(std::future::ready(self.put(request.headers).map_err(Into::into)))
    }

    fn secrets(&self) -> Vec<String> {
        match &self.key {
            Key::Fixed(key, _) => vec![key.clone()],
            Key::Asked(_) => Vec::new(),
        }
    }
}

pub(crate) fn put_header(headers: &mut HeaderMap, name: &str, value: &str) -> Result<(), Error> {
    let (name, value) = check_header(name, value)?;
    headers.insert(name, value);
    Ok(())
}

pub(crate) fn sha256_hex(bytes: &[u8]) -> String {
    hex(ring::digest::digest(&ring::digest::SHA256, bytes).as_ref())
}

/// `Authorization: Bearer <key>`, the default.
pub fn bearer(key: impl Into<String>) -> Arc<dyn Auth> {
    Arc::new(Header { name: AUTHORIZATION, prefix: "Bearer ", key: Key::Fixed(key.into(), OnceLock::new()) })
}

/// `X-API-Key: <key>`.
pub fn x_api_key(key: impl Into<String>) -> Arc<dyn Auth> {
    let name = HeaderName::from_static("x-api-key");
    Arc::new(Header { name, prefix: "", key: Key::Fixed(key.into(), OnceLock::new()) })
}

/// A bearer token asked for at each attempt.
pub fn from_provider(provider: impl Fn() -> String + Send + Sync + 'static) -> Arc<dyn Auth> {
    Arc::new(Header { name: AUTHORIZATION, prefix: "Bearer ", key: Key::Asked(Box::new(provider)) })
}

/// No credential: only what is public answers.
pub fn anonymous() -> Arc<dyn Auth> {
    struct Anonymous;
    impl Auth for Anonymous {
        fn apply<'a>(&'a self, _: Outgoing<'a>) -> AuthFuture<'a> {
            Box::pin(std::future::ready(Ok(())))
        }
    }
    Arc::new(Anonymous)
}

/// Trims a key; `None` is an empty one. The error does not show it.
pub(crate) fn check_key(key: &str) -> Result<Option<String>, Error> {
    let key = key.trim();
    if key.chars().any(|c| c.is_control()) || !key.is_ascii() {
        return Err(Error::config("the API key holds a control character or a character outside of ASCII; copy it again"));
    }
    if key.starts_with(['"', '\'', '`']) || key.ends_with(['"', '\'', '`']) {
        return Err(Error::config("the API key stands in quotes; leave them out"));
    }
    if key.split(' ').next().is_some_and(|word| word.eq_ignore_ascii_case("bearer")) {
        return Err(Error::config("the API key begins with the word Bearer; leave it out"));
    }
    Ok((!key.is_empty()).then(|| key.to_owned()))
}

/// Names of headers that never go to another origin.
pub(crate) fn is_credential(name: &HeaderName) -> bool {
    let name = name.as_str();
    matches!(name, "authorization" | "x-api-key" | "cookie" | "proxy-authorization") || name.starts_with("x-chutes-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_as_people_paste_them() {
        assert_eq!(check_key(" cpk_test\n").unwrap().as_deref(), Some("cpk_test"));
        assert_eq!(check_key("bearers_test").unwrap().as_deref(), Some("bearers_test"));
        assert_eq!(check_key(" ").unwrap(), None);
        for (bad, why) in [
            ("\"cpk_test\"", "quotes"),
            ("'cpk_test'", "quotes"),
            ("cpk_test\"", "quotes"),
            ("Bearer cpk_test", "Bearer"),
            ("bearer", "Bearer"),
            ("cpk_\ntest", "control"),
        ] {
            let error = check_key(bad).unwrap_err();
            assert!(error.is_config() && error.message().contains(why) && !error.message().contains("test"), "{error}");
        }
    }
}
