"""Figures become SVG: Altair writes the chart down, vl-convert draws it."""

from __future__ import annotations

import re
from typing import Any

import altair as alt
import vl_convert

from hammock.kit import brand
from hammock.kit.charts import Drawable, Fan, Figure, Shares, Track

_BROAD, _SLIM = 860, 290
_SQUARE = 380
_MAIL_WIDTH = 420  # with the labels beside it, it fills a mail's sheet
_SEEN = 3.0  # WCAG 2.2, 1.4.11: what carries meaning


def html(figure: Drawable, *, dark: bool) -> str:
    """Draw a figure as SVG elements that fit their place's width, for desks and for phones.

    A square one is small enough for both, so it is drawn once.
    """
    theme = "dark" if dark else "light"
    if isinstance(figure, Shares):
        return f"<div>{_svg(figure, theme=theme, size='square', width=_SQUARE)}</div>"
    return "".join(
        f'<div class="chart-{size}">{_svg(figure, theme=theme, size=size, width=width)}</div>'
        for size, width in (("broad", _BROAD), ("slim", _SLIM))
    )


def _svg(figure: Drawable, *, theme: str, size: str, width: int) -> str:
    palette = brand.DARK if theme == "dark" else brand.LIGHT
    spec = _spec(figure, palette, width=width)
    drawn: str = vl_convert.vegalite_to_svg(spec, show_warnings=False)
    return _fitting(drawn, prefix=f"{theme}-{size}-{figure.fingerprint[:8]}-")


def png(figure: Drawable, *, dark: bool) -> bytes:
    """Draw a figure as a PNG for a mail, on its sheet's ground."""
    palette = brand.DARK if dark else brand.LIGHT
    spec = _spec(figure, palette, width=_MAIL_WIDTH, ground=palette.surface)
    drawn: bytes = vl_convert.vegalite_to_png(spec, scale=2.4, show_warnings=False)
    return drawn


def _spec(
    figure: Drawable, palette: brand.Palette, *, width: int, ground: str = "transparent"
) -> dict[str, Any]:
    if isinstance(figure, Shares):
        chart = _agreement(figure, palette).properties(width=width, height=width)
    elif isinstance(figure, Fan):
        chart = _fan(figure, palette).properties(width=width, height=figure.height)
    elif isinstance(figure, Track):
        chart = _track(figure, palette).properties(width=width, height=figure.height)
    else:
        chart = _bars(figure, palette, width=width).properties(width=width, height=figure.height)
    made: dict[str, Any] = _dressed(chart.properties(background=ground), palette).to_dict()
    return made


