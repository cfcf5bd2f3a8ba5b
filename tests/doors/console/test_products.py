"""Products in the console: prices, words, seats, files."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from hammock.departments.catalogue.models import Price, Product, Release, Stock
from hammock.departments.catalogue.rules import clean_html, sku_of
from hammock.kit import clock, snapshots
from hammock.kit.facts.models import Fact
from hammock.kit.jobs.worker import run_until_empty
from tests.doors.console.asking import page, plain, press
from tests.shops import Shelf, paid
from tests.till import Till


def _form(product: Product, **changes: object) -> dict[str, object]:
    """Fill a product's form as it stands."""
    form: dict[str, object] = {
        "title": product.title,
        "summary": product.summary,
        "description": "null",
        "profit_centre": product.profit_centre_id,
        "category": product.category,
        "slug": product.slug,
        "state": product.state,
        "picture": "",
    }
    stock = Stock.objects.filter(product=product).first()
    form["capacity"] = stock.capacity if stock else ""
    if product.kind == "workshop":
        moment = "%Y-%m-%dT%H:%M"
        form["starts_at"] = timezone.localtime(product.workshop.starts_at).strftime(moment)
        form["ends_at"] = timezone.localtime(product.workshop.ends_at).strftime(moment)
        form["place"], form["join_url"] = product.workshop.place, product.workshop.join_url
    form |= _prices(product)
    return form | changes


def _prices(product: Product) -> dict[str, object]:
    rows = list(product.prices.all())
    form: dict[str, object] = {
        "prices-TOTAL_FORMS": len(rows) + 1,
        "prices-INITIAL_FORMS": len(rows),
    }
    for at, price in enumerate(rows):
        form[f"prices-{at}-price_id"] = price.pk
        form[f"prices-{at}-sku"] = price.sku
        form[f"prices-{at}-label"] = price.label
        form[f"prices-{at}-amount"] = str(price.amount.decimal)
        form[f"prices-{at}-is_active"] = "on"
    return form


def test_a_price_is_changed_on_the_list_and_the_shop_asks_for_it(owner: Client) -> None:
    price = Price.objects.get(sku="GUIDE")
    before = snapshots.look()
    shown = press(owner, f"products/prices/{price.pk}/", {"amount": "31,50"})
    assert "Guide costs €31.50 now (was €29.00)" in shown
    assert "€31.50" in plain(owner.get("/products/guide/").content.decode())
    fact = Fact.objects.get(name="PriceMoved")
    assert (fact.data["old_minor"], fact.data["new_minor"]) == (2900, 3150)
    assert snapshots.look() > before


def test_a_price_of_nothing_is_asked_about_before_it_is_true(owner: Client) -> None:
    price = Price.objects.get(sku="GUIDE")
    address = f"products/prices/{price.pk}/"
    asked = press(owner, address, {"amount": "0"})
    assert "Give Guide away?" in asked
    assert "costs €29.00. At 0 everybody gets it without paying, from now on." in asked
    price.refresh_from_db()
    assert price.minor == 2900
    press(owner, address, {"amount": "0", "is_free": "on"})
    price.refresh_from_db()
    assert price.minor == 0
    press(owner, address, {"amount": "0"})  # it is free already: nothing to ask
    press(owner, address, {"amount": "12"})
    price.refresh_from_db()
    assert price.minor == 1200


def test_a_price_of_nothing_on_the_products_page_is_asked_about_too(owner: Client) -> None:
    product = Product.objects.get(prices__sku="GUIDE")
    free = _form(product) | {"prices-0-amount": "0"}
    asked = owner.post(f"/console/products/{product.pk}/", free)
    assert asked.status_code == 400
    assert "It costs €29.00 now. Tick this if 0 is meant." in plain(asked.content.decode())
    assert b"prices-0-is_free" in asked.content
    assert product.prices.get(sku="GUIDE").minor == 2900
    press(owner, f"products/{product.pk}/", free | {"prices-0-is_free": "on"})
    assert product.prices.get(sku="GUIDE").minor == 0
    assert b"prices-0-is_free" not in owner.get(f"/console/products/{product.pk}/").content


@pytest.mark.parametrize("amount", ["", "-1", "abc", "1.234", "1e30", "NaN"])
def test_a_price_that_is_none_changes_nothing(owner: Client, amount: str) -> None:
    price = Price.objects.get(sku="GUIDE")
    shown = press(owner, f"products/prices/{price.pk}/", {"amount": amount})
    assert "costs" not in shown
    assert "Guide:" in shown
    price.refresh_from_db()
    assert price.minor == 2900
    assert not Fact.objects.filter(name="PriceMoved").exists()


