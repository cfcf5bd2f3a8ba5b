"""What a cheap test teaches: the niche's estimate moved by what people did, formulas included.

- Interviews: each person either found nothing that fits or did. The study's unmet share becomes
  Beta(1 + n·share, 1 + n·(1 - share)), the n people being as many as make it as wide as the study's
  interval; each answer adds one to one side of it. An interval from 0 to 1 is Beta(1, 1).
- Waiting list and pre-order: of those reached, some act. The acting share starts at Beta(1, 19),
  one in twenty with the weight of twenty people, and each person adds one to one side.
- Pre-order money: a buyer's payment is exponential with a mean of unknown size; that mean starts as
  an inverse Gamma distribution with the study's middle and width, and each payment adds to it.

Opportunity is then computed anew by the study's own formula, by drawing all of them together.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hammock.departments.research.rules.opportunity import Estimate

DRAWS = 4_000
SEED = 7
ACTS, DOES_NOT = 1.0, 19.0
MOST_WEIGHT = 200.0  # people that a study's own unmet share counts for, at most
LEAST_DEVIATION = 0.02  # no study knows a share better than this
HALVINGS = 40  # of the number of people that an interval's width stands for
NORMAL_90 = 3.29  # standard deviations in a 90 % interval
QUARTILES = 1.35  # standard deviations between quartiles
Floats = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class Known:
    """What the study says of a niche; `pays` is None where nothing is known of money.

    `contentment` is the share of the served who are content, `pays` the middle and the quartiles.
    """

    demand: Estimate
    unmet: Estimate
    contentment: float
    pays: Estimate | None


@dataclass(frozen=True, kw_only=True)
class Answers:
    """What the tests brought: people asked and unserved, reached and acting, buyers and money."""

    asked: int = 0
    unserved: int = 0
    reached: int = 0
    acted: int = 0
    buyers: int = 0
    paid: float = 0.0


@dataclass(frozen=True, kw_only=True)
class Learned:
    """The estimates after the tests, each with its 90 % interval, and how they were reached."""

    unmet: Estimate
    acting: Estimate
    pays: Estimate | None
    opportunity: Estimate
    acting_a_month: Estimate
    formulas: tuple[str, ...]


@dataclass(frozen=True)
class _Beta:
    yes: float
    no: float

    def after(self, yes: int, no: int) -> _Beta:
        return _Beta(self.yes + yes, self.no + no)

    @property
    def deviation(self) -> float:
        whole = self.yes + self.no
        return float(np.sqrt(self.yes * self.no / (whole + 1)) / whole)

    def __str__(self) -> str:
        return f"Beta({self.yes:.1f}, {self.no:.1f})"


@dataclass(frozen=True)
class _InverseGamma:
    shape: float
    scale: float

    def after(self, buyers: int, paid: float) -> _InverseGamma:
        return _InverseGamma(self.shape + buyers, self.scale + paid)

    def __str__(self) -> str:
        return f"1 / Gamma({self.shape:.1f}, {self.scale:,.1f})"


def learn(known: Known, answers: Answers) -> Learned:
    """Update a niche with its tests; without any answers the study's own figures come out."""
    chance = np.random.default_rng(SEED)
    before, start = _beta_of(known.unmet), _Beta(ACTS, DOES_NOT)
    unmet = before.after(answers.unserved, answers.asked - answers.unserved)
    acting = start.after(answers.acted, answers.reached - answers.acted)
    shares, acts = _drawn(unmet, chance), _drawn(acting, chance)
    demand = _between(known.demand, chance)
    money = _money_of(known.pays, answers)
    paying = np.ones(DRAWS) if money is None else _drawn_money(money, chance)
    left = demand * (1 - (1 - shares) * known.contentment) * paying
    return Learned(
        unmet=_estimate(shares),
        acting=_estimate(acts),
        pays=None if money is None else _estimate(paying),
        opportunity=_estimate(left),
        acting_a_month=_estimate(demand * shares * acts),
        formulas=_formulas(answers, (before, unmet), (start, acting), known, money),
    )


def _formulas(
    answers: Answers,
    unmet: tuple[_Beta, _Beta],
    acting: tuple[_Beta, _Beta],
    known: Known,
    money: _InverseGamma | None,
) -> tuple[str, ...]:
    said = [
        f"unmet share: {unmet[0]} from the study; {answers.asked} asked, {answers.unserved} found "
        f"nothing that fits; now {unmet[1]}",
        f"acting share: {acting[0]} before anything is known; {answers.reached} reached, "
        f"{answers.acted} acted; now {acting[1]}",
    ]
    if money is not None:
        start = "nothing known" if known.pays is None else str(_money_start(known.pays))
        said.append(
            f"mean payment: {start} before; {answers.buyers} paid {answers.paid:,.2f} together; "
            f"now {money}"
        )
    return tuple(said)


def _beta_of(share: Estimate) -> _Beta:
    """Give the Beta distribution around the estimate that is as wide as its interval.

    It is one person's word for and one against, which is to know nothing, and beyond them as many
    people of whom the estimated share is unmet as its width asks for.
    """
    wanted = max((share.high - share.low) / NORMAL_90, LEAST_DEVIATION)
    fewest, most = 0.0, MOST_WEIGHT
    for _ in range(HALVINGS):
        middle = (fewest + most) / 2
        if _around(share.value, middle).deviation > wanted:
            fewest = middle
        else:
            most = middle
    return _around(share.value, most)


def _around(share: float, people: float) -> _Beta:
    return _Beta(1.0 + share * people, 1.0 + (1.0 - share) * people)


def _money_of(pays: Estimate | None, answers: Answers) -> _InverseGamma | None:
    if pays is not None:
        return _money_start(pays).after(answers.buyers, answers.paid)
    if answers.buyers == 0:
        return None
    mean = answers.paid / answers.buyers
    return _InverseGamma(2.0 + answers.buyers, mean + answers.paid)


def _money_start(pays: Estimate) -> _InverseGamma:
    deviation = max((pays.high - pays.low) / QUARTILES, pays.value * 0.05, 1e-9)
    shape = min(2.0 + (pays.value / deviation) ** 2, 52.0)
    return _InverseGamma(shape, pays.value * (shape - 1))


def _drawn(share: _Beta, chance: np.random.Generator) -> Floats:
    return chance.beta(share.yes, share.no, DRAWS)


def _drawn_money(money: _InverseGamma, chance: np.random.Generator) -> Floats:
    return np.asarray(money.scale / chance.gamma(money.shape, 1.0, DRAWS), dtype=np.float64)


def _between(demand: Estimate, chance: np.random.Generator) -> Floats:
    low, high = np.log(max(demand.low, 1e-9)), np.log(max(demand.high, demand.low, 1e-9))
    if high - low < 1e-9:
        return np.full(DRAWS, demand.value)
    return np.asarray(np.exp(chance.uniform(low, high, DRAWS)), dtype=np.float64)


def _estimate(draws: Floats) -> Estimate:
    low, high = (float(one) for one in np.quantile(draws, (0.05, 0.95)))
    return Estimate(value=float(draws.mean()), low=low, high=high)


def answers_of(results: Sequence[Answers]) -> Answers:
    """Add several tests' results together."""
    return Answers(
        asked=sum(one.asked for one in results),
        unserved=sum(one.unserved for one in results),
        reached=sum(one.reached for one in results),
        acted=sum(one.acted for one in results),
        buyers=sum(one.buyers for one in results),
        paid=sum(one.paid for one in results),
    )
