"""Buying every kind of thing, as a buyer does it: most of it without any JavaScript."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.journeys import steps
from tests.journeys.running import Business, fetch


def _file_url(page: Page, business: Business, name: str) -> str:
    row = page.locator(".file", has_text=name).first
    return business.url + (row.get_by_role("link").get_attribute("href") or "").removeprefix(
        business.url
    )


@pytest.mark.parametrize(
    ("name", "start"),
    [
        ("market-stall-guide.pdf", b"%PDF-"),
        ("stall-plan.xlsx", b"PK\x03\x04"),
        ("price-cards.svg", b"<"),
    ],
)
def test_a_download_is_bought_and_each_file_is_what_its_name_says(
    plain: Page, business: Business, name: str, start: bytes
) -> None:
    steps.buy(plain, "market-stall-kit", email=f"{name}@buyer.example")

    expect(plain.locator(".file", has_text="version 2.0")).to_have_count(4)
    status, body = fetch(_file_url(plain, business, name))

    assert status == 200
    assert body.startswith(start)


def test_a_broken_download_goes_on_where_it_stopped(plain: Page, business: Business) -> None:
    steps.buy(plain, "first-hundred-days", email="broken@buyer.example")
    url = _file_url(plain, business, "first-hundred-days.pdf")

    _, whole = fetch(url)
    status, rest = fetch(url, headers={"Range": "bytes=1000-"})

    assert status == 206
    assert whole[1000:] == rest


def test_a_download_saved_by_the_browser_carries_its_name(desk: Page) -> None:
    steps.buy(desk, "honest-price-calculator", email="saves@buyer.example")

    with desk.expect_download() as saving:
        desk.locator(".file", has_text="the-honest-price.pdf").first.get_by_role("link").click()

    assert saving.value.suggested_filename == "the-honest-price.pdf"
    assert saving.value.path().read_bytes().startswith(b"%PDF-")


def test_a_free_sample_asks_for_no_card(plain: Page, business: Business) -> None:
    steps.to_checkout(plain, "week-on-one-page")
    steps.fill_in(plain, email="free@buyer.example")

    steps.thanked(plain, email="free@buyer.example")
    _, body = fetch(_file_url(plain, business, "week-on-one-page.pdf"))
    assert body.startswith(b"%PDF-")


def test_a_place_in_a_workshop_comes_with_a_calendar_file(plain: Page, business: Business) -> None:
    steps.buy(plain, "price-without-flinching", email="place@buyer.example")

    link = plain.get_by_role("link", name="Add to my calendar").get_attribute("href") or ""
    answer = plain.request.get(link)

    assert answer.headers["content-type"].startswith("text/calendar")
    assert b"SUMMARY:Price Your Work Without Flinching" in answer.body()


def test_a_bundle_opens_into_its_parts(plain: Page) -> None:
    steps.buy(plain, "calm-start-bundle", email="bundle@buyer.example")

    goods = plain.locator(".good")
    expect(goods.filter(has_text="Market Stall Kit").first).to_be_visible()
    expect(goods.filter(has_text="The First Hundred Days").first).to_be_visible()
    expect(plain.locator(".file", has_text="first-hundred-days.pdf")).to_have_count(1)
    expect(plain.locator(".file", has_text="stall-plan.xlsx")).not_to_have_count(0)


def test_a_service_says_what_happens_next(plain: Page) -> None:
    steps.buy(plain, "shop-review", email="service@buyer.example")

    good = plain.locator(".good", has_text="Shop Review, in Writing")
    expect(good.locator("dt", has_text="Status")).to_be_visible()


def test_a_declined_card_costs_nothing_and_a_good_one_buys_after_it(
    plain: Page, business: Business
) -> None:
    steps.to_checkout(plain, "honest-price-calculator")
    steps.fill_in(plain, email="declined@buyer.example")
    steps.pay(plain, card=steps.DECLINED)

    expect(plain.get_by_role("alert")).to_be_visible()
    assert business.mails(to="declined@buyer.example") == []

    steps.pay(plain, card=steps.GOOD)
    steps.thanked(plain, email="declined@buyer.example")


def test_a_card_whose_bank_asks_buys_once_it_is_confirmed(plain: Page) -> None:
    steps.to_checkout(plain, "honest-price-calculator")
    steps.fill_in(plain, email="asked@buyer.example")
    steps.pay(plain, card=steps.ASKS_BANK)

    plain.get_by_role("button", name="Yes, pay").click()

    steps.thanked(plain, email="asked@buyer.example")


def test_a_telephone_buys_two_things_and_is_told_of_a_wrong_address(phone: Page) -> None:
    for slug in ("honest-price-calculator", "photograph-by-the-window"):
        phone.goto(f"/products/{slug}/")
        phone.get_by_role("button", name="Add to cart").click()
    expect(phone.locator(".cart-line")).to_have_count(2)

    phone.get_by_label("Quantity of Photograph It by the Window").fill("2")
    phone.get_by_role("button", name="Update Photograph It by the Window").click()
    expect(phone.locator(".total dd")).to_have_text("€177.00")
    phone.get_by_role("link", name="Go to checkout").click()

    address = phone.get_by_label("E-mail address")
    address.fill("ada.buyer.example")
    address.blur()
    expect(phone.locator("#id_email_hint")).to_contain_text("@")

    address.fill("phone@buyer.example")
    expect(phone.locator("#id_email_hint")).to_have_count(0)
    steps.fill_in(phone, email="phone@buyer.example")
    steps.pay(phone, card=steps.GOOD)
    steps.thanked(phone, email="phone@buyer.example")
    expect(phone.locator("[data-cart-count]")).to_be_hidden()
