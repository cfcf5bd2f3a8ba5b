"""What processes gathered is written once a browser and day, bounded, and its hashes forgotten."""

from __future__ import annotations

import threading
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from django.db import DatabaseError, connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hammock.config import counting as serving
from hammock.departments.marketing import counting, gathering, searches, visits
from hammock.departments.marketing.gathering import ROUNDS_LATER, Came, Gathered, Searched
from hammock.departments.marketing.models import CountedDay, SearchCount, SeenToday, VisitCount
from hammock.flows import count_visits as flow
from hammock.flows.count_visits import count_visits, forget_visitors
from hammock.kit import clock, daily_secret
from tests import databases
from tests.races import race
from tests.visitors import DAY, hit, search
from tests.visitors import counting as gathering_process

pytestmark = pytest.mark.django_db(transaction=True)
NEXT = DAY + timedelta(days=1)
MORNING = datetime(2026, 3, 10, 8, tzinfo=UTC)


def came(channel: str = "direct", landing: str = "/") -> Came:
    return Came(channel=channel, landing=landing)


def words(text: str, found: int = 1) -> Searched:
    return Searched(words=text, found=found)


def test_a_browser_that_two_processes_saw_is_one_visit() -> None:
    first, second = gathering_process(), gathering_process()
    first.see(hit(referrer="https://www.google.com/"))
    first.see(search("wool"), found=0)
    second.see(hit("/blog/", referrer="https://shop.example/"))
    second.see(search("wool", referrer="https://shop.example/"), found=0)
    second.see(hit(address="192.0.2.9"))
    for process in (first, second) * (ROUNDS_LATER + 1):
        for one in process.gathered():
            count_visits(one)
    found = visits.counted(since=DAY, until=DAY)
    assert found.by_channel == {"search: google": 1, "direct": 1}
    assert found.by_landing == {"/": 2}
    assert found.by_day == {DAY: 2}
    (wanted,) = searches.searched(since=DAY, until=DAY).wanted
    assert (wanted.words, wanted.times, wanted.in_vain) == ("wool", 1, 1)


def test_counts_add_up_over_flushes_and_a_day_without_visits_is_a_counted_day() -> None:
    count_visits(Gathered(day=DAY, visits={1: came(), 2: came("search: bing", "/blog/")}))
    count_visits(Gathered(day=DAY, visits={2: came(), 3: came()}, searches={9: words("a", 4)}))
    count_visits(Gathered(day=DAY, searches={8: words("a", 0), 7: words("")}))
    count_visits(Gathered(day=NEXT))
    found = visits.counted(since=DAY - timedelta(days=3), until=NEXT)
    assert found.by_day == {DAY: 2 + 1, NEXT: 0}
    assert found.by_channel == {"direct": 2, "search: bing": 1}
    asked = searches.searched(since=DAY, until=NEXT)
    assert [(one.words, one.times, one.in_vain, one.found) for one in asked.wanted] == [
        ("a", 2, 1, 0)
    ]
    assert (asked.unkept, asked.times) == (1, 3)


def test_names_of_a_day_are_bounded_and_nothing_is_lost_of_the_sum(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(counting, "MOST_CHANNELS", 3)
    monkeypatch.setattr(counting, "MOST_SEARCHES", 3)
    for at in range(0, 40, 10):
        count_visits(
            Gathered(
                day=DAY,
                visits={one: came(f"referral: site{one}.example") for one in range(at, at + 10)},
                searches={-one - 1: words(f"word {one}", 0) for one in range(at, at + 10)},
            )
        )
    channels = visits.counted(since=DAY, until=DAY).by_channel
    assert sum(channels.values()) == 40
    assert len(channels) == 4
    assert channels["other"] == 37
    asked = searches.searched(since=DAY, until=DAY)
    assert (len(asked.wanted), asked.unkept) == (3, 37)


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    max_examples=25,
)
@given(
    st.lists(
        st.dictionaries(
            st.integers(1, 30), st.sampled_from(["direct", "search: bing", "other"]), max_size=12
        ),
        max_size=6,
    )
)
def test_the_sum_of_all_flushes_is_the_browsers_that_were_seen(
    rounds: list[dict[int, str]],
) -> None:
    databases.restore()
    for visited in rounds:
        count_visits(
            Gathered(day=DAY, visits={key: came(channel) for key, channel in visited.items()})
        )
    first: dict[int, str] = {}
    for visited in rounds:
        first = {**visited, **first}
    assert visits.counted(since=DAY, until=DAY).by_channel == Counter(first.values())


