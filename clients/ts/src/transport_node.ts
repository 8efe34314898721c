/**
 * The transport of Node: `node:http` and `node:https` with keep-alive agents of our own. Node's fetch gives up by itself
 * after 300 s without headers, hides whether a connection was reused, and cannot trust a further CA; this can.
 */
import { X509Certificate } from "node:crypto";
import { setMaxListeners } from "node:events";
import * as http from "node:http";
import * as https from "node:https";
import { readFileSync } from "node:fs";
import * as tls from "node:tls";
import * as zlib from "node:zlib";
import type { Socket } from "node:net";
import type { Duplex } from "node:stream";
import type { ClientOptions } from "./config.js";
import { ConfigError } from "./errors.js";
import { isSource } from "./multipart.js";
import { proxyFor, TunnelAgent, type Proxy, type TunnelOptions } from "./proxy_node.js";
import { INVOCATION_RESET_WINDOW } from "./retry.js";
import { concat } from "./sse.js";
import {
  aborted,
  addHeader,
  hostOf,
  MAX_TIMER,
  Silence,
  TransportFailure,
  type BodyReader,
  type Transport,
  type TransportRequest,
  type TransportResponse,
} from "./transport.js";
import { FetchTransport } from "./transport_fetch.js";

/** Idle connections are closed after this time, before usual servers and middle boxes drop them. */
const POOL_IDLE_MS = 30_000;
/** How long the end of a body is waited for behind the end of its answer. */
const DRAIN_TIME_MS = 25;
/** Longest header block, in bytes. */
const MAX_HEADER_BYTES = 256 * 1024;
/** Bytes that wait in memory for a slow reader. */
const HIGH_WATER = 1024 * 1024;
/** A body that is larger is written by pieces, so that its upload is no silence of the server. */
const UPLOAD_BYTES = 256 * 1024;
/** Small pieces that wait are joined to one until they have so many bytes. */
const JOIN_BYTES = 64 * 1024;
const CERTIFICATE = /^(?:CERT_|ERR_TLS|UNABLE_TO_|SELF_SIGNED|DEPTH_ZERO|HOSTNAME_MISMATCH|INVALID_CA|ERR_SSL)/;

/** The transport for a client's options: an injected `fetch`, else `node:http`. */
export function makeTransport(options: ClientOptions): Transport {
  if (options.fetch === undefined) return new NodeTransport(options.caPem);
  if (options.caPem !== undefined) throw new ConfigError("caPem needs the client's own transport: set it up in the fetch that you inject");
  return new FetchTransport(options.fetch);
}

/** One signal may end any number of calls: Node warns of a leak from the eleventh listener on. */
export function forManyCalls(signal: AbortSignal): void {
  setMaxListeners(0, signal);
}

/** A body in pieces, each of which is a sign of life once it was taken. */
function* piecesOf(body: Uint8Array): Generator<Uint8Array, void, undefined> {
  for (let at = 0; at < body.length; at += UPLOAD_BYTES) yield body.subarray(at, at + UPLOAD_BYTES);
}

/** Node passes over what is no certificate, and says so at the first connection only. */
function checkPem(caPem: string): void {
  const certificates = /^-----BEGIN (?:TRUSTED |X509 )?CERTIFICATE-----/m;
  try {
    if (!certificates.test(caPem)) throw new Error("it holds no certificate");
    new X509Certificate(caPem);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new ConfigError(`caPem must be the text of certificates in PEM, not a path: ${reason}`, { cause });
  }
}

/** Whom Node trusts by itself, those of `NODE_EXTRA_CA_CERTS` included: what is given to it as `ca` stands in their place. */
function usualCertificates(): readonly string[] {
  const { getCACertificates } = tls as { getCACertificates?: (type: "default") => string[] };
  if (getCACertificates !== undefined) return getCACertificates("default"); // from 22.15 on
  const more = process.env["NODE_EXTRA_CA_CERTS"];
  try {
    return more === undefined || more === "" ? tls.rootCertificates : [...tls.rootCertificates, readFileSync(more, "utf8")];
  } catch {
    return tls.rootCertificates; // Node has warned of it
  }
}

