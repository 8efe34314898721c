"""The command line: run, list, repro, validate."""

from __future__ import annotations

import argparse
import asyncio
import dataclasses
import json
import logging
import platform
import secrets
import shlex
import sys
from collections.abc import Sequence
from pathlib import Path

from . import __version__, canary, differential, library, report, soak
from .columns import Column, ColumnError
from .columns import load as load_columns
from .driver import Driver
from .library import Case, CaseError
from .report import summary
from .report.summary import SummaryError
from .result import BAD, Cell, Run
from .runner import Options, request_of, run, variables_of
from .server import MockServer

MARKS = {"pass": ".", "fail": "F", "hang": "H", "crash": "C", "warn": "w", "skip": "s", "n/a": "-", "xfail": "x",
         "xpass": "X", "flaky": "~", "harness-error": "E", "info": "i"}


def main(argv: Sequence[str] | None = None) -> int:
    """Entry point; 0 = every must of our columns passes, 1 = something failed, 2 = wrong use or unusable cases."""
    args = _parser().parse_args(argv)
    logging.getLogger("asyncio").setLevel(logging.ERROR)  # or it tells of every pipe to a driver that was ended
    try:
        return int(args.act(args))
    except (CaseError, ColumnError, SummaryError) as exc:
        print(f"error: {exc}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="chutes-conformance", description="Conformance suite for Chutes clients.")
    parser.add_argument("--root", type=Path, default=library.package_root(), help="folder with cases/ and columns.toml")
    parser.add_argument("--columns", type=Path, help="another columns.toml; its drivers start in its folder, and its baseline/ is used")
    commands = parser.add_subparsers(required=True, metavar="command")
    play = commands.add_parser("run", help="play cases and write the reports")
    play.add_argument("--column", action="append", default=[], help="column to play (repeatable; default: ours and the reference ones)")
    play.add_argument("--case", action="append", default=[], help="pattern of case names (repeatable)")
    play.add_argument("--out", type=Path, default=None, help="folder for results.json, junit.xml, matrix.html")
    play.add_argument("--jobs", type=int, default=8, help="cases at once")
    play.add_argument("--fail-fast", action="store_true", help="end a column with its first must or should that does not pass")
    play.add_argument("--no-oracle", action="store_true", help="do not play the reference client first")
    play.set_defaults(act=_run)
    show = commands.add_parser("list", help="show cases, columns or requirements")
    show.add_argument("--case", action="append", default=[])
    show.add_argument("--requirements", action="store_true", help="requirements and how many cases prove each")
    show.set_defaults(act=_list)
    again = commands.add_parser("repro", help="play one case in one column and keep the server open")
    again.add_argument("case")
    again.add_argument("column")
    again.set_defaults(act=_repro)
    fuzz = commands.add_parser("fuzz", help="compare the clients on the corpus and on random streams")
    fuzz.add_argument("--column", action="append", help="only these columns (default: ours)")
    fuzz.add_argument("--seconds", type=float, help="time for random streams (default: until the seeds are used up)")
    fuzz.add_argument("--seeds", default="0:200", help="first:last of the random streams (default 0:200)")
    fuzz.add_argument("--some-cuts", action="store_true", help="cut the corpus at some places, not at every byte")
    fuzz.set_defaults(act=_fuzz)
    long = commands.add_parser("soak", help="keep many slow streams open on one client, and count what is left behind")
    long.add_argument("--column", action="append", help="only these columns (default: ours)")
    long.add_argument("--streams", type=int, default=1000, help="open at a time (default 1000)")
    long.add_argument("--seconds", type=float, default=600, help="per column (default 600)")
    long.add_argument("--seed", type=int, default=1)
    long.add_argument("--short", action="store_true", help="quick streams and a short warm-up, for tests")
    long.add_argument("--at-once", type=int, default=1, help="columns at a time (default 1)")
    long.add_argument("--out", type=Path, default=None, help="file for the figures as JSON")
    long.set_defaults(act=_soak)
    table = commands.add_parser("summary", help="the Markdown summary of a run, printed or put between the marks of a README")
    table.add_argument("results", type=Path, help="results.json of a run")
    table.add_argument("--brief", action="store_true", help="leave the themes out")
    table.add_argument("--write", type=Path, nargs="+", metavar="FILE", help="write between <!-- matrix:begin --> and <!-- matrix:end --> of these files")
    table.set_defaults(act=_table)
    check = commands.add_parser("validate", help="check every case against its schema")
    check.set_defaults(act=_validate)
    return parser


def _columns(args: argparse.Namespace) -> dict[str, Column]:
    return load_columns(args.columns or args.root / "columns.toml", args.root)


def _must_exist(names: list[str], columns: dict[str, Column]) -> None:
    unknown = [name for name in names if name not in columns]
    if unknown:
        raise ColumnError(f"no such column: {', '.join(unknown)}; there are: {', '.join(columns)}")


def _run(args: argparse.Namespace) -> int:
    columns = _columns(args)
    _must_exist(args.column, columns)
    names = args.column or [n for n, c in columns.items() if c.kind in ("ours", "reference")]
    every = library.load(args.root)
    cases = library.select(every, args.case)
    if not cases:
        raise CaseError("no case matches")
    oracle = next((c for c in [*columns.values(), *load_columns(args.root / "columns.toml", args.root).values()] if c.kind == "oracle"), None)

    def progress(cell: Cell) -> None:
        print(MARKS[cell.verdict], end="", flush=True)

    options = Options(
        root=args.root, jobs=args.jobs, complete=len(cases) == len(every) and not args.fail_fast, progress=progress,
        fail_fast=args.fail_fast, oracle=None if args.no_oracle else oracle,
        baseline=(args.columns.parent if args.columns else args.root) / "baseline",
        meta={"version": __version__, "python": platform.python_version(), "system": platform.system(),
              "requirements": library.requirement_ids(args.root / "requirements.md")},
    )
    result = asyncio.run(run(cases, [columns[n] for n in names], options))
    print()
    for cell in result.cells if args.columns else ():
        cell.repro = cell.repro.replace("chutes_conformance", f"chutes_conformance --columns {shlex.quote(str(args.columns))}", 1)
    if args.out:
        report.write(result, args.out)
    _summary(result, args.out)
    return 0 if result.ok else 1


def _summary(result: Run, out: Path | None) -> None:
    """One screen: columns with their shares, the first failures, the counting line last."""
    print(f"\n{'column':<18} {'sdk':<28} {'must':>11} {'should':>11}")
    for column in result.columns:
        shares = [f"{p}/{n}" if n else "-" for p, n in (result.share(column.name, lv) for lv in ("must", "should"))]
        print(f"{column.name:<18} {f'{column.sdk} {column.version}'.strip() or column.problem[:28]:<28} {shares[0]:>11} {shares[1]:>11}")
    failures = result.failures()
    for cell in failures[:15]:
        print(f"\n{cell.verdict}: {cell.column} {cell.case}\n  {(cell.complaints or ['passes, but is in the baseline'])[0][:300]}\n  {cell.repro}")
    if len(failures) > 15:
        print(f"\n… and {len(failures) - 15} more; see the reports")
    for problem in result.problems:
        print(f"problem: {problem}")
    if again := ", ".join(f"{c.replayed} of {c.name}" for c in result.columns if c.replayed):
        print(f"played again, since a neighbour hung or the server stood still: {again}")
    print(f"\n{len(result.cases)} cases, {len(result.columns)} columns, {result.meta['seconds']} s" + (f", reports in {out}" if out else ""))
    passed, failed, skipped = _counts(result)
    print(f"{passed} passed, {failed} failed" + (f", {skipped} skipped" if skipped else ""))


def _counts(result: Run) -> tuple[int, int, int]:
    """Cells that passed, failed, and neither: of the deciding columns, or of all where none decides."""
    failing = {id(c) for c in result.failures()}
    deciding = {c.name for c in result.columns if c.decides}
    counted = [c for c in result.cells if not deciding or c.column in deciding or id(c) in failing]
    passed = sum(c.verdict == "pass" for c in counted)
    failed = sum(id(c) in failing or c.verdict in BAD for c in counted)
    return passed, failed + len(result.problems), len(counted) - passed - failed


def _list(args: argparse.Namespace) -> int:
    cases = library.select(library.load(args.root), args.case)
    if args.requirements:
        for name, text in library.requirement_ids(args.root / "requirements.md").items():
            count = sum(name in c.requirements for c in cases)
            print(f"{name:<12} {count:>4}  {text}")
        return 0
    for case in cases:
        print(f"{case.name:<70} {case.level:<7} {','.join(case.requirements)}")
    return 0


def _table(args: argparse.Namespace) -> int:
    result = summary.load(args.results)
    if not args.write:
        print(summary.render(result, args.brief), end="")
    for path in args.write or ():
        print(f"{path}: {'written' if summary.write(result, path) else 'unchanged'}")
    return 0


def _validate(args: argparse.Namespace) -> int:
    cases = library.load(args.root)
    templates = {c.name.partition(f"/{c.raw['id']}")[0] + "/" + c.raw["id"] for c in cases}
    print(f"{len(cases)} cases are valid ({len(templates)} as they are written, before rows and permutations multiply them)")
    return 0


def _fuzz(args: argparse.Namespace) -> int:
    known = _columns(args)
    _must_exist(args.column or [], known)
    wanted = [known[n] for n in args.column] if args.column else [c for c in known.values() if c.decides]
    oracle = next(c for c in known.values() if c.kind == "oracle")
    first, _, last = args.seeds.partition(":")
    seeds = range(int(first), int(last or first) + 1)
    found = asyncio.run(differential.fuzz(wanted, oracle, args.root / "corpus", library.load(args.root), seeds, args.seconds, not args.some_cuts))
    for disagreement in found.disagreements:
        print(f"\n{disagreement}")
    print(f"{found.streams} streams, {found.plays} plays in {found.seconds:.0f} s, {len(found.disagreements)} disagreements")
    return 1 if found.disagreements else 0


def _soak(args: argparse.Namespace) -> int:
    known = _columns(args)
    _must_exist(args.column or [], known)
    wanted = [known[n] for n in args.column] if args.column else [c for c in known.values() if c.decides]
    options = soak.SHORT if args.short else soak.Options()
    options = dataclasses.replace(options, streams=args.streams, seconds=args.seconds, seed=args.seed)
    results = asyncio.run(soak.several(wanted, options, args.at_once, lambda result: print(soak.show(result), flush=True)))
    if args.out:
        args.out.parent.mkdir(parents=True, exist_ok=True)
        args.out.write_text(json.dumps([r.to_json() for r in results], indent=1) + "\n")
    failed = sum(bool(r.problems) for r in results)
    print(f"{len(results) - failed} passed, {failed} failed")
    return 1 if failed else 0


def _repro(args: argparse.Namespace) -> int:
    columns = _columns(args)
    found = [c for c in library.load(args.root) if c.name == args.case]
    if not found or args.column not in columns:
        raise CaseError(f"no case {args.case!r} or no column {args.column!r}")
    with MockServer() as server:
        asyncio.run(_replay(server, found[0], columns[args.column]))
    return 0


async def _replay(server: MockServer, case: Case, column: Column) -> None:
    driver = Driver(column)
    await driver.start()
    token = secrets.token_hex(5)
    key = canary.new_key(token)
    variables = variables_of(server, token, key, case.listen)
    journal = server.register(token, list(case.server), variables, None)
    for call in case.calls:
        message = request_of(call, case, server, variables, key)
        print("->", json.dumps(message, ensure_ascii=False))
        answer = await driver.ask(message, 3600)
        print("<-", json.dumps(answer, ensure_ascii=False))
    for request in journal.to_json():
        print(f"\n{request['method']} {request['target']} (connection {request['connection']})")
        for at, kind, data in request["trace"]:
            print(f"  {at:9.2f} {kind} {data!r}")
    await driver.stop()
    server.register(token, list(case.server), variables, None)
    print(f"\nThe script is played again from its start at {variables['BASE']} until you press Enter.")
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.readline)
