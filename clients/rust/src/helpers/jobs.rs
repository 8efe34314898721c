//! Jobs: starting one, waiting for its end, and fetching what it wrote.

use super::ids::is_uuid;
use super::wait::{Tell, Until, limit};
use crate::call::{Call, Part, encode_body};
use crate::config::{CallOptions, check_duration};
use crate::deadline::Limit;
use crate::download::{Target, to_file};
use crate::errors::Error;
use crate::json::Json;
use crate::management::jobs::JobsResource;
use crate::request::{Pending, merge_body};
use crate::types::JobRun;
use crate::values::Answer;
use http::Method;
use serde::Serialize;
use serde_json::value::RawValue;
use serde_json::{Map, Value};
use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

/// Time between two questions for a run, unless another is given.
pub const POLL_INTERVAL: Duration = Duration::from_secs(5);

/// Where a run stands; see [`job_state`].
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum JobState {
    /// Nobody runs it yet.
    Queued,
    /// It runs.
    Running,
    /// It ended well.
    Complete,
    /// It ended well; its files are still on their way.
    CompletePendingUploads,
    /// Part of it failed.
    PartialFailure,
    /// It failed.
    Error,
    /// A word of the server that this version does not know.
    Other(String),
}

impl JobState {
    /// The word of the state: `queued`, `running`, `complete`, `complete_pending_uploads`, `partial_failure`, `error` or another.
    pub fn as_str(&self) -> &str {
        match self {
            JobState::Queued => "queued",
            JobState::Running => "running",
            JobState::Complete => "complete",
            JobState::CompletePendingUploads => "complete_pending_uploads",
            JobState::PartialFailure => "partial_failure",
            JobState::Error => "error",
            JobState::Other(word) => word,
        }
    }

    fn of(word: &str) -> JobState {
        use JobState::*;
        let known = [Queued, Running, Complete, CompletePendingUploads, PartialFailure, Error];
        known.into_iter().find(|state| state.as_str() == word).unwrap_or_else(|| Other(word.to_owned()))
    }
}

impl fmt::Display for JobState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Where a run stands: `queued`, `running`, or how it ended, from its times, its instance and its result. The server does not tell it
/// in one word.
///
/// ```
/// use chutes_client::{JobState, job_state, types::JobRun};
/// let run: JobRun = serde_json::from_str(r#"{"job_id": "j", "instance_id": "i"}"#)?;
/// assert_eq!(job_state(&run), JobState::Running);
/// # Ok::<(), serde_json::Error>(())
/// ```
pub fn job_state(run: &JobRun) -> JobState {
    if !finished(run) {
        let placed = run.instance_id.as_deref().is_some_and(|id| !id.is_empty());
        return if run.active == Some(true) || placed { JobState::Running } else { JobState::Queued };
    }
    let result = run.result.as_ref().map(Json::value).unwrap_or_default();
    let mut words = result["status"].as_str().into_iter().chain(run.status.as_deref());
    let word = words.find(|word| !word.is_empty());
    word.map_or(JobState::Complete, JobState::of)
}

fn finished(run: &JobRun) -> bool {
    run.finished_at.as_ref().is_some_and(|at| !at.as_str().is_empty())
}

/// Options of [`JobsResource::create`].
///
/// ```
/// let params = chutes_client::JobCreateParams { disk_gb: Some(50.0) };
/// # let _ = params;
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct JobCreateParams {
    /// Disk space in GB, above 10 and below 1000; 10 where it is not given.
    pub disk_gb: Option<f64>,
}

impl JobCreateParams {
    /// What is put into the arguments.
    fn fields(self) -> Result<Map<String, Value>, Error> {
        let Some(size) = self.disk_gb else { return Ok(Map::new()) };
        if !(size > 10.0 && size < 1000.0) {
            return Err(Error::config(format!("disk_gb must be above 10 and below 1000, not {size}")));
        }
        let number = if size.fract() == 0.0 { Value::from(size as u64) } else { Value::from(size) };
        Ok(Map::from_iter([("_disk_gb".to_owned(), number)]))
    }
}

/// Options of [`JobsResource::wait`].
///
/// ```
/// use chutes_client::{JobWaitParams, job_state};
/// let params = JobWaitParams::new().timeout(3_600.0).on_progress(|run| println!("{}", job_state(run)));
/// # drop(params);
/// ```
#[derive(Default)]
pub struct JobWaitParams {
    timeout: Option<Limit>,
    poll_interval: Option<Limit>,
    on_progress: Option<Tell<JobRun>>,
}

impl fmt::Debug for JobWaitParams {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut out = f.debug_struct("JobWaitParams");
        out.field("timeout", &self.timeout).field("poll_interval", &self.poll_interval).finish_non_exhaustive()
    }
}

