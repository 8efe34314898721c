# Generated from openapi/chutes.yaml. Do not edit; run `make gen`.

from typing import Any, Literal

from pydantic import ConfigDict
from typing_extensions import TypeAliasType

from chutes_client._values import Model, UTCDatetime

MinerMeansFormat = TypeAliasType("MinerMeansFormat", Literal["json", "csv"] | str)
"""
Format of a table.
"""


class NodeSelector(Model):
    """
    The hardware that a chute asks for.
    """

    gpu_count: int | None = None
    """
    GPUs per instance. The server's default is 1.
    """
    min_vram_gb_per_gpu: int | None = None
    """
    Least memory of each GPU in GB. The server's default is 16.
    """
    max_hourly_price_per_gpu: float | None = None
    """
    Highest price of a GPU in USD per hour.
    """
    include: list[str] | None = None
    """
    Only these GPUs.
    """
    exclude: list[str] | None = None
    """
    Not these GPUs; at most five when deploying.
    """
    dynamic: bool | None = None
    """
    The server's default is False.
    """
    compute_multiplier: float | None = None
    """
    Price factor of this hardware.
    """
    supported_gpus: list[str] | None = None
    """
    GPUs that match.
    """


class ChuteInstance(Model):
    """
    A running copy of a chute.
    """

    model_config = ConfigDict(
        arbitrary_types_allowed=True,
    )
    instance_id: str
    region: str | None = None
    active: bool | None = None
    """
    Whether it takes calls.
    """
    verified: bool | None = None
    """
    Whether the platform has checked it.
    """
    last_verified_at: UTCDatetime | None = None


class Money(Model):
    """
    An amount in both currencies.
    """

    usd: float | None = None
    tao: float | None = None


class TimePrice(Model):
    """
    Price of running time in one currency.
    """

    hour: float | None = None
    second: float | None = None


class PriceRange(Model):
    """
    Lowest and highest price.
    """

    min: float | None = None
    max: float | None = None


class ChuteUpdateArgs(Model):
    """
    Changes of a chute. What is left out stays as it is.
    """

    tagline: str | None = None
    """
    One line about it. The server's default is .
    """
    readme: str | None = None
    """
    Text about it in Markdown. The server's default is .
    """
    tool_description: str | None = None
    """
    Text for models that use it as a tool. The server's default is .
    """
    logo_id: str | None = None
    max_instances: int | None = None
    """
    Most instances at the same time.
    """
    scaling_threshold: float | None = None
    """
    Busy ratio that starts another instance.
    """
    shutdown_after_seconds: int | None = None
    """
    Idle seconds until an instance stops. The server of 2026-05 accepts and ignores it. The server's default is 300.
    """
    disabled: bool | None = None
    """
    True stops a chute: the instances of a private one are killed.
    """


class ChuteDeletion(Model):
    """
    Confirmation of a deletion.
    """

    chute_id: str
    deleted: bool | None = None


class WarmupEvent(Model):
    """
    One event of a warm-up.
    """

    status: Literal["cold", "hot"] | str | None = None
    log: str | None = None
    """
    A line for people.
    """


class WarmupInstance(Model):
    """
    A copy of a chute that runs or starts.
    """

    instance_id: str | None = None
    active: bool | None = None
    gpu_count: int | None = None
    gpu_model_name: str | None = None


class ShareArgs(Model):
    """
    A chute and a user to share it with.
    """

    chute_id_or_name: str
    """
    Your chute.
    """
    user_id_or_name: str
    """
    The other user.
    """


class ShareResult(Model):
    """
    What the server did.
    """

    status: str | None = None
    """
    A sentence for people.
    """


class BoostedChute(Model):
    """
    A chute with a boost.
    """

    chute_id: str
    name: str | None = None
    boost: float | None = None
    """
    Factor on the reward of the miners.
    """
    manual_boost: float | None = None
    """
    Factor set by hand, if any.
    """


