import { Chutes, ChutesError } from "chutes-client";

const client = new Chutes();
const echo = client.chute("demo/echo");
for (const { name, method, path, stream } of await echo.cords()) console.log(name, method, path, stream);
console.log(await echo.call("echo", { text: "hi" })); // by the name of its cord
try {
  await echo.call("ecko");
} catch (error) {
  if (!ChutesError.is(error)) throw error;
  console.log(error.kind, error.message); // config, before anything is sent; so are arguments that do not fit the cord's schema
}
const trace = await echo.trace("echo", { text: "hi" });
console.log(trace.result, trace.timeline());
