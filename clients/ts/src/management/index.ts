// Generated from openapi/chutes.yaml. Do not edit; run `make gen`.

/** All management resources of a client, made when first asked for. */
import type { Runtime } from "../runtime.js";
import { ChutesResource } from "./chutes.js";
import { BountiesResource } from "./bounties.js";
import { UsersResource } from "./users.js";
import { ModelsResource } from "./models.js";

export * from "./chutes.js";
export * from "./bounties.js";
export * from "./users.js";
export * from "./models.js";

/** The resources, as properties of the client. */
export interface Resources {
  /** Deploy, inspect, share, warm up and delete chutes. */
  readonly chutes: ChutesResource;
  /** Rewards that make miners start a chute. */
  readonly bounties: BountiesResource;
  /** Accounts. */
  readonly users: UsersResource;
  /** The models behind the OpenAI-compatible router. */
  readonly models: ModelsResource;
}

/** Makes them. */
export function resources(runtime: Runtime): Resources {
  return {
    chutes: new ChutesResource(runtime),
    bounties: new BountiesResource(runtime),
    users: new UsersResource(runtime),
    models: new ModelsResource(runtime),
  };
}
