"""Writes a study as a folder: tables to calculate with, a page to read, a map to look at.

Owns the files' names and columns: `niches.csv`, `queries.csv`, `report.html`, `niche-1.html` and
so on, `map.svg`, `map-dark.svg`, `map.png`, `study.json`. Everything is made elsewhere first and
put in place at the end, so a study that stops leaves nothing half done.
"""

from __future__ import annotations

import calendar
import csv
import json
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
from django.template.loader import render_to_string

from hammock.departments.research.picture import THEMES, as_png, draw_map
from hammock.departments.research.reading import File
from hammock.departments.research.rules.niche import Niche
from hammock.departments.research.rules.opportunity import FORMULA, Estimate
from hammock.departments.research.rules.rows import Demand, Supply
from hammock.departments.research.rules.study import Study
from hammock.departments.research.slices import underserved

REPORT, TITLE = "research/report.html", "Where people ask and nobody sells"
SEASON_OR_TREND = "nobody can tell a season from a trend"
PAGES = 30  # niches with a page of their own


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
        maps = {theme.name: draw_map(written.study, theme=theme) for theme in THEMES}
        (place / "map.svg").write_text(maps["light"], encoding="utf-8")
        (place / "map-dark.svg").write_text(maps["dark"], encoding="utf-8")
        (place / "map.png").write_bytes(as_png(maps["light"]))
        found = facts(written)
        for name, markup in _pages(found, maps, written.at):
            (place / name).write_text(markup, encoding="utf-8")
        told = json.dumps(found, indent=2, ensure_ascii=False, allow_nan=False)
        (place / "study.json").write_text(told + "\n", encoding="utf-8")
        folder.mkdir(parents=True, exist_ok=True)
        for file in sorted(place.iterdir()):
            shutil.copyfile(file, folder / file.name)


def facts(written: Written) -> dict[str, Any]:
    """Give the study as plain JSON values: sources, verdict, niches with every figure."""
    study = written.study
    worse = underserved(study, written.demand, written.supply)
    return {
        "at": written.at.isoformat(),
        "seed": written.seed,
        "model": written.model,
        "formula": FORMULA,
        "unit": unit_of(written),
        "currency": _currency(written),
        "texts": len(written.demand.texts),
        "offers": len(written.supply.texts) if written.supply else 0,
        "offers_near": int(study.near.sum()),
        "ranked": not study.refusal,
        "refusal": study.refusal,
        "p_by_chance": study.verdict.p if study.verdict else None,
        "rehearsed_niches": study.rehearsed,
        "foresight": _foresight(study),
        "sources": [_source(file) for file in written.files],
        "niches": [
            {
                **_flat(niche),
                **_lists(niche),
                "evidence": _evidence(niche),
                "underserved": list(worse.get(niche.number, ())),
            }
            for niche in study.niches
        ],
    }


def unit_of(written: Written) -> str:
    """Say what an opportunity counts."""
    asks = f"unanswered {written.demand.unit}"
    if not any(_priced(niche) for niche in written.study.niches):
        return asks
    currency = _currency(written) or "money"
    return f"{currency} ({asks} times what people pay; where that is unknown, 1)"


def _currency(written: Written) -> str:
    """Name the currency of what people pay: that of prices, or of bids where those are measured."""
    measured = {
        niche.opportunity.willingness.source for niche in written.study.niches if niche.opportunity
    }
    if "prices" in measured and written.supply is not None:
        return written.supply.currency
    return written.demand.currency


