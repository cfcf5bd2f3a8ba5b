"""The past is put to today's policies and people: what would they answer, what would wait.

What takes long runs in the background, says how far it is, and is kept.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils import timezone

from hammock.departments.decisions import (
    kinds,
    learning,
    policies,
    ports,
    queries,
    rehearsing,
    replays,
    wording,
)
from hammock.departments.decisions.conditions import Rule, Ruleset
from hammock.departments.decisions.keeping import packed
from hammock.departments.decisions.kinds import Kind
from hammock.departments.decisions.models import Rehearsal
from hammock.departments.decisions.ports import Decider
from hammock.departments.decisions.rehearsing import NextStep, Past, Question, Replay, Report
from hammock.departments.decisions.rehearsing import Tallied as Tally
from hammock.kit import clock
from hammock.kit.jobs import long_work
from hammock.kit.jobs.long_work import Beat, State
from hammock.kit.locks import lock_one
from hammock.kit.money import Money

MOST_STEPS = 5
AT_ONCE = 5_000
"""Questions that are rehearsed while somebody waits: about half a second."""
LEARNING = 0.1  # the share of a rehearsal that is learning
_NEVER_WINS = -1_000_000


@dataclass(frozen=True, kw_only=True)
class Span:
    """What is rehearsed: the `days` before `until` (None: now), with the owner there or away."""

    days: int
    until: datetime | None = None
    is_away: bool = False

    @property
    def key(self) -> dict[str, Any]:
        """Give the fields by which its kept rehearsal is found."""
        until = self.until.isoformat() if self.until else ""
        return {"days": self.days, "until": until, "is_away": self.is_away}


def weight(span: Span) -> int:
    """Tell how long the rehearsal is, in own questions."""
    end = span.until or clock.now()
    start = end - timedelta(days=span.days)
    return queries.count_asked(start, end) + replays.weight(start, end)


def kept_rehearsal(span: Span) -> Rehearsal | None:
    """Find the rehearsal of the span that was run in the background, or is."""
    return Rehearsal.objects.filter(**span.key).first()


def begin_rehearsal(span: Span) -> Rehearsal:
    """Queue a rehearsal for the background; one that is under way already goes on."""
    with transaction.atomic(durable=True):
        Rehearsal.objects.get_or_create(**span.key, defaults={"state": State.DONE})
        kept = lock_one(Rehearsal.objects.filter(**span.key))
        long_work.begin(kept, job="rehearse_long", rehearsal_id=kept.pk)
        return kept


def run_rehearsal(*, rehearsal_id: int, run: int) -> None:
    """Run a rehearsal that was begun, and keep its report; one begun anew meanwhile is left."""
    mine = Rehearsal.objects.filter(pk=rehearsal_id, run=run)

    def work(beat: Beat) -> dict[str, Any]:
        kept = mine.get()
        until = datetime.fromisoformat(kept.until) if kept.until else None
        span = Span(days=kept.days, until=until, is_away=kept.is_away)
        whole = max(1, weight(span))
        report = rehearse(
            days=span.days,
            until=until,
            is_away=span.is_away,
            beat=lambda done: beat((1 - LEARNING) * min(1.0, done / whole)),
        )
        return {"found": packed(report)}

    long_work.carry_out(mine, work=work)


def rehearse(
    *,
    days: int,
    until: datetime | None = None,
    is_away: bool = False,
    deputy: Decider | None = None,
    proposes: bool = True,
    beat: Callable[[int], None] | None = None,
) -> Report:
    """Rehearse the questions of the `days` before `until` (by default now).

    Own questions, and the history that sources give. With `is_away` the owner answers nothing:
    the deputy (the given one, else today's) does within their limit, and past that the safe outcome
    is taken. Writes nothing. With `proposes` the report tells what would help most, which takes as
    long again. `beat` is told now and then how many questions are answered.
    """
    end = until or clock.now()
    start = end - timedelta(days=days)
    return _report(
        _pasts(start, end),
        start=start,
        end=end,
        is_away=is_away,
        deputy=deputy,
        proposes=proposes,
        beat=beat or _silent,
    )


def _report(
    pasts: Iterable[Past],
    *,
    start: datetime,
    end: datetime,
    is_away: bool,
    deputy: Decider | None,
    proposes: bool,
    beat: Callable[[int], None],
) -> Report:
    declared = {kind.name: kind for kind in kinds.all_kinds()}
    rulesets = {name: policies.ruleset(kind) for name, kind in declared.items()}
    people, zone, currency = ports.people(), _zone(), ports.home_currency()
    replay = Replay(
        kinds=declared,
        rulesets=rulesets,
        people=people,
        zone=zone,
        today=clock.now(),
        is_away=is_away,
        deputy=deputy,
    )
    tally = Tally(kinds=declared, currency=currency, span=end - start, zone=zone)
    for number, past in enumerate(pasts):
        tally.add(past, replay.answer(past.question))
        if number % 1_000 == 0:
            beat(number)
    steps = _steps(declared, rulesets, replay, tally) if proposes else []
    waited = rehearsing.waited(tally)
    return Report(
        since=start,
        until=end,
        is_away=is_away,
        currency=currency,
        total=tally.total,
        kinds=tuple(tally.kinds[name] for name in sorted(tally.kinds)),
        spans=tuple(tally.spans[first] for first in sorted(tally.spans)),
        median_wait=waited.median,
        longest_wait=waited.longest,
        differences=tuple(tally.differences),
        differing=tally.differing,
        differs=Money(tally.differs_minor, currency),
        compared=tally.compared,
        errors=tuple(
            f"{said} ({count} {'time' if count == 1 else 'times'})"
            for said, count in tally.errors.most_common(10)
        ),
        foreign=tally.foreign,
        next_steps=tuple(steps[:MOST_STEPS]),
    )


def _pasts(start: datetime, end: datetime) -> Iterator[Past]:
    """Give own and imported questions together, in the order of asking."""
    streams: list[Iterable[Past]] = [queries.asked_between(start, end)]
    for kind in kinds.all_kinds():
        streams += [_imported(kind, source, start, end) for source in replays.sources(kind.name)]
    return heapq.merge(*streams, key=lambda past: past.question.asked_at)


def _imported(kind: Kind, source: replays.Source, start: datetime, end: datetime) -> list[Past]:
    found = [
        Past(
            Question(kind.name, case.asked_at, kind.checked(case.facts), case.stake),
            case.about,
            case.outcome,
            case.decided_at,
        )
        for case in source(start, end)
        if start <= case.asked_at < end
    ]
    return sorted(found, key=lambda past: past.question.asked_at)


def _steps(
    declared: Mapping[str, Kind], rulesets: Mapping[str, Ruleset], replay: Replay, tally: Tally
) -> list[NextStep]:
    """Say what would take decisions off the owner, what takes most first."""
    delegations = rehearsing.delegations(
        kinds=declared,
        tallied=tally,
        replay=replay,
        people=ports.people(),
        today=clock.now(),
        zone=_zone(),
    )
    steps = [*delegations, *_learned_steps(declared, rulesets, tally)]
    return sorted(steps, key=lambda step: -step.takes)


def _learned_steps(
    declared: Mapping[str, Kind], rulesets: Mapping[str, Ruleset], tally: Tally
) -> list[NextStep]:
    """Propose each kind's learned policies, below those that it has."""
    steps = []
    for name in sorted({past.question.kind for past in tally.owners}):
        kind, now = declared[name], rulesets[name]
        for proposal in learning.learn(kind, queries.human_cases(name, at_most=5_000)).proposals:
            rule = Rule(
                version_id=0,
                policy_id=0,
                outcome=proposal.outcome,
                priority=_NEVER_WINS,
                condition=proposal.condition,
            )
            taken = rehearsing.taken_by(Ruleset(kind, (*now.rules, rule)), tally.owners)
            if taken:
                says = wording.sentence(kind, proposal.condition, proposal.outcome)
                says = f"Adopt the policy: {says}"
                steps.append(
                    rehearsing.step(
                        says=says,
                        kind=name,
                        taken=taken,
                        tallied=tally,
                        currency=tally.currency,
                        condition=proposal.condition,
                        outcome=proposal.outcome,
                    )
                )
    return steps


def _silent(_done: int) -> None:
    """Tell nobody how far it is."""


def _zone() -> ZoneInfo:
    zone = timezone.get_current_timezone()
    return zone if isinstance(zone, ZoneInfo) else ZoneInfo("UTC")
