/** The parts of a whole client. */
import { env, resolve, type ClientOptions, type Config } from "./config.js";
import { ENV_LOG, resolveLogger, Telling } from "./hooks.js";
import { checkClient, checkOpen } from "./known.js";
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
