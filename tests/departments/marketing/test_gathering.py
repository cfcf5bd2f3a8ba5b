"""Visits and searches are counted once a browser and day, whoever gathers, writes and when."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from itertools import chain

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule

from hammock.departments.marketing import gathering
from hammock.departments.marketing.gathering import ROUNDS_LATER, Gathered, Gatherer
from tests.races import race
from tests.visitors import DAY, FIREFOX, GOOGLEBOT, counting, hit, search

NEXT = DAY + timedelta(days=1)


def visits(gatherer: Gatherer) -> list[str]:
    """Write down what came so far, in as many rounds as it takes: the channels."""
    rounds = [gatherer.gathered() for _ in range(ROUNDS_LATER + 1)]
    return [came.channel for one in chain(*rounds) for came in one.visits.values()]


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
    assert [second.gathered(), second.gathered()] == [[], []]  # its round ended, a whole one went
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


class Shop(RuleBasedStateMachine):
    """Two processes that answer pages and write what they saw, in any order, over midnights."""

    def __init__(self) -> None:
        super().__init__()
        self.processes = [counting(), counting()]
        self.day = DAY
        self.seen: set[tuple[date, int]] = set()
        self.searched: set[tuple[date, int, int]] = set()
        self.visits: set[tuple[date, int]] = set()
        self.searches: set[tuple[date, int]] = set()

    @rule(process=st.integers(0, 1), who=st.integers(0, 5), follows=st.booleans())
    def look(self, process: int, who: int, follows: bool) -> None:  # noqa: FBT001 - drawn
        referrer = "https://shop.example/" if follows else ""
        self.processes[process].see(hit(address=f"10.0.0.{who}", referrer=referrer))
        self.seen.add((self.day, who))

    @rule(process=st.integers(0, 1), who=st.integers(0, 5), words=st.integers(0, 2))
    def search(self, process: int, who: int, words: int) -> None:
        self.processes[process].see(search(f"w{words}", address=f"10.0.0.{who}"), found=1)
        self.seen.add((self.day, who))
        self.searched.add((self.day, who, words))

    @rule(process=st.integers(0, 1))
    def write(self, process: int) -> None:
        for one in self.processes[process].gathered():
            self.visits |= {(one.day, key) for key in one.visits}
            self.searches |= {(one.day, key) for key in one.searches}

    @rule(process=st.integers(0, 1))
    def fail_to_write(self, process: int) -> None:
        for one in self.processes[process].gathered():
            self.processes[process].put_back(one)

    @rule()
    def midnight(self) -> None:
        self.day += timedelta(days=1)
        for process in self.processes:
            process.begin(self.day, secret=self.day.isoformat().encode())

    def teardown(self) -> None:
        for process in (0, 1) * (ROUNDS_LATER + 1):
            self.write(process)
        for written, happened in ((self.visits, self.seen), (self.searches, self.searched)):
            assert Counter(day for day, *_ in written) == Counter(day for day, *_ in happened)


test_what_is_written_is_what_was_seen_whatever_the_order = Shop.TestCase
