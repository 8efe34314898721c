"""A chute of jobs alone: ports, a time limit, files to hand out, and a shell."""

from chutes.chute import Chute, NodeSelector
from chutes.chute.job import Port

chute = Chute(
    username="demo", name="cdk-jobs", image="chutes/python:3.12", node_selector=NodeSelector(gpu_count=1, include=["pro_6000"]), tee=True
)


@chute.job(ports=[Port(name="web", port=8080, proto="http"), Port(name="game", port=9090, proto="udp")], timeout=3600)
async def train(self, **job_data):
    return {"status": "completed"}


@chute.job(ssh=True, upload=False)
async def rent(self, **job_data):
    return {}
