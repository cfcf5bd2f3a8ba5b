"""The own path is drawn on the spread that its model expects."""

from __future__ import annotations

from datetime import date

import pytest

from hammock.departments.planning import library
from hammock.departments.planning.own_path import OwnPath
from hammock.departments.planning.rules import playbooks
from hammock.kit import charts
from hammock.kit.money import Money

pytestmark = pytest.mark.long

BEGAN = date(2027, 1, 15)


def path(*, today: date, own: dict[date, Money]) -> OwnPath:
    chosen = library.playbook("template-shop")
    rows = playbooks.path_rows(chosen, began_on=BEGAN, today=today, own=own, currency="EUR")
    return OwnPath(playbook=chosen, began_on=BEGAN, rows=rows)


def test_a_track_shows_the_band_and_the_own_months_on_it() -> None:
    march = {date(2027, 3, 1): Money(25_000, "EUR"), date(2027, 4, 1): Money(900, "EUR")}
    track = path(today=date(2027, 4, 10), own=march).track()

    assert [one.own for one in track.points] == [0.0, 0.0, 250.0, 9.0, None, None, None]
    assert [one.is_open for one in track.points].index(True) == 3
    assert sum(one.is_open for one in track.points) == 1
    assert all(one.low <= one.middle <= one.high for one in track.points)
    assert "“Template shop”" in track.alt


def test_a_month_that_runs_is_not_weighed_as_if_it_were_over() -> None:
    own = {date(2027, 3, 1): Money(25_000, "EUR")}
    found = path(today=date(2027, 4, 1), own=own)

    assert found.now is not None
    assert found.now.own == Money(0, "EUR")
    assert found.last is not None
    assert (found.last.month, found.last.stands) == (date(2027, 3, 1), "within")
    assert path(today=BEGAN, own={}).last is None


def test_it_is_drawn_for_light_and_dark_for_desks_and_phones() -> None:
    own = {date(2027, 2, 1): Money(25_000, "EUR")}
    drawn = charts.picture(path(today=date(2027, 4, 10), own=own).track())

    for html in (drawn.light, drawn.dark):
        assert html.count("<svg") == 2
        assert ">Jan 27<" in html
        assert "EUR a month" in html
    assert drawn.light != drawn.dark


def test_another_model_or_beginning_is_another_chart() -> None:
    one = path(today=BEGAN, own={})
    other = OwnPath(playbook=library.playbook("paid-newsletter"), began_on=BEGAN, rows=one.rows)

    assert len({one.chart, one.small_chart, other.chart, other.small_chart}) == 4
