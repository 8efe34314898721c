//! Client for Chutes: chat, images, embeddings, any chute's own endpoints, and the management API.
//!
//! ```no_run
//! use chutes_client::{ChatRequest, Chutes, Message};
//!
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

pub mod accumulate;
pub mod auth;
#[cfg(feature = "blocking")]
pub mod blocking;
mod body;
mod call;
mod client;
mod config;
mod connect;
mod content;
mod deadline;
mod download;
mod errors;
mod errors_body;
mod fallback;
#[cfg(any(test, fuzzing))]
#[doc(hidden)]
pub mod fuzzing;
pub mod helpers;
mod hooks;
#[cfg(feature = "hotkey")]
pub mod hotkey;
pub mod invoke;
mod limiter;
mod lines;
mod log;
pub mod management;
mod mapping;
mod multipart;
pub mod oauth;
#[cfg(feature = "otel")]
pub mod otel;
mod output;
mod pagination;
mod pool;
mod redact;
mod request;
mod retry;
mod schema;
mod scripted;
pub mod sse;
#[cfg(test)]
mod stems_tests;
pub mod stream;
mod stream_events;
pub mod testing;
pub mod tools;
mod trace;
mod transport;
pub mod types;
mod values;

pub use client::{AuthMode, Chutes, ChutesBuilder, PageStream, RawBody, RawCall};
pub use config::{
    CallOptions, DEFAULT_API_URL, DEFAULT_CHUTE_URL, DEFAULT_EMBED_URL, DEFAULT_IMAGE_URL, DEFAULT_LLM_URL, ENV_API_KEY,
    ENV_API_URL, ENV_BASE_URL, ENV_CHUTE_URL, ENV_EMBED_URL, ENV_IMAGE_URL, ENV_LLM_URL, Endpoints, MAX_CONCURRENCY, OnRestart,
    Ready, Via,
};
pub use content::{MAX_MEDIA_BYTES, MAX_MEDIA_PARTS, MediaSource, image_part, image_part_with_detail, video_part};
pub use deadline::{
    CONNECT_TIMEOUT, INVOCATION_FIRST_BYTE_TIMEOUT, INVOCATION_IDLE_TIMEOUT, Limit, MANAGEMENT_DEADLINE,
    MANAGEMENT_FIRST_BYTE_TIMEOUT, MANAGEMENT_IDLE_TIMEOUT,
};
pub use download::{Binary, CHUNK_BYTES};
pub use errors::{Error, Kind, MAX_BODY_BYTES, MAX_MESSAGE_CHARS, Reason};
pub use helpers::{
    BuildArgs, BuildParams, DeployParams, Deployment, DeploymentStatus, DownloadParams, JobCreateParams, JobState, JobWaitParams,
    NAMESPACE_OID, POLL_INTERVAL, WARMUP_TIMEOUT, WaitBuiltParams, WaitReadyParams, WarmupProgress, job_state, predict_chute_id,
    predict_image_id, predict_version,
};
pub use hooks::{AttemptInfo, AttemptResult, CallInfo, Hooks, RetryInfo, StreamInfo};
pub use http::{HeaderMap, Method};
pub use invoke::chute::{CallResult, ChuteClient, ChuteInfo};
pub use invoke::cords::CordInfo;
pub use invoke::images::{Image, ImageMode};
pub use invoke::media::{ChuteRef, MediaCall, Segment};
pub use invoke::models::{Billed, Cost, PRICES_TTL};
pub use limiter::Rate;
pub use lines::{LogStream, RESUME_ATTEMPTS};
pub use log::ENV_LOG;
pub use mapping::{MAP_CONCURRENCY, MapParams, MapResult, MapStream};
pub use multipart::Upload;
pub use oauth::{Authorization, OAuth, OAuthBuilder, REFRESH_LEEWAY, Token};
#[cfg(feature = "schema")]
pub use output::parse_output;
pub use output::{MAX_NAME_CHARS, ParsedCompletion, parse_output_value};
pub use pagination::Page;
pub use request::{MAX_REDIRECTS, Pending};
pub use retry::{
    BACKOFF_BASE, BACKOFF_CAPACITY_BASE, BACKOFF_MAX, INVOCATION_RESET_WINDOW, JITTER_MAX, JITTER_MIN, MAX_RETRIES,
    RETRY_AFTER_ABSURD, RETRY_AFTER_MAX,
};
pub use serde_json::{Value, json};
pub use stream::{ChatStream, Chunk, ChunkKind, ChunkStream, CompletionStream, EventStream, ItemStream, RawEvents, TextStream};
pub use tools::{MAX_TURNS, RunToolsParams, Step, TOOL_TIMEOUT, Tool, ToolResult, ToolRun};
pub use trace::{Trace, TraceEntry, TraceError};
pub use transport::CancelHandle;
pub use types::{ChatCompletionRequest as ChatRequest, ChatMessageParam as Message, Role};
pub use values::{Answer, Attempt, Extra, MAX_JSON_BYTES, Patch, Quota, RateLimit, ResponseMeta, Timestamp};
