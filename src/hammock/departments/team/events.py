"""Facts that the team states."""

from __future__ import annotations

from hammock.kit import facts


@facts.event
class MemberInvited:
    """An address was asked to join."""

    email: str
    role: str
    by: int


@facts.event
class MemberJoined:
    """Somebody accepted their invitation."""

    member: int
    role: str


@facts.event
class RoleChanged:
    """A member's role, limits or access changed."""

    member: int
    role: str
    is_active: bool
    limit_minor: int | None
    daily_count: int | None
    by: int
