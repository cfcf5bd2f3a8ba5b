"""A dated back-test: niches ranked by what was known on a day, scored by what grew afterwards.

`python -m benchmarks.research_backtest FILE --split DATE` for any file of lines with a text and a
date (orders, questions, searches; the Online Retail columns are recognised). Niches are grouped
from the texts seen before the day alone; what appears later joins the niche of its nearest earlier
text. Scored is each niche's growth: the logarithm of its monthly lines after the day against
before. Beside the study's ranking stand 'take the biggest' and 'take the fastest growing', all as
rank correlations with a 90 % interval from resampled niches. Where one niche ends is partly chance,
so every figure is the mean over several groupings, and its interval holds what they differ by.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator, Sequence
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
GROUPINGS = 8


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


def niches_of(lines: Lines, split: int, *, groupings: int) -> Iterator[NDArray[np.int32]]:
    """Group the texts seen before `split`, several times, and let later ones join."""
    seen = np.unique(lines.text[lines.day < split])
    new = np.setdiff1d(np.arange(len(lines.texts)), seen)
    vectors, later = centred(_encoded(lines, seen), _encoded(lines, new))
    graph = ties(nearest_others(vectors, TIES, seed=0))
    nearest = (later @ vectors.T).argmax(axis=1) if len(new) else new
    for seed in range(groupings):
        found = np.zeros(len(lines.texts), dtype=np.int32)
        found[seen] = group(graph, seed=seed).niche
        found[new] = found[seen][nearest]
        yield found


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


def figures_of(months: Months, seed: int) -> dict[str, Measured]:
    """Measure the study's ranking and the plain ones on one grouping's niches."""
    kept = months.before.sum(axis=1) >= LEAST_ASKED
    before, after = months.before[kept], months.after[kept]
    truth = np.log((after.mean(axis=1) + 1) / (before.mean(axis=1) + 1))
    half = before.shape[1] // 2
    own = np.array(
        [foreseen(Past(tuple(row.tolist())), ahead=after.shape[1]).growth for row in before]
    )
    plain = {
        "biggest": before.sum(axis=1),
        "fastest": np.log(
            (before[:, half:].mean(axis=1) + 1) / (before[:, :half].mean(axis=1) + 1)
        ),
    }
    return {
        "niches": Measured(float(kept.sum()), ()),
        "rank_correlation": correlation(own, truth, seed),
        **{f"baseline_{name}": correlation(one, truth, seed) for name, one in plain.items()},
        **{f"ahead_of_{name}": ahead_of(own, one, truth, seed) for name, one in plain.items()},
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
    found = [
        figures_of(months_of(lines, niche, split), asked.seed)
        for niche in niches_of(lines, split, groupings=GROUPINGS)
    ]
    for name in found[0]:
        _say(name, over([one[name] for one in found]))


def _say(name: str, measured: Measured) -> None:
    print(f"{name}: {measured.value:.3f}")
    if measured.drawn:
        low, high = np.quantile(measured.drawn, (0.05, 0.95))
        print(f"{name}_low: {low:.3f}\n{name}_high: {high:.3f}")


if __name__ == "__main__":
    main()
