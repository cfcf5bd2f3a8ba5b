"""The sample business from its data files: what `flows.open_sample` takes, as drafts."""

from __future__ import annotations

import mimetypes
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, time, timedelta
from html import escape

from django.utils import timezone

from hammock.departments.catalogue import actions as catalogue
from hammock.departments.catalogue.models import Product, Shop, TaxRate
from hammock.departments.marketing.actions import HomeDraft, PageDraft, PostDraft, Promise
from hammock.departments.service.actions import ArticleDraft
from hammock.doors.commands import sample
from hammock.doors.commands.sample import goods, pictures
from hammock.flows.open_sample import CentreDraft, Index, Pictured, PictureDraft, SampleDraft
from hammock.kit import clock
from hammock.kit.money import Money

# The standard rates of value added tax that the sample charges (European Commission, "VAT rates
# applied in the Member States of the European Union", rates of 2025).
TAX_BASIS_POINTS = {"DE": 1900, "AT": 2000, "FR": 2000, "NL": 2100, "DK": 2500, "SE": 2500}


def draft(business: sample.SampleBusiness) -> SampleDraft:
    """Turn the sample's data into what the flow writes."""
    return SampleDraft(
        shop=Shop(
            name=business.name,
            tagline=business.tagline,
            email=business.email,
            country=business.country,
            currency=business.currency,
            legal_name=business.legal_name,
            address=business.address,
            is_sample=True,
        ),
        owner_email=business.owner_email,
        owner_name=business.owner_name,
        tax=[
            TaxRate(country=country, name=f"VAT {points / 100:g} %", basis_points=points)
            for country, points in TAX_BASIS_POINTS.items()
        ],
        centres=[
            CentreDraft(slug=centre.slug, name=centre.name, colour=centre.colour)
            for centre in business.profit_centres
        ],
        pictures=_pictures(business),
        home=lambda pictured: _home(business, pictured),
        pages=[
            PageDraft(
                slug=page.slug,
                title=page.title,
                summary=page.intro,
                body=page.body_html,
                in_menu=page.in_navigation,
            )
            for page in business.pages
        ],
        blog=Index(title=business.blog.title, intro=business.blog.intro_html),
        posts=lambda pictured: _posts(business, pictured),
        help=Index(title=business.help.title, intro=business.help.intro_html),
        articles=[
            ArticleDraft(
                slug=article.slug,
                title=article.title,
                group=article.group,
                summary=article.summary,
                body=article.body_html,
            )
            for article in business.articles
        ],
        products=lambda pictured: _products(business, pictured),
    )


def _pictures(business: sample.SampleBusiness) -> list[PictureDraft]:
    shown = {
        business.home.picture: business.home.picture_alt,
        **{product.picture: product.picture_alt for product in business.products},
        **{post.picture: post.picture_alt for post in business.posts},
    }
    with ThreadPoolExecutor() as draughtsmen:  # drawing leaves Python's lock to others
        drawn = list(draughtsmen.map(pictures.draw, shown))
    return [
        PictureDraft(
            key=key,
            title=key.replace("-", " ").capitalize(),
            description=description,
            content=content,
        )
        for (key, description), content in zip(shown.items(), drawn, strict=True)
    ]


def _home(business: sample.SampleBusiness, pictured: Pictured) -> HomeDraft:
    return HomeDraft(
        title=business.home.title,
        intro=business.home.intro_html,
        picture=pictured(business.home.picture),
        promises=[
            Promise(title=promise.title, text=promise.text) for promise in business.home.promises
        ],
    )


def _posts(business: sample.SampleBusiness, pictured: Pictured) -> list[PostDraft]:
    return [
        PostDraft(
            slug=post.slug,
            title=post.title,
            summary=post.summary,
            body=post.body_html,
            published_on=clock.today() - timedelta(days=post.days_ago),
            picture=pictured(post.picture),
        )
        for post in business.posts
    ]


def _products(
    business: sample.SampleBusiness, pictured: Pictured
) -> Sequence[catalogue.ProductDraft]:
    """Give bundles last, since their parts must be there."""
    titles = {category.slug: category.title for category in business.categories}
    slugs = {price.sku: one.slug for one in business.products for price in one.prices}
    ordered = sorted(business.products, key=lambda product: product.kind == "bundle")
    return [
        catalogue.ProductDraft(
            slug=product.slug,
            title=product.title,
            summary=product.summary,
            description=product.description_html + _good_to_know(product),
            kind=Product.Kind(product.kind),
            state=Product.State.ON_SALE,
            centre=product.profit_centre,
            category=titles[product.category],
            position=business.products.index(product),
            picture=pictured(product.picture),
            prices=[
                catalogue.PriceDraft(
                    sku=price.sku,
                    label=price.label,
                    amount=Money.parse(price.amount, business.currency),
                )
                for price in product.prices
            ],
            releases=[_release(release) for release in product.releases],
            capacity=product.event.capacity if product.event else product.copies,
            workshop=_workshop(product.event) if product.event else None,
            parts=[slugs[sku] for sku in product.parts],
            service=catalogue.ServiceDraft(
                working_days=product.service.days, brief=product.service.needs
            )
            if product.service
            else None,
        )
        for product in ordered
    ]


def _good_to_know(product: sample.SampleProduct) -> str:
    facts = [(fact.label, fact.value) for fact in product.facts]
    if product.event:
        facts.append(("Before you come", product.event.note))
    rows = "".join(
        f"<li><strong>{escape(label)}:</strong> {escape(value)}</li>" for label, value in facts
    )
    return f"<h2>In short</h2><ul>{rows}</ul>" if rows else ""


def _release(release: sample.SampleRelease) -> catalogue.ReleaseDraft:
    return catalogue.ReleaseDraft(
        version=release.version,
        notes=release.notes,
        released_at=clock.now() - timedelta(days=release.days_ago),
        files=[
            catalogue.FileDraft(
                name=file.name,
                content_type=mimetypes.guess_type(file.name)[0] or "application/octet-stream",
                content=goods.make(file.content, version=release.version),
            )
            for file in release.files
        ],
    )


def _workshop(event: sample.SampleEvent) -> catalogue.WorkshopDraft:
    day = clock.today() + timedelta(days=event.days_ahead)
    starts_at = timezone.make_aware(datetime.combine(day, event.starts_at or time(18)))
    return catalogue.WorkshopDraft(
        starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=event.minutes),
        place=event.place,
        join_url=event.join_url,
    )
