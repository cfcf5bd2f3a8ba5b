"""What `hammock export` writes: every table, page, fact, file and picture, and the books.

Every column of every department's table is written, so that nothing is forgotten when a table
grows; tests/doors/commands/test_export.py holds this list to the departments' models.
"""

from __future__ import annotations

import csv
import hashlib
import json
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import Model
from wagtail.images.models import Image
from wagtail.models import Page

from hammock.departments.catalogue import models as catalogue
from hammock.departments.catalogue.ports import FileMissing, files
from hammock.departments.customers import models as customers
from hammock.departments.decisions import models as decisions
from hammock.departments.delivery import models as delivery
from hammock.departments.ledger import models as ledger
from hammock.departments.ledger import queries as books
from hammock.departments.marketing import models as marketing
from hammock.departments.planning import models as planning
from hammock.departments.research import models as research
from hammock.departments.sales import models as sales
from hammock.departments.team import models as team
from hammock.kit.facts.models import Fact

TABLES: dict[str, type[Model]] = {
    "shop": catalogue.Shop,
    "tax_rates": catalogue.TaxRate,
    "profit_centres": ledger.ProfitCentre,
    "products": catalogue.Product,
    "prices": catalogue.Price,
    "stock": catalogue.Stock,
    "workshops": catalogue.Workshop,
    "bundle_parts": catalogue.BundlePart,
    "service_terms": catalogue.ServiceTerms,
    "releases": catalogue.Release,
    "release_files": catalogue.ReleaseFile,
    "customers": customers.Customer,
    "orders": sales.Order,
    "order_lines": sales.OrderLine,
    "reservations": sales.Reservation,
    "payments": sales.Payment,
    "refunds": sales.Refund,
    "refund_parts": sales.RefundPart,
    "disputes": sales.Dispute,
    "credit_notes": sales.CreditNote,
    "credit_note_lines": sales.CreditNoteLine,
    "adjustments": sales.Adjustment,
    "held_orders": sales.HeldOrder,
    "discounts": sales.Discount,
    "requests": customers.CustomerRequest,
    "proposals": catalogue.Proposal,
    "entitlements": delivery.Entitlement,
    "download_counts": delivery.DownloadCount,
    "tasks": delivery.FulfilmentTask,
    "policies": decisions.Policy,
    "policy_versions": decisions.PolicyVersion,
    "decisions": decisions.Decision,
    "decision_answers": decisions.Answer,
    "decision_tallies": decisions.Tally,
    "rehearsals": decisions.Rehearsal,
    "absences": team.Absence,
    "held_letters": team.HeldLetter,
    "last_looks": team.LastLook,
    "emergency_line": team.EmergencyLine,
    "incidents": team.Incident,
    "backup_runs": team.BackupRun,
    "procedures": team.Procedure,
    "procedure_runs": team.ProcedureRun,
    "commitments": team.Commitment,
    "partners": team.Partner,
    "check_ins": team.CheckIn,
    "comments": team.Comment,
    "audit_log": team.Deed,
    "ledger_accounts": ledger.Account,
    "ledger_entries": ledger.Entry,
    "ledger_lines": ledger.Line,
    "counted_days": marketing.CountedDay,
    "visits": marketing.VisitCount,
    "searches": marketing.SearchCount,
    "forecasts": planning.Forecast,
    "forecast_months": planning.ForecastMonth,
    "forecast_makings": planning.ForecastMaking,
    "studies": research.Study,
    "study_sources": research.Source,
    "niches": research.Niche,
    "niche_trials": research.Trial,
    "waiting_list": research.WaitingEntry,
    "conversations": research.Conversation,
    "reality_checks": planning.RealityCheck,
    "strategy_versions": planning.StrategyVersion,
    "strategy_pointers": planning.Pointer,
    "plan_steps": planning.Step,
    "choices": planning.Choice,
    "choice_corrections": planning.Correction,
    "choice_reckonings": planning.Reckoning,
    "timings": planning.Timing,
    "week_hours": planning.WeekHours,
    "energy": planning.Energy,
    "milestones": planning.Milestone,
    "weekly_letters": planning.WeeklyLetter,
}

ABOUT = """\
# What is here

Everything that the business “{shop}” owns, in open formats, as of one moment.

- `*.csv`: one table a file, UTF-8, the first line names the columns. Amounts (`minor`, `…_minor`)
  are whole minor units of the row's `currency` (1999 EUR is 19.99 euros). Times are in UTC. A
  column that ends in `_id` holds the first column of the table that it names. Texts are as people
  typed them: a spreadsheet may take one that begins with = for a formula, so import them as text.
- `pages.jsonl`, `facts.jsonl`: one JSON object a line; the site's pages and all that happened.
- `ledger.beancount`: the books for Beancount (`bean-check ledger.beancount`) and Fava.
- `files/PRODUCT/VERSION/`: the goods' files. `pictures/`: the pictures.
"""

