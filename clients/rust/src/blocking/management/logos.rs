// Generated from openapi/chutes.yaml. Do not edit; run `make gen`.

//! Pictures of chutes and accounts.
#![allow(unused_imports)]
use super::super::worker::Worker;
use super::super::{ItemStream, LogStream, PageStream, Pending};
use crate::download::Binary;
use crate::management::logos as api;
use crate::management::logos::*;
use crate::pagination::Page;
use crate::types::*;
use crate::values::{Answer, Timestamp};
use bytes::Bytes;
use serde::Serialize;
use serde_json::Value;
use std::collections::BTreeMap;

/// Pictures of chutes and accounts.
#[derive(Debug, Clone)]
pub struct LogosResource {
    pub(in crate::blocking) api: api::LogosResource,
    pub(in crate::blocking) worker: Worker,
}

impl LogosResource {
    /// Upload a logo.
    ///
    /// As [`api::LogosResource::create`].
    pub fn create(&self, body: &LogoArgs) -> Pending<Answer<Logo>> {
        self.worker.call(self.api.create(body))
    }

    /// Get the image of a logo.
    ///
    /// As [`api::LogosResource::get`].
    pub fn get(&self, logo_id: impl Into<String>, format: impl Into<LogoFormat>) -> Pending<Answer<Binary>> {
        self.worker.call(self.api.get(logo_id, format))
    }
}
