"""Configuration, requests, errors, values and accumulation: what needs no socket."""

from __future__ import annotations

import copy
import json
import pickle
import subprocess
import sys
from array import array
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

import chutes_client
from chutes_client import (
    OMIT,
    Chutes,
    ChutesError,
    ConfigError,
    Endpoints,
    NotFoundError,
    UnexpectedResponseError,
    UTCDatetime,
    _values,
    _vectors,
    parents,
)
from chutes_client._accumulate import Accumulator
from chutes_client._config import call_options
from chutes_client._cords import cords_of
from chutes_client._errors import classify, parse_body
from chutes_client._pagination import with_cords
from chutes_client._redact import redact
from chutes_client._request import Param, Request, encode_body, encode_query, join_path, redirected
from chutes_client._results import Binary, ResponseInfo, sniff_content_type
from chutes_client._values import from_json
from chutes_client.management import Chute, ChutePage
from chutes_client.management import Cord as CordOfDocument
from chutes_client.testing import scripted
from chutes_client.types import ChatCompletionChunk, EmbeddingList, ModelList

INFO = ResponseInfo(200, {}, None, 1)


@pytest.fixture(autouse=True)
def _clean(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("API_KEY", "BASE_URL", "API_URL", "LLM_URL", "IMAGE_URL", "EMBED_URL", "CHUTE_URL"):
        monkeypatch.delenv(f"CHUTES_{name}", raising=False)


def test_endpoints_by_precedence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHUTES_BASE_URL", "http://b/x/")
    monkeypatch.setenv("CHUTES_LLM_URL", "http://l/v1//")
    assert Endpoints.from_env() == Endpoints(
        "http://b/x", "http://l/v1", "http://b/x/image", "http://b/x/embed", "http://b/x/chute/{slug}"
    )
    assert Chutes("cpk_test", base_url="http://c").endpoints.llm == "http://c/llm/v1"


@pytest.mark.parametrize(
    ("options", "word"),
    [
        ({}, "CHUTES_API_KEY"),
        ({"api_key": " \n"}, "CHUTES_API_KEY"),
        ({"api_key": "cpk_a\nb"}, "control character"),
        ({"api_key": "k", "base_url": "ftp://x"}, "base_url"),
        ({"api_key": "k", "base_url": "http://"}, "base_url"),
        ({"api_key": "k", "base_url": "http://u:p@h"}, "user info"),
        ({"api_key": "k", "base_url": "http://h?x=1"}, "query"),
        ({"api_key": "k", "timeout": 0}, "timeout"),
        ({"api_key": "k", "idle_timeout": -1.0}, "idle_timeout"),
        ({"api_key": "k", "deadline": float("nan")}, "deadline"),
        ({"api_key": "k", "max_retries": -1}, "max_retries"),
        ({"api_key": "k", "headers": {"X": "a\r\nb"}}, "line break"),
        ({"api_key": "k", "auth": "digest"}, "auth"),
        ({"api_key": "k", "via": "smoke"}, "via"),
    ],
)
def test_bad_options(options: dict[str, object], word: str) -> None:
    with pytest.raises(ConfigError, match=word) as caught:
        Chutes(**options)  # type: ignore[arg-type]
    assert "cpk_a" not in str(caught.value) and "u:p" not in str(caught.value)


def test_template_without_slug() -> None:
    with pytest.raises(ConfigError, match="slug"):
        Endpoints(chute="https://chutes.ai")


def test_unknown_call_option() -> None:
    with pytest.raises(ConfigError, match="tiemout"):
        call_options({"tiemout": 3})


def test_paths_and_queries() -> None:
    assert join_path(["/a/", Param("x", "b/c d%é"), "/"]) == "/a/b%2Fc%20d%25%C3%A9/"
    assert join_path(["/a/", Param("x", "b/c d", keep_slash=True)]) == "/a/b/c%20d"
    for bad in ("", ".", "..", None, OMIT):
        with pytest.raises(ConfigError, match="x must not"):
            join_path(["/a/", Param("x", bad)])
    with pytest.raises(ConfigError):
        join_path([Param("x", "a/../b", keep_slash=True)])
    assert encode_query({"a": True, "b": [1, "x y"], "c": None, "d": OMIT, "e": 0}) == "a=true&b=1&b=x%20y&e=0"


def test_body() -> None:
    assert (
        encode_body({"b": "é", "a": None, "c": OMIT, "d": [{"x": 1.5}]}, {"e": True})
        == '{"b":"é","a":null,"d":[{"x":1.5}],"e":true}'.encode()
    )
    assert encode_body(OMIT) is None
    with pytest.raises(ConfigError, match="no JSON"):
        encode_body({"x": float("nan")})


def test_redirects() -> None:
    headers = {"Authorization": "Bearer cpk_test", "X-Chutes-Hotkey": "h", "Accept": "*/*"}
    get, post = Request("GET", "http://a/x", headers, None), Request("POST", "http://a/x", headers, b"{}")
    assert redirected(get, 302, "/y?z=1#f", 0).url == "http://a/y?z=1"
    assert redirected(get, 302, "http://b/y", 0).headers == {"Accept": "*/*"}
    assert redirected(post, 307, "http://A:80/y", 0).headers == headers
    for request, status, location, hops in (
        (post, 302, "/y", 0),
        (post, 307, "http://b/", 0),
        (get, 301, "", 0),
        (get, 301, "ftp://b/", 0),
        (get, 301, "/y", 5),
    ):
        with pytest.raises(chutes_client.UnexpectedResponseError):
            redirected(request, status, location, hops)


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b'{"detail": "no"}', "no"),
        (b'{"detail": {"message": "deep", "code": "c"}}', "deep"),
        (b'{"detail": "{\\"error\\": {\\"message\\": \\"inner\\"}}"}', "inner"),
        (b'{"detail": [{"loc": ["body", "gpu", 0], "msg": "too big", "input": "cpk_secret"}]}', "gpu.0: too big"),
        (b'{"error": {"message": "m"}}', "m"),
        (b'{"error": "code", "error_description": "text"}', "code: text"),
        (b'{"error": "alone"}', "alone"),
        (b'{"title": "t"}', "t"),
        (b"<html><title>502 Bad\nGateway</title>" + b"x" * 9000, "502 Bad Gateway"),
        (b"plain \x1b[31mred\x1b[0m", "plain red"),
        (b"", ""),
        (b"null", ""),
        (b"[]", "[]"),
        (b"7", "7"),
    ],
)
def test_error_bodies(body: bytes, message: str) -> None:
    assert parse_body(body, "text/html" if body.startswith(b"<") else "application/json").message == message


