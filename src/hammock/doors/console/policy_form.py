"""A policy's form: its rows and what is typed in them, read into a condition and back."""

from __future__ import annotations

from datetime import datetime
from typing import Any, cast

from django import forms
from django.utils import timezone

from hammock.departments.decisions import conditions, ports, wording
from hammock.departments.decisions.errors import DecisionError
from hammock.departments.decisions.kinds import Fact, FactType, Kind, Value
from hammock.departments.decisions.wording import COMPARISONS, Joint, Row
from hammock.departments.decisions.writing import PolicyDraft
from hammock.kit.errors import FieldError
from hammock.kit.money import Money

ROWS = 5
"""Comparisons that the form offers; more are written by hand."""


class PolicyForm(forms.Form):
    """A policy: rows of comparisons or an expression, an outcome, a priority."""

    written_as = forms.ChoiceField(
        label="The condition",
        choices=[("rows", "from the rows below"), ("text", "written by hand")],
        widget=forms.RadioSelect,
    )
    joint = forms.ChoiceField(
        label="Rows hold together by",
        choices=[("and", "and: all of them hold"), ("or", "or: one of them is enough")],
        required=False,
    )
    condition = forms.CharField(
        label="Written by hand",
        required=False,
        max_length=conditions.LONGEST,
        widget=forms.Textarea(attrs={"rows": 3, "spellcheck": "false", "class": "c-code"}),
    )
    outcome = forms.ChoiceField(label="Then")
    priority = forms.IntegerField(
        min_value=-1_000,
        max_value=1_000,
        initial=0,
        help_text="Of two policies that hold, the higher number decides.",
    )

    def __init__(self, *args: Any, kind: Kind, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind = kind
        outcomes = [(outcome.name, outcome.says) for outcome in kind.outcomes]
        cast("forms.ChoiceField", self.fields["outcome"]).choices = outcomes
        facts = [("", "–"), *((fact.name, fact.says) for fact in kind.facts)]
        signs = list(COMPARISONS.items())
        for at in range(ROWS):
            self.fields[f"fact_{at}"] = forms.ChoiceField(
                label="Fact", choices=facts, required=False
            )
            self.fields[f"sign_{at}"] = forms.ChoiceField(
                label="Comparison", choices=signs, required=False
            )
            self.fields[f"value_{at}"] = forms.CharField(
                label="Value", required=False, max_length=200
            )

    def rows(self) -> list[list[Any]]:
        """Give the form's rows, each with its three fields."""
        return [[self[f"fact_{at}"], self[f"sign_{at}"], self[f"value_{at}"]] for at in range(ROWS)]

    def clean(self) -> dict[str, Any]:
        """Make the expression of whichever way was chosen, and refuse what is none."""
        found: dict[str, Any] = super().clean() or self.cleaned_data
        if found.get("written_as") == "text":
            self._check_text(found)
        else:
            self._write_rows(found)
        return found

    def draft(self, *, author: str, author_id: int | None, policy_id: int | None) -> PolicyDraft:
        """Give what was written."""
        found = self.cleaned_data
        return PolicyDraft(
            kind=self.kind.name,
            condition=found["condition"],
            outcome=found["outcome"],
            priority=found["priority"],
            author=author,
            author_id=author_id,
            policy_id=policy_id,
        )

    def _check_text(self, found: dict[str, Any]) -> None:
        try:
            conditions.refuse_wrong(self.kind, found.get("condition", ""))
        except DecisionError as error:
            self.add_error("condition", error.sentence())

    def _write_rows(self, found: dict[str, Any]) -> None:
        rows = []
        for at in range(ROWS):
            name = found.get(f"fact_{at}")
            if not name:
                continue
            sign, typed = found.get(f"sign_{at}") or "==", found.get(f"value_{at}", "")
            try:
                row = Row(name, sign, read_value(self.kind.fact(name), sign, typed))
                wording.expression(self.kind, [row])
            except (FieldError, DecisionError) as error:
                self.add_error(f"value_{at}", getattr(error, "problem", error.sentence()))
                continue
            rows.append(row)
        joint: Joint = "or" if found.get("joint") == "or" else "and"
        if not self.errors:
            found["condition"] = wording.expression(self.kind, rows, joint=joint)


def read_value(fact: Fact, sign: str, typed: str) -> Value | tuple[str, ...]:
    """Read what somebody typed as a value of the fact. Raises `FieldError`."""
    text = typed.strip()
    if sign == "in":
        return tuple(part.strip() for part in text.split(",") if part.strip())
    if fact.type == FactType.TEXT:
        return text
    if fact.type == FactType.MONEY:
        return Money.parse(text, ports.home_currency()).minor
    if fact.type == FactType.YES_NO:
        return _yes_or_no(text)
    try:
        if fact.type == FactType.MOMENT:
            moment = datetime.fromisoformat(text)
            return moment if moment.tzinfo else timezone.make_aware(moment)
        plain = text.replace(" ", "")
        return float(plain) if fact.type == FactType.DECIMAL else int(plain)
    except ValueError:
        raise FieldError(field=fact.name, problem=f"“{typed}” is no {fact.type}") from None


def typed_value(fact: Fact, value: Value | tuple[str, ...]) -> str:
    """Write a value as it would be typed."""
    if isinstance(value, tuple):
        return ", ".join(value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return value.isoformat()
    if fact.type == FactType.MONEY:
        return str(Money(int(value), ports.home_currency()).decimal)
    return str(value)


def initial_of(kind: Kind, condition: str, outcome: str) -> dict[str, Any]:
    """Fill the form: by rows where the condition can be shown so."""
    found = wording.rows_of(kind, condition)
    initial: dict[str, Any] = {
        "written_as": "rows",
        "condition": condition,
        "outcome": outcome,
        "joint": "and",
    }
    if found is None or len(found.parts) > ROWS:
        return {**initial, "written_as": "text"}
    initial["joint"] = found.joint
    for at, row in enumerate(found.parts):
        assert isinstance(row, Row)
        fact = kind.fact(row.fact)
        initial[f"fact_{at}"], initial[f"sign_{at}"] = row.fact, row.comparison
        initial[f"value_{at}"] = typed_value(fact, row.value)
    return initial


def _yes_or_no(text: str) -> bool:
    word = text.lower()
    if word in {"yes", "true", "1"}:
        return True
    if word in {"no", "false", "0"}:
        return False
    raise FieldError(field="value", problem=f"“{text}” is neither yes nor no")
