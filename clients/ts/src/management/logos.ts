// Generated from openapi/chutes.yaml. Do not edit; run `make gen`.

import type { CallOptions } from "../config.js";
import type { Runtime } from "../runtime.js";
import type { Logo, LogoArgs, LogoFormat } from "../types/index.js";
import type { Binary, ResultPromise } from "../values.js";

/** Pictures of chutes and accounts. `client.logos` */
export class LogosResource {
  readonly #runtime: Runtime;

  constructor(runtime: Runtime) {
    this.#runtime = runtime;
  }

  /**
   * Upload a logo.
   *
   * Any image, told by the type of its part (otherwise 400). The server crops it to the square in
   * its middle and keeps 512 by 512 pixels of WebP, without transparency.
   */
  create(body: LogoArgs, options: CallOptions = {}): ResultPromise<Logo> {
    return this.#runtime.perform(
      {
        operationId: "createLogo",
        method: "POST",
        path: ["/logos/"],
        body,
        bodyKind: "multipart",
        fields: ["logo"],
        files: ["logo"],
        result: "json",
        shape: "object",
        idempotent: false,
      },
      options,
    );
  }

  /**
   * Get the image of a logo.
   *
   * Logos are kept as WebP, so `png` is answered with a redirect to the WebP (307).
   * @param logoId Id of the logo.
   * @param format Format of the file.
   */
  get(logoId: string, format: LogoFormat, options: CallOptions = {}): ResultPromise<Binary> {
    return this.#runtime.perform(
      {
        operationId: "getLogo",
        method: "GET",
        path: ["/logos/", { name: "logo_id", value: logoId }, ".", { name: "format", value: format }],
        public: true,
        result: "bytes",
        accept: "image/webp, image/png",
      },
      options,
    );
  }
}