/** Closes connections that were idle too long; the limit must not reach into the next request. */
function guardIdle<T extends http.Agent>(agent: T): T {
  const patched = agent as unknown as { keepSocketAlive(socket: Socket): boolean; reuseSocket(socket: Socket, request: unknown): void };
  const keep = patched.keepSocketAlive.bind(agent);
  const reuse = patched.reuseSocket.bind(agent);
  const expire = function (this: Socket): void {
    this.destroy();
  };
  patched.keepSocketAlive = (socket) => {
    if (!keep(socket)) return false;
    if (socket.timeout === undefined || socket.timeout === 0 || socket.timeout > POOL_IDLE_MS) socket.setTimeout(POOL_IDLE_MS, expire);
    return true;
  };
  patched.reuseSocket = (socket, request) => {
    socket.setTimeout(0);
    socket.off("timeout", expire);
    reuse(socket, request);
  };
  return agent;
}

export class NodeTransport implements Transport {
  readonly #plain = guardIdle(new http.Agent({ keepAlive: true, maxFreeSockets: 64, scheduling: "lifo" }));
  readonly #secure: https.Agent;
  readonly #tunnel: http.Agent;
  readonly #ca: string[] | undefined;

  constructor(caPem?: string) {
    if (caPem !== undefined) checkPem(caPem);
    this.#ca = caPem === undefined ? undefined : [...usualCertificates(), caPem];
    const options = { keepAlive: true, maxFreeSockets: 64, scheduling: "lifo" } as const;
    this.#secure = guardIdle(new https.Agent({ ...options, ...(this.#ca === undefined ? {} : { ca: this.#ca }) }));
    this.#tunnel = guardIdle(new TunnelAgent(options, this.#ca));
  }

  async send(request: TransportRequest): Promise<TransportResponse> {
    // One turn of the event loop: a connection that the server has closed meanwhile leaves the pool before it is taken.
    await new Promise((resolve) => setImmediate(resolve));
    try {
      return await this.#attempt(request);
    } catch (failure) {
      // Goes out again on a connection of its own, at no cost of a retry.
      if (failure instanceof StaleConnection) return this.#attempt({ ...request, fresh: true });
      throw failure;
    }
  }

  #attempt(request: TransportRequest): Promise<TransportResponse> {
    const url = new URL(request.url);
    const proxy = proxyFor(url, process.env);
    return new Promise((resolve, reject) => {
      new Attempt(request, this.#route(url, proxy, request.fresh), resolve, reject);
    });
  }

  /** The agent for a URL, or a connection of its own. */
  #route(url: URL, proxy: Proxy | undefined, fresh: boolean): Route {
    const secure = url.protocol === "https:";
    const ca = this.#ca === undefined ? {} : { ca: this.#ca };
    if (proxy === undefined) {
      return { url, proxy, secure, agent: fresh ? false : secure ? this.#secure : this.#plain, ...(fresh && secure ? ca : {}) };
    }
    if (secure) return { url, proxy, secure, agent: fresh ? new TunnelAgent({}, this.#ca) : this.#tunnel };
    return {
      url,
      proxy,
      secure: proxy.secure,
      agent: fresh ? false : proxy.secure ? this.#secure : this.#plain,
      ...(fresh && proxy.secure ? ca : {}),
    };
  }

  /** Connections in use end with their calls: `Agent.destroy()` would end them in the middle of those. */
  close(): void {
    for (const agent of [this.#plain, this.#secure, this.#tunnel]) {
      agent.maxFreeSockets = 0;
      for (const idle of Object.values(agent.freeSockets)) for (const socket of [...(idle ?? [])]) socket.destroy();
    }
  }
}

/** How a request reaches its host. */
interface Route {
  url: URL;
  proxy: Proxy | undefined;
  /** Whether the connection that is made speaks TLS. */
  secure: boolean;
  agent: http.Agent | false;
  ca?: string[];
}

class StaleConnection extends TransportFailure {}

/** One request on one connection, up to its headers. */
class Attempt {
  #timer: NodeJS.Timeout | undefined;
  #settled = false;
  #writtenAt: number | undefined;
  #bytesBefore = 0;
  /** Whether the server said that it works on the request (1xx), which is no answer yet. */
  #hinted = false;
  #connected = false;
  #answer: http.IncomingMessage | undefined;
  #proxySocket: Socket | undefined;
  readonly #outgoing: http.ClientRequest;

  constructor(
    private readonly request: TransportRequest,
    private readonly route: Route,
    private readonly resolve: (response: TransportResponse) => void,
    private readonly reject: (failure: unknown) => void,
  ) {
    const { body, signal } = request;
    const { secure } = route;
    this.#outgoing = this.#open();
    this.#arm(request.limits.connect, "connect_timeout", `no connection to ${this.#where()}`);
    this.#outgoing.on("socket", (socket) => this.#onSocket(socket, secure));
    this.#outgoing.on("finish", () => (this.#writtenAt = performance.now()));
    this.#outgoing.on("information", () => {
      this.#hinted = true;
      this.#bytesBefore = this.#outgoing.socket?.bytesRead ?? 0;
    });
    this.#outgoing.on("response", (message) => this.#onResponse(message));
    this.#outgoing.on("upgrade", (_message, socket: Duplex) => {
      socket.destroy();
      this.#fail(new TransportFailure("protocol", "the server switched protocols without being asked"));
    });
    this.#outgoing.on("error", (error: NodeJS.ErrnoException) => this.#onError(error));
    if (signal?.aborted === true) this.#onAbort();
    else if (signal !== undefined) {
      signal.addEventListener("abort", this.#onAbort);
    }
    if (isSource(body)) void this.#upload(body.chunks());
    else if (body !== undefined && body.length > UPLOAD_BYTES) void this.#upload(piecesOf(body));
    else this.#outgoing.end(body);
  }

