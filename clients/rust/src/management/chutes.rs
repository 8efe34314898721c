// Generated from openapi/chutes.yaml. Do not edit; run `make gen`.

//! Deploy, inspect, share, warm up and delete chutes.
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

/// Deploy, inspect, share, warm up and delete chutes.
#[derive(Debug, Clone)]
pub struct ChutesResource {
    pub(crate) client: Chutes,
}

/// Options of [`ChutesResource::list`]. What is `None` is not sent.
#[derive(Debug, Clone, Default)]
pub struct ChutesListParams {
    /// Add the public chutes of everybody.
    pub include_public: Option<bool>,
    /// Only chutes of this template.
    pub template: Option<ChuteTemplate>,
    /// Only chutes whose name contains this text.
    pub name: Option<String>,
    /// Leave out chutes whose name contains this text.
    pub exclude: Option<String>,
    /// Only chutes of this image. The server of 2026-05 has a fault here and then finds nothing.
    pub image: Option<String>,
    /// Only chutes whose slug matches this SQL `ILIKE` pattern.
    pub slug: Option<String>,
    /// Page number; 0 is the first. Not together with `offset`.
    pub page: Option<i64>,
    /// Chutes in a page.
    pub limit: Option<i64>,
    /// Chutes to pass over. Not together with `page`; the page is then echoed as 0.
    pub offset: Option<i64>,
    /// Keep the JSON Schemas of the cords in `cord_refs`.
    pub include_schemas: Option<bool>,
}

/// Options of [`ChutesResource::create`]. What is `None` is not sent.
#[derive(Debug, Clone, Default)]
pub struct ChutesCreateParams {
    /// Agree to the fee of a first deployment.
    pub accept_fee: Option<bool>,
}

/// Options of [`ChutesResource::miner_means`]. What is `None` is not sent.
#[derive(Debug, Clone, Default)]
pub struct ChutesMinerMeansParams {
    /// The format; HTML if left out.
    pub ext: Option<MinerMeansFormat>,
}

impl ChutesResource {
    /// List chutes. Signed in, the list holds your own chutes only, unless `include_public` is true; without
    /// credentials it holds the public ones. Sorted by invocation count, so that rows move between pages while the list
    /// is read. Items come without `cords`: `cord_refs` of the page holds them under the `cord_ref_id` of the item.
    ///
    /// `GET /chutes/`
    ///
    /// # Errors
    /// Statuses of the server: 400, 401, 422.
    pub fn list(&self, params: ChutesListParams) -> Pending<Answer<Page<Chute>>> {
        self.client.perform(
            Call::op("chutes.list", "listChutes", Method::GET, vec![Part::Lit("/chutes/")])
                .query("include_public", &params.include_public)
                .query("template", &params.template)
                .query("name", &params.name)
                .query("exclude", &params.exclude)
                .query("image", &params.image)
                .query("slug", &params.slug)
                .query("page", &params.page)
                .query("limit", &params.limit)
                .query("offset", &params.offset)
                .query("include_schemas", &params.include_schemas)
                .purpose("chutes"),
        )
    }

    /// The items of all pages of [`ChutesResource::list`].
    pub fn list_all(&self, params: ChutesListParams) -> PageStream<Chute> {
        let (first, limit) = (params.page.map(|n| n.unsigned_abs()), params.limit.map(|n| n.unsigned_abs()));
        let make = move |page: Option<u64>| {
            let mut params = params.clone();
            if let Some(page) = page {
                params.page = page.try_into().ok();
            }
            Call::op("chutes.list", "listChutes", Method::GET, vec![Part::Lit("/chutes/")])
                .query("include_public", &params.include_public)
                .query("template", &params.template)
                .query("name", &params.name)
                .query("exclude", &params.exclude)
                .query("image", &params.image)
                .query("slug", &params.slug)
                .query("page", &params.page)
                .query("limit", &params.limit)
                .query("offset", &params.offset)
                .query("include_schemas", &params.include_schemas)
                .purpose("chutes")
        };
        self.client.perform_pages(make, first, limit)
    }

    /// Deploy a chute, or deploy a new version of it, without looking first. Your account and the name decide which
    /// chute it is; a second deployment with the same name is a new version, rolled out gradually unless
    /// `use_rolling_update` is false. Counts towards 24 creations and updates in 24 hours, so clients never send it
    /// twice by themselves. The first deployment of a name costs a fee (402 with its amount until `accept_fee` is
    /// true); `tee` must be true since 2026-05-12; `public` needs a permission that accounts do not have by default.
    ///
    /// `POST /chutes/`; sent once, never retried
    ///
    /// # Errors
    /// Statuses of the server: 400, 401, 402, 403, 409, 422, 429.
    pub fn create(&self, body: &ChuteArgs, params: ChutesCreateParams) -> Pending<Answer<Chute>> {
        self.client.perform(
            Call::op("chutes.create", "createChute", Method::POST, vec![Part::Lit("/chutes/")])
                .query("accept_fee", &params.accept_fee)
                .json(body)
                .once(),
        )
    }

