// Generated from openapi/chutes.yaml. Do not edit; run `make gen`.

//! Types of the wire. Answers keep unknown fields; enums are open; null is absent.
use crate::values::{Patch, Timestamp, model, open_enum};
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
    /// One page of chutes.
    #[non_exhaustive]
    pub struct ChutePage {
        /// Chutes in all.
        total: Option<i64>,
        /// This page; 0 is the first.
        page: Option<i64>,
        /// Chutes in a page.
        limit: Option<i64>,
        /// `items`.
        items: Vec<Chute>,
        /// Cords by the `cord_ref_id` of the items.
        cord_refs: Option<BTreeMap<String, Vec<Cord>>>,
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
        image: Option<ChuteImage>,
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
        input_schema: Option<Value>,
        /// JSON Schema of the arguments that matter most.
        minimal_input_schema: Option<Value>,
        /// JSON Schema of the result.
        output_schema: Option<Value>,
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
    /// The container image of a chute.
    #[non_exhaustive]
    pub struct ChuteImage {
        /// `image_id`.
        image_id: String,
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
    /// The state of a chute at one moment.
    #[non_exhaustive]
    pub struct WarmupStatus {
        /// `chute_id`.
        chute_id: Option<String>,
        /// `status`.
        status: Option<WarmupState>,
        /// `instance_count`.
        instance_count: Option<i64>,
        /// Open bounty.
        bounty: Option<i64>,
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
        permitted: Option<Value>,
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
        quotas: Vec<Value>,
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
        permission: Vec<Value>,
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
        logprobs: Option<Value>,
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
        logprobs: Option<Value>,
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
        prompt_tokens_details: Option<Value>,
        /// Details as the engine gives them, such as `reasoning_tokens`.
        completion_tokens_details: Option<Value>,
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
        logprobs: Option<Value>,
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