  /** Begins the request: to its host, through a tunnel, or to a proxy that is told the whole URL. */
  #open(): http.ClientRequest {
    const { method, headers, body, fresh } = this.request;
    const { url, proxy, secure, agent, ca } = this.route;
    const options: https.RequestOptions = {
      method,
      headers: {
        ...headers,
        ...(fresh ? { connection: "close" } : {}),
        ...(body === undefined ? {} : { "content-length": String(body.length) }),
      },
      agent,
      maxHeaderSize: MAX_HEADER_BYTES,
      ...(ca === undefined ? {} : { ca }),
    };
    if (proxy === undefined) return (secure ? https : http).request(url, options);
    if (url.protocol === "https:") {
      const tunnel: TunnelOptions = { ...options, proxy, onProxySocket: (socket) => (this.#proxySocket = socket) };
      return https.request(url, tunnel);
    }
    const authorization = proxy.authorization();
    const asked = { ...(options.headers as http.OutgoingHttpHeaders), host: url.host };
    const whole = `${url.origin}${url.pathname}${url.search}`;
    return (secure ? https : http).request({
      ...options,
      host: proxy.host,
      port: proxy.port,
      path: whole,
      headers: authorization === undefined ? asked : { ...asked, "proxy-authorization": authorization },
    });
  }

  /** Writes a body piece by piece; an answer that comes before its end ends it. */
  async #upload(pieces: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): Promise<void> {
    const outgoing = this.#outgoing;
    try {
      for await (const piece of pieces) {
        if (this.#settled) break;
        if (!outgoing.write(piece)) await this.#drained();
        // Each piece that was taken is a sign of life: the wait for the answer begins after the last.
        if (this.#connected && !this.#settled)
          this.#arm(this.request.limits.firstByte, "first_byte_timeout", `no first byte of the answer of ${this.#where()}`);
      }
    } catch (cause) {
      if (this.#settled) return;
      this.#release();
      outgoing.destroy();
      this.reject(cause);
      return;
    }
    if (!this.#settled) outgoing.end();
    else if (this.#answer?.closed === false) this.#answer.once("close", () => outgoing.destroy());
    else outgoing.destroy();
  }

  #drained(): Promise<void> {
    return new Promise((resolve) => {
      const wake = (): void => {
        for (const name of ["drain", "close", "error", "response"]) this.#outgoing.off(name, wake);
        resolve();
      };
      for (const name of ["drain", "close", "error", "response"]) this.#outgoing.on(name, wake);
    });
  }

  readonly #onAbort = (): void => this.#fail(aborted(this.request.signal));

  #arm(limit: number | null, type: "connect_timeout" | "first_byte_timeout", what: string): void {
    clearTimeout(this.#timer);
    const clipped = this.request.deadline.clip(limit);
    if (clipped === null) return;
    const byDeadline = limit === null || clipped < limit;
    this.#timer = setTimeout(
      () =>
        this.#fail(
          byDeadline
            ? new TransportFailure("deadline", `${what} before the deadline of the call`)
            : new TransportFailure(type, `${what} within ${limit} ms`),
        ),
      Math.min(clipped, MAX_TIMER),
    );
  }

  #onSocket(socket: Socket, secure: boolean): void {
    this.#bytesBefore = socket.bytesRead;
    const connected = (): void => {
      this.#connected = true;
      if (!this.#settled) this.#arm(this.request.limits.firstByte, "first_byte_timeout", `no first byte of the answer of ${this.#where()}`);
    };
    if (this.#outgoing.reusedSocket || (!secure && !socket.connecting)) connected();
    else socket.once(secure ? "secureConnect" : "connect", connected);
  }

  #onError(error: NodeJS.ErrnoException): void {
    const code = error.code ?? "";
    const sinceWrittenMs = this.#writtenAt === undefined ? 0 : performance.now() - this.#writtenAt;
    const cause = error;
    if (error instanceof TransportFailure) this.#fail(error);
    else if (!this.#connected) {
      const type = CERTIFICATE.test(code) || /certificate/i.test(error.message) ? "certificate" : "connect";
      this.#fail(
        new TransportFailure(type, `cannot connect to ${this.#where()}: ${error.message || code}`, {
          cause,
        }),
      );
    } else if (code.startsWith("HPE_")) {
      this.#fail(new TransportFailure("protocol", `${this.#where()} does not speak HTTP properly: ${error.message}`, { cause }));
    } else {
      const before = (this.#outgoing.socket?.bytesRead ?? 0) === this.#bytesBefore;
      // A pooled connection that died under a write is taken for dead before it, unless the server had time to work on the request.
      const read = this.request.method === "GET" || this.request.method === "HEAD";
      const stale = this.#outgoing.reusedSocket && before && !this.#hinted && (read || sinceWrittenMs <= INVOCATION_RESET_WINDOW);
      const Failure = stale ? StaleConnection : TransportFailure;
      this.#fail(
        new Failure(
          "reset",
          `the connection to ${this.#where()} was closed before the answer${before ? "" : " was complete"}: ${error.message || code}`,
          {
            cause,
            beforeFirstByte: before,
            sinceWrittenMs,
          },
        ),
      );
    }
  }

  /** What was connected to, for messages. */
  #where(): string {
    const { url, proxy } = this.route;
    return proxy === undefined ? url.host : `${url.host} through the proxy ${proxy.host}:${proxy.port}`;
  }

