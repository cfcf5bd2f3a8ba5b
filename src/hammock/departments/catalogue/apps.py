"""The department as a Django app."""

from importlib import import_module

from django.apps import AppConfig


class CatalogueConfig(AppConfig):
    """Registers the catalogue department."""

    name = "hammock.departments.catalogue"
    label = "catalogue"

    def ready(self) -> None:
        """Declare the kinds of decision."""
        import_module("hammock.departments.catalogue.kinds")
