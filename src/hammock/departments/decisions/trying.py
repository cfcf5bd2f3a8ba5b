"""A policy tried before it is adopted: on past cases, against other policies, from one case."""

from __future__ import annotations

import itertools
import json
import random
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from hammock.departments.decisions import conditions, wording
from hammock.departments.decisions.conditions import Rule
from hammock.departments.decisions.errors import DecisionError
from hammock.departments.decisions.kinds import FactType, Kind, Value
from hammock.departments.decisions.wording import Row

CASES_A_PAIR = 3_000
"""Generated cases that two policies are held against."""


@dataclass(frozen=True, kw_only=True)
class Case:
    """A past question and what a person answered."""

    decision_id: int
    asked_at: datetime
    facts: Mapping[str, Value]
    outcome: str
    by: str
    about: str = ""


@dataclass(frozen=True, kw_only=True)
class Trial:
    """What a policy would have done with past cases that people answered."""

    asked: int
    agreed: tuple[Case, ...]
    differed: tuple[Case, ...]
    failed: tuple[str, ...]

    @property
    def decided(self) -> int:
        """How many cases it would have answered."""
        return len(self.agreed) + len(self.differed)


@dataclass(frozen=True, kw_only=True)
class Contradiction:
    """Two policies with different outcomes that both hold for one case.

    The higher priority wins; with one priority nobody does, and a person is asked.
    """

    first: Rule
    second: Rule
    example: Mapping[str, Value]
    is_past: bool

    @property
    def is_tie(self) -> bool:
        """Whether no priority tells who wins."""
        return self.first.priority == self.second.priority


def trial(kind: Kind, condition: str, outcome: str, cases: Iterable[Case]) -> Trial:
    """Try a policy on past cases."""
    agreed: list[Case] = []
    differed: list[Case] = []
    failed: list[str] = []
    asked = 0
    for case in cases:
        asked += 1
        result = conditions.tried(kind, condition, case.facts)
        if result.error is not None:
            failed.append(result.error)
        elif result.holds:
            (agreed if case.outcome == outcome else differed).append(case)
    return Trial(asked=asked, agreed=tuple(agreed), differed=tuple(differed), failed=tuple(failed))


def drafted(kind: Kind, facts: Mapping[str, Value]) -> str:
    """Write the condition that fits this case and its like.

    The stake is rounded up; texts and yes-or-no facts are the same. Where there is none of them,
    numbers are at most as high, rounded up.
    """
    known = [fact for fact in kind.facts if fact.matters and fact.name in facts]
    rows = [_like(fact.name, facts[fact.name], is_stake=fact.name == kind.stake) for fact in known]
    found = [row for row in rows if row is not None]
    if not found:
        found = [
            Row(fact.name, "<=", round_up(int(facts[fact.name])))  # type: ignore[arg-type]  # a number
            for fact in known
            if fact.type in {FactType.WHOLE, FactType.MONEY}
        ]
    return wording.expression(kind, found)


