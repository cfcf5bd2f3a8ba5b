"""The sample business: its data files read, checked and given as frozen values.

`load()` reads the TOML files beside this module. Pictures are drawn by `pictures.draw(key)`, files
that are sold are made by `goods.make(key, version=…)`; both keys are checked on loading.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import time
from pathlib import Path
from typing import Literal, cast, get_args

from hammock.doors.commands.sample import goods, pictures
from hammock.doors.commands.sample.reading import Table
from hammock.kit.errors import FieldError

Kind = Literal["download", "workshop", "bundle", "service"]

FOLDER = Path(__file__).parent
_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_AMOUNT = re.compile(r"\d+\.\d\d")
_COLOUR = re.compile(r"#[0-9a-f]{6}")


@dataclass(frozen=True, slots=True)
class SampleProfitCentre:
    """A leg that the business earns with; `colour` is #rrggbb."""

    slug: str
    name: str
    colour: str
    text: str


@dataclass(frozen=True, slots=True)
class SampleCategory:
    """A shelf of the shop."""

    slug: str
    title: str


@dataclass(frozen=True, slots=True)
class SamplePrice:
    """What one choice costs; `amount` is a decimal such as "29.00" in the business's currency."""

    sku: str
    label: str
    amount: str

    @property
    def is_free(self) -> bool:
        """Tell whether nothing is to be paid."""
        return not self.amount.strip("0.")


@dataclass(frozen=True, slots=True)
class SampleFact:
    """A line of "Good to know" on a product's page."""

    label: str
    value: str


@dataclass(frozen=True, slots=True)
class SampleFile:
    """A file of a release; `content` is the key that `goods.make` takes."""

    name: str
    content: str


@dataclass(frozen=True, slots=True)
class SampleRelease:
    """A version of a download, put out `days_ago` days before the shop is filled."""

    version: str
    days_ago: int
    notes: str
    files: tuple[SampleFile, ...]


@dataclass(frozen=True, slots=True)
class SampleEvent:
    """When and where a workshop is: `days_ahead` from filling, at `starts_at` local time."""

    days_ahead: int
    starts_at: time
    minutes: int
    place: str
    join_url: str
    capacity: int
    note: str


@dataclass(frozen=True, slots=True)
class SampleService:
    """A service by request: due within `days`, and what is needed from the buyer to begin."""

    days: int
    needs: str


@dataclass(frozen=True, slots=True)
class SampleProduct:
    """Something to sell. `parts` are SKUs (bundles), `copies` limits downloads (None: no limit)."""

    slug: str
    title: str
    summary: str
    description_html: str
    kind: Kind
    profit_centre: str
    category: str
    picture: str
    picture_alt: str
    prices: tuple[SamplePrice, ...]
    facts: tuple[SampleFact, ...]
    releases: tuple[SampleRelease, ...]
    copies: int | None
    parts: tuple[str, ...]
    event: SampleEvent | None
    service: SampleService | None


@dataclass(frozen=True, slots=True)
class SamplePromise:
    """A promise on the front page."""

    title: str
    text: str


@dataclass(frozen=True, slots=True)
class SampleHome:
    """The front page."""

    title: str
    intro_html: str
    picture: str
    picture_alt: str
    promises: tuple[SamplePromise, ...]


@dataclass(frozen=True, slots=True)
class SampleIndex:
    """The page above posts or articles."""

    title: str
    intro_html: str


@dataclass(frozen=True, slots=True)
class SamplePage:
    """A plain page such as terms."""

    slug: str
    title: str
    intro: str
    body_html: str
    in_navigation: bool


@dataclass(frozen=True, slots=True)
class SamplePost:
    """A post of the blog; `product` is the slug of what was made for it."""

    slug: str
    title: str
    summary: str
    days_ago: int
    picture: str
    picture_alt: str
    product: str
    body_html: str


@dataclass(frozen=True, slots=True)
class SampleArticle:
    """A help article."""

    slug: str
    title: str
    group: str
    summary: str
    body_html: str


@dataclass(frozen=True, slots=True)
class SampleQuestion:
    """A short question with its answer."""

    question: str
    answer: str


@dataclass(frozen=True, slots=True)
class SampleBusiness:
    """Everything that the sample shop begins with."""

    name: str
    tagline: str
    legal_name: str
    address: str
    email: str
    owner_email: str
    owner_name: str
    country: str
    currency: str
    profit_centres: tuple[SampleProfitCentre, ...]
    categories: tuple[SampleCategory, ...]
    products: tuple[SampleProduct, ...]
    home: SampleHome
    pages: tuple[SamplePage, ...]
    blog: SampleIndex
    help: SampleIndex
    posts: tuple[SamplePost, ...]
    articles: tuple[SampleArticle, ...]
    questions: tuple[SampleQuestion, ...]