    /// Get a chute by id or name. Works without credentials for public chutes. A private chute of somebody else is a
    /// 404.
    ///
    /// `GET /chutes/{chute_id_or_name}`
    ///
    /// # Errors
    /// Statuses of the server: 401, 404, 422.
    pub fn get(&self, chute_id_or_name: impl Into<String>) -> Pending<Answer<Chute>> {
        self.client.perform(
            Call::op(
                "chutes.get",
                "getChute",
                Method::GET,
                vec![
                    Part::Lit("/chutes/"),
                    Part::Param { name: "chute_id_or_name", value: Into::<String>::into(chute_id_or_name), keep_slash: true },
                ],
            )
            .purpose("chutes"),
        )
    }

    /// Change the text, the scaling or the state of a chute, but not its code or image. The server ignores empty
    /// strings and nulls, so that a text can be replaced but not cleared.
    ///
    /// `PUT /chutes/{chute_id_or_name}`
    ///
    /// # Errors
    /// Statuses of the server: 401, 403, 404, 422.
    pub fn update(&self, chute_id_or_name: impl Into<String>, body: &ChuteUpdateArgs) -> Pending<Answer<Chute>> {
        self.client.perform(
            Call::op(
                "chutes.update",
                "updateChute",
                Method::PUT,
                vec![
                    Part::Lit("/chutes/"),
                    Part::Param { name: "chute_id_or_name", value: Into::<String>::into(chute_id_or_name), keep_slash: true },
                ],
            )
            .json(body),
        )
    }

    /// Delete a chute by id. Takes the UUID only (a name is a 400). The parameter is named as in the other operations
    /// of this path because OpenAPI forbids the same path under two names; the clients call it `chute_id`. A second
    /// delete is a 404, so a 404 after a retry means that it is done.
    ///
    /// `DELETE /chutes/{chute_id}`
    ///
    /// # Errors
    /// Statuses of the server: 400, 401, 404, 422.
    pub fn delete(&self, chute_id: impl Into<String>) -> Pending<Answer<ChuteDeletion>> {
        self.client.perform(
            Call::op(
                "chutes.delete",
                "deleteChute",
                Method::DELETE,
                vec![
                    Part::Lit("/chutes/"),
                    Part::Param { name: "chute_id", value: Into::<String>::into(chute_id), keep_slash: false },
                ],
            )
            .purpose("chutes"),
        )
    }

    /// Get the Python source of a chute.
    ///
    /// `GET /chutes/code/{chute_id}`
    ///
    /// # Errors
    /// Statuses of the server: 401, 404, 422.
    pub fn code(&self, chute_id: impl Into<String>) -> Pending<Answer<String>> {
        self.client.perform_text(
            Call::op(
                "chutes.code",
                "getChuteCode",
                Method::GET,
                vec![
                    Part::Lit("/chutes/code/"),
                    Part::Param { name: "chute_id", value: Into::<String>::into(chute_id), keep_slash: false },
                ],
            )
            .purpose("chutes")
            .accept("text/plain"),
        )
    }

    /// Start a cold chute and follow it until it is hot. An event about every five seconds while the chute is cold, the
    /// first at once. The stream ends after the first `hot`, or silently after 600 seconds of cold. It opens a bounty
    /// if there is none, and starting a private chute of your own is billed.
    ///
    /// `GET /chutes/warmup/{chute_id_or_name}`
    ///
    /// # Errors
    /// Statuses of the server: 401, 402, 404, 422, 503.
    pub fn warmup(&self, chute_id_or_name: impl Into<String>) -> Pending<ItemStream<WarmupEvent>> {
        self.client.perform_stream(
            Call::op(
                "chutes.warmup",
                "warmUpChute",
                Method::GET,
                vec![
                    Part::Lit("/chutes/warmup/"),
                    Part::Param { name: "chute_id_or_name", value: Into::<String>::into(chute_id_or_name), keep_slash: true },
                ],
            )
            .purpose("chutes"),
        )
    }

