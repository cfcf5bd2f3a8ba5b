"""The sample shop's pictures: harbour scenes cut from layers of paper, drawn in code.

`draw(key)` gives a JPEG of 1200 by 900 pixels; the same key gives the same bytes. Every picture is
a sheet of sky, layers of land and water in one of five lights, and what the picture is about in
front. `logo()` is the shop's mark as SVG.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from random import Random
from types import MappingProxyType

import vl_convert
from PIL import Image

from hammock.doors.commands.sample.pictures import products, stories
from hammock.doors.commands.sample.pictures.paper import (
    DAWN,
    DAY,
    DUSK,
    HAZE,
    HEIGHT,
    NIGHT,
    WIDTH,
    Light,
)
from hammock.kit.errors import FieldError

_QUALITY = 88


@dataclass(frozen=True, slots=True)
class Picture:
    """How one picture is made: its light (for the sky) and what draws the rest."""

    light: Light
    draw: Callable[[Random], str]


PICTURES: Mapping[str, Picture] = MappingProxyType(
    {
        "home": Picture(DAWN, stories.home),
        "market-stall": Picture(DAY, products.stall),
        "balance": Picture(HAZE, products.balance),
        "hundred-days": Picture(DAWN, products.hundred_days),
        "one-page": Picture(DAY, products.one_page),
        "evening-table": Picture(NIGHT, products.evening_table),
        "window": Picture(DAY, products.window),
        "parcel": Picture(DUSK, products.parcel),
        "desk": Picture(NIGHT, products.desk),
        "patterns": Picture(HAZE, products.patterns),
        "clock": Picture(DAWN, stories.clock),
        "cart": Picture(DAY, stories.cart),
        "three-frames": Picture(HAZE, stories.three_frames),
        "paper-boat": Picture(DAY, stories.paper_boat),
        "closed-door": Picture(DUSK, stories.closed_door),
        "tuesday": Picture(DUSK, stories.tuesday),
    }
)


def svg(key: str) -> str:
    """Compose the picture of that key as SVG; an unknown key raises `FieldError`."""
    try:
        picture = PICTURES[key]
    except KeyError:
        raise FieldError(field="picture", problem=f"nothing draws “{key}”") from None
    top, bottom = picture.light.sky
    body = picture.draw(Random(key))  # noqa: S311 - a seed for shapes, not a secret
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{HEIGHT}" '
        f'viewBox="0 0 {WIDTH} {HEIGHT}"><defs>'
        f'<linearGradient id="sky" x1="0" y1="0" x2="0" y2=".75"><stop offset="0" '
        f'stop-color="{top}"/>'
        f'<stop offset="1" stop-color="{bottom}"/></linearGradient>'
        f"{_shadow('cut', 5, 7, 0.2)}{_shadow('lift', 11, 14, 0.26)}</defs>{body}</svg>"
    )


def _shadow(name: str, drop: float, blur: float, strength: float) -> str:
    return (
        f'<filter id="{name}" x="-15%" y="-15%" width="130%" height="140%">'
        f'<feDropShadow dx="0" dy="{drop}" stdDeviation="{blur}" '
        f'flood-color="#12262c" flood-opacity="{strength}"/></filter>'
    )


def draw(key: str) -> bytes:
    """Draw the picture of that key as JPEG bytes, 1200 by 900 pixels."""
    drawn = Image.open(io.BytesIO(vl_convert.svg_to_png(svg(key)))).convert("RGB")
    target = io.BytesIO()
    drawn.save(target, "JPEG", quality=_QUALITY, optimize=True, progressive=True)
    return target.getvalue()


_MARK = (
    '<rect width="64" height="64" rx="16" fill="#1d5c63"/>'
    '<circle cx="42" cy="21" r="8" fill="#f3c0a4"/>'
    '<path d="M12 14v36M52 14v36" stroke="#fbf1df" stroke-width="3.6" stroke-linecap="round"/>'
    '<path d="M12 22C20 48 44 48 52 22C46 36 18 36 12 22Z" fill="#e98a63"/>'
    '<path d="M12 22C20 48 44 48 52 22" fill="none" stroke="#fbf1df" stroke-width="2.4" '
    'stroke-linecap="round"/>'
    '<path d="M8 54q6-4 12 0t12 0t12 0t12 0" fill="none" stroke="#8ed2cb" stroke-width="2.6" '
    'stroke-linecap="round"/>'
)


def logo() -> str:
    """Give the shop's mark as SVG: a hammock over water."""
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64" width="128" height="128" '
        f'role="img" aria-label="Slow Harbour Studio">{_MARK}</svg>\n'
    )
