//! Building an image: one upload, the log to its end, and the image as it came out.

use super::jobs::POLL_INTERVAL;
use super::wait::{Tell, Until, limit};
use crate::config::CallOptions;
use crate::deadline::Limit;
use crate::errors::{Error, Kind};
use crate::lines::RESUME_ATTEMPTS;
use crate::management::container_images::{ContainerImagesLogsParams, ContainerImagesResource};
use crate::multipart::Upload;
use crate::request::Pending;
use crate::retry::backoff;
use crate::types::{BuildLogEvent, ContainerImage, ContainerImageArgs};
use crate::values::Answer;
use std::fmt;
use std::time::Duration;

const BUILT: &str = "built and pushed";
/// A zip file with nothing in it: its end record alone.
const EMPTY_ZIP: [u8; 22] = [0x50, 0x4b, 5, 6, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
/// Python's pickle of None in base64; the server keeps it and does not look at it.
const NO_PICKLE: &str = "gAROLg==";

/// An image to build. Name, tag and Dockerfile are needed.
///
/// ```
/// use chutes_client::{BuildArgs, Upload};
/// let args = BuildArgs {
///     name: "tools".into(),
///     tag: "1.0".into(),
///     dockerfile: "FROM parachutes/python:3.12\nCOPY . /app\n".into(),
///     context: Some(Upload::from_path("context.zip")),
///     ..BuildArgs::default()
/// };
/// # drop(args);
/// ```
#[derive(Debug, Clone, Default)]
pub struct BuildArgs {
    /// Name of the image.
    pub name: String,
    /// Tag of the image.
    pub tag: String,
    /// Text of the Dockerfile.
    pub dockerfile: String,
    /// Zip file with everything that the Dockerfile copies; an empty one by default.
    pub context: Option<Upload>,
    /// Text about it in Markdown; `name:tag` by default, since the server takes an empty part for a missing one.
    pub readme: Option<String>,
    /// Id of a logo.
    pub logo_id: Option<String>,
    /// Whether everybody may use it; false by default.
    pub public: bool,
    /// Your own name; asked for where it is not given.
    pub username: Option<String>,
    /// The official CDK's image object as a base64 pickle; that of None by default.
    pub image: Option<String>,
}

impl BuildArgs {
    /// The upload in the document's fields.
    fn upload(self, username: String) -> ContainerImageArgs {
        let context = self.context.unwrap_or_else(|| Upload::from_bytes(EMPTY_ZIP.to_vec()));
        let named = format!("{}:{}", self.name, self.tag);
        ContainerImageArgs {
            wait: Some(false),
            build_context: context.or("chutes.zip", "application/zip"),
            username,
            name: self.name,
            readme: self.readme.filter(|text| !text.is_empty()).unwrap_or(named),
            logo_id: self.logo_id.unwrap_or_else(|| "__none__".to_owned()),
            tag: self.tag,
            dockerfile: self.dockerfile,
            image: self.image.unwrap_or_else(|| NO_PICKLE.to_owned()),
            public: Some(self.public),
        }
    }
}

/// Options of [`ContainerImagesResource::build`].
///
/// ```
/// use chutes_client::BuildParams;
/// let params = BuildParams::new().timeout(1_800.0).on_log(|line| println!("{}", line.log.as_deref().unwrap_or("")));
/// # drop(params);
/// ```
#[derive(Default)]
pub struct BuildParams {
    no_wait: bool,
    following: WaitBuiltParams,
}

impl fmt::Debug for BuildParams {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut out = f.debug_struct("BuildParams");
        out.field("wait", &!self.no_wait).field("timeout", &self.following.timeout).finish_non_exhaustive()
    }
}

impl BuildParams {
    /// No option set: wait for the image, however long it takes.
    pub fn new() -> BuildParams {
        BuildParams::default()
    }

    /// False: return as soon as the upload is taken.
    pub fn wait(mut self, wait: bool) -> Self {
        self.no_wait = !wait;
        self
    }

    /// The longest wait in all, the upload included; no limit by default.
    pub fn timeout(mut self, limit: impl Into<Limit>) -> Self {
        self.following = self.following.timeout(limit);
        self
    }

    /// Is told each record of the log.
    pub fn on_log(mut self, tell: impl FnMut(&BuildLogEvent) + Send + 'static) -> Self {
        self.following = self.following.on_log(tell);
        self
    }
}

/// Options of [`ContainerImagesResource::wait_built`].
///
/// ```
/// use chutes_client::WaitBuiltParams;
/// let params = WaitBuiltParams::new().offset("1764000000000-0").timeout(1_800.0);
/// # drop(params);
/// ```
#[derive(Default)]
pub struct WaitBuiltParams {
    offset: Option<String>,
    timeout: Option<Limit>,
    on_log: Option<Tell<BuildLogEvent>>,
}

