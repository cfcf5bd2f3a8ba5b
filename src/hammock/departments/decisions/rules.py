"""Who decides, and until when: pure thinking about people, limits and time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from hammock.departments.decisions.errors import DayFull, MayNotDecide, OverLimit
from hammock.departments.decisions.ports import OWNER, Absence, Decider
from hammock.kit.money import Money

ROLE_SHARE = 2
"""The role has the first half of the promised time, the owner (or deputy) the rest."""


@dataclass(frozen=True, kw_only=True)
class Turn:
    """Whose turn it is (`role`, `owner`, `deputy` or `nobody`), and until when."""

    stage: str
    until: datetime


def turn(
    *,
    asked_at: datetime,
    waits: timedelta,
    able: bool,
    absence: Absence | None,
    deputy_is_able: bool,
) -> Turn:
    """Tell who is asked: the role where somebody of it is `able`, else the owner or the deputy."""
    if able:
        return Turn(stage="role", until=asked_at + waits / ROLE_SHARE)
    if absence is None:
        return Turn(stage="owner", until=asked_at + waits)
    return Turn(stage="deputy" if deputy_is_able else "nobody", until=asked_at + waits)


def within_limit(decider: Decider, stake: Money | None) -> bool:
    """Tell whether this much at stake is within the person's limit.

    A limit in another currency than the stake's says nothing about it, so it does not allow it.
    """
    if decider.limit is None or stake is None:
        return True
    return decider.limit.currency == stake.currency and abs(stake.minor) <= decider.limit.minor


def has_count_left(decider: Decider, given_today: int) -> bool:
    """Tell whether the person may give one more answer today."""
    return decider.daily_count is None or given_today < decider.daily_count


def is_owner(decider: Decider) -> bool:
    """Tell whether this person may answer everything."""
    return decider.role == OWNER


def stands_in(decider: Decider, absence: Absence | None) -> bool:
    """Tell whether this person is the deputy of an owner who is away."""
    deputy = absence.deputy if absence else None
    return deputy is not None and deputy.member_id == decider.member_id


def able(deciders: Sequence[Decider], stake: Money | None) -> list[Decider]:
    """List those within whose limits the stake is."""
    return [decider for decider in deciders if within_limit(decider, stake)]


def refusal(
    decider: Decider | None,
    *,
    role: str,
    stake: Money | None,
    absence: Absence | None,
    given: int | None,
) -> MayNotDecide | None:
    """Say why this person may not answer a question of that role; None when they may.

    `given` is how many answers they gave today, None where that is counted elsewhere.
    """
    if decider is None:
        return MayNotDecide(name="This member", problem="they have no role that decides")
    if is_owner(decider):
        return None
    if not stands_in(decider, absence) and decider.role != role:
        problem = f"it is a question for {role}, not {decider.role}"
        return MayNotDecide(name=decider.name, problem=problem)
    if decider.limit is not None and stake is not None and not within_limit(decider, stake):
        return OverLimit(name=decider.name, limit=decider.limit, stake=stake)
    if given is not None and not has_count_left(decider, given):
        return DayFull(name=decider.name, count=decider.daily_count or 0)
    return None
