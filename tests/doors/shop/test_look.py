"""The shop's look: small, calling nobody else, the same for everybody where it is public."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import hammock.doors.shop
from hammock.doors.commands.sample import pictures

SHOP = Path(hammock.doors.shop.__file__).parent
TEMPLATES = sorted((SHOP / "templates").rglob("*.html"))
PUBLIC = {
    "home.html",
    "product_list.html",
    "product.html",
    "blog_index.html",
    "post.html",
    "help_index.html",
    "article.html",
    "content_page.html",
    "404.html",
    "base.html",
    "part_card.html",
    "part_teaser.html",
    "part_crumbs.html",
}


def names(paths: list[Path]) -> list[str]:
    return [path.name for path in paths]


def test_style_and_script_stay_small() -> None:
    assert (SHOP / "static/shop/shop.css").stat().st_size < 20_000
    assert (SHOP / "static/shop/shop.js").stat().st_size < 4_000


@pytest.mark.parametrize("path", TEMPLATES, ids=names(TEMPLATES))
def test_no_page_asks_another_host_for_anything(path: Path) -> None:
    asked = re.findall(r"(?:src|href|action|url)\s*=?\s*[\"'(]\s*(?:https?:)?//", path.read_text())
    assert asked == []


@pytest.mark.parametrize("name", sorted(PUBLIC))
def test_a_public_page_prints_nothing_that_belongs_to_one_visitor(name: str) -> None:
    (path,) = (path for path in TEMPLATES if path.name == name)
    printed = re.findall(
        r"{[{%]\s*(csrf_token|csrf_input|messages|request|user)\b", path.read_text()
    )
    assert printed == []


@pytest.mark.parametrize("path", TEMPLATES, ids=names(TEMPLATES))
def test_every_template_says_what_it_needs(path: Path) -> None:
    assert path.name == "500.html" or "{% comment %}" in path.read_text()


def test_the_shops_mark_is_the_one_the_project_draws() -> None:
    assert (SHOP / "static/shop/logo.svg").read_text() == pictures.logo()
    assert (SHOP / "static/shop/favicon.svg").read_text() == pictures.logo()
