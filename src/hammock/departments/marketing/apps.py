"""The department as a Django app."""

from django.apps import AppConfig


class MarketingConfig(AppConfig):
    """Registers the marketing department."""

    name = "hammock.departments.marketing"
    label = "marketing"
