// Generated from openapi/chutes.yaml. Do not edit; run `make gen`.

//! Types of the wire. Answers keep unknown fields and free JSON as text; enums and unions are open; null is absent.
use crate::json::Json;
use crate::multipart::{Upload, multipart};
use crate::values::{Patch, Timestamp, model, open_enum, union};
use serde_json::Value;
use std::collections::BTreeMap;

open_enum! {
    /// The standard template that a chute was made from.
    pub enum ChuteTemplate {
        Vllm = "vllm",
        Diffusion = "diffusion",
        Tei = "tei",
        Embedding = "embedding",
        Other = "other",
    }
}

open_enum! {
    /// Format of a table.
    pub enum MinerMeansFormat {
        Json = "json",
        Csv = "csv",
    }
}

model! {
    /// A deployed program with its endpoints.
    #[non_exhaustive]
    pub struct Chute {
        /// Id (a UUID).
        chute_id: String,
        /// Name, unique in the account; may hold slashes.
        name: String,
        /// First label of its host name. Never compute it; it may carry a random suffix.
        slug: Option<String>,
        /// One line about it.
        tagline: Option<String>,
        /// Text about it in Markdown.
        readme: Option<String>,
        /// Text for models that use it as a tool.
        tool_description: Option<String>,
        /// Whether everybody can see and call it.
        public: Option<bool>,
        /// Id of the deployed version.
        version: Option<String>,
        /// Its template, if it was made from one.
        standard_template: Option<ChuteTemplate>,
        /// Its endpoints; null in lists.
        cords: Vec<Cord>,
        /// Its jobs.
        jobs: Vec<Job>,
        /// Key into `cord_refs` of the page.
        cord_ref_id: Option<String>,
        /// `created_at`.
        created_at: Option<Timestamp>,
        /// `updated_at`.
        updated_at: Option<Timestamp>,
        /// The container image.
        image: Option<ContainerImage>,
        /// The owner.
        user: Option<User>,
        /// GPU names it may run on.
        supported_gpus: Vec<String>,
        /// The hardware asked for.
        node_selector: Option<NodeSelector>,
        /// Calls in all.
        invocation_count: Option<i64>,
        /// What it costs now.
        current_estimated_price: Option<PriceEstimate>,
        /// Running copies.
        instances: Vec<ChuteInstance>,
        /// `logo_id`.
        logo_id: Option<String>,
        /// Address of the logo.
        logo: Option<String>,
        /// Whether it is listed on OpenRouter.
        openrouter: Option<bool>,
        /// CDK version it was built with.
        chutes_version: Option<String>,
        /// Commit of the model repository.
        revision: Option<String>,
        /// Calls per instance at the same time.
        concurrency: Option<i64>,
        /// Factor on the reward of the miners.
        boost: Option<f64>,
        /// Most instances at the same time.
        max_instances: Option<i64>,
        /// Busy ratio, 0 to 1, that starts another instance.
        scaling_threshold: Option<f64>,
        /// Idle seconds until an instance stops.
        shutdown_after_seconds: Option<i64>,
        /// `preemptible`.
        preemptible: Option<bool>,
        /// Whether it may open connections to the outside.
        allow_external_egress: Option<bool>,
        /// Whether it runs in a trusted execution environment.
        tee: Option<bool>,
        /// `lock_modules`.
        lock_modules: Option<bool>,
        /// `effective_compute_multiplier`.
        effective_compute_multiplier: Option<f64>,
        /// `compute_multiplier_factors`.
        compute_multiplier_factors: Option<BTreeMap<String, f64>>,
        /// Open bounty.
        bounty: Option<i64>,
        /// Whether an active and verified instance exists.
        hot: Option<bool>,
    }
}

model! {
    /// One endpoint of a chute.
    pub struct Cord {
        /// HTTP method inside the chute.
        method: String,
        /// Path inside the chute.
        path: String,
        /// Name of the Python function.
        function: String,
        /// Whether it streams.
        stream: Option<bool>,
        /// Whether it forwards to a server inside the chute.
        passthrough: Option<bool>,
        /// Path on the host of the chute; segments of a-z, 0-9, `_` and `-` that begin with a letter.
        public_api_path: Option<String>,
        /// Method on the host of the chute.
        public_api_method: Option<CordMethod>,
        /// JSON Schema of the arguments.
        input_schema: Option<Json>,
        /// JSON Schema of the arguments that matter most.
        minimal_input_schema: Option<Json>,
        /// JSON Schema of the result.
        output_schema: Option<Json>,
        /// Media type of the result, such as `image/jpeg`; the answer's own header wins.
        output_content_type: Option<String>,
    }
}

open_enum! {
    /// Method of a public endpoint.
    pub enum CordMethod {
        Get = "GET",
        Post = "POST",
    }
}

model! {
    /// A long-running task of a chute.
    pub struct Job {
        /// `name`.
        name: String,
        /// Whether it hands out files.
        upload: Option<bool>,
        /// Seconds until it is stopped.
        timeout: Option<i64>,
        /// Ports it opens.
        ports: Option<Vec<JobPort>>,
        /// Disk in GB.
        disk_gb: Option<i64>,
    }
}

model! {
    /// A port that a job opens.
    pub struct JobPort {
        /// `name`.
        name: String,
        /// 2202, or 8002 to 65535.
        port: Option<i64>,
        /// `proto`.
        proto: Option<PortProtocol>,
        /// Whether it is the default port.
        default: Option<bool>,
    }
}

open_enum! {
    /// Protocol of a port.
    pub enum PortProtocol {
        Tcp = "tcp",
        Udp = "udp",
        Http = "http",
    }
}

model! {
    /// The hardware that a chute asks for.
    pub struct NodeSelector {
        /// GPUs per instance.
        gpu_count: Option<i64>,
        /// Least memory of each GPU in GB.
        min_vram_gb_per_gpu: Option<i64>,
        /// Highest price of a GPU in USD per hour.
        max_hourly_price_per_gpu: Option<f64>,
        /// Only these GPUs.
        include: Option<Vec<String>>,
        /// Not these GPUs; at most five when deploying.
        exclude: Option<Vec<String>>,
        /// `dynamic`.
        dynamic: Option<bool>,
        /// Price factor of this hardware.
        compute_multiplier: Option<f64>,
        /// GPUs that match.
        supported_gpus: Option<Vec<String>>,
    }
}

model! {
    /// A running copy of a chute.
    #[non_exhaustive]
    pub struct ChuteInstance {
        /// `instance_id`.
        instance_id: String,
        /// `region`.
        region: Option<String>,
        /// Whether it takes calls.
        active: Option<bool>,
        /// Whether the platform has checked it.
        verified: Option<bool>,
        /// `last_verified_at`.
        last_verified_at: Option<Timestamp>,
    }
}

model! {
    /// What a chute costs; which fields are set depends on its template.
    #[non_exhaustive]
    pub struct PriceEstimate {
        /// Language models.
        per_million_tokens: Option<TokenPrices>,
        /// Image models.
        per_step: Option<Money>,
        /// Per call.
        per_request: Option<Money>,
        /// Running time in USD.
        usd: Option<TimePrice>,
        /// Running time in TAO.
        tao: Option<TimePrice>,
        /// Private chutes.
        hourly_price_range: Option<HourlyPriceRange>,
    }
}

model! {
    /// Prices of a million tokens.
    #[non_exhaustive]
    pub struct TokenPrices {
        /// `input`.
        input: Option<Money>,
        /// `output`.
        output: Option<Money>,
        /// Input found in the cache.
        input_cache_read: Option<Money>,
    }
}

model! {
    /// An amount in both currencies.
    #[non_exhaustive]
    pub struct Money {
        /// `usd`.
        usd: Option<f64>,
        /// `tao`.
        tao: Option<f64>,
    }
}

model! {
    /// Price of running time in one currency.
    #[non_exhaustive]
    pub struct TimePrice {
        /// `hour`.
        hour: Option<f64>,
        /// `second`.
        second: Option<f64>,
    }
}

model! {
    /// Lowest and highest price of an hour.
    #[non_exhaustive]
    pub struct HourlyPriceRange {
        /// `usd`.
        usd: Option<PriceRange>,
        /// `tao`.
        tao: Option<PriceRange>,
    }
}

model! {
    /// Lowest and highest price.
    #[non_exhaustive]
    pub struct PriceRange {
        /// `min`.
        min: Option<f64>,
        /// `max`.
        max: Option<f64>,
    }
}

model! {
    /// A container image that chutes run in.
    #[non_exhaustive]
    pub struct ContainerImage {
        /// `image_id`.
        image_id: String,
        /// Id of the owner; only in the answer to an upload, which has no `user`.
        user_id: Option<String>,
        /// `name`.
        name: Option<String>,
        /// `tag`.
        tag: Option<String>,
        /// `readme`.
        readme: Option<String>,
        /// `public`.
        public: Option<bool>,
        /// `pending build`, `building`, `built and pushed`, or `error: ` and a reason.
        status: Option<String>,
        /// `created_at`.
        created_at: Option<Timestamp>,
        /// `build_started_at`.
        build_started_at: Option<Timestamp>,
        /// `build_completed_at`.
        build_completed_at: Option<Timestamp>,
        /// The owner.
        user: Option<User>,
        /// `logo_id`.
        logo_id: Option<String>,
        /// Address of the logo; the server of 2026-05 leaves a slash out, so prefer `logo_id`.
        logo: Option<String>,
        /// `patch_version`.
        patch_version: Option<String>,
        /// CDK version.
        chutes_version: Option<String>,
    }
}

