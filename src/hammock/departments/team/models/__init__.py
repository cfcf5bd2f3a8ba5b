"""The team's state: its members, and in a file each what else the team keeps."""

from hammock.departments.team.models.absence import Absence, HeldLetter, LastLook
from hammock.departments.team.models.access import Invitation
from hammock.departments.team.models.audit import Deed
from hammock.departments.team.models.comments import Comment
from hammock.departments.team.models.commitments import CheckIn, Commitment, Partner
from hammock.departments.team.models.emergency import BackupRun, EmergencyLine, Incident
from hammock.departments.team.models.member import Member, MemberManager
from hammock.departments.team.models.procedures import Procedure, ProcedureRun

__all__ = [
    "Absence",
    "BackupRun",
    "CheckIn",
    "Comment",
    "Commitment",
    "Deed",
    "EmergencyLine",
    "HeldLetter",
    "Incident",
    "Invitation",
    "LastLook",
    "Member",
    "MemberManager",
    "Partner",
    "Procedure",
    "ProcedureRun",
]
