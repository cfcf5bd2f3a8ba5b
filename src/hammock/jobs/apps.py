"""The background tasks as a Django app."""

from importlib import import_module
from pkgutil import iter_modules

from django.apps import AppConfig

import hammock.jobs


class BackgroundConfig(AppConfig):
    """Registers every task of this package under its name when Hammock starts."""

    name = "hammock.jobs"
    label = "background"

    def ready(self) -> None:
        """Import the modules that define tasks, reactions and the timetable."""
        for module in iter_modules(hammock.jobs.__path__):
            import_module(f"hammock.jobs.{module.name}")