model! {
    /// A chute to deploy.
    pub struct ChuteArgs {
        /// Name, unique in the account without regard to case.
        name: String,
        /// Id of the image, or `user/name:tag`.
        image: String,
        /// Must be false for accounts without the permission.
        public: Option<bool>,
        /// Python source.
        code: String,
        /// File name of the source.
        filename: String,
        /// `module:variable` of the chute object.
        ref_str: String,
        /// Hardware.
        node_selector: NodeSelector,
        /// Template, if any.
        standard_template: Patch<ChuteTemplate>,
        /// One line about it.
        tagline: Patch<String>,
        /// Text about it in Markdown.
        readme: Patch<String>,
        /// Text for models that use it as a tool.
        tool_description: Patch<String>,
        /// `logo_id`.
        logo_id: Patch<String>,
        /// Endpoints. A chute has cords or jobs.
        cords: Patch<Vec<Cord>>,
        /// Jobs. A chute has cords or jobs.
        jobs: Patch<Vec<Job>>,
        /// Calls per instance at the same time.
        concurrency: Patch<i64>,
        /// Commit of the model repository; required for the vLLM template.
        revision: Patch<String>,
        /// Most instances at the same time.
        max_instances: Patch<i64>,
        /// Busy ratio that starts another instance.
        scaling_threshold: Patch<f64>,
        /// Idle seconds until an instance stops.
        shutdown_after_seconds: Patch<i64>,
        /// Let it open connections to the outside.
        allow_external_egress: Patch<bool>,
        /// Encrypt its file system.
        encrypted_fs: Patch<bool>,
        /// Run in a trusted execution environment. Must be true since 2026-05-12.
        tee: Patch<bool>,
        /// Forbid imports of other modules; forced for standard templates.
        lock_modules: Patch<bool>,
        /// Replace instances of the last version one by one.
        use_rolling_update: Patch<bool>,
    }
}

model! {
    /// Changes of a chute. What is left out stays as it is.
    pub struct ChuteUpdateArgs {
        /// One line about it.
        tagline: Patch<String>,
        /// Text about it in Markdown.
        readme: Patch<String>,
        /// Text for models that use it as a tool.
        tool_description: Patch<String>,
        /// `logo_id`.
        logo_id: Patch<String>,
        /// Most instances at the same time.
        max_instances: Patch<i64>,
        /// Busy ratio that starts another instance.
        scaling_threshold: Patch<f64>,
        /// Idle seconds until an instance stops. The server of 2026-05 accepts and ignores it.
        shutdown_after_seconds: Patch<i64>,
        /// True stops a chute: the instances of a private one are killed.
        disabled: Patch<bool>,
    }
}

model! {
    /// Confirmation of a deletion.
    #[non_exhaustive]
    pub struct ChuteDeletion {
        /// `chute_id`.
        chute_id: String,
        /// `deleted`.
        deleted: Option<bool>,
    }
}

open_enum! {
    /// Whether a chute can take calls.
    pub enum WarmupState {
        Cold = "cold",
        Hot = "hot",
    }
}

model! {
    /// One event of a warm-up.
    #[non_exhaustive]
    pub struct WarmupEvent {
        /// `status`.
        status: Option<WarmupState>,
        /// A line for people.
        log: Option<String>,
    }
}

model! {
    /// What miners get for starting the chute.
    #[non_exhaustive]
    pub struct WarmupBounty {
        /// `amount`.
        amount: Option<i64>,
        /// Factor on the amount.
        boost: Option<f64>,
        /// Since it was opened.
        age_seconds: Option<i64>,
        /// Unix seconds.
        created_at: Option<f64>,
    }
}

model! {
    /// The state of a chute at one moment.
    #[non_exhaustive]
    pub struct WarmupStatus {
        /// `chute_id`.
        chute_id: Option<String>,
        /// `status`.
        status: Option<WarmupState>,
        /// `instance_count`.
        instance_count: Option<i64>,
        /// The bounty that is open for it.
        bounty: Option<WarmupBounty>,
        /// `instances`.
        instances: Vec<WarmupInstance>,
    }
}

model! {
    /// A copy of a chute that runs or starts.
    #[non_exhaustive]
    pub struct WarmupInstance {
        /// `instance_id`.
        instance_id: Option<String>,
        /// `active`.
        active: Option<bool>,
        /// `gpu_count`.
        gpu_count: Option<i64>,
        /// `gpu_model_name`.
        gpu_model_name: Option<String>,
    }
}

model! {
    /// A chute and a user to share it with.
    pub struct ShareArgs {
        /// Your chute.
        chute_id_or_name: String,
        /// The other user.
        user_id_or_name: String,
    }
}

model! {
    /// What the server did.
    #[non_exhaustive]
    pub struct ShareResult {
        /// A sentence for people.
        status: Option<String>,
    }
}

model! {
    /// A chute with a boost.
    #[non_exhaustive]
    pub struct BoostedChute {
        /// `chute_id`.
        chute_id: String,
        /// `name`.
        name: Option<String>,
        /// Factor on the reward of the miners.
        boost: Option<f64>,
        /// Factor set by hand, if any.
        manual_boost: Option<f64>,
    }
}

model! {
    /// An affine chute whose owner can pay for it.
    #[non_exhaustive]
    pub struct AffineChute {
        /// `chute_id`.
        chute_id: String,
        /// `user_id`.
        user_id: Option<String>,
        /// `name`.
        name: Option<String>,
        /// `hotkey`.
        hotkey: Option<String>,
        /// `has_active_instance`.
        has_active_instance: Option<bool>,
    }
}

model! {
    /// An update that replaces instances one by one.
    #[non_exhaustive]
    pub struct RollingUpdate {
        /// `chute_id`.
        chute_id: String,
        /// `old_version`.
        old_version: Option<String>,
        /// `new_version`.
        new_version: Option<String>,
        /// `started_at`.
        started_at: Option<Timestamp>,
        /// Replacements still allowed by miner.
        permitted: Option<Json>,
    }
}

model! {
    /// GPUs that a chute asked for.
    #[non_exhaustive]
    pub struct GpuCount {
        /// `chute_id`.
        chute_id: String,
        /// `gpu_count`.
        gpu_count: Option<i64>,
    }
}

model! {
    /// How busy a chute is. Ratios are 0 to 1; `_5m`, `_15m` and `_1h` are the last 5 and 15 minutes and the last hour.
    #[non_exhaustive]
    pub struct ChuteUtilization {
        /// `chute_id`.
        chute_id: String,
        /// `[private chute]` for private ones.
        name: Option<String>,
        /// `timestamp`.
        timestamp: Option<Timestamp>,
        /// `utilization_current`.
        utilization_current: Option<f64>,
        /// `utilization_5m`.
        utilization_5m: Option<f64>,
        /// `utilization_15m`.
        utilization_15m: Option<f64>,
        /// `utilization_1h`.
        utilization_1h: Option<f64>,
        /// `rate_limit_ratio_5m`.
        rate_limit_ratio_5m: Option<f64>,
        /// `rate_limit_ratio_15m`.
        rate_limit_ratio_15m: Option<f64>,
        /// `rate_limit_ratio_1h`.
        rate_limit_ratio_1h: Option<f64>,
        /// `total_requests_5m`.
        total_requests_5m: Option<f64>,
        /// `total_requests_15m`.
        total_requests_15m: Option<f64>,
        /// `total_requests_1h`.
        total_requests_1h: Option<f64>,
        /// `completed_requests_5m`.
        completed_requests_5m: Option<f64>,
        /// `completed_requests_15m`.
        completed_requests_15m: Option<f64>,
        /// `completed_requests_1h`.
        completed_requests_1h: Option<f64>,
        /// `rate_limited_requests_5m`.
        rate_limited_requests_5m: Option<f64>,
        /// `rate_limited_requests_15m`.
        rate_limited_requests_15m: Option<f64>,
        /// `rate_limited_requests_1h`.
        rate_limited_requests_1h: Option<f64>,
        /// Instances at the time of the log.
        instance_count: Option<i64>,
        /// What the scaler did last.
        action_taken: Option<String>,
        /// Instances that the scaler wants.
        target_count: Option<i64>,
        /// `effective_multiplier`.
        effective_multiplier: Option<f64>,
        /// Instances now.
        total_instance_count: Option<i64>,
        /// Instances now that take calls.
        active_instance_count: Option<i64>,
        /// `scalable`.
        scalable: Option<bool>,
        /// `scale_allowance`.
        scale_allowance: Option<i64>,
        /// `avg_busy_ratio`.
        avg_busy_ratio: Option<f64>,
        /// `total_invocations`.
        total_invocations: Option<f64>,
        /// `total_rate_limit_errors`.
        total_rate_limit_errors: Option<f64>,
    }
}

model! {
    /// Mean speed of one instance of a miner.
    #[non_exhaustive]
    pub struct MinerMean {
        /// `miner_hotkey`.
        miner_hotkey: Option<String>,
        /// `instance_id`.
        instance_id: Option<String>,
        /// Tokens per second.
        avg_tps: Option<f64>,
        /// Tokens per answer.
        avg_output_tokens: Option<f64>,
    }
}

model! {
    /// A language model to deploy from the vLLM template.
    pub struct VllmChuteArgs {
        /// Name of the model repository.
        model: String,
        /// `logo_id`.
        logo_id: Patch<String>,
        /// One line about it.
        tagline: Patch<String>,
        /// Text for models that use it as a tool.
        tool_description: Patch<String>,
        /// Text about it in Markdown.
        readme: Patch<String>,
        /// `public`.
        public: Patch<bool>,
        /// Hardware.
        node_selector: Patch<NodeSelector>,
        /// Settings of the engine.
        engine_args: Patch<VllmEngineArgs>,
        /// Commit of the model repository.
        revision: Patch<String>,
        /// Calls per instance at the same time.
        concurrency: Patch<i64>,
    }
}

model! {
    /// Settings of the vLLM engine.
    pub struct VllmEngineArgs {
        /// Name of the tokenizer.
        tokenizer: Patch<String>,
        /// Longest context in tokens.
        max_model_len: Patch<i64>,
        /// `enforce_eager`.
        enforce_eager: Patch<bool>,
        /// `trust_remote_code`.
        trust_remote_code: Patch<bool>,
    }
}

model! {
    /// An image model to deploy from the diffusion template.
    pub struct DiffusionChuteArgs {
        /// Name of the model repository.
        model: String,
        /// Name of the chute.
        name: String,
        /// `logo_id`.
        logo_id: Patch<String>,
        /// One line about it.
        tagline: Patch<String>,
        /// Text for models that use it as a tool.
        tool_description: Patch<String>,
        /// Text about it in Markdown.
        readme: Patch<String>,
        /// `public`.
        public: Patch<bool>,
        /// Hardware.
        node_selector: Patch<NodeSelector>,
        /// Calls per instance at the same time.
        concurrency: Patch<i64>,
    }
}

