/** Redirects: same origin with everything, another origin only for GET and without credentials. */
import type { Config } from "./config.js";
import { secretsOf } from "./config.js";
import { makeError } from "./errors.js";
import { readErrorBody, signed, type Request } from "./request.js";
import type { TransportRequest, TransportResponse } from "./transport.js";

export const MAX_REDIRECTS = 5;

/** Scheme, host and port. */
export function origin(url: string): string {
  return new URL(url).origin;
}

/** Sends, and follows redirects: same origin with everything, another origin only for GET and without credentials. */
export async function follow(config: Config, request: Request & TransportRequest, attempts: number): Promise<TransportResponse> {
  let { url } = request;
  for (let hops = 0; ; hops++) {
    const headers = { ...request.headers };
    if (hops === 0 || origin(url) === origin(request.url)) await signed(config, request, url, headers);
    else for (const name of Object.keys(headers)) if (/^(?:authorization|x-api-key|cookie|x-chutes-.*)$/.test(name)) delete headers[name];
    const response = await config.transport.send({ ...request, url, headers });
    if (response.status < 300 || response.status >= 400) return response;
    const next = nextUrl(url, request, response, hops);
    if (typeof next !== "string") {
      const raw = await readErrorBody(response.body);
      throw makeError("unexpected_response", next.refusal, {
        status: response.status,
        headers: response.headers,
        rawBody: raw,
        attempts,
        secrets: secretsOf(config),
      });
    }
    await readErrorBody(response.body);
    url = next;
  }
}

/** Where a redirect leads, or why it is not followed. */
function nextUrl(url: string, request: TransportRequest, response: TransportResponse, hops: number): string | { refusal: string } {
  const { status } = response;
  const location = response.headers["location"]?.trim();
  const read = request.method === "GET" || request.method === "HEAD";
  if (![301, 302, 303, 307, 308].includes(status)) return { refusal: `${status}: this answer is not one that can be followed` };
  if (location === undefined || location === "") return { refusal: `${status}: a redirect without a Location` };
  if (hops >= MAX_REDIRECTS) return { refusal: `${status}: more than ${MAX_REDIRECTS} redirects` };
  let next: URL;
  try {
    next = new URL(location, url);
  } catch {
    return { refusal: `${status}: a redirect to something that is no URL` };
  }
  if (next.protocol !== "http:" && next.protocol !== "https:")
    return { refusal: `${status}: a redirect to ${next.protocol}, which is not followed` };
  const home = origin(request.url);
  if (next.origin !== home && (!read || request.body !== undefined)) {
    return { refusal: `${status}: a redirect from ${home} to ${next.origin}; a ${request.method} never goes to another origin` };
  }
  if (!read && status < 307)
    return { refusal: `${status}: a redirect of a ${request.method} to ${next.origin} from ${home} is not followed` };
  next.hash = "";
  return next.href;
}
