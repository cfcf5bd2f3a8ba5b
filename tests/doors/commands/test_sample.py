"""The sample business: its files parse, its pictures and goods are made, its mistakes are named."""

from __future__ import annotations

import io
import random
import shutil
import zipfile
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from PIL import Image

from hammock.departments.catalogue.models import Price, Product, Shop
from hammock.departments.ledger.actions import open_centre
from hammock.departments.ledger.models import Entry
from hammock.departments.planning import library
from hammock.departments.planning.models import (
    Forecast,
    ForecastMonth,
    Pointer,
    RealityCheck,
    Step,
    StrategyVersion,
    WeeklyLetter,
)
from hammock.departments.planning.rules.questions import QUESTIONS
from hammock.departments.team.models import Member
from hammock.doors.commands import history, owner_story, plan_story, sample
from hammock.doors.commands.sample import goods, pictures
from hammock.kit import clock
from hammock.kit.errors import FieldError
from hammock.kit.money import Money

pytestmark = pytest.mark.long

BUSINESS = sample.load()
RELEASED = [
    (file.name, file.content, release.version)
    for product in BUSINESS.products
    for release in product.releases
    for file in release.files
]
BEGINNINGS = {
    ".pdf": b"%PDF-",
    ".xlsx": b"PK\x03\x04",
    ".zip": b"PK\x03\x04",
    ".svg": b"<svg ",
    ".jpg": b"\xff\xd8\xff",
}


def changed(folder: Path, file: str, old: str, new: str) -> Path:
    """Copy the sample's data with one thing changed in one file."""
    for path in sample.FOLDER.glob("*.toml"):
        shutil.copy(path, folder)
    words = (folder / file).read_text(encoding="utf-8")
    assert words.count(old) >= 1
    (folder / file).write_text(words.replace(old, new, 1), encoding="utf-8")
    return folder


def test_the_shop_sells_every_kind_from_three_profit_centres() -> None:
    assert len(BUSINESS.products) >= 6
    assert {product.profit_centre for product in BUSINESS.products} == {
        centre.slug for centre in BUSINESS.profit_centres
    }
    assert len(BUSINESS.profit_centres) == 3
    assert {product.kind for product in BUSINESS.products} == {
        "download",
        "workshop",
        "bundle",
        "service",
    }


def test_two_downloads_have_two_versions_in_several_files() -> None:
    rich = [
        product
        for product in BUSINESS.products
        if len(product.releases) > 1 and all(len(release.files) > 1 for release in product.releases)
    ]
    assert len(rich) >= 2


def test_there_is_a_free_sample_a_limited_download_and_limited_seats() -> None:
    assert [p.slug for p in BUSINESS.products if p.prices[0].is_free] == ["week-on-one-page"]
    assert any(p.kind == "download" and p.copies for p in BUSINESS.products)
    assert any(p.event is not None and p.event.capacity == 12 for p in BUSINESS.products)


def test_the_bundle_is_cheaper_than_its_parts() -> None:
    amounts = {p.sku: float(p.amount) for one in BUSINESS.products for p in one.prices}
    (bundle,) = (product for product in BUSINESS.products if product.kind == "bundle")
    assert len(bundle.parts) == 2
    assert amounts[bundle.prices[0].sku] < sum(amounts[sku] for sku in bundle.parts)


def test_there_is_enough_to_read() -> None:
    assert len(BUSINESS.posts) == 6
    assert len(BUSINESS.articles) == 8
    assert {page.slug for page in BUSINESS.pages} == {"about", "contact", "terms", "privacy"}
    assert len(BUSINESS.questions) >= 5


def test_products_and_posts_each_have_a_picture_of_their_own() -> None:
    used = [
        BUSINESS.home.picture,
        *(product.picture for product in BUSINESS.products),
        *(post.picture for post in BUSINESS.posts),
    ]
    assert sorted(used) == sorted(pictures.PICTURES)


@pytest.mark.parametrize("key", sorted(pictures.PICTURES))
def test_a_picture_is_drawn_in_full_and_not_blank(key: str) -> None:
    drawn = pictures.draw(key)
    picture = Image.open(io.BytesIO(drawn))
    assert picture.size == (1200, 900)
    assert len(picture.resize((60, 45)).getcolors(60 * 45) or []) > 100
    assert len(drawn) < goods.LIMIT


