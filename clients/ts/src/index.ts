/** Deploy and call models on Chutes. The README has a quick start; `Chutes` is where to begin. */
export { Chutes, type OpenAIOptions, type RequestOptions } from "./client.js";
export { anonymous, bearer, fromProvider, xApiKey, type Auth, type SignableRequest } from "./auth.js";
export type { CallOptions, ClientOptions, Endpoints } from "./config.js";
export {
  APIStatusError,
  BadRequestError,
  CancelledError,
  ChutesError,
  ConfigError,
  ConflictError,
  ConnectionError,
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
  type Kind,
} from "./errors.js";
export { ChatStream, CompletionStream, EventStream, JsonStream, type ChatEvent } from "./stream.js";
export { Decoder, type Event, type Tail } from "./sse.js";
export { PagePromise, type Page } from "./pagination.js";
export {
  Binary,
  isBinary,
  parseTimestamp,
  responseOf,
  ResultPromise,
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
export { Image, type ImageParams } from "./invoke/images.js";
export type { ChatParams, StreamOptions } from "./invoke/chat.js";
export type { CompletionParams } from "./invoke/completions.js";
export type { EmbeddingParams } from "./invoke/embeddings.js";
export { ChuteHandle, type ChuteOptions, type CordOptions, type ResolvedChute } from "./invoke/chute.js";
export { redact, redactHeaders } from "./redact.js";
export { VERSION } from "./version.js";
