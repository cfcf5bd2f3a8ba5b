"""One picture for each product, each a whole sheet as SVG parts."""

from __future__ import annotations

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
    HEIGHT,
    INK,
    MIST,
    NIGHT,
    PAPER,
    PLUM,
    ROSE,
    SAND,
    SEA,
    STRAW,
    TEAL,
    WIDTH,
    WOOD,
    Scene,
    at,
    box,
    cut,
    disc,
    line,
    shape,
)
from hammock.doors.commands.sample.pictures.things import (
    boat,
    bunting,
    cup,
    gull,
    hammock,
    islet,
    lanterns,
    lighthouse,
    mast,
    pencil,
    pier,
    pine,
    quay,
    sheet,
    table,
    tag,
    writing,
)


def stall(random: Random) -> str:
    """Draw a market stall by the water."""
    stripes = "".join(
        shape(
            f"M{250 + 100 * n} 250L{200 + 116.6 * n:.0f} 400q{58.3} 46 116.6 0L{350 + 100 * n} "
            f"250Z",
            BRICK if n % 2 == 0 else CREAM,
        )
        for n in range(7)
    ).replace("q58.3 46 116.6 0", "q58 52 116.6 0")
    crates = "".join(
        (
            cut(
                box(300, 500, 150, 96, WOOD, 6),
                line("M300 532h150M300 564h150", BARK, 4, 'opacity=".5"'),
            ),
            cut(
                box(740, 478, 170, 118, SAND, 6),
                line("M740 518h170M740 556h170", WOOD, 4, 'opacity=".5"'),
            ),
        )
    )
    jars = "".join(
        cut(box(486 + 74 * n, 512, 58, 84, colour, 12), box(494 + 74 * n, 496, 42, 18, BARK, 4))
        for n, colour in enumerate((CORAL, SEA, STRAW))
    )
    rounds = "".join(
        disc(x, y, 27, c) for x, y, c in ((334, 490, CORAL), (378, 484, BRICK), (420, 492, STRAW))
    )
    rolls = "".join(
        box(766 + 34 * n, 424 - 8 * (n % 2), 24, 70, c, 10)
        for n, c in enumerate((TEAL, ROSE, CREAM, CORAL))
    )
    return "".join(
        (
            Scene(DAY, (920, 190, 78), 560).draw(random),
            boat(120, 640, scale=0.6, hull=BRICK, sail=CREAM),
            boat(1085, 660, scale=0.66, hull=DEEP, sail=STRAW),
            cut(shape("M-20 770C300 735 900 735 1220 770V940H-20Z", SAND)),
            cut(box(236, 330, 22, 470, BARK, 8), box(942, 330, 22, 470, BARK, 8)),
            cut(rounds),
            cut(rolls),
            crates,
            jars,
            cut(box(206, 592, 788, 34, WOOD, 8), deep=True),
            cut(
                shape("M226 626H974V812H226Z", TEAL),
                shape("M226 626H974V654H226Z", DEEP, 'opacity=".35"'),
                deep=True,
            ),
            bunting(240, 960, 650, 38),
            cut(stripes, box(240, 232, 720, 26, BARK, 10), deep=True),
        )
    )