impl JobWaitParams {
    /// No option set.
    pub fn new() -> JobWaitParams {
        JobWaitParams::default()
    }

    /// The longest wait in all; no limit by default.
    pub fn timeout(mut self, limit: impl Into<Limit>) -> Self {
        self.timeout = Some(limit.into());
        self
    }

    /// Time between two questions; [`POLL_INTERVAL`] by default.
    pub fn poll_interval(mut self, interval: impl Into<Limit>) -> Self {
        self.poll_interval = Some(interval.into());
        self
    }

    /// Is told the run each time it was asked for.
    pub fn on_progress(mut self, tell: impl FnMut(&JobRun) + Send + 'static) -> Self {
        self.on_progress = Some(Box::new(tell));
        self
    }
}

type Received = Box<dyn FnMut(u64, Option<u64>) + Send>;

/// Options of [`JobsResource::download`].
///
/// ```
/// use chutes_client::DownloadParams;
/// let params = DownloadParams::new().on_progress(|received, total| println!("{received} of {total:?} bytes"));
/// # drop(params);
/// ```
#[derive(Default)]
pub struct DownloadParams {
    on_progress: Option<Received>,
}

impl fmt::Debug for DownloadParams {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DownloadParams").finish_non_exhaustive()
    }
}

impl DownloadParams {
    /// No option set.
    pub fn new() -> DownloadParams {
        DownloadParams::default()
    }

    /// Is told the bytes received, and the bytes in all where the server says: each [`CHUNK_BYTES`](crate::CHUNK_BYTES), and at the
    /// end.
    pub fn on_progress(mut self, tell: impl FnMut(u64, Option<u64>) + Send + 'static) -> Self {
        self.on_progress = Some(Box::new(tell));
        self
    }

    pub(crate) fn teller(self) -> Received {
        self.on_progress.unwrap_or_else(|| Box::new(|_, _| ()))
    }
}

impl JobsResource {
    /// Starts a job of a chute, by id or `user/name`, with its arguments: what serializes to a JSON object. Sent once and never
    /// repeated; the request itself is [`JobsResource::submit`].
    ///
    /// # Errors
    /// `config` for disk space out of range and for arguments that are no object, `not_found`, and `quota_exhausted`: most accounts
    /// may start none.
    ///
    /// ```no_run
    /// # async fn run(client: chutes_client::Chutes) -> Result<(), chutes_client::Error> {
    /// use chutes_client::{JobCreateParams, json};
    /// let params = JobCreateParams { disk_gb: Some(50.0) };
    /// let run = client.jobs().create("alice/trainer", "train", &json!({"epochs": 3}), params).await?;
    /// println!("{}", run.job_id);
    /// # Ok(()) }
    /// ```
    pub fn create(
        &self,
        chute: impl Into<String>,
        method: impl Into<String>,
        args: &(impl Serialize + ?Sized),
        params: JobCreateParams,
    ) -> Pending<Answer<JobRun>> {
        let (jobs, chute, method) = (self.clone(), chute.into(), method.into());
        let body = with_fields(args, params);
        Pending::new(move |options| async move {
            let body = body?;
            let chute_id = if is_uuid(&chute) {
                chute
            } else {
                let look = options.clone().limits_only();
                jobs.client.chutes().get(chute).with(look).await?.into_inner().chute_id
            };
            jobs.submit(chute_id, method, &body).with(options).await
        })
    }

    /// Waits until a run has ended, and gives it whatever its state is; see [`job_state`].
    ///
    /// # Errors
    /// `timeout` after the longest wait; the job then goes on.
    ///
    /// ```no_run
    /// # async fn run(client: chutes_client::Chutes, job_id: &str) -> Result<(), chutes_client::Error> {
    /// use chutes_client::{JobState, JobWaitParams, job_state};
    /// let run = client.jobs().wait(job_id, JobWaitParams::new().timeout(3_600.0)).await?;
    /// if job_state(&run) == JobState::Complete {
    ///     println!("{:?}", run.output_files);
    /// }
    /// # Ok(()) }
    /// ```
    pub fn wait(&self, job_id: impl Into<String>, params: JobWaitParams) -> Pending<Answer<JobRun>> {
        let (jobs, job_id) = (self.clone(), job_id.into());
        Pending::new(move |options| async move { jobs.wait_with(&job_id, params, options).await })
    }

