/** One function over many items, so many at a time. */
import { ConfigError } from "./errors.js";

/** Items that are worked on at the same time. */
export const MAP_CONCURRENCY = 8;
const BAR = 24;

/** What came of one item: a value or an error. */
export interface MapResult<T, R> {
  /** Place of the item, from 0. */
  readonly index: number;
  readonly item: T;
  /** Undefined where it failed. */
  readonly value: R | undefined;
  /** What was thrown; undefined where nothing was. */
  readonly error: unknown;
}

/** Options of `client.map`. */
export interface MapOptions {
  /** Items at the same time; default 8. */
  concurrency?: number | undefined;
  /** Results in the order of the items, in place of that of their ends. */
  ordered?: boolean | undefined;
  /** Draws a bar on standard error, if that is a terminal. */
  progress?: boolean | undefined;
  /** Ends the whole map. */
  signal?: AbortSignal | undefined;
}

type Items<T> = Iterable<T> | AsyncIterable<T>;

/** Runs a function over items; see `client.map`. */
export function map<T, R>(
  fn: (item: T, signal: AbortSignal) => Promise<R> | R,
  items: Items<T>,
  options: MapOptions = {},
): AsyncGenerator<MapResult<T, R>, void, undefined> {
  const { concurrency = MAP_CONCURRENCY } = options;
  if (!Number.isInteger(concurrency) || concurrency < 1)
    throw new ConfigError(`concurrency must be a whole number of at least 1, not ${String(concurrency)}`);
  return new Mapping(fn, items, concurrency, options).run();
}

/** The items, whatever kind of iterable holds them. */
function iteratorOf<T>(items: Items<T>): AsyncIterator<T> | Iterator<T> {
  return Symbol.asyncIterator in items ? items[Symbol.asyncIterator]() : items[Symbol.iterator]();
}

/** One run over items. */
class Mapping<T, R> {
  readonly #over = new AbortController();
  readonly #open = new Map<number, Promise<MapResult<T, R>>>();
  readonly #iterator: AsyncIterator<T> | Iterator<T>;
  readonly #bar: Bar | undefined;
  #taken = 0;
  #ended = false;

  constructor(
    private readonly fn: (item: T, signal: AbortSignal) => Promise<R> | R,
    items: Items<T>,
    private readonly concurrency: number,
    private readonly options: MapOptions,
  ) {
    this.#iterator = iteratorOf(items);
    this.#bar = options.progress === true ? makeBar(Array.isArray(items) ? items.length : undefined) : undefined;
  }

  async *run(): AsyncGenerator<MapResult<T, R>, void, undefined> {
    const { signal } = this.options;
    const abort = (): void => this.#over.abort(signal?.reason);
    if (signal?.aborted === true) abort();
    else signal?.addEventListener("abort", abort);
    try {
      for (;;) {
        await this.#fill();
        if (this.#open.size === 0) return;
        const result = await this.#next();
        this.#open.delete(result.index);
        this.#bar?.step();
        yield result;
      }
    } finally {
      signal?.removeEventListener("abort", abort);
      this.#over.abort(new Error("the map was left"));
      this.#bar?.end();
      if (!this.#ended) await this.#iterator.return?.();
    }
  }

  /** Takes items until so many are open as may be; none once the map's signal has fired. */
  async #fill(): Promise<void> {
    while (!this.#ended && this.#open.size < this.concurrency && this.options.signal?.aborted !== true) {
      const { done, value } = await this.#iterator.next();
      if (done === true) this.#ended = true;
      else {
        const index = this.#taken++;
        this.#open.set(index, this.#one(index, value));
      }
    }
  }

  /** The first that ends, or the oldest. */
  #next(): Promise<MapResult<T, R>> {
    const [oldest] = this.#open.values();
    return this.options.ordered === true && oldest !== undefined ? oldest : Promise.race(this.#open.values());
  }

  async #one(index: number, item: T): Promise<MapResult<T, R>> {
    try {
      return { index, item, value: await this.fn(item, this.#over.signal), error: undefined };
    } catch (error) {
      return { index, item, value: undefined, error };
    }
  }
}

interface Bar {
  step(): void;
  end(): void;
}

interface Terminal {
  isTTY?: boolean;
  write(text: string): unknown;
}

/** A bar on standard error; undefined where that is no terminal. */
function makeBar(total: number | undefined): Bar | undefined {
  const terminal = (globalThis as { process?: { stderr?: Terminal } }).process?.stderr;
  if (terminal?.isTTY !== true) return undefined;
  let done = 0;
  const draw = (): void => {
    const filled = total === undefined || total === 0 ? 0 : Math.round((done / total) * BAR);
    const bar = total === undefined ? "" : ` [${"#".repeat(filled)}${"-".repeat(BAR - filled)}]`;
    terminal.write(`\r${done}${total === undefined ? "" : `/${total}`}${bar}`);
  };
  draw();
  return {
    step() {
      done += 1;
      draw();
    },
    end: () => void terminal.write("\n"),
  };
}
