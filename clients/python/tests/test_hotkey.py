"""Signing with a hotkey: the vectors, what is signed, what is refused, and what stands in no text."""

from __future__ import annotations

import hashlib
import json
import pickle
import subprocess
import sys
import traceback
from pathlib import Path

import pytest
from wire import answer, answers, serve

from chutes_client import Chutes, ConfigError, auth
from chutes_client._request import Request
from chutes_client.hotkey import Hotkey, HotkeyAuth, verify
from chutes_client.testing import VirtualClock

VECTORS = json.loads((Path(__file__).parent / "data/hotkey_vectors.json").read_text())
SEED: str = VECTORS["seed"]
ADDRESS: str = VECTORS["address"]
OTHER = "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY"


def signed(method: str, *, purpose: str | None = None, body: bytes | None = None, public: bool = False) -> dict[str, str]:
    request = Request(method, "http://127.0.0.1:9/x", {}, body, "getThing", purpose, public, now=VECTORS["nonce"] + 0.9)
    HotkeyAuth(Hotkey.from_seed(SEED)).apply(request)
    return request.headers


@pytest.mark.parametrize("seed", [SEED, "0x" + SEED, bytes.fromhex(SEED), SEED.upper()])
def test_a_seed_gives_its_address(seed: str | bytes) -> None:
    key = Hotkey.from_seed(seed)
    assert (key.address, key.public_key.hex()) == (ADDRESS, VECTORS["public_key"])


@pytest.mark.parametrize("vector", VECTORS["vectors"], ids=lambda v: v["name"])
def test_vectors_verify_and_are_signed_the_same_way(vector: dict[str, str]) -> None:
    assert verify(ADDRESS, vector["message"], vector["signature"])
    assert verify(ADDRESS, vector["message"].encode(), bytes.fromhex(vector["signature"]))
    body = None if vector["body"] is None else vector["body"].encode()
    headers = signed("GET" if body is None else "POST", purpose=vector["purpose"], body=body)
    assert list(headers) == ["X-Chutes-Hotkey", "X-Chutes-Nonce", "X-Chutes-Signature"]
    assert (headers["X-Chutes-Hotkey"], headers["X-Chutes-Nonce"]) == (ADDRESS, str(VECTORS["nonce"]))
    assert len(headers["X-Chutes-Signature"]) == 128 and headers["X-Chutes-Signature"] == headers["X-Chutes-Signature"].lower()
    assert verify(ADDRESS, vector["message"], headers["X-Chutes-Signature"])


def test_what_was_changed_does_not_verify() -> None:
    vector = VECTORS["vectors"][0]
    message, signature = vector["message"], vector["signature"]
    changed = signature[:-4] + ("0000" if signature[-4:] != "0000" else "1111")
    assert not verify(ADDRESS, message + " ", signature)
    assert not verify(ADDRESS, message, changed)
    assert not verify(OTHER, message, signature)
    for bad in ("", "x", signature[:-2], signature + "00", "0x"):
        assert not verify(ADDRESS, message, bad)
    for bad in ("", ADDRESS[:-1], ADDRESS + "1", ADDRESS[:-1] + "0", ADDRESS[:-1] + "t", "l" * 47, "z" * 48, "z" * 10_000):
        assert not verify(bad, message, signature)


def test_purpose_wins_over_a_body_and_an_empty_body_is_hashed() -> None:
    nonce = VECTORS["nonce"]
    assert verify(ADDRESS, f"{ADDRESS}:{nonce}:chutes", signed("POST", purpose="chutes", body=b"{}")["X-Chutes-Signature"])
    empty = hashlib.sha256(b"").hexdigest()
    for method in ("POST", "PUT", "PATCH"):
        assert verify(ADDRESS, f"{ADDRESS}:{nonce}:{empty}", signed(method)["X-Chutes-Signature"])


@pytest.mark.parametrize("method", ["GET", "DELETE", "HEAD"])
def test_what_cannot_be_verified_is_refused(method: str) -> None:
    with pytest.raises(ConfigError, match=r"getThing cannot be signed .*API key"):
        signed(method)
    assert signed(method, public=True) == {}


def test_a_credential_of_the_call_is_left_alone() -> None:
    request = Request("GET", "http://127.0.0.1:9/x", {"authorization": "fingerprint"}, None)
    HotkeyAuth(Hotkey.from_seed(SEED)).apply(request)
    assert request.headers == {"authorization": "fingerprint"}


@pytest.mark.parametrize("seed", ["", "42", "0x", SEED + "42", "z" * 64, b"", b"B" * 31, b"B" * 33])
def test_a_bad_seed_is_refused_without_being_shown(seed: str | bytes) -> None:
    with pytest.raises(ConfigError) as caught:
        Hotkey.from_seed(seed)
    assert caught.value.message == "a hotkey seed is 32 bytes, or 64 hexadecimal digits"