    async fn wait_with(&self, job_id: &str, mut params: JobWaitParams, options: CallOptions) -> Result<Answer<JobRun>, Error> {
        let interval = params.poll_interval.map(|l| check_duration("poll_interval", l)).transpose()?.flatten();
        let until = Until::new(&self.client, options, limit("timeout", params.timeout, None)?);
        loop {
            let run = self.get(job_id).with(until.question()).await?;
            if let Some(tell) = &mut params.on_progress {
                tell(&run);
            }
            if finished(&run) {
                return Ok(run);
            }
            if until.over() {
                let state = job_state(&run);
                return Err(until.error(format!("the job {job_id} did not end in time (last state: {state})")));
            }
            until.sleep(interval.unwrap_or(POLL_INTERVAL)).await?;
        }
    }

    /// Downloads a file of a run: streamed into a temporary name beside `to`, then renamed. Gives its path.
    ///
    /// `to` may be a folder: the file then has the server's name (without leading dots), else its id, and replaces none that exists
    /// (`config`). A file that `to` names is replaced.
    ///
    /// # Errors
    /// `config` before anything is sent where the folder does not exist; whatever fails later leaves nothing behind, and a file that
    /// was there stays.
    ///
    /// ```no_run
    /// # async fn run(client: chutes_client::Chutes, job_id: &str, file_id: &str) -> Result<(), chutes_client::Error> {
    /// use chutes_client::DownloadParams;
    /// let params = DownloadParams::new().on_progress(|received, total| println!("{received} of {total:?} bytes"));
    /// let path = client.jobs().download(job_id, file_id, "weights.bin", params).await?;
    /// println!("{}", path.display());
    /// # Ok(()) }
    /// ```
    pub fn download(
        &self,
        job_id: impl Into<String>,
        file_id: impl Into<String>,
        to: impl Into<PathBuf>,
        params: DownloadParams,
    ) -> Pending<PathBuf> {
        let (client, job_id, file_id, to) = (self.client.clone(), job_id.into(), file_id.into(), to.into());
        let mut tell = params.teller();
        Pending::new(move |options| async move {
            let target = Target::new(to).await?;
            let job = Part::Param { name: "job_id", value: job_id, keep_slash: false };
            let file = Part::Param { name: "file_id", value: file_id.clone(), keep_slash: false };
            let path = vec![Part::Lit("/jobs/"), job, Part::Lit("/download/"), file];
            let mut call = Call::op("jobs.file", "getJobFile", Method::GET, path).accept("application/octet-stream");
            call.whole = false;
            let opened = client.open(call, options).await?;
            to_file(opened, target, &file_id, &mut *tell).await
        })
    }
}

/// The arguments as JSON, in their order, with the fields of the options behind them.
fn with_fields(args: &(impl Serialize + ?Sized), params: JobCreateParams) -> Result<Box<RawValue>, Error> {
    let (body, fields) = (encode_body(args)?, params.fields()?);
    if !body.starts_with(b"{") {
        return Err(Error::config("the arguments of a job must be a JSON object"));
    }
    let merged = String::from_utf8(merge_body(body, &fields)?).map_err(|e| Error::config(e.to_string()))?;
    RawValue::from_string(merged).map_err(|e| Error::config(e.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn states() {
        for (run, want) in [
            (json!({}), "queued"),
            (json!({"active": true}), "running"),
            (json!({"instance_id": "i"}), "running"),
            (json!({"instance_id": "i", "finished_at": "2026-05-01T00:00:00"}), "complete"),
            (json!({"finished_at": "2026-05-01T00:00:00", "status": "error"}), "error"),
            (
                json!({"finished_at": "2026-05-01T00:00:00", "status": "x", "result": {"status": "partial_failure"}}),
                "partial_failure",
            ),
            (json!({"finished_at": "2026-05-01T00:00:00", "result": {"status": "paused"}}), "paused"),
            (json!({"finished_at": "2026-05-01T00:00:00", "result": "text"}), "complete"),
        ] {
            assert_eq!(job_state(&serde_json::from_value(run.clone()).unwrap()).as_str(), want, "{run}");
        }
        assert_eq!(JobState::of("complete_pending_uploads"), JobState::CompletePendingUploads);
    }

    #[test]
    fn disk_space_joins_the_arguments() {
        #[derive(Serialize)]
        struct Args {
            z: u8,
            a: u8,
        }
        let made = |size| with_fields(&Args { z: 1, a: 2 }, JobCreateParams { disk_gb: size });
        assert_eq!(made(Some(50.0)).unwrap().get(), r#"{"z":1,"a":2,"_disk_gb":50}"#);
        assert_eq!(made(Some(10.5)).unwrap().get(), r#"{"z":1,"a":2,"_disk_gb":10.5}"#);
        assert_eq!(made(None).unwrap().get(), r#"{"z":1,"a":2}"#);
        for bad in [10.0, 1000.0, -1.0, f64::NAN] {
            assert!(made(Some(bad)).unwrap_err().is_config(), "{bad}");
        }
        assert!(with_fields(&[1], JobCreateParams::default()).unwrap_err().is_config());
    }
}
