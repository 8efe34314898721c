"""Ways to sign requests, for the `auth=` option of a client."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ._auth import Auth, anonymous, bearer, from_provider, x_api_key

if TYPE_CHECKING:
    from .hotkey import Hotkey

__all__ = ["Auth", "anonymous", "bearer", "from_provider", "hotkey", "x_api_key"]


def hotkey(key: Hotkey) -> Auth:
    """Three `X-Chutes-*` headers, signed anew for each attempt (needs the extra `hotkey`).

    A GET or DELETE that the server cannot verify raises `ConfigError` before it is sent; an API key serves all operations.
    """
    from .hotkey import HotkeyAuth

    return HotkeyAuth(key)
