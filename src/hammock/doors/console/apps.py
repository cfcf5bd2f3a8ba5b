"""The door as a Django app."""

from django.apps import AppConfig


class ConsoleConfig(AppConfig):
    """Registers the console door."""

    name = "hammock.doors.console"
    label = "console"
