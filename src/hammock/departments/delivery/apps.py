"""The department as a Django app."""

from django.apps import AppConfig


class DeliveryConfig(AppConfig):
    """Registers the delivery department."""

    name = "hammock.departments.delivery"
    label = "delivery"
