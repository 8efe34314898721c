/** Redirects: same origin with everything, another origin only for GET and without credentials. */
import type { Config } from "./config.js";
import { makeError } from "./errors.js";
import { anonymous } from "./auth.js";
import { hasCredential, readErrorBody, secretsFor, signed, type Request, type Sending } from "./request.js";
import type { TransportRequest, TransportResponse } from "./transport.js";

export const MAX_REDIRECTS = 5;

/** Scheme, host and port. */
export function origin(url: string): string {
  return new URL(url).origin;
}

/** Sends, and follows redirects: same origin with everything, another origin only for GET and without credentials. */
export async function follow(config: Config, request: Sending, attempts: number): Promise<TransportResponse> {
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
        secrets: secretsFor(config, request),
      });
    }
    await readErrorBody(response.body);
    url = next;
  }
}

/** What a refusal for want of a credential does not say by itself: that none was sent to a host that is none of the client's own. */
export function withheld(config: Config, { unsigned, headers, url }: Request, status: number): string {
  if (unsigned !== true || (status !== 401 && status !== 403) || hasCredential(headers) || config.auth === anonymous()) return "";
  return ` (the API key was not sent: ${new URL(url).host} is none of this client's hosts)`;
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
