"""Vectors of an embeddings answer, which some engines send in base64 where they are asked to."""

from __future__ import annotations

import sys
from array import array
from collections.abc import Sequence
from typing import Annotated, Any, TypeAlias

from pydantic import GetCoreSchemaHandler
from pydantic_core import CoreSchema, core_schema

from ._results import decode_base64


def packed(data: bytes) -> array[float]:
    """Numbers of 32-bit little-endian floats, kept as small as they came: a list would take eight times as much.

    Raises:
        ValueError: if these are none, or not whole.

    >>> packed(bytes.fromhex("0000003f0000803e"))
    array('f', [0.5, 0.25])
    """
    if not data:
        raise ValueError("an empty vector")
    vector = array("f", data)
    if sys.byteorder == "big":
        vector.byteswap()
    return vector


def floats_of(text: str) -> array[float]:
    """The same of a base64 text, white space allowed.

    >>> list(floats_of("AAAAPwAAgD4="))
    [0.5, 0.25]
    """
    return packed(decode_base64(text))


class _Floats:
    """How pydantic reads a vector. From JSON it undoes the base64 itself (`val_json_bytes` of `Model`), several times as fast."""

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        numbers = core_schema.list_schema(core_schema.float_schema())
        coded = core_schema.no_info_after_validator_function(packed, core_schema.bytes_schema())
        text = core_schema.no_info_after_validator_function(floats_of, core_schema.str_schema())
        ready = core_schema.is_instance_schema(array)
        return core_schema.json_or_python_schema(
            json_schema=core_schema.union_schema([numbers, coded], mode="left_to_right"),
            python_schema=core_schema.union_schema([ready, numbers, text], mode="left_to_right"),
            serialization=core_schema.plain_serializer_function_ser_schema(list, when_used="json"),
        )


Vector: TypeAlias = Annotated[Sequence[float], _Floats]
"""A list of floats as it came, or an `array` of 32-bit ones where the answer had base64; numpy takes that one without copying."""
