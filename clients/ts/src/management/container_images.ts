// Generated from openapi/chutes.yaml. Do not edit; run `make gen`.

import type { CallOptions } from "../config.js";
import type { LogStream } from "../lines.js";
import type { PagePromise } from "../pagination.js";
import type { Runtime } from "../runtime.js";
import type { ContainerImage, ContainerImageArgs, ContainerImageDeletion, ContainerImagePage } from "../types/index.js";
import type { ResultPromise } from "../values.js";

/** Query of `containerImages.list`. */
export interface ContainerImagesListQuery {
  /** Add the public images of everybody. */
  include_public?: boolean | undefined;
  /** Only images whose name contains this text. */
  name?: string | undefined;
  /** Only images whose tag contains this text. */
  tag?: string | undefined;
  /** Page number; 0 is the first. */
  page?: number | undefined;
  /** Items in a page. */
  limit?: number | undefined;
}

/** Query of `containerImages.logs`. */
export interface ContainerImagesLogsQuery {
  /** Offset of the last record that was seen; the log goes on after it. */
  offset?: string | undefined;
}

/** Images that chutes run in. `client.containerImages` */
export class ContainerImagesResource {
  readonly #runtime: Runtime;

  constructor(runtime: Runtime) {
    this.#runtime = runtime;
  }

  /**
   * List your container images.
   *
   * Newest first. Your own, and with `include_public` those of everybody.
   */
  list(query: ContainerImagesListQuery = {}, options: CallOptions = {}): PagePromise<ContainerImagePage> {
    return this.#runtime.page(
      {
        operationId: "listContainerImages",
        method: "GET",
        path: ["/images/"],
        query: { ...query },
        purpose: "images",
        result: "json",
        shape: "object",
      },
      options,
    );
  }

  /**
   * Upload a build context and start to build an image from it.
   *
   * Your account, the name and the tag decide the id, so that a second upload is a 409. The server
   * wants a balance of 50 USD (402), allows 24 builds in
   * 24 hours (429), and refuses builds of tools older than 0.3.61 by the version header (400). The
   * answer is the bare row: `user_id` instead of `user`.
   */
  create(body: ContainerImageArgs, options: CallOptions = {}): ResultPromise<ContainerImage> {
    return this.#runtime.perform(
      {
        operationId: "createContainerImage",
        method: "POST",
        path: ["/images/"],
        headers: { "X-Chutes-Version": "0.6.10" },
        body,
        bodyKind: "multipart",
        fields: ["wait", "build_context", "username", "name", "readme", "logo_id", "tag", "dockerfile", "image", "public"],
        files: ["build_context"],
        result: "json",
        shape: "object",
        idempotent: false,
      },
      options,
    );
  }

  /**
   * Get an image by id or name.
   * @param imageIdOrName Id of the image, or `user/name:tag`; slashes stay.
   */
  get(imageIdOrName: string, options: CallOptions = {}): ResultPromise<ContainerImage> {
    return this.#runtime.perform(
      {
        operationId: "getContainerImage",
        method: "GET",
        path: ["/images/", { name: "image_id_or_name", value: imageIdOrName, keepSlash: true }],
        purpose: "images",
        result: "json",
        shape: "object",
      },
      options,
    );
  }

  /**
   * Delete an image.
   *
   * An image that a chute uses is a 409. A second delete is a 404, so a 404 after a retry means
   * that it is done.
   * @param imageIdOrName Id of the image, or `user/name:tag`; slashes stay.
   */
  delete(imageIdOrName: string, options: CallOptions = {}): ResultPromise<ContainerImageDeletion> {
    return this.#runtime.perform(
      {
        operationId: "deleteContainerImage",
        method: "DELETE",
        path: ["/images/", { name: "image_id_or_name", value: imageIdOrName, keepSlash: true }],
        purpose: "images",
        result: "json",
        shape: "object",
      },
      options,
    );
  }

  /**
   * Follow the log of a build.
   *
   * While the image is built each record is one line, `data: {"log": {"log_type", "log"},
   * "offset"}`, ended by a single newline, with a `.` line each
   * second, `data: ERROR: …` lines, and `DONE` at the end, after which the server goes on sending
   * dots for ever. Readers hand out the records. A finished
   * build is answered with plain text.
   * @param imageId Id of the image.
   */
  logs(imageId: string, query: ContainerImagesLogsQuery = {}, options: CallOptions = {}): Promise<LogStream> {
    return this.#runtime.lines(
      {
        operationId: "followContainerImageLogs",
        method: "GET",
        path: ["/images/", { name: "image_id", value: imageId }, "/logs"],
        query: { ...query },
        purpose: "images",
        result: "stream",
        accept: "text/event-stream, text/plain",
      },
      options,
    );
  }
}
