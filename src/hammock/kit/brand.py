"""The brand: colours, type, space and voice that shop, mails, papers and console share.

Colours are checked when a `Brand` is made: each must be #rrggbb, and what is read on them must
reach a contrast of 4.5 (WCAG 2.2, 1.4.3), so that no owner can choose a shop nobody can read.

An owner chooses a `Look`: one colour and two shapes; `dressed` makes the whole brand of it. Which
look is worn is told by whoever `wire`d it in when Hammock started; `worn` gives the brand.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field, fields, replace

from hammock.kit.errors import FieldError

READABLE = 4.5
_COLOUR = re.compile(r"#[0-9a-f]{6}")
_FONTS = re.compile(r"[A-Za-z0-9 ,\"'-]+")


def contrast(one: str, other: str) -> float:
    """Measure the contrast of two #rrggbb colours, 1.0 to 21.0 (WCAG 2.2's relative luminance)."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    red, green, blue = (_linear(int(colour[at : at + 2], 16) / 255) for at in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4


@dataclass(frozen=True, slots=True, kw_only=True)
class Palette:
    """One set of colours, for light or for dark surroundings; each #rrggbb in small letters."""

    paper: str
    surface: str
    sand: str
    line: str
    edge: str
    ink: str
    muted: str
    accent: str
    on_accent: str
    accent_soft: str
    warm: str
    good: str
    bad: str
    bad_soft: str

    def __post_init__(self) -> None:
        for token in fields(self):
            if not _COLOUR.fullmatch(getattr(self, token.name)):
                raise FieldError(field=token.name, problem="write the colour as #rrggbb")
        for text in ("ink", "muted", "accent", "warm", "good", "bad"):
            self._readable(text, "paper")
            self._readable(text, "surface")
        for text, ground in (
            ("ink", "sand"),
            ("muted", "sand"),
            ("on_accent", "accent"),
            ("accent", "accent_soft"),
            ("ink", "accent_soft"),
            ("bad", "bad_soft"),
        ):
            self._readable(text, ground)

    def _readable(self, text: str, ground: str) -> None:
        measured = contrast(getattr(self, text), getattr(self, ground))
        if measured < READABLE:
            raise FieldError(
                field=text,
                problem=f"has a contrast of {measured:.1f} on {ground}; it needs {READABLE}",
            )

    def declarations(self) -> str:
        """Write the colours as CSS custom properties: `--paper:#fbf7f0;…`."""
        return "".join(
            f"--{token.name.replace('_', '-')}:{getattr(self, token.name)};"
            for token in fields(self)
        )


