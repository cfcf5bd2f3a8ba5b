"""Writes a study as a folder: tables to calculate with, a page to read, a map to look at.

Owns the files' names and columns: `niches.csv`, `queries.csv`, `report.md`, `map.svg`,
`map-dark.svg`, `study.json`. Everything is made elsewhere first and put in place at the end, so a
study that stops leaves nothing half done.
"""

from __future__ import annotations

import csv
import json
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np

from hammock.departments.research.picture import THEMES, draw_map
from hammock.departments.research.reading import File
from hammock.departments.research.rules.opportunity import FORMULA, Estimate
from hammock.departments.research.rules.rows import Demand, Supply
from hammock.departments.research.rules.study import Niche, Study

LISTED_REFUSALS = 20
PAGES = 30  # niches with a section of their own
MONTHS = "January February March April May June July August September October November December"


@dataclass(frozen=True)
class Written:
    """What is written down about a study: its tables, where they came from, and when."""

    study: Study
    demand: Demand
    supply: Supply | None
    files: tuple[File, ...]
    model: str
    seed: int
    at: datetime


def write(written: Written, folder: Path) -> None:
    """Write the report into `folder`, which is made if need be; files of old are replaced."""
    with tempfile.TemporaryDirectory() as scratch:
        place = Path(scratch)
        _table(place / "niches.csv", [_flat(niche) for niche in written.study.niches])
        _table(place / "queries.csv", _queries(written))
        for theme in THEMES:
            name = "map.svg" if theme.name == "light" else f"map-{theme.name}.svg"
            (place / name).write_text(draw_map(written.study, theme=theme), encoding="utf-8")
        (place / "report.md").write_text(page(written), encoding="utf-8")
        told = json.dumps(facts(written), indent=2, ensure_ascii=False, allow_nan=False)
        (place / "study.json").write_text(told + "\n", encoding="utf-8")
        folder.mkdir(parents=True, exist_ok=True)
        for file in sorted(place.iterdir()):
            shutil.copyfile(file, folder / file.name)


def facts(written: Written) -> dict[str, Any]:
    """Give the study as plain JSON values: sources, verdict, niches with every figure."""
    study = written.study
    return {
        "at": written.at.isoformat(),
        "seed": written.seed,
        "model": written.model,
        "formula": FORMULA,
        "unit": unit_of(written),
        "currency": (written.supply.currency if written.supply else "") or written.demand.currency,
        "texts": len(written.demand.texts),
        "offers": len(written.supply.texts) if written.supply else 0,
        "ranked": not study.refusal,
        "refusal": study.refusal,
        "p_by_chance": study.verdict.p if study.verdict else None,
        "rehearsed_niches": study.rehearsed,
        "sources": [_source(file) for file in written.files],
        "niches": [
            {**_flat(niche), **_lists(niche), "evidence": _evidence(niche)}
            for niche in study.niches
        ],
    }


def unit_of(written: Written) -> str:
    """Say what an opportunity counts."""
    demand, supply = written.demand, written.supply
    asks = "unanswered asks" if demand.counted else "unanswered searches a month"
    if not any(_priced(niche) for niche in written.study.niches):
        return asks
    currency = (supply.currency if supply else "") or demand.currency or "money"
    return f"{currency} ({asks} times what people pay; where that is unknown, 1)"


def page(written: Written) -> str:
    """Write the report as a page of Markdown."""
    study, demand = written.study, written.demand
    offers = len(written.supply.texts) if written.supply else 0
    lines = [
        "# Where people ask and nobody sells",
        "",
        f"{len(demand.texts):,} different texts of demand, {offers:,} offers, "
        f"{len(study.niches):,} niches. Made on {written.at:%Y-%m-%d} "
        f"with {written.model}, seed {written.seed}.",
        "",
        "![Demand as points, supply as shading](map.svg)",
        "",
        *_verdict(written),
        "## Niches",
        "",
        "| rank | niche | texts | demand | unmet | opportunity |",
        "|---:|---|---:|---:|---:|---:|",
        *(_table_row(niche) for niche in study.niches),
        "",
        *(line for niche in study.niches[:PAGES] for line in _niche_page(niche)),
        "## Where it comes from",
        "",
        *(line for file in written.files for line in _file_page(file)),
    ]
    return "\n".join(lines) + "\n"


