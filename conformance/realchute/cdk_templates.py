"""A chute of each of the kit's templates, in the pack that the template returns."""

from chutes.chute import NodeSelector
from chutes.chute.template.diffusion import build_diffusion_chute
from chutes.chute.template.embedding import build_embedding_chute
from chutes.chute.template.sglang import build_sglang_chute
from chutes.chute.template.vllm import build_vllm_chute

COMMIT = "0123456789abcdef0123456789abcdef01234567"
gpu = NodeSelector(gpu_count=1, include=["pro_6000"])
vllm = build_vllm_chute(
    username="demo", model_name="mock/vllm", node_selector=gpu, revision=COMMIT, engine_args="--max-model-len 4096", concurrency=16, tee=True
)
sglang = build_sglang_chute(username="demo", model_name="mock/sglang", node_selector=gpu, revision=COMMIT, tee=True)
diffusion = build_diffusion_chute(username="demo", name="mock-diffusion", model_name_or_url="mock/diffusion", node_selector=gpu, revision=COMMIT, tee=True)
embedding = build_embedding_chute(username="demo", model_name="mock/embedding", node_selector=gpu, revision=COMMIT, tee=True)
