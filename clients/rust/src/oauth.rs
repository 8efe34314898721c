//! Sign in with Chutes: the authorize URL with PKCE, tokens for codes, and a signer that renews its token by itself.
//!
//! ```no_run
//! # async fn run(code: &str) -> Result<(), chutes_client::Error> {
//! use chutes_client::{Chutes, OAuth};
//! let app = OAuth::builder("cid_…").client_secret("csc_…").redirect_uri("http://localhost:3000/callback").build()?;
//! let begun = app.authorize_url(&["profile", "chutes:invoke"])?;
//! println!("open {} and keep {}", begun.url, begun.state);
//! // … the user comes back with a code and the same state
//! let token = app.exchange(code, &begun.code_verifier).await?;
//! let auth = app.provider_with(token, |new| async move { std::fs::write("token.json", serde_json::to_vec(&new)?) });
//! let client = Chutes::builder().auth(auth).build()?;
//! # drop(client); Ok(()) }
//! ```

mod provider;

use crate::auth::Auth;
use crate::call::form_pairs;
use crate::client::{Chutes, ChutesBuilder};
use crate::config::CallOptions;
use crate::errors::{Error, Kind};
use crate::redact::MASK;
use crate::request::Pending;
use crate::types::{OauthRevokeArgs, OauthToken, OauthTokenArgs};
use crate::values::Answer;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::rand::SecureRandom as _;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::error::Error as StdError;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

/// A token with less than this left is renewed before it is used.
pub const REFRESH_LEEWAY: Duration = Duration::from_secs(60);
/// What a token lives where the server does not say, in seconds: all tokens of the platform do (2026-05).
const DEFAULT_LIFETIME: f64 = 3600.0;
/// Parameters that are ours to set.
const OURS: [&str; 4] = ["response_type", "client_id", "code_challenge", "code_challenge_method"];

/// An access token and what renews it. `Debug` shows neither; serializing does, since that is how it is stored.
///
/// ```
/// use chutes_client::Token;
/// let token: Token = serde_json::from_str(r#"{"access_token": "cak_test", "expires_at": 1764000000.0}"#)?;
/// assert_eq!((token.token_type.as_str(), token.refresh_token.is_none()), ("Bearer", true));
/// assert!(!format!("{token:?}").contains("cak_test"));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct Token {
    /// What goes into `Authorization: Bearer …`.
    pub access_token: String,
    /// Good once, then a new one takes its place; `None` where there is none: the token is then used as it is.
    #[serde(default)]
    pub refresh_token: Option<String>,
    /// When the access token ends, Unix time in seconds.
    pub expires_at: f64,
    /// What it may do, separated by spaces.
    #[serde(default)]
    pub scope: Option<String>,
    /// `Bearer`.
    #[serde(default = "bearer")]
    pub token_type: String,
}

fn bearer() -> String {
    "Bearer".to_owned()
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut out = f.debug_struct("Token");
        out.field("access_token", &MASK).field("refresh_token", &self.refresh_token.as_ref().map(|_| MASK));
        out.field("expires_at", &self.expires_at).field("scope", &self.scope).field("token_type", &self.token_type).finish()
    }
}

/// Where to send a user, and what to keep until they are back. `Debug` does not show the verifier.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Authorization {
    /// To be opened in a browser.
    pub url: String,
    /// Must come back unchanged; anything else is no answer to this.
    pub state: String,
    /// For [`OAuth::exchange`]; never shown to anybody.
    pub code_verifier: String,
}

impl fmt::Debug for Authorization {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut out = f.debug_struct("Authorization");
        out.field("url", &self.url).field("state", &self.state).field("code_verifier", &MASK).finish()
    }
}

/// Collects the options of a sign-in; nothing is checked before [`OAuthBuilder::build`].
#[derive(Clone)]
pub struct OAuthBuilder {
    client_id: String,
    client_secret: Option<String>,
    redirect_uri: Option<String>,
    client: ChutesBuilder,
}

impl fmt::Debug for OAuthBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut out = f.debug_struct("OAuthBuilder");
        out.field("client_id", &self.client_id).field("redirect_uri", &self.redirect_uri).finish_non_exhaustive()
    }
}

impl OAuthBuilder {
    /// `csc_…`; the platform gives every app one, and asks for it at every exchange.
    pub fn client_secret(mut self, secret: impl Into<String>) -> Self {
        self.client_secret = Some(secret.into());
        self
    }