def test_an_error_reads_as_a_line() -> None:
    assert str(chutes_client.APIConnectionError("gone")) == "gone"
    assert str(chutes_client.ServerError("busy", status=503, kind="unavailable")) == "503 unavailable: busy"
    assert str(chutes_client.ServerError("busy", status=500, request_id="r1")) == "500 server: busy (request r1)"


def test_errors_travel_and_keep_secrets() -> None:
    error = classify(404, {"x-request-id": "r1"}, b'{"detail": "no cpk_abc.def.ghi here"}', attempts=2)
    assert isinstance(error, NotFoundError) and error.request_id == "r1" and "cpk_abc" not in repr(error) + str(error)
    again = pickle.loads(pickle.dumps(error))
    assert (again.kind, again.status, str(again)) == (error.kind, 404, str(error))
    assert isinstance(copy.copy(error), NotFoundError)
    assert parents(classify(429, {}, b'{"detail": "at maximum capacity"}', attempts=1)) == ["rate_limited"]
    assert redact("Authorization: Bearer abcdefgh") == "Authorization: Bearer [redacted]"


def test_lenient_values() -> None:
    chute = from_json(
        b'{"chute_id": "1", "name": "n", "tagline": null, "hot": "maybe", "new": {"a": 1}, "created_at": "2026-05-26T12:00:00.1234567"}',
        Chute,
    )
    assert chute.to_dict() == {
        "chute_id": "1",
        "name": "n",
        "tagline": None,
        "hot": "maybe",
        "new": {"a": 1},
        "created_at": "2026-05-26T12:00:00.1234567",
    }
    assert isinstance(chute.created_at, UTCDatetime) and chute.created_at.isoformat() == "2026-05-26T12:00:00.123456+00:00"
    assert chute.new == {"a": 1}  # type: ignore[attr-defined]
    chunk = from_json('{"choices":[{"index":0,"delta":{"content":"\\ud800x"}}],"created":"odd"}', ChatCompletionChunk)
    assert chunk.choices is not None and chunk.choices[0].delta is not None and chunk.choices[0].delta.content == "\ufffdx"
    with pytest.raises(ValueError):
        from_json(b"[1]", Chute)


def test_accumulate_tools() -> None:
    whole = Accumulator()
    parts = [
        {"index": 1, "id": "b", "type": "function", "function": {"name": "g", "arguments": "{"}},
        {"index": 0, "id": "a", "function": {"name": "f", "arguments": None}},
        {"index": 1, "id": "", "function": {"name": "g", "arguments": "}"}},
        {"function": {"arguments": "!"}},
    ]
    for part in parts:
        whole.add({"choices": [{"index": 0, "delta": {"tool_calls": [part]}}]})
    assert [(c["id"], c["function"]) for c in whole.snapshot()["choices"][0]["message"]["tool_calls"]] == [
        ("a", {"name": "f", "arguments": "!"}),
        ("b", {"name": "g", "arguments": "{}"}),
    ]


