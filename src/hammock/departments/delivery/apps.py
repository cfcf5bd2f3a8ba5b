"""The department as a Django app."""

from importlib import import_module

from django.apps import AppConfig


class DeliveryConfig(AppConfig):
    """Registers the delivery department."""

    name = "hammock.departments.delivery"
    label = "delivery"

    def ready(self) -> None:
        """Declare the kinds of decision."""
        import_module("hammock.departments.delivery.kinds")
