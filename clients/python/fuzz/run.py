"""Coverage-guided search with atheris for what breaks a fuzz target: `run.py decoder|error_body --seconds 60 --keep FOLDER`.

Fails with the input that breaks it, which stays in the folder of `--keep`; put it into the suite's corpus once it is mended.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import atheris

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))
with atheris.instrument_imports(include=["chutes_client._sse", "chutes_client._errors", "chutes_client._redact"]):
    import fuzz_targets


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("target", choices=fuzz_targets.TARGETS)
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--keep", type=Path, required=True)
    args = parser.parse_args()
    known = args.keep / args.target
    known.mkdir(parents=True, exist_ok=True)
    for number, seed in enumerate(fuzz_targets.seeds(args.target)):
        (known / f"seed-{number}").write_bytes(bytes((number * 7 % 256, number * 31 % 256)) + seed)
    options = [
        f"-max_total_time={args.seconds}",
        "-max_len=4096",
        "-timeout=10",
        f"-artifact_prefix={args.keep}/{args.target}-",
        "-print_final_stats=1",
        str(known),
    ]
    atheris.Setup([sys.argv[0], *options], fuzz_targets.TARGETS[args.target])
    atheris.Fuzz()


if __name__ == "__main__":
    main()
