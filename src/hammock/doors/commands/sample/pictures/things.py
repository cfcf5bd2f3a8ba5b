"""The things of the harbour and the workbench that pictures are put together from."""

from __future__ import annotations

from collections.abc import Iterable
from random import Random

from hammock.doors.commands.sample.pictures.paper import (
    BARK,
    BRICK,
    CORAL,
    CREAM,
    DEEP,
    HEIGHT,
    INK,
    PAPER,
    ROSE,
    SAND,
    STRAW,
    TEAL,
    WIDTH,
    WOOD,
    at,
    box,
    cut,
    disc,
    line,
    shape,
)


def boat(x: float, y: float, *, scale: float, hull: str, sail: str) -> str:
    """Draw a sailing boat; its waterline is at `y`."""
    return at(
        x,
        y,
        cut(
            line("M0 10V-176", BARK, 6),
            shape("M8 -170C74 -128 92 -60 88 -14H8Z", sail),
            shape("M-8 -142C-50 -104 -66 -58 -68 -14H-8Z", PAPER),
            shape("M8 -120C52 -108 82 -96 86 -62C64 -72 34 -78 8 -80Z", "#ffffff", 'opacity=".35"'),
        ),
        cut(
            shape("M-104 2H112C104 42 82 58 52 58H-54C-80 58 -98 36 -104 2Z", hull),
            shape("M-104 2H112L110 14H-101Z", CREAM),
        ),
        scale=scale,
    )


def gull(x: float, y: float, size: float, colour: str) -> str:
    """Draw a gull in the distance."""
    d = f"M{x} {y}q{size * 0.5} {-size * 0.55} {size} 0q{size * 0.5} {-size * 0.55} {size} 0"
    return line(d, colour, 4.5)


def lighthouse(x: float, y: float, scale: float) -> str:
    """Draw a striped lighthouse standing at `y`."""
    tower = "M-38 0L-24 -262H24L38 0Z"
    bands = "".join(
        shape(
            f"M{-38 + 3.2 * n} {-60 * n}L{-35 + 3.2 * n} "
            f"{-60 * n - 34}H{35 - 3.2 * n}L{38 - 3.2 * n} {-60 * n}Z",
            BRICK,
        )
        for n in (0.55, 1.85, 3.15)
    )
    return at(
        x,
        y,
        cut(
            shape(tower, CREAM),
            bands,
            shape("M6 0L4 -262H24L38 0Z", INK, 'opacity=".1"'),
            box(-36, -276, 72, 16, DEEP, 5),
            box(-20, -318, 40, 42, "#ffe3a1", 4),
            line("M-20 -318V-276M0 -318V-276M20 -318V-276", DEEP, 4),
            shape("M-30 -316C-22 -350 22 -350 30 -316Z", BRICK),
            line("M0 -344V-362", DEEP, 5),
            shape("M-12 0V-34a12 12 0 0 1 24 0V0Z", DEEP),
        ),
        scale=scale,
    )


def islet(x: float, y: float, w: float, colour: str) -> str:
    """Set a low rock into the water, its waterline at `y`."""
    top = (
        f"M{-w} 0C{-0.8 * w} -34 {-0.45 * w} -30 {-0.25 * w} -44C0 -62 {0.3 * w} -52 {0.5 * w} -34"
    )
    return at(
        x,
        y,
        cut(
            shape(
                f"{top}C{0.75 * w} -28 {0.9 * w} -14 {w} 0C{0.5 * w} 16 {-0.5 * w} 16 {-w} 0Z",
                colour,
            )
        ),
        line(f"M{-0.9 * w} 16h{0.7 * w}M{0.1 * w} 20h{0.6 * w}", "#ffffff", 3, 'opacity=".35"'),
    )


def pine(x: float, y: float, scale: float, colour: str) -> str:
    """Draw a pine standing at `y`."""
    tiers = "".join(
        f"M0 {-210 + 44 * n}C{18 + 12 * n} {-170 + 46 * n} {34 + 12 * n} {-140 + 46 * n} "
        f"{52 + 12 * n} {-118 + 46 * n}"
        f"H{-52 - 12 * n}C{-34 - 12 * n} {-140 + 46 * n} {-18 - 12 * n} {-170 + 46 * n} 0 "
        f"{-210 + 44 * n}Z"
        for n in range(3)
    )
    return at(x, y, cut(box(-8, -40, 16, 44, BARK, 3), shape(tiers, colour)), scale=scale)


