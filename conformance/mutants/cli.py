"""`python -m mutants run [language …]` and `python -m mutants list`."""

from __future__ import annotations

import argparse
import random
import sys
from collections.abc import Sequence

from .languages import LANGUAGES, Language
from .mutant import Mutant, MutantError, equivalents, planted, split
from .play import Outcome, baseline, last_outcomes, play_all

SAMPLE = 60
MARKS = {"killed": ".", "survived": "S", "invalid": "-"}


def main(argv: Sequence[str] | None = None) -> int:
    """Entry point; 0 = every valid mutant was noticed, 1 = one survived, 2 = a list is stale or a client cannot be built."""
    args = _parser().parse_args(argv)
    try:
        return int(args.act(args))
    except (MutantError, RuntimeError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 2


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m mutants", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="command")
    play = commands.add_parser("run", help="plant faults, play the matrix, print what survives")
    play.set_defaults(act=_run)
    show = commands.add_parser("list", help="show the mutants and check the lists")
    show.set_defaults(act=_list)
    for command in (play, show):
        command.add_argument("language", nargs="*", choices=[[], *LANGUAGES], help="default: all four")
        command.add_argument("--only", action="append", default=[], help="ids, or beginnings of ids, such as `go-sse` (repeatable)")
        command.add_argument("--all", action="store_true", help="every mechanical mutant, not a sample")
        command.add_argument("--seed", type=int, default=1, help="which sample of the mechanical mutants")
        command.add_argument("--sample", type=int, default=SAMPLE, help=f"mechanical mutants per language (default {SAMPLE})")
        command.add_argument("--survivors", action="store_true", help="those that survived when they were last played here")
        command.add_argument("--new", action="store_true", help="leave out those that were played here before")
    play.add_argument("--jobs", type=int, default=2, help="mutants at once (default 2)")
    play.add_argument("--no-unit", action="store_true", help="do not give what the matrix lets live to the client's unit tests")
    return parser


def chosen(language: Language, args: argparse.Namespace) -> tuple[list[Mutant], int]:
    """The mutants to play, the planted ones first, and how many mechanical ones are left out as equivalent."""
    mechanical, equivalent, stale = split(language.mechanical(), equivalents())
    if stale:
        texts = "\n".join(f"  {e.language} {e.file}: {e.line}" for e in stale)
        raise MutantError(f"entries of equivalent.yaml that fit no mutant any more:\n{texts}")
    by_hand = planted(language.name)
    for mutant in by_hand:
        mutant.render(language.read)
    last = last_outcomes(language)
    everything = by_hand + mechanical
    if args.survivors:
        return [m for m in everything if last.get(m.id) == "survived"], len(equivalent)
    if args.only:
        return [m for m in everything if any(m.id.startswith(only) for only in args.only) and not (args.new and m.id in last)], len(equivalent)
    if not args.all:
        picked = random.Random(args.seed).sample(range(len(mechanical)), min(args.sample, len(mechanical)))
        mechanical = [mechanical[i] for i in sorted(picked)]
    else:
        random.Random(args.seed).shuffle(mechanical)
    return [m for m in by_hand + mechanical if not (args.new and m.id in last)], len(equivalent)


def _list(args: argparse.Namespace) -> int:
    for name in args.language or LANGUAGES:
        mutants, equivalent = chosen(LANGUAGES[name], args)
        for m in mutants:
            change = f"{m.edits[0].file}:{m.line}  {m.before.strip()[:70]}  →  {m.after.strip()[:70]}"
            print(f"{m.id:<36} {m.operator:<11} " + (m.title or change.replace("\n", " ⏎ ")))
        print(f"{name}: {len(mutants)} mutants, {equivalent} more are equivalent")
    return 0


def _run(args: argparse.Namespace) -> int:
    counts = dict.fromkeys(MARKS, 0)
    for name in args.language or LANGUAGES:
        language = LANGUAGES[name]
        language.take_snapshot()
        mutants, equivalent = chosen(language, args)
        if mutants:
            for verdict, count in _play(language, mutants, equivalent, args).items():
                counts[verdict] += count
    print(f"{counts['killed']} killed, {counts['survived']} survived, {counts['invalid']} invalid")
    return 1 if counts["survived"] else 0


def _play(language: Language, mutants: list[Mutant], equivalent: int, args: argparse.Namespace) -> dict[str, int]:
    known = baseline(language)
    cases = ", ".join(f"{len(names)} cases in {column}" for column, names in known.passing.items())
    print(f"{language.name}: {len(mutants)} mutants ({equivalent} equivalent ones left out); the unchanged client passes {cases}, of {len(known.cases)}", flush=True)
    outcomes: list[tuple[Mutant, Outcome]] = []

    def tell(mutant: Mutant, outcome: Outcome) -> None:
        outcomes.append((mutant, outcome))
        print(MARKS[outcome.verdict], end="", flush=True)

    for _ in play_all(language, mutants, known, min(args.jobs, len(mutants)), not args.no_unit, tell):
        pass
    print()
    for mutant, outcome in outcomes:
        if outcome.verdict == "survived":
            where = mutant.title or f"{mutant.edits[0].file}:{mutant.line}, {mutant.operator}"
            print(f"\nsurvived: {mutant.id} ({where})\n{mutant.diff(language.read)}")
    counts = {verdict: sum(o.verdict == verdict for _, o in outcomes) for verdict in MARKS}
    units = sum(o.by == "unit tests" for _, o in outcomes)
    print(f"{language.name}: {counts['killed']} killed ({units} of them by unit tests only), {counts['survived']} survived, {counts['invalid']} invalid", flush=True)
    return counts
