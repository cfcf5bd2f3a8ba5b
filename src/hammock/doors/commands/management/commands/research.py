"""`hammock research DEMAND… --supply SUPPLY… --out DIR`: study a market from files."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from tqdm import tqdm

from hammock.departments.marketing import visits
from hammock.departments.research.gathering import gather, gathered_file
from hammock.departments.research.ports import is_address, model_folder, pages
from hammock.departments.research.queries import Question, investigate, names_of
from hammock.departments.research.report import facts, write
from hammock.departments.research.rules.columns import DEMAND_NAMES, SUPPLY_NAMES
from hammock.flows.hear_demand import hear_customers, hear_searches
from hammock.kit import clock
from hammock.kit.errors import HammockError

SHOWN = 5  # niches, on the terminal


class Command(BaseCommand):
    """Finds niches and untapped demand, and writes a report with the evidence."""

    help = "Find niches and untapped demand in keyword exports, texts and product lists."
    requires_system_checks: list[str] = []  # noqa: RUF012 - Django's own attribute

    def add_arguments(self, parser: CommandParser) -> None:
        """Take files, columns and where to write."""
        parser.add_argument("demand", nargs="*", type=Path, metavar="DEMAND")
        parser.add_argument(
            "--own-searches", action="store_true", help="what people searched for in this shop"
        )
        parser.add_argument(
            "--own-words",
            action="store_true",
            help="what customers wrote with requests, without names and addresses",
        )
        for name, default in (("since", "the first counted day"), ("until", "today")):
            parser.add_argument(
                f"--{name}",
                type=date.fromisoformat,
                metavar="YYYY-MM-DD",
                help=f"of what this shop heard (default: {default})",
            )
        parser.add_argument(
            "--supply",
            nargs="+",
            default=[],
            metavar="SUPPLY",
            help="product lists, or the address of a sitemap or page with product data",
        )
        parser.add_argument("--out", type=Path, required=True, metavar="DIR")
        parser.add_argument("--json", action="store_true", help="print the study as JSON")
        parser.add_argument("--seed", type=int, default=1)
        parser.add_argument("--model", type=Path, help="folder of a larger model")
        for side, names in (("demand", DEMAND_NAMES), ("supply", SUPPLY_NAMES)):
            parser.add_argument(
                f"--{side}-column",
                action="append",
                default=[],
                metavar="FIELD=COLUMN",
                help=f"name a column ({', '.join(names)}), or none: FIELD=; may be given again",
            )

    def handle(self, *args: Any, **options: Any) -> None:
        """Study, write the folder, and say what was found."""
        out = options["out"]
        _refuse_no_folder(out)
        try:
            with (
                tempfile.TemporaryDirectory() as scratch,
                tqdm(disable=None, leave=False, bar_format="{desc} ({elapsed})") as line,
            ):

                def beat(stage: str, share: float) -> None:
                    line.set_description_str(f"{stage} {share:.0%}" if share else stage)

                written = investigate(_question(options, Path(scratch), beat), heartbeat=beat)
                beat("writing", 0.0)
                write(written, out)
        except HammockError as error:
            raise CommandError(str(error)) from error
        except OSError as error:
            raise CommandError(f"--out {out}: {error.strerror or error}") from error
        told = facts(written)
        if options["json"]:
            self.stdout.write(json.dumps(told, ensure_ascii=False, allow_nan=False))
            return
        self._sources(told)
        self.stdout.write(told["refusal"] or _headline(told))
        for niche in told["niches"][:SHOWN] if told["ranked"] else []:
            self.stdout.write(_line(niche))
        self.stdout.write(f"Report: {out / 'report.html'}")

    def _sources(self, told: dict[str, Any]) -> None:
        for source in told["sources"]:
            used = ", ".join(f"{name} = {column}" for name, column in source["columns"].items())
            self.stdout.write(f"{source['file']}: {source['rows']} rows ({used})")
            for note in source["notes"]:
                self.stdout.write(f"  {note}")
            if source["refused"]:
                self.stdout.write(f"  {len(source['refused'])} rows or cells not taken, see report")


def _refuse_no_folder(out: Path) -> None:
    """Say at once, and not after the study, that a report cannot be written there."""
    nearest = next(place for place in (out, *out.absolute().parents) if place.exists())
    if not nearest.is_dir():
        raise CommandError(f"--out {out}: {nearest} is a file, and a folder is needed")
    if not os.access(nearest, os.W_OK | os.X_OK):
        raise CommandError(f"--out {out}: nothing may be written in {nearest}")


def _headline(told: dict[str, Any]) -> str:
    return (
        f"{len(told['niches'])} niches, best first: by the low end of the opportunity's 90 % "
        f"interval, in {told['unit']}:"
    )


def _line(niche: dict[str, Any]) -> str:
    left, low, high = (niche[f"opportunity{end}"] for end in ("", "_low", "_high"))
    return (
        f"  {niche['rank']}. {niche['niche']}: {left:,.0f} ({low:,.0f} to {high:,.0f}), "
        f"{niche['unmet']:.0%} unmet ({niche['unmet_low']:.0%} to {niche['unmet_high']:.0%})"
    )


def _question(
    options: dict[str, Any], scratch: Path, beat: Callable[[str, float], None]
) -> Question:
    """Say what is asked; what this shop heard, and supply from addresses, become files first."""
    supply: list[Path] = []
    notes: dict[Path, tuple[str, ...]] = {}
    for at, one in enumerate(map(str, options["supply"])):
        place = scratch / str(at)
        place.mkdir()
        if is_address(one):
            got = gather(one, fetcher=pages(), heartbeat=beat)
            supply.append(gathered_file(got, place))
            notes[supply[-1]] = got.problems
        else:
            supply.append(Path(one))
    return Question(
        demand=(*options["demand"], *_heard(options, scratch)),
        supply=tuple(supply),
        notes_of=notes,
        demand_columns=_said(options["demand_column"]),
        supply_columns=_said(options["supply_column"]),
        model=options["model"] or model_folder(),
        seed=options["seed"],
    )


def _heard(options: dict[str, Any], scratch: Path) -> list[Path]:
    """Write what this shop heard into files."""
    wanted = [
        hear
        for name, hear in (("own_searches", hear_searches), ("own_words", hear_customers))
        if options[name]
    ]
    if not wanted and not options["demand"]:
        raise CommandError("give files of demand, --own-searches or --own-words")
    if not wanted:
        return []
    began = visits.counted_since()
    until = options["until"] or clock.today()
    since = options["since"] or (began.date() if began else until)
    if until < since:
        raise CommandError(f"--until: {until} is before {since}")
    paths = []
    for one in (hear(since=since, until=until) for hear in wanted):
        paths.append(scratch / one.name)
        paths[-1].write_bytes(one.content)
    return paths


def _said(pairs: list[str]) -> dict[str, str]:
    try:
        return names_of(pairs)
    except ValueError as error:
        raise CommandError(f"“{error.args[0]}” is not FIELD=COLUMN") from error
