"""What the team refuses, with the facts that a door needs to say it well."""

from __future__ import annotations

from hammock.kit.errors import HammockError


class TeamError(HammockError):
    """The team cannot be changed like this."""


class LastOwner(TeamError):
    """Nobody would be left who may everything."""

    def __init__(self, *, name: str) -> None:
        super().__init__(name)
        self.name = name

    def sentence(self) -> str:
        """Say what to do first."""
        return (
            f"{self.name} is the last owner: make somebody else an owner first, or nobody could "
            "change anything any more."
        )


class OnlyOwners(TeamError):
    """Somebody who is no owner would change the team."""

    def sentence(self) -> str:
        """Say who may."""
        return "Only an owner invites people and changes roles."


class AlreadyMember(TeamError):
    """The address belongs to a member."""

    def __init__(self, *, email: str) -> None:
        super().__init__(email)
        self.email = email

    def sentence(self) -> str:
        """Name it."""
        return f"{self.email} is on the team already."


class AlreadyInvited(TeamError):
    """The address has an open invitation."""

    def __init__(self, *, email: str) -> None:
        super().__init__(email)
        self.email = email

    def sentence(self) -> str:
        """Name it, and what to do."""
        return f"{self.email} is invited already: send that invitation again, or take it back."


class InvitationOver(TeamError):
    """The invitation was accepted, taken back, sent again, or is too old."""

    def __init__(self, *, state: str) -> None:
        super().__init__(state)
        self.state = state

    def sentence(self) -> str:
        """Say which."""
        return {
            "accepted": "This invitation was accepted already.",
            "revoked": "This invitation was taken back.",
            "expired": "This invitation is older than seven days.",
        }.get(self.state, "This link was replaced by a newer one.")
