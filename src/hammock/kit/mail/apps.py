"""The mechanism as a Django app."""

from django.apps import AppConfig


class MailConfig(AppConfig):
    """Registers the tables of kit.mail."""

    name = "hammock.kit.mail"
    label = "mail"
