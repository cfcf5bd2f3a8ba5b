"""Who decides, as the decisions department asks for it: today's members behind its port."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from hammock.departments.decisions.ports import OWNER, Absence, Decider
from hammock.departments.team.models import Member


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
        """Tell whether the owner is away at that moment."""
        return None

    def decider(self, *, member_id: int) -> Decider | None:
        """Tell what this member may decide; None for one who decides nothing."""
        member = Member.objects.filter(pk=member_id, is_active=True, is_superuser=True).first()
        return _owner(member) if member else None


def _owner(member: Member) -> Decider:
    return Decider(member_id=member.pk, name=member.get_full_name(), role=OWNER)
