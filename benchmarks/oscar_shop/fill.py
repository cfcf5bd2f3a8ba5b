"""Makes the database with one digital product that needs no shipping, and prints its address."""

import os
import shutil
from decimal import Decimal
from pathlib import Path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "benchmarks.oscar_shop.shop_settings")

import django
import oscar

django.setup()

from django.conf import settings  # noqa: E402 - after setup
from django.core.management import call_command  # noqa: E402
from oscar.apps.address.models import Country  # noqa: E402
from oscar.apps.catalogue.models import Product, ProductClass  # noqa: E402
from oscar.apps.partner.models import Partner, StockRecord  # noqa: E402

call_command("migrate", interactive=False, verbosity=0)
Country.objects.create(
    iso_3166_1_a2="DE",
    iso_3166_1_a3="DEU",
    name="Germany",
    printable_name="Germany",
    is_shipping_country=True,
)
kind = ProductClass.objects.create(name="Download", requires_shipping=False, track_stock=False)
product = Product.objects.create(product_class=kind, title="The price guide", slug="price-guide")
StockRecord.objects.create(
    product=product,
    partner=Partner.objects.create(name="Shop"),
    partner_sku="PG",
    price=Decimal("29.00"),
    price_currency="EUR",
)
# The picture that stands for a missing one; without it each page would log an error.
missing = "image_not_found.jpg"
Path(settings.MEDIA_ROOT).mkdir(parents=True, exist_ok=True)
shutil.copy(
    Path(oscar.__file__).parent / "static" / "oscar" / "img" / missing,
    Path(settings.MEDIA_ROOT) / missing,
)
print(f"/catalogue/{product.slug}_{product.pk}/")
