"""Makes the database with one digital product that needs no shipping, and prints its address."""

import os
from decimal import Decimal

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "benchmarks.oscar_shop.shop_settings")

import django

django.setup()

from django.core.management import call_command
from oscar.apps.address.models import Country
from oscar.apps.catalogue.models import Product, ProductClass
from oscar.apps.partner.models import Partner, StockRecord

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
print(f"/catalogue/{product.slug}_{product.pk}/")