def test_a_product_is_made_in_plain_words_and_goes_on_sale(owner: Client, shelf: Shelf) -> None:
    assert "What do you want to sell?" in page(owner, "products/new/")
    form = {
        "title": "Evening songs",
        "summary": "Ten songs",
        "description": "null",
        "profit_centre": "guides",
        "state": "draft",
        "prices-TOTAL_FORMS": 1,
        "prices-INITIAL_FORMS": 0,
        "prices-0-amount": "12",
        "prices-0-label": "For one",
        "prices-0-is_active": "on",
    }
    refused = owner.post("/console/products/new/?kind=download", form | {"state": "on_sale"})
    assert refused.status_code == 400
    assert "it needs files" in plain(refused.content.decode())
    assert not Product.objects.filter(slug="evening-songs").exists()
    press(owner, "products/new/?kind=download", form)
    product = Product.objects.get(slug="evening-songs")
    assert 'value="1.0"' in owner.get(f"/console/products/{product.pk}/").content.decode()
    assert product.prices.get().sku == "EVENING-SONGS-FOR-ONE"
    file = SimpleUploadedFile("../songs.zip", b"PK songs", content_type="application/zip")
    shown = press(
        owner,
        f"products/{product.pk}/release/",
        {"version": "1.0", "notes": "First", "uploads": file},
    )
    assert "Version 1.0 of Evening songs is there. Choose “On sale” and save" in shown
    assert 'value="1.0"' not in owner.get(f"/console/products/{product.pk}/").content.decode()
    stored = Release.objects.get(product=product).files.get()
    assert (stored.name, stored.size) == ("songs.zip", 8)
    assert b"PK songs" in shelf.kept.values()
    press(owner, f"products/{product.pk}/", _form(product, state="on_sale"))
    assert owner.get("/products/evening-songs/").status_code == 200


def test_a_version_is_not_taken_twice_or_without_files(owner: Client, shelf: Shelf) -> None:
    guide = Product.objects.get(slug="guide")
    kept = dict(shelf.kept)
    file = SimpleUploadedFile("new.pdf", b"%PDF", content_type="application/pdf")
    again = {"version": "1.0", "uploads": file}
    assert "is there already" in press(owner, f"products/{guide.pk}/release/", again)
    assert "Files: " in press(owner, f"products/{guide.pk}/release/", {"version": "2.0"})
    assert guide.releases.count() == 1
    assert shelf.kept == kept


def test_seats_follow_the_capacity_and_sold_ones_stay_sold(owner: Client, till: Till) -> None:
    paid(till, "WORKSHOP", quantity=3)
    run_until_empty()
    workshop = Product.objects.get(slug="workshop")
    refused = owner.post(f"/console/products/{workshop.pk}/", _form(workshop, capacity=2))
    assert refused.status_code == 400
    assert "3 are sold or held" in plain(refused.content.decode())
    assert (Stock.objects.get().capacity, Stock.objects.get().left) == (12, 9)
    press(owner, f"products/{workshop.pk}/", _form(workshop, capacity=5))
    assert (Stock.objects.get().capacity, Stock.objects.get().left) == (5, 2)
    refused = owner.post(f"/console/products/{workshop.pk}/", _form(workshop, capacity=""))
    assert "say how many there are" in plain(refused.content.decode())


def test_a_form_that_cannot_stand_names_the_field_and_writes_nothing(owner: Client) -> None:
    workshop = Product.objects.get(slug="workshop")
    start = clock.now() + timedelta(days=3)
    for changes, words in (
        ({"title": ""}, "This field is required"),
        ({"slug": "guide"}, "Another product lives at"),
        ({"slug": "not a slug!"}, "valid “slug”"),
        ({"ends_at": "2020-01-01T10:00"}, "It ends before it begins"),
        ({"starts_at": f"{start:%Y}"}, "valid date/time"),
        ({"prices-0-amount": ""}, "Write a price"),
        ({"prices-0-sku": "GUIDE"}, "another price is called".capitalize()),
        ({"profit_centre": "nowhere"}, "valid choice"),
    ):
        changed = _form(workshop, **({"title": "Changed"} | changes))
        answer = owner.post(f"/console/products/{workshop.pk}/", changed)
        assert answer.status_code == 400, changes
        assert words in plain(answer.content.decode()), (changes, words)
    workshop.refresh_from_db()
    assert workshop.title == "Workshop"
    assert Price.objects.get(product=workshop).sku == "WORKSHOP"


def test_a_bundle_holds_products_that_are_no_bundles(owner: Client) -> None:
    bundle = Product.objects.get(slug="set")
    sample = Product.objects.get(slug="sample")
    form = _form(bundle, parts=[sample.pk, bundle.pk])
    answer = owner.post(f"/console/products/{bundle.pk}/", form)
    assert answer.status_code == 400
    assert bundle.parts.count() == 2
    press(owner, f"products/{bundle.pk}/", _form(bundle, parts=[sample.pk]))
    assert [part.part_id for part in bundle.parts.all()] == [sample.pk]


def test_what_could_act_is_dropped_from_a_description() -> None:
    dirty = '<h2 onclick="x()">Hi</h2><script>x()</script><a href="javascript:x()">a</a>'
    assert clean_html(dirty) == '<h2>Hi</h2><a rel="noopener">a</a>'
    assert clean_html('<a href="https://x.example/">x</a>').startswith('<a href="https://x.e')


@given(st.text())
def test_no_description_keeps_a_script_or_a_handler(text: str) -> None:
    cleaned = clean_html(f'<p onload="{text}">{text}<script>{text}</script></p>').lower()
    assert "<script" not in cleaned
    assert "<p onload" not in cleaned
    assert clean_html(cleaned) == clean_html(clean_html(cleaned))


@given(st.text(max_size=80), st.text(max_size=80))
def test_a_made_sku_is_short_and_plain(slug: str, label: str) -> None:
    made = sku_of(slug=slug, label=label)
    assert len(made) <= 60
    assert set(made) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-")
