"""Paper to cut pictures from: colours, hours of light, shapes with soft shadows, land and water."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from random import Random

WIDTH, HEIGHT = 1200, 900


INK, DEEP, TEAL, SEA, MIST = "#1e2b30", "#17454c", "#1d5c63", "#6fa9a8", "#cfe3de"


CREAM, PAPER, SAND, STRAW = "#fffaf0", "#fbf1df", "#ecd9b8", "#e6b566"


CORAL, BRICK, ROSE, PLUM, WOOD, BARK = (
    "#e98a63",
    "#b9533a",
    "#f3c0a4",
    "#6b4a66",
    "#a9744f",
    "#6f4632",
)


@dataclass(frozen=True, slots=True)
class Light:
    """The colours of one hour: sky from top to bottom, sun, land far to near, water far to near."""

    sky: tuple[str, str]
    sun: str
    land: tuple[str, str, str]
    water: tuple[str, str, str]
    glint: str
    cloud: str = CREAM


DAWN = Light(
    ("#fdeedb", "#f7c9a6"),
    "#fff6e4",
    ("#eebd9d", "#dd9a80", "#b9756c"),
    ("#9cc3bd", "#66a0a1", "#34777d"),
    "#fff3e0",
)


DAY = Light(
    ("#f0f4ea", "#cfe5df"),
    "#fbd593",
    ("#bcd6c9", "#93bbb0", "#669a94"),
    ("#a6cfca", "#6dabaa", "#34787e"),
    "#f4fbf6",
)


DUSK = Light(
    ("#fbd9b4", "#e8947c"),
    "#fff0cf",
    ("#c97f7f", "#935f76", "#5b4a68"),
    ("#8b7f98", "#58597f", "#343f63"),
    "#ffd9b0",
)


NIGHT = Light(
    ("#1b3244", "#45687a"),
    "#f9ecca",
    ("#3b5c6d", "#2b4859", "#1d3444"),
    ("#356273", "#234b5c", "#153544"),
    "#f6dfa9",
    "#5d8091",
)


HAZE = Light(
    ("#f8f3e8", "#ecdfc9"),
    "#f3ae84",
    ("#dbd1bd", "#bfbdaa", "#93a79f"),
    ("#c0d3cb", "#92b3af", "#5f8d8e"),
    "#fffaf0",
)


def shape(d: str, fill: str, extra: str = "") -> str:
    """Fill a path."""
    return f'<path d="{d}" fill="{fill}" {extra}/>'


def line(d: str, colour: str, width: float, extra: str = "") -> str:
    """Draw a line with round ends."""
    return (
        f'<path d="{d}" fill="none" stroke="{colour}" stroke-width="{width}" '
        f'stroke-linecap="round" stroke-linejoin="round" {extra}/>'
    )


def box(x: float, y: float, w: float, h: float, fill: str, r: float = 0, extra: str = "") -> str:
    """Fill a box with corners of radius `r`."""
    return f'<rect x="{x}" y="{y}" width="{w}" height="{h}" rx="{r}" fill="{fill}" {extra}/>'


def disc(x: float, y: float, r: float, fill: str, extra: str = "") -> str:
    """Fill a circle."""
    return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{r}" fill="{fill}" {extra}/>'


def cut(*parts: str, deep: bool = False) -> str:
    """Lift the parts off the sheet behind them with one soft shadow."""
    return f'<g filter="url(#{"lift" if deep else "cut"})">{"".join(parts)}</g>'


def at(x: float, y: float, *parts: str, scale: float = 1, turn: float = 0) -> str:
    """Move, turn (degrees) and scale the parts."""
    return f'<g transform="translate({x} {y}) rotate({turn}) scale({scale})">{"".join(parts)}</g>'


def ridge(random: Random, *, y: float, height: float, fill: str, steps: int = 5) -> str:
    """Cut one layer across the sheet, its upper edge a calm curve around `y`."""
    points = [
        (WIDTH * step / steps, y + random.uniform(-height, height)) for step in range(steps + 1)
    ]
    reach = WIDTH / steps / 2.2
    d = f"M-20 {points[0][1]:.1f}"
    for (x0, y0), (x1, y1) in pairwise(points):
        d += f"C{x0 + reach:.1f} {y0:.1f} {x1 - reach:.1f} {y1:.1f} {x1:.1f} {y1:.1f}"
    shade = "".join(line(d, "#12262c", width, 'opacity=".045"') for width in (5, 11, 18, 26))
    return shade + shape(f"{d}L{WIDTH + 20} {points[-1][1]:.1f}V{HEIGHT + 40}H-20Z", fill)


def glints(random: Random, light: Light, *, top: float, bottom: float, count: int) -> str:
    """Lay short strokes of light on the water, longer and wider apart towards the viewer."""
    strokes = []
    for _ in range(count):
        y = random.uniform(top, bottom)
        near = (y - top) / max(1, bottom - top)
        x, length = random.uniform(40, WIDTH - 140), 24 + 80 * near * random.uniform(0.5, 1)
        strokes.append(
            line(f"M{x:.0f} {y:.0f}h{length:.0f}", light.glint, 2 + 2.6 * near, 'opacity=".38"')
        )
    return "".join(strokes)


def _clouds(random: Random, light: Light) -> str:
    clouds = []
    for _ in range(3):
        x, y = random.uniform(40, 1000), random.uniform(70, 250)
        size = random.uniform(0.7, 1.3)
        outline = "M0 0c10-34 52-40 74-18c22-34 84-30 96 8c30-6 54 4 60 22H-30C-30 2-16-6 0 0Z"
        clouds.append(at(x, y, shape(outline, light.cloud, 'opacity=".5"'), scale=size))
    return "".join(clouds)


@dataclass(frozen=True, slots=True)
class Scene:
    """A background: its light, where the sun stands, how high the water's edge lies."""

    light: Light
    sun: tuple[float, float, float] = (840, 260, 95)
    shore: float = 520
    land: bool = True
    water: bool = True

    def draw(self, random: Random) -> str:
        """Draw sky, sun, land and water."""
        light = self.light
        x, y, radius = self.sun
        parts = [
            f'<rect width="{WIDTH}" height="{HEIGHT}" fill="url(#sky)"/>',
            disc(x, y, radius * 1.9, light.sun, 'opacity=".18"'),
            disc(x, y, radius * 1.42, light.sun, 'opacity=".25"'),
            disc(x, y, radius, light.sun),
            _clouds(random, light),
        ]
        if self.land:
            for depth, colour in enumerate(light.land):
                parts.append(
                    ridge(
                        random,
                        y=self.shore - 105 + 48 * depth,
                        height=42 - 9 * depth,
                        fill=colour,
                    )
                )
        if self.water:
            for depth, colour in enumerate(light.water):
                top = self.shore + 28 + depth * (95 + 30 * depth)
                parts.append(ridge(random, y=top, height=7 + 6 * depth, fill=colour, steps=4))
            parts.append(glints(random, light, top=self.shore + 60, bottom=HEIGHT - 30, count=22))
        return "".join(parts)
