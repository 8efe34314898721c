"""Loading, multiplying, filling and selecting cases; baselines; canary."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

from chutes_conformance import baseline, canary, library
from chutes_conformance.library import CaseError
from chutes_conformance.server import Journal, RequestRecord

KNOWN = {"SSE-001": "x"}


def case(**more: Any) -> dict[str, Any]:
    return {"id": "one", "title": "t", "requirement": "SSE-001", "source": "s", "call": {"op": "chat.create", "args": {"messages": "hi"}},
            "server": [{"completion": "pong"}], "expect": {"client": {"end": "complete"}}, **more}


def names(**more: Any) -> list[str]:
    return [c.name for c in library.expand("a/b", case(**more), KNOWN)]


def write(folder: Path, suite: dict[str, Any], name: str = "cases/a/b.yaml") -> Path:
    for part in ("requirements.md", "schema"):
        if not (folder / part).exists():
            (folder / part).symlink_to(library.package_root() / part)
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(yaml.safe_dump(suite), "utf-8")
    return folder


def test_permutations_and_rows_multiply() -> None:
    assert names(permute={"slice": [1, "line"], "eol": ["lf", "cr"]}) == [
        "a/b/one/slice:1/eol:lf", "a/b/one/slice:1/eol:cr", "a/b/one/slice:line/eol:lf", "a/b/one/slice:line/eol:cr"]
    assert names(each=[{"id": "x"}, {"id": "y"}]) == ["a/b/one/x", "a/b/one/y"]


def test_axes_reach_answers_with_a_body_and_decoder_input() -> None:
    made = list(library.expand("a/b", case(permute={"slice": [1]}, server=[{"text": "x"}, {"fault": "hang"}]), KNOWN))[0]
    assert made.server == ({"text": "x", "slice": 1}, {"fault": "hang"})
    made = list(library.expand("a/b", case(permute={"slice": [2]}, call={"op": "sse.decode", "args": {"text": "abc"}}), KNOWN))[0]
    assert made.calls[0]["args"] == {"slices": ["YWI=", "Yw=="]}


def test_rows_fill_whole_values_and_texts() -> None:
    made = list(library.expand("a/b", case(each=[{"id": "x", "status": 500}], server=[{"status": "$status", "text": "was $(status)"}]), KNOWN))[0]
    assert made.server == ({"status": 500, "text": "was 500"},)


def test_shorthands_of_a_call() -> None:
    made = library.build("n", case(), KNOWN)
    assert made.calls[0]["args"] == {"model": "test/model", "messages": [{"role": "user", "content": "hi"}]}
    two = case(calls=[{"op": "models.list"}, {"op": "models.list", "session": None}])
    del two["call"], two["expect"]["client"]
    two["expect"]["server"] = {"attempts": 2}
    assert [c["session"] for c in library.build("n", two, KNOWN).calls] == ["s", None]


def test_capabilities_follow_from_the_call() -> None:
    made = library.build("n", case(call={"op": "chat.stream", "clock": "virtual", "stop": {"after_ms": 5, "how": "close"}}), KNOWN)
    assert made.requires == ("async-cancel", "virtual-clock")


@pytest.mark.parametrize(("change", "complaint"), [
    ({"requirement": "SSE-999"}, "unknown requirement"),
    ({"call": {"args": {}}}, "needs an op"),
    ({"calls": [{"op": "models.list"}]}, "either call or calls"),
])
def test_unusable_cases_are_refused(change: dict[str, Any], complaint: str) -> None:
    with pytest.raises(CaseError, match=complaint):
        library.build("n", case(**change), KNOWN)


def test_words_are_texts_and_keys(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_text("{on: GET /x, detail: no, yes: [off, Y], real: [true, False], none: null}")
    assert library.read_yaml(path) == {"on": "GET /x", "detail": "no", "yes": ["off", "Y"], "real": [True, False], "none": None}


def test_files_are_checked(tmp_path: Path) -> None:
    good = case()
    del good["source"]
    root = write(tmp_path, {"suite": "a/b", "source": "s", "cases": [good]})
    assert [c.name for c in library.load(root)] == ["a/b/one"]
    write(tmp_path, {"suite": "a/b", "source": "s", "cases": [good, good]})
    with pytest.raises(CaseError, match="twice"):
        library.load(root)
    write(tmp_path, {"suite": "a/other", "source": "s", "cases": [good]})
    with pytest.raises(CaseError, match="suite must be"):
        library.load(root)
    write(tmp_path, {"suite": "a/b", "source": "s", "cases": [good | {"expekt": 1}]})
    with pytest.raises(CaseError, match="expekt"):
        library.load(root)


def test_selection() -> None:
    cases = [library.build(n, case(), KNOWN) for n in ("a/b/one", "a/b/one/slice:1", "a/c/two", "d/b/one")]
    def found(*patterns: str) -> list[str]:
        return [c.name for c in library.select(cases, patterns)]
    assert found("a/*/one") == ["a/b/one", "a/b/one/slice:1"]
    assert found("**/one") == ["a/b/one", "a/b/one/slice:1", "d/b/one"]
    assert found("a") == ["a/b/one", "a/b/one/slice:1", "a/c/two"]
    assert found("a/b/on") == []
    assert len(found()) == 4


def test_the_real_library_proves_only_known_requirements(root: Path) -> None:
    assert len(library.load(root)) >= 12


def test_own_calls_replace_the_default_call(tmp_path: Path) -> None:
    one = case(calls=[{"op": "models.list"}])
    del one["call"], one["source"]
    one["expect"] = {"calls": [{"end": "complete"}]}
    made = library.load(write(tmp_path, {"suite": "a/b", "source": "s", "defaults": {"call": {"op": "chat.create"}}, "cases": [one]}))
    assert [c["op"] for c in made[0].calls] == ["models.list"]


def test_timing_and_slow_cases_are_played_alone() -> None:
    assert [library.build("n", case(tags=tags), KNOWN).timing for tags in ([], ["timing"], ["slow"], ["tls"])] == [False, True, True, False]


def entry(**more: Any) -> baseline.Entry:
    return baseline.Entry("a/**", "because", "7", more.pop("date", datetime.date(2026, 11, 1)), **more)


TODAY = datetime.date(2026, 11, 21)


@pytest.mark.parametrize(("verdict", "flaky", "result"), [
    ("fail", False, "xfail"), ("hang", False, "xfail"), ("pass", False, "xpass"), ("pass", True, "flaky"), ("fail", True, "flaky"), ("skip", False, "skip"),
    ("harness-error", False, "harness-error")])
def test_baseline_verdicts(verdict: str, flaky: bool, result: str) -> None:
    base = baseline.Baseline("c", [entry(flaky=flaky)])
    assert base.verdict("a/b", verdict) == result
    assert base.verdict("z/b", verdict) == verdict


def test_stale_and_expired_entries_fail() -> None:
    base = baseline.Baseline("c", [entry()])
    assert base.problems(TODAY, complete=False) == []
    assert "matches no case" in base.problems(TODAY, complete=True)[0]
    base.verdict("a/b", "pass")
    assert "stale" in base.problems(TODAY, complete=True)[0]
    base.verdict("a/c", "fail")
    assert base.problems(TODAY, complete=True) == []
    old = baseline.Baseline("c", [entry(date=datetime.date(2026, 8, 1))])
    assert "older than 90 days" in old.problems(TODAY, complete=False)[0]


def test_baseline_file(tmp_path: Path) -> None:
    (tmp_path / "c.yaml").write_text("- {pattern: a, reason: r, issue: 1, date: 2026-11-01}\n")
    assert baseline.load(tmp_path, "c").entries[0].issue == "1"
    assert baseline.load(tmp_path, "none").entries == []
    (tmp_path / "c.yaml").write_text("- {pattern: a, reason: r, date: 2026-11-01}\n")
    with pytest.raises(baseline.BaselineError, match="lacks issue"):
        baseline.load(tmp_path, "c")


def test_canary_finds_the_key_anywhere() -> None:
    key = canary.new_key("t")
    known = canary.planted([{}], key)
    assert canary.leaks(known, [{"final": {"x": "fine"}}], b"fine") == []
    assert "answer 0: final.x" in canary.leaks(known, [{"final": {"x": f"Bearer {key}"}}], b"")[0]
    assert "standard error" in canary.leaks(known, [], f"debug: {key}".encode())[0]
    assert canary.leaks(known, [{"x": canary.forms(key)[1]}], b"")


SEED = "42" * 32
PLANTED: list[tuple[dict[str, Any], str, list[str]]] = [
    ({"auth": {"seed": SEED}}, "the hotkey's seed", [SEED, SEED.upper(), ", ".join(["66"] * 32), " ".join(["66"] * 32), "B" * 32]),
    ({"auth": {"config": f"[auth]\nhotkey_seed = 0x{SEED}\n"}}, "the hotkey's seed", [f"0x{SEED}"]),
    ({"auth": {"token": {"access_token": "access-of-mine-1", "refresh_token": "refresh-of-mine-1"}}}, "an OAuth token", ["access-of-mine-1", "refresh-of-mine-1"]),
    ({"auth": {"client_secret": "s3cret-of-the-app"}}, "an OAuth client secret", ["s3cret-of-the-app"]),
    ({"args": {"fingerprint": "f1ngerpr1nt of mine"}}, "a fingerprint", ["f1ngerpr1nt of mine", "f1ngerpr1nt%20of%20mine"]),
    ({"args": {"then": {"args": {"fingerprint": "f1ngerpr1nt-of-mine"}}}}, "a fingerprint", ["f1ngerpr1nt-of-mine"]),
]


@pytest.mark.parametrize(("call", "what", "texts"), PLANTED)
def test_canary_finds_every_kind_of_secret(call: dict[str, Any], what: str, texts: list[str]) -> None:
    known = canary.planted([call], "cpk_test_key_of_this_case")
    for text in texts:
        assert what in canary.leaks(known, [{"error": {"repr": f"Client({text})"}}], b"")[0]
        assert what in canary.leaks(known, [{"final": {"strings": ["fine", text]}}], b"")[0]
        assert what in canary.leaks(known, [{"runs": [{"error": {"message": text}}]}], b"")[0]
        assert what in canary.leaks(known, [], f"thread 'main' panicked at {text}".encode())[0]
        assert canary.leaks(known, [{"final": {"access_token": text}, "obs": [{"k": "token", "access_token": text}]}], b"") == []  # a result


@pytest.mark.parametrize(("call", "what", "texts"), PLANTED)
def test_canary_finds_what_foreign_origins_received(call: dict[str, Any], what: str, texts: list[str]) -> None:
    known = canary.planted([call], "cpk_test_key_of_this_case")

    def journal(origin: str, headers: list[tuple[str, str]], body: bytes) -> Journal:
        out = Journal("t")
        out.requests.append(RequestRecord(0, 1, origin, "GET", "/x", "/x", "", "HTTP/1.1", headers, body, 0.0))
        return out

    assert what in canary.abroad(known, [call], journal("other", [("x", texts[0])], b""))[0]
    assert what in canary.abroad(known, [call], journal("other", [], b"a=" + texts[0].encode()))[0]
    assert canary.abroad(known, [call], journal("own", [("x", texts[0])], b"")) == []
    assert canary.abroad(known, [call], journal("other", [("x", "y")], b"")) == []
    assert canary.abroad(known, [{**call, "endpoints": {"llm": "${OTHER}/v1"}}], journal("other", [("x", texts[0])], b"")) == []


def test_a_list_of_models_stands_for_the_model() -> None:
    def args(op: str, **given: Any) -> dict[str, Any]:
        found: dict[str, Any] = library.build("n", case(call={"op": op, "args": given}), KNOWN).calls[0]["args"]
        return found

    assert args("chat.create", models=["a", "b"], messages="hi") == {"models": ["a", "b"], "messages": [{"role": "user", "content": "hi"}]}
    assert args("chat.create", models=None, messages="hi")["model"] == "test/model"
    assert args("map", calls=[{"model": "a", "messages": "hi"}]) == {"calls": [{"model": "a", "messages": [{"role": "user", "content": "hi"}]}]}


def test_a_report_can_be_taken_back() -> None:
    made = library.build("n", case(call={"op": "chat.create", "report": None, "hooks": True}), KNOWN).calls[0]
    assert "report" not in made and made["hooks"] is True
