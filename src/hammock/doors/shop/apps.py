"""The door as a Django app."""

from django.apps import AppConfig


class ShopConfig(AppConfig):
    """Registers the shop door."""

    name = "hammock.doors.shop"
    label = "shop"
