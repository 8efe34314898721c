/** Deploy and call models on Chutes. The README has a quick start; `Chutes` is where to begin. */
export { Chutes, type OpenAIOptions, type RequestOptions } from "./client.js";
export { anonymous, bearer, fromProvider, xApiKey, type Auth, type SignableRequest } from "./auth.js";
export type { CallOptions, ClientOptions, Endpoints, OwnOptions } from "./config.js";
export {
  APIStatusError,
  BadRequestError,
  CancelledError,
  ChutesError,
  ConfigError,
  ConflictError,
  ConnectionError,
  InvalidOutputError,
  NotFoundError,
  PaginationStuckError,
  parents,
  PaymentRequiredError,
  PermissionDeniedError,
  RateLimitedError,
  ServerError,
  StreamError,
  StreamInterruptedError,
  TeeRequiredError,
  TimeoutError,
  TooLargeError,
  UnauthenticatedError,
  UnexpectedResponseError,
  UnprocessableError,
  type ErrorInit,
  type InterruptReason,
  type OutputReason,
  type Kind,
} from "./errors.js";
export { ChatStream, CompletionStream, EventStream, JsonStream } from "./stream.js";
export { Decoder, type Event, type Tail } from "./sse.js";
export { PagePromise, type Iterated, type Page } from "./pagination.js";
export {
  Binary,
  isBinary,
  parseTimestamp,
  responseOf,
  ResultPromise,
  type StreamPromise,
  type Attempt,
  type OpenEnum,
  type Quota,
  type RateLimit,
  type ResponseInfo,
} from "./values.js";
export { LogStream } from "./lines.js";
export type { FileContent, FileInput, NamedFile } from "./multipart.js";
export type { DownloadProgress } from "./download.js";
export { OAuth, Token, type Authorization, type OAuthOptions, type ProviderOptions, type TokenInit } from "./oauth.js";
export { ChutesHelpers, type Deployment, type DeployOptions, type WaitReadyOptions } from "./helpers/chutes.js";
export { ContainerImagesHelpers, type BuildArgs, type BuildOptions, type WaitBuiltOptions } from "./helpers/container_images.js";
export { predictChuteId, predictImageId, predictVersion } from "./helpers/ids.js";
export { JobsHelpers, jobState, type CreateJobOptions, type DownloadOptions, type JobState, type WaitJobOptions } from "./helpers/jobs.js";
export { Image, type ImageParams, type ManyImagesOptions, type ManyImagesParams } from "./invoke/images.js";
export type { ChatParams, StreamOptions } from "./invoke/chat.js";
export type { CompletionParams } from "./invoke/completions.js";
export type { EmbeddingParams } from "./invoke/embeddings.js";
export { ChuteHandle, type ChuteOptions, type CordOptions, type ResolvedChute } from "./invoke/chute.js";
export type { Cord } from "./invoke/cords.js";
export type { Audio, MediaParams, Segment, SpeechParams, TranscribeParams, Video, VideoParams } from "./invoke/media.js";
export type { Cost, Models } from "./invoke/models.js";
export { imagePart, videoPart, type ImagePart, type MediaSource, type VideoPart } from "./content.js";
export type { AttemptInfo, AttemptResult, CallInfo, Hooks, Logger, RetryInfo, StreamInfo } from "./hooks.js";
export type { MapOptions, MapResult } from "./mapping.js";
export { parseOutput, type Output, type ParsedCompletion } from "./output.js";
export { complaints, type JsonSchema, type StandardSchema } from "./schema.js";
export {
  tool,
  type RunToolsOptions,
  type RunToolsParams,
  type Step,
  type Tool,
  type ToolContext,
  type ToolInit,
  type ToolResult,
  type ToolRun,
} from "./tools.js";
export { Trace, type TraceEntry, type TraceError } from "./trace.js";
export { redact, redactHeaders } from "./redact.js";
export { VERSION } from "./version.js";
