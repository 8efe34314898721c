// Generated from openapi/chutes.yaml. Do not edit; run `make gen`.

/** Types of the API. Fields are optional unless nothing works without them; objects keep fields that are not named here. */
import type { FileInput } from "../multipart.js";
import type { OpenEnum } from "../values.js";

/**
 * The standard template that a chute was made from.
 */
export type ChuteTemplate = OpenEnum<"vllm" | "diffusion" | "tei" | "embedding" | "other">;

/**
 * Format of a table.
 */
export type MinerMeansFormat = OpenEnum<"json" | "csv">;

/**
 * One page of chutes.
 */
export interface ChutePage {
  /**
   * Chutes in all.
   */
  total?: number | undefined;
  /**
   * This page; 0 is the first.
   */
  page?: number | undefined;
  /**
   * Chutes in a page.
   */
  limit?: number | undefined;
  items: Chute[];
  /**
   * Cords by the `cord_ref_id` of the items.
   */
  cord_refs?: Record<string, Cord[]> | undefined;
}

/**
 * A deployed program with its endpoints.
 */
export interface Chute {
  /**
   * Id (a UUID).
   */
  chute_id: string;
  /**
   * Name, unique in the account; may hold slashes.
   */
  name: string;
  /**
   * First label of its host name. Never compute it; it may carry a random suffix.
   */
  slug?: string | null | undefined;
  /**
   * One line about it.
   */
  tagline?: string | null | undefined;
  /**
   * Text about it in Markdown.
   */
  readme?: string | null | undefined;
  /**
   * Text for models that use it as a tool.
   */
  tool_description?: string | null | undefined;
  /**
   * Whether everybody can see and call it.
   */
  public?: boolean | undefined;
  /**
   * Id of the deployed version.
   */
  version?: string | undefined;
  /**
   * Its template, if it was made from one.
   */
  standard_template?: ChuteTemplate | null | undefined;
  /**
   * Its endpoints; null in lists.
   */
  cords?: Cord[] | null | undefined;
  /**
   * Its jobs.
   */
  jobs?: Job[] | null | undefined;
  /**
   * Key into `cord_refs` of the page.
   */
  cord_ref_id?: string | null | undefined;
  created_at?: string | undefined;
  updated_at?: string | undefined;
  /**
   * The container image.
   */
  image?: ContainerImage | undefined;
  /**
   * The owner.
   */
  user?: User | undefined;
  /**
   * GPU names it may run on.
   */
  supported_gpus?: string[] | undefined;
  /**
   * The hardware asked for.
   */
  node_selector?: NodeSelector | undefined;
  /**
   * Calls in all.
   */
  invocation_count?: number | null | undefined;
  /**
   * What it costs now.
   */
  current_estimated_price?: PriceEstimate | null | undefined;
  /**
   * Running copies.
   */
  instances?: ChuteInstance[] | null | undefined;
  logo_id?: string | null | undefined;
  /**
   * Address of the logo.
   */
  logo?: string | null | undefined;
  /**
   * Whether it is listed on OpenRouter.
   */
  openrouter?: boolean | null | undefined;
  /**
   * CDK version it was built with.
   */
  chutes_version?: string | null | undefined;
  /**
   * Commit of the model repository.
   */
  revision?: string | null | undefined;
  /**
   * Calls per instance at the same time.
   */
  concurrency?: number | null | undefined;
  /**
   * Factor on the reward of the miners.
   */
  boost?: number | null | undefined;
  /**
   * Most instances at the same time.
   */
  max_instances?: number | null | undefined;
  /**
   * Busy ratio, 0 to 1, that starts another instance.
   */
  scaling_threshold?: number | null | undefined;
  /**
   * Idle seconds until an instance stops.
   */
  shutdown_after_seconds?: number | null | undefined;
  preemptible?: boolean | undefined;
  /**
   * Whether it may open connections to the outside.
   */
  allow_external_egress?: boolean | null | undefined;
  /**
   * Whether it runs in a trusted execution environment.
   */
  tee?: boolean | null | undefined;
  lock_modules?: boolean | null | undefined;
  effective_compute_multiplier?: number | null | undefined;
  compute_multiplier_factors?: Record<string, number> | null | undefined;
  /**
   * Open bounty.
   */
  bounty?: number | null | undefined;
  /**
   * Whether an active and verified instance exists.
   */
  hot?: boolean | undefined;
}

/**
 * One endpoint of a chute.
 */
export interface Cord {
  /**
   * HTTP method inside the chute.
   */
  method: string;
  /**
   * Path inside the chute.
   */
  path: string;
  /**
   * Name of the Python function.
   */
  function: string;
  /**
   * Whether it streams.
   */
  stream: boolean;
  /**
   * Whether it forwards to a server inside the chute.
   * The server's default: False.
   */
  passthrough?: boolean | null | undefined;
  /**
   * Path on the host of the chute; segments of a-z, 0-9, `_` and `-` that begin with a letter.
   */
  public_api_path?: string | null | undefined;
  /**
   * Method on the host of the chute.
   */
  public_api_method?: CordMethod | null | undefined;
  /**
   * JSON Schema of the arguments.
   */
  input_schema?: unknown | undefined;
  /**
   * JSON Schema of the arguments that matter most.
   */
  minimal_input_schema?: unknown | undefined;
  /**
   * JSON Schema of the result.
   */
  output_schema?: unknown | undefined;
  /**
   * Media type of the result, such as `image/jpeg`; the answer's own header wins.
   */
  output_content_type?: string | null | undefined;
}

/**
 * Method of a public endpoint.
 */
export type CordMethod = OpenEnum<"GET" | "POST">;

/**
 * A long-running task of a chute.
 */
export interface Job {
  name: string;
  /**
   * Whether it hands out files.
   * The server's default: False.
   */
  upload?: boolean | null | undefined;
  /**
   * Seconds until it is stopped.
   */
  timeout?: number | null | undefined;
  /**
   * Ports it opens.
   */
  ports?: JobPort[] | undefined;
  /**
   * Disk in GB.
   * The server's default: 10.
   */
  disk_gb?: number | null | undefined;
}

/**
 * A port that a job opens.
 */
export interface JobPort {
  name: string;
  /**
   * 2202, or 8002 to 65535.
   */
  port: number;
  proto: PortProtocol;
  /**
   * Whether it is the default port.
   * The server's default: True.
   */
  default?: boolean | null | undefined;
}

/**
 * Protocol of a port.
 */
export type PortProtocol = OpenEnum<"tcp" | "udp" | "http">;

/**
 * The hardware that a chute asks for.
 */
export interface NodeSelector {
  /**
   * GPUs per instance.
   * The server's default: 1.
   */
  gpu_count?: number | null | undefined;
  /**
   * Least memory of each GPU in GB.
   * The server's default: 16.
   */
  min_vram_gb_per_gpu?: number | null | undefined;
  /**
   * Highest price of a GPU in USD per hour.
   */
  max_hourly_price_per_gpu?: number | null | undefined;
  /**
   * Only these GPUs.
   */
  include?: string[] | null | undefined;
  /**
   * Not these GPUs; at most five when deploying.
   */
  exclude?: string[] | null | undefined;
  /**
   * The server's default: False.
   */
  dynamic?: boolean | null | undefined;
  /**
   * Price factor of this hardware.
   */
  compute_multiplier?: number | null | undefined;
  /**
   * GPUs that match.
   */
  supported_gpus?: string[] | null | undefined;
}

/**
 * A running copy of a chute.
 */
export interface ChuteInstance {
  instance_id: string;
  region?: string | null | undefined;
  /**
   * Whether it takes calls.
   */
  active?: boolean | undefined;
  /**
   * Whether the platform has checked it.
   */
  verified?: boolean | undefined;
  last_verified_at?: string | null | undefined;
}

/**
 * What a chute costs; which fields are set depends on its template.
 */
export interface PriceEstimate {
  /**
   * Language models.
   */
  per_million_tokens?: TokenPrices | undefined;
  /**
   * Image models.
   */
  per_step?: Money | undefined;
  /**
   * Per call.
   */
  per_request?: Money | undefined;
  /**
   * Running time in USD.
   */
  usd?: TimePrice | undefined;
  /**
   * Running time in TAO.
   */
  tao?: TimePrice | undefined;
  /**
   * Private chutes.
   */
  hourly_price_range?: HourlyPriceRange | undefined;
}

/**
 * Prices of a million tokens.
 */
export interface TokenPrices {
  input?: Money | undefined;
  output?: Money | undefined;
  /**
   * Input found in the cache.
   */
  input_cache_read?: Money | undefined;
}

/**
 * An amount in both currencies.
 */
export interface Money {
  usd?: number | undefined;
  tao?: number | undefined;
}

/**
 * Price of running time in one currency.
 */
export interface TimePrice {
  hour?: number | undefined;
  second?: number | undefined;
}

/**
 * Lowest and highest price of an hour.
 */
export interface HourlyPriceRange {
  usd?: PriceRange | undefined;
  tao?: PriceRange | undefined;
}

/**
 * Lowest and highest price.
 */
export interface PriceRange {
  min?: number | undefined;
  max?: number | undefined;
}

/**
 * A container image that chutes run in.
 */
export interface ContainerImage {
  image_id: string;
  /**
   * Id of the owner; only in the answer to an upload, which has no `user`.
   */
  user_id?: string | null | undefined;
  name?: string | undefined;
  tag?: string | undefined;
  readme?: string | null | undefined;
  public?: boolean | undefined;
  /**
   * `pending build`, `building`, `built and pushed`, or `error: ` and a reason.
   */
  status?: string | undefined;
  created_at?: string | undefined;
  build_started_at?: string | null | undefined;
  build_completed_at?: string | null | undefined;
  /**
   * The owner.
   */
  user?: User | undefined;
  logo_id?: string | null | undefined;
  /**
   * Address of the logo; the server of 2026-05 leaves a slash out, so prefer `logo_id`.
   */
  logo?: string | null | undefined;
  patch_version?: string | null | undefined;
  /**
   * CDK version.
   */
  chutes_version?: string | null | undefined;
}

