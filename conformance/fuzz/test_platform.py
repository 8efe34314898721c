"""The local platform keeps to the document: for every operation, generated calls good and bad, each answer judged by schemathesis.

The document is read more strictly than clients read it: every status must be named (`default` does not count), every field of an
answer described, and a call that the document forbids refused. Seeded, so a run repeats itself;
`FUZZ_SEED=7 FUZZ_EXAMPLES=500` looks further.
"""

from __future__ import annotations

import copy
import json
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import requests
import schemathesis
import yaml
from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator, ValidationError
from schemathesis import Case, GenerationMode
from schemathesis.core.failures import FailureGroup
from schemathesis.core.transport import Response
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_schema_conformance,
    status_code_conformance,
)

from chutes_conformance.platform import Options, Platform, routes
from chutes_conformance.platform.http import HttpError

from .world import NEEDS, Good, World

DOCUMENT = Path(__file__).parents[2] / "openapi/chutes.yaml"
CHECKS = [status_code_conformance, content_type_conformance, response_schema_conformance]
EXAMPLES, SEED = int(os.environ.get("FUZZ_EXAMPLES", "40")), int(os.environ.get("FUZZ_SEED", "20261121"))
METHODS = ("get", "post", "put", "patch", "delete")
TIME = r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)?$"
# May hold more than the document says: what an engine writes, rows of tables as they are, and an exception that the server hands out.
OPEN = {"ErrorBody", "ValidationIssue", "ChatChoice", "ChatMessage", "ChatDelta", "TextChoice", "ContainerImage", "DepositReturn"}


def naive_times(node: Any) -> None:
    """A time of the platform may lack its zone, which the format of JSON Schema does not allow."""
    if isinstance(node, dict):
        if node.get("format") == "date-time":
            del node["format"]
            node["pattern"] = TIME
        for value in node.values():
            naive_times(value)
    elif isinstance(node, list):
        for value in node:
            naive_times(value)


def strict_responses(operation: dict[str, Any]) -> None:
    """Without `default`; files are anything, and the events of a stream are read here (`check_events`)."""
    operation["responses"].pop("default", None)
    for response in operation["responses"].values():
        for kind, media in response.get("content", {}).items():
            if kind == "text/event-stream":
                operation["x-events"] = media.pop("schema", {})
            elif media.get("schema", {}).get("format") == "binary":
                media["schema"] = {}


def named_in(node: Any, schemas: dict[str, Any], found: set[str]) -> set[str]:
    """The names of all schemas that `node` is made of."""
    if isinstance(node, dict):
        name = str(node.get("$ref", "")).removeprefix("#/components/schemas/")
        if name in schemas and name not in found:
            found.add(name)
            named_in(schemas[name], schemas, found)
        for value in node.values():
            named_in(value, schemas, found)
    elif isinstance(node, list):
        for value in node:
            named_in(value, schemas, found)
    return found


def strict_document() -> dict[str, Any]:
    """With every status named and every object of an answer closed."""
    document: dict[str, Any] = yaml.safe_load(DOCUMENT.read_text(encoding="utf-8"))
    schemas = document["components"]["schemas"]
    answered = named_in(document["components"]["responses"], schemas, set())
    for operation in (item[method] for item in document["paths"].values() for method in METHODS if method in item):
        named_in(operation["responses"], schemas, answered)
        strict_responses(operation)
    for name in answered - OPEN:
        if "properties" in schemas[name]:
            schemas[name].setdefault("additionalProperties", False)
    naive_times(document["components"]["schemas"])
    return document


def operations(document: dict[str, Any]) -> dict[str, Any]:
    schema = schemathesis.openapi.from_dict(document)
    return {found.definition.raw["operationId"]: found for found in (result.ok() for result in schema.get_all_operations())}


STRICT = strict_document()
OPERATIONS = operations(STRICT)


@pytest.fixture(scope="session")
def platform() -> Iterator[Platform]:
    with Platform(Options(token_delay=0, cold_seconds=0.05, build_seconds=0.2, job_seconds=0.2)) as running:
        yield running


