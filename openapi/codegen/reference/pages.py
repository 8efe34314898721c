"""Writes the pages: `python -m codegen docs FOLDER`. No script, no address but their own; they open from disk as well."""

from __future__ import annotations

import html
import re
from pathlib import Path

import jinja2
from markupsafe import Markup

from ..coverage import HELPERS
from ..ir import Api, Operation, Resource, Schema, Type
from ..languages.base import snake
from ..render import HERE, ROOT
from .examples import EXAMPLES
from .signatures import FILES, signature

TITLES = {"python": "Python", "ts": "TypeScript", "go": "Go", "rust": "Rust"}
STATUSES = {
    400: "bad_request", 401: "unauthenticated", 402: "payment_required", 403: "permission_denied", 404: "not_found", 409: "conflict", 410: "api_status",
    422: "unprocessable", 426: "tee_required", 429: "rate_limited", 500: "server", 502: "unavailable", 503: "unavailable", 504: "unavailable",
}  # fmt: skip


def write(api: Api, folder: Path) -> int:
    """Writes every page into the folder and returns how many."""
    env = jinja2.Environment(
        loader=jinja2.FileSystemLoader(HERE / "templates/docs"), undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True, autoescape=True
    )
    env.globals |= {"titles": TITLES, "kinds": STATUSES, "helpers": {v: [k for k in HELPERS if HELPERS[k] == v] for v in HELPERS.values()}}
    env.filters |= {"type": spell, "snake": snake, "prose": prose}
    folder.mkdir(parents=True, exist_ok=True)
    style = (HERE / "templates/docs/style.css").read_text(encoding="utf-8")
    for resource in api.resources:
        entries = [entry(api, resource, o) for o in resource.operations]
        text = env.get_template("resource.html.j2").render(api=api, resource=resource, entries=entries, style=style, schemas=used(api, resource))
        (folder / f"{snake(resource.name)}.html").write_text(text, encoding="utf-8")
    index = env.get_template("index.html.j2").render(api=api, style=style)
    (folder / "index.html").write_text(index, encoding="utf-8")
    return len(api.resources) + 1


def entry(api: Api, resource: Resource, o: Operation) -> dict[str, object]:
    """What a page shows of one method."""
    stem = snake(resource.name)
    signatures = {lang: signature(lang, resource, o, (ROOT / FILES[lang].format(stem)).read_text(encoding="utf-8")) for lang in TITLES}
    examples = {lang: "\n".join(EXAMPLES[lang](api).body(resource, o)) for lang in TITLES}
    return {"op": o, "signatures": signatures, "examples": examples, "name": f"{resource.name}.{o.method}"}


def used(api: Api, resource: Resource) -> list[Schema]:
    """The schemas that a resource sends or receives, each once, in the order they are met."""
    found: dict[str, Schema] = {}

    def take(of: Type | None) -> None:
        if of is None:
            return
        take(of.item)
        schema = api.schemas.get(of.ref or "")
        if schema is not None and schema.name not in found:
            found[schema.name] = schema
            for each in schema.types:
                take(each)

    for o in resource.operations:
        if o.body:
            take(Type("ref", ref=o.body.name))
        take(o.result_type)
        for p in o.params:
            take(p.type)
    return list(found.values())


def spell(of: Type | None) -> Markup:
    """A type in words, with a link where it has a name."""
    if of is None:
        return Markup("")
    inner = {"array": lambda: f"list of {spell(of.item)}", "map": lambda: f"map to {spell(of.item)}", "ref": lambda: _link(of.ref or "")}
    text = inner[of.kind]() if of.kind in inner else {"int64": "integer", "int": "integer", "float": "number", "json": "any JSON"}.get(of.kind, of.kind)
    return Markup(text + (" or null" if of.nullable else ""))  # made of names of the document only


def prose(text: str) -> Markup:
    """A sentence of the document, its words in backticks set as code."""
    return Markup(re.sub(r"`([^`]+)`", r"<code>\1</code>", html.escape(text)))  # escaped before the only tag is added


def _link(name: str) -> str:
    safe = html.escape(name)
    return f'<a href="#{safe}">{safe}</a>'
