"""A chute as one writes it for the platform of today: its own image, one GPU of the kind that is allowed, in a trusted environment."""

from chutes.chute import Chute, NodeSelector
from chutes.image import Image
from pydantic import BaseModel, Field

image = Image(username="demo", name="sample", tag="1.0", readme="Made for the sample.").from_base("parachutes/python:3.12").run_command("pip install pydantic")
chute = Chute(
    username="demo",
    name="cdk-sample",
    tagline="Repeats what it is told",
    readme="## Sample\n\nDeployed from the official CDK: é.",
    image=image,
    node_selector=NodeSelector(gpu_count=1, include=["pro_6000"]),
    concurrency=4,
    shutdown_after_seconds=900,
    tee=True,
)


class Words(BaseModel):
    text: str = Field(..., description="What to say")
    times: int = Field(1, ge=1, le=9)


@chute.cord(public_api_path="/repeat", minimal_input_schema=Words)
async def repeat(self, words: Words) -> dict:
    return {"text": " ".join([words.text] * words.times)}


@chute.cord(public_api_path="/shout", stream=True, output_content_type="text/event-stream")
async def shout(self, words: Words):
    for _ in range(words.times):
        yield f"data: {words.text.upper()}\n\n"
