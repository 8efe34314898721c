// Generated from openapi/chutes.yaml. Do not edit; run `make gen`.

//! Images that chutes run in.
#![allow(unused_imports)]
use super::super::worker::Worker;
use super::super::{ItemStream, LogStream, PageStream, Pending};
use crate::download::Binary;
use crate::management::container_images as api;
use crate::management::container_images::*;
use crate::pagination::Page;
use crate::types::*;
use crate::values::{Answer, Timestamp};
use bytes::Bytes;
use serde::Serialize;
use serde_json::Value;
use std::collections::BTreeMap;

/// Images that chutes run in.
#[derive(Debug, Clone)]
pub struct ContainerImagesResource {
    pub(in crate::blocking) api: api::ContainerImagesResource,
    pub(in crate::blocking) worker: Worker,
}

impl ContainerImagesResource {
    /// List your container images.
    ///
    /// As [`api::ContainerImagesResource::list`].
    pub fn list(&self, params: ContainerImagesListParams) -> Pending<Answer<Page<ContainerImage>>> {
        self.worker.call(self.api.list(params))
    }

    /// The items of all pages of [`ContainerImagesResource::list`].
    pub fn list_all(&self, params: ContainerImagesListParams) -> PageStream<ContainerImage> {
        self.worker.stream(self.api.list_all(params))
    }

    /// Upload a build context and start to build an image from it.
    ///
    /// As [`api::ContainerImagesResource::create`].
    pub fn create(&self, body: &ContainerImageArgs) -> Pending<Answer<ContainerImage>> {
        self.worker.call(self.api.create(body))
    }

    /// Get an image by id or name.
    ///
    /// As [`api::ContainerImagesResource::get`].
    pub fn get(&self, image_id_or_name: impl Into<String>) -> Pending<Answer<ContainerImage>> {
        self.worker.call(self.api.get(image_id_or_name))
    }

    /// Delete an image.
    ///
    /// As [`api::ContainerImagesResource::delete`].
    pub fn delete(&self, image_id_or_name: impl Into<String>) -> Pending<Answer<ContainerImageDeletion>> {
        self.worker.call(self.api.delete(image_id_or_name))
    }

    /// Follow the log of a build.
    ///
    /// As [`api::ContainerImagesResource::logs`].
    pub fn logs(&self, image_id: impl Into<String>, params: ContainerImagesLogsParams) -> Pending<LogStream> {
        self.worker.stream_call(self.api.logs(image_id, params))
    }
}
