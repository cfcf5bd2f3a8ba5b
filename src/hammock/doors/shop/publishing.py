"""The one place where Wagtail's signals reach us: what editors publish changes the public pages."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from wagtail import hooks
from wagtail.models import Page
from wagtail.signals import page_published, page_unpublished, post_page_move

from hammock.kit import snapshots

Serve = Callable[[Page, HttpRequest, list[Any], dict[str, Any]], HttpResponse]


def renew_pages(**_signal: Any) -> None:
    """End the generation of public pages."""
    with transaction.atomic():
        snapshots.renew()


for signal in (page_published, page_unpublished, post_page_move):
    signal.connect(renew_pages, dispatch_uid="hammock.renew_pages")


@hooks.register("on_serve_page")
def keep_public_pages(serve: Serve) -> Serve:
    """Mark Wagtail's pages as public unless they are restricted."""

    def marked(
        page: Page, request: HttpRequest, args: list[Any], kwargs: dict[str, Any]
    ) -> HttpResponse:
        generation = snapshots.current()
        response = serve(page, request, args, kwargs)
        if page.get_view_restrictions().exists():
            return response
        return snapshots.mark(response, generation=generation)

    return marked
