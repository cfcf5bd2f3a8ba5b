"""The map of a market: each point a text of demand, shaded by offers, holes standing out.

Niches are placed by their centres (likes together, t-SNE), texts around their niche; offers are
shading under the points. Drawn with Altair, once for light and once for dark pages.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hammock.departments.research.rules.study import Study

SHOWN_TEXTS = 3_000
SHOWN_OFFERS = 1_500
SHOWN_NICHES = 150
SHOWN_NAMES = 10
SPREAD_OF_A_NICHE = 0.4  # of the usual distance to the next niche
WIDTH, HEIGHT = 860, 620
WIDEST = 60.0  # points that texts spread around their niche, at most
LETTER, LINE = 7.6, 18.0  # points that a name's letter is wide and a name is high, at most


@dataclass(frozen=True)
class Theme:
    """The colours of one drawing: paper, ink, and the scale from served to unmet."""

    name: str
    paper: str
    ink: str
    quiet: str
    offers: str
    served: str
    unmet: str


THEMES = (
    Theme("light", "#ffffff", "#1f2933", "#5a6672", "#8cc0b3", "#8fa3b5", "#c2410c"),
    Theme("dark", "#1a2428", "#e8edf1", "#93a1af", "#3f8f80", "#5d7183", "#ff8a4c"),
)


@dataclass(frozen=True)
class Label:
    """A name and where its middle stands, in points from the upper left."""

    name: str
    x: float
    y: float

    def covers(self, other: Label) -> bool:
        """Tell whether the two would be drawn over each other."""
        wide = (len(self.name) + len(other.name)) * LETTER / 2
        return abs(self.x - other.x) < wide and abs(self.y - other.y) < LINE


_OUTWARDS = sorted(range(-606, 607, 6), key=lambda shift: (abs(shift), shift))  # any height


@dataclass(frozen=True)
class _Places:
    """Where everything is drawn, in points from the upper left: columns of three tables."""

    texts: dict[str, list[float]]
    offers: dict[str, list[float]]
    names: dict[str, list[Any]]


def draw_map(study: Study, *, theme: Theme, seed: int = 1) -> str:
    """Draw the study's map as SVG."""
    import altair as alt
    import polars as pl

    places = _placed(study, seed=seed)
    axis = alt.Axis(labels=False, ticks=False, grid=False, domain=False, title=None)
    across = alt.X("x:Q", axis=axis, scale=alt.Scale(domain=[0, WIDTH], nice=False))
    up = alt.Y("y:Q", axis=axis, scale=alt.Scale(domain=[HEIGHT, 0], nice=False))
    colour: Any = alt.value(theme.served)
    if not np.isnan(study.chance).all():
        colour = alt.Color(
            "chance:Q",
            scale=alt.Scale(domain=[0, 1], range=[theme.served, theme.unmet]),
            legend=alt.Legend(title="chance of being unmet", format=".0%", orient="bottom"),
        )
    names = alt.Chart(pl.DataFrame(places.names)).encode(x=across, y=up, text="name:N")
    halo = names.mark_text(
        fontSize=13, fontWeight="bold", stroke=theme.paper, strokeWidth=4, color=theme.paper
    )
    layers = [
        alt.Chart(pl.DataFrame(places.texts))
        .mark_circle(size=14, opacity=0.75)
        .encode(x=across, y=up, color=colour),
        halo,
        names.mark_text(fontSize=13, fontWeight="bold", color=theme.ink),
    ]
    if places.offers["x"]:
        shade = alt.Chart(pl.DataFrame(places.offers)).encode(x=across, y=up)
        layers.insert(0, shade.mark_circle(size=800, opacity=0.12, color=theme.offers))
    chart = (
        alt.layer(*layers)
        .properties(width=WIDTH, height=HEIGHT, background=theme.paper)
        .configure_view(stroke=None)
        .configure_legend(labelColor=theme.quiet, titleColor=theme.quiet, gradientLength=220)
    )
    return _svg(chart)


def as_png(svg: str) -> bytes:
    """Turn a drawn map into a PNG."""
    import vl_convert

    return bytes(vl_convert.svg_to_png(svg, scale=1.5))


def _svg(chart: Any) -> str:
    import vl_convert

    return str(vl_convert.vegalite_to_svg(chart.to_json()))


