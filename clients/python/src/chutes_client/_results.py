"""Results that are no JSON models: images, bytes, texts, and what is known about the answer they came in."""

from __future__ import annotations

import base64
import binascii
import io
import os
import re
import stat
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any, Generic, TypeVar

from ._errors import ConfigError, UnexpectedResponseError, parse_body

T = TypeVar("T")

MAX_JSON_BYTES = 256 * 1024 * 1024
"""A larger JSON or image answer is `too_large`."""


@dataclass(frozen=True)
class Attempt:
    """One request that was sent for a call.

    Attributes:
        number: 1-based, running on over all models of the call.
        status: HTTP status, None where no answer came.
        kind: the kind of its failure, None where it went well.
        wait: seconds that were waited before the next one.
    """

    number: int
    status: int | None = None
    kind: str | None = None
    wait: float = 0.0


@dataclass(frozen=True)
class ResponseInfo:
    """The answer a value came in.

    Attributes:
        status: HTTP status.
        headers: header values by lower-case name; repeated ones joined by a comma.
        request_id: `x-request-id`, else `X-Chutes-InvocationID`.
        attempts: requests that were sent for it, 1-based.
        url: the address that answered.
        model: the model that was asked and answered, where a model is asked.
        tried: models of `models=[…]` that failed before it, with the kinds of their failures.
        history: one entry for each request sent.
    """

    status: int
    headers: Mapping[str, str] = field(repr=False)
    request_id: str | None
    attempts: int
    url: str = ""
    model: str | None = None
    tried: tuple[tuple[str, str], ...] = ()
    history: tuple[Attempt, ...] = ()

    @property
    def quota(self) -> Quota | None:
        """The daily quota, from the `X-Chutes-Quota-*` headers; None for accounts without one."""
        found = [_number(self.headers.get(f"x-chutes-quota-{word}")) for word in ("total", "used", "remaining")]
        return None if all(n is None for n in found) else Quota(*found)

    @property
    def rate_limit(self) -> RateLimit | None:
        """Requests a minute, from the `X-Chutes-RL-*` headers; None if there are none."""
        words = [self.headers.get(f"x-chutes-rl-{word}") for word in ("user", "chute")]
        return RateLimit(*map(_number, words)) if any(words) else None

    @property
    def invoice_billing(self) -> bool:
        """Whether the account is billed by invoice."""
        return self.headers.get("x-chutes-invoice-billing", "").strip().lower() == "true"


@dataclass(frozen=True)
class Quota:
    """Calls of the day: `used` is before this one."""

    total: int | None
    used: int | None
    remaining: int | None


@dataclass(frozen=True)
class RateLimit:
    """Requests a minute for the account and for this chute; None is no limit, or none told."""

    user: int | None
    chute: int | None


def _number(text: str | None) -> int | None:
    try:
        return int(text or "")
    except ValueError:
        return None


@dataclass(frozen=True)
class WithResponse(Generic[T]):
    """A value that cannot carry its metadata itself, and the metadata."""

    value: T
    response: ResponseInfo


class Text(str):
    """A text answer: a `str` with the `response` it came in."""

    response: ResponseInfo | None = None


class Items(list[T]):
    """A bare JSON array: a `list` with the `response` it came in."""

    response: ResponseInfo | None = None

    def to_dict(self) -> list[Any]:
        """The wire shape of every item."""
        return [getattr(item, "to_dict", lambda item=item: item)() for item in self]


class Table(dict[str, T]):
    """A JSON object whose keys are data: a `dict` with the `response` it came in."""

    response: ResponseInfo | None = None

    def to_dict(self) -> dict[str, Any]:
        """The wire shape of every value."""
        return {key: getattr(value, "to_dict", lambda value=value: value)() for key, value in self.items()}


@dataclass(frozen=True)
class RawResponse:
    """An answer of `client.request()`: what came, undecoded."""

    content: bytes = field(repr=False)
    response: ResponseInfo

    @property
    def status(self) -> int:
        return self.response.status

    @property
    def headers(self) -> Mapping[str, str]:
        return self.response.headers

    @property
    def text(self) -> str:
        return self.content.decode("utf-8", "replace")

    def json(self) -> Any:
        """The body as plain data.

        Raises:
            UnexpectedResponseError: if it is no JSON.
        """
        from ._values import parse_json

        try:
            return parse_json(self.content)
        except (ValueError, RecursionError):
            raise UnexpectedResponseError("the answer is no JSON", status=self.status, body=self.content) from None


