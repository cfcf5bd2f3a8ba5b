"""What planning keeps, in a file each."""

from hammock.departments.planning.models.forecast import Forecast, ForecastMonth
from hammock.departments.planning.models.reality import RealityCheck
from hammock.departments.planning.models.strategy import Pointer, Step, StrategyVersion

__all__ = ["Forecast", "ForecastMonth", "Pointer", "RealityCheck", "Step", "StrategyVersion"]
