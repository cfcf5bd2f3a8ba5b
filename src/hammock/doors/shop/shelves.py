"""Public pages: the list of products and each product. The same for everybody."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from hammock.departments.catalogue import shelf
from hammock.departments.catalogue.models import Product
from hammock.kit.snapshots import FOUND, public

MOST_WORDS = 80


@require_safe
@public
def product_list(request: HttpRequest) -> HttpResponse:
    """Show what is for sale, or what of it a search or category leaves."""
    query = request.GET.get("q", "").strip()[:MOST_WORDS]
    chosen = request.GET.get("category", "").strip()[:MOST_WORDS]
    found = shelf.on_sale()
    if chosen:
        found = found.filter(category=chosen)
    everything = found
    if query:
        found = shelf.matching(found, query)
    cards = shelf.cards(found)
    response = render(
        request,
        "shop/product_list.html",
        {
            "categories": shelf.categories(chosen=chosen),
            "chosen": chosen,
            "query": query,
            "products": cards,
            "nearby": [] if cards else shelf.cards(shelf.nearby(everything, query)),
            "results_count": len(cards),
        },
    )
    if query:
        response[FOUND] = str(len(cards))
    return response


@require_safe
@public
def product(request: HttpRequest, slug: str) -> HttpResponse:
    """Show one product with its prices and what is good to know."""
    found = shelf.on_sale().filter(slug=slug).first()
    if found is None:
        raise Http404
    return render(
        request,
        "shop/product.html",
        {
            "product": shelf.shown(found),
            "json_ld": shelf.structured(found),
            "related": shelf.cards(_related(found)),
            "breadcrumbs": [shelf.Link(title="Shop", url=reverse("shop:product_list"))],
        },
    )


def _related(found: Product) -> list[Product]:
    others = shelf.on_sale().exclude(id=found.pk)
    same = list(others.filter(category=found.category)[:3])
    more = others.exclude(id__in=[product.pk for product in same])[: 3 - len(same)]
    return [*same, *more]
