"""Charts are drawn for pages and mails, and say what they were drawn from."""

from __future__ import annotations

import io

from PIL import Image, ImageColor

from hammock.kit import brand, charts
from hammock.kit.charts import Figure, Point, Share, Shares

CURVE = Shares(
    alt="How often it came true",
    shares=[
        Share(said=0.9, came=0.5, low=0.3, high=0.7, count=12),
        Share(said=0.1, came=0.0, low=0.0, high=0.4, count=3),
    ],
    across="How sure you were",
    up="Share that came true",
)


def test_a_curve_is_drawn_for_light_and_dark_with_its_counts() -> None:
    drawn = charts.picture(CURVE)
    for svg in (drawn.light, drawn.dark):
        assert svg.count("<svg") == 1
        for words in ("How sure you were", "Share that came true", ">12<", ">3<"):
            assert words in svg, words
    assert drawn.light != drawn.dark


def test_a_curve_of_other_figures_is_another_curve() -> None:
    other = Shares(alt=CURVE.alt, shares=CURVE.shares[:1], across=CURVE.across, up=CURVE.up)
    assert other.fingerprint != CURVE.fingerprint


def test_a_mails_picture_is_as_wide_as_its_sheet_at_twice_the_pixels() -> None:
    figure = Figure(
        alt="Money by week",
        points=[Point(at="2026-03-09", value=1.0, series="")],
        step="week",
        unit="EUR",
    )
    light, dark = (charts.png(figure, dark=is_dark) for is_dark in (False, True))
    for drawn, palette in ((light, brand.LIGHT), (dark, brand.DARK)):
        picture = Image.open(io.BytesIO(drawn)).convert("RGB")
        assert 1000 <= picture.width <= 1200
        assert picture.getpixel((1, 1)) == ImageColor.getrgb(palette.surface)