def test_a_picture_is_the_same_each_time() -> None:
    assert pictures.svg("home") == pictures.svg("home")
    assert pictures.draw("clock") == pictures.draw("clock")


def test_an_unknown_picture_or_file_is_refused_by_name() -> None:
    with pytest.raises(FieldError, match="“moon”"):
        pictures.draw("moon")
    with pytest.raises(FieldError, match="“moon”"):
        goods.make("moon", version="1.0")


@pytest.mark.parametrize(("name", "content", "version"), RELEASED)
def test_what_is_sold_is_a_real_file_of_its_kind_and_the_same_each_time(
    name: str, content: str, version: str
) -> None:
    made = goods.make(content, version=version)
    assert 100 < len(made) < goods.LIMIT
    assert made == goods.make(content, version=version)
    assert made.startswith(BEGINNINGS.get(Path(name).suffix, b""))
    assert name.endswith((*BEGINNINGS, ".csv"))


def test_every_file_that_can_be_made_is_sold() -> None:
    assert {content for _, content, _ in RELEASED} == set(goods.GOODS)


def test_a_new_version_differs_from_the_old_one() -> None:
    assert goods.make("stall-guide", version="1.0") != goods.make("stall-guide", version="2.0")
    assert goods.make("price-calculator", version="1.0") != goods.make(
        "price-calculator", version="1.1"
    )


def test_the_pattern_archive_holds_twelve_drawings() -> None:
    with zipfile.ZipFile(io.BytesIO(goods.make("patterns", version="1.0"))) as archive:
        assert archive.testzip() is None
        assert len({archive.read(name) for name in archive.namelist()}) == 12


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        ("business.toml", 'amount = "29.00"', 'amount = "29"', r"products\[1\] prices\[1\] amount"),
        ("business.toml", 'kind = "bundle"', 'kind = "gift"', r"products\[6\] kind"),
        ("business.toml", 'parts = ["MSK-1"', 'parts = ["MSK-9"', "parts: “MSK-9”"),
        ("business.toml", "capacity = 12", "capacity = 0", "event capacity"),
        ("business.toml", 'starts_at = "18:00"', 'starts_at = "six"', "starts_at"),
        ("business.toml", "copies = 40", "coppies = 40", "coppies: is not known here"),
        ("business.toml", 'sku = "HPC-1"', 'sku = "MSK-1"', "“MSK-1” stands 2 times"),
        ("business.toml", 'content = "patterns"', 'content = "nothing"', "content"),
        ("business.toml", 'picture = "parcel"', 'picture = "moon"', "nothing draws “moon”"),
        ("business.toml", "[business]", "[business", "business.toml: .*line 4"),
        ("business.toml", 'profit_centre = "guides"', 'profit_centre = "x"', "profit_centre: “x”"),
        (
            "business.toml",
            'summary = "Plan',
            'sumary = "Plan',
            r"products\[1\] summary: is missing",
        ),
        ("pages.toml", "in_navigation = true", 'in_navigation = "yes"', "in_navigation"),
        ("posts.toml", "days_ago = 8", "days_ago = -8", r"posts\[1\] days_ago"),
        ("posts.toml", 'product = "shop-review"', 'product = "x"', "product: “x”"),
        ("help.toml", 'slug = "lost-link"', 'slug = "Lost Link"', r"articles\[2\] slug"),
    ],
)
def test_a_mistake_in_a_file_is_named_by_file_and_key(
    tmp_path: Path, file: str, old: str, new: str, said: str
) -> None:
    with pytest.raises(FieldError, match=said) as refused:
        sample.load(changed(tmp_path, file, old, new))
    assert str(refused.value).startswith(file)


def test_the_owners_choices_are_whole_and_teach_where_they_failed() -> None:
    found = owner_story.choices()
    assert len(found) >= 15
    assert {choice.came for choice in found} == {"true", "false", ""}
    for choice in found:
        assert 1 <= choice.percent <= 99, choice.what
        assert choice.learned or choice.came != "false", choice.what


