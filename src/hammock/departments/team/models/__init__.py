"""The team's state: its members, and in a file each what else the team keeps."""

from hammock.departments.team.models.member import Member, MemberManager

__all__ = ["Member", "MemberManager"]