model! {
    /// A reward for starting a chute.
    #[non_exhaustive]
    pub struct Bounty {
        /// `chute_id`.
        chute_id: String,
        /// `bounty_amount`.
        bounty_amount: Option<i64>,
        /// Age in seconds.
        seconds_elapsed: Option<f64>,
        /// Seconds until it ends.
        time_remaining: Option<f64>,
        /// Unix time in seconds.
        created_at: Option<f64>,
    }
}

model! {
    /// What everybody sees of an account.
    #[non_exhaustive]
    pub struct User {
        /// `user_id`.
        user_id: Option<String>,
        /// `username`.
        username: Option<String>,
        /// `created_at`.
        created_at: Option<Timestamp>,
        /// `logo_id`.
        logo_id: Option<String>,
        /// Address of the logo.
        logo: Option<String>,
    }
}

model! {
    /// Your own account.
    #[non_exhaustive]
    pub struct Account {
        /// `user_id`.
        user_id: String,
        /// `username`.
        username: Option<String>,
        /// `created_at`.
        created_at: Option<Timestamp>,
        /// `logo_id`.
        logo_id: Option<String>,
        /// Address of the logo.
        logo: Option<String>,
        /// Address of the signing key.
        hotkey: Option<String>,
        /// Address of the owner's key.
        coldkey: Option<String>,
        /// Address that tops up the balance in TAO.
        payment_address: Option<String>,
        /// `permissions_bitmask`.
        permissions_bitmask: Option<i64>,
        /// `permissions`.
        permissions: Vec<String>,
        /// In USD.
        balance: Option<f64>,
        /// `netuids`.
        netuids: Vec<i64>,
        /// Quotas as the server keeps them.
        quotas: Vec<Json>,
    }
}

multipart! {
    /// What an image is built from. The server wants every part.
    pub struct ContainerImageArgs {
        /// Unused by the server; the CDK sends false and follows the log.
        wait ("wait"): Option<bool>,
        /// Zip file with everything that the Dockerfile copies.
        #[serde(skip)]
        build_context ("build_context"): Upload,
        /// Your own name; another one is a 401.
        username ("username"): String,
        /// Name of the image.
        name ("name"): String,
        /// Text about it in Markdown.
        readme ("readme"): String,
        /// Id of a logo, or `__none__`.
        logo_id ("logo_id"): String,
        /// Tag of the image.
        tag ("tag"): String,
        /// Text of the Dockerfile.
        dockerfile ("dockerfile"): String,
        /// The CDK's own image object as a base64 Python pickle; the server only stores it.
        image ("image"): String,
        /// Whether everybody may use it.
        public ("public"): Option<bool>,
    }
}

model! {
    /// What was deleted.
    #[non_exhaustive]
    pub struct ContainerImageDeletion {
        /// `image_id`.
        image_id: Option<String>,
        /// `deleted`.
        deleted: Option<bool>,
    }
}

model! {
    /// One record of a build log.
    #[non_exhaustive]
    pub struct BuildLogEvent {
        /// Where it comes from, such as `stdout` or `stderr`; null in a plain text log.
        log_type: Option<String>,
        /// The text.
        log: Option<String>,
        /// Where to go on after it; null in a plain text log.
        offset: Option<String>,
    }
}

model! {
    /// What was deleted.
    #[non_exhaustive]
    pub struct AccountDeletion {
        /// `deleted`.
        deleted: Option<bool>,
    }
}

union! {
    /// Quotas in one of two forms.
    pub enum Quotas {
        /// `rows`.
        Rows(Vec<Quota>),
        /// `defaults`.
        Defaults(BTreeMap<String, i64>),
    }
}

union! {
    /// A number of calls a day, or the word `unlimited`.
    pub enum QuotaLimit {
        /// `count`.
        Count(i64),
        /// `word`.
        Word(String),
    }
}

model! {
    /// One quota.
    #[non_exhaustive]
    pub struct Quota {
        /// `user_id`.
        user_id: Option<String>,
        /// Id of a chute, or `*` for all others.
        chute_id: Option<String>,
        /// `is_default`.
        is_default: Option<bool>,
        /// `payment_refresh_date`.
        payment_refresh_date: Option<Timestamp>,
        /// `effective_date`.
        effective_date: Option<Timestamp>,
        /// `updated_at`.
        updated_at: Option<Timestamp>,
        /// Calls a day.
        quota: Option<i64>,
    }
}

model! {
    /// How much of a quota is used today.
    #[non_exhaustive]
    pub struct QuotaUsage {
        /// Calls a day.
        quota: Option<QuotaLimit>,
        /// Calls made; a repeat counts as a fraction.
        used: Option<f64>,
    }
}

model! {
    /// How much of a subscription is used; `subscription` false and nothing else without one.
    #[non_exhaustive]
    pub struct SubscriptionUsage {
        /// Whether there is one.
        subscription: Option<bool>,
        /// `custom`.
        custom: Option<bool>,
        /// USD.
        monthly_price: Option<f64>,
        /// `anchor_date`.
        anchor_date: Option<Timestamp>,
        /// `effective_date`.
        effective_date: Option<Timestamp>,
        /// `updated_at`.
        updated_at: Option<Timestamp>,
        /// Of the current four hours.
        four_hour: Option<SubscriptionWindow>,
        /// Of the current month.
        monthly: Option<SubscriptionWindow>,
    }
}

model! {
    /// One window of a subscription.
    #[non_exhaustive]
    pub struct SubscriptionWindow {
        /// USD.
        usage: Option<f64>,
        /// USD.
        cap: Option<f64>,
        /// USD.
        remaining: Option<f64>,
        /// `reset_at`.
        reset_at: Option<Timestamp>,
        /// True where there is no cap, and then the rest is absent.
        uncapped: Option<bool>,
    }
}

model! {
    /// A discount for one chute.
    #[non_exhaustive]
    pub struct Discount {
        /// `user_id`.
        user_id: Option<String>,
        /// `chute_id`.
        chute_id: Option<String>,
        /// Fraction, 0 to 1.
        discount: Option<f64>,
    }
}

model! {
    /// A price that was agreed, in USD.
    #[non_exhaustive]
    pub struct PriceOverride {
        /// `user_id`.
        user_id: Option<String>,
        /// `chute_id`.
        chute_id: Option<String>,
        /// `per_request`.
        per_request: Option<f64>,
        /// `per_million_in`.
        per_million_in: Option<f64>,
        /// `per_million_out`.
        per_million_out: Option<f64>,
        /// `per_step`.
        per_step: Option<f64>,
        /// `cache_discount`.
        cache_discount: Option<f64>,
    }
}

model! {
    /// One hour of usage.
    #[non_exhaustive]
    pub struct UsageBucket {
        /// Begin of the hour.
        bucket: Option<Timestamp>,
        /// USD.
        amount: Option<f64>,
        /// Calls.
        count: Option<i64>,
        /// `input_tokens`.
        input_tokens: Option<i64>,
        /// `output_tokens`.
        output_tokens: Option<i64>,
        /// With `per_chute` only.
        chute_id: Option<String>,
    }
}

model! {
    /// A chute that is shared.
    #[non_exhaustive]
    pub struct ChuteShare {
        /// `chute_id`.
        chute_id: Option<String>,
        /// Id of the owner.
        shared_by: Option<String>,
        /// Id of the other account.
        shared_to: Option<String>,
        /// `shared_at`.
        shared_at: Option<Timestamp>,
    }
}

model! {
    /// Where to and how much.
    pub struct BalanceTransferArgs {
        /// Id or name of the account that receives.
        user_id: String,
        /// USD.
        amount: Patch<f64>,
    }
}

model! {
    /// What was moved, in USD.
    #[non_exhaustive]
    pub struct BalanceTransfer {
        /// `transferred`.
        transferred: Option<f64>,
        /// `from_user`.
        from_user: Option<String>,
        /// `to_user`.
        to_user: Option<String>,
        /// `from_balance`.
        from_balance: Option<f64>,
        /// `to_balance`.
        to_balance: Option<f64>,
        /// `debit_event_id`.
        debit_event_id: Option<String>,
        /// `credit_event_id`.
        credit_event_id: Option<String>,
    }
}

model! {
    /// New accounts of one day.
    #[non_exhaustive]
    pub struct UserGrowth {
        /// `date`.
        date: Option<String>,
        /// `daily_count`.
        daily_count: Option<i64>,
        /// `cumulative_count`.
        cumulative_count: Option<i64>,
    }
}

model! {
    /// A nonce to sign.
    #[non_exhaustive]
    pub struct LoginNonce {
        /// `nonce`.
        nonce: String,
        /// Seconds.
        expires_in: Option<i64>,
    }
}

model! {
    /// Either `fingerprint`, or the other three.
    pub struct LoginArgs {
        /// `fingerprint`.
        fingerprint: Option<String>,
        /// Address.
        hotkey: Option<String>,
        /// Hexadecimal.
        signature: Option<String>,
        /// `nonce`.
        nonce: Option<String>,
    }
}

model! {
    /// A token that stands for the account.
    #[non_exhaustive]
    pub struct LoginToken {
        /// `token`.
        token: String,
    }
}

model! {
    /// The new fingerprint.
    pub struct FingerprintArgs {
        /// `fingerprint`.
        fingerprint: String,
    }
}

model! {
    /// The new keys; at least one, otherwise the server answers 400.
    pub struct WalletKeysArgs {
        /// Address of the new signing key; one that another account has is a 409.
        hotkey: Option<String>,
        /// Address of the owner's new key.
        coldkey: Option<String>,
    }
}

model! {
    /// Whether a name can be had.
    #[non_exhaustive]
    pub struct UsernameCheck {
        /// `valid`.
        valid: Option<bool>,
        /// `available`.
        available: Option<bool>,
    }
}

model! {
    /// A sentence about what was done.
    #[non_exhaustive]
    pub struct StatusMessage {
        /// `status`.
        status: Option<String>,
    }
}

model! {
    /// A new account.
    pub struct RegistrationArgs {
        /// `username`.
        username: String,
        /// Address of the owner's key.
        coldkey: String,
        /// `logo_id`.
        logo_id: Patch<String>,
    }
}

