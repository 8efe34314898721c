"""Values: models that lose nothing, times without a zone, absent against null, and what a blob of bytes is."""

from __future__ import annotations

import base64
import binascii
import enum
from dataclasses import dataclass, field
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, PrivateAttr, TypeAdapter, ValidationError

from ._errors import TooLargeError, UnexpectedResponseError

if TYPE_CHECKING:
    from collections.abc import Mapping

T = TypeVar("T")

MAX_JSON_BYTES = 256 * 1024 * 1024
"""Bytes a JSON or image answer may have before `TooLargeError` is raised."""


class Omit(enum.Enum):
    """The default of an optional argument: absent from the request, which is not the same as None (null)."""

    OMIT = "OMIT"

    def __repr__(self) -> str:
        return "OMIT"

    def __bool__(self) -> bool:
        return False


OMIT = Omit.OMIT


@dataclass(frozen=True)
class ResponseInfo:
    """What came with a result besides its value.

    Attributes:
        status: HTTP status.
        headers: answer headers, names in lower case.
        request_id: `x-request-id`, else `X-Chutes-InvocationID`.
        attempts: requests it took, 1-based.
    """

    status: int
    headers: Mapping[str, str] = field(repr=False)
    attempts: int = 1

    @property
    def request_id(self) -> str | None:
        return self.headers.get("x-request-id") or self.invocation_id

    @property
    def invocation_id(self) -> str | None:
        """`X-Chutes-InvocationID`, which the platform's usage records name."""
        return self.headers.get("x-chutes-invocationid")

    @property
    def quota_remaining(self) -> int | None:
        """Calls left today before this one was counted (`X-Chutes-Quota-Remaining`); None for free and invoiced accounts."""
        value = self.headers.get("x-chutes-quota-remaining", "")
        return int(value) if value.lstrip("-").isdigit() else None

    @property
    def requests_per_minute(self) -> float | None:
        """The rate limit in force (`X-Chutes-RL-User`); infinite for private chutes."""
        try:
            return float(self.headers["x-chutes-rl-user"])
        except (KeyError, ValueError):
            return None


class Model(BaseModel):
    """Base of every typed object. Unknown fields are kept as attributes and sent again when the object is sent back.

    Schemas are built at first use: building all of them at import would cost more than importing this package.
    """

    model_config = ConfigDict(extra="allow", defer_build=True, populate_by_name=True, protected_namespaces=())

    _response: ResponseInfo | None = PrivateAttr(default=None)

    @property
    def response(self) -> ResponseInfo | None:
        """Status, headers, attempts and quota of the answer this object came with; None for nested objects."""
        return self._response

    def to_dict(self) -> dict[str, Any]:
        """The object as it is on the wire: what was given or received, unknown fields included, nothing added."""
        return self.model_dump(mode="json", by_alias=True, exclude_unset=True, warnings=False)


def _as_utc(value: datetime) -> datetime:
    return value.replace(tzinfo=timezone.utc) if value.tzinfo is None else value


UTCDatetime = Annotated[datetime, AfterValidator(_as_utc)]
"""A time. The platform writes most without a zone, and means UTC."""


def parse_timestamp(text: str) -> datetime:
    """Reads an ISO 8601 time; without a zone it is UTC.

    >>> parse_timestamp("2026-05-26T12:00:00.5").isoformat()
    '2026-05-26T12:00:00.500000+00:00'
    """
    return _TIME.validate_python(text)


_TIME: TypeAdapter[datetime] = TypeAdapter(UTCDatetime)
_ADAPTERS: dict[Any, TypeAdapter[Any]] = {}


def adapter(of: Any) -> TypeAdapter[Any]:
    """The validator of a type, made once."""
    found = _ADAPTERS.get(of)
    if found is None:
        found = _ADAPTERS[of] = TypeAdapter(of)
    return found


def decode(data: bytes, of: type[T], info: ResponseInfo) -> T:
    """Reads a JSON answer into its type, or raises `UnexpectedResponseError` with a snippet of what came instead."""
    if len(data) > MAX_JSON_BYTES:
        raise TooLargeError(f"the answer is larger than {MAX_JSON_BYTES:,} bytes")
    try:
        value: T = adapter(of).validate_json(data)
    except ValidationError as error:
        raise unexpected(_why(error), data, info) from None
    if isinstance(value, Model):
        value._response = info
    return value


def unexpected(why: str, data: bytes, info: ResponseInfo) -> UnexpectedResponseError:
    """The error for a success that is not what was asked for."""
    snippet = data[:200].decode("utf-8", "replace")
    shown = f"{why}: {snippet}" if snippet.strip() else f"{why}: the body is empty"
    return UnexpectedResponseError(
        shown, status=info.status, request_id=info.request_id, attempts=info.attempts, body=data, headers=info.headers
    )


def _why(error: ValidationError) -> str:
    first = error.errors(include_input=False, include_url=False)[0]
    if first["type"] == "json_invalid":
        return "the answer is no JSON"
    return f"the answer does not fit, {'.'.join(map(str, first['loc'])) or 'at its top'}: {first['msg']}"


_MAGIC = (
    (b"\xff\xd8\xff", 0, "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", 0, "image/png"),
    (b"GIF8", 0, "image/gif"),
    (b"WEBP", 8, "image/webp"),
)


def sniff_content_type(data: bytes, declared: str = "") -> str:
    """What an image is by its first bytes, else what the header said: some chutes label a JPEG as PNG."""
    for magic, offset, name in _MAGIC:
        if data[offset : offset + len(magic)] == magic and (offset == 0 or data[:4] == b"RIFF"):
            return name
    return declared.partition(";")[0].strip().lower() or "application/octet-stream"


def decode_base64(text: str) -> bytes:
    """Decodes standard base64, with or without a `data:` prefix and line breaks. Raises ValueError for anything else."""
    if text.startswith("data:"):
        text = text.partition(",")[2]
    compact = "".join(text.split())
    try:
        return base64.b64decode(compact + "=" * (-len(compact) % 4), validate=True)
    except binascii.Error as error:
        raise ValueError(str(error)) from None
