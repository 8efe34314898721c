/** The models of the router, and what an answer of theirs cost. */
import type { CallOptions } from "../config.js";
import { isObject } from "../json.js";
import { Deadline, limitsFor } from "../deadline.js";
import { limitsOnly } from "../helpers/wait.js";
import { ModelsResource } from "../management/models.js";
import type { Runtime } from "../runtime.js";
import { steady } from "../testing.js";
import type { LanguageModel, Usage } from "../types/index.js";
import { Shared } from "./shared.js";

/** Milliseconds for which the list of prices is kept. */
export const PRICES_TTL = 3_600_000;

/** What an answer cost, in USD. Calls within a quota are free all the same. */
export interface Cost {
  readonly input: number;
  readonly output: number;
  readonly total: number;
}

/** USD per million tokens. */
interface Prices {
  input: number | undefined;
  output: number | undefined;
  cached: number | undefined;
}

const MILLION = 1_000_000;

/** A price as a number or a numeric text. */
function price(...values: unknown[]): number | undefined {
  for (const value of values) {
    const found = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
    if (typeof found === "number" && Number.isFinite(found) && found >= 0) return found;
  }
  return undefined;
}

function pricesOf({ pricing, price: list }: LanguageModel): Prices {
  return {
    input: price(pricing?.prompt, list?.input?.usd),
    output: price(pricing?.completion, list?.output?.usd),
    cached: price(pricing?.input_cache_read, list?.input_cache_read?.usd),
  };
}

/** `client.models` */
export class Models extends ModelsResource {
  readonly #runtime: Runtime;
  #prices: { until: number; list: Shared<Map<string, Prices>> } | undefined;

  constructor(runtime: Runtime) {
    super(runtime);
    this.#runtime = runtime;
  }

  /**
   * What a completion cost in USD: its tokens by the prices of the model list, which is asked for once an hour. Undefined where the
   * model, its price or the usage is unknown. Cached prompt tokens cost what the list says, else as much as the others.
   *
   * @example
   * const completion = await client.chat.completions.create({ model, messages });
   * console.log((await client.models.cost(completion))?.total.toFixed(6), "USD");
   */
  async cost(
    completion: { readonly model?: string | null | undefined; readonly usage?: Usage | null | undefined },
    options: CallOptions = {},
  ): Promise<Cost | undefined> {
    const { model, usage } = completion;
    if (typeof model !== "string" || typeof usage !== "object" || usage === null) return undefined;
    const prompt = usage.prompt_tokens ?? 0;
    const found = (await this.#list(limitsOnly(options))).get(model);
    if (found?.input === undefined || found.output === undefined) return undefined;
    const details = usage.prompt_tokens_details as { cached_tokens?: unknown } | null | undefined;
    const cached = typeof details?.cached_tokens === "number" ? Math.min(Math.max(details.cached_tokens, 0), prompt) : 0;
    const input = ((prompt - cached) * found.input + cached * (found.cached ?? found.input)) / MILLION;
    const output = ((usage.completion_tokens ?? 0) * found.output) / MILLION;
    return { input, output, total: input + output };
  }

  /** The prices; concurrent callers share one request, and a failed one is not kept. */
  #list(options: CallOptions): Promise<Map<string, Prices>> {
    const { config } = this.#runtime;
    const now = steady(config.seam).now();
    if (this.#prices?.list.begun !== true || now >= this.#prices.until)
      this.#prices = { until: now + PRICES_TTL, list: new Shared("the prices were") };
    const ask = async (): Promise<Map<string, Prices>> => {
      const { data } = await this.list(options);
      const models: unknown[] = Array.isArray(data) ? data : [];
      return new Map(models.filter(isObject).map((model) => [String(model["id"]), pricesOf(model as unknown as LanguageModel)]));
    };
    return this.#prices.list.get(ask, new Deadline(limitsFor("management", true, config, options).total, config.seam), options.signal);
  }
}
