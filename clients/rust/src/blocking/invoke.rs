//! Calls of models: thin forms of [`crate::invoke`].

use super::worker::Worker;
use super::{ChatStream, ChuteClient, Chutes, CompletionStream, Pending};
use crate::config::CallOptions;
use crate::content::MediaSource;
use crate::download::Binary;
use crate::errors::Error;
use crate::helpers::DownloadParams;
use crate::invoke::images::{Image, ImageRequest};
use crate::invoke::media::{ChuteRef, Segment};
use crate::invoke::{chat, completions, embeddings, images, media};
use crate::output::ParsedCompletion;
use crate::tools::{RunToolsParams, Tool, ToolRun};
use crate::types::{
    ChatCompletion, ChatCompletionRequest, EmbeddingList, EmbeddingRequest, TextCompletion, TextCompletionRequest,
};
use crate::values::Answer;
use crate::{RawBody, client};
use serde::Serialize;
use serde_json::Value;
use std::path::PathBuf;

/// Chat.
#[derive(Debug, Clone)]
pub struct Chat {
    completions: ChatCompletions,
}

/// Completions of a conversation.
#[derive(Debug, Clone)]
pub struct ChatCompletions {
    api: chat::ChatCompletions,
    worker: Worker,
}

/// Completions of a text.
#[derive(Debug, Clone)]
pub struct Completions {
    pub(super) api: completions::Completions,
    pub(super) worker: Worker,
}

/// Vectors of texts.
#[derive(Debug, Clone)]
pub struct Embeddings {
    pub(super) api: embeddings::Embeddings,
    pub(super) worker: Worker,
}

/// Images from prompts.
#[derive(Debug, Clone)]
pub struct Images {
    pub(super) api: images::Images,
    pub(super) worker: Worker,
}

/// Sounds: speech, transcripts and music.
#[derive(Debug, Clone)]
pub struct Audio {
    api: media::Audio,
    worker: Worker,
}

/// Videos.
#[derive(Debug, Clone)]
pub struct Video {
    api: media::Video,
    worker: Worker,
}

impl Chutes {
    /// As [`crate::Chutes::chat`].
    pub fn chat(&self) -> Chat {
        Chat::new(self.api.chat(), &self.worker)
    }

    /// As [`crate::Chutes::completions`].
    pub fn completions(&self) -> Completions {
        Completions { api: self.api.completions(), worker: self.worker.clone() }
    }

    /// As [`crate::Chutes::embeddings`].
    pub fn embeddings(&self) -> Embeddings {
        Embeddings { api: self.api.embeddings(), worker: self.worker.clone() }
    }

    /// As [`crate::Chutes::images`].
    pub fn images(&self) -> Images {
        Images { api: self.api.images(), worker: self.worker.clone() }
    }

    /// As [`crate::Chutes::audio`].
    pub fn audio(&self) -> Audio {
        Audio { api: self.api.audio(), worker: self.worker.clone() }
    }

    /// As [`crate::Chutes::video`].
    pub fn video(&self) -> Video {
        Video { api: self.api.video(), worker: self.worker.clone() }
    }

    /// As [`crate::Chutes::chute`].
    pub fn chute(&self, reference: impl Into<String>) -> ChuteClient {
        ChuteClient { api: self.api.chute(reference), worker: self.worker.clone() }
    }
}

impl Chat {
    pub(super) fn new(api: chat::Chat, worker: &Worker) -> Chat {
        Chat { completions: ChatCompletions { api: api.completions, worker: worker.clone() } }
    }

    /// Completions of a conversation.
    pub fn completions(&self) -> &ChatCompletions {
        &self.completions
    }
}

impl ChatCompletions {
    /// As [`chat::ChatCompletions::create`].
    pub fn create(&self, request: ChatCompletionRequest) -> Pending<Answer<ChatCompletion>> {
        self.worker.call(self.api.create(request))
    }

    /// As [`chat::ChatCompletions::stream`].
    pub fn stream(&self, request: ChatCompletionRequest) -> Pending<ChatStream> {
        self.worker.stream_call(self.api.stream(request))
    }

    /// As [`chat::ChatCompletions::parse_value`].
    pub fn parse_value(
        &self,
        request: ChatCompletionRequest,
        name: impl Into<String>,
        schema: Value,
    ) -> Pending<Answer<ParsedCompletion<Value>>> {
        self.worker.call(self.api.parse_value(request, name, schema))
    }

    /// As [`chat::ChatCompletions::parse`] (feature `schema`).
    #[cfg(feature = "schema")]
    pub fn parse<T>(&self, request: ChatCompletionRequest) -> Pending<Answer<ParsedCompletion<T>>>
    where
        T: schemars::JsonSchema + serde::de::DeserializeOwned + Send + 'static,
    {
        self.worker.call(self.api.parse(request))
    }

    /// As [`chat::ChatCompletions::run_tools`]; [`tool`](super::tool) makes a tool of a plain function.
    pub fn run_tools(&self, request: ChatCompletionRequest, tools: Vec<Tool>, params: RunToolsParams) -> Pending<ToolRun> {
        self.worker.call(self.api.run_tools(request, tools, params))
    }
}