class AffineChute(Model):
    """
    An affine chute whose owner can pay for it.
    """

    chute_id: str
    user_id: str | None = None
    name: str | None = None
    hotkey: str | None = None
    has_active_instance: bool | None = None


class RollingUpdate(Model):
    """
    An update that replaces instances one by one.
    """

    model_config = ConfigDict(
        arbitrary_types_allowed=True,
    )
    chute_id: str
    old_version: str | None = None
    new_version: str | None = None
    started_at: UTCDatetime | None = None
    permitted: Any | None = None
    """
    Replacements still allowed by miner.
    """


class GpuCount(Model):
    """
    GPUs that a chute asked for.
    """

    chute_id: str
    gpu_count: int | None = None


class ChuteUtilization(Model):
    """
    How busy a chute is. Ratios are 0 to 1; `_5m`, `_15m` and `_1h` are the last 5 and 15 minutes and the last hour.
    """

    model_config = ConfigDict(
        arbitrary_types_allowed=True,
    )
    chute_id: str
    name: str | None = None
    """
    `[private chute]` for private ones.
    """
    timestamp: UTCDatetime | None = None
    utilization_current: float | None = None
    utilization_5m: float | None = None
    utilization_15m: float | None = None
    utilization_1h: float | None = None
    rate_limit_ratio_5m: float | None = None
    rate_limit_ratio_15m: float | None = None
    rate_limit_ratio_1h: float | None = None
    total_requests_5m: float | None = None
    total_requests_15m: float | None = None
    total_requests_1h: float | None = None
    completed_requests_5m: float | None = None
    completed_requests_15m: float | None = None
    completed_requests_1h: float | None = None
    rate_limited_requests_5m: float | None = None
    rate_limited_requests_15m: float | None = None
    rate_limited_requests_1h: float | None = None
    instance_count: int | None = None
    """
    Instances at the time of the log.
    """
    action_taken: str | None = None
    """
    What the scaler did last.
    """
    target_count: int | None = None
    """
    Instances that the scaler wants.
    """
    effective_multiplier: float | None = None
    total_instance_count: int | None = None
    """
    Instances now.
    """
    active_instance_count: int | None = None
    """
    Instances now that take calls.
    """
    scalable: bool | None = None
    scale_allowance: int | None = None
    avg_busy_ratio: float | None = None
    total_invocations: float | None = None
    total_rate_limit_errors: float | None = None


class MinerMean(Model):
    """
    Mean speed of one instance of a miner.
    """

    miner_hotkey: str | None = None
    instance_id: str | None = None
    avg_tps: float | None = None
    """
    Tokens per second.
    """
    avg_output_tokens: float | None = None
    """
    Tokens per answer.
    """


class VllmEngineArgs(Model):
    """
    Settings of the vLLM engine.
    """

    tokenizer: str | None = None
    """
    Name of the tokenizer.
    """
    max_model_len: int | None = None
    """
    Longest context in tokens. The server's default is 16384.
    """
    enforce_eager: bool | None = None
    """
    The server's default is False.
    """
    trust_remote_code: bool | None = None
    """
    The server's default is True.
    """


class DiffusionChuteArgs(Model):
    """
    An image model to deploy from the diffusion template.
    """

    model: str
    """
    Name of the model repository.
    """
    name: str
    """
    Name of the chute.
    """
    logo_id: str | None = None
    tagline: str | None = None
    """
    One line about it. The server's default is .
    """
    tool_description: str | None = None
    """
    Text for models that use it as a tool.
    """
    readme: str | None = None
    """
    Text about it in Markdown. The server's default is .
    """
    public: bool | None = None
    """
    The server's default is True.
    """
    node_selector: NodeSelector | None = None
    """
    Hardware.
    """
    concurrency: int | None = None
    """
    Calls per instance at the same time. The server's default is 1.
    """


