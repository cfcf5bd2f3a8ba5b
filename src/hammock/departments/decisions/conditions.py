"""Conditions in the Common Expression Language, by Google's own library: compile and evaluate.

A trap of the library: run-time errors come back as values, and their `value()` is a text, which is
truthy. Only a result of type BOOL that is True decides; whatever else is neither True nor False is
an error, and an error in a policy's condition sends the question to a person. A policy further down
must not decide what one above it might have decided otherwise.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from cel_expr_python import cel

from hammock.departments.decisions.errors import ConditionRefused, DecisionError
from hammock.departments.decisions.kinds import Fact, FactType, Kind, Value

LONGEST = 4_000
"""Letters of a condition."""

_TYPES: Mapping[FactType, Any] = {
    FactType.WHOLE: cel.Type.INT,
    FactType.MONEY: cel.Type.INT,
    FactType.TEXT: cel.Type.STRING,
    FactType.YES_NO: cel.Type.BOOL,
    FactType.MOMENT: cel.Type.TIMESTAMP,
    FactType.DECIMAL: cel.Type.DOUBLE,
}
_PLACE = re.compile(r"<input>:(\d+):(\d+): (.+)")
_BOOL = cel.Type.BOOL


@dataclass(frozen=True, kw_only=True, slots=True)
class Rule:
    """A policy as it is evaluated; of two that match, the higher priority wins."""

    version_id: int
    policy_id: int
    outcome: str
    priority: int
    condition: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the policies say: the rule that decides, or none and the errors that were met."""

    rule: Rule | None = None
    errors: tuple[str, ...] = ()


SILENCE = Verdict()


@dataclass(frozen=True, slots=True)
class Tried:
    """What one condition says of some facts: whether it holds, or the error that it met."""

    holds: bool
    error: str | None = None


def environment(facts: tuple[Fact, ...]) -> Any:
    """Give the library's environment that knows these facts with their types."""
    return _environment(tuple((fact.name, fact.type) for fact in facts))


def compiled(kind: Kind, condition: str) -> Any:
    """Compile a condition over the kind's facts. Raises `ConditionRefused` with the place."""
    return _compiled(tuple((fact.name, fact.type) for fact in kind.facts), condition)


def refuse_wrong(kind: Kind, condition: str) -> None:
    """Raise `ConditionRefused` unless the condition compiles to a yes or no."""
    compiled(kind, condition)


def tried(kind: Kind, condition: str, facts: Mapping[str, Value]) -> Tried:
    """Evaluate one condition over checked facts."""
    result = compiled(kind, condition).eval(environment(kind.facts).Activation(facts))
    if result.type() == _BOOL:
        return Tried(result.value() is True)
    return Tried(holds=False, error=_error_said(result.value()))


class Ruleset:
    """The policies of one kind, compiled and in order of priority: made once, asked often."""

    def __init__(self, kind: Kind, rules: Iterable[Rule]) -> None:
        ordered = sorted(rules, key=lambda rule: (-rule.priority, rule.policy_id))
        self.kind = kind
        self.rules = tuple(ordered)
        self._activation = environment(kind.facts).Activation
        self._programs = tuple(
            (_program(kind, rule), rule, Verdict(rule), self._rivals(rule)) for rule in ordered
        )

    def verdict(self, facts: Mapping[str, Value]) -> Verdict:
        """Ask the policies about checked facts, the highest priority first.

        The first that holds decides. One that fails before, or one of the same priority with
        another outcome that holds too, leaves the question to a person.
        """
        activation = self._activation(facts)
        for run, rule, verdict, rivals in self._programs:
            result = run(activation)
            value = result.value()
            if value is False:
                continue
            if value is True and result.type() == _BOOL:
                return self._unless_contradicted(verdict, rivals, activation) if rivals else verdict
            said = f"policy {rule.policy_id} failed: {_error_said(value)}"
            return Verdict(None, (said,))
        return SILENCE

    def _rivals(self, rule: Rule) -> tuple[Rule, ...]:
        """List the rules after this one, of the same priority and another outcome."""
        return tuple(
            other
            for other in self.rules
            if other.priority == rule.priority
            and other.outcome != rule.outcome
            and other.policy_id > rule.policy_id
        )

    def _unless_contradicted(
        self, verdict: Verdict, rivals: tuple[Rule, ...], activation: Any
    ) -> Verdict:
        assert verdict.rule is not None
        for rival in rivals:
            result = _program(self.kind, rival)(activation)
            if result.value() is False:
                continue
            what = "contradict each other" if result.type() == _BOOL else "may contradict"
            said = (
                f"policies {verdict.rule.policy_id} ({verdict.rule.outcome}) and "
                f"{rival.policy_id} ({rival.outcome}) have one priority and {what}"
            )
            return Verdict(None, (said,))
        return verdict


class _Broken:
    """The result of a policy that does not fit its kind any more: an error, like the library's."""

    def __init__(self, problem: str) -> None:
        self._problem = problem

    def value(self) -> str:
        return self._problem

    def type(self) -> Any:
        return cel.Type.ERROR


def _program(kind: Kind, rule: Rule) -> Callable[[Any], Any]:
    try:
        kind.outcome(rule.outcome)
        run: Callable[[Any], Any] = compiled(kind, rule.condition).eval
    except DecisionError as error:
        broken = _Broken(error.sentence())
        return lambda _activation: broken
    return run


@lru_cache(maxsize=256)
def _environment(facts: tuple[tuple[str, FactType], ...]) -> Any:
    return cel.NewEnv(variables={name: _TYPES[type_] for name, type_ in facts})


@lru_cache(maxsize=4_096)
def _compiled(facts: tuple[tuple[str, FactType], ...], condition: str) -> Any:
    if not condition.strip():
        raise ConditionRefused(problem="it is empty; write `true` for always")
    if len(condition) > LONGEST:
        raise ConditionRefused(problem=f"it is longer than {LONGEST:,} letters")
    if "\0" in condition:
        raise ConditionRefused(problem="it holds a NUL character")
    try:
        expression = _environment(facts).compile(condition)
    except Exception as error:  # the library raises bare RuntimeErrors
        raise _refused(str(error)) from error
    if expression.return_type() != _BOOL:
        kind = expression.return_type().name().lower()
        raise ConditionRefused(problem=f"it gives {kind}, not yes or no")
    return expression


def _refused(said: str) -> ConditionRefused:
    found = _PLACE.search(said)
    if found is None:
        return ConditionRefused(problem=_error_said(said))
    line, column, problem = found.groups()
    return ConditionRefused(problem=problem, line=int(line), column=int(column))


def _error_said(value: object) -> str:
    """Take the library's status word off what it says."""
    return re.sub(r"^[A-Z_]+: ", "", str(value)).partition("\n")[0]