def test_restart_needs_id_and_role_after_text() -> None:
    whole = Accumulator()
    whole.add({"id": "1", "choices": [{"index": 0, "delta": {"role": "assistant", "content": ""}}]})
    again = {"id": "2", "choices": [{"index": 0, "delta": {"role": "assistant"}}]}
    assert not whole.restarts(again)
    whole.add({"id": "1", "choices": [{"index": 0, "delta": {"content": "x"}}]})
    assert whole.restarts(again) is True
    assert whole.restarts({"id": "2", "choices": [{"index": 0, "delta": {"content": "y"}}]}) is False


def test_save_is_atomic(tmp_path: Path) -> None:
    target = tmp_path / "a.png"
    target.write_bytes(b"old")
    assert Binary(b"new", "image/png").save(target) == str(target)
    assert target.read_bytes() == b"new" and [p.name for p in tmp_path.iterdir()] == ["a.png"]
    assert sniff_content_type(b"\x89PNG\r\n\x1a\n") == "image/png" and sniff_content_type(b"x", "audio/wav; a=b") == "audio/wav"


def _run(code: str) -> str:
    """What a fresh interpreter prints."""
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip()


def test_importing_the_package_loads_nothing_else() -> None:
    code = "import sys; before = set(sys.modules); import chutes_client; print(sorted(set(sys.modules) - before))"
    assert _run(code) == "['chutes_client', 'chutes_client._version']"


def test_names_of_the_package_work_from_the_first_use_on() -> None:
    code = """
import chutes_client
try:
    raise chutes_client.CapacityError("full")
except chutes_client.RateLimitedError as error:
    import pickle
    print(type(pickle.loads(pickle.dumps(error))).__qualname__)
assert dir(chutes_client) == sorted(chutes_client.__all__)
from chutes_client import *
print(Chutes.__name__, Endpoints.__name__, tools.__name__)
"""
    assert _run(code).split() == ["CapacityError", "Chutes", "Endpoints", "chutes_client.tools"]
    for name in chutes_client.__all__:
        assert getattr(chutes_client, name) is not None
    with pytest.raises(AttributeError, match="no_such_name"):
        chutes_client.no_such_name  # noqa: B018
    with pytest.raises(ImportError):
        exec("from chutes_client import no_such_name")


def test_a_key_is_in_no_repr() -> None:
    assert "cpk_test" not in repr(Chutes("cpk_test")) + repr(vars(Chutes("cpk_test"))["_config"])


def test_an_html_page_is_told_by_its_title_or_else_by_its_heading() -> None:
    from chutes_client._errors import parse_body

    for page, words in (
        ("<html><title> Bad\n gateway </title><h1>No</h1>", "Bad gateway"),
        ("<html><title></title><body><h1 class=x>Over <b>capacity</b></h1>", "Over capacity"),
        ("<html><body>", "an HTML page"),
    ):
        assert parse_body(page.encode(), "text/html").message == words


def test_several_odd_items_of_one_list_fail_nothing() -> None:
    from chutes_client._values import lenient
    from chutes_client.types import ChatMessage

    call = {"id": "a", "type": "function", "function": {"name": "f", "arguments": ""}}
    for odd in ([call, None, 7], [None, None, call], [7, "x", None, call, None]):
        assert lenient({"content": "c", "tool_calls": odd}, ChatMessage).content == "c"


def test_what_an_answer_lacks_is_missed_where_it_is_read() -> None:
    told = b'{"name":"n","slug":7,"cords":[{"path":"/a","later":1},5,null],"jobs":[{"ports":[{"port":22}]}],"instances":null,"_fields_set":2}'
    chute = from_json(told, Chute)
    cords: list[Any] = chute.cords or []
    assert isinstance(cords[0], CordOfDocument) and (cords[0].path, cords[0].later, cords[1:]) == ("/a", 1, [5, None])
    assert list(vars(chute))[:2] == ["name", "slug"] and chute.instances is None and chute.model_extra == {"_fields_set": 2}
    for value, name in ((chute, "chute_id"), (cords[0], "stream")):
        with pytest.raises(UnexpectedResponseError, match=f"the answer lacks {name}"):
            getattr(value, name)
        assert not hasattr(value, name) and getattr(value, name, "?") == "?" and f"{name}=" not in repr(value)
    with pytest.raises(AttributeError, match="no attribute 'chuteid'"):
        _ = chute.chuteid  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue]
    assert chute.to_dict() == json.loads(told)
    assert (
        pickle.loads(pickle.dumps(chute)) == copy.deepcopy(chute) == chute
        and chute.model_copy(update={"chute_id": "c"}).chute_id == "c"
    )
    assert (from_json(b"{}", ModelList).data, from_json(b'{"data":null}', ModelList).data) == ([], [])


