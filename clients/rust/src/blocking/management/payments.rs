// Generated from openapi/chutes.yaml. Do not edit; run `make gen`.

//! Payments and revenue of the platform.
#![allow(unused_imports)]
use super::super::worker::Worker;
use super::super::{ItemStream, LogStream, PageStream, Pending};
use crate::download::Binary;
use crate::management::payments as api;
use crate::management::payments::*;
use crate::pagination::Page;
use crate::types::*;
use crate::values::{Answer, Timestamp};
use bytes::Bytes;
use serde::Serialize;
use serde_json::Value;
use std::collections::BTreeMap;

/// Payments and revenue of the platform.
#[derive(Debug, Clone)]
pub struct PaymentsResource {
    pub(in crate::blocking) api: api::PaymentsResource,
    pub(in crate::blocking) worker: Worker,
}

impl PaymentsResource {
    /// List the payments of all users.
    ///
    /// As [`api::PaymentsResource::list`].
    pub fn list(&self, params: PaymentsListParams) -> Pending<Answer<Page<Payment>>> {
        self.worker.call(self.api.list(params))
    }

    /// The items of all pages of [`PaymentsResource::list`].
    pub fn list_all(&self, params: PaymentsListParams) -> PageStream<Payment> {
        self.worker.stream(self.api.list_all(params))
    }

    /// Get the sums of all payments in USD.
    ///
    /// As [`api::PaymentsResource::tao_summary`].
    pub fn tao_summary(&self) -> Pending<Answer<TaoSummary>> {
        self.worker.call(self.api.tao_summary())
    }

    /// List the revenue of the platform by day.
    ///
    /// As [`api::PaymentsResource::daily_revenue`].
    pub fn daily_revenue(&self, params: PaymentsDailyRevenueParams) -> Pending<Answer<Vec<DailyRevenue>>> {
        self.worker.call(self.api.daily_revenue(params))
    }

    /// Ask for a developer deposit back.
    ///
    /// As [`api::PaymentsResource::return_deposit`].
    pub fn return_deposit(&self, body: &DepositReturnArgs) -> Pending<Answer<DepositReturn>> {
        self.worker.call(self.api.return_deposit(body))
    }
}