Shown = Callable[[str, Iterator[Any]], Iterator[Any]]
"""Goes through an iterator and shows how far it is; the text names what is gone through."""


@dataclass(frozen=True, kw_only=True)
class Lost:
    """A file that the store should have and could not give whole."""

    path: str
    problem: str


def write_all(folder: Path, *, shop: str, shown: Shown) -> list[Lost]:
    """Write everything into the empty folder; answers with the files that the store has lost."""
    (folder / "README.md").write_text(ABOUT.format(shop=shop), encoding="utf-8")
    for name, model in TABLES.items():
        _write_table(folder / f"{name}.csv", model, shown=shown)
    _write_lines(folder / "facts.jsonl", shown("facts", _facts()))
    _write_lines(folder / "pages.jsonl", shown("pages", _pages()))
    with (folder / "ledger.beancount").open("w", encoding="utf-8") as file:
        file.writelines(shown("books", books.as_beancount(title=shop)))
    return [*_copy_pictures(folder / "pictures"), *_copy_files(folder / "files", shown=shown)]


def _write_table(path: Path, model: type[Model], *, shown: Shown) -> None:
    columns = [field.attname for field in model._meta.concrete_fields]  # noqa: SLF001 - documented
    rows = model._default_manager.order_by("pk").values_list(*columns)  # noqa: SLF001 - documented
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(columns)
        found = shown(path.stem, rows.iterator(chunk_size=2000))
        writer.writerows([_cell(value) for value in row] for row in found)


def _cell(value: object) -> object:
    """Write what is no plain value, such as a decision's or a niche's facts, as JSON."""
    if isinstance(value, dict | list):
        return json.dumps(value, cls=DjangoJSONEncoder, ensure_ascii=False)
    return value


def _write_lines(path: Path, objects: Iterator[dict[str, Any]]) -> None:
    with path.open("w", encoding="utf-8") as file:
        for each in objects:
            file.write(json.dumps(each, cls=DjangoJSONEncoder, ensure_ascii=False) + "\n")


def _facts() -> Iterator[dict[str, Any]]:
    rows = Fact.objects.order_by("at", "pk").values("id", "name", "about", "data", "at")
    for row in rows.iterator(chunk_size=2000):
        yield dict(row)


def _pages() -> Iterator[dict[str, Any]]:
    for page in Page.objects.order_by("path").iterator(chunk_size=100):
        content: dict[str, Any] = page.specific.serializable_data()
        yield {"type": page.specific_class.__name__, "url": page.url_path, **content}


def _copy_pictures(folder: Path) -> list[Lost]:
    folder.mkdir()
    lost: list[Lost] = []
    for name in Image.objects.order_by("pk").values_list("file", flat=True).iterator():
        source = Path(settings.MEDIA_ROOT) / name
        if source.is_file():
            shutil.copy2(source, folder / source.name)
        else:
            lost.append(Lost(path=f"pictures/{source.name}", problem="is not there"))
    return lost


def _copy_files(folder: Path, *, shown: Shown) -> list[Lost]:
    folder.mkdir()
    lost: list[Lost] = []
    kept = catalogue.ReleaseFile.objects.select_related("release__product").order_by("pk")
    for file in shown("files", kept.iterator(chunk_size=100)):
        release = file.release
        path = "/".join(map(_one_part, (release.product.slug, release.version, file.name)))
        problem = _copy_file(file, folder / path)
        if problem:
            lost.append(Lost(path=f"files/{path}", problem=problem))
    return lost


def _one_part(text: str) -> str:
    """Let a name that somebody typed be one folder or file, which it cannot lead out of."""
    plain = "".join(char if char.isprintable() and char not in "/\\" else "_" for char in text)
    return f"_{plain}" if plain in {"", ".", ".."} else plain


def _copy_file(file: catalogue.ReleaseFile, target: Path) -> str:
    """Copy a file out of the store; answers with the problem, if any."""
    target.parent.mkdir(parents=True, exist_ok=True)
    digest = hashlib.sha256()
    try:
        pieces = files().read(key=file.storage_key, start=0, length=file.size)
        with target.open("wb") as out:
            for piece in pieces:
                digest.update(piece)
                out.write(piece)
    except FileMissing:
        return "is not in the store"
    return "" if digest.hexdigest() == file.sha256 else "is not as it was when it was put in"
