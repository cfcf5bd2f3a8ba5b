"""Policies learned from what people decided: short rules, each with what speaks for and against it.

A shallow decision tree (scikit-learn) is grown on the earlier part of the past; each of its leaves
that is clear enough becomes a condition. How far it agrees is counted on the later part, which the
tree has not seen, with Wilson's 95 % interval. Nothing is adopted here.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from hammock.departments.decisions import conditions, wording
from hammock.departments.decisions.kinds import Fact, FactType, Kind, Value
from hammock.departments.decisions.trying import Case
from hammock.departments.decisions.wording import Row
from hammock.kit.shares import Z95, wilson

FEWEST_CASES = 20
"""Below this many past answers nothing is proposed."""
LEARNED_SHARE = 0.7
"""The earlier part, from which rules are learned; the rest judges them."""
CLEAR = 0.9
"""A leaf is proposed when so much of what it was grown from has one outcome."""
DEPTH = 3
MOST_TEXTS = 10
_SEED = 0


@dataclass(frozen=True, kw_only=True)
class Proposal:
    """A rule that could become a policy.

    `support` is how many of all past cases it would have answered; `agreed` of `held_out` later
    cases that it had not seen got the same answer from a person, with the 95 % interval from `low`
    to `high` (0 to 1); `wrong` lists the cases, old and new, where people answered otherwise.
    """

    condition: str
    outcome: str
    support: int
    agreed: int
    held_out: int
    low: float
    high: float
    wrong: tuple[Case, ...]

    @property
    def agreement(self) -> float | None:
        """The share of held-out cases that it answers as people did; None where there are none."""
        return self.agreed / self.held_out if self.held_out else None


@dataclass(frozen=True, kw_only=True)
class Lesson:
    """What could be learned of a kind, and from how many cases; `why_not` where nothing could."""

    cases: int
    proposals: tuple[Proposal, ...] = ()
    why_not: str = ""


@dataclass(frozen=True)
class _Feature:
    """A column of the tree: a fact as a number, or whether it is one text."""

    fact: Fact
    text: str | None = None

    def of(self, facts: Mapping[str, Value]) -> float:
        value = facts[self.fact.name]
        return float(value == self.text) if self.text is not None else float(value)  # type: ignore[arg-type]  # a number


@dataclass
class _Leaf:
    """A way down the tree: for each column, above what and up to what."""

    outcome: str
    above: dict[int, float] = field(default_factory=dict)
    up_to: dict[int, float] = field(default_factory=dict)


def learn(kind: Kind, cases: Sequence[Case]) -> Lesson:
    """Propose policies from past answers of people."""
    known = sorted(_whole(kind, cases), key=lambda case: (case.asked_at, case.decision_id))
    if len(known) < FEWEST_CASES:
        why = f"{len(known)} answers are too few: proposals begin at {FEWEST_CASES}"
        return Lesson(cases=len(known), why_not=why)
    cut = int(len(known) * LEARNED_SHARE)
    earlier, later = known[:cut], known[cut:]
    features = _features(kind, earlier)
    if not features:
        return Lesson(cases=len(known), why_not="no fact of this kind can be learned from")
    found = [_proposal(kind, leaf, features, earlier, later) for leaf in _leaves(features, earlier)]
    found.sort(key=lambda one: (-one.low, -one.support))
    if not found:
        return Lesson(cases=len(known), why_not="people's answers follow no clear, short rule")
    return Lesson(cases=len(known), proposals=tuple(found))


def _whole(kind: Kind, cases: Sequence[Case]) -> list[Case]:
    needed = {fact.name for fact in _learnable(kind) if not fact.optional}
    return [case for case in cases if needed <= case.facts.keys()]


def _learnable(kind: Kind) -> list[Fact]:
    return [fact for fact in kind.facts if fact.matters and fact.type != FactType.MOMENT]


def _features(kind: Kind, cases: Sequence[Case]) -> list[_Feature]:
    """Choose columns: facts that every case has; of texts, the frequent ones."""
    found: list[_Feature] = []
    for fact in _learnable(kind):
        if not all(fact.name in case.facts for case in cases):
            continue
        if fact.type == FactType.TEXT:
            frequent = Counter(str(case.facts[fact.name]) for case in cases)
            found += [_Feature(fact, text) for text, _ in frequent.most_common(MOST_TEXTS)]
        else:
            found.append(_Feature(fact))
    return found


def _leaves(features: Sequence[_Feature], cases: Sequence[Case]) -> list[_Leaf]:
    from sklearn.tree import DecisionTreeClassifier  # 100 MB, only for who learns

    columns = [[feature.of(case.facts) for feature in features] for case in cases]
    tree = DecisionTreeClassifier(
        max_depth=DEPTH, min_samples_leaf=max(5, len(cases) // 50), random_state=_SEED
    ).fit(columns, [case.outcome for case in cases])
    return list(_clear_leaves(tree.tree_, [str(name) for name in tree.classes_], 0, _Leaf("")))


def _clear_leaves(tree: Any, names: Sequence[str], node: int, way: _Leaf) -> list[_Leaf]:
    left, right = int(tree.children_left[node]), int(tree.children_right[node])
    if left == right:
        shares = tree.value[node][0] / tree.value[node][0].sum()
        best = int(shares.argmax())
        if shares[best] < CLEAR:
            return []
        return [_Leaf(names[best], way.above, way.up_to)]
    column, edge = int(tree.feature[node]), float(tree.threshold[node])
    up_to = {**way.up_to, column: min(edge, way.up_to.get(column, math.inf))}
    above = {**way.above, column: max(edge, way.above.get(column, -math.inf))}
    return [
        *_clear_leaves(tree, names, left, _Leaf("", way.above, up_to)),
        *_clear_leaves(tree, names, right, _Leaf("", above, way.up_to)),
    ]


def _proposal(
    kind: Kind,
    leaf: _Leaf,
    features: Sequence[_Feature],
    earlier: Sequence[Case],
    later: Sequence[Case],
) -> Proposal:
    condition = wording.expression(kind, _rows(leaf, features, earlier))
    seen, unseen = _held(kind, condition, earlier), _held(kind, condition, later)
    agreed = sum(case.outcome == leaf.outcome for case in unseen)
    sure = wilson(hits=agreed, of=len(unseen), z=Z95)
    return Proposal(
        condition=condition,
        outcome=leaf.outcome,
        support=len(seen) + len(unseen),
        agreed=agreed,
        held_out=len(unseen),
        low=sure.low,
        high=sure.high,
        wrong=tuple(case for case in (*seen, *unseen) if case.outcome != leaf.outcome),
    )


def _held(kind: Kind, condition: str, cases: Sequence[Case]) -> list[Case]:
    return [case for case in cases if conditions.tried(kind, condition, case.facts).holds]


def _rows(leaf: _Leaf, features: Sequence[_Feature], cases: Sequence[Case]) -> list[Row]:
    rows = []
    for column, feature in enumerate(features):
        above, up_to = leaf.above.get(column), leaf.up_to.get(column)
        if feature.text is not None or feature.fact.type == FactType.YES_NO:
            rows += _rows_of_choice(feature, is_so=above is not None, known=(above, up_to))
            continue
        values = sorted({feature.of(case.facts) for case in cases})
        if above is not None:
            rows.append(_edge(feature.fact, ">", above, values))
        if up_to is not None:
            rows.append(_edge(feature.fact, "<=", up_to, values))
    is_said = {row.fact for row in rows if row.comparison == "=="}
    return [row for row in rows if row.comparison != "!=" or row.fact not in is_said]


def _rows_of_choice(
    feature: _Feature, *, is_so: bool, known: tuple[float | None, float | None]
) -> list[Row]:
    if known == (None, None):
        return []
    if feature.text is None:
        return [Row(feature.fact.name, "==", is_so)]
    return [Row(feature.fact.name, "==" if is_so else "!=", feature.text)]


def _edge(fact: Fact, sign: str, edge: float, values: Sequence[float]) -> Row:
    """Say the tree's edge with the roundest number between the two values that it parts."""
    below = max((value for value in values if value <= edge), default=edge)
    beyond = min((value for value in values if value > edge), default=edge + 1)
    if fact.type == FactType.DECIMAL:
        return Row(fact.name, sign, _roundest_decimal(below, beyond))
    return Row(fact.name, sign, roundest(math.floor(below), math.ceil(beyond)))


def roundest(first: int, beyond: int) -> int:
    """Give the roundest whole number from `first` up to, and without, `beyond`."""
    for zeros in range(len(str(abs(beyond))), 0, -1):
        for step in (int(10**zeros), int(5 * 10 ** (zeros - 1))):
            candidate = -(-first // step) * step
            if first <= candidate < beyond:
                return candidate
    return first


def _roundest_decimal(first: float, beyond: float) -> float:
    for digits in range(12):
        scale = float(10**digits)
        candidate = math.ceil(first * scale) / scale
        if first <= candidate < beyond:
            return candidate
    return first
