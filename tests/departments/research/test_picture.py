"""The map can be read: no name covers another, and nothing lies outside the drawing."""

from __future__ import annotations

import itertools
import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hammock.departments.research.picture import HEIGHT, LINE, THEMES, WIDTH, apart, draw_map
from hammock.departments.research.rules.rows import Asked, Offered, demand_of, supply_of
from hammock.departments.research.rules.study import Study, study
from hammock.kit.text import shipped
from tests.departments.research.markets import MARKETS, asked_about

pytestmark = pytest.mark.long

PLACES = st.tuples(st.text("abc ", min_size=1, max_size=30), st.floats(0, WIDTH), st.floats(0, 620))


@given(st.lists(PLACES, min_size=1, max_size=10))
def test_no_name_on_the_map_covers_another(names: list[tuple[str, float, float]]) -> None:
    placed = apart(names)
    assert [one.name for one in placed] == [name for name, _, _ in names]
    assert not any(one.covers(other) for one, other in itertools.combinations(placed, 2))
    assert all(LINE / 2 <= one.y <= HEIGHT - LINE / 2 for one in placed)


def test_names_at_one_place_stand_one_above_the_other() -> None:
    first, second = apart([("piano lessons", 400, 300), ("piano chords", 400, 300)])
    assert (first.x, first.y) == (400, 300 - LINE / 2)
    assert (second.x, abs(second.y - first.y)) == (400, LINE)


def studied(names: list[str], unserved: int = 1) -> Study:
    asked = [Asked(text=text) for name in names for text in asked_about(name, 70)]
    served = names[unserved:]
    offered = [Offered(text=text) for name in served for text in asked_about(name, 12, seed=2)]
    return study(demand_of([(asked, ())]), supply_of([offered]), encoder=shipped())


def test_every_text_is_drawn_within_the_picture() -> None:
    """A circle of Vega's stands where its path is moved to."""
    for names in (["dog"], list(MARKETS)):
        found = studied(names)
        svg = draw_map(found, theme=THEMES[0])
        circles = re.findall(r'="circle" transform="translate\(([^)]+)\)"', svg)
        assert len(circles) >= len(found.niche_of)
        for circle in circles:
            x, y = map(float, circle.split(","))
            assert 0 <= x <= WIDTH
            assert 0 <= y <= HEIGHT


_CIRCLE = re.compile(
    r'aria-label="[^"]*?(?:chance: (\d+)%)?" role="graphics-symbol" aria-roledescription="circle" '
    r'transform="translate\(([\d.]+),([\d.]+)\)"[^>]* fill="([^"]+)"'
)


def test_a_hole_is_seen_where_much_is_asked_and_no_offer_shades_it() -> None:
    """Two markets of eight are not served: their points are warm, and stand out of the shade.

    Points are drawn in the order of the texts; an offer's shade reaches sixteen points around it.
    """
    found = studied(list(MARKETS), unserved=2)
    circles = _CIRCLE.findall(draw_map(found, theme=THEMES[0]))
    shade = np.array([(x, y) for chance, x, y, _ in circles if not chance], dtype=float)
    texts = [one for one in circles if one[0]]
    assert len(texts) == len(found.niche_of)
    assert len(shade) == len(found.supply)
    at = np.array([(x, y) for _, x, y, _ in texts], dtype=float)
    shaded = (np.linalg.norm(at[:, None] - shade[None], axis=2) < 16).any(axis=1)
    warm = np.array([int(chance) >= 90 for chance, *_ in texts])
    holes = np.arange(len(texts)) < 2 * 70
    assert warm[holes].mean() > 0.9
    assert warm[~holes].mean() < 0.4
    assert shaded[holes].mean() < shaded[~holes].mean() / 2
    coolest = {colour for chance, *_, colour in texts if int(chance) <= 10}
    assert not coolest & {colour for chance, *_, colour in texts if int(chance) >= 90}


def test_the_best_niche_lies_left_where_a_telephone_begins() -> None:
    """A telephone shows the left half of the map before it is moved."""
    for names in (list(MARKETS), list(MARKETS)[::-1]):
        found = studied(names, unserved=2)
        circles = _CIRCLE.findall(draw_map(found, theme=THEMES[0]))
        across = np.array([float(x) for chance, x, *_ in circles if chance])
        assert np.median(across[found.niche_of == found.niches[0].number]) < WIDTH / 2
