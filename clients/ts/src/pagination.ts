/** Lists in pages: one page when awaited, all items when iterated. */
import { makeError } from "./errors.js";
import { attachResponse, ResultPromise, type ResponseInfo } from "./values.js";

/** Pages after which an iteration is surely stuck. */
export const MAX_PAGES = 10_000;

/** One page as the server wrote it; unknown fields stay reachable. */
export interface Page<T> {
  items: T[];
  total?: number;
  page?: number;
  limit?: number;
}

/** Gets one page; undefined = the one the caller's options name. */
export type FetchPage<P> = (page: number | undefined) => Promise<{ data: P; response: ResponseInfo }>;

type ItemOf<P> = P extends { items: (infer T)[] } ? T : never;

/** A page that was awaited; iterated, every item of it and of the following pages. */
export type Iterated<P> = P & AsyncIterable<ItemOf<P>>;

/**
 * Awaited, one page; iterated, awaited before or not, every item of this and the following pages.
 *
 * @example
 * const page = await client.chutes.list({ limit: 50 });
 * for await (const chute of client.chutes.list({ include_public: true })) console.log(chute.name);
 */
export class PagePromise<P extends { items?: unknown }> extends ResultPromise<Iterated<P>> implements AsyncIterable<ItemOf<P>> {
  readonly #fetch: FetchPage<P>;
  readonly #first: Promise<{ data: P; response: ResponseInfo }>;

  constructor(fetch: FetchPage<P>) {
    const first = fetch(undefined).then((full) => ({ ...full, data: iterable(full, fetch) }));
    super(first);
    this.#first = first;
    this.#fetch = fetch;
  }

  [Symbol.asyncIterator](): AsyncGenerator<ItemOf<P>, void, undefined> {
    this.handled();
    return iterate(this.#first, this.#fetch) as AsyncGenerator<ItemOf<P>, void, undefined>;
  }
}

/** Lets a page be iterated; its fields stay as they are. */
function iterable<P extends { items?: unknown }>(full: { data: P; response: ResponseInfo }, fetch: FetchPage<P>): Iterated<P> {
  const { data } = full;
  if (typeof data === "object" && data !== null && Object.isExtensible(data))
    Object.defineProperty(data, Symbol.asyncIterator, { value: () => iterate(Promise.resolve(full), fetch), enumerable: false });
  return data as Iterated<P>;
}

type Listed = { cords?: unknown; cord_ref_id?: unknown } | null;

/** Gives a page a list of items where it has none, and gives chutes that only name their endpoints those that stand beside the list. Other pages, and what was sent, stay as they are. */
export function withCords(page: unknown): unknown {
  if (typeof page !== "object" || page === null) return page;
  const { items, cord_refs: refs } = page as { items?: unknown; cord_refs?: Record<string, unknown> | null };
  if (items === null) return { ...page, items: [] }; // an empty page
  if (!Array.isArray(items) || typeof refs !== "object" || refs === null) return page;
  const full = (items as Listed[]).map((item) => {
    if (typeof item !== "object" || item === null || (item.cords !== undefined && item.cords !== null)) return item;
    const found = typeof item.cord_ref_id === "string" && Object.hasOwn(refs, item.cord_ref_id) ? refs[item.cord_ref_id] : undefined;
    return Array.isArray(found) ? { ...item, cords: structuredClone(found) as unknown } : item;
  });
  return { ...page, items: full };
}

/** Every item of all pages. Ends by total or by an empty page; a page that repeats the last one is an error. */
export async function* iterate<P extends { items?: unknown }>(
  first: Promise<{ data: P; response: ResponseInfo }>,
  fetch: FetchPage<P>,
): AsyncGenerator<unknown, void, undefined> {
  let last: string | undefined;
  let at: number | undefined;
  for (let count = 0; count < MAX_PAGES; count++) {
    const { data, response } = await (at === undefined ? first : fetch(at));
    attachResponse(data, response);
    const { total, page, limit } = data as Partial<Page<unknown>>;
    const items: unknown[] = Array.isArray(data.items) ? (data.items as unknown[]) : [];
    if (items.length === 0) return;
    const key = JSON.stringify(items);
    if (key === last) throw makeError("pagination_stuck", `page ${at ?? 0} repeats the one before it`, { ...response });
    last = key;
    yield* items;
    const here: number = at ?? (typeof page === "number" ? page : 0);
    const size = typeof limit === "number" && limit > 0 ? limit : items.length;
    if (typeof total === "number" && (here + 1) * size >= total) return;
    at = here + 1;
  }
  throw makeError("pagination_stuck", `the list has more than ${MAX_PAGES} pages`);
}
