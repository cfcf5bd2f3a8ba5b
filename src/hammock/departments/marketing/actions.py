"""Building the site: front page, plain pages, blog. Needs the caller's transaction."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from wagtail.images.models import Image
from wagtail.models import Page, Site

from hammock.departments.marketing.pages import BlogPage, ContentPage, HomePage, PostPage


@dataclass(frozen=True, kw_only=True)
class Promise:
    """A promise on the front page."""

    title: str
    text: str


@dataclass(frozen=True, kw_only=True)
class HomeDraft:
    """The front page."""

    title: str
    intro: str
    picture: Image | None = None
    promises: Sequence[Promise] = field(default_factory=tuple)


@dataclass(frozen=True, kw_only=True)
class PageDraft:
    """A plain page."""

    slug: str
    title: str
    summary: str
    body: str
    in_menu: bool = False


@dataclass(frozen=True, kw_only=True)
class PostDraft:
    """A post of the blog."""

    slug: str
    title: str
    summary: str
    body: str
    published_on: date
    picture: Image | None = None


def open_site(draft: HomeDraft, *, site_name: str, host: str, port: int) -> HomePage:
    """Put the front page at the site's root; Wagtail's own welcome page goes."""
    root = Page.objects.get(depth=1)
    home = HomePage(
        title=draft.title,
        slug="shop-home",
        intro=draft.intro,
        picture=draft.picture,
        promises=json.dumps(
            [
                {"type": "promise", "value": {"title": promise.title, "text": promise.text}}
                for promise in draft.promises
            ]
        ),
    )
    root.add_child(instance=home)
    Site.objects.update_or_create(
        is_default_site=True,
        defaults={"hostname": host, "port": port, "site_name": site_name, "root_page": home},
    )
    for welcome in Page.objects.filter(depth=2, slug="home"):
        welcome.delete()
    return home


def add_page(home: HomePage, draft: PageDraft) -> ContentPage:
    """Publish a plain page below the front page."""
    page = _content_page(home, draft, live=True)
    page.save_revision().publish()
    return page


def draft_page(home: HomePage, draft: PageDraft) -> ContentPage:
    """Write a plain page below the front page that nobody sees until somebody publishes it."""
    page = _content_page(home, draft, live=False)
    page.save_revision()
    return page


def open_blog(home: HomePage, *, title: str, intro: str) -> BlogPage:
    """Publish the list of posts at /blog/."""
    blog = BlogPage(title=title, slug="blog", intro=intro, show_in_menus=True)
    home.add_child(instance=blog)
    blog.save_revision().publish()
    return blog


def add_post(blog: BlogPage, draft: PostDraft) -> PostPage:
    """Publish a post."""
    post = PostPage(
        title=draft.title,
        slug=draft.slug,
        summary=draft.summary,
        body=draft.body,
        published_on=draft.published_on,
        picture=draft.picture,
    )
    blog.add_child(instance=post)
    post.save_revision().publish()
    return post


def _content_page(home: HomePage, draft: PageDraft, *, live: bool) -> ContentPage:
    page = ContentPage(
        title=draft.title,
        slug=draft.slug,
        summary=draft.summary,
        body=draft.body,
        show_in_menus=draft.in_menu,
        live=live,
    )
    home.add_child(instance=page)
    return page