@dataclass(frozen=True)
class Binary:
    """Bytes with a content type.

    Attributes:
        bytes: the data.
        content_type: media type, read from the bytes where they are known (JPEG, PNG, WebP, GIF), else the server's word.
    """

    bytes: bytes = field(repr=False)
    content_type: str
    response: ResponseInfo | None = field(default=None, repr=False, compare=False)

    @property
    def filename(self) -> str | None:
        """The name the server gives it, without any path, or None."""
        return None if self.response is None else named(self.response.headers)

    def save(self, path: str | os.PathLike[str]) -> str:
        """Writes the data to `path` atomically: the file is there whole, or not at all. Returns the path."""
        return save_atomically(self.bytes, path)

    def data_url(self) -> str:
        """The data as a `data:` URL, as `image_url` of a chat message takes it."""
        return f"data:{self.content_type};base64,{base64.b64encode(self.bytes).decode()}"

    def __len__(self) -> int:
        return len(self.bytes)


@dataclass(frozen=True)
class Image(Binary):
    """One image, from `/generate` or from `b64_json` alike.

    Attributes:
        revised_prompt: what the server made of the prompt, if it says so.
    """

    revised_prompt: str | None = None

    def pillow(self) -> Any:
        """The image as one of Pillow (`PIL.Image.Image`).

        Raises:
            ConfigError: if Pillow is not installed.
        """
        try:
            pillow: Any = import_module("PIL.Image")
        except ImportError:
            raise ConfigError("Image.pillow() needs Pillow: pip install pillow") from None
        return pillow.open(io.BytesIO(self.bytes))


def save_atomically(data: bytes, path: str | os.PathLike[str]) -> str:
    """Writes beside the target and renames: a reader never sees half a file."""
    with placed(path) as write:
        write(data)
    return os.fspath(path)


@contextmanager
def placed(path: str | os.PathLike[str], *, fresh: bool = False) -> Generator[Callable[[bytes], object]]:
    """Writes a file beside `path` that takes its place when all is on the disk; after a failure nothing is left of it.

    What is replaced keeps its permissions, and a symbolic link goes on pointing where it did.

    Args:
        fresh: replace nothing.

    Raises:
        ConfigError: for a folder, what cannot be written, or a file that is there and must not be replaced.
    """
    target = os.path.realpath(path)
    if os.path.isdir(target):
        raise ConfigError(f"cannot write {target!r}: it is a folder")
    if fresh and os.path.lexists(target):
        raise _taken(target)
    temporary = os.path.join(os.path.dirname(target), f".chutes-{os.urandom(8).hex()}")
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    with _writing(target):
        handle = os.open(temporary, flags, 0o666)  # not by `tempfile`: its files are for their owner alone
    try:
        with os.fdopen(handle, "wb", buffering=0) as file:
            with suppress(OSError):
                os.chmod(temporary, stat.S_IMODE(os.stat(target).st_mode))

            def write(data: bytes) -> None:
                left = memoryview(data)
                while left:
                    with _writing(target):
                        left = left[file.write(left) :]

            yield write
            with _writing(target):
                os.fsync(handle)
        with _writing(target):
            _move(temporary, target, fresh)
    except BaseException:
        with suppress(OSError):
            os.unlink(temporary)
        raise


def _move(temporary: str, target: str, fresh: bool) -> None:
    if fresh:
        try:
            os.close(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL))  # of two who see no file only one may go on
        except FileExistsError:
            raise _taken(target) from None
    try:
        os.replace(temporary, target)
    except OSError:
        if fresh:
            os.unlink(target)
        raise


def _taken(target: str) -> ConfigError:
    return ConfigError(f"{target!r} exists already; give its whole path to replace it")


@contextmanager
def _writing(target: str) -> Generator[None]:
    try:
        yield
    except OSError as error:
        raise ConfigError(f"cannot write {target!r}: {error.strerror or type(error).__name__}") from error


