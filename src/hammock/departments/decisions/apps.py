"""The department as a Django app."""

from django.apps import AppConfig


class DecisionsConfig(AppConfig):
    """Registers the decisions department."""

    name = "hammock.departments.decisions"
    label = "decisions"
