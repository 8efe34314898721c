//! Client for Chutes: chat, images, embeddings, any chute's own endpoints, and the management API.
//!
//! ```no_run
//! # #[cfg(feature = "client")]
//! use chutes_client::{ChatRequest, Chutes, Message};
//!
//! # #[cfg(feature = "client")]
//! # async fn run() -> Result<(), chutes_client::Error> {
//! let client = Chutes::from_env()?; // CHUTES_API_KEY
//! let request = ChatRequest::new("deepseek-ai/DeepSeek-V3", [Message::user("hello")]);
//! let mut stream = client.chat().completions().stream(request).await?;
//! while let Some(chunk) = stream.next_chunk().await {
//!     print!("{}", chunk?.text());
//! }
//! # Ok(()) }
//! ```
//!
//! Every error is an [`Error`] with a [`Kind`]; every call retries, times out and closes its sockets by the rules that the
//! clients of the suite share.
//!
//! Without the default feature `client` there are [`sse`] and [`accumulate`] alone, for a transport of your own: they need no `std` but `alloc`.
#![cfg_attr(not(any(feature = "client", test)), no_std)]
#![cfg_attr(not(feature = "client"), allow(dead_code, reason = "some of it is for the client only"))]
#![cfg_attr(not(feature = "client"), allow(rustdoc::broken_intra_doc_links, reason = "so is some of this page"))]

extern crate alloc;

pub mod accumulate;
#[cfg(feature = "client")]
pub mod auth;
#[cfg(feature = "blocking")]
pub mod blocking;
#[cfg(feature = "client")]
mod body;
#[cfg(feature = "client")]
mod call;
#[cfg(feature = "client")]
mod cancel;
#[cfg(feature = "client")]
mod chunks;
#[cfg(feature = "client")]
mod client;
#[cfg(feature = "client")]
mod config;
#[cfg(feature = "client")]
mod connect;
#[cfg(feature = "client")]
mod content;
#[cfg(feature = "client")]
mod deadline;
#[cfg(feature = "client")]
mod download;
#[cfg(feature = "client")]
mod errors;
#[cfg(feature = "client")]
mod errors_body;
#[cfg(feature = "client")]
mod fallback;
#[cfg(feature = "client")]
mod finite;
#[cfg(feature = "client")]
mod fit;
#[cfg(all(any(test, fuzzing), feature = "client"))]
#[doc(hidden)]
pub mod fuzzing;
#[cfg(feature = "client")]
pub mod helpers;
#[cfg(feature = "client")]
mod hooks;
#[cfg(feature = "hotkey")]
pub mod hotkey;
#[cfg(feature = "client")]
pub mod invoke;
#[cfg(feature = "client")]
mod json;
#[cfg(feature = "client")]
mod limiter;
#[cfg(feature = "client")]
mod lines;
#[cfg(feature = "client")]
mod log;
#[cfg(feature = "client")]
pub mod management;
#[cfg(feature = "client")]
mod mapping;
#[cfg(feature = "client")]
mod multipart;
#[cfg(feature = "client")]
pub mod oauth;
#[cfg(feature = "otel")]
pub mod otel;
#[cfg(feature = "client")]
mod output;
#[cfg(feature = "client")]
mod pagination;
#[cfg(feature = "client")]
mod pool;
#[cfg(feature = "client")]
mod redact;
#[cfg(feature = "client")]
mod request;
#[cfg(feature = "client")]
mod retry;
#[cfg(feature = "client")]
mod schema;
#[cfg(feature = "client")]
mod scripted;
pub mod sse;
#[cfg(all(test, feature = "client"))]
mod stems_tests;
#[cfg(feature = "client")]
pub mod stream;
#[cfg(feature = "client")]
mod stream_events;
#[cfg(feature = "client")]
pub mod testing;
#[cfg(feature = "client")]
pub mod tools;
#[cfg(feature = "client")]
mod trace;
#[cfg(feature = "client")]
mod transport;
#[cfg(feature = "client")]
pub mod types;
#[cfg(feature = "client")]
mod values;

#[cfg(feature = "client")]
pub use names::*;

