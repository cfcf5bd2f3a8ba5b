"""Plan beside fact: what the lines of the strategy asked for and what came of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from hammock.departments.planning.rules.strategy import Centre, Channel, Document
from hammock.kit.money import Money

WEEK_OF_MONTH = Decimal(7) / 30


@dataclass(frozen=True, kw_only=True)
class CentreRow:
    """A profit centre's target a month beside its revenue, net, of the last thirty days."""

    centre: Centre
    fact: Money
    exists: bool

    @property
    def share(self) -> float | None:
        """Give the fact as a share of the target; None without a target."""
        return self.fact.minor / self.centre.target.minor if self.centre.target else None


@dataclass(frozen=True, kw_only=True)
class ChannelRow:
    """A channel's budget a month beside what was spent on it in thirty days."""

    channel: Channel
    spent: Money
    is_due: bool

    @property
    def is_over(self) -> bool:
        """Whether more was spent than the budget holds."""
        return self.channel.budget < self.spent

    @property
    def left(self) -> Money:
        """Give what the budget still holds, less than nothing where it is overdrawn."""
        return self.channel.budget - self.spent


@dataclass(frozen=True, kw_only=True)
class Hours:
    """Hours a week: as answered in the reality check, and as they were kept, where they were."""

    planned: Decimal | None
    kept: Decimal | None


@dataclass(frozen=True, kw_only=True)
class Learning:
    """What was learned: cheap tests that ended and run, and reviews whose day has come."""

    tests_ended: int
    tests_running: int
    reviews_due: int


@dataclass(frozen=True, kw_only=True)
class Progress:
    """The whole page of plan against fact; `outside` was spent in thirty days beside all lines."""

    centres: tuple[CentreRow, ...]
    channels: tuple[ChannelRow, ...]
    outside: Money
    hours: Hours
    learning: Learning


def centre_rows(document: Document, revenue: Mapping[str, Money]) -> tuple[CentreRow, ...]:
    """Put each centre's target beside its revenue."""
    nothing = Money.zero(document.currency)
    return tuple(
        CentreRow(
            centre=centre, fact=revenue.get(centre.key, nothing), exists=centre.key in revenue
        )
        for centre in document.centres
    )


def week_of(target: Money) -> Money:
    """Give a week's part of what a month shall bring: seven of thirty days."""
    return target.share(WEEK_OF_MONTH)


def channel_rows(
    document: Document, spent: Mapping[str, Money], *, today: date
) -> tuple[ChannelRow, ...]:
    """Put each channel's budget beside what was spent on its line."""
    nothing = Money.zero(document.currency)
    return tuple(
        ChannelRow(
            channel=one,
            spent=spent.get(f"channel:{one.key}", nothing),
            is_due=one.review_on is not None and one.review_on <= today,
        )
        for one in document.channels
    )


def budget_left(document: Document, spent: Mapping[str, Money], *, key: str) -> Money:
    """Tell what a line's month may still cost: a channel's budget less what was spent on it.

    Other lines have no budget of their own: nothing.
    """
    nothing = Money.zero(document.currency)
    channel = next((one for one in document.channels if f"channel:{one.key}" == key), None)
    if channel is None:
        return nothing
    left = channel.budget - spent.get(key, nothing)
    return left if left.minor > 0 else nothing