impl Completions {
    /// As [`completions::Completions::create`].
    pub fn create(&self, request: TextCompletionRequest) -> Pending<Answer<TextCompletion>> {
        self.worker.call(self.api.create(request))
    }

    /// As [`completions::Completions::stream`].
    pub fn stream(&self, request: TextCompletionRequest) -> Pending<CompletionStream> {
        self.worker.stream_call(self.api.stream(request))
    }
}

impl Embeddings {
    /// As [`embeddings::Embeddings::create`].
    pub fn create(&self, request: EmbeddingRequest) -> Pending<Answer<EmbeddingList>> {
        self.worker.call(self.api.create(request))
    }
}

impl Images {
    /// As [`images::Images::generate`].
    pub fn generate(&self, request: ImageRequest) -> Pending<Image> {
        self.worker.call(self.api.generate(request))
    }

    /// As [`images::Images::generate_many`].
    pub fn generate_many(&self, request: ImageRequest, n: usize) -> Pending<Vec<Image>> {
        self.worker.call(self.api.generate_many(request, n))
    }

    /// As [`images::Images::generate_each`].
    pub fn generate_each(
        &self,
        request: ImageRequest,
        n: usize,
        progress: impl FnMut(usize, usize) + Send + 'static,
    ) -> Pending<Vec<Result<Image, Error>>> {
        self.worker.call(self.api.generate_each(request, n, progress))
    }
}

impl Audio {
    /// As [`media::Audio::speech`].
    pub fn speech(&self, chute: impl Into<ChuteRef>, text: impl Into<String>) -> MediaCall {
        MediaCall { api: self.api.speech(chute, text), worker: self.worker.clone() }
    }

    /// As [`media::Audio::music`].
    pub fn music(&self, chute: impl Into<ChuteRef>) -> MediaCall {
        MediaCall { api: self.api.music(chute), worker: self.worker.clone() }
    }

    /// As [`media::Audio::transcribe`].
    pub fn transcribe(
        &self,
        chute: impl Into<ChuteRef>,
        audio: impl Into<MediaSource>,
        args: Value,
    ) -> Pending<Answer<Vec<Segment>>> {
        self.worker.call(self.api.transcribe(chute, audio, args))
    }
}

impl Video {
    /// As [`media::Video::generate`].
    pub fn generate(&self, chute: impl Into<ChuteRef>) -> MediaCall {
        MediaCall { api: self.api.generate(chute), worker: self.worker.clone() }
    }
}

/// A sound or video to come; see [`media::MediaCall`].
#[must_use = "a call is made by `send`"]
#[derive(Debug)]
pub struct MediaCall {
    api: media::MediaCall,
    worker: Worker,
}

impl MediaCall {
    /// Sets an argument of the chute, such as `voice`, `speed` or `prompt`.
    pub fn set(mut self, name: impl Into<String>, value: impl Into<Value>) -> Self {
        self.api = self.api.set(name, value);
        self
    }

    /// The picture to begin with: bytes, a path or a data URL.
    pub fn image(mut self, source: impl Into<MediaSource>) -> Self {
        self.api = self.api.image(source);
        self
    }

    /// The path of the endpoint, where the chute names it otherwise.
    pub fn path(mut self, path: impl Into<String>) -> Self {
        self.api = self.api.path(path);
        self
    }

    /// Adds options of this call.
    pub fn with(mut self, options: CallOptions) -> Self {
        self.api = self.api.with(options);
        self
    }

    /// As [`media::MediaCall::to`].
    pub fn to(self, to: impl Into<PathBuf>, params: DownloadParams) -> Pending<PathBuf> {
        self.worker.call(self.api.to(to, params))
    }

    /// Makes the call and waits for the bytes.
    ///
    /// # Errors
    /// As [`ChuteClient::call`], and `unexpected_response` for what is no media.
    pub fn send(self) -> Result<Answer<Binary>, Error> {
        self.worker.wait(self.api.into_future())
    }
}

/// A call of [`Chutes::request`] to come.
#[must_use = "a call is made by `send`"]
#[derive(Debug)]
pub struct RawCall {
    pub(super) api: client::RawCall,
    pub(super) worker: Worker,
}

impl RawCall {
    /// Sends a JSON body.
    pub fn json(mut self, body: &impl Serialize) -> Self {
        self.api = self.api.json(body);
        self
    }

    /// What a hotkey signs in place of a body; a GET or DELETE without it cannot be signed.
    pub fn purpose(mut self, purpose: &str) -> Self {
        self.api = self.api.purpose(purpose);
        self
    }

    /// Adds options of this call.
    pub fn with(mut self, options: CallOptions) -> Self {
        self.api = self.api.with(options);
        self
    }

    /// Makes the call and waits for the answer.
    ///
    /// # Errors
    /// Those of the server and of the connection.
    pub fn send(self) -> Result<Answer<RawBody>, Error> {
        self.worker.wait(self.api.into_future())
    }
}