    /// Where the platform sends users back to, exactly as registered.
    pub fn redirect_uri(mut self, uri: impl Into<String>) -> Self {
        self.redirect_uri = Some(uri.into());
        self
    }

    /// Addresses, limits, certificates and seam of the requests. Its key is not used.
    pub fn client(mut self, client: ChutesBuilder) -> Self {
        self.client = client;
        self
    }

    /// Makes the sign-in. Nothing is sent. It looks into no key and no `CHUTES_API_KEY`.
    ///
    /// # Errors
    /// `config`: no client id, or an option of the client that cannot work.
    pub fn build(self) -> Result<OAuth, Error> {
        if self.client_id.trim().is_empty() {
            return Err(Error::config("a sign-in needs the client id of its app"));
        }
        let client = self.client.auth(crate::auth::anonymous()).build()?;
        client.inner.secrets.add(self.client_secret.clone());
        let app = App { client_id: self.client_id, client_secret: self.client_secret, redirect_uri: self.redirect_uri, client };
        Ok(OAuth { app: Arc::new(app) })
    }
}

struct App {
    client_id: String,
    client_secret: Option<String>,
    redirect_uri: Option<String>,
    client: Chutes,
}

/// The sign-in of one app: OAuth 2 with PKCE. Clones are cheap. Its secret, and the codes and tokens that it sees, are in no error.
///
/// ```
/// use chutes_client::{Chutes, OAuth};
/// let app = OAuth::builder("cid_x").redirect_uri("http://localhost/cb").client(Chutes::builder()).build()?;
/// let begun = app.authorize_url(&["profile"])?;
/// assert!(begun.url.contains("code_challenge_method=S256") && begun.code_verifier.len() == 64);
/// # Ok::<(), chutes_client::Error>(())
/// ```
#[derive(Clone)]
pub struct OAuth {
    app: Arc<App>,
}

impl fmt::Debug for OAuth {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut out = f.debug_struct("OAuth");
        out.field("client_id", &self.app.client_id).field("redirect_uri", &self.app.redirect_uri).finish_non_exhaustive()
    }
}

impl OAuth {
    /// Collects options. `client_id` is that of the app, `cid_…`.
    pub fn builder(client_id: impl Into<String>) -> OAuthBuilder {
        let (client_id, client) = (client_id.into(), ChutesBuilder::default());
        OAuthBuilder { client_id, client_secret: None, redirect_uri: None, client }
    }

    /// Where to send a user. The verifier and the state are new each time, from a cryptographic source.
    ///
    /// # Errors
    /// `config`: there is no redirect address.
    pub fn authorize_url(&self, scopes: &[&str]) -> Result<Authorization, Error> {
        self.authorize_url_with(scopes, None, &[])
    }

    /// As [`OAuth::authorize_url`], with a state of your own, and further parameters of the URL.
    ///
    /// # Errors
    /// `config`: there is no redirect address, or a parameter that this method sets itself.
    pub fn authorize_url_with(
        &self,
        scopes: &[&str],
        state: Option<&str>,
        extra: &[(&str, &str)],
    ) -> Result<Authorization, Error> {
        if let Some((name, _)) = extra.iter().find(|(name, _)| OURS.contains(name)) {
            return Err(Error::config(format!("authorize_url sets {name} itself")));
        }
        let Some(redirect_uri) = &self.app.redirect_uri else {
            return Err(Error::config("authorize_url needs the redirect_uri of the app"));
        };
        let code_verifier = random_text(48)?;
        let state = state.map_or_else(|| random_text(24), |given| Ok(given.to_owned()))?;
        let digest = ring::digest::digest(&ring::digest::SHA256, code_verifier.as_bytes());
        let (challenge, scope) = (URL_SAFE_NO_PAD.encode(digest.as_ref()), scopes.join(" "));
        let mut query = vec![
            ("response_type", "code"),
            ("client_id", &self.app.client_id),
            ("redirect_uri", redirect_uri),
            ("scope", &scope),
            ("state", &state),
            ("code_challenge", &challenge),
            ("code_challenge_method", "S256"),
        ];
        let replaced: BTreeMap<&str, &str> = extra.iter().copied().collect();
        query.iter_mut().for_each(|(name, value)| *value = replaced.get(name).copied().unwrap_or(value));
        let further: Vec<_> = extra.iter().filter(|(name, _)| !query.iter().any(|(known, _)| known == name)).copied().collect();
        let query = form_pairs(query.into_iter().chain(further));
        Ok(Authorization { url: format!("{}/idp/authorize?{query}", self.app.client.inner.hosts.api), state, code_verifier })
    }

