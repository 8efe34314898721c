// Generated from openapi/chutes.yaml. Do not edit; run `make gen`.

//! Runs of the jobs of chutes.
#![allow(unused_imports)]
use crate::call::{Call, Part};
use crate::client::{Chutes, PageStream};
use crate::download::Binary;
use crate::lines::LogStream;
use crate::pagination::Page;
use crate::request::Pending;
use crate::stream::ItemStream;
use crate::types::*;
use crate::values::{Answer, Timestamp};
use bytes::Bytes;
use http::Method;
use serde::Serialize;
use serde_json::Value;
use std::collections::BTreeMap;

/// Runs of the jobs of chutes.
#[derive(Debug, Clone)]
pub struct JobsResource {
    pub(crate) client: Chutes,
}

impl JobsResource {
    /// Start a job of a chute. The body is the arguments of the job; `_disk_gb` (above 10, below 1000; 10 without it)
    /// asks for disk space. A chute that has no such job is a 404. Most accounts have a daily quota of 0 and get a 429.
    ///
    /// `POST /jobs/{chute_id}/{job_method}`; sent once, never retried
    ///
    /// # Errors
    /// Statuses of the server: 400, 401, 404, 422, 429.
    pub fn submit(
        &self,
        chute_id: impl Into<String>,
        job_method: impl Into<String>,
        args: &(impl Serialize + ?Sized),
    ) -> Pending<Answer<JobRun>> {
        self.client.perform(
            Call::op(
                "jobs.submit",
                "submitJob",
                Method::POST,
                vec![
                    Part::Lit("/jobs/"),
                    Part::Param { name: "chute_id", value: Into::<String>::into(chute_id), keep_slash: false },
                    Part::Lit("/"),
                    Part::Param { name: "job_method", value: Into::<String>::into(job_method), keep_slash: false },
                ],
            )
            .free(args)
            .once(),
        )
    }

    /// Get a run of a job. There is no list of runs: keep the id.
    ///
    /// `GET /jobs/{job_id}`; cannot be signed by a hotkey
    ///
    /// # Errors
    /// Statuses of the server: 401, 404, 422.
    pub fn get(&self, job_id: impl Into<String>) -> Pending<Answer<JobRun>> {
        self.client.perform(Call::op(
            "jobs.get",
            "getJob",
            Method::GET,
            vec![Part::Lit("/jobs/"), Part::Param { name: "job_id", value: Into::<String>::into(job_id), keep_slash: false }],
        ))
    }

    /// Cancel a run of a job; fails today. The server of 2026-05 stops the worker and deletes the files, then fails
    /// with a 500 and keeps the run.
    ///
    /// `DELETE /jobs/{job_id}`; sent once, never retried; cannot be signed by a hotkey
    ///
    /// # Errors
    /// Statuses of the server: 401, 404, 422, 500.
    pub fn delete(&self, job_id: impl Into<String>) -> Pending<Answer<JobDeletion>> {
        self.client.perform(
            Call::op(
                "jobs.delete",
                "deleteJob",
                Method::DELETE,
                vec![Part::Lit("/jobs/"), Part::Param { name: "job_id", value: Into::<String>::into(job_id), keep_slash: false }],
            )
            .once(),
        )
    }

    /// Get a file that a run of a job has left. A 500 before the run has ended, and for a file whose `uploaded` is
    /// false.
    ///
    /// `GET /jobs/{job_id}/download/{file_id}`; cannot be signed by a hotkey
    ///
    /// # Errors
    /// Statuses of the server: 401, 404, 422, 500.
    pub fn file(&self, job_id: impl Into<String>, file_id: impl Into<String>) -> Pending<Answer<Binary>> {
        self.client.perform_bytes(
            Call::op(
                "jobs.file",
                "getJobFile",
                Method::GET,
                vec![
                    Part::Lit("/jobs/"),
                    Part::Param { name: "job_id", value: Into::<String>::into(job_id), keep_slash: false },
                    Part::Lit("/download/"),
                    Part::Param { name: "file_id", value: Into::<String>::into(file_id), keep_slash: false },
                ],
            )
            .accept("application/octet-stream"),
        )
    }
}
