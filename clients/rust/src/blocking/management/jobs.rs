// Generated from openapi/chutes.yaml. Do not edit; run `make gen`.

//! Runs of the jobs of chutes.
#![allow(unused_imports)]
use super::super::worker::Worker;
use super::super::{ItemStream, LogStream, PageStream, Pending};
use crate::download::Binary;
use crate::management::jobs as api;
use crate::management::jobs::*;
use crate::pagination::Page;
use crate::types::*;
use crate::values::{Answer, Timestamp};
use bytes::Bytes;
use serde::Serialize;
use serde_json::Value;
use std::collections::BTreeMap;

/// Runs of the jobs of chutes.
#[derive(Debug, Clone)]
pub struct JobsResource {
    pub(in crate::blocking) api: api::JobsResource,
    pub(in crate::blocking) worker: Worker,
}

impl JobsResource {
    /// Start a job of a chute.
    ///
    /// As [`api::JobsResource::submit`].
    pub fn submit(
        &self,
        chute_id: impl Into<String>,
        job_method: impl Into<String>,
        args: &(impl Serialize + ?Sized),
    ) -> Pending<Answer<JobRun>> {
        self.worker.call(self.api.submit(chute_id, job_method, args))
    }

    /// Get a run of a job.
    ///
    /// As [`api::JobsResource::get`].
    pub fn get(&self, job_id: impl Into<String>) -> Pending<Answer<JobRun>> {
        self.worker.call(self.api.get(job_id))
    }

    /// Cancel a run of a job; fails today.
    ///
    /// As [`api::JobsResource::delete`].
    pub fn delete(&self, job_id: impl Into<String>) -> Pending<Answer<JobDeletion>> {
        self.worker.call(self.api.delete(job_id))
    }

    /// Get a file that a run of a job has left.
    ///
    /// As [`api::JobsResource::file`].
    pub fn file(&self, job_id: impl Into<String>, file_id: impl Into<String>) -> Pending<Answer<Binary>> {
        self.worker.call(self.api.file(job_id, file_id))
    }
}
