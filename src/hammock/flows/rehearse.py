"""The past is put to today's policies and people: what would they answer, what would wait."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

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
from hammock.departments.decisions.kinds import Kind
from hammock.departments.decisions.ports import Decider
from hammock.departments.decisions.rehearsing import NextStep, Past, Question, Replay, Report
from hammock.departments.decisions.rehearsing import Tallied as Tally
from hammock.kit import clock
from hammock.kit.money import Money

MOST_STEPS = 5
_NEVER_WINS = -1_000_000


def rehearse(
    *,
    days: int,
    until: datetime | None = None,
    is_away: bool = False,
    deputy: Decider | None = None,
) -> Report:
    """Rehearse the questions of the `days` before `until` (by default now).

    Own questions, and the history that sources give. With `is_away` the owner answers nothing:
    the deputy (the given one, else today's) does within their limit, and past that the safe outcome
    is taken. Writes nothing.
    """
    end = until or clock.now()
    start = end - timedelta(days=days)
    return _report(
        _pasts(start, end),
        start=start,
        end=end,
        is_away=is_away,
        deputy=deputy,
    )


def _report(
    pasts: Iterable[Past],
    *,
    start: datetime,
    end: datetime,
    is_away: bool,
    deputy: Decider | None,
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
    for past in pasts:
        tally.add(past, replay.answer(past.question))
    steps = [
        *rehearsing.delegations(
            kinds=declared,
            tallied=tally,
            replay=replay,
            people=people,
            today=clock.now(),
            zone=zone,
        ),
        *_learned_steps(declared, rulesets, tally),
    ]
    steps.sort(key=lambda step: -step.takes)
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


def _zone() -> ZoneInfo:
    zone = timezone.get_current_timezone()
    return zone if isinstance(zone, ZoneInfo) else ZoneInfo("UTC")