  #fail(failure: TransportFailure): void {
    if (this.#settled) return;
    this.#release();
    this.#outgoing.destroy();
    if (!this.#connected) this.#proxySocket?.destroy();
    this.reject(failure);
  }

  #release(): void {
    this.#settled = true;
    clearTimeout(this.#timer);
    this.request.signal?.removeEventListener("abort", this.#onAbort);
  }

  #onResponse(message: http.IncomingMessage): void {
    if (this.#settled) {
      message.destroy();
      return;
    }
    this.#release();
    this.#answer = message;
    const headers: Record<string, string> = {};
    for (let i = 0; i + 1 < message.rawHeaders.length; i += 2)
      addHeader(headers, message.rawHeaders[i] ?? "", message.rawHeaders[i + 1] ?? "");
    this.resolve({ status: message.statusCode ?? 0, headers, body: new NodeBody(message, headers["content-encoding"], this.request) });
  }
}

type Coding = zlib.Gunzip | zlib.Inflate | zlib.BrotliDecompress;

/** What makes the decoder of a content coding; undefined for identity, null for one we never asked for. */
function decoderFor(coding: string | undefined): ((first: number) => Coding) | undefined | null {
  switch ((coding ?? "").trim().toLowerCase()) {
    case "":
    case "identity":
      return undefined;
    case "gzip":
    case "x-gzip":
      return () => zlib.createGunzip();
    case "deflate":
      // Some servers leave out the frame around it, whose first byte names the method 8.
      return (first) => ((first & 15) === 8 ? zlib.createInflate() : zlib.createInflateRaw());
    case "br":
      return () => zlib.createBrotliDecompress();
    default:
      return null;
  }
}

class NodeBody implements BodyReader {
  readonly #queue: Uint8Array[] = [];
  #queued = 0;
  #done = false;
  #failure: TransportFailure | undefined;
  /** Who waits for the next piece. */
  #reader: { resolve: (piece: Uint8Array | null) => void; reject: (failure: TransportFailure) => void } | undefined;
  readonly #silence: Silence;
  /** Made at the first byte: a coding says nothing of a body that has none (HEAD, 204). */
  #decoder: Coding | undefined;
  readonly #makeDecoder: ((first: number) => Coding) | undefined;

