"""Visits and searches are counted once a browser and day, whoever gathers, writes and when."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from itertools import chain

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hammock.departments.marketing import gathering
from hammock.departments.marketing.gathering import Gathered, Gatherer
from tests.races import race
from tests.visitors import DAY, FIREFOX, GOOGLEBOT, SECRET, counting, hit, search

NEXT = DAY + timedelta(days=1)


def visits(gatherer: Gatherer) -> list[str]:
    """Write down what came so far, in two rounds: the channels."""
    rounds = [*gatherer.gathered(), *gatherer.gathered()]
    return [came.channel for one in rounds for came in one.visits.values()]


def test_the_first_page_of_a_day_is_a_visit_and_all_further_ones_are_not() -> None:
    gatherer = counting()
    gatherer.see(hit("/blog/", referrer="https://duckduckgo.com/"))
    gatherer.see(hit("/products/", referrer="https://shop.example/blog/"))
    gatherer.see(hit("/", referrer="https://www.bing.com/"))
    gatherer.see(hit("/", address="192.0.2.2"))
    gatherer.see(hit("/", agent=FIREFOX.replace("140", "141")))
    (found,) = gatherer.gathered()
    assert found.day == DAY
    assert Counter(came.channel for came in found.visits.values()) == {
        "search: duckduckgo": 1,
        "direct": 2,
    }
    assert next(iter(found.visits.values())).landing == "/blog/"
    assert gatherer.gathered() == []


@pytest.mark.parametrize(
    "looked_at",
    [
        hit(agent=GOOGLEBOT),
        hit(agent=""),
        hit(cookie="a=1; sessionid=abc"),
        hit(sec_purpose="prefetch;prerender"),
        hit(purpose="prefetch"),
        hit(x_moz="prefetch"),
        hit(sec_fetch_dest="empty"),
        hit(sec_fetch_dest="image"),
    ],
)
def test_programs_the_house_itself_and_pages_that_nobody_sees_are_no_visits(
    looked_at: dict[str, str],
) -> None:
    gatherer = counting()
    gatherer.see(looked_at)
    gatherer.see({**looked_at, "QUERY_STRING": "q=words"}, found=0)
    assert not gatherer.gathered()


def test_before_a_day_has_begun_nothing_is_counted() -> None:
    gatherer = Gatherer()
    gatherer.see(hit())
    assert gatherer.visitor(hit()) is None
    assert gatherer.gathered() == []


def test_neither_address_nor_browser_stands_in_what_is_kept() -> None:
    gatherer = counting()
    gatherer.see(hit(address="203.0.113.77", referrer="https://a.example/private?u=ann"))
    gatherer.see(search("words", address="203.0.113.77"), found=1)
    kept = repr(gatherer.__dict__) + repr(gatherer.gathered())
    assert "203.0.113" not in kept
    assert "Firefox" not in kept
    assert "private" not in kept


def test_another_days_secret_makes_another_hash() -> None:
    one, other = counting(), counting(secret=b"another")
    assert one.visitor(hit()) != other.visitor(hit())
    assert one.visitor(hit()) == counting().visitor(hit())


def test_behind_a_proxy_the_last_address_that_it_saw_counts_and_no_made_up_one() -> None:
    gatherer = counting(is_behind_proxy=True)
    real = hit(address="127.0.0.1", x_forwarded_for="198.51.100.7")
    lied = hit(address="127.0.0.1", x_forwarded_for="6.6.6.6, 198.51.100.7")
    assert gatherer.visitor(real) == gatherer.visitor(lied)
    alone = counting()
    assert alone.visitor(real) == alone.visitor(hit(address="127.0.0.1"))


def test_a_page_that_our_own_led_to_waits_until_the_first_one_is_written() -> None:
    first, second = counting(), counting()
    second.see(hit("/products/", referrer="https://shop.example/"))
    first.see(hit("/", referrer="https://www.google.com/"))
    assert second.gathered() == []
    (written,) = first.gathered()
    (later,) = second.gathered()
    assert written.visits.keys() == later.visits.keys()
    assert next(iter(written.visits.values())).channel == "search: google"


def test_what_a_day_still_holds_when_it_ends_is_that_days() -> None:
    gatherer = counting()
    gatherer.see(hit())
    gatherer.see(hit("/x", address="192.0.2.2", referrer="https://shop.example/"))
    gatherer.begin(NEXT, secret=b"tomorrow")
    gatherer.see(hit())
    yesterday, today = gatherer.gathered()
    assert (yesterday.day, len(yesterday.visits)) == (DAY, 2)
    assert (today.day, len(today.visits)) == (NEXT, 1)


def test_a_search_counts_once_a_browser_with_its_results() -> None:
    gatherer = counting()
    for _ in range(3):
        gatherer.see(search("  Blue Wool "), found=2)
    gatherer.see(search("blue wool", address="192.0.2.2"), found=2)
    gatherer.see(search("green wool"), found=0)
    gatherer.see(search("ann@example.org"), found=0)
    (found,) = gatherer.gathered()
    assert Counter((one.words, one.found) for one in found.searches.values()) == {
        ("blue wool", 2): 2,
        ("green wool", 0): 1,
        ("", 0): 1,
    }
    assert len(found.visits) == 2


def test_a_path_is_read_as_people_write_it_and_cut() -> None:
    gatherer = counting()
    gatherer.see(hit("/caf\xc3\xa9/" + "x" * 300))
    (found,) = gatherer.gathered()
    (came,) = found.visits.values()
    assert came.landing.startswith("/café/x")
    assert len(came.landing) == 120


def test_no_flood_fills_the_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gathering, "MOST_KNOWN", 50)
    monkeypatch.setattr(gathering, "MOST_WAITING", 20)
    gatherer = counting()
    for at in range(500):
        gatherer.see(search(f"words {at}", address=f"10.0.{at // 250}.{at % 250}"), found=1)
        if at % 7 == 0:  # a database that is away
            for one in gatherer.gathered():
                gatherer.put_back(one)
    (found,) = gatherer.gathered()
    assert len(found.visits) <= 20
    assert len(found.searches) <= 20
    assert len(gatherer._known) <= 50
    assert len(gatherer._noted) <= 51


def test_threads_that_look_at_once_lose_and_double_nothing() -> None:
    gatherer = counting()
    written: list[Gathered] = []

    def look(first: int) -> None:
        for at in range(first, first + 300):
            gatherer.see(search(f"w{at % 40}", address=f"10.0.0.{at % 200}"), found=at % 2)

    def write() -> None:
        for _ in range(100):
            written.extend(gatherer.gathered())

    assert all(
        finish.error is None
        for finish in race(lambda: look(0), lambda: look(100), lambda: look(50), write)
    )
    written += gatherer.gathered()
    keys = list(chain.from_iterable(one.visits for one in written))
    assert len(keys) == len(set(keys)) == 200
    searches = list(chain.from_iterable(one.searches for one in written))
    assert len(searches) == len(set(searches)) == 200


_STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("page"), st.integers(0, 1), st.integers(0, 5), st.booleans()),
        st.tuples(st.just("search"), st.integers(0, 1), st.integers(0, 5), st.integers(0, 2)),
        st.tuples(st.just("write"), st.integers(0, 1)),
        st.tuples(st.just("fail"), st.integers(0, 1)),
        st.tuples(st.just("midnight")),
    ),
    max_size=60,
)


@settings(suppress_health_check=[HealthCheck.too_slow], max_examples=300)
@given(_STEPS)
def test_what_is_written_is_what_was_seen_whatever_the_order(steps: list[tuple[object, ...]]) -> None:
    processes = [counting(), counting()]
    day, secret = DAY, SECRET
    seen: set[tuple[object, ...]] = set()
    searched: set[tuple[object, ...]] = set()
    kept: dict[object, set[int]] = {}
    notes: dict[object, set[int]] = {}

    def write(process: Gatherer) -> None:
        for one in process.gathered():
            kept.setdefault(one.day, set()).update(one.visits)
            notes.setdefault(one.day, set()).update(one.searches)

    for name, *rest in steps:
        if name == "midnight":
            day, secret = day + timedelta(days=1), secret + b"."
            for process in processes:
                process.begin(day, secret=secret)
            continue
        process = processes[int(str(rest[0]))]
        if name == "page":
            follows = "https://shop.example/" if rest[2] else ""
            process.see(hit(address=f"10.0.0.{rest[1]}", referrer=follows))
            seen.add((day, rest[1]))
        elif name == "search":
            process.see(search(f"w{rest[2]}", address=f"10.0.0.{rest[1]}"), found=1)
            seen.add((day, rest[1]))
            searched.add((day, rest[1], rest[2]))
        elif name == "write":
            write(process)
        else:
            for one in process.gathered():
                process.put_back(one)
    for process in processes:
        write(process)
        write(process)
    assert {d: len(keys) for d, keys in kept.items() if keys} == Counter(one[0] for one in seen)
    assert {d: len(keys) for d, keys in notes.items() if keys} == Counter(
        one[0] for one in searched
    )
