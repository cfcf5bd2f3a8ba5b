"""The sample business opens: shop, owner, centres, tax, site and shelf, whole or not at all."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from wagtail.images.models import Image

from hammock.departments.catalogue import actions as catalogue
from hammock.departments.catalogue.models import Shop, TaxRate
from hammock.departments.ledger import actions as ledger
from hammock.departments.marketing import actions as marketing
from hammock.departments.service import actions as service
from hammock.departments.team.models import Member


@dataclass(frozen=True, kw_only=True)
class PictureDraft:
    """A picture for Wagtail's library, and the key by which drafts ask for it."""

    key: str
    title: str
    description: str
    content: bytes


@dataclass(frozen=True, kw_only=True)
class CentreDraft:
    """A profit centre."""

    slug: str
    name: str
    colour: str


@dataclass(frozen=True, kw_only=True)
class Index:
    """The page above posts or answers."""

    title: str
    intro: str


Pictured = Callable[[str], Image]


@dataclass(frozen=True, kw_only=True)
class SampleDraft:
    """Everything that the sample begins with; what shows pictures is made once they are there."""

    shop: Shop
    owner_email: str
    owner_name: str
    tax: Sequence[TaxRate]
    centres: Sequence[CentreDraft]
    pictures: Sequence[PictureDraft]
    home: Callable[[Pictured], marketing.HomeDraft]
    pages: Sequence[marketing.PageDraft]
    blog: Index
    posts: Callable[[Pictured], Sequence[marketing.PostDraft]]
    help: Index
    articles: Sequence[service.ArticleDraft]
    products: Callable[[Pictured], Sequence[catalogue.ProductDraft]]


def open_sample(draft: SampleDraft) -> Member:
    """Write the whole sample business; answers with its owner."""
    with transaction.atomic(durable=True):
        draft.shop.save(force_insert=True)
        TaxRate.objects.bulk_create(draft.tax)
        owner = Member.objects.create_owner(email=draft.owner_email, name=draft.owner_name)
        for position, centre in enumerate(draft.centres):
            ledger.open_centre(
                slug=centre.slug, name=centre.name, colour=centre.colour, position=position
            )
        pictures = {picture.key: _put(picture) for picture in draft.pictures}
        _site(draft, pictures.__getitem__)
        for product in draft.products(pictures.__getitem__):
            catalogue.put_product(product)
    return owner


def _put(picture: PictureDraft) -> Image:
    return catalogue.put_picture(
        title=picture.title,
        description=picture.description,
        file_name=f"{picture.key}.jpg",
        content=picture.content,
    )


def _site(draft: SampleDraft, pictured: Pictured) -> None:
    address = urlsplit(settings.HAMMOCK_URL)
    home = marketing.open_site(
        draft.home(pictured),
        site_name=draft.shop.name,
        host=address.hostname or "localhost",
        port=address.port or (443 if address.scheme == "https" else 80),
    )
    for page in draft.pages:
        marketing.add_page(home, page)
    blog = marketing.open_blog(home, title=draft.blog.title, intro=draft.blog.intro)
    for post in draft.posts(pictured):
        marketing.add_post(blog, post)
    centre = service.open_help(home, title=draft.help.title, intro=draft.help.intro)
    for article in draft.articles:
        service.add_article(centre, article)
