"""The chutes, users and images that a fresh platform holds."""

from __future__ import annotations

import hashlib
import uuid

from . import signing
from .state import Chute, Image, Json, State, User, make_chute_id, make_slug, make_version

DAY = 86400.0
TEST_HOTKEY = "5FnoWRL4FYzd29q8zXoY3JWio9PtBPgrAFu2RcgQazRQsiCs"  # of the public test seed, 32 bytes of 0x42
CODE = 'from chutes.chute import Chute\n\nchute = Chute(username="{user}", name="{name}", image="{image}")\n'


def cord(path: str, function: str, *, method: str = "POST", stream: bool = False, kind: str = "application/json", **extra: object) -> Json:
    return {
        "method": "POST",
        "path": f"/{function}",
        "function": function,
        "stream": stream,
        "passthrough": False,
        "public_api_path": path,
        "public_api_method": method,
        "input_schema": {},
        "output_schema": {},
        "output_content_type": kind,
        "minimal_input_schema": {},
        **extra,
    }


JOBS: list[Json] = [
    {"name": "train", "upload": True, "timeout": 3600, "ports": [], "disk_gb": 10},
    {"name": "serve", "upload": False, "timeout": 3600, "ports": [{"name": "web", "port": 8080, "proto": "http", "default": True}], "disk_gb": 10},
]
CHAT_INPUT: Json = {
    "type": "object",
    "required": ["messages"],
    "properties": {
        "messages": {"type": "array", "items": {"type": "object"}},
        "max_tokens": {"type": "integer", "default": 100},
        "temperature": {"type": "number", "default": 0.7},
    },
}
PROMPT_INPUT: Json = {"type": "object", "required": ["prompt"], "properties": {"prompt": {"type": "string"}}}
TEXT_INPUT: Json = {"type": "object", "required": ["text"], "properties": {"text": {"type": "string"}}}


def llm_cords() -> list[Json]:
    through: Json = {"passthrough": True, "minimal_input_schema": CHAT_INPUT}
    return [
        cord("/v1/chat/completions", "chat_stream", stream=True, kind="text/event-stream", **through),
        cord("/v1/chat/completions", "chat", **through),
        cord("/v1/completions", "completion_stream", stream=True, kind="text/event-stream", passthrough=True, minimal_input_schema=PROMPT_INPUT),
        cord("/v1/completions", "completion", passthrough=True, minimal_input_schema=PROMPT_INPUT),
        cord("/tokenize", "tokenize", passthrough=True),
        cord("/detokenize", "detokenize", passthrough=True),
        cord("/v1/models", "get_models", method="GET", passthrough=True),
    ]


def demo_cords() -> list[Json]:
    return [
        cord("/echo", "echo", minimal_input_schema=TEXT_INPUT),
        cord("/health", "health", method="GET"),
        cord("/stream", "stream", stream=True, kind="text/event-stream", minimal_input_schema=TEXT_INPUT),
        cord("/picture", "picture", kind="image/png", minimal_input_schema=TEXT_INPUT),
        cord("/speak", "speak", kind="audio/wav", minimal_input_schema=TEXT_INPUT),
    ]


def cords_for(template: str | None) -> list[Json]:
    if template == "vllm":
        return llm_cords()
    if template == "diffusion":
        return [cord("/generate", "generate", kind="image/jpeg", minimal_input_schema=PROMPT_INPUT)]
    if template in ("embedding", "tei"):
        return [cord("/v1/embeddings", "embed", passthrough=True)]
    return demo_cords()


def tokens_price(prompt: float, completion: float) -> Json:
    def both(usd: float) -> Json:
        return {"usd": usd, "tao": usd / 400}

    return {"per_million_tokens": {"input": both(prompt), "output": both(completion), "input_cache_read": both(prompt / 2)}}


def add_user(state: State, username: str, balance: float) -> User:
    user = User(str(uuid.uuid5(uuid.NAMESPACE_OID, username)), username, balance, state.started - 400 * DAY)
    user.hotkey, user.coldkey = signing.invented(f"{username} hotkey"), signing.invented(f"{username} coldkey")
    user.fingerprint_hash = hashlib.blake2b(f"{username}-fingerprint".encode()).hexdigest()
    state.users[user.user_id] = user
    return user


def add_image(state: State, user: User, name: str, tag: str, public: bool) -> Image:
    image = Image(str(uuid.uuid5(uuid.NAMESPACE_OID, f"{user.username}/{name}:{tag}".lower())), user, name, tag, public, state.started - 200 * DAY)
    state.images[image.image_id] = image
    return image