/**
 * A chute to deploy.
 */
export interface ChuteArgs {
  /**
   * Name, unique in the account without regard to case.
   */
  name: string;
  /**
   * Id of the image, or `user/name:tag`.
   */
  image: string;
  /**
   * Must be false for accounts without the permission.
   */
  public: boolean;
  /**
   * Python source.
   */
  code: string;
  /**
   * File name of the source.
   */
  filename: string;
  /**
   * `module:variable` of the chute object.
   */
  ref_str: string;
  /**
   * Hardware.
   */
  node_selector: NodeSelector;
  /**
   * Template, if any.
   */
  standard_template?: ChuteTemplate | null | undefined;
  /**
   * One line about it.
   */
  tagline?: string | null | undefined;
  /**
   * Text about it in Markdown.
   */
  readme?: string | null | undefined;
  /**
   * Text for models that use it as a tool.
   */
  tool_description?: string | null | undefined;
  logo_id?: string | null | undefined;
  /**
   * Endpoints. A chute has cords or jobs.
   */
  cords?: Cord[] | null | undefined;
  /**
   * Jobs. A chute has cords or jobs.
   */
  jobs?: Job[] | null | undefined;
  /**
   * Calls per instance at the same time.
   */
  concurrency?: number | null | undefined;
  /**
   * Commit of the model repository; required for the vLLM template.
   */
  revision?: string | null | undefined;
  /**
   * Most instances at the same time.
   * The server's default: 1.
   */
  max_instances?: number | null | undefined;
  /**
   * Busy ratio that starts another instance.
   * The server's default: 0.75.
   */
  scaling_threshold?: number | null | undefined;
  /**
   * Idle seconds until an instance stops.
   * The server's default: 300.
   */
  shutdown_after_seconds?: number | null | undefined;
  /**
   * Let it open connections to the outside.
   * The server's default: False.
   */
  allow_external_egress?: boolean | null | undefined;
  /**
   * Encrypt its file system.
   * The server's default: False.
   */
  encrypted_fs?: boolean | null | undefined;
  /**
   * Run in a trusted execution environment. Must be true since 2026-05-12.
   * The server's default: False.
   */
  tee?: boolean | null | undefined;
  /**
   * Forbid imports of other modules; forced for standard templates.
   */
  lock_modules?: boolean | null | undefined;
  /**
   * Replace instances of the last version one by one.
   * The server's default: True.
   */
  use_rolling_update?: boolean | null | undefined;
}

/**
 * Changes of a chute. What is left out stays as it is.
 */
export interface ChuteUpdateArgs {
  /**
   * One line about it.
   */
  tagline?: string | null | undefined;
  /**
   * Text about it in Markdown.
   */
  readme?: string | null | undefined;
  /**
   * Text for models that use it as a tool.
   */
  tool_description?: string | null | undefined;
  logo_id?: string | null | undefined;
  /**
   * Most instances at the same time.
   */
  max_instances?: number | null | undefined;
  /**
   * Busy ratio that starts another instance.
   */
  scaling_threshold?: number | null | undefined;
  /**
   * Idle seconds until an instance stops. The server of 2026-05 accepts and ignores it.
   * The server's default: 300.
   */
  shutdown_after_seconds?: number | null | undefined;
  /**
   * True stops a chute: the instances of a private one are killed.
   */
  disabled?: boolean | null | undefined;
}

/**
 * Confirmation of a deletion.
 */
export interface ChuteDeletion {
  chute_id: string;
  deleted?: boolean | undefined;
}

/**
 * Whether a chute can take calls.
 */
export type WarmupState = OpenEnum<"cold" | "hot">;

/**
 * One event of a warm-up.
 */
export interface WarmupEvent {
  status?: WarmupState | undefined;
  /**
   * A line for people.
   */
  log?: string | undefined;
}

/**
 * What miners get for starting the chute.
 */
export interface WarmupBounty {
  amount?: number | undefined;
  /**
   * Factor on the amount.
   */
  boost?: number | undefined;
  /**
   * Since it was opened.
   */
  age_seconds?: number | undefined;
  /**
   * Unix seconds.
   */
  created_at?: number | undefined;
}

/**
 * The state of a chute at one moment.
 */
export interface WarmupStatus {
  chute_id?: string | undefined;
  status?: WarmupState | undefined;
  instance_count?: number | undefined;
  /**
   * The bounty that is open for it.
   */
  bounty?: WarmupBounty | null | undefined;
  instances?: WarmupInstance[] | undefined;
}

/**
 * A copy of a chute that runs or starts.
 */
export interface WarmupInstance {
  instance_id?: string | undefined;
  active?: boolean | undefined;
  gpu_count?: number | undefined;
  gpu_model_name?: string | null | undefined;
}

/**
 * A chute and a user to share it with.
 */
export interface ShareArgs {
  /**
   * Your chute.
   */
  chute_id_or_name: string;
  /**
   * The other user.
   */
  user_id_or_name: string;
}

/**
 * What the server did.
 */
export interface ShareResult {
  /**
   * A sentence for people.
   */
  status?: string | undefined;
}

/**
 * A chute with a boost.
 */
export interface BoostedChute {
  chute_id: string;
  name?: string | undefined;
  /**
   * Factor on the reward of the miners.
   */
  boost?: number | undefined;
  /**
   * Factor set by hand, if any.
   */
  manual_boost?: number | null | undefined;
}

/**
 * An affine chute whose owner can pay for it.
 */
export interface AffineChute {
  chute_id: string;
  user_id?: string | undefined;
  name?: string | undefined;
  hotkey?: string | null | undefined;
  has_active_instance?: boolean | undefined;
}

/**
 * An update that replaces instances one by one.
 */
export interface RollingUpdate {
  chute_id: string;
  old_version?: string | undefined;
  new_version?: string | undefined;
  started_at?: string | undefined;
  /**
   * Replacements still allowed by miner.
   */
  permitted?: unknown | undefined;
}

/**
 * GPUs that a chute asked for.
 */
export interface GpuCount {
  chute_id: string;
  gpu_count?: number | undefined;
}

/**
 * How busy a chute is. Ratios are 0 to 1; `_5m`, `_15m` and `_1h` are the last 5 and 15 minutes and
 * the last hour.
 */
export interface ChuteUtilization {
  chute_id: string;
  /**
   * `[private chute]` for private ones.
   */
  name?: string | undefined;
  timestamp?: string | undefined;
  utilization_current?: number | undefined;
  utilization_5m?: number | undefined;
  utilization_15m?: number | undefined;
  utilization_1h?: number | undefined;
  rate_limit_ratio_5m?: number | undefined;
  rate_limit_ratio_15m?: number | undefined;
  rate_limit_ratio_1h?: number | undefined;
  total_requests_5m?: number | undefined;
  total_requests_15m?: number | undefined;
  total_requests_1h?: number | undefined;
  completed_requests_5m?: number | undefined;
  completed_requests_15m?: number | undefined;
  completed_requests_1h?: number | undefined;
  rate_limited_requests_5m?: number | undefined;
  rate_limited_requests_15m?: number | undefined;
  rate_limited_requests_1h?: number | undefined;
  /**
   * Instances at the time of the log.
   */
  instance_count?: number | undefined;
  /**
   * What the scaler did last.
   */
  action_taken?: string | undefined;
  /**
   * Instances that the scaler wants.
   */
  target_count?: number | undefined;
  effective_multiplier?: number | undefined;
  /**
   * Instances now.
   */
  total_instance_count?: number | undefined;
  /**
   * Instances now that take calls.
   */
  active_instance_count?: number | undefined;
  scalable?: boolean | undefined;
  scale_allowance?: number | undefined;
  avg_busy_ratio?: number | undefined;
  total_invocations?: number | undefined;
  total_rate_limit_errors?: number | undefined;
}

/**
 * Mean speed of one instance of a miner.
 */
export interface MinerMean {
  miner_hotkey?: string | undefined;
  instance_id?: string | undefined;
  /**
   * Tokens per second.
   */
  avg_tps?: number | undefined;
  /**
   * Tokens per answer.
   */
  avg_output_tokens?: number | undefined;
}

/**
 * A language model to deploy from the vLLM template.
 */
export interface VllmChuteArgs {
  /**
   * Name of the model repository.
   */
  model: string;
  logo_id?: string | null | undefined;
  /**
   * One line about it.
   */
  tagline?: string | null | undefined;
  /**
   * Text for models that use it as a tool.
   */
  tool_description?: string | null | undefined;
  /**
   * Text about it in Markdown.
   */
  readme?: string | null | undefined;
  /**
   * The server's default: True.
   */
  public?: boolean | null | undefined;
  /**
   * Hardware.
   */
  node_selector?: NodeSelector | null | undefined;
  /**
   * Settings of the engine.
   */
  engine_args?: VllmEngineArgs | null | undefined;
  /**
   * Commit of the model repository.
   */
  revision?: string | null | undefined;
  /**
   * Calls per instance at the same time.
   * The server's default: 8.
   */
  concurrency?: number | null | undefined;
}

/**
 * Settings of the vLLM engine.
 */
export interface VllmEngineArgs {
  /**
   * Name of the tokenizer.
   */
  tokenizer?: string | null | undefined;
  /**
   * Longest context in tokens.
   * The server's default: 16384.
   */
  max_model_len?: number | null | undefined;
  /**
   * The server's default: False.
   */
  enforce_eager?: boolean | null | undefined;
  /**
   * The server's default: True.
   */
  trust_remote_code?: boolean | null | undefined;
}

