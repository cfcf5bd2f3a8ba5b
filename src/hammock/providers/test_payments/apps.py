"""Test payments as a Django app."""

from django.apps import AppConfig


class TestPaymentsConfig(AppConfig):
    """Registers the table of attempts and refunds."""

    name = "hammock.providers.test_payments"
    label = "test_payments"