impl fmt::Debug for WaitBuiltParams {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut out = f.debug_struct("WaitBuiltParams");
        out.field("offset", &self.offset).field("timeout", &self.timeout).finish_non_exhaustive()
    }
}

impl WaitBuiltParams {
    /// No option set: the whole log, however long it takes.
    pub fn new() -> WaitBuiltParams {
        WaitBuiltParams::default()
    }

    /// Follow the log after this offset.
    pub fn offset(mut self, offset: impl Into<String>) -> Self {
        self.offset = Some(offset.into());
        self
    }

    /// The longest wait in all; no limit by default.
    pub fn timeout(mut self, limit: impl Into<Limit>) -> Self {
        self.timeout = Some(limit.into());
        self
    }

    /// Is told each record of the log.
    pub fn on_log(mut self, tell: impl FnMut(&BuildLogEvent) + Send + 'static) -> Self {
        self.on_log = Some(Box::new(tell));
        self
    }
}

impl ContainerImagesResource {
    /// Uploads a build, follows its log, and gives the image as it came out. The upload is sent once and never repeated. Headers and
    /// query of [`Pending::with`] belong to it.
    ///
    /// # Errors
    /// `config` for a context that cannot be read, `conflict` where the image exists, `stream_error` with the build's own failure,
    /// `timeout` after the longest wait; the build then goes on, see [`ContainerImagesResource::wait_built`].
    ///
    /// ```no_run
    /// # async fn run(client: chutes_client::Chutes, dockerfile: String) -> Result<(), chutes_client::Error> {
    /// use chutes_client::{BuildArgs, BuildParams};
    /// let args = BuildArgs { name: "tools".into(), tag: "1.0".into(), dockerfile, ..BuildArgs::default() };
    /// let params = BuildParams::new().on_log(|line| println!("{}", line.log.as_deref().unwrap_or("")));
    /// let image = client.container_images().build(args, params).await?;
    /// println!("{} {:?}", image.image_id, image.status);
    /// # Ok(()) }
    /// ```
    pub fn build(&self, args: BuildArgs, params: BuildParams) -> Pending<Answer<ContainerImage>> {
        let images = self.clone();
        Pending::new(move |options| async move { images.build_with(args, params, options).await })
    }

    async fn build_with(
        &self,
        args: BuildArgs,
        params: BuildParams,
        options: CallOptions,
    ) -> Result<Answer<ContainerImage>, Error> {
        let longest = limit("timeout", params.following.timeout, None)?;
        let until = Until::new(&self.client, options.clone().limits_only(), longest);
        let upload = Until::new(&self.client, options, longest);
        let username = match args.username.clone() {
            Some(name) => name,
            None => self.client.users().me().with(until.question()).await?.into_inner().username.unwrap_or_default(),
        };
        let image = self.create(&args.upload(username)).with(upload.stream()).await?;
        if params.no_wait {
            return Ok(image);
        }
        self.wait_until(&image.image_id, params.following, &until).await
    }

    /// Follows a build to its end and gives the image as it came out. A log that drops goes on after the last offset, at most
    /// [`RESUME_ATTEMPTS`] times in a row without a new line.
    ///
    /// # Errors
    /// `stream_error` with the build's own failure, `timeout` after the longest wait.
    ///
    /// ```no_run
    /// # async fn run(client: chutes_client::Chutes, image_id: &str) -> Result<(), chutes_client::Error> {
    /// use chutes_client::WaitBuiltParams;
    /// let image = client.container_images().wait_built(image_id, WaitBuiltParams::new().timeout(1_800.0)).await?;
    /// println!("{:?}", image.status);
    /// # Ok(()) }
    /// ```
    pub fn wait_built(&self, image_id: impl Into<String>, params: WaitBuiltParams) -> Pending<Answer<ContainerImage>> {
        let (images, image_id) = (self.clone(), image_id.into());
        Pending::new(move |options| async move {
            let longest = limit("timeout", params.timeout, None)?;
            let until = Until::new(&images.client, options.limits_only(), longest);
            images.wait_until(&image_id, params, &until).await
        })
    }

