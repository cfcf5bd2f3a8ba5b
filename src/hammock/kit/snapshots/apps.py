"""The mechanism as a Django app."""

from django.apps import AppConfig


class SnapshotsConfig(AppConfig):
    """Registers the tables of kit.snapshots."""

    name = "hammock.kit.snapshots"
    label = "snapshots"