model! {
    /// A new account.
    #[non_exhaustive]
    pub struct Registration {
        /// `user_id`.
        user_id: String,
        /// `username`.
        username: Option<String>,
        /// `logo_id`.
        logo_id: Option<String>,
        /// `logo`.
        logo: Option<String>,
        /// `created_at`.
        created_at: Option<Timestamp>,
        /// `hotkey`.
        hotkey: Option<String>,
        /// `coldkey`.
        coldkey: Option<String>,
        /// Address that tops up the balance in TAO.
        payment_address: Option<String>,
        /// Secret; shown this once.
        fingerprint: Option<String>,
        /// A first key; its secret is shown this once.
        api_key: Option<ApiKeyCreation>,
    }
}

model! {
    /// A new account without a browser.
    pub struct AgentRegistrationArgs {
        /// Address of the signing key.
        hotkey: String,
        /// Address of the owner's key.
        coldkey: String,
        /// Hexadecimal, by the hotkey; here a leading 0x is allowed.
        signature: String,
        /// Name of the account.
        username: Patch<String>,
    }
}

model! {
    /// What to pay for the account.
    #[non_exhaustive]
    pub struct AgentRegistration {
        /// `registration_id`.
        registration_id: Option<String>,
        /// `user_id`.
        user_id: Option<String>,
        /// `hotkey`.
        hotkey: Option<String>,
        /// `coldkey`.
        coldkey: Option<String>,
        /// `payment_address`.
        payment_address: Option<String>,
        /// TAO.
        required_amount: Option<f64>,
        /// `message`.
        message: Option<String>,
    }
}

model! {
    /// How far a registration is.
    #[non_exhaustive]
    pub struct AgentRegistrationStatus {
        /// `registration_id`.
        registration_id: Option<String>,
        /// `user_id`.
        user_id: Option<String>,
        /// `hotkey`.
        hotkey: Option<String>,
        /// `coldkey`.
        coldkey: Option<String>,
        /// `payment_address`.
        payment_address: Option<String>,
        /// TAO.
        received_amount: Option<f64>,
        /// TAO.
        required_amount: Option<f64>,
        /// `status`.
        status: Option<AgentRegistrationState>,
        /// `message`.
        message: Option<String>,
    }
}

open_enum! {
    /// How far a registration is.
    pub enum AgentRegistrationState {
        PendingPayment = "pending_payment",
        Completed = "completed",
        Expired = "expired",
    }
}

model! {
    /// Proof that the account is yours.
    pub struct AgentSetupArgs {
        /// `hotkey`.
        hotkey: String,
        /// Hexadecimal.
        signature: String,
    }
}

model! {
    /// How to use the new account.
    #[non_exhaustive]
    pub struct AgentSetup {
        /// `user_id`.
        user_id: Option<String>,
        /// Secret; shown this once.
        api_key: Option<String>,
        /// `hotkey_ss58address`.
        hotkey_ss58address: Option<String>,
        /// `payment_address`.
        payment_address: Option<String>,
        /// `username`.
        username: Option<String>,
        /// Text of a configuration file of the CDK.
        config_ini: Option<String>,
        /// `setup_instructions`.
        setup_instructions: Option<String>,
    }
}

model! {
    /// A new key.
    pub struct ApiKeyArgs {
        /// Whether it may do everything.
        admin: Option<bool>,
        /// 1 to 24 letters, digits, spaces and `$ . _ -`; unique in the account.
        name: String,
        /// What it may do if it is not administrative.
        scopes: Patch<Vec<ApiKeyScopeArgs>>,
    }
}

model! {
    /// One thing that a key may do.
    pub struct ApiKeyScopeArgs {
        /// `object_type`.
        object_type: Option<ApiKeyObject>,
        /// One object only; null for all of the type.
        object_id: Patch<String>,
        /// Null for all.
        action: Patch<ApiKeyAction>,
    }
}

open_enum! {
    /// What a scope is about.
    pub enum ApiKeyObject {
        Images = "images",
        Chutes = "chutes",
        Invocations = "invocations",
    }
}

open_enum! {
    /// What a scope allows.
    pub enum ApiKeyAction {
        Read = "read",
        Write = "write",
        Delete = "delete",
        Invoke = "invoke",
    }
}

model! {
    /// An API key, without its secret.
    #[non_exhaustive]
    pub struct ApiKey {
        /// `api_key_id`.
        api_key_id: String,
        /// `user_id`.
        user_id: Option<String>,
        /// `admin`.
        admin: Option<bool>,
        /// `name`.
        name: Option<String>,
        /// `created_at`.
        created_at: Option<Timestamp>,
        /// `last_used_at`.
        last_used_at: Option<Timestamp>,
        /// `scopes`.
        scopes: Vec<ApiKeyScope>,
    }
}

model! {
    /// A new API key.
    #[non_exhaustive]
    pub struct ApiKeyCreation {
        /// `api_key_id`.
        api_key_id: String,
        /// `user_id`.
        user_id: Option<String>,
        /// `admin`.
        admin: Option<bool>,
        /// `name`.
        name: Option<String>,
        /// `created_at`.
        created_at: Option<Timestamp>,
        /// `last_used_at`.
        last_used_at: Option<Timestamp>,
        /// `scopes`.
        scopes: Vec<ApiKeyScope>,
        /// The key to send; shown this once.
        secret_key: Option<String>,
    }
}

model! {
    /// One thing that a key may do.
    #[non_exhaustive]
    pub struct ApiKeyScope {
        /// `scope_id`.
        scope_id: Option<String>,
        /// `object_type`.
        object_type: Option<String>,
        /// `object_id`.
        object_id: Option<String>,
        /// The server of 2026-05 always leaves it null, although scopes have an action.
        method: Option<String>,
    }
}

model! {
    /// What was deleted.
    #[non_exhaustive]
    pub struct ApiKeyDeletion {
        /// `api_key_id`.
        api_key_id: Option<String>,
        /// `deleted`.
        deleted: Option<bool>,
    }
}

model! {
    /// A new secret.
    pub struct SecretArgs {
        /// Id or name of one of your chutes.
        purpose: String,
        /// Name of the environment variable.
        key: String,
        /// The value, in clear.
        value: String,
    }
}

model! {
    /// A secret, without its value.
    #[non_exhaustive]
    pub struct Secret {
        /// `secret_id`.
        secret_id: String,
        /// `key`.
        key: Option<String>,
        /// Id of the chute.
        purpose: Option<String>,
        /// `created_at`.
        created_at: Option<Timestamp>,
    }
}

model! {
    /// A new secret.
    #[non_exhaustive]
    pub struct SecretCreation {
        /// `secret_id`.
        secret_id: String,
        /// `key`.
        key: Option<String>,
        /// Id of the chute.
        purpose: Option<String>,
        /// The value, encrypted.
        value: Option<String>,
        /// `user_id`.
        user_id: Option<String>,
        /// `created_at`.
        created_at: Option<Timestamp>,
    }
}

model! {
    /// What was deleted.
    #[non_exhaustive]
    pub struct SecretDeletion {
        /// `status`.
        status: Option<String>,
        /// `secret_id`.
        secret_id: Option<String>,
    }
}

model! {
    /// Attestation of a chute.
    #[non_exhaustive]
    pub struct ChuteEvidence {
        /// `evidence`.
        evidence: Vec<InstanceEvidence>,
        /// Instances that gave none.
        failed_instance_ids: Vec<String>,
    }
}

model! {
    /// Attestation of one instance.
    #[non_exhaustive]
    pub struct InstanceEvidence {
        /// TDX quote, base64.
        quote: String,
        /// Evidence of the GPUs as NVIDIA writes it.
        gpu_evidence: Vec<Json>,
        /// `instance_id`.
        instance_id: Option<String>,
        /// Of the machine, DER, base64.
        certificate: Option<String>,
    }
}

model! {
    /// One run of a job. What state it is in follows from its times, its instance and its result.
    #[non_exhaustive]
    pub struct JobRun {
        /// `job_id`.
        job_id: String,
        /// `user_id`.
        user_id: Option<String>,
        /// `chute_id`.
        chute_id: Option<String>,
        /// `version`.
        version: Option<String>,
        /// `chutes_version`.
        chutes_version: Option<String>,
        /// Name of the job.
        method: Option<String>,
        /// Where it runs.
        instance_id: Option<String>,
        /// `active`.
        active: Option<bool>,
        /// `verified`.
        verified: Option<bool>,
        /// How it ended, such as `complete` or `error`. The server of 2026-05 never sends it; see `result`.
        status: Option<String>,
        /// `last_queried_at`.
        last_queried_at: Option<Timestamp>,
        /// `created_at`.
        created_at: Option<Timestamp>,
        /// `updated_at`.
        updated_at: Option<Timestamp>,
        /// `finished_at`.
        finished_at: Option<Timestamp>,
        /// The arguments it was started with, and `_disk_gb`.
        job_args: Option<Json>,
        /// What it returned; its own.
        result: Option<Json>,
        /// Files by id.
        output_files: Option<BTreeMap<String, JobFile>>,
        /// Never filled.
        host: Option<String>,
        /// Where its ports can be reached.
        port_mappings: Vec<JobPortMapping>,
        /// `chute`.
        chute: Option<JobChute>,
        /// `instance`.
        instance: Option<ChuteInstance>,
        /// For the worker; empty for you.
        output_storage_urls: Option<BTreeMap<String, String>>,
    }
}

model! {
    /// The chute of a run.
    #[non_exhaustive]
    pub struct JobChute {
        /// `chute_id`.
        chute_id: Option<String>,
        /// `name`.
        name: Option<String>,
        /// `public`.
        public: Option<bool>,
        /// `version`.
        version: Option<String>,
        /// `slug`.
        slug: Option<String>,
        /// `chutes_version`.
        chutes_version: Option<String>,
        /// `preemptible`.
        preemptible: Option<bool>,
        /// `tee`.
        tee: Option<bool>,
        /// `image`.
        image: Option<JobImage>,
    }
}

model! {
    /// The image of a run.
    #[non_exhaustive]
    pub struct JobImage {
        /// `image_id`.
        image_id: Option<String>,
        /// `name`.
        name: Option<String>,
        /// `tag`.
        tag: Option<String>,
        /// `public`.
        public: Option<bool>,
        /// `chutes_version`.
        chutes_version: Option<String>,
        /// `patch_version`.
        patch_version: Option<String>,
    }
}

