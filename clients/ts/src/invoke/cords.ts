/** The endpoints of a chute, as one would call them. */
import { ConfigError } from "../errors.js";
import { isObject } from "../json.js";
import { complaints, type JsonSchema } from "../schema.js";
import type { Chute } from "../types/index.js";

/** One endpoint of a chute. */
export interface Cord {
  /** Name of its function: what `call` takes. */
  readonly name: string;
  /** On the host of the chute, with its leading `/`. */
  readonly path: string;
  readonly method: string;
  /** Whether it answers with a stream. */
  readonly stream: boolean;
  /** JSON Schema of its arguments, where the chute tells one. */
  readonly inputSchema: JsonSchema | undefined;
  /** Media type of its answer, as the chute tells it; the answer's own header wins. */
  readonly contentType: string | undefined;
}

/** A schema that says something: the server fills in an empty one where a chute has none. */
const schemaOf = (value: unknown): JsonSchema | undefined =>
  isObject(value) && Object.keys(value).length > 0 ? bodySchema(value) : undefined;

/**
 * The schema of what is sent, of one that the platform's kit made of a function (official CDK of 2026-05): such a schema has
 * `definitions` and requires every property. It names `self`, and wraps the fields of a function with one model as its parameter under
 * that parameter's name, though they travel flat.
 */
export function bodySchema(schema: JsonSchema): JsonSchema {
  const { definitions, properties, required } = schema;
  if (!isObject(definitions) || !isObject(properties) || !Array.isArray(required)) return schema;
  const named = Object.entries(properties).filter(([name]) => name !== "self");
  if (!Object.keys(properties).every((name) => required.includes(name))) return schema;
  const only = named.length === 1 ? named[0]?.[1] : undefined;
  if (isObject(only)) {
    const reference = typeof only["$ref"] === "string" ? (only["$ref"].split("/").at(-1) ?? "") : "";
    const target: unknown = Object.hasOwn(definitions, reference) ? definitions[reference] : only;
    if (isObject(target) && (target["type"] === "object" || isObject(target["properties"]))) {
      const inner = isObject(target["definitions"]) ? target["definitions"] : {};
      return { ...target, definitions: { ...definitions, ...inner } };
    }
  }
  // The kit lists every parameter there, those with a default, too.
  return { ...schema, properties: Object.fromEntries(named), required: [] };
}

/** The endpoints that can be called from outside. */
export function cordsOf(chute: Chute): Cord[] {
  return (chute.cords ?? []).flatMap((cord): Cord[] => {
    const path = cord.public_api_path;
    if (typeof path !== "string" || path === "") return [];
    return [
      {
        name: cord.function,
        path: path.startsWith("/") ? path : `/${path}`,
        method: (cord.public_api_method ?? "POST").toUpperCase(),
        stream: cord.stream === true,
        inputSchema: schemaOf(cord.input_schema) ?? schemaOf(cord.minimal_input_schema),
        contentType: cord.output_content_type ?? undefined,
      },
    ];
  });
}

/** The endpoint of a name or path; of two at one place, the one that streams as wanted. */
export function findCord(cords: readonly Cord[], nameOrPath: string, stream: boolean): Cord | undefined {
  const path = nameOrPath.startsWith("/") ? nameOrPath : `/${nameOrPath}`;
  const named = nameOrPath.startsWith("/") ? [] : cords.filter(({ name }) => name === nameOrPath);
  const found = named.length > 0 ? named : cords.filter((cord) => cord.path === path);
  return found.find((cord) => cord.stream === stream) ?? found[0];
}

/** What to tell of a name that no endpoint has. */
export function unknownCord(cords: readonly Cord[], name: string): ConfigError {
  const names = [...new Set(cords.map((cord) => cord.name))].join(", ") || "none";
  return new ConfigError(`this chute has no cord ${JSON.stringify(name)}: it has ${names}; a path begins with "/"`);
}

/** Holds arguments to the schema of an endpoint. */
export function checkArguments(cord: Cord, args: object): void {
  const wrong = cord.inputSchema === undefined ? [] : complaints(cord.inputSchema, args);
  if (wrong.length > 0)
    throw new ConfigError(`the arguments of ${cord.name} do not fit: ${wrong.join("; ")} (validate: false sends them all the same)`);
}
