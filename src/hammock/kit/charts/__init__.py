"""Charts: drawn on the server as SVG, once for light and once for dark, and kept.

A `Figure` (bars over days, weeks or months), a `Fan` (how wide the futures spread), a `Track` (own
months on the spread that was expected of them) or `Shares` (what was said beside what came true)
says what is to be seen. `picture` draws it, `png` draws it for a mail, `keep` keeps the drawing
under a key (needless where `is_drawn` says that what is there shows the same), `kept` reads it.
Jobs draw, pages read.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Literal, TypeAlias

if TYPE_CHECKING:
    from hammock.kit.charts.models import DrawnChart

VERSION = 5  # of the way that figures are drawn: a new one draws all anew


@dataclass(frozen=True, kw_only=True)
class Point:
    """One value: where it stands (`at`, a day or month as ISO 8601), how much, and of what."""

    at: str
    value: float
    series: str


@dataclass(frozen=True, kw_only=True)
class Figure:
    """What a chart shows; `alt` says it in words, `colours` gives each series its #rrggbb."""

    alt: str
    points: Sequence[Point]
    step: Literal["day", "week", "month"]
    unit: str
    colours: Mapping[str, str] = field(default_factory=dict)
    height: int = 180

    @property
    def fingerprint(self) -> str:
        """Digest everything that the drawing depends on."""
        content = json.dumps([VERSION, asdict(self)], sort_keys=True)
        return hashlib.sha256(content.encode()).hexdigest()


@dataclass(frozen=True, kw_only=True)
class FanPoint:
    """A month of a fan: the middle, and where half, four fifths and 95 of 100 futures lie."""

    at: str
    middle: float
    half: tuple[float, float]
    most: tuple[float, float]
    nearly_all: tuple[float, float]


@dataclass(frozen=True, kw_only=True)
class Fan:
    """What a fan chart shows: how wide the futures spread; `mark` draws a level, such as a target.

    Beyond `shown` (lowest and highest value) the fan is cut off, so that one rare future does not
    flatten all others.
    """

    alt: str
    points: Sequence[FanPoint]
    unit: str
    shown: tuple[float, float]
    mark: float | None = None
    height: int = 260

    @property
    def fingerprint(self) -> str:
        """Digest everything that the drawing depends on."""
        content = json.dumps([VERSION, "fan", asdict(self)], sort_keys=True)
        return hashlib.sha256(content.encode()).hexdigest()


@dataclass(frozen=True, kw_only=True)
class TrackPoint:
    """A month of a track: the expected spread, and what came; None for months to come.

    `is_open` says that the month is not over, so that more of it may come.
    """

    at: str
    low: float
    middle: float
    high: float
    own: float | None = None
    is_open: bool = False


@dataclass(frozen=True, kw_only=True)
class Track:
    """What a track shows: months as they came, on the band in which they were expected."""

    alt: str
    points: Sequence[TrackPoint]
    unit: str
    height: int = 220

    @property
    def fingerprint(self) -> str:
        """Digest everything that the drawing depends on."""
        content = json.dumps([VERSION, "track", asdict(self)], sort_keys=True)
        return hashlib.sha256(content.encode()).hexdigest()


@dataclass(frozen=True, kw_only=True)
class Share:
    """How often something came true (`came`, within `low` and `high`) of what was `said`; 0 to 1.

    `count` is of how many.
    """

    said: float
    came: float
    low: float
    high: float
    count: int


@dataclass(frozen=True, kw_only=True)
class Shares:
    """Points beside the line on which what was said and what came true agree."""

    alt: str
    shares: Sequence[Share]
    across: str
    up: str

    @property
    def fingerprint(self) -> str:
        """Digest everything that the drawing depends on."""
        content = json.dumps([VERSION, asdict(self)], sort_keys=True)
        return hashlib.sha256(content.encode()).hexdigest()


Drawable: TypeAlias = Figure | Fan | Track | Shares


@dataclass(frozen=True, kw_only=True)
class Drawing:
    """A drawn chart: HTML for light and for dark surroundings, and when it was drawn."""

    alt: str
    light: str
    dark: str
    drawn_at: datetime


@dataclass(frozen=True, kw_only=True)
class Picture:
    """The HTML of a figure: in each an SVG element for desks and one for phones."""

    light: str
    dark: str


def picture(figure: Drawable) -> Picture:
    """Draw a figure; it loads 60 MB of libraries and takes tenths of a second."""
    from hammock.kit.charts import drawing  # only who draws pays for its libraries

    return Picture(light=drawing.html(figure, dark=False), dark=drawing.html(figure, dark=True))


def png(figure: Drawable, *, dark: bool = False) -> bytes:
    """Draw a figure for a mail, on the ground of its sheet, with twice the sheet's pixels."""
    from hammock.kit.charts import drawing

    return drawing.png(figure, dark=dark)


def is_drawn(key: str, figure: Drawable) -> bool:
    """Tell whether what is kept under the key shows this very figure."""
    from hammock.kit.charts.models import DrawnChart

    return DrawnChart.objects.filter(key=key, fingerprint=figure.fingerprint).exists()


def keep(key: str, figure: Drawable, drawn: Picture) -> None:
    """Keep a figure's drawing under the key, in the caller's transaction."""
    from hammock.kit import clock
    from hammock.kit.charts.models import DrawnChart

    DrawnChart.objects.update_or_create(
        key=key,
        defaults={
            "fingerprint": figure.fingerprint,
            "light": drawn.light,
            "dark": drawn.dark,
            "drawn_at": clock.now(),
        },
    )


def kept(key: str, *, alt: str) -> Drawing | None:
    """Read what is kept under the key; None when it was never drawn."""
    from hammock.kit.charts.models import DrawnChart

    found: DrawnChart | None = DrawnChart.objects.filter(key=key).first()
    if found is None:
        return None
    return Drawing(alt=alt, light=found.light, dark=found.dark, drawn_at=found.drawn_at)
