"""The page types that attract: home, plain pages, blog and posts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar

from django.db import models
from django.http import HttpRequest
from wagtail.admin.panels import FieldPanel
from wagtail.blocks import CharBlock, StructBlock, TextBlock
from wagtail.fields import RichTextField, StreamField
from wagtail.models import Page

from hammock.departments.catalogue import shelf

RICH = ["h2", "h3", "bold", "italic", "ol", "ul", "link", "image", "hr", "blockquote"]


class HomePage(Page):
    """The shop's front page: a promise, then products and posts."""

    intro = RichTextField(blank=True, features=RICH)
    picture = models.ForeignKey(
        "wagtailimages.Image", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    promises = StreamField(
        [("promise", StructBlock([("title", CharBlock()), ("text", TextBlock())]))], blank=True
    )

    content_panels: ClassVar = [
        *Page.content_panels,
        FieldPanel("intro"),
        FieldPanel("picture"),
        FieldPanel("promises"),
    ]
    template = "shop/home.html"
    max_count = 1
    parent_page_types: ClassVar = ["wagtailcore.Page"]

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Add the picture, the promises, the first products and the newest posts."""
        context: dict[str, Any] = super().get_context(request, *args, **kwargs)
        context["picture_url"] = shelf.picture_url(self.picture, shelf.LARGE_PICTURE)
        context["promises"] = [promise.value for promise in self.promises]
        context["products"] = shelf.cards(shelf.on_sale()[:6])
        context["posts"] = teasers(3)
        return context


class ContentPage(Page):
    """A page of text, such as About or Terms."""

    summary = models.CharField(max_length=240, blank=True)
    body = RichTextField(blank=True, features=RICH)

    content_panels: ClassVar = [*Page.content_panels, FieldPanel("summary"), FieldPanel("body")]
    template = "shop/content_page.html"
    subpage_types: ClassVar = ["marketing.ContentPage"]


class BlogPage(Page):
    """The list of posts."""

    intro = RichTextField(blank=True, features=RICH)

    content_panels: ClassVar = [*Page.content_panels, FieldPanel("intro")]
    template = "shop/blog_index.html"
    max_count = 1
    subpage_types: ClassVar = ["marketing.PostPage"]

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Add the posts, newest first."""
        context: dict[str, Any] = super().get_context(request, *args, **kwargs)
        context["posts"] = teasers(100)
        return context


class PostPage(Page):
    """A post: something worth reading whether one buys or not."""

    summary = models.CharField(max_length=240, blank=True)
    published_on = models.DateField("date")
    picture = models.ForeignKey(
        "wagtailimages.Image", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    body = RichTextField(blank=True, features=RICH)

    content_panels: ClassVar = [
        *Page.content_panels,
        FieldPanel("summary"),
        FieldPanel("published_on"),
        FieldPanel("picture"),
        FieldPanel("body"),
    ]
    template = "shop/post.html"
    parent_page_types: ClassVar = ["marketing.BlogPage"]
    subpage_types: ClassVar[list[str]] = []

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Add the picture and the way back."""
        context: dict[str, Any] = super().get_context(request, *args, **kwargs)
        context["picture_url"] = shelf.picture_url(self.picture, shelf.LARGE_PICTURE)
        context["breadcrumbs"] = way_back(self)
        return context


@dataclass(frozen=True, kw_only=True)
class Teaser:
    """A post in a list."""

    title: str
    url: str
    date: date
    summary: str
    picture_url: str
    picture_alt: str


def teasers(count: int) -> list[Teaser]:
    """List the newest posts."""
    posts = PostPage.objects.live().public().select_related("picture")
    return [
        Teaser(
            title=post.title,
            url=post.url or "/",
            date=post.published_on,
            summary=post.summary,
            picture_url=shelf.picture_url(post.picture, shelf.CARD_PICTURE),
            picture_alt="",
        )
        for post in posts.order_by("-published_on", "-id")[:count]
    ]


def way_back(page: Page) -> list[shelf.Link]:
    """List the pages above this one, below the front page."""
    above = page.get_ancestors().live().filter(depth__gt=2)
    return [shelf.Link(title=one.title, url=one.url or "/") for one in above]
