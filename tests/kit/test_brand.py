"""The brand: readable by construction, safe inside a style element."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hammock.kit.brand import DARK, LIGHT, Brand, contrast
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
