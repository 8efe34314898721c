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
    max_hourly_price_per_gpu: int | float | None = None
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
    compute_multiplier: int | float | None = None
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

    usd: int | float | None = None
    tao: int | float | None = None


class TimePrice(Model):
    """
    Price of running time in one currency.
    """

    hour: int | float | None = None
    second: int | float | None = None


class PriceRange(Model):
    """
    Lowest and highest price.
    """

    min: int | float | None = None
    max: int | float | None = None


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
    scaling_threshold: int | float | None = None
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


class WarmupBounty(Model):
    """
    What miners get for starting the chute.
    """

    amount: int | None = None
    boost: int | float | None = None
    """
    Factor on the amount.
    """
    age_seconds: int | None = None
    """
    Since it was opened.
    """
    created_at: int | float | None = None
    """
    Unix seconds.
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
    boost: int | float | None = None
    """
    Factor on the reward of the miners.
    """
    manual_boost: int | float | None = None
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
    utilization_current: int | float | None = None
    utilization_5m: int | float | None = None
    utilization_15m: int | float | None = None
    utilization_1h: int | float | None = None
    rate_limit_ratio_5m: int | float | None = None
    rate_limit_ratio_15m: int | float | None = None
    rate_limit_ratio_1h: int | float | None = None
    total_requests_5m: int | float | None = None
    total_requests_15m: int | float | None = None
    total_requests_1h: int | float | None = None
    completed_requests_5m: int | float | None = None
    completed_requests_15m: int | float | None = None
    completed_requests_1h: int | float | None = None
    rate_limited_requests_5m: int | float | None = None
    rate_limited_requests_15m: int | float | None = None
    rate_limited_requests_1h: int | float | None = None
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
    effective_multiplier: int | float | None = None
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
    avg_busy_ratio: int | float | None = None
    total_invocations: int | float | None = None
    total_rate_limit_errors: int | float | None = None


class MinerMean(Model):
    """
    Mean speed of one instance of a miner.
    """

    miner_hotkey: str | None = None
    instance_id: str | None = None
    avg_tps: int | float | None = None
    """
    Tokens per second.
    """
    avg_output_tokens: int | float | None = None
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
    seconds_elapsed: int | float | None = None
    """
    Age in seconds.
    """
    time_remaining: int | float | None = None
    """
    Seconds until it ends.
    """
    created_at: int | float | None = None
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
    balance: int | float | None = None
    """
    In USD.
    """
    netuids: list[int] | None = None
    quotas: list[Any] | None = None
    """
    Quotas as the server keeps them.
    """


class ContainerImageArgs(Model):
    """
    What an image is built from. The server wants every part.
    """

    wait: bool
    """
    Unused by the server; the CDK sends false and follows the log.
    """
    build_context: str
    """
    Zip file with everything that the Dockerfile copies.
    """
    username: str
    """
    Your own name; another one is a 401.
    """
    name: str
    """
    Name of the image.
    """
    readme: str
    """
    Text about it in Markdown.
    """
    logo_id: str
    """
    Id of a logo, or `__none__`.
    """
    tag: str
    """
    Tag of the image.
    """
    dockerfile: str
    """
    Text of the Dockerfile.
    """
    image: str
    """
    The CDK's own image object as a base64 Python pickle; the server only stores it.
    """
    public: bool
    """
    Whether everybody may use it.
    """


class ContainerImageDeletion(Model):
    """
    What was deleted.
    """

    image_id: str | None = None
    deleted: bool | None = None


class BuildLogEvent(Model):
    """
    One record of a build log.
    """

    log_type: str | None = None
    """
    Where it comes from, such as `stdout` or `stderr`; null in a plain text log.
    """
    log: str | None = None
    """
    The text.
    """
    offset: str | None = None
    """
    Where to go on after it; null in a plain text log.
    """


class AccountDeletion(Model):
    """
    What was deleted.
    """

    deleted: bool | None = None


class Quota(Model):
    """
    One quota.
    """

    model_config = ConfigDict(
        arbitrary_types_allowed=True,
    )
    user_id: str | None = None
    chute_id: str | None = None
    """
    Id of a chute, or `*` for all others.
    """
    is_default: bool | None = None
    payment_refresh_date: UTCDatetime | None = None
    effective_date: UTCDatetime | None = None
    updated_at: UTCDatetime | None = None
    quota: int | None = None
    """
    Calls a day.
    """


class QuotaUsage(Model):
    """
    How much of a quota is used today.
    """

    quota: int | str | None = None
    """
    Calls a day.
    """
    used: int | float | None = None
    """
    Calls made; a repeat counts as a fraction.
    """


class SubscriptionWindow(Model):
    """
    One window of a subscription.
    """

    model_config = ConfigDict(
        arbitrary_types_allowed=True,
    )
    usage: int | float | None = None
    """
    USD.
    """
    cap: int | float | None = None
    """
    USD.
    """
    remaining: int | float | None = None
    """
    USD.
    """
    reset_at: UTCDatetime | None = None
    uncapped: bool | None = None
    """
    True where there is no cap, and then the rest is absent.
    """


class Discount(Model):
    """
    A discount for one chute.
    """

    user_id: str | None = None
    chute_id: str | None = None
    discount: int | float | None = None
    """
    Fraction, 0 to 1.
    """


class PriceOverride(Model):
    """
    A price that was agreed, in USD.
    """

    user_id: str | None = None
    chute_id: str | None = None
    per_request: int | float | None = None
    per_million_in: int | float | None = None
    per_million_out: int | float | None = None
    per_step: int | float | None = None
    cache_discount: int | float | None = None


class UsageBucket(Model):
    """
    One hour of usage.
    """

    model_config = ConfigDict(
        arbitrary_types_allowed=True,
    )
    bucket: UTCDatetime | None = None
    """
    Begin of the hour.
    """
    amount: int | float | None = None
    """
    USD.
    """
    count: int | None = None
    """
    Calls.
    """
    input_tokens: int | None = None
    output_tokens: int | None = None
    chute_id: str | None = None
    """
    With `per_chute` only.
    """


class ChuteShare(Model):
    """
    A chute that is shared.
    """

    model_config = ConfigDict(
        arbitrary_types_allowed=True,
    )
    chute_id: str | None = None
    shared_by: str | None = None
    """
    Id of the owner.
    """
    shared_to: str | None = None
    """
    Id of the other account.
    """
    shared_at: UTCDatetime | None = None


class BalanceTransferArgs(Model):
    """
    Where to and how much.
    """

    user_id: str
    """
    Id or name of the account that receives.
    """
    amount: int | float | None = None
    """
    USD.
    """


class BalanceTransfer(Model):
    """
    What was moved, in USD.
    """

    transferred: int | float | None = None
    from_user: str | None = None
    to_user: str | None = None
    from_balance: int | float | None = None
    to_balance: int | float | None = None
    debit_event_id: str | None = None
    credit_event_id: str | None = None


class UserGrowth(Model):
    """
    New accounts of one day.
    """

    date: str | None = None
    daily_count: int | None = None
    cumulative_count: int | None = None


class LoginNonce(Model):
    """
    A nonce to sign.
    """

    nonce: str
    expires_in: int | None = None
    """
    Seconds.
    """


class LoginArgs(Model):
    """
    Either `fingerprint`, or the other three.
    """

    fingerprint: str | None = None
    hotkey: str | None = None
    """
    Address.
    """
    signature: str | None = None
    """
    Hexadecimal.
    """
    nonce: str | None = None


class LoginToken(Model):
    """
    A token that stands for the account.
    """

    token: str


class FingerprintArgs(Model):
    """
    The new fingerprint.
    """

    fingerprint: str


class WalletKeysArgs(Model):
    """
    The new keys; at least one, otherwise the server answers 400.
    """

    hotkey: str | None = None
    """
    Address of the new signing key; one that another account has is a 409.
    """
    coldkey: str | None = None
    """
    Address of the owner's new key.
    """


class UsernameCheck(Model):
    """
    Whether a name can be had.
    """

    valid: bool | None = None
    available: bool | None = None


class StatusMessage(Model):
    """
    A sentence about what was done.
    """

    status: str | None = None


class RegistrationArgs(Model):
    """
    A new account.
    """

    username: str
    coldkey: str
    """
    Address of the owner's key.
    """
    logo_id: str | None = None


class AgentRegistrationArgs(Model):
    """
    A new account without a browser.
    """

    hotkey: str
    """
    Address of the signing key.
    """
    coldkey: str
    """
    Address of the owner's key.
    """
    signature: str
    """
    Hexadecimal, by the hotkey; here a leading 0x is allowed.
    """
    username: str | None = None
    """
    Name of the account.
    """


class AgentRegistration(Model):
    """
    What to pay for the account.
    """

    registration_id: str | None = None
    user_id: str | None = None
    hotkey: str | None = None
    coldkey: str | None = None
    payment_address: str | None = None
    required_amount: int | float | None = None
    """
    TAO.
    """
    message: str | None = None


class AgentSetupArgs(Model):
    """
    Proof that the account is yours.
    """

    hotkey: str
    signature: str
    """
    Hexadecimal.
    """


class AgentSetup(Model):
    """
    How to use the new account.
    """

    user_id: str | None = None
    api_key: str | None = None
    """
    Secret; shown this once.
    """
    hotkey_ss58address: str | None = None
    payment_address: str | None = None
    username: str | None = None
    config_ini: str | None = None
    """
    Text of a configuration file of the CDK.
    """
    setup_instructions: str | None = None


class ApiKeyScope(Model):
    """
    One thing that a key may do.
    """

    scope_id: str | None = None
    object_type: str | None = None
    object_id: str | None = None
    method: str | None = None
    """
    The server of 2026-05 always leaves it null, although scopes have an action.
    """


class ApiKeyDeletion(Model):
    """
    What was deleted.
    """

    api_key_id: str | None = None
    deleted: bool | None = None


class SecretArgs(Model):
    """
    A new secret.
    """

    purpose: str
    """
    Id or name of one of your chutes.
    """
    key: str
    """
    Name of the environment variable.
    """
    value: str
    """
    The value, in clear.
    """


class Secret(Model):
    """
    A secret, without its value.
    """

    model_config = ConfigDict(
        arbitrary_types_allowed=True,
    )
    secret_id: str
    key: str | None = None
    purpose: str | None = None
    """
    Id of the chute.
    """
    created_at: UTCDatetime | None = None


class SecretCreation(Model):
    """
    A new secret.
    """

    model_config = ConfigDict(
        arbitrary_types_allowed=True,
    )
    secret_id: str
    key: str | None = None
    purpose: str | None = None
    """
    Id of the chute.
    """
    value: str | None = None
    """
    The value, encrypted.
    """
    user_id: str | None = None
    created_at: UTCDatetime | None = None


class SecretDeletion(Model):
    """
    What was deleted.
    """

    status: str | None = None
    secret_id: str | None = None


class InstanceEvidence(Model):
    """
    Attestation of one instance.
    """

    quote: str
    """
    TDX quote, base64.
    """
    gpu_evidence: list[Any] | None = None
    """
    Evidence of the GPUs as NVIDIA writes it.
    """
    instance_id: str | None = None
    certificate: str | None = None
    """
    Of the machine, DER, base64.
    """


class JobImage(Model):
    """
    The image of a run.
    """

    image_id: str | None = None
    name: str | None = None
    tag: str | None = None
    public: bool | None = None
    chutes_version: str | None = None
    patch_version: str | None = None


class JobDeletion(Model):
    """
    What was deleted.
    """

    deleted: bool | None = None
    job_id: str | None = None


class ModelAlias(Model):
    """
    A name for a ranked list of chutes.
    """

    model_config = ConfigDict(
        arbitrary_types_allowed=True,
    )
    alias: str
    chute_ids: list[str] | None = None
    """
    The first is tried first.
    """
    created_at: UTCDatetime | None = None
    updated_at: UTCDatetime | None = None


class ModelAliasArgs(Model):
    """
    A new alias.
    """

    alias: str
    """
    Printable ASCII, without spaces and colons; the server lowers its case.
    """
    chute_ids: list[str]
    """
    The first is tried first. One that the server does not know is a 400; repeated ones count once.
    """


class LogoArgs(Model):
    """
    An image.
    """

    logo: str
    """
    The file, with a type that begins with `image/`.
    """


class Logo(Model):
    """
    A logo.
    """

    logo_id: str
    path: str | None = None
    """
    Path of the image.
    """


LogoFormat = TypeAliasType("LogoFormat", Literal["webp", "png"] | str)
"""
Format of a logo.
"""


class InstanceLogEvent(Model):
    """
    One line of a log.
    """

    log: str | None = None


class LogSession(Model):
    """
    The encrypted log of one instance.
    """

    instance_id: str | None = None
    chute_id: str | None = None
    config_id: str | None = None
    """
    Id of the launch.
    """
    ephemeral_pubkey: str | None = None
    """
    Ristretto255 key of this session, base64.
    """
    stream_key: str | None = None
    """
    Where the server keeps the chunks.
    """
    started_at: int | float | None = None
    """
    Unix seconds.
    """
    chunk_count: int | None = None


class LogChunks(Model):
    """
    The chunks of one log.
    """

    instance_id: str | None = None
    chute_id: str | None = None
    chunks: list[str] | None = None
    """
    Base64.
    """


class E2eInstance(Model):
    """
    One instance.
    """

    instance_id: str | None = None
    e2e_pubkey: str | None = None
    """
    ML-KEM-768 key, base64.
    """
    nonces: list[str] | None = None


class E2eEvent(Model):
    """
    One event of an encrypted stream.
    """

    e2e_init: str | None = None
    """
    Base64, first event.
    """
    e2e: str | None = None
    """
    Base64, one chunk.
    """
    e2e_error: Any | None = None
    """
    What failed, in clear and in any form.
    """
    usage: Any | None = None
    """
    In clear, and unauthenticated.
    """


class ComputeUnitPrice(Model):
    """
    Price of a compute unit.
    """

    usd: int | float | None = None
    tao: int | float | None = None
    description: str | None = None


class RatePrice(Model):
    """
    A price for time.
    """

    hour: int | float | None = None
    second: int | float | None = None


class Payment(Model):
    """
    One payment.
    """

    model_config = ConfigDict(
        arbitrary_types_allowed=True,
    )
    payment_id: str | None = None
    ss58_address: str | None = None
    """
    Address of the account that was topped up.
    """
    block: int | None = None
    rao_amount: int | None = None
    """
    In rao, a billionth of a TAO.
    """
    fmv: int | float | None = None
    """
    One TAO in USD at that time.
    """
    usd_amount: int | float | None = None
    transaction_hash: str | None = None
    timestamp: UTCDatetime | None = None
    tx_link: str | None = None
    transactions_link: str | None = None
    refunded: bool | None = None
    """
    True, or absent.
    """


class TaoSummary(Model):
    """
    Sums of payments that were made in TAO, in USD.
    """

    today: int | float | None = None
    this_month: int | float | None = None
    total: int | float | None = None


class DailyRevenue(Model):
    """
    Revenue of one day, in USD.
    """

    date: str | None = None
    """
    `YYYY-MM-DD`.
    """
    new_subscriber_count: int | None = None
    new_subscriber_revenue: int | float | None = None
    paygo_revenue: int | float | None = None
    pending_instance_revenue: int | float | None = None
    sponsored_inference: int | float | None = None
    total_revenue: int | float | None = None


class DepositReturnArgs(Model):
    """
    Where to.
    """

    address: str
    """
    TAO address.
    """


class DepositReturn(Model):
    """
    What was done.
    """

    status: str | None = None
    """
    `transferred`.
    """
    message: str | None = None
    """
    What was transferred.
    """
    status_code: int | None = None
    """
    Set where the server refuses with status 200.
    """
    detail: str | None = None
    """
    Why it refuses.
    """


class GpuInventory(Model):
    """
    How many of one GPU there are.
    """

    provisioned: int | None = None
    """
    Busy with chutes.
    """
    idle: int | None = None


class MinerChute(Model):
    """
    What keeps it busy.
    """

    model_config = ConfigDict(
        arbitrary_types_allowed=True,
    )
    chute_id: str | None = None
    name: str | None = None
    """
    `[private chute]` where it is private.
    """
    username: str | None = None
    """
    Whose it is, where it is public.
    """
    instance_id: str | None = None
    verified: bool | None = None
    bounty: bool | None = None
    """
    Whether the miner got a bounty for it.
    """
    created_at: UTCDatetime | None = None
    activated_at: UTCDatetime | None = None


class GpuRequirements(Model):
    """
    What a model needs.
    """

    total_model_size: int | None = None
    """
    GiB, rounded up.
    """
    required_gpus: int | None = None
    min_vram_per_gpu: int | None = None
    """
    GB.
    """
    model_type: str | None = None
    """
    Family, such as `llama`; `default` where none is known.
    """
    quantization: str | None = None
    """
    `none`, `4bit`, `8bit` or `fp8`.
    """
    num_attention_heads: int | None = None
    num_key_value_heads: int | None = None
    hidden_size: int | None = None
    num_layers: int | None = None


class InvocationUsage(Model):
    """
    Usage of one chute on one day.
    """

    chute_id: str | None = None
    date: str | None = None
    """
    `YYYY-MM-DD`.
    """
    usd_amount: int | float | None = None
    """
    What the calls would have cost, had none been free.
    """
    invocation_count: int | None = None


class LlmStats(Model):
    """
    A language model on one day.
    """

    chute_id: str | None = None
    name: str | None = None
    """
    `[private]` unless the chute is the platform's own.
    """
    date: str | None = None
    """
    `YYYY-MM-DD`.
    """
    total_requests: int | None = None
    total_input_tokens: int | None = None
    total_output_tokens: int | None = None
    average_tps: int | float | None = None
    """
    Tokens per second; 0 where unknown.
    """
    average_ttft: int | float | None = None
    """
    Seconds to the first token; 0 where unknown.
    """


class DiffusionStats(Model):
    """
    An image model on one day.
    """

    chute_id: str | None = None
    name: str | None = None
    date: str | None = None
    """
    `YYYY-MM-DD`.
    """
    total_requests: int | None = None
    total_steps: int | None = None
    average_sps: int | float | None = None
    """
    Steps per second; 0 where unknown.
    """


class AuditEntry(Model):
    """
    One report.
    """

    model_config = ConfigDict(
        arbitrary_types_allowed=True,
    )
    entry_id: str | None = None
    hotkey: str | None = None
    block: int | None = None
    path: str | None = None
    created_at: UTCDatetime | None = None
    start_time: UTCDatetime | None = None
    end_time: UTCDatetime | None = None


class TeeMeasurement(Model):
    """
    What a trusted machine must show.
    """

    version: str | None = None
    name: str | None = None
    mrtd: str | None = None
    boot_rtmrs: dict[str, str] | None = None
    runtime_rtmrs: dict[str, str] | None = None
    expected_gpus: list[str] | None = None
    gpu_count: int | None = None


class Pong(Model):
    """
    A sign of life.
    """

    message: str | None = None


class HfFile(Model):
    """
    One file.
    """

    path: str | None = None
    size: int | None = None
    """
    Bytes.
    """
    sha256: str | None = None
    """
    Of a file in large file storage.
    """
    is_lfs: bool | None = None
    """
    Whether it is in large file storage.
    """
    blob_id: str | None = None
    """
    Of every other file.
    """


class OauthApp(Model):
    """
    An OAuth app. The scopes that it may ask for are not shown.
    """

    model_config = ConfigDict(
        arbitrary_types_allowed=True,
    )
    app_id: str
    client_id: str | None = None
    """
    `cid_` and 24 characters.
    """
    user_id: str | None = None
    """
    Id of the owner.
    """
    name: str | None = None
    description: str | None = None
    redirect_uris: list[str] | None = None
    homepage_url: str | None = None
    logo_url: str | None = None
    active: bool | None = None
    public: bool | None = None
    refresh_token_lifetime_days: int | None = None
    created_at: UTCDatetime | None = None
    updated_at: UTCDatetime | None = None


class OauthAppCreation(Model):
    """
    A new OAuth app.
    """

    model_config = ConfigDict(
        arbitrary_types_allowed=True,
    )
    app_id: str
    client_id: str | None = None
    """
    `cid_` and 24 characters.
    """
    user_id: str | None = None
    """
    Id of the owner.
    """
    name: str | None = None
    description: str | None = None
    redirect_uris: list[str] | None = None
    homepage_url: str | None = None
    logo_url: str | None = None
    active: bool | None = None
    public: bool | None = None
    refresh_token_lifetime_days: int | None = None
    created_at: UTCDatetime | None = None
    updated_at: UTCDatetime | None = None
    client_secret: str | None = None
    """
    `csc_` and 48 characters; shown this once.
    """


class OauthAppArgs(Model):
    """
    A new OAuth app.
    """

    name: str
    """
    Unique. Letters, digits, underscores, white space, hyphens and dots.
    """
    redirect_uris: list[str]
    """
    Where to send users back, http or https; compared exactly.
    """
    description: str | None = None
    homepage_url: str | None = None
    logo_url: str | None = None
    public: bool | None = None
    """
    Whether everybody sees the app in lists. The server's default is True.
    """
    refresh_token_lifetime_days: int | None = None
    """
    Days that a refresh token lives; each use begins them anew. The server's default is 30.
    """
    allowed_scopes: list[str] | None = None
    """
    Privileged scopes that the app may ask for; the others need no mention.
    """


class OauthAppUpdateArgs(Model):
    """
    What to change; null changes nothing.
    """

    name: str | None = None
    """
    As at creation, 3 to 64 characters.
    """
    description: str | None = None
    redirect_uris: list[str] | None = None
    """
    All of them, 1 to 10.
    """
    homepage_url: str | None = None
    logo_url: str | None = None
    active: bool | None = None
    """
    An app that is not active signs nobody in, and its access tokens are refused (after up to 5 minutes).
    """
    public: bool | None = None
    refresh_token_lifetime_days: int | None = None
    """
    Days; 1 to 30.
    """
    allowed_scopes: list[str] | None = None
    """
    Checked but not stored.
    """


class OauthAppDeletion(Model):
    """
    What was deleted.
    """

    app_id: str | None = None
    deleted: bool | None = None
    """
    Always true.
    """


class OauthSecret(Model):
    """
    The new secret of an app.
    """

    app_id: str | None = None
    client_id: str | None = None
    client_secret: str
    """
    Shown this once.
    """


class OauthAppShareArgs(Model):
    """
    Which app, and with whom.
    """

    app_id_or_name: str
    """
    Demanded, but the app of the path is the one that counts.
    """
    user_id_or_name: str
    """
    The other account.
    """


class OauthAppShareResult(Model):
    """
    With whom the app is shared now.
    """

    app_id: str | None = None
    shared_to: str | None = None
    """
    Id of the other account.
    """
    shared_to_username: str | None = None
    """
    Name of the other account.
    """


class OauthAppShare(Model):
    """
    An account that an app is shared with.
    """

    model_config = ConfigDict(
        arbitrary_types_allowed=True,
    )
    user_id: str | None = None
    """
    Id of the other account.
    """
    username: str | None = None
    """
    Its name.
    """
    shared_at: UTCDatetime | None = None


class OauthAuthorization(Model):
    """
    An app that you have authorized.
    """

    model_config = ConfigDict(
        arbitrary_types_allowed=True,
    )
    authorization_id: str | None = None
    app_id: str | None = None
    app_name: str | None = None
    """
    `Unknown` where the app is gone.
    """
    app_description: str | None = None
    app_logo_url: str | None = None
    scopes: list[str] | None = None
    """
    What you allowed.
    """
    created_at: UTCDatetime | None = None
    revoked: bool | None = None
    """
    Always false in the list.
    """


class OauthRevocation(Model):
    """
    That a token was revoked.
    """

    revoked: bool | None = None
    """
    Always true, also where there was no such token.
    """


class OauthScopes(Model):
    """
    The scopes.
    """

    scopes: dict[str, str]
    """
    Descriptions by name.
    """


class OauthTokenArgs(Model):
    """
    A code or a refresh token, and who asks.
    """

    grant_type: str
    """
    `authorization_code` or `refresh_token`.
    """
    code: str | None = None
    """
    Good for 600 seconds, once.
    """
    redirect_uri: str | None = None
    """
    The same as when the code was asked for; a code needs it.
    """
    client_id: str | None = None
    """
    Of the app; here, or with the secret in a header of HTTP Basic.
    """
    client_secret: str | None = None
    """
    Of the app; every app has one, so it is always needed.
    """
    refresh_token: str | None = None
    """
    Good once.
    """
    code_verifier: str | None = None
    """
    What the code challenge was made of; needed where there was one.
    """


class OauthToken(Model):
    """
    An access token, and how to get the next.
    """

    access_token: str
    """
    `cak_…`.
    """
    token_type: str | None = None
    """
    `Bearer`.
    """
    expires_in: int | None = None
    """
    Seconds; 3600.
    """
    refresh_token: str | None = None
    """
    `crt_…`; good once, for at most 30 days.
    """
    scope: str | None = None
    """
    Separated by spaces; null where there is none.
    """


class OauthRevokeArgs(Model):
    """
    Which token.
    """

    token: str
    """
    Access or refresh token; the server tells which by its prefix.
    """
    token_type_hint: str | None = None
    """
    Not looked at.
    """


class OauthIntrospectArgs(Model):
    """
    Which token, and who asks.
    """

    token: str
    """
    Access or refresh token.
    """
    token_type_hint: str | None = None
    """
    Not needed: the prefix tells. `access_token` said of a refresh token makes it look dead.
    """
    client_id: str | None = None
    """
    Looked at only beside the secret.
    """
    client_secret: str | None = None


class OauthIntrospection(Model):
    """
    What a token is worth; `active` false and nothing else for a dead one.
    """

    active: bool
    token_type: str | None = None
    """
    `access_token` or `refresh_token`.
    """
    scope: str | None = None
    """
    Separated by spaces.
    """
    client_id: str | None = None
    """
    Of the app.
    """
    username: str | None = None
    """
    Name of the account.
    """
    sub: str | None = None
    """
    Id of the account.
    """
    exp: int | None = None
    """
    Unix seconds.
    """
    iat: int | None = None
    """
    Unix seconds.
    """


class OauthUserinfo(Model):
    """
    Whose token it is.
    """

    model_config = ConfigDict(
        arbitrary_types_allowed=True,
    )
    sub: str
    """
    Id of the account.
    """
    username: str | None = None
    created_at: UTCDatetime | None = None


class OauthDiscovery(Model):
    """
    Addresses and abilities of the sign-in.
    """

    issuer: str
    authorization_endpoint: str | None = None
    token_endpoint: str | None = None
    userinfo_endpoint: str | None = None
    revocation_endpoint: str | None = None
    introspection_endpoint: str | None = None
    scopes_supported: list[str] | None = None
    response_modes_supported: list[str] | None = None
    response_types_supported: list[str] | None = None
    grant_types_supported: list[str] | None = None
    token_endpoint_auth_methods_supported: list[str] | None = None
    """
    Names `none` too, though every app has a secret and needs it.
    """
    code_challenge_methods_supported: list[str] | None = None
    """
    Names `plain` too, though only S256 is accepted.
    """
    subject_types_supported: list[str] | None = None
    claims_supported: list[str] | None = None
    """
    What the user information holds.
    """
    service_documentation: str | None = None
    """
    Address of the documentation.
    """


class OauthAppUnshareResult(Model):
    """
    With whom the app is no longer shared.
    """

    app_id: str | None = None
    unshared_from: str | None = None
    """
    Id of the other account.
    """


class OauthAppShares(Model):
    """
    With whom an app is shared.
    """

    app_id: str | None = None
    shares: list[OauthAppShare]


class OauthAuthorizationRevocation(Model):
    """
    Whose authorization was taken back.
    """

    app_id: str | None = None
    revoked: bool | None = None
    """
    Always true.
    """


class JobFile(Model):
    """
    A file that a run has left.
    """

    filename: str | None = None
    """
    Its name, which may hold slashes.
    """
    path: str | None = None
    """
    Where the platform keeps it.
    """
    uploaded: bool | None = None
    """
    Whether it has arrived and can be had.
    """


class JobPortMapping(Model):
    """
    Where one port of a run can be reached.
    """

    internal_port: int | None = None
    """
    The port that the job has opened.
    """
    external_port: int | None = None
    """
    The port at the host of the instance.
    """
    proto: Literal["tcp", "udp", "http"] | str | None = None
    default: bool | None = None
    """
    Whether it is the default port.
    """


class GpuClock(Model):
    """
    Clock of a GPU.
    """

    base: int | float | None = None
    """
    MHz.
    """
    boost: int | float | None = None
    """
    MHz.
    """


class GpuProof(Model):
    """
    How the platform proves that a GPU is what it claims to be.
    """

    iterations: int | None = None
    estimate: int | float | None = None
    """
    How long it takes.
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


