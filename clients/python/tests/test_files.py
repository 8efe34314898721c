"""Files that are written: what is replaced, what is kept, and what an error says."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import Any

import pytest
from test_transport import Either, settle, variant  # noqa: F401
from wire import answer, answers, serve

from chutes_client import Binary, ConfigError
from chutes_client._results import named

DATA = Binary(b"new", "audio/wav")


def test_what_is_replaced_keeps_its_permissions_and_its_link(tmp_path: Path) -> None:
    secret, link = tmp_path / "secret", tmp_path / "link"
    secret.write_bytes(b"old")
    secret.chmod(0o600)
    link.symlink_to(secret)
    DATA.save(link)
    assert link.is_symlink() and secret.read_bytes() == b"new" and stat.S_IMODE(secret.stat().st_mode) == 0o600


def test_a_new_file_has_the_permissions_of_any(tmp_path: Path) -> None:
    before = os.umask(0o027)
    try:
        DATA.save(tmp_path / "a")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "a").stat().st_mode) == 0o640


@pytest.mark.parametrize(
    ("path", "words"),
    [("no/such/file", "file': No such file"), ("x" * 300, "File name too long"), (".", "it is a folder"), ("", "it is a folder")],
)
def test_what_cannot_be_written_is_told_by_its_own_name(
    path: str, words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ConfigError, match=words) as caught:
        DATA.save(path)
    assert ".chutes-" not in str(caught.value) and not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("told", "name"),
    [
        ('"a.wav"', "a.wav"),
        ('".bashrc"', "bashrc"),
        ('"../. .ssh"', "ssh"),
        ('"\x1b[31mred"', "[31mred"),
        ('"..."', None),
        ("a\x7fb", "ab"),
    ],
)
def test_names_a_server_chooses(told: str, name: str | None) -> None:
    assert named({"content-disposition": f"attachment; filename={told}"}) == name


def test_names_in_odd_charsets() -> None:
    assert named({"content-disposition": "attachment; filename*=idna''x..y"}) is None
    assert named({"content-disposition": "attachment; filename*=no-such''x"}) in (None, "x")


async def test_a_download_replaces_only_what_its_caller_named(variant: str, tmp_path: Path) -> None:  # noqa: F811
    sound = answer(b"RIFFnew", "200 OK", 'content-disposition: attachment; filename="mine.wav"', kind="audio/wav")
    mine = tmp_path / "mine.wav"
    mine.write_bytes(b"old")
    with serve(answers(sound)) as server:
        client = Either(variant, server.url)
        chute: Any = client.client.chute("alice-echo")
        with pytest.raises(ConfigError, match=r"mine\.wav' exists already"):
            await settle(chute.download("/speak", tmp_path))
        with pytest.raises(ConfigError, match=r"mine\.wav' exists already"):
            await settle(client.client.jobs.download("job", "file", tmp_path))
        assert mine.read_bytes() == b"old" and len(list(tmp_path.iterdir())) == 1
        assert await settle(chute.download("/speak", mine)) == mine and mine.read_bytes() == b"RIFFnew"
        (tmp_path / "folder").mkdir()
        assert (await settle(chute.download("/speak", tmp_path / "folder"))).name == "mine.wav"
        await client.close()


async def test_a_file_that_appears_meanwhile_is_not_replaced(variant: str, tmp_path: Path) -> None:  # noqa: F811
    sound = answer(b"RIFFnew", "200 OK", 'content-disposition: attachment; filename="mine.wav"', kind="audio/wav")

    def appear(received: int, total: int | None) -> None:
        (tmp_path / "mine.wav").write_bytes(b"other")

    with serve(answers(sound)) as server:
        client = Either(variant, server.url)
        with pytest.raises(ConfigError, match="exists already"):
            await settle(client.client.chute("alice-echo").download("/speak", tmp_path, on_progress=appear))
        await client.close()
    assert [(p.name, p.read_bytes()) for p in tmp_path.iterdir()] == [("mine.wav", b"other")]
