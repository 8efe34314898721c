"""Load suites, multiply them by rows and permutations, and select cases by pattern."""

from __future__ import annotations

import copy
import itertools
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

import jsonschema
import yaml

AXES = ("slice", "framing", "coding", "eol")
_BODIED = ("json", "text", "html", "b64", "hex", "fill", "sse", "completion", "page")


class CaseError(ValueError):
    """A case file that cannot be used; the text names file and place."""


@dataclass(frozen=True)
class Case:
    """One playable case: a row of a suite after all multiplication."""

    name: str
    title: str
    level: str
    requirements: tuple[str, ...]
    source: str
    calls: tuple[dict[str, Any], ...]
    server: tuple[dict[str, Any], ...]
    client_expect: tuple[dict[str, Any] | None, ...]
    server_expect: dict[str, Any]
    also_ok: tuple[dict[str, Any], ...] = ()
    tags: tuple[str, ...] = ()
    requires: tuple[str, ...] = ()
    listen: str = "plain"
    deadline_ms: float = 10000
    process_env: dict[str, str] = field(default_factory=dict)
    raw: dict[str, Any] = field(default_factory=dict, compare=False)

    @property
    def theme(self) -> str:
        return self.name.split("/", 1)[0]

    @property
    def timing(self) -> bool:
        """Played alone: its times are judged closely, or it would disturb those of its neighbours (`slow`)."""
        return "timing" in self.tags or "slow" in self.tags


def package_root() -> Path:
    """The folder of cases, schemas and columns: beside the package in the repository, inside it where it is installed."""
    package = Path(__file__).resolve().parent
    installed = package / "_data"
    return installed if installed.is_dir() else package.parent


@lru_cache
def schema(name: str, root: Path | None = None) -> Any:
    return json.loads(((root or package_root()) / "schema" / f"{name}.schema.json").read_text("utf-8"))


def requirement_ids(path: Path) -> dict[str, str]:
    """Every id of requirements.md with its sentence."""
    found = re.findall(r"^- ([A-Z]+-\d{3}) (.+)$", path.read_text("utf-8"), re.M)
    return dict(found)


def load(root: Path) -> list[Case]:
    """All cases below `root/cases`, sorted by name."""
    known = requirement_ids(root / "requirements.md")
    validator = jsonschema.Draft202012Validator(schema("case", root))
    cases: list[Case] = []
    for path in sorted((root / "cases").rglob("*.yaml")):
        cases += load_suite(path, root / "cases", validator, known)
    names = [c.name for c in cases]
    doubles = sorted({n for n in names if names.count(n) > 1}) if len(set(names)) != len(names) else []
    if doubles:
        raise CaseError(f"case names used twice: {', '.join(doubles)}")
    return sorted(cases, key=lambda c: c.name)


class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc] # libyaml, where PyYAML has it, is ten times as fast
    """Of all words only true and false are booleans, as in YAML 1.2: `detail: no` is a text, and `on: …` a key."""

    yaml_implicit_resolvers = {
        first: [(tag, pattern) for tag, pattern in found if tag != "tag:yaml.org,2002:bool" or first in "tTfF"]
        for first, found in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }


def read_yaml(path: Path) -> Any:
    """What the file holds."""
    return yaml.load(path.read_text("utf-8"), Loader=_Loader)


def load_suite(path: Path, folder: Path, validator: Any, known: dict[str, str]) -> list[Case]:
    try:
        suite = read_yaml(path)
    except yaml.YAMLError as exc:
        raise CaseError(f"{path.name}: {exc}") from exc
    error = next(iter(sorted(validator.iter_errors(suite), key=lambda e: len(e.path), reverse=True)), None)
    if error:
        best = jsonschema.exceptions.best_match([error])
        raise CaseError(f"{path}: at {'/'.join(map(str, error.absolute_path))}: {best.message[:400]}")
    expected = path.relative_to(folder).with_suffix("").as_posix()
    if suite["suite"] != expected:
        raise CaseError(f"{path}: suite must be {expected!r}, not {suite['suite']!r}")
    out: list[Case] = []
    for raw in suite["cases"]:
        defaults = {k: v for k, v in suite.get("defaults", {}).items() if not (k == "call" and "calls" in raw)}
        merged = _merge(defaults, raw)
        merged.setdefault("source", suite["source"])
        out += expand(suite["suite"], merged, known)
    return out


def expand(suite: str, raw: dict[str, Any], known: dict[str, str]) -> Iterator[Case]:
    """Rows of `each`, times the axes of `permute`."""
    rows = raw.get("each") or [None]
    for row in rows:
        one = {k: v for k, v in raw.items() if k not in ("each", "permute")}
        name = f"{suite}/{raw['id']}"
        if row is not None:
            one = _fill(one, row)
            name += f"/{row['id']}"
        permute = raw.get("permute", {})
        axes = [a for a in AXES if a in permute]
        for values in itertools.product(*(permute[a] for a in axes)):
            full = name + "".join(f"/{a}:{v}" for a, v in zip(axes, values))
            yield build(full, _with_axes(one, dict(zip(axes, values))), known)


