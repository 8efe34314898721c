//! The client without `async` (feature `blocking`): the same names, calls that are sent by `.send()`, and streams that are iterators.
//!
//! ```no_run
//! use chutes_client::blocking::Chutes;
//! use chutes_client::{ChatRequest, Message};
//!
//! # fn run() -> Result<(), chutes_client::Error> {
//! let client = Chutes::from_env()?; // CHUTES_API_KEY
//! let request = || ChatRequest::new("deepseek-ai/DeepSeek-V3", [Message::user("hello")]);
//! println!("{}", client.chat().completions().create(request()).send()?.text());
//! for text in client.chat().completions().stream(request()).send()?.text_stream() {
//!     print!("{}", text?);
//! }
//! # Ok(()) }
//! ```
//!
//! It is the asynchronous client with a runtime of its own, whose thread drives connections; the thread that calls does the rest. It may
//! be used on any thread, also within another runtime, where it holds up the thread as whatever blocks does: prefer
//! [`crate::Chutes`] there. Callbacks may call it, too.

mod chute;
mod helpers;
mod invoke;
pub mod management;
mod streams;
mod worker;

pub use chute::ChuteClient;
pub use invoke::{Audio, Chat, ChatCompletions, Completions, Embeddings, Images, MediaCall, RawCall, Video};
pub use streams::{Blocking, ChatStream, CompletionStream, EventStream, ItemStream, LogStream, MapStream, PageStream};

use crate::client::ChutesBuilder;
use crate::config::CallOptions;
use crate::errors::Error;
use crate::mapping::MapParams;
use crate::tools::Tool;
use http::Method;
use serde::Serialize;
use serde_json::Value;
use std::fmt::Display;
use std::sync::Arc;
use worker::Worker;

/// The client. Clones are cheap and share one pool of connections and one thread, which ends with the last of them and of their streams.
#[derive(Debug, Clone)]
pub struct Chutes {
    api: crate::Chutes,
    worker: Worker,
}

impl ChutesBuilder {
    /// Makes a client that needs no runtime. Nothing is sent.
    ///
    /// # Errors
    /// Those of [`ChutesBuilder::build`], and `config` where no thread can be started.
    ///
    /// ```
    /// let client = chutes_client::Chutes::builder().api_key("cpk_test").max_concurrency(4).build_blocking()?;
    /// # drop(client); Ok::<(), chutes_client::Error>(())
    /// ```
    pub fn build_blocking(self) -> Result<Chutes, Error> {
        Ok(Chutes { api: self.build()?, worker: Worker::start()? })
    }
}

impl Chutes {
    /// As [`crate::Chutes::new`].
    ///
    /// # Errors
    /// Those of [`ChutesBuilder::build_blocking`].
    pub fn new(api_key: impl Into<String>) -> Result<Chutes, Error> {
        Chutes::builder().api_key(api_key).build_blocking()
    }

    /// A client with the key in `CHUTES_API_KEY`.
    ///
    /// # Errors
    /// Those of [`ChutesBuilder::build_blocking`].
    pub fn from_env() -> Result<Chutes, Error> {
        Chutes::builder().build_blocking()
    }

    /// Collects options; end with [`ChutesBuilder::build_blocking`].
    pub fn builder() -> ChutesBuilder {
        ChutesBuilder::default()
    }

    /// As [`crate::Chutes::with_options`]; both share one thread.
    ///
    /// # Errors
    /// `config`: an option that cannot work.
    pub fn with_options(&self, options: CallOptions) -> Result<Chutes, Error> {
        Ok(Chutes { api: self.api.with_options(options)?, worker: self.worker.clone() })
    }

    /// Waits for anything of this crate that has no blocking form, such as [`crate::image_part`] or the exchange of an OAuth code.
    ///
    /// ```no_run
    /// # fn run(client: chutes_client::blocking::Chutes) -> Result<(), chutes_client::Error> {
    /// let part = client.wait(chutes_client::image_part("cat.png"))?;
    /// # drop(part); Ok(()) }
    /// ```
    pub fn wait<F: IntoFuture>(&self, future: F) -> F::Output {
        self.worker.wait(async { future.await })
    }

    /// As [`crate::Chutes::request`].
    pub fn request(&self, method: Method, path: impl Into<String>) -> RawCall {
        RawCall { api: self.api.request(method, path), worker: self.worker.clone() }
    }

    /// Runs a function over items and hands out what came of each as it comes, as [`crate::Chutes::map`]. The function makes calls
    /// that are not sent yet.
    ///
    /// # Errors
    /// `config`: a concurrency below 1.
    ///
    /// ```no_run
    /// # fn run(client: chutes_client::blocking::Chutes) -> Result<(), chutes_client::Error> {
    /// use chutes_client::{ChatRequest, MapParams, Message};
    /// let chat = client.chat();
    /// let ask = move |city| chat.completions().create(ChatRequest::new("some/model", [Message::user(city)]));
    /// for done in client.map(ask, ["Bonn", "Rome"], MapParams::new().concurrency(4))? {
    ///     println!("{}: {}", done.item, done.result?.text());
    /// }
    /// # Ok(()) }
    /// ```
    pub fn map<T, R, I>(
        &self,
        run: impl Fn(T) -> Pending<R> + Send + 'static,
        items: I,
        params: MapParams,
    ) -> Result<MapStream<T, R>, Error>
    where
        T: Clone + Send + 'static,
        R: Send + 'static,
        I: IntoIterator<Item = T>,
        I::IntoIter: Send + 'static,
    {
        let run = move |item| run(item).inner.into_future();
        Ok(self.worker.stream(self.api.map(run, items, params)?))
    }
}

/// A call to come: options may be added, then it is sent.
#[must_use = "a call is made by `send`"]
#[derive(Debug)]
pub struct Pending<T> {
    inner: crate::Pending<T>,
    worker: Worker,
}

impl<T> Pending<T> {
    /// Adds options of this call.
    pub fn with(mut self, options: CallOptions) -> Self {
        self.inner = self.inner.with(options);
        self
    }

    /// Makes the call and waits for what comes of it.
    ///
    /// # Errors
    /// Those of the method that made this call.
    pub fn send(self) -> Result<T, Error> {
        self.worker.wait(self.inner.into_future())
    }
}

/// A tool of a plain function, as [`Tool::new`]. It runs on a thread of its own, so that tools of one turn run at once and their limits on
/// time hold; a function that goes on after its limit is waited for by nobody.
///
/// ```
/// use chutes_client::{blocking::tool, json};
/// let clock = tool("clock", "The time", json!({"type": "object"}), |_| Ok::<_, String>("12:00"));
/// assert_eq!(clock.name(), "clock");
/// ```
pub fn tool<R, E>(
    name: impl Into<String>,
    description: impl Into<String>,
    parameters: Value,
    run: impl Fn(Value) -> Result<R, E> + Send + Sync + 'static,
) -> Tool
where
    R: Serialize + Send + 'static,
    E: Display + Send + 'static,
{
    let run = Arc::new(run);
    Tool::new(name, description, parameters, move |args| {
        let run = run.clone();
        async move {
            match tokio::task::spawn_blocking(move || run(args).map_err(|e| e.to_string())).await {
                Ok(outcome) => outcome,
                Err(stopped) => Err(if stopped.is_panic() { "the tool panicked" } else { "the tool was stopped" }.to_owned()),
            }
        }
    })
}
