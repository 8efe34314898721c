// Generated from openapi/chutes.yaml. Do not edit; run `make gen`.

import type { CallOptions } from "../config.js";
import type { PagePromise } from "../pagination.js";
import type { Runtime } from "../runtime.js";
import type { JsonStream } from "../stream.js";
import type {
  AffineChute,
  BoostedChute,
  Chute,
  ChuteArgs,
  ChuteDeletion,
  ChuteEvidence,
  ChutePage,
  ChuteTemplate,
  ChuteUpdateArgs,
  ChuteUtilization,
  DiffusionChuteArgs,
  GpuCount,
  MinerMean,
  MinerMeansFormat,
  RollingUpdate,
  ShareArgs,
  ShareResult,
  VllmChuteArgs,
  WarmupEvent,
  WarmupStatus,
} from "../types/index.js";
import type { ResultPromise } from "../values.js";

/** Query of `chutes.list`. */
export interface ChutesListQuery {
  /** Add the public chutes of everybody. */
  include_public?: boolean | undefined;
  /** Only chutes of this template. */
  template?: ChuteTemplate | undefined;
  /** Only chutes whose name contains this text. */
  name?: string | undefined;
  /** Leave out chutes whose name contains this text. */
  exclude?: string | undefined;
  /** Only chutes of this image. The server of 2026-05 has a fault here and then finds nothing. */
  image?: string | undefined;
  /** Only chutes whose slug matches this SQL `ILIKE` pattern. */
  slug?: string | undefined;
  /** Page number; 0 is the first. Not together with `offset`. */
  page?: number | undefined;
  /** Chutes in a page. */
  limit?: number | undefined;
  /** Chutes to pass over. Not together with `page`; the page is then echoed as 0. */
  offset?: number | undefined;
  /** Keep the JSON Schemas of the cords in `cord_refs`. */
  include_schemas?: boolean | undefined;
}

/** Query of `chutes.create`. */
export interface ChutesCreateQuery {
  /** Agree to the fee of a first deployment. */
  accept_fee?: boolean | undefined;
}

/** Query of `chutes.minerMeans`. */
export interface ChutesMinerMeansQuery {
  /** The format; HTML if left out. */
  ext?: MinerMeansFormat | undefined;
}

/** Query of `chutes.evidence`. */
export interface ChutesEvidenceQuery {
  /** 64 hexadecimal digits of your own choice. */
  nonce: string;
}

/** Deploy, inspect, share, warm up and delete chutes. `client.chutes` */
export class ChutesResource {
  readonly #runtime: Runtime;

  constructor(runtime: Runtime) {
    this.#runtime = runtime;
  }