class ContainerImage(Model):
    """
    A container image that chutes run in.
    """

    model_config = ConfigDict(
        arbitrary_types_allowed=True,
    )
    image_id: str
    user_id: str | None = None
    """
    Id of the owner; only in the answer to an upload, which has no `user`.
    """
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
    bounty: WarmupBounty | None = None
    """
    The bounty that is open for it.
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


class ContainerImagePage(Model):
    """
    One page of container images.
    """

    total: int | None = None
    """
    In all.
    """
    page: int | None = None
    """
    This page; 0 is the first.
    """
    limit: int | None = None
    """
    Items in a page.
    """
    items: list[ContainerImage]


Quotas = TypeAliasType("Quotas", list[Quota] | dict[str, int])
"""
Quotas in one of two forms.
"""


class SubscriptionUsage(Model):
    """
    How much of a subscription is used; `subscription` false and nothing else without one.
    """

    model_config = ConfigDict(
        arbitrary_types_allowed=True,
    )
    subscription: bool | None = None
    """
    Whether there is one.
    """
    custom: bool | None = None
    monthly_price: int | float | None = None
    """
    USD.
    """
    anchor_date: UTCDatetime | None = None
    effective_date: UTCDatetime | None = None
    updated_at: UTCDatetime | None = None
    four_hour: SubscriptionWindow | None = None
    """
    Of the current four hours.
    """
    monthly: SubscriptionWindow | None = None
    """
    Of the current month.
    """


class UsagePage(Model):
    """
    One page of hours.
    """

    total: int | None = None
    """
    In all.
    """
    page: int | None = None
    """
    This page; 0 is the first.
    """
    limit: int | None = None
    """
    Items in a page.
    """
    items: list[UsageBucket]


class AgentRegistrationStatus(Model):
    """
    How far a registration is.
    """

    registration_id: str | None = None
    user_id: str | None = None
    hotkey: str | None = None
    coldkey: str | None = None
    payment_address: str | None = None
    received_amount: int | float | None = None
    """
    TAO.
    """
    required_amount: int | float | None = None
    """
    TAO.
    """
    status: Literal["pending_payment", "completed", "expired"] | str | None = None
    message: str | None = None


class ApiKeyScopeArgs(Model):
    """
    One thing that a key may do.
    """

    object_type: Literal["images", "chutes", "invocations"] | str
    """
    What a scope is about.
    """
    object_id: str | None = None
    """
    One object only; null for all of the type.
    """
    action: Literal["read", "write", "delete", "invoke"] | str | None = None
    """
    Null for all.
    """


class ApiKey(Model):
    """
    An API key, without its secret.
    """

    model_config = ConfigDict(
        arbitrary_types_allowed=True,
    )
    api_key_id: str
    user_id: str | None = None
    admin: bool | None = None
    name: str | None = None
    created_at: UTCDatetime | None = None
    last_used_at: UTCDatetime | None = None
    scopes: list[ApiKeyScope] | None = None


class ApiKeyCreation(Model):
    """
    A new API key.
    """

    model_config = ConfigDict(
        arbitrary_types_allowed=True,
    )
    api_key_id: str
    user_id: str | None = None
    admin: bool | None = None
    name: str | None = None
    created_at: UTCDatetime | None = None
    last_used_at: UTCDatetime | None = None
    scopes: list[ApiKeyScope] | None = None
    secret_key: str | None = None
    """
    The key to send; shown this once.
    """


class SecretPage(Model):
    """
    One page of secrets.
    """

    total: int | None = None
    """
    In all.
    """
    page: int | None = None
    """
    This page; 0 is the first.
    """
    limit: int | None = None
    """
    Items in a page.
    """
    items: list[Secret]


class ChuteEvidence(Model):
    """
    Attestation of a chute.
    """

    evidence: list[InstanceEvidence]
    failed_instance_ids: list[str] | None = None
    """
    Instances that gave none.
    """


class JobChute(Model):
    """
    The chute of a run.
    """

    chute_id: str | None = None
    name: str | None = None
    public: bool | None = None
    version: str | None = None
    slug: str | None = None
    chutes_version: str | None = None
    preemptible: bool | None = None
    tee: bool | None = None
    image: JobImage | None = None


class E2eInstances(Model):
    """
    Instances that take encrypted calls.
    """

    instances: list[E2eInstance]
    nonce_expires_in: int | None = None
    """
    Seconds.
    """
    nonce_expires_at: int | None = None
    """
    Unix seconds.
    """


class GpuPrice(Model):
    """
    Price of one GPU.
    """

    usd: RatePrice | None = None
    tao: RatePrice | None = None


class PaymentPage(Model):
    """
    One page of payments.
    """

    total: int | None = None
    """
    In all.
    """
    page: int | None = None
    """
    This page; 0 is the first.
    """
    limit: int | None = None
    """
    Items in a page.
    """
    items: list[Payment]


class MinerNode(Model):
    """
    One GPU that is busy.
    """

    gpu: str | None = None
    server_id: str | None = None
    chute: MinerChute | None = None


class SupportedGpu(Model):
    """
    A kind of GPU.
    """

    model_name_check: str | None = None
    """
    Regular expression that the name which the driver reports must match.
    """
    memory: int | float | None = None
    """
    GB.
    """
    hourly_rate: int | float | None = None
    """
    USD.
    """
    major: int | None = None
    """
    Compute capability, before the point.
    """
    minor: int | None = None
    """
    Compute capability, after the point.
    """
    tensor_cores: int | None = None
    processors: int | None = None
    """
    Streaming multiprocessors.
    """
    max_threads_per_processor: int | None = None
    clock_rate: GpuClock | None = None
    concurrent_kernels: bool | None = None
    ecc: bool | None = None
    """
    Whether its memory corrects errors.
    """
    sxm: bool | None = None
    """
    Whether it sits in an SXM socket.
    """
    graval: GpuProof | None = None


class HfRepoInfo(Model):
    """
    The files of a repository.
    """

    repo_id: str | None = None
    repo_type: str | None = None
    revision: str | None = None
    files: list[HfFile] | None = None
    directories: list[str] | None = None
    """
    Their paths.
    """


class OauthAppPage(Model):
    """
    One page of OAuth apps.
    """

    total: int | None = None
    """
    In all.
    """
    page: int | None = None
    """
    This page; 0 is the first.
    """
    limit: int | None = None
    """
    Items in a page.
    """
    items: list[OauthApp]


class OauthAuthorizationPage(Model):
    """
    One page of authorizations.
    """

    total: int | None = None
    """
    In all.
    """
    page: int | None = None
    """
    This page; 0 is the first.
    """
    limit: int | None = None
    """
    Items in a page.
    """
    items: list[OauthAuthorization]


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
    scaling_threshold: int | float | None = None
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


class Registration(Model):
    """
    A new account.
    """

    model_config = ConfigDict(
        arbitrary_types_allowed=True,
    )
    user_id: str
    username: str | None = None
    logo_id: str | None = None
    logo: str | None = None
    created_at: UTCDatetime | None = None
    hotkey: str | None = None
    coldkey: str | None = None
    payment_address: str | None = None
    """
    Address that tops up the balance in TAO.
    """
    fingerprint: str | None = None
    """
    Secret; shown this once.
    """
    api_key: ApiKeyCreation | None = None
    """
    A first key; its secret is shown this once.
    """


class ApiKeyPage(Model):
    """
    One page of API keys.
    """

    total: int | None = None
    """
    In all.
    """
    page: int | None = None
    """
    This page; 0 is the first.
    """
    limit: int | None = None
    """
    Items in a page.
    """
    items: list[ApiKey]


class ApiKeyArgs(Model):
    """
    A new key.
    """

    admin: bool
    """
    Whether it may do everything.
    """
    name: str
    """
    1 to 24 letters, digits, spaces and `$ . _ -`; unique in the account.
    """
    scopes: list[ApiKeyScopeArgs] | None = None
    """
    What it may do if it is not administrative.
    """


class JobRun(Model):
    """
    One run of a job. What state it is in follows from its times, its instance and its result.
    """

    model_config = ConfigDict(
        arbitrary_types_allowed=True,
    )
    job_id: str
    user_id: str | None = None
    chute_id: str | None = None
    version: str | None = None
    chutes_version: str | None = None
    method: str | None = None
    """
    Name of the job.
    """
    instance_id: str | None = None
    """
    Where it runs.
    """
    active: bool | None = None
    verified: bool | None = None
    status: str | None = None
    """
    How it ended, such as `complete` or `error`. The server of 2026-05 never sends it; see `result`.
    """
    last_queried_at: UTCDatetime | None = None
    created_at: UTCDatetime | None = None
    updated_at: UTCDatetime | None = None
    finished_at: UTCDatetime | None = None
    job_args: Any | None = None
    """
    The arguments it was started with, and `_disk_gb`.
    """
    result: Any | None = None
    """
    What it returned; its own.
    """
    output_files: dict[str, JobFile] | None = None
    """
    Files by id.
    """
    host: str | None = None
    """
    Never filled.
    """
    port_mappings: list[JobPortMapping] | None = None
    """
    Where its ports can be reached.
    """
    chute: JobChute | None = None
    instance: ChuteInstance | None = None
    output_storage_urls: dict[str, str] | None = None
    """
    For the worker; empty for you.
    """


class Pricing(Model):
    """
    Prices of the platform.
    """

    tao_usd: int | float | None = None
    """
    One TAO in USD.
    """
    compute_unit_estimate: ComputeUnitPrice | None = None
    gpu_price_estimates: dict[str, GpuPrice] | None = None
    """
    By GPU.
    """


class MinerNodes(Model):
    """
    The GPUs of one miner.
    """

    provisioned: list[MinerNode] | None = None
    idle: dict[str, int] | None = None
    """
    Counts by GPU.
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
    image: ContainerImage | None = None
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
    boost: int | float | None = None
    """
    Factor on the reward of the miners.
    """
    max_instances: int | None = None
    """
    Most instances at the same time.
    """
    scaling_threshold: int | float | None = None
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
    effective_compute_multiplier: int | float | None = None
    compute_multiplier_factors: dict[str, int | float] | None = None
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
