"""The table of the CDK's arguments against the kit itself, and its chutes as bodies against the bodies that the kit sends."""

from __future__ import annotations

import copy
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent)]

import serve  # noqa: E402

from chutes_conformance.platform import Options, Platform  # noqa: E402

ROOT = HERE.parents[1]
TABLE = yaml.safe_load((ROOT / "openapi/cdk.yaml").read_text("utf-8"))
ROWS = {f"{constructor['of']}.{row['argument']}": row for constructor in TABLE["constructors"] for row in constructor["arguments"]}
SAMPLES = ["chute:chute", "cdk_sample:chute", "cdk_jobs:chute", *(f"cdk_templates:{name}" for name in ("vllm", "sglang", "diffusion", "embedding"))]
BASE: dict[str, dict[str, Any]] = {
    "Chute": {"username": "alice", "name": "echo"},
    "NodeSelector": {},
    "Image": {"username": "alice", "name": "tools", "tag": "1.0"},
    "cord": {"public_api_path": "/say"},
    "job": {},
    "Port": {"name": "web", "port": 8080, "proto": "tcp"},
}
CHUTE = """from chutes.chute import Chute, NodeSelector
from chutes.chute.job import Port
from chutes.image import Image

chute = Chute(**{{"image": Image(**{Image}), "node_selector": NodeSelector(**{NodeSelector}), **{Chute}}})


@chute.cord(**{cord})
async def say(self, text: str) -> dict: ...


@chute.job(**{{"ports": [Port(**{Port})], **{job}}})
async def train(self, **job_data): ...
"""
PLACES: dict[str, tuple[str | int, ...]] = {
    "ChuteArgs": (),
    "NodeSelector": ("node_selector",),
    "Cord": ("cords", 0),
    "Job": ("jobs", 0),
    "JobPort": ("jobs", 0, "ports", 0),
}


def environment(folder: Path) -> dict[str, str]:
    """The kit's, with the installed client beside it; what the client needs besides is pinned in requirements.txt."""
    build = Path(os.environ.get("CONFORMANCE_BUILD", ROOT / ".build"))
    found = sorted((build / "installed/python/lib").glob("python3*/site-packages/chutes_client"))
    if not found:
        pytest.fail("the Python client is not installed; run `make installed`")
    (folder / "packages").mkdir()
    (folder / "packages/chutes_client").symlink_to(found[0], target_is_directory=True)
    kept = {name: value for name, value in os.environ.items() if not name.startswith("CHUTES_")}
    return kept | {
        "PYTHONPATH": str(folder / "packages"),
        "PYTHONDONTWRITEBYTECODE": "1",
        "CHUTES_CONFIG_PATH": str(folder / "config.ini"),
        "CHUTES_ALLOW_MISSING": "true",
        "REALCHUTE_FOLDER": str(folder),
        "REALCHUTE_UPSTREAM_PORT": "8000",
    }


