"""GPUs of the platform: how many, whose, which kinds, and which of them a model needs."""

from __future__ import annotations

import hashlib
import math

from . import signing
from .http import HttpError
from .routes import Context, route
from .state import GPUS, Chute, Json, State, naive, supported_gpus
from .validate import Field

MINERS = 3
QUERY: dict[str, Field] = {"model": Field("string"), "detailed": Field("boolean", default=False), "hotkey": Field("string")}
BILLIONS = {"deepseek-ai/DeepSeek-V3.2-TEE": 671, "Qwen/Qwen3-32B-TEE": 32, "mock/open-model": 8, "mock/cold-model": 8}


def inventory(state: State) -> dict[str, Json]:
    """By hotkey: the GPUs that run an instance, and a few idle ones of each kind."""
    miners: dict[str, Json] = {signing.invented(f"miner {number}"): {"provisioned": [], "idle": {}} for number in range(MINERS)}
    hotkeys = list(miners)
    for chute in state.chutes.values():
        gpu = (supported_gpus(chute.node_selector) or ["h200"])[0]
        for number, instance in enumerate(state.instances(chute)):
            miner = miners[hotkeys[(len(chute.name) + number) % MINERS]]
            miner["provisioned"] += [busy(chute, gpu, instance)] * int(chute.node_selector.get("gpu_count") or 1)
    for index, gpu in enumerate(GPUS):
        miners[hotkeys[index % MINERS]]["idle"][gpu] = 1 + index * 5 % 7
    size = {hotkey: len(miner["provisioned"]) + sum(miner["idle"].values()) for hotkey, miner in miners.items()}
    return {hotkey: miners[hotkey] for hotkey in sorted(miners, key=lambda hotkey: -size[hotkey])}


def busy(chute: Chute, gpu: str, instance: Json) -> Json:
    return {
        "gpu": gpu,
        "server_id": hashlib.sha256(instance["instance_id"].encode()).hexdigest()[:32],
        "chute": {
            "username": chute.user.username if chute.public else None,
            "name": chute.name if chute.public else "[private chute]",
            "chute_id": chute.chute_id,
            "created_at": naive(chute.updated_at),
            "verified": instance["verified"],
            "activated_at": naive(chute.updated_at + 95),
            "instance_id": instance["instance_id"],
            "bounty": False,
        },
    }


@route("GET /nodes/", auth="public")
def nodes(ctx: Context) -> Json:
    """Counts by GPU; miner by miner with `detailed`, where `hotkey` counts too."""
    query, miners = ctx.query(QUERY), inventory(ctx.state)
    if query["detailed"]:
        return {hotkey: miner for hotkey, miner in miners.items() if query["hotkey"] in (None, "", hotkey)}
    found: dict[str, Json] = {}
    for miner in miners.values():
        for node in miner["provisioned"]:
            found.setdefault(node["gpu"], {"provisioned": 0, "idle": 0})["provisioned"] += 1
        for gpu, count in miner["idle"].items():
            found.setdefault(gpu, {"provisioned": 0, "idle": 0})["idle"] += count
    return found


@route("GET /nodes/supported", auth="public")
def supported(ctx: Context) -> Json:
    return {
        gpu: {"model_name_check": gpu.replace("_", " ").upper(), "memory": memory, "sxm": gpu.endswith("sxm"), "ecc": memory > 24, "hourly_rate": rate}
        for gpu, (memory, rate) in GPUS.items()
    }


@route("GET /guess/vllm_config", auth="public")
def vllm_config(ctx: Context) -> Json:
    """A guess for the models that are known here; no repository is asked."""
    model = ctx.query({"model": Field("string", required=True, nullable=False)})["model"]
    if model not in BILLIONS:
        raise HttpError(404, f"Could not fetch config.json for {model}")
    size = math.ceil(BILLIONS[model] * 2e9 / 1024**3)  # GiB at two bytes a parameter
    vram = size * 1.2
    count = next((count for count in (1, 2, 4, 8) if vram / count <= 140), None)
    if count is None:
        raise HttpError(400, f"Model requires {vram:.0f}GB VRAM, which exceeds the maximum of 8 GPUs")
    return {
        "total_model_size": size,
        "required_gpus": count,
        "min_vram_per_gpu": max(16, math.ceil(vram / count)),
        "model_type": "qwen3" if model.startswith("Qwen") else "llama",
        "quantization": None,
        "num_attention_heads": 64,
        "num_key_value_heads": 8,
        "hidden_size": 5120,
        "num_layers": 64,
    }
