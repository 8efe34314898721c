import { Chutes, imagePart } from "chutes-client";

const client = new Chutes();
const { data } = await client.models.list();
const model = data.find(({ input_modalities: takes }) => takes?.includes("image"))?.id ?? data[0].id;
const picture = await client.images.generate({ model: "FLUX.1-schnell", prompt: "a cat", size: "256x256" });
const completion = await client.chat.completions.create({
  model,
  messages: [{ role: "user", content: [{ type: "text", text: "What is this?" }, await imagePart(picture.bytes)] }],
});
console.log(completion.choices?.[0]?.message?.content);
