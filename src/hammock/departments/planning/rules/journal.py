"""How well what was expected came true: Brier score, calibration curve, time to decide."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from math import sqrt
from statistics import fmean, median, quantiles, stdev

from hammock.kit.money import Money, total
from hammock.kit.shares import Z90, Bounds, wilson

ENOUGH = 10  # answers, from which an interval is given and a verdict is spoken
EDGES = (0, 20, 40, 60, 80, 100)
SMALL_PERCENT = 5  # of the cash: what may be lost on a small bet


@dataclass(frozen=True, kw_only=True)
class Said:
    """How sure somebody was, from 1 to 99 %, and whether it came true."""

    percent: int
    came_true: bool


@dataclass(frozen=True, kw_only=True)
class Score:
    """How good the expectations were.

    `brier` is the mean of (said − what came)², 0 the best (Brier 1950); `baseline` is what always
    saying the base rate would have had, with hindsight; `skill` is 1 − brier ⁄ baseline, None
    where all came alike. `interval` is the mean's and `gain` that of baseline − brier, answer by
    answer; both are missing below ten answers.
    """

    answers: int
    brier: float
    interval: Bounds | None
    base_rate: float
    baseline: float
    skill: float | None
    gain: Bounds | None

    @property
    def beside(self) -> str:
        """Say whether the owner does better than the base rate, as far as the answers can tell."""
        if self.gain is None:
            return "Too few answers to compare."
        if self.gain.low > 0:
            return "You do better than that."
        if self.gain.high < 0:
            return "You do worse than that."
        return "Too close to tell which is better."


@dataclass(frozen=True, kw_only=True)
class Bin:
    """What was said within a span of percent: how sure on average, and what share came true."""

    low: int
    high: int
    answers: int
    came_true: int
    said: float
    share: float
    interval: Bounds

    @property
    def is_off(self) -> bool:
        """Whether what was said lies outside of what the answers allow."""
        return not self.interval.low <= self.said <= self.interval.high


@dataclass(frozen=True, kw_only=True)
class Waited:
    """How long questions waited for their decision, in days."""

    choices: int
    median: float
    quickest_quarter: float
    slowest_quarter: float

    @property
    def hours(self) -> float:
        """The median in hours."""
        return self.median * 24


@dataclass(frozen=True, kw_only=True)
class Bet:
    """An open choice's stake."""

    worst: Money
    is_reversible: bool


@dataclass(frozen=True, kw_only=True)
class AtStake:
    """What open choices can cost if all goes wrong, and what of that can be undone."""

    choices: int
    worst: Money
    reversible: int
    worst_of_reversible: Money


def score(said: Sequence[Said]) -> Score | None:
    """Score what was said against what came; None while nothing came."""
    if not said:
        return None
    errors = [(one.percent / 100 - one.came_true) ** 2 for one in said]
    rate = fmean(one.came_true for one in said)
    gains = [(rate - one.came_true) ** 2 - error for one, error in zip(said, errors, strict=True)]
    brier, baseline = fmean(errors), rate * (1 - rate)
    return Score(
        answers=len(said),
        brier=brier,
        interval=_within_bounds(_around(errors)) if len(said) >= ENOUGH else None,
        base_rate=rate,
        baseline=baseline,
        skill=1 - brier / baseline if baseline else None,
        gain=_around(gains) if len(said) >= ENOUGH else None,
    )


def curve(said: Iterable[Said]) -> list[Bin]:
    """Group what was said by fifths; empty fifths are left out."""
    found: dict[int, list[Said]] = {}
    for one in said:
        found.setdefault(min(one.percent // 20, 4), []).append(one)
    return [_bin(number, found[number]) for number in sorted(found)]


def verdict(found: Score | None, bins: Sequence[Bin]) -> str:
    """Say in a sentence how far the owner's sureness can be trusted."""
    if found is None:
        return "Nothing has come to its date yet. The curve begins with the first answer."
    if found.answers < ENOUGH:
        return f"{_answers(found.answers)} so far: too few to judge by. Ten is a beginning."
    off = [one for one in bins if one.is_off]
    if not off:
        return "What you said and what came fit together, as far as the answers can tell."
    worst = max(off, key=lambda one: abs(one.said - one.share))
    too = "surer" if abs(worst.said - 0.5) > abs(worst.share - 0.5) else "less sure"
    return (
        f"Where you said {worst.said:.0%} on average, {worst.share:.0%} came true "
        f"({worst.came_true} of {worst.answers}): you are {too} than what comes allows."
    )


def waited(spans: Sequence[timedelta]) -> Waited | None:
    """Tell how long questions waited; None where there are none."""
    if not spans:
        return None
    days = sorted(span / timedelta(days=1) for span in spans)
    quarters = quantiles(days, n=4, method="inclusive") if len(days) > 1 else [days[0]] * 3
    return Waited(
        choices=len(days),
        median=median(days),
        quickest_quarter=quarters[0],
        slowest_quarter=quarters[2],
    )


def at_stake(bets: Sequence[Bet], *, currency: str) -> AtStake:
    """Add up what open choices can cost at worst."""
    undoable = [bet for bet in bets if bet.is_reversible]
    return AtStake(
        choices=len(bets),
        worst=total((bet.worst for bet in bets), currency=currency),
        reversible=len(undoable),
        worst_of_reversible=total((bet.worst for bet in undoable), currency=currency),
    )


def is_small(bet: Bet, *, cash: Money) -> bool:
    """Tell whether the bet can be undone and loses at most a twentieth of the cash."""
    return bet.is_reversible and bet.worst.minor * 100 <= max(cash.minor, 0) * SMALL_PERCENT


def advice(bet: Bet, *, cash: Money, usual: Waited | None) -> str:
    """Say what a bet costs at worst, and whether it is worth thinking about for long."""
    if not bet.is_reversible:
        return f"It cannot be undone, and costs {bet.worst} at worst: sleep on it."
    said = f"It can be undone, and costs {bet.worst} at worst"
    if cash.minor > 0:
        said += f", {_percent(bet.worst.minor / cash.minor)} of your cash of {cash}"
    if not is_small(bet, cash=cash):
        return f"{said}. That is no small bet."
    said += ". A small bet: finding out is cheaper than being sure."
    if usual is not None and usual.median >= 2:
        said += f" Such questions have waited {usual.median:.0f} days with you."
    return said


def _percent(share: float) -> str:
    return f"{share:.0%}" if share >= 0.01 or share == 0 else "less than 1 %"


def _answers(count: int) -> str:
    return "One answer" if count == 1 else f"{count} answers"


def _bin(number: int, inside: Sequence[Said]) -> Bin:
    came = sum(one.came_true for one in inside)
    return Bin(
        low=EDGES[number],
        high=EDGES[number + 1],
        answers=len(inside),
        came_true=came,
        said=fmean(one.percent / 100 for one in inside),
        share=came / len(inside),
        interval=wilson(hits=came, of=len(inside), z=Z90),
    )


def _around(values: Sequence[float]) -> Bounds:
    middle, half = fmean(values), Z90 * stdev(values) / sqrt(len(values))
    return Bounds(low=middle - half, high=middle + half)


def _within_bounds(found: Bounds) -> Bounds:
    return Bounds(low=max(0.0, found.low), high=min(1.0, found.high))
