"""Speech, transcriptions, music and films, which are cords of chutes like any others."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, overload

from ..._config import CallOptions
from ..._download import OnProgress
from ..._errors import ChutesError
from ..._journey import info_of, reading
from ..._media import Segment, encoded, given, read_media, read_segments
from ..._results import Binary, Items
from ...content import Source, image_base64
from .chute import AsyncChute

if TYPE_CHECKING:
    from .._client import AsyncChutes


class _Media:
    def __init__(self, client: AsyncChutes) -> None:
        self._client = client

    def _handle(self, chute: str | AsyncChute) -> AsyncChute:
        return chute if isinstance(chute, AsyncChute) else self._client.chute(chute)

    async def _fetch(
        self,
        chute: str | AsyncChute,
        path: str,
        body: Mapping[str, Any],
        to: str | os.PathLike[str] | None,
        on_progress: OnProgress | None,
        options: CallOptions | None,
    ) -> Any:
        handle = self._handle(chute)
        if to is not None:
            return await handle.download(path, to, args=body, on_progress=on_progress, options=options)
        call = await handle._cord(path, None, body, {}, True, False, options)
        answer = await handle.patient(call, options)
        with reading(answer):
            data = await self._client._body(answer)
            try:
                return read_media(data, info_of(answer))
            except ChutesError as error:
                raise self._client._executor.own(error, answer.request.journey) from None


class AsyncAudio(_Media):
    """`client.audio`: speech, transcriptions and music."""

    @overload
    async def speech(
        self,
        chute: str | AsyncChute,
        text: str,
        *,
        voice: str | None = None,
        speed: float | None = None,
        to: None = None,
        options: CallOptions | None = None,
        **args: Any,
    ) -> Binary: ...

    @overload
    async def speech(
        self,
        chute: str | AsyncChute,
        text: str,
        *,
        voice: str | None = None,
        speed: float | None = None,
        to: str | os.PathLike[str],
        on_progress: OnProgress | None = None,
        options: CallOptions | None = None,
        **args: Any,
    ) -> Path: ...

    async def speech(
        self,
        chute: str | AsyncChute,
        text: str,
        *,
        voice: str | None = None,
        speed: float | None = None,
        to: str | os.PathLike[str] | None = None,
        on_progress: OnProgress | None = None,
        options: CallOptions | None = None,
        **args: Any,
    ) -> Any:
        """Speaks a text: `POST /speak`.

        Args:
            chute: a reference as `client.chute` takes it, or such a handle.
            text: what is said.
            voice: one of the chute's voices.
            speed: 1 is ordinary.
            to: a file or folder that the sound is streamed into, instead of memory.
            on_progress: called with the bytes received and the bytes in all or None, where `to` is given.
            options: time-outs, retries and extras of this call.
            **args: further arguments of the chute.

        Returns:
            The sound with its content type, or the path that was written.

        Raises:
            UnexpectedResponseError: if no bytes came, with the server's text.
            ChutesError: what the chute or the platform refused.

        Example:
            >>> sound = await client.audio.speech("demo/echo", "hello")
            >>> sound.content_type, len(sound.bytes) > 44
            ('audio/wav', True)
        """
        body = {"text": text, **given(voice=voice, speed=speed), **args}
        return await self._fetch(chute, "/speak", body, to, on_progress, options)

    async def transcribe(
        self,
        chute: str | AsyncChute,
        audio: Source,
        *,
        language: str | None = None,
        options: CallOptions | None = None,
        **args: Any,
    ) -> Items[Segment]:
        """Writes down what is said: `POST /transcribe`.

        Args:
            chute: a reference as `client.chute` takes it, or such a handle.
            audio: bytes, a path, or a base64 data URL.
            language: such as `"en"`; default: the chute finds out.
            options: time-outs, retries and extras of this call.
            **args: further arguments of the chute.

        Raises:
            ConfigError: for a file that cannot be read.
            UnexpectedResponseError: if the answer holds no segments.
            ChutesError: what the chute or the platform refused.
        """
        handle = self._handle(chute)
        body = {"audio_b64": encoded(audio), **given(language=language), **args}
        answer = await handle.patient(await handle._cord("/transcribe", None, body, {}, True, False, options), options)
        with reading(answer):
            data = await self._client._body(answer)
            try:
                return read_segments(data, info_of(answer))
            except ChutesError as error:
                raise self._client._executor.own(error, answer.request.journey) from None

    async def music(
        self,
        chute: str | AsyncChute,
        *,
        path: str = "/generate",
        to: str | os.PathLike[str] | None = None,
        on_progress: OnProgress | None = None,
        options: CallOptions | None = None,
        **args: Any,
    ) -> Any:
        """Makes music: `POST` to `path` with the arguments of the chute.

        Returns:
            A `Binary`, or the path that was written where `to` is given.

        Raises:
            UnexpectedResponseError: if no bytes came, with the server's text.
            ChutesError: what the chute or the platform refused.
        """
        return await self._fetch(chute, path, args, to, on_progress, options)


class AsyncVideo(_Media):
    """`client.video`: films."""

    async def generate(
        self,
        chute: str | AsyncChute,
        *,
        path: str = "/generate",
        image: Source | None = None,
        to: str | os.PathLike[str] | None = None,
        on_progress: OnProgress | None = None,
        options: CallOptions | None = None,
        **args: Any,
    ) -> Any:
        """Makes a film: `POST` to `path` with the arguments of the chute.

        Args:
            chute: a reference as `client.chute` takes it, or such a handle.
            path: such as `/text2video` or `/image2video`.
            image: a first picture, sent as `image_b64`.
            to, on_progress, options, **args: as for `client.audio.speech`.

        Returns:
            A `Binary`, or the path that was written where `to` is given.

        Raises:
            UnexpectedResponseError: if no bytes came, with the server's text.
            ChutesError: what the chute or the platform refused.
        """
        body = {**args, **({} if image is None else {"image_b64": image_base64(image)})}
        return await self._fetch(chute, path, body, to, on_progress, options)
