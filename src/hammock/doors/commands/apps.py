"""The door as a Django app."""

from django.apps import AppConfig


class CommandsConfig(AppConfig):
    """Registers the commands door."""

    name = "hammock.doors.commands"
    label = "commands"
