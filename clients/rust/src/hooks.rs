//! What a client tells of its calls while they run. Hooks see plain values: no key, no body, no query.

use crate::deadline::Deadline;
use crate::errors::Kind;
use crate::log::{Level, Log};
use crate::values::Attempt;
use http::Method;
use serde_json::Value;
use std::fmt::{self, Display};
use std::ops::Deref;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock};
use std::time::{Duration, Instant};

/// An attempt that is about to be sent.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct AttemptInfo {
    /// The same for all attempts of one call of this process, and for no other.
    pub call: u64,
    /// Id of the operation, such as `createChatCompletion`.
    pub operation: &'static str,
    /// HTTP method.
    pub method: Method,
    /// Address, without query and user info.
    pub url: String,
    /// From 1, over all models of the call.
    pub number: u32,
    /// The model that is asked, where there is one.
    pub model: Option<String>,
}

/// An attempt whose answer has begun, or that failed. It derefs to what was told before it.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct AttemptResult {
    /// What was told before it.
    pub attempt: AttemptInfo,
    /// HTTP status; `None` where no answer came.
    pub status: Option<u16>,
    /// What went wrong; `None` where nothing did.
    pub kind: Option<Kind>,
    /// Time until the headers or the failure.
    pub duration: Duration,
    /// `x-request-id`, else `X-Chutes-InvocationID`.
    pub request_id: Option<String>,
}

impl Deref for AttemptResult {
    type Target = AttemptInfo;

    fn deref(&self) -> &AttemptInfo {
        &self.attempt
    }
}

/// A wait before another attempt.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct RetryInfo {
    /// As in [`AttemptInfo`].
    pub call: u64,
    /// Id of the operation.
    pub operation: &'static str,
    /// Number of the attempt that failed.
    pub number: u32,
    /// What went wrong with it.
    pub kind: Kind,
    /// The wait.
    pub wait: Duration,
}

/// A stream that has ended, broken or been left.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct StreamInfo {
    /// As in [`AttemptInfo`].
    pub call: u64,
    /// Id of the operation.
    pub operation: &'static str,
    /// The model that was asked, where there is one.
    pub model: Option<String>,
    /// Time since the call began.
    pub duration: Duration,
    /// Time until the first chunk; `None` where none came.
    pub first_chunk: Option<Duration>,
    /// Chunks, or events, that came.
    pub chunks: u64,
    /// Usage as the server told it.
    pub usage: Option<Value>,
    /// `None` at a complete end, `cancelled` where it was left early, else what went wrong.
    pub kind: Option<Kind>,
}

/// A call whose answer was read, or that failed; a stream's call ends with its stream.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct CallInfo {
    /// As in [`AttemptInfo`].
    pub call: u64,
    /// Id of the operation.
    pub operation: &'static str,
    /// The model that was asked last, where there is one.
    pub model: Option<String>,
    /// The model that the answer names.
    pub response_model: Option<String>,
    /// Usage as the answer tells it.
    pub usage: Option<Value>,
    /// Requests that were sent.
    pub attempts: u32,
    /// HTTP status of the last one.
    pub status: Option<u16>,
    /// What went wrong; `None` where nothing did.
    pub kind: Option<Kind>,
    /// Time in all.
    pub duration: Duration,
}

type Hook<T> = Option<Arc<dyn Fn(&T) + Send + Sync>>;

/// Functions that are told what a client does. They cannot change it, and one that panics is told to the log only.
///
/// ```
/// use chutes_client::{Chutes, Hooks};
/// let hooks = Hooks::new().on_retry(|told| eprintln!("{}: again in {:?}", told.kind, told.wait));
/// let client = Chutes::builder().api_key("cpk_test").hooks(hooks).build()?;
/// # drop(client); Ok::<(), chutes_client::Error>(())
/// ```
#[derive(Clone, Default)]
pub struct Hooks {
    before_attempt: Hook<AttemptInfo>,
    after_attempt: Hook<AttemptResult>,
    on_retry: Hook<RetryInfo>,
    on_stream_end: Hook<StreamInfo>,
    on_call_end: Hook<CallInfo>,
}

impl fmt::Debug for Hooks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Hooks")
    }
}

impl Hooks {
    /// No hook.
    pub fn new() -> Hooks {
        Hooks::default()
    }