def house(x: float, y: float, *, w: float, h: float, wall: str, roof: str, lit: str) -> str:
    """Draw a narrow house with four windows standing at `y`."""
    panes = "".join(
        box(w * (0.16 + 0.4 * column), -h * 0.82 + row * h * 0.36, w * 0.22, h * 0.22, lit, 3)
        for row in range(2)
        for column in range(2)
    )
    return at(
        x,
        y,
        cut(
            box(0, -h, w, h, wall),
            shape(f"M-{w * 0.08} {-h}L{w / 2} {-h - w * 0.46}L{w * 1.08} {-h}Z", roof),
            panes,
        ),
    )


def quay(random: Random, y: float, colours: Iterable[tuple[str, str]], lit: str) -> str:
    """Draw a row of houses, each with a colour for wall and roof."""
    houses, x = [], 60.0
    for wall, roof in colours:
        w, h = random.uniform(82, 112), random.uniform(96, 150)
        houses.append(house(x, y, w=w, h=h, wall=wall, roof=roof, lit=lit))
        x += w + random.uniform(2, 16)
    return "".join(houses)


def pier(x: float, y: float, length: float) -> str:
    """Draw planks on posts, their top at `y`."""
    planks = "".join(
        line(f"M{x + 60 * n:.0f} {y + 4}v22", BARK, 3, 'opacity=".45"')
        for n in range(1, int(length // 60) + 1)
    )
    posts = "".join(
        box(x + 40 + 160 * n, y + 14, 20, 150, BARK, 6) for n in range(int(length // 160) + 1)
    )
    return cut(posts) + cut(box(x, y, length, 30, WOOD, 6), planks)


def hammock(x0: float, x1: float, y: float, *, cloth: str, stripe: str, sag: float) -> str:
    """Hang a cloth between two points, with its fringe and its ropes."""
    a, b = x0 + 92, x1 - 92
    mid = (a + b) / 2
    edge = f"M{a} {y + 34}C{a + 90} {y + sag} {b - 90} {y + sag} {b} {y + 34}"
    back = f"C{b - 70} {y + sag - 84} {a + 70} {y + sag - 84} {a} {y + 34}Z"
    stripes = "".join(
        line(
            f"M{a} {y + 34}C{a + 90 - 6 * n} {y + sag - 17 * n} {b - 90 + 6 * n} "
            f"{y + sag - 17 * n} {b} {y + 34}",
            stripe,
            5.5,
            'opacity=".8"',
        )
        for n in (1, 2.4)
    )
    fringe = "".join(
        line(
            f"M{mid + step:.0f} {y + sag * 0.76 + 8 - (step / 13) ** 2 * 0.55 * sag / 230:.0f}v20",
            cloth,
            3.4,
        )
        for step in range(-88, 89, 22)
    )
    ropes = "".join(
        line(f"M{x0} {y - 6}L{a} {y + 34 + off}M{x1} {y - 6}L{b} {y + 34 + off}", SAND, 3.4)
        for off in (-7, 0, 8)
    )
    return ropes + cut(fringe, shape(edge + back, cloth), stripes, deep=True)


def mast(x: float, top: float, bottom: float) -> str:
    """Draw a round wooden post."""
    return cut(
        box(x - 13, top, 26, bottom - top, BARK, 10), box(x - 13, top, 9, bottom - top, WOOD, 5)
    )


def sheet(w: float, h: float, *inside: str, fill: str = CREAM, r: float = 10) -> str:
    """Draw a sheet of paper around the origin, with what is on it."""
    return cut(box(-w / 2, -h / 2, w, h, fill, r), *inside, deep=True)


def writing(
    x: float, y: float, w: float, rows: int, *, colour: str = "#b7ab97", gap: float = 26
) -> str:
    """Draw rows that read as handwriting from afar."""
    lengths = (1, 0.86, 0.94, 0.62, 0.9, 0.74, 0.97, 0.5)
    return "".join(
        line(f"M{x} {y + gap * row}h{w * lengths[row % 8]:.0f}", colour, 6) for row in range(rows)
    )


def pencil(x: float, y: float, *, turn: float, colour: str = STRAW, scale: float = 1) -> str:
    """Draw a pencil, its tip to the right."""
    return at(
        x,
        y,
        cut(
            box(0, -13, 230, 26, colour),
            box(0, -5, 230, 9, "#ffffff", 0, 'opacity=".28"'),
            shape("M230 -13L284 0L230 13Z", PAPER),
            shape("M264 -5L284 0L264 5Z", INK),
            box(-34, -13, 34, 26, CORAL, 8),
            box(-8, -13, 16, 26, "#d8d2c4"),
        ),
        turn=turn,
        scale=scale,
    )


def cup(x: float, y: float, colour: str) -> str:
    """Draw a steaming cup standing at `y`."""
    return at(
        x,
        y,
        line(
            "M-16 -112c-14 -22 14 -34 0 -58M18 -112c-14 -22 14 -34 0 -58", CREAM, 6, 'opacity=".75"'
        ),
        cut(
            line("M58 -66c44 -6 44 58 -6 54", colour, 15),
            shape("M-66 -92H66C66 -26 44 0 0 0S-66 -26 -66 -92Z", colour),
            shape("M-66 -92H66L65 -76H-65Z", "#ffffff", 'opacity=".45"'),
            deep=True,
        ),
    )


def bunting(x0: float, x1: float, y: float, sag: float) -> str:
    """Hang a line of small flags."""
    colours = (CORAL, CREAM, TEAL, STRAW, ROSE)
    count, flags = 11, []
    for n in range(count):
        t = (n + 0.5) / count
        x, hang = x0 + (x1 - x0) * t, y + sag * 4 * t * (1 - t)
        lean = (0.5 - t) * 2 * sag * 4 / (x1 - x0) * 22
        flags.append(
            shape(
                f"M{x - 22:.0f} {hang - lean:.0f}L{x + 22:.0f} {hang + lean:.0f}L{x:.0f} "
                f"{hang + 52:.0f}Z",
                colours[n % 5],
            )
        )
    rope = line(f"M{x0} {y}Q{(x0 + x1) / 2} {y + 2 * sag} {x1} {y}", BARK, 4)
    return rope + cut(*flags)


def lanterns(x0: float, x1: float, y: float, sag: float, count: int) -> str:
    """Hang a line of glowing paper lanterns."""
    parts = [line(f"M{x0} {y}Q{(x0 + x1) / 2} {y + 2 * sag} {x1} {y}", "#122530", 4)]
    for n in range(count):
        t = (n + 0.5) / count
        x, hang = x0 + (x1 - x0) * t, y + sag * 4 * t * (1 - t)
        parts += [
            disc(x, hang + 34, 62, "#ffdf94", 'opacity=".16"'),
            disc(x, hang + 34, 40, "#ffdf94", 'opacity=".24"'),
            shape(f"M{x - 20:.0f} {hang + 16:.0f}h40q10 18 0 36h-40q-10 -18 0 -36Z", "#ffe7ae"),
            box(x - 13, hang + 6, 26, 10, BRICK, 3),
            box(x - 13, hang + 52, 26, 8, BRICK, 3),
        ]
    return "".join(parts)


def tag(x: float, y: float, *, turn: float, fill: str, drop: float) -> str:
    """Hang a paper tag from a string of length `drop`."""
    return at(
        x,
        y,
        line(f"M0 {-drop}V8", BARK, 4),
        cut(
            shape(
                "M-48 46L-18 8Q0 -8 18 8L48 46V172a14 14 0 0 1 -14 14H-34a14 14 0 0 1 -14 -14Z",
                fill,
            ),
            disc(0, 26, 9, BARK),
            line("M-22 92h44M-22 120h44M-22 148h26", INK, 7, 'opacity=".32"'),
            deep=True,
        ),
        turn=turn,
    )


def table(y: float, colour: str, edge: str) -> str:
    """Draw a table's top from `y` down."""
    return cut(box(-20, y, WIDTH + 40, HEIGHT - y + 40, colour), box(-20, y, WIDTH + 40, 14, edge))
