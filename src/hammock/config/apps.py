"""The house as a Django app: when Hammock starts, providers are put behind their ports."""

from django.apps import AppConfig


class HouseConfig(AppConfig):
    """Wires the providers that the settings name."""

    name = "hammock.config"
    label = "house"

    def ready(self) -> None:
        """Put the providers behind their ports."""
        from hammock.config.wiring import wire

        wire()
