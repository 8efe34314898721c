"""The base of every typed value: unknown fields kept, unknown enum words fine, odd fields tolerated."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime, timezone
from types import UnionType
from typing import TYPE_CHECKING, Annotated, Any, SupportsIndex, TypeVar, Union, cast, get_args, get_origin

from pydantic import BaseModel, ConfigDict, GetCoreSchemaHandler, TypeAdapter, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import CoreSchema, core_schema

from ._config import OMIT, Omit
from ._errors import UnexpectedResponseError, parse_body
from ._json import is_array, is_object
from ._redact import MASK, redact
from ._results import Items, ResponseInfo, Table, check_page, check_success, parse_data_url, sniff_content_type, unexpected

if TYPE_CHECKING:
    from typing_extensions import Self

__all__ = [
    "OMIT",
    "Model",
    "Omit",
    "UTCDatetime",
    "decode",
    "from_json",
    "lenient",
    "parse_data_url",
    "parse_json",
    "sniff_content_type",
]

T = TypeVar("T")
_NEEDED = {"ChatCompletion": "choices", "TextCompletion": "choices", "EmbeddingList": "data"}
"""Lists without which an answer would be an empty success."""
_SECRET_FIELDS = frozenset({"access_token", "client_secret", "fingerprint", "refresh_token", "secret_key", "stream_key", "token"})


class Model(BaseModel):
    """A value of the API.

    Fields the server adds tomorrow are reachable as attributes and in `model_extra`; a field it leaves out is None; a field
    of an unexpected type keeps the value as it came. One that every such value should have and this one lacks is no None that
    its type denies: reading it raises `UnexpectedResponseError`, which is an AttributeError as well; a list is empty then.
    `to_dict()` gives the wire shape back.
    """

    model_config = ConfigDict(
        extra="allow", defer_build=True, populate_by_name=True, protected_namespaces=(), val_json_bytes="base64"
    )

    @property
    def response(self) -> ResponseInfo | None:
        """Status, headers, request id, attempts and quota of the answer this came in, or None for a nested value."""
        return cast("ResponseInfo | None", self.__dict__.get("__response__"))

    def to_dict(self) -> dict[str, Any]:
        """The wire shape: fields that were set, unknown ones included."""
        return self.model_dump(mode="json", by_alias=True, exclude_unset=True, warnings=False)

    def __repr_args__(self) -> Iterable[tuple[str | None, Any]]:
        """What repr, str and a traceback with locals show: a new key is whole in its field and in `to_dict()` only."""
        for name, value in super().__repr_args__():
            if isinstance(value, str):
                value = MASK if name in _SECRET_FIELDS else redact(value)
            yield name, value

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Model):
            return type(self) is type(other) and self.to_dict() == other.to_dict()
        return NotImplemented

    __hash__ = None  # type: ignore[assignment]

    if not TYPE_CHECKING:  # an attribute that no type has stays an error of the checkers

        def __getattr__(self, name: str) -> Any:
            if name in type(self).model_fields:
                raise LackingFieldError(f"the answer lacks {name}, which each {type(self).__name__} should have")
            return super().__getattr__(name)


class LackingFieldError(UnexpectedResponseError, AttributeError):
    """A field was read that the answer should have and lacks; `getattr` with a default and `hasattr` see that it is not there."""


M = TypeVar("M", bound=Model)


class UTCDatetime(datetime):
    """A date and time that reads as UTC where the server gives no zone, and keeps the text it came as.

    >>> moment = UTCDatetime.parse("2026-05-26T12:00:00.123456")
    >>> moment.isoformat(), moment.wire
    ('2026-05-26T12:00:00.123456+00:00', '2026-05-26T12:00:00.123456')
    """

    _wire: str | None = None

    @property
    def wire(self) -> str:
        """The text it came as; that of ISO 8601 for one that was calculated."""
        return self._wire or self.isoformat()

    def __reduce_ex__(self, protocol: SupportsIndex) -> tuple[Any, ...]:
        made: tuple[Any, ...] = tuple(super().__reduce_ex__(protocol))
        return (*made[:2], {"_wire": self._wire})

    @classmethod
    def parse(cls, value: Any) -> Self:
        """Reads ISO 8601 text, Unix seconds or a datetime; a missing zone is UTC.

        Raises:
            ValueError: if it is none of these.
        """
        if isinstance(value, datetime):
            moment, wire = value, value.wire if isinstance(value, UTCDatetime) else value.isoformat()
        elif isinstance(value, (int, float)) and not isinstance(value, bool):
            try:
                moment, wire = datetime.fromtimestamp(value, timezone.utc), str(value)
            except (OverflowError, OSError):
                raise ValueError("no time that a clock can show") from None
        else:
            moment, wire = _iso(str(value)), str(value)
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=timezone.utc)
        made = cls(*moment.timetuple()[:6], moment.microsecond, tzinfo=moment.tzinfo, fold=moment.fold)
        made._wire = wire
        return made

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(
            cls.parse,
            serialization=core_schema.plain_serializer_function_ser_schema(_wire_text, when_used="json"),
        )


def _wire_text(value: Any) -> Any:
    if not isinstance(value, datetime):
        return value
    return value.wire if isinstance(value, UTCDatetime) else value.isoformat()


def _iso(text: str) -> datetime:
    """ISO 8601 with more than six digits of a second and with Z, which Python 3.10 does not read by itself."""
    text = text.strip().replace("z", "Z").replace("Z", "+00:00")
    head, dot, rest = text.partition(".")
    if dot:
        digits = len(rest) - len(rest.lstrip("0123456789"))
        text = f"{head}.{rest[:digits][:6].ljust(6, '0')}{rest[digits:]}"
    return datetime.fromisoformat(text)


_adapters: dict[Any, TypeAdapter[Any]] = {}
_MOST_ADAPTERS = 512


def adapter(kind: Any) -> TypeAdapter[Any]:
    found = _adapters.get(kind)
    if found is None:
        if len(_adapters) >= _MOST_ADAPTERS:  # a program may make a type for every call
            _adapters.clear()
        found = _adapters[kind] = TypeAdapter(kind)
    return found


def from_json(data: bytes | str, kind: type[T]) -> T:
    """Decodes JSON text into `kind`, straight from the bytes; only what does not fit takes the slow, lenient way.

    Raises:
        ValueError: if it is no JSON, or a field without which nothing works is missing.
    """
    try:
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            return cast(T, kind.model_validate_json(data))
        return cast(T, adapter(kind).validate_json(data))
    except ValidationError:
        return cast(T, lenient(parse_json(data), kind))


def parse_json(data: bytes | str) -> Any:
    """JSON with lone surrogates turned into U+FFFD, which pydantic's own parser refuses."""
    text = data if isinstance(data, str) else data.decode("utf-8-sig", "replace")
    value = json.loads(text)
    return _well_formed(value) if "\\u" in text else value