def run(script: str, *arguments: str, folder: Path, variables: dict[str, str], text: str = "") -> Any:
    command = [serve.venv() / "bin/python", HERE / script, *arguments]
    done = subprocess.run(command, cwd=folder, env=variables, input=text, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr[-4000:]
    return json.loads(done.stdout)


def source(name: str | None = None) -> str:
    """A chute with nothing but what is needed, or one with the argument of a row set."""
    parts = copy.deepcopy(BASE)
    if name is not None:
        constructor, _, argument = name.partition(".")
        example = ROWS[name]["example"]
        if argument.startswith("**"):
            parts[constructor] |= example
        elif name == "Chute.node_selector":
            parts["NodeSelector"] = example
        else:
            parts[constructor][argument] = example
    return CHUTE.format(**{key: repr(value) for key, value in parts.items()})


def reference(name: str) -> str:
    return "row_" + name.lower().replace(".", "_").replace("*", "s") + ":chute"


@pytest.fixture(scope="module")
def probe(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    folder = tmp_path_factory.mktemp("cdk")
    for sample in SAMPLES:
        file = f"{sample.partition(':')[0]}.py"
        (folder / file).write_text((HERE / file).read_text("utf-8"), "utf-8")
    written = {"base:chute": source(), **{reference(name): source(name) for name in ROWS}}
    for ref, text in written.items():
        (folder / f"{ref.partition(':')[0]}.py").write_text(text, "utf-8")
    wanted = {"signatures": {one["of"]: one["import"] for one in TABLE["constructors"]}, "chutes": [*SAMPLES, *written]}
    return dict(run("cdk_probe.py", folder=folder, variables=environment(folder), text=json.dumps(wanted)))


def test_the_table_is_of_the_installed_kit() -> None:
    pinned = [line for line in (HERE / "requirements.txt").read_text("utf-8").splitlines() if line.startswith("chutes==")]
    assert pinned == [f"chutes=={TABLE['cdk']}"]


@pytest.mark.parametrize("of", [one["of"] for one in TABLE["constructors"]])
def test_the_table_lists_exactly_the_arguments_of_the_kit(probe: dict[str, Any], of: str) -> None:
    [listed] = [one["arguments"] for one in TABLE["constructors"] if one["of"] == of]
    assert {row["argument"]: row.get("default", "required") for row in listed} == probe["signatures"][of]


@pytest.mark.parametrize("name", ROWS)
def test_the_value_of_an_argument_arrives_where_the_table_says_and_nowhere_else(probe: dict[str, Any], name: str) -> None:
    row = ROWS[name]
    body, base = probe["chutes"][reference(name)]["loaded"], copy.deepcopy(probe["chutes"]["base:chute"]["loaded"])
    assert body["code"] == source(name) and base["code"] == source()
    if "field" in row:
        schema, _, member = row["field"].partition(".")
        at, there = base, body
        for step in PLACES[schema]:
            at, there = at[step], there[step]
        want = row.get("sent", row["example"])
        assert at[member] != want, "the value is the default"
        got = there[member]
        if name == "Chute.node_selector":
            got = {key: value for key, value in got.items() if value is not None}
        elif name == "job.ssh":
            assert got[:-1] == at[member]
            got = got[-1:]
        assert got == want
        at[member] = there[member]
    assert body | {key: None for key in ("code", "filename", "ref_str")} == base | {key: None for key in ("code", "filename", "ref_str")}


@pytest.mark.parametrize("ref", [*SAMPLES, "base:chute", *(reference(name) for name in ROWS)])
def test_the_body_is_the_one_that_the_kit_sends(probe: dict[str, Any], ref: str) -> None:
    made = probe["chutes"][ref]
    assert made["loaded"] == made["kit"]
    assert made["object"] == made["kit"]


def test_what_the_kit_leaves_unsaid_is_refused(tmp_path: Path) -> None:
    variables = environment(tmp_path)
    for file, text, words in (
        ("no_proto", source().replace(", 'proto': 'tcp'", ""), "jobs[0].ports[0].proto of the chute is no value that JSON has"),
        ("no_hardware", source().replace("NodeSelector(**{})", "None"), "give Chute(…, node_selector=NodeSelector("),
        ("newer_kit", "import chutes.no_such_part", "newer_kit.py imports 'chutes.no_such_part', which is not installed here"),
        ("refused", source().replace("'port': 8080", "'port': 80"), "Port must be 2202 or in range 8002-65535"),
    ):
        (tmp_path / f"{file}.py").write_text(text, "utf-8")
        done = subprocess.run(
            [serve.venv() / "bin/python", "-m", "chutes_client.cdk", f"{file}:chute"], cwd=tmp_path, env=variables, capture_output=True, text=True
        )
        assert (done.returncode, done.stdout) == (1, "") and words in done.stderr, done.stderr[-2000:]


@pytest.fixture
def platform() -> Iterator[Platform]:
    with Platform(Options(build_seconds=0.3)) as running:
        yield running


def test_a_chute_of_the_kit_is_built_and_deployed_once(platform: Platform, tmp_path: Path) -> None:
    for file in ("cdk_sample.py", "cdk_jobs.py"):
        (tmp_path / file).write_text((HERE / file).read_text("utf-8"), "utf-8")
    variables = environment(tmp_path) | {"CHUTES_API_KEY": serve.KEY}
    variables["PYTHONPATH"] += os.pathsep + str(tmp_path)
    done = run("cdk_deploy.py", platform.base_url, folder=tmp_path, variables=variables)
    assert done["image"][0] == done["image"][1] and done["image"][2] == "built and pushed"
    assert done["fee"] and done["fee"] > 0
    assert done["statuses"] == ["created", "unchanged", "unchanged", "unchanged", "created"]
    assert done["code"] == (HERE / "cdk_sample.py").read_text("utf-8")
    view = serve.ask("GET", f"{platform.base_url}/chutes/{done['ids'][0]}")
    assert done["ids"] == [view["chute_id"]] * 2 and view["name"] == "cdk-sample" and view["tee"] is True and view["shutdown_after_seconds"] == 900
    assert [(cord["public_api_path"], cord["stream"]) for cord in view["cords"]] == [("/repeat", False), ("/shout", True)]
    assert set(view["cords"][0]["minimal_input_schema"]["definitions"]["Words"]["properties"]) == {"text", "times"}
    jobs = serve.ask("GET", f"{platform.base_url}/chutes/cdk-jobs-renamed")
    assert [(job["name"], job["timeout"], [port["name"] for port in job["ports"]]) for job in jobs["jobs"]] == [("train", 3600, ["web", "game"]), ("rent", None, ["ssh"])]
