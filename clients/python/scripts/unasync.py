"""Makes the sync twin: `src/chutes_client/_async` → `src/chutes_client/_sync`, name by name.

    python scripts/unasync.py           # rewrite
    python scripts/unasync.py --check   # fail if the twin is not what it would be

Works on tokens, so that strings and comments change only where a name stands in them on purpose (docstrings that show code).
Files in `HAND` are written by hand on both sides.
"""

from __future__ import annotations

import io
import re
import subprocess
import sys
import tokenize
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SOURCE = ROOT / "src/chutes_client/_async"
TARGET = ROOT / "src/chutes_client/_sync"
HAND = {"__init__.py", "_platform.py", "_pager.py", "_tasks.py"}
BANNER = "# Made from {source} by scripts/unasync.py. Do not edit.\n"

NAMES = {
    "__aenter__": "__enter__", "__aexit__": "__exit__", "__aiter__": "__iter__", "__anext__": "__next__", "aclose": "close",
    "aiter_raw": "iter_raw", "AsyncIterator": "Iterator", "AsyncGenerator": "Generator", "StopAsyncIteration": "StopIteration",
    "AsyncRetrying": "Retrying", "_async": "_sync", "handle_async_request": "handle_request", "AsyncBaseTransport": "BaseTransport",
    "AsyncByteStream": "SyncByteStream", "AsyncPager": "Page", "AsyncOpenAI": "OpenAI",
}  # fmt: skip
SKIP_AFTER_ASYNC = {"def", "with", "for"}


def rename(name: str) -> str:
    if name in NAMES:
        return NAMES[name]
    return name[5:] if re.match(r"Async[A-Z]", name) else name


def convert(text: str) -> str:
    """The sync form of async source."""
    out: list[str] = []
    line, column = 1, 0
    lines = text.splitlines(keepends=True)
    drop_space = False
    tokens = list(tokenize.generate_tokens(io.StringIO(text).readline))
    for index, token in enumerate(tokens):
        start, end = token.start, token.end
        gap = between(lines, (line, column), start)
        if drop_space:
            gap = gap.lstrip(" ")
            drop_space = False
        out.append(gap)
        value = token.string
        if token.type == tokenize.NAME:
            following = tokens[index + 1].string if index + 1 < len(tokens) else ""
            if value == "await" or (value == "async" and following in SKIP_AFTER_ASYNC):
                value, drop_space = "", True
            else:
                value = rename(value)
        elif (token.type == tokenize.STRING and value.lstrip("rfbRFB").startswith('"""')) or token.type == tokenize.COMMENT:
            value = prose(value)
        elif token.type == tokenize.STRING or token.type == getattr(tokenize, "FSTRING_MIDDLE", -1):
            value = re.sub(r"\bAsync(?=[A-Z])", "", value)
        out.append(value)
        line, column = end
    return tidy("".join(out))


def between(lines: list[str], start: tuple[int, int], end: tuple[int, int]) -> str:
    if start[0] == end[0]:
        return lines[start[0] - 1][start[1] : end[1]] if start[0] <= len(lines) else ""
    parts = [lines[start[0] - 1][start[1] :]]
    parts += lines[start[0] : end[0] - 1]
    if end[0] <= len(lines):
        parts.append(lines[end[0] - 1][: end[1]])
    return "".join(parts)


def prose(text: str) -> str:
    text = re.sub(r"\basync (with|for|def)\b", r"\1", text)
    text = re.sub(r"\bawait ", "", text)
    text = re.sub(r"\baclose\b", "close", text)
    return re.sub(r"\bAsync(?=[A-Z])", "", text)


def tidy(text: str) -> str:
    """What awaiting leaves behind: `Awaitable[X]` and `Opening[X, Y]` are X, and a generator takes two more parameters."""
    previous = None
    while previous != text:
        previous = text
        text = re.sub(r"\bAwaitable\[((?:[^\[\]]|\[(?:[^\[\]]|\[[^\[\]]*\])*\])*)\]", r"\1", text)
    text = re.sub(r"\bAwaitable, |, Awaitable\b", "", text)
    text = re.sub(r"\bOpening\[(\w+(?:\[\w+\])?), \w+\]", r"\1", text).replace("import Opening, opening", "import opening")
    return re.sub(r"\bGenerator\[((?:[^\[\],]|\[[^\[\]]*\])+), None\]", r"Generator[\1, None, None]", text)


def ruff(path: str, text: str) -> str:
    tool = Path(sys.executable).parent / "ruff"
    config = ["--config", str(ROOT / "pyproject.toml"), "--stdin-filename", path]
    for command in (["check", "-q", "--fix-only", "--select", "I,F401,SIM117", *config], ["format", "-q", *config]):
        done = subprocess.run([str(tool), *command, "-"], input=text, capture_output=True, text=True, check=False, cwd=ROOT)
        if done.returncode:
            raise SystemExit(f"ruff refuses {path}:\n{done.stderr or done.stdout}")
        text = done.stdout
    return text


def outputs() -> dict[Path, str]:
    made: dict[Path, str] = {}
    for source in sorted(SOURCE.rglob("*.py")):
        relative = source.relative_to(SOURCE)
        if str(relative) in HAND:
            continue
        target = TARGET / relative
        banner = BANNER.format(source=f"_async/{relative.as_posix()}")
        made[target] = ruff(str(target), banner + convert(source.read_text()))
    return made


def main(check: bool) -> int:
    made = outputs()
    stale = [p for p in TARGET.rglob("*.py") if p not in made and str(p.relative_to(TARGET)) not in HAND]
    wrong = [p for p, text in made.items() if not p.exists() or p.read_text() != text]
    if check:
        for path in (*stale, *wrong):
            print(f"{path.relative_to(ROOT)} is not what scripts/unasync.py makes", file=sys.stderr)
        return 1 if stale or wrong else 0
    for path in stale:
        path.unlink()
    for path in wrong:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(made[path])
    print(f"{len(made)} files, {len(wrong)} rewritten, {len(stale)} removed")
    return 0


if __name__ == "__main__":
    raise SystemExit(main("--check" in sys.argv[1:]))