model! {
    /// What was deleted.
    #[non_exhaustive]
    pub struct JobDeletion {
        /// `deleted`.
        deleted: Option<bool>,
        /// `job_id`.
        job_id: Option<String>,
    }
}

model! {
    /// A name for a ranked list of chutes.
    #[non_exhaustive]
    pub struct ModelAlias {
        /// `alias`.
        alias: String,
        /// The first is tried first.
        chute_ids: Vec<String>,
        /// `created_at`.
        created_at: Option<Timestamp>,
        /// `updated_at`.
        updated_at: Option<Timestamp>,
    }
}

model! {
    /// A new alias.
    pub struct ModelAliasArgs {
        /// Printable ASCII, without spaces and colons; the server lowers its case.
        alias: String,
        /// The first is tried first. One that the server does not know is a 400; repeated ones count once.
        chute_ids: Vec<String>,
    }
}

multipart! {
    /// An image.
    pub struct LogoArgs {
        /// The file, with a type that begins with `image/`.
        #[serde(skip)]
        logo ("logo"): Upload,
    }
}

model! {
    /// A logo.
    #[non_exhaustive]
    pub struct Logo {
        /// `logo_id`.
        logo_id: String,
        /// Path of the image.
        path: Option<String>,
    }
}

open_enum! {
    /// Format of a logo.
    pub enum LogoFormat {
        Webp = "webp",
        Png = "png",
    }
}

model! {
    /// One line of a log.
    #[non_exhaustive]
    pub struct InstanceLogEvent {
        /// `log`.
        log: Option<String>,
    }
}

model! {
    /// The encrypted log of one instance.
    #[non_exhaustive]
    pub struct LogSession {
        /// `instance_id`.
        instance_id: Option<String>,
        /// `chute_id`.
        chute_id: Option<String>,
        /// Id of the launch.
        config_id: Option<String>,
        /// Ristretto255 key of this session, base64.
        ephemeral_pubkey: Option<String>,
        /// Where the server keeps the chunks.
        stream_key: Option<String>,
        /// Unix seconds.
        started_at: Option<f64>,
        /// `chunk_count`.
        chunk_count: Option<i64>,
    }
}

model! {
    /// The chunks of one log.
    #[non_exhaustive]
    pub struct LogChunks {
        /// `instance_id`.
        instance_id: Option<String>,
        /// `chute_id`.
        chute_id: Option<String>,
        /// Base64.
        chunks: Vec<String>,
    }
}

model! {
    /// Instances that take encrypted calls.
    #[non_exhaustive]
    pub struct E2eInstances {
        /// `instances`.
        instances: Vec<E2eInstance>,
        /// Seconds.
        nonce_expires_in: Option<i64>,
        /// Unix seconds.
        nonce_expires_at: Option<i64>,
    }
}

model! {
    /// One instance.
    #[non_exhaustive]
    pub struct E2eInstance {
        /// `instance_id`.
        instance_id: Option<String>,
        /// ML-KEM-768 key, base64.
        e2e_pubkey: Option<String>,
        /// `nonces`.
        nonces: Vec<String>,
    }
}

model! {
    /// One event of an encrypted stream.
    #[non_exhaustive]
    pub struct E2eEvent {
        /// Base64, first event.
        e2e_init: Option<String>,
        /// Base64, one chunk.
        e2e: Option<String>,
        /// What failed, in clear and in any form.
        e2e_error: Option<Json>,
        /// In clear, and unauthenticated.
        usage: Option<Json>,
    }
}

model! {
    /// Prices of the platform.
    #[non_exhaustive]
    pub struct Pricing {
        /// One TAO in USD.
        tao_usd: Option<f64>,
        /// `compute_unit_estimate`.
        compute_unit_estimate: Option<ComputeUnitPrice>,
        /// By GPU.
        gpu_price_estimates: Option<BTreeMap<String, GpuPrice>>,
    }
}

model! {
    /// Price of a compute unit.
    #[non_exhaustive]
    pub struct ComputeUnitPrice {
        /// `usd`.
        usd: Option<f64>,
        /// `tao`.
        tao: Option<f64>,
        /// `description`.
        description: Option<String>,
    }
}

model! {
    /// Price of one GPU.
    #[non_exhaustive]
    pub struct GpuPrice {
        /// `usd`.
        usd: Option<RatePrice>,
        /// `tao`.
        tao: Option<RatePrice>,
    }
}

model! {
    /// A price for time.
    #[non_exhaustive]
    pub struct RatePrice {
        /// `hour`.
        hour: Option<f64>,
        /// `second`.
        second: Option<f64>,
    }
}

model! {
    /// One payment.
    #[non_exhaustive]
    pub struct Payment {
        /// `payment_id`.
        payment_id: Option<String>,
        /// Address of the account that was topped up.
        ss58_address: Option<String>,
        /// `block`.
        block: Option<i64>,
        /// In rao, a billionth of a TAO.
        rao_amount: Option<i64>,
        /// One TAO in USD at that time.
        fmv: Option<f64>,
        /// `usd_amount`.
        usd_amount: Option<f64>,
        /// `transaction_hash`.
        transaction_hash: Option<String>,
        /// `timestamp`.
        timestamp: Option<Timestamp>,
        /// `tx_link`.
        tx_link: Option<String>,
        /// `transactions_link`.
        transactions_link: Option<String>,
        /// True, or absent.
        refunded: Option<bool>,
    }
}

model! {
    /// Sums of payments that were made in TAO, in USD.
    #[non_exhaustive]
    pub struct TaoSummary {
        /// `today`.
        today: Option<f64>,
        /// `this_month`.
        this_month: Option<f64>,
        /// `total`.
        total: Option<f64>,
    }
}

model! {
    /// Revenue of one day, in USD.
    #[non_exhaustive]
    pub struct DailyRevenue {
        /// `YYYY-MM-DD`.
        date: Option<String>,
        /// `new_subscriber_count`.
        new_subscriber_count: Option<i64>,
        /// `new_subscriber_revenue`.
        new_subscriber_revenue: Option<f64>,
        /// `paygo_revenue`.
        paygo_revenue: Option<f64>,
        /// `pending_instance_revenue`.
        pending_instance_revenue: Option<f64>,
        /// `sponsored_inference`.
        sponsored_inference: Option<f64>,
        /// `total_revenue`.
        total_revenue: Option<f64>,
    }
}

model! {
    /// Where to.
    pub struct DepositReturnArgs {
        /// TAO address.
        address: String,
    }
}

model! {
    /// What was done.
    #[non_exhaustive]
    pub struct DepositReturn {
        /// `transferred`.
        status: Option<String>,
        /// What was transferred.
        message: Option<String>,
        /// Set where the server refuses with status 200.
        status_code: Option<i64>,
        /// Why it refuses.
        detail: Option<String>,
    }
}

model! {
    /// How many of one GPU there are.
    #[non_exhaustive]
    pub struct GpuInventory {
        /// Busy with chutes.
        provisioned: Option<i64>,
        /// `idle`.
        idle: Option<i64>,
    }
}

model! {
    /// The GPUs of one miner.
    #[non_exhaustive]
    pub struct MinerNodes {
        /// `provisioned`.
        provisioned: Vec<MinerNode>,
        /// Counts by GPU.
        idle: Option<BTreeMap<String, i64>>,
    }
}

model! {
    /// One GPU that is busy.
    #[non_exhaustive]
    pub struct MinerNode {
        /// `gpu`.
        gpu: Option<String>,
        /// `server_id`.
        server_id: Option<String>,
        /// `chute`.
        chute: Option<MinerChute>,
    }
}

model! {
    /// What keeps it busy.
    #[non_exhaustive]
    pub struct MinerChute {
        /// `chute_id`.
        chute_id: Option<String>,
        /// `[private chute]` where it is private.
        name: Option<String>,
        /// Whose it is, where it is public.
        username: Option<String>,
        /// `instance_id`.
        instance_id: Option<String>,
        /// `verified`.
        verified: Option<bool>,
        /// Whether the miner got a bounty for it.
        bounty: Option<bool>,
        /// `created_at`.
        created_at: Option<Timestamp>,
        /// `activated_at`.
        activated_at: Option<Timestamp>,
    }
}

model! {
    /// A kind of GPU.
    #[non_exhaustive]
    pub struct SupportedGpu {
        /// Regular expression that the name which the driver reports must match.
        model_name_check: Option<String>,
        /// GB.
        memory: Option<f64>,
        /// USD.
        hourly_rate: Option<f64>,
        /// Compute capability, before the point.
        major: Option<i64>,
        /// Compute capability, after the point.
        minor: Option<i64>,
        /// `tensor_cores`.
        tensor_cores: Option<i64>,
        /// Streaming multiprocessors.
        processors: Option<i64>,
        /// `max_threads_per_processor`.
        max_threads_per_processor: Option<i64>,
        /// `clock_rate`.
        clock_rate: Option<GpuClock>,
        /// `concurrent_kernels`.
        concurrent_kernels: Option<bool>,
        /// Whether its memory corrects errors.
        ecc: Option<bool>,
        /// Whether it sits in an SXM socket.
        sxm: Option<bool>,
        /// `graval`.
        graval: Option<GpuProof>,
    }
}

model! {
    /// What a model needs.
    #[non_exhaustive]
    pub struct GpuRequirements {
        /// GiB, rounded up.
        total_model_size: Option<i64>,
        /// `required_gpus`.
        required_gpus: Option<i64>,
        /// GB.
        min_vram_per_gpu: Option<i64>,
        /// Family, such as `llama`; `default` where none is known.
        model_type: Option<String>,
        /// `none`, `4bit`, `8bit` or `fp8`.
        quantization: Option<String>,
        /// `num_attention_heads`.
        num_attention_heads: Option<i64>,
        /// `num_key_value_heads`.
        num_key_value_heads: Option<i64>,
        /// `hidden_size`.
        hidden_size: Option<i64>,
        /// `num_layers`.
        num_layers: Option<i64>,
    }
}

model! {
    /// Usage of one chute on one day.
    #[non_exhaustive]
    pub struct InvocationUsage {
        /// `chute_id`.
        chute_id: Option<String>,
        /// `YYYY-MM-DD`.
        date: Option<String>,
        /// What the calls would have cost, had none been free.
        usd_amount: Option<f64>,
        /// `invocation_count`.
        invocation_count: Option<i64>,
    }
}

