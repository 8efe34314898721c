"""The table of openapi/README.md: every operation of the platform, where it stands in the document, in the clients and in the cases.

Written by `gen`, compared by `check`; a hole is a problem that `check` names.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from .ir import Api, Operation
from .languages import LANGUAGES
from .languages.base import camel, pascal, snake
from .load import read_yaml

BEGIN, END = "<!-- coverage: written by `make gen` -->", "<!-- end of coverage -->"
HELPERS = {
    "chutes.deploy": "chutes.create", "chutes.wait_ready": "chutes.warmup", "container_images.build": "container_images.create",
    "container_images.wait_built": "container_images.logs", "jobs.create": "jobs.submit", "jobs.wait": "jobs.get", "jobs.download": "jobs.file",
    "oauth.exchange": "oauth.token", "oauth.refresh": "oauth.token", "models.list": "models.list",
}  # fmt: skip
"""Driver operations of the helpers, and the generated request each ends in."""


def plain(route: str) -> str:
    """A route without the names of its parameters: the server, the document and the table name them differently."""
    return re.sub(r"\{[^}]*\}", "{}", route)


def operations(api: Api) -> Iterator[tuple[str, Operation]]:
    for resource in api.resources:
        for operation in resource.operations:
            yield f"{resource.name}.{operation.method}", operation


def invocation(document: dict[str, Any]) -> set[str]:
    """Routes of the hand-written layer, which only takes its types from the document."""
    found = set()
    for path, item in document["paths"].items():
        for verb, raw in item.items():
            if isinstance(raw, dict) and raw.get("x-sdk", {}).get("layer") == "invocation":
                found.add(plain(f"{verb.upper()} {path}"))
    return found


def clients(api: Api, outputs: dict[str, str]) -> dict[str, list[str]]:
    """Languages whose generated files hold each method."""
    spelled = {
        "python": (r"\bdef {}_?\(", snake),
        "ts": (r"^  (?:async )?{}_?[(<]", camel),
        "go": (r"^func \(\w+ \*\w+\) (?i:{})\(", pascal),
        "rust": (r"\bfn (?:r#)?{}_?[(<]", snake),
    }
    found: dict[str, list[str]] = {}
    for language in LANGUAGES:
        mine = {p: t for p, t in outputs.items() if p.startswith(f"clients/{language}/")}
        for name, operation in operations(api):
            stem = snake(operation.resource)
            text = "".join(t for p, t in mine.items() if re.search(rf"(^|[/_]){stem}(_gen)?\.\w+$", p))
            pattern, spell = spelled[language]
            if re.search(pattern.format(re.escape(spell(operation.method))), text, re.MULTILINE):
                found.setdefault(name, []).append(language)
    return found


def called(cases: Path) -> Counter[str]:
    """How many case files' calls reach each method, by resource and method or by a helper's operation."""
    count: Counter[str] = Counter()

    def walk(node: Any) -> None:
        if isinstance(node, dict):
            if isinstance(node.get("resource"), str) and isinstance(node.get("method"), str):
                count[f"{node['resource']}.{node['method']}"] += 1
            if node.get("op") in HELPERS:
                count[HELPERS[node["op"]]] += 1
            for value in node.values():
                walk(value)
        elif isinstance(node, list):
            for value in node:
                walk(value)

    for path in sorted(cases.rglob("*.yaml")):
        walk(read_yaml(path))
    return count


def row(name: str, o: Operation, languages: list[str], cases: int) -> str:
    query = "?" + "&".join(f"{k}={v}" for k, v in o.fixed.items()) if o.fixed else ""
    kind = o.result_type.ref or o.result_type.kind if o.result_type else ""
    if o.result_type and o.result_type.item:
        kind = (o.result_type.item.ref or o.result_type.item.kind) + ("[]" if o.result_type.kind == "array" else " by key")
    notes = [
        "pages" if o.page_item else "", "" if o.idempotent else "never retried", "slashes kept" if any(p.keep_slash for p in o.parts) else "",
        {"none": "public", "fingerprint": "by fingerprint", "default": ""}[o.auth], f"signs `{o.purpose}`" if o.purpose else "",
        f"`{o.guard.flag}` without `{o.guard.field}`" if o.guard else "",
    ]  # fmt: skip
    where = "all" if len(languages) == len(LANGUAGES) else " ".join(languages) or "**none**"
    return (
        f"| `{name}` | `{o.verb} {o.route}{query}` | {o.result} {kind}".rstrip()
        + f" | {', '.join(filter(None, notes))} | {where} | {'yes' if cases else '**no**'} |"
    )


def table(api: Api, outputs: dict[str, str], root: Path) -> tuple[str, list[str]]:
    """The text between the marks, and a sentence for every hole."""
    routes = read_yaml(root / "openapi/platform-routes.yaml")
    document = read_yaml(root / "openapi/chutes.yaml")
    offered, by_hand = clients(api, outputs), invocation(document)
    count = called(root / "conformance/cases")
    rows, holes, documented = [], [], set(by_hand)
    for name, operation in operations(api):
        documented.add(plain(f"{operation.verb} {operation.path}"))
        rows.append(row(name, operation, offered.get(name, []), count[name]))
        if len(offered.get(name, [])) < len(LANGUAGES):
            holes.append(f"{name}: not in every client, only in {offered.get(name, [])}")
        if not count[name]:
            holes.append(f"{name}: no case calls it")
    left: Counter[str] = Counter()
    known = set()
    for each in routes["routes"]:
        route = plain(each.get("as") or each["route"])
        known.add(route)
        if "leave_out" in each:
            left[each["leave_out"]] += 1
        elif route not in documented:
            holes.append(f"{each['route']}: the platform has it, the document does not")
    holes += [f"{route}: in the document, but not among the platform's routes" for route in sorted(documented - known - by_hand)]
    offered_routes = sum("leave_out" not in each for each in routes["routes"])
    head = [
        f"{offered_routes} routes of the platform are offered, by {len(rows)} methods in each of {len(LANGUAGES)} clients; the last column says whether a conformance case calls it.",
        "", "| method | request | result | | clients | case |", "|---|---|---|---|---|---|",
    ]  # fmt: skip
    tail = ["", f"Left out, {sum(left.values())} routes:", ""]
    tail += [f"- {routes['reasons'][key].rstrip('.')} ({left[key]})." for key in routes["reasons"] if left[key]]
    return "\n".join([*head, *rows, *tail]), holes


def fill(readme: str, text: str) -> str:
    """The README with the table between its marks."""
    before, _, rest = readme.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n\n{text}\n\n{END}{after}"
