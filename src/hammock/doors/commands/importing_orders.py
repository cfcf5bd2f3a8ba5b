"""`hammock import orders FILE --mapping NAME`: another shop's history, proved to the penny."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from dataclasses import asdict
from pathlib import Path
from typing import Any, TextIO

from django.core.management.base import CommandError
from tqdm import tqdm

from hammock.departments.sales.importing import mapping as mappings
from hammock.departments.sales.importing.mapping import Mapping
from hammock.flows.import_orders import Reconciliation, import_orders
from hammock.kit.money import Money

MOST_NAMED = 20  # changed orders; the JSON names all
HELP = "orders of another shop, one row an order line (CSV, CSV.gz or Parquet)"


def add_arguments(parser: ArgumentParser) -> None:
    """Say what the command takes."""
    parser.add_argument("file", type=Path, help="a .csv, .csv.gz or .parquet file")
    parser.add_argument(
        "--mapping",
        required=True,
        help=f"what its columns mean: {', '.join(mappings.names())}, or your own .toml file",
    )
    parser.add_argument(
        "--centre", help="the profit centre's slug (without it: “Imported shop”, made if need be)"
    )
    parser.add_argument("--json", action="store_true", help="print the report as one JSON object")
    parser.add_argument("--dry-run", action="store_true", help="check and count, write nothing")


def handle(options: dict[str, Any], stdout: TextIO) -> None:
    """Import, print the reconciliation; books that differ from the file end with code 1."""
    mapping = mappings.load(options["mapping"])
    with tqdm(desc="orders", unit="invoice", file=sys.stderr, disable=None) as bar:

        def watch(done: int, of: int) -> None:
            bar.total = of
            bar.update(done - bar.n)

        report = import_orders(
            file=options["file"],
            mapping=mapping,
            centre=options["centre"],
            is_dry_run=options["dry_run"],
            watch=watch,
        )
    if options["json"]:
        stdout.write(json.dumps(_as_json(report, mapping), ensure_ascii=False, indent=2) + "\n")
    else:
        stdout.write("\n".join(_in_words(report, mapping)) + "\n")
    if not report.is_equal:
        problem = (
            "What was imported before is told otherwise by this file; nothing was changed."
            if report.changed
            else "Tables and books do not come to what the file comes to; nothing was changed."
        )
        raise CommandError(problem, returncode=1)


def _as_json(report: Reconciliation, mapping: Mapping) -> dict[str, Any]:
    shown = report.recorded or report.expected
    return {
        "rows": report.rows,
        "orders": shown.orders,
        "credit_notes": shown.credit_notes,
        "adjustments": shown.adjustments,
        "customers": shown.customers,
        "currency": mapping.currency,
        "shop_currency": report.shop_currency,
        "net_minor": shown.books.net_minor,
        "per_month": dict(shown.books.per_month),
        "per_country": dict(shown.books.per_country),
        "skipped": [asdict(skipped) for skipped in report.skipped],
        "new": asdict(report.new),
        "file": asdict(report.expected.books),
        "equal": None if report.recorded is None else report.is_equal,
        "changed": [asdict(changed) for changed in report.changed],
        "dry_run": report.recorded is None,
    }


def _in_words(report: Reconciliation, mapping: Mapping) -> list[str]:
    shown, new = report.recorded or report.expected, report.new
    verb = "would be" if report.recorded is None else "were"
    return [
        f"{report.rows:,} rows: {shown.orders:,} orders, {shown.credit_notes:,} credit notes, "
        f"{shown.adjustments:,} adjustments, {shown.customers:,} customers.",
        f"{new.orders:,} orders, {new.credit_notes:,} credit notes, "
        f"{new.adjustments:,} adjustments and {new.customers:,} customers {verb} new.",
        *(
            f"Skipped {skipped.invoices:,} invoices ({skipped.rows:,} rows): {skipped.reason} "
            f"(such as {', '.join(skipped.examples)})."
            for skipped in report.skipped
        ),
        *_other_currency(report, mapping),
        *(
            f"{changed.reference} was imported before and {changed.said}."
            for changed in report.changed[:MOST_NAMED]
        ),
        *_reconciliation(report, mapping),
    ]


def _other_currency(report: Reconciliation, mapping: Mapping) -> list[str]:
    """Say where the history will be found when it is not in the shop's currency."""
    ours, theirs = report.shop_currency, mapping.currency
    if ours in {None, theirs}:
        return []
    verb = "would be" if report.recorded is None else "is"
    return [
        f"The file is in {theirs} and the shop sells in {ours}: its history {verb} kept and shown "
        f"in {theirs}, apart from the shop's own figures, and nothing is converted."
    ]


def _reconciliation(report: Reconciliation, mapping: Mapping) -> list[str]:
    file, recorded = report.expected, report.recorded
    if recorded is None:
        net = _amount(file.books.net_minor, mapping)
        return [f"The file comes to {net}. Nothing was written."]
    lines = [f"{'reconciliation':24}{'file':>18}{'books':>18}"]
    pairs = [("all", file.books.net_minor, recorded.books.net_minor)]
    pairs += [
        (key, theirs.get(key, 0), ours.get(key, 0))
        for theirs, ours in (
            (file.books.per_month, recorded.books.per_month),
            (file.books.per_country, recorded.books.per_country),
        )
        for key in dict.fromkeys([*theirs, *ours])
    ]
    pairs += [
        ("documents", file.documents_minor, recorded.documents_minor),
        ("lines of documents", file.lines_minor, recorded.lines_minor),
    ]
    for name, theirs, ours in pairs:
        mark = "" if theirs == ours else "  unequal"
        lines.append(
            f"{name[:23]:24}{_amount(theirs, mapping):>18}{_amount(ours, mapping):>18}{mark}"
        )
    lines.append("equal to the penny" if report.is_equal else "unequal")
    return lines


def _amount(minor: int, mapping: Mapping) -> str:
    return Money(minor, mapping.currency).shown()