def _verdict(written: Written) -> list[str]:
    study = written.study
    if study.refusal:
        return [f"**Not ranked.** {study.refusal}", ""]
    told = f" (p = {study.verdict.p:.2f})" if study.verdict else ""
    return [
        f"`{FORMULA}`, in {unit_of(written)}. Figures in brackets are 90 % intervals; they come "
        f"from hiding offers on purpose and looking at what the same method says then "
        f"({study.rehearsed:,} niches rehearsed). Niches differ in supply more than chance would "
        f"make them{told}. The order is by the low end of the opportunity.",
        "",
    ]


def _table_row(niche: Niche) -> str:
    unmet, left = niche.unmet, niche.opportunity
    share = "" if unmet is None else _share(unmet.value, unmet.low, unmet.high)
    worth = "" if left is None else _range(left.opportunity)
    name = _plain(niche.naming.name)
    rank = niche.rank or ""
    return f"| {rank} | {name} | {niche.texts:,} | {niche.volume:,.0f} | {share} | {worth} |"


def _niche_page(niche: Niche) -> list[str]:
    shared = ", ".join(f"{_plain(word)} {share:.0%}" for word, share in niche.naming.words.items())
    lines = [f"### {_plain(niche.naming.name)}", "", f"Words that set it apart: {shared}.", ""]
    left = niche.opportunity
    if left is not None:
        worth = left.willingness.middle if left.willingness.source else 1
        met = left.satisfaction
        lines += [
            f"{_range(left.demand)} x (1 - {_share(met.value, met.low, met.high)}) x {worth:,.2f} "
            f"= **{_range(left.opportunity)}**",
            "",
        ]
    lines += [f"- Why: {why}" for why in niche.why]
    lines += [f"- Why not: {why}" for why in niche.why_not]
    lines += _course(niche)
    if niche.countries:
        asked = ", ".join(f"{_plain(name)} ({count})" for name, count in niche.countries)
        lines.append(f"- Asked from: {asked}")
    return [*lines, "", *_quoted(niche)]


def _quoted(niche: Niche) -> list[str]:
    parts = (
        ("Typical", niche.questions),
        ("Least served", niche.unmet_questions),
        ("Offers that serve it", tuple(one.text for one in niche.products)),
    )
    return [
        line
        for title, texts in parts
        if texts
        for line in (f"{title}: " + "; ".join(f"“{_plain(one)}”" for one in texts[:5]), "")
    ]


def _course(niche: Niche) -> list[str]:
    course = niche.course
    if course is None:
        return []
    lines = [
        f"- Trend: {course.growth:+.0%} a year ({course.low:+.0%} to {course.high:+.0%}), "
        f"from {course.months} months"
    ]
    if course.peak is not None:
        lines.append(f"- Season: most in {MONTHS.split()[course.peak - 1]}")
    return lines


def _file_page(file: File) -> list[str]:
    used = ", ".join(f"{name} = “{_plain(at)}”" for name, at in file.columns.fields.items())
    lines = [
        f"**{_plain(file.name)}** ({file.encoding}): {file.rows:,} rows. Columns used: {used}. "
        f"Months: {len(file.columns.months)}. Not used: {len(file.columns.unused)} columns.",
        "",
        *(f"- {note}" for note in file.notes),
        *(
            f"- Row {one.row}, {_plain(one.column) or 'the row'}: {_plain(one.why)}"
            for one in file.refused[:LISTED_REFUSALS]
        ),
    ]
    if len(file.refused) > LISTED_REFUSALS:
        lines.append(f"- and {len(file.refused) - LISTED_REFUSALS:,} more, all in study.json")
    return [*lines, ""]


def _queries(written: Written) -> list[dict[str, Any]]:
    study, demand = written.study, written.demand
    names = {niche.number: niche.naming.name for niche in study.niches}
    return [
        {
            "text": text,
            "niche": names[int(niche)],
            "volume": float(volume),
            "unmet": None if np.isnan(chance) else round(float(chance), 3),
        }
        for text, niche, volume, chance in zip(
            demand.texts, study.niche_of, demand.value, study.chance, strict=True
        )
    ]


