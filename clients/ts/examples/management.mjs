import { Chutes } from "chutes-client";

const client = new Chutes();
const page = await client.chutes.list({ limit: 5 }); // one page
console.log(page.total);
for await (const chute of client.chutes.list({ include_public: true })) console.log(chute.name); // all pages
console.log((await client.users.me()).username);
