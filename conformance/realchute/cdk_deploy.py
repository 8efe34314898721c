"""Runs in the kit's own environment: builds the image of `cdk_sample.py` and deploys its chute, as a person with both packages would.

    python cdk_deploy.py BASE_URL        # the key is CHUTES_API_KEY; prints what became of each step as JSON
"""

from __future__ import annotations

import asyncio
import base64
import json
import pickle
import sys
from typing import Any

from chutes_client import AsyncChutes, Chutes, PaymentRequiredError
from chutes_client.cdk import load_chute

SAMPLE = "cdk_sample:chute"


def deploy(base_url: str) -> dict[str, Any]:
    with Chutes(base_url=base_url) as client:
        from cdk_sample import image

        made = client.container_images.build(
            name=image.name, tag=image.tag, dockerfile=str(image), readme=image.readme, image=base64.b64encode(pickle.dumps(image)).decode()
        )
        try:
            client.chutes.deploy(from_cdk=SAMPLE)
            fee = None
        except PaymentRequiredError as error:
            fee = error.fee
        first = client.chutes.deploy(from_cdk=SAMPLE, accept_fee=True)
        second = client.chutes.deploy(from_cdk=SAMPLE, accept_fee=True)
        by_form = client.chutes.deploy(load_chute(SAMPLE))
        code = client.chutes.code(first.chute.chute_id)
    return {
        "image": [made.image_id, image.uid, made.status],
        "fee": fee,
        "statuses": [first.status, second.status, by_form.status, *asyncio.run(others(base_url))],
        "ids": [first.chute.chute_id, second.chute.chute_id],
        "code": code,
    }


async def others(base_url: str) -> list[str]:
    """The asynchronous half, and changes beside what the file says."""
    async with AsyncChutes(base_url=base_url) as client:
        again = await client.chutes.deploy(from_cdk=SAMPLE)
        jobs = await client.chutes.deploy(from_cdk="cdk_jobs:chute", accept_fee=True, tool_description="Trains", name="cdk-jobs-renamed")
        assert jobs.chute.name == "cdk-jobs-renamed"
        return [again.status, jobs.status]


if __name__ == "__main__":
    print(json.dumps(deploy(sys.argv[1])))
