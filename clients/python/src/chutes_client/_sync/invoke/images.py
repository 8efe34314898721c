# Made from _async/invoke/images.py by scripts/unasync.py. Do not edit.
"""Images from prompts."""

from __future__ import annotations

import itertools
import re
import threading
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, Literal, overload

from typing_extensions import Unpack

from ..._config import MAX_CONCURRENCY, OMIT, Omit
from ..._errors import ChutesError, ConfigError
from ..._journey import info_of, reading
from ..._params import ImageParams, split
from ..._pictures import read_image
from ..._request import Call
from ..._results import Image
from ...content import Source, image_base64
from .._platform import run_bounded, settle
from ._where import Resource

Mode = Literal["native", "openai"]


class Images(Resource):
    """Images from prompts: `/generate` by default, the OpenAI form with `mode="openai"`."""

    def generate(
        self,
        *,
        prompt: str,
        model: str | Omit | None = OMIT,
        size: str | None = None,
        mode: Mode = "native",
        image: Source | Sequence[Source] | None = None,
        **params: Unpack[ImageParams],
    ) -> Image:
        """Makes one image.

        Args:
            prompt: what to draw.
            model: name of the model; may be left out where a chute's own host is called.
            size: `"1024x768"`; becomes `width` and `height` in native mode.
            mode: `"native"` posts to `/generate`; `"openai"` to `/v1/images/generations`, which the public host does not know.
            image: a picture to go from, or several, for chutes that edit: bytes, a path or a data URL. Native mode only.
            **params: parameters of the chute and options of the call; unknown ones are sent as they are.

        Raises:
            ConfigError: for `n`, `response_format` in native mode, or a bad `size`.
            UnexpectedResponseError: if the answer holds no image.
            ChutesError: what the server refused, or the connection did.
        """
        fields, options = split(params)
        if "n" in fields:
            raise ConfigError("generate makes one image; use generate_many(prompt=…, n=…)")
        if image is not None:
            if mode != "native":
                raise ConfigError("image inputs exist in native mode only")
            fields["image_b64"] = [image_base64(one) for one in _sources(image)]
        if mode == "native":
            path, body = "/generate", {"model": model, "prompt": prompt, **_native(fields, size)}
        elif mode == "openai":
            body = {"model": model, "prompt": prompt, **({} if size is None else {"size": size}), **fields}
            path, body = "/v1/images/generations", {**body, "response_format": "b64_json"}
        else:
            raise ConfigError("mode must be 'native' or 'openai'")
        name = "generateImage" if mode == "native" else "createImage"
        call = Call(name, "POST", [path], body=body, result="bytes", host="image", surface="invocation")
        call.accept = "image/*" if mode == "native" else "application/json"
        answer = self._execute(call, options)
        with reading(answer):
            data = self._client._body(answer)
            try:
                return read_image(data, info_of(answer))
            except ChutesError as error:
                raise self._client._executor.own(error, answer.request.journey) from None

    @overload
    def generate_many(
        self,
        prompts: Sequence[str] | None = None,
        *,
        prompt: str | None = None,
        n: int | None = None,
        on_progress: Callable[[int, int], object] | None = None,
        return_errors: Literal[False] = False,
        **params: Any,
    ) -> list[Image]: ...

    @overload
    def generate_many(
        self,
        prompts: Sequence[str] | None = None,
        *,
        prompt: str | None = None,
        n: int | None = None,
        on_progress: Callable[[int, int], object] | None = None,
        return_errors: bool,
        **params: Any,
    ) -> list[Image | ChutesError]: ...

    def generate_many(
        self,
        prompts: Sequence[str] | None = None,
        *,
        prompt: str | None = None,
        n: int | None = None,
        on_progress: Callable[[int, int], object] | None = None,
        return_errors: bool = False,
        **params: Any,
    ) -> list[Any]:
        """Makes several images, at most 8 at once, and returns them in order.

        Args:
            prompts: one image for each; or
            prompt, n: the same prompt `n` times. With a `seed` the i-th image takes `seed + i`.
            on_progress: called after each one, with how many are done and how many there are.
            return_errors: put the error into the place of an image that failed, instead of raising the first.
            **params: as `generate`.

        Raises:
            ConfigError: unless either `prompts`, or `prompt` and `n`, are given.
            ChutesError: the first failure; the other requests are given up.
        """
        whole = isinstance(n, int) and not isinstance(n, bool)
        if (prompts is None) == (prompt is None) or (prompt is not None and (not whole or (n or 0) < 1)):
            raise ConfigError("give prompts, or prompt and n (1 or more)")
        if isinstance(prompts, str):  # each of its letters would be one
            raise ConfigError("prompts is a list of texts; give one text as prompt, with n")
        texts = list(prompts) if prompts is not None else [prompt or ""] * (n or 0)
        seed = params.get("seed")
        jobs: list[Any] = []
        counter, lock = itertools.count(1), threading.Lock()

        def make(text: str, given: dict[str, Any]) -> Image | ChutesError:
            try:
                made: Image | ChutesError = self.generate(prompt=text, **given)
            except ChutesError as error:
                if not return_errors:
                    raise
                made = error
            if on_progress is not None:
                with lock:  # the numbers are told in order
                    told = on_progress(next(counter), len(texts))
                settle(told)
            return made

        for number, text in enumerate(texts):
            one = {**params, "seed": seed + number} if isinstance(seed, int) and prompts is None else params
            jobs.append(partial(make, text, one))
        return run_bounded(jobs, MAX_CONCURRENCY)


def _sources(image: Any) -> list[Any]:
    return list(image) if isinstance(image, (list, tuple)) else [image]  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]


def _native(fields: dict[str, Any], size: str | None) -> dict[str, Any]:
    if "response_format" in fields:
        raise ConfigError("response_format does not exist in native mode; use mode='openai'")
    if size is None:
        return fields
    if not isinstance(size, str):
        raise ConfigError("size must be a text like '1024x768'")
    found = re.fullmatch(r"\s*(\d{1,5})\s*[xX]\s*(\d{1,5})\s*", size)
    if found is None or not int(found[1]) or not int(found[2]):
        raise ConfigError("size must look like '1024x768'")
    return {"width": int(found[1]), "height": int(found[2]), **fields}
