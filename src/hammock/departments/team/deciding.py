"""Who decides, as the decisions department asks for it: today's members behind its port."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db.models import QuerySet

from hammock.departments.catalogue import queries as catalogue
from hammock.departments.decisions.ports import OWNER, Absence, Decider
from hammock.departments.team import roles
from hammock.departments.team.models import Member
from hammock.departments.team.rhythm import away
from hammock.departments.team.roles import Role
from hammock.kit.money import Money


class Team:
    """The members as deciders, each within their own limits or their role's."""

    def on_duty(self, *, role: str, at: datetime) -> Sequence[Decider]:
        """List who answers the role's questions at that moment: its members who are not away."""
        if role not in set(Role):
            return ()
        there = _active(Role(role)).exclude(pk__in=away.gone(at).values("member_id"))
        return [_decider(member, Role(role)) for member in there]

    def owner(self) -> Decider | None:
        """Give the owner: the first active one."""
        return next((_decider(member, Role.OWNER) for member in _active(Role.OWNER)), None)

    def away(self, *, at: datetime) -> Absence | None:
        """Tell whether the owner is away at that moment, until when, and who stands in."""
        absence = away.at(at)
        if absence is None:
            return None
        deputy = may_decide(absence.deputy) if absence.deputy else None
        return Absence(until=away.until(absence), deputy=deputy)

    def decider(self, *, member_id: int) -> Decider | None:
        """Tell what this member may decide; None for one who decides nothing."""
        member = Member.objects.filter(pk=member_id).first()
        return may_decide(member) if member else None


def may_decide(member: Member) -> Decider | None:
    """Tell what a member may decide, the deputy of an owner included; None for nothing at all."""
    if not member.is_active or member.known_role is None:
        return None
    found = _decider(member, member.known_role)
    return None if found.daily_count == 0 else found


def _active(role: Role) -> QuerySet[Member]:
    return Member.objects.filter(role=role, is_active=True).order_by("pk")


def _decider(member: Member, role: Role) -> Decider:
    if role is Role.OWNER:
        return Decider(member_id=member.pk, name=member.get_full_name(), role=OWNER)
    duty = roles.DUTIES[role]
    minor = duty.limit_minor if member.limit_minor is None else member.limit_minor
    count = duty.daily_count if member.daily_count is None else member.daily_count
    return Decider(
        member_id=member.pk,
        name=member.get_full_name(),
        role=role.value,
        limit=None if minor is None else Money(minor, catalogue.shop().currency),
        daily_count=count,
    )
