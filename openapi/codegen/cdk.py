"""The table of the official CDK's arguments (`cdk.yaml`): CDK.md for people, and one conformance case for each argument with a field."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from .load import read_yaml

SOURCE, TABLE, CASES = ("openapi/cdk.yaml", "openapi/CDK.md", "conformance/cases/helpers/cdk.yaml")
BANNER = f"Generated from {SOURCE}. Do not edit; run `make gen`."
IMAGE_ID = "0c3c4cbd-3fbb-5d3c-a0b6-5b8f5ab50b16"
CORD = {"method": "POST", "path": "/say", "function": "say", "stream": False}
PORT = {"name": "web", "port": 8080, "proto": "tcp"}
CHUTE = {
    "name": "echo", "image": "alice/tools:1.0", "public": False, "code": "x = 1", "filename": "echo.py", "ref_str": "echo:chute",
    "node_selector": {"gpu_count": 1}, "tee": True,
}  # fmt: skip
PLACES: dict[str, tuple[dict[str, Any], tuple[str | int, ...]]] = {
    "ChuteArgs": ({}, ()),
    "NodeSelector": ({}, ("node_selector",)),
    "Cord": ({"cords": [CORD]}, ("cords", 0)),
    "Job": ({"jobs": [{"name": "train"}]}, ("jobs", 0)),
    "JobPort": ({"jobs": [{"name": "train", "ports": [PORT]}]}, ("jobs", 0, "ports", 0)),
}
"""Where each schema stands in a deployment: what the deployment needs besides, and the way to it."""


def rows(table: dict[str, Any]) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    for constructor in table["constructors"]:
        for row in constructor["arguments"]:
            yield constructor, row


def problems(table: dict[str, Any], document: dict[str, Any]) -> list[str]:
    """Sentences about rows that say nothing or something impossible, and about fields that nothing reaches."""
    schemas, found, reached = document["components"]["schemas"], [], set()
    for constructor, row in rows(table):
        name = f"{constructor['of']}.{row['argument']}"
        if ("field" in row) == bool(row.get("none")):
            found.append(f"{name}: needs either a field or a reason")
        if "field" in row:
            reached.add(row["field"])
        if "example" not in row or repr(row["example"]) == row.get("default"):
            found.append(f"{name}: needs an example that is not the default")
    besides = {row["field"] for row in table["fields"]}
    for field in sorted(reached | besides):
        schema, _, member = field.partition(".")
        if schema not in PLACES or member not in schemas.get(schema, {}).get("properties", {}):
            found.append(f"{field}: not in the document")
    for schema in PLACES:
        for member, said in schemas[schema]["properties"].items():
            if not said.get("readOnly") and f"{schema}.{member}" not in reached | besides:
                found.append(f"{schema}.{member}: neither an argument reaches it, nor is it said where it comes from")
    return found


def markdown(table: dict[str, Any]) -> str:
    lines = [
        f"<!-- {BANNER} -->", "# From the official CDK to a deployment", "",
        f"Every argument of the CDK (`chutes` {table['cdk']} on PyPI) and the field of [chutes.yaml](chutes.yaml) that its value reaches, or why it reaches none.",
        'Python does it by `client.chutes.deploy(from_cdk="module:chute")`; `python -m chutes_client.cdk module:chute` prints the same form for the other',
        "languages. The table is compared with the installed kit, and the form with what the kit's own `chutes deploy` sends, by `make test-realchute`.",
    ]  # fmt: skip
    for constructor in table["constructors"]:
        lines += ["", f"## {constructor['of']}", "", constructor["about"], "", "| argument | default | field | |", "|---|---|---|---|"]
        for row in constructor["arguments"]:
            default = f"`{row['default']}`" if "default" in row else "" if row["argument"].startswith("**") else "required"
            field = f"`{row['field']}`" if "field" in row else "none"
            lines.append(f"| `{row['argument']}` | {default} | {field} | {row.get('note') or row.get('none') or ''} |")
    lines += ["", "## Fields that no argument gives", "", "| field | comes from |", "|---|---|"]
    lines += [f"| `{row['field']}` | {row['from']} |" for row in table["fields"]]
    return "\n".join(lines) + "\n"


def body(row: dict[str, Any]) -> dict[str, Any]:
    """A deployment in which the argument of the row is set."""
    schema, _, member = row["field"].partition(".")
    needs, way = PLACES[schema]
    made: dict[str, Any] = copy.deepcopy({**CHUTE, **needs})
    at: Any = made
    for step in way:
        at = at[step]
    at[member] = row.get("sent", row["example"])
    return made


def cases(table: dict[str, Any]) -> str:
    """The suite: JSON within lines, which is YAML."""
    each = []
    for constructor, row in rows(table):
        if "field" in row:
            ident = f"{constructor['of']}-{row['argument']}".lower().replace("_", "-")
            each.append({"id": ident, "body": body(row)})
    server = [
        {"on": "GET /api/users/me", "json": {"user_id": "u", "username": "alice"}},
        {"on": "GET /api/images/**", "json": {"image_id": IMAGE_ID, "patch_version": "initial"}},
        {"on": "GET /api/chutes/**", "status": 404, "json": {"detail": "Chute not found, or does not belong to you"}},
        {"on": "POST /api/chutes/", "json": {"chute_id": "c", "name": "echo"}},
    ]
    last = {"method": "POST", "path": "/api/chutes/", "json_exact": "$body"}
    expect = {
        "client": {"final": {"status": "created", "chute": {"chute_id": "c"}}},
        "server": {"attempts": 4, "requests": [{"method": "GET"}, {"method": "GET"}, {"method": "GET"}, last]},
    }
    lines = [
        f"# {BANNER}", "suite: helpers/cdk", f"source: {SOURCE}", "cases:", "- id: field",
        "  title: What an argument of the official CDK becomes is sent unchanged", "  requirement: HELP-009",
        "  call: " + dump({"op": "chutes.deploy", "args": {"body": "$body"}}),
        "  server:", *(f"  - {dump(answer)}" for answer in server), "  expect: " + dump(expect), "  each:", *(f"  - {dump(one)}" for one in each),
    ]  # fmt: skip
    return "\n".join(lines) + "\n"


def dump(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def load(root: Path) -> dict[str, Any]:
    table: dict[str, Any] = read_yaml(root / SOURCE)
    return table


def outputs(root: Path) -> dict[str, str]:
    """Both files, by path below the project."""
    table = load(root)
    return {TABLE: markdown(table), CASES: cases(table)}