def _pages(
    found: dict[str, Any], maps: Mapping[str, str], at: datetime
) -> Iterator[tuple[str, str]]:
    """Write the report as pages: the whole, and one for each of the first niches."""
    shown = {"facts": found, "maps": maps, "day": f"{at:%Y-%m-%d}", "pages": PAGES}
    yield "report.html", render_to_string(REPORT, {**shown, "title": TITLE})
    for number, niche in enumerate(found["niches"][:PAGES], start=1):
        title = f"{niche['niche']} · {TITLE}"
        yield (
            f"niche-{number}.html",
            render_to_string(REPORT, {**shown, "title": title, "niche": niche}),
        )


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
    left, unmet, expected = niche.opportunity, niche.unmet, niche.expected
    trend = niche.course.trend if niche.course else None
    season = niche.course.season if niche.course else None
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
        "growth": _rounded(trend.growth if trend else None),
        "growth_low": _rounded(trend.low if trend else None),
        "growth_high": _rounded(trend.high if trend else None),
        "peak_month": season.peak if season and _sure(niche) else None,
        "expected_volume": _rounded(expected.volume if expected else None),
        "expected": _rounded(expected.growth if expected else None),
        "expected_low": _rounded(expected.low if expected else None),
        "expected_high": _rounded(expected.high if expected else None),
    }


def _lists(niche: Niche) -> dict[str, Any]:
    return {
        "words": {word: round(share, 3) for word, share in niche.naming.words.items()},
        "questions": list(niche.questions),
        "unmet_questions": list(niche.unmet_questions),
        "products": [
            {"text": one.text, "price": one.price, "rating": one.rating} for one in niche.products
        ],
        "bids": _bids(niche),
        "in_vain": _in_vain(niche),
        "countries": dict(niche.countries),
        "asked_for": dict(niche.asked_for),
        "season": _season(niche),
        "why": list(niche.why),
        "why_not": list(niche.why_not),
    }


def _season(niche: Niche) -> str:
    """Say around which month most is asked, and how far the months that are known can tell it."""
    course = niche.course
    if course is None:
        return ""
    season = course.season
    month = calendar.month_name[season.peak] if season else ""
    if season and _sure(niche):
        return (
            f"Most asked around {month}: {season.times:.1f} times the usual month "
            f"({season.low:.1f} to {season.high:.1f})."
        )
    if _sure(niche):
        return "No month of the year stands out beyond chance."
    most = f"Most was asked around {month}. " if season else ""
    if course.trend is not None:
        return f"{most}Less than two years: nobody can tell what comes every year."
    return f"{most}{'One year only' if course.years else 'Less than a year'}: {SEASON_OR_TREND}."


def _sure(niche: Niche) -> bool:
    """Tell whether two whole years are known, so that a season can be claimed."""
    course = niche.course
    return course is not None and course.years > 1 and course.trend is not None


def _foresight(study: Study) -> dict[str, Any] | None:
    """Tell how what is expected did on the study's own past."""
    checked = study.foresight
    if checked is None:
        return None
    return {
        "ahead": checked.ahead,
        "niches": checked.niches,
        "rank_correlation": round(checked.correlation, 3),
        "rank_correlation_low": round(checked.low, 3),
        "rank_correlation_high": round(checked.high, 3),
        "said": (
            f"Expected is the mean of the next {checked.ahead} months against the mean of those "
            "known, from the last months and the same time of the year before; the interval is "
            "what 90 % of its misses stayed within when the same rule was asked earlier. Asked "
            f"{checked.ahead} months before the end, its order of {checked.niches} niches and what "
            f"followed had a rank correlation of {checked.correlation:.2f} ({checked.low:.2f} to "
            f"{checked.high:.2f})"
            + ("." if checked.low > 0 else ": here it tells no more than chance might.")
        ),
    }


def _bids(niche: Niche) -> dict[str, float] | None:
    found = niche.bids
    if found is None:
        return None
    return {"middle": found.middle, "low": found.low, "high": found.high, "seen": found.seen}


def _in_vain(niche: Niche) -> dict[str, Any] | None:
    found = niche.in_vain
    if found is None or not found.of:
        return None
    return {
        "searches": round(found.searches, 2),
        "of": round(found.of, 2),
        "share": round(found.searches / found.of, 4),
        "texts": list(found.texts),
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
        "season": list(niche.course.season.index) if niche.course and niche.course.season else [],
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


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4) + 0.0  # never -0.0
