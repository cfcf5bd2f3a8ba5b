"""The department as a Django app."""

from django.apps import AppConfig


class ResearchConfig(AppConfig):
    """Registers the research department."""

    name = "hammock.departments.research"
    label = "research"