def _placed(study: Study, *, seed: int) -> _Places:
    chance = np.random.default_rng((seed, 6))
    count = min(int(study.niche_of.max()) + 1, SHOWN_NICHES)  # numbered from the largest
    centres = np.stack([study.demand[study.niche_of == one].mean(axis=0) for one in range(count)])
    top = [niche for niche in study.niches if niche.number < count][:SHOWN_NAMES]
    at, width = _in_points(_best_to_the_left(_laid_out(centres, seed=seed), top[0].number))
    texts = _some(np.flatnonzero(study.niche_of < count), SHOWN_TEXTS, chance)
    where = _strewn(at[study.niche_of[texts]], width, chance)
    names = apart([(niche.naming.name, *at[niche.number].tolist()) for niche in top])
    return _Places(
        texts={
            "x": where[:, 0].tolist(),
            "y": where[:, 1].tolist(),
            "chance": np.nan_to_num(study.chance[texts]).tolist(),
        },
        offers=_offers(study, centres, at, width, chance),
        names={
            "x": [one.x for one in names],
            "y": [one.y for one in names],
            "name": [one.name for one in names],
        },
    )


def apart(names: Sequence[tuple[str, float, float]]) -> list[Label]:
    """Put each name as near above its place (x, y) as it can stand without covering another.

    Names come in order of importance: the first stands where it wants to.
    """
    placed: list[Label] = []
    for name, x, y in names:
        half = min(len(name) * LETTER, WIDTH) / 2
        across = min(max(x, half), WIDTH - half)
        wanted = [Label(name, across, y - LINE / 2 + shift) for shift in _OUTWARDS]
        inside = [one for one in wanted if LINE / 2 <= one.y <= HEIGHT - LINE / 2]
        free = [one for one in inside if not any(one.covers(other) for other in placed)]
        placed += free[:1]
    return placed


def _best_to_the_left(laid: NDArray[np.float64], best: int) -> NDArray[np.float64]:
    """Turn the drawing so that the best niche lies left, which a telephone shows first.

    How a market is turned means nothing; that likes lie together does.
    """
    turned = [laid @ _turn(angle) for angle in np.arange(0, 2 * np.pi, np.pi / 36)]

    def across(places: NDArray[np.float64]) -> float:
        x = places[:, 0]
        return float((x[best] - x.min()) / max(np.ptp(x), 1e-9))

    return min(turned, key=across)


def _turn(angle: float) -> NDArray[np.float64]:
    return np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])


def _in_points(laid: NDArray[np.float64]) -> tuple[NDArray[np.float64], float]:
    """Stretch places over the drawing; say too how far a niche's texts spread around its place.

    The margin is twice that spread, so that the outermost niche's texts are seen as well.
    """
    low, span = laid.min(axis=0), np.ptp(laid, axis=0)
    share = np.where(span > 0, (laid - low) / np.where(span > 0, span, 1.0), 0.5)
    whole = np.array([WIDTH, HEIGHT])
    width = min(SPREAD_OF_A_NICHE * _usual_gap(share * whole), WIDEST)
    return 2 * width + share * (whole - 4 * width), width


def _offers(
    study: Study,
    centres: NDArray[np.float32],
    at: NDArray[np.float64],
    width: float,
    chance: np.random.Generator,
) -> dict[str, list[float]]:
    kept = _some(np.flatnonzero(study.near), SHOWN_OFFERS, chance)
    if not len(kept):
        return {"x": [], "y": []}
    nearest = (study.supply[kept] @ centres.T).argmax(axis=1)
    where = _strewn(at[nearest], width, chance)
    return {"x": where[:, 0].tolist(), "y": where[:, 1].tolist()}


def _strewn(
    at: NDArray[np.float64], width: float, chance: np.random.Generator
) -> NDArray[np.float64]:
    """Move each place by chance, at most by two widths; who would go further goes half as far."""
    moved = chance.normal(0.0, width, at.shape)
    moved[np.abs(moved) > 2 * width] /= 2
    return at + np.clip(moved, -2 * width, 2 * width)


def _some(rows: NDArray[np.intp], most: int, chance: np.random.Generator) -> NDArray[np.intp]:
    return rows if len(rows) <= most else np.sort(chance.choice(rows, most, replace=False))


def _laid_out(centres: NDArray[np.float32], *, seed: int) -> NDArray[np.float64]:
    from sklearn.manifold import TSNE

    if len(centres) < 5:
        row = np.arange(len(centres), dtype=np.float64)
        return np.stack((row, np.zeros(len(centres))), axis=1)
    kept = min(15.0, (len(centres) - 1) / 3)
    laid = TSNE(perplexity=kept, init="random", random_state=seed, metric="cosine")
    return np.asarray(laid.fit_transform(centres), dtype=np.float64)


def _usual_gap(at: NDArray[np.float64]) -> float:
    if len(at) < 2:
        return float(HEIGHT)
    apart = np.linalg.norm(at[:, None, :] - at[None, :, :], axis=2)
    np.fill_diagonal(apart, np.inf)
    return float(np.median(apart.min(axis=1)))