/**
 * An image model to deploy from the diffusion template.
 */
export interface DiffusionChuteArgs {
  /**
   * Name of the model repository.
   */
  model: string;
  /**
   * Name of the chute.
   */
  name: string;
  logo_id?: string | null | undefined;
  /**
   * One line about it.
   */
  tagline?: string | null | undefined;
  /**
   * Text for models that use it as a tool.
   */
  tool_description?: string | null | undefined;
  /**
   * Text about it in Markdown.
   */
  readme?: string | null | undefined;
  /**
   * The server's default: True.
   */
  public?: boolean | null | undefined;
  /**
   * Hardware.
   */
  node_selector?: NodeSelector | null | undefined;
  /**
   * Calls per instance at the same time.
   * The server's default: 1.
   */
  concurrency?: number | null | undefined;
}

/**
 * A reward for starting a chute.
 */
export interface Bounty {
  chute_id: string;
  bounty_amount?: number | undefined;
  /**
   * Age in seconds.
   */
  seconds_elapsed?: number | undefined;
  /**
   * Seconds until it ends.
   */
  time_remaining?: number | undefined;
  /**
   * Unix time in seconds.
   */
  created_at?: number | undefined;
}

/**
 * What everybody sees of an account.
 */
export interface User {
  user_id?: string | undefined;
  username?: string | undefined;
  created_at?: string | undefined;
  logo_id?: string | null | undefined;
  /**
   * Address of the logo.
   */
  logo?: string | null | undefined;
}

/**
 * Your own account.
 */
export interface Account {
  user_id: string;
  username?: string | undefined;
  created_at?: string | undefined;
  logo_id?: string | null | undefined;
  /**
   * Address of the logo.
   */
  logo?: string | null | undefined;
  /**
   * Address of the signing key.
   */
  hotkey?: string | null | undefined;
  /**
   * Address of the owner's key.
   */
  coldkey?: string | null | undefined;
  /**
   * Address that tops up the balance in TAO.
   */
  payment_address?: string | null | undefined;
  permissions_bitmask?: number | undefined;
  permissions?: string[] | undefined;
  /**
   * In USD.
   */
  balance?: number | null | undefined;
  netuids?: number[] | null | undefined;
  /**
   * Quotas as the server keeps them.
   */
  quotas?: unknown[] | null | undefined;
}

/**
 * One page of container images.
 */
export interface ContainerImagePage {
  /**
   * In all.
   */
  total?: number | undefined;
  /**
   * This page; 0 is the first.
   */
  page?: number | undefined;
  /**
   * Items in a page.
   */
  limit?: number | undefined;
  items: ContainerImage[];
}

/**
 * What an image is built from. The server wants every part.
 */
export interface ContainerImageArgs {
  /**
   * Unused by the server; the CDK sends false and follows the log.
   */
  wait: boolean;
  /**
   * Zip file with everything that the Dockerfile copies.
   */
  build_context: FileInput;
  /**
   * Your own name; another one is a 401.
   */
  username: string;
  /**
   * Name of the image.
   */
  name: string;
  /**
   * Text about it in Markdown.
   */
  readme: string;
  /**
   * Id of a logo, or `__none__`.
   */
  logo_id: string;
  /**
   * Tag of the image.
   */
  tag: string;
  /**
   * Text of the Dockerfile.
   */
  dockerfile: string;
  /**
   * The CDK's own image object as a base64 Python pickle; the server only stores it.
   */
  image: string;
  /**
   * Whether everybody may use it.
   */
  public: boolean;
}

/**
 * What was deleted.
 */
export interface ContainerImageDeletion {
  image_id?: string | undefined;
  deleted?: boolean | undefined;
}

/**
 * One record of a build log.
 */
export interface BuildLogEvent {
  /**
   * Where it comes from, such as `stdout` or `stderr`; null in a plain text log.
   */
  log_type?: string | null | undefined;
  /**
   * The text.
   */
  log?: string | undefined;
  /**
   * Where to go on after it; null in a plain text log.
   */
  offset?: string | null | undefined;
}

/**
 * What was deleted.
 */
export interface AccountDeletion {
  deleted?: boolean | undefined;
}

/**
 * Quotas in one of two forms.
 */
export type Quotas = Quota[] | Record<string, number>;

/**
 * A number of calls a day, or the word `unlimited`.
 */
export type QuotaLimit = number | string;

/**
 * One quota.
 */
export interface Quota {
  user_id?: string | undefined;
  /**
   * Id of a chute, or `*` for all others.
   */
  chute_id?: string | undefined;
  is_default?: boolean | undefined;
  payment_refresh_date?: string | null | undefined;
  effective_date?: string | null | undefined;
  updated_at?: string | null | undefined;
  /**
   * Calls a day.
   */
  quota?: number | undefined;
}

/**
 * How much of a quota is used today.
 */
export interface QuotaUsage {
  /**
   * Calls a day.
   */
  quota?: QuotaLimit | undefined;
  /**
   * Calls made; a repeat counts as a fraction.
   */
  used?: number | undefined;
}

/**
 * How much of a subscription is used; `subscription` false and nothing else without one.
 */
export interface SubscriptionUsage {
  /**
   * Whether there is one.
   */
  subscription?: boolean | undefined;
  custom?: boolean | null | undefined;
  /**
   * USD.
   */
  monthly_price?: number | null | undefined;
  anchor_date?: string | null | undefined;
  effective_date?: string | null | undefined;
  updated_at?: string | null | undefined;
  /**
   * Of the current four hours.
   */
  four_hour?: SubscriptionWindow | null | undefined;
  /**
   * Of the current month.
   */
  monthly?: SubscriptionWindow | null | undefined;
}

/**
 * One window of a subscription.
 */
export interface SubscriptionWindow {
  /**
   * USD.
   */
  usage?: number | null | undefined;
  /**
   * USD.
   */
  cap?: number | null | undefined;
  /**
   * USD.
   */
  remaining?: number | null | undefined;
  reset_at?: string | null | undefined;
  /**
   * True where there is no cap, and then the rest is absent.
   */
  uncapped?: boolean | null | undefined;
}

/**
 * A discount for one chute.
 */
export interface Discount {
  user_id?: string | undefined;
  chute_id?: string | undefined;
  /**
   * Fraction, 0 to 1.
   */
  discount?: number | undefined;
}

/**
 * A price that was agreed, in USD.
 */
export interface PriceOverride {
  user_id?: string | undefined;
  chute_id?: string | undefined;
  per_request?: number | null | undefined;
  per_million_in?: number | null | undefined;
  per_million_out?: number | null | undefined;
  per_step?: number | null | undefined;
  cache_discount?: number | null | undefined;
}

/**
 * One page of hours.
 */
export interface UsagePage {
  /**
   * In all.
   */
  total?: number | undefined;
  /**
   * This page; 0 is the first.
   */
  page?: number | undefined;
  /**
   * Items in a page.
   */
  limit?: number | undefined;
  items: UsageBucket[];
}

/**
 * One hour of usage.
 */
export interface UsageBucket {
  /**
   * Begin of the hour.
   */
  bucket?: string | undefined;
  /**
   * USD.
   */
  amount?: number | undefined;
  /**
   * Calls.
   */
  count?: number | undefined;
  input_tokens?: number | null | undefined;
  output_tokens?: number | null | undefined;
  /**
   * With `per_chute` only.
   */
  chute_id?: string | null | undefined;
}

/**
 * A chute that is shared.
 */
export interface ChuteShare {
  chute_id?: string | undefined;
  /**
   * Id of the owner.
   */
  shared_by?: string | undefined;
  /**
   * Id of the other account.
   */
  shared_to?: string | undefined;
  shared_at?: string | undefined;
}

/**
 * Where to and how much.
 */
export interface BalanceTransferArgs {
  /**
   * Id or name of the account that receives.
   */
  user_id: string;
  /**
   * USD.
   */
  amount?: number | null | undefined;
}

/**
 * What was moved, in USD.
 */
export interface BalanceTransfer {
  transferred?: number | undefined;
  from_user?: string | undefined;
  to_user?: string | undefined;
  from_balance?: number | undefined;
  to_balance?: number | undefined;
  debit_event_id?: string | undefined;
  credit_event_id?: string | undefined;
}

/**
 * New accounts of one day.
 */
export interface UserGrowth {
  date?: string | undefined;
  daily_count?: number | undefined;
  cumulative_count?: number | undefined;
}

/**
 * A nonce to sign.
 */
export interface LoginNonce {
  nonce: string;
  /**
   * Seconds.
   */
  expires_in?: number | undefined;
}

/**
 * Either `fingerprint`, or the other three.
 */
export interface LoginArgs {
  fingerprint?: string | undefined;
  /**
   * Address.
   */
  hotkey?: string | undefined;
  /**
   * Hexadecimal.
   */
  signature?: string | undefined;
  nonce?: string | undefined;
}

/**
 * A token that stands for the account.
 */
export interface LoginToken {
  token: string;
}

/**
 * The new fingerprint.
 */
export interface FingerprintArgs {
  fingerprint: string;
}

/**
 * The new keys; at least one, otherwise the server answers 400.
 */
export interface WalletKeysArgs {
  /**
   * Address of the new signing key; one that another account has is a 409.
   */
  hotkey?: string | undefined;
  /**
   * Address of the owner's new key.
   */
  coldkey?: string | undefined;
}

/**
 * Whether a name can be had.
 */
export interface UsernameCheck {
  valid?: boolean | undefined;
  available?: boolean | undefined;
}

/**
 * A sentence about what was done.
 */
export interface StatusMessage {
  status?: string | undefined;
}

