// Generated from openapi/chutes.yaml. Do not edit; run `make gen`.

//! Prices of GPUs and rates of currencies.
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

/// Prices of GPUs and rates of currencies.
#[derive(Debug, Clone)]
pub struct PricingResource {
    pub(crate) client: Chutes,
}

impl PricingResource {
    /// Get the prices of GPUs and the rate of TAO.
    ///
    /// `GET /pricing`
    ///
    /// # Errors
    /// Statuses of the server: 500.
    pub fn get(&self) -> Pending<Answer<Pricing>> {
        self.client.perform(Call::op("pricing.get", "getPricing", Method::GET, vec![Part::Lit("/pricing")]).public())
    }

    /// Get fair market values in USD.
    ///
    /// `GET /fmv`
    ///
    /// # Errors
    /// Statuses of the server: 500.
    pub fn fmv(&self) -> Pending<Answer<BTreeMap<String, f64>>> {
        self.client.perform(Call::op("pricing.fmv", "getFairMarketValue", Method::GET, vec![Part::Lit("/fmv")]).public())
    }
}
