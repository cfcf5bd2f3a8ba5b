"""Figures become SVG: Altair writes the chart down, vl-convert draws it."""

from __future__ import annotations

import re
from typing import Any

import altair as alt
import vl_convert

from hammock.kit import brand
from hammock.kit.charts import Figure

_BROAD, _SLIM = 860, 290
_SEEN = 3.0  # WCAG 2.2, 1.4.11: what carries meaning


def html(figure: Figure, *, dark: bool) -> str:
    """Draw a figure as two SVG elements that fit their place's width, for desks and for phones."""
    theme = "dark" if dark else "light"
    return "".join(
        f'<div class="chart-{size}">{_svg(figure, theme=theme, size=size, width=width)}</div>'
        for size, width in (("broad", _BROAD), ("slim", _SLIM))
    )


def _svg(figure: Figure, *, theme: str, size: str, width: int) -> str:
    palette = brand.DARK if theme == "dark" else brand.LIGHT
    spec = _chart(figure, palette, width=width).to_dict()
    drawn: str = vl_convert.vegalite_to_svg(spec, show_warnings=False)
    return _fitting(drawn, prefix=f"{theme}-{size}-{figure.fingerprint[:8]}-")


def _chart(figure: Figure, palette: brand.Palette, *, width: int) -> Any:
    data = alt.InlineData(
        values=[{"at": p.at, "value": p.value, "series": p.series} for p in figure.points]
    )
    day = figure.step == "day"
    # Bars stand on named places, not on a time scale: each has its width, none hangs over the end.
    x = alt.X(
        "at:O",
        title=None,
        axis=alt.Axis(
            labelExpr="timeFormat(toDate(datum.value), '{}')".format("%-d %b" if day else "%b %y"),
            labelAngle=0,
            labelOverlap="greedy" if day else True,
            labelFlush=False,
            labelSeparation=8,
        ),
    )
    y = alt.Y("value:Q", title=figure.unit, axis=alt.Axis(format=",~f", tickCount=4))
    names = list(figure.colours)
    colour: Any = alt.value(palette.accent)
    if names:
        colour = alt.Color(
            "series:N",
            scale=alt.Scale(
                domain=names, range=[_visible(figure.colours[name], palette) for name in names]
            ),
            legend=alt.Legend(
                title=None, orient="top", columns=2 if width == _SLIM else alt.Undefined
            ),
        )
    return (
        alt.Chart(data)
        .mark_bar(cornerRadiusEnd=2)
        .encode(x=x, y=y, color=colour)
        .properties(width=width, height=figure.height, background="transparent")
        .configure_view(stroke=None)
        .configure_axis(
            labelColor=palette.muted,
            titleColor=palette.muted,
            gridColor=palette.line,
            domainColor=palette.edge,
            tickColor=palette.edge,
            labelFontSize=12,
            titleFontSize=12,
            titleFontWeight="normal",
            labelFont="system-ui, sans-serif",
            titleFont="system-ui, sans-serif",
        )
        .configure_axisX(grid=False)
        .configure_legend(
            labelColor=palette.ink, labelFontSize=13, labelFont="system-ui, sans-serif"
        )
    )


def _visible(colour: str, palette: brand.Palette) -> str:
    """Give a colour that stands out from the ground: one too near to it moves towards the ink."""
    for tenths in range(10):
        mixed = _mixed(colour, palette.ink, tenths / 10)
        if brand.contrast(mixed, palette.surface) >= _SEEN:
            return mixed
    return palette.ink


def _mixed(one: str, other: str, share: float) -> str:
    pairs = ((int(one[at : at + 2], 16), int(other[at : at + 2], 16)) for at in (1, 3, 5))
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in pairs)


def _fitting(drawn: str, *, prefix: str) -> str:
    """Let the SVG scale with its place, and keep its ids apart from other charts of the page."""
    scaled = re.sub(r'(<svg[^>]*?) width="[^"]*" height="[^"]*"', r"\1", drawn, count=1)
    hidden = scaled.replace("<svg ", '<svg aria-hidden="true" focusable="false" ', 1)
    named = re.sub(r'\bid="([^"]+)"', rf'id="{prefix}\1"', hidden)
    return re.sub(r"url\(#([^)]+)\)", rf"url(#{prefix}\1)", named)
