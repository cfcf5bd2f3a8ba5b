"""A dated back-test: the study of what was known on a day, scored by what grew afterwards.

`python -m benchmarks.research_backtest FILE --split DATE` for any file of lines with a text and a
date (orders, questions, searches; the Online Retail columns are recognised). What the owner would
have been shown on that day is made by the product's own `study`: demand are the texts seen before
it with their months (of thirty days), supply what was sold in the last thirty days with its prices.
What appears later joins the niche of its nearest earlier text. Scored is each niche's growth: the
logarithm of its monthly lines in the months that the study foresees, against before.

Scored are the study's two orders: by what it expects of a niche (`rank_correlation`), and the order
in which it shows niches, by opportunity or, where it refuses to rank, by volume (`shown`). Beside
them stand 'take the biggest' and 'take the fastest growing', all as rank correlations with a 90 %
interval from resampled niches. Where one niche ends is partly chance, so every figure is the mean
over several seeds, and its interval holds what they differ by. `interval_covers` is the share of
niches that grew within the 90 % interval that the study gave.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy.stats import rankdata

from hammock.departments.research.rules.foresight import AHEAD, grown
from hammock.departments.research.rules.grouping import centre, common_of
from hammock.departments.research.rules.numbers import Amount
from hammock.departments.research.rules.rows import (
    Asked,
    Demand,
    Offered,
    Supply,
    demand_of,
    supply_of,
)
from hammock.departments.research.rules.study import Study, study
from hammock.kit.text import shipped

TEXT = ("Description", "text", "query", "keyword", "Keyword")
DATE = ("InvoiceDate", "date", "day", "created")
AMOUNT = ("Quantity", "volume", "count")
PRICE = ("Price", "price")
LEAST_ASKED = 20  # lines before the split; smaller niches tell nothing
RESAMPLED = 1000
MONTH = 30  # days
SEEDS = 8


@dataclass(frozen=True)
class Lines:
    """Distinct texts, and for each line which text, which day (since 1970) and at what price."""

    texts: list[str]
    text: NDArray[np.int64]
    day: NDArray[np.int64]
    price: NDArray[np.float64]


@dataclass(frozen=True)
class Months:
    """Each niche's lines in every thirty days before and after the split, oldest first."""

    before: NDArray[np.float64]
    after: NDArray[np.float64]


def read(path: Path) -> Lines:
    """Read a CSV (perhaps gzipped) or Parquet file of lines; returned goods do not count."""
    frame = _table(path)
    amount = next((name for name in AMOUNT if name in frame.columns), None)
    price = next((name for name in PRICE if name in frame.columns), None)
    text = pl.col(_first(frame, TEXT)).cast(pl.String).str.to_lowercase()
    frame = frame.select(
        text=text.str.replace_all(r"\s+", " ").str.strip_chars(),
        day=pl.col(_first(frame, DATE)).cast(pl.String).str.slice(0, 10).str.to_date("%Y-%m-%d"),
        amount=pl.col(amount).cast(pl.Float64, strict=False) if amount else pl.lit(1.0),
        price=(pl.col(price).cast(pl.Float64, strict=False) if price else pl.lit(None)).fill_null(
            float("nan")
        ),
    ).drop_nulls()
    frame = frame.filter((pl.col("amount") > 0) & (pl.col("text").str.len_chars() > 2))
    texts = frame["text"].unique(maintain_order=True).to_list()
    place = {one: at for at, one in enumerate(texts)}
    return Lines(
        texts=texts,
        text=np.array([place[one] for one in frame["text"]], dtype=np.int64),
        day=frame["day"].cast(pl.Int32).to_numpy().astype(np.int64),
        price=frame["price"].cast(pl.Float64).to_numpy(),
    )


def _table(path: Path) -> pl.DataFrame:
    if path.suffix == ".parquet":
        return pl.read_parquet(path)
    return pl.read_csv(path, infer_schema=False)  # an invoice is a number, until one is C489518


