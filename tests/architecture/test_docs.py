"""What is documented is there, and what is there is documented."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from hammock.departments.decisions import kinds
from hammock.doors.console import menu
from hammock.kit import facts
from hammock.kit.jobs import registry
from hammock.kit.jobs.rules import Daily, Schedule

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src" / "hammock"
DOCS = ROOT / "docs"
PAGES = [ROOT / "README.md", *sorted(DOCS.rglob("*.md"))]
ON_EVERY_PAGE = pytest.mark.parametrize(
    "page", PAGES, ids=[str(page.relative_to(ROOT)) for page in PAGES]
)


def test_every_job_is_documented_and_no_other() -> None:
    text = (DOCS / "jobs.md").read_text(encoding="utf-8")
    documented = re.findall(r"^\| `(\w+)` \|", text, re.MULTILINE)
    ours = {
        name
        for name, task in registry.tasks().items()
        if task.func.__module__.startswith("hammock.")
    }
    assert sorted(documented) == sorted(ours)


def test_every_job_on_the_timetable_is_documented_with_its_moment_and_no_other() -> None:
    text = (DOCS / "jobs.md").read_text(encoding="utf-8")
    moments = dict(re.findall(r"^\| `(\w+)` \| (every [^|]+) \|", text, re.MULTILINE))
    ours = {name: _moment(when) for name, when in registry.timetable().items()}
    assert moments == ours


def _moment(when: Schedule) -> str:
    if isinstance(when, Daily):
        return f"every day at {when.at:%H:%M} (UTC)"
    minutes = when.every // timedelta(minutes=1)
    return {1: "every minute", 60: "every hour"}.get(minutes, f"every {minutes} minutes")


def test_every_reaction_is_a_registered_job_to_a_declared_event() -> None:
    for event, jobs in facts.reactions().items():
        assert event in facts.events()
        assert all(job in registry.tasks() for job in jobs)


@ON_EVERY_PAGE
def test_links_between_the_docs_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#:]+)\)", page.read_text(encoding="utf-8")):
        assert (page.parent / target).exists(), target


@ON_EVERY_PAGE
def test_every_file_that_the_docs_name_is_there(page: Path) -> None:
    lost = [name for name in _named_files(page) if not _is_there(name, page)]
    assert not lost


def _named_files(page: Path) -> Iterator[str]:
    """Give what stands in backticks outside code blocks and has a slash, as `kit/money.py`."""
    text = re.sub(r"```.*?```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    for name in re.findall(r"`([^`\n]+)`", text):
        if "/" in name and re.fullmatch(r"[a-z*][\w*./-]+", name):
            yield name


def _is_there(name: str, page: Path) -> bool:
    """Look from the root down to the page's own department; the end may be a name in the file."""
    departments = SOURCE / "departments"
    of_page = departments / page.stem.partition("-")[0]
    for folder in (ROOT, SOURCE, departments, of_page):
        if any(folder.glob(name.rstrip("/"))) or any(folder.glob(f"{name}.py")):
            return True
        module, _dot, inside = name.rpartition(".")
        file = folder / f"{module}.py"
        if file.is_file() and re.search(rf"\b{inside}\b", file.read_text(encoding="utf-8")):
            return True
    return False


@ON_EVERY_PAGE
def test_every_way_through_the_console_s_menu_is_one(page: Path) -> None:
    places: dict[str, tuple[str, ...]] = {"Today": (), "Settings": _labels(menu.SETTINGS)}
    for entry in menu.MAIN:
        places[entry.label] = _labels(entry.places) if isinstance(entry, menu.Group) else ()
    text = re.sub(r"\s+", " ", page.read_text(encoding="utf-8"))
    for way in re.findall(r"[A-Z][\w &]* → [A-Z][\w &]*(?:→ [\w &]+)*", text):
        first, second = (step.strip() for step in way.split("→")[:2])
        assert first in places, f"{first} → {second}"
        within = places[first]
        assert second.startswith(within) or not within, f"{first} → {second}"


def _labels(places: tuple[menu.Place, ...]) -> tuple[str, ...]:
    return tuple(place.label for place in places)


def test_every_outcome_of_a_decision_is_bound_to_a_job_that_takes_it() -> None:
    for kind in kinds.all_kinds():
        for outcome in kind.outcomes:
            for name in filter(None, (outcome.job, outcome.undo_job)):
                registry.refuse_arguments(registry.registered(name), {"decision_id": 1})