/// The names at the top.
#[cfg(feature = "client")]
mod names {
    pub use crate::cancel::CancelHandle;
    pub use crate::client::{AuthMode, Chutes, ChutesBuilder, PageStream, RawBody, RawCall};
    pub use crate::config::{
        CallOptions, DEFAULT_API_URL, DEFAULT_CHUTE_URL, DEFAULT_EMBED_URL, DEFAULT_IMAGE_URL, DEFAULT_LLM_URL, ENV_API_KEY,
        ENV_API_URL, ENV_BASE_URL, ENV_CHUTE_URL, ENV_EMBED_URL, ENV_IMAGE_URL, ENV_LLM_URL, Endpoints, MAX_CONCURRENCY,
        OnRestart, Ready, Via,
    };
    pub use crate::content::{MAX_MEDIA_BYTES, MAX_MEDIA_PARTS, MediaSource, image_part, image_part_with_detail, video_part};
    pub use crate::deadline::{
        CONNECT_TIMEOUT, INVOCATION_FIRST_BYTE_TIMEOUT, INVOCATION_IDLE_TIMEOUT, Limit, MANAGEMENT_DEADLINE,
        MANAGEMENT_FIRST_BYTE_TIMEOUT, MANAGEMENT_IDLE_TIMEOUT,
    };
    pub use crate::download::{Binary, CHUNK_BYTES};
    pub use crate::errors::{Error, Kind, MAX_BODY_BYTES, MAX_MESSAGE_CHARS, Reason};
    pub use crate::helpers::{
        BuildArgs, BuildParams, DeployParams, Deployment, DeploymentStatus, DownloadParams, JobCreateParams, JobState,
        JobWaitParams, NAMESPACE_OID, POLL_INTERVAL, WARMUP_TIMEOUT, WaitBuiltParams, WaitReadyParams, WarmupProgress, job_state,
        predict_chute_id, predict_image_id, predict_version,
    };
    pub use crate::hooks::{AttemptInfo, AttemptResult, CallInfo, Hooks, RetryInfo, StreamInfo};
    pub use crate::invoke::chute::{CallResult, ChuteClient, ChuteInfo};
    pub use crate::invoke::cords::CordInfo;
    pub use crate::invoke::images::{Image, ImageMode, ImageRequest};
    pub use crate::invoke::media::{ChuteRef, MediaCall, Segment};
    pub use crate::invoke::models::{Billed, Cost, PRICES_TTL};
    pub use crate::json::{Extra, Json};
    pub use crate::limiter::Rate;
    pub use crate::lines::{LogStream, RESUME_ATTEMPTS};
    pub use crate::log::ENV_LOG;
    pub use crate::mapping::{MAP_CONCURRENCY, MapParams, MapResult, MapStream};
    pub use crate::multipart::Upload;
    pub use crate::oauth::{Authorization, OAuth, OAuthBuilder, REFRESH_LEEWAY, Token};
    #[cfg(feature = "schema")]
    pub use crate::output::parse_output;
    pub use crate::output::{MAX_NAME_CHARS, ParsedCompletion, parse_output_value};
    pub use crate::pagination::Page;
    pub use crate::request::{MAX_REDIRECTS, Pending};
    pub use crate::retry::{
        BACKOFF_BASE, BACKOFF_CAPACITY_BASE, BACKOFF_MAX, INVOCATION_RESET_WINDOW, JITTER_MAX, JITTER_MIN, MAX_RETRIES,
        RETRY_AFTER_ABSURD, RETRY_AFTER_MAX,
    };
    pub use crate::stream::{
        ChatStream, Chunk, ChunkKind, ChunkStream, CompletionStream, EventStream, ItemStream, RawEvents, TextStream,
    };
    pub use crate::tools::{MAX_TURNS, RunToolsParams, Step, TOOL_TIMEOUT, Tool, ToolResult, ToolRun};
    pub use crate::trace::{Trace, TraceEntry, TraceError};
    pub use crate::types::{ChatCompletionRequest as ChatRequest, ChatMessageParam as Message, Role};
    pub use crate::values::{Answer, Attempt, MAX_JSON_BYTES, Patch, Quota, RateLimit, ResponseMeta, Timestamp};
    pub use http::{HeaderMap, Method};
    pub use serde_json::{Value, json};
}