    /// Is told each attempt before it is sent.
    pub fn before_attempt(mut self, hook: impl Fn(&AttemptInfo) + Send + Sync + 'static) -> Self {
        self.before_attempt = Some(Arc::new(hook));
        self
    }

    /// Is told each attempt when its headers are in, or it failed.
    pub fn after_attempt(mut self, hook: impl Fn(&AttemptResult) + Send + Sync + 'static) -> Self {
        self.after_attempt = Some(Arc::new(hook));
        self
    }

    /// Is told each wait before another attempt.
    pub fn on_retry(mut self, hook: impl Fn(&RetryInfo) + Send + Sync + 'static) -> Self {
        self.on_retry = Some(Arc::new(hook));
        self
    }

    /// Is told the end of each stream, once.
    pub fn on_stream_end(mut self, hook: impl Fn(&StreamInfo) + Send + Sync + 'static) -> Self {
        self.on_stream_end = Some(Arc::new(hook));
        self
    }

    /// Is told the end of each call, once: its answer was read, or it failed.
    pub fn on_call_end(mut self, hook: impl Fn(&CallInfo) + Send + Sync + 'static) -> Self {
        self.on_call_end = Some(Arc::new(hook));
        self
    }
}

/// A field of a log line, empty where there is none.
struct Shown<T>(Option<T>);

impl<T: Display> Display for Shown<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.as_ref().map_or(Ok(()), |value| value.fmt(f))
    }
}

/// An address without what may be secret.
fn bare(url: &url::Url) -> String {
    let mut url = url.clone();
    url.set_query(None);
    url.set_fragment(None);
    let _ = url.set_username("").and_then(|()| url.set_password(None));
    url.into()
}

/// An attempt under way; dropped before its end, it was left.
pub(crate) struct Begun {
    run: Arc<Run>,
    number: u32,
    at: Instant,
    info: Option<AttemptInfo>,
    over: bool,
}

impl Begun {
    /// It has its headers, or it failed.
    pub(crate) fn after(mut self, status: Option<u16>, kind: Option<Kind>, id: impl FnOnce() -> Option<String>) {
        self.end(status, kind, id);
    }

    fn end(&mut self, status: Option<u16>, kind: Option<Kind>, id: impl FnOnce() -> Option<String>) {
        self.over = true;
        let Begun { run, number, at, .. } = &*self;
        let (number, duration) = (*number, at.elapsed());
        let ms = duration.as_millis();
        let fields: [(&str, &dyn Display); 5] =
            [("call", &run.id), ("number", &number), ("status", &Shown(status)), ("kind", &Shown(kind)), ("ms", &ms)];
        run.log.line(Level::Debug, "attempt.end", &fields);
        run.told().history.push(Attempt { number, status, kind, wait: Duration::ZERO });
        if let Some(attempt) = self.info.take() {
            let info = AttemptResult { attempt, status, kind, duration, request_id: id() };
            tell(self.run.log, "after_attempt", &self.run.hooks.after_attempt, &info);
        }
    }
}

impl Drop for Begun {
    fn drop(&mut self) {
        if !self.over {
            self.end(None, Some(Kind::Cancelled), || None);
        }
    }
}

/// A call that waits for its answer; dropped before it has come, it was left.
pub(crate) struct Waiting(Option<Arc<Run>>);

impl Waiting {
    pub(crate) fn new(run: &Arc<Run>) -> Waiting {
        Waiting(Some(run.clone()))
    }

    /// It waits no more, whatever came.
    pub(crate) fn over(mut self) {
        self.0 = None;
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        if let Some(run) = &self.0 {
            run.end(Some(Kind::Cancelled));
        }
    }
}

/// A hook that panics is nobody's failure but its own: the log has it.
fn tell<T>(log: Log, name: &str, hook: &Hook<T>, info: &T) {
    let Some(hook) = hook else { return };
    if let Err(panic) = catch_unwind(AssertUnwindSafe(|| hook(info))) {
        let said = panic.downcast_ref::<&str>().copied().or(panic.downcast_ref::<String>().map(String::as_str));
        log.line(Level::Warn, "hook.failed", &[("hook", &name), ("error", &said.unwrap_or("a panic"))]);
    }
}

/// Hooks and log of a client.
#[derive(Debug, Clone, Default)]
pub(crate) struct Telling {
    pub(crate) hooks: Hooks,
    pub(crate) log: Log,
}

