/** The parts of a whole client. */
import { env, resolve, type ClientOptions, type Config, type OwnOptions } from "./config.js";
import { ENV_LOG, resolveLogger, Telling } from "./hooks.js";
import { checkClient, checkOpen, checkOwn } from "./known.js";
import { limiterFor } from "./limiter.js";
import { build } from "./request_build.js";
import { follow, withheld } from "./request_follow.js";
import { RetryBudget } from "./retry.js";
import { realSeam } from "./testing.js";
import { makeTransport } from "#transport";

/** Checks a client's options and fills in what is missing. */
export function resolveClient(options: ClientOptions): Config {
  checkClient(options);
  const logger = resolveLogger(options.logger, env(ENV_LOG));
  return resolve(options, makeTransport, {
    check: checkOpen,
    remark: withheld,
    build,
    follow,
    budget: options.retryBudget === true ? new RetryBudget() : undefined,
    limiter: limiterFor(options, options.seam ?? realSeam),
    telling: options.hooks === undefined && logger === undefined ? undefined : new Telling(options.hooks ?? {}, logger),
  });
}

/** The settings of a client that shares everything but its own options with another one. */
export function resolveOwn(config: Config, options: OwnOptions): Config {
  checkOwn(options);
  const { check, remark, build, follow, budget, limiter, telling, learned, life } = config;
  const own = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as OwnOptions;
  const finer = own.timeoutMs === undefined ? {} : { firstByteTimeoutMs: undefined, idleTimeoutMs: undefined };
  const all: ClientOptions = { ...config, ...finer, ...own, headers: { ...config.headers, ...own.headers } };
  return { ...resolve(all, makeTransport, { check, remark, build, follow, budget, limiter, telling }), learned, life };
}
