//! Credentials, put on each attempt.

use crate::config::check_header;
use crate::errors::Error;
use http::{HeaderMap, HeaderName, Method};
use std::sync::Arc;

/// One attempt about to be sent, as a credential sees it.
#[derive(Debug)]
#[non_exhaustive]
pub struct Outgoing<'a> {
    /// Its method.
    pub method: &'a Method,
    /// Its whole URL.
    pub url: &'a str,
    /// Its exact bytes, the same on each attempt.
    pub body: &'a [u8],
    /// Its headers, to add to.
    pub headers: &'a mut HeaderMap,
}

/// Puts a credential on a request; called once per attempt, so that a signature or a fresh token is possible.
pub trait Auth: Send + Sync + 'static {
    /// Adds the headers of the credential.
    ///
    /// # Errors
    /// Whatever keeps the credential from being made; the call then ends with it.
    fn apply(&self, request: &mut Outgoing<'_>) -> Result<(), Error>;

    /// What must never be shown.
    fn secrets(&self) -> Vec<String> {
        Vec::new()
    }
}

struct Header {
    name: &'static str,
    prefix: &'static str,
    key: Arc<dyn Fn() -> String + Send + Sync>,
    fixed: bool,
}

impl Auth for Header {
    fn apply(&self, request: &mut Outgoing<'_>) -> Result<(), Error> {
        let key = check_key(&(self.key)())?.ok_or_else(|| Error::config("the credential provider gave an empty key"))?;
        let (name, value) = check_header(self.name, &format!("{}{key}", self.prefix))?;
        request.headers.insert(name, value);
        Ok(())
    }

    fn secrets(&self) -> Vec<String> {
        if self.fixed { vec![(self.key)()] } else { Vec::new() }
    }
}

/// `Authorization: Bearer <key>`, the default.
pub fn bearer(key: impl Into<String>) -> Arc<dyn Auth> {
    let key = key.into();
    Arc::new(Header { name: "authorization", prefix: "Bearer ", key: Arc::new(move || key.clone()), fixed: true })
}

/// `X-API-Key: <key>`.
pub fn x_api_key(key: impl Into<String>) -> Arc<dyn Auth> {
    let key = key.into();
    Arc::new(Header { name: "x-api-key", prefix: "", key: Arc::new(move || key.clone()), fixed: true })
}

/// A bearer token asked for at each attempt.
pub fn from_provider(provider: impl Fn() -> String + Send + Sync + 'static) -> Arc<dyn Auth> {
    Arc::new(Header { name: "authorization", prefix: "Bearer ", key: Arc::new(provider), fixed: false })
}

/// No credential: only what is public answers.
pub fn anonymous() -> Arc<dyn Auth> {
    struct Anonymous;
    impl Auth for Anonymous {
        fn apply(&self, _: &mut Outgoing<'_>) -> Result<(), Error> {
            Ok(())
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
    Ok((!key.is_empty()).then(|| key.to_owned()))
}

/// Names of headers that never go to another origin.
pub(crate) fn is_credential(name: &HeaderName) -> bool {
    let name = name.as_str();
    matches!(name, "authorization" | "x-api-key" | "cookie" | "proxy-authorization") || name.starts_with("x-chutes-")
}