def _table(path: Path, rows: Sequence[Mapping[str, Any]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, fieldnames=list(rows[0]))
        writer.writeheader()
        writer.writerows({key: _safe(value) for key, value in row.items()} for row in rows)


def _safe(value: Any) -> Any:
    """Keep a spreadsheet from running text that begins like a formula."""
    if isinstance(value, str) and value[:1] in {"=", "+", "-", "@", "\t", "\r"}:
        return "'" + value
    return "" if value is None else value


def _flat(niche: Niche) -> dict[str, Any]:
    left, course, unmet = niche.opportunity, niche.course, niche.unmet
    return {
        "rank": niche.rank,
        "niche": niche.naming.name,
        "texts": niche.texts,
        "volume": round(niche.volume, 2),
        "offers": niche.offers,
        "unmet": _rounded(unmet.value if unmet else None),
        "unmet_low": _rounded(unmet.low if unmet else None),
        "unmet_high": _rounded(unmet.high if unmet else None),
        "satisfaction": _rounded(left.satisfaction.value if left else None),
        "pays": _rounded(left.willingness.middle if left and _priced(niche) else None),
        "pays_from": left.willingness.source if left else "",
        "opportunity": _rounded(left.opportunity.value if left else None),
        "opportunity_low": _rounded(left.opportunity.low if left else None),
        "opportunity_high": _rounded(left.opportunity.high if left else None),
        "growth": _rounded(course.growth if course else None),
        "growth_low": _rounded(course.low if course else None),
        "growth_high": _rounded(course.high if course else None),
        "peak_month": course.peak if course else None,
    }


def _lists(niche: Niche) -> dict[str, Any]:
    return {
        "words": {word: round(share, 3) for word, share in niche.naming.words.items()},
        "questions": list(niche.questions),
        "unmet_questions": list(niche.unmet_questions),
        "products": [
            {"text": one.text, "price": one.price, "rating": one.rating} for one in niche.products
        ],
        "countries": dict(niche.countries),
        "why": list(niche.why),
        "why_not": list(niche.why_not),
    }


def _evidence(niche: Niche) -> dict[str, Any] | None:
    """Give the parts of an opportunity, so that a later test can update it."""
    left, unmet = niche.opportunity, niche.unmet
    if left is None or unmet is None:
        return None
    pays = left.willingness
    return {
        "demand": _parts(left.demand),
        "unmet": {"value": unmet.value, "low": unmet.low, "high": unmet.high},
        "satisfaction": _parts(left.satisfaction),
        "pays": {
            "value": pays.middle,
            "low": pays.low,
            "high": pays.high,
            "seen": pays.seen,
            "source": pays.source,
            "own": pays.own,
        },
        "season": list(niche.course.index) if niche.course else [],
        "months": niche.course.months if niche.course else 0,
    }


def _parts(estimate: Estimate) -> dict[str, float]:
    return {"value": estimate.value, "low": estimate.low, "high": estimate.high}


def _source(file: File) -> dict[str, Any]:
    return {
        "file": file.name,
        "encoding": file.encoding,
        "rows": file.rows,
        "columns": dict(file.columns.fields),
        "months": len(file.columns.months),
        "unused": list(file.columns.unused),
        "notes": list(file.notes),
        "refused": [{"row": one.row, "column": one.column, "why": one.why} for one in file.refused],
    }


def _priced(niche: Niche) -> bool:
    return niche.opportunity is not None and bool(niche.opportunity.willingness.source)


def _plain(text: str) -> str:
    """Keep text from outside from being read as Markdown, markup or a table's edge."""
    kept = " ".join(text.replace("<", "‹").replace(">", "›").replace("|", "/").split())
    return "".join(f"\\{sign}" if sign in "\\`*_[]#!" else sign for sign in kept)


def _range(estimate: Estimate) -> str:
    if estimate.low == estimate.high:
        return f"{estimate.value:,.0f}"
    return f"{estimate.value:,.0f} ({estimate.low:,.0f} to {estimate.high:,.0f})"


def _share(value: float, low: float, high: float) -> str:
    return f"{value:.0%} ({low:.0%} to {high:.0%})"


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)
