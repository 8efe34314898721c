// Generated from openapi/chutes.yaml. Do not edit; run `make gen`.

//! Rewards that make miners start a chute.
use crate::client::Chutes;
#[allow(unused_imports)]
use crate::client::PageStream;
#[allow(unused_imports)]
use crate::pagination::Page;
use crate::request::{Call, Part, Pending};
#[allow(unused_imports)]
use crate::stream::ItemStream;
#[allow(unused_imports)]
use crate::types::*;
use crate::values::Answer;
use http::Method;
#[allow(unused_imports)]
use serde_json::Value;

/// Rewards that make miners start a chute.
#[derive(Debug, Clone)]
pub struct BountiesResource {
    pub(crate) client: Chutes,
}

/// Options of [`BountiesResource::increase`]. What is `None` is not sent.
#[derive(Debug, Clone, Default, serde::Deserialize)]
#[serde(default)]
pub struct BountiesIncreaseParams {
    /// Factor on the reward of the miners.
    pub boost: Option<f64>,
}

impl BountiesResource {
    /// List the open bounties.
    ///
    /// `GET /bounties/`
    pub fn list(&self) -> Pending<Answer<Vec<Bounty>>> {
        self.client.perform(Call::new(Method::GET, vec![Part::Lit("/bounties/")]))
    }

    /// Raise the bounty of a chute, or open one. Only for administrators of the platform; everybody else gets a 403. It
    /// changes state although it is a GET, so clients never repeat it.
    ///
    /// `GET /bounties/{chute_id}/increase`; sent once, never retried
    ///
    /// # Errors
    /// Statuses of the server: 401, 403, 404, 422.
    pub fn increase(&self, chute_id: impl Into<String>, params: BountiesIncreaseParams) -> Pending<Answer<Value>> {
        self.client.perform(
            Call::new(
                Method::GET,
                vec![
                    Part::Lit("/bounties/"),
                    Part::Param { name: "chute_id", value: chute_id.into(), keep_slash: false },
                    Part::Lit("/increase"),
                ],
            )
            .query("boost", &params.boost)
            .once(),
        )
    }
}
