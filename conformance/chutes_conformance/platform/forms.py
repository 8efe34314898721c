"""Forms as the server reads them: URL-encoded or multipart, each field checked like a JSON one (422, loc `["body", name]`).

An empty text counts as missing. That is why the official kit sends `__none__` for "no logo".
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from .http import HttpError, Request
from .validate import Field, check_value, problem

UNREADABLE = "There was an error parsing the body"


@dataclass
class Part:
    name: str
    body: bytes
    filename: str | None = None
    content_type: str = "text/plain"


def _parameters(header: str) -> dict[str, str]:
    """`form-data; name="a"` as a dict; quoted values may hold escaped quotes."""
    found = re.findall(r';\s*([\w*-]+)=(?:"((?:\\.|[^"\\])*)"|([^;\s]*))', header)
    return {name.lower(): re.sub(r"\\(.)", r"\1", quoted) or bare for name, quoted, bare in found}


def multipart(body: bytes, boundary: str) -> list[Part]:
    """The parts of a multipart body in their order; 400 when it does not end as it must."""
    fence = b"--" + boundary.encode("latin-1")
    pieces = (b"\r\n" + body).split(b"\r\n" + fence)
    if len(pieces) < 2 or not pieces[-1].startswith(b"--"):
        raise HttpError(400, UNREADABLE)
    parts = []
    for piece in pieces[1:-1]:
        head, gap, content = piece.lstrip(b" \t").removeprefix(b"\r\n").partition(b"\r\n\r\n")
        lines = [line.partition(":") for line in head.decode("utf-8", "replace").split("\r\n") if line]
        headers = {name.strip().lower(): value.strip() for name, _, value in lines}
        given = _parameters(headers.get("content-disposition", ""))
        if not gap or "name" not in given:
            raise HttpError(400, UNREADABLE)
        parts.append(Part(given["name"], content, given.get("filename"), headers.get("content-type", "text/plain")))
    return parts


def parts_of(request: Request) -> list[Part]:
    kind = request.headers.get("content-type", "")
    if kind.startswith("multipart/form-data"):
        boundary = _parameters(";" + kind.partition(";")[2]).get("boundary")
        if not boundary:
            raise HttpError(400, "Missing boundary in multipart.")
        return multipart(request.body, boundary)
    if kind.startswith("application/x-www-form-urlencoded"):
        pairs = parse_qsl(request.body.decode("utf-8", "replace"), keep_blank_values=True)
        return [Part(name, value.encode()) for name, value in pairs]
    return []


def _value(part: Part | None, name: str, spec: Field, errors: list[dict[str, Any]]) -> Any:
    text = part.body.decode("utf-8", "replace") if part and part.filename is None else ""
    if part is None or (part.filename is None and not text):
        if spec.required:
            errors.append(problem("missing", ["body", name], "Field required", None))
        return spec.default
    if spec.kind == "file":
        if part.filename is None:
            errors.append(problem("value_error", ["body", name], "Value error, Expected UploadFile, received: <class 'str'>", text, error={}))
        return part
    if part.filename is not None:
        errors.append(problem("string_type", ["body", name], "Input should be a valid string", part.filename))
        return None
    return check_value(text, spec, ["body", name], errors)


def form_of(request: Request, fields: dict[str, Field]) -> dict[str, Any]:
    """The checked fields of a form: texts and booleans by their kind, `Part` for `Field("file")`. The last of several wins."""
    parts = {part.name: part for part in parts_of(request)}
    errors: list[dict[str, Any]] = []
    values = {name: _value(parts.get(name), name, spec, errors) for name, spec in fields.items()}
    if errors:
        raise HttpError(422, errors)
    return values
