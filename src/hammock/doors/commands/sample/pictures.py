"""The sample shop's pictures: harbour scenes cut from layers of paper, drawn in code.

`draw(key)` gives a JPEG of 1200 × 900 pixels; the same key gives the same bytes. Every picture is a
sheet of sky, layers of land and water in one of five lights, and the thing that the picture is
about in front. `logo()` and `favicon()` are the shop's mark as SVG.
"""

from __future__ import annotations

import io
import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from random import Random
from types import MappingProxyType

import vl_convert
from PIL import Image

from hammock.kit.errors import FieldError

WIDTH, HEIGHT = 1200, 900
_QUALITY = 88

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


# --- small shapes -----------------------------------------------------------------------------


def _path(d: str, fill: str, extra: str = "") -> str:
    return f'<path d="{d}" fill="{fill}" {extra}/>'


def _line(d: str, colour: str, width: float, extra: str = "") -> str:
    return (
        f'<path d="{d}" fill="none" stroke="{colour}" stroke-width="{width}" '
        f'stroke-linecap="round" stroke-linejoin="round" {extra}/>'
    )


def _box(x: float, y: float, w: float, h: float, fill: str, r: float = 0, extra: str = "") -> str:  # noqa: PLR0913, PLR0917 - a box is these
    return f'<rect x="{x}" y="{y}" width="{w}" height="{h}" rx="{r}" fill="{fill}" {extra}/>'


def _disc(x: float, y: float, r: float, fill: str, extra: str = "") -> str:
    return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{r}" fill="{fill}" {extra}/>'


def _cut(*parts: str, deep: bool = False) -> str:
    """Lift the parts off the sheet behind them with one soft shadow."""
    return f'<g filter="url(#{"lift" if deep else "cut"})">{"".join(parts)}</g>'


def _at(x: float, y: float, *parts: str, scale: float = 1, turn: float = 0) -> str:
    return (
        f'<g transform="translate({x} {y}) rotate({turn}) scale({scale})">{"".join(parts)}</g>'
    )


def _ridge(random: Random, *, y: float, height: float, fill: str, steps: int = 5) -> str:
    """Cut one layer across the sheet, its upper edge a calm curve around `y`."""
    points = [
        (WIDTH * step / steps, y + random.uniform(-height, height)) for step in range(steps + 1)
    ]
    reach = WIDTH / steps / 2.2
    d = f"M-20 {points[0][1]:.1f}"
    for (x0, y0), (x1, y1) in zip(points, points[1:], strict=False):
        d += f"C{x0 + reach:.1f} {y0:.1f} {x1 - reach:.1f} {y1:.1f} {x1:.1f} {y1:.1f}"
    shade = "".join(_line(d, "#12262c", width, 'opacity=".045"') for width in (5, 11, 18, 26))
    return shade + _path(f"{d}L{WIDTH + 20} {points[-1][1]:.1f}V{HEIGHT + 40}H-20Z", fill)


def _glints(random: Random, light: Light, *, top: float, bottom: float, count: int) -> str:
    """Lay short strokes of light on the water, longer and wider apart towards the viewer."""
    strokes = []
    for _ in range(count):
        y = random.uniform(top, bottom)
        near = (y - top) / max(1, bottom - top)
        x, length = random.uniform(40, WIDTH - 140), 24 + 80 * near * random.uniform(0.5, 1)
        strokes.append(
            _line(f"M{x:.0f} {y:.0f}h{length:.0f}", light.glint, 2 + 2.6 * near, 'opacity=".38"')
        )
    return "".join(strokes)


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
            _disc(x, y, radius * 1.9, light.sun, 'opacity=".18"'),
            _disc(x, y, radius * 1.42, light.sun, 'opacity=".25"'),
            _disc(x, y, radius, light.sun),
            _clouds(random, light),
        ]
        if self.land:
            for depth, colour in enumerate(light.land):
                parts.append(
                    _ridge(
                        random,
                        y=self.shore - 105 + 48 * depth,
                        height=42 - 9 * depth,
                        fill=colour,
                    )
                )
        if self.water:
            for depth, colour in enumerate(light.water):
                top = self.shore + 28 + depth * (95 + 30 * depth)
                parts.append(_ridge(random, y=top, height=7 + 6 * depth, fill=colour, steps=4))
            parts.append(
                _glints(random, light, top=self.shore + 60, bottom=HEIGHT - 30, count=22)
            )
        return "".join(parts)


def _clouds(random: Random, light: Light) -> str:
    clouds = []
    for _ in range(3):
        x, y = random.uniform(40, 1000), random.uniform(70, 250)
        size = random.uniform(0.7, 1.3)
        shape = "M0 0c10-34 52-40 74-18c22-34 84-30 96 8c30-6 54 4 60 22H-30C-30 2-16-6 0 0Z"
        clouds.append(_at(x, y, _path(shape, light.cloud, 'opacity=".5"'), scale=size))
    return "".join(clouds)


# --- things of the harbour --------------------------------------------------------------------


def _boat(x: float, y: float, *, scale: float, hull: str, sail: str) -> str:
    return _at(
        x,
        y,
        _cut(
            _line("M0 10V-176", BARK, 6),
            _path("M8 -170C74 -128 92 -60 88 -14H8Z", sail),
            _path("M-8 -142C-50 -104 -66 -58 -68 -14H-8Z", PAPER),
            _path("M8 -120C52 -108 82 -96 86 -62C64 -72 34 -78 8 -80Z", "#ffffff", 'opacity=".35"'),
        ),
        _cut(
            _path("M-104 2H112C104 42 82 58 52 58H-54C-80 58 -98 36 -104 2Z", hull),
            _path("M-104 2H112L110 14H-101Z", CREAM),
        ),
        scale=scale,
    )


