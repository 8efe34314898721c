"""A chute written with the official CDK, in the JSON form of a deployment.

`load_chute("chute:chute")` reads it from a file of the current folder, `chute_body(chute)` takes the object itself, and

    python -m chutes_client.cdk chute:chute > chute.json

prints the form for the other languages. Every argument of the CDK and the field it reaches stands in `openapi/CDK.md`. The CDK
itself (`pip install chutes`) is needed only where a chute is loaded; nothing is sent and no account is needed.
"""

from __future__ import annotations

import importlib.util
import json
import math
import re
import sys
import tokenize
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from types import ModuleType
from typing import Any, NoReturn, cast

from ._errors import ConfigError

__all__ = ["chute_body", "load_chute", "main"]

# The CDK's own rule: its runtime would not find a chute by another reference.
_REFERENCE = re.compile(r"([a-z][a-z0-9_]*):([a-z][a-z0-9_]+)", re.IGNORECASE)

_CHUTE_FIELDS = (
    "name", "tagline", "readme", "standard_template", "concurrency", "max_instances", "scaling_threshold", "shutdown_after_seconds",
    "allow_external_egress", "encrypted_fs", "tee", "lock_modules", "revision",
)  # fmt: skip
_CORD_FIELDS = {
    "method": "_method", "path": "path", "public_api_path": "public_api_path", "public_api_method": "_public_api_method",
    "stream": "_stream", "input_schema": "input_schema", "output_schema": "output_schema", "passthrough": "_passthrough",
    "output_content_type": "output_content_type", "minimal_input_schema": "minimal_input_schema",
}  # fmt: skip


@dataclass(frozen=True)
class _Source:
    """The file a chute is written in, and how it is named there."""

    code: str
    filename: str
    ref_str: str


def load_chute(ref: str) -> dict[str, Any]:
    """Imports a chute from a file of the current folder and returns the body that deploys it.

    The module is run anew at each call, as the CDK does it, so that what is returned is what the file says now.

    Args:
        ref: `"module:variable"`, such as `"chute:chute"` for the variable `chute` of `chute.py`. A pack of one of the CDK's
            templates (vLLM, SGLang, diffusion, embedding) will do as well.

    Returns:
        The fields of `chutes.create`, with `public` false and `logo_id` null, as the CDK sends them unless told otherwise.

    Raises:
        ConfigError: if there is no such file, variable or chute, if the package `chutes` is not installed, or if the module or
            the chute is broken; the message says which, the cause is the exception of the module.
    """
    parts = _REFERENCE.fullmatch(ref)
    if parts is None:
        raise ConfigError(f"{ref!r} is not of the form module:variable, such as chute:chute for the variable chute of chute.py")
    name, variable = parts.groups()
    path = Path.cwd() / f"{name}.py"
    if not path.is_file():
        raise ConfigError(f"there is no file {path.name} in {path.parent}; go to the folder of the chute, or correct {ref!r}")
    code = _read(path)
    held = vars(_run(name, path, code))
    if variable not in held:
        others = [found for found, value in held.items() if _chute_of(value) is not None]
        raise ConfigError(
            f"{path.name} has no variable {variable!r}; chutes are in: {', '.join(others) or 'none of its variables'}"
        )
    chute = _chute_of(held[variable])
    if chute is None:
        raise ConfigError(f"{variable!r} of {path.name} is no chute of the CDK but of type {type(held[variable]).__name__}")
    return _body(chute, _Source(code, path.name, ref))


def chute_body(chute: object) -> dict[str, Any]:
    """The body that deploys a chute of the CDK which is imported already.

    The file and the variable are found among the imported modules, also in the script that is run.

    Args:
        chute: a `Chute` of the CDK, or the pack of one of its templates.

    Returns:
        The same as `load_chute`.

    Raises:
        ConfigError: if it is no chute, if a needed part of it is missing, or if it is not held by exactly one module.

    Example:
        >>> chute_body("echo")
        Traceback (most recent call last):
        chutes_client._errors.ConfigError: this is no chute of the CDK but of type str
    """
    found = _chute_of(chute)
    if found is None:
        raise ConfigError(f"this is no chute of the CDK but of type {type(chute).__name__}")
    return _body(found, _find(found))


def main(arguments: Sequence[str] | None = None) -> int:
    """`python -m chutes_client.cdk module:variable` prints the body as JSON; 0, or 1 where the chute cannot be had, or 2."""
    given = sys.argv[1:] if arguments is None else list(arguments)
    if len(given) != 1 or given[0].startswith("-"):
        print("usage: python -m chutes_client.cdk module:variable", file=sys.stderr)
        return 2
    try:
        with redirect_stdout(sys.stderr):  # what the module prints is no part of the JSON
            body = load_chute(given[0])
    except ConfigError as error:
        print(error.message, file=sys.stderr)
        return 1
    print(json.dumps(body, indent=2))
    return 0


# ---- finding and running the module ------------------------------------------------------------------------------------


def _read(path: Path) -> str:
    """The source with the encoding it declares, without a byte order mark, and with plain line ends."""
    try:
        with tokenize.open(path) as file:
            return file.read()
    except (OSError, SyntaxError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path.name} cannot be read: {error}") from error