def balance(random: Random) -> str:
    """Draw a balance with hours in one bowl and coins in the other."""
    bowl = "M-120 0H120C108 64 58 84 0 84S-108 64 -120 0Z"
    coins = "".join(
        box(-46 + (n % 2) * 6, -18 - 20 * n, 88, 18, STRAW if n % 2 else "#f3cf8e", 9)
        for n in range(4)
    )
    clock = (
        disc(0, -56, 56, CREAM) + line("M0 -56V-92M0 -56L26 -42", INK, 7) + disc(0, -56, 6, BRICK)
    )
    return "".join(
        (
            Scene(HAZE, (600, 300, 165), 560).draw(random),
            table(742, WOOD, "#bd8a63"),
            cut(
                shape("M470 742C490 700 710 700 730 742Z", DEEP),
                box(588, 250, 24, 470, DEEP, 10),
                deep=True,
            ),
            cut(
                shape(
                    "M296 300C430 250 500 232 600 232S770 250 904 268L902 290C780 272 690 258 600 "
                    "258S440 276 302 322Z",
                    DEEP,
                ),
                disc(600, 234, 30, STRAW),
            ),
            line("M300 312L190 520M300 312L410 520", BARK, 4),
            line("M902 280L792 486M902 280L1012 486", BARK, 4),
            at(
                300,
                520,
                cut(clock),
                cut(
                    shape(bowl, CORAL),
                    shape("M-120 0H120L118 14H-118Z", CREAM, 'opacity=".6"'),
                    deep=True,
                ),
            ),
            at(
                902,
                486,
                cut(coins),
                cut(
                    shape(bowl, SEA),
                    shape("M-120 0H120L118 14H-118Z", CREAM, 'opacity=".6"'),
                    deep=True,
                ),
            ),
            at(250, 826, sheet(300, 96, writing(-120, -18, 220, 2)), turn=-4),
            pencil(820, 824, turn=-5),
        )
    )


def hundred_days(random: Random) -> str:
    """Draw stepping stones to a lighthouse."""
    stones = "".join(
        cut(f'<ellipse cx="{x}" cy="{y}" rx="{rx}" ry="{rx * 0.33:.0f}" fill="{colour}"/>')
        for x, y, rx, colour in (
            (300, 852, 96, CREAM),
            (452, 796, 80, PAPER),
            (600, 748, 66, CREAM),
            (722, 704, 54, PAPER),
            (812, 664, 43, CREAM),
            (876, 630, 34, PAPER),
        )
    )
    return "".join(
        (
            Scene(DAWN, (330, 330, 130), 520).draw(random),
            cut(
                shape(
                    "M760 624C800 560 880 540 960 546C1060 530 1140 560 1220 548V660C1060 690 860 "
                    "676 760 624Z",
                    "#7f5a58",
                )
            ),
            pine(1120, 586, 0.8, DEEP),
            pine(1180, 600, 1.0, "#24515a"),
            pine(850, 590, 0.5, "#24515a"),
            lighthouse(970, 572, 1.22),
            shape("M970 190L-20 60V250Z", "#fff4cf", 'opacity=".3"'),
            stones,
            boat(170, 668, scale=0.58, hull=BRICK, sail=CREAM),
            gull(520, 210, 30, "#9a6b62"),
            gull(610, 170, 22, "#9a6b62"),
        )
    )


