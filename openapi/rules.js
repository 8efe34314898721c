// A rule of our own: every operation says how the clients offer it.
module.exports = () => ({
  id: "sdk",
  rules: {
    oas3: {
      "operation-x-sdk": () => ({
        Operation(operation, { report, location }) {
          const sdk = operation["x-sdk"];
          const offered = sdk && (sdk.layer === "invocation" || (sdk.resource && sdk.method));
          if (!offered) report({ message: "every operation needs `x-sdk` with `resource` and `method`, or `layer: invocation`", location });
        },
      }),
    },
  },
});
