"""Inviting, joining, roles and limits; and that an owner always stays."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction

from hammock.departments.catalogue.models import Shop
from hammock.departments.decisions.ports import People
from hammock.departments.team import access, actions
from hammock.departments.team.actions import Standing
from hammock.departments.team.deciding import Team
from hammock.departments.team.errors import (
    AlreadyInvited,
    AlreadyMember,
    InvitationOver,
    LastOwner,
    OnlyOwners,
)
from hammock.departments.team.models import Deed, Invitation, Member
from hammock.departments.team.roles import Role
from hammock.departments.team.rules import device
from hammock.flows.accept_invitation import accept_invitation
from hammock.flows.change_member import change_member
from hammock.flows.invite_member import invite_member, resend_invitation, revoke_invitation
from hammock.flows.note_deed import Done, note_deed
from hammock.kit import clock
from hammock.kit.links import LinkRefused
from hammock.kit.mail.models import OutgoingMail
from hammock.kit.money import Money
from tests.races import race

GUEST = "guest@team.example"
SECRET = "four words to know"


@pytest.fixture
def boss(shop: Shop) -> Member:
    """The one owner."""
    return Member.objects.create_owner(email="boss@team.example", name="Bea Boss")


def _token(invitation: Invitation) -> str:
    return access.invitation_url(invitation).rstrip("/").rpartition("/")[2]


def _join(invitation: Invitation) -> Member:
    return accept_invitation(
        invitation_id=invitation.pk, nonce=invitation.nonce, name="Gus Guest", password=SECRET
    )


def _as(role: Role, email: str = GUEST) -> Member:
    return Member.objects.create_member(email=email, name="", role=role)


def test_the_invited_get_a_mail_and_join_with_their_role(boss: Member) -> None:
    invitation = invite_member(email=GUEST, role=Role.SERVICE, by=boss)
    letter = OutgoingMail.objects.get(to=GUEST)
    assert letter.subject.startswith("Bea Boss invites you")
    assert "purchases" not in letter.text
    token = letter.text.split("/join/")[1].split("/")[0]
    assert access.invitation_of(token) == invitation
    member = _join(access.invitation_of(token))
    assert (member.role, member.name, member.is_superuser) == ("service", "Gus Guest", False)
    assert member.check_password(SECRET)
    assert member.has_perm("sales.change_order")


def test_an_invitation_is_accepted_once_however_many_try(boss: Member) -> None:
    invitation = invite_member(email=GUEST, role=Role.MENTOR, by=boss)
    first, second = race(lambda: _join(invitation), lambda: _join(invitation))
    errors = [finish.error for finish in (first, second) if finish.error]
    assert [type(error) for error in errors] == [InvitationOver]
    assert Member.objects.filter(email=GUEST).count() == 1


def test_a_link_is_dead_after_seven_days(boss: Member) -> None:
    invitation = invite_member(email=GUEST, role=Role.MENTOR, by=boss)
    token = _token(invitation)
    with clock.at(invitation.sent_at + timedelta(days=7) - timedelta(seconds=1)):
        assert access.invitation_of(token) == invitation
    with clock.at(invitation.sent_at + timedelta(days=7)):
        with pytest.raises(InvitationOver, match="older than seven days"):
            access.invitation_of(token)
        with pytest.raises(InvitationOver):
            _join(invitation)
    assert not Member.objects.filter(email=GUEST).exists()


def test_sending_again_kills_the_old_link(boss: Member) -> None:
    old = invite_member(email=GUEST, role=Role.MENTOR, by=boss)
    new = resend_invitation(invitation_id=old.pk, by=boss)
    with pytest.raises(InvitationOver, match="replaced by a newer one"):
        access.invitation_of(_token(old))
    with pytest.raises(InvitationOver):
        _join(old)
    assert _join(new).role == "mentor"
    assert OutgoingMail.objects.filter(to=GUEST).count() == 2


def test_taking_back_kills_the_link(boss: Member) -> None:
    invitation = invite_member(email=GUEST, role=Role.MENTOR, by=boss)
    revoke_invitation(invitation_id=invitation.pk, by=boss)
    with pytest.raises(InvitationOver, match="taken back"):
        access.invitation_of(_token(invitation))
    with pytest.raises(InvitationOver):
        resend_invitation(invitation_id=invitation.pk, by=boss)


def test_a_changed_link_is_refused(boss: Member) -> None:
    token = _token(invite_member(email=GUEST, role=Role.MENTOR, by=boss))
    with pytest.raises(LinkRefused):
        access.invitation_of(token[:-2] + "xx")


def test_nobody_is_asked_twice_or_though_they_are_in(boss: Member) -> None:
    invite_member(email=GUEST, role=Role.MENTOR, by=boss)
    with pytest.raises(AlreadyInvited):
        invite_member(email=GUEST.upper(), role=Role.BUSINESS, by=boss)
    with pytest.raises(AlreadyMember):
        invite_member(email="BOSS@team.example", role=Role.BUSINESS, by=boss)
    assert Invitation.objects.count() == OutgoingMail.objects.count() == 1


@pytest.mark.parametrize("role", [one for one in Role if one is not Role.OWNER])
def test_only_owners_invite_and_change_roles(role: Role, boss: Member) -> None:
    other = _as(role)
    with pytest.raises(OnlyOwners):
        invite_member(email="x@team.example", role=Role.OWNER, by=other)
    with pytest.raises(OnlyOwners):
        change_member(member_id=other.pk, to=Standing(role=Role.OWNER), by=other)
    other.refresh_from_db()
    assert other.role == role
    assert not Invitation.objects.exists()


@pytest.mark.parametrize(
    "to", [Standing(role=Role.MENTOR), Standing(role=Role.OWNER, is_active=False)]
)
def test_the_last_owner_stays(to: Standing, boss: Member) -> None:
    with pytest.raises(LastOwner, match="make somebody else an owner first"):
        change_member(member_id=boss.pk, to=to, by=boss)
    boss.refresh_from_db()
    assert (boss.role, boss.is_active, boss.is_superuser) == ("owner", True, True)


def test_the_database_keeps_the_last_owner_whoever_writes(boss: Member) -> None:
    boss.role = "mentor"
    for write in (
        boss.save,
        boss.delete,
        lambda: Member.objects.filter(pk=boss.pk).update(is_active=False),
        lambda: Member.objects.update(role="business", is_superuser=False),
    ):
        with pytest.raises(DatabaseError, match="last owner stays"), transaction.atomic():
            write()
    assert Member.objects.get(pk=boss.pk).role == "owner"


def test_rights_without_the_role_are_refused(boss: Member) -> None:
    other = _as(Role.MENTOR)
    with pytest.raises(DatabaseError), transaction.atomic():
        Member.objects.filter(pk=other.pk).update(is_superuser=True)


def test_two_owners_who_demote_each_other_leave_one(boss: Member) -> None:
    twin = Member.objects.create_owner(email="twin@team.example")
    down = Standing(role=Role.MENTOR)
    finishes = race(
        lambda: change_member(member_id=twin.pk, to=down, by=boss),
        lambda: change_member(member_id=boss.pk, to=down, by=twin),
    )
    assert sum(finish.error is not None for finish in finishes) == 1
    assert Member.objects.filter(role=Role.OWNER, is_active=True).count() == 1


def test_two_owners_who_are_removed_at_once_past_all_flows_leave_one(boss: Member) -> None:
    twin = Member.objects.create_owner(email="twin@team.example")

    def stop(pk: int) -> None:
        with transaction.atomic():
            Member.objects.filter(pk=pk).update(is_active=False)

    finishes = race(lambda: stop(boss.pk), lambda: stop(twin.pk))
    assert sum(finish.error is not None for finish in finishes) == 1
    assert Member.objects.filter(role=Role.OWNER, is_active=True).count() == 1


def test_a_changed_role_changes_the_rights(boss: Member) -> None:
    member = _join(invite_member(email=GUEST, role=Role.BUSINESS, by=boss))
    change_member(member_id=member.pk, to=Standing(role=Role.MENTOR), by=boss)
    member = Member.objects.get(pk=member.pk)
    assert member.has_perm("sales.view_order")
    assert not member.has_perm("sales.change_order")
    change_member(member_id=member.pk, to=Standing(role=Role.OWNER), by=boss)
    assert Member.objects.get(pk=member.pk).is_superuser


def test_members_decide_within_their_own_limits_or_their_roles(boss: Member) -> None:
    people: People = Team()
    member = _as(Role.SERVICE)
    (found,) = people.on_duty(role="service", at=clock.now())
    assert (found.limit, found.daily_count) == (Money(10_000, "EUR"), 50)
    to = Standing(role=Role.SERVICE, limit_minor=700, daily_count=3)
    change_member(member_id=member.pk, to=to, by=boss)
    decider = people.decider(member_id=member.pk)
    assert decider is not None
    assert (decider.limit, decider.daily_count) == (Money(700, "EUR"), 3)
    owner = people.owner()
    assert owner is not None
    assert (owner.member_id, owner.limit, owner.daily_count) == (boss.pk, None, None)
    stopped = Standing(role=Role.SERVICE, is_active=False)
    change_member(member_id=member.pk, to=stopped, by=boss)
    assert people.on_duty(role="service", at=clock.now()) == []
    assert people.decider(member_id=member.pk) is None
    assert list(people.on_duty(role="gardener", at=clock.now())) == []


@pytest.mark.parametrize("role", [Role.MENTOR, Role.ACCOUNTABILITY])
def test_mentors_and_partners_decide_nothing(role: Role, boss: Member) -> None:
    assert Team().decider(member_id=_as(role).pk) is None


def test_the_audit_log_only_grows(boss: Member) -> None:
    line = note_deed(Done(page="order_cancel", on="H-1", address="::1", browser="x"), by=boss)
    assert (line.what, line.on, line.who) == (
        "Cancel an order",
        "H-1",
        "Bea Boss <boss@team.example>",
    )
    for write in (line.delete, lambda: Deed.objects.update(what="Nothing")):
        with pytest.raises(DatabaseError, match="only grows"), transaction.atomic():
            write()
    assert Deed.objects.get().what == "Cancel an order"


def test_rights_are_written_anew_without_doubling(boss: Member) -> None:
    member = _join(invite_member(email=GUEST, role=Role.MARKETING, by=boss))
    before = member.get_all_permissions()
    actions.write_roles()
    actions.write_roles()
    assert Member.objects.get(pk=member.pk).get_all_permissions() == before


@pytest.mark.parametrize(
    ("agent", "said"),
    [
        ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Safari/604.1", "Safari on iPhone"),
        ("", "A browser"),
    ],
)
def test_a_device_is_said_in_two_words(agent: str, said: str) -> None:
    assert device(agent).startswith(said)
