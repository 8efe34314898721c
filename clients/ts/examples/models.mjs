import { Chutes, responseOf } from "chutes-client";

const client = new Chutes({ ready: "wait" }); // a cold model is followed until it is hot
const completion = await client.chat.completions.create({
  models: ["no/such-model", process.env.MODEL ?? "deepseek-ai/DeepSeek-V3.2-TEE"],
  messages: [{ role: "user", content: "Name a prime." }],
});
const { model, tried, history } = responseOf(completion);
console.log(model, tried); // the one that answered, and those that could not
console.log(history.map(({ number, status, kind, waitMs }) => `${number}: ${kind ?? status}, then ${waitMs} ms`));
console.log(await client.models.cost(completion)); // { input, output, total } in USD
