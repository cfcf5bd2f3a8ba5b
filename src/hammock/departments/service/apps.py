"""The department as a Django app."""

from django.apps import AppConfig


class ServiceConfig(AppConfig):
    """Registers the service department."""

    name = "hammock.departments.service"
    label = "service"
