import { once } from "node:events";
import { createServer } from "node:http";
import { Chutes, OAuth } from "chutes-client";

const server = createServer((request, response) => {
  response.end("You may close this page.");
  server.emit("back", new URL(request.url ?? "/", redirectUri).searchParams);
}).listen(0);
await once(server, "listening");
const redirectUri = `http://localhost:${server.address().port}/callback`;

const app = await new Chutes().oauthApps.create({ name: "reader", redirect_uris: [redirectUri] }); // once for an app
const oauth = new OAuth({ clientId: app.client_id, clientSecret: app.client_secret, redirectUri });
const { url, state, codeVerifier } = await oauth.authorizeUrl(["profile", "account:read"]);
const back = once(server, "back");
void fetch(url); // stands for the user's browser: redirect it there
const [answer] = await back;
server.close();
if (answer.get("state") !== state) throw new Error("not an answer to this sign-in");

const store = (token) => console.log("good until", token.expiresAt); // a refresh token is good once: keep the new one
const token = await oauth.exchange(answer.get("code"), codeVerifier);
const client = new Chutes({ auth: oauth.provider(token, { onToken: store }) }); // renews the token in its last minute
console.log((await client.users.me()).username);
