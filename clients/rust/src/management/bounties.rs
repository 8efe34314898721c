// Generated from openapi/chutes.yaml. Do not edit; run `make gen`.

//! Rewards that make miners start a chute.
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

/// Rewards that make miners start a chute.
#[derive(Debug, Clone)]
pub struct BountiesResource {
    pub(crate) client: Chutes,
}

/// Options of [`BountiesResource::increase`]. What is `None` is not sent.
#[derive(Debug, Clone, Default)]
pub struct BountiesIncreaseParams {
    /// Factor on the reward of the miners.
    pub boost: Option<f64>,
}

impl BountiesResource {
    /// List the open bounties.
    ///
    /// `GET /bounties/`
    pub fn list(&self) -> Pending<Answer<Vec<Bounty>>> {
        self.client.perform(Call::op("bounties.list", "listBounties", Method::GET, vec![Part::Lit("/bounties/")]).public())
    }

    /// Raise the bounty of a chute, or open one. Only for administrators of the platform; everybody else gets a 403. It
    /// changes state although it is a GET, so clients never repeat it.
    ///
    /// `GET /bounties/{chute_id}/increase`; sent once, never retried; cannot be signed by a hotkey
    ///
    /// # Errors
    /// Statuses of the server: 401, 403, 404, 422.
    pub fn increase(&self, chute_id: impl Into<String>, params: BountiesIncreaseParams) -> Pending<Answer<Value>> {
        self.client.perform(
            Call::op(
                "bounties.increase",
                "increaseBounty",
                Method::GET,
                vec![
                    Part::Lit("/bounties/"),
                    Part::Param { name: "chute_id", value: Into::<String>::into(chute_id), keep_slash: false },
                    Part::Lit("/increase"),
                ],
            )
            .query("boost", &params.boost)
            .once(),
        )
    }
}