def sniff_content_type(data: bytes, fallback: str = "") -> str:
    """The media type of JPEG, PNG, WebP and GIF by their first bytes, else `fallback` without parameters."""
    if data.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "image/webp"
    if data.startswith((b"GIF87a", b"GIF89a")):
        return "image/gif"
    return media_type(fallback) or "application/octet-stream"


def sniff_media(data: bytes, fallback: str = "") -> str:
    """The media type of pictures, sound and films by their first bytes, else `fallback` without parameters."""
    if data[:4] == b"RIFF" and data[8:12] == b"WAVE":
        return "audio/wav"
    if data.startswith(b"ID3") or (data[:1] == b"\xff" and data[1:2] in (b"\xfb", b"\xfa", b"\xf3", b"\xf2")):
        return "audio/mpeg"
    if data[4:8] == b"ftyp":
        return "video/mp4"
    for magic, kind in ((b"fLaC", "audio/flac"), (b"OggS", "audio/ogg"), (b"\x1aE\xdf\xa3", "video/webm")):
        if data.startswith(magic):
            return kind
    return sniff_content_type(data, fallback)


def mislabelled(data: bytes) -> str | None:
    """The media type of bytes that a server calls text and that are none: of a known kind, and not readable as text."""
    kind = sniff_media(data)
    if kind == "application/octet-stream":
        return None
    try:
        return kind if "\0" in data.decode() else None
    except UnicodeDecodeError:
        return kind


def named(headers: Mapping[str, str]) -> str | None:
    """The file name of a `Content-Disposition`: its last part, so that it points nowhere else, and nothing that a folder hides."""
    from email.message import Message  # 10 ms, and few answers have names

    message = Message()
    message["content-disposition"] = headers.get("content-disposition", "")
    try:
        given = message.get_filename() or ""
    except (UnicodeError, LookupError):  # a charset that does not exist, or does not fit
        return None
    name = re.sub(r"[\x00-\x1f\x7f-\x9f]", "", re.split(r"[\\/]", given)[-1])
    return name.lstrip(". ").rstrip() or None


def media_type(content_type: str) -> str:
    """`text/html` of `Text/HTML; charset=utf-8`."""
    return content_type.partition(";")[0].strip().lower()


def parse_data_url(url: str) -> tuple[bytes, str]:
    """Bytes and media type of a base64 `data:` URL.

    Raises:
        ValueError: if it is none.
    """
    head, comma, payload = url.partition(",")
    if not comma or not head.startswith("data:") or not head.endswith(";base64"):
        raise ValueError("not a base64 data URL")
    return decode_base64(payload), media_type(head[5:-7]) or "text/plain"


def decode_base64(text: str) -> bytes:
    """Strict base64, white space allowed.

    Raises:
        ValueError: if it is none, or empty.
    """
    try:
        data = base64.b64decode("".join(text.split()), validate=True)
    except binascii.Error as error:
        raise ValueError(f"undecodable base64: {error}") from None
    if not data:
        raise ValueError("empty base64")
    return data


def unexpected(message: str, info: ResponseInfo, body: bytes) -> UnexpectedResponseError:
    """The error for a success that is not what was asked for."""
    return UnexpectedResponseError(
        message, status=info.status, request_id=info.request_id, attempts=info.attempts, body=body, headers=info.headers
    )


def check_page(body: bytes, info: ResponseInfo) -> None:
    """Refuses an answer to a JSON call that is empty or a page of HTML."""
    if not body.strip():
        raise unexpected(f"HTTP {info.status} without a body where JSON was due", info, body)
    kind = media_type(info.headers.get("content-type", ""))
    if kind == "text/html" or body.lstrip()[:1] == b"<":
        raise unexpected(f"HTML where JSON was due: {parse_body(body, 'text/html').message}", info, body)


def check_success(body: bytes, info: ResponseInfo) -> None:
    """Refuses what `check_page` refuses, and an error in the dress of a success."""
    check_page(body, info)
    if b'"error"' in body and body.lstrip()[:1] == b"{":
        from ._values import parse_json

        try:
            value = parse_json(body)
        except (ValueError, RecursionError):
            return
        if value.get("error") is not None:
            raise unexpected(parse_body(body).message, info, body)
