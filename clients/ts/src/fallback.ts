/** One call on one model after another: `models: [first, second, …]`. */
import type { Config } from "./config.js";
import { ChutesError, ConfigError, type Kind } from "./errors.js";
import { failed, newRun, type Call, type Run } from "./request.js";

/** What makes a call go on to the next model. */
const FALLS: ReadonlySet<Kind> = new Set<Kind>(["capacity", "cold_start", "disabled", "not_found"]);

/** The models of a body, checked; undefined where it names one or none. */
function modelsOf(body: Readonly<Record<string, unknown>>): readonly string[] | undefined {
  const { model, models } = body;
  if (models === undefined) return undefined;
  if (model !== undefined) throw new ConfigError("give either model or models, not both");
  if (!Array.isArray(models) || models.length === 0 || models.some((name) => typeof name !== "string" || name === ""))
    throw new ConfigError("models must be a list of at least one model's name");
  return models as string[];
}

/** A body that asks one of the models, at the place where the list stood. */
function asking(body: object, model: string): Record<string, unknown> {
  return Object.fromEntries(Object.entries(body).map(([name, value]) => (name === "models" ? ["model", model] : [name, value])));
}

/**
 * Sends a call, to one model after another where it names several: the next one on `capacity`, `cold_start`, `disabled` and
 * `not_found`, before the first byte of an answer only. The last failure is thrown, with `error.tried`.
 */
export async function inTurn<T>(config: Config, call: Call, send: (call: Call & { run: Run }) => Promise<T>): Promise<T> {
  const run = newRun(config, call);
  try {
    const body = (typeof call.body === "object" && call.body !== null ? call.body : {}) as Record<string, unknown>;
    const models = call.takesModels === true ? modelsOf(body) : undefined;
    if (models === undefined) {
      const model = call.operationId !== "callCord" && typeof body["model"] === "string" ? body["model"] : undefined;
      return await send({ ...call, model, run });
    }
    for (const [at, model] of models.entries()) {
      const last = at + 1 === models.length;
      const one = {
        ...call,
        body: asking(body, model),
        model,
        run,
        ...(last ? {} : { passes: (error: ChutesError) => FALLS.has(error.kind) }),
      };
      try {
        return await send(one);
      } catch (error) {
        if (!ChutesError.is(error)) throw error;
        run.tried.push([model, error.kind]);
        if (!last && FALLS.has(error.kind)) continue;
        error.tried = run.tried;
        throw error;
      }
    }
    throw new ConfigError("models is empty");
  } catch (error) {
    failed(run, error);
    throw error;
  }
}
