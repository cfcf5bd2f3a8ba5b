"""A dated back-test: niches ranked by what was known on a day, scored by what grew afterwards.

`python -m benchmarks.research_backtest FILE --split DATE` for any file of lines with a text and a
date (orders, questions, searches; the Online Retail columns are recognised). Niches are grouped
from the texts seen before the day alone; what appears later joins the niche of its nearest earlier
text. Scored is each niche's growth: the logarithm of its monthly lines after the day against
before. Beside the study's ranking stand 'take the biggest' and 'take the fastest growing', all as
rank correlations with a 90 % interval from resampled niches.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy.stats import rankdata

from hammock.departments.research.rules.foresight import Past, foreseen
from hammock.departments.research.rules.grouping import TIES, centred, group, ties
from hammock.departments.research.rules.neighbours import nearest_others
from hammock.kit.text import shipped

TEXT = ("Description", "text", "query", "keyword", "Keyword")
DATE = ("InvoiceDate", "date", "day", "created")
AMOUNT = ("Quantity", "volume", "count")
LEAST_ASKED = 20  # lines before the split; smaller niches tell nothing
RESAMPLED = 1000
MONTH = 30  # days


@dataclass(frozen=True)
class Lines:
    """Distinct texts, and for each line which text and which day (since 1970)."""

    texts: list[str]
    text: NDArray[np.int64]
    day: NDArray[np.int64]


@dataclass(frozen=True)
class Months:
    """Each niche's lines in every thirty days before and after the split, oldest first."""

    before: NDArray[np.float64]
    after: NDArray[np.float64]


def read(path: Path) -> Lines:
    """Read a CSV (perhaps gzipped) or Parquet file of lines; returned goods do not count."""
    frame = _table(path)
    amount = next((name for name in AMOUNT if name in frame.columns), None)
    frame = frame.select(
        text=pl.col(_first(frame, TEXT)).cast(pl.String).str.strip_chars().str.to_lowercase(),
        day=pl.col(_first(frame, DATE)).cast(pl.String).str.slice(0, 10).str.to_date("%Y-%m-%d"),
        amount=pl.col(amount).cast(pl.Float64, strict=False) if amount else pl.lit(1.0),
    ).drop_nulls()
    frame = frame.filter((pl.col("amount") > 0) & (pl.col("text").str.len_chars() > 2))
    texts = frame["text"].unique(maintain_order=True).to_list()
    place = {one: at for at, one in enumerate(texts)}
    return Lines(
        texts=texts,
        text=np.array([place[one] for one in frame["text"]], dtype=np.int64),
        day=frame["day"].cast(pl.Int32).to_numpy().astype(np.int64),
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


def niches_of(lines: Lines, split: int) -> NDArray[np.int32]:
    """Group the texts seen before `split`, and let later ones join."""
    seen = np.unique(lines.text[lines.day < split])
    new = np.setdiff1d(np.arange(len(lines.texts)), seen)
    vectors, later = centred(_encoded(lines, seen), _encoded(lines, new))
    found = np.zeros(len(lines.texts), dtype=np.int32)
    found[seen] = group(ties(nearest_others(vectors, TIES, seed=0)), seed=0).niche
    if len(new):
        found[new] = found[seen][(later @ vectors.T).argmax(axis=1)]
    return found


def _encoded(lines: Lines, rows: NDArray[Any]) -> NDArray[np.float32]:
    return shipped().encode([lines.texts[one] for one in rows])


def months_of(lines: Lines, niche: NDArray[np.int32], split: int) -> Months:
    """Count lines by niche and thirty days, leaving out periods that are not whole."""
    period = np.floor_divide(lines.day - split, MONTH)
    first = -((split - int(lines.day.min())) // MONTH)
    last = (int(lines.day.max()) + 1 - split) // MONTH
    table = np.zeros((int(niche.max()) + 1, last - first))
    whole = (period >= first) & (period < last)
    np.add.at(table, (niche[lines.text[whole]], period[whole] - first), 1.0)
    return Months(before=table[:, :-first], after=table[:, -first:])


def correlation(score: NDArray[Any], truth: NDArray[Any], seed: int) -> tuple[float, float, float]:
    """Give the rank correlation and its 90 % interval."""
    chance = np.random.default_rng(seed)

    def of(rows: NDArray[Any]) -> float:
        return float(np.corrcoef(rankdata(score[rows]), rankdata(truth[rows]))[0, 1])

    everyone = np.arange(len(score))
    drawn = [of(chance.choice(everyone, len(everyone))) for _ in range(RESAMPLED)]
    low, high = np.quantile(drawn, (0.05, 0.95))
    return of(everyone), float(low), float(high)


def ahead_of(
    score: NDArray[Any], other: NDArray[Any], truth: NDArray[Any], seed: int
) -> tuple[float, float, float]:
    """Give by how much `score` correlates better than `other`, on the same niches, with 90 %."""
    chance = np.random.default_rng(seed)

    def of(rows: NDArray[Any]) -> float:
        ranks = rankdata(truth[rows])
        mine, theirs = (np.corrcoef(rankdata(one[rows]), ranks)[0, 1] for one in (score, other))
        return float(mine - theirs)

    everyone = np.arange(len(score))
    drawn = [of(chance.choice(everyone, len(everyone))) for _ in range(RESAMPLED)]
    low, high = np.quantile(drawn, (0.05, 0.95))
    return of(everyone), float(low), float(high)


def main() -> None:
    """Print rank correlations with intervals."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("--split", type=date.fromisoformat, required=True)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    lines = read(asked.file)
    split = (asked.split - date(1970, 1, 1)).days
    months = months_of(lines, niches_of(lines, split), split)
    kept = months.before.sum(axis=1) >= LEAST_ASKED
    before, after = months.before[kept], months.after[kept]
    truth = np.log((after.mean(axis=1) + 1) / (before.mean(axis=1) + 1))
    ahead = after.shape[1]
    half = before.shape[1] // 2
    fastest = np.log((before[:, half:].mean(axis=1) + 1) / (before[:, :half].mean(axis=1) + 1))
    rankings = {
        "rank_correlation": np.array(
            [foreseen(Past(tuple(row.tolist())), ahead=ahead).growth for row in before]
        ),
        "baseline_biggest": before.sum(axis=1),
        "baseline_fastest": fastest,
    }
    print(f"niches: {int(kept.sum())}\nmonths_before: {before.shape[1]}\nmonths_after: {ahead}")
    for name, score in rankings.items():
        _say(name, *correlation(score, truth, asked.seed))
    own = rankings.pop("rank_correlation")
    for name, score in rankings.items():
        _say(name.replace("baseline", "ahead_of"), *ahead_of(own, score, truth, asked.seed))


def _say(name: str, value: float, low: float, high: float) -> None:
    print(f"{name}: {value:.3f}\n{name}_low: {low:.3f}\n{name}_high: {high:.3f}")


if __name__ == "__main__":
    main()