@pytest.fixture(autouse=True)
def standing(platform: Platform) -> Iterator[None]:
    """A fault of the platform's own is a failure even where the document knows a 500."""
    before = len(platform.faults)
    yield
    assert platform.faults[before:] == []


def base_of(platform: Platform, operation: Any) -> str:
    host = operation.definition.raw["x-sdk"].get("host", "api")
    return platform.base_url if host == "api" else f"{platform.base_url}/{host}"


def send(platform: Platform, case: Case, authorization: str | None, files: Any = None) -> Response:
    """The answer; of a stream only its beginning, since some have no end."""
    headers = {"authorization": authorization} if authorization else {}
    arguments = case.as_transport_kwargs(base_url=base_of(platform, case.operation), headers=headers)
    if files:
        arguments["files"] = files
    begin = time.monotonic()
    with requests.request(**arguments, stream=True, timeout=10, allow_redirects=False) as answer:
        streams = answer.headers.get("content-type", "").startswith("text/event-stream")
        content = beginning(answer) if streams else answer.content
        headers_of = {name.lower(): [value] for name, value in answer.headers.items()}
        return Response(answer.status_code, headers_of, content, answer.request, time.monotonic() - begin, True)


def beginning(answer: requests.Response) -> bytes:
    content = b""
    for piece in answer.iter_content(None):
        content += piece
        if content.count(b"\n\n") >= 3:
            break
    return content


def check(case: Case, answer: Response) -> None:
    lenient = "pagination" in case.operation.definition.raw["x-sdk"]  # lists take a limit of 0 and a template of any name
    case.validate_response(answer, checks=CHECKS if lenient else [*CHECKS, negative_data_rejection])
    if answer.headers.get("content-type", [""])[0].startswith("text/event-stream"):
        check_events(case.operation.definition.raw["x-events"], answer.content)


def check_events(schema: dict[str, Any], content: bytes) -> None:
    """Every complete event of the beginning of a stream, but for the end marker."""
    validator = Draft202012Validator({**schema, "components": STRICT["components"]})
    lines = [line.removeprefix(b"data: ") for line in content.split(b"\n")[:-1] if line.startswith(b"data: ")]
    for line in lines:
        if line != b"[DONE]":
            validator.validate(json.loads(line))


def good_case(world: World, name: str, operation: Any) -> tuple[Case, Good]:
    good = NEEDS.get(name, lambda _: Good())(world)
    names = {parameter.name for parameter in operation.path_parameters}
    path = {key: value for key, value in {**world.values, **good.path}.items() if key in names}
    given_body: dict[str, Any] = {} if good.body is None else {"body": copy.deepcopy(good.body), "media_type": good.media_type or "application/json"}
    return operation.Case(path_parameters=path, query=good.query, headers=good.headers, **given_body), good


@pytest.mark.parametrize("name", OPERATIONS)
def test_good_call(platform: Platform, name: str) -> None:
    """Succeeds, so that the generated calls below cannot all be refused without anybody noticing."""
    case, good = good_case(World(platform), name, OPERATIONS[name])
    answer = send(platform, case, good.authorization, good.files)
    assert answer.status_code == good.status or (not good.status and answer.status_code < 300), answer.content
    check(case, answer)


NEED_CREDENTIALS = [name for name, found in OPERATIONS.items() if (found.definition.raw.get("security", STRICT["security"]) or [{}])[0]]


CREDENTIAL_IS_A_PARAMETER = {"deleteMe", "changeWalletKeys", "registerUser"}  # so a missing one is a 422
SIGNATURE = {"X-Chutes-Hotkey", "X-Chutes-Nonce", "X-Chutes-Signature"}


@pytest.mark.parametrize("name", NEED_CREDENTIALS)
def test_no_call_without_credentials(platform: Platform, name: str) -> None:
    case, _ = good_case(World(platform), name, OPERATIONS[name])
    for header in SIGNATURE & set(case.headers):
        del case.headers[header]
    answer = send(platform, case, None)
    assert answer.status_code == (422 if name in CREDENTIAL_IS_A_PARAMETER else 401), answer.content
    check(case, answer)


