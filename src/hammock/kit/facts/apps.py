"""The mechanism as a Django app."""

from django.apps import AppConfig


class FactsConfig(AppConfig):
    """Registers the tables of kit.facts."""

    name = "hammock.kit.facts"
    label = "facts"
