/** Where an invocation goes: a host of the platform, or the host of one chute that may have to be looked up first. */
import type { CallOptions, Config } from "../config.js";
import { Deadline, limitsFor } from "../deadline.js";
import { ConfigError } from "../errors.js";
import { inTurn } from "../fallback.js";
import type { Call, OpenResponse } from "../request.js";
import type { Runtime } from "../runtime.js";
import { isStandard } from "../schema.js";
import { ResultPromise } from "../values.js";
import { warmModel } from "./warm.js";

/** Follows a cold chute until it is hot; false where there is none to follow. */
export type Warm = (options: CallOptions, model: string | undefined) => Promise<boolean>;

/** A base for calls. */
export class Place {
  constructor(
    /** Finds host or base, perhaps by a look-up. */
    private readonly locate: (options: CallOptions, deadline: Deadline) => Promise<Partial<Call>> | Partial<Call>,
    /** Default: the model is looked up as a chute. */
    private readonly warm?: Warm,
  ) {}

  /** Sends a call and reads its whole answer. Errors in its description come from the promise, too. */
  perform<T>(runtime: Runtime, describe: () => Call, options: CallOptions): ResultPromise<T> {
    return new ResultPromise<T>((async () => this.send(runtime, describe(), options, (call) => runtime.fetch<T>(call, options)))());
  }

  /** Sends a call and hands out its open answer. */
  open(runtime: Runtime, call: Call, options: CallOptions): Promise<OpenResponse> {
    return this.send(runtime, call, options, (call) => runtime.open(call, options));
  }

  /** Sends a call, to one model after another; with `ready: "wait"`, a cold chute is followed until it is hot, then asked again. */
  async send<T>(runtime: Runtime, call: Call, options: CallOptions, send: (call: Call) => Promise<T>): Promise<T> {
    const deadline = call.deadline ?? deadlineOf(runtime.config, options);
    const placed: Call = { ...call, deadline, ...(await this.locate(options, deadline)) };
    checkFields(placed, options.extraBody);
    const waits = (options.ready ?? runtime.config.ready) === "wait";
    return inTurn(runtime.config, placed, (one) => {
      const warm = this.warm ?? ((options, model) => warmModel(runtime, model, options));
      const onCold = (left: number | null): Promise<boolean> =>
        warm(left === null ? options : { ...options, deadlineMs: Math.max(left, 1) }, one.model);
      return send(waits ? { ...one, onCold } : one);
    });
  }
}

/**
 * Refuses what would be sent in vain: a library's schema, and no model where the platform's hosts find the chute by its name, and say
 * of a missing one only that there is no such chute.
 */
function checkFields({ takesModels, base, body }: Call, extra: CallOptions["extraBody"]): void {
  if (takesModels !== true) return;
  const { model, models, messages, response_format: format } = { ...(body as object), ...extra } as Record<string, unknown>;
  for (const message of Array.isArray(messages) ? (messages as ({ content?: unknown } | null)[]) : []) {
    const content = message?.content;
    if (Array.isArray(content) && content.some((part) => part instanceof Promise))
      throw new ConfigError("a part of a message is a promise: await it, as in await imagePart(…)");
  }
  if (isStandard(format)) throw new ConfigError("response_format holds a schema of a library: give it to parse(schema, params) instead");
  if (base !== undefined) return;
  if (Array.isArray(model)) throw new ConfigError("model is a list: give it as models, to go on to the next where one cannot answer");
  if (models === undefined && (typeof model !== "string" || model.trim() === ""))
    throw new ConfigError("model is missing: name one (client.models.list() shows them)");
}

/** Begins the time of an invocation, so that what must be found out before it is part of it. */
export function deadlineOf(config: Config, options: CallOptions): Deadline {
  return new Deadline(limitsFor("invocation", false, config, options).total, config.seam);
}

/** A host of the platform. */
export function here(host: "llm" | "image" | "embed"): Place {
  return new Place(() => ({ host }));
}
