import { Chutes } from "chutes-client";

const client = new Chutes();
const image = await client.images.generate({ model: "FLUX.1-schnell", prompt: "a cat", size: "512x512" });
await image.save(process.env.OUT ?? "cat.jpg");
console.log(image.contentType, image.bytes.length);
