# Made from _async/_foreign.py by scripts/unasync.py. Do not edit.
"""The way through httpx: clients and transports of the caller's own, and proxies. Without them httpx is not even imported."""

from __future__ import annotations

import ssl
from typing import Any

import httpx

from .._errors import ConfigError
from .._request import Request
from .._transport import Exchange
from ._backend import Reply


def proxied(context: ssl.SSLContext, max_connections: int, keepalive_expiry: float, http2: bool) -> httpx.Client:
    """A client that goes through the proxies of the environment."""
    limits = httpx.Limits(
        max_connections=max_connections, max_keepalive_connections=max_connections, keepalive_expiry=keepalive_expiry
    )
    try:
        return httpx.Client(verify=context, limits=limits, http2=http2)
    except (ValueError, ImportError, httpx.InvalidURL):  # their texts show the URL, and with it a password
        names = "HTTP_PROXY, HTTPS_PROXY or ALL_PROXY"
        raise ConfigError(f"the proxy in {names} cannot be used: http://host:port or, with httpx[socks], socks5://…") from None


def send_by(client: httpx.Client | httpx.BaseTransport, request: Request, exchange: Exchange) -> Reply:
    """Sends a request by httpx. A transport is asked itself: a client around it would cost 0.1 ms a call for nothing."""
    content = request.content
    extensions: dict[str, Any] = {"timeout": exchange.timeouts()}
    if request.url.startswith("https:"):
        extensions["trace"] = Tunnel(exchange, request.url).trace
    whole = content if content is None or isinstance(content, bytes) else None
    made = httpx.Request(request.method, request.url, headers=request.headers, content=whole, extensions=extensions)
    if content is not None and not isinstance(content, bytes):
        made.stream = content  # after httpx has added Host; the length is among the headers
    if isinstance(client, httpx.BaseTransport):
        response = client.handle_request(made)
    else:
        response = client.send(made, stream=True, follow_redirects=False, auth=None)
    body: Any = response.stream
    return Reply(response.status_code, response.headers.raw, body, response.extensions.get("network_stream"))


class Tunnel:
    """Told by httpcore's trace how a new connection to an https host comes about, maybe by a proxy."""

    def __init__(self, exchange: Exchange, url: str) -> None:
        self._exchange, self._host = exchange, httpx.URL(url).raw_host

    def trace(self, event: str, info: dict[str, Any]) -> None:
        if event == "connection.connect_tcp.complete":
            self._exchange.open_tunnel(True)
        elif event.endswith(".start_tls.started") and str(info.get("server_hostname")).encode() == self._host:
            self._exchange.open_tunnel(False)