model! {
    /// A language model on one day.
    #[non_exhaustive]
    pub struct LlmStats {
        /// `chute_id`.
        chute_id: Option<String>,
        /// `[private]` unless the chute is the platform's own.
        name: Option<String>,
        /// `YYYY-MM-DD`.
        date: Option<String>,
        /// `total_requests`.
        total_requests: Option<i64>,
        /// `total_input_tokens`.
        total_input_tokens: Option<i64>,
        /// `total_output_tokens`.
        total_output_tokens: Option<i64>,
        /// Tokens per second; 0 where unknown.
        average_tps: Option<f64>,
        /// Seconds to the first token; 0 where unknown.
        average_ttft: Option<f64>,
    }
}

model! {
    /// An image model on one day.
    #[non_exhaustive]
    pub struct DiffusionStats {
        /// `chute_id`.
        chute_id: Option<String>,
        /// `name`.
        name: Option<String>,
        /// `YYYY-MM-DD`.
        date: Option<String>,
        /// `total_requests`.
        total_requests: Option<i64>,
        /// `total_steps`.
        total_steps: Option<i64>,
        /// Steps per second; 0 where unknown.
        average_sps: Option<f64>,
    }
}

model! {
    /// One report.
    #[non_exhaustive]
    pub struct AuditEntry {
        /// `entry_id`.
        entry_id: Option<String>,
        /// `hotkey`.
        hotkey: Option<String>,
        /// `block`.
        block: Option<i64>,
        /// `path`.
        path: Option<String>,
        /// `created_at`.
        created_at: Option<Timestamp>,
        /// `start_time`.
        start_time: Option<Timestamp>,
        /// `end_time`.
        end_time: Option<Timestamp>,
    }
}

model! {
    /// What a trusted machine must show.
    #[non_exhaustive]
    pub struct TeeMeasurement {
        /// `version`.
        version: Option<String>,
        /// `name`.
        name: Option<String>,
        /// `mrtd`.
        mrtd: Option<String>,
        /// `boot_rtmrs`.
        boot_rtmrs: Option<BTreeMap<String, String>>,
        /// `runtime_rtmrs`.
        runtime_rtmrs: Option<BTreeMap<String, String>>,
        /// `expected_gpus`.
        expected_gpus: Vec<String>,
        /// `gpu_count`.
        gpu_count: Option<i64>,
    }
}

model! {
    /// A sign of life.
    #[non_exhaustive]
    pub struct Pong {
        /// `message`.
        message: Option<String>,
    }
}

model! {
    /// The files of a repository.
    #[non_exhaustive]
    pub struct HfRepoInfo {
        /// `repo_id`.
        repo_id: Option<String>,
        /// `repo_type`.
        repo_type: Option<String>,
        /// `revision`.
        revision: Option<String>,
        /// `files`.
        files: Vec<HfFile>,
        /// Their paths.
        directories: Vec<String>,
    }
}

model! {
    /// One file.
    #[non_exhaustive]
    pub struct HfFile {
        /// `path`.
        path: Option<String>,
        /// Bytes.
        size: Option<i64>,
        /// Of a file in large file storage.
        sha256: Option<String>,
        /// Whether it is in large file storage.
        is_lfs: Option<bool>,
        /// Of every other file.
        blob_id: Option<String>,
    }
}

model! {
    /// An OAuth app. The scopes that it may ask for are not shown.
    #[non_exhaustive]
    pub struct OauthApp {
        /// `app_id`.
        app_id: String,
        /// `cid_` and 24 characters.
        client_id: Option<String>,
        /// Id of the owner.
        user_id: Option<String>,
        /// `name`.
        name: Option<String>,
        /// `description`.
        description: Option<String>,
        /// `redirect_uris`.
        redirect_uris: Vec<String>,
        /// `homepage_url`.
        homepage_url: Option<String>,
        /// `logo_url`.
        logo_url: Option<String>,
        /// `active`.
        active: Option<bool>,
        /// `public`.
        public: Option<bool>,
        /// `refresh_token_lifetime_days`.
        refresh_token_lifetime_days: Option<i64>,
        /// `created_at`.
        created_at: Option<Timestamp>,
        /// `updated_at`.
        updated_at: Option<Timestamp>,
    }
}

model! {
    /// A new OAuth app.
    #[non_exhaustive]
    pub struct OauthAppCreation {
        /// `app_id`.
        app_id: String,
        /// `cid_` and 24 characters.
        client_id: Option<String>,
        /// Id of the owner.
        user_id: Option<String>,
        /// `name`.
        name: Option<String>,
        /// `description`.
        description: Option<String>,
        /// `redirect_uris`.
        redirect_uris: Vec<String>,
        /// `homepage_url`.
        homepage_url: Option<String>,
        /// `logo_url`.
        logo_url: Option<String>,
        /// `active`.
        active: Option<bool>,
        /// `public`.
        public: Option<bool>,
        /// `refresh_token_lifetime_days`.
        refresh_token_lifetime_days: Option<i64>,
        /// `created_at`.
        created_at: Option<Timestamp>,
        /// `updated_at`.
        updated_at: Option<Timestamp>,
        /// `csc_` and 48 characters; shown this once.
        client_secret: Option<String>,
    }
}

model! {
    /// A new OAuth app.
    pub struct OauthAppArgs {
        /// Unique. Letters, digits, underscores, white space, hyphens and dots.
        name: String,
        /// Where to send users back, http or https; compared exactly.
        redirect_uris: Vec<String>,
        /// `description`.
        description: Patch<String>,
        /// `homepage_url`.
        homepage_url: Patch<String>,
        /// `logo_url`.
        logo_url: Patch<String>,
        /// Whether everybody sees the app in lists.
        public: Option<bool>,
        /// Days that a refresh token lives; each use begins them anew.
        refresh_token_lifetime_days: Patch<i64>,
        /// Privileged scopes that the app may ask for; the others need no mention.
        allowed_scopes: Patch<Vec<String>>,
    }
}

model! {
    /// What to change; null changes nothing.
    pub struct OauthAppUpdateArgs {
        /// As at creation, 3 to 64 characters.
        name: Patch<String>,
        /// `description`.
        description: Patch<String>,
        /// All of them, 1 to 10.
        redirect_uris: Patch<Vec<String>>,
        /// `homepage_url`.
        homepage_url: Patch<String>,
        /// `logo_url`.
        logo_url: Patch<String>,
        /// An app that is not active signs nobody in, and its access tokens are refused (after up to 5 minutes).
        active: Patch<bool>,
        /// `public`.
        public: Patch<bool>,
        /// Days; 1 to 30.
        refresh_token_lifetime_days: Patch<i64>,
        /// Checked but not stored.
        allowed_scopes: Patch<Vec<String>>,
    }
}

model! {
    /// What was deleted.
    #[non_exhaustive]
    pub struct OauthAppDeletion {
        /// `app_id`.
        app_id: Option<String>,
        /// Always true.
        deleted: Option<bool>,
    }
}

model! {
    /// The new secret of an app.
    #[non_exhaustive]
    pub struct OauthSecret {
        /// `app_id`.
        app_id: Option<String>,
        /// `client_id`.
        client_id: Option<String>,
        /// Shown this once.
        client_secret: String,
    }
}

model! {
    /// Which app, and with whom.
    pub struct OauthAppShareArgs {
        /// Demanded, but the app of the path is the one that counts.
        app_id_or_name: String,
        /// The other account.
        user_id_or_name: String,
    }
}

model! {
    /// With whom the app is shared now.
    #[non_exhaustive]
    pub struct OauthAppShareResult {
        /// `app_id`.
        app_id: Option<String>,
        /// Id of the other account.
        shared_to: Option<String>,
        /// Name of the other account.
        shared_to_username: Option<String>,
    }
}

model! {
    /// An account that an app is shared with.
    #[non_exhaustive]
    pub struct OauthAppShare {
        /// Id of the other account.
        user_id: Option<String>,
        /// Its name.
        username: Option<String>,
        /// `shared_at`.
        shared_at: Option<Timestamp>,
    }
}

model! {
    /// An app that you have authorized.
    #[non_exhaustive]
    pub struct OauthAuthorization {
        /// `authorization_id`.
        authorization_id: Option<String>,
        /// `app_id`.
        app_id: Option<String>,
        /// `Unknown` where the app is gone.
        app_name: Option<String>,
        /// `app_description`.
        app_description: Option<String>,
        /// `app_logo_url`.
        app_logo_url: Option<String>,
        /// What you allowed.
        scopes: Vec<String>,
        /// `created_at`.
        created_at: Option<Timestamp>,
        /// Always false in the list.
        revoked: Option<bool>,
    }
}

model! {
    /// That a token was revoked.
    #[non_exhaustive]
    pub struct OauthRevocation {
        /// Always true, also where there was no such token.
        revoked: Option<bool>,
    }
}

model! {
    /// The scopes.
    #[non_exhaustive]
    pub struct OauthScopes {
        /// Descriptions by name.
        scopes: Option<BTreeMap<String, String>>,
    }
}

model! {
    /// A code or a refresh token, and who asks.
    pub struct OauthTokenArgs {
        /// `authorization_code` or `refresh_token`.
        grant_type: String,
        /// Good for 600 seconds, once.
        code: Option<String>,
        /// The same as when the code was asked for; a code needs it.
        redirect_uri: Option<String>,
        /// Of the app; here, or with the secret in a header of HTTP Basic.
        client_id: Option<String>,
        /// Of the app; every app has one, so it is always needed.
        client_secret: Option<String>,
        /// Good once.
        refresh_token: Option<String>,
        /// What the code challenge was made of; needed where there was one.
        code_verifier: Option<String>,
    }
}

model! {
    /// An access token, and how to get the next.
    #[non_exhaustive]
    pub struct OauthToken {
        /// `cak_…`.
        access_token: String,
        /// `Bearer`.
        token_type: Option<String>,
        /// Seconds; 3600.
        expires_in: Option<i64>,
        /// `crt_…`; good once, for at most 30 days.
        refresh_token: Option<String>,
        /// Separated by spaces; null where there is none.
        scope: Option<String>,
    }
}

