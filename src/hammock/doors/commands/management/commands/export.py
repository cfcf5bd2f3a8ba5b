"""`hammock export DIR`: everything that the business owns, in open formats."""

from __future__ import annotations

import csv
import sys
from argparse import ArgumentParser
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db.models import Model, QuerySet
from django.utils import timezone
from tqdm import tqdm

from hammock.departments.catalogue import queries as catalogue
from hammock.departments.catalogue.errors import NoShop
from hammock.departments.catalogue.models import Price, Product, ReleaseFile
from hammock.departments.catalogue.ports import files
from hammock.departments.customers.models import Customer
from hammock.departments.delivery.models import Entitlement, FulfilmentTask
from hammock.departments.ledger import beancount
from hammock.departments.ledger import queries as books
from hammock.departments.ledger.models import Account, Entry, Line, ProfitCentre
from hammock.departments.sales.models import Dispute, Order, OrderLine, Payment, Refund


@dataclass(frozen=True, kw_only=True)
class Table:
    """One CSV file: its name, its rows and the columns that are written."""

    name: str
    rows: QuerySet[Any]
    columns: tuple[str, ...]


def _table(name: str, model: type[Model], *columns: str) -> Table:
    return Table(name=name, rows=model._default_manager.order_by("pk"), columns=columns)  # noqa: SLF001


def tables() -> list[Table]:
    """List what is written; amounts are minor units, times are in UTC."""
    return [
        _table("profit_centres", ProfitCentre, "slug", "name", "colour"),
        _table(
            "products",
            Product,
            "slug",
            "title",
            "summary",
            "description",
            "kind",
            "state",
            "profit_centre_id",
            "category",
        ),
        _table("prices", Price, "sku", "product__slug", "label", "minor", "currency", "is_active"),
        _table("customers", Customer, "id", "email", "name", "country", "created_at"),
        _table(
            "orders",
            Order,
            "reference",
            "customer_id",
            "email",
            "name",
            "country",
            "state",
            "currency",
            "total_minor",
            "tax_minor",
            "placed_at",
            "paid_at",
            "origin",
        ),
        _table(
            "order_lines",
            OrderLine,
            "id",
            "order__reference",
            "sku",
            "title",
            "quantity",
            "unit_minor",
            "total_minor",
            "tax_minor",
            "tax_name",
            "profit_centre_id",
        ),
        _table(
            "payments",
            Payment,
            "id",
            "order__reference",
            "provider",
            "external_id",
            "charge_id",
            "state",
            "minor",
            "fee_minor",
            "currency",
            "is_surplus",
            "started_at",
            "finished_at",
        ),
        _table(
            "refunds",
            Refund,
            "id",
            "payment_id",
            "external_id",
            "state",
            "minor",
            "currency",
            "reason",
            "requested_by",
            "requested_at",
            "finished_at",
        ),
        _table(
            "disputes",
            Dispute,
            "id",
            "payment_id",
            "external_id",
            "state",
            "minor",
            "currency",
            "reason",
            "opened_at",
            "closed_at",
        ),
        _table(
            "entitlements",
            Entitlement,
            "id",
            "customer_id",
            "product__slug",
            "order_reference",
            "quantity",
            "state",
            "granted_at",
            "revoked_at",
        ),
        _table("tasks", FulfilmentTask, "entitlement_id", "due_on", "state", "note", "done_at"),
        _table("ledger_entries", Entry, "id", "at", "kind", "description", "source", "reverses_id"),
        _table(
            "ledger_lines", Line, "entry_id", "account_id", "profit_centre_id", "minor", "currency"
        ),
    ]


class Command(BaseCommand):
    """Writes tables as CSV, the books as Beancount too, and the goods' files."""

    help = "write everything the business owns into a folder, in open formats"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add the folder."""
        parser.add_argument("folder", type=Path, metavar="DIR", help="a new or empty folder")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Refuse a folder that holds something, then write everything."""
        folder: Path = options["folder"]
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            raise CommandError(f"DIR: {folder} is not an empty folder; nothing was written.")
        try:
            title = catalogue.shop().name
        except NoShop as refusal:
            raise CommandError(str(refusal)) from refusal
        folder.mkdir(parents=True, exist_ok=True)
        for table in _shown(tables(), "table"):
            _write_table(folder, table)
        _write_books(folder / "ledger.beancount", title)
        _write_files(folder / "files")
        self.stdout.write(f"Everything is in {folder}.")


def _write_table(folder: Path, table: Table) -> None:
    with (folder / f"{table.name}.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([column.replace("__", "_") for column in table.columns])
        writer.writerows(table.rows.values_list(*table.columns).iterator(chunk_size=2000))


def _write_books(path: Path, title: str) -> None:
    first = Entry.objects.order_by("at").first()
    opened_on = timezone.localdate(first.at if first else None)
    accounts = Account.objects.values_list("code", flat=True)
    with path.open("w", encoding="utf-8") as file:
        file.writelines(beancount.header(title=title, accounts=accounts, opened_on=opened_on))
        for written in _shown(books.written(), "entry", total=Entry.objects.count()):
            file.write(beancount.entry(written))


def _write_files(folder: Path) -> None:
    kept = ReleaseFile.objects.select_related("release__product").order_by("pk")
    for file in _shown(kept.iterator(), "file", total=kept.count()):
        release = file.release
        target = folder / release.product.slug / Path(release.version).name / Path(file.name).name
        target.parent.mkdir(parents=True, exist_ok=True)
        with target.open("wb") as out:
            for piece in files().read(key=file.storage_key, start=0, length=file.size):
                out.write(piece)


def _shown(things: Iterable[Any], unit: str, total: int | None = None) -> Iterator[Any]:
    return iter(tqdm(things, unit=unit, total=total, disable=not sys.stderr.isatty()))