def _well_formed(value: Any) -> Any:
    if isinstance(value, str):
        try:
            value.encode()
        except UnicodeEncodeError:
            return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        return value
    if is_array(value):
        return [_well_formed(item) for item in value]
    if is_object(value):
        return {_well_formed(name): _well_formed(item) for name, item in value.items()}
    return value


def lenient(value: Any, kind: Any) -> Any:
    """Validates plain data; what is of a wrong type keeps its raw value, and what is missing is missed only when it is read.

    Raises:
        ValueError: if the whole is of another shape, or something in it that has a reader of its own (a vector) cannot be read.
    """
    try:
        return adapter(kind).validate_python(value)
    except ValidationError as error:
        if (read := _as_far_as_it_fits(value, kind)) is value:
            raise ValueError(_explain(error)) from None
        return read


def from_plain(value: dict[str, Any], kind: type[M]) -> M:
    """Accumulated data as a typed value; odd fields keep their value."""
    return cast(M, lenient(value, kind))


def _as_far_as_it_fits(value: Any, kind: Any) -> Any:
    """A value that does not fit, with those of its parts that do fit as what they are; itself where it has no such parts."""
    if is_object(value) and isinstance(kind, type) and issubclass(kind, BaseModel):
        return _partly(value, kind)
    outer, inner = get_origin(kind), get_args(kind)
    if outer is list and is_array(value):
        return [_either(item, inner[0]) for item in value]
    if outer is dict and is_object(value):
        return {name: _either(item, inner[1]) for name, item in value.items()}
    if outer in (Union, UnionType):
        return next((read for each in inner if (read := _as_far_as_it_fits(value, each)) is not value), value)
    return value


def _either(value: Any, kind: Any) -> Any:
    try:
        return adapter(kind).validate_python(value)
    except ValidationError:
        return _as_far_as_it_fits(value, kind)


def _partly(value: dict[str, Any], kind: type[BaseModel]) -> BaseModel:
    """An object whose fields are read one by one, in the order of the type's."""
    made, rest = kind.model_construct(), dict(value)
    for name, field in kind.model_fields.items():
        given = rest.pop(field.alias or name, OMIT)
        read: Any = vars(made).pop(name, OMIT)
        if field.is_required() and given in (OMIT, None):
            read = [] if get_origin(field.annotation) is list else OMIT
        elif given is not OMIT:
            read = _whole(given, name, field) if field.metadata else _either(given, field.annotation)
            made.__pydantic_fields_set__.add(name)
        if read is not OMIT:
            vars(made)[name] = read
    cast("dict[str, Any]", made.__pydantic_extra__).update(rest)
    return made


def _whole(value: Any, name: str, field: FieldInfo) -> Any:
    """A field that has a reader of its own: half a vector would be none."""
    try:
        return adapter(Annotated[(field.annotation, *field.metadata)]).validate_python(value)
    except ValidationError as error:
        raise ValueError(f"{name}: {error.errors()[-1]['msg']}") from None


def _explain(error: ValidationError) -> str:
    first = error.errors()[0]
    place = ".".join(str(part) for part in first["loc"])
    return f"{place}: {first['msg']}" if place else str(first["msg"])


def decode(body: bytes, kind: Any, info: ResponseInfo) -> Any:
    """Decodes a JSON answer into `kind`, leniently, and hangs the metadata on it.

    Raises:
        UnexpectedResponseError: if it is not JSON, an error, or lacks a field without which nothing works.
    """
    check_page(body, info)
    try:
        value: Any = from_json(body, kind)
    except (ValueError, RecursionError) as error:
        check_success(body, info)  # what the server says of an error tells more than what is missing
        raise unexpected(f"the answer does not fit: {error}", info, body) from None
    if (value.get("error") if is_object(value) else getattr(value, "error", None)) is not None:
        check_success(body, info)
    if isinstance(value, Model):
        needed = _NEEDED.get(type(value).__name__)
        if needed and not (needed in value.model_fields_set and is_array(getattr(value, needed))):
            raise unexpected(f"the answer has no {needed}: {parse_body(body).message}", info, body)
        vars(value)["__response__"] = info
    elif type(value) is list:
        items: Items[Any] = Items(value)  # pyright: ignore[reportUnknownArgumentType]
        items.response = info
        return items
    elif type(value) is dict:
        table: Table[Any] = Table(value)  # pyright: ignore[reportUnknownArgumentType]
        table.response = info
        return table
    return value
