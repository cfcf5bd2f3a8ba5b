"""The department as a Django app."""

from django.apps import AppConfig


class CustomersConfig(AppConfig):
    """Registers the customers department."""

    name = "hammock.departments.customers"
    label = "customers"