    /// The token for a code, which is good for 600 seconds, once. Sent once and never repeated.
    ///
    /// # Errors
    /// `bad_request` with [`Error::code`] `invalid_grant` for a code that is used up, too old or not of this app;
    /// `unexpected_response` for an answer without a token.
    ///
    /// ```no_run
    /// # async fn run(app: chutes_client::OAuth, code: &str, verifier: &str) -> Result<(), chutes_client::Error> {
    /// let token = app.exchange(code, verifier).await?;
    /// println!("{:?} until {}", token.scope, token.expires_at);
    /// # Ok(()) }
    /// ```
    pub fn exchange(&self, code: impl Into<String>, code_verifier: impl Into<String>) -> Pending<Token> {
        let (code, code_verifier) = (code.into(), code_verifier.into());
        self.token(
            OauthTokenArgs {
                grant_type: "authorization_code".to_owned(),
                code: Some(code),
                redirect_uri: self.app.redirect_uri.clone(),
                code_verifier: Some(code_verifier),
                ..OauthTokenArgs::default()
            },
            None,
        )
    }

    /// A new token for a refresh token, which is used up by it. Sent once and never repeated. Where no new refresh token comes, the old
    /// one stays.
    ///
    /// # Errors
    /// `bad_request` with [`Error::code`] `invalid_grant` for a refresh token that is used up or too old; `unexpected_response` for
    /// an answer without a token.
    ///
    /// ```no_run
    /// # async fn run(app: chutes_client::OAuth, token: chutes_client::Token) -> Result<(), chutes_client::Error> {
    /// if let Some(refresh_token) = token.refresh_token {
    ///     let renewed = app.refresh(refresh_token).await?; // store it: the old one is used up
    ///     println!("good until {}", renewed.expires_at);
    /// }
    /// # Ok(()) }
    /// ```
    pub fn refresh(&self, refresh_token: impl Into<String>) -> Pending<Token> {
        let refresh_token = refresh_token.into();
        let args = OauthTokenArgs {
            grant_type: "refresh_token".to_owned(),
            refresh_token: Some(refresh_token.clone()),
            ..OauthTokenArgs::default()
        };
        self.token(args, Some(refresh_token))
    }

    /// Makes an access or refresh token worthless. The server says yes to unknown ones, too.
    ///
    /// # Errors
    /// Those of the server and of the connection.
    ///
    /// ```no_run
    /// # async fn run(app: chutes_client::OAuth, token: chutes_client::Token) -> Result<(), chutes_client::Error> {
    /// app.revoke(token.access_token).await
    /// # }
    /// ```
    pub fn revoke(&self, token: impl Into<String>) -> Pending<()> {
        let (app, token) = (self.app.clone(), token.into());
        Pending::new(move |options| async move {
            let options = options.hiding([token.clone()]);
            let mut args = OauthRevokeArgs { token, ..OauthRevokeArgs::default() };
            args.extra.insert("client_id".to_owned(), app.client_id.as_str().into());
            args.extra.extend(app.client_secret.as_deref().map(|secret| ("client_secret".to_owned(), secret.into())));
            let once = CallOptions::new().max_retries(0u32);
            app.client.oauth().revoke(&args).with(once).with(options).await.map(drop)
        })
    }

    /// A credential for a client: renews the token when it has less than [`REFRESH_LEEWAY`] left, once for however many calls wait
    /// for it. A renewal that fails reaches all of them, and is tried anew by the next call. A token without a refresh token is used
    /// as it is.
    ///
    /// ```
    /// use chutes_client::{Chutes, OAuth, Token};
    /// let token: Token = serde_json::from_str(r#"{"access_token": "cak_test", "expires_at": 0}"#).unwrap();
    /// let client = Chutes::builder().auth(OAuth::builder("cid_x").build()?.provider(token)).build()?;
    /// # drop(client); Ok::<(), chutes_client::Error>(())
    /// ```
    pub fn provider(&self, token: Token) -> Arc<dyn Auth> {
        provider::make(self.clone(), token, None)
    }