/**
 * A new account.
 */
export interface RegistrationArgs {
  username: string;
  /**
   * Address of the owner's key.
   */
  coldkey: string;
  logo_id?: string | null | undefined;
}

/**
 * A new account.
 */
export interface Registration {
  user_id: string;
  username?: string | undefined;
  logo_id?: string | null | undefined;
  logo?: string | null | undefined;
  created_at?: string | undefined;
  hotkey?: string | undefined;
  coldkey?: string | undefined;
  /**
   * Address that tops up the balance in TAO.
   */
  payment_address?: string | undefined;
  /**
   * Secret; shown this once.
   */
  fingerprint?: string | undefined;
  /**
   * A first key; its secret is shown this once.
   */
  api_key?: ApiKeyCreation | null | undefined;
}

/**
 * A new account without a browser.
 */
export interface AgentRegistrationArgs {
  /**
   * Address of the signing key.
   */
  hotkey: string;
  /**
   * Address of the owner's key.
   */
  coldkey: string;
  /**
   * Hexadecimal, by the hotkey; here a leading 0x is allowed.
   */
  signature: string;
  /**
   * Name of the account.
   */
  username?: string | null | undefined;
}

/**
 * What to pay for the account.
 */
export interface AgentRegistration {
  registration_id?: string | undefined;
  user_id?: string | undefined;
  hotkey?: string | undefined;
  coldkey?: string | undefined;
  payment_address?: string | undefined;
  /**
   * TAO.
   */
  required_amount?: number | undefined;
  message?: string | undefined;
}

/**
 * How far a registration is.
 */
export interface AgentRegistrationStatus {
  registration_id?: string | null | undefined;
  user_id?: string | undefined;
  hotkey?: string | undefined;
  coldkey?: string | undefined;
  payment_address?: string | undefined;
  /**
   * TAO.
   */
  received_amount?: number | undefined;
  /**
   * TAO.
   */
  required_amount?: number | undefined;
  status?: AgentRegistrationState | undefined;
  message?: string | undefined;
}

/**
 * How far a registration is.
 */
export type AgentRegistrationState = OpenEnum<"pending_payment" | "completed" | "expired">;

/**
 * Proof that the account is yours.
 */
export interface AgentSetupArgs {
  hotkey: string;
  /**
   * Hexadecimal.
   */
  signature: string;
}

/**
 * How to use the new account.
 */
export interface AgentSetup {
  user_id?: string | undefined;
  /**
   * Secret; shown this once.
   */
  api_key?: string | undefined;
  hotkey_ss58address?: string | undefined;
  payment_address?: string | undefined;
  username?: string | undefined;
  /**
   * Text of a configuration file of the CDK.
   */
  config_ini?: string | undefined;
  setup_instructions?: string | undefined;
}

/**
 * One page of API keys.
 */
export interface ApiKeyPage {
  /**
   * In all.
   */
  total?: number | undefined;
  /**
   * This page; 0 is the first.
   */
  page?: number | undefined;
  /**
   * Items in a page.
   */
  limit?: number | undefined;
  items: ApiKey[];
}

/**
 * A new key.
 */
export interface ApiKeyArgs {
  /**
   * Whether it may do everything.
   */
  admin: boolean;
  /**
   * 1 to 24 letters, digits, spaces and `$ . _ -`; unique in the account.
   */
  name: string;
  /**
   * What it may do if it is not administrative.
   */
  scopes?: ApiKeyScopeArgs[] | null | undefined;
}

/**
 * One thing that a key may do.
 */
export interface ApiKeyScopeArgs {
  object_type: ApiKeyObject;
  /**
   * One object only; null for all of the type.
   */
  object_id?: string | null | undefined;
  /**
   * Null for all.
   */
  action?: ApiKeyAction | null | undefined;
}

/**
 * What a scope is about.
 */
export type ApiKeyObject = OpenEnum<"images" | "chutes" | "invocations">;

/**
 * What a scope allows.
 */
export type ApiKeyAction = OpenEnum<"read" | "write" | "delete" | "invoke">;

/**
 * An API key, without its secret.
 */
export interface ApiKey {
  api_key_id: string;
  user_id?: string | undefined;
  admin?: boolean | undefined;
  name?: string | undefined;
  created_at?: string | undefined;
  last_used_at?: string | null | undefined;
  scopes?: ApiKeyScope[] | null | undefined;
}

/**
 * A new API key.
 */
export interface ApiKeyCreation {
  api_key_id: string;
  user_id?: string | undefined;
  admin?: boolean | undefined;
  name?: string | undefined;
  created_at?: string | undefined;
  last_used_at?: string | null | undefined;
  scopes?: ApiKeyScope[] | null | undefined;
  /**
   * The key to send; shown this once.
   */
  secret_key?: string | null | undefined;
}

/**
 * One thing that a key may do.
 */
export interface ApiKeyScope {
  scope_id?: string | undefined;
  object_type?: string | null | undefined;
  object_id?: string | null | undefined;
  /**
   * The server of 2026-05 always leaves it null, although scopes have an action.
   */
  method?: string | null | undefined;
}

/**
 * What was deleted.
 */
export interface ApiKeyDeletion {
  api_key_id?: string | undefined;
  deleted?: boolean | undefined;
}

/**
 * One page of secrets.
 */
export interface SecretPage {
  /**
   * In all.
   */
  total?: number | undefined;
  /**
   * This page; 0 is the first.
   */
  page?: number | undefined;
  /**
   * Items in a page.
   */
  limit?: number | undefined;
  items: Secret[];
}

/**
 * A new secret.
 */
export interface SecretArgs {
  /**
   * Id or name of one of your chutes.
   */
  purpose: string;
  /**
   * Name of the environment variable.
   */
  key: string;
  /**
   * The value, in clear.
   */
  value: string;
}

/**
 * A secret, without its value.
 */
export interface Secret {
  secret_id: string;
  key?: string | undefined;
  /**
   * Id of the chute.
   */
  purpose?: string | undefined;
  created_at?: string | undefined;
}

/**
 * A new secret.
 */
export interface SecretCreation {
  secret_id: string;
  key?: string | undefined;
  /**
   * Id of the chute.
   */
  purpose?: string | undefined;
  /**
   * The value, encrypted.
   */
  value?: string | undefined;
  user_id?: string | undefined;
  created_at?: string | undefined;
}

/**
 * What was deleted.
 */
export interface SecretDeletion {
  status?: string | undefined;
  secret_id?: string | undefined;
}

/**
 * Attestation of a chute.
 */
export interface ChuteEvidence {
  evidence: InstanceEvidence[];
  /**
   * Instances that gave none.
   */
  failed_instance_ids?: string[] | undefined;
}

/**
 * Attestation of one instance.
 */
export interface InstanceEvidence {
  /**
   * TDX quote, base64.
   */
  quote: string;
  /**
   * Evidence of the GPUs as NVIDIA writes it.
   */
  gpu_evidence?: unknown[] | undefined;
  instance_id?: string | null | undefined;
  /**
   * Of the machine, DER, base64.
   */
  certificate?: string | undefined;
}

/**
 * One run of a job. What state it is in follows from its times, its instance and its result.
 */
export interface JobRun {
  job_id: string;
  user_id?: string | undefined;
  chute_id?: string | undefined;
  version?: string | undefined;
  chutes_version?: string | undefined;
  /**
   * Name of the job.
   */
  method?: string | undefined;
  /**
   * Where it runs.
   */
  instance_id?: string | null | undefined;
  active?: boolean | undefined;
  verified?: boolean | undefined;
  /**
   * How it ended, such as `complete` or `error`. The server of 2026-05 never sends it; see
   * `result`.
   */
  status?: string | null | undefined;
  last_queried_at?: string | null | undefined;
  created_at?: string | undefined;
  updated_at?: string | null | undefined;
  finished_at?: string | null | undefined;
  /**
   * The arguments it was started with, and `_disk_gb`.
   */
  job_args?: unknown | undefined;
  /**
   * What it returned; its own.
   */
  result?: unknown | undefined;
  /**
   * Files by id.
   */
  output_files?: Record<string, JobFile> | null | undefined;
  /**
   * Never filled.
   */
  host?: string | null | undefined;
  /**
   * Where its ports can be reached.
   */
  port_mappings?: JobPortMapping[] | null | undefined;
  chute?: JobChute | undefined;
  instance?: ChuteInstance | null | undefined;
  /**
   * For the worker; empty for you.
   */
  output_storage_urls?: Record<string, string> | null | undefined;
}

/**
 * The chute of a run.
 */
export interface JobChute {
  chute_id?: string | undefined;
  name?: string | undefined;
  public?: boolean | undefined;
  version?: string | undefined;
  slug?: string | undefined;
  chutes_version?: string | null | undefined;
  preemptible?: boolean | undefined;
  tee?: boolean | null | undefined;
  image?: JobImage | undefined;
}

/**
 * The image of a run.
 */
export interface JobImage {
  image_id?: string | undefined;
  name?: string | undefined;
  tag?: string | undefined;
  public?: boolean | undefined;
  chutes_version?: string | null | undefined;
  patch_version?: string | null | undefined;
}

/**
 * What was deleted.
 */
export interface JobDeletion {
  deleted?: boolean | undefined;
  job_id?: string | undefined;
}

/**
 * A name for a ranked list of chutes.
 */
export interface ModelAlias {
  alias: string;
  /**
   * The first is tried first.
   */
  chute_ids?: string[] | undefined;
  created_at?: string | null | undefined;
  updated_at?: string | null | undefined;
}

/**
 * A new alias.
 */
export interface ModelAliasArgs {
  /**
   * Printable ASCII, without spaces and colons; the server lowers its case.
   */
  alias: string;
  /**
   * The first is tried first. One that the server does not know is a 400; repeated ones count once.
   */
  chute_ids: string[];
}

