"""Building the help centre. Needs the caller's transaction."""

from __future__ import annotations

from dataclasses import dataclass

from wagtail.models import Page

from hammock.departments.service.pages import ArticlePage, HelpPage


@dataclass(frozen=True, kw_only=True)
class ArticleDraft:
    """An answer."""

    slug: str
    title: str
    group: str
    summary: str
    body: str


def open_help(home: Page, *, title: str, intro: str) -> HelpPage:
    """Publish the help centre at /help/."""
    centre = HelpPage(title=title, slug="help", intro=intro, show_in_menus=True)
    home.add_child(instance=centre)
    centre.save_revision().publish()
    return centre


def add_article(centre: HelpPage, draft: ArticleDraft) -> ArticlePage:
    """Publish an answer."""
    article = ArticlePage(
        title=draft.title,
        slug=draft.slug,
        group=draft.group,
        summary=draft.summary,
        body=draft.body,
    )
    centre.add_child(instance=article)
    article.save_revision().publish()
    return article
