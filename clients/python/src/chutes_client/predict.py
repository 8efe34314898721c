"""Ids and versions as the platform's server makes them: UUIDs of version 5 below the OID namespace (server of 2026-05)."""

from __future__ import annotations

from uuid import NAMESPACE_OID, uuid5

__all__ = ["predict_chute_id", "predict_image_id", "predict_version"]


def predict_chute_id(username: str, name: str) -> str:
    """The id of a chute before it is deployed.

    >>> predict_chute_id("alice", "echo") == predict_chute_id("alice", "echo")
    True
    """
    return str(uuid5(NAMESPACE_OID, f"{username}::chute::{name}"))


def predict_image_id(username: str, name: str, tag: str) -> str:
    """The id of a container image before it is uploaded; case does not matter."""
    return str(uuid5(NAMESPACE_OID, f"{username}/{name}:{tag}".lower()))


def predict_version(image_id: str, patch_version: str, code: str) -> str:
    """The version that deploying this code on this image makes: equal versions need no deployment."""
    return str(uuid5(NAMESPACE_OID, f"{image_id}:{patch_version}:{code}"))
