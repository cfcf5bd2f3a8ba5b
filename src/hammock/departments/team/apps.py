"""The department as a Django app."""

from django.apps import AppConfig


class TeamConfig(AppConfig):
    """Registers the team department."""

    name = "hammock.departments.team"
    label = "team"
