"""The rehearsal: the past's questions put to today's policies and today's people.

`Replay.answer` is given a `Question`, which holds only what was known when it was asked. What was
really decided, and how long it took, lies in `Past` beside it and is looked at afterwards, to
compare. Owner dependence is the share of questions (and of money at stake) that no policy answers
and nobody but the owner may.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from statistics import median
from zoneinfo import ZoneInfo

from hammock.departments.decisions import rules
from hammock.departments.decisions.conditions import Ruleset
from hammock.departments.decisions.kinds import Kind, Value
from hammock.departments.decisions.ports import Decider, People
from hammock.departments.decisions.trying import round_up
from hammock.kit.money import Money

WEEKLY_UP_TO = timedelta(days=92)
"""Longer rehearsals are shown month by month."""
MOST_DIFFERENCES = 50
_LIMIT_SHARE = 0.9  # a limit that one outlier sets would be no sensible proposal


class By(StrEnum):
    """Who answers in the rehearsal."""

    POLICY = "policy"
    TEAM = "team"
    OWNER = "owner"
    DEPUTY = "deputy"
    SAFE = "safe outcome"


@dataclass(frozen=True, slots=True)
class Question:
    """What was known when a question was asked, and nothing else."""

    kind: str
    asked_at: datetime
    facts: Mapping[str, Value]
    stake: Money | None


@dataclass(frozen=True, slots=True)
class Past:
    """A question of the past, and apart from it what became of it."""

    question: Question
    about: str
    outcome: str | None
    decided_at: datetime | None


@dataclass(frozen=True, slots=True)
class Replied:
    """How a question is answered in the rehearsal; `errors` are those of policies that failed."""

    by: By
    outcome: str | None = None
    policy_id: int | None = None
    errors: tuple[str, ...] = ()


class Replay:
    """Today's policies and people, answering the past's questions one after the other, in time."""

    def __init__(
        self,
        *,
        kinds: Mapping[str, Kind],
        rulesets: Mapping[str, Ruleset],
        people: People,
        zone: ZoneInfo,
        today: datetime,
        is_away: bool = False,
        deputy: Decider | None = None,
    ) -> None:
        self._kinds, self._rulesets, self._people = kinds, rulesets, people
        self._zone, self._is_away = zone, is_away
        absence = people.away(at=today)
        self._deputy = deputy or (absence.deputy if absence else None)
        self._given: Counter[tuple[int, date]] = Counter()
        self._staff: dict[tuple[str, datetime], list[Decider]] = {}
        self._replies = {by: Replied(by) for by in By}
        self._by_policy: dict[int, Replied] = {}

    def answer(self, question: Question) -> Replied:
        """Answer one question; daily counts are used up in the order of asking."""
        kind = self._kinds[question.kind]
        verdict = self._rulesets[question.kind].verdict(question.facts)
        if verdict.rule is not None:
            return self._policy_reply(verdict.rule.policy_id, verdict.rule.outcome)
        if self._answered_by_team(kind, question):
            by = By.TEAM
        elif not self._is_away:
            by = By.OWNER
        elif self._deputy and rules.within_limit(self._deputy, question.stake):
            by = By.DEPUTY
        else:
            return Replied(By.SAFE, outcome=kind.safe, errors=verdict.errors)
        return Replied(by, errors=verdict.errors) if verdict.errors else self._replies[by]

    def left_on(self, decider: Decider, day: date) -> int | None:
        """Tell how many more answers the person may give on that day; None for no limit."""
        if decider.daily_count is None:
            return None
        return max(0, decider.daily_count - self._given[decider.member_id, day])

    def _policy_reply(self, policy_id: int, outcome: str) -> Replied:
        known = self._by_policy.get(policy_id)
        if known is None:
            known = self._by_policy[policy_id] = Replied(By.POLICY, outcome, policy_id)
        return known

    def _answered_by_team(self, kind: Kind, question: Question) -> bool:
        on_duty = self._on_duty(kind.role, question.asked_at)
        if not on_duty:
            return False
        day = question.asked_at.astimezone(self._zone).date()
        for decider in on_duty:
            key = (decider.member_id, day)
            if rules.within_limit(decider, question.stake) and rules.has_count_left(
                decider, self._given[key]
            ):
                self._given[key] += 1
                return True
        return False

    def _on_duty(self, role: str, at: datetime) -> list[Decider]:
        """List the role's people at that hour, the smallest limit first."""
        hour = at.replace(minute=0, second=0, microsecond=0)
        known = self._staff.get((role, hour))
        if known is None:
            found = self._people.on_duty(role=role, at=hour)
            known = sorted(
                found,
                key=lambda one: (one.limit is None, one.limit.minor if one.limit else 0),
            )
            self._staff[role, hour] = known
        return known


