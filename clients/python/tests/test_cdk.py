"""Chutes of the official CDK as bodies. The kit is not installed here: `kit.py` has its shape; conformance/realchute has the real one."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from chutes_client import ConfigError, cdk

KIT = """
class Selector:
    def model_dump(self): return {"gpu_count": 1, "include": None}
class Image:
    uid = "0c3c4cbd-3fbb-5d3c-a0b6-5b8f5ab50b16"
class Cord:
    _method, path, public_api_path, _public_api_method, _stream, _passthrough = "POST", "/say", "/say", "POST", False, False
    input_schema, output_schema, output_content_type, minimal_input_schema = {"type": "object"}, None, "text/plain", None
    def __call__(self, func): self._func = func; return func
class Port:
    name, port, proto = "web", 8080, "http"
class Job:
    name, timeout, upload, ports = None, 60, True, [Port()]
    def __call__(self, func): self.name = func.__name__; return self
class Chute:
    tagline, readme, standard_template, concurrency, max_instances, scaling_threshold = "", "", None, 4, 1, 0.75
    shutdown_after_seconds, allow_external_egress, encrypted_fs, tee, lock_modules, revision = 300, False, False, True, None, None
    def __init__(self, name, image="alice/tools:1.0", node_selector=Selector()):
        self.name, self.image, self.node_selector, self._cords, self._jobs = name, image, node_selector, [], []
    def cord(self): self._cords.append(Cord()); return self._cords[-1]
    def job(self): self._jobs.append(Job()); return self._jobs[-1]
class Pack:
    model_fields = {}
    def __init__(self, chute): self.chute = chute
"""
CHUTE = """from kit import *

chute = Chute("echo", Image())


