/** What a typed client is for: tsc refuses each line that is marked, and no other. */
import type { RealChute } from "../real_chute.js";

export async function wrong(real: RealChute): Promise<void> {
  real.generate(); // wrong: the prompt is missing
  real.generate({ prompt: 1 }); // wrong: a number
  real.generate({ prompt: "x", max_tokens: "2" }); // wrong: a text
  real.generate({ prompt: "x", stepps: 3 }); // wrong: no such field
  real.echo("x"); // wrong: no object
  (await real.generate({ prompt: "x" })).tokens; // wrong: no such field of the answer
  real.innerEcho({}); // wrong: no such cord
  (await real.generate({ prompt: "x", max_tokens: 2 })).tokens_used.toFixed();
}