class Bounty(Model):
    """
    A reward for starting a chute.
    """

    chute_id: str
    bounty_amount: int | None = None
    seconds_elapsed: float | None = None
    """
    Age in seconds.
    """
    time_remaining: float | None = None
    """
    Seconds until it ends.
    """
    created_at: float | None = None
    """
    Unix time in seconds.
    """


class User(Model):
    """
    What everybody sees of an account.
    """

    model_config = ConfigDict(
        arbitrary_types_allowed=True,
    )
    user_id: str | None = None
    username: str | None = None
    created_at: UTCDatetime | None = None
    logo_id: str | None = None
    logo: str | None = None
    """
    Address of the logo.
    """


class Account(Model):
    """
    Your own account.
    """

    model_config = ConfigDict(
        arbitrary_types_allowed=True,
    )
    user_id: str
    username: str | None = None
    created_at: UTCDatetime | None = None
    logo_id: str | None = None
    logo: str | None = None
    """
    Address of the logo.
    """
    hotkey: str | None = None
    """
    Address of the signing key.
    """
    coldkey: str | None = None
    """
    Address of the owner's key.
    """
    payment_address: str | None = None
    """
    Address that tops up the balance in TAO.
    """
    permissions_bitmask: int | None = None
    permissions: list[str] | None = None
    balance: float | None = None
    """
    In USD.
    """
    netuids: list[int] | None = None
    quotas: list[Any] | None = None
    """
    Quotas as the server keeps them.
    """


class Cord(Model):
    """
    One endpoint of a chute.
    """

    method: str
    """
    HTTP method inside the chute.
    """
    path: str
    """
    Path inside the chute.
    """
    function: str
    """
    Name of the Python function.
    """
    stream: bool
    """
    Whether it streams.
    """
    passthrough: bool | None = None
    """
    Whether it forwards to a server inside the chute. The server's default is False.
    """
    public_api_path: str | None = None
    """
    Path on the host of the chute; segments of a-z, 0-9, `_` and `-` that begin with a letter.
    """
    public_api_method: Literal["GET", "POST"] | str | None = None
    """
    Method on the host of the chute.
    """
    input_schema: Any | None = None
    """
    JSON Schema of the arguments.
    """
    minimal_input_schema: Any | None = None
    """
    JSON Schema of the arguments that matter most.
    """
    output_schema: Any | None = None
    """
    JSON Schema of the result.
    """
    output_content_type: str | None = None
    """
    Media type of the result, such as `image/jpeg`; the answer's own header wins.
    """


class JobPort(Model):
    """
    A port that a job opens.
    """

    name: str
    port: int
    """
    2202, or 8002 to 65535.
    """
    proto: Literal["tcp", "udp", "http"] | str
    """
    Protocol of a port.
    """
    default: bool | None = None
    """
    Whether it is the default port. The server's default is True.
    """


class TokenPrices(Model):
    """
    Prices of a million tokens.
    """

    input: Money | None = None
    output: Money | None = None
    input_cache_read: Money | None = None
    """
    Input found in the cache.
    """


class HourlyPriceRange(Model):
    """
    Lowest and highest price of an hour.
    """

    usd: PriceRange | None = None
    tao: PriceRange | None = None


class ChuteImage(Model):
    """
    The container image of a chute.
    """

    model_config = ConfigDict(
        arbitrary_types_allowed=True,
    )
    image_id: str
    name: str | None = None
    tag: str | None = None
    readme: str | None = None
    public: bool | None = None
    status: str | None = None
    """
    `pending build`, `building`, `built and pushed`, or `error: ` and a reason.
    """
    created_at: UTCDatetime | None = None
    build_started_at: UTCDatetime | None = None
    build_completed_at: UTCDatetime | None = None
    user: User | None = None
    """
    The owner.
    """
    logo_id: str | None = None
    logo: str | None = None
    """
    Address of the logo; the server of 2026-05 leaves a slash out, so prefer `logo_id`.
    """
    patch_version: str | None = None
    chutes_version: str | None = None
    """
    CDK version.
    """


