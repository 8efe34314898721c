/** Building an image: one upload, the log to its end, and the image as it came out. */
import type { CallOptions } from "../config.js";
import { ChutesError, cleanMessage, makeError } from "../errors.js";
import { ContainerImagesResource } from "../management/container_images.js";
import { UsersResource } from "../management/users.js";
import type { FileInput } from "../multipart.js";
import { backoff } from "../retry.js";
import type { Runtime } from "../runtime.js";
import type { BuildLogEvent, ContainerImage } from "../types/index.js";
import { limitsOnly, Until, waitLimit } from "./wait.js";

/** Breaks of a log in a row, without a new line between them, after which it is given up. */
export const RESUME_ATTEMPTS = 5;
/** Milliseconds between two questions for an image whose build is not over. */
const POLL_INTERVAL = 5000;
const BUILT = "built and pushed";
/** A zip file with nothing in it: its end record alone. */
const EMPTY_ZIP = Uint8Array.from([0x50, 0x4b, 5, 6, ...new Array<number>(18).fill(0)]);
/** Python's pickle of None in base64; the server keeps it and does not look at it. */
const NO_PICKLE = "gAROLg==";

/** An image to build. */
export interface BuildArgs {
  name: string;
  tag: string;
  /** Text of the Dockerfile. */
  dockerfile: string;
  /** Zip file with everything that the Dockerfile copies; default an empty one. */
  context?: FileInput | undefined;
  /** Text about it in Markdown; default `name:tag`, since the server takes an empty part for a missing one. */
  readme?: string | undefined;
  logo_id?: string | undefined;
  /** Whether everybody may use it; default false. */
  public?: boolean | undefined;
  /** Your own name; asked for where it is not given. */
  username?: string | undefined;
  /** The official CDK's image object as a base64 pickle; default that of None. */
  image?: string | undefined;
}

/** Options of `waitBuilt`. `deadlineMs` is the longest wait in all; default none. */
export interface WaitBuiltOptions extends CallOptions {
  /** Follow the log after this offset. */
  offset?: string | undefined;
  /** Told each record of the log. */
  onLog?: ((event: BuildLogEvent) => void) | undefined;
}

/** Options of `build`. */
export interface BuildOptions extends Omit<WaitBuiltOptions, "offset"> {
  /** False: return as soon as the upload is taken. */
  wait?: boolean | undefined;
}

const late = (imageId: string): string => `the build of image ${imageId} did not end in time; it goes on, see waitBuilt`;

/** `client.containerImages` */
export class ContainerImagesHelpers extends ContainerImagesResource {
  readonly #runtime: Runtime;

  constructor(runtime: Runtime) {
    super(runtime);
    this.#runtime = runtime;
  }

  /**
   * Uploads a build, follows its log, and gives the image as it came out.
   *
   * The upload is sent once and never repeated. Throws `config` for a context that cannot be read, `conflict` where the image exists,
   * `stream_error` with the build's own failure, `timeout` after `deadlineMs`.
   *
   * @example
   * const image = await client.containerImages.build(
   *   { name: "tools", tag: "1.0", dockerfile, context: "context.zip" },
   *   { onLog: ({ log }) => console.log(log) },
   * );
   */
  async build(args: BuildArgs, options: BuildOptions = {}): Promise<ContainerImage> {
    const { onLog, wait, ...call } = options;
    const until = new Until(this.#runtime.config, call, waitLimit(call, null));
    const username = args.username ?? (await new UsersResource(this.#runtime).me(limitsOnly(until.request(false)))).username ?? "";
    const context = args.context ?? EMPTY_ZIP;
    const file = typeof context === "object" && "content" in context ? context : { content: context };
    const image = await this.create(
      {
        wait: false,
        build_context: { filename: "chutes.zip", contentType: "application/zip", ...file },
        username,
        name: args.name,
        readme: args.readme || `${args.name}:${args.tag}`,
        logo_id: args.logo_id ?? "__none__",
        tag: args.tag,
        dockerfile: args.dockerfile,
        image: args.image ?? NO_PICKLE,
        public: args.public ?? false,
      },
      until.request(true),
    );
    return wait === false ? image : this.#wait(image.image_id, undefined, onLog, until);
  }

  /**
   * Follows a build to its end. A log that drops goes on after the last offset, at most five times in a row without a new line.
   *
   * Throws `stream_error` with the build's own failure, `timeout` after `deadlineMs`.
   *
   * @example const image = await client.containerImages.waitBuilt(imageId, { deadlineMs: 1_800_000 });
   */
  async waitBuilt(imageId: string, options: WaitBuiltOptions = {}): Promise<ContainerImage> {
    const { offset, onLog, ...call } = options;
    const until = new Until(this.#runtime.config, limitsOnly(call), waitLimit(call, null));
    return this.#wait(imageId, offset, onLog, until);
  }

  async #wait(imageId: string, offset: string | undefined, onLog: BuildOptions["onLog"], until: Until): Promise<ContainerImage> {
    await this.#follow(imageId, offset, onLog, until);
    for (;;) {
      const image = await this.get(imageId, limitsOnly(until.request(false)));
      const status = image.status ?? "";
      if (status === BUILT) return image;
      if (/^error\b/i.test(status)) {
        const reason = status.replace(/^error:?\s*/i, "");
        throw makeError("stream_error", `the build failed: ${cleanMessage(reason) || "no reason given"}`, { attempts: 1 });
      }
      if (until.over) throw until.error(`${late(imageId)} (last state: ${status || "none"})`);
      await until.sleep(POLL_INTERVAL);
    }
  }

  async #follow(imageId: string, from: string | undefined, onLog: BuildOptions["onLog"], until: Until): Promise<void> {
    const { seam } = this.#runtime.config;
    let offset = from;
    let heard = 0;
    for (let failures = 0; ;) {
      const known = heard;
      let told = 0;
      const log = await this.logs(imageId, offset === undefined ? {} : { offset }, limitsOnly(until.request(true)));
      try {
        for await (const event of log) {
          failures = 0;
          offset = log.offset ?? offset;
          told += (event.log ?? "").replace(/\n$/, "").split("\n").length;
          const whole = event.offset === undefined || event.offset === null;
          if (whole && told <= known) continue; // a finished log comes as a whole, whatever was heard of it before
          heard = Math.max(heard, whole ? told : known + told);
          onLog?.(event);
        }
        return;
      } catch (error) {
        if (until.ended(error)) throw until.error(late(imageId));
        if (!ChutesError.is(error) || error.kind !== "stream_interrupted" || failures >= RESUME_ATTEMPTS) throw error;
        await until.sleep(backoff(failures++, error.kind, seam.random()));
        if (until.over) throw until.error(late(imageId));
      }
    }
  }
}
