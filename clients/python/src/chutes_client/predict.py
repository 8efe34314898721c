"""Ids and versions as the platform's server makes them: UUIDs of version 5 below the OID namespace (server of 2026-05)."""

from __future__ import annotations

from uuid import NAMESPACE_OID, uuid5

__all__ = ["predict_chute_id", "predict_image_id", "predict_version"]


def predict_chute_id(username: str, name: str) -> str:
    """The id of a chute before it is deployed.

    >>> predict_chute_id("alice", "echo")
    '2bd795c5-af30-5a61-b8c3-08095b855295'
    """
    return str(uuid5(NAMESPACE_OID, f"{username}::chute::{name}"))


def predict_image_id(username: str, name: str, tag: str) -> str:
    """The id of a container image before it is uploaded; case does not matter.

    >>> predict_image_id("Alice", "Tools", "1.0")
    '71ecd188-6526-571e-960f-a516fdcca792'
    """
    return str(uuid5(NAMESPACE_OID, f"{username}/{name}:{tag}".lower()))


def predict_version(image_id: str, patch_version: str, code: str) -> str:
    """The version that deploying this code on this image makes: equal versions need no deployment.

    >>> predict_version(predict_image_id("alice", "tools", "1.0"), "initial", "x = 1")
    'e6082570-c8c6-570b-8c3b-7c737a04988c'
    """
    return str(uuid5(NAMESPACE_OID, f"{image_id}:{patch_version}:{code}"))
