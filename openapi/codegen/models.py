"""Python's pydantic models, by datamodel-code-generator fed a view of the IR: no limits, no server defaults, no closed enums.

With them a model would refuse what the server sends tomorrow, and an update would send settings nobody gave.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import yaml

from .ir import Api, Schema, Type

FLAGS = (
    "--input-file-type openapi --output-model-type pydantic_v2.BaseModel --target-python-version 3.10 --disable-timestamp "
    "--disable-warnings --use-annotated --strict-nullable --use-typed-nullable-map-values --output-datetime-class datetime "
    "--enum-field-as-literal all --use-type-alias --use-schema-description --use-field-description --use-double-quotes "
    "--formatters builtin --disable-future-imports --collapse-root-models"
).split()
BASE = "chutes_client._values.Model"
_VECTOR = {"type": "number", "customTypePath": "chutes_client._vectors.Vector"}
_JSON = {"string": "string", "int": "integer", "int64": "integer", "bool": "boolean"}


def view(api: Api, group: str) -> dict[str, Any]:
    """The part of the document one module of models is made from."""
    names = closure(api, [s.name for s in api.group(group) if s.in_response or group == "management"])
    schemas = {s.name: _schema(s) for s in api.schemas.values() if s.name in names}
    return {"openapi": "3.1.0", "info": {"title": api.title, "version": api.version}, "paths": {}, "components": {"schemas": schemas}}


def closure(api: Api, names: list[str]) -> set[str]:
    found: set[str] = set()
    while names:
        name = names.pop()
        if name not in found:
            found.add(name)
            for each in api.schemas[name].types:
                inner: Type | None = each
                while inner is not None:
                    if inner.ref:
                        names.append(inner.ref)
                    inner = inner.item
    return found


def _schema(schema: Schema) -> dict[str, Any]:
    if schema.kind == "enum":
        return {"description": schema.doc, "anyOf": [{"type": "string", "enum": schema.values}, {"type": "string"}]}
    if schema.kind == "union":
        return {"description": schema.doc, "anyOf": [_type(m.type) for m in schema.members]}
    fields = {}
    for each in schema.fields:
        spelled = _VECTOR if schema.group == "invocation" and _numbers(each.type) else _type(each.type)
        if not each.required and not each.type.nullable and each.type.kind != "json":
            spelled = {"anyOf": [spelled, {"type": "null"}]}  # null means the same as absent
        doc = each.doc + (f" The server's default is {each.default}." if each.default is not None else "")
        fields[each.name] = {**spelled, **({"description": doc.strip()} if doc.strip() else {})}
    required = [f.name for f in schema.fields if f.required]
    return {"type": "object", "description": schema.doc, "properties": fields, **({"required": required} if required else {})}


def _numbers(of: Type) -> bool:
    """Whether it is a list of numbers, which may come packed in base64 from a model."""
    return of.kind == "array" and of.item is not None and of.item.kind == "float"


def _type(of: Type) -> dict[str, Any]:
    if of.kind == "ref":
        plain: dict[str, Any] = {"$ref": f"#/components/schemas/{of.ref}"}
    elif of.kind == "array":
        plain = {"type": "array", "items": _type(of.item) if of.item else {}}
    elif of.kind == "map":
        plain = {"type": "object", "additionalProperties": _type(of.item) if of.item else {}}
    elif of.kind == "datetime":
        plain = {"type": "string", "format": "date-time", "customTypePath": "chutes_client._values.UTCDatetime"}
    elif of.kind == "json":
        return {}
    elif of.kind == "file":  # never part of a model: multipart bodies are parameters
        plain = {"type": "string"}
    elif of.kind == "float":  # a whole number stays one, so that what is handed on reads as it came
        plain = {"type": ["integer", "number"]}
    else:
        plain = {"type": _JSON[of.kind]}
    return {"anyOf": [plain, {"type": "null"}]} if of.nullable else plain


def python_models(api: Api, group: str, renamed: dict[str, str] | None = None) -> str:
    """The source of one module of models; a document without any of a group gives an empty one. `renamed` fields keep their name on the wire."""
    source_view = view(api, group)
    if not source_view["components"]["schemas"]:
        return ""
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder) / "view.yaml", Path(folder) / "models.py"
        source.write_text(yaml.safe_dump(source_view, sort_keys=False))
        tool = str(Path(sys.executable).parent / "datamodel-codegen")
        command = [tool, "--input", str(source), "--output", str(target), "--base-class", BASE, *FLAGS]
        if renamed:
            names = Path(folder) / "aliases.json"
            names.write_text(json.dumps(renamed))
            command += ["--aliases", str(names)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            raise RuntimeError(done.stderr[-3000:])
        lines = target.read_text().splitlines(keepends=True)
    while lines and lines[0].startswith("#"):
        lines.pop(0)
    return "".join(lines)