def load(folder: Path = FOLDER) -> SampleBusiness:
    """Read and check the sample's files; what is wrong raises `FieldError` naming file and key."""
    facts, words = Table.of_file(folder / "business.toml"), Table.of_file(folder / "pages.toml")
    posts, articles = Table.of_file(folder / "posts.toml"), Table.of_file(folder / "help.toml")
    about = facts.table("business")
    business = SampleBusiness(
        name=about.text("name"),
        tagline=about.text("tagline"),
        legal_name=about.text("legal_name"),
        address=about.text("address"),
        email=about.text("email"),
        owner_email=about.text("owner_email"),
        owner_name=about.text("owner_name"),
        country=about.text("country"),
        currency=about.text("currency"),
        profit_centres=tuple(_profit_centre(table) for table in facts.tables("profit_centres")),
        categories=tuple(_category(table) for table in facts.tables("categories")),
        products=tuple(_product(table) for table in facts.tables("products")),
        home=_home(words.table("home")),
        pages=tuple(_page(table) for table in words.tables("pages")),
        blog=_index(words.table("blog")),
        help=_index(words.table("help")),
        posts=tuple(_post(table) for table in posts.tables("posts")),
        articles=tuple(_article(table) for table in articles.tables("articles")),
        questions=tuple(_question(table) for table in words.tables("faqs")),
    )
    for table in (about, facts, words, posts, articles):
        table.close()
    _check_whole(business)
    return business


def _slug(table: Table) -> str:
    slug = table.text("slug")
    if not _SLUG.fullmatch(slug):
        table.wrong("slug", "use small letters, digits and single hyphens")
    return slug


def _picture(table: Table) -> str:
    key = table.text("picture")
    if key not in pictures.PICTURES:
        table.wrong("picture", f"nothing draws “{key}”")
    return key


def _profit_centre(table: Table) -> SampleProfitCentre:
    centre = SampleProfitCentre(
        slug=_slug(table),
        name=table.text("name"),
        colour=table.text("colour"),
        text=table.text("text"),
    )
    if not _COLOUR.fullmatch(centre.colour):
        table.wrong("colour", "write the colour as #rrggbb")
    table.close()
    return centre


def _category(table: Table) -> SampleCategory:
    category = SampleCategory(slug=_slug(table), title=table.text("title"))
    table.close()
    return category


def _product(table: Table) -> SampleProduct:
    product = SampleProduct(
        slug=_slug(table),
        title=table.text("title"),
        summary=table.text("summary"),
        description_html=table.text("description"),
        kind=_kind(table),
        profit_centre=table.text("profit_centre"),
        category=table.text("category"),
        picture=_picture(table),
        picture_alt=table.text("picture_alt"),
        prices=tuple(_price(price) for price in table.tables("prices")),
        facts=tuple(_fact(fact) for fact in table.tables("facts")),
        releases=tuple(_release(release) for release in table.tables("releases")),
        copies=table.number("copies", least=1) if table.has("copies") else None,
        parts=table.texts("parts"),
        event=_event(table.table("event")) if table.has("event") else None,
        service=_service(table.table("service")) if table.has("service") else None,
    )
    if not product.prices:
        table.wrong("prices", "is missing")
    _check_kind(product, table)
    table.close()
    return product


def _kind(table: Table) -> Kind:
    kind = table.text("kind")
    if kind not in get_args(Kind):
        table.wrong("kind", f"must be one of {', '.join(get_args(Kind))}")
    return cast("Kind", kind)


def _check_kind(product: SampleProduct, table: Table) -> None:
    """Each kind has what it delivers, and nothing that another kind delivers."""
    owned = {"download": "releases", "workshop": "event", "bundle": "parts", "service": "service"}
    for kind, key in owned.items():
        if bool(getattr(product, key)) != (kind == product.kind):
            problem = (
                "is missing" if kind == product.kind else f"does not belong to a {product.kind}"
            )
            table.wrong(key, problem)


def _price(table: Table) -> SamplePrice:
    price = SamplePrice(
        sku=table.text("sku"), label=table.text("label", empty=True), amount=table.text("amount")
    )
    if not _AMOUNT.fullmatch(price.amount):
        table.wrong("amount", 'write the amount as "29.00"')
    table.close()
    return price


