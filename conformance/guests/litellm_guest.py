"""What a user of LiteLLM does with Chutes: the `chutes/` prefix, a base URL for the local platform, the key. One line per step."""

import os

os.environ["LITELLM_LOCAL_MODEL_COST_MAP"] = "True"  # or it looks for a price list on the network

import litellm  # noqa: E402

litellm.suppress_debug_info = True
base = os.environ["BASE_URL"]
common = {
    "model": "chutes/" + os.environ["MODEL"],
    "messages": [{"role": "user", "content": "Say hello"}],
    "api_base": f"{base}/llm/v1",
    "api_key": os.environ["API_KEY"],
}

answer = litellm.completion(**common)
print("create", bool(answer.choices[0].message.content))

pieces = []
for chunk in litellm.completion(**common, stream=True):
    if chunk.choices and chunk.choices[0].delta.content:
        pieces.append(chunk.choices[0].delta.content)
print("stream", len(pieces) > 1, "".join(pieces) == answer.choices[0].message.content)

answer = litellm.completion(**common, num_retries=2, extra_headers={"X-Mock-Scenario": "capacity-429;count=1"})
print("retry", bool(answer.choices[0].message.content))
