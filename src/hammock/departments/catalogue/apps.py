"""The department as a Django app."""

from django.apps import AppConfig


class CatalogueConfig(AppConfig):
    """Registers the catalogue department."""

    name = "hammock.departments.catalogue"
    label = "catalogue"