    async fn wait_until(
        &self,
        image_id: &str,
        params: WaitBuiltParams,
        until: &Until<'_>,
    ) -> Result<Answer<ContainerImage>, Error> {
        self.follow(image_id, params, until).await?;
        loop {
            let image = self.get(image_id).with(until.question()).await?;
            let status = image.status.as_deref().unwrap_or("");
            if status == BUILT {
                return Ok(image);
            }
            if let Some(reason) = failure_of(status) {
                return Err(Error::new(Kind::StreamError, format!("the build failed: {reason}")).with_attempts(1));
            }
            if until.over() {
                let last = if status.is_empty() { "none" } else { status };
                return Err(until.error(format!("the build of image {image_id} did not end in time (last state: {last})")));
            }
            until.sleep(POLL_INTERVAL).await?;
        }
    }

    /// Follows the log to its end.
    async fn follow(&self, image_id: &str, params: WaitBuiltParams, until: &Until<'_>) -> Result<(), Error> {
        let (mut offset, mut tell, mut failures) = (params.offset, params.on_log, 0);
        let mut lines = Lines::default();
        loop {
            lines.begin();
            let from = ContainerImagesLogsParams { offset: offset.clone() };
            let mut log = self.logs(image_id, from).with(until.stream()).await?;
            let broken = loop {
                match log.next_line().await {
                    None => return Ok(()),
                    Some(Err(error)) => break error,
                    Some(Ok(event)) => {
                        failures = 0;
                        offset = log.offset().map(str::to_owned).or(offset);
                        if let (true, Some(tell)) = (lines.news(&event), &mut tell) {
                            tell(&event);
                        }
                    }
                }
            };
            if broken.kind() != Kind::StreamInterrupted || failures >= RESUME_ATTEMPTS {
                return Err(broken);
            }
            drop(log);
            let wait = backoff(failures, broken.kind(), self.client.inner.seam.random());
            until.sleep(Duration::from_secs_f64(wait)).await?;
            failures += 1;
            if until.over() {
                return Err(until.error(format!("the build of image {image_id} did not end in time")));
            }
        }
    }
}

/// Lines of a log that were heard. A finished log comes as a whole, whatever was heard of it before.
#[derive(Default)]
struct Lines {
    heard: usize,
    /// Heard before this answer, and in it.
    known: usize,
    told: usize,
}

impl Lines {
    /// Another answer begins.
    fn begin(&mut self) {
        (self.known, self.told) = (self.heard, 0);
    }

    /// Whether an event has not been told before.
    fn news(&mut self, event: &BuildLogEvent) -> bool {
        let text = event.log.as_deref().unwrap_or("");
        self.told += text.strip_suffix('\n').unwrap_or(text).matches('\n').count() + 1;
        let whole = event.offset.is_none();
        if whole && self.told <= self.known {
            return false;
        }
        self.heard = self.heard.max(if whole { self.told } else { self.known + self.told });
        true
    }
}

/// The reason in a status that tells a failure.
fn failure_of(status: &str) -> Option<&str> {
    let head = status.get(..5)?;
    let rest = &status[5..];
    if !head.eq_ignore_ascii_case("error") || rest.starts_with(|c: char| c.is_alphanumeric() || c == '_') {
        return None;
    }
    let reason = rest.strip_prefix(':').unwrap_or(rest).trim();
    Some(if reason.is_empty() { "no reason given" } else { reason })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_is_told_by_its_first_word() {
        for (status, want) in [
            ("error: RUN false: exit 1", Some("RUN false: exit 1")),
            ("Error", Some("no reason given")),
            ("error:", Some("no reason given")),
            ("errors fixed", None),
            ("built and pushed", None),
            ("é", None),
        ] {
            assert_eq!(failure_of(status), want, "{status}");
        }
    }

    #[test]
    fn a_finished_log_tells_only_what_is_new() {
        let event = |log: &str, offset: Option<&str>| {
            let (log, offset) = (Some(log.to_owned()), offset.map(str::to_owned));
            BuildLogEvent { log, offset, ..BuildLogEvent::default() }
        };
        let mut lines = Lines::default();
        lines.begin();
        assert!(lines.news(&event("a\nb\n", Some("1-1"))));
        lines.begin();
        assert!(lines.news(&event("c", Some("1-2"))));
        lines.begin();
        let told: Vec<bool> = ["a", "b", "c", "d"].map(|line| lines.news(&event(line, None))).into();
        assert_eq!(told, [false, false, false, true]);
    }

    #[test]
    fn an_upload_has_every_part() {
        let args = BuildArgs { name: "a".into(), tag: "1".into(), readme: Some(String::new()), ..BuildArgs::default() };
        let sent = args.upload("alice".into());
        assert_eq!((sent.readme.as_str(), sent.logo_id.as_str(), sent.image.as_str()), ("a:1", "__none__", NO_PICKLE));
        assert_eq!((sent.wait, sent.public), (Some(false), Some(false)));
    }
}
