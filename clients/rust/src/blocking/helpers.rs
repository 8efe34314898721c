//! What needs more than one request, a file or a decision: thin forms of [`crate::helpers`].

use super::Pending;
use super::management::chutes::ChutesResource;
use super::management::container_images::ContainerImagesResource;
use super::management::jobs::JobsResource;
use super::management::models::ModelsResource;
use crate::helpers::*;
use crate::invoke::models::{Billed, Cost};
use crate::types::{ChuteArgs, ContainerImage, JobRun, WarmupStatus};
use crate::values::Answer;
use serde::Serialize;
use std::path::PathBuf;

impl ChutesResource {
    /// As [`chutes().deploy`](crate::management::chutes::ChutesResource::deploy).
    pub fn deploy(&self, body: &ChuteArgs, params: DeployParams) -> Pending<Deployment> {
        self.worker.call(self.api.deploy(body, params))
    }

    /// As [`chutes().wait_ready`](crate::management::chutes::ChutesResource::wait_ready).
    pub fn wait_ready(&self, chute_id_or_name: impl Into<String>, params: WaitReadyParams) -> Pending<WarmupStatus> {
        self.worker.call(self.api.wait_ready(chute_id_or_name, params))
    }
}

impl ContainerImagesResource {
    /// As [`container_images().build`](crate::management::container_images::ContainerImagesResource::build).
    pub fn build(&self, args: BuildArgs, params: BuildParams) -> Pending<Answer<ContainerImage>> {
        self.worker.call(self.api.build(args, params))
    }

    /// As [`container_images().wait_built`](crate::management::container_images::ContainerImagesResource::wait_built).
    pub fn wait_built(&self, image_id: impl Into<String>, params: WaitBuiltParams) -> Pending<Answer<ContainerImage>> {
        self.worker.call(self.api.wait_built(image_id, params))
    }
}

impl JobsResource {
    /// As [`jobs().create`](crate::management::jobs::JobsResource::create).
    pub fn create(
        &self,
        chute: impl Into<String>,
        method: impl Into<String>,
        args: &(impl Serialize + ?Sized),
        params: JobCreateParams,
    ) -> Pending<Answer<JobRun>> {
        self.worker.call(self.api.create(chute, method, args, params))
    }

    /// As [`jobs().wait`](crate::management::jobs::JobsResource::wait).
    pub fn wait(&self, job_id: impl Into<String>, params: JobWaitParams) -> Pending<Answer<JobRun>> {
        self.worker.call(self.api.wait(job_id, params))
    }

    /// As [`jobs().download`](crate::management::jobs::JobsResource::download).
    pub fn download(
        &self,
        job_id: impl Into<String>,
        file_id: impl Into<String>,
        to: impl Into<PathBuf>,
        params: DownloadParams,
    ) -> Pending<PathBuf> {
        self.worker.call(self.api.download(job_id, file_id, to, params))
    }
}

impl ModelsResource {
    /// As [`models().cost`](crate::management::models::ModelsResource::cost).
    pub fn cost(&self, answer: &impl Billed) -> Pending<Option<Cost>> {
        self.worker.call(self.api.cost(answer))
    }
}
