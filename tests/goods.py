"""A file that somebody bought, for tests of what lets it out."""

from __future__ import annotations

import io
from dataclasses import dataclass

from hammock.departments.catalogue import ports
from hammock.departments.catalogue.models import Product, Release, ReleaseFile, Shop
from hammock.departments.customers.models import Customer
from hammock.departments.delivery.models import DownloadCount, Entitlement
from hammock.departments.ledger.models import ProfitCentre
from hammock.kit import links


@dataclass(frozen=True, kw_only=True)
class Bought:
    """A right to a file, and the link that fetches it."""

    right: Entitlement
    file: ReleaseFile
    token: str

    def count(self) -> int:
        """Tell how many fetches were counted."""
        found = DownloadCount.objects.filter(entitlement=self.right, file=self.file).first()
        return found.count if found else 0

    def further(self) -> int:
        """Tell how many bytes may follow uncounted."""
        return DownloadCount.objects.get(entitlement=self.right, file=self.file).further_bytes


def a_bought_file(content: bytes, *, name: str = "guide.pdf") -> Bought:
    """Put a file into the wired store and give somebody the right to it."""
    Shop.objects.get_or_create(
        id=1, defaults={"name": "Tests", "email": "s@x.test", "country": "DE", "currency": "EUR"}
    )
    centre, _ = ProfitCentre.objects.get_or_create(slug="general", defaults={"name": "General"})
    product = Product.objects.create(slug="guide", title="Guide", profit_centre=centre)
    release = Release.objects.create(product=product, version="1.0")
    key = f"releases/{release.pk}/guide.pdf"
    stored = ports.files().put(key=key, content=io.BytesIO(content))
    file = ReleaseFile.objects.create(
        release=release,
        name=name,
        storage_key=key,
        content_type="application/pdf",
        size=stored.size,
        sha256=stored.sha256,
    )
    right = Entitlement.objects.create(
        customer=Customer.objects.create(email="b@x.test", name="B"),
        product=product,
        grant_key="line:1",
        order_reference="H-1",
    )
    return Bought(right=right, file=file, token=links.sign("download", [right.id, file.pk]))