/**
 * An image.
 */
export interface LogoArgs {
  /**
   * The file, with a type that begins with `image/`.
   */
  logo: FileInput;
}

/**
 * A logo.
 */
export interface Logo {
  logo_id: string;
  /**
   * Path of the image.
   */
  path?: string | undefined;
}

/**
 * Format of a logo.
 */
export type LogoFormat = OpenEnum<"webp" | "png">;

/**
 * One line of a log.
 */
export interface InstanceLogEvent {
  log?: string | undefined;
}

/**
 * The encrypted log of one instance.
 */
export interface LogSession {
  instance_id?: string | undefined;
  chute_id?: string | undefined;
  /**
   * Id of the launch.
   */
  config_id?: string | undefined;
  /**
   * Ristretto255 key of this session, base64.
   */
  ephemeral_pubkey?: string | undefined;
  /**
   * Where the server keeps the chunks.
   */
  stream_key?: string | undefined;
  /**
   * Unix seconds.
   */
  started_at?: number | undefined;
  chunk_count?: number | undefined;
}

/**
 * The chunks of one log.
 */
export interface LogChunks {
  instance_id?: string | undefined;
  chute_id?: string | undefined;
  /**
   * Base64.
   */
  chunks?: string[] | undefined;
}

/**
 * Instances that take encrypted calls.
 */
export interface E2eInstances {
  instances: E2eInstance[];
  /**
   * Seconds.
   */
  nonce_expires_in?: number | undefined;
  /**
   * Unix seconds.
   */
  nonce_expires_at?: number | undefined;
}

/**
 * One instance.
 */
export interface E2eInstance {
  instance_id?: string | undefined;
  /**
   * ML-KEM-768 key, base64.
   */
  e2e_pubkey?: string | undefined;
  nonces?: string[] | undefined;
}

/**
 * One event of an encrypted stream.
 */
export interface E2eEvent {
  /**
   * Base64, first event.
   */
  e2e_init?: string | null | undefined;
  /**
   * Base64, one chunk.
   */
  e2e?: string | null | undefined;
  /**
   * What failed, in clear and in any form.
   */
  e2e_error?: unknown | undefined;
  /**
   * In clear, and unauthenticated.
   */
  usage?: unknown | undefined;
}

/**
 * Prices of the platform.
 */
export interface Pricing {
  /**
   * One TAO in USD.
   */
  tao_usd?: number | undefined;
  compute_unit_estimate?: ComputeUnitPrice | undefined;
  /**
   * By GPU.
   */
  gpu_price_estimates?: Record<string, GpuPrice> | undefined;
}

/**
 * Price of a compute unit.
 */
export interface ComputeUnitPrice {
  usd?: number | undefined;
  tao?: number | undefined;
  description?: string | undefined;
}

/**
 * Price of one GPU.
 */
export interface GpuPrice {
  usd?: RatePrice | undefined;
  tao?: RatePrice | undefined;
}

/**
 * A price for time.
 */
export interface RatePrice {
  hour?: number | undefined;
  second?: number | undefined;
}

/**
 * One page of payments.
 */
export interface PaymentPage {
  /**
   * In all.
   */
  total?: number | undefined;
  /**
   * This page; 0 is the first.
   */
  page?: number | undefined;
  /**
   * Items in a page.
   */
  limit?: number | undefined;
  items: Payment[];
}

/**
 * One payment.
 */
export interface Payment {
  payment_id?: string | undefined;
  /**
   * Address of the account that was topped up.
   */
  ss58_address?: string | undefined;
  block?: number | undefined;
  /**
   * In rao, a billionth of a TAO.
   */
  rao_amount?: number | undefined;
  /**
   * One TAO in USD at that time.
   */
  fmv?: number | undefined;
  usd_amount?: number | undefined;
  transaction_hash?: string | null | undefined;
  timestamp?: string | undefined;
  tx_link?: string | null | undefined;
  transactions_link?: string | null | undefined;
  /**
   * True, or absent.
   */
  refunded?: boolean | null | undefined;
}

/**
 * Sums of payments that were made in TAO, in USD.
 */
export interface TaoSummary {
  today?: number | undefined;
  this_month?: number | undefined;
  total?: number | undefined;
}

/**
 * Revenue of one day, in USD.
 */
export interface DailyRevenue {
  /**
   * `YYYY-MM-DD`.
   */
  date?: string | null | undefined;
  new_subscriber_count?: number | undefined;
  new_subscriber_revenue?: number | undefined;
  paygo_revenue?: number | undefined;
  pending_instance_revenue?: number | undefined;
  sponsored_inference?: number | undefined;
  total_revenue?: number | undefined;
}

/**
 * Where to.
 */
export interface DepositReturnArgs {
  /**
   * TAO address.
   */
  address: string;
}

/**
 * What was done.
 */
export interface DepositReturn {
  /**
   * `transferred`.
   */
  status?: string | null | undefined;
  /**
   * What was transferred.
   */
  message?: string | null | undefined;
  /**
   * Set where the server refuses with status 200.
   */
  status_code?: number | null | undefined;
  /**
   * Why it refuses.
   */
  detail?: string | null | undefined;
}

/**
 * How many of one GPU there are.
 */
export interface GpuInventory {
  /**
   * Busy with chutes.
   */
  provisioned?: number | undefined;
  idle?: number | undefined;
}

/**
 * The GPUs of one miner.
 */
export interface MinerNodes {
  provisioned?: MinerNode[] | undefined;
  /**
   * Counts by GPU.
   */
  idle?: Record<string, number> | undefined;
}

/**
 * One GPU that is busy.
 */
export interface MinerNode {
  gpu?: string | null | undefined;
  server_id?: string | null | undefined;
  chute?: MinerChute | null | undefined;
}

/**
 * What keeps it busy.
 */
export interface MinerChute {
  chute_id?: string | null | undefined;
  /**
   * `[private chute]` where it is private.
   */
  name?: string | null | undefined;
  /**
   * Whose it is, where it is public.
   */
  username?: string | null | undefined;
  instance_id?: string | null | undefined;
  verified?: boolean | null | undefined;
  /**
   * Whether the miner got a bounty for it.
   */
  bounty?: boolean | null | undefined;
  created_at?: string | null | undefined;
  activated_at?: string | null | undefined;
}

/**
 * A kind of GPU.
 */
export interface SupportedGpu {
  /**
   * Regular expression that the name which the driver reports must match.
   */
  model_name_check?: string | undefined;
  /**
   * GB.
   */
  memory?: number | undefined;
  /**
   * USD.
   */
  hourly_rate?: number | undefined;
  /**
   * Compute capability, before the point.
   */
  major?: number | null | undefined;
  /**
   * Compute capability, after the point.
   */
  minor?: number | null | undefined;
  tensor_cores?: number | null | undefined;
  /**
   * Streaming multiprocessors.
   */
  processors?: number | null | undefined;
  max_threads_per_processor?: number | null | undefined;
  clock_rate?: GpuClock | null | undefined;
  concurrent_kernels?: boolean | null | undefined;
  /**
   * Whether its memory corrects errors.
   */
  ecc?: boolean | null | undefined;
  /**
   * Whether it sits in an SXM socket.
   */
  sxm?: boolean | null | undefined;
  graval?: GpuProof | null | undefined;
}

/**
 * What a model needs.
 */
export interface GpuRequirements {
  /**
   * GiB, rounded up.
   */
  total_model_size?: number | undefined;
  required_gpus?: number | undefined;
  /**
   * GB.
   */
  min_vram_per_gpu?: number | undefined;
  /**
   * Family, such as `llama`; `default` where none is known.
   */
  model_type?: string | undefined;
  /**
   * `none`, `4bit`, `8bit` or `fp8`.
   */
  quantization?: string | null | undefined;
  num_attention_heads?: number | undefined;
  num_key_value_heads?: number | null | undefined;
  hidden_size?: number | undefined;
  num_layers?: number | undefined;
}

/**
 * Usage of one chute on one day.
 */
export interface InvocationUsage {
  chute_id?: string | undefined;
  /**
   * `YYYY-MM-DD`.
   */
  date?: string | undefined;
  /**
   * What the calls would have cost, had none been free.
   */
  usd_amount?: number | undefined;
  invocation_count?: number | undefined;
}

/**
 * A language model on one day.
 */
export interface LlmStats {
  chute_id?: string | undefined;
  /**
   * `[private]` unless the chute is the platform's own.
   */
  name?: string | undefined;
  /**
   * `YYYY-MM-DD`.
   */
  date?: string | undefined;
  total_requests?: number | undefined;
  total_input_tokens?: number | undefined;
  total_output_tokens?: number | undefined;
  /**
   * Tokens per second; 0 where unknown.
   */
  average_tps?: number | null | undefined;
  /**
   * Seconds to the first token; 0 where unknown.
   */
  average_ttft?: number | null | undefined;
}

/**
 * An image model on one day.
 */
export interface DiffusionStats {
  chute_id?: string | undefined;
  name?: string | undefined;
  /**
   * `YYYY-MM-DD`.
   */
  date?: string | undefined;
  total_requests?: number | undefined;
  total_steps?: number | null | undefined;
  /**
   * Steps per second; 0 where unknown.
   */
  average_sps?: number | null | undefined;
}

/**
 * One report.
 */
export interface AuditEntry {
  entry_id?: string | undefined;
  hotkey?: string | undefined;
  block?: number | undefined;
  path?: string | undefined;
  created_at?: string | undefined;
  start_time?: string | undefined;
  end_time?: string | undefined;
}

/**
 * What a trusted machine must show.
 */