def add_chute(state: State, user: User, name: str, image: Image, template: str | None, **extra: object) -> Chute:
    chute_id = make_chute_id(user.username, name)
    code = CODE.format(user=user.username, name=name, image=f"{image.user.username}/{image.name}:{image.tag}")
    chute = Chute(
        chute_id,
        user,
        name,
        make_slug(state, user.username, name, chute_id),
        image,
        code,
        "chute.py",
        "chute:chute",
        make_version(image, code),
        state.started - (90 - len(state.chutes)) * DAY,
        state.started - (30 - len(state.chutes)) * DAY,
        standard_template=template,
        cords=cords_for(template),
        node_selector={"gpu_count": 1, "min_vram_gb_per_gpu": 80, "include": None, "exclude": None, "dynamic": False},
        cold_seconds=state.cold_seconds,
    )
    for key, value in extra.items():
        setattr(chute, key, value)
    state.chutes[chute_id] = chute
    return chute


def seed(state: State) -> None:
    """Fills an empty state. Counts of calls are fixed, so that the order of lists is too."""
    chutes, bob, demo = add_user(state, "chutes", 1000.0), add_user(state, "bob", 12.5), add_user(state, "demo", 100.0)
    demo.hotkey = TEST_HOTKEY
    bob.quota, chutes.permissions = 0, 1 << 4
    add_user(state, "carol", 40.0).quota = 2001
    vllm = add_image(state, chutes, "vllm", "0.11.1", True)
    sglang = add_image(state, chutes, "sglang", "0.5.5", True)
    diffusion = add_image(state, chutes, "diffusion", "0.35.2", True)
    python = add_image(state, chutes, "python", "3.12", True)
    add_image(state, demo, "tools", "1.0", False)
    add_image(state, bob, "private", "1.0", False)
    eight = {"gpu_count": 8, "min_vram_gb_per_gpu": 140, "include": None, "exclude": None, "dynamic": False}
    add_chute(state, chutes, "deepseek-ai/DeepSeek-V3.2-TEE", vllm, "vllm", public=True, invocation_count=981234, node_selector=eight,
              tagline="A large open mixture-of-experts chat model", price=tokens_price(0.25, 0.38), concurrency=64, boost=1.5)  # fmt: skip
    add_chute(state, chutes, "Qwen/Qwen3-32B-TEE", sglang, "vllm", public=True, invocation_count=412900, concurrency=64,
              tagline="A mid-sized chat model that can reason", price=tokens_price(0.08, 0.24))  # fmt: skip
    add_chute(state, chutes, "mock/open-model", vllm, "vllm", public=True, invocation_count=90210, concurrency=32, tee=False,
              tagline="Answers to anything, and breaks on request", price=tokens_price(0.01, 0.02))  # fmt: skip
    add_chute(state, chutes, "mock/cold-model", vllm, "vllm", public=True, invocation_count=77, hot_at=None, price=tokens_price(0.01, 0.02),
              tagline="Cold until somebody asks for it")  # fmt: skip
    add_chute(state, chutes, "FLUX.1-schnell", diffusion, "diffusion", public=True, invocation_count=51234, tagline="Fast pictures from words",
              price={"per_step": {"usd": 0.00167, "tao": 0.0000042}})  # fmt: skip
    add_chute(state, chutes, "Qwen/Qwen3-Embedding-8B-TEE", vllm, "embedding", public=True, invocation_count=40100, price=tokens_price(0.01, 0),
              tagline="Text embeddings")  # fmt: skip
    speak = cord("/speak", "speak", kind="audio/wav", minimal_input_schema=TEXT_INPUT)
    add_chute(state, chutes, "kokoro", python, None, public=True, invocation_count=30500, tagline="Text to speech", tee=False, cords=[speak])
    add_chute(state, chutes, "affine-seven", vllm, "vllm", public=True, invocation_count=900, immutable=True, tagline="An entry of the affine subnet")
    disabled = add_chute(state, chutes, "mock/disabled-model", vllm, "vllm", public=True, invocation_count=3, tagline="Disabled by its owner")
    disabled.disabled = True
    add_chute(state, demo, "echo", python, None, invocation_count=12, tagline="A private chute with one cord of each kind")
    add_chute(state, demo, "cold-echo", python, None, invocation_count=1, hot_at=None, tagline="A private chute that starts cold")
    add_chute(state, demo, "worker", python, None, cords=[], jobs=JOBS, tagline="A private chute with a job that leaves files and one with a port")
    add_chute(state, bob, "secret", python, None, invocation_count=5, tagline="Somebody else's private chute")
