import { Chutes } from "chutes-client";

const client = new Chutes();
const echo = client.chute("demo/echo"); // id, user/name, slug, host or URL
console.log(await echo.call("/echo", { text: "hi" }));
for await (const event of await echo.stream("/stream", { text: "hi", n: 2 })) console.log(event.data);
