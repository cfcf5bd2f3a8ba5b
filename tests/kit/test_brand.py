"""The brand: readable by construction, safe inside a style element."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hammock.kit.brand import DARK, LIGHT, Brand, Look, contrast, dressed
from hammock.kit.errors import FieldError

colours = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")


def test_black_on_white_has_the_highest_contrast_there_is() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)  # W3C's own example


@given(colours, colours)
def test_contrast_is_the_same_both_ways_and_between_1_and_21(one: str, other: str) -> None:
    assert contrast(one, other) == contrast(other, one)
    assert 1 <= contrast(one, other) <= 21.001


def test_a_colour_that_cannot_be_read_is_refused_by_name() -> None:
    with pytest.raises(FieldError, match="muted: has a contrast of"):
        replace(LIGHT, muted="#c9c2b4")
    with pytest.raises(FieldError, match="on_accent"):
        replace(DARK, on_accent="#ffffff")


@pytest.mark.parametrize("colour", ["red", "#fff", "#FFFFFF", "#12345g", "#123456;}"])
def test_what_is_no_colour_is_refused(colour: str) -> None:
    with pytest.raises(FieldError, match="paper: write the colour as #rrggbb"):
        replace(LIGHT, paper=colour)


@given(st.text(max_size=40))
def test_no_font_list_can_leave_its_place_in_the_style_element(fonts: str) -> None:
    try:
        css = replace(Brand(), body_font=fonts).css_variables()
    except FieldError:
        return
    assert not re.search(r"[<>\\]", css)
    assert css.count("{") == css.count("}") == 3


def test_the_css_carries_both_palettes() -> None:
    css = Brand().css_variables()
    assert f"--paper:{LIGHT.paper};" in css
    assert f"--on-accent:{DARK.on_accent};" in css.split("prefers-color-scheme:dark")[1]


@given(colours)
def test_any_look_is_readable_in_light_and_dark_or_refused_naming_the_accent(accent: str) -> None:
    if contrast(accent, LIGHT.paper) < 4.5:
        with pytest.raises(FieldError, match="accent"):
            Look(accent=accent)
        return
    try:
        look = Look(accent=accent)
    except FieldError:
        assert contrast(accent, LIGHT.paper) < 4.9  # so near to the line that a tint crosses it
        return
    brand = dressed(name="Slow Harbour", look=look)
    assert brand.light.accent == accent
    for palette in (brand.light, brand.dark):
        assert contrast(palette.accent, palette.paper) >= 4.5
        assert contrast(palette.on_accent, palette.accent) >= 4.5


def test_a_look_that_is_not_chosen_is_the_house_s_own() -> None:
    assert dressed(name="Slow Harbour", look=Look()) == Brand(name="Slow Harbour")


@pytest.mark.parametrize("wrong", [{"headings": "gothic"}, {"corners": "sharp"}])
def test_a_shape_that_is_not_offered_is_refused_by_name(wrong: dict[str, str]) -> None:
    with pytest.raises(FieldError, match=f"{next(iter(wrong))}: choose one of"):
        Look(**wrong)
