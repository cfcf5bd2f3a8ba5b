"""The page types that answer: the help centre and its articles."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from django.db import models
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from wagtail.admin.panels import FieldPanel
from wagtail.fields import RichTextField
from wagtail.models import Page

from hammock.departments.catalogue.shelf import Link

RICH = ["h2", "h3", "bold", "italic", "ol", "ul", "link", "image", "hr"]


class HelpPage(Page):
    """The help centre: the list of articles."""

    intro = RichTextField(blank=True, features=RICH)

    content_panels: ClassVar = [*Page.content_panels, FieldPanel("intro")]
    template = "shop/help_index.html"
    max_count = 1
    subpage_types: ClassVar = ["service.ArticlePage"]

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Add the articles, or those that a search leaves."""
        context: dict[str, Any] = super().get_context(request, *args, **kwargs)
        query = request.GET.get("q", "").strip()[:80]
        found = list(_found(query))
        context["query"], context["results_count"] = query, len(found)
        context["groups"] = [
            Group(title=title, articles=[_answer(one) for one in found if one.group == title])
            for title in dict.fromkeys(article.group for article in found)
        ]
        return context


class ArticlePage(Page):
    """One question that customers have, answered."""

    group = models.CharField(
        max_length=80, blank=True, help_text="Articles of a group stand together."
    )
    summary = models.CharField(max_length=240, blank=True)
    body = RichTextField(blank=True, features=RICH)

    content_panels: ClassVar = [
        *Page.content_panels,
        FieldPanel("group"),
        FieldPanel("summary"),
        FieldPanel("body"),
    ]
    template = "shop/article.html"
    parent_page_types: ClassVar = ["service.HelpPage"]
    subpage_types: ClassVar[list[str]] = []

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Add the way back and the other answers."""
        context: dict[str, Any] = super().get_context(request, *args, **kwargs)
        parent = self.get_parent()
        context["breadcrumbs"] = [Link(title=parent.title, url=parent.url or "/")]
        others = ArticlePage.objects.live().public().exclude(id=self.id)[:4]
        context["related"] = [Link(title=one.title, url=one.url or "/") for one in others]
        return context


@dataclass(frozen=True, kw_only=True)
class Answer:
    """An article in a list."""

    title: str
    url: str
    summary: str


@dataclass(frozen=True, kw_only=True)
class Group:
    """Articles that belong together."""

    title: str
    articles: list[Answer]


def _found(query: str) -> QuerySet[ArticlePage]:
    articles: QuerySet[ArticlePage] = ArticlePage.objects.live().public().order_by("path")
    for word in query.split()[:8]:
        articles = articles.filter(
            Q(title__icontains=word) | Q(summary__icontains=word) | Q(body__icontains=word)
        )
    return articles


def _answer(article: ArticlePage) -> Answer:
    return Answer(title=article.title, url=article.url or "/", summary=article.summary)
