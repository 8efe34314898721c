// Generated from openapi/chutes.yaml. Do not edit; run `make gen`.

//! Names for ranked lists of chutes.
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

/// Names for ranked lists of chutes.
#[derive(Debug, Clone)]
pub struct ModelAliasesResource {
    pub(crate) client: Chutes,
}

impl ModelAliasesResource {
    /// List your model aliases.
    ///
    /// `GET /model_aliases/`; cannot be signed by a hotkey
    ///
    /// # Errors
    /// Statuses of the server: 401.
    pub fn list(&self) -> Pending<Answer<Vec<ModelAlias>>> {
        self.client.perform(Call::op("model_aliases.list", "listModelAliases", Method::GET, vec![Part::Lit("/model_aliases/")]))
    }

    /// Create a model alias, or replace it. An alias stands for a ranked list of chutes; it is written in place of a
    /// model.
    ///
    /// `POST /model_aliases/`
    ///
    /// # Errors
    /// Statuses of the server: 400, 401, 422.
    pub fn create(&self, body: &ModelAliasArgs) -> Pending<Answer<ModelAlias>> {
        self.client.perform(
            Call::op("model_aliases.create", "setModelAlias", Method::POST, vec![Part::Lit("/model_aliases/")]).json(body),
        )
    }

    /// Delete a model alias. An alias that holds a slash cannot be deleted; its path is a 404.
    ///
    /// `DELETE /model_aliases/{alias}`; cannot be signed by a hotkey
    ///
    /// # Errors
    /// Statuses of the server: 401, 404, 422.
    pub fn delete(&self, alias: impl Into<String>) -> Pending<Answer<()>> {
        self.client.perform_none(Call::op(
            "model_aliases.delete",
            "deleteModelAlias",
            Method::DELETE,
            vec![
                Part::Lit("/model_aliases/"),
                Part::Param { name: "alias", value: Into::<String>::into(alias), keep_slash: false },
            ],
        ))
    }
}
