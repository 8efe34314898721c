/** Proxies of the environment, for Node's own transport: which one a URL goes through, and the tunnel to an https host. */
import * as http from "node:http";
import * as https from "node:https";
import * as net from "node:net";
import * as tls from "node:tls";
import type { Duplex } from "node:stream";
import { ConfigError } from "./errors.js";
import { TransportFailure } from "./transport.js";

/** A proxy, without its credentials in any field that is shown. */
export interface Proxy {
  /** Where it listens. */
  readonly host: string;
  readonly port: number;
  /** Whether the proxy itself speaks TLS. */
  readonly secure: boolean;
  /** Value of `Proxy-Authorization`, where its URL names a user. */
  authorization(): string | undefined;
}

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The proxy for a URL: `http_proxy` or `https_proxy` (or upper case), unless `no_proxy` names the host. Loopback hosts are never sent
 * to a proxy. Throws `config` for a proxy that is no http(s) URL; its value is not shown, since it may hold a password.
 */
export function proxyFor(url: URL, environment: Environment): Proxy | undefined {
  const scheme = url.protocol === "https:" ? "https" : "http";
  // Web servers hand a request's `Proxy` header to CGI programs as HTTP_PROXY.
  const upper = scheme === "http" && environment["REQUEST_METHOD"] !== undefined ? undefined : `${scheme.toUpperCase()}_PROXY`;
  for (const name of [`${scheme}_proxy`, upper]) {
    const value = name === undefined ? undefined : environment[name]?.trim();
    if (name === undefined || value === undefined || value === "") continue;
    return isExempt(url, environment["no_proxy"] ?? environment["NO_PROXY"] ?? "") ? undefined : parse(name, value);
  }
  return undefined;
}

function parse(name: string, value: string): Proxy {
  let url: URL | undefined;
  try {
    url = new URL(/^[a-z][a-z0-9+.-]*:\/\//i.test(value) ? value : `http://${value}`);
  } catch {
    // Told below, without the value.
  }
  if (url === undefined || url.hostname === "" || (url.protocol !== "http:" && url.protocol !== "https:"))
    throw new ConfigError(`the variable ${name} is no proxy: give one such as http://host:3128`);
  const { username, password } = url;
  const secure = url.protocol === "https:";
  return {
    host: bare(url.hostname),
    port: url.port === "" ? (secure ? 443 : 80) : Number(url.port),
    secure,
    authorization: () =>
      username === "" ? undefined : `Basic ${Buffer.from(`${unescape(username)}:${unescape(password)}`).toString("base64")}`,
  };
}

/** What a URL holds in percent codes; a lone `%` stands for itself. */
function unescape(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** A host without the brackets of IPv6. */
const bare = (host: string): string => host.replace(/^\[|\]$/g, "").toLowerCase();

/** Whether a host is named in `no_proxy`: itself, a domain above it, an address, a network, `host:port`, or `*`. */
function isExempt(url: URL, list: string): boolean {
  const host = bare(url.hostname);
  if (host === "localhost" || host === "::1" || /^127(?:\.\d+){3}$/.test(host)) return true;
  const port = url.port === "" ? (url.protocol === "https:" ? "443" : "80") : url.port;
  return list
    .split(/[\s,]+/)
    .filter((entry) => entry !== "")
    .some((entry) => entry === "*" || matches(entry.toLowerCase(), host, port));
}

function matches(entry: string, host: string, port: string): boolean {
  const network = /^(.+)\/(\d{1,3})$/.exec(entry);
  if (network !== null) return net.isIP(host) !== 0 && inNetwork(network[1] ?? "", Number(network[2]), host);
  const withPort = /^(\[[^\]]+\]|[^:]+):(\d+)$/.exec(entry);
  if (withPort !== null && withPort[2] !== port) return false;
  const name = bare(withPort?.[1] ?? entry).replace(/^\*?\./, "");
  return host === name || (net.isIP(host) === 0 && host.endsWith(`.${name}`));
}

function inNetwork(base: string, bits: number, host: string): boolean {
  const family = net.isIP(host) === 6 ? "ipv6" : "ipv4";
  const list = new net.BlockList();
  try {
    list.addSubnet(bare(base), bits, family);
  } catch {
    return false; // no network, or one of the other family
  }
  return list.check(host, family);
}

/** Options of a request that goes through a tunnel; the agent hands them on. */
export interface TunnelOptions extends https.RequestOptions {
  proxy: Proxy;
  /** Told the connection to the proxy, so that it can be ended before it is a tunnel. */
  onProxySocket(socket: net.Socket): void;
}

/** Connects by way of a proxy; the certificate is that of the host behind it. */
export class TunnelAgent extends https.Agent {
  constructor(
    options: https.AgentOptions,
    private readonly ca: string[] | undefined,
  ) {
    super(options);
  }

  /** One pool per proxy and host. */
  override getName(options?: Parameters<https.Agent["getName"]>[0]): string {
    const { proxy } = options as unknown as TunnelOptions;
    return `${super.getName(options)}:${proxy.host}:${proxy.port}`;
  }

  override createConnection(options: http.ClientRequestArgs, done?: (error: Error | null, socket: Duplex) => void): undefined {
    const { host, servername } = options as TunnelOptions;
    this.#tunnel(options as TunnelOptions).then(
      (socket) => {
        const ca = this.ca === undefined ? {} : { ca: this.ca };
        done?.(null, tls.connect({ socket, servername: servername ?? "", ...(typeof host === "string" ? { host } : {}), ...ca }));
      },
      (error: Error) => done?.(error, undefined as unknown as Duplex),
    );
  }

  #tunnel({ host, port, proxy, onProxySocket }: TunnelOptions): Promise<net.Socket> {
    const target = `${net.isIPv6(host ?? "") ? `[${host ?? ""}]` : host}:${port ?? 443}`;
    const authorization = proxy.authorization();
    return new Promise((resolve, reject) => {
      const asked = (proxy.secure ? https : http).request({
        host: proxy.host,
        port: proxy.port,
        method: "CONNECT",
        path: target,
        headers: { host: target, ...(authorization === undefined ? {} : { "proxy-authorization": authorization }) },
        agent: false,
        ...(proxy.secure && this.ca !== undefined ? { ca: this.ca } : {}),
      });
      asked.on("socket", onProxySocket);
      asked.on("error", reject);
      asked.on("response", (answer) => {
        answer.destroy();
        reject(refused(proxy, answer.statusCode));
      });
      asked.on("connect", (answer, socket: net.Socket, head: Buffer) => {
        if (answer.statusCode === 200 && head.length === 0) return resolve(socket);
        socket.destroy();
        reject(refused(proxy, answer.statusCode));
      });
      asked.end();
    });
  }
}

/** A proxy that does not want to will not want to the next time. */
function refused(proxy: Proxy, status: number | undefined): TransportFailure {
  const hint = status === 407 ? ": it asks for a user name and password (http://user:password@proxy)" : "";
  return new TransportFailure("protocol", `the proxy ${proxy.host}:${proxy.port} refused the tunnel with status ${status ?? 0}${hint}`);
}
