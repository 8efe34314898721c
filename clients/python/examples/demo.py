"""The newcomer's demo: everything once, against CHUTES_BASE_URL (the local platform: `chutes-mock`)."""

import os
from pathlib import Path

from chutes_client import Chutes, StreamInterruptedError

client = Chutes()
folder = Path(os.environ.get("DEMO_OUT", "demo-output"))
messages = [{"role": "user", "content": "Say hello to somebody who streams for the first time."}]

# 1. List the chutes that everybody can see.
print("Chutes:")
chutes = 0
for chute in client.chutes.list(include_public=True):
    chutes += 1
    print(f"  {'hot ' if chute.hot else 'cold'}  {chute.user.username if chute.user else '?'}/{chute.name}")

# 2. Stream a chat, token by token.
print("\nChat: ", end="", flush=True)
tokens = 0
with client.chat.completions.stream(model="mock/open-model", messages=messages) as stream:
    for text in stream.text_stream:
        tokens += 1
        print(text, end="", flush=True)
    usage = stream.final().usage
print(f"\n  {tokens} pieces, {usage.total_tokens if usage else '?'} tokens in all")

# 3. Make an image and keep it.
folder.mkdir(parents=True, exist_ok=True)
image = client.images.generate(model="FLUX.1-schnell", prompt="a lighthouse at dusk", size="512x512", seed=7)
path = image.save(folder / f"lighthouse.{'png' if image.content_type == 'image/png' else 'jpg'}")
print(f"\nImage: {path}, {image.content_type}, {len(image.bytes)} bytes")

# 4. Survive a server that fails once: the client tries again by itself.
once = {"X-Mock-Scenario": "engine-503;count=1"}
answer = client.chat.completions.create(model="mock/open-model", messages=messages, extra_headers=once)
retries = answer.response.attempts - 1 if answer.response else 0
print(f"\n503: the answer came after {retries} retry")

# 5. A stream that is cut off is told as such, and what came is kept.
interrupted = "no"
try:
    cut = {"X-Mock-Scenario": "stream-cut"}
    client.chat.completions.stream(model="mock/open-model", messages=messages, extra_headers=cut).final()
except StreamInterruptedError as error:
    interrupted = "yes"
    print(f"\nCut off: {error.message}")
    print(f"  received before: {error.partial.choices[0].message.content!r}")

client.close()
print(
    f"\nDEMO python ok chutes={chutes} tokens={tokens} image={path} bytes={len(image.bytes)} "
    f"retries={retries} interrupted={interrupted}"
)
