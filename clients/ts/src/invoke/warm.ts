/** Waiting for a cold chute behind a shared host: its model names it. */
import type { CallOptions } from "../config.js";
import { ChutesError } from "../errors.js";
import { waitReady } from "../helpers/chutes.js";
import { limitsOnly } from "../helpers/wait.js";
import { ChutesResource } from "../management/chutes.js";
import type { Runtime } from "../runtime.js";

/** Looks a model up as a chute and follows it until it is hot; false where there is no such chute. */
export async function warmModel(runtime: Runtime, model: string | undefined, options: CallOptions): Promise<boolean> {
  if (model === undefined) return false;
  const look = limitsOnly(options);
  const chutes = new ChutesResource(runtime);
  let id: string;
  try {
    id = (await chutes.get(model, look)).chute_id;
  } catch (error) {
    if (ChutesError.is(error) && (error.kind === "not_found" || error.kind === "config")) return false;
    throw error;
  }
  const source = { events: (call: CallOptions) => chutes.warmup(id, call), state: (call: CallOptions) => chutes.warmupStatus(id, call) };
  await waitReady(runtime, model, source, look);
  return true;
}
