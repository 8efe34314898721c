// Generated from openapi/chutes.yaml. Do not edit; run `make gen`.

//! What trusted machines must show.
#![allow(unused_imports)]
use super::super::worker::Worker;
use super::super::{ItemStream, LogStream, PageStream, Pending};
use crate::download::Binary;
use crate::management::tee as api;
use crate::management::tee::*;
use crate::pagination::Page;
use crate::types::*;
use crate::values::{Answer, Timestamp};
use bytes::Bytes;
use serde::Serialize;
use serde_json::Value;
use std::collections::BTreeMap;

/// What trusted machines must show.
#[derive(Debug, Clone)]
pub struct TeeResource {
    pub(in crate::blocking) api: api::TeeResource,
    pub(in crate::blocking) worker: Worker,
}

impl TeeResource {
    /// List the measurements that a trusted machine must show.
    ///
    /// As [`api::TeeResource::measurements`].
    pub fn measurements(&self) -> Pending<Answer<Vec<TeeMeasurement>>> {
        self.worker.call(self.api.measurements())
    }
}
