/** What needs more than one request for chutes: deploying with care, and waiting until one runs. */
import { checkDuration, type CallOptions } from "../config.js";
import { ChutesError } from "../errors.js";
import { ChutesResource } from "../management/chutes.js";
import { ContainerImagesResource } from "../management/container_images.js";
import { UsersResource } from "../management/users.js";
import { backoff } from "../retry.js";
import type { Runtime } from "../runtime.js";
import type { JsonStream } from "../stream.js";
import type { Chute, ChuteArgs, WarmupEvent, WarmupStatus } from "../types/index.js";
import { isUuid, predictChuteId, predictVersion } from "./ids.js";
import { limitsOnly, Until, waitLimit } from "./wait.js";

/** Longest wait for a warm-up, in milliseconds. */
export const WARMUP_TIMEOUT = 600_000;

/** What a deployment came to. */
export interface Deployment {
  chute: Chute;
  /** `unchanged`: the same version runs already, and nothing was sent. */
  status: "unchanged" | "created" | "updated";
}

/** Options of `deploy`. */
export interface DeployOptions extends CallOptions {
  /** Agree to the fee of a first deployment. */
  acceptFee?: boolean | undefined;
  /** Send it even where nothing has changed. */
  force?: boolean | undefined;
}

/** Options of `waitReady`. `deadlineMs` is the longest wait in all; default 600,000. */
export interface WaitReadyOptions extends CallOptions {
  /** Ask so often for the state, in milliseconds, in place of following the events: for proxies that hold events back. */
  pollIntervalMs?: number | undefined;
  /** Told each event, or each state. */
  onProgress?: ((progress: WarmupEvent | WarmupStatus) => void) | undefined;
}

/** The two ways to hear of a warm-up. */
export interface WarmupSource {
  events(options: CallOptions): Promise<JsonStream<WarmupEvent>>;
  state(options: CallOptions): Promise<WarmupStatus>;
}

/** `client.chutes` */
export class ChutesHelpers extends ChutesResource {
  readonly #runtime: Runtime;

  constructor(runtime: Runtime) {
    super(runtime);
    this.#runtime = runtime;
  }

  /**
   * Deploys a chute, or a new version of it, unless the same version with the same visibility is there already.
   *
   * Asks who you are, for the image, and for the chute under the id that it will have; then sends one POST, which is never repeated.
   * Throws `payment_required` with `error.fee` where a first deployment costs a fee (agree with `acceptFee: true`), `not_found` where
   * the image does not exist, and whatever else the server says. The request itself is `create`.
   *
   * @example const { chute, status } = await client.chutes.deploy(body, { acceptFee: true });
   */
  async deploy(body: ChuteArgs, options: DeployOptions = {}): Promise<Deployment> {
    const { acceptFee, force, ...call } = options;
    const look = limitsOnly(call);
    const { username = "" } = await new UsersResource(this.#runtime).me(look);
    const image = await new ContainerImagesResource(this.#runtime).get(body.image, look);
    const before = await this.#find(predictChuteId(username, body.name), look);
    const version = predictVersion(image.image_id, image.patch_version ?? "None", body.code);
    if (before !== undefined && before.version === version && before.public === body.public && force !== true)
      return { chute: before, status: "unchanged" };
    const chute = await this.create(body, acceptFee === true ? { accept_fee: true } : {}, call);
    return { chute, status: before === undefined ? "created" : "updated" };
  }

  async #find(chuteId: string, options: CallOptions): Promise<Chute | undefined> {
    try {
      return await this.get(chuteId, options);
    } catch (error) {
      if (ChutesError.is(error) && error.kind === "not_found") return undefined;
      throw error;
    }
  }

  /**
   * Waits until a chute, by id or `user/name`, is hot: by its warm-up events, or by asking every `pollIntervalMs`.
   *
   * Throws `timeout` where it is not hot in time or the events end before it is; `disabled`, `payment_required` and `not_found` at once.
   *
   * @example await client.chutes.waitReady("alice/kokoro", { deadlineMs: 300_000, onProgress: console.log });
   */
  waitReady(ref: string, options: WaitReadyOptions = {}): Promise<WarmupStatus> {
    const source = {
      events: (call: CallOptions) => this.warmup(ref, call),
      state: (call: CallOptions) => this.warmupStatus(ref, call),
    };
    return waitReady(this.#runtime, ref, source, options);
  }
}

/** The one way to wait for a chute, for the resource and for the handle of a chute. */
export async function waitReady(runtime: Runtime, ref: string, source: WarmupSource, options: WaitReadyOptions): Promise<WarmupStatus> {
  const { pollIntervalMs, onProgress, ...call } = options;
  const interval = checkDuration("pollIntervalMs", pollIntervalMs) ?? undefined;
  const until = new Until(runtime.config, call, waitLimit(call, WARMUP_TIMEOUT));
  const progress: { last?: WarmupEvent | WarmupStatus; response?: { status: number; attempts: number } } = {};
  const see = (state: WarmupEvent | WarmupStatus): boolean => {
    progress.last = state;
    onProgress?.(state);
    return state.status === "hot";
  };
  if (interval === undefined) {
    if (await follow(runtime, source, until, see, progress)) return { ...(isUuid(ref) ? { chute_id: ref } : {}), status: "hot" };
  } else {
    for (;;) {
      const state = await source.state(until.request(false));
      if (see(state)) return state;
      if (until.over) break;
      await until.sleep(interval);
    }
  }
  throw until.error(`the chute ${ref} did not become hot (last state: ${progress.last?.status ?? "none"})`, progress.response);
}

/** Follows the events until hot; opens them again when they break, within the time. False where they end without it. */
async function follow(
  runtime: Runtime,
  source: WarmupSource,
  until: Until,
  see: (event: WarmupEvent) => boolean,
  progress: { response?: { status: number; attempts: number } },
): Promise<boolean> {
  const { seam } = runtime.config;
  for (let failures = 0; ;) {
    const stream = await source.events(until.request(true));
    progress.response = stream.response;
    try {
      for await (const event of stream) {
        failures = 0;
        if (see(event)) return true;
        if (until.over) return false;
      }
      return false;
    } catch (error) {
      if (until.ended(error)) return false;
      if (!ChutesError.is(error) || error.kind !== "stream_interrupted") throw error;
      await until.sleep(backoff(failures++, error.kind, seam.random()));
      if (until.over) return false;
    }
  }
}
