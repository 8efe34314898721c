// Generated from openapi/chutes.yaml. Do not edit; run `make gen`.

/** Types of the API. Fields are optional unless nothing works without them; objects keep fields that are not named here. */
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
  image?: ChuteImage | undefined;
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
 * The container image of a chute.
 */
export interface ChuteImage {
  image_id: string;
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
 * The state of a chute at one moment.
 */
export interface WarmupStatus {
  chute_id?: string | undefined;
  status?: WarmupState | undefined;
  instance_count?: number | undefined;
  /**
   * Open bounty.
   */
  bounty?: number | null | undefined;
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
