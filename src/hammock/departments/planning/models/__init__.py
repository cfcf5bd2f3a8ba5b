"""What planning keeps, in a file each."""

from hammock.departments.planning.models.forecast import Forecast, ForecastMonth

__all__ = ["Forecast", "ForecastMonth"]
