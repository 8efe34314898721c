// Generated from openapi/chutes.yaml. Do not edit; run `make gen`.

import type { CallOptions } from "../config.js";
import type { Runtime } from "../runtime.js";
import type { ModelAlias, ModelAliasArgs } from "../types/index.js";
import type { ResultPromise } from "../values.js";

/** Names for ranked lists of chutes. `client.modelAliases` */
export class ModelAliasesResource {
  readonly #runtime: Runtime;

  constructor(runtime: Runtime) {
    this.#runtime = runtime;
  }

  /**
   * List your model aliases.
   */
  list(options: CallOptions = {}): ResultPromise<ModelAlias[]> {
    return this.#runtime.perform(
      {
        operationId: "listModelAliases",
        method: "GET",
        path: ["/model_aliases/"],
        result: "json",
        shape: "list",
      },
      options,
    );
  }

  /**
   * Create a model alias, or replace it.
   *
   * An alias stands for a ranked list of chutes; it is written in place of a model.
   */
  create(body: ModelAliasArgs, options: CallOptions = {}): ResultPromise<ModelAlias> {
    return this.#runtime.perform(
      {
        operationId: "setModelAlias",
        method: "POST",
        path: ["/model_aliases/"],
        body,
        result: "json",
        shape: "object",
      },
      options,
    );
  }

  /**
   * Delete a model alias.
   *
   * An alias that holds a slash cannot be deleted; its path is a 404.
   * @param alias The alias, in any case.
   */
  delete(alias: string, options: CallOptions = {}): ResultPromise<void> {
    return this.#runtime.perform(
      {
        operationId: "deleteModelAlias",
        method: "DELETE",
        path: ["/model_aliases/", { name: "alias", value: alias }],
        result: "none",
      },
      options,
    );
  }
}