    /// As [`OAuth::provider`]; `on_token` is told each new token before it is used: store it, since the refresh token before it is
    /// used up. Where it fails, the new token is kept, the calls that waited for this renewal end with the failure, and it is told
    /// again at the next call. It must not call with a client that signs with this credential.
    ///
    /// ```
    /// use chutes_client::{Chutes, OAuth, Token};
    /// let token: Token = serde_json::from_str(r#"{"access_token": "cak_test", "expires_at": 0}"#).unwrap();
    /// let app = OAuth::builder("cid_x").build()?;
    /// let auth = app.provider_with(token, |new| async move { std::fs::write("token.json", serde_json::to_vec(&new)?) });
    /// let client = Chutes::builder().auth(auth).build()?;
    /// # drop(client); Ok::<(), chutes_client::Error>(())
    /// ```
    pub fn provider_with<F, Fut, E>(&self, token: Token, on_token: F) -> Arc<dyn Auth>
    where
        F: Fn(Token) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<(), E>> + Send + 'static,
        E: Into<Box<dyn StdError + Send + Sync>>,
    {
        let told: Box<provider::OnToken> = Box::new(move |token| {
            let stored = on_token(token);
            Box::pin(async move { stored.await.map_err(Into::into) })
        });
        provider::make(self.clone(), token, Some(told))
    }

    fn token(&self, args: OauthTokenArgs, before: Option<String>) -> Pending<Token> {
        let app = self.app.clone();
        Pending::new(move |options| async move {
            let now = app.client.inner.seam.now();
            let (client_id, client_secret) = (Some(app.client_id.clone()), app.client_secret.clone());
            let args = OauthTokenArgs { client_id, client_secret, ..args };
            // Of this call alone: an app that signs in everybody would keep what all of them ever had.
            let hidden = [&args.code, &args.code_verifier, &args.refresh_token].into_iter().flatten().cloned();
            let answer = app.client.oauth().token(&args).with(options.hiding(hidden)).await?;
            token_of(answer, before, now)
        })
    }
}

/// Reads a token; where no new refresh token came, the old one stays good.
fn token_of(answer: Answer<OauthToken>, before: Option<String>, now: f64) -> Result<Token, Error> {
    if answer.access_token.is_empty() {
        let meta = answer.response();
        let error = Error::new(Kind::UnexpectedResponse, "the answer holds no access token");
        return Err(error.with_answer(meta.status(), meta.headers()).with_attempts(meta.attempts()));
    }
    let told = answer.into_inner();
    let lifetime = told.expires_in.filter(|seconds| *seconds >= 0).map_or(DEFAULT_LIFETIME, |seconds| seconds as f64);
    Ok(Token {
        access_token: told.access_token,
        refresh_token: told.refresh_token.filter(|text| !text.is_empty()).or(before),
        expires_at: now + lifetime,
        scope: told.scope,
        token_type: told.token_type.filter(|text| !text.is_empty()).unwrap_or_else(bearer),
    })
}

/// Unreserved characters from a cryptographic source: four for three bytes.
fn random_text(bytes: usize) -> Result<String, Error> {
    let mut drawn = vec![0; bytes];
    let filled = ring::rand::SystemRandom::new().fill(&mut drawn);
    filled.map_err(|_| Error::config("the system has no random numbers to give"))?;
    Ok(URL_SAFE_NO_PAD.encode(drawn))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Script, Scripted};
    use serde_json::json;

    #[tokio::test]
    async fn an_app_keeps_nothing_of_its_users() {
        let answers = (0..3).flat_map(|user| {
            let token = json!({"access_token": format!("access-{user}"), "refresh_token": format!("refresh-{user}")});
            let refused = json!({"error": "invalid_grant", "error_description": format!("no refresh-{user}")});
            [Script::json(&token), Script::json(&refused).status(400)]
        });
        let client = Chutes::builder().scripted(&Scripted::new(answers));
        let app = OAuth::builder("cid_x").client_secret("secret-of-the-app").client(client).build().unwrap();
        for user in 0..3 {
            app.exchange(format!("code-{user}"), format!("verifier-{user}")).await.unwrap();
            let refresh_token = format!("refresh-{user}");
            let error = app.refresh(&refresh_token).await.unwrap_err();
            assert!(error.kind() == Kind::BadRequest && !error.to_string().contains(&refresh_token), "{error}");
        }
        assert_eq!(*app.app.client.inner.secrets.all(), ["secret-of-the-app"]);
    }
}