def one_page(random: Random) -> str:
    """Draw a planner that rests in a hammock."""
    grid = "".join(
        box(-150 + 104 * (n % 3), -92 + 96 * (n // 3), 92, 84, c, 8)
        for n, c in enumerate((MIST, ROSE, MIST, "#f6e2bd", MIST, ROSE))
    )
    page = sheet(
        350,
        400,
        line("M-150 -142h170", BRICK, 13),
        grid,
        line("M-150 130h240M-150 158h160", "#c9bda8", 7),
    )
    return "".join(
        (
            Scene(DAY, (980, 210, 90), 540).draw(random),
            boat(1000, 640, scale=0.72, hull=CORAL, sail=CREAM),
            cut(shape("M-20 800C280 742 860 760 1220 806V940H-20Z", "#4f8b80")),
            cut(shape("M150 900C170 600 130 420 176 120h44C196 420 232 640 250 900Z", BARK)),
            cut(shape("M960 900C944 640 980 430 950 140h46C1020 430 1010 660 1046 900Z", BARK)),
            cut(
                *(
                    disc(x, y, r, c)
                    for x, y, r, c in (
                        (100, 90, 130, "#3d7a70"),
                        (230, 60, 120, "#4f8b80"),
                        (300, 130, 74, "#5d988c"),
                    )
                )
            ),
            cut(
                *(
                    disc(x, y, r, c)
                    for x, y, r, c in (
                        (940, 70, 110, "#4f8b80"),
                        (1070, 80, 140, "#3d7a70"),
                        (870, 128, 62, "#5d988c"),
                    )
                )
            ),
            at(590, 440, page, turn=-6),
            hammock(206, 976, 430, cloth=CORAL, stripe=CREAM, sag=400),
        )
    )


def evening_table(random: Random) -> str:
    """Draw a workshop at a long table under lanterns."""
    people = []
    for x, coat, hair, size in (
        (290, CORAL, BARK, 1),
        (450, STRAW, INK, 0.94),
        (750, SEA, BRICK, 0.94),
        (910, ROSE, BARK, 1),
    ):
        people.append(
            at(
                x,
                640,
                cut(
                    shape("M-64 130C-70 20 -46 -40 0 -40S70 20 64 130Z", coat),
                    disc(0, -76, 42, "#f0c9a6" if x < 600 else "#c98f6c"),
                    shape("M-44 -78C-50 -136 50 -136 44 -78C30 -100 -20 -104 -44 -78Z", hair),
                ),
                scale=size,
            )
        )
    tools = "".join(
        (
            at(
                600,
                700,
                cut(shape("M-34 -6C-44 -74 -20 -90 -18 -112H18C20 -90 44 -74 34 -6Z", TEAL)),
                line(
                    "M-6 -112C-20 -160 -40 -170 -44 -200M6 -112C14 -160 40 -168 46 -206M0 "
                    "-112V-190",
                    "#5d988c",
                    6,
                ),
                disc(-44, -206, 17, CORAL),
                disc(48, -212, 17, STRAW),
                disc(0, -200, 19, ROSE),
            ),
            at(400, 716, sheet(120, 34, fill=CREAM, r=4), turn=-3),
            at(800, 716, sheet(120, 34, fill=CREAM, r=4), turn=3),
        )
    )
    return "".join(
        (
            Scene(NIGHT, (930, 190, 66), 500).draw(random),
            "".join(
                disc(
                    random.uniform(20, 1180),
                    random.uniform(20, 330),
                    random.choice((1.6, 2.2, 3)),
                    "#f9ecca",
                    'opacity=".7"',
                )
                for _ in range(42)
            ),
            quay(
                random,
                540,
                [(PLUM, "#2a2f45"), ("#3f5d6c", INK), (BRICK, "#2a2f45"), ("#55637a", INK)],
                "#ffdf94",
            ),
            boat(1040, 600, scale=0.5, hull=BRICK, sail="#e9d8bd"),
            mast(90, 250, 920),
            mast(1110, 250, 920),
            lanterns(90, 1110, 262, 62, 7),
            cut(
                box(-20, 800, 1240, 140, "#4a3430"),
                line("M-20 838H1220M-20 872H1220", "#2e211f", 4),
            ),
            *people,
            cut(
                shape("M150 704H1050L1078 740H122Z", WOOD),
                box(122, 738, 956, 26, BARK, 6),
                deep=True,
            ),
            cut(box(190, 762, 30, 110, BARK, 4), box(980, 762, 30, 110, BARK, 4)),
            tools,
        )
    )


def window(random: Random) -> str:
    """Draw a vase by a window and a camera that looks at it."""
    outside = Scene(DAY, (700, 260, 84), 500).draw(random)
    sail = boat(330, 560, scale=0.5, hull=BRICK, sail=CREAM)
    view = (
        '<g clip-path="url(#pane)"><g transform="translate(20 -40) scale(.82)">'
        f"{outside}{sail}</g></g>"
    )
    pane = '<clipPath id="pane"><rect x="170" y="90" width="600" height="520" rx="8"/></clipPath>'
    flowers = "".join(
        line(d, "#4f8b80", 7)
        for d in (
            "M0 -150C-8 -220 -50 -240 -70 -290",
            "M0 -150C4 -230 10 -260 6 -330",
            "M0 -150C14 -220 60 -236 84 -280",
        )
    )
    heads = "".join(
        disc(x + dx, y + dy, 17, c)
        for x, y, c in ((-72, -300, CORAL), (6, -342, STRAW), (88, -290, ROSE))
        for dx, dy in ((-14, 0), (14, 0), (0, -14), (0, 14))
    ) + "".join(disc(x, y, 10, BRICK) for x, y in ((-72, -300), (6, -342), (88, -290)))
    vase = at(
        470,
        742,
        flowers,
        cut(heads),
        cut(
            shape("M-62 0C-92 -60 -70 -104 -34 -126V-156H34V-126C70 -104 92 -60 62 0Z", CREAM),
            shape(
                "M20 0C50 -60 40 -110 14 -130V-156H34V-126C70 -104 92 -60 62 0Z",
                INK,
                'opacity=".08"',
            ),
            line("M-72 -62C-30 -44 30 -44 72 -62", TEAL, 9),
            deep=True,
        ),
    )
    camera = at(
        920,
        560,
        line("M0 60L-96 330M0 60L96 330M0 60V320", BARK, 15),
        cut(
            box(-112, -66, 224, 150, DEEP, 22),
            box(-50, -96, 100, 40, DEEP, 12),
            box(-112, -20, 224, 56, TEAL),
            disc(0, 10, 60, INK),
            disc(0, 10, 44, SEA),
            disc(0, 10, 25, DEEP),
            disc(-14, -6, 10, CREAM),
            disc(78, -42, 10, CORAL),
            deep=True,
        ),
    )
    return "".join(
        (
            f"<defs>{pane}</defs>",
            box(0, 0, WIDTH, HEIGHT, "#f3dcc0"),
            box(0, 0, WIDTH, HEIGHT, "#e8bd98", 0, 'opacity=".35"'),
            cut(box(136, 56, 668, 588, CREAM, 14), deep=True),
            view,
            cut(box(462, 90, 16, 520, CREAM), box(170, 326, 600, 16, CREAM)),
            shape("M170 742L520 742L860 900L300 900Z", "#fff6e4", 'opacity=".35"'),
            cut(
                shape("M60 40C120 240 70 460 130 660H20V40Z", CORAL),
                shape("M880 40C812 240 866 460 800 660H920V40Z", CORAL),
            ),
            cut(box(0, 22, 1200, 22, BARK, 10)),
            table(728, WOOD, "#bd8a63"),
            vase,
            camera,
        )
    )


def parcel(random: Random) -> str:
    """Draw two parcels tied together on a pier."""
    return "".join(
        (
            Scene(DUSK, (600, 330, 150), 540).draw(random),
            boat(180, 650, scale=0.66, hull=PLUM, sail=CREAM),
            gull(880, 190, 28, "#7d5570"),
            gull(960, 160, 20, "#7d5570"),
            pier(-20, 770, 1260),
            at(
                600,
                620,
                cut(
                    box(-240, -84, 480, 236, SAND, 10),
                    shape("M-240 62H240V152H-240Z", WOOD, 'opacity=".22"'),
                    deep=True,
                ),
                turn=0,
            ),
            at(
                600,
                478,
                cut(
                    box(-196, -70, 392, 132, TEAL, 10),
                    shape("M-196 14H196V62H-196Z", DEEP, 'opacity=".35"'),
                    deep=True,
                ),
                turn=-2,
            ),
            cut(box(582, 404, 36, 368, BRICK), shape("M360 604H840V636H360Z", BRICK)),
            at(
                600,
                404,
                cut(
                    shape("M0 0C-60 -96 -150 -80 -140 -30C-132 8 -50 12 0 0Z", CORAL),
                    shape("M0 0C60 -96 150 -80 140 -30C132 8 50 12 0 0Z", CORAL),
                    shape("M0 0C-30 40 -60 60 -96 68L-66 26ZM0 0C30 40 60 60 96 68L66 26Z", BRICK),
                    disc(0, -4, 24, BRICK),
                    deep=True,
                ),
            ),
            tag(806, 640, turn=9, fill=CREAM, drop=22),
            at(
                310,
                742,
                cut(disc(0, -8, 44, SAND), disc(0, -8, 30, WOOD), disc(0, -8, 16, SAND)),
            ),
        )
    )


def desk(random: Random) -> str:
    """Draw a letter under a lamp at night."""
    letter = sheet(
        400,
        470,
        line("M-150 -180h150", TEAL, 14),
        writing(-150, -130, 300, 8),
        line("M-150 116h196", CORAL, 9),
        line("M-152 186c30 -40 40 30 66 -6s30 20 60 -6", INK, 6),
    )
    lamp = (
        line("M1010 742V470L900 330", DEEP, 18)
        + cut(shape("M800 400C800 300 900 250 960 300L980 330Z", BRICK), deep=True)
        + cut(shape("M930 742C940 712 1080 712 1090 742Z", DEEP))
    )
    return "".join(
        (
            Scene(NIGHT, (260, 210, 74), 480).draw(random),
            islet(130, 548, 92, "#16303f"),
            lighthouse(120, 520, 0.62),
            shape("M120 322L1166 130V400Z", "#ffeec0", 'opacity=".16"'),
            box(0, 0, WIDTH, 34, CREAM),
            box(0, 0, 34, 760, CREAM),
            box(1166, 0, 34, 760, CREAM),
            cut(box(590, 0, 20, 760, CREAM)),
            shape("M860 380L420 780H1060Z", "#ffe9b3", 'opacity=".28"'),
            table(712, WOOD, "#bd8a63"),
            lamp,
            at(540, 620, letter, turn=-7),
            pencil(650, 800, turn=-24, colour=TEAL),
            cup(240, 826, CORAL),
        )
    )


def _swatch(kind: int, w: float, h: float) -> str:
    parts = []
    for row in range(int(h // 70) + 1):
        for column in range(int(w // 70) + 1):
            x, y = -w / 2 + 35 + 70 * column, -h / 2 + 35 + 70 * row
            if kind == 0:
                parts.append(line(f"M{x - 35} {y}q17.5 -26 35 0q17.5 26 35 0", CREAM, 7))
            elif kind == 1:
                parts.append(
                    shape(
                        f"M{x - 24} {y + 8}h48q-6 18 -20 18h-10q-14 0 -18 -18ZM{x} {y + 2}v-32q20 "
                        f"12 22 32Z",
                        BRICK if (row + column) % 2 else TEAL,
                    )
                )
            else:
                parts.append(
                    "".join(
                        line(
                            f"M{x - r} {y + 20}a{r} {r} 0 0 1 {2 * r} 0",
                            CREAM if r != 20 else STRAW,
                            6,
                        )
                        for r in (31, 20, 9)
                    )
                )
    return f'<g clip-path="url(#swatch)">{"".join(parts)}</g>'


def patterns(random: Random) -> str:
    """Draw three printed sheets."""
    clip = (
        '<clipPath id="swatch"><rect x="-165" y="-225" width="330" height="450" '
        'rx="10"/></clipPath>'
    )
    sheets = (
        at(350, 450, sheet(330, 450, _swatch(0, 330, 450), fill=TEAL), turn=-14),
        at(850, 450, sheet(330, 450, _swatch(2, 330, 450), fill=BRICK), turn=14),
        at(600, 430, sheet(330, 450, _swatch(1, 330, 450), fill=PAPER), turn=0),
    )
    return "".join(
        (
            f"<defs>{clip}</defs>",
            Scene(HAZE, (600, 230, 150), 520).draw(random),
            table(736, WOOD, "#bd8a63"),
            *sheets,
            at(
                980,
                800,
                cut(
                    box(-150, -20, 210, 40, BARK, 18),
                    shape("M60 -14L120 -24V24L60 14Z", "#d8d2c4"),
                    shape("M120 -24q36 24 0 48Z", TEAL),
                ),
            ),
            at(
                230,
                812,
                cut(
                    box(-92, -34, 184, 68, CREAM, 8),
                    disc(-46, 0, 20, CORAL),
                    disc(0, 0, 20, TEAL),
                    disc(46, 0, 20, STRAW),
                ),
            ),
        )
    )