  constructor(
    private readonly message: http.IncomingMessage,
    coding: string | undefined,
    private readonly request: TransportRequest,
  ) {
    this.#silence = new Silence(request, (failure) => this.#fail(failure));
    const make = decoderFor(coding);
    if (make === null) {
      this.#failure = new TransportFailure("protocol", `the answer has a content coding that was not asked for: ${coding ?? ""}`);
      message.destroy();
      return;
    }
    this.#makeDecoder = make;
    request.signal?.addEventListener("abort", this.#onAbort);
    message.on("data", (piece: Uint8Array) => this.#onBytes(piece));
    message.on("end", () => (this.#decoder === undefined ? this.#finish() : this.#decoder.end()));
    message.on("error", (cause) => this.#onLost(cause));
    message.on("close", () => {
      if (!message.complete) this.#onLost(new Error("connection closed"));
    });
  }

  #decode(decoder: Coding): Coding {
    decoder.on("data", (piece: Uint8Array) => this.#push(piece));
    decoder.on("end", () => this.#finish());
    decoder.on("error", (cause) =>
      this.#fail(new TransportFailure("protocol", `the coded answer cannot be decoded: ${cause.message}`, { cause })),
    );
    return decoder;
  }

  readonly #onAbort = (): void => this.#fail(aborted(this.request.signal));

  #onBytes(piece: Uint8Array): void {
    if (this.#makeDecoder === undefined) return this.#push(piece);
    this.#silence.heard();
    this.#decoder ??= this.#decode(this.#makeDecoder(piece[0] ?? 0));
    this.#decoder.write(piece);
  }

  #push(piece: Uint8Array): void {
    if (piece.length === 0) return;
    if (this.#reader !== undefined) return this.#answer(piece);
    this.#queue.push(piece);
    this.#queued += piece.length;
    if (this.#queued > HIGH_WATER) {
      this.message.pause();
      this.#decoder?.pause();
    }
  }

  /** Ends the wait of a reader: by a piece, or by how the body ended. */
  #answer(piece?: Uint8Array): void {
    const reader = this.#reader;
    this.#reader = undefined;
    this.#silence.end();
    if (piece !== undefined) reader?.resolve(piece);
    else if (this.#failure !== undefined) reader?.reject(this.#failure);
    else reader?.resolve(null);
  }

  #onLost(cause: Error): void {
    const failure = new TransportFailure(
      "reset",
      `the connection to ${hostOf(this.request)} was lost in the middle of the answer: ${cause.message}`,
      {
        cause,
      },
    );
    // What has arrived is decoded elsewhere, and comes first.
    if (this.#decoder === undefined) this.#fail(failure);
    else this.#decoder.flush(() => this.#fail(failure));
  }

  #finish(): void {
    this.#done = true;
    this.#release();
    this.#answer();
  }

  #fail(failure: TransportFailure): void {
    if (this.#done || this.#failure !== undefined) return;
    this.#failure = failure;
    if (failure.type === "cancelled" || failure.type === "deadline") this.#queue.length = 0;
    this.#release();
    this.message.destroy();
    this.#decoder?.destroy();
    this.#answer();
  }

  #release(): void {
    this.#silence.stop();
    this.request.signal?.removeEventListener("abort", this.#onAbort);
  }

  read(): Promise<Uint8Array | null> {
    const piece = this.#next();
    if (piece !== undefined) {
      this.#queued -= piece.length;
      if (this.#queued <= HIGH_WATER / 2 && this.message.isPaused()) {
        this.#decoder?.resume();
        this.message.resume();
      }
      return Promise.resolve(piece);
    }
    if (this.#failure !== undefined) return Promise.reject(this.#failure);
    if (this.#done) return Promise.resolve(null);
    this.#silence.begin();
    return new Promise((resolve, reject) => (this.#reader = { resolve, reject }));
  }

  /** What has arrived: each chunk of HTTP is a piece of its own, and many small ones are joined. */
  #next(): Uint8Array | undefined {
    const queue = this.#queue;
    if (queue.length < 2) return queue.shift();
    let count = 0;
    for (let size = 0; count < queue.length && size <= JOIN_BYTES; count++) size += queue[count]?.length ?? 0;
    return count > 1 ? concat(queue.splice(0, count)) : queue.shift();
  }

  close(): void {
    if (this.#done && this.message.complete) return;
    this.#fail(new TransportFailure("cancelled", "the answer was closed by its reader"));
    this.message.destroy();
  }

  async settle(): Promise<void> {
    // Two turns: what has arrived is parsed in the first, its end is told in the second. An end that is on its way is given a moment.
    const until = performance.now() + DRAIN_TIME_MS;
    for (let turn = 0; !this.#done && this.#failure === undefined && (turn < 2 || performance.now() < until); turn++) {
      this.#queue.length = 0;
      this.#queued = 0;
      if (this.message.isPaused()) this.message.resume();
      await new Promise((resolve) => (turn < 2 ? setImmediate(resolve) : setTimeout(resolve, 1)));
    }
    this.#queue.length = 0;
    if (!this.message.complete) this.close();
  }
}