def write(path: Path, *lines: str) -> Path:
    path.write_text("\n".join(lines) + "\n")
    return path


def test_the_configuration_file_of_the_cdk_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    given = write(tmp_path / "given.ini", "[auth]", f"hotkey_seed = {SEED}", f"hotkey_ss58address = {ADDRESS}", "note = 100%")
    assert Hotkey.from_config(given).address == ADDRESS
    named = write(tmp_path / "named.ini", "[auth]", f"hotkey_seed=0x{SEED}")
    monkeypatch.setenv("CHUTES_CONFIG_PATH", str(named))
    assert Hotkey.from_config().address == ADDRESS
    monkeypatch.delenv("CHUTES_CONFIG_PATH")
    monkeypatch.setenv("HOME", str(tmp_path))
    with pytest.raises(ConfigError, match=r"\.chutes/config\.ini"):
        Hotkey.from_config()
    (tmp_path / ".chutes").mkdir()
    write(tmp_path / ".chutes/config.ini", "[auth]", f"hotkey_seed={SEED}")
    assert Hotkey.from_config().address == ADDRESS


@pytest.mark.parametrize(
    "lines",
    [
        ["hotkey_seed"], [f"hotkey_seed = {SEED}"], ["[auth]", "username = me"], ["[api]", "base_url = x"], ["[auth]", "hotkey_seed ="],
        ["[auth]", "hotkey_seed = 4242424242"], ["[auth]", f"hotkey_seed = {SEED[:-2]}zz"], ["[auth]", f"hotkey_seed = {SEED}", SEED],
        ["[auth]", f"hotkey_seed = {SEED}", f"hotkey_ss58address = {OTHER}"], ["[auth]", f"hotkey_seed = {SEED}", f"hotkey_seed = {SEED}"],
    ],
)  # fmt: skip
def test_a_bad_configuration_file_is_named_and_not_quoted(lines: list[str], tmp_path: Path) -> None:
    path = write(tmp_path / "config.ini", *lines)
    with pytest.raises(ConfigError) as caught:
        Hotkey.from_config(path)
    text = "".join(traceback.format_exception(caught.value)) + repr(caught.value)
    assert str(path) in caught.value.message
    assert "4242424242" not in text


def test_a_binary_file_is_no_configuration(tmp_path: Path) -> None:
    path = tmp_path / "config.ini"
    path.write_bytes(b"\xff\xfe[auth]")
    with pytest.raises(ConfigError, match="no configuration file"):
        Hotkey.from_config(path)


def test_the_secret_is_in_no_repr() -> None:
    key = Hotkey.from_seed(SEED)
    client = Chutes(base_url="http://127.0.0.1:9", auth=auth.hotkey(key))
    for text in (repr(key), str(key), repr(client), repr(client._config), repr(auth.hotkey(key))):
        assert "42424242" not in text and ADDRESS in text
    assert not hasattr(key, "__dict__")
    with pytest.raises(TypeError, match="pickle"):
        pickle.dumps(key)


def test_each_attempt_is_signed_with_its_own_time() -> None:
    clock = VirtualClock(now=1_764_000_000)
    key = auth.hotkey(Hotkey.from_seed(SEED))
    play = answers(answer(b"{}", "503 Busy", "retry-after: 3"), answer(b'{"user_id": "u", "username": "n"}'))
    with serve(play) as server, Chutes(base_url=server.url, auth=key, seam=clock.seam()) as client:
        client.users.me()
    heads = [request.decode().split("\r\n") for request in server.requests]
    nonces = [line.partition(": ")[2] for head in heads for line in head if line.lower().startswith("x-chutes-nonce")]
    assert nonces == ["1764000000", "1764000003"]
    assert not any(line.lower().startswith("authorization") for head in heads for line in head)


def test_a_request_by_hand_takes_a_purpose() -> None:
    with serve(answers(answer(b"{}"))) as server, Chutes(base_url=server.url, auth=auth.hotkey(Hotkey.from_seed(SEED))) as client:
        client.request("GET", "/chutes/x", purpose="chutes")
        with pytest.raises(ConfigError, match="cannot be signed"):
            client.request("GET", "/jobs/x")
    assert len(server.requests) == 1 and b"X-Chutes-Signature: " in server.requests[0]


def test_the_library_is_imported_when_it_is_needed() -> None:
    code = (
        "import sys; sys.modules['sr25519'] = None\n"
        "import chutes_client, chutes_client.auth, chutes_client.hotkey as h\n"
        "assert 'chutes_client.oauth' not in sys.modules\n"
        "try: h.Hotkey.from_seed('42' * 32)\n"
        "except chutes_client.ConfigError as error: print(error)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "chutes-client[hotkey]" in done.stdout
    code = "import sys, chutes_client; chutes_client.Chutes; print([m for m in sys.modules if 'hotkey' in m or 'oauth' in m or 'cdk' in m])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