@dataclass(kw_only=True)
class Share:
    """How the questions of a kind, or of a span of time, were answered; stakes in minor units."""

    label: str
    questions: int = 0
    by: Counter[By] = field(default_factory=Counter)
    stake_minor: int = 0
    owner_stake_minor: int = 0

    @property
    def needing_owner(self) -> int:
        """How many only the owner could settle: also those that ended the safe way."""
        return self.by[By.OWNER] + self.by[By.SAFE] + self.by[By.DEPUTY]

    @property
    def dependence(self) -> float:
        """The share of questions that only the owner can settle, from 0 to 1."""
        return self.needing_owner / self.questions if self.questions else 0.0

    @property
    def stake_dependence(self) -> float:
        """The share of the money at stake that only the owner can settle, from 0 to 1."""
        return self.owner_stake_minor / self.stake_minor if self.stake_minor else 0.0


@dataclass(frozen=True, kw_only=True)
class Difference:
    """A question that a policy answers otherwise than it was really answered."""

    kind: str
    about: str
    asked_at: datetime
    really: str
    now: str
    policy_id: int | None
    more: Money | None


@dataclass(frozen=True, kw_only=True)
class NextStep:
    """A delegation or policy that would take questions off the owner: how many, and what share."""

    says: str
    kind: str
    takes: int
    dependence_after: float
    condition: str = ""
    outcome: str = ""
    takes_stake: Money | None = None


@dataclass(frozen=True, kw_only=True)
class Report:
    """A whole rehearsal. `differs` is what would have left the business more (or less) than did.

    Waiting times are those that really passed; they are known for answered questions only.
    """

    since: datetime
    until: datetime
    is_away: bool
    currency: str
    total: Share
    kinds: tuple[Share, ...]
    spans: tuple[Share, ...]
    median_wait: timedelta | None
    longest_wait: timedelta | None
    differences: tuple[Difference, ...]
    differing: int
    differs: Money
    compared: int
    errors: tuple[str, ...]
    foreign: int
    next_steps: tuple[NextStep, ...]

    @property
    def headline(self) -> str:
        """Say the owner dependence in one line."""
        total = self.total
        return (
            f"owner dependence: {total.dependence:.1%} of decisions "
            f"({total.needing_owner} of {total.questions}), "
            f"{total.stake_dependence:.1%} of the money at stake "
            f"({Money(total.owner_stake_minor, self.currency)} of "
            f"{Money(total.stake_minor, self.currency)})"
        )


@dataclass(frozen=True, kw_only=True)
class Waited:
    """How long the owner's questions really waited; None where none was answered."""

    median: timedelta | None = None
    longest: timedelta | None = None


class Tallied:
    """Adds up replies; made once a rehearsal."""

    def __init__(
        self, *, kinds: Mapping[str, Kind], currency: str, span: timedelta, zone: ZoneInfo
    ) -> None:
        self._kinds, self.currency, self._zone = kinds, currency, zone
        self._by_week = span <= WEEKLY_UP_TO
        self._costs = {
            name: {one.name: one.costs_percent for one in kind.outcomes}
            for name, kind in kinds.items()
        }
        self.total = Share(label="all")
        self.kinds: dict[str, Share] = {}
        self.spans: dict[date, Share] = {}
        self.waits: list[timedelta] = []
        self.differences: list[Difference] = []
        self.errors: Counter[str] = Counter()
        self.owners: list[Past] = []
        self.differs_minor = self.compared = self.foreign = self.differing = 0

    def add(self, past: Past, reply: Replied) -> None:
        """Add one."""
        by = reply.by
        if by == By.OWNER:
            by = self._unless_late(past)
        stake = self._stake(past.question)
        for share in (self.total, self._of_kind(past), self._of_span(past)):
            share.questions += 1
            share.by[by] += 1
            share.stake_minor += stake
            if by not in {By.POLICY, By.TEAM}:
                share.owner_stake_minor += stake
        if by not in {By.POLICY, By.TEAM}:
            self.owners.append(past)
            if past.decided_at is not None:
                self.waits.append(past.decided_at - past.question.asked_at)
        if reply.errors:
            self.errors.update(reply.errors)
        if reply.outcome is not None and past.outcome is not None:
            self._compare(past, reply, stake)

    def _unless_late(self, past: Past) -> By:
        """Tell whether the owner answered in the promised time; else it went the safe way."""
        if past.decided_at is None:
            return By.OWNER
        is_late = past.decided_at - past.question.asked_at >= self._kinds[past.question.kind].waits
        return By.SAFE if is_late else By.OWNER

    def _stake(self, question: Question) -> int:
        if question.stake is None:
            return 0
        if question.stake.currency != self.currency:
            self.foreign += 1
            return 0
        return abs(question.stake.minor)

    def _of_kind(self, past: Past) -> Share:
        name = past.question.kind
        if name not in self.kinds:
            self.kinds[name] = Share(label=name)
        return self.kinds[name]

    def _of_span(self, past: Past) -> Share:
        day = past.question.asked_at.astimezone(self._zone).date()
        first = day - timedelta(days=day.weekday()) if self._by_week else day.replace(day=1)
        if first not in self.spans:
            label = f"week of {first:%-d %B %Y}" if self._by_week else f"{first:%B %Y}"
            self.spans[first] = Share(label=label)
        return self.spans[first]

    def _compare(self, past: Past, reply: Replied, stake: int) -> None:
        self.compared += 1
        if reply.outcome == past.outcome:
            return
        costs = self._costs[past.question.kind]
        really, now = costs.get(past.outcome or "", 0), costs.get(reply.outcome or "", 0)
        more = stake * (now - really) // 100
        self.differing += 1
        self.differs_minor += more
        if len(self.differences) < MOST_DIFFERENCES:
            self.differences.append(
                Difference(
                    kind=past.question.kind,
                    about=past.about,
                    asked_at=past.question.asked_at,
                    really=past.outcome or "",
                    now=reply.outcome or "",
                    policy_id=reply.policy_id,
                    more=Money(more, self.currency),
                )
            )


