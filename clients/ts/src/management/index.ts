// Generated from openapi/chutes.yaml. Do not edit; run `make gen`.

/** All management resources of a client, made when first asked for. */
import type { Runtime } from "../runtime.js";
import { ChutesHelpers } from "../helpers/chutes.js";
import { ContainerImagesHelpers } from "../helpers/container_images.js";
import { JobsHelpers } from "../helpers/jobs.js";
import { InstancesResource } from "./instances.js";
import { EncryptedLogsResource } from "./encrypted_logs.js";
import { E2eResource } from "./e2e.js";
import { BountiesResource } from "./bounties.js";
import { UsersResource } from "./users.js";
import { ApiKeysResource } from "./api_keys.js";
import { SecretsResource } from "./secrets.js";
import { ModelAliasesResource } from "./model_aliases.js";
import { LogosResource } from "./logos.js";
import { OauthAppsResource } from "./oauth_apps.js";
import { OauthAuthorizationsResource } from "./oauth_authorizations.js";
import { OauthResource } from "./oauth.js";
import { PricingResource } from "./pricing.js";
import { PaymentsResource } from "./payments.js";
import { NodesResource } from "./nodes.js";
import { InvocationsResource } from "./invocations.js";
import { AuditResource } from "./audit.js";
import { TeeResource } from "./tee.js";
import { PlatformResource } from "./platform.js";
import { ModelsResource } from "./models.js";

export * from "./chutes.js";
export * from "./container_images.js";
export * from "./jobs.js";
export * from "./instances.js";
export * from "./encrypted_logs.js";
export * from "./e2e.js";
export * from "./bounties.js";
export * from "./users.js";
export * from "./api_keys.js";
export * from "./secrets.js";
export * from "./model_aliases.js";
export * from "./logos.js";
export * from "./oauth_apps.js";
export * from "./oauth_authorizations.js";
export * from "./oauth.js";
export * from "./pricing.js";
export * from "./payments.js";
export * from "./nodes.js";
export * from "./invocations.js";
export * from "./audit.js";
export * from "./tee.js";
export * from "./platform.js";
export * from "./models.js";

/** The resources, as properties of the client. */
export interface Resources {
  /** Deploy, inspect, share, warm up and delete chutes. */
  readonly chutes: ChutesHelpers;
  /** Images that chutes run in. */
  readonly containerImages: ContainerImagesHelpers;
  /** Runs of the jobs of chutes. */
  readonly jobs: JobsHelpers;
  /** Running copies of chutes. */
  readonly instances: InstancesResource;
  /** Logs that only the owner can read. */
  readonly encryptedLogs: EncryptedLogsResource;
  /** Calls that only the instance can read. */
  readonly e2e: E2eResource;
  /** Rewards that make miners start a chute. */
  readonly bounties: BountiesResource;
  /** Accounts, quotas, usage and balance. */
  readonly users: UsersResource;
  /** Keys of the account. */
  readonly apiKeys: ApiKeysResource;
  /** Environment variables that chutes get. */
  readonly secrets: SecretsResource;
  /** Names for ranked lists of chutes. */
  readonly modelAliases: ModelAliasesResource;
  /** Pictures of chutes and accounts. */
  readonly logos: LogosResource;
  /** Apps that sign users in with Chutes. */
  readonly oauthApps: OauthAppsResource;
  /** Apps that you have authorized. */
  readonly oauthAuthorizations: OauthAuthorizationsResource;
  /** Tokens and what they are worth. */
  readonly oauth: OauthResource;
  /** Prices of GPUs and rates of currencies. */
  readonly pricing: PricingResource;
  /** Payments and revenue of the platform. */
  readonly payments: PaymentsResource;
  /** GPUs of the platform. */
  readonly nodes: NodesResource;
  /** Statistics and tables of invocations. */
  readonly invocations: InvocationsResource;
  /** Reports of miners and validators. */
  readonly audit: AuditResource;
  /** What trusted machines must show. */
  readonly tee: TeeResource;
  /** Whether it is alive; model repositories. */
  readonly platform: PlatformResource;
  /** The models behind the OpenAI-compatible router. */
  readonly models: ModelsResource;
}

/** Makes them. */
export function resources(runtime: Runtime): Resources {
  return {
    chutes: new ChutesHelpers(runtime),
    containerImages: new ContainerImagesHelpers(runtime),
    jobs: new JobsHelpers(runtime),
    instances: new InstancesResource(runtime),
    encryptedLogs: new EncryptedLogsResource(runtime),
    e2e: new E2eResource(runtime),
    bounties: new BountiesResource(runtime),
    users: new UsersResource(runtime),
    apiKeys: new ApiKeysResource(runtime),
    secrets: new SecretsResource(runtime),
    modelAliases: new ModelAliasesResource(runtime),
    logos: new LogosResource(runtime),
    oauthApps: new OauthAppsResource(runtime),
    oauthAuthorizations: new OauthAuthorizationsResource(runtime),
    oauth: new OauthResource(runtime),
    pricing: new PricingResource(runtime),
    payments: new PaymentsResource(runtime),
    nodes: new NodesResource(runtime),
    invocations: new InvocationsResource(runtime),
    audit: new AuditResource(runtime),
    tee: new TeeResource(runtime),
    platform: new PlatformResource(runtime),
    models: new ModelsResource(runtime),
  };
}
