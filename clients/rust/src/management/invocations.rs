// Generated from openapi/chutes.yaml. Do not edit; run `make gen`.

//! Statistics and tables of invocations.
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

/// Statistics and tables of invocations.
#[derive(Debug, Clone)]
pub struct InvocationsResource {
    pub(crate) client: Chutes,
}

/// Options of [`InvocationsResource::llm_stats`]. What is `None` is not sent.
#[derive(Debug, Clone, Default)]
pub struct InvocationsLlmStatsParams {
    /// First day, `YYYY-MM-DD`.
    pub start_date: Option<String>,
    /// Last day, `YYYY-MM-DD`.
    pub end_date: Option<String>,
    /// Only this chute.
    pub chute_id: Option<String>,
}

/// Options of [`InvocationsResource::export_recent`]. What is `None` is not sent.
#[derive(Debug, Clone, Default)]
pub struct InvocationsExportRecentParams {
    /// Only this miner.
    pub hotkey: Option<String>,
    /// Rows; never more than 10000, and 100 for anything below 1.
    pub limit: Option<i64>,
}

impl InvocationsResource {
    /// List how much each chute was used, day by day.
    ///
    /// `GET /invocations/usage`
    pub fn usage(&self) -> Pending<Answer<Vec<InvocationUsage>>> {
        self.client.perform(
            Call::op("invocations.usage", "listInvocationUsage", Method::GET, vec![Part::Lit("/invocations/usage")]).public(),
        )
    }

    /// List the statistics of language models.
    ///
    /// `GET /invocations/stats/llm`
    ///
    /// # Errors
    /// Statuses of the server: 422.
    pub fn llm_stats(&self, params: InvocationsLlmStatsParams) -> Pending<Answer<Vec<LlmStats>>> {
        self.client.perform(
            Call::op("invocations.llm_stats", "listLlmStats", Method::GET, vec![Part::Lit("/invocations/stats/llm")])
                .query("start_date", &params.start_date)
                .query("end_date", &params.end_date)
                .query("chute_id", &params.chute_id)
                .public(),
        )
    }

    /// List the statistics of image models.
    ///
    /// `GET /invocations/stats/diffusion`
    pub fn diffusion_stats(&self) -> Pending<Answer<Vec<DiffusionStats>>> {
        self.client.perform(
            Call::op(
                "invocations.diffusion_stats",
                "listDiffusionStats",
                Method::GET,
                vec![Part::Lit("/invocations/stats/diffusion")],
            )
            .public(),
        )
    }

    /// Get all invocations of one hour as a table. From 2024-12-14 on, in UTC. An hour that has no table is a 404,
    /// another form than `HH.csv` or `HH-jobs.csv` a 400, a day or hour that does not exist a 500.
    ///
    /// `GET /invocations/exports/{year}/{month}/{day}/{hour_format}`
    ///
    /// # Errors
    /// Statuses of the server: 400, 404, 422, 500.
    pub fn export(&self, year: i64, month: i64, day: i64, hour_format: impl Into<String>) -> Pending<Answer<String>> {
        self.client.perform_text(
            Call::op(
                "invocations.export",
                "exportInvocations",
                Method::GET,
                vec![
                    Part::Lit("/invocations/exports/"),
                    Part::Param { name: "year", value: year.to_string(), keep_slash: false },
                    Part::Lit("/"),
                    Part::Param { name: "month", value: month.to_string(), keep_slash: false },
                    Part::Lit("/"),
                    Part::Param { name: "day", value: day.to_string(), keep_slash: false },
                    Part::Lit("/"),
                    Part::Param { name: "hour_format", value: Into::<String>::into(hour_format), keep_slash: false },
                ],
            )
            .public()
            .accept("text/csv"),
        )
    }

    /// Get the latest invocations as a table. Those of the last day that worked, newest first. Columns:
    /// `invocation_id`, `chute_id`, `chute_user_id`, `function_name`, `image_id`, `image_user_id`, `instance_id`,
    /// `miner_uid`, `miner_hotkey`, `started_at`, `completed_at`, `error_message`, `compute_multiplier`, `metrics`.
    ///
    /// `GET /invocations/exports/recent`
    ///
    /// # Errors
    /// Statuses of the server: 422.
    pub fn export_recent(&self, params: InvocationsExportRecentParams) -> Pending<Answer<String>> {
        self.client.perform_text(
            Call::op(
                "invocations.export_recent",
                "exportRecentInvocations",
                Method::GET,
                vec![Part::Lit("/invocations/exports/recent")],
            )
            .query("hotkey", &params.hotkey)
            .query("limit", &params.limit)
            .public()
            .accept("text/csv"),
        )
    }
}
