//! One token for all callers, renewed once for however many wait.

use super::{OAuth, REFRESH_LEEWAY, Token};
use crate::auth::{Auth, AuthFuture, Outgoing, put_header};
use crate::errors::Error;
use std::collections::VecDeque;
use std::error::Error as StdError;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard};
use tokio::sync::watch;

/// Earlier tokens that are still kept out of errors.
const KEPT_SECRETS: usize = 16;

type Stored = Pin<Box<dyn Future<Output = Result<(), Box<dyn StdError + Send + Sync>>> + Send>>;
pub(super) type OnToken = dyn Fn(Token) -> Stored + Send + Sync;
type Outcome = Option<Result<(), Error>>;

pub(super) fn make(oauth: OAuth, token: Token, on_token: Option<Box<OnToken>>) -> Arc<dyn Auth> {
    let mut state = State { token: token.clone(), unstored: false, renewal: None, seen: VecDeque::new() };
    state.learn(&token);
    Arc::new(Provider { shared: Arc::new(Shared { oauth, on_token, state: Mutex::new(state) }) })
}

struct Provider {
    shared: Arc<Shared>,
}

struct Shared {
    oauth: OAuth,
    on_token: Option<Box<OnToken>>,
    state: Mutex<State>,
}

struct State {
    token: Token,
    /// The token in force has not been told yet.
    unstored: bool,
    /// The renewal under way.
    renewal: Option<watch::Receiver<Outcome>>,
    seen: VecDeque<String>,
}

impl State {
    fn learn(&mut self, token: &Token) {
        self.seen.extend([token.access_token.clone()].into_iter().chain(token.refresh_token.clone()));
        let surplus = self.seen.len().saturating_sub(KEPT_SECRETS);
        self.seen.drain(..surplus);
    }

    /// The refresh token, where the access token is about to end.
    fn stale(&self, now: f64) -> Option<String> {
        let ends = self.token.expires_at - now < REFRESH_LEEWAY.as_secs_f64();
        self.token.refresh_token.clone().filter(|_| ends)
    }
}

/// Clears the renewal however it ends, so that the next call may try anew.
struct Ending(Arc<Shared>);

impl Drop for Ending {
    fn drop(&mut self) {
        self.0.state().renewal = None;
    }
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(|e| e.into_inner())
    }

    fn now(&self) -> f64 {
        self.oauth.app.client.inner.seam.now()
    }

    /// The renewal to wait for: the one under way, or a new one where there is need. It runs on its own, so that no caller that goes
    /// away ends it for the others.
    fn renewal(self: &Arc<Self>) -> Option<watch::Receiver<Outcome>> {
        let mut state = self.state();
        if state.renewal.is_none() && (state.unstored || state.stale(self.now()).is_some()) {
            let (tell, told) = watch::channel(None);
            state.renewal = Some(told);
            let shared = self.clone();
            tokio::spawn(async move {
                let ending = Ending(shared.clone());
                let outcome = shared.renew().await;
                drop(ending);
                tell.send_replace(Some(outcome));
            });
        }
        state.renewal.clone()
    }

    /// The new token is kept before it is told, so that a failing callback does not lose what is good only once.
    async fn renew(&self) -> Result<(), Error> {
        let stale = self.state().stale(self.now());
        if let Some(refresh_token) = stale {
            let renewed = self.oauth.refresh(refresh_token).await?;
            let mut state = self.state();
            state.learn(&renewed);
            (state.token, state.unstored) = (renewed, true);
        }
        let untold = {
            let state = self.state();
            state.unstored.then(|| state.token.clone())
        };
        if let (Some(token), Some(on_token)) = (untold, &self.on_token) {
            let stored = on_token(token).await.map_err(|cause| Error::of_caller("the new token could not be stored", cause));
            stored.map_err(|error| error.scrub(self.state().seen.make_contiguous()))?;
        }
        self.state().unstored = false;
        Ok(())
    }
}

impl Provider {
    async fn put(&self, request: Outgoing<'_>) -> Result<(), Error> {
        if request.public {
            return Ok(());
        }
        if let Some(mut renewal) = self.shared.renewal() {
            let broken = || Error::config("the renewal of the token was broken off; call again");
            let outcome = renewal.wait_for(Option::is_some).await.map_err(|_| broken())?.clone();
            outcome.unwrap_or_else(|| Err(broken()))?;
        }
        let value = format!("Bearer {}", self.shared.state().token.access_token);
        put_header(request.headers, "authorization", &value)
    }
}

impl Auth for Provider {
    fn apply<'a>(&'a self, request: Outgoing<'a>) -> AuthFuture<'a> {
        Box::pin(async move { Ok(self.put(request).await?) })
    }

    fn secrets(&self) -> Vec<String> {
        let app = self.shared.oauth.app.client_secret.clone();
        self.shared.state().seen.iter().cloned().chain(app).collect()
    }
}
