import assert from "node:assert/strict";
import { Chutes } from "chutes-client";
import { scripted, VirtualClock } from "chutes-client/testing";

const chunk = (content, finish_reason = null) => ({ id: "1", choices: [{ index: 0, delta: { content }, finish_reason }] });
const transport = scripted([{ status: 503, json: { detail: "busy" } }, { events: [chunk("Hel"), chunk("lo", "stop")] }]);
const clock = new VirtualClock({ random: 0 });
const client = new Chutes({ apiKey: "cpk_test", transport, seam: clock }); // no network, no waiting

const stream = await client.chat.completions.stream({ model: "any", messages: [{ role: "user", content: "Hi" }] });
assert.equal((await stream.final()).choices?.[0]?.message?.content, "Hello");
assert.deepEqual(clock.sleeps, [250]);
assert.equal(transport.requests[1].body.model, "any");
console.log(transport.requests.length);