LIGHT = Palette(
    paper="#fbf7f0",
    surface="#ffffff",
    sand="#f3eadb",
    line="#e5dccb",
    edge="#8b8476",
    ink="#1e2b30",
    muted="#566268",
    accent="#1d5c63",
    on_accent="#ffffff",
    accent_soft="#e0eeeb",
    warm="#a9472c",
    good="#2b6844",
    bad="#a32f27",
    bad_soft="#fbe9e5",
)
DARK = Palette(
    paper="#12191c",
    surface="#1a2428",
    sand="#1f2b2f",
    line="#2f3d42",
    edge="#74858a",
    ink="#f2ece1",
    muted="#adb8b8",
    accent="#8ed2cb",
    on_accent="#0e1f1f",
    accent_soft="#1d3537",
    warm="#f1a588",
    good="#8fd3a6",
    bad="#f6a79d",
    bad_soft="#3a2321",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Brand:
    """How a business looks and sounds; the defaults are the sample shop's."""

    name: str = "Slow Harbour Studio"
    light: Palette = LIGHT
    dark: Palette = DARK
    body_font: str = (
        'system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif'
    )
    heading_font: str = (
        '"Iowan Old Style", "Palatino Linotype", Palatino, "URW Palladio L", P052, '
        '"Book Antiqua", Georgia, serif'
    )
    radius_px: int = 14
    space_px: int = 16
    voice: tuple[str, ...] = field(
        default=(
            "Say what happens next, in words a friend would use.",
            "One idea a sentence; no exclamation marks, no hurry, no false scarcity.",
            "Own mistakes first, then mend them.",
        )
    )

    def __post_init__(self) -> None:
        for token in ("body_font", "heading_font"):
            if not _FONTS.fullmatch(getattr(self, token)):
                raise FieldError(field=token, problem="list font names, separated by commas")

    def css_variables(self) -> str:
        """Write the whole brand as CSS for a style element; safe there, since all is checked."""
        shape = (
            f"--body-font:{self.body_font};--heading-font:{self.heading_font};"
            f"--radius:{self.radius_px}px;--space:{self.space_px}px;"
        )
        return (
            f":root{{color-scheme:light dark;{shape}{self.light.declarations()}}}"
            f"@media (prefers-color-scheme:dark){{:root{{{self.dark.declarations()}}}}}"
        )


SANS = Brand().body_font
SERIF = Brand().heading_font
HEADINGS = {"serif": SERIF, "sans": SANS}
CORNERS = {"round": 14, "soft": 6, "square": 0}
_WHITE, _NIGHT = "#ffffff", "#0e1f1f"


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What an owner chooses: the accent (#rrggbb), the headings' letters, the corners.

    Raises `FieldError` naming `accent` for a colour that nobody could read on the shop's paper, or
    the shape that is not offered.
    """

    accent: str = LIGHT.accent
    headings: str = "serif"
    corners: str = "round"

    def __post_init__(self) -> None:
        if self.headings not in HEADINGS:
            raise FieldError(field="headings", problem=f"choose one of: {', '.join(HEADINGS)}")
        if self.corners not in CORNERS:
            raise FieldError(field="corners", problem=f"choose one of: {', '.join(CORNERS)}")
        _light(self.accent)


def dressed(*, name: str, look: Look, voice: tuple[str, ...] = ()) -> Brand:
    """Make the whole brand of a look: tints and the dark surroundings' colours come of themselves.

    Without `voice` the house's own stays.
    """
    return Brand(
        name=name,
        light=_light(look.accent),
        dark=_dark(look.accent),
        heading_font=HEADINGS[look.headings],
        radius_px=CORNERS[look.corners],
        voice=voice or Brand().voice,
    )


def mixed(one: str, other: str, *, share: float) -> str:
    """Mix `share` (0 to 1) of a #rrggbb colour into another."""
    parts = (
        round(int(one[at : at + 2], 16) * share + int(other[at : at + 2], 16) * (1 - share))
        for at in (1, 3, 5)
    )
    return "#" + "".join(f"{part:02x}" for part in parts)


_sources: list[Callable[[str], Brand | None]] = []


def wire(source: Callable[[str], Brand | None]) -> None:
    """Let `source` say which brand a business of a name wears; None is the house's own."""
    _sources[:] = [source]


def worn(*, name: str) -> Brand:
    """Give the brand that shop, mails, papers and console wear now."""
    found = _sources[0](name) if _sources else None
    return found or Brand(name=name)


def _light(accent: str) -> Palette:
    if accent == LIGHT.accent:
        return LIGHT
    if not _COLOUR.fullmatch(accent):
        raise FieldError(field="accent", problem="write the colour as #rrggbb")
    on_accent = _WHITE if contrast(_WHITE, accent) >= READABLE else LIGHT.ink
    softs = (mixed(accent, _WHITE, share=share / 100) for share in (13, 10, 7, 4))
    soft = next((one for one in softs if contrast(accent, one) >= READABLE), _WHITE)
    return replace(LIGHT, accent=accent, on_accent=on_accent, accent_soft=soft)


def _dark(accent: str) -> Palette:
    """Lighten the accent until it can be read in the dark."""
    if accent == LIGHT.accent:
        return DARK
    for share in range(0, 101, 5):
        bright = mixed(_WHITE, accent, share=share / 100)
        soft = mixed(bright, DARK.surface, share=0.16)
        grounds = (DARK.paper, DARK.surface, soft, _NIGHT)
        if all(contrast(bright, ground) >= READABLE for ground in grounds):
            break
    return replace(DARK, accent=bright, on_accent=_NIGHT, accent_soft=soft)