class WarmupStatus(Model):
    """
    The state of a chute at one moment.
    """

    chute_id: str | None = None
    status: Literal["cold", "hot"] | str | None = None
    instance_count: int | None = None
    bounty: int | None = None
    """
    Open bounty.
    """
    instances: list[WarmupInstance] | None = None


class VllmChuteArgs(Model):
    """
    A language model to deploy from the vLLM template.
    """

    model: str
    """
    Name of the model repository.
    """
    logo_id: str | None = None
    tagline: str | None = None
    """
    One line about it. The server's default is .
    """
    tool_description: str | None = None
    """
    Text for models that use it as a tool.
    """
    readme: str | None = None
    """
    Text about it in Markdown. The server's default is .
    """
    public: bool | None = None
    """
    The server's default is True.
    """
    node_selector: NodeSelector | None = None
    """
    Hardware.
    """
    engine_args: VllmEngineArgs | None = None
    """
    Settings of the engine.
    """
    revision: str | None = None
    """
    Commit of the model repository.
    """
    concurrency: int | None = None
    """
    Calls per instance at the same time. The server's default is 8.
    """


class Job(Model):
    """
    A long-running task of a chute.
    """

    name: str
    upload: bool | None = None
    """
    Whether it hands out files. The server's default is False.
    """
    timeout: int | None = None
    """
    Seconds until it is stopped.
    """
    ports: list[JobPort] | None = None
    """
    Ports it opens.
    """
    disk_gb: int | None = None
    """
    Disk in GB. The server's default is 10.
    """


class PriceEstimate(Model):
    """
    What a chute costs; which fields are set depends on its template.
    """

    per_million_tokens: TokenPrices | None = None
    """
    Language models.
    """
    per_step: Money | None = None
    """
    Image models.
    """
    per_request: Money | None = None
    """
    Per call.
    """
    usd: TimePrice | None = None
    """
    Running time in USD.
    """
    tao: TimePrice | None = None
    """
    Running time in TAO.
    """
    hourly_price_range: HourlyPriceRange | None = None
    """
    Private chutes.
    """


class ChuteArgs(Model):
    """
    A chute to deploy.
    """

    name: str
    """
    Name, unique in the account without regard to case.
    """
    image: str
    """
    Id of the image, or `user/name:tag`.
    """
    public: bool
    """
    Must be false for accounts without the permission.
    """
    code: str
    """
    Python source.
    """
    filename: str
    """
    File name of the source.
    """
    ref_str: str
    """
    `module:variable` of the chute object.
    """
    node_selector: NodeSelector
    """
    Hardware.
    """
    standard_template: Literal["vllm", "diffusion", "tei", "embedding", "other"] | str | None = None
    """
    Template, if any.
    """
    tagline: str | None = None
    """
    One line about it. The server's default is .
    """
    readme: str | None = None
    """
    Text about it in Markdown. The server's default is .
    """
    tool_description: str | None = None
    """
    Text for models that use it as a tool.
    """
    logo_id: str | None = None
    cords: list[Cord] | None = None
    """
    Endpoints. A chute has cords or jobs.
    """
    jobs: list[Job] | None = None
    """
    Jobs. A chute has cords or jobs.
    """
    concurrency: int | None = None
    """
    Calls per instance at the same time.
    """
    revision: str | None = None
    """
    Commit of the model repository; required for the vLLM template.
    """
    max_instances: int | None = None
    """
    Most instances at the same time. The server's default is 1.
    """
    scaling_threshold: float | None = None
    """
    Busy ratio that starts another instance. The server's default is 0.75.
    """
    shutdown_after_seconds: int | None = None
    """
    Idle seconds until an instance stops. The server's default is 300.
    """
    allow_external_egress: bool | None = None
    """
    Let it open connections to the outside. The server's default is False.
    """
    encrypted_fs: bool | None = None
    """
    Encrypt its file system. The server's default is False.
    """
    tee: bool | None = None
    """
    Run in a trusted execution environment. Must be true since 2026-05-12. The server's default is False.
    """
    lock_modules: bool | None = None
    """
    Forbid imports of other modules; forced for standard templates.
    """
    use_rolling_update: bool | None = None
    """
    Replace instances of the last version one by one. The server's default is True.
    """


