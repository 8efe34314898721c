import { join } from "node:path";
import { Chutes } from "chutes-client";

const client = new Chutes();
const sound = await client.audio.speech("chutes/kokoro", "Hello!"); // bytes and type
console.log(sound.contentType, sound.bytes.length);
const to = join(process.env.DEMO_OUT ?? ".", "hello.wav");
await client.audio.speech("chutes/kokoro", "Hello!", { to, onProgress: (received, total) => console.log(received, total) }); // to a file