def _run(name: str, path: Path, code: str) -> ModuleType:
    """Runs exactly the text that will be sent: a cached compilation could be of an older one."""
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None  # a file that ends in .py always has one
    module = importlib.util.module_from_spec(spec)
    with _importable(name, module, path.parent):
        try:
            exec(compile(code, str(path), "exec"), module.__dict__)
        except ModuleNotFoundError as error:
            if error.name == "chutes":
                raise ConfigError(f"{path.name} needs the official CDK: pip install chutes") from error
            raise ConfigError(f"{path.name} imports {error.name!r}, which is not installed here") from error
        except (Exception, SystemExit) as error:
            raise ConfigError(f"{path.name} cannot be imported: {type(error).__name__}: {error}") from error
    return module


@contextmanager
def _importable(name: str, module: ModuleType, folder: Path) -> Generator[None]:
    """While the module runs it can be found by its name, and its neighbours can be imported."""
    before, entry = sys.modules.get(name), str(folder)
    added = entry not in sys.path
    if added:
        sys.path.append(entry)  # last, like the CDK: a neighbour never hides an installed package
    sys.modules[name] = module
    try:
        yield
    finally:
        if added and entry in sys.path:
            sys.path.remove(entry)
        if before is None:
            sys.modules.pop(name, None)
        else:
            sys.modules[name] = before


def _find(chute: object) -> _Source:
    """The imported module that holds the chute in a variable."""
    places: dict[Path, str] = {}
    for name, module in list(sys.modules.items()):
        file = getattr(module, "__file__", None)
        if not isinstance(file, str) or not file.endswith(".py") or name.partition(".")[0] in ("chutes", "chutes_client"):
            continue
        path = Path(file).resolve()
        for variable, value in list(vars(module).items()):
            reference = f"{path.stem}:{variable}"
            if _REFERENCE.fullmatch(reference) and (value is chute or _packed(value) is chute):
                places.setdefault(path, reference)
    if len(places) > 1:
        home = {
            getattr(getattr(part, "_func", None), "__code__", None) for part in (*_list(chute, "_cords"), *_list(chute, "_jobs"))
        }
        files = {Path(code.co_filename).resolve() for code in home if code is not None}
        places = {path: reference for path, reference in places.items() if path in files} or places
    if len(places) != 1:
        where = ", ".join(sorted(path.name for path in places)) or "no imported module"
        raise ConfigError(f"the chute is held by {where}, so its file is not known; load it by load_chute('module:variable')")
    [(path, reference)] = places.items()
    return _Source(_read(path), path.name, reference)


def _packed(value: object) -> object:
    """The chute in a pack; looked up without running any code of the value."""
    return vars(value).get("chute") if hasattr(type(value), "model_fields") and hasattr(value, "__dict__") else None


def _chute_of(value: object) -> object:
    """The chute that a variable holds, itself or in a pack of a template; None if it holds none."""
    for candidate in (value, _packed(value)):
        if not isinstance(candidate, type) and all(
            hasattr(candidate, name) for name in ("_cords", "_jobs", "image", "node_selector")
        ):
            return candidate
    return None


# ---- the body ----------------------------------------------------------------------------------------------------------


def _body(chute: Any, source: _Source) -> dict[str, Any]:
    """What the CDK's own deployment sends; a field that an older CDK does not know is left out."""
    if chute.node_selector is None:
        raise ConfigError("the chute says no hardware: give Chute(…, node_selector=NodeSelector(gpu_count=1))")
    image = chute.image if isinstance(chute.image, str) else getattr(chute.image, "uid", None)
    if image is None:
        raise ConfigError("the chute says no image: give Chute(…, image=…) an Image, an id or user/name:tag")
    body: dict[str, Any] = {name: getattr(chute, name) for name in _CHUTE_FIELDS if hasattr(chute, name)}
    body |= {
        "logo_id": None,
        "image": image,
        "public": False,
        "node_selector": chute.node_selector.model_dump(),
        "filename": source.filename,
        "ref_str": source.ref_str,
        "code": source.code,
        "cords": [_cord(cord) for cord in chute._cords],
        "jobs": [_job(job) for job in chute._jobs],
    }
    return {name: _plain(value, name) for name, value in body.items()}


def _cord(cord: Any) -> dict[str, Any]:
    function = getattr(cord, "_func", None)
    if function is None:
        raise ConfigError(f"the cord {cord.public_api_path or cord.path!r} has no function: write @chute.cord(…) above one")
    return {"function": function.__name__} | {name: getattr(cord, attribute) for name, attribute in _CORD_FIELDS.items()}


def _job(job: Any) -> dict[str, Any]:
    if job.name is None:
        raise ConfigError("a job has no function: write @chute.job(…) above one")
    ports = [{"name": port.name, "port": port.port, "proto": port.proto} for port in job.ports]
    return {"ports": ports, "timeout": job.timeout, "name": job.name, "upload": job.upload}


def _list(value: object, name: str) -> list[object]:
    return list(getattr(value, name, ()))


def _plain(value: object, where: str) -> Any:
    """The value as JSON has it, or an error that says which part of the chute cannot be said in JSON."""
    if isinstance(value, Enum):
        return _plain(value.value, where)
    if isinstance(value, float) and not math.isfinite(value):
        _refuse(value, where)
    if value is None or isinstance(value, (str, int, float)):
        return value
    if isinstance(value, Mapping):
        entries = cast("Mapping[object, object]", value)
        return {str(key): _plain(entry, f"{where}.{key}") for key, entry in entries.items()}
    if isinstance(value, (list, tuple)):
        items = cast("Sequence[object]", value)
        return [_plain(item, f"{where}[{index}]") for index, item in enumerate(items)]
    _refuse(value, where)


def _refuse(value: object, where: str) -> NoReturn:
    raise ConfigError(f"{where} of the chute is no value that JSON has, but {value!r}; give it a value")


if __name__ == "__main__":
    sys.exit(main())
