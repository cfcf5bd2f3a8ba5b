"""Writes of the team: invitations, members and their roles, the audit log."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib.auth.models import Group, Permission
from django.db.models import Q
from wagtail.models import Collection, GroupCollectionPermission, GroupPagePermission, Page

from hammock.departments.team import roles
from hammock.departments.team.errors import (
    AlreadyInvited,
    AlreadyMember,
    InvitationOver,
    LastOwner,
    OnlyOwners,
)
from hammock.departments.team.events import MemberInvited, MemberJoined, RoleChanged
from hammock.departments.team.models import Invitation, Member
from hammock.departments.team.roles import Role
from hammock.kit import clock, facts, ids
from hammock.kit.locks import lock


@dataclass(frozen=True, kw_only=True)
class Standing:
    """What a member shall be from now on; empty limits are their role's."""

    role: Role
    is_active: bool = True
    limit_minor: int | None = None
    daily_count: int | None = None


def invite(*, email: str, role: Role, by: Member, note: str = "") -> Invitation:
    """Write an invitation, with a note for its mail.

    Raises `OnlyOwners`, `AlreadyMember`, `AlreadyInvited`.
    """
    _want_owner(by)
    if Member.objects.filter(email__iexact=email).exists():
        raise AlreadyMember(email=email)
    for known in lock(Invitation.objects.filter(email__iexact=email)):
        if known.state == "open":
            raise AlreadyInvited(email=email)
        if known.state == "expired":
            known.revoked_at = clock.now()
            known.save(update_fields=["revoked_at"])
    facts.state(MemberInvited(email=email, role=role, by=by.pk), about=f"member:{by.pk}")
    return Invitation.objects.create(email=email.lower(), role=role, invited_by=by, note=note)


def renew(*, invitation_id: int, by: Member) -> Invitation:
    """Let the invitation run from now, by a new link. Raises `OnlyOwners`, `InvitationOver`."""
    _want_owner(by)
    invitation = _unanswered(invitation_id)
    invitation.nonce, invitation.sent_at = ids.time_ordered(), clock.now()
    invitation.save(update_fields=["nonce", "sent_at"])
    return invitation


def revoke(*, invitation_id: int, by: Member) -> Invitation:
    """Take an invitation back. Raises `OnlyOwners`, `InvitationOver`."""
    _want_owner(by)
    invitation = _unanswered(invitation_id)
    invitation.revoked_at = clock.now()
    invitation.save(update_fields=["revoked_at"])
    return invitation


def accept(*, invitation_id: int, nonce: int, name: str, password: str) -> Member:
    """Make the invited a member, once. Raises `InvitationOver`, `AlreadyMember`."""
    invitation = _unanswered(invitation_id)
    if invitation.nonce != nonce or invitation.state != "open":
        raise InvitationOver(state=invitation.state)
    if Member.objects.filter(email__iexact=invitation.email).exists():
        raise AlreadyMember(email=invitation.email)
    role = Role(invitation.role)
    member = Member.objects.create_member(email=invitation.email, name=name, role=role)
    member.set_password(password)
    member.save()
    give_rights(member)
    invitation.member, invitation.accepted_at = member, clock.now()
    invitation.save(update_fields=["member", "accepted_at"])
    facts.state(MemberJoined(member=member.pk, role=role), about=f"member:{member.pk}")
    return member


def change(*, member_id: int, to: Standing, by: Member) -> Member:
    """Give a member another role, other limits, or end their access.

    Raises `OnlyOwners`, and `LastOwner` where no active owner would be left. All owners are locked
    first, in key order, so two owners who demote each other at once cannot both succeed.
    """
    owners = lock(Member.objects.filter(role=Role.OWNER))
    _want_owner(next((one for one in owners if one.pk == by.pk), None))
    (member,) = lock(Member.objects.filter(pk=member_id))
    stays = to.role is Role.OWNER and to.is_active
    if not stays and not any(one.is_active and one.pk != member_id for one in owners):
        raise LastOwner(name=member.get_full_name())
    member.role, member.is_active = to.role.value, to.is_active
    member.limit_minor, member.daily_count = to.limit_minor, to.daily_count
    member.is_staff = False
    member.save()
    give_rights(member)
    facts.state(
        RoleChanged(
            member=member.pk,
            role=to.role,
            is_active=to.is_active,
            limit_minor=to.limit_minor,
            daily_count=to.daily_count,
            by=by.pk,
        ),
        about=f"member:{member.pk}",
    )
    return member


def give_rights(member: Member) -> None:
    """Put the member into their role's group, and into no other."""
    role = member.known_role
    member.groups.set([] if role in {None, Role.OWNER} else [write_role(Role(member.role))])
    member.user_permissions.clear()


def write_roles() -> None:
    """Write every role's permissions as the table has them now (after an upgrade)."""
    for role in roles.PERMISSIONS:
        write_role(role)


def write_role(role: Role) -> Group:
    """Write one role's group: its Django permissions, and what it may in Wagtail's tree."""
    group, _is_new = Group.objects.get_or_create(name=f"Role: {roles.DUTIES[role].label}")
    wanted = Q(pk__in=())
    for permission in roles.PERMISSIONS[role]:
        app, _dot, codename = permission.partition(".")
        wanted |= Q(content_type__app_label=app, codename=codename)
    group.permissions.set(Permission.objects.filter(wanted))
    GroupPagePermission.objects.filter(group=group).delete()
    for rights in roles.PAGE_RIGHTS.get(role, ()):
        _give_pages(group, rights)
    GroupCollectionPermission.objects.filter(group=group).delete()
    if role in roles.DRAWS:
        _give_pictures(group)
    return group


def _give_pages(group: Group, rights: roles.PageRights) -> None:
    app, _dot, model = rights.below.partition(".")
    places = (
        Page.objects.filter(content_type__app_label=app, content_type__model=model)
        if rights.below
        else Page.objects.filter(depth=1)
    )
    permissions = Permission.objects.filter(
        content_type__app_label="wagtailcore", codename__in=rights.may
    )
    for place in places:
        for permission in permissions:
            GroupPagePermission.objects.create(group=group, page=place, permission=permission)


def _give_pictures(group: Group) -> None:
    root = Collection.get_first_root_node()
    for permission in Permission.objects.filter(
        content_type__app_label__in=("wagtailimages", "wagtaildocs"), codename__in=roles.PICTURES
    ):
        GroupCollectionPermission.objects.create(
            group=group, collection=root, permission=permission
        )


def _want_owner(member: Member | None) -> None:
    if member is None or member.known_role is not Role.OWNER or not member.is_active:
        raise OnlyOwners


def _unanswered(invitation_id: int) -> Invitation:
    (invitation,) = lock(Invitation.objects.filter(pk=invitation_id))
    if invitation.state in {"accepted", "revoked"}:
        raise InvitationOver(state=invitation.state)
    return invitation
