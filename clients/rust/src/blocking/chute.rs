//! A handle of a chute: a thin form of [`crate::ChuteClient`].

use super::worker::Worker;
use super::{Chat, Completions, Embeddings, EventStream, Images, ItemStream, Pending};
use crate::config::CallOptions;
use crate::errors::Error;
use crate::helpers::{DownloadParams, WaitReadyParams};
use crate::invoke::chute::{CallResult, ChuteInfo};
use crate::invoke::cords::CordInfo;
use crate::invoke::media::ChuteRef;
use crate::trace::Trace;
use crate::types::{WarmupEvent, WarmupStatus};
use crate::values::Answer;
use http::Method;
use serde::Serialize;
use std::path::PathBuf;

/// A handle of a chute; see [`crate::ChuteClient`].
#[derive(Debug, Clone)]
pub struct ChuteClient {
    pub(super) api: crate::ChuteClient,
    pub(super) worker: Worker,
}

impl From<&ChuteClient> for ChuteRef {
    fn from(handle: &ChuteClient) -> ChuteRef {
        ChuteRef::from(&handle.api)
    }
}

impl ChuteClient {
    /// Options of every call of this handle.
    pub fn with(mut self, options: CallOptions) -> Self {
        self.api = self.api.with(options);
        self
    }

    /// As [`crate::ChuteClient::chat`].
    pub fn chat(&self) -> Chat {
        Chat::new(self.api.chat(), &self.worker)
    }

    /// As [`crate::ChuteClient::completions`].
    pub fn completions(&self) -> Completions {
        Completions { api: self.api.completions(), worker: self.worker.clone() }
    }

    /// As [`crate::ChuteClient::images`].
    pub fn images(&self) -> Images {
        Images { api: self.api.images(), worker: self.worker.clone() }
    }

    /// As [`crate::ChuteClient::embeddings`].
    pub fn embeddings(&self) -> Embeddings {
        Embeddings { api: self.api.embeddings(), worker: self.worker.clone() }
    }

    /// As [`crate::ChuteClient::resolve`].
    ///
    /// # Errors
    /// `config` for what is no reference, `not_found` when there is no such chute.
    pub fn resolve(&self) -> Result<ChuteInfo, Error> {
        self.worker.wait(self.api.resolve())
    }

    /// As [`crate::ChuteClient::cords`].
    ///
    /// # Errors
    /// `config` for a handle of a host or URL, `not_found` where there is no such chute.
    pub fn cords(&self) -> Result<Vec<CordInfo>, Error> {
        self.worker.wait(self.api.cords())
    }

    /// As [`crate::ChuteClient::call`].
    pub fn call(&self, cord: impl Into<String>, args: impl Serialize) -> Pending<Answer<CallResult>> {
        self.worker.call(self.api.call(cord, args))
    }

    /// As [`crate::ChuteClient::get`].
    pub fn get(&self, cord: impl Into<String>) -> Pending<Answer<CallResult>> {
        self.worker.call(self.api.get(cord))
    }

    /// As [`crate::ChuteClient::call_as`].
    pub fn call_as(&self, method: Method, cord: impl Into<String>, args: impl Serialize) -> Pending<Answer<CallResult>> {
        self.worker.call(self.api.call_as(method, cord, args))
    }

    /// As [`crate::ChuteClient::stream`].
    pub fn stream(&self, cord: impl Into<String>, args: impl Serialize) -> Pending<EventStream> {
        self.worker.stream_call(self.api.stream(cord, args))
    }

    /// As [`crate::ChuteClient::stream_get`].
    pub fn stream_get(&self, cord: impl Into<String>) -> Pending<EventStream> {
        self.worker.stream_call(self.api.stream_get(cord))
    }

    /// As [`crate::ChuteClient::download`].
    pub fn download(
        &self,
        cord: impl Into<String>,
        args: impl Serialize,
        to: impl Into<PathBuf>,
        params: DownloadParams,
    ) -> Pending<PathBuf> {
        self.worker.call(self.api.download(cord, args, to, params))
    }

    /// As [`crate::ChuteClient::trace`].
    pub fn trace(&self, cord: impl Into<String>, args: impl Serialize) -> Pending<Answer<Trace>> {
        self.worker.call(self.api.trace(cord, args))
    }

    /// As [`crate::ChuteClient::warmup`].
    pub fn warmup(&self) -> Pending<ItemStream<WarmupEvent>> {
        self.worker.stream_call(self.api.warmup())
    }

    /// As [`crate::ChuteClient::wait_ready`].
    pub fn wait_ready(&self, params: WaitReadyParams) -> Pending<WarmupStatus> {
        self.worker.call(self.api.wait_ready(params))
    }
}
