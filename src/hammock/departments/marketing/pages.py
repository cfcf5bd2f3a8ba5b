"""The page types that attract: home, plain pages, blog and posts."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from wagtail.admin.panels import FieldPanel
from wagtail.fields import RichTextField
from wagtail.models import Page

RICH = ["h2", "h3", "bold", "italic", "ol", "ul", "link", "image", "hr", "blockquote"]


class HomePage(Page):
    """The shop's front page: a promise, then products and posts."""

    intro = RichTextField(blank=True, features=RICH)

    content_panels: ClassVar = [*Page.content_panels, FieldPanel("intro")]
    template = "shop/home.html"
    max_count = 1
    parent_page_types: ClassVar = ["wagtailcore.Page"]


class ContentPage(Page):
    """A page of text, such as About or Terms."""

    body = RichTextField(blank=True, features=RICH)
    in_footer = models.BooleanField(default=False)

    content_panels: ClassVar = [*Page.content_panels, FieldPanel("body")]
    promote_panels: ClassVar = [*Page.promote_panels, FieldPanel("in_footer")]
    template = "shop/content_page.html"
    subpage_types: ClassVar = ["marketing.ContentPage"]


class BlogPage(Page):
    """The list of posts."""

    intro = RichTextField(blank=True, features=RICH)

    content_panels: ClassVar = [*Page.content_panels, FieldPanel("intro")]
    template = "shop/blog_index.html"
    max_count = 1
    subpage_types: ClassVar = ["marketing.PostPage"]


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
    subpage_types: ClassVar = []
