"""The department as a Django app."""

from django.apps import AppConfig


class LedgerConfig(AppConfig):
    """Registers the ledger department."""

    name = "hammock.departments.ledger"
    label = "ledger"
