"""The weekly letter's words and the milestones' rules, without a database."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hammock.departments.planning.rules import letter as rules
from hammock.departments.planning.rules import milestones
from hammock.departments.planning.rules.hours import Rest, Worked
from hammock.departments.planning.rules.letter import (
    CentreResult,
    ChannelResult,
    Need,
    OnSale,
    OwnWork,
    Settled,
    WeekMoney,
    WeekTime,
)
from hammock.departments.planning.rules.milestones import Month, Record
from hammock.kit.money import Money

MONDAY = date(2026, 3, 9)
NO_REST = Rest(known=0, off=0, longest=0, last=None)


def _euros(amount: int) -> Money:
    return Money(amount * 100, "EUR")


def _week(income: int, costs: int = 0, orders: int = 1, *, back: int = 0) -> WeekMoney:
    return WeekMoney(
        week_of=MONDAY - timedelta(weeks=back),
        income=_euros(income),
        costs=_euros(costs),
        orders=orders,
    )


def test_money_is_told_beside_the_week_before_and_the_usual() -> None:
    before = [_week(income, back=5 - at) for at, income in enumerate((100, 200, 300, 400))]
    assert rules.money_words([*before, _week(512, 40, 9)]) == [
        "€512.00 came in from 9 orders, €40.00 went out: €472.00 stayed.",
        "That is €72.00 more than the week before left.",
        "A usual week leaves €250.00; half of the last 4 lay between €175.00 and €325.00. This one "
        "was better than that.",
    ]


def test_a_first_week_is_told_without_a_comparison() -> None:
    assert rules.money_words([_week(0, 0, 0)]) == [
        "No money came in and none went out.",
        "It is too early to say what a usual week is.",
    ]


def test_a_loss_is_said_plainly() -> None:
    assert rules.money_words([_week(10, 40)])[0] == (
        "€10.00 came in from 1 order, €40.00 went out: €30.00 more than came."
    )
    refunds_only = rules.money_words([_week(-29, 0, 0)])[0]
    assert refunds_only.startswith("-€29.00 came in without an order")


@given(st.lists(st.integers(-500, 5000), min_size=1, max_size=20))
def test_any_history_of_weeks_finds_its_words(incomes: list[int]) -> None:
    said = rules.money_words([_week(income) for income in incomes])
    assert 2 <= len(said) <= 3
    assert all(sentence.endswith(".") for sentence in said)


def test_at_most_three_things_are_asked_the_most_urgent_first() -> None:
    needs = [Need(sentence=str(at), url="", urgency=at % 3) for at in range(7)]
    found = rules.most_urgent(needs)
    assert [need.sentence for need in found.told] == ["2", "5", "1"]
    assert found.more == 4
    assert rules.most_urgent([]) == rules.Needs(told=[], more=0)


def test_who_answered_the_questions_is_told() -> None:
    work = OwnWork(
        orders=1,
        handed_over=1,
        mails=1,
        at_night=0,
        settled=Settled(by_policy=12, by_you=1, by_safe=2),
    )
    assert rules.own_words(work)[-1] == (
        "Questions answered: 12 by your policies, 1 by you, 2 by the safe outcome, since nobody "
        "answered in time."
    )


def test_what_the_business_did_alone_is_counted_in_words() -> None:
    said = rules.own_words(OwnWork(orders=3, handed_over=4, mails=6, at_night=1))
    assert said == [
        "It took 3 orders, handed 4 things over and wrote 6 mails, without you.",
        "1 order came in between 22:00 and 6:00.",
    ]
    assert rules.own_words(OwnWork(orders=0, handed_over=0, mails=0, at_night=0)) == [
        "Nobody ordered, so there was nothing to hand over."
    ]


def _product(title: str, *, days: int = 200, sold: int = 0, refunded: int = 0) -> OnSale:
    return OnSale(
        title=title,
        on_sale_since=MONDAY - timedelta(days=days),
        last_sold_on=None,
        sold=sold,
        refunded=refunded,
    )


def test_what_to_drop_says_why_from_the_figures() -> None:
    said = rules.drop_words(
        products=[
            _product("Old"),
            _product("New", days=89),
            _product("Loved", sold=9),
            _product("Broken", sold=6, refunded=3),
        ],
        centres=[
            CentreResult(name="Lessons", revenue=_euros(120), costs=_euros(300)),
            CentreResult(name="Guides", revenue=_euros(900), costs=_euros(1)),
        ],
        channels=[],
        orders=93,
        today=MONDAY,
    )
    assert [sentence.partition(":")[0].partition(" cost")[0] for sentence in said] == [
        "“Lessons”",
        "“Broken”",
        "“Old”",
    ]
    assert "cost €300.00 and brought €120.00 in 90 days" in said[0]
    assert "3 of 6 sold" in said[1]
    assert "None of 93 orders held it, so it is in fewer than one of 31 (95 % sure)" in said[2]


def _channel(
    name: str, *, spent: int, review_on: date | None, measure: str = "Sales by their link."
) -> ChannelResult:
    return ChannelResult(
        name=name,
        spent=_euros(spent),
        review_on=review_on,
        measure=measure,
        stop="Fewer than five buyers.",
    )


def test_a_channel_that_cost_money_past_its_day_is_said_beside_its_measure() -> None:
    yesterday = MONDAY - timedelta(days=1)
    said = rules.drop_words(
        products=[],
        centres=[],
        channels=[
            _channel("Testers", spent=120, review_on=yesterday),
            _channel("Fairs", spent=300, review_on=yesterday, measure=""),
            _channel("Free", spent=0, review_on=yesterday),
            _channel("Young", spent=90, review_on=MONDAY),
            _channel("Dayless", spent=90, review_on=None),
        ],
        orders=1,
        today=MONDAY,
    )
    assert said == [
        "The channel “Fairs” took €300.00 in 90 days, and the day to look at it was 8 March 2026. "
        "The shop took 1 order in that time; whether they came from it only your own measure "
        "tells, and none is written down. You wanted to stop if: “Fewer than five buyers”. End it, "
        "or write why not and a new day.",
        "The channel “Testers” took €120.00 in 90 days, and the day to look at it was 8 March "
        "2026. The shop took 1 order in that time; whether they came from it only your own measure "
        "tells: “Sales by their link”. You wanted to stop if: “Fewer than five buyers”. End it, or "
        "write why not and a new day.",
    ]


def test_at_most_three_are_to_be_dropped_and_the_dearest_are_first() -> None:
    yesterday = MONDAY - timedelta(days=1)
    said = rules.drop_words(
        products=[_product("Old"), _product("Broken", sold=6, refunded=3)],
        centres=[CentreResult(name="Lessons", revenue=_euros(0), costs=_euros(50))],
        channels=[_channel("Fairs", spent=300, review_on=yesterday)],
        orders=40,
        today=MONDAY,
    )
    assert len(said) == 3
    for word, one in zip(("Fairs", "Lessons", "Broken"), said, strict=True):
        assert word in one


def test_an_unsold_product_says_little_while_hardly_anything_is_sold() -> None:
    (said,) = rules.drop_words(
        products=[_product("Old")], centres=[], channels=[], orders=2, today=MONDAY
    )
    assert "With 2 orders in all, that says little yet." in said


def test_nothing_is_dropped_without_a_figure_against_it() -> None:
    for products in ([], [_product("A", sold=4, refunded=4)]):
        said = rules.drop_words(products=products, centres=[], channels=[], orders=50, today=MONDAY)
        assert said == []


def _time(
    *, worked: int = 0, before: tuple[int, ...] = (), energies: tuple[int, ...] = ()
) -> WeekTime:
    return WeekTime(
        worked=Worked(timed=worked, written=0),
        before=[Worked(timed=minutes, written=0) for minutes in before],
        rest=NO_REST,
        recent=NO_REST,
        energy=energies[-1] if energies else None,
        energies=energies,
    )


def test_time_that_nobody_told_is_not_made_up() -> None:
    assert rules.time_words(_time()) == [
        "No hours are written down for the week.",
        "Nothing tells which days were off.",
    ]


def test_time_is_told_beside_the_usual_week_of_those_that_were_told() -> None:
    said = rules.time_words(_time(worked=1885, before=(0, 1200, 0, 1500, 1800, 2400)))
    assert said[0] == "You worked 31 h 25 min; your usual week has 27 h 30 min."


def test_three_low_weeks_are_a_reason_to_rest_and_two_are_not() -> None:
    assert "reason to go away" in rules.time_words(_time(energies=(2, 1, 2)))[-1]
    assert rules.time_words(_time(energies=(3, 1, 2)))[-1] == "Your energy: 2 of 5."
    assert not rules.is_worn([1, 1])


def test_letters_go_out_on_mondays_and_a_missed_one_is_made_up_for() -> None:
    week = rules.last_week(MONDAY)
    assert week == date(2026, 3, 2)
    tuesday = MONDAY + timedelta(days=1)
    assert rules.last_week(MONDAY - timedelta(days=1)) == date(2026, 2, 23)
    assert rules.is_due(today=MONDAY, week_of=week, latest=None)
    assert not rules.is_due(today=tuesday, week_of=week, latest=None)
    assert rules.is_due(today=tuesday, week_of=week, latest=date(2026, 2, 23))
    assert not rules.is_due(today=MONDAY, week_of=week, latest=week)


@pytest.mark.parametrize(("hour", "night"), [(21, False), (22, True), (5, True), (6, False)])
def test_night_is_from_ten_to_six(hour: int, night: bool) -> None:  # noqa: FBT001
    assert rules.is_night(datetime(2026, 3, 9, hour, 30)) == night  # noqa: DTZ001 - on the wall


def _month(number: int, *, orders: int, refunds: int, revenue: int, costs: int) -> Month:
    return Month(
        month=date(2026, number, 1),
        last_day=date(2026, number, 28),
        orders=orders,
        refunds=refunds,
        revenue=_euros(revenue),
        costs=_euros(costs),
    )


def test_milestones_are_found_with_their_days() -> None:
    record = Record(
        nth_order={1: date(2026, 1, 5), 10: date(2026, 2, 6)},
        to_a_stranger=date(2026, 1, 9),
        came_back=date(2026, 2, 1),
        months=[
            _month(1, orders=4, refunds=0, revenue=10, costs=20),
            _month(2, orders=8, refunds=1, revenue=30, costs=20),
            _month(3, orders=9, refunds=0, revenue=90, costs=20),
        ],
        week_off=None,
        week_away=None,
    )
    assert [(one.kind, one.on.isoformat()) for one in milestones.reached(record)] == [
        ("first_sale", "2026-01-05"),
        ("first_stranger", "2026-01-09"),
        ("first_return", "2026-02-01"),
        ("orders_10", "2026-02-06"),
        ("month_above_costs", "2026-02-28"),
        ("refund_free_month", "2026-03-28"),
    ]


def test_no_data_is_no_milestone() -> None:
    empty = Record(
        nth_order={}, to_a_stranger=None, came_back=None, months=[], week_off=None, week_away=None
    )
    assert milestones.reached(empty) == []
    idle = Record(
        nth_order={},
        to_a_stranger=None,
        came_back=None,
        months=[_month(1, orders=0, refunds=0, revenue=0, costs=0)],
        week_off=None,
        week_away=None,
    )
    assert milestones.reached(idle) == []


@pytest.mark.parametrize(
    ("name", "email", "stranger"),
    [
        ("Ann Buyer", "ann@example.org", True),
        ("Peter Owner", "peter@example.org", False),
        ("", "x@example.org", True),
        ("Olga", "OLGA@example.org", False),
        ("Ann Buyer", "", False),
    ],
)
def test_a_stranger_shares_neither_address_nor_family_name(
    name: str,
    email: str,
    stranger: bool,  # noqa: FBT001
) -> None:
    assert (
        milestones.is_stranger(
            name=name, email=email, own_names=["Olga Owner"], own_addresses=["olga@example.org"]
        )
        == stranger
    )