def _first(frame: pl.DataFrame, names: tuple[str, ...]) -> str:
    for name in names:
        if name in frame.columns:
            return name
    raise SystemExit(f"none of the columns {', '.join(names)} is there")


def demand_before(lines: Lines, split: int) -> Demand:
    """Give what was asked before the day: each text's lines a month, and its months."""
    seen = np.unique(lines.text[lines.day < split])
    months = months_of(lines, np.arange(len(lines.texts), dtype=np.int32), split).before[seen]
    rows = []
    for text, row in zip(seen.tolist(), months, strict=True):
        volume = float(row.mean())
        rows.append(
            Asked(
                text=lines.texts[text],
                volume=Amount(value=volume, low=volume, high=volume),
                months=tuple(row.tolist()),
            )
        )
    return demand_of([(rows, _names(months.shape[1]))])


def supply_before(lines: Lines, split: int) -> Supply:
    """Give what was on sale on the day: what was sold in the last thirty days, at what price."""
    lately = (lines.day < split) & (lines.day >= split - MONTH)
    return supply_of(
        [
            [
                Offered(
                    text=lines.texts[text],
                    price=_usual(lines.price[lately & (lines.text == text)]),
                )
                for text in np.unique(lines.text[lately]).tolist()
            ]
        ]
    )


def _usual(prices: NDArray[np.float64]) -> float | None:
    known = prices[prices > 0]
    return float(np.median(known)) if len(known) else None


