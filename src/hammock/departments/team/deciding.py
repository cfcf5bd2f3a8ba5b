"""Who decides, as the decisions department asks for it: today's members behind its port."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from hammock.departments.decisions.ports import OWNER, Absence, Decider
from hammock.departments.team.models import Member
from hammock.departments.team.rhythm import away
from hammock.kit import clock

DEPUTY = "deputy"
"""The role of who stands in for the owner and has none of their own."""


class Team:
    """The members as deciders: whoever has all rights is an owner, nobody else decides yet."""

    def on_duty(self, *, role: str, at: datetime) -> Sequence[Decider]:
        """List who answers the role's questions at that moment."""
        return ()

    def owner(self) -> Decider | None:
        """Give the owner: the first member with all rights."""
        member = Member.objects.filter(is_superuser=True, is_active=True).order_by("pk").first()
        return _owner(member) if member else None

    def away(self, *, at: datetime) -> Absence | None:
        """Tell whether the owner is away at that moment, until when, and who stands in."""
        absence = away.at(at)
        if absence is None:
            return None
        return Absence(until=away.until(absence), deputy=deputy(absence.deputy))

    def decider(self, *, member_id: int) -> Decider | None:
        """Tell what this member may decide; None for one who decides nothing."""
        member = Member.objects.filter(pk=member_id, is_active=True).first()
        if member is None:
            return None
        if member.is_superuser:
            return _owner(member)
        absence = away.at(clock.now())
        stands_in = absence is not None and absence.deputy_id == member_id
        return deputy(member) if stands_in else None


def deputy(member: Member) -> Decider | None:
    """Tell what a member may decide who stands in for the owner; None for one who has left."""
    if not member.is_active:
        return None
    if member.is_superuser:
        return _owner(member)
    return Decider(member_id=member.pk, name=member.get_full_name(), role=DEPUTY)


def _owner(member: Member) -> Decider:
    return Decider(member_id=member.pk, name=member.get_full_name(), role=OWNER)
