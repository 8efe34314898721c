// Generated from openapi/chutes.yaml. Do not edit; run `make gen`.

//! Images that chutes run in.
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

/// Images that chutes run in.
#[derive(Debug, Clone)]
pub struct ContainerImagesResource {
    pub(crate) client: Chutes,
}

/// Options of [`ContainerImagesResource::list`]. What is `None` is not sent.
#[derive(Debug, Clone, Default)]
pub struct ContainerImagesListParams {
    /// Add the public images of everybody.
    pub include_public: Option<bool>,
    /// Only images whose name contains this text.
    pub name: Option<String>,
    /// Only images whose tag contains this text.
    pub tag: Option<String>,
    /// Page number; 0 is the first.
    pub page: Option<i64>,
    /// Items in a page.
    pub limit: Option<i64>,
}

/// Options of [`ContainerImagesResource::logs`]. What is `None` is not sent.
#[derive(Debug, Clone, Default)]
pub struct ContainerImagesLogsParams {
    /// Offset of the last record that was seen; the log goes on after it.
    pub offset: Option<String>,
}

impl ContainerImagesResource {
    /// List your container images. Newest first. Your own, and with `include_public` those of everybody.
    ///
    /// `GET /images/`
    ///
    /// # Errors
    /// Statuses of the server: 401, 422.
    pub fn list(&self, params: ContainerImagesListParams) -> Pending<Answer<Page<ContainerImage>>> {
        self.client.perform(
            Call::op("container_images.list", "listContainerImages", Method::GET, vec![Part::Lit("/images/")])
                .query("include_public", &params.include_public)
                .query("name", &params.name)
                .query("tag", &params.tag)
                .query("page", &params.page)
                .query("limit", &params.limit)
                .purpose("images"),
        )
    }

    /// The items of all pages of [`ContainerImagesResource::list`].
    pub fn list_all(&self, params: ContainerImagesListParams) -> PageStream<ContainerImage> {
        let (first, limit) = (params.page.map(|n| n.unsigned_abs()), params.limit.map(|n| n.unsigned_abs()));
        let make = move |page: Option<u64>| {
            let mut params = params.clone();
            if let Some(page) = page {
                params.page = page.try_into().ok();
            }
            Call::op("container_images.list", "listContainerImages", Method::GET, vec![Part::Lit("/images/")])
                .query("include_public", &params.include_public)
                .query("name", &params.name)
                .query("tag", &params.tag)
                .query("page", &params.page)
                .query("limit", &params.limit)
                .purpose("images")
        };
        self.client.perform_pages(make, first, limit)
    }

    /// Upload a build context and start to build an image from it. Your account, the name and the tag decide the id, so
    /// that a second upload is a 409. The server wants a balance of 50 USD (402), allows 24 builds in 24 hours (429),
    /// and refuses builds of tools older than 0.3.61 by the version header (400). The answer is the bare row: `user_id`
    /// instead of `user`.
    ///
    /// `POST /images/`; sent once, never retried
    ///
    /// # Errors
    /// Statuses of the server: 400, 401, 402, 409, 422, 429.
    pub fn create(&self, body: &ContainerImageArgs) -> Pending<Answer<ContainerImage>> {
        self.client.perform(
            Call::op("container_images.create", "createContainerImage", Method::POST, vec![Part::Lit("/images/")])
                .header("X-Chutes-Version", &Some("0.6.10"))
                .multipart(body.parts())
                .once(),
        )
    }

    /// Get an image by id or name.
    ///
    /// `GET /images/{image_id_or_name}`
    ///
    /// # Errors
    /// Statuses of the server: 401, 404, 422.
    pub fn get(&self, image_id_or_name: impl Into<String>) -> Pending<Answer<ContainerImage>> {
        self.client.perform(
            Call::op(
                "container_images.get",
                "getContainerImage",
                Method::GET,
                vec![
                    Part::Lit("/images/"),
                    Part::Param { name: "image_id_or_name", value: Into::<String>::into(image_id_or_name), keep_slash: true },
                ],
            )
            .purpose("images"),
        )
    }

    /// Delete an image. An image that a chute uses is a 409. A second delete is a 404, so a 404 after a retry means
    /// that it is done.
    ///
    /// `DELETE /images/{image_id_or_name}`
    ///
    /// # Errors
    /// Statuses of the server: 401, 404, 409, 422.
    pub fn delete(&self, image_id_or_name: impl Into<String>) -> Pending<Answer<ContainerImageDeletion>> {
        self.client.perform(
            Call::op(
                "container_images.delete",
                "deleteContainerImage",
                Method::DELETE,
                vec![
                    Part::Lit("/images/"),
                    Part::Param { name: "image_id_or_name", value: Into::<String>::into(image_id_or_name), keep_slash: true },
                ],
            )
            .purpose("images"),
        )
    }

    /// Follow the log of a build. While the image is built each record is one line, `data: {"log": {"log_type", "log"},
    /// "offset"}`, ended by a single newline, with a `.` line each second, `data: ERROR: …` lines, and `DONE` at the
    /// end, after which the server goes on sending dots for ever. Readers hand out the records. A finished build is
    /// answered with plain text.
    ///
    /// `GET /images/{image_id}/logs`
    ///
    /// # Errors
    /// Statuses of the server: 401, 404, 422.
    pub fn logs(&self, image_id: impl Into<String>, params: ContainerImagesLogsParams) -> Pending<LogStream> {
        self.client.perform_lines(
            Call::op(
                "container_images.logs",
                "followContainerImageLogs",
                Method::GET,
                vec![
                    Part::Lit("/images/"),
                    Part::Param { name: "image_id", value: Into::<String>::into(image_id), keep_slash: false },
                    Part::Lit("/logs"),
                ],
            )
            .query("offset", &params.offset)
            .purpose("images")
            .accept("text/event-stream, text/plain"),
        )
    }
}
