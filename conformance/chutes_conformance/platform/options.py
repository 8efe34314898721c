"""How a platform behaves; each field is an option of `chutes-mock` as well."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass
class Options:
    """Times in seconds."""

    token_delay: float = 0.015
    cold_seconds: float = 2.0
    accept_x_api_key: bool = False
    strict: bool = False
    cors: bool = False
    build_seconds: float = 2.0  # from the upload of an image to "built and pushed"
    job_seconds: float = 2.0  # from the creation of a job to its end
    oauth_seconds: float = 3600.0  # life of an OAuth access token
