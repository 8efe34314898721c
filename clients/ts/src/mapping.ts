/** One function over many items, so many at a time. */
import { ConfigError } from "./errors.js";
import { cancelled } from "./testing.js";

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
  /** Ends the whole map: no further item is taken, what is open is told, and after its results `cancelled` is thrown. */
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
  if (typeof fn !== "function") throw new ConfigError("map() takes a function first, then the items");
  if (!Number.isInteger(concurrency) || concurrency < 1)
    throw new ConfigError(`concurrency must be a whole number of at least 1, not ${String(concurrency)}`);
  return new Mapping(fn, items, concurrency, options).run();
}

/** The items, whatever kind of iterable holds them. */
function iteratorOf<T>(items: Items<T>): AsyncIterator<T> | Iterator<T> {
  const made = Object(items) as AsyncIterable<T> & Iterable<T>; // a text is one, too
  return Symbol.asyncIterator in made ? made[Symbol.asyncIterator]() : (made as Iterable<T>)[Symbol.iterator]();
}

/** One run over items: whatever happens wakes the loop, which hands out what is done and takes what may be taken. */
class Mapping<T, R> {
  readonly #over = new AbortController();
  readonly #iterator: AsyncIterator<T> | Iterator<T>;
  readonly #bar: Bar | undefined;
  /** Results that were not handed out, by the place of their item. */
  readonly #done = new Map<number, MapResult<T, R>>();
  #taken = 0;
  #handed = 0;
  #pulling = false;
  #ended = false;
  #failure: { error: unknown } | undefined;
  #wake: () => void = () => undefined;

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
    const abort = (): void => {
      this.#over.abort(signal?.reason);
      this.#wake();
    };
    if (signal?.aborted === true) abort();
    else signal?.addEventListener("abort", abort);
    try {
      for (;;) {
        // Set before the look around, so that nothing that happens meanwhile is missed.
        const woken = new Promise<void>((resolve) => (this.#wake = resolve));
        this.#pull();
        const result = this.#next();
        if (result !== undefined) {
          this.#handed += 1;
          this.#bar?.step();
          yield result;
        } else if (this.#handed === this.#taken && !this.#pulling && this.#stopped) break;
        else if (this.#handed === this.#taken && signal?.aborted === true) break;
        else await woken;
      }
      if (this.#failure !== undefined) throw this.#failure.error;
      if (signal?.aborted === true && !this.#ended) throw cancelled(signal);
    } finally {
      signal?.removeEventListener("abort", abort);
      this.#over.abort(new Error("the map was left"));
      this.#bar?.end();
      await this.#leave();
    }
  }

  /** Whether no further item will be taken. */
  get #stopped(): boolean {
    return this.#ended || this.#failure !== undefined || this.#over.signal.aborted;
  }

  /** Takes the next item, if one more may be open: a slow source never holds back results. */
  #pull(): void {
    if (this.#pulling || this.#stopped || this.#taken - this.#handed >= this.concurrency) return;
    this.#pulling = true;
    const seen = (result: IteratorResult<T>): void => {
      this.#pulling = false;
      if (result.done === true) this.#ended = true;
      else if (!this.#over.signal.aborted) void this.#one(this.#taken++, result.value);
      this.#pull();
      this.#wake();
    };
    const failed = (error: unknown): void => {
      this.#pulling = false;
      this.#failure = { error };
      this.#wake();
    };
    void (async () => this.#iterator.next())().then(seen, failed);
  }

  /** The first that ended, or the next in order. */
  #next(): MapResult<T, R> | undefined {
    const [first] = this.options.ordered === true ? [this.#handed] : this.#done.keys();
    const result = first === undefined ? undefined : this.#done.get(first);
    if (result !== undefined) this.#done.delete(result.index);
    return result;
  }

  async #one(index: number, item: T): Promise<void> {
    try {
      this.#done.set(index, { index, item, value: await this.fn(item, this.#over.signal), error: undefined });
    } catch (error) {
      this.#done.set(index, { index, item, value: undefined, error });
    }
    this.#wake();
  }

  /** Tells the source that no more is wanted; one that is still making an item is not waited for. */
  async #leave(): Promise<void> {
    if (this.#ended || this.#failure !== undefined) return;
    const left = (async () => this.#iterator.return?.())();
    if (this.#pulling) left.catch(() => undefined);
    else await left;
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