def _gull(x: float, y: float, size: float, colour: str) -> str:
    d = f"M{x} {y}q{size * 0.5} {-size * 0.55} {size} 0q{size * 0.5} {-size * 0.55} {size} 0"
    return _line(d, colour, 4.5)


def _lighthouse(x: float, y: float, scale: float) -> str:
    tower = "M-38 0L-24 -262H24L38 0Z"
    bands = "".join(
        _path(f"M{-38 + 3.2 * n} {-60 * n}L{-35 + 3.2 * n} {-60 * n - 34}H{35 - 3.2 * n}L{38 - 3.2 * n} {-60 * n}Z", BRICK)
        for n in (0.55, 1.85, 3.15)
    )
    return _at(
        x,
        y,
        _cut(
            _path(tower, CREAM),
            bands,
            _path("M6 0L4 -262H24L38 0Z", INK, 'opacity=".1"'),
            _box(-36, -276, 72, 16, DEEP, 5),
            _box(-20, -318, 40, 42, "#ffe3a1", 4),
            _line("M-20 -318V-276M0 -318V-276M20 -318V-276", DEEP, 4),
            _path("M-30 -316C-22 -350 22 -350 30 -316Z", BRICK),
            _line("M0 -344V-362", DEEP, 5),
            _path("M-12 0V-34a12 12 0 0 1 24 0V0Z", DEEP),
        ),
        scale=scale,
    )


def _islet(x: float, y: float, w: float, colour: str) -> str:
    """Set a low rock into the water, its waterline at `y`."""
    top = f"M{-w} 0C{-0.8 * w} -34 {-0.45 * w} -30 {-0.25 * w} -44C0 -62 {0.3 * w} -52 {0.5 * w} -34"
    return _at(
        x,
        y,
        _cut(_path(f"{top}C{0.75 * w} -28 {0.9 * w} -14 {w} 0C{0.5 * w} 16 {-0.5 * w} 16 {-w} 0Z", colour)),
        _line(f"M{-0.9 * w} 16h{0.7 * w}M{0.1 * w} 20h{0.6 * w}", "#ffffff", 3, 'opacity=".35"'),
    )


def _pine(x: float, y: float, scale: float, colour: str) -> str:
    tiers = "".join(
        f"M0 {-210 + 44 * n}C{18 + 12 * n} {-170 + 46 * n} {34 + 12 * n} {-140 + 46 * n} {52 + 12 * n} {-118 + 46 * n}"
        f"H{-52 - 12 * n}C{-34 - 12 * n} {-140 + 46 * n} {-18 - 12 * n} {-170 + 46 * n} 0 {-210 + 44 * n}Z"
        for n in range(3)
    )
    return _at(x, y, _cut(_box(-8, -40, 16, 44, BARK, 3), _path(tiers, colour)), scale=scale)


def _house(x: float, y: float, *, w: float, h: float, wall: str, roof: str, lit: str) -> str:
    panes = "".join(
        _box(w * (0.16 + 0.4 * column), -h * 0.82 + row * h * 0.36, w * 0.22, h * 0.22, lit, 3)
        for row in range(2)
        for column in range(2)
    )
    return _at(
        x,
        y,
        _cut(
            _box(0, -h, w, h, wall),
            _path(f"M-{w * 0.08} {-h}L{w / 2} {-h - w * 0.46}L{w * 1.08} {-h}Z", roof),
            panes,
        ),
    )


def _quay(random: Random, y: float, colours: Iterable[tuple[str, str]], lit: str) -> str:
    houses, x = [], 60.0
    for wall, roof in colours:
        w, h = random.uniform(82, 112), random.uniform(96, 150)
        houses.append(_house(x, y, w=w, h=h, wall=wall, roof=roof, lit=lit))
        x += w + random.uniform(2, 16)
    return "".join(houses)