/// One call from its first attempt to the end of its answer, over all its models.
pub(crate) struct Run {
    hooks: Hooks,
    log: Log,
    /// The same in all lines of this call.
    id: u64,
    operation: &'static str,
    begun: Instant,
    /// Bounds all models together; set by the first of them.
    pub(crate) deadline: OnceLock<Deadline>,
    told: Mutex<Told>,
}

#[derive(Default)]
struct Told {
    history: Vec<Attempt>,
    tried: Vec<(String, Kind)>,
    model: Option<String>,
    response_model: Option<String>,
    usage: Option<Value>,
    /// A stream is told of first, and then ends the call itself.
    watched: bool,
    ended: bool,
}

impl fmt::Debug for Run {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Run").field("operation", &self.operation).finish_non_exhaustive()
    }
}

impl Run {
    pub(crate) fn new(telling: &Telling, operation: &'static str) -> Arc<Run> {
        static COUNT: AtomicU64 = AtomicU64::new(1);
        let id = COUNT.fetch_add(1, Ordering::Relaxed);
        let (hooks, log, begun) = (telling.hooks.clone(), telling.log, Instant::now());
        log.line(Level::Debug, "call.start", &[("call", &id), ("operation", &operation)]);
        Arc::new(Run { hooks, log, id, operation, begun, deadline: OnceLock::new(), told: Mutex::default() })
    }

    /// The call is over; only the first time counts. While a stream is open, it decides.
    pub(crate) fn end(&self, kind: Option<Kind>) {
        let info = {
            let mut told = self.told();
            if told.watched || std::mem::replace(&mut told.ended, true) {
                return;
            }
            let (status, attempts) = (told.history.last().and_then(|a| a.status), told.history.len() as u32);
            let (call, operation, duration) = (self.id, self.operation, self.begun.elapsed());
            let (model, response_model, usage) = (told.model.take(), told.response_model.take(), told.usage.take());
            CallInfo { call, operation, model, response_model, usage, attempts, status, kind, duration }
        };
        let level = if kind.is_none() { Level::Info } else { Level::Warn };
        let fields: [(&str, &dyn Display); 7] = [
            ("call", &self.id),
            ("operation", &self.operation),
            ("model", &Shown(info.model.as_deref())),
            ("status", &Shown(info.status)),
            ("kind", &Shown(kind)),
            ("attempts", &info.attempts),
            ("ms", &info.duration.as_millis()),
        ];
        self.log.line(level, "call.end", &fields);
        tell(self.log, "on_call_end", &self.hooks.on_call_end, &info);
    }

    fn told(&self) -> MutexGuard<'_, Told> {
        self.told.lock().unwrap_or_else(|e| e.into_inner())
    }

    /// Requests sent so far.
    pub(crate) fn attempts(&self) -> u32 {
        self.told().history.len() as u32
    }

    /// What the answer says of itself, for the end of the call.
    pub(crate) fn answered(&self, model: Option<&str>, usage: impl FnOnce() -> Option<Value>) {
        if self.hooks.on_call_end.is_some() {
            let mut told = self.told();
            (told.response_model, told.usage) = (model.map(str::to_owned), usage());
        }
    }

    pub(crate) fn history(&self) -> Vec<Attempt> {
        self.told().history.clone()
    }

    pub(crate) fn tried(&self) -> Vec<(String, Kind)> {
        self.told().tried.clone()
    }

    /// Notes a model that failed.
    pub(crate) fn failed(&self, model: &str, kind: Kind) {
        self.told().tried.push((model.to_owned(), kind));
    }

    /// An attempt begins.
    pub(crate) fn before(self: &Arc<Run>, method: &Method, url: &url::Url, model: Option<&str>) -> Begun {
        let number = {
            let mut told = self.told();
            told.model = model.map(str::to_owned);
            told.history.len() as u32 + 1
        };
        let fields: [(&str, &dyn Display); 5] = [
            ("call", &self.id),
            ("operation", &self.operation),
            ("method", method),
            ("number", &number),
            ("model", &Shown(model)),
        ];
        self.log.line(Level::Debug, "attempt.start", &fields);
        // Made for hooks alone: most clients have none.
        let hooked = self.hooks.before_attempt.is_some() || self.hooks.after_attempt.is_some();
        let info = hooked.then(|| {
            let (method, model) = (method.clone(), model.map(str::to_owned));
            AttemptInfo { call: self.id, operation: self.operation, method, url: bare(url), number, model }
        });
        if let Some(info) = &info {
            tell(self.log, "before_attempt", &self.hooks.before_attempt, info);
        }
        Begun { run: self.clone(), number, at: Instant::now(), info, over: false }
    }

    /// Another attempt follows after a wait.
    pub(crate) fn retry(&self, kind: Kind, wait: Duration) {
        if let Some(last) = self.told().history.last_mut() {
            last.wait = wait;
        }
        let fields: [(&str, &dyn Display); 4] =
            [("call", &self.id), ("number", &self.attempts()), ("kind", &kind), ("wait_ms", &wait.as_millis())];
        self.log.line(Level::Debug, "retry", &fields);
        let info = RetryInfo { call: self.id, operation: self.operation, number: self.attempts(), kind, wait };
        tell(self.log, "on_retry", &self.hooks.on_retry, &info);
    }
}

