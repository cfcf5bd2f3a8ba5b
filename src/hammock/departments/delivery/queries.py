"""Reading what customers hold, ready for their own page and their mails."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from django.db.models import QuerySet

from hammock.departments.catalogue.models import Product, ReleaseFile
from hammock.departments.delivery import rules
from hammock.departments.delivery.models import DownloadCount, Entitlement, FulfilmentTask
from hammock.kit import clock, links, showing
from hammock.kit.prepared import prepared

DOWNLOAD = "download"
CALENDAR = "calendar"


@dataclass(frozen=True, kw_only=True)
class GoodFile:
    """A file that may be fetched while downloads are left."""

    entitlement_id: int
    file_id: int
    name: str
    size: str
    version: str
    left: int
    is_newest: bool

    @cached_property
    def url(self) -> str:
        """Give a fresh link, signed only for who shows it; empty when no download is left."""
        if self.left <= 0:
            return ""
        return download_url(entitlement_id=self.entitlement_id, file_id=self.file_id)

    @property
    def left_label(self) -> str:
        """Say how many downloads are left."""
        return f"{self.left} downloads left" if self.left != 1 else "1 download left"


@dataclass(frozen=True, kw_only=True)
class GoodEvent:
    """When and where; `url` joins an online workshop."""

    when: str
    where: str
    url: str


@dataclass(frozen=True, kw_only=True)
class GoodTask:
    """How far the work is."""

    status: str
    note: str


@dataclass(frozen=True, kw_only=True)
class Good:
    """Something that a customer holds (or held), ready to show."""

    entitlement_id: int
    title: str
    kind: str
    is_active: bool
    state_label: str
    note: str
    files: Sequence[GoodFile]
    calendar_url: str
    event: GoodEvent | None
    task: GoodTask | None
    more_url: str

    @cached_property
    def resend_url(self) -> str:
        """Give the address that mails it again; empty when it is not held any more."""
        if not self.is_active:
            return ""
        return links.absolute("shop:resend", entitlement_id=self.entitlement_id)

    @cached_property
    def newest_files(self) -> list[GoodFile]:
        """Give the files of the newest version."""
        return [file for file in self.files if file.is_newest]

    @cached_property
    def earlier_files(self) -> list[GoodFile]:
        """Give the files of the versions before, which stay the buyer's too."""
        return [file for file in self.files if not file.is_newest]


def appointment(right: Entitlement) -> rules.Appointment:
    """Tell what a workshop's seat puts into its holder's calendar."""
    workshop = right.product.workshop
    return rules.Appointment(
        uid=f"{right.grant_key.replace(':', '-')}@hammock",
        title=right.product.title,
        starts_at=workshop.starts_at,
        ends_at=workshop.ends_at,
        place=workshop.place,
        join_url=workshop.join_url,
        sent_at=clock.now(),
    )


def held_by(customer_id: int) -> list[Entitlement]:
    """List everything that a customer ever had, newest first, with what showing it needs."""
    return _of_customer(customer_id=customer_id)


def held_from(order_reference: str) -> list[Entitlement]:
    """List what an order gave."""
    return _of_order(order_reference=order_reference)


def only(entitlement_id: int) -> list[Entitlement]:
    """Read one right, with what showing it needs."""
    return _one(entitlement_id=entitlement_id)


def shown(rights: Iterable[Entitlement]) -> list[Good]:
    """Make rights ready to show, with fresh download links."""
    shown_ones = list(rights)
    if not shown_ones:
        return []
    files: dict[int, list[ReleaseFile]] = {}
    for file in _files_of(product_ids=sorted({right.product_id for right in shown_ones})):
        files.setdefault(file.release.product_id, []).append(file)
    counts = {
        (count.entitlement_id, count.file_id): count
        for count in _counts_of(entitlement_ids=sorted({right.id for right in shown_ones}))
    }
    return [_good(right, files.get(right.product_id, []), counts) for right in shown_ones]


def download_url(*, entitlement_id: int, file_id: int) -> str:
    """Give a link that fetches the file for the next `rules.LINK_LASTS`."""
    token = links.sign(DOWNLOAD, [entitlement_id, file_id])
    return links.absolute("shop:download", token=token)


