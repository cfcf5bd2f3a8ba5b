"""The door as a Django app."""

from django.apps import AppConfig


class ShopConfig(AppConfig):
    """Registers the shop door."""

    name = "hammock.doors.shop"
    label = "shop"

    def ready(self) -> None:
        """Listen to what editors publish."""
        from hammock.doors.shop import publishing  # noqa: F401 - registers hook and signals
