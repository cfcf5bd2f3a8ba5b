"""The business changes its name, address or the taxes that it charges."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction

from hammock.departments.catalogue import queries
from hammock.departments.catalogue.models import Shop, TaxRate
from hammock.kit import snapshots


@dataclass(frozen=True, kw_only=True)
class ShopFace:
    """What customers read about the business."""

    name: str
    tagline: str
    email: str
    legal_name: str
    address: str


@dataclass(frozen=True, kw_only=True)
class Rate:
    """What part of a price is tax for buyers in a country, in basis points."""

    country: str
    name: str
    basis_points: int


def save_shop(face: ShopFace) -> Shop:
    """Write how the business presents itself. Raises `NoShop`."""
    with transaction.atomic(durable=True):
        shop = queries.shop()
        shop.name, shop.tagline, shop.email = face.name, face.tagline, face.email
        shop.legal_name, shop.address = face.legal_name, face.address
        shop.save()
        snapshots.renew()
    return shop


def save_tax_rates(rates: Sequence[Rate]) -> None:
    """Charge exactly these rates from now on; orders that were placed keep theirs."""
    with transaction.atomic(durable=True):
        TaxRate.objects.exclude(country__in=[rate.country for rate in rates]).delete()
        for rate in rates:
            TaxRate.objects.update_or_create(
                country=rate.country,
                defaults={"name": rate.name, "basis_points": rate.basis_points},
            )
        snapshots.renew()