export interface TeeMeasurement {
  version?: string | undefined;
  name?: string | undefined;
  mrtd?: string | undefined;
  boot_rtmrs?: Record<string, string> | undefined;
  runtime_rtmrs?: Record<string, string> | undefined;
  expected_gpus?: string[] | undefined;
  gpu_count?: number | undefined;
}

/**
 * A sign of life.
 */
export interface Pong {
  message?: string | undefined;
}

/**
 * The files of a repository.
 */
export interface HfRepoInfo {
  repo_id?: string | undefined;
  repo_type?: string | undefined;
  revision?: string | undefined;
  files?: HfFile[] | undefined;
  /**
   * Their paths.
   */
  directories?: string[] | undefined;
}

/**
 * One file.
 */
export interface HfFile {
  path?: string | undefined;
  /**
   * Bytes.
   */
  size?: number | null | undefined;
  /**
   * Of a file in large file storage.
   */
  sha256?: string | null | undefined;
  /**
   * Whether it is in large file storage.
   */
  is_lfs?: boolean | undefined;
  /**
   * Of every other file.
   */
  blob_id?: string | null | undefined;
}

/**
 * One page of OAuth apps.
 */
export interface OauthAppPage {
  /**
   * In all.
   */
  total?: number | undefined;
  /**
   * This page; 0 is the first.
   */
  page?: number | undefined;
  /**
   * Items in a page.
   */
  limit?: number | undefined;
  items: OauthApp[];
}

/**
 * An OAuth app. The scopes that it may ask for are not shown.
 */
export interface OauthApp {
  app_id: string;
  /**
   * `cid_` and 24 characters.
   */
  client_id?: string | undefined;
  /**
   * Id of the owner.
   */
  user_id?: string | undefined;
  name?: string | undefined;
  description?: string | null | undefined;
  redirect_uris?: string[] | undefined;
  homepage_url?: string | null | undefined;
  logo_url?: string | null | undefined;
  active?: boolean | undefined;
  public?: boolean | undefined;
  refresh_token_lifetime_days?: number | undefined;
  created_at?: string | undefined;
  updated_at?: string | null | undefined;
}

/**
 * A new OAuth app.
 */
export interface OauthAppCreation {
  app_id: string;
  /**
   * `cid_` and 24 characters.
   */
  client_id?: string | undefined;
  /**
   * Id of the owner.
   */
  user_id?: string | undefined;
  name?: string | undefined;
  description?: string | null | undefined;
  redirect_uris?: string[] | undefined;
  homepage_url?: string | null | undefined;
  logo_url?: string | null | undefined;
  active?: boolean | undefined;
  public?: boolean | undefined;
  refresh_token_lifetime_days?: number | undefined;
  created_at?: string | undefined;
  updated_at?: string | null | undefined;
  /**
   * `csc_` and 48 characters; shown this once.
   */
  client_secret?: string | null | undefined;
}

/**
 * A new OAuth app.
 */
export interface OauthAppArgs {
  /**
   * Unique. Letters, digits, underscores, white space, hyphens and dots.
   */
  name: string;
  /**
   * Where to send users back, http or https; compared exactly.
   */
  redirect_uris: string[];
  description?: string | null | undefined;
  homepage_url?: string | null | undefined;
  logo_url?: string | null | undefined;
  /**
   * Whether everybody sees the app in lists.
   * The server's default: True.
   */
  public?: boolean | undefined;
  /**
   * Days that a refresh token lives; each use begins them anew.
   * The server's default: 30.
   */
  refresh_token_lifetime_days?: number | null | undefined;
  /**
   * Privileged scopes that the app may ask for; the others need no mention.
   */
  allowed_scopes?: string[] | null | undefined;
}

/**
 * What to change; null changes nothing.
 */
export interface OauthAppUpdateArgs {
  /**
   * As at creation, 3 to 64 characters.
   */
  name?: string | null | undefined;
  description?: string | null | undefined;
  /**
   * All of them, 1 to 10.
   */
  redirect_uris?: string[] | null | undefined;
  homepage_url?: string | null | undefined;
  logo_url?: string | null | undefined;
  /**
   * An app that is not active signs nobody in, and its access tokens are refused (after up to 5
   * minutes).
   */
  active?: boolean | null | undefined;
  public?: boolean | null | undefined;
  /**
   * Days; 1 to 30.
   */
  refresh_token_lifetime_days?: number | null | undefined;
  /**
   * Checked but not stored.
   */
  allowed_scopes?: string[] | null | undefined;
}

/**
 * What was deleted.
 */
export interface OauthAppDeletion {
  app_id?: string | undefined;
  /**
   * Always true.
   */
  deleted?: boolean | undefined;
}

/**
 * The new secret of an app.
 */
export interface OauthSecret {
  app_id?: string | undefined;
  client_id?: string | undefined;
  /**
   * Shown this once.
   */
  client_secret: string;
}

/**
 * Which app, and with whom.
 */
export interface OauthAppShareArgs {
  /**
   * Demanded, but the app of the path is the one that counts.
   */
  app_id_or_name: string;
  /**
   * The other account.
   */
  user_id_or_name: string;
}

/**
 * With whom the app is shared now.
 */
export interface OauthAppShareResult {
  app_id?: string | undefined;
  /**
   * Id of the other account.
   */
  shared_to?: string | undefined;
  /**
   * Name of the other account.
   */
  shared_to_username?: string | null | undefined;
}

/**
 * An account that an app is shared with.
 */
export interface OauthAppShare {
  /**
   * Id of the other account.
   */
  user_id?: string | undefined;
  /**
   * Its name.
   */
  username?: string | null | undefined;
  shared_at?: string | null | undefined;
}

/**
 * One page of authorizations.
 */
export interface OauthAuthorizationPage {
  /**
   * In all.
   */
  total?: number | undefined;
  /**
   * This page; 0 is the first.
   */
  page?: number | undefined;
  /**
   * Items in a page.
   */
  limit?: number | undefined;
  items: OauthAuthorization[];
}

/**
 * An app that you have authorized.
 */
export interface OauthAuthorization {
  authorization_id?: string | undefined;
  app_id?: string | undefined;
  /**
   * `Unknown` where the app is gone.
   */
  app_name?: string | undefined;
  app_description?: string | null | undefined;
  app_logo_url?: string | null | undefined;
  /**
   * What you allowed.
   */
  scopes?: string[] | undefined;
  created_at?: string | undefined;
  /**
   * Always false in the list.
   */
  revoked?: boolean | undefined;
}

/**
 * That a token was revoked.
 */
export interface OauthRevocation {
  /**
   * Always true, also where there was no such token.
   */
  revoked?: boolean | undefined;
}

/**
 * The scopes.
 */
export interface OauthScopes {
  /**
   * Descriptions by name.
   */
  scopes: Record<string, string>;
}

/**
 * A code or a refresh token, and who asks.
 */
export interface OauthTokenArgs {
  /**
   * `authorization_code` or `refresh_token`.
   */
  grant_type: string;
  /**
   * Good for 600 seconds, once.
   */
  code?: string | undefined;
  /**
   * The same as when the code was asked for; a code needs it.
   */
  redirect_uri?: string | undefined;
  /**
   * Of the app; here, or with the secret in a header of HTTP Basic.
   */
  client_id?: string | undefined;
  /**
   * Of the app; every app has one, so it is always needed.
   */
  client_secret?: string | undefined;
  /**
   * Good once.
   */
  refresh_token?: string | undefined;
  /**
   * What the code challenge was made of; needed where there was one.
   */
  code_verifier?: string | undefined;
}

/**
 * An access token, and how to get the next.
 */
export interface OauthToken {
  /**
   * `cak_…`.
   */
  access_token: string;
  /**
   * `Bearer`.
   */
  token_type?: string | undefined;
  /**
   * Seconds; 3600.
   */
  expires_in?: number | undefined;
  /**
   * `crt_…`; good once, for at most 30 days.
   */
  refresh_token?: string | null | undefined;
  /**
   * Separated by spaces; null where there is none.
   */
  scope?: string | null | undefined;
}

/**
 * Which token.
 */
export interface OauthRevokeArgs {
  /**
   * Access or refresh token; the server tells which by its prefix.
   */
  token: string;
  /**
   * Not looked at.
   */
  token_type_hint?: string | undefined;
}

/**
 * Which token, and who asks.
 */
export interface OauthIntrospectArgs {
  /**
   * Access or refresh token.
   */
  token: string;
  /**
   * Not needed: the prefix tells. `access_token` said of a refresh token makes it look dead.
   */
  token_type_hint?: string | undefined;
  /**
   * Looked at only beside the secret.
   */
  client_id?: string | undefined;
  client_secret?: string | undefined;
}

/**
 * What a token is worth; `active` false and nothing else for a dead one.
 */
export interface OauthIntrospection {
  active: boolean;
  /**
   * `access_token` or `refresh_token`.
   */
  token_type?: string | null | undefined;
  /**
   * Separated by spaces.
   */
  scope?: string | null | undefined;
  /**
   * Of the app.
   */
  client_id?: string | null | undefined;
  /**
   * Name of the account.
   */
  username?: string | null | undefined;
  /**
   * Id of the account.
   */
  sub?: string | null | undefined;
  /**
   * Unix seconds.
   */
  exp?: number | null | undefined;
  /**
   * Unix seconds.
   */
  iat?: number | null | undefined;
}

/**
 * Whose token it is.
 */
export interface OauthUserinfo {
  /**
   * Id of the account.
   */
  sub: string;
  username?: string | null | undefined;
  created_at?: string | null | undefined;
}

/**
 * Addresses and abilities of the sign-in.
 */
