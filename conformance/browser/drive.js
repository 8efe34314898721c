// Plays a person who uses the page, in the way that the address asks for, and tells the test what came of it.
import { Chutes, ChutesError } from "chutes-client";

const element = (id) => document.getElementById(id);
const until = async (holds) => {
  while (!holds()) await new Promise((next) => setTimeout(next, 5));
};
const page = () => ({ answer: element("answer").textContent, error: element("error").textContent });
const settings = await (await fetch("settings.json")).json();
const failure = async (call) => {
  try {
    return { value: await call() };
  } catch (error) {
    return { ours: ChutesError.is(error), kind: error.kind, message: error.message };
  }
};
const hi = { model: settings.model, messages: [{ role: "user", content: "hi" }] };

const scenarios = {
  async chat() {
    let pieces = 0;
    new MutationObserver(() => (pieces += 1)).observe(element("answer"), { childList: true, characterData: true, subtree: true });
    element("send").click();
    await until(() => !element("stop").disabled);
    await until(() => element("stop").disabled);
    return { ...page(), pieces };
  },
  async stop() {
    element("send").click();
    await until(() => element("answer").textContent !== "");
    element("stop").click();
    await until(() => element("stop").disabled);
    return page();
  },
  async error() {
    return scenarios.chat();
  },
  async key() {
    const refused = await failure(() => new Chutes({ baseUrl: settings.baseUrl, apiKey: "cpk_page" }));
    const allowed = new Chutes({ baseUrl: settings.baseUrl, apiKey: "cpk_page", allowKeyInBrowser: true });
    const answer = await allowed.chat.completions.create(hi);
    return { refused, text: answer.choices[0].message.content, anonymous: (await new Chutes({ baseUrl: settings.baseUrl, auth: "none" }).models.list()).data.length };
  },
  async more() {
    const client = new Chutes({ baseUrl: settings.baseUrl, apiKey: "cpk_page", allowKeyInBrowser: true });
    const picture = await client.images.generate({ model: settings.image, prompt: "a cat" });
    const shown = new Image();
    shown.src = picture.dataUrl();
    await shown.decode();
    const controller = new AbortController();
    controller.abort();
    return {
      width: shown.naturalWidth,
      aborted: await failure(() => client.chat.completions.create(hi, { signal: controller.signal })),
      late: await failure(() => client.chat.completions.create(hi, { timeoutMs: 1 })),
      file: await failure(() => client.logos.create({ logo: "/a/path.png" })),
      nobody: await failure(() => new Chutes({ baseUrl: settings.nobody, auth: "none", maxRetries: 0 }).models.list()),
    };
  },
};

const result = await failure(scenarios[new URL(location.href).searchParams.get("drive")]);
await fetch("report", { method: "POST", body: JSON.stringify(result) });