    /// Ask once whether a chute is hot; starts a cold one like `warmup`. For polling, about every five to ten seconds.
    /// Servers before 2026-05 ignore it and answer with the event stream.
    ///
    /// `GET /chutes/warmup/{chute_id_or_name}`
    ///
    /// # Errors
    /// Statuses of the server: 401, 402, 404, 422, 503.
    pub fn warmup_status(&self, chute_id_or_name: impl Into<String>) -> Pending<Answer<WarmupStatus>> {
        self.client.perform(
            Call::op(
                "chutes.warmup_status",
                "warmUpChute",
                Method::GET,
                vec![
                    Part::Lit("/chutes/warmup/"),
                    Part::Param { name: "chute_id_or_name", value: Into::<String>::into(chute_id_or_name), keep_slash: true },
                ],
            )
            .query("quick", &Some("true"))
            .purpose("chutes"),
        )
    }

    /// Share a private chute with another user. Sharing twice with the same user changes nothing.
    ///
    /// `POST /chutes/share`
    ///
    /// # Errors
    /// Statuses of the server: 400, 401, 404, 422.
    pub fn share(&self, body: &ShareArgs) -> Pending<Answer<ShareResult>> {
        self.client.perform(Call::op("chutes.share", "shareChute", Method::POST, vec![Part::Lit("/chutes/share")]).json(body))
    }

    /// Take a share back. Succeeds also when there was no such share.
    ///
    /// `POST /chutes/unshare`
    ///
    /// # Errors
    /// Statuses of the server: 401, 404, 422.
    pub fn unshare(&self, body: &ShareArgs) -> Pending<Answer<ShareResult>> {
        self.client
            .perform(Call::op("chutes.unshare", "unshareChute", Method::POST, vec![Part::Lit("/chutes/unshare")]).json(body))
    }

    /// List the chutes that have a boost.
    ///
    /// `GET /chutes/boosted`
    pub fn boosted(&self) -> Pending<Answer<Vec<BoostedChute>>> {
        self.client
            .perform(Call::op("chutes.boosted", "listBoostedChutes", Method::GET, vec![Part::Lit("/chutes/boosted")]).public())
    }

    /// List the affine chutes whose owner can pay for them.
    ///
    /// `GET /chutes/affine_available`
    pub fn affine_available(&self) -> Pending<Answer<Vec<AffineChute>>> {
        self.client.perform(
            Call::op("chutes.affine_available", "listAffineChutes", Method::GET, vec![Part::Lit("/chutes/affine_available")])
                .public(),
        )
    }

    /// List the rolling updates under way.
    ///
    /// `GET /chutes/rolling_updates`
    pub fn rolling_updates(&self) -> Pending<Answer<Vec<RollingUpdate>>> {
        self.client.perform(
            Call::op("chutes.rolling_updates", "listRollingUpdates", Method::GET, vec![Part::Lit("/chutes/rolling_updates")])
                .public(),
        )
    }

    /// List how many GPUs chutes have asked for.
    ///
    /// `GET /chutes/gpu_count_history`
    pub fn gpu_count_history(&self) -> Pending<Answer<Vec<GpuCount>>> {
        self.client.perform(
            Call::op(
                "chutes.gpu_count_history",
                "listGpuCountHistory",
                Method::GET,
                vec![Part::Lit("/chutes/gpu_count_history")],
            )
            .public(),
        )
    }

    /// List how busy each chute is, from the latest capacity log.
    ///
    /// `GET /chutes/utilization`
    pub fn utilization(&self) -> Pending<Answer<Vec<ChuteUtilization>>> {
        self.client.perform(
            Call::op("chutes.utilization", "listChuteUtilization", Method::GET, vec![Part::Lit("/chutes/utilization")]).public(),
        )
    }

    /// Get the HTML index of the miners' mean speeds.
    ///
    /// `GET /chutes/miner_means`
    pub fn miner_means_index(&self) -> Pending<Answer<String>> {
        self.client.perform_text(
            Call::op("chutes.miner_means_index", "getMinerMeansIndex", Method::GET, vec![Part::Lit("/chutes/miner_means")])
                .public()
                .accept("text/html"),
        )
    }

    /// Get the mean speed of each miner of a chute, as text. HTML by default, or what `ext` asks for.
    /// `miner_means_rows` hands out the rows, decoded.
    ///
    /// `GET /chutes/miner_means/{chute_id}`
    ///
    /// # Errors
    /// Statuses of the server: 404, 422.
    pub fn miner_means(&self, chute_id: impl Into<String>, params: ChutesMinerMeansParams) -> Pending<Answer<String>> {
        self.client.perform_text(
            Call::op(
                "chutes.miner_means",
                "getMinerMeans",
                Method::GET,
                vec![
                    Part::Lit("/chutes/miner_means/"),
                    Part::Param { name: "chute_id", value: Into::<String>::into(chute_id), keep_slash: false },
                ],
            )
            .query("ext", &params.ext)
            .public()
            .accept("text/html, application/json, text/csv"),
        )
    }

