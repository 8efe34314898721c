//! What needs more than one request for chutes: deploying with care, and waiting until one runs.

use super::ids::{is_uuid, predict_chute_id, predict_version};
use super::wait::{Tell, Until, limit};
use crate::Chutes;
use crate::config::{CallOptions, check_duration};
use crate::deadline::Limit;
use crate::errors::{Error, Kind};
use crate::management::chutes::{ChutesCreateParams, ChutesResource};
use crate::request::{BoxFuture, Pending};
use crate::retry::backoff;
use crate::stream::ItemStream;
use crate::types::{Chute, ChuteArgs, WarmupEvent, WarmupState, WarmupStatus};
use crate::values::Answer;
use std::fmt;
use std::time::Duration;

/// Longest wait for a warm-up, unless another is given.
pub const WARMUP_TIMEOUT: Duration = Duration::from_secs(600);

/// What a deployment came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum DeploymentStatus {
    /// The same version with the same visibility is there already; nothing was sent.
    Unchanged,
    /// There was no such chute before.
    Created,
    /// A new version of it.
    Updated,
}

impl DeploymentStatus {
    /// The word of the status: `unchanged`, `created` or `updated`.
    pub fn as_str(self) -> &'static str {
        match self {
            DeploymentStatus::Unchanged => "unchanged",
            DeploymentStatus::Created => "created",
            DeploymentStatus::Updated => "updated",
        }
    }
}

impl fmt::Display for DeploymentStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The chute that a deployment left, and what was done for it.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Deployment {
    /// The chute as the server has it now.
    pub chute: Answer<Chute>,
    /// What was done.
    pub status: DeploymentStatus,
}

/// Options of [`ChutesResource::deploy`]; both are false by default.
///
/// ```
/// use chutes_client::DeployParams;
/// let params = DeployParams { accept_fee: true, ..DeployParams::default() };
/// assert!(!params.force);
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct DeployParams {
    /// Agree to the fee of a first deployment.
    pub accept_fee: bool,
    /// Send it even where nothing has changed.
    pub force: bool,
}

/// What is heard of a warm-up: an event of its stream, or an answer to a question.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum WarmupProgress {
    /// An event of the stream.
    Event(WarmupEvent),
    /// The state, as it was asked for.
    Status(WarmupStatus),
}

impl WarmupProgress {
    /// The state in it: `cold`, `hot` or another word of the server.
    pub fn status(&self) -> Option<&WarmupState> {
        match self {
            WarmupProgress::Event(event) => event.status.as_ref(),
            WarmupProgress::Status(status) => status.status.as_ref(),
        }
    }
}

/// Options of [`ChutesResource::wait_ready`] and of the `wait_ready` of a chute's handle.
///
/// ```
/// use chutes_client::WaitReadyParams;
/// let params = WaitReadyParams::new().timeout(300.0).on_progress(|heard| println!("{:?}", heard.status()));
/// # drop(params);
/// ```
#[derive(Default)]
pub struct WaitReadyParams {
    timeout: Option<Limit>,
    poll_interval: Option<Limit>,
    on_progress: Option<Tell<WarmupProgress>>,
}

impl fmt::Debug for WaitReadyParams {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut out = f.debug_struct("WaitReadyParams");
        out.field("timeout", &self.timeout).field("poll_interval", &self.poll_interval).finish_non_exhaustive()
    }
}

impl WaitReadyParams {
    /// No option set.
    pub fn new() -> WaitReadyParams {
        WaitReadyParams::default()
    }

    /// The longest wait in all; [`WARMUP_TIMEOUT`] by default, `None` is no limit.
    pub fn timeout(mut self, limit: impl Into<Limit>) -> Self {
        self.timeout = Some(limit.into());
        self
    }

    /// Asks so often for the state in place of following the events: for proxies that hold events back.
    pub fn poll_interval(mut self, interval: impl Into<Limit>) -> Self {
        self.poll_interval = Some(interval.into());
        self
    }

    /// Is told each event, or each state.
    pub fn on_progress(mut self, tell: impl FnMut(&WarmupProgress) + Send + 'static) -> Self {
        self.on_progress = Some(Box::new(tell));
        self
    }
}

impl ChutesResource {
    /// Deploys a chute, or a new version of it, unless the same version with the same visibility is there already.
    ///
    /// Asks who you are, for the image, and for the chute under the id that it will have; then sends one POST, which is never
    /// repeated. The request itself is [`ChutesResource::create`]. Headers, query and body of [`Pending::with`] belong to the POST.
    ///
    /// # Errors
    /// `payment_required` with [`Error::fee`] where a first deployment costs a fee that was not agreed to, `not_found` where the
    /// image does not exist, and whatever else the server says.
    ///
    /// ```no_run
    /// # async fn run(client: chutes_client::Chutes, body: chutes_client::types::ChuteArgs) -> Result<(), chutes_client::Error> {
    /// use chutes_client::DeployParams;
    /// let done = client.chutes().deploy(&body, DeployParams { accept_fee: true, ..Default::default() }).await?;
    /// println!("{} is {}", done.chute.chute_id, done.status);
    /// # Ok(()) }
    /// ```
    pub fn deploy(&self, body: &ChuteArgs, params: DeployParams) -> Pending<Deployment> {
        let (chutes, body) = (self.clone(), body.clone());
        Pending::new(move |options| async move { chutes.deploy_with(body, params, options).await })
    }

