"""The sample owner's half year: a journal, a timer that runs less and less, energy, two weeks off.

It draws from a chance of its own, so that the business's history stays what it is.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from hammock.departments.planning.journal import ChoiceDraft
from hammock.departments.planning.models import Choice
from hammock.departments.team.models import Member
from hammock.departments.team.rhythm import away
from hammock.doors.commands import sample
from hammock.doors.commands.sample.reading import Table
from hammock.flows.find_milestones import find_milestones
from hammock.flows.note_choice import note_choice, reckon_choice
from hammock.flows.note_hours import start_timer, stop_timer, tap_energy
from hammock.kit import clock
from hammock.kit.money import Money

AWAY = range(113, 127)  # the days of the half year on which she did not work
WEDNESDAY, WEEKEND = 2, 5


@dataclass(frozen=True, kw_only=True)
class SampleChoice:
    """A choice of the story, decided on `day` of it; `due_in` and `waited` are spans of days."""

    day: int
    what: str
    why: str
    expected: str
    percent: int
    due_in: int
    is_reversible: bool
    worst_minor: int
    waited: int
    came: str
    learned: str


@dataclass(frozen=True, kw_only=True)
class _Open:
    due_on: date
    written: Choice
    story: SampleChoice


def choices() -> list[SampleChoice]:
    """Read the story's choices. Raises `FieldError` naming file and key of whatever is wrong."""
    whole = Table.of_file(sample.FOLDER / "choices.toml")
    found = [_choice(table) for table in whole.tables("choices")]
    whole.close()
    return found


class OwnersDays:
    """Lives the owner's days, one `evening` after the other, on the clock that the story sets."""

    def __init__(self, *, seed: int, days: int) -> None:
        self._chance = random.Random(seed)  # noqa: S311 - a story, not a secret
        self._days = days
        self._choices = choices()
        self._open: list[_Open] = []

    def evening(self, *, day: int) -> None:
        """Look back on a day: hours, choices made, choices answered, energy on Fridays."""
        owner = away.owner()
        if owner is None:
            return
        self._work(day, owner)
        for choice in self._choices:
            if choice.day == day:
                self._choose(choice, owner)
        self._answer(owner)
        is_friday = clock.today().weekday() == WEEKEND - 1
        if is_friday:
            tap_energy(member_id=owner.pk, level=self._level(day))
        if is_friday or day == self._days - 1:
            find_milestones()  # each with its own day, however late it is found

    def _work(self, day: int, owner: Member) -> None:
        today = clock.today()
        weekday = today.weekday()
        if weekday >= WEEKEND or day in AWAY or (day > self._days // 2 and weekday == WEDNESDAY):
            return
        most = 7 - 4 * day / self._days
        begun = datetime.combine(today, time(9, self._chance.randrange(60)), tzinfo=UTC)
        with clock.at(begun):
            start_timer(member_id=owner.pk)
        with clock.at(begun + timedelta(minutes=round(60 * self._chance.uniform(most / 2, most)))):
            stop_timer(member_id=owner.pk)

    def _choose(self, choice: SampleChoice, owner: Member) -> None:
        due_on = clock.today() + timedelta(days=choice.due_in)
        written = note_choice(
            ChoiceDraft(
                what=choice.what,
                why=choice.why,
                expected=choice.expected,
                percent=choice.percent,
                due_on=due_on,
                is_reversible=choice.is_reversible,
                worst=Money(choice.worst_minor, "EUR"),
                arose_at=clock.now() - timedelta(days=choice.waited),
                decided_at=clock.now(),
                by=owner.get_full_name(),
            )
        )
        self._open.append(_Open(due_on=due_on, written=written, story=choice))

    def _answer(self, owner: Member) -> None:
        for one in self._open:
            if one.due_on == clock.today() and one.story.came:
                reckon_choice(
                    choice_id=one.written.pk,
                    came=one.story.came,
                    learned=one.story.learned,
                    by=owner.get_full_name(),
                )

    def _level(self, day: int) -> int:
        rested = 1 if day > AWAY.start else 0
        return min(5, self._chance.choice((2, 3, 3, 4)) + rested)


def _choice(table: Table) -> SampleChoice:
    choice = SampleChoice(
        day=table.number("day"),
        what=table.text("what"),
        why=table.text("why"),
        expected=table.text("expected"),
        percent=table.number("percent", least=1),
        due_in=table.number("due", least=1),
        is_reversible=table.yes("is_reversible"),
        worst_minor=table.number("worst"),
        waited=table.number("waited"),
        came=table.text("came", empty=True),
        learned=table.text("learned", empty=True),
    )
    table.close()
    return choice
