"""The page about the kinds of question tells every kind, fact and outcome, and the true wait."""

from __future__ import annotations

import re
from pathlib import Path

from hammock.departments.decisions import kinds
from hammock.departments.decisions.kinds import Kind

PAGE = Path(__file__).parents[3] / "docs" / "kinds-of-question.md"


def part(kind: Kind) -> str:
    found = re.search(rf"### `{kind.name}`.*?(?=\n##)", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    assert found is not None, kind.name
    return found[0]


def test_every_kind_is_on_the_page_with_its_facts_outcomes_safe_one_and_wait() -> None:
    assert len(kinds.all_kinds()) >= 7
    for kind in kinds.all_kinds():
        told = part(kind)
        for fact in kind.facts:
            assert f"`{fact.name}`{'?' if fact.optional else ''}" in told, (kind.name, fact.name)
            assert fact.optional == (f"`{fact.name}`?" in told), (kind.name, fact.name)
        safe = told.split(f"`{kind.safe}`", 1)[1].split("`", 1)[0]
        assert "**safe**" in safe, kind.name
        for outcome in kind.outcomes:
            said = told.split("**Outcomes**", 1)[1].split(f"`{outcome.name}`", 1)[1]
            words = said.split("; `", 1)[0]
            assert ("final" in words) == (outcome.undo_job is None), (kind.name, outcome.name)
        days = kind.waits.days
        assert f"within {days} day{'' if days == 1 else 's'}" in told, kind.name
        assert f"First asked: {kind.role}." in told, kind.name