export interface OauthDiscovery {
  issuer: string;
  authorization_endpoint?: string | undefined;
  token_endpoint?: string | undefined;
  userinfo_endpoint?: string | null | undefined;
  revocation_endpoint?: string | null | undefined;
  introspection_endpoint?: string | null | undefined;
  scopes_supported?: string[] | null | undefined;
  response_modes_supported?: string[] | null | undefined;
  response_types_supported?: string[] | null | undefined;
  grant_types_supported?: string[] | null | undefined;
  /**
   * Names `none` too, though every app has a secret and needs it.
   */
  token_endpoint_auth_methods_supported?: string[] | null | undefined;
  /**
   * Names `plain` too, though only S256 is accepted.
   */
  code_challenge_methods_supported?: string[] | null | undefined;
  subject_types_supported?: string[] | null | undefined;
  /**
   * What the user information holds.
   */
  claims_supported?: string[] | null | undefined;
  /**
   * Address of the documentation.
   */
  service_documentation?: string | null | undefined;
}

/**
 * With whom the app is no longer shared.
 */
export interface OauthAppUnshareResult {
  app_id?: string | undefined;
  /**
   * Id of the other account.
   */
  unshared_from?: string | undefined;
}

/**
 * With whom an app is shared.
 */
export interface OauthAppShares {
  app_id?: string | undefined;
  shares: OauthAppShare[];
}

/**
 * Whose authorization was taken back.
 */
export interface OauthAuthorizationRevocation {
  app_id?: string | undefined;
  /**
   * Always true.
   */
  revoked?: boolean | undefined;
}

/**
 * A file that a run has left.
 */
export interface JobFile {
  /**
   * Its name, which may hold slashes.
   */
  filename?: string | undefined;
  /**
   * Where the platform keeps it.
   */
  path?: string | undefined;
  /**
   * Whether it has arrived and can be had.
   */
  uploaded?: boolean | undefined;
}

/**
 * Where one port of a run can be reached.
 */
export interface JobPortMapping {
  /**
   * The port that the job has opened.
   */
  internal_port?: number | undefined;
  /**
   * The port at the host of the instance.
   */
  external_port?: number | undefined;
  proto?: PortProtocol | undefined;
  /**
   * Whether it is the default port.
   */
  default?: boolean | null | undefined;
}

/**
 * Clock of a GPU.
 */
export interface GpuClock {
  /**
   * MHz.
   */
  base?: number | undefined;
  /**
   * MHz.
   */
  boost?: number | undefined;
}

/**
 * How the platform proves that a GPU is what it claims to be.
 */
export interface GpuProof {
  iterations?: number | undefined;
  /**
   * How long it takes.
   */
  estimate?: number | undefined;
}

/**
 * The models behind the router.
 */
export interface ModelList {
  /**
   * Always `list`.
   */
  object?: string | undefined;
  data: LanguageModel[];
}

/**
 * A model behind the router. Everything but the id may be missing.
 */
export interface LanguageModel {
  /**
   * What goes into `model` of a request.
   */
  id: string;
  root?: string | undefined;
  /**
   * Always `model`.
   */
  object?: string | undefined;
  /**
   * Unix time in seconds.
   */
  created?: number | undefined;
  /**
   * The engine, such as `sglang` or `vllm`.
   */
  owned_by?: string | undefined;
  /**
   * The chute that serves it.
   */
  chute_id?: string | undefined;
  /**
   * Whether it runs in a trusted execution environment.
   */
  confidential_compute?: boolean | undefined;
  /**
   * Tokens of input and output together.
   */
  context_length?: number | undefined;
  /**
   * As `context_length`, in the word of the engine.
   */
  max_model_len?: number | undefined;
  /**
   * Tokens of output.
   */
  max_output_length?: number | undefined;
  /**
   * Such as `text` and `image`.
   */
  input_modalities?: string[] | undefined;
  output_modalities?: string[] | undefined;
  /**
   * Such as `tools`, `json_mode`, `structured_outputs` and `reasoning`.
   */
  supported_features?: string[] | undefined;
  supported_sampling_parameters?: string[] | undefined;
  quantization?: string | null | undefined;
  /**
   * USD per million tokens.
   */
  pricing?: ModelPricing | undefined;
  /**
   * Price of a million tokens in both currencies.
   */
  price?: ModelPrice | undefined;
  permission?: unknown[] | null | undefined;
}

/**
 * USD per million tokens.
 */
export interface ModelPricing {
  prompt?: number | undefined;
  completion?: number | undefined;
  input_cache_read?: number | undefined;
}

/**
 * Price of a million tokens in both currencies.
 */
export interface ModelPrice {
  input?: ModelAmount | undefined;
  output?: ModelAmount | undefined;
  input_cache_read?: ModelAmount | undefined;
}

/**
 * An amount in both currencies.
 */
export interface ModelAmount {
  usd?: number | undefined;
  tao?: number | undefined;
}

/**
 * Who says a message.
 */
export type Role = OpenEnum<"system" | "user" | "assistant" | "tool" | "developer">;

/**
 * Why an answer ended. `length` and `content_filter` are results too, and engines add words of
 * their own such as `abort`.
 */
export type FinishReason = OpenEnum<"stop" | "length" | "tool_calls" | "content_filter" | "function_call" | "abort">;

/**
 * A conversation to answer. Every field the engine knows may be added.
 */
export interface ChatCompletionRequest {
  /**
   * Name of the chute, a comma list, an alias, or a name with `:latency`, `:throughput` or
   * `:THINKING`. Required on the router, ignored on the host of a chute.
   */
  model?: string | undefined;
  /**
   * The conversation so far.
   */
  messages: ChatMessageParam[];
  /**
   * Answer with an event stream. Never null: the server then finds no cord.
   */
  stream?: boolean | undefined;
  stream_options?: StreamOptions | undefined;
  /**
   * Sampling temperature, 0 to 2.
   */
  temperature?: number | undefined;
  /**
   * Nucleus sampling, above 0 to 1.
   */
  top_p?: number | undefined;
  /**
   * Sample from so many tokens only.
   */
  top_k?: number | undefined;
  /**
   * Least probability relative to the likeliest token.
   */
  min_p?: number | undefined;
  /**
   * Tokens to generate at most.
   */
  max_tokens?: number | undefined;
  /**
   * Tokens to generate at most, reasoning included.
   */
  max_completion_tokens?: number | undefined;
  /**
   * Tokens to generate at least.
   */
  min_tokens?: number | undefined;
  /**
   * Penalty by frequency, -2 to 2.
   */
  frequency_penalty?: number | undefined;
  /**
   * Penalty by presence, -2 to 2.
   */
  presence_penalty?: number | undefined;
  /**
   * Penalty of the engines; 1 is none.
   */
  repetition_penalty?: number | undefined;
  /**
   * A text or a list of texts that end the answer.
   */
  stop?: unknown | undefined;
  /**
   * Answers to make.
   */
  n?: number | undefined;
  /**
   * Seed of the sampling.
   */
  seed?: number | undefined;
  /**
   * Log probabilities of the tokens; the router removes it for most models.
   */
  logprobs?: boolean | undefined;
  /**
   * Likeliest tokens to report at each place, 0 to 20.
   */
  top_logprobs?: number | undefined;
  /**
   * Bias by token id.
   */
  logit_bias?: unknown | undefined;
  /**
   * Functions the model may call.
   */
  tools?: Tool[] | undefined;
  /**
   * `none`, `auto`, `required`, or the function to call. With tools the router sets `auto`.
   */
  tool_choice?: unknown | undefined;
  /**
   * Whether several calls in one answer are allowed.
   */
  parallel_tool_calls?: boolean | undefined;
  /**
   * `{"type": "json_object"}` or a JSON schema. A `pattern` inside is refused today.
   */
  response_format?: unknown | undefined;
  /**
   * How long to think: `low`, `medium`, `high`, where the model knows it.
   */
  reasoning_effort?: string | undefined;
  /**
   * Arguments of the chat template, such as `thinking` and `enable_thinking`.
   */
  chat_template_kwargs?: unknown | undefined;
  /**
   * Your name for the end user.
   */
  user?: string | undefined;
}

/**
 * One message of a conversation.
 */
export interface ChatMessageParam {
  role: Role;
  /**
   * A text, or a list of parts (`text`, `image_url`, `video_url`).
   */
  content?: unknown | undefined;
  /**
   * Name of the participant.
   */
  name?: string | undefined;
  /**
   * Calls the assistant made.
   */
  tool_calls?: ToolCall[] | undefined;
  /**
   * The call a tool message answers.
   */
  tool_call_id?: string | undefined;
}

/**
 * What a stream reports. The platform turns both on for its own engines.
 */
export interface StreamOptions {
  /**
   * Report the usage in a last chunk without choices.
   */
  include_usage?: boolean | undefined;
  /**
   * Report the usage in every chunk.
   */
  continuous_usage_stats?: boolean | undefined;
}

/**
 * A function the model may call.
 */
export interface Tool {
  /**
   * `function`.
   */
  type: string;
  function: FunctionDefinition;
}

/**
 * The function of a tool.
 */
export interface FunctionDefinition {
  /**
   * Name of the function.
   */
  name: string;
  /**
   * What it does and when to use it.
   */
  description?: string | undefined;
  /**
   * JSON schema of its arguments.
   */
  parameters?: unknown | undefined;
  /**
   * Hold the model to the schema.
   */
  strict?: boolean | undefined;
}

/**
 * A call the model wants to be made. `index` is set in chunks only.
 */
export interface ToolCall {
  /**
   * Place of the call.
   */
  index?: number | undefined;
  /**
   * Id to answer with.
   */
  id?: string | undefined;
  /**
   * `function`.
   */
  type?: string | undefined;
  function?: FunctionCall | undefined;
}

/**
 * Name and arguments of a call. Validate the arguments before using them.
 */
