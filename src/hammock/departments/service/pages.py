"""The page types that answer: the help centre and its articles."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from wagtail.admin.panels import FieldPanel
from wagtail.fields import RichTextField
from wagtail.models import Page

RICH = ["h2", "h3", "bold", "italic", "ol", "ul", "link", "image", "hr"]


class HelpPage(Page):
    """The help centre: the list of articles."""

    intro = RichTextField(blank=True, features=RICH)

    content_panels: ClassVar = [*Page.content_panels, FieldPanel("intro")]
    template = "shop/help_index.html"
    max_count = 1
    subpage_types: ClassVar = ["service.ArticlePage"]


class ArticlePage(Page):
    """One question that customers have, answered."""

    summary = models.CharField(max_length=240, blank=True)
    body = RichTextField(blank=True, features=RICH)

    content_panels: ClassVar = [*Page.content_panels, FieldPanel("summary"), FieldPanel("body")]
    template = "shop/article.html"
    parent_page_types: ClassVar = ["service.HelpPage"]
    subpage_types: ClassVar = []