def _fact(table: Table) -> SampleFact:
    fact = SampleFact(label=table.text("label"), value=table.text("value"))
    table.close()
    return fact


def _release(table: Table) -> SampleRelease:
    release = SampleRelease(
        version=table.text("version"),
        days_ago=table.number("days_ago"),
        notes=table.text("notes"),
        files=tuple(_file(file) for file in table.tables("files")),
    )
    if not release.files:
        table.wrong("files", "is missing")
    table.close()
    return release


def _file(table: Table) -> SampleFile:
    file = SampleFile(name=table.text("name"), content=table.text("content"))
    if file.content not in goods.GOODS:
        table.wrong("content", f"nothing makes “{file.content}”")
    table.close()
    return file


def _event(table: Table) -> SampleEvent:
    event = SampleEvent(
        days_ahead=table.number("days_ahead", least=1),
        starts_at=table.hour("starts_at"),
        minutes=table.number("minutes", least=1),
        place=table.text("place"),
        join_url=table.text("join_url", empty=True),
        capacity=table.number("capacity", least=1),
        note=table.text("note"),
    )
    table.close()
    return event


def _service(table: Table) -> SampleService:
    service = SampleService(days=table.number("days", least=1), needs=table.text("needs"))
    table.close()
    return service


def _home(table: Table) -> SampleHome:
    home = SampleHome(
        title=table.text("title"),
        intro_html=table.text("intro"),
        picture=_picture(table),
        picture_alt=table.text("picture_alt"),
        promises=tuple(_promise(promise) for promise in table.tables("promises")),
    )
    table.close()
    return home


def _promise(table: Table) -> SamplePromise:
    promise = SamplePromise(title=table.text("title"), text=table.text("text"))
    table.close()
    return promise


def _index(table: Table) -> SampleIndex:
    index = SampleIndex(title=table.text("title"), intro_html=table.text("intro"))
    table.close()
    return index


def _page(table: Table) -> SamplePage:
    page = SamplePage(
        slug=_slug(table),
        title=table.text("title"),
        intro=table.text("intro"),
        body_html=table.text("body"),
        in_navigation=table.yes("in_navigation"),
    )
    table.close()
    return page


def _post(table: Table) -> SamplePost:
    post = SamplePost(
        slug=_slug(table),
        title=table.text("title"),
        summary=table.text("summary"),
        days_ago=table.number("days_ago"),
        picture=_picture(table),
        picture_alt=table.text("picture_alt"),
        product=table.text("product"),
        body_html=table.text("body"),
    )
    table.close()
    return post


def _article(table: Table) -> SampleArticle:
    article = SampleArticle(
        slug=_slug(table),
        title=table.text("title"),
        group=table.text("group"),
        summary=table.text("summary"),
        body_html=table.text("body"),
    )
    table.close()
    return article


def _question(table: Table) -> SampleQuestion:
    question = SampleQuestion(question=table.text("question"), answer=table.text("answer"))
    table.close()
    return question


def _check_whole(business: SampleBusiness) -> None:
    """What one table says of another holds, and no slug or SKU stands twice."""
    products = business.products
    _check_once("business.toml profit_centres slug", (c.slug for c in business.profit_centres))
    _check_once("business.toml categories slug", (c.slug for c in business.categories))
    _check_once("business.toml products slug", (product.slug for product in products))
    _check_once("business.toml products sku", (p.sku for one in products for p in one.prices))
    _check_once("pages.toml pages slug", (page.slug for page in business.pages))
    _check_once("posts.toml posts slug", (post.slug for post in business.posts))
    _check_once("help.toml articles slug", (article.slug for article in business.articles))
    centres = {centre.slug for centre in business.profit_centres}
    categories = {category.slug for category in business.categories}
    skus = {price.sku for product in products for price in product.prices}
    for product in products:
        where = f"business.toml products {product.slug}"
        _check_known(f"{where} profit_centre", product.profit_centre, centres)
        _check_known(f"{where} category", product.category, categories)
        for sku in product.parts:
            _check_known(f"{where} parts", sku, skus)
    for post in business.posts:
        slugs = {product.slug for product in products}
        _check_known(f"posts.toml posts {post.slug} product", post.product, slugs)


def _check_once(where: str, values: Iterable[str]) -> None:
    for value, times in Counter(values).items():
        if times > 1:
            raise FieldError(field=where, problem=f"“{value}” stands {times} times")


def _check_known(where: str, value: str, known: set[str]) -> None:
    if value not in known:
        raise FieldError(field=where, problem=f"“{value}” is not known")
