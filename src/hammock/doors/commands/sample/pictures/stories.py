"""The pictures of the front page and of the posts, each a whole sheet as SVG parts."""

from __future__ import annotations

import math
from random import Random

from hammock.doors.commands.sample.pictures.paper import (
    BARK,
    BRICK,
    CORAL,
    CREAM,
    DAWN,
    DAY,
    DEEP,
    DUSK,
    HAZE,
    INK,
    MIST,
    PLUM,
    ROSE,
    SAND,
    STRAW,
    TEAL,
    WOOD,
    Scene,
    at,
    box,
    cut,
    disc,
    glints,
    line,
    ridge,
    shape,
)
from hammock.doors.commands.sample.pictures.things import (
    boat,
    cup,
    gull,
    hammock,
    islet,
    lighthouse,
    mast,
    pier,
    pine,
    quay,
    sheet,
)


def home(random: Random) -> str:
    """Draw the harbour in the morning, a hammock in front: the front page."""
    rows = [(CREAM, BRICK), (ROSE, PLUM), ("#d9e4d8", TEAL), (SAND, BRICK), (CORAL, BARK)]
    return "".join(
        (
            Scene(DAWN, (610, 300, 120), 500).draw(random),
            quay(random, 540, rows, "#fff1c9"),
            cut(
                shape("M-20 538H700C720 538 726 552 716 566H-20Z", "#8d6a5c"),
                shape("M-20 538H704V546H-20Z", SAND),
            ),
            pine(1118, 566, 0.44, DEEP),
            islet(1050, 600, 150, "#7f5a58"),
            lighthouse(1040, 556, 0.98),
            gull(700, 190, 30, "#9a6b62"),
            gull(790, 150, 22, "#9a6b62"),
            gull(430, 170, 20, "#9a6b62"),
            boat(760, 640, scale=0.82, hull=TEAL, sail=CORAL),
            mast(150, 420, 960),
            mast(650, 470, 960),
            hammock(150, 650, 560, cloth=BRICK, stripe=CREAM, sag=236),
            cut(shape("M-20 868C300 826 800 850 1220 812V940H-20Z", DEEP)),
        )
    )


def clock(random: Random) -> str:
    """Draw a clock on a pier."""
    marks = "".join(
        line(
            f"M{212 * math.sin(n * math.pi / 6):.1f} {-212 * math.cos(n * math.pi / 6):.1f}L"
            f"{(186 if n % 3 else 170) * math.sin(n * math.pi / 6):.1f} "
            f"{-(186 if n % 3 else 170) * math.cos(n * math.pi / 6):.1f}",
            INK,
            11 if n % 3 == 0 else 6,
        )
        for n in range(12)
    )
    return "".join(
        (
            Scene(DAWN, (940, 240, 90), 560).draw(random),
            boat(1030, 670, scale=0.7, hull=TEAL, sail=CREAM),
            boat(190, 650, scale=0.5, hull=BRICK, sail=STRAW),
            pier(-20, 800, 1260),
            cut(box(540, 660, 120, 150, DEEP, 10), box(500, 780, 200, 28, DEEP, 10)),
            at(
                600,
                430,
                cut(disc(0, 0, 270, DEEP), deep=True),
                cut(disc(0, 0, 240, CREAM)),
                shape("M0 0V-216A216 216 0 0 1 216 0Z", ROSE, 'opacity=".75"'),
                marks,
                cut(line("M0 24V-150", INK, 15), line("M-22 0H124", BRICK, 15)),
                disc(0, 0, 20, BRICK),
                disc(0, 0, 8, CREAM),
            ),
        )
    )


def _wheel(x: float) -> str:
    return at(
        x,
        760,
        cut(disc(0, 0, 92, BARK), disc(0, 0, 72, SAND)),
        *(at(0, 0, box(-5, -72, 10, 144, BARK), turn=45 * n) for n in range(4)),
        disc(0, 0, 20, BRICK),
    )


