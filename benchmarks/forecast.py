"""The shop's forecast, back-tested: made again and again with what was known then, and scored.

`python -m benchmarks.forecast FILE [--history FILE] [--mapping NAME]` for any file of order lines
that `hammock import orders` reads (Online Retail by default). Every country and every product group
(the first two digits of the stock code, goods only) is taken as a shop of its own, from thirteen
weeks after its first sale and only while at least half of its weeks so far had sales. The origin
rolls on by a week (weeks) or by a calendar month (months); what is scored is the function that the
product itself uses, `planning.rules.revenue.foresee`, with each shop's own past alone.

CRPS ratios compare with a single number, whose CRPS is its absolute error: “same as last month”
(the last 28 days, as many days of it as are foreseen) and “same month last year” (the same days 364
days before; needs `--history`, else n/a). Below 1 wins. `last_month_spread` is a harder baseline:
last month with the spread of its own past errors. Months are few: their coverage comes with an
exact binomial interval, which counts shops of one business as if they were independent and so is
too narrow. `swings` and `drift` are what the outside view's two lines of that name come from.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

import numpy as np
import polars as pl

from hammock.departments.planning.outside_view import outside_view
from hammock.departments.planning.rules.assumptions import assumptions_from
from hammock.departments.planning.rules.revenue import WEEK, Days, Foreseen
from hammock.departments.planning.rules.scoring import (
    LAST_MONTH,
    Scored,
    Share,
    crps,
    record,
    rehearse,
)
from hammock.departments.planning.rules.simulation import simulate
from hammock.departments.planning.rules.updating import Evidence
from hammock.departments.sales.importing.mapping import Mapping, load
from hammock.departments.sales.importing.reading import read

MONTH_DAYS = 30
PATHS = 100_000


@dataclass(frozen=True, kw_only=True)
class Shop:
    """A country or product group: net revenue of each day of all files."""

    name: str
    days: Days


def lines_of(path: Path, mapping: Mapping) -> pl.DataFrame:
    """Read a file into day (since 1970), country, group (empty for what is no goods), amount."""
    history = read(path, mapping)
    heads, lines = history.heads, history.lines
    row = np.repeat(np.arange(heads.height), heads["rows"].to_numpy())
    local = heads["at"].dt.convert_time_zone(str(mapping.zone)).dt.date()
    sku = lines["sku"].str.extract(r"^(\d{2})\d{3}", 1).fill_null("")
    goods = ~lines["sku"].is_in(list(history.accounts))
    return pl.DataFrame(
        {
            "day": local.cast(pl.Int32).gather(row),
            "country": heads["country"].gather(row),
            "group": pl.select(pl.when(goods).then(sku).otherwise(pl.lit(""))).to_series(),
            "minor": lines["minor"],
        }
    )


def shops_of(lines: pl.DataFrame) -> list[Shop]:
    """Make a shop of every country and every product group."""
    all_days = lines["day"].to_numpy()
    first, last = int(all_days.min()), int(all_days.max())
    found = []
    for kind in ("country", "group"):
        for (name,), rows in lines.filter(pl.col(kind) != "").group_by(kind, maintain_order=True):
            days = np.zeros(last - first + 1)
            np.add.at(days, rows["day"].to_numpy() - first, rows["minor"].to_numpy())
            found.append(Shop(name=f"{kind} {name}", days=days))
    return sorted(found, key=lambda shop: shop.name)


def weeks(shops: Sequence[Shop], *, begin: int) -> list[list[Scored]]:
    """Score every week of every shop."""
    return [list(rehearse(shop.days, ahead=WEEK, step=WEEK, begin=begin)) for shop in shops]


def months(shops: Sequence[Shop], *, begin: int) -> list[list[Scored]]:
    """Score every thirty days of every shop, one after the other."""
    return [
        list(rehearse(shop.days, ahead=MONTH_DAYS, step=MONTH_DAYS, begin=begin)) for shop in shops
    ]


def last_month_spread(shop: Shop, scored: Sequence[Scored]) -> float:
    """Score last month's level with the spread of its own past errors, over the same weeks."""
    total = 0.0
    for one in scored:
        errors, level = [], 0.0
        for then in range(LAST_MONTH, one.at + 1, WEEK):
            level = float(shop.days[then - LAST_MONTH : then].sum()) * WEEK / LAST_MONTH
            if then + WEEK <= one.at:
                errors.append(float(shop.days[then : then + WEEK].sum()) - level)
        now = float(shop.days[one.at - LAST_MONTH : one.at].sum()) * WEEK / LAST_MONTH
        places = np.linspace(0.005, 0.995, 199)
        total += crps(Foreseen(values=now + np.quantile(errors or [0.0], places)), one.actual)
    return total


@dataclass(frozen=True, kw_only=True)
class Middle:
    """The middle shop's monthly change (a standard deviation of logarithms), and its parts."""

    monthly_change: float
    swings: float
    drift: float