def test_processes_that_write_at_once_count_nobody_twice() -> None:
    both = Gathered(day=DAY, visits={key: came() for key in range(1, 60)})
    finishes = race(
        *[lambda: count_visits(both)] * 3,
        lambda: count_visits(Gathered(day=DAY, visits={99: came()})),
    )
    assert [finish.error for finish in finishes] == [None] * 4
    assert visits.by_day(since=DAY, until=DAY) == {DAY: 60}


def test_the_day_after_nothing_tells_browsers_apart_any_more(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(flow, "SECRETS", tmp_path)
    daily_secret.of(DAY, folder=tmp_path)
    count_visits(Gathered(day=DAY, visits={1: came()}))
    with clock.at(MORNING):
        assert forget_visitors() == 0
    with clock.at(MORNING + timedelta(days=1)):
        count_visits(Gathered(day=NEXT, visits={2: came()}))
        assert forget_visitors() == 1
    assert list(SeenToday.objects.values_list("key", flat=True)) == [2]
    assert list(tmp_path.iterdir()) == []
    assert visits.by_day(since=DAY, until=NEXT) == {DAY: 1, NEXT: 1}


def test_the_serving_thread_begins_a_day_notes_it_and_writes(tmp_path: Path) -> None:
    gatherer = gathering.Gatherer()
    with clock.at(MORNING):
        serving.begin(gatherer, secrets=tmp_path)
        noted = serving.write(gatherer, noted=None)
        assert noted == DAY
        assert visits.counted_since() == MORNING
        gatherer.see(hit())
        serving.write(gatherer, noted=noted)
        with CaptureQueriesContext(connection) as idle:
            serving.begin(gatherer, secrets=tmp_path)
            serving.write(gatherer, noted=noted)
    assert len(idle) == 0  # where nothing came, the database is left alone
    gatherer.see(hit(address="192.0.2.2"))
    with clock.at(MORNING + timedelta(days=1)):
        serving.begin(gatherer, secrets=tmp_path)
        gatherer.see(hit())
        assert serving.write(gatherer, noted=noted) == NEXT
    assert visits.by_day(since=DAY, until=NEXT) == {DAY: 2, NEXT: 1}
    assert [path.name for path in tmp_path.iterdir()] == [NEXT.isoformat()]


def test_a_process_whose_first_day_cannot_begin_counts_from_its_next_round_on(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    gatherer, stop = gathering.Gatherer(), threading.Event()
    asked: list[date] = []

    def secret(day: date, *, folder: Path) -> bytes:
        asked.append(day)
        if len(asked) == 1:
            raise OSError("disk full")
        stop.set()  # after this round
        return b"secret"

    monkeypatch.setattr(daily_secret, "of", secret)
    with clock.at(MORNING):
        serving.watch(gatherer, stop, seconds=0)
    assert "disk full" in caplog.text
    assert visits.counted_since() == MORNING
    gatherer.see(hit())
    assert gatherer.gathered()


def test_what_cannot_be_written_is_written_the_next_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gatherer = gathering.Gatherer()

    def away(_gathered: Gathered) -> None:
        raise DatabaseError("away")

    with clock.at(MORNING):
        serving.begin(gatherer, secrets=tmp_path)
        gatherer.see(hit())
        with monkeypatch.context() as patch, pytest.raises(DatabaseError):
            patch.setattr(serving, "count_visits", away)
            serving.write(gatherer, noted=DAY)
        assert not VisitCount.objects.exists()
        serving.write(gatherer, noted=DAY)
    assert visits.by_day(since=DAY, until=DAY) == {DAY: 1}


def test_a_write_that_fails_in_its_middle_leaves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_given: object) -> None:
        raise DatabaseError("full")

    monkeypatch.setattr(counting, "_add_searches", fail)
    with pytest.raises(DatabaseError):
        count_visits(Gathered(day=DAY, visits={1: came()}, searches={2: words("a")}))
    assert not any(
        model.objects.exists() for model in (CountedDay, SeenToday, VisitCount, SearchCount)
    )


def test_an_order_learns_its_channel_from_what_is_written_then_from_memory(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    here = gathering_process()
    monkeypatch.setattr(visits, "gatherer", here)
    assert visits.channel_of(hit()) is None
    here.see(hit("/products/", referrer="https://shop.example/"))
    assert visits.channel_of(hit()) == "direct"
    elsewhere = gathering_process()
    elsewhere.see(hit(referrer="https://www.reddit.com/r/knitting"))
    for one in elsewhere.gathered():
        count_visits(one)
    with CaptureQueriesContext(connection) as asked:
        assert visits.channel_of(hit()) == "social: reddit"
    assert len(asked) == 1
