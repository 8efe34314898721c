"""`chutes-mock`: a local Chutes on one port. Prints `CHUTES_BASE_URL=…` when it is ready; SIGTERM and SIGINT end it cleanly."""

from __future__ import annotations

import argparse
import asyncio
import signal
import sys

from .app import App
from .http import HttpServer
from .options import Options


def parser() -> argparse.ArgumentParser:
    options = argparse.ArgumentParser(prog="chutes-mock", description="A believable local Chutes on one port.")
    options.add_argument("--port", type=int, default=0, help="0 takes a free one (default)")
    options.add_argument("--host", default="127.0.0.1")
    options.add_argument("--token-delay-ms", type=float, default=15, help="time between two tokens of a stream (default 15)")
    options.add_argument("--cold-seconds", type=float, default=2, help="how long a cold chute takes to become hot (default 2)")
    options.add_argument("--build-seconds", type=float, default=2, help="how long the build of an image takes (default 2)")
    options.add_argument("--job-seconds", type=float, default=2, help="how long a job takes (default 2)")
    options.add_argument("--oauth-seconds", type=float, default=3600, help="life of an OAuth access token (default 3600)")
    options.add_argument("--accept-x-api-key", action="store_true", help="take X-API-Key for a credential; the public server ignores it")
    options.add_argument("--strict", action="store_true", help="refuse the forms that the public server refuses (calls by id, /v1/images/generations)")
    options.add_argument("--cors", action="store_true", help="answer browsers of any origin")
    options.add_argument("--print-url", action="store_true", help="print the bare URL instead of CHUTES_BASE_URL=…")
    return options


async def serve(arguments: argparse.Namespace) -> None:
    options = Options(
        token_delay=arguments.token_delay_ms / 1000,
        cold_seconds=arguments.cold_seconds,
        accept_x_api_key=arguments.accept_x_api_key,
        strict=arguments.strict,
        cors=arguments.cors,
        build_seconds=arguments.build_seconds,
        job_seconds=arguments.job_seconds,
        oauth_seconds=arguments.oauth_seconds,
    )
    server = HttpServer(App(options))
    port = await server.start(arguments.host, arguments.port)
    ended = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, ended.set)
    url = f"http://{arguments.host}:{port}"
    print(url if arguments.print_url else f"CHUTES_BASE_URL={url}", flush=True)
    await ended.wait()
    await server.stop()


def main() -> int:
    arguments = parser().parse_args()
    try:
        asyncio.run(serve(arguments))
    except OSError as error:
        print(f"chutes-mock: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
