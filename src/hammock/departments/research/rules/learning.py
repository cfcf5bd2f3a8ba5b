"""What cheap tests teach: a niche's figures moved by what people did, formulas included.

The study's own figures are a belief with a weight in people, and every test's result is evidence
about it; without a result the figures stay the study's own, to the digit.

- The unmet share that the study found counts as much as its interval is narrow, and never as more
  than thirty people: from 0 to 100 % it counts as two.
- An interview is one person's answer: found nothing that fits, or did.
- A page is weaker evidence. Were nobody served, one in twenty of those who see a waiting list would
  join, and one in fifty of those who see a pre-order would buy: so 200 visitors are as ten (or
  four) people asked. Who acts is unserved; who of those ten is missing is served. As both
  shares are our guesses, a page counts as no more than thirty people.
- What buyers paid is evidence about what people pay, each buyer one person's, beside the prices
  that the study saw. It counts only in the study's own currency.

The new share is (weight x the study's + unserved) / (weight + asked): the mean of a Beta
distribution's update, and a credible one for any distribution that the study gave. Intervals come
from drawing the study's figures and the answers' chance together; the opportunity is computed anew
by the study's own formula, and its interval's ends move as they do in the drawing.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace

import numpy as np
from numpy.typing import NDArray
from scipy.special import betaincinv, gammaincinv, ndtri

from hammock.departments.research.rules.opportunity import Estimate, Prices, doubt_of

DRAWS = 2_000
SEED = 7
JOINS, BUYS = 1 / 20, 1 / 50  # of unserved people who see the page: our guesses
LEAST_WEIGHT, MOST_WEIGHT = 2.0, 30.0  # people
SUREST = 0.01  # an interval's width; a narrower one has the most weight
HALF = 0.5  # a person's word for and against, before anybody is asked
NORMAL_90 = 3.29  # standard deviations in a 90 % interval
Floats = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class Known:
    """What the study says of a niche; `opportunity` is None where it refused to rank.

    `contentment` is the share of the served who are content.
    """

    demand: Estimate
    unmet: Estimate
    contentment: float
    pays: Prices
    opportunity: Estimate | None


@dataclass(frozen=True, kw_only=True)
class Answers:
    """What the tests brought.

    People interviewed and those who found nothing; who saw the waiting list and joined; who saw
    the pre-order and bought; and of these the `payers` whose money is in the study's currency,
    with all that they paid.
    """

    asked: int = 0
    unserved: int = 0
    shown: int = 0
    joined: int = 0
    offered: int = 0
    bought: int = 0
    payers: int = 0
    paid: float = 0.0

    def __add__(self, other: Answers) -> Answers:
        """Add two tests' results."""
        mine, theirs = vars(self), vars(other)
        return Answers(**{one.name: mine[one.name] + theirs[one.name] for one in fields(self)})

    @property
    def any(self) -> bool:
        """Tell whether somebody was asked or saw a page."""
        return self.asked + self.shown + self.offered > 0


@dataclass(frozen=True, kw_only=True)
class Learned:
    """The figures after the tests, each with its 90 % interval, and how they were reached.

    `pays` is None where no payment counts, `joining` and `buying` where nobody saw the page;
    `satisfaction` is the share of the served times how content they are; `acting_a_month` is how
    many of all who ask would do what the stronger page's visitors did.
    """

    unmet: Estimate
    satisfaction: float
    pays: Estimate | None
    opportunity: Estimate
    joining: Estimate | None
    buying: Estimate | None
    acting_a_month: Estimate | None
    formulas: tuple[str, ...]


@dataclass(frozen=True)
class _Evidence:
    """As many people asked, so many of them unserved, some beyond what was expected of a page."""

    asked: float
    unserved: float
    beyond: float = 0.0


@dataclass(frozen=True)
class _Luck:
    """Even chances between 0 and 1, the same in every drawing, so that only answers make a change.

    Each figure has its own.
    """

    unmet: Floats
    interviews: Floats
    waiting: Floats
    pre_order: Floats
    demand: Floats
    pays: Floats
    paid: Floats


def learn(known: Known, answers: Answers) -> Learned:
    """Update a niche with its tests; without any answers the study's own figures come out."""
    chance = np.random.default_rng(SEED)
    evenly = (np.arange(DRAWS) + 0.5) / DRAWS
    luck = _Luck(*(chance.permutation(evenly) for _ in fields(_Luck)))
    joining = _acting(answers.shown, answers.joined, JOINS)
    buying = _acting(answers.offered, answers.bought, BUYS)
    demand = _between(known.demand, luck.demand)
    unmet = _unmet(known, answers, luck)
    return Learned(
        unmet=unmet,
        satisfaction=(1 - unmet.value) * known.contentment,
        pays=_pays(known, answers, luck),
        opportunity=_opportunity(known, answers, demand, luck),
        joining=joining,
        buying=buying,
        acting_a_month=_in_a_month(buying or joining, known.demand),
        formulas=tuple(_formulas(known, answers)),
    )