export interface FunctionCall {
  /**
   * Name of the function.
   */
  name?: string | null | undefined;
  /**
   * Its arguments as JSON text, or a piece of it in a chunk.
   */
  arguments?: string | null | undefined;
}

/**
 * An answer to a conversation.
 */
export interface ChatCompletion {
  /**
   * Id the engine gave the answer.
   */
  id?: string | null | undefined;
  /**
   * `chat.completion`.
   */
  object?: string | null | undefined;
  /**
   * Unix seconds.
   */
  created?: number | null | undefined;
  /**
   * The model that answered, which may not be the one asked for.
   */
  model?: string | null | undefined;
  /**
   * The answers, by index.
   */
  choices?: ChatChoice[] | undefined;
  usage?: Usage | null | undefined;
  /**
   * Version of the engine.
   */
  system_fingerprint?: string | null | undefined;
}

/**
 * One answer.
 */
export interface ChatChoice {
  /**
   * Its place.
   */
  index?: number | undefined;
  message?: ChatMessage | undefined;
  finish_reason?: FinishReason | null | undefined;
  /**
   * Log probabilities as the engine gives them.
   */
  logprobs?: unknown | undefined;
}

/**
 * What the model said.
 */
export interface ChatMessage {
  /**
   * `assistant`.
   */
  role?: string | null | undefined;
  /**
   * The text; null when the model only calls tools.
   */
  content?: string | null | undefined;
  /**
   * The reasoning, apart from the text. Newer engines name it `reasoning`; clients offer both as
   * this field.
   */
  reasoning_content?: string | null | undefined;
  /**
   * Why the model refused.
   */
  refusal?: string | null | undefined;
  /**
   * Calls the model wants to be made.
   */
  tool_calls?: ToolCall[] | null | undefined;
}

/**
 * A piece of a streamed answer. The last one may have usage and no choices.
 */
export interface ChatCompletionChunk {
  /**
   * Id of the answer; a new one with a role in the middle means that another instance began anew.
   */
  id?: string | null | undefined;
  /**
   * `chat.completion.chunk`.
   */
  object?: string | null | undefined;
  /**
   * Unix seconds.
   */
  created?: number | null | undefined;
  /**
   * The model that answers.
   */
  model?: string | null | undefined;
  /**
   * Pieces of the answers; may be empty or null.
   */
  choices?: ChatChunkChoice[] | null | undefined;
  usage?: Usage | null | undefined;
  /**
   * Version of the engine.
   */
  system_fingerprint?: string | null | undefined;
}

/**
 * A piece of one answer.
 */
export interface ChatChunkChoice {
  /**
   * Place of the answer.
   */
  index?: number | undefined;
  delta?: ChatDelta | null | undefined;
  finish_reason?: FinishReason | null | undefined;
  /**
   * Log probabilities as the engine gives them.
   */
  logprobs?: unknown | undefined;
}

/**
 * What a chunk adds to a message.
 */
export interface ChatDelta {
  /**
   * Only in the first chunk, mostly.
   */
  role?: string | null | undefined;
  /**
   * Next piece of the text.
   */
  content?: string | null | undefined;
  /**
   * Next piece of the reasoning.
   */
  reasoning_content?: string | null | undefined;
  /**
   * The same, by its newer name.
   */
  reasoning?: string | null | undefined;
  /**
   * Next piece of a refusal.
   */
  refusal?: string | null | undefined;
  /**
   * Pieces of tool calls.
   */
  tool_calls?: ToolCall[] | null | undefined;
}

/**
 * Tokens of a call. In a stream the last one counts; never add them up.
 */
export interface Usage {
  /**
   * Tokens read.
   */
  prompt_tokens?: number | null | undefined;
  /**
   * Tokens written.
   */
  completion_tokens?: number | null | undefined;
  /**
   * Both.
   */
  total_tokens?: number | null | undefined;
  /**
   * Details as the engine gives them, such as `cached_tokens`.
   */
  prompt_tokens_details?: unknown | undefined;
  /**
   * Details as the engine gives them, such as `reasoning_tokens`.
   */
  completion_tokens_details?: unknown | undefined;
}

/**
 * A text to continue.
 */
export interface TextCompletionRequest {
  /**
   * Name of the chute; required on the router.
   */
  model?: string | undefined;
  /**
   * A text, or a list of texts.
   */
  prompt: unknown;
  /**
   * Answer with an event stream. Never null.
   */
  stream?: boolean | undefined;
  stream_options?: StreamOptions | undefined;
  /**
   * Sampling temperature, 0 to 2.
   */
  temperature?: number | undefined;
  /**
   * Nucleus sampling, above 0 to 1.
   */
  top_p?: number | undefined;
  /**
   * Tokens to generate at most.
   */
  max_tokens?: number | undefined;
  /**
   * Penalty by frequency, -2 to 2.
   */
  frequency_penalty?: number | undefined;
  /**
   * Penalty by presence, -2 to 2.
   */
  presence_penalty?: number | undefined;
  /**
   * A text or a list of texts that end the answer.
   */
  stop?: unknown | undefined;
  /**
   * Answers to make.
   */
  n?: number | undefined;
  /**
   * Seed of the sampling.
   */
  seed?: number | undefined;
  /**
   * Likeliest tokens to report at each place.
   */
  logprobs?: number | undefined;
  /**
   * Repeat the prompt.
   */
  echo?: boolean | undefined;
  /**
   * Your name for the end user.
   */
  user?: string | undefined;
}

/**
 * A continuation, or a piece of one.
 */
export interface TextCompletion {
  /**
   * Id the engine gave it.
   */
  id?: string | null | undefined;
  /**
   * `text_completion`.
   */
  object?: string | null | undefined;
  /**
   * Unix seconds.
   */
  created?: number | null | undefined;
  /**
   * The model that answered.
   */
  model?: string | null | undefined;
  /**
   * The continuations, by index.
   */
  choices?: TextChoice[] | null | undefined;
  usage?: Usage | null | undefined;
}

/**
 * One continuation.
 */
export interface TextChoice {
  /**
   * Its place.
   */
  index?: number | undefined;
  /**
   * The text, or the next piece of it.
   */
  text?: string | null | undefined;
  finish_reason?: FinishReason | null | undefined;
  /**
   * Log probabilities as the engine gives them.
   */
  logprobs?: unknown | undefined;
}

/**
 * Texts to turn into vectors.
 */
export interface EmbeddingRequest {
  /**
   * A text, a list of texts, or tokens.
   */
  input: unknown;
  /**
   * Name of the chute; required on the router.
   */
  model?: string | undefined;
  /**
   * Length of the vectors, where the model can shorten them.
   */
  dimensions?: number | undefined;
  /**
   * `float` or `base64`, where the engine knows it.
   */
  encoding_format?: string | undefined;
  /**
   * Your name for the end user.
   */
  user?: string | undefined;
}

/**
 * Vectors in the order of the texts.
 */
export interface EmbeddingList {
  /**
   * `list`.
   */
  object?: string | null | undefined;
  /**
   * The model that answered.
   */
  model?: string | null | undefined;
  /**
   * The vectors.
   */
  data: Embedding[];
  usage?: Usage | null | undefined;
}

/**
 * One vector.
 */
export interface Embedding {
  /**
   * Place of its text.
   */
  index?: number | undefined;
  /**
   * `embedding`.
   */
  object?: string | null | undefined;
  /**
   * The vector; clients decode base64.
   */
  embedding: number[];
}

/**
 * An image to make. Any other field is refused by chutes of the diffusion template.
 */
export interface GenerateRequest {
  /**
   * Name of the chute; required on the image host and removed there.
   */
  model?: string | undefined;
  /**
   * What to show.
   */
  prompt: string;
  /**
   * What not to show.
   */
  negative_prompt?: string | undefined;
  /**
   * Pixels, 128 to 2048.
   * The server's default: 1024.
   */
  width?: number | undefined;
  /**
   * Pixels, 128 to 2048.
   * The server's default: 1024.
   */
  height?: number | undefined;
  /**
   * Steps, 1 to 50; more are cut silently.
   * The server's default: 25.
   */
  num_inference_steps?: number | undefined;
  /**
   * How closely to follow the prompt, 1 to 20.
   */
  guidance_scale?: number | undefined;
  /**
   * Guidance of models that take it by this name.
   */
  true_cfg_scale?: number | undefined;
  /**
   * How closely to follow the input images.
   */
  img_guidance_scale?: number | undefined;
  /**
   * 0 to 4294967295.
   */
  seed?: number | undefined;
  /**
   * Input images, base64.
   */
  image_b64?: string[] | undefined;
}

/**
 * Images to make, in the OpenAI form.
 */
export interface ImageRequest {
  /**
   * Name of the chute.
   */
  model?: string | undefined;
  /**
   * What to show.
   */
  prompt: string;
  /**
   * Images to make.
   */
  n?: number | undefined;
  /**
   * `1024x1024` and the like.
   */
  size?: string | undefined;
  /**
   * A word the server knows.
   */
  quality?: string | undefined;
  /**
   * `b64_json`.
   */
  response_format?: string | undefined;
  /**
   * Seed of the sampling.
   */
  seed?: number | undefined;
  /**
   * Your name for the end user.
   */
  user?: string | undefined;
}

/**
 * Images in base64.
 */
export interface ImageList {
  /**
   * Unix seconds.
   */
  created?: number | null | undefined;
  /**
   * The images.
   */
  data?: ImageData[] | null | undefined;
}

/**
 * One image.
 */
export interface ImageData {
  /**
   * The image in base64.
   */
  b64_json?: string | null | undefined;
  /**
   * Where it lies; clients never fetch it with a key.
   */
  url?: string | null | undefined;
  /**
   * The prompt that was really used.
   */
  revised_prompt?: string | null | undefined;
}
