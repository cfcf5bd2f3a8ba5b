"""The team's state: its members, and in a file each what else the team keeps."""

from hammock.departments.team.models.access import Invitation
from hammock.departments.team.models.audit import Deed
from hammock.departments.team.models.comments import Comment
from hammock.departments.team.models.member import Member, MemberManager

__all__ = ["Comment", "Deed", "Invitation", "Member", "MemberManager"]
