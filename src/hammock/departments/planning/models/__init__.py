"""What planning keeps, in a file each."""

from hammock.departments.planning.models.forecast import Forecast, ForecastMaking, ForecastMonth
from hammock.departments.planning.models.hours import Energy, Timing, WeekHours
from hammock.departments.planning.models.journal import Choice, Correction, Reckoning
from hammock.departments.planning.models.letters import Milestone, WeeklyLetter
from hammock.departments.planning.models.reality import RealityCheck
from hammock.departments.planning.models.strategy import Pointer, Step, StrategyVersion

__all__ = [
    "Choice",
    "Correction",
    "Energy",
    "Forecast",
    "ForecastMaking",
    "ForecastMonth",
    "Milestone",
    "Pointer",
    "RealityCheck",
    "Reckoning",
    "Step",
    "StrategyVersion",
    "Timing",
    "WeekHours",
    "WeeklyLetter",
]
