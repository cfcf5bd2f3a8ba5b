"""The department as a Django app."""

from django.apps import AppConfig


class SalesConfig(AppConfig):
    """Registers the sales department."""

    name = "hammock.departments.sales"
    label = "sales"
