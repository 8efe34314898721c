/** Spans by OpenTelemetry's conventions for generative AI, made of the client's hooks. Needs `@opentelemetry/api` beside this package. */
import type { AttemptResult, CallInfo, Hooks, RetryInfo, StreamInfo } from "./hooks.js";

type Attributes = Record<string, string | number>;

/** What is used of a span; that of `@opentelemetry/api` is one. */
export interface SpanLike {
  setAttributes(attributes: Attributes): unknown;
  addEvent(name: string, attributes: Attributes): unknown;
  setStatus(status: { code: number; message?: string }): unknown;
  updateName(name: string): unknown;
  end(): void;
}

/** What is used of a tracer; that of `@opentelemetry/api` is one. */
export interface TracerLike {
  startSpan(name: string, options: { kind: number; attributes: Attributes }): SpanLike;
}

/** `SpanKind.CLIENT` and `SpanStatusCode.ERROR` of the API. */
const CLIENT = 2;
const ERROR = 2;

/** The conventions' words for operations; others keep their own id. */
const OPERATIONS: Readonly<Record<string, string>> = {
  createChatCompletion: "chat",
  createCompletion: "text_completion",
  createEmbeddings: "embeddings",
  generateImage: "generate_content",
  createImage: "generate_content",
};

const defined = (fields: Record<string, string | number | undefined>): Attributes =>
  Object.fromEntries(Object.entries(fields).filter((pair): pair is [string, string | number] => pair[1] !== undefined));

const count = (usage: Readonly<Record<string, unknown>> | undefined, ...names: string[]): number | undefined =>
  names.map((name) => usage?.[name]).find((value): value is number => typeof value === "number");

/**
 * Hooks that make a span of each call: named by operation and model, with an event per attempt and retry, and the tokens of its
 * answer. A span is a child of the one that is active when the call's first attempt begins. Prompts and answers are never in it.
 *
 * @example
 * import { trace } from "@opentelemetry/api";
 * import { Chutes } from "chutes-client";
 * import { otel } from "chutes-client/otel";
 * const client = new Chutes({ hooks: otel(trace.getTracer("my-app")) });
 */
export function otel(tracer: TracerLike): Hooks {
  const spans = new Map<number, SpanLike>();
  return {
    beforeAttempt({ call, operation, method, url, number, model }) {
      let span = spans.get(call);
      if (span === undefined) spans.set(call, (span = begin(tracer, operation, url, model)));
      else if (model !== undefined) span.setAttributes({ "gen_ai.request.model": model });
      span.addEvent("attempt.start", { "http.request.method": method, "url.full": url, "http.request.resend_count": number - 1 });
    },
    afterAttempt(info: AttemptResult) {
      const { number, status, kind, requestId } = info;
      spans
        .get(info.call)
        ?.addEvent(
          "attempt.end",
          defined({ "chutes.attempt": number, "http.response.status_code": status, "error.type": kind, "chutes.request_id": requestId }),
        );
    },
    onRetry({ call, number, kind, waitMs }: RetryInfo) {
      spans.get(call)?.addEvent("retry", { "chutes.attempt": number, "error.type": kind, "chutes.wait_ms": waitMs });
    },
    onStreamEnd({ call, chunks, firstChunkMs }: StreamInfo) {
      const first = firstChunkMs === undefined ? undefined : firstChunkMs / 1000;
      spans.get(call)?.setAttributes(defined({ "gen_ai.response.time_to_first_chunk": first, "chutes.chunks": chunks }));
    },
    onCallEnd(info: CallInfo) {
      const span = spans.get(info.call);
      spans.delete(info.call);
      if (span !== undefined) finish(span, info);
    },
  };
}

function begin(tracer: TracerLike, operation: string, url: string, model: string | undefined): SpanLike {
  const name = OPERATIONS[operation] ?? operation;
  const { hostname, port, protocol } = new URL(url);
  const attributes = defined({
    "gen_ai.operation.name": name,
    "gen_ai.system": "chutes",
    "gen_ai.provider.name": "chutes",
    "gen_ai.request.model": model,
    "server.address": hostname,
    "server.port": port === "" ? (protocol === "https:" ? 443 : 80) : Number(port),
  });
  return tracer.startSpan(model === undefined ? name : `${name} ${model}`, { kind: CLIENT, attributes });
}

function finish(span: SpanLike, { responseModel, attempts, status, kind, usage }: CallInfo): void {
  span.setAttributes(
    defined({
      "gen_ai.response.model": responseModel,
      "gen_ai.usage.input_tokens": count(usage, "prompt_tokens", "input_tokens"),
      "gen_ai.usage.output_tokens": count(usage, "completion_tokens", "output_tokens"),
      "http.response.status_code": status,
      "chutes.attempts": attempts,
      "error.type": kind,
    }),
  );
  if (kind !== undefined) span.setStatus({ code: ERROR, message: kind });
  span.end();
}
