// Generated from openapi/chutes.yaml. Do not edit; run `make gen`.

//! Pictures of chutes and accounts.
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

/// Pictures of chutes and accounts.
#[derive(Debug, Clone)]
pub struct LogosResource {
    pub(crate) client: Chutes,
}

impl LogosResource {
    /// Upload a logo. Any image, told by the type of its part (otherwise 400). The server crops it to the square in its
    /// middle and keeps 512 by 512 pixels of WebP, without transparency.
    ///
    /// `POST /logos/`; sent once, never retried
    ///
    /// # Errors
    /// Statuses of the server: 400, 401, 422, 500.
    pub fn create(&self, body: &LogoArgs) -> Pending<Answer<Logo>> {
        self.client.perform(
            Call::op("logos.create", "createLogo", Method::POST, vec![Part::Lit("/logos/")]).multipart(body.parts()).once(),
        )
    }

    /// Get the image of a logo. Logos are kept as WebP, so `png` is answered with a redirect to the WebP (307).
    ///
    /// `GET /logos/{logo_id}.{format}`
    ///
    /// # Errors
    /// Statuses of the server: 404, 422.
    pub fn get(&self, logo_id: impl Into<String>, format: impl Into<LogoFormat>) -> Pending<Answer<Binary>> {
        self.client.perform_bytes(
            Call::op(
                "logos.get",
                "getLogo",
                Method::GET,
                vec![
                    Part::Lit("/logos/"),
                    Part::Param { name: "logo_id", value: Into::<String>::into(logo_id), keep_slash: false },
                    Part::Lit("."),
                    Part::Param {
                        name: "format",
                        value: Into::<LogoFormat>::into(format).as_str().to_owned(),
                        keep_slash: false,
                    },
                ],
            )
            .public()
            .accept("image/webp, image/png"),
        )
    }
}
