import { Chutes, ChutesError } from "chutes-client";
import { Hotkey, hotkey } from "chutes-client/hotkey";

const key = Hotkey.fromConfig(); // the file of the official CDK; or Hotkey.fromSeed("64 hexadecimal digits")
const client = new Chutes({ auth: hotkey(key) });
console.log((await client.users.me()).username, key.address);
try {
  await client.users.quotas();
} catch (error) {
  if (!ChutesError.is(error)) throw error;
  console.log(error.kind, error.message); // config: what the server would not verify is not sent
}
