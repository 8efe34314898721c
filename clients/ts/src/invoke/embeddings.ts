/** Embeddings. They live on their own host; the router of the language models does not serve them. */
import type { CallOptions } from "../config.js";
import type { OpenResponse } from "../request.js";
import type { Runtime } from "../runtime.js";
import type { EmbeddingList, EmbeddingRequest } from "../types/index.js";
import type { ResultPromise } from "../values.js";
import { decodeBase64, unexpected } from "../values.js";
import { here, type Place } from "./place.js";

/** Parameters of an embedding; every field the engine knows may be added. */
export type EmbeddingParams = EmbeddingRequest & {
  /** In place of `model`: the next one where one has no capacity, is cold, disabled or unknown. */
  models?: readonly string[] | undefined;
} & Record<string, unknown>;

/** `client.embeddings` */
export class Embeddings {
  readonly #runtime: Runtime;
  readonly #place: Place;

  constructor(runtime: Runtime, place: Place = here("embed")) {
    this.#runtime = runtime;
    this.#place = place;
  }

  /**
   * Turns texts into vectors, ordered by index.
   *
   * @example
   * const { data } = await client.embeddings.create({ model, input: ["a", "b"] });
   */
  create(params: EmbeddingParams, options: CallOptions = {}): ResultPromise<EmbeddingList> {
    const describe = () =>
      ({
        operationId: "createEmbeddings",
        method: "POST",
        path: ["/v1/embeddings"],
        body: params,
        surface: "invocation",
        result: "json",
        shape: "object",
        list: "data",
        takesModels: true,
        revise: vectors,
      }) as const;
    return this.#place.perform(this.#runtime, describe, options);
  }
}

/** Puts vectors in the order of their texts and decodes base64 ones (little-endian 32-bit floats). */
function vectors(value: unknown, { info, secrets }: OpenResponse): unknown {
  const list = value as { data: ({ index?: number | null; embedding?: unknown } | null)[] };
  for (const item of list.data) {
    if (typeof item?.embedding !== "string") continue;
    const bytes = decodeBase64(item.embedding);
    if (bytes === undefined || bytes.length % 4 !== 0)
      throw unexpected(
        info,
        new TextEncoder().encode(item.embedding),
        secrets,
        "the server answered with a vector that is no base64 of 32-bit floats",
      );
    item.embedding = floatsOf(bytes);
  }
  if (list.data.every((item) => typeof item?.index === "number")) list.data.sort((a, b) => (a?.index ?? 0) - (b?.index ?? 0));
  return value;
}

/** Little-endian 32-bit floats as numbers. */
function floatsOf(bytes: Uint8Array): number[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const floats = new Array<number>(bytes.length / 4);
  for (let at = 0; at < floats.length; at++) floats[at] = view.getFloat32(at * 4, true);
  return floats;
}
