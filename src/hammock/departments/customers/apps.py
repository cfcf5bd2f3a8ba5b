"""The department as a Django app."""

from importlib import import_module

from django.apps import AppConfig


class CustomersConfig(AppConfig):
    """Registers the customers department."""

    name = "hammock.departments.customers"
    label = "customers"

    def ready(self) -> None:
        """Declare the kinds of decision."""
        import_module("hammock.departments.customers.kinds")