def cart(random: Random) -> str:
    """Draw a handcart on its way to the market."""
    return "".join(
        (
            Scene(DAY, (250, 220, 96), 540).draw(random),
            quay(random, 566, [(CREAM, TEAL), (ROSE, BRICK), (SAND, PLUM)], "#fff8e2"),
            cut(shape("M-20 800C300 770 900 776 1220 800V940H-20Z", SAND)),
            cut(
                box(420, 360, 190, 150, SAND, 8),
                line("M420 410h190M420 460h190", WOOD, 5, 'opacity=".6"'),
            ),
            at(
                760,
                470,
                cut(
                    *(
                        line(f"M0 40C{dx} -30 {dx * 1.6} -70 {dx * 2.1} -150", "#4f8b80", 8)
                        for dx in (-34, -8, 20, 46)
                    )
                ),
                cut(
                    *(
                        disc(dx * 2.1, -156, 30, c)
                        for dx, c in ((-34, CORAL), (-8, STRAW), (20, ROSE), (46, CORAL))
                    )
                ),
                cut(shape("M-90 -20H110L84 60H-64Z", BRICK)),
            ),
            at(
                940,
                500,
                cut(
                    *(
                        box(-40 + 44 * n, -150 + 20 * (n % 2), 32, 170, c, 14)
                        for n, c in enumerate((CREAM, ROSE, STRAW))
                    )
                ),
            ),
            cut(
                shape("M330 520H1050L1000 700H400Z", TEAL),
                shape("M330 520H1050L1042 548H338Z", DEEP),
                line("M378 610H1020", DEEP, 5),
                deep=True,
            ),
            line("M344 540L150 470", BARK, 24),
            disc(150, 470, 20, BRICK),
            _wheel(560),
            _wheel(880),
        )
    )


def three_frames(random: Random) -> str:
    """Draw three photographs on a line."""

    def print_(x: float, turn: float, inside: str, fill: str) -> str:
        return at(
            x,
            250,
            at(
                0,
                210,
                sheet(270, 340, box(-112, -146, 224, 232, fill, 4), inside, fill="#ffffff", r=6),
            ),
            cut(box(-11, 16, 22, 66, WOOD, 5)),
            turn=turn,
        )

    bowl = shape("M-70 -10H70C64 46 36 62 0 62S-64 46 -70 -10Z", CORAL) + shape(
        "M-70 -10H70L68 4H-68Z", CREAM, 'opacity=".6"'
    )
    hand = (
        disc(-6, -30, 64, "#f0c9a6")
        + shape("M-40 -40H60V20A50 50 0 0 1 -40 20Z", TEAL)
        + line("M60 -20c34 0 34 44 0 44", TEAL, 13)
    )
    shelf = (
        line("M-100 54H100", BARK, 9)
        + box(-80, -40, 44, 90, BRICK, 10)
        + box(-20, -86, 50, 136, CREAM, 12)
        + box(46, -14, 44, 64, STRAW, 10)
    )
    return "".join(
        (
            Scene(HAZE, (600, 640, 140), 640).draw(random),
            pine(90, 660, 1.5, "#4f8b80"),
            pine(1120, 670, 1.7, "#3d7a70"),
            line("M-20 190Q600 330 1220 190", BARK, 5),
            print_(280, -5, bowl, MIST),
            print_(600, 1, hand, ROSE),
            print_(920, 5, shelf, "#8fb8ad"),
            boat(420, 770, scale=0.5, hull=BRICK, sail=CREAM),
        )
    )


def paper_boat(random: Random) -> str:
    """Draw a folded boat on the waves."""
    lines = "".join(
        line(f"M{-250 + 26 * n} {40 + 24 * n}H{250 - 26 * n}", "#d9cbb2", 5) for n in range(1, 5)
    )
    boat = cut(
        shape("M0 -250L170 20H-170Z", CREAM), shape("M0 -250L170 20H0Z", "#e9dcc4"), deep=True
    ) + cut(
        shape("M-330 0L0 20L330 0L216 172H-216Z", "#ffffff"),
        shape("M-330 0L0 20L-216 172Z", "#f0e5d1"),
        shape("M330 0L0 20L216 172Z", "#e2d3b8"),
        lines,
        deep=True,
    )
    return "".join(
        (
            Scene(DAY, (930, 220, 92), 470).draw(random),
            islet(170, 536, 116, "#4c8079"),
            lighthouse(160, 500, 0.7),
            gull(420, 180, 30, "#5f9490"),
            gull(500, 140, 22, "#5f9490"),
            at(600, 560, boat, turn=-4),
            ridge(random, y=745, height=16, fill="#2c6a71", steps=4),
            ridge(random, y=822, height=14, fill=DEEP, steps=4),
            glints(random, DAY, top=760, bottom=880, count=14),
        )
    )