def _bars(figure: Figure, palette: brand.Palette, *, width: int) -> Any:
    data = alt.InlineData(
        values=[{"at": p.at, "value": p.value, "series": p.series} for p in figure.points]
    )
    format_of = "%b %y" if figure.step == "month" else "%-d %b"
    # Bars stand on named places, not on a time scale: each has its width, none hangs over the end.
    x = alt.X(
        "at:O",
        title=None,
        axis=alt.Axis(
            labelExpr=f"timeFormat(toDate(datum.value), '{format_of}')",
            labelAngle=0,
            labelOverlap="greedy" if figure.step == "day" else True,
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
    return alt.Chart(data).mark_bar(cornerRadiusEnd=2).encode(x=x, y=y, color=colour)


_BANDS = (("nearly_all", 0.16), ("most", 0.26), ("half", 0.42))  # each with its opacity


def _fan(fan: Fan, palette: brand.Palette) -> Any:
    """Draw bands from wide to narrow, the middle over them, and the mark over all."""
    low, high = fan.shown
    rows = []
    for point in fan.points:
        row: dict[str, Any] = {"at": point.at, "middle": min(max(point.middle, low), high)}
        for band, _ in _BANDS:
            ends = getattr(point, band)
            row[f"{band}_low"], row[f"{band}_high"] = (min(max(one, low), high) for one in ends)
        rows.append(row)
    x = alt.X("at:T", title=None, axis=alt.Axis(format="%b %y", tickCount=6, grid=False))
    scale = alt.Scale(domain=[low, high], nice=False)
    y = alt.Y("middle:Q", title=fan.unit, scale=scale, axis=alt.Axis(format=",~f", tickCount=5))
    base = alt.Chart(alt.InlineData(values=rows)).encode(x=x)
    bands = [
        base.mark_area(color=palette.accent, opacity=opacity).encode(
            y=alt.Y(f"{band}_low:Q", title=fan.unit, scale=scale), y2=f"{band}_high:Q"
        )
        for band, opacity in _BANDS
    ]
    middle = base.mark_line(color=palette.ink, strokeWidth=2).encode(y=y)
    levels = {0.0: palette.edge} if low < 0 < high else {}
    if fan.mark is not None and low <= fan.mark <= high:
        levels[fan.mark] = palette.warm
    rules = [
        alt.Chart(alt.InlineData(values=[{"middle": level}]))
        .mark_rule(color=colour, strokeDash=[5, 4], strokeWidth=1.5)
        .encode(y=y)
        for level, colour in levels.items()
    ]
    return alt.layer(*bands, middle, *rules)


def _track(track: Track, palette: brand.Palette) -> Any:
    """Draw the band, its middle in it, and over both what came; a month that runs is hollow."""
    rows = [
        {"at": one.at, "low": one.low, "middle": one.middle, "high": one.high}
        for one in track.points
    ]
    came = [
        {"at": one.at, "own": one.own, "open": one.is_open}
        for one in track.points
        if one.own is not None
    ]
    x = alt.X(
        "at:O",
        title=None,
        scale=alt.Scale(type="point", padding=0.3),
        axis=alt.Axis(
            labelExpr="utcFormat(toDate(datum.value), '%b %y')",
            labelAngle=0,
            labelOverlap=True,
            labelSeparation=8,
        ),
    )
    axis = alt.Axis(format=",~f", tickCount=4)
    base = alt.Chart(alt.InlineData(values=rows)).encode(x=x)
    band = base.mark_area(color=palette.accent, opacity=0.26).encode(
        y=alt.Y("low:Q", title=track.unit, axis=axis), y2="high:Q"
    )
    middle = base.mark_line(color=palette.edge, strokeDash=[5, 4], strokeWidth=1.5).encode(
        y=alt.Y("middle:Q", title=track.unit)
    )
    own = alt.Chart(alt.InlineData(values=came)).encode(x=x, y=alt.Y("own:Q", title=track.unit))
    line = own.mark_line(color=palette.ink, strokeWidth=2.5)
    points = own.mark_point(
        color=palette.ink, filled=True, size=70, opacity=1, strokeWidth=2
    ).encode(
        fill=alt.condition("datum.open", alt.value(palette.surface), alt.value(palette.ink)),
        stroke=alt.value(palette.ink),
    )
    return alt.layer(band, middle, line, points)


def _agreement(figure: Shares, palette: brand.Palette) -> Any:
    rows = [
        {"said": one.said, "came": one.came, "low": one.low, "high": one.high, "n": str(one.count)}
        for one in figure.shares
    ]
    scale, axis = alt.Scale(domain=[0, 1]), alt.Axis(format=".0%", tickCount=5)
    ends = alt.InlineData(values=[{"said": 0, "came": 0}, {"said": 1, "came": 1}])
    x = alt.X("said:Q", title=figure.across, scale=scale, axis=axis)
    y = alt.Y("came:Q", title=figure.up, scale=scale, axis=axis)
    told = alt.Chart(alt.InlineData(values=rows)).encode(x=x)
    colour = alt.value(palette.accent)
    return alt.layer(
        alt.Chart(ends)
        .mark_line(strokeDash=[5, 5])
        .encode(x=x, y=y, color=alt.value(palette.edge)),
        told.mark_rule(strokeWidth=2).encode(
            y=alt.Y("low:Q", title=figure.up, scale=scale), y2="high:Q", color=colour
        ),
        told.mark_point(filled=True, size=110, opacity=1).encode(y=y, color=colour),
        told.mark_text(align="left", dx=10, dy=-2, fontSize=12).encode(
            y=y, text="n:N", color=alt.value(palette.muted)
        ),
    )


def _dressed(chart: Any, palette: brand.Palette) -> Any:
    return (
        chart.configure_view(stroke=None)
        .configure_axis(
            labelColor=palette.muted,
            titleColor=palette.muted,
            gridColor=palette.line,
            domainColor=palette.edge,
            tickColor=palette.edge,
            labelFontSize=12,
            titleFontSize=12,
            titleFontWeight="normal",
            titlePadding=12,
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
