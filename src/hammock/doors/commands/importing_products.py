"""`hammock import shopify|woocommerce|gumroad FILE.csv`: another shop's products."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TextIO

from tqdm import tqdm

from hammock.departments.catalogue.importing.table import LARGEST
from hammock.departments.ledger.rules import GENERAL
from hammock.flows.import_products import Report, Taken, import_products
from hammock.kit.errors import FieldError

HELP = "products of another shop, from its CSV export (Gumroad: of sales)"


def add_arguments(parser: ArgumentParser) -> None:
    """Say what the command takes."""
    parser.add_argument("file", type=Path, help="the .csv file, at most 10 MB")
    parser.add_argument("--dry-run", action="store_true", help="say what would happen, do nothing")
    parser.add_argument(
        "--update",
        action="store_true",
        help="let words and prices of products that are here already follow the file",
    )
    parser.add_argument("--currency", help="what the prices are in (without it: the shop's)")
    parser.add_argument("--centre", default=GENERAL, help="the profit centre's slug")


def handle(options: dict[str, Any], stdout: TextIO) -> None:
    """Import and say what became of each product; code 1 when a row could not be taken."""
    content = _read(options["file"])
    with tqdm(desc="products", unit="product", file=sys.stderr, disable=None) as bar:

        def watch(done: int, of: int) -> None:
            bar.total = of
            bar.update(done - bar.n)

        report = import_products(
            source=options["kind"],
            content=content,
            currency=options["currency"],
            centre=options["centre"],
            is_update=options["update"],
            is_dry_run=options["dry_run"],
            watch=watch,
        )
    stdout.write("\n".join(_in_words(report)) + "\n")
    if report.problems:
        sys.exit(1)


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(LARGEST + 1)
    except OSError as error:
        raise FieldError(field="FILE", problem=f"{path}: {error.strerror}") from None


def _in_words(report: Report) -> Iterator[str]:
    for taken in report.taken:
        yield from _product_in_words(taken)
    for problem in report.problems:
        yield f"refused  {problem}"
    if report.unused:
        yield f"Columns with no place here: {', '.join(report.unused)}."
    yield _summary(report)


def _summary(report: Report) -> str:
    new, updated = report.count("new"), report.count("updated")
    there, refused = report.count("already there"), len(report.problems)
    verb = "Would import" if report.is_dry_run else "Imported"
    problems = "1 problem" if refused == 1 else f"{refused} problems"
    return f"{verb}: {new} new, {updated} updated, {there} already there; {problems}."


def _product_in_words(taken: Taken) -> Iterator[str]:
    prices = "1 price" if taken.prices == 1 else f"{taken.prices} prices"
    changed = f": {', '.join(taken.changed)}" if taken.changed else ""
    yield (
        f"{taken.verdict}  row {taken.row}  {taken.slug}  “{taken.title}”, {prices}, "
        f"{_left_in_words(taken)}{taken.state.lower()}{changed}"
    )
    yield from (f"    to add by hand: {line}" for line in taken.by_hand)


def _left_in_words(taken: Taken) -> str:
    if taken.capacity is None:
        return ""
    return f"{taken.capacity:,} in stock, " if taken.capacity else "sold out, "