    /// Get the mean speed of each miner of a chute as a file. The same table as `miner_means`, with the format in the
    /// path. The text of the file is handed out as it came.
    ///
    /// `GET /chutes/miner_means/{chute_id}.{ext}`
    ///
    /// # Errors
    /// Statuses of the server: 404, 422.
    pub fn miner_means_file(&self, chute_id: impl Into<String>, ext: impl Into<MinerMeansFormat>) -> Pending<Answer<String>> {
        self.client.perform_text(
            Call::op(
                "chutes.miner_means_file",
                "getMinerMeansFile",
                Method::GET,
                vec![
                    Part::Lit("/chutes/miner_means/"),
                    Part::Param { name: "chute_id", value: Into::<String>::into(chute_id), keep_slash: false },
                    Part::Lit("."),
                    Part::Param {
                        name: "ext",
                        value: Into::<MinerMeansFormat>::into(ext).as_str().to_owned(),
                        keep_slash: false,
                    },
                ],
            )
            .public()
            .accept("text/csv, application/json, text/html"),
        )
    }

    /// Get the mean speed of each miner of a chute, decoded. The JSON form of `miner_means_file`.
    ///
    /// `GET /chutes/miner_means/{chute_id}.json`
    ///
    /// # Errors
    /// Statuses of the server: 404, 422.
    pub fn miner_means_rows(&self, chute_id: impl Into<String>) -> Pending<Answer<Vec<MinerMean>>> {
        self.client.perform(
            Call::op(
                "chutes.miner_means_rows",
                "getMinerMeansFile",
                Method::GET,
                vec![
                    Part::Lit("/chutes/miner_means/"),
                    Part::Param { name: "chute_id", value: Into::<String>::into(chute_id), keep_slash: false },
                    Part::Lit("."),
                    Part::Lit("json"),
                ],
            )
            .public(),
        )
    }

    /// Deploy a language model from the vLLM template. The public server has switched it off and always answers 403
    /// `Easy deployment is currently disabled!`.
    ///
    /// `POST /chutes/vllm`; sent once, never retried
    ///
    /// # Errors
    /// Statuses of the server: 401, 403, 422.
    pub fn deploy_vllm(&self, body: &VllmChuteArgs) -> Pending<Answer<Chute>> {
        self.client.perform(
            Call::op("chutes.deploy_vllm", "deployVllmChute", Method::POST, vec![Part::Lit("/chutes/vllm")]).json(body).once(),
        )
    }

    /// Deploy an image model from the diffusion template. The public server has switched it off and always answers 403
    /// `Easy deployment is currently disabled!`.
    ///
    /// `POST /chutes/diffusion`; sent once, never retried
    ///
    /// # Errors
    /// Statuses of the server: 401, 403, 422.
    pub fn deploy_diffusion(&self, body: &DiffusionChuteArgs) -> Pending<Answer<Chute>> {
        self.client.perform(
            Call::op("chutes.deploy_diffusion", "deployDiffusionChute", Method::POST, vec![Part::Lit("/chutes/diffusion")])
                .json(body)
                .once(),
        )
    }

    /// Get the attestation of all instances of a trusted chute. `report_data` of each quote is SHA-256 over the nonce
    /// and the public key of the instance. A chute that is not trusted, or was deployed with a CDK older than 0.6.0, is
    /// a 400. All users together may ask 60 times a minute, the evidence of single instances included (429).
    ///
    /// `GET /chutes/{chute_id_or_name}/evidence`
    ///
    /// # Errors
    /// Statuses of the server: 400, 401, 404, 422, 429, 502.
    pub fn evidence(&self, chute_id_or_name: impl Into<String>, nonce: impl Into<String>) -> Pending<Answer<ChuteEvidence>> {
        self.client.perform(
            Call::op(
                "chutes.evidence",
                "getChuteEvidence",
                Method::GET,
                vec![
                    Part::Lit("/chutes/"),
                    Part::Param { name: "chute_id_or_name", value: Into::<String>::into(chute_id_or_name), keep_slash: true },
                    Part::Lit("/evidence"),
                ],
            )
            .query("nonce", &Some(Into::<String>::into(nonce)))
            .purpose("chutes"),
        )
    }
}
