"""A believable local Chutes on one port, made of the standard library alone.

    from chutes_conformance.platform import Platform
    with Platform() as platform:
        print(platform.base_url)  # what CHUTES_BASE_URL takes
"""

from .runner import Options, Platform

__all__ = ["Options", "Platform"]