def strategy(world: World, operation: Any) -> st.SearchStrategy[Case]:
    """Valid and invalid calls, with path parameters of any kind and of things that exist."""
    names = {parameter.name for parameter in operation.path_parameters}
    known = {key: value for key, value in world.values.items() if key in names}
    found = [operation.as_strategy(generation_mode=GenerationMode.POSITIVE)]
    if known:
        found.append(operation.as_strategy(generation_mode=GenerationMode.POSITIVE, path_parameters=known))
    if any(operation.iter_parameters()) or operation.body:
        found.append(operation.as_strategy(generation_mode=GenerationMode.NEGATIVE))
    return st.one_of(found)


@pytest.mark.parametrize("name", OPERATIONS)
def test_generated_calls(platform: Platform, name: str) -> None:
    generate(platform, name)


def generate(platform: Platform, name: str) -> None:
    operation = OPERATIONS[name]
    world = World(platform)
    authorization = NEEDS.get(name, lambda _: Good())(world).authorization

    @seed(SEED)
    @settings(max_examples=EXAMPLES, deadline=timedelta(seconds=10), database=None, suppress_health_check=list(HealthCheck), print_blob=False)
    @given(case=strategy(world, operation), signed_in=st.sampled_from([True, True, True, False]))
    def each(case: Case, signed_in: bool) -> None:
        answer = send(platform, case, authorization if signed_in else None)
        check(case, answer)

    each()


@pytest.mark.parametrize(
    "fault",
    [
        {"status": 418, "body": b'{"detail":"I am a teapot"}', "kind": "application/json"},
        {"status": 200, "body": b'{"message":5}', "kind": "application/json"},
        {"status": 200, "body": b'{"message":"pong","colour":"red"}', "kind": "application/json"},
        {"status": 200, "body": b'{"message":"pong"}', "kind": "text/html"},
    ],
    ids=["status", "type", "field", "content-type"],
)
def test_a_planted_fault_is_found(platform: Platform, fault: dict[str, Any]) -> None:
    case = OPERATIONS["ping"].Case()
    true = send(platform, case, None)
    case.validate_response(true, checks=CHECKS)
    false = Response(fault["status"], {"content-type": [fault["kind"]]}, fault["body"], true.request, 0.01, True)
    with pytest.raises(FailureGroup):
        case.validate_response(false, checks=CHECKS)


@contextmanager
def answering(spec: str, wrong: Callable[[], Any]) -> Iterator[None]:
    """One route of the platform answers `wrong()`."""
    index = next(index for index, route in enumerate(routes.ROUTES) if route.spec == spec)
    true = routes.ROUTES[index]
    routes.ROUTES[index] = replace(true, handler=lambda ctx: wrong())
    try:
        yield
    finally:
        routes.ROUTES[index] = true


def refuse(status: int) -> Any:
    raise HttpError(status, "I am a teapot")


@pytest.mark.parametrize(
    "wrong",
    [lambda: refuse(418), dict, lambda: {"nonce": 5}, lambda: {"nonce": "n", "colour": "red"}, list, lambda: "text"],
    ids=["an undeclared status", "a required field is missing", "a field of another type", "an undeclared field", "a list", "a text"],
)
def test_a_platform_that_errs_is_found(platform: Platform, wrong: Callable[[], Any]) -> None:
    with answering("GET /users/login/nonce", wrong), pytest.raises(FailureGroup):
        generate(platform, "getLoginNonce")


def test_a_platform_that_takes_anything_is_found(platform: Platform) -> None:
    with answering("GET /users/name_check", lambda: {"valid": True, "available": True}), pytest.raises(FailureGroup, match="accepted"):
        generate(platform, "checkUsername")


def test_a_planted_event_is_found() -> None:
    schema = {"$ref": "#/components/schemas/WarmupEvent"}
    check_events(schema, b'data: {"status":"cold","log":"l"}\n\n')
    with pytest.raises(ValidationError):
        check_events(schema, b'data: {"status":"cold","log":5}\n\n')
