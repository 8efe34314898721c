/** Embeddings. They live on their own host; the router of the language models does not serve them. */
import type { CallOptions } from "../config.js";
import type { Runtime } from "../runtime.js";
import type { EmbeddingList, EmbeddingRequest } from "../types/index.js";
import type { ResultPromise } from "../values.js";
import { decodeBase64 } from "../values.js";
import { here, type Place } from "./place.js";

/** Parameters of an embedding; every field the engine knows may be added. */
export type EmbeddingParams = EmbeddingRequest & Record<string, unknown>;

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
        revise: sortByIndex,
      }) as const;
    return this.#place.perform(this.#runtime, describe, options);
  }
}

/** Puts vectors in the order of their texts and decodes base64 ones (little-endian 32-bit floats). */
function sortByIndex(value: unknown): unknown {
  const list = value as { data?: { index?: number | null; embedding?: unknown }[] | null };
  if (!Array.isArray(list.data)) return value;
  for (const item of list.data) {
    const bytes = typeof item.embedding === "string" ? decodeBase64(item.embedding) : undefined;
    if (bytes === undefined || bytes.length % 4 !== 0) continue;
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    item.embedding = Array.from({ length: bytes.length / 4 }, (_, at) => view.getFloat32(at * 4, true));
  }
  if (list.data.every((item) => typeof item.index === "number")) list.data.sort((a, b) => (a.index ?? 0) - (b.index ?? 0));
  return value;
}