def delegations(
    *,
    kinds: Mapping[str, Kind],
    tallied: Tallied,
    replay: Replay,
    people: People,
    today: datetime,
    zone: ZoneInfo,
) -> list[NextStep]:
    """Propose, for each role, whom to appoint or which limit to raise, with what it would take."""
    by_role: dict[str, list[Past]] = {}
    for past in tallied.owners:
        by_role.setdefault(kinds[past.question.kind].role, []).append(past)
    steps = []
    for role, mine in sorted(by_role.items()):
        limit = _limit_for(mine)
        staff = people.on_duty(role=role, at=today)
        best = max(staff, key=lambda one: one.limit.minor if one.limit else 2**63, default=None)
        taken = [past for past in mine if _stake_of(past) <= limit]
        if best is not None and best.limit is not None and best.limit.minor < limit:
            taken = _within_count(taken, best, replay, zone)
        if taken:
            steps.append(_step(role, best, limit, taken, tallied))
    return steps


def taken_by(ruleset: Ruleset, owners: Iterable[Past]) -> list[Past]:
    """List the owner's questions that this set of policies would answer."""
    return [
        past
        for past in owners
        if past.question.kind == ruleset.kind.name
        and ruleset.verdict(past.question.facts).rule is not None
    ]


def step(
    *,
    says: str,
    kind: str,
    taken: Sequence[Past],
    tallied: Tallied,
    currency: str,
    condition: str = "",
    outcome: str = "",
) -> NextStep:
    """Make a proposal from the questions that it would take off the owner."""
    total = tallied.total
    after = (total.needing_owner - len(taken)) / total.questions if total.questions else 0.0
    return NextStep(
        says=says,
        kind=kind,
        takes=len(taken),
        dependence_after=after,
        condition=condition,
        outcome=outcome,
        takes_stake=Money(sum(_stake_of(past) for past in taken), currency),
    )


def waited(tallied: Tallied) -> Waited:
    """Give the median and the longest time that the owner's questions really waited."""
    if not tallied.waits:
        return Waited()
    return Waited(
        median=timedelta(seconds=median(one.total_seconds() for one in tallied.waits)),
        longest=max(tallied.waits),
    )


def _stake_of(past: Past) -> int:
    return abs(past.question.stake.minor) if past.question.stake else 0


def _limit_for(mine: Sequence[Past]) -> int:
    """Choose the limit that covers nine in ten of these questions, rounded up."""
    stakes = sorted(_stake_of(past) for past in mine)
    return round_up(stakes[min(len(stakes) - 1, int(len(stakes) * _LIMIT_SHARE))])


def _within_count(
    taken: Sequence[Past], best: Decider, replay: Replay, zone: ZoneInfo
) -> list[Past]:
    """Leave out what the person's daily count does not allow any more."""
    used: Counter[date] = Counter()
    found = []
    for past in taken:
        day = past.question.asked_at.astimezone(zone).date()
        left = replay.left_on(best, day)
        if left is None or used[day] < left:
            used[day] += 1
            found.append(past)
    return found


def _step(
    role: str, best: Decider | None, limit: int, taken: Sequence[Past], tallied: Tallied
) -> NextStep:
    currency = tallied.currency
    amount = Money(limit, currency)
    if best is None:
        says = f"Appoint somebody for {role}, with a limit of {amount} (nobody has this role now)"
    elif best.limit is not None and best.limit.minor < limit:
        says = f"Raise the limit of {best.name} ({role}) from {best.limit} to {amount}"
    else:
        says = (
            f"Appoint one more for {role}, with a limit of {amount}: {best.name} has no room left"
        )
    return step(says=says, kind="", taken=taken, tallied=tallied, currency=currency)
