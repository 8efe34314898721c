"""Building a container image: upload, log, final image."""

from __future__ import annotations

from collections.abc import Callable

from ..._config import OMIT, check_duration
from ..._errors import APITimeoutError, StreamError, StreamInterruptedError
from ..._helpers import POLL_INTERVAL, Until, look_ups
from ..._lines import RESUME_ATTEMPTS
from ..._multipart import File, FileInput
from ..._params import Options
from ..._retry import backoff
from ...management import BuildLogEvent, ContainerImage
from .._platform import sleep
from ..management.container_images import AsyncContainerImagesApi

BUILT = "built and pushed"
EMPTY_ZIP = b"PK\x05\x06" + bytes(18)
NO_PICKLE = "gAROLg=="
"""The pickle of None in base64: the server stores this part and does nothing with it."""
OnLog = Callable[[BuildLogEvent], None]


class AsyncContainerImagesResource(AsyncContainerImagesApi):
    """Images that chutes run in."""

    async def build(
        self,
        *,
        name: str,
        tag: str,
        dockerfile: str,
        context: FileInput | None = None,
        readme: str | None = None,
        logo_id: str | None = None,
        public: bool = False,
        username: str | None = None,
        image: str = NO_PICKLE,
        on_log: OnLog | None = None,
        wait: bool = True,
        timeout: float | None = None,
        options: Options | None = None,
    ) -> ContainerImage:
        """Uploads a build, follows its log, and returns the finished image.

        Args:
            name, tag: of the image; an image of that name and tag is a conflict.
            dockerfile: text of the Dockerfile.
            context: a zip with everything it copies: bytes, a path, or an open file; default: an empty one.
            readme: text about it in Markdown; default: its name and tag, since the server refuses an empty one.
            logo_id, public: about the image.
            username: your own name; default: asked for.
            image: the CDK's own image object as a base64 pickle, which other tools cannot make; the server only stores it.
            on_log: called with each record of the log.
            wait: False returns as soon as the upload is accepted.
            timeout: seconds to wait for the build at most; default: no limit.
            options: `timeout`, `max_retries` and the like for every request; `extra_headers` and `extra_query` go with the upload
                alone.

        Raises:
            StreamError: with the build's own words, if it fails.
            ConflictError: if the image exists.
            APITimeoutError: after `timeout`; the build goes on, see `wait_built`.
            ChutesError: what the server refused, or the connection did. The upload is never sent twice by itself.

        Example:
            >>> image = await client.container_images.build(name="docs", tag="1.0", dockerfile="FROM parachutes/python:3.12")
            >>> image.status
            'built and pushed'
        """
        check_duration(timeout, "timeout")
        if username is None:
            username = (await self._client.users.me(**look_ups(options))).username or ""
        content = context if isinstance(context, File) else File(EMPTY_ZIP if context is None else context, None, "application/zip")
        if content.filename is None:
            content = File(content.source, "chutes.zip", content.content_type)
        made = await self.create(
            wait=False, build_context=content, username=username, name=name, readme=readme or f"{name}:{tag}",
            logo_id=logo_id or "__none__", tag=tag, dockerfile=dockerfile, image=image, public=public, **(options or {}),
        )  # fmt: skip
        if not wait:
            return made
        return await self.wait_built(made.image_id, on_log=on_log, timeout=timeout, options=look_ups(options))

    async def wait_built(
        self,
        image_id: str,
        *,
        offset: str | None = None,
        on_log: OnLog | None = None,
        timeout: float | None = None,
        options: Options | None = None,
    ) -> ContainerImage:
        """Follows the log of a build to its end and returns the finished image.

        A log that breaks goes on after its last offset; five breaks in a row without a new record are given up.

        Args:
            image_id: id of the image.
            offset: where to begin in the log.
            on_log: called with each record.
            timeout: seconds to wait at most; default: no limit.
            options: `timeout`, `extra_headers` and the other options of a call, for every request.

        Raises:
            StreamError: with the build's own words, if it failed.
            APITimeoutError: after `timeout`.
            ChutesError: what the server refused, or the connection did.

        Example:
            >>> text = "FROM parachutes/python:3.12"
            >>> begun = await client.container_images.build(name="docs", tag="1.1", dockerfile=text, wait=False)
            >>> (await client.container_images.wait_built(begun.image_id, timeout=1800)).status
            'built and pushed'
        """
        until = Until(self._client._config, timeout, options)
        await self._follow(image_id, offset, on_log or (lambda _: None), until)
        while True:
            with until.asking(_late):
                image = await self.get(image_id, **until.question())
            status = image.status or ""
            if status.startswith("error"):
                raise StreamError(f"the build failed: {status.partition(':')[2].strip() or status}")
            if status == BUILT:
                return image
            if until.over:
                raise _late()
            await sleep(self._client._config.seam, until.at_most(POLL_INTERVAL))

    async def _follow(self, image_id: str, offset: str | None, tell: OnLog, until: Until) -> None:
        seam = self._client._config.seam
        failures = heard = 0
        while True:
            known, told = heard, 0
            try:
                async with await self.logs(image_id, offset=offset or OMIT, **until.stream()) as log:
                    async for record in log:
                        failures, offset = 0, record.offset or offset
                        told += (record.log or "").removesuffix("\n").count("\n") + 1
                        if record.offset is None and told <= known:
                            continue  # a finished log comes as a whole, whatever was heard of it before
                        heard = max(heard, told if record.offset is None else known + told)
                        tell(record)
                return
            except StreamInterruptedError as error:
                failures += 1
                if failures > RESUME_ATTEMPTS:
                    raise
                if until.over:
                    raise _late() from error
                await sleep(seam, until.at_most(backoff(failures - 1, error.kind, seam.random())))
            except APITimeoutError:
                if until.over:
                    raise _late() from None
                raise


def _late() -> APITimeoutError:
    return APITimeoutError("the build did not end in time; it goes on, see wait_built")
