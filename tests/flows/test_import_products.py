"""Products come from another shop's export: whole or not at all, and once."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from hammock.departments.catalogue import actions
from hammock.departments.catalogue.models import Price, Product, ServiceTerms, Shop, Stock
from hammock.departments.ledger.models import ProfitCentre
from hammock.departments.sales.errors import OutOfStock
from hammock.departments.sales.rules import Wanted
from hammock.flows.import_products import Report, import_products
from hammock.flows.place_order import place_order
from hammock.kit.errors import FieldError
from hammock.kit.facts.models import Fact
from tests.shops import BUYER
from tests.till import Till

EXPORTS = Path(__file__).parents[1] / "data" / "exports"
SIMPLE = "Handle,Title,Variant Price,Variant SKU,Body (HTML)\n"


@pytest.fixture(autouse=True)
def shop(db: None) -> Shop:
    return Shop.objects.create(name="Tests", email="s@x.test", country="DE", currency="EUR")


def _import(source: str, name: str, **options: Any) -> Report:
    return import_products(source=source, content=(EXPORTS / name).read_bytes(), **options)


def _simple(*rows: str, **options: Any) -> Report:
    return import_products(source="shopify", content=(SIMPLE + "".join(rows)).encode(), **options)


def _everything() -> list[tuple[Any, ...]]:
    products = Product.objects.order_by("slug")
    return [
        *products.values_list("slug", "title", "summary", "description", "state", "kind"),
        *Price.objects.order_by("sku").values_list(
            "sku", "label", "minor", "currency", "is_active"
        ),
        *Fact.objects.order_by("id").values_list("id"),
    ]


def test_good_products_are_taken_and_bad_ones_named() -> None:
    report = _import("shopify", "shopify.csv")
    assert report.count("new") == 5
    assert [problem.row for problem in report.problems] == [11, 13]
    assert Product.objects.count() == 5
    assert not Product.objects.filter(slug="bad-price").exists()
    assert Price.objects.get(sku="SP-P-F").amount.minor == 2490
    assert ProfitCentre.objects.get(slug="general")


def test_only_what_can_be_delivered_goes_on_sale() -> None:
    report = _import("shopify", "shopify.csv")
    states = dict(Product.objects.values_list("slug", "state"))
    assert states == {
        "field-recording-guide": "draft",  # published there, but its file is not here
        "sound-pack": "draft",
        "printed-map": "draft",  # it must be shipped
        "old-guide": "retired",
        "coming-soon": "draft",
    }
    assert ServiceTerms.objects.get(product__slug="printed-map").brief
    guide = next(taken for taken in report.taken if taken.slug == "field-recording-guide")
    assert "the file that buyers get" in guide.by_hand
    assert guide.by_hand[-1].startswith("put it on sale")


@pytest.mark.parametrize(
    ("source", "name", "currency"),
    [
        ("shopify", "shopify.csv", None),
        ("woocommerce", "woocommerce.csv", None),
        ("gumroad", "gumroad.csv", "EUR"),
    ],
)
@pytest.mark.parametrize("is_update", [False, True])
def test_a_second_time_changes_nothing(
    source: str,
    name: str,
    currency: str | None,
    is_update: bool,  # noqa: FBT001 - pytest's way
) -> None:
    first = _import(source, name, currency=currency)
    before = _everything()
    second = _import(source, name, currency=currency, is_update=is_update)
    assert _everything() == before
    assert {taken.verdict for taken in second.taken} == {"already there"}
    assert second.problems == first.problems


def test_a_dry_run_says_the_same_and_leaves_no_trace() -> None:
    ProfitCentre.objects.all().delete()
    dry = _import("woocommerce", "woocommerce.csv", is_dry_run=True)
    assert not Product.objects.exists()
    assert not ProfitCentre.objects.exists()
    assert dry.is_dry_run
    wet = _import("woocommerce", "woocommerce.csv")
    assert (dry.taken, dry.problems, dry.unused) == (wet.taken, wet.problems, wet.unused)


def test_what_is_here_is_left_alone_unless_an_update_is_asked_for() -> None:
    _simple("guide,Guide,10.00,G-1,<p>Old</p>\n")
    changed = ("guide,New Guide,12.00,G-1,\n", "guide,,15.00,G-2,\n")
    left = _simple(*changed)
    assert [taken.verdict for taken in left.taken] == ["already there"]
    assert Price.objects.get().minor == 1000
    updated = _simple(*changed, is_update=True)
    assert [taken.changed for taken in updated.taken] == [["title", "price G-1", "price G-2"]]
    product = Product.objects.get()
    assert (product.title, product.description) == ("New Guide", "<p>Old</p>")
    assert dict(Price.objects.values_list("sku", "minor")) == {"G-1": 1200, "G-2": 1500}
    moved = Fact.objects.get(name="PriceMoved").data
    assert moved == {"sku": "G-1", "old_minor": 1000, "new_minor": 1200, "currency": "EUR"}


def test_a_product_is_known_by_its_sku_under_another_address_too() -> None:
    _simple("guide,Guide,10.00,G-1,\n")
    report = _simple("renamed,Guide,10.00,G-1,\n")
    assert [taken.verdict for taken in report.taken] == ["already there"]
    assert Product.objects.get().slug == "guide"


def test_an_sku_that_belongs_to_another_product_refuses_the_row() -> None:
    _simple("one,One,1.00,A,\n", "two,Two,1.00,B,\n")
    report = _simple("one,One,1.00,B,\n", "three,Three,1.00,C,\n", "four,Four,1.00,C,\n")
    assert [str(problem) for problem in report.problems] == [
        "row 2, column “Variant SKU”: the SKU “B” belongs to “Two” already",
        "row 4, column “Variant SKU”: the SKU “C” belongs to “Three” already",
    ]
    assert set(Product.objects.values_list("slug", flat=True)) == {"one", "two", "three"}


def test_a_broken_file_takes_nothing() -> None:
    report = _simple("one,One,1.00,A,\n", 'two,"Two,1.00,B,\n')
    assert [problem.row for problem in report.problems] == [3]
    assert not Product.objects.exists()


def test_a_failure_in_the_middle_leaves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    put = actions.put_product
    calls: list[Any] = []

    def fail_at_the_second(draft: Any) -> Product:
        calls.append(draft)
        if len(calls) == 2:
            raise RuntimeError("the power went")
        return put(draft)

    monkeypatch.setattr(actions, "put_product", fail_at_the_second)
    with pytest.raises(RuntimeError):
        _import("shopify", "shopify.csv")
    assert not Product.objects.exists()
    assert not Price.objects.exists()


def test_another_currency_than_the_shops_gives_drafts_and_never_mixes() -> None:
    _import("shopify", "shopify.csv", currency="usd")
    assert set(Price.objects.values_list("currency", flat=True)) == {"USD"}
    assert not Product.objects.filter(state="on_sale").exists()
    report = _import("shopify", "shopify.csv", is_update=True)
    assert report.taken == []
    assert "is priced in USD here, not in EUR" in report.problems[0].sentence


def test_gumroads_dollars_are_not_taken_for_euros_unasked() -> None:
    with pytest.raises(FieldError) as refused:
        _import("gumroad", "gumroad.csv")
    assert refused.value.field == "--currency"
    assert not Product.objects.exists()


def test_wrong_options_are_named() -> None:
    ProfitCentre.objects.create(slug="books", name="Books")
    for options, field in (({"currency": "EURO"}, "--currency"), ({"centre": "bok"}, "--centre")):
        with pytest.raises(FieldError) as refused:
            _import("shopify", "shopify.csv", **options)
        assert refused.value.field == field
    assert not Product.objects.exists()
    _import("shopify", "shopify.csv", centre="books")
    assert set(Product.objects.values_list("profit_centre_id", flat=True)) == {"books"}


def test_progress_reaches_the_end() -> None:
    seen: list[tuple[int, int]] = []
    _import("shopify", "shopify.csv", watch=lambda done, of: seen.append((done, of)))
    assert seen == [(1, 5), (2, 5), (3, 5), (4, 5), (5, 5)]


COUNTED = (
    "Handle,Title,Option1 Value,Variant SKU,Variant Inventory Tracker,Variant Inventory Qty,"
    "Variant Inventory Policy,Variant Price,Variant Requires Shipping,Published\n"
)


def _counted(*rows: str) -> Report:
    return import_products(source="shopify", content=(COUNTED + "".join(rows)).encode())


def _stock() -> dict[str, tuple[int, int]]:
    return {row.product.slug: (row.left, row.capacity) for row in Stock.objects.all()}


def test_goods_of_which_some_are_left_are_limited_and_what_must_be_shipped_waits() -> None:
    report = _counted("mug,Blue Mug,,MUG,shopify,3,deny,12.00,true,true\n")
    assert _stock() == {"mug": (3, 3)}
    assert Product.objects.get().state == "draft"
    (taken,) = report.taken
    assert taken.capacity == 3
    assert list(taken.by_hand) == [
        "how it reaches its buyer: Blue Mug must be shipped, and no parcels are sent from here",
        "put it on sale: it was published there and waits here as a draft",
    ]
    assert report.unused == ()


def test_nothing_left_is_sold_out_and_what_nobody_counts_is_unlimited() -> None:
    _counted(
        "gone,Gone,,A,shopify,0,deny,1.00,false,true\n",
        "below,Below,,B,shopify,-2,deny,1.00,false,true\n",
        "oversold,Oversold,,C,shopify,-2,continue,1.00,false,true\n",
        "more,More,,D,shopify,5,continue,1.00,false,true\n",
        "free,Free,,E,,0,deny,1.00,false,true\n",
        "old-file,Counted without a tracker,,F,,3,deny,1.00,false,true\n",
    )
    assert _stock() == {"gone": (0, 0), "below": (0, 0), "old-file": (3, 3)}


def test_counts_of_several_variants_are_named_and_their_sum_is_the_limit() -> None:
    report = _counted(
        "pen,Pen,Red,R,shopify,3,deny,1.00,true,true\n",
        "pen,,Blue,B,shopify,4,deny,1.00,true,\n",
        "pen,,Green,G,shopify,0,deny,1.00,false,\n",
        "hat,Hat,Big,H1,shopify,0,deny,1.00,false,true\n",
        "hat,,Small,H2,shopify,2,deny,1.00,false,\n",
    )
    assert _stock() == {"pen": (7, 7), "hat": (2, 2)}
    offered = dict(Price.objects.values_list("sku", "is_active"))
    assert offered == {"R": True, "B": True, "G": False, "H1": False, "H2": True}
    pen, hat = report.taken
    assert "Pen (Red, Blue) must be shipped" in pen.by_hand[0]
    assert pen.by_hand[1].endswith("for the whole here: Red 3, Blue 4, Green 0")
    assert not any("stock" in line for line in hat.by_hand)


@pytest.mark.parametrize(
    ("quantity", "policy", "words"),
    [
        ("many", "deny", "column “Variant Inventory Qty”: “many” is no quantity"),
        ("9999999", "deny", "column “Variant Inventory Qty”: “9999999” is no quantity"),
        ("3", "maybe", "column “Variant Inventory Policy”: “maybe” is neither deny nor continue"),
    ],
)
def test_a_count_that_cannot_be_read_refuses_its_row(
    quantity: str, policy: str, words: str
) -> None:
    report = _counted(f"mug,Mug,,MUG,shopify,{quantity},{policy},12.00,true,true\n")
    (problem,) = report.problems
    assert str(problem).startswith(f"row 2, {words}")
    assert not Product.objects.exists()


WOO = "ID,Type,SKU,Name,Published,In stock?,Stock,Backorders allowed?,Regular price,Parent\n"


def _woo(*rows: str) -> Report:
    return import_products(source="woocommerce", content=(WOO + "".join(rows)).encode())


def test_woocommerce_counts_limit_what_is_sold_and_parcels_wait() -> None:
    report = _woo(
        '1,"simple, virtual",seat,Seat,1,1,4,0,10,\n',
        '2,"simple, virtual",gone,Gone,1,0,,0,10,\n',
        '3,"simple, virtual",back,Back,1,1,4,notify,10,\n',
        '4,"simple, virtual",free,Free,1,1,,0,10,\n',
        "5,simple,map,Map,1,1,40,0,10,\n",
        "6,variable,shirt,Shirt,1,1,9,0,,\n",
        '7,"variation, virtual",,Shirt - Red,1,1,parent,0,10,shirt\n',
        '8,"variation, virtual",,Shirt - Blue,1,1,parent,0,10,shirt\n',
    )
    assert not report.problems
    assert _stock() == {"seat": (4, 4), "gone": (0, 0), "map": (40, 40), "shirt": (9, 9)}
    states = dict(Product.objects.values_list("slug", "state"))
    assert states == {
        "seat": "on_sale", "gone": "on_sale", "back": "on_sale", "free": "on_sale",
        "map": "draft", "shirt": "on_sale",
    }  # fmt: skip
    lines = {taken.slug: list(taken.by_hand) for taken in report.taken}
    assert "Map must be shipped" in lines["map"][0]
    assert lines["shirt"] == []
    assert report.unused == ()


def test_imported_stock_is_never_oversold(till: Till) -> None:
    _woo('1,"simple, virtual",seat,Seat,1,1,4,0,10,\n')
    wanted = Wanted(sku="seat", quantity=7)
    with pytest.raises(OutOfStock):
        place_order(wanted=[wanted], buyer=BUYER)
    assert _stock() == {"seat": (4, 4)}
    place_order(wanted=[replace(wanted, quantity=4)], buyer=BUYER)
    assert _stock() == {"seat": (0, 4)}