def weight_of(share: Estimate) -> float:
    """Tell as how many people's word a share counts: as many as make it as sure as its interval."""
    middle = (share.low + share.high) / 2
    if share.high - share.low < SUREST:
        return MOST_WEIGHT
    deviation = (share.high - share.low) / NORMAL_90
    return float(np.clip(middle * (1 - middle) / deviation**2 - 1, LEAST_WEIGHT, MOST_WEIGHT))


def _evidence(answers: Answers) -> tuple[_Evidence, _Evidence, _Evidence]:
    return (
        _Evidence(float(answers.asked), float(answers.unserved)),
        _by_page(answers.shown, answers.joined, JOINS),
        _by_page(answers.offered, answers.bought, BUYS),
    )


def _by_page(saw: int, acted: int, usual: float) -> _Evidence:
    expected = saw * usual
    people = max(expected, float(acted))
    scale = min(1.0, MOST_WEIGHT / people) if people else 1.0
    return _Evidence(people * scale, acted * scale, max(acted - expected, 0.0) * scale)


def _unmet_value(known: Known, answers: Answers) -> float:
    weight, found = weight_of(known.unmet), _evidence(answers)
    unserved = weight * known.unmet.value + sum(one.unserved for one in found)
    return unserved / (weight + sum(one.asked for one in found))


def _unmet_draws(known: Known, answers: Answers, luck: _Luck) -> Floats:
    weight, found = weight_of(known.unmet), _evidence(answers)
    drawn = weight * _as_the_study_says(known.unmet, luck.unmet)
    for one, even in zip(found, (luck.interviews, luck.waiting, luck.pre_order), strict=True):
        drawn = drawn + _unserved(one, even)
    return np.asarray(drawn / (weight + sum(one.asked for one in found)), dtype=np.float64)


def _as_the_study_says(share: Estimate, even: Floats) -> Floats:
    """Draw a share of which one in twenty lies below its interval, and one in twenty above."""
    least = max(share.low - (share.value - share.low) / 9, 0.0)
    most = min(share.high + (share.high - share.value) / 9, 1.0)
    ends = (least, share.low, share.value, share.high, most)
    return np.interp(even, (0.0, 0.05, 0.5, 0.95, 1.0), ends)


def _unserved(found: _Evidence, even: Floats) -> Floats:
    """Draw how many of those asked are unserved, as sure as so many answers are (Jeffreys).

    Who acted beyond what was expected of a page is unserved for sure.
    """
    people = found.asked - found.beyond
    yes, no = found.unserved - found.beyond, found.asked - found.unserved
    drawn = betaincinv(yes + HALF, no + HALF, even) if people else np.zeros(DRAWS)
    return np.asarray(people * drawn + found.beyond, dtype=np.float64)


def _unmet(known: Known, answers: Answers, luck: _Luck) -> Estimate:
    """Update the share; its interval's ends move from the study's as they do in the drawing."""
    if not answers.any:
        return known.unmet
    value = _unmet_value(known, answers)
    now, before = (
        _estimate(_unmet_draws(known, one, luck), _unmet_value(known, one))
        for one in (answers, Answers())
    )
    low = max(known.unmet.low + now.low - before.low, 0.0)
    high = min(known.unmet.high + now.high - before.high, 1.0)
    share = Estimate(value=value, low=low, high=high)
    return _no_further(known.unmet, share, replace(answers, payers=0))


def _pays_weight(pays: Prices) -> float:
    return float(np.clip(1 / doubt_of(pays) ** 2, LEAST_WEIGHT, MOST_WEIGHT))


def _pays_value(pays: Prices, answers: Answers) -> float:
    if not pays.source:
        return 1.0
    weight = _pays_weight(pays)
    return (weight * pays.middle + answers.paid) / (weight + answers.payers)


def _pays_draws(pays: Prices, answers: Answers, luck: _Luck) -> Floats:
    """Draw what people pay: as the study does, and a mean payment that buyers may stand for."""
    if not pays.source:
        return np.ones(DRAWS)
    doubt, weight = doubt_of(pays), _pays_weight(pays)
    drawn = weight * pays.middle * np.exp(doubt * ndtri(luck.pays))
    if answers.payers:
        drawn = drawn + answers.paid * gammaincinv(answers.payers, luck.paid) / answers.payers
    return np.asarray(drawn / (weight + answers.payers), dtype=np.float64)


def _pays(known: Known, answers: Answers, luck: _Luck) -> Estimate | None:
    if not known.pays.source or not answers.payers:
        return None
    return _estimate(_pays_draws(known.pays, answers, luck), _pays_value(known.pays, answers))


