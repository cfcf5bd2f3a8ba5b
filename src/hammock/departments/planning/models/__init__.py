"""What planning keeps, in a file each."""

from hammock.departments.planning.models.hours import Energy, Timing, WeekHours
from hammock.departments.planning.models.journal import Choice, Correction, Reckoning
from hammock.departments.planning.models.letters import Milestone, WeeklyLetter

__all__ = [
    "Choice",
    "Correction",
    "Energy",
    "Milestone",
    "Reckoning",
    "Timing",
    "WeekHours",
    "WeeklyLetter",
]
