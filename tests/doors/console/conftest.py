"""The console is tested in a running shop, by its owner and by others."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Group, Permission
from django.test import Client

from hammock.departments.catalogue.models import Shop
from hammock.departments.team import actions
from hammock.departments.team.models import Member
from hammock.departments.team.roles import Role
from tests.fixtures import shelf, shop, staff, till

__all__ = ["shelf", "shop", "staff", "till"]


def signed_in(member: Member) -> Client:
    """Give a browser in which the member is signed in, and that is asked for its CSRF token."""
    client = Client()
    client.force_login(member)
    return client


def member_as(role: Role, *, email: str = "") -> Member:
    """Make a member with this role, with all that goes with it."""
    member = Member.objects.create_member(
        email=email or f"{role.value}@team.example", name=f"Tess {role.value}", role=role
    )
    actions.give_rights(member)
    return member


@pytest.fixture
def owner(shop: Shop) -> Client:
    """Sign the owner in."""
    return signed_in(Member.objects.create_owner(email="owner@example.org", name="Olga Owner"))


@pytest.fixture
def writer(shop: Shop) -> Client:
    """Sign somebody in who may enter the console and write pages, and nothing else."""
    member = Member.objects.create(email="writer@example.org", is_staff=True)
    group = Group.objects.create(name="Writers")
    group.permissions.add(Permission.objects.get(codename="access_admin"))
    member.groups.add(group)
    return signed_in(member)
