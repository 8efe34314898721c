"""The table of operations in openapi/README.md says what the document holds."""

from __future__ import annotations

from codegen.load import load
from codegen.render import ROOT


def table() -> list[str]:
    rows = []
    for resource in load(ROOT / "openapi/chutes.yaml").resources:
        for o in resource.operations:
            query = "?" + "&".join(f"{k}={v}" for k, v in o.fixed.items()) if o.fixed else ""
            path = "".join(p.literal or "{" + p.name + "}" for p in o.parts) + query
            kind = o.result_type.ref or o.result_type.kind if o.result_type else ""
            if o.result_type and o.result_type.kind == "array" and o.result_type.item:
                kind = f"{o.result_type.item.ref}[]"
            note = ", ".join(filter(None, ["pages" if o.page_item else "", "" if o.idempotent else "never retried", "slashes kept" if any(p.keep_slash for p in o.parts) else ""]))
            rows.append(f"| `{resource.name}.{o.method}` | `{o.verb} {path}` | {o.result} {kind}".rstrip() + f" | {note} |")
    return rows


def test_the_table_is_complete() -> None:
    text = (ROOT / "openapi/README.md").read_text()
    assert [line for line in text.splitlines() if line.startswith("| `")] == table()
