"""What a user of OpenAI's Python SDK does with Chutes: only the base URL and the key change. Prints one line per step."""

import os

from openai import OpenAI

base = os.environ["BASE_URL"]
client = OpenAI(base_url=f"{base}/llm/v1", api_key=os.environ["API_KEY"])
model = os.environ["MODEL"]
messages = [{"role": "user", "content": "Say hello"}]

answer = client.chat.completions.create(model=model, messages=messages)
print("create", bool(answer.choices[0].message.content))

pieces, usage = [], None
for chunk in client.chat.completions.create(model=model, messages=messages, stream=True):
    if chunk.choices and chunk.choices[0].delta.content:
        pieces.append(chunk.choices[0].delta.content)
    usage = chunk.usage or usage
print("stream", len(pieces) > 1, "".join(pieces) == answer.choices[0].message.content, usage is not None)

raw = client.chat.completions.with_raw_response.create(
    model=model, messages=messages, extra_headers={"X-Mock-Scenario": "capacity-429;count=1"}
)
print("retry", raw.retries_taken)

embeddings = OpenAI(base_url=f"{base}/embed/v1", api_key=os.environ["API_KEY"])
print("embeddings", len(embeddings.embeddings.create(model=os.environ["EMBED_MODEL"], input=["a", "b"]).data))