def test_the_plan_answers_all_and_points_at_what_is_there() -> None:
    plan = plan_story.plan()
    book = library.playbook(plan.playbook)
    last = plan.versions[-1]
    channels = {one.key for one in last.channels}

    assert [len(one.given) for one in plan.rounds] == [len(QUESTIONS)] * 2
    assert {one.key for one in last.centres} == {one.slug for one in BUSINESS.profit_centres}
    assert all(one.target for one in last.centres)
    assert {one.step for one in plan.done} <= {one.key for one in book.steps} | channels
    lines = {f"centre:{one.key}" for one in last.centres} | {f"channel:{one}" for one in channels}
    pointed = {one.line for one in plan.spending} | {bill[-1] for bill in history.BILLS}
    assert pointed - {""} <= lines


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('target = "800.00"', 'target = "much"', "target"),
        ("target_months = 12", "target_months = -1", r"rounds\[1\] answers target_months"),
        ('job = "part"', 'jobb = "part"', "jobb: is not known here"),
        ("within = 180", "within = 0", r"versions\[1\] centres\[1\] within"),
    ],
)
def test_a_mistake_in_the_plan_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, old: str, new: str, said: str
) -> None:
    monkeypatch.setattr(sample, "FOLDER", changed(tmp_path, "plan.toml", old, new))
    with pytest.raises(FieldError, match=said):
        plan_story.plan()


@pytest.mark.usefixtures("shop")
def test_the_plans_half_year_is_lived_through_the_flows_of_an_owner() -> None:
    Member.objects.create_owner(email="mara@example.org", name="Mara Lindqvist")
    open_centre(slug="paper-tools", name="Paper tools")
    begun = datetime(2026, 6, 1, 23, tzinfo=UTC)
    planned = plan_story.PlannedDays(days=history.DAYS)
    for day in range(history.DAYS):
        with clock.at(begun + timedelta(days=day)):
            planned.evening(day=day)

    versions = StrategyVersion.objects.order_by("number")
    assert [one.in_force_since is not None for one in versions] == [False, True, True]
    # Nobody buys in this test, so the second round is no go; in the sample business it is.
    assert [one.verdict for one in RealityCheck.objects.order_by("number")] == ["wait", "wait"]
    assert Forecast.objects.latest("made_on").made_on == date(2026, 11, 29)
    assert ForecastMonth.objects.filter(scored_at__isnull=False).count() >= 4
    assert WeeklyLetter.objects.count() == 1
    done = Step.objects.filter(state=Step.State.DONE)
    assert done.count() == len(plan_story.plan().done) + 1  # and the questions asked again
    spent = Entry.objects.filter(kind=Entry.Kind.EXPENSE).count()
    assert spent == Pointer.objects.count() == len(plan_story.plan().spending)


def test_half_a_year_of_visitors_buys_every_kind_and_some_seats() -> None:
    kinds = {price.sku: product.kind for product in BUSINESS.products for price in product.prices}
    chance = random.Random(1)  # noqa: S311 - a story, not a secret
    bought = Counter(
        kinds[wanted.sku] for _ in range(400) for wanted in history.basket(chance, _offered())
    )
    assert set(bought) == {"download", "bundle", "workshop", "service"}
    assert 2 <= bought["workshop"] <= 20  # as many as there are seats


def _offered() -> list[Price]:
    return [
        Price(
            sku=price.sku,
            minor=Money.parse(price.amount, BUSINESS.currency).minor,
            product=Product(kind=product.kind, profit_centre_id=product.profit_centre),
        )
        for product in BUSINESS.products
        for price in product.prices
    ]


@pytest.mark.parametrize("days", ["-5", "0", "1e3", "99999", ""])
def test_a_history_of_no_days_is_refused_and_nothing_is_filled(db: None, days: str) -> None:
    with pytest.raises(CommandError, match=f"“{days}” is no whole number from 1 to 1,095"):
        call_command("demo", "--noinput", f"--days={days}", stdout=io.StringIO())
    assert not Shop.objects.exists()
