"""The mechanism as a Django app."""

from django.apps import AppConfig


class InboxConfig(AppConfig):
    """Registers the tables of kit.inbox."""

    name = "hammock.kit.inbox"
    label = "inbox"