@prepared
def _of_customer(*, customer_id: int) -> QuerySet[Entitlement]:
    return _whole(Entitlement.objects.filter(customer_id=customer_id))


@prepared
def _of_order(*, order_reference: str) -> QuerySet[Entitlement]:
    return _whole(Entitlement.objects.filter(order_reference=order_reference))


@prepared
def _one(*, entitlement_id: int) -> QuerySet[Entitlement]:
    return _whole(Entitlement.objects.filter(id=entitlement_id))


@prepared
def _files_of(*, product_ids: Sequence[int]) -> QuerySet[ReleaseFile]:
    """Newest release first, its files in their order."""
    return (
        ReleaseFile.objects.filter(release__product_id__in=product_ids)
        .select_related("release")
        .order_by("release", "name")  # as the models order themselves
    )


@prepared
def _counts_of(*, entitlement_ids: Sequence[int]) -> QuerySet[DownloadCount]:
    return DownloadCount.objects.filter(entitlement_id__in=entitlement_ids)


def _whole(rights: QuerySet[Entitlement]) -> QuerySet[Entitlement]:
    return rights.select_related("product__workshop", "product__service_terms", "task").order_by(
        "-granted_at", "id"
    )


def _good(
    right: Entitlement, files: list[ReleaseFile], counts: dict[tuple[int, int], DownloadCount]
) -> Good:
    is_active = right.state == Entitlement.State.ACTIVE
    kind = right.product.kind
    is_workshop = is_active and kind == Product.Kind.WORKSHOP
    return Good(
        entitlement_id=right.id,
        title=right.product.title,
        kind=kind,
        is_active=is_active,
        state_label=_state_label(right),
        note=f"{right.quantity} copies" if right.quantity > 1 and not is_workshop else "",
        files=_files(right, files, counts) if is_active else [],
        calendar_url=links.absolute("shop:calendar", token=links.sign(CALENDAR, right.id))
        if is_workshop
        else "",
        event=_event(right) if is_workshop else None,
        task=_task(right) if is_active and kind == Product.Kind.SERVICE else None,
        more_url=links.absolute("shop:more_downloads", entitlement_id=right.id)
        if is_active and _is_used_up(right, files, counts)
        else "",
    )


def _is_used_up(
    right: Entitlement, files: list[ReleaseFile], counts: dict[tuple[int, int], DownloadCount]
) -> bool:
    mine = (counts.get((right.id, file.pk)) for file in files)
    return any(count.count >= count.allowed for count in mine if count)


def _state_label(right: Entitlement) -> str:
    if right.state == Entitlement.State.REVOKED:
        return "Taken back with the refund"
    return {
        Product.Kind.DOWNLOAD: "Ready",
        Product.Kind.WORKSHOP: f"{right.quantity} seats booked" if right.quantity > 1 else "Booked",
        Product.Kind.SERVICE: "Ordered",
    }.get(Product.Kind(right.product.kind), "")


def _files(
    right: Entitlement, files: list[ReleaseFile], counts: dict[tuple[int, int], DownloadCount]
) -> list[GoodFile]:
    return [
        _file(
            right,
            file,
            file.release.version,
            counts.get((right.id, file.pk)),
            is_newest=file.release_id == files[0].release_id,
        )
        for file in files
    ]


def _file(
    right: Entitlement,
    file: ReleaseFile,
    version: str,
    count: DownloadCount | None,
    *,
    is_newest: bool,
) -> GoodFile:
    return GoodFile(
        entitlement_id=right.id,
        file_id=file.pk,
        name=file.name,
        size=showing.size(file.size),
        version=version,
        left=count.allowed - count.count if count else rules.DOWNLOADS_ALLOWED,
        is_newest=is_newest,
    )


def _event(right: Entitlement) -> GoodEvent:
    workshop = right.product.workshop
    return GoodEvent(
        when=showing.span(workshop.starts_at, workshop.ends_at),
        where=workshop.place,
        url=workshop.join_url,
    )


def _task(right: Entitlement) -> GoodTask:
    task = right.task
    if task.state == FulfilmentTask.State.DONE:
        return GoodTask(status="Done", note=task.note)
    return GoodTask(
        status=f"Being worked on, due {showing.day(task.due_on)}",
        note=right.product.service_terms.brief,
    )
