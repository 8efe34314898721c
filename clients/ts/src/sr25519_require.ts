/** The optional library of hotkeys, for CommonJS: where it is missing, the rest of the package works all the same. */
type Library = typeof import("@scure/sr25519");

function load(): Library | { missing: unknown } {
  try {
    return require("@scure/sr25519") as Library;
  } catch (missing) {
    return { missing };
  }
}

/** The library, or why there is none. */
export const found: Library | { missing: unknown } = load();