    async fn deploy_with(&self, body: ChuteArgs, params: DeployParams, options: CallOptions) -> Result<Deployment, Error> {
        let look = options.clone().limits_only();
        let username = self.client.users().me().with(look.clone()).await?.into_inner().username.unwrap_or_default();
        let image = self.client.container_images().get(body.image.as_str()).with(look.clone()).await?.into_inner();
        let before = match self.get(predict_chute_id(&username, &body.name)).with(look).await {
            Ok(found) => Some(found),
            Err(error) if error.is_not_found() => None,
            Err(error) => return Err(error),
        };
        let version = predict_version(&image.image_id, image.patch_version.as_deref().unwrap_or("None"), &body.code);
        let same = |chute: &Answer<Chute>| chute.version.as_deref() == Some(&version) && chute.public == body.public;
        let status = match before {
            Some(chute) if !params.force && same(&chute) => {
                return Ok(Deployment { chute, status: DeploymentStatus::Unchanged });
            }
            Some(_) => DeploymentStatus::Updated,
            None => DeploymentStatus::Created,
        };
        let accepted = ChutesCreateParams { accept_fee: params.accept_fee.then_some(true) };
        let chute = self.create(&body, accepted).with(options).await?;
        Ok(Deployment { chute, status })
    }

    /// Waits until a chute, by id or `user/name`, is hot: by its warm-up events, or by asking every `poll_interval`. A stream that
    /// breaks is opened again within the time.
    ///
    /// # Errors
    /// `timeout` where it is not hot in time, or the events end before it is; `disabled`, `payment_required` and `not_found` at once.
    ///
    /// ```no_run
    /// # async fn run(client: chutes_client::Chutes) -> Result<(), chutes_client::Error> {
    /// use chutes_client::WaitReadyParams;
    /// let params = WaitReadyParams::new().timeout(300.0).on_progress(|heard| println!("{:?}", heard.status()));
    /// client.chutes().wait_ready("alice/kokoro", params).await?;
    /// # Ok(()) }
    /// ```
    pub fn wait_ready(&self, chute_id_or_name: impl Into<String>, params: WaitReadyParams) -> Pending<WarmupStatus> {
        let (chutes, reference) = (self.clone(), chute_id_or_name.into());
        Pending::new(move |options| async move {
            let (one, other) = ((chutes.clone(), reference.clone()), (chutes.clone(), reference.clone()));
            let source = WarmupSource {
                events: Box::new(move |options| one.0.warmup(one.1.as_str()).with(options).into_future()),
                state: Box::new(move |options| other.0.warmup_status(other.1.as_str()).with(options).into_future()),
            };
            wait_ready(&chutes.client, &reference, source, params, options).await
        })
    }
}

type Ask<T> = Box<dyn Fn(CallOptions) -> BoxFuture<T> + Send + Sync>;

/// The two ways to hear of a warm-up.
pub(crate) struct WarmupSource {
    pub(crate) events: Ask<ItemStream<WarmupEvent>>,
    pub(crate) state: Ask<Answer<WarmupStatus>>,
}

/// What was heard last.
struct Heard {
    tell: Option<Tell<WarmupProgress>>,
    last: Option<WarmupProgress>,
    /// Status and attempts of the stream.
    response: Option<(u16, u32)>,
}

impl Heard {
    /// Whether it is hot.
    fn see(&mut self, heard: WarmupProgress) -> bool {
        if let Some(tell) = &mut self.tell {
            tell(&heard);
        }
        let hot = heard.status().is_some_and(|s| *s == WarmupState::Hot);
        self.last = Some(heard);
        hot
    }
}

/// The one way to wait for a chute, for the resource and for the handle of a chute.
pub(crate) async fn wait_ready(
    client: &Chutes,
    reference: &str,
    source: WarmupSource,
    params: WaitReadyParams,
    options: CallOptions,
) -> Result<WarmupStatus, Error> {
    let longest = limit("timeout", params.timeout, Some(WARMUP_TIMEOUT))?;
    let interval = params.poll_interval.map(|l| check_duration("poll_interval", l)).transpose()?.flatten();
    let until = Until::new(client, options, longest);
    let mut heard = Heard { tell: params.on_progress, last: None, response: None };
    if let Some(interval) = interval {
        loop {
            let state = (source.state)(until.question()).await?.into_inner();
            if heard.see(WarmupProgress::Status(state.clone())) {
                return Ok(state);
            }
            if until.over() {
                break;
            }
            until.sleep(interval).await?;
        }
    } else if follow(client, &source, &until, &mut heard).await? {
        let chute_id = is_uuid(reference).then(|| reference.to_owned());
        return Ok(WarmupStatus { chute_id, status: Some(WarmupState::Hot), ..WarmupStatus::default() });
    }
    let last = heard.last.as_ref().and_then(WarmupProgress::status).map_or("none", WarmupState::as_str);
    let error = until.error(format!("the chute {reference} did not become hot (last state: {last})"));
    Err(match heard.response {
        Some((status, attempts)) => error.with_status(status).with_attempts(attempts),
        None => error,
    })
}

/// Follows the events until hot; opens them again when they break, within the time. False where they end without it.
async fn follow(client: &Chutes, source: &WarmupSource, until: &Until<'_>, heard: &mut Heard) -> Result<bool, Error> {
    let seam = &client.inner.seam;
    let mut failures = 0;
    loop {
        let mut stream = (source.events)(until.stream()).await?;
        heard.response = Some((stream.response().status(), stream.response().attempts()));
        let broken = loop {
            match stream.next_item().await {
                None => return Ok(false),
                Some(Err(error)) => break error,
                Some(Ok(event)) => {
                    failures = 0;
                    if heard.see(WarmupProgress::Event(event)) {
                        return Ok(true);
                    }
                    if until.over() {
                        return Ok(false);
                    }
                }
            }
        };
        if broken.kind() != Kind::StreamInterrupted {
            return Err(broken);
        }
        drop(stream);
        until.sleep(Duration::from_secs_f64(backoff(failures, broken.kind(), seam.random()))).await?;
        failures += 1;
        if until.over() {
            return Ok(false);
        }
    }
}
