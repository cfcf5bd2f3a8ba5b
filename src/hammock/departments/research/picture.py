"""The map of a market: each point a text of demand, shaded by offers, holes standing out.

Niches are placed by their centres (likes together, t-SNE), texts around their niche; offers are
shading under the points. Drawn with Altair, once for light and once for dark pages.
"""

from __future__ import annotations

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
class _Places:
    """Where everything is drawn: columns of three tables."""

    texts: dict[str, list[float]]
    offers: dict[str, list[float]]
    names: dict[str, list[Any]]


def draw_map(study: Study, *, theme: Theme, seed: int = 1) -> str:
    """Draw the study's map as SVG."""
    import altair as alt
    import polars as pl

    places = _placed(study, seed=seed)
    axis = alt.Axis(labels=False, ticks=False, grid=False, domain=False, title=None)
    across, up = alt.X("x:Q", axis=axis), alt.Y("y:Q", axis=axis)
    colour: Any = alt.value(theme.served)
    if not np.isnan(study.chance).all():
        colour = alt.Color(
            "chance:Q",
            scale=alt.Scale(domain=[0, 1], range=[theme.served, theme.unmet]),
            legend=alt.Legend(title="chance of being unmet", format=".0%", orient="bottom"),
        )
    names = alt.Chart(pl.DataFrame(places.names)).encode(x=across, y=up, text="name:N")
    halo = names.mark_text(
        fontSize=13, fontWeight="bold", stroke=theme.paper, strokeWidth=4, color=theme.paper, dy=-8
    )
    layers = [
        alt.Chart(pl.DataFrame(places.texts))
        .mark_circle(size=14, opacity=0.75)
        .encode(x=across, y=up, color=colour),
        halo,
        names.mark_text(fontSize=13, fontWeight="bold", color=theme.ink, dy=-8),
    ]
    if places.offers["x"]:
        shade = alt.Chart(pl.DataFrame(places.offers)).encode(x=across, y=up)
        layers.insert(0, shade.mark_circle(size=800, opacity=0.12, color=theme.offers))
    chart = (
        alt.layer(*layers)
        .properties(width=860, height=620, background=theme.paper)
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
    at = _laid_out(centres, seed=seed)
    width = SPREAD_OF_A_NICHE * _usual_gap(at)
    texts = _some(np.flatnonzero(study.niche_of < count), SHOWN_TEXTS, chance)
    where = at[study.niche_of[texts]] + chance.normal(0.0, width, (len(texts), 2))
    top = [niche for niche in study.niches if niche.number < count][:SHOWN_NAMES]
    return _Places(
        texts={
            "x": where[:, 0].tolist(),
            "y": where[:, 1].tolist(),
            "chance": np.nan_to_num(study.chance[texts]).tolist(),
        },
        offers=_offers(study, centres, at, width, chance),
        names={
            "x": [float(at[niche.number, 0]) for niche in top],
            "y": [float(at[niche.number, 1]) for niche in top],
            "name": [niche.naming.name for niche in top],
        },
    )


def _offers(
    study: Study,
    centres: NDArray[np.float32],
    at: NDArray[np.float64],
    width: float,
    chance: np.random.Generator,
) -> dict[str, list[float]]:
    kept = _some(np.arange(len(study.supply)), SHOWN_OFFERS, chance)
    if not len(kept):
        return {"x": [], "y": []}
    nearest = (study.supply[kept] @ centres.T).argmax(axis=1)
    where = at[nearest] + chance.normal(0.0, width, (len(kept), 2))
    return {"x": where[:, 0].tolist(), "y": where[:, 1].tolist()}


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
        return 1.0
    apart = np.linalg.norm(at[:, None, :] - at[None, :, :], axis=2)
    np.fill_diagonal(apart, np.inf)
    return float(np.median(apart.min(axis=1)))