def round_up(number: int) -> int:
    """Round up to a number that a person would name: 1,900 to 2,000, 5,230 to 5,500."""
    if number <= 0:
        return 0
    step: int = max(1, 10 ** (len(str(number)) - 1) // 2)
    return -(-number // step) * step


def contradictions(
    kind: Kind, rules: Sequence[Rule], past: Sequence[Mapping[str, Value]]
) -> list[Contradiction]:
    """Find the policies that would answer one case differently, each pair with an example.

    Looked for among past facts and generated ones: every literal of the two conditions, and the
    values just beside it. Finding none is no proof that there is none.
    """
    found = []
    for first, second in itertools.combinations(rules, 2):
        if first.outcome == second.outcome:
            continue
        clash = _clash(kind, first, second, past)
        if clash is not None:
            found.append(clash)
    return found


def boundary_cases(
    kind: Kind, texts: Sequence[str], bases: Sequence[Mapping[str, Value]]
) -> Iterator[dict[str, Value]]:
    """Make cases around the literals of conditions: each compared value, and those beside it."""
    joined = "\n".join(texts)
    named = [fact for fact in kind.facts if re.search(rf"\b{fact.name}\b", joined)]
    choices = [_values(fact.type, joined) for fact in named]
    size = 1
    for values in choices:
        size *= max(1, len(values))
    for base in bases or [{}]:
        whole = {**_plain(kind), **base}
        for chosen in _combined(choices, size=size, share=max(1, len(bases))):
            yield {
                **whole,
                **dict(zip((fact.name for fact in named), chosen, strict=True)),
            }


def _clash(
    kind: Kind, first: Rule, second: Rule, past: Sequence[Mapping[str, Value]]
) -> Contradiction | None:
    made = boundary_cases(kind, (first.condition, second.condition), list(past[:2]))
    for is_past, cases in ((True, past), (False, made)):
        for facts in cases:
            try:
                both = all(
                    conditions.tried(kind, rule.condition, facts).holds for rule in (first, second)
                )
            except DecisionError:
                return None  # a policy that fits its kind no more decides nothing
            if both:
                winner, loser = sorted((first, second), key=lambda rule: -rule.priority)
                return Contradiction(first=winner, second=loser, example=facts, is_past=is_past)
    return None


def _like(name: str, value: Value, *, is_stake: bool) -> Row | None:
    if is_stake:
        return Row(name, "<=", round_up(int(value)))  # type: ignore[arg-type]  # a stake is money
    return Row(name, "==", value) if isinstance(value, bool | str) else None


def _plain(kind: Kind) -> dict[str, Value]:
    empty: Mapping[FactType, Value] = {
        FactType.WHOLE: 0,
        FactType.MONEY: 0,
        FactType.TEXT: "",
        FactType.YES_NO: False,
        FactType.DECIMAL: 0.0,
        FactType.MOMENT: datetime.fromisoformat("2026-01-01T00:00:00+00:00"),
    }
    return {fact.name: empty[fact.type] for fact in kind.facts if not fact.optional}


def _values(type_: FactType, text: str) -> list[Value]:
    """List the values that matter for a fact of this type, given the literals in the text."""
    without_texts = re.sub(r'"(?:[^"\\]|\\.)*"|\'(?:[^\'\\]|\\.)*\'', " ", text)
    if type_ == FactType.YES_NO:
        return [False, True]
    if type_ == FactType.TEXT:
        return [*_texts(text), "other"]
    if type_ == FactType.MOMENT:
        return _moments(text)
    numbers = re.findall(r"(?<![\w.])-?\d+(?:\.\d+)?(?![\w.])", without_texts)
    if type_ == FactType.DECIMAL:
        found = {float(one) + shift for one in numbers for shift in (-0.001, 0.0, 0.001)}
        return sorted(found) or [0.0]
    whole = {int(one) + shift for one in numbers if "." not in one for shift in (-1, 0, 1)}
    return sorted(one for one in whole if abs(one) < 2**63) or [0]


def _texts(text: str) -> list[str]:
    found = re.findall(r'"(?:[^"\\]|\\.)*"', text)
    single = re.findall(r"'([^'\\]*)'", text)
    read = []
    for one in found:
        try:
            read.append(str(json.loads(one)))
        except ValueError:
            continue
    return sorted({*read, *single})


def _moments(text: str) -> list[Value]:
    found: set[datetime] = set()
    for one in _texts(text):
        try:
            moment = datetime.fromisoformat(one)
        except ValueError:
            continue
        if moment.tzinfo is not None:
            found |= {moment + timedelta(seconds=shift) for shift in (-1, 0, 1)}
    return sorted(found) or [datetime.fromisoformat("2026-01-01T00:00:00+00:00")]


def _combined(
    choices: Sequence[Sequence[Value]], *, size: int, share: int
) -> Iterator[tuple[Value, ...]]:
    """Give every combination, or a sample that is the same each time where there are too many."""
    most = CASES_A_PAIR // share
    if size <= most:
        yield from itertools.product(*choices)
        return
    chance = random.Random(0)  # noqa: S311 - a sample, no secret
    for _ in range(most):
        yield tuple(chance.choice(values) for values in choices)