  /**
   * List chutes.
   *
   * Signed in, the list holds your own chutes only, unless `include_public` is true; without
   * credentials it holds the public ones. Sorted by
   * invocation count, so that rows move between pages while the list is read. Items come without
   * `cords`: `cord_refs` of the page holds them under
   * the `cord_ref_id` of the item.
   */
  list(query: ChutesListQuery = {}, options: CallOptions = {}): PagePromise<ChutePage> {
    return this.#runtime.page(
      {
        operationId: "listChutes",
        method: "GET",
        path: ["/chutes/"],
        query: { ...query },
        purpose: "chutes",
        result: "json",
        shape: "object",
      },
      options,
    );
  }

  /**
   * Deploy a chute, or deploy a new version of it, without looking first.
   *
   * Your account and the name decide which chute it is; a second deployment with the same name is a
   * new version, rolled out gradually unless
   * `use_rolling_update` is false. Counts towards 24 creations and updates in 24 hours, so clients
   * never send it twice by themselves.
   * The first deployment of a name costs a fee (402 with its amount until `accept_fee` is true);
   * `tee` must be true since 2026-05-12; `public` needs a
   * permission that accounts do not have by default.
   */
  create(body: ChuteArgs, query: ChutesCreateQuery = {}, options: CallOptions = {}): ResultPromise<Chute> {
    return this.#runtime.perform(
      {
        operationId: "createChute",
        method: "POST",
        path: ["/chutes/"],
        query: { ...query },
        body,
        result: "json",
        shape: "object",
        idempotent: false,
      },
      options,
    );
  }

  /**
   * Get a chute by id or name.
   *
   * Works without credentials for public chutes. A private chute of somebody else is a 404.
   * @param chuteIdOrName Id of the chute, or its name. A name may hold slashes (`deepseek-
   * ai/DeepSeek-V3`). Deleting takes the id only.
   */
  get(chuteIdOrName: string, options: CallOptions = {}): ResultPromise<Chute> {
    return this.#runtime.perform(
      {
        operationId: "getChute",
        method: "GET",
        path: ["/chutes/", { name: "chute_id_or_name", value: chuteIdOrName, keepSlash: true }],
        purpose: "chutes",
        result: "json",
        shape: "object",
      },
      options,
    );
  }

  /**
   * Change the text, the scaling or the state of a chute, but not its code or image.
   *
   * The server ignores empty strings and nulls, so that a text can be replaced but not cleared.
   * @param chuteIdOrName Id of the chute, or its name. A name may hold slashes (`deepseek-
   * ai/DeepSeek-V3`). Deleting takes the id only.
   */
  update(chuteIdOrName: string, body: ChuteUpdateArgs, options: CallOptions = {}): ResultPromise<Chute> {
    return this.#runtime.perform(
      {
        operationId: "updateChute",
        method: "PUT",
        path: ["/chutes/", { name: "chute_id_or_name", value: chuteIdOrName, keepSlash: true }],
        body,
        result: "json",
        shape: "object",
      },
      options,
    );
  }

  /**
   * Delete a chute by id.
   *
   * Takes the UUID only (a name is a 400). The parameter is named as in the other operations of
   * this path because OpenAPI forbids the same path
   * under two names; the clients call it `chute_id`. A second delete is a 404, so a 404 after a
   * retry means that it is done.
   * @param chuteId Id of the chute, or its name. A name may hold slashes (`deepseek-
   * ai/DeepSeek-V3`). Deleting takes the id only.
   */
  delete(chuteId: string, options: CallOptions = {}): ResultPromise<ChuteDeletion> {
    return this.#runtime.perform(
      {
        operationId: "deleteChute",
        method: "DELETE",
        path: ["/chutes/", { name: "chute_id", value: chuteId }],
        purpose: "chutes",
        result: "json",
        shape: "object",
      },
      options,
    );
  }

  /**
   * Get the Python source of a chute.
   * @param chuteId Id of the chute.
   */
  code(chuteId: string, options: CallOptions = {}): ResultPromise<string> {
    return this.#runtime.perform(
      {
        operationId: "getChuteCode",
        method: "GET",
        path: ["/chutes/code/", { name: "chute_id", value: chuteId }],
        purpose: "chutes",
        result: "text",
        accept: "text/plain",
      },
      options,
    );
  }

  /**
   * Start a cold chute and follow it until it is hot.
   *
   * An event about every five seconds while the chute is cold, the first at once. The stream ends
   * after the first `hot`, or silently after 600 seconds
   * of cold. It opens a bounty if there is none, and starting a private chute of your own is
   * billed.
   * @param chuteIdOrName Id of the chute, or its name, which may hold slashes.
   */
  warmup(chuteIdOrName: string, options: CallOptions = {}): Promise<JsonStream<WarmupEvent>> {
    return this.#runtime.stream(
      {
        operationId: "warmUpChute",
        method: "GET",
        path: ["/chutes/warmup/", { name: "chute_id_or_name", value: chuteIdOrName, keepSlash: true }],
        purpose: "chutes",
        result: "stream",
        accept: "text/event-stream",
      },
      options,
    );
  }

  /**
   * Ask once whether a chute is hot; starts a cold one like `warmup`.
   *
   * For polling, about every five to ten seconds. Servers before 2026-05 ignore it and answer with
   * the event stream.
   * @param chuteIdOrName Id of the chute, or its name, which may hold slashes.
   */
  warmupStatus(chuteIdOrName: string, options: CallOptions = {}): ResultPromise<WarmupStatus> {
    return this.#runtime.perform(
      {
        operationId: "warmUpChute",
        method: "GET",
        path: ["/chutes/warmup/", { name: "chute_id_or_name", value: chuteIdOrName, keepSlash: true }],
        query: { quick: "true" },
        purpose: "chutes",
        result: "json",
        shape: "object",
      },
      options,
    );
  }

  /**
   * Share a private chute with another user.
   *
   * Sharing twice with the same user changes nothing.
   */
  share(body: ShareArgs, options: CallOptions = {}): ResultPromise<ShareResult> {
    return this.#runtime.perform(
      {
        operationId: "shareChute",
        method: "POST",
        path: ["/chutes/share"],
        body,
        result: "json",
        shape: "object",
      },
      options,
    );
  }

  /**
   * Take a share back.
   *
   * Succeeds also when there was no such share.
   */
  unshare(body: ShareArgs, options: CallOptions = {}): ResultPromise<ShareResult> {
    return this.#runtime.perform(
      {
        operationId: "unshareChute",
        method: "POST",
        path: ["/chutes/unshare"],
        body,
        result: "json",
        shape: "object",
      },
      options,
    );
  }

  /**
   * List the chutes that have a boost.
   */
  boosted(options: CallOptions = {}): ResultPromise<BoostedChute[]> {
    return this.#runtime.perform(
      {
        operationId: "listBoostedChutes",
        method: "GET",
        path: ["/chutes/boosted"],
        public: true,
        result: "json",
        shape: "list",
      },
      options,
    );
  }

  /**
   * List the affine chutes whose owner can pay for them.
   */
  affineAvailable(options: CallOptions = {}): ResultPromise<AffineChute[]> {
    return this.#runtime.perform(
      {
        operationId: "listAffineChutes",
        method: "GET",
        path: ["/chutes/affine_available"],
        public: true,
        result: "json",
        shape: "list",
      },
      options,
    );
  }

  /**
   * List the rolling updates under way.
   */
  rollingUpdates(options: CallOptions = {}): ResultPromise<RollingUpdate[]> {
    return this.#runtime.perform(
      {
        operationId: "listRollingUpdates",
        method: "GET",
        path: ["/chutes/rolling_updates"],
        public: true,
        result: "json",
        shape: "list",
      },
      options,
    );
  }

  /**
   * List how many GPUs chutes have asked for.
   */
  gpuCountHistory(options: CallOptions = {}): ResultPromise<GpuCount[]> {
    return this.#runtime.perform(
      {
        operationId: "listGpuCountHistory",
        method: "GET",
        path: ["/chutes/gpu_count_history"],
        public: true,
        result: "json",
        shape: "list",
      },
      options,
    );
  }

  /**
   * List how busy each chute is, from the latest capacity log.
   */
  utilization(options: CallOptions = {}): ResultPromise<ChuteUtilization[]> {
    return this.#runtime.perform(
      {
        operationId: "listChuteUtilization",
        method: "GET",
        path: ["/chutes/utilization"],
        public: true,
        result: "json",
        shape: "list",
      },
      options,
    );
  }

  /**
   * Get the HTML index of the miners' mean speeds.
   */
  minerMeansIndex(options: CallOptions = {}): ResultPromise<string> {
    return this.#runtime.perform(
      {
        operationId: "getMinerMeansIndex",
        method: "GET",
        path: ["/chutes/miner_means"],
        public: true,
        result: "text",
        accept: "text/html",
      },
      options,
    );
  }

  /**
   * Get the mean speed of each miner of a chute, as text.
   *
   * HTML by default, or what `ext` asks for. `miner_means_rows` hands out the rows, decoded.
   * @param chuteId Id of the chute.
   */
  minerMeans(chuteId: string, query: ChutesMinerMeansQuery = {}, options: CallOptions = {}): ResultPromise<string> {
    return this.#runtime.perform(
      {
        operationId: "getMinerMeans",
        method: "GET",
        path: ["/chutes/miner_means/", { name: "chute_id", value: chuteId }],
        query: { ...query },
        public: true,
        result: "text",
        accept: "text/html, application/json, text/csv",
      },
      options,
    );
  }

  /**
   * Get the mean speed of each miner of a chute as a file.
   *
   * The same table as `miner_means`, with the format in the path. The text of the file is handed
   * out as it came.
   * @param chuteId Id of the chute.
   * @param ext The format.
   */
  minerMeansFile(chuteId: string, ext: MinerMeansFormat, options: CallOptions = {}): ResultPromise<string> {
    return this.#runtime.perform(
      {
        operationId: "getMinerMeansFile",
        method: "GET",
        path: ["/chutes/miner_means/", { name: "chute_id", value: chuteId }, ".", { name: "ext", value: ext }],
        public: true,
        result: "text",
        accept: "text/csv, application/json, text/html",
      },
      options,
    );
  }

  /**
   * Get the mean speed of each miner of a chute, decoded.
   *
   * The JSON form of `miner_means_file`.
   * @param chuteId Id of the chute.
   */
  minerMeansRows(chuteId: string, options: CallOptions = {}): ResultPromise<MinerMean[]> {
    return this.#runtime.perform(
      {
        operationId: "getMinerMeansFile",
        method: "GET",
        path: ["/chutes/miner_means/", { name: "chute_id", value: chuteId }, ".", "json"],
        public: true,
        result: "json",
        shape: "list",
      },
      options,
    );
  }

  /**
   * Deploy a language model from the vLLM template.
   *
   * The public server has switched it off and always answers 403 `Easy deployment is currently
   * disabled!`.
   */
  deployVllm(body: VllmChuteArgs, options: CallOptions = {}): ResultPromise<Chute> {
    return this.#runtime.perform(
      {
        operationId: "deployVllmChute",
        method: "POST",
        path: ["/chutes/vllm"],
        body,
        result: "json",
        shape: "object",
        idempotent: false,
      },
      options,
    );
  }

  /**
   * Deploy an image model from the diffusion template.
   *
   * The public server has switched it off and always answers 403 `Easy deployment is currently
   * disabled!`.
   */
  deployDiffusion(body: DiffusionChuteArgs, options: CallOptions = {}): ResultPromise<Chute> {
    return this.#runtime.perform(
      {
        operationId: "deployDiffusionChute",
        method: "POST",
        path: ["/chutes/diffusion"],
        body,
        result: "json",
        shape: "object",
        idempotent: false,
      },
      options,
    );
  }

  /**
   * Get the attestation of all instances of a trusted chute.
   *
   * `report_data` of each quote is SHA-256 over the nonce and the public key of the instance. A
   * chute that is not trusted, or was deployed with a CDK older
   * than 0.6.0, is a 400. All users together may ask 60 times a minute, the evidence of single
   * instances included (429).
   * @param chuteIdOrName Id of the chute, or its name, which may hold slashes.
   */
  evidence(chuteIdOrName: string, query: ChutesEvidenceQuery, options: CallOptions = {}): ResultPromise<ChuteEvidence> {
    return this.#runtime.perform(
      {
        operationId: "getChuteEvidence",
        method: "GET",
        path: ["/chutes/", { name: "chute_id_or_name", value: chuteIdOrName, keepSlash: true }, "/evidence"],
        query: { ...query },
        purpose: "chutes",
        result: "json",
        shape: "object",
      },
      options,
    );
  }
}