model! {
    /// Which token.
    pub struct OauthRevokeArgs {
        /// Access or refresh token; the server tells which by its prefix.
        token: String,
        /// Not looked at.
        token_type_hint: Option<String>,
    }
}

model! {
    /// Which token, and who asks.
    pub struct OauthIntrospectArgs {
        /// Access or refresh token.
        token: String,
        /// Not needed: the prefix tells. `access_token` said of a refresh token makes it look dead.
        token_type_hint: Option<String>,
        /// Looked at only beside the secret.
        client_id: Option<String>,
        /// `client_secret`.
        client_secret: Option<String>,
    }
}

model! {
    /// What a token is worth; `active` false and nothing else for a dead one.
    #[non_exhaustive]
    pub struct OauthIntrospection {
        /// `active`.
        active: Option<bool>,
        /// `access_token` or `refresh_token`.
        token_type: Option<String>,
        /// Separated by spaces.
        scope: Option<String>,
        /// Of the app.
        client_id: Option<String>,
        /// Name of the account.
        username: Option<String>,
        /// Id of the account.
        sub: Option<String>,
        /// Unix seconds.
        exp: Option<i64>,
        /// Unix seconds.
        iat: Option<i64>,
    }
}

model! {
    /// Whose token it is.
    #[non_exhaustive]
    pub struct OauthUserinfo {
        /// Id of the account.
        sub: String,
        /// `username`.
        username: Option<String>,
        /// `created_at`.
        created_at: Option<Timestamp>,
    }
}

model! {
    /// Addresses and abilities of the sign-in.
    #[non_exhaustive]
    pub struct OauthDiscovery {
        /// `issuer`.
        issuer: String,
        /// `authorization_endpoint`.
        authorization_endpoint: Option<String>,
        /// `token_endpoint`.
        token_endpoint: Option<String>,
        /// `userinfo_endpoint`.
        userinfo_endpoint: Option<String>,
        /// `revocation_endpoint`.
        revocation_endpoint: Option<String>,
        /// `introspection_endpoint`.
        introspection_endpoint: Option<String>,
        /// `scopes_supported`.
        scopes_supported: Vec<String>,
        /// `response_modes_supported`.
        response_modes_supported: Vec<String>,
        /// `response_types_supported`.
        response_types_supported: Vec<String>,
        /// `grant_types_supported`.
        grant_types_supported: Vec<String>,
        /// Names `none` too, though every app has a secret and needs it.
        token_endpoint_auth_methods_supported: Vec<String>,
        /// Names `plain` too, though only S256 is accepted.
        code_challenge_methods_supported: Vec<String>,
        /// `subject_types_supported`.
        subject_types_supported: Vec<String>,
        /// What the user information holds.
        claims_supported: Vec<String>,
        /// Address of the documentation.
        service_documentation: Option<String>,
    }
}

model! {
    /// With whom the app is no longer shared.
    #[non_exhaustive]
    pub struct OauthAppUnshareResult {
        /// `app_id`.
        app_id: Option<String>,
        /// Id of the other account.
        unshared_from: Option<String>,
    }
}

model! {
    /// With whom an app is shared.
    #[non_exhaustive]
    pub struct OauthAppShares {
        /// `app_id`.
        app_id: Option<String>,
        /// `shares`.
        shares: Vec<OauthAppShare>,
    }
}

model! {
    /// Whose authorization was taken back.
    #[non_exhaustive]
    pub struct OauthAuthorizationRevocation {
        /// `app_id`.
        app_id: Option<String>,
        /// Always true.
        revoked: Option<bool>,
    }
}

model! {
    /// A file that a run has left.
    #[non_exhaustive]
    pub struct JobFile {
        /// Its name, which may hold slashes.
        filename: Option<String>,
        /// Where the platform keeps it.
        path: Option<String>,
        /// Whether it has arrived and can be had.
        uploaded: Option<bool>,
    }
}

model! {
    /// Where one port of a run can be reached.
    #[non_exhaustive]
    pub struct JobPortMapping {
        /// The port that the job has opened.
        internal_port: Option<i64>,
        /// The port at the host of the instance.
        external_port: Option<i64>,
        /// `proto`.
        proto: Option<PortProtocol>,
        /// Whether it is the default port.
        default: Option<bool>,
    }
}

model! {
    /// Clock of a GPU.
    #[non_exhaustive]
    pub struct GpuClock {
        /// MHz.
        base: Option<f64>,
        /// MHz.
        boost: Option<f64>,
    }
}

model! {
    /// How the platform proves that a GPU is what it claims to be.
    #[non_exhaustive]
    pub struct GpuProof {
        /// `iterations`.
        iterations: Option<i64>,
        /// How long it takes.
        estimate: Option<f64>,
    }
}

model! {
    /// The models behind the router.
    #[non_exhaustive]
    pub struct ModelList {
        /// Always `list`.
        object: Option<String>,
        /// `data`.
        data: Vec<LanguageModel>,
    }
}

model! {
    /// A model behind the router. Everything but the id may be missing.
    #[non_exhaustive]
    pub struct LanguageModel {
        /// What goes into `model` of a request.
        id: String,
        /// `root`.
        root: Option<String>,
        /// Always `model`.
        object: Option<String>,
        /// Unix time in seconds.
        created: Option<i64>,
        /// The engine, such as `sglang` or `vllm`.
        owned_by: Option<String>,
        /// The chute that serves it.
        chute_id: Option<String>,
        /// Whether it runs in a trusted execution environment.
        confidential_compute: Option<bool>,
        /// Tokens of input and output together.
        context_length: Option<i64>,
        /// As `context_length`, in the word of the engine.
        max_model_len: Option<i64>,
        /// Tokens of output.
        max_output_length: Option<i64>,
        /// Such as `text` and `image`.
        input_modalities: Vec<String>,
        /// `output_modalities`.
        output_modalities: Vec<String>,
        /// Such as `tools`, `json_mode`, `structured_outputs` and `reasoning`.
        supported_features: Vec<String>,
        /// `supported_sampling_parameters`.
        supported_sampling_parameters: Vec<String>,
        /// `quantization`.
        quantization: Option<String>,
        /// USD per million tokens.
        pricing: Option<ModelPricing>,
        /// Price of a million tokens in both currencies.
        price: Option<ModelPrice>,
        /// `permission`.
        permission: Vec<Json>,
    }
}

model! {
    /// USD per million tokens.
    #[non_exhaustive]
    pub struct ModelPricing {
        /// `prompt`.
        prompt: Option<f64>,
        /// `completion`.
        completion: Option<f64>,
        /// `input_cache_read`.
        input_cache_read: Option<f64>,
    }
}

model! {
    /// Price of a million tokens in both currencies.
    #[non_exhaustive]
    pub struct ModelPrice {
        /// `input`.
        input: Option<ModelAmount>,
        /// `output`.
        output: Option<ModelAmount>,
        /// `input_cache_read`.
        input_cache_read: Option<ModelAmount>,
    }
}

model! {
    /// An amount in both currencies.
    #[non_exhaustive]
    pub struct ModelAmount {
        /// `usd`.
        usd: Option<f64>,
        /// `tao`.
        tao: Option<f64>,
    }
}

open_enum! {
    /// Who says a message.
    pub enum Role {
        System = "system",
        User = "user",
        Assistant = "assistant",
        Tool = "tool",
        Developer = "developer",
    }
}

open_enum! {
    /// Why an answer ended. `length` and `content_filter` are results too, and engines add words of their own such as
    /// `abort`.
    pub enum FinishReason {
        Stop = "stop",
        Length = "length",
        ToolCalls = "tool_calls",
        ContentFilter = "content_filter",
        FunctionCall = "function_call",
        Abort = "abort",
    }
}

model! {
    /// A conversation to answer. Every field the engine knows may be added.
    pub struct ChatCompletionRequest {
        /// Name of the chute, a comma list, an alias, or a name with `:latency`, `:throughput` or `:THINKING`. Required
        /// on the router, ignored on the host of a chute.
        model: Option<String>,
        /// The conversation so far.
        messages: Vec<ChatMessageParam>,
        /// Answer with an event stream. Never null: the server then finds no cord.
        stream: Option<bool>,
        /// `stream_options`.
        stream_options: Option<StreamOptions>,
        /// Sampling temperature, 0 to 2.
        temperature: Option<f64>,
        /// Nucleus sampling, above 0 to 1.
        top_p: Option<f64>,
        /// Sample from so many tokens only.
        top_k: Option<i64>,
        /// Least probability relative to the likeliest token.
        min_p: Option<f64>,
        /// Tokens to generate at most.
        max_tokens: Option<i64>,
        /// Tokens to generate at most, reasoning included.
        max_completion_tokens: Option<i64>,
        /// Tokens to generate at least.
        min_tokens: Option<i64>,
        /// Penalty by frequency, -2 to 2.
        frequency_penalty: Option<f64>,
        /// Penalty by presence, -2 to 2.
        presence_penalty: Option<f64>,
        /// Penalty of the engines; 1 is none.
        repetition_penalty: Option<f64>,
        /// A text or a list of texts that end the answer.
        stop: Option<Value>,
        /// Answers to make.
        n: Option<i64>,
        /// Seed of the sampling.
        seed: Option<i64>,
        /// Log probabilities of the tokens; the router removes it for most models.
        logprobs: Option<bool>,
        /// Likeliest tokens to report at each place, 0 to 20.
        top_logprobs: Option<i64>,
        /// Bias by token id.
        logit_bias: Option<Value>,
        /// Functions the model may call.
        tools: Option<Vec<Tool>>,
        /// `none`, `auto`, `required`, or the function to call. With tools the router sets `auto`.
        tool_choice: Option<Value>,
        /// Whether several calls in one answer are allowed.
        parallel_tool_calls: Option<bool>,
        /// `{"type": "json_object"}` or a JSON schema. A `pattern` inside is refused today.
        response_format: Option<Value>,
        /// How long to think: `low`, `medium`, `high`, where the model knows it.
        reasoning_effort: Option<String>,
        /// Arguments of the chat template, such as `thinking` and `enable_thinking`.
        chat_template_kwargs: Option<Value>,
        /// Your name for the end user.
        user: Option<String>,
    }
}