def test_a_cord_that_lacks_its_name_is_called_by_its_path() -> None:
    chute = from_json(b'{"chute_id":"c","name":"n","cords":[{"public_api_path":"/a"},{"path":"/b"},7]}', Chute)
    assert [(cord.name, cord.path, cord.method, cord.stream) for cord in cords_of(chute)] == [("", "/a", "POST", False)]
    assert cords_of(from_json(b'{"chute_id":"c","name":"n","cords":{"a":1}}', Chute)) == []


def test_items_that_are_no_objects_stay_in_their_page() -> None:
    page = from_json(b'{"items":[5,null,{"cord_ref_id":"r"},{"cord_ref_id":[1]}],"cord_refs":{"r":[{"path":"/a"}]}}', ChutePage)
    items: list[Any] = list(with_cords(page).items)
    assert items[:2] == [5, None] and items[2].cords[0].path == "/a" and items[3].cords is None
    owned = {"name": "echo", "slug": "demo-echo", "user": {"username": "Demo"}, "cords": [{"public_api_path": "/run"}]}
    listed: Any = {"items": [5, None, {"slug": "x"}, {"name": "echo", "user": {"username": 7}}, owned]}
    client = Chutes(
        "cpk_test", transport=scripted([{"status": 404, "json": {"detail": "no"}}, {"json": listed}, {"json": {"a": 1}}])
    )
    handle = client.chute("demo/echo")
    assert handle.call("/run") == {"a": 1} and (handle.name, handle.slug, handle.chute_id) == ("echo", "demo-echo", None)


def test_unknown_fields_count_however_few_others_there_are() -> None:
    from chutes_client._accumulate import Accumulator

    whole = Accumulator()
    whole.add({"choices": [{"delta": {"content": "a"}}], "trace": "t"})
    whole.add({"choices": [{"delta": {}, "heat": 1}]})
    assert whole.snapshot()["trace"] == "t" and whole.snapshot()["choices"][0]["heat"] == 1


def test_vectors_in_base64_become_floats() -> None:
    body = b'{"data":[{"index":0,"embedding":"AAAAPwAAgD4="},{"index":1,"embedding":[0.5,1]}],"later":{"a":1}}'
    value = _values.decode(body, EmbeddingList, INFO)
    assert [list(item.embedding) for item in value.data] == [[0.5, 0.25], [0.5, 1.0]] and value.later == {"a": 1}
    assert isinstance(value.data[0].embedding, Sequence) and memoryview(value.data[0].embedding).format == "f"
    assert json.loads(json.dumps(value.to_dict()))["data"][0] == {"index": 0, "embedding": [0.5, 0.25]}
    assert EmbeddingList(**value.to_dict()) == value == copy.deepcopy(value)
    spaced = _values.decode(b'{"data":[{"embedding":"AAAA\\nPwAA gD4="}],"later":1}', EmbeddingList, INFO)
    assert list(spaced.data[0].embedding) == [0.5, 0.25]
    for text in ("%%%", "AAA=", "", "AAAAPwAA"):
        with pytest.raises(UnexpectedResponseError, match="does not fit"):
            _values.decode(b'{"data":[{"embedding":"%s"}]}' % text.encode(), EmbeddingList, INFO)
    with pytest.raises(UnexpectedResponseError, match="no room"):
        _values.decode(b'{"data":[],"error":{"message":"no room"}}', EmbeddingList, INFO)


def test_vectors_are_read_alike_where_numbers_stand_the_other_way_round(monkeypatch: pytest.MonkeyPatch) -> None:
    there = array("f", [0.5, 0.25])
    there.byteswap()
    monkeypatch.setattr(sys, "byteorder", {"little": "big", "big": "little"}[sys.byteorder])
    assert list(_vectors.packed(there.tobytes())) == [0.5, 0.25]


def test_a_page_that_says_null_is_empty() -> None:
    page = _values.decode(b'{"items":null,"total":0,"page":0}', ChutePage, INFO)
    assert page.items == [] and page.total == 0


def test_a_key_that_the_server_says_back_is_masked_in_headers_too() -> None:
    key = "my-own-secret"
    error = ChutesError(key, code=key, request_id=f"r-{key}", headers={"x-request-id": key, "set-cookie": "a=b"}, body=key.encode())
    error.scrub((key,))
    assert key not in str(vars(error)) + str(error) + repr(error)
    assert error.headers == {"x-request-id": "[redacted]", "set-cookie": "[redacted]"}
