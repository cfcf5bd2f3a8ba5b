"""The sample's passers-by are counted as real ones are, the same for the same seed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hammock.departments.catalogue.models import Shop
from hammock.departments.marketing import searches, visits
from hammock.departments.marketing.models import SeenToday, VisitCount
from hammock.doors.commands.passers_by import SPIKE, SPIKE_VISITS, Street
from hammock.kit import clock
from tests import databases
from tests.shops import open_shop

START = datetime(2026, 6, 1, 5, tzinfo=UTC)
DAYS = 6


def lived() -> list[str | None]:
    """Let a few days go by, two buyers on each; tells by which channels the buyers came."""
    street = Street(seed=20, days=DAYS)
    bought = []
    for day in range(DAYS):
        with clock.at(START + timedelta(days=day)):
            street.open()
            bought += [street.buyer(), street.buyer()]
            street.close(day=day)
    return bought


def test_days_have_visits_from_several_channels_and_searches_some_in_vain(shop: Shop) -> None:
    bought = lived()
    last = START.date() + timedelta(days=DAYS - 1)
    found = visits.counted(since=START.date(), until=last)
    assert len(found.by_day) == DAYS
    spike = START.date() + timedelta(days=int(SPIKE * DAYS))
    usual = [count for day, count in found.by_day.items() if day != spike]
    assert all(15 < count < 200 for count in usual)
    assert found.by_day[spike] > SPIKE_VISITS
    assert {"search: google", "direct", "campaign: newsletter, monthly"} <= set(found.by_channel)
    assert None not in bought
    assert set(bought) <= set(found.by_channel)
    assert "/products/guide/" in found.by_landing
    asked = searches.searched(since=START.date(), until=last)
    assert 0 < sum(one.in_vain for one in asked.wanted) <= asked.times
    assert visits.counted_since() == START
    assert set(SeenToday.objects.values_list("day", flat=True)) == {last}


def test_the_same_seed_brings_the_same_people(shop: Shop) -> None:
    def told() -> list[object]:
        return [*lived(), *VisitCount.objects.values_list("day", "name", "visits")]

    first = told()
    databases.restore()
    open_shop()
    assert told() == first
