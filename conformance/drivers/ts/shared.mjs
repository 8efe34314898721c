// What the ops share: results in wire shape, and the walk through a stream with its early stops.
import { createHash } from "node:crypto";

/** An op or argument that this client has no form of. */
export class Skip extends Error {}

export const sha256 = (bytes) => createHash("sha256").update(bytes).digest("hex");
export const defined = (fields) => Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
export const camel = (name) => name.replace(/_([a-z0-9])/g, (_, char) => char.toUpperCase());

/** What the SDK says of the answer behind a result. */
export function reported({ status, requestId, attempts, history, model, tried, quota, rateLimit, invoiceBilling }) {
  return {
    status,
    request_id: requestId,
    attempts,
    history: history.map(({ number, status, kind, waitMs }) => ({ number, status, kind, wait_ms: waitMs })),
    model,
    tried,
    quota: quota ?? null,
    rate_limit: rateLimit === undefined ? null : { user: rateLimit.user ?? null, chute: rateLimit.chute ?? null },
    invoice_billing: invoiceBilling,
  };
}

/** Where results of pass through a stream are reported. */
const NAMES = { chunk: (value) => ({ chunk: value }), text: (value) => ({ text: value }), item: (value) => ({ item: value }), event: ({ event, data, id }) => ({ event, data, id }) };

/** Reads a stream as the call says: to its end, or to its stop. Returns false when it was left early. */
export async function walk(context, stream, kind, iterable = stream) {
  const { call, see, stop, aborter, timed, run } = context;
  timed.stream = stream;
  if (call.report) run.response = reported(stream.response);
  see("open");
  const leave = async () => {
    if (stop.how === "cancel") aborter.abort();
    else await stream.close();
    see("stopped");
    run.partial = stream.partial;
    return false;
  };
  if (stop.before_iterate) return leave();
  let count = 0;
  for await (const value of iterable) {
    see(kind, NAMES[kind](value));
    count += 1;
    if (stop.after_chunks === undefined || count < stop.after_chunks) continue;
    if (stop.how === "cancel") {
      aborter.abort();
      continue; // the loop itself tells that it was cancelled
    }
    if (stop.how === "close") await stream.close();
    break;
  }
  if ((stop.after_chunks !== undefined && count >= stop.after_chunks) || timed.stopped) {
    see("stopped");
    run.partial = stream.partial;
    return false;
  }
  see("end");
  return true;
}

/** Opens and reads a model's stream. */
export async function model(context, stream) {
  const { call, see } = context;
  const consume = call.consume ?? "chunks";
  if (consume === "final") {
    context.timed.stream = stream;
    if (call.report) context.run.response = reported(stream.response);
    see("open");
    const final = await stream.final();
    see("end");
    return final;
  }
  const whole =
    consume === "text"
      ? await walk(context, stream, "text", stream.textStream)
      : consume === "events"
        ? await walk(context, stream, "event", stream.events())
        : await walk(context, stream, "chunk");
  return whole ? stream.final() : null;
}

export function image(value) {
  return {
    content_type: value.contentType,
    length: value.bytes.length,
    sha256: sha256(value.bytes),
    revised_prompt: value.revisedPrompt,
    data_url_prefix: value.dataUrl().slice(0, 22),
  };
}