def build(name: str, raw: dict[str, Any], known: dict[str, str]) -> Case:
    """A playable case from its merged map; shorthands of the calls are written out."""
    required = raw["requirement"] if isinstance(raw["requirement"], list) else [raw["requirement"]]
    for one in required:
        if known and one not in known:
            raise CaseError(f"{name}: unknown requirement {one}")
    if ("call" in raw) == ("calls" in raw):
        raise CaseError(f"{name}: give either call or calls")
    expect = raw["expect"]
    single = "call" in raw
    calls = [raw["call"]] if single else raw["calls"]
    if not single and "client" in expect:
        raise CaseError(f"{name}: with calls, expectations sit in expect.calls")
    client = [expect.get("client")] if single else expect.get("calls", [None] * len(calls))
    if len(client) != len(calls):
        raise CaseError(f"{name}: expect.calls has {len(client)} entries for {len(calls)} calls")
    return Case(
        name=name, title=raw["title"], level=raw.get("level", "must"), requirements=tuple(required),
        source=raw["source"], calls=tuple(_call(c, single, name) for c in calls),
        server=tuple(raw.get("server", ())), client_expect=tuple(client),
        server_expect=expect.get("server", {}), also_ok=tuple(raw.get("also_ok", ())),
        tags=tuple(raw.get("tags", ())), requires=_required(raw.get("requires", ()), calls),
        listen=raw.get("listen", "plain"), deadline_ms=float(raw.get("deadline_ms", 10000)), process_env=raw.get("process_env", {}), raw=raw,
    )


def _required(named: Iterable[str], calls: list[dict[str, Any]]) -> tuple[str, ...]:
    """Capabilities a case names, and those its calls cannot do without."""
    out = set(named)
    for call in calls:
        stop = call.get("stop") or {}
        if call.get("clock") == "virtual":
            out.add("virtual-clock")
        if stop.get("how") == "cancel" or "after_ms" in stop:
            out.add("async-cancel")
    return tuple(sorted(out))


def select(cases: Iterable[Case], patterns: Iterable[str]) -> list[Case]:
    """Cases whose name matches any pattern; a pattern also selects everything below it."""
    compiled = [pattern_regex(p) for p in patterns]
    return [c for c in cases if not compiled or any(r.fullmatch(c.name) for r in compiled)]


def pattern_regex(pattern: str) -> re.Pattern[str]:
    """`*` within one component, `**` across them."""
    parts = re.split(r"(\*\*|\*)", pattern.rstrip("/"))
    body = "".join(".*" if p == "**" else "[^/]*" if p == "*" else re.escape(p) for p in parts)
    return re.compile(body + "(/.*)?")


def _call(call: dict[str, Any], single: bool, name: str) -> dict[str, Any]:
    out = copy.deepcopy(call)
    op = out.get("op")
    if not op:
        raise CaseError(f"{name}: a call needs an op")
    if not single and "session" not in out:
        out["session"] = "s"
    for name in [n for n in ("report", "hooks") if n in out and out[n] is None]:
        del out[name]
    args = out.setdefault("args", {})
    for name in [n for n in ("models", "messages") if n in args and args[n] is None]:
        del args[name]
    for one in (args, *(args.get("calls") if op == "map" and isinstance(args.get("calls"), list) else ())):
        if isinstance(one.get("messages"), str):
            one["messages"] = [{"role": "user", "content": one["messages"]}]
    model = {"chat": "test/model", "completions": "test/model", "error": "test/model", "stream": "test/model",
             "embeddings": "test/embed", "images": "test/image"}.get(op.split(".")[0])
    if model and "model" not in args and "models" not in args:
        out["args"] = {"model": model, **args}
    elif "model" in args and args["model"] is None:
        del args["model"]
    if op == "sse.decode" and "slices" not in args:
        out["args"] = _slices(args, out.pop("slice", "whole"))
    out.pop("slice", None)
    return out


def _slices(args: dict[str, Any], how: Any) -> dict[str, Any]:
    import base64

    from .server.body import cut

    args = dict(args)
    if "text" in args:
        data = args.pop("text").encode("utf-8", "surrogatepass")
    elif "bytes_hex" in args:
        data = bytes.fromhex(args.pop("bytes_hex"))
    else:
        data = base64.b64decode(args.pop("bytes_b64", ""))
    return {**args, "slices": [base64.b64encode(s).decode() for s in cut(data, how)]}


def _merge(base: Any, over: Any) -> Any:
    if isinstance(base, dict) and isinstance(over, dict):
        out = {k: copy.deepcopy(v) for k, v in base.items()}
        for key, value in over.items():
            out[key] = _merge(base.get(key), value)
        return out
    return copy.deepcopy(over)


def _fill(value: Any, row: dict[str, Any]) -> Any:
    """Replace `$name` (whole value, any type) and `$(name)` (inside a text) by the row's values."""
    if isinstance(value, str):
        if value.startswith("$") and value[1:] in row:
            return copy.deepcopy(row[value[1:]])
        return re.sub(r"\$\((\w+)\)", lambda m: str(row.get(m.group(1), m.group(0))), value)
    if isinstance(value, list):
        return [_fill(v, row) for v in value]
    if isinstance(value, dict):
        return {k: _fill(v, row) for k, v in value.items()}
    return value


def _with_axes(raw: dict[str, Any], axes: dict[str, Any]) -> dict[str, Any]:
    if not axes:
        return raw
    out = copy.deepcopy(raw)
    for answer in out.get("server", []):
        if any(k in answer for k in _BODIED):
            answer.update(axes)
    for call in [out.get("call"), *out.get("calls", [])]:
        if call and call.get("op") == "sse.decode" and "slice" in axes:
            call["slice"] = axes["slice"]
    return out
