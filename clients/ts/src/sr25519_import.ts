/** The optional library of hotkeys, for ES modules: where it is missing, the rest of the package works all the same. */
type Library = typeof import("@scure/sr25519");

/** The library, or why there is none. */
export const found: Library | { missing: unknown } = await import("@scure/sr25519").catch((missing: unknown) => ({ missing }));
