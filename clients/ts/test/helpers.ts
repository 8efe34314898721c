/** A server of raw bytes on a port of its own, and clients for it. */
import { mkdtemp, rm } from "node:fs/promises";
import * as net from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after } from "node:test";
import { Chutes, type ClientOptions } from "../src/index.js";

export const KEY = "cpk_test_" + "k".repeat(24);

/** What the server does with a connection's n-th request (from 0); `head` and `body` are what it read. */
export type Script = (socket: net.Socket, seen: Seen, index: number) => void;
export interface Seen {
  head: string;
  body: string;
  /** The body as it came, for those that are no text. */
  bytes: Buffer;
  connection: number;
}
export interface Wire {
  url: string;
  seen: Seen[];
  connections: number;
  closed: number;
  /** Resolves when so many connections were closed. */
  untilClosed(count: number): Promise<void>;
}

/** Starts a server that reads whole requests (Content-Length) and answers by script. */
export async function serve(script: Script): Promise<Wire> {
  const wire: Wire = { url: "", seen: [], connections: 0, closed: 0, untilClosed: () => Promise.resolve() };
  const waiting: (() => void)[] = [];
  const open = new Set<net.Socket>();
  const server = net.createServer((socket) => {
    const connection = wire.connections++;
    open.add(socket);
    let buffer = Buffer.alloc(0);
    socket.on("error", () => undefined);
    socket.on("close", () => {
      open.delete(socket);
      wire.closed += 1;
      for (const wake of waiting) wake();
    });
    socket.on("data", (bytes: Buffer) => {
      buffer = Buffer.concat([buffer, bytes]);
      for (;;) {
        const end = buffer.indexOf("\r\n\r\n");
        if (end === -1) return;
        const head = buffer.subarray(0, end).toString("latin1");
        const length = Number(/content-length: (\d+)/i.exec(head)?.[1] ?? 0);
        if (buffer.length < end + 4 + length) return;
        const bytes = buffer.subarray(end + 4, end + 4 + length);
        buffer = buffer.subarray(end + 4 + length);
        const seen = { head, body: bytes.toString("utf8"), bytes, connection };
        wire.seen.push(seen);
        script(socket, seen, wire.seen.length - 1);
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  wire.url = `http://127.0.0.1:${(server.address() as net.AddressInfo).port}`;
  wire.untilClosed = (count) =>
    new Promise((resolve) => {
      const look = (): void => {
        if (wire.closed >= count) resolve();
      };
      waiting.push(look);
      look();
    });
  after(() => {
    for (const socket of open) socket.destroy();
    server.close();
  });
  return wire;
}

/** A client for a server, with every wait of a retry cut out. */
export function client(wire: Wire, options: ClientOptions = {}): Chutes {
  const made = new Chutes({ apiKey: KEY, baseUrl: wire.url, seam: instant, ...options });
  after(() => made.close());
  return made;
}

export const instant = { now: () => Date.now(), random: () => 0.5, sleep: () => Promise.resolve() };

/** An HTTP answer with a length. */
export function answer(status: number, body: string, headers: Record<string, string> = {}): string {
  const all = { "content-type": "application/json", "content-length": String(Buffer.byteLength(body)), ...headers };
  return `HTTP/1.1 ${status} X\r\n${Object.entries(all)
    .map(([name, value]) => `${name}: ${value}\r\n`)
    .join("")}\r\n${body}`;
}

/** Head of a chunked event stream. */
export const SSE_HEAD = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n";
export const chunk = (text: string): string => `${Buffer.byteLength(text).toString(16)}\r\n${text}\r\n`;
export const LAST = "0\r\n\r\n";
export const data = (json: unknown): string => `data: ${typeof json === "string" ? json : JSON.stringify(json)}\n\n`;
export const delta = (content: string, more: object = {}): string =>
  data({ id: "c1", choices: [{ index: 0, delta: { role: "assistant", content }, ...more }] });

export const PONG = JSON.stringify({
  id: "c",
  choices: [{ index: 0, message: { role: "assistant", content: "pong" }, finish_reason: "stop" }],
});
export const ASK = { model: "m", messages: [{ role: "user", content: "hi" }] };

/** A folder of its own, gone after the tests. */
export async function folder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), "chutes-"));
  after(() => rm(path, { recursive: true, force: true }));
  return path;
}

/** Path and query of a request, and its whole first line without the version. */
export const path = ({ head }: Seen): string => head.split(" ")[1] ?? "";
export const line = ({ head }: Seen): string => head.split(" HTTP/")[0] ?? "";

/** The error of a promise that must fail. */
export async function failure(work: Promise<unknown>): Promise<import("../src/index.js").ChutesError> {
  try {
    await work;
  } catch (error) {
    return error as import("../src/index.js").ChutesError;
  }
  throw new Error("it was expected to fail");
}
