"""Charts as a Django app."""

from django.apps import AppConfig


class ChartsConfig(AppConfig):
    """Registers the table of drawn charts."""

    name = "hammock.kit.charts"
    label = "charts"
