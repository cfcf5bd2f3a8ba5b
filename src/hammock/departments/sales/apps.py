"""The department as a Django app."""

from importlib import import_module

from django.apps import AppConfig


class SalesConfig(AppConfig):
    """Registers the sales department."""

    name = "hammock.departments.sales"
    label = "sales"

    def ready(self) -> None:
        """Declare the kinds of decision, and the past that can be rehearsed."""
        import_module("hammock.departments.sales.kinds")
        import_module("hammock.departments.sales.past_refunds")
