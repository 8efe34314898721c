// Generated from openapi/chutes.yaml. Do not edit; run `make gen`.

//! What trusted machines must show.
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

/// What trusted machines must show.
#[derive(Debug, Clone)]
pub struct TeeResource {
    pub(crate) client: Chutes,
}

impl TeeResource {
    /// List the measurements that a trusted machine must show.
    ///
    /// `GET /servers/tee/measurements`
    ///
    /// # Errors
    /// Statuses of the server: 500.
    pub fn measurements(&self) -> Pending<Answer<Vec<TeeMeasurement>>> {
        self.client.perform(
            Call::op("tee.measurements", "listTeeMeasurements", Method::GET, vec![Part::Lit("/servers/tee/measurements")])
                .public(),
        )
    }
}
