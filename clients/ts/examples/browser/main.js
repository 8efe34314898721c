// A page that streams a chat, stops it, and shows what went wrong. The key stays on your server, which hands out short-lived tokens.
import { Chutes, ChutesError, fromProvider } from "chutes-client";

const settings = await (await fetch("settings.json")).json(); // { baseUrl, model }
const token = async () => (await fetch("token")).text();
const client = new Chutes({ baseUrl: settings.baseUrl, auth: fromProvider(token) });

const element = (id) => document.getElementById(id);
let running;

element("form").addEventListener("submit", async (event) => {
  event.preventDefault();
  running = new AbortController();
  element("answer").textContent = element("error").textContent = "";
  element("send").disabled = !(element("stop").disabled = false);
  try {
    const messages = [{ role: "user", content: element("prompt").value }];
    const stream = await client.chat.completions.stream({ model: settings.model, messages }, { signal: running.signal });
    for await (const text of stream.textStream) element("answer").textContent += text;
  } catch (error) {
    if (!ChutesError.is(error)) throw error;
    element("error").textContent = error.kind === "cancelled" ? "Stopped." : `${error.kind}: ${error.message}`;
  } finally {
    element("send").disabled = !(element("stop").disabled = true);
  }
});
element("stop").addEventListener("click", () => running?.abort());