def _names(count: int) -> tuple[date, ...]:
    """Name periods of thirty days as months, for a study to take them as such."""
    return tuple(date(2000 + at // 12, at % 12 + 1, 1) for at in range(count))


def studies_of(
    lines: Lines, split: int, *, seeds: int
) -> Iterator[tuple[Study, NDArray[np.int32]]]:
    """Study what was known on the day, several times, and let later texts join their nearest."""
    demand, supply = demand_before(lines, split), supply_before(lines, split)
    seen = np.unique(lines.text[lines.day < split])
    new = np.setdiff1d(np.arange(len(lines.texts)), seen)
    nearest = _nearest_earlier(lines, seen, new)
    for seed in range(1, seeds + 1):
        result = study(demand, supply, encoder=shipped(), seed=seed)
        found = np.zeros(len(lines.texts), dtype=np.int32)
        found[seen] = result.niche_of
        found[new] = found[seen][nearest]
        yield result, found


def _nearest_earlier(
    lines: Lines, seen: NDArray[np.int64], new: NDArray[np.int64]
) -> NDArray[np.intp]:
    if not len(new):
        return np.zeros(0, dtype=np.intp)
    vectors, later = (shipped().encode([lines.texts[one] for one in rows]) for rows in (seen, new))
    common = common_of(vectors)
    centre(vectors, common)
    centre(later, common)
    return np.asarray((later @ vectors.T).argmax(axis=1), dtype=np.intp)


def months_of(lines: Lines, niche: NDArray[np.int32], split: int) -> Months:
    """Count lines by niche and thirty days, leaving out periods that are not whole."""
    period = np.floor_divide(lines.day - split, MONTH)
    first = -((split - int(lines.day.min())) // MONTH)
    last = (int(lines.day.max()) + 1 - split) // MONTH
    table = np.zeros((int(niche.max()) + 1, last - first))
    whole = (period >= first) & (period < last)
    np.add.at(table, (niche[lines.text[whole]], period[whole] - first), 1.0)
    return Months(before=table[:, :-first], after=table[:, -first:])


@dataclass(frozen=True)
class Measured:
    """A figure, and what it is on resampled niches."""

    value: float
    drawn: tuple[float, ...]


def over(groupings: Sequence[Measured]) -> Measured:
    """Average a figure over groupings; what was drawn in each is drawn here."""
    drawn = tuple(one for measured in groupings for one in measured.drawn)
    return Measured(float(np.mean([measured.value for measured in groupings])), drawn)


def correlation(score: NDArray[Any], truth: NDArray[Any], seed: int) -> Measured:
    """Measure the rank correlation."""

    def of(rows: NDArray[Any]) -> float:
        return float(np.corrcoef(rankdata(score[rows]), rankdata(truth[rows]))[0, 1])

    return _measured(of, len(score), seed)


def ahead_of(score: NDArray[Any], other: NDArray[Any], truth: NDArray[Any], seed: int) -> Measured:
    """Measure by how much `score` correlates better than `other` on the same niches."""

    def of(rows: NDArray[Any]) -> float:
        ranks = rankdata(truth[rows])
        mine, theirs = (np.corrcoef(rankdata(one[rows]), ranks)[0, 1] for one in (score, other))
        return float(mine - theirs)

    return _measured(of, len(score), seed)


def _measured(of: Callable[[NDArray[Any]], float], count: int, seed: int) -> Measured:
    chance = np.random.default_rng(seed)
    everyone = np.arange(count)
    drawn = tuple(of(chance.choice(everyone, count)) for _ in range(RESAMPLED))
    return Measured(of(everyone), drawn)


def figures_of(result: Study, months: Months, seed: int) -> dict[str, Measured]:
    """Measure the study's two orders and the plain ones on its niches."""
    after = months.after[:, :AHEAD].mean(axis=1)
    place = {niche.number: at for at, niche in enumerate(result.niches)}
    niches = sorted(result.niches, key=lambda niche: niche.number)
    kept = np.array(
        [
            one.number
            for one in niches
            if one.expected and months.before[one.number].sum() >= LEAST_ASKED
        ]
    )
    before = months.before[kept]
    truth = np.array([grown(after[one], months.before[one]) for one in kept])
    expected = [one.expected for one in niches if one.number in set(kept.tolist()) and one.expected]
    half = before.shape[1] // 2
    own = np.array([one.growth for one in expected])
    shown = -np.array([place[one] for one in kept], dtype=np.float64)
    held = [
        one.low <= growth <= one.high for one, growth in zip(expected, np.expm1(truth), strict=True)
    ]
    plain = {
        "biggest": before.sum(axis=1),
        "fastest": np.log(
            (before[:, half:].mean(axis=1) + 1) / (before[:, :half].mean(axis=1) + 1)
        ),
    }
    return {
        "niches": Measured(float(len(kept)), ()),
        "ranked": Measured(float(not result.refusal), ()),
        "rank_correlation": correlation(own, truth, seed),
        "shown_rank_correlation": correlation(shown, truth, seed),
        "interval_covers": Measured(float(np.mean(held)), ()),
        **{f"baseline_{name}": correlation(one, truth, seed) for name, one in plain.items()},
        **{f"ahead_of_{name}": ahead_of(own, one, truth, seed) for name, one in plain.items()},
        **{
            f"shown_ahead_of_{name}": ahead_of(shown, one, truth, seed)
            for name, one in plain.items()
        },
    }


def main() -> None:
    """Print rank correlations with intervals."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("--split", type=date.fromisoformat, required=True)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    lines = read(asked.file)
    split = (asked.split - date(1970, 1, 1)).days
    found = []
    for result, niche in studies_of(lines, split, seeds=SEEDS):
        found.append(figures_of(result, months_of(lines, niche, split), asked.seed))
        print(f"# {result.refusal or 'ranked'}", file=sys.stderr)
    for name in found[0]:
        _say(name, over([one[name] for one in found]))


def _say(name: str, measured: Measured) -> None:
    print(f"{name}: {measured.value:.3f}")
    if measured.drawn:
        low, high = np.quantile(measured.drawn, (0.05, 0.95))
        print(f"{name}_low: {low:.3f}\n{name}_high: {high:.3f}")


if __name__ == "__main__":
    main()
