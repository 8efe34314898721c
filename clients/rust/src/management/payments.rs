// Generated from openapi/chutes.yaml. Do not edit; run `make gen`.

//! Payments and revenue of the platform.
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

/// Payments and revenue of the platform.
#[derive(Debug, Clone)]
pub struct PaymentsResource {
    pub(crate) client: Chutes,
}

/// Options of [`PaymentsResource::list`]. What is `None` is not sent.
#[derive(Debug, Clone, Default)]
pub struct PaymentsListParams {
    /// Page number; 0 is the first.
    pub page: Option<i64>,
    /// Items in a page.
    pub limit: Option<i64>,
}

/// Options of [`PaymentsResource::daily_revenue`]. What is `None` is not sent.
#[derive(Debug, Clone, Default)]
pub struct PaymentsDailyRevenueParams {
    /// Days to look back, 3 to 365; any other number counts as 90.
    pub days: Option<i64>,
}

impl PaymentsResource {
    /// List the payments of all users. Payments in TAO for credits, newest first; up to five minutes old.
    ///
    /// `GET /payments`
    ///
    /// # Errors
    /// Statuses of the server: 422.
    pub fn list(&self, params: PaymentsListParams) -> Pending<Answer<Page<Payment>>> {
        self.client.perform(
            Call::op("payments.list", "listPayments", Method::GET, vec![Part::Lit("/payments")])
                .query("page", &params.page)
                .query("limit", &params.limit)
                .public(),
        )
    }

    /// The items of all pages of [`PaymentsResource::list`].
    pub fn list_all(&self, params: PaymentsListParams) -> PageStream<Payment> {
        let (first, limit) = (params.page.map(|n| n.unsigned_abs()), params.limit.map(|n| n.unsigned_abs()));
        let make = move |page: Option<u64>| {
            let mut params = params.clone();
            if let Some(page) = page {
                params.page = page.try_into().ok();
            }
            Call::op("payments.list", "listPayments", Method::GET, vec![Part::Lit("/payments")])
                .query("page", &params.page)
                .query("limit", &params.limit)
                .public()
        };
        self.client.perform_pages(make, first, limit)
    }

    /// Get the sums of all payments in USD.
    ///
    /// `GET /payments/summary/tao`
    pub fn tao_summary(&self) -> Pending<Answer<TaoSummary>> {
        self.client.perform(
            Call::op("payments.tao_summary", "getTaoSummary", Method::GET, vec![Part::Lit("/payments/summary/tao")]).public(),
        )
    }

    /// List the revenue of the platform by day.
    ///
    /// `GET /daily_revenue_summary`
    ///
    /// # Errors
    /// Statuses of the server: 422.
    pub fn daily_revenue(&self, params: PaymentsDailyRevenueParams) -> Pending<Answer<Vec<DailyRevenue>>> {
        self.client.perform(
            Call::op("payments.daily_revenue", "listDailyRevenue", Method::GET, vec![Part::Lit("/daily_revenue_summary")])
                .query("days", &params.days)
                .public(),
        )
    }

    /// Ask for a developer deposit back. All of it goes to the address, less the fee of the chain. An account that
    /// never paid one gets a 400; where nothing is left, the refusal comes with status 200.
    ///
    /// `POST /return_developer_deposit`; sent once, never retried
    ///
    /// # Errors
    /// Statuses of the server: 400, 401, 422.
    pub fn return_deposit(&self, body: &DepositReturnArgs) -> Pending<Answer<DepositReturn>> {
        self.client.perform(
            Call::op("payments.return_deposit", "returnDeposit", Method::POST, vec![Part::Lit("/return_developer_deposit")])
                .json(body)
                .once(),
        )
    }
}
