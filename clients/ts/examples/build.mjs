import { Chutes } from "chutes-client";

const client = new Chutes();
const image = await client.containerImages.build(
  { name: "hello", tag: "1.0", dockerfile: "FROM parachutes/python:3.12\nCOPY app.py .\n", context: process.env.CONTEXT ?? "context.zip" },
  { onLog: ({ log }) => console.log(log) },
);
console.log(image.image_id, image.status); // built and pushed
