import { Chutes, ChutesError } from "chutes-client";

const client = new Chutes();
const chute = {
  name: "hello",
  image: "chutes/python:3.12",
  node_selector: { gpu_count: 1, include: ["pro_6000"] },
  tee: true,
  public: false,
  filename: "hello.py",
  ref_str: "hello:chute",
  code: "# what the container runs\n",
  cords: [{ function: "hi", method: "POST", path: "/hi", public_api_path: "/hi", public_api_method: "POST", stream: false }],
};
const made = await client.chutes.deploy(chute).catch((error) => {
  if (!ChutesError.is(error) || error.kind !== "payment_required") throw error;
  console.log(`a first deployment costs ${error.fee} USD`);
  return client.chutes.deploy(chute, { acceptFee: true });
});
console.log(made.status, made.chute.chute_id); // created
console.log((await client.chutes.deploy(chute)).status); // unchanged: the same image and code are not sent again
await client.chutes.waitReady(made.chute.chute_id, { deadlineMs: 300_000, onProgress: ({ status }) => console.log(status) });
