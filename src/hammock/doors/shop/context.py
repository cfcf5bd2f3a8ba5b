"""What every shop page's frame needs; the same for every visitor."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import reverse
from django.utils.safestring import SafeString
from wagtail.models import Page

from hammock.departments.catalogue.models import Shop
from hammock.departments.catalogue.shelf import Link
from hammock.kit import brand, snapshots


@dataclass(frozen=True, kw_only=True)
class ShopFront:
    """The shop in its frame."""

    name: str
    tagline: str
    brand_css: str
    logo_url: str
    legal_name: str
    address: str
    email: str
    is_sample: bool
    is_live: bool


@dataclass(frozen=True, kw_only=True)
class Frame:
    """The parts of the frame that are the same on every page, as HTML."""

    head: SafeString
    top: SafeString
    foot: SafeString


def shop(request: HttpRequest) -> dict[str, Any]:
    """Give templates `shop`, `navigation` and `frame`; without a shop, a bare frame alone."""
    if request.path.startswith("/console/"):
        return _bare_frame()
    return _frame(snapshots.current())


@lru_cache(maxsize=1)
def _frame(_generation: int) -> dict[str, Any]:
    """Make the frame once for each generation: it changes only when something shown does."""
    found = Shop.objects.filter(id=1).first()
    if found is None:
        return _bare_frame()
    context = {"shop": _front(found), "navigation": _navigation()}
    return {**context, "frame": _drawn(context)}


@lru_cache(maxsize=1)
def _bare_frame() -> dict[str, Any]:
    """Make the frame of a page that stands in no shop, such as an address that is not there."""
    return {"frame": _drawn({})}


def _drawn(context: dict[str, Any]) -> Frame:
    return Frame(
        head=render_to_string("shop/frame_head.html", context),
        top=render_to_string("shop/frame_top.html", context),
        foot=render_to_string("shop/frame_foot.html", context),
    )


def _front(found: Shop) -> ShopFront:
    return ShopFront(
        name=found.name,
        tagline=found.tagline,
        brand_css=brand.worn(name=found.name).css_variables(),
        logo_url=static("shop/logo.svg"),
        legal_name=found.legal_name,
        address=found.address,
        email=found.email,
        is_sample=found.is_sample,
        is_live=found.is_live,
    )


def _navigation() -> list[Link]:
    pages = Page.objects.live().in_menu().filter(depth=3).order_by("path")
    return [
        Link(title="Shop", url=reverse("shop:product_list")),
        *(Link(title=page.title, url=page.url or "/") for page in pages),
    ]