def measured_swings(shops: Sequence[Shop]) -> Middle:
    """Tell the middle shop's monthly change, and its two parts: swings of months, and drift.

    The variance of the change over k months is k·drift² + 2·swings²; k is 1 and 6.
    """
    changes, swings, drift = [], [], []
    for shop in shops:
        count = len(shop.days) // MONTH_DAYS
        sums = (
            shop.days[len(shop.days) - count * MONTH_DAYS :].reshape(count, MONTH_DAYS).sum(axis=1)
        )
        if count < 9 or (sums <= 0).any():
            continue
        logs = np.log(sums)
        near, far = float(np.diff(logs).var()), float((logs[6:] - logs[:-6]).var())
        wandered = max((far - near) / 5, 0.0)
        changes.append(near**0.5)
        drift.append(wandered**0.5)
        swings.append(max((near - wandered) / 2, 0.0) ** 0.5)
    change, swing, wander = (
        float(np.median(part)) if part else float("nan") for part in (changes, swings, drift)
    )
    return Middle(monthly_change=change, swings=swing, drift=wander)


def seconds_of_paths() -> tuple[float, float]:
    """Time 100,000 paths of 36 months on one core: the processor's seconds and the clock's."""
    evidence = Evidence(currency="EUR", prices=(2900.0, 4900.0))
    assumptions = assumptions_from(None, evidence, outside_view())
    simulate(assumptions, paths=1000)
    best = []
    for _ in range(3):
        work, clock = time.process_time(), time.perf_counter()
        simulate(assumptions, paths=PATHS)
        best.append((time.process_time() - work, time.perf_counter() - clock))
    return min(best)


def _tell(name: str, value: float | None) -> None:
    print(f"{name}: n/a" if value is None else f"{name}: {value:.3f}")


def _share(name: str, share: Share) -> None:
    _tell(name, share.value)
    _tell(f"{name}_low", share.low)
    _tell(f"{name}_high", share.high)


@dataclass(frozen=True, kw_only=True)
class Back:
    """Shops, and the day from which they are scored (those before are history)."""

    shops: Sequence[Shop]
    begin: int


def back(file: Path, history: Path | None, mapping: Mapping) -> Back:
    """Read the files; of the history only what lies before the file's first day counts."""
    lines = lines_of(file, mapping)
    if history is None:
        return Back(shops=shops_of(lines), begin=0)
    first = lines["day"].to_numpy().min()
    before = lines_of(history, mapping).filter(pl.col("day") < first)
    if before.is_empty():
        raise SystemExit("the history has nothing from before the file")
    begin = int(first - before["day"].to_numpy().min())
    return Back(shops=shops_of(pl.concat([before, lines])), begin=begin)


def tell_weeks(found: Back, *, every: bool) -> None:
    """Score and print weeks."""
    scored = weeks(found.shops, begin=found.begin)
    for shop, rows in zip(found.shops, scored, strict=True):
        if every and rows:
            own = record(rows)
            print(f"# {shop.name}: {own.count} weeks, {own.coverage[1].value:.2f} within 80 %")
    whole = record(list(chain.from_iterable(scored)))
    print(f"shops: {sum(bool(rows) for rows in scored)}\nweeks: {whole.count}")
    for level, share in zip((50, 80, 95), whole.coverage, strict=True):
        _tell(f"coverage_{level}", share.value)
    _tell("crps_ratio_last_month", whole.ratio_last_month)
    _tell("crps_ratio_last_year", whole.ratio_last_year)
    harder = sum(
        last_month_spread(shop, rows) for shop, rows in zip(found.shops, scored, strict=True)
    )
    ours = sum(one.crps for one in chain.from_iterable(scored))
    _tell("crps_ratio_last_month_spread", ours / harder if harder else None)


def tell_months(found: Back) -> None:
    """Score and print months."""
    whole = record(list(chain.from_iterable(months(found.shops, begin=found.begin))))
    print(f"months: {whole.count}")
    for level, share in zip((50, 80, 95), whole.coverage, strict=True):
        _share(f"monthly_coverage_{level}", share)
    _tell("monthly_crps_ratio_last_month", whole.ratio_last_month)
    _tell("monthly_crps_ratio_last_year", whole.ratio_last_year)


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("--history", type=Path, help="the same shops' lines before FILE")
    parser.add_argument("--mapping", default="uci-online-retail")
    parser.add_argument("--shops", action="store_true", help="print every shop, too")
    asked = parser.parse_args()
    found = back(asked.file, asked.history, load(asked.mapping))
    tell_weeks(found, every=asked.shops)
    tell_months(found)
    middle = measured_swings(found.shops)
    for name in ("monthly_change", "swings", "drift"):
        _tell(name, getattr(middle, name))
    work, clock = seconds_of_paths()
    _tell("paths_100k_seconds", work)
    _tell("paths_100k_wall_seconds", clock)


if __name__ == "__main__":
    main()