def closed_door(random: Random) -> str:
    """Draw a shop that is closed, its windows lit."""
    sign = at(
        600,
        420,
        line("M0 -74L-84 0M0 -74L84 0", BARK, 5),
        disc(0, -76, 8, BARK),
        cut(box(-120, 0, 240, 88, CREAM, 12), line("M-76 32H76M-48 58H48", BRICK, 9), deep=True),
    )
    pots = "".join(
        at(
            x,
            812,
            cut(
                *(
                    disc(dx, -120 - abs(dx) % 30, 40, c)
                    for dx, c in ((-36, "#4f8b80"), (36, "#3d7a70"), (0, "#5d988c"))
                )
            ),
            cut(shape("M-58 -92H58L44 0H-44Z", CORAL), box(-66, -104, 132, 26, BRICK, 6)),
        )
        for x in (300, 900)
    )
    return "".join(
        (
            Scene(DUSK, (1050, 260, 100), 640).draw(random),
            cut(
                box(170, 150, 860, 700, "#efdcc0"),
                shape("M120 170L600 -120L1080 170Z", PLUM),
                deep=True,
            ),
            cut(
                box(430, 250, 340, 570, CREAM, 10),
                box(462, 284, 276, 536, TEAL, 6),
                box(492, 314, 216, 200, "#ffe3a1", 4),
                box(492, 560, 216, 220, DEEP, 4, 'opacity=".4"'),
                line("M600 314V514", TEAL, 12),
                disc(716, 560, 14, STRAW),
                deep=True,
            ),
            *(
                cut(
                    box(x, 330, 150, 210, CREAM, 6),
                    box(x + 14, 344, 122, 182, "#ffd98a", 3),
                    line(f"M{x + 75} 344v182M{x + 14} 435h122", CREAM, 9),
                )
                for x in (222, 828)
            ),
            sign,
            cut(box(-20, 812, 1240, 120, "#5b4a68"), box(400, 806, 400, 34, "#7c6a86", 6)),
            pots,
        )
    )


def tuesday(random: Random) -> str:
    """Draw somebody who sleeps in a hammock."""
    return "".join(
        (
            Scene(DUSK, (600, 330, 170), 560).draw(random),
            gull(330, 180, 30, "#93566a"),
            gull(410, 148, 22, "#93566a"),
            gull(900, 210, 24, "#93566a"),
            boat(250, 640, scale=0.5, hull=PLUM, sail=CREAM),
            boat(1010, 650, scale=0.62, hull=BRICK, sail=STRAW),
            pier(-20, 806, 1260),
            mast(170, 210, 830),
            mast(1030, 210, 830),
            cut(
                shape("M524 560C520 500 560 470 610 486C700 500 800 540 846 600L600 640Z", STRAW),
                disc(500, 520, 48, "#f0c9a6"),
                shape("M452 526C440 452 552 442 548 508C520 486 480 490 452 526Z", BARK),
            ),
            hammock(170, 1030, 400, cloth=TEAL, stripe=CREAM, sag=390),
            at(
                310,
                800,
                cut(
                    shape("M-90 -10L0 -34L90 -10L0 14Z", CREAM),
                    shape("M-90 -10L0 14V26L-90 2ZM90 -10L0 14V26L90 2Z", BRICK),
                ),
            ),
            at(
                930,
                806,
                cut(box(-62, -64, 124, 64, WOOD, 6), line("M-62 -34h124", BARK, 4, 'opacity=".5"')),
            ),
            cup(930, 742, CORAL),
        )
    )