@chute.cord()
def say(): ...
"""
Write = Callable[[str], Path]


@pytest.fixture
def write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Write:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delitem(sys.modules, "kit", raising=False)
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    (tmp_path / "kit.py").write_text(KIT, "utf-8")

    def put(code: str) -> Path:
        path = tmp_path / "my_chute.py"
        path.write_text(code, "utf-8")
        return path

    return put


def imported(monkeypatch: pytest.MonkeyPatch, path: Path, name: str) -> Any:
    """The file as an ordinary import leaves it."""
    import importlib.util

    monkeypatch.syspath_prepend(str(path.parent))
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, name, module)
    spec.loader.exec_module(module)
    return module


def test_a_chute_becomes_the_body(write: Write) -> None:
    write(CHUTE)
    assert cdk.load_chute("my_chute:chute") == {
        "name": "echo",
        "tagline": "",
        "readme": "",
        "standard_template": None,
        "concurrency": 4,
        "max_instances": 1,
        "scaling_threshold": 0.75,
        "shutdown_after_seconds": 300,
        "allow_external_egress": False,
        "encrypted_fs": False,
        "tee": True,
        "lock_modules": None,
        "revision": None,
        "logo_id": None,
        "image": "0c3c4cbd-3fbb-5d3c-a0b6-5b8f5ab50b16",
        "public": False,
        "node_selector": {"gpu_count": 1, "include": None},
        "filename": "my_chute.py",
        "ref_str": "my_chute:chute",
        "code": CHUTE,
        "cords": [
            {
                "function": "say",
                "method": "POST",
                "path": "/say",
                "public_api_path": "/say",
                "public_api_method": "POST",
                "stream": False,
                "passthrough": False,
                "input_schema": {"type": "object"},
                "output_schema": None,
                "output_content_type": "text/plain",
                "minimal_input_schema": None,
            }
        ],
        "jobs": [],
    }


def test_jobs_packs_and_image_names(write: Write) -> None:
    write('from kit import *\ninner = Chute("train")\n@inner.job()\nasync def train(): ...\npack = Pack(inner)\n')
    body = cdk.load_chute("my_chute:pack")
    assert body["jobs"] == [
        {"ports": [{"name": "web", "port": 8080, "proto": "http"}], "timeout": 60, "name": "train", "upload": True}
    ]
    assert (body["image"], body["ref_str"], body["cords"]) == ("alice/tools:1.0", "my_chute:pack", [])


def test_a_field_that_an_older_kit_lacks_is_left_out(write: Write) -> None:
    write(CHUTE + "\ndel Chute.lock_modules\n")
    assert "lock_modules" not in cdk.load_chute("my_chute:chute")


def test_the_file_is_read_anew_each_time(write: Write) -> None:
    write(CHUTE)
    assert cdk.load_chute("my_chute:chute")["name"] == "echo"
    changed = CHUTE.replace("echo", "ohce")  # as long, and in the same second: a cached compilation would still hold
    write(changed)
    body = cdk.load_chute("my_chute:chute")
    assert (body["name"], body["code"]) == ("ohce", changed)


def test_the_code_is_the_text_of_the_file(write: Write) -> None:
    path = write("")
    path.write_bytes(b"\xef\xbb\xbf# \xc3\xa9\r\n" + CHUTE.encode())
    assert cdk.load_chute("my_chute:chute")["code"] == "# é\n" + CHUTE
    path.write_bytes(b"# -*- coding: latin-1 -*-\n# \xe9\n" + CHUTE.encode())
    assert "# é\n" in cdk.load_chute("my_chute:chute")["code"]


def test_nothing_is_left_in_the_interpreter(write: Write, tmp_path: Path) -> None:
    write(CHUTE)
    paths = list(sys.path)
    cdk.load_chute("my_chute:chute")
    assert sys.path == paths and "my_chute" not in sys.modules
    (tmp_path / "json.py").write_text(CHUTE, "utf-8")
    assert cdk.load_chute("json:chute")["filename"] == "json.py"
    assert sys.modules["json"] is json
    write("raise ValueError")
    with pytest.raises(ConfigError):
        cdk.load_chute("my_chute:chute")
    assert sys.path == paths and "my_chute" not in sys.modules


@pytest.mark.parametrize(
    ("code", "ref", "words"),
    [
        ("", "chute", "not of the form module:variable, such as chute:chute"),
        ("", "my_chute.py:chute", "not of the form module:variable"),
        ("", "my_chute:c", "not of the form module:variable"),
        ("", "other:chute", "there is no file other.py in "),
        (CHUTE, "my_chute:app", "no variable 'app'; chutes are in: chute"),
        ("", "my_chute:app", "no variable 'app'; chutes are in: none of its variables"),
        (CHUTE, "my_chute:say", "'say' of my_chute.py is no chute of the CDK but of type function"),
        (CHUTE, "my_chute:Chute", "'Chute' of my_chute.py is no chute of the CDK but of type type"),
        ("from chutes.chute import Chute", "my_chute:chute", "my_chute.py needs the official CDK: pip install chutes"),
        ("import no_such_engine.part", "my_chute:chute", "my_chute.py imports 'no_such_engine', which is not installed here"),
        ("x = = 1", "my_chute:chute", "my_chute.py cannot be imported: SyntaxError: invalid syntax"),
        ("raise ValueError('bad name')", "my_chute:chute", "my_chute.py cannot be imported: ValueError: bad name"),
        ("import sys\nsys.exit(3)", "my_chute:chute", "my_chute.py cannot be imported: SystemExit: 3"),
        ("# coding: no-such", "my_chute:chute", "my_chute.py cannot be read: "),
        (CHUTE + "chute.node_selector = None", "my_chute:chute", "give Chute(…, node_selector=NodeSelector("),
        (CHUTE + "chute.image = None", "my_chute:chute", "the chute says no image"),
        (CHUTE + "chute.cord()", "my_chute:chute", "the cord '/say' has no function"),
        (CHUTE + "chute.job()", "my_chute:chute", "a job has no function"),
        (
            CHUTE + "chute.scaling_threshold = float('nan')",
            "my_chute:chute",
            "scaling_threshold of the chute is no value that JSON has",
        ),
        (
            CHUTE + "chute._cords[0].input_schema = {'a': [1, {2}]}",
            "my_chute:chute",
            "cords[0].input_schema.a[1] of the chute is no value",
        ),
    ],
)
def test_errors_say_what_to_do(write: Write, code: str, ref: str, words: str) -> None:
    write(code)
    with pytest.raises(ConfigError) as caught:
        cdk.load_chute(ref)
    assert words in caught.value.message
    assert caught.value.kind == "config"


def test_enumerations_and_tuples_become_json(write: Write) -> None:
    write(CHUTE + "import enum\nclass Kind(enum.Enum):\n    A = 'a'\nchute._cords[0].input_schema = {1: (Kind.A, True)}")
    assert cdk.load_chute("my_chute:chute")["cords"][0]["input_schema"] == {"1": ["a", True]}


def test_an_imported_chute_finds_its_file(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    module = imported(monkeypatch, write(CHUTE), "my_chute")
    assert cdk.chute_body(module.chute) == cdk.load_chute("my_chute:chute")


def test_a_pack_finds_its_file(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    module = imported(monkeypatch, write("from kit import *\npack = Pack(Chute('echo'))\n"), "my_chute")
    assert cdk.chute_body(module.pack)["ref_str"] == cdk.chute_body(module.pack.chute)["ref_str"] == "my_chute:pack"


def test_a_chute_that_others_import_belongs_to_the_file_of_its_functions(
    write: Write, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    module = imported(monkeypatch, write(CHUTE), "my_chute")
    (tmp_path / "a_user.py").write_text("from my_chute import chute\n", "utf-8")
    imported(monkeypatch, tmp_path / "a_user.py", "a_user")
    assert cdk.chute_body(module.chute)["filename"] == "my_chute.py"
    module.chute._cords.clear()
    with pytest.raises(ConfigError, match=r"held by a_user\.py, my_chute\.py, so its file is not known"):
        cdk.chute_body(module.chute)


def test_a_chute_of_no_file_is_refused(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    module = imported(monkeypatch, write(CHUTE), "my_chute")
    with pytest.raises(ConfigError, match="held by no imported module"):
        cdk.chute_body(module.Chute("loose"))
    with pytest.raises(ConfigError, match="no chute of the CDK but of type dict"):
        cdk.chute_body({})


def play(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, *arguments], capture_output=True, text=True, check=False)


def test_the_command_prints_the_body_and_nothing_else(write: Write) -> None:
    write("print('loading')\n" + CHUTE)
    done = play("-m", "chutes_client.cdk", "my_chute:chute")
    assert (done.returncode, done.stderr) == (0, "loading\n")
    assert json.loads(done.stdout) == cdk.load_chute("my_chute:chute")


def test_the_command_says_what_is_wrong(write: Write) -> None:
    write(CHUTE)
    wrong = play("-m", "chutes_client.cdk", "my_chute:app")
    assert (wrong.returncode, wrong.stdout, wrong.stderr) == (1, "", "my_chute.py has no variable 'app'; chutes are in: chute\n")
    for arguments in ([], ["--help"], ["a:bc", "d:ef"]):
        usage = play("-m", "chutes_client.cdk", *arguments)
        assert (usage.returncode, usage.stdout, usage.stderr) == (2, "", "usage: python -m chutes_client.cdk module:variable\n")


def test_a_script_gives_its_own_chute(write: Write) -> None:
    path = write(
        CHUTE
        + "\nif __name__ == '__main__':\n    from chutes_client.cdk import chute_body\n    print(chute_body(chute)['ref_str'])\n"
    )
    done = play(str(path))
    assert (done.stdout, done.stderr) == ("my_chute:chute\n", "")