model! {
    /// One message of a conversation.
    pub struct ChatMessageParam {
        /// `role`.
        role: Option<Role>,
        /// A text, or a list of parts (`text`, `image_url`, `video_url`).
        content: Option<Value>,
        /// Name of the participant.
        name: Option<String>,
        /// Calls the assistant made.
        tool_calls: Option<Vec<ToolCall>>,
        /// The call a tool message answers.
        tool_call_id: Option<String>,
    }
}

model! {
    /// What a stream reports. The platform turns both on for its own engines.
    pub struct StreamOptions {
        /// Report the usage in a last chunk without choices.
        include_usage: Option<bool>,
        /// Report the usage in every chunk.
        continuous_usage_stats: Option<bool>,
    }
}

model! {
    /// A function the model may call.
    pub struct Tool {
        /// `function`.
        r#type: String,
        /// `function`.
        function: FunctionDefinition,
    }
}

model! {
    /// The function of a tool.
    pub struct FunctionDefinition {
        /// Name of the function.
        name: String,
        /// What it does and when to use it.
        description: Option<String>,
        /// JSON schema of its arguments.
        parameters: Option<Value>,
        /// Hold the model to the schema.
        strict: Option<bool>,
    }
}

model! {
    /// A call the model wants to be made. `index` is set in chunks only.
    pub struct ToolCall {
        /// Place of the call.
        index: Option<i64>,
        /// Id to answer with.
        id: Option<String>,
        /// `function`.
        r#type: Option<String>,
        /// `function`.
        function: Option<FunctionCall>,
    }
}

model! {
    /// Name and arguments of a call. Validate the arguments before using them.
    pub struct FunctionCall {
        /// Name of the function.
        name: Option<String>,
        /// Its arguments as JSON text, or a piece of it in a chunk.
        arguments: Option<String>,
    }
}

model! {
    /// An answer to a conversation.
    #[non_exhaustive]
    pub struct ChatCompletion {
        /// Id the engine gave the answer.
        id: Option<String>,
        /// `chat.completion`.
        object: Option<String>,
        /// Unix seconds.
        created: Option<f64>,
        /// The model that answered, which may not be the one asked for.
        model: Option<String>,
        /// The answers, by index.
        choices: Vec<ChatChoice>,
        /// `usage`.
        usage: Option<Usage>,
        /// Version of the engine.
        system_fingerprint: Option<String>,
    }
}

model! {
    /// One answer.
    #[non_exhaustive]
    pub struct ChatChoice {
        /// Its place.
        index: Option<i64>,
        /// `message`.
        message: Option<ChatMessage>,
        /// `finish_reason`.
        finish_reason: Option<FinishReason>,
        /// Log probabilities as the engine gives them.
        logprobs: Option<Json>,
    }
}

model! {
    /// What the model said.
    #[non_exhaustive]
    pub struct ChatMessage {
        /// `assistant`.
        role: Option<String>,
        /// The text; null when the model only calls tools.
        content: Option<String>,
        /// The reasoning, apart from the text. Newer engines name it `reasoning`; clients offer both as this field.
        reasoning_content: Option<String>,
        /// Why the model refused.
        refusal: Option<String>,
        /// Calls the model wants to be made.
        tool_calls: Vec<ToolCall>,
    }
}

model! {
    /// A piece of a streamed answer. The last one may have usage and no choices.
    #[non_exhaustive]
    pub struct ChatCompletionChunk {
        /// Id of the answer; a new one with a role in the middle means that another instance began anew.
        id: Option<String>,
        /// `chat.completion.chunk`.
        object: Option<String>,
        /// Unix seconds.
        created: Option<f64>,
        /// The model that answers.
        model: Option<String>,
        /// Pieces of the answers; may be empty or null.
        choices: Vec<ChatChunkChoice>,
        /// `usage`.
        usage: Option<Usage>,
        /// Version of the engine.
        system_fingerprint: Option<String>,
    }
}

model! {
    /// A piece of one answer.
    #[non_exhaustive]
    pub struct ChatChunkChoice {
        /// Place of the answer.
        index: Option<i64>,
        /// `delta`.
        delta: Option<ChatDelta>,
        /// `finish_reason`.
        finish_reason: Option<FinishReason>,
        /// Log probabilities as the engine gives them.
        logprobs: Option<Json>,
    }
}

model! {
    /// What a chunk adds to a message.
    #[non_exhaustive]
    pub struct ChatDelta {
        /// Only in the first chunk, mostly.
        role: Option<String>,
        /// Next piece of the text.
        content: Option<String>,
        /// Next piece of the reasoning.
        reasoning_content: Option<String>,
        /// The same, by its newer name.
        reasoning: Option<String>,
        /// Next piece of a refusal.
        refusal: Option<String>,
        /// Pieces of tool calls.
        tool_calls: Vec<ToolCall>,
    }
}

model! {
    /// Tokens of a call. In a stream the last one counts; never add them up.
    #[non_exhaustive]
    pub struct Usage {
        /// Tokens read.
        prompt_tokens: Option<i64>,
        /// Tokens written.
        completion_tokens: Option<i64>,
        /// Both.
        total_tokens: Option<i64>,
        /// Details as the engine gives them, such as `cached_tokens`.
        prompt_tokens_details: Option<Json>,
        /// Details as the engine gives them, such as `reasoning_tokens`.
        completion_tokens_details: Option<Json>,
    }
}

model! {
    /// A text to continue.
    pub struct TextCompletionRequest {
        /// Name of the chute; required on the router.
        model: Option<String>,
        /// A text, or a list of texts.
        prompt: Value,
        /// Answer with an event stream. Never null.
        stream: Option<bool>,
        /// `stream_options`.
        stream_options: Option<StreamOptions>,
        /// Sampling temperature, 0 to 2.
        temperature: Option<f64>,
        /// Nucleus sampling, above 0 to 1.
        top_p: Option<f64>,
        /// Tokens to generate at most.
        max_tokens: Option<i64>,
        /// Penalty by frequency, -2 to 2.
        frequency_penalty: Option<f64>,
        /// Penalty by presence, -2 to 2.
        presence_penalty: Option<f64>,
        /// A text or a list of texts that end the answer.
        stop: Option<Value>,
        /// Answers to make.
        n: Option<i64>,
        /// Seed of the sampling.
        seed: Option<i64>,
        /// Likeliest tokens to report at each place.
        logprobs: Option<i64>,
        /// Repeat the prompt.
        echo: Option<bool>,
        /// Your name for the end user.
        user: Option<String>,
    }
}

model! {
    /// A continuation, or a piece of one.
    #[non_exhaustive]
    pub struct TextCompletion {
        /// Id the engine gave it.
        id: Option<String>,
        /// `text_completion`.
        object: Option<String>,
        /// Unix seconds.
        created: Option<f64>,
        /// The model that answered.
        model: Option<String>,
        /// The continuations, by index.
        choices: Vec<TextChoice>,
        /// `usage`.
        usage: Option<Usage>,
    }
}

model! {
    /// One continuation.
    #[non_exhaustive]
    pub struct TextChoice {
        /// Its place.
        index: Option<i64>,
        /// The text, or the next piece of it.
        text: Option<String>,
        /// `finish_reason`.
        finish_reason: Option<FinishReason>,
        /// Log probabilities as the engine gives them.
        logprobs: Option<Json>,
    }
}

model! {
    /// Texts to turn into vectors.
    pub struct EmbeddingRequest {
        /// A text, a list of texts, or tokens.
        input: Value,
        /// Name of the chute; required on the router.
        model: Option<String>,
        /// Length of the vectors, where the model can shorten them.
        dimensions: Option<i64>,
        /// `float` or `base64`, where the engine knows it.
        encoding_format: Option<String>,
        /// Your name for the end user.
        user: Option<String>,
    }
}

model! {
    /// Vectors in the order of the texts.
    #[non_exhaustive]
    pub struct EmbeddingList {
        /// `list`.
        object: Option<String>,
        /// The model that answered.
        model: Option<String>,
        /// The vectors.
        data: Vec<Embedding>,
        /// `usage`.
        usage: Option<Usage>,
    }
}

model! {
    /// One vector.
    #[non_exhaustive]
    pub struct Embedding {
        /// Place of its text.
        index: Option<i64>,
        /// `embedding`.
        object: Option<String>,
        /// The vector; clients decode base64.
        embedding: Vec<f64>,
    }
}

model! {
    /// An image to make. Any other field is refused by chutes of the diffusion template.
    pub struct GenerateRequest {
        /// Name of the chute; required on the image host and removed there.
        model: Option<String>,
        /// What to show.
        prompt: String,
        /// What not to show.
        negative_prompt: Option<String>,
        /// Pixels, 128 to 2048.
        width: Option<i64>,
        /// Pixels, 128 to 2048.
        height: Option<i64>,
        /// Steps, 1 to 50; more are cut silently.
        num_inference_steps: Option<i64>,
        /// How closely to follow the prompt, 1 to 20.
        guidance_scale: Option<f64>,
        /// Guidance of models that take it by this name.
        true_cfg_scale: Option<f64>,
        /// How closely to follow the input images.
        img_guidance_scale: Option<f64>,
        /// 0 to 4294967295.
        seed: Option<i64>,
        /// Input images, base64.
        image_b64: Option<Vec<String>>,
    }
}

model! {
    /// Images to make, in the OpenAI form.
    pub struct ImageRequest {
        /// Name of the chute.
        model: Option<String>,
        /// What to show.
        prompt: String,
        /// Images to make.
        n: Option<i64>,
        /// `1024x1024` and the like.
        size: Option<String>,
        /// A word the server knows.
        quality: Option<String>,
        /// `b64_json`.
        response_format: Option<String>,
        /// Seed of the sampling.
        seed: Option<i64>,
        /// Your name for the end user.
        user: Option<String>,
    }
}

model! {
    /// Images in base64.
    #[non_exhaustive]
    pub struct ImageList {
        /// Unix seconds.
        created: Option<f64>,
        /// The images.
        data: Vec<ImageData>,
    }
}

model! {
    /// One image.
    #[non_exhaustive]
    pub struct ImageData {
        /// The image in base64.
        b64_json: Option<String>,
        /// Where it lies; clients never fetch it with a key.
        url: Option<String>,
        /// The prompt that was really used.
        revised_prompt: Option<String>,
    }
}