def _pier(x: float, y: float, length: float) -> str:
    planks = "".join(
        _line(f"M{x + 60 * n:.0f} {y + 4}v22", BARK, 3, 'opacity=".45"')
        for n in range(1, int(length // 60) + 1)
    )
    posts = "".join(
        _box(x + 40 + 160 * n, y + 14, 20, 150, BARK, 6) for n in range(int(length // 160) + 1)
    )
    return _cut(posts) + _cut(_box(x, y, length, 30, WOOD, 6), planks)


def _hammock(x0: float, x1: float, y: float, *, cloth: str, stripe: str, sag: float) -> str:
    """Hang a cloth between two points, with its fringe and its ropes."""
    a, b = x0 + 92, x1 - 92
    mid = (a + b) / 2
    edge = f"M{a} {y + 34}C{a + 90} {y + sag} {b - 90} {y + sag} {b} {y + 34}"
    back = f"C{b - 70} {y + sag - 84} {a + 70} {y + sag - 84} {a} {y + 34}Z"
    stripes = "".join(
        _line(
            f"M{a} {y + 34}C{a + 90 - 6 * n} {y + sag - 17 * n} {b - 90 + 6 * n} {y + sag - 17 * n} {b} {y + 34}",
            stripe,
            5.5,
            'opacity=".8"',
        )
        for n in (1, 2.4)
    )
    fringe = "".join(
        _line(f"M{mid + step:.0f} {y + sag * 0.76 + 8 - (step / 13) ** 2 * 0.55 * sag / 230:.0f}v20", cloth, 3.4)
        for step in range(-132, 133, 22)
    )
    ropes = "".join(
        _line(f"M{x0} {y - 6}L{a} {y + 34 + off}M{x1} {y - 6}L{b} {y + 34 + off}", SAND, 3.4)
        for off in (-7, 0, 8)
    )
    return ropes + _cut(fringe, _path(edge + back, cloth), stripes, deep=True)


def _mast(x: float, top: float, bottom: float) -> str:
    return _cut(_box(x - 13, top, 26, bottom - top, BARK, 10), _box(x - 13, top, 9, bottom - top, WOOD, 5))


def _sheet(w: float, h: float, *inside: str, fill: str = CREAM, r: float = 10) -> str:
    return _cut(_box(-w / 2, -h / 2, w, h, fill, r), *inside, deep=True)


def _writing(x: float, y: float, w: float, rows: int, *, colour: str = "#b7ab97", gap: float = 26) -> str:
    lengths = (1, 0.86, 0.94, 0.62, 0.9, 0.74, 0.97, 0.5)
    return "".join(
        _line(f"M{x} {y + gap * row}h{w * lengths[row % 8]:.0f}", colour, 6) for row in range(rows)
    )


def _pencil(x: float, y: float, *, turn: float, colour: str = STRAW, scale: float = 1) -> str:
    return _at(
        x,
        y,
        _cut(
            _box(0, -13, 230, 26, colour),
            _box(0, -5, 230, 9, "#ffffff", 0, 'opacity=".28"'),
            _path("M230 -13L284 0L230 13Z", PAPER),
            _path("M264 -5L284 0L264 5Z", INK),
            _box(-34, -13, 34, 26, CORAL, 8),
            _box(-8, -13, 16, 26, "#d8d2c4"),
        ),
        turn=turn,
        scale=scale,
    )


def _cup(x: float, y: float, colour: str) -> str:
    return _at(
        x,
        y,
        _line("M-16 -112c-14 -22 14 -34 0 -58M18 -112c-14 -22 14 -34 0 -58", CREAM, 6, 'opacity=".75"'),
        _cut(
            _line("M58 -66c44 -6 44 58 -6 54", colour, 15),
            _path("M-66 -92H66C66 -26 44 0 0 0S-66 -26 -66 -92Z", colour),
            _path("M-66 -92H66L65 -76H-65Z", "#ffffff", 'opacity=".45"'),
            deep=True,
        ),
    )


def _bunting(x0: float, x1: float, y: float, sag: float) -> str:
    colours = (CORAL, CREAM, TEAL, STRAW, ROSE)
    count, flags = 11, []
    for n in range(count):
        t = (n + 0.5) / count
        x, hang = x0 + (x1 - x0) * t, y + sag * 4 * t * (1 - t)
        lean = (0.5 - t) * 2 * sag * 4 / (x1 - x0) * 22
        flags.append(
            _path(
                f"M{x - 22:.0f} {hang - lean:.0f}L{x + 22:.0f} {hang + lean:.0f}L{x:.0f} {hang + 52:.0f}Z",
                colours[n % 5],
            )
        )
    rope = _line(f"M{x0} {y}Q{(x0 + x1) / 2} {y + 2 * sag} {x1} {y}", BARK, 4)
    return rope + _cut(*flags)


def _lanterns(x0: float, x1: float, y: float, sag: float, count: int) -> str:
    parts = [_line(f"M{x0} {y}Q{(x0 + x1) / 2} {y + 2 * sag} {x1} {y}", "#122530", 4)]
    for n in range(count):
        t = (n + 0.5) / count
        x, hang = x0 + (x1 - x0) * t, y + sag * 4 * t * (1 - t)
        parts += [
            _disc(x, hang + 34, 62, "#ffdf94", 'opacity=".16"'),
            _disc(x, hang + 34, 40, "#ffdf94", 'opacity=".24"'),
            _path(f"M{x - 20:.0f} {hang + 16:.0f}h40q10 18 0 36h-40q-10 -18 0 -36Z", "#ffe7ae"),
            _box(x - 13, hang + 6, 26, 10, BRICK, 3),
            _box(x - 13, hang + 52, 26, 8, BRICK, 3),
        ]
    return "".join(parts)


def _tag(x: float, y: float, *, turn: float, fill: str, drop: float) -> str:
    return _at(
        x,
        y,
        _line(f"M0 {-drop}V8", BARK, 4),
        _cut(
            _path("M-48 46L-18 8Q0 -8 18 8L48 46V172a14 14 0 0 1 -14 14H-34a14 14 0 0 1 -14 -14Z", fill),
            _disc(0, 26, 9, BARK),
            _line("M-22 92h44M-22 120h44M-22 148h26", INK, 7, 'opacity=".32"'),
            deep=True,
        ),
        turn=turn,
    )


def _table(y: float, colour: str, edge: str) -> str:
    return _cut(_box(-20, y, WIDTH + 40, HEIGHT - y + 40, colour), _box(-20, y, WIDTH + 40, 14, edge))


# --- the pictures -----------------------------------------------------------------------------


def _home(random: Random) -> str:
    rows = [(CREAM, BRICK), (ROSE, PLUM), ("#d9e4d8", TEAL), (SAND, BRICK), (CORAL, BARK)]
    return "".join((
        Scene(DAWN, (610, 300, 120), 500).draw(random),
        _quay(random, 540, rows, "#fff1c9"),
        _cut(_path("M-20 538H700C720 538 726 552 716 566H-20Z", "#8d6a5c"), _path("M-20 538H704V546H-20Z", SAND)),
        _pine(1118, 566, 0.44, DEEP),
        _islet(1050, 600, 150, "#7f5a58"), _lighthouse(1040, 556, 0.98),
        _gull(700, 190, 30, "#9a6b62"), _gull(790, 150, 22, "#9a6b62"), _gull(430, 170, 20, "#9a6b62"),
        _boat(760, 640, scale=0.82, hull=TEAL, sail=CORAL),
        _mast(150, 420, 960), _mast(650, 470, 960),
        _hammock(150, 650, 560, cloth=BRICK, stripe=CREAM, sag=236),
        _cut(_path("M-20 868C300 826 800 850 1220 812V940H-20Z", DEEP)),
    ))


def _stall(random: Random) -> str:
    stripes = "".join(
        _path(f"M{250 + 100 * n} 250L{200 + 116.6 * n:.0f} 400q{58.3} 46 116.6 0L{350 + 100 * n} 250Z", BRICK if n % 2 == 0 else CREAM)
        for n in range(7)
    ).replace("q58.3 46 116.6 0", "q58 52 116.6 0")
    crates = "".join((
        _cut(_box(300, 500, 150, 96, WOOD, 6), _line("M300 532h150M300 564h150", BARK, 4, 'opacity=".5"')),
        _cut(_box(740, 478, 170, 118, SAND, 6), _line("M740 518h170M740 556h170", WOOD, 4, 'opacity=".5"')),
    ))
    jars = "".join(
        _cut(_box(486 + 74 * n, 512, 58, 84, colour, 12), _box(494 + 74 * n, 496, 42, 18, BARK, 4))
        for n, colour in enumerate((CORAL, SEA, STRAW))
    )
    rounds = "".join(_disc(x, y, 27, c) for x, y, c in ((334, 490, CORAL), (378, 484, BRICK), (420, 492, STRAW)))
    rolls = "".join(_box(766 + 34 * n, 424 - 8 * (n % 2), 24, 70, c, 10) for n, c in enumerate((TEAL, ROSE, CREAM, CORAL)))
    return "".join((
        Scene(DAY, (920, 190, 78), 560).draw(random),
        _boat(120, 640, scale=0.6, hull=BRICK, sail=CREAM), _boat(1085, 660, scale=0.66, hull=DEEP, sail=STRAW),
        _cut(_path("M-20 770C300 735 900 735 1220 770V940H-20Z", SAND)),
        _cut(_box(236, 330, 22, 470, BARK, 8), _box(942, 330, 22, 470, BARK, 8)),
        _cut(rounds), _cut(rolls), crates, jars,
        _cut(_box(206, 592, 788, 34, WOOD, 8), deep=True),
        _cut(_path("M226 626H974V812H226Z", TEAL), _path("M226 626H974V654H226Z", DEEP, 'opacity=".35"'), deep=True),
        _bunting(240, 960, 650, 38),
        _cut(stripes, _box(240, 232, 720, 26, BARK, 10), deep=True),
    ))


def _balance(random: Random) -> str:
    bowl = "M-120 0H120C108 64 58 84 0 84S-108 64 -120 0Z"
    coins = "".join(_box(-46 + (n % 2) * 6, -18 - 20 * n, 88, 18, STRAW if n % 2 else "#f3cf8e", 9) for n in range(4))
    clock = _disc(0, -56, 56, CREAM) + _line("M0 -56V-92M0 -56L26 -42", INK, 7) + _disc(0, -56, 6, BRICK)
    return "".join((
        Scene(HAZE, (600, 300, 165), 560).draw(random),
        _table(742, WOOD, "#bd8a63"),
        _cut(_path("M470 742C490 700 710 700 730 742Z", DEEP), _box(588, 250, 24, 470, DEEP, 10), deep=True),
        _cut(_path("M296 300C430 250 500 232 600 232S770 250 904 268L902 290C780 272 690 258 600 258S440 276 302 322Z", DEEP), _disc(600, 234, 30, STRAW)),
        _line("M300 312L190 520M300 312L410 520", BARK, 4), _line("M902 280L792 486M902 280L1012 486", BARK, 4),
        _at(300, 520, _cut(clock), _cut(_path(bowl, CORAL), _path("M-120 0H120L118 14H-118Z", CREAM, 'opacity=".6"'), deep=True)),
        _at(902, 486, _cut(coins), _cut(_path(bowl, SEA), _path("M-120 0H120L118 14H-118Z", CREAM, 'opacity=".6"'), deep=True)),
        _at(250, 826, _sheet(300, 96, _writing(-120, -18, 220, 2)), turn=-4),
        _pencil(820, 824, turn=-5),
    ))


def _hundred_days(random: Random) -> str:
    stones = "".join(
        _cut(f'<ellipse cx="{x}" cy="{y}" rx="{rx}" ry="{rx * 0.33:.0f}" fill="{colour}"/>')
        for x, y, rx, colour in (
            (300, 852, 96, CREAM), (452, 796, 80, PAPER), (600, 748, 66, CREAM), (722, 704, 54, PAPER), (812, 664, 43, CREAM), (876, 630, 34, PAPER),
        )
    )
    return "".join((
        Scene(DAWN, (330, 330, 130), 520).draw(random),
        _cut(_path("M760 624C800 560 880 540 960 546C1060 530 1140 560 1220 548V660C1060 690 860 676 760 624Z", "#7f5a58")),
        _pine(1120, 586, 0.8, DEEP), _pine(1180, 600, 1.0, "#24515a"), _pine(850, 590, 0.5, "#24515a"),
        _lighthouse(970, 572, 1.22),
        _path("M970 190L-20 60V250Z", "#fff4cf", 'opacity=".3"'),
        stones,
        _boat(170, 668, scale=0.58, hull=BRICK, sail=CREAM),
        _gull(520, 210, 30, "#9a6b62"), _gull(610, 170, 22, "#9a6b62"),
    ))


def _one_page(random: Random) -> str:
    grid = "".join(
        _box(-150 + 104 * (n % 3), -92 + 96 * (n // 3), 92, 84, c, 8)
        for n, c in enumerate((MIST, ROSE, MIST, "#f6e2bd", MIST, ROSE))
    )
    page = _sheet(350, 400, _line("M-150 -142h170", BRICK, 13), grid, _line("M-150 130h240M-150 158h160", "#c9bda8", 7))
    return "".join((
        Scene(DAY, (980, 210, 90), 540).draw(random),
        _boat(1000, 640, scale=0.72, hull=CORAL, sail=CREAM),
        _cut(_path("M-20 800C280 742 860 760 1220 806V940H-20Z", "#4f8b80")),
        _cut(_path("M150 900C170 600 130 420 176 120h44C196 420 232 640 250 900Z", BARK)),
        _cut(_path("M960 900C944 640 980 430 950 140h46C1020 430 1010 660 1046 900Z", BARK)),
        _cut(*(_disc(x, y, r, c) for x, y, r, c in ((100, 90, 130, "#3d7a70"), (230, 60, 120, "#4f8b80"), (300, 130, 74, "#5d988c")))),
        _cut(*(_disc(x, y, r, c) for x, y, r, c in ((940, 70, 110, "#4f8b80"), (1070, 80, 140, "#3d7a70"), (870, 128, 62, "#5d988c")))),
        _at(590, 440, page, turn=-6),
        _hammock(206, 976, 430, cloth=CORAL, stripe=CREAM, sag=400),
    ))


def _evening_table(random: Random) -> str:
    people = []
    for x, coat, hair, size in ((290, CORAL, BARK, 1), (450, STRAW, INK, 0.94), (750, SEA, BRICK, 0.94), (910, ROSE, BARK, 1)):
        people.append(
            _at(
                x, 640,
                _cut(_path("M-64 130C-70 20 -46 -40 0 -40S70 20 64 130Z", coat), _disc(0, -76, 42, "#f0c9a6" if x < 600 else "#c98f6c"), _path("M-44 -78C-50 -136 50 -136 44 -78C30 -100 -20 -104 -44 -78Z", hair)),
                scale=size,
            )
        )
    tools = "".join((
        _at(600, 700, _cut(_path("M-34 -6C-44 -74 -20 -90 -18 -112H18C20 -90 44 -74 34 -6Z", TEAL)), _line("M-6 -112C-20 -160 -40 -170 -44 -200M6 -112C14 -160 40 -168 46 -206M0 -112V-190", "#5d988c", 6), _disc(-44, -206, 17, CORAL), _disc(48, -212, 17, STRAW), _disc(0, -200, 19, ROSE)),
        _at(400, 716, _sheet(120, 34, fill=CREAM, r=4), turn=-3), _at(800, 716, _sheet(120, 34, fill=CREAM, r=4), turn=3),
    ))
    return "".join((
        Scene(NIGHT, (930, 190, 66), 500).draw(random),
        "".join(_disc(random.uniform(20, 1180), random.uniform(20, 330), random.choice((1.6, 2.2, 3)), "#f9ecca", 'opacity=".7"') for _ in range(42)),
        _quay(random, 540, [(PLUM, "#2a2f45"), ("#3f5d6c", INK), (BRICK, "#2a2f45"), ("#55637a", INK)], "#ffdf94"),
        _boat(1040, 600, scale=0.5, hull=BRICK, sail="#e9d8bd"),
        _mast(90, 250, 920), _mast(1110, 250, 920),
        _lanterns(90, 1110, 262, 62, 7),
        _cut(_box(-20, 800, 1240, 140, "#4a3430"), _line("M-20 838H1220M-20 872H1220", "#2e211f", 4)),
        *people,
        _cut(_path("M150 704H1050L1078 740H122Z", WOOD), _box(122, 738, 956, 26, BARK, 6), deep=True),
        _cut(_box(190, 762, 30, 110, BARK, 4), _box(980, 762, 30, 110, BARK, 4)),
        tools,
    ))


def _window(random: Random) -> str:
    view = f'<g clip-path="url(#pane)"><g transform="translate(20 -40) scale(.82)">{Scene(DAY, (700, 260, 84), 500).draw(random)}{_boat(330, 560, scale=0.5, hull=BRICK, sail=CREAM)}</g></g>'
    pane = '<clipPath id="pane"><rect x="170" y="90" width="600" height="520" rx="8"/></clipPath>'
    flowers = "".join(_line(d, "#4f8b80", 7) for d in ("M0 -150C-8 -220 -50 -240 -70 -290", "M0 -150C4 -230 10 -260 6 -330", "M0 -150C14 -220 60 -236 84 -280"))
    heads = "".join(_disc(x + dx, y + dy, 17, c) for x, y, c in ((-72, -300, CORAL), (6, -342, STRAW), (88, -290, ROSE)) for dx, dy in ((-14, 0), (14, 0), (0, -14), (0, 14))) + "".join(_disc(x, y, 10, BRICK) for x, y in ((-72, -300), (6, -342), (88, -290)))
    vase = _at(470, 742, flowers, _cut(heads), _cut(_path("M-62 0C-92 -60 -70 -104 -34 -126V-156H34V-126C70 -104 92 -60 62 0Z", CREAM), _path("M20 0C50 -60 40 -110 14 -130V-156H34V-126C70 -104 92 -60 62 0Z", INK, 'opacity=".08"'), _line("M-72 -62C-30 -44 30 -44 72 -62", TEAL, 9), deep=True))
    camera = _at(920, 560, _line("M0 60L-96 330M0 60L96 330M0 60V320", BARK, 15), _cut(_box(-112, -66, 224, 150, DEEP, 22), _box(-50, -96, 100, 40, DEEP, 12), _box(-112, -20, 224, 56, TEAL), _disc(0, 10, 60, INK), _disc(0, 10, 44, SEA), _disc(0, 10, 25, DEEP), _disc(-14, -6, 10, CREAM), _disc(78, -42, 10, CORAL), deep=True))
    return "".join((
        f"<defs>{pane}</defs>",
        _box(0, 0, WIDTH, HEIGHT, "#f3dcc0"), _box(0, 0, WIDTH, HEIGHT, "#e8bd98", 0, 'opacity=".35"'),
        _cut(_box(136, 56, 668, 588, CREAM, 14), deep=True), view,
        _cut(_box(462, 90, 16, 520, CREAM), _box(170, 326, 600, 16, CREAM)),
        _path("M170 742L520 742L860 900L300 900Z", "#fff6e4", 'opacity=".35"'),
        _cut(_path("M60 40C120 240 70 460 130 660H20V40Z", CORAL), _path("M880 40C812 240 866 460 800 660H920V40Z", CORAL)),
        _cut(_box(0, 22, 1200, 22, BARK, 10)),
        _table(728, WOOD, "#bd8a63"), vase, camera,
    ))


def _parcel(random: Random) -> str:
    return "".join((
        Scene(DUSK, (600, 330, 150), 540).draw(random),
        _boat(180, 650, scale=0.66, hull=PLUM, sail=CREAM), _gull(880, 190, 28, "#7d5570"), _gull(960, 160, 20, "#7d5570"),
        _pier(-20, 770, 1260),
        _at(600, 620, _cut(_box(-240, -84, 480, 236, SAND, 10), _path("M-240 62H240V152H-240Z", WOOD, 'opacity=".22"'), deep=True), turn=0),
        _at(600, 478, _cut(_box(-196, -70, 392, 132, TEAL, 10), _path("M-196 14H196V62H-196Z", DEEP, 'opacity=".35"'), deep=True), turn=-2),
        _cut(_box(582, 404, 36, 368, BRICK), _path("M360 604H840V636H360Z", BRICK)),
        _at(600, 404, _cut(_path("M0 0C-60 -96 -150 -80 -140 -30C-132 8 -50 12 0 0Z", CORAL), _path("M0 0C60 -96 150 -80 140 -30C132 8 50 12 0 0Z", CORAL), _path("M0 0C-30 40 -60 60 -96 68L-66 26ZM0 0C30 40 60 60 96 68L66 26Z", BRICK), _disc(0, -4, 24, BRICK), deep=True)),
        _tag(806, 640, turn=9, fill=CREAM, drop=22),
        _at(310, 742, _cut(_disc(0, -8, 44, SAND), _disc(0, -8, 30, WOOD), _disc(0, -8, 16, SAND))),
    ))


def _desk(random: Random) -> str:
    letter = _sheet(400, 470, _line("M-150 -180h150", TEAL, 14), _writing(-150, -130, 300, 8), _line("M-150 116h196", CORAL, 9), _line("M-152 186c30 -40 40 30 66 -6s30 20 60 -6", INK, 6))
    lamp = _line("M1010 742V470L900 330", DEEP, 18) + _cut(_path("M800 400C800 300 900 250 960 300L980 330Z", BRICK), deep=True) + _cut(_path("M930 742C940 712 1080 712 1090 742Z", DEEP))
    return "".join((
        Scene(NIGHT, (260, 210, 74), 480).draw(random),
        _islet(130, 548, 92, "#16303f"), _lighthouse(120, 520, 0.62), _path("M120 322L900 190V350Z", "#ffeec0", 'opacity=".16"'),
        _box(0, 0, WIDTH, 34, CREAM), _box(0, 0, 34, 760, CREAM), _box(1166, 0, 34, 760, CREAM), _cut(_box(590, 0, 20, 760, CREAM)),
        _path("M860 380L420 780H1060Z", "#ffe9b3", 'opacity=".28"'),
        _table(712, WOOD, "#bd8a63"), lamp,
        _at(540, 620, letter, turn=-7),
        _pencil(650, 800, turn=-24, colour=TEAL),
        _cup(240, 826, CORAL),
    ))


def _pattern(kind: int, w: float, h: float) -> str:
    parts = []
    for row in range(int(h // 70) + 1):
        for column in range(int(w // 70) + 1):
            x, y = -w / 2 + 35 + 70 * column, -h / 2 + 35 + 70 * row
            if kind == 0:
                parts.append(_line(f"M{x - 35} {y}q17.5 -26 35 0q17.5 26 35 0", CREAM, 7))
            elif kind == 1:
                parts.append(_path(f"M{x - 24} {y + 8}h48q-6 18 -20 18h-10q-14 0 -18 -18ZM{x} {y + 2}v-32q20 12 22 32Z", BRICK if (row + column) % 2 else TEAL))
            else:
                parts.append("".join(_line(f"M{x - r} {y + 20}a{r} {r} 0 0 1 {2 * r} 0", CREAM if r != 20 else STRAW, 6) for r in (31, 20, 9)))
    return f'<g clip-path="url(#swatch)">{"".join(parts)}</g>'


def _patterns(random: Random) -> str:
    clip = '<clipPath id="swatch"><rect x="-165" y="-225" width="330" height="450" rx="10"/></clipPath>'
    sheets = (
        _at(350, 450, _sheet(330, 450, _pattern(0, 330, 450), fill=TEAL), turn=-14),
        _at(850, 450, _sheet(330, 450, _pattern(2, 330, 450), fill=BRICK), turn=14),
        _at(600, 430, _sheet(330, 450, _pattern(1, 330, 450), fill=PAPER), turn=0),
    )
    return "".join((
        f"<defs>{clip}</defs>", Scene(HAZE, (600, 230, 150), 520).draw(random),
        _table(736, WOOD, "#bd8a63"), *sheets,
        _at(980, 800, _cut(_box(-150, -20, 210, 40, BARK, 18), _path("M60 -14L120 -24V24L60 14Z", "#d8d2c4"), _path("M120 -24q36 24 0 48Z", TEAL))),
        _at(230, 812, _cut(_box(-92, -34, 184, 68, CREAM, 8), _disc(-46, 0, 20, CORAL), _disc(0, 0, 20, TEAL), _disc(46, 0, 20, STRAW))),
    ))


def _clock(random: Random) -> str:
    marks = "".join(_line(f"M{212 * math.sin(n * math.pi / 6):.1f} {-212 * math.cos(n * math.pi / 6):.1f}L{(186 if n % 3 else 170) * math.sin(n * math.pi / 6):.1f} {-(186 if n % 3 else 170) * math.cos(n * math.pi / 6):.1f}", INK, 11 if n % 3 == 0 else 6) for n in range(12))
    return "".join((
        Scene(DAWN, (940, 240, 90), 560).draw(random),
        _boat(1030, 670, scale=0.7, hull=TEAL, sail=CREAM),
        _boat(190, 650, scale=0.5, hull=BRICK, sail=STRAW),
        _pier(-20, 800, 1260),
        _cut(_box(540, 660, 120, 150, DEEP, 10), _box(500, 780, 200, 28, DEEP, 10)),
        _at(600, 430, _cut(_disc(0, 0, 270, DEEP), deep=True), _cut(_disc(0, 0, 240, CREAM)), _path("M0 0V-216A216 216 0 0 1 216 0Z", ROSE, 'opacity=".75"'), marks, _cut(_line("M0 24V-150", INK, 15), _line("M-22 0H124", BRICK, 15)), _disc(0, 0, 20, BRICK), _disc(0, 0, 8, CREAM)),
    ))


def _cart(random: Random) -> str:
    wheel = lambda x: _at(x, 760, _cut(_disc(0, 0, 92, BARK), _disc(0, 0, 72, SAND)), *(_at(0, 0, _box(-5, -72, 10, 144, BARK), turn=45 * n) for n in range(4)), _disc(0, 0, 20, BRICK))  # noqa: E731
    return "".join((
        Scene(DAY, (250, 220, 96), 540).draw(random),
        _quay(random, 566, [(CREAM, TEAL), (ROSE, BRICK), (SAND, PLUM)], "#fff8e2"),
        _cut(_path("M-20 800C300 770 900 776 1220 800V940H-20Z", SAND)),
        _cut(_box(420, 360, 190, 150, SAND, 8), _line("M420 410h190M420 460h190", WOOD, 5, 'opacity=".6"')),
        _at(760, 470, _cut(*(_line(f"M0 40C{dx} -30 {dx * 1.6} -70 {dx * 2.1} -150", "#4f8b80", 8) for dx in (-34, -8, 20, 46))), _cut(*(_disc(dx * 2.1, -156, 30, c) for dx, c in ((-34, CORAL), (-8, STRAW), (20, ROSE), (46, CORAL)))), _cut(_path("M-90 -20H110L84 60H-64Z", BRICK))),
        _at(940, 500, _cut(*(_box(-40 + 44 * n, -150 + 20 * (n % 2), 32, 170, c, 14) for n, c in enumerate((CREAM, ROSE, STRAW))))),
        _cut(_path("M330 520H1050L1000 700H400Z", TEAL), _path("M330 520H1050L1042 548H338Z", DEEP), _line("M378 610H1020", DEEP, 5), deep=True),
        _line("M344 540L150 470", BARK, 24), _disc(150, 470, 20, BRICK),
        wheel(560), wheel(880),
    ))


def _three_frames(random: Random) -> str:
    def print_(x: float, turn: float, inside: str, fill: str) -> str:
        return _at(x, 250, _at(0, 210, _sheet(270, 340, _box(-112, -146, 224, 232, fill, 4), inside, fill="#ffffff", r=6)), _cut(_box(-11, 16, 22, 66, WOOD, 5)), turn=turn)

    bowl = _path("M-70 -10H70C64 46 36 62 0 62S-64 46 -70 -10Z", CORAL) + _path("M-70 -10H70L68 4H-68Z", CREAM, 'opacity=".6"')
    hand = _disc(-6, -30, 64, "#f0c9a6") + _path("M-40 -40H60V20A50 50 0 0 1 -40 20Z", TEAL) + _line("M60 -20c34 0 34 44 0 44", TEAL, 13)
    shelf = _line("M-100 54H100", BARK, 9) + _box(-80, -40, 44, 90, BRICK, 10) + _box(-20, -86, 50, 136, CREAM, 12) + _box(46, -14, 44, 64, STRAW, 10)
    return "".join((
        Scene(HAZE, (600, 640, 140), 640).draw(random),
        _pine(90, 660, 1.5, "#4f8b80"), _pine(1120, 670, 1.7, "#3d7a70"),
        _line("M-20 190Q600 330 1220 190", BARK, 5),
        print_(280, -5, bowl, MIST), print_(600, 1, hand, ROSE), print_(920, 5, shelf, "#8fb8ad"),
        _boat(420, 770, scale=0.5, hull=BRICK, sail=CREAM),
    ))


def _paper_boat(random: Random) -> str:
    lines = "".join(_line(f"M{-250 + 26 * n} {40 + 24 * n}H{250 - 26 * n}", "#d9cbb2", 5) for n in range(1, 5))
    boat = _cut(_path("M0 -250L170 20H-170Z", CREAM), _path("M0 -250L170 20H0Z", "#e9dcc4"), deep=True) + _cut(_path("M-330 0L0 20L330 0L216 172H-216Z", "#ffffff"), _path("M-330 0L0 20L-216 172Z", "#f0e5d1"), _path("M330 0L0 20L216 172Z", "#e2d3b8"), lines, deep=True)
    return "".join((
        Scene(DAY, (930, 220, 92), 470).draw(random),
        _islet(170, 536, 116, "#4c8079"), _lighthouse(160, 500, 0.7), _gull(420, 180, 30, "#5f9490"), _gull(500, 140, 22, "#5f9490"),
        _at(600, 560, boat, turn=-4),
        _ridge(random, y=745, height=16, fill="#2c6a71", steps=4), _ridge(random, y=822, height=14, fill=DEEP, steps=4),
        _glints(random, DAY, top=760, bottom=880, count=14),
    ))


def _closed_door(random: Random) -> str:
    sign = _at(600, 420, _line("M0 -74L-84 0M0 -74L84 0", BARK, 5), _disc(0, -76, 8, BARK), _cut(_box(-120, 0, 240, 88, CREAM, 12), _line("M-76 32H76M-48 58H48", BRICK, 9), deep=True))
    pots = "".join(_at(x, 812, _cut(*(_disc(dx, -120 - abs(dx) % 30, 40, c) for dx, c in ((-36, "#4f8b80"), (36, "#3d7a70"), (0, "#5d988c")))), _cut(_path("M-58 -92H58L44 0H-44Z", CORAL), _box(-66, -104, 132, 26, BRICK, 6))) for x in (300, 900))
    return "".join((
        Scene(DUSK, (1050, 260, 100), 640).draw(random),
        _cut(_box(170, 150, 860, 700, "#efdcc0"), _path("M120 170L600 -120L1080 170Z", PLUM), deep=True),
        _cut(_box(430, 250, 340, 570, CREAM, 10), _box(462, 284, 276, 536, TEAL, 6), _box(492, 314, 216, 200, "#ffe3a1", 4), _box(492, 560, 216, 220, DEEP, 4, 'opacity=".4"'), _line("M600 314V514", TEAL, 12), _disc(716, 560, 14, STRAW), deep=True),
        *(_cut(_box(x, 330, 150, 210, CREAM, 6), _box(x + 14, 344, 122, 182, "#ffd98a", 3), _line(f"M{x + 75} 344v182M{x + 14} 435h122", CREAM, 9)) for x in (222, 828)),
        sign,
        _cut(_box(-20, 812, 1240, 120, "#5b4a68"), _box(400, 806, 400, 34, "#7c6a86", 6)), pots,
    ))


def _tuesday(random: Random) -> str:
    return "".join((
        Scene(DUSK, (600, 330, 170), 560).draw(random),
        _gull(330, 180, 30, "#93566a"), _gull(410, 148, 22, "#93566a"), _gull(900, 210, 24, "#93566a"),
        _boat(250, 640, scale=0.5, hull=PLUM, sail=CREAM), _boat(1010, 650, scale=0.62, hull=BRICK, sail=STRAW),
        _pier(-20, 806, 1260),
        _mast(170, 210, 830), _mast(1030, 210, 830),
        _cut(_path("M524 560C520 500 560 470 610 486C700 500 800 540 846 600L600 640Z", STRAW), _disc(500, 520, 48, "#f0c9a6"), _path("M452 526C440 452 552 442 548 508C520 486 480 490 452 526Z", BARK)),
        _hammock(170, 1030, 400, cloth=TEAL, stripe=CREAM, sag=390),
        _at(310, 800, _cut(_path("M-90 -10L0 -34L90 -10L0 14Z", CREAM), _path("M-90 -10L0 14V26L-90 2ZM90 -10L0 14V26L90 2Z", BRICK))),
        _at(930, 806, _cut(_box(-62, -64, 124, 64, WOOD, 6), _line("M-62 -34h124", BARK, 4, 'opacity=".5"'))), _cup(930, 742, CORAL),
    ))


@dataclass(frozen=True, slots=True)
class Picture:
    """How one picture is made: its light (for the sky) and what draws the rest."""

    light: Light
    draw: Callable[[Random], str]


PICTURES: Mapping[str, Picture] = MappingProxyType({
    "home": Picture(DAWN, _home),
    "market-stall": Picture(DAY, _stall),
    "balance": Picture(HAZE, _balance),
    "hundred-days": Picture(DAWN, _hundred_days),
    "one-page": Picture(DAY, _one_page),
    "evening-table": Picture(NIGHT, _evening_table),
    "window": Picture(DAY, _window),
    "parcel": Picture(DUSK, _parcel),
    "desk": Picture(NIGHT, _desk),
    "patterns": Picture(HAZE, _patterns),
    "clock": Picture(DAWN, _clock),
    "cart": Picture(DAY, _cart),
    "three-frames": Picture(HAZE, _three_frames),
    "paper-boat": Picture(DAY, _paper_boat),
    "closed-door": Picture(DUSK, _closed_door),
    "tuesday": Picture(DUSK, _tuesday),
})


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
        f'<linearGradient id="sky" x1="0" y1="0" x2="0" y2=".75"><stop offset="0" stop-color="{top}"/>'
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
    """Draw the picture of that key as JPEG bytes, 1200 × 900 pixels."""
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
