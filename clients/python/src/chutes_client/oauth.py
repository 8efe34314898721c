"""Signing people in with Chutes: authorize URL with PKCE, tokens, and an auth provider that renews them.

    from chutes_client import Chutes
    from chutes_client.oauth import OAuth, Token

    app = OAuth("cid_…", "csc_…", "https://app.example/callback")
    client = Chutes(auth=app.provider(token, on_token=store))

`OAuth` blocks and goes with `Chutes`; `AsyncOAuth` is the same for asyncio and `AsyncChutes`.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from ._oauth import REFRESH_LEEWAY, Authorization, Token

if TYPE_CHECKING:
    from ._async._oauth import AsyncOAuth
    from ._sync._oauth import OAuth

__all__ = ["REFRESH_LEEWAY", "AsyncOAuth", "Authorization", "OAuth", "Token"]

_LAZY = {"OAuth": "._sync._oauth", "AsyncOAuth": "._async._oauth"}


def __getattr__(name: str) -> Any:
    if name not in _LAZY:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(_LAZY[name], __package__), name)
    globals()[name] = value
    return value
