"""What is documented is there, and what is there is documented."""

from __future__ import annotations

import re
from pathlib import Path

from hammock.departments.decisions import kinds
from hammock.kit import facts
from hammock.kit.jobs import registry

DOCS = Path(__file__).parents[2] / "docs"


def test_every_job_is_documented_and_no_other() -> None:
    text = (DOCS / "jobs.md").read_text(encoding="utf-8")
    documented = re.findall(r"^\| `(\w+)` \|", text, re.MULTILINE)
    ours = {
        name
        for name, task in registry.tasks().items()
        if task.func.__module__.startswith("hammock.")
    }
    assert sorted(documented) == sorted(ours)


def test_every_reaction_is_a_registered_job_to_a_declared_event() -> None:
    for event, jobs in facts.reactions().items():
        assert event in facts.events()
        assert all(job in registry.tasks() for job in jobs)


def test_links_between_the_docs_lead_somewhere() -> None:
    for page in DOCS.rglob("*.md"):
        for target in re.findall(r"\]\(([^)#:]+)\)", page.read_text(encoding="utf-8")):
            assert (page.parent / target).exists(), f"{page.name} → {target}"


def test_every_outcome_of_a_decision_is_bound_to_a_job_that_takes_it() -> None:
    for kind in kinds.all_kinds():
        for outcome in kind.outcomes:
            for name in filter(None, (outcome.job, outcome.undo_job)):
                registry.refuse_arguments(registry.registered(name), {"decision_id": 1})
