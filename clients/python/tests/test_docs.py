"""What is written down runs, and what is made from something else is what it would be."""

from __future__ import annotations

import doctest
import os
import re
import runpy
import subprocess
import sys
import urllib.request
import webbrowser
from collections.abc import Iterator
from pathlib import Path
from threading import Thread

import pytest

from chutes_client import (
    Chutes,
    _accumulate,
    _config,
    _cords,
    _errors,
    _fallback,
    _framing,
    _helpers,
    _hooks,
    _limiter,
    _lines,
    _mapping,
    _media,
    _multipart,
    _output,
    _prices,
    _redact,
    _request,
    _schema,
    _sse,
    _trace,
    _values,
    _vectors,
    cdk,
    content,
    hotkey,
    predict,
    testing,
    tools,
)
from chutes_client import _oauth as _shared_oauth
from chutes_client._async import _oauth
from chutes_client._sync import _client, _stream
from chutes_client._sync.helpers import chutes, container_images, jobs, models
from chutes_client._sync.invoke import chat, chute, embeddings, media

ROOT = Path(__file__).resolve().parents[1]
EXAMPLES = sorted(path.name for path in (ROOT / "examples").glob("*.py"))


@pytest.fixture(scope="module")
def platform() -> Iterator[str]:
    """The local platform, from the harness beside this client; it needs the standard library alone."""
    harness = ROOT.parents[1] / "conformance"
    if not (harness / "chutes_conformance/platform").exists():
        pytest.skip("the local platform is not here")
    if sys.version_info < (3, 11):
        pytest.skip("the local platform needs Python 3.11")
    command = [sys.executable, "-m", "chutes_conformance.platform", "--port", "0", "--token-delay-ms", "0"]
    process = subprocess.Popen(command, cwd=harness, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        url = process.stdout.readline().strip().partition("=")[2]
        assert url.startswith("http://127.0.0.1:")
        yield url
    finally:
        process.terminate()
        process.wait()
        process.stdout.close()


def visit(url: str) -> None:
    """What a browser does."""
    urllib.request.urlopen(url, timeout=10).close()


@pytest.mark.parametrize("name", EXAMPLES)
def test_example_runs(
    name: str, platform: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for variable in [v for v in os.environ if v.startswith("CHUTES_")]:
        monkeypatch.delenv(variable)
    monkeypatch.setenv("CHUTES_BASE_URL", platform)
    monkeypatch.setenv("CHUTES_API_KEY", "cpk_demo")
    monkeypatch.setenv("DEMO_OUT", str(tmp_path))
    monkeypatch.setenv("CHUTES_CONFIG_PATH", str(tmp_path / "config.ini"))
    (tmp_path / "config.ini").write_text(f"[auth]\nhotkey_seed = {'42' * 32}\n")  # the key of `demo` on the local platform
    monkeypatch.setattr(webbrowser, "open", lambda url: Thread(target=visit, args=(url,)).start())
    monkeypatch.chdir(tmp_path)
    space = runpy.run_path(str(ROOT / "examples" / name))
    for held in ("client", "oauth"):
        if held in space:
            space[held].close()
    shown = capsys.readouterr().out
    assert shown.strip()
    if name == "demo.py":
        last = shown.strip().splitlines()[-1]
        assert re.fullmatch(r"DEMO python ok chutes=\d+ tokens=[1-9]\d* image=\S+ bytes=[1-9]\d* retries=1 interrupted=yes", last)


def test_readme_shows_the_examples() -> None:
    text = (ROOT / "README.md").read_text()
    blocks = dict(re.findall(r"<!-- examples/(\w+\.py) -->\n```python\n(.*?)```", text, re.DOTALL))
    shown = [name for name in EXAMPLES if name not in ("demo.py", "every_resource.py")]
    assert blocks == {name: (ROOT / "examples" / name).read_text() for name in shown}


def test_the_example_of_every_resource_leaves_none_out() -> None:
    code = (ROOT / "examples/every_resource.py").read_text()
    resources = {path.stem for path in (ROOT / "src/chutes_client/_sync/management").glob("[a-z]*.py")}
    assert len(resources) == 23
    assert resources == set(re.findall(r"client\.(\w+)\.", code))


def test_sync_twin_is_up_to_date() -> None:
    done = subprocess.run(
        [sys.executable, str(ROOT / "scripts/unasync.py"), "--check"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


MODULES = [
    *(
        _accumulate,
        _config,
        _cords,
        _mapping,
        _media,
        _trace,
        _errors,
        _fallback,
        _framing,
        _helpers,
        _hooks,
        _limiter,
        _lines,
        _multipart,
        _output,
        _prices,
        _redact,
    ),
    *(_request, _schema, _sse, _values, _vectors, _oauth, _shared_oauth, cdk, content, hotkey, predict, testing, tools),
]


@pytest.mark.parametrize("module", MODULES, ids=lambda m: m.__name__)
def test_docstrings(module: object) -> None:
    found = doctest.testmod(module)  # type: ignore[arg-type]
    assert found.attempted and not found.failed


@pytest.mark.parametrize(
    "module", [_client, _stream, chat, chute, embeddings, media, chutes, container_images, jobs, models], ids=lambda m: m.__name__
)
def test_docstrings_that_need_a_server(module: object, platform: str) -> None:
    with Chutes("cpk_demo", base_url=platform) as client:
        found = doctest.testmod(module, extraglobs={"client": client})  # type: ignore[arg-type]
    assert found.attempted and not found.failed
