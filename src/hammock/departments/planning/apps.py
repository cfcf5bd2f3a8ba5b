"""The department as a Django app."""

from django.apps import AppConfig


class PlanningConfig(AppConfig):
    """Registers the planning department."""

    name = "hammock.departments.planning"
    label = "planning"
