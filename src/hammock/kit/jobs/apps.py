"""The mechanism as a Django app."""

from django.apps import AppConfig


class JobsConfig(AppConfig):
    """Registers the tables of kit.jobs."""

    name = "hammock.kit.jobs"
    label = "jobs"