/// Follows a stream; dropped before its end, it was left.
pub(crate) struct StreamWatch {
    run: Arc<Run>,
    model: Option<String>,
    response_model: Option<String>,
    chunks: u64,
    first_chunk: Option<Duration>,
    usage: Option<Value>,
    over: bool,
}

impl StreamWatch {
    pub(crate) fn new(run: Arc<Run>, model: Option<String>) -> StreamWatch {
        run.told().watched = true;
        StreamWatch { run, model, response_model: None, chunks: 0, first_chunk: None, usage: None, over: false }
    }

    pub(crate) fn chunk(&mut self, usage: Option<&Value>) {
        self.chunks += 1;
        self.first_chunk.get_or_insert_with(|| self.run.begun.elapsed());
        if let Some(usage) = usage.filter(|u| u.is_object()) {
            self.usage = Some(usage.clone());
        }
    }

    /// The model that a chunk names; only the first counts.
    pub(crate) fn answered(&mut self, model: Option<&str>) {
        if self.response_model.is_none() {
            self.response_model = model.map(str::to_owned);
        }
    }

    /// The stream is over; only the first time counts.
    pub(crate) fn end(&mut self, kind: Option<Kind>) {
        if std::mem::replace(&mut self.over, true) {
            return;
        }
        self.run.answered(self.response_model.as_deref(), || self.usage.clone());
        let info = StreamInfo {
            call: self.run.id,
            operation: self.run.operation,
            model: self.model.take(),
            duration: self.run.begun.elapsed(),
            first_chunk: self.first_chunk,
            chunks: self.chunks,
            usage: self.usage.take(),
            kind,
        };
        let ms = info.duration.as_millis();
        let fields: [(&str, &dyn Display); 4] =
            [("call", &self.run.id), ("kind", &Shown(kind)), ("chunks", &self.chunks), ("ms", &ms)];
        self.run.log.line(Level::Debug, "stream.end", &fields);
        tell(self.run.log, "on_stream_end", &self.run.hooks.on_stream_end, &info);
        self.run.told().watched = false;
        self.run.end(kind);
    }
}

impl Drop for StreamWatch {
    fn drop(&mut self) {
        self.end(Some(Kind::Cancelled));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_are_told_without_what_may_be_secret() {
        let telling = Telling { hooks: Hooks::new().before_attempt(|_| ()), ..Telling::default() };
        let url = "https://me:hush@host/a?token=hush#hush".parse().unwrap();
        let begun = Run::new(&telling, "x").before(&Method::GET, &url, None);
        assert_eq!(begun.info.as_ref().unwrap().url, "https://host/a");
    }

    #[test]
    fn a_hook_that_panics_is_ignored_and_a_left_stream_is_told_once() {
        let heard = Arc::new(Mutex::new(Vec::new()));
        let ear = heard.clone();
        let hooks =
            Hooks::new().before_attempt(|_| panic!("mine")).on_stream_end(move |told| ear.lock().unwrap().push(told.kind));
        let run = Run::new(&Telling { hooks, ..Telling::default() }, "x");
        let begun = run.before(&Method::GET, &"http://h/".parse().unwrap(), Some("m"));
        begun.after(Some(200), None, || None);
        let mut watch = StreamWatch::new(run.clone(), None);
        watch.end(None);
        drop(watch);
        drop(StreamWatch::new(run.clone(), None));
        assert_eq!(*heard.lock().unwrap(), [None, Some(Kind::Cancelled)]);
        assert_eq!(run.attempts(), 1);
    }
}