def _opportunity(known: Known, answers: Answers, demand: Floats, luck: _Luck) -> Estimate:
    """Compute what is left over anew, and move the study's own figures by as much.

    Where the study has none, or its own is nothing, what was computed stands.
    """
    if known.opportunity is not None and not answers.any:
        return known.opportunity
    now, before = (_left(known, one, demand, luck) for one in (answers, Answers()))
    told = known.opportunity
    if told is None:
        return now
    value, low, high = (
        end * after / then if then > 0 else after
        for end, after, then in (
            (told.value, now.value, before.value),
            (told.low, now.low, before.low),
            (told.high, now.high, before.high),
        )
    )
    return _no_further(told, Estimate(value=value, low=low, high=high), answers)


def _no_further(told: Estimate, moved: Estimate, answers: Answers) -> Estimate:
    """Keep both ends on the right side of the study's where all answers say the same.

    Doubt about few answers makes an interval wide; it must not make good news look worse.
    """
    found = _evidence(answers)
    low, high = moved.low, moved.high
    if all(one.unserved >= one.asked for one in found) and not answers.payers:
        low, high = max(low, told.low), max(high, told.high)
    if all(one.unserved <= 0 for one in found):
        low, high = min(low, told.low), min(high, told.high)
    return Estimate(value=moved.value, low=min(low, moved.value), high=max(high, moved.value))


def _left(known: Known, answers: Answers, demand: Floats, luck: _Luck) -> Estimate:
    served = 1 - _unmet_value(known, answers)
    value = known.demand.value * (1 - served * known.contentment)
    drawn = demand * (1 - (1 - _unmet_draws(known, answers, luck)) * known.contentment)
    return _estimate(
        drawn * _pays_draws(known.pays, answers, luck), value * _pays_value(known.pays, answers)
    )


def _acting(saw: int, acted: int, usual: float) -> Estimate | None:
    """Tell which share acts: the usual one before, with the weight of one who acts."""
    if not saw:
        return None
    yes, no = 1.0 + acted, 1 / usual - 1 + saw - acted
    low, high = (float(betaincinv(yes, no, end)) for end in (0.05, 0.95))
    return Estimate(value=yes / (yes + no), low=low, high=high)


def _in_a_month(acting: Estimate | None, demand: Estimate) -> Estimate | None:
    if acting is None:
        return None
    return Estimate(
        value=demand.value * acting.value,
        low=demand.low * acting.low,
        high=demand.high * acting.high,
    )


def _between(demand: Estimate, even: Floats) -> Floats:
    low, high = np.log(max(demand.low, 1e-9)), np.log(max(demand.high, demand.low, 1e-9))
    if high - low < 1e-9:
        return np.full(DRAWS, demand.value)
    return np.asarray(np.exp(low + (high - low) * even), dtype=np.float64)


def _estimate(draws: Floats, value: float) -> Estimate:
    low, high = (float(one) for one in np.quantile(draws, (0.05, 0.95)))
    return Estimate(value=value, low=min(low, value), high=max(high, value))


def _formulas(known: Known, answers: Answers) -> list[str]:
    weight, (talks, waiting, ordered) = weight_of(known.unmet), _evidence(answers)
    said = []
    if answers.asked:
        said.append(
            f"Interviews: {answers.asked} asked, {answers.unserved} found nothing that fits."
        )
    if answers.shown:
        said.append(
            f"Waiting list: {answers.shown:,} saw it, {answers.joined:,} joined. One in twenty "
            f"would if nobody were served, so it counts as {waiting.unserved:.1f} of "
            f"{waiting.asked:.1f} people unserved."
        )
    if answers.offered:
        said.append(
            f"Pre-order: {answers.offered:,} saw it, {answers.bought:,} bought. One in fifty "
            f"would if nobody were served, so it counts as {ordered.unserved:.1f} of "
            f"{ordered.asked:.1f} people unserved."
        )
    if said:
        found = (talks, waiting, ordered)
        more = " + ".join(f"{one.unserved:.1f}" for one in found if one.asked)
        all_asked = " + ".join(f"{one.asked:.1f}" for one in found if one.asked)
        said.append(
            f"Unmet: the study's {known.unmet.value:.0%} counts as {weight:.1f} people; "
            f"({weight:.1f} × {known.unmet.value:.0%} + {more}) / ({weight:.1f} + {all_asked}) = "
            f"{_unmet_value(known, answers):.0%}."
        )
    if answers.payers and known.pays.source:
        weight = _pays_weight(known.pays)
        said.append(
            f"Paid: the study's {known.pays.middle:,.2f} counts as {weight:.1f} people; "
            f"{answers.payers:,} paid {answers.paid:,.2f} together; "
            f"({weight:.1f} × {known.pays.middle:,.2f} + {answers.paid:,.2f}) / "
            f"({weight:.1f} + {answers.payers:,}) = {_pays_value(known.pays, answers):,.2f}."
        )
    return said
