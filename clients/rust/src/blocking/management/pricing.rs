// Generated from openapi/chutes.yaml. Do not edit; run `make gen`.

//! Prices of GPUs and rates of currencies.
#![allow(unused_imports)]
use super::super::worker::Worker;
use super::super::{ItemStream, LogStream, PageStream, Pending};
use crate::download::Binary;
use crate::management::pricing as api;
use crate::management::pricing::*;
use crate::pagination::Page;
use crate::types::*;
use crate::values::{Answer, Timestamp};
use bytes::Bytes;
use serde::Serialize;
use serde_json::Value;
use std::collections::BTreeMap;

/// Prices of GPUs and rates of currencies.
#[derive(Debug, Clone)]
pub struct PricingResource {
    pub(in crate::blocking) api: api::PricingResource,
    pub(in crate::blocking) worker: Worker,
}

impl PricingResource {
    /// Get the prices of GPUs and the rate of TAO.
    ///
    /// As [`api::PricingResource::get`].
    pub fn get(&self) -> Pending<Answer<Pricing>> {
        self.worker.call(self.api.get())
    }

    /// Get fair market values in USD.
    ///
    /// As [`api::PricingResource::fmv`].
    pub fn fmv(&self) -> Pending<Answer<BTreeMap<String, f64>>> {
        self.worker.call(self.api.fmv())
    }
}