class Chute(Model):
    """
    A deployed program with its endpoints.
    """

    model_config = ConfigDict(
        arbitrary_types_allowed=True,
    )
    chute_id: str
    """
    Id (a UUID).
    """
    name: str
    """
    Name, unique in the account; may hold slashes.
    """
    slug: str | None = None
    """
    First label of its host name. Never compute it; it may carry a random suffix.
    """
    tagline: str | None = None
    """
    One line about it.
    """
    readme: str | None = None
    """
    Text about it in Markdown.
    """
    tool_description: str | None = None
    """
    Text for models that use it as a tool.
    """
    public: bool | None = None
    """
    Whether everybody can see and call it.
    """
    version: str | None = None
    """
    Id of the deployed version.
    """
    standard_template: Literal["vllm", "diffusion", "tei", "embedding", "other"] | str | None = None
    """
    Its template, if it was made from one.
    """
    cords: list[Cord] | None = None
    """
    Its endpoints; null in lists.
    """
    jobs: list[Job] | None = None
    """
    Its jobs.
    """
    cord_ref_id: str | None = None
    """
    Key into `cord_refs` of the page.
    """
    created_at: UTCDatetime | None = None
    updated_at: UTCDatetime | None = None
    image: ChuteImage | None = None
    """
    The container image.
    """
    user: User | None = None
    """
    The owner.
    """
    supported_gpus: list[str] | None = None
    """
    GPU names it may run on.
    """
    node_selector: NodeSelector | None = None
    """
    The hardware asked for.
    """
    invocation_count: int | None = None
    """
    Calls in all.
    """
    current_estimated_price: PriceEstimate | None = None
    """
    What it costs now.
    """
    instances: list[ChuteInstance] | None = None
    """
    Running copies.
    """
    logo_id: str | None = None
    logo: str | None = None
    """
    Address of the logo.
    """
    openrouter: bool | None = None
    """
    Whether it is listed on OpenRouter.
    """
    chutes_version: str | None = None
    """
    CDK version it was built with.
    """
    revision: str | None = None
    """
    Commit of the model repository.
    """
    concurrency: int | None = None
    """
    Calls per instance at the same time.
    """
    boost: float | None = None
    """
    Factor on the reward of the miners.
    """
    max_instances: int | None = None
    """
    Most instances at the same time.
    """
    scaling_threshold: float | None = None
    """
    Busy ratio, 0 to 1, that starts another instance.
    """
    shutdown_after_seconds: int | None = None
    """
    Idle seconds until an instance stops.
    """
    preemptible: bool | None = None
    allow_external_egress: bool | None = None
    """
    Whether it may open connections to the outside.
    """
    tee: bool | None = None
    """
    Whether it runs in a trusted execution environment.
    """
    lock_modules: bool | None = None
    effective_compute_multiplier: float | None = None
    compute_multiplier_factors: dict[str, float] | None = None
    bounty: int | None = None
    """
    Open bounty.
    """
    hot: bool | None = None
    """
    Whether an active and verified instance exists.
    """


class ChutePage(Model):
    """
    One page of chutes.
    """

    total: int | None = None
    """
    Chutes in all.
    """
    page: int | None = None
    """
    This page; 0 is the first.
    """
    limit: int | None = None
    """
    Chutes in a page.
    """
    items: list[Chute]
    cord_refs: dict[str, list[Cord]] | None = None
    """
    Cords by the `cord_ref_id` of the items.
    """
