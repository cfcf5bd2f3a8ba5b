"""Handing over and taking back. Needs the caller's transaction."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import F, QuerySet, Subquery
from django.db.models.functions import Least

from hammock.departments.catalogue.models import Product, ReleaseFile
from hammock.departments.customers.models import Customer
from hammock.departments.delivery import rules
from hammock.departments.delivery.errors import DownloadsUsedUp, NotEntitled
from hammock.departments.delivery.models import DownloadCount, Entitlement, FulfilmentTask
from hammock.kit import clock
from hammock.kit.prepared import add, prepared


@dataclass(frozen=True, kw_only=True)
class Grant:
    """A right to be given: `key` is its one reason."""

    key: str
    product: Product
    quantity: int


def grant(
    grants: Iterable[Grant], *, customer: Customer, order_reference: str
) -> list[Entitlement]:
    """Give the customer what they bought, of a bundle its parts; a known key gives nothing anew."""
    wanted = {item.key: item for whole in grants for item in _unbundled(whole)}
    known = {right.grant_key for right in _given(grant_keys=sorted(wanted))}
    made = [
        Entitlement(
            customer=customer,
            product=item.product,
            grant_key=key,
            order_reference=order_reference,
            quantity=item.quantity,
            granted_at=clock.now(),
        )
        for key, item in wanted.items()
        if key not in known
    ]
    if made:
        add(*made)
    _owe_work(made)
    return made


def take_back(*, grant_keys: Iterable[str]) -> int:
    """End the rights given for these reasons, a bundle's parts included; tells how many."""
    return _set_holding(grant_keys, holds=False)


def give_back(*, grant_keys: Iterable[str]) -> int:
    """Let rights that were ended hold again (a refund failed after all)."""
    return _set_holding(grant_keys, holds=True)


def count_download(*, entitlement_id: int, file_id: int) -> ReleaseFile:
    """Let a file through the gate and count it; a whole file's bytes may follow in further pieces.

    Raises `NotEntitled` when the right does not hold or does not cover the file, `DownloadsUsedUp`
    at the limit.
    """
    file = file_under(entitlement_id=entitlement_id, file_id=file_id)
    DownloadCount.objects.get_or_create(
        entitlement_id=entitlement_id,
        file_id=file_id,
        defaults={"allowed": rules.DOWNLOADS_ALLOWED},
    )
    counts = DownloadCount.objects.filter(entitlement_id=entitlement_id, file_id=file_id)
    counted = counts.filter(count__lt=F("allowed")).update(
        count=F("count") + 1, further_bytes=file.size
    )
    if not counted:
        raise DownloadsUsedUp(name=file.name, allowed=counts.values_list("allowed", flat=True)[0])
    return file


def draw_further(*, entitlement_id: int, file_id: int, length: int) -> bool:
    """Take `length` bytes for a further piece from what a counted fetch left; False: not enough."""
    counts = DownloadCount.objects.filter(entitlement_id=entitlement_id, file_id=file_id)
    drawn = counts.filter(further_bytes__gte=length).update(
        further_bytes=F("further_bytes") - length
    )
    return bool(drawn)


def put_back_further(*, entitlement_id: int, file_id: int, length: int) -> None:
    """Give back the bytes of a further piece that never went out, up to one whole file."""
    counts = DownloadCount.objects.filter(entitlement_id=entitlement_id, file_id=file_id)
    counts.update(
        further_bytes=Least(
            F("further_bytes") + length,
            Subquery(ReleaseFile.objects.filter(id=file_id).values("size")),
        )
    )


def file_under(*, entitlement_id: int, file_id: int) -> ReleaseFile:
    """Find a file that the right covers. Raises `NotEntitled` (not yours, not there: alike)."""
    right = Entitlement.objects.filter(id=entitlement_id, state=Entitlement.State.ACTIVE).first()
    file = (
        right
        and ReleaseFile.objects.filter(id=file_id, release__product_id=right.product_id).first()
    )
    if not file:
        raise NotEntitled
    return file


def allow_more(*, entitlement_id: int) -> None:
    """Let every file of the right be fetched as often again as at first."""
    DownloadCount.objects.filter(entitlement_id=entitlement_id).update(
        allowed=F("count") + rules.DOWNLOADS_ALLOWED
    )


def _set_holding(grant_keys: Iterable[str], *, holds: bool) -> int:
    """Turn the rights that stand the other way, and the work that is owed for them."""
    right, task = Entitlement.State, FulfilmentTask.State
    before, after = (right.REVOKED, right.ACTIVE) if holds else (right.ACTIVE, right.REVOKED)
    owed, owes = (task.DROPPED, task.OPEN) if holds else (task.OPEN, task.DROPPED)
    turned = 0
    for key in grant_keys:
        rights = Entitlement.objects.filter(state=before)
        theirs = rights.filter(grant_key=key) | rights.filter(grant_key__startswith=f"{key}:")
        ids = list(theirs.values_list("id", flat=True))
        FulfilmentTask.objects.filter(entitlement_id__in=ids, state=owed).update(state=owes)
        turned += Entitlement.objects.filter(id__in=ids).update(
            state=after, revoked_at=None if holds else clock.now()
        )
    return turned


@prepared
def _given(*, grant_keys: Sequence[str]) -> QuerySet[Entitlement]:
    return Entitlement.objects.filter(grant_key__in=grant_keys)


def end_rights(customer: Customer) -> int:
    """End all that the customer holds, and erase what was noted with work; tells how many."""
    mine = Entitlement.objects.filter(customer=customer)
    tasks = FulfilmentTask.objects.filter(entitlement__in=mine)
    tasks.exclude(note="").update(note="")
    tasks.filter(state=FulfilmentTask.State.OPEN).update(state=FulfilmentTask.State.DROPPED)
    return mine.filter(state=Entitlement.State.ACTIVE).update(
        state=Entitlement.State.REVOKED, revoked_at=clock.now()
    )


def _unbundled(item: Grant) -> list[Grant]:
    if item.product.kind != Product.Kind.BUNDLE:
        return [item]
    return [
        Grant(key=f"{item.key}:part:{part.part_id}", product=part.part, quantity=item.quantity)
        for part in item.product.parts.select_related("part").order_by("id")
    ]


def _owe_work(rights: Iterable[Entitlement]) -> None:
    FulfilmentTask.objects.bulk_create(
        FulfilmentTask(
            entitlement=right,
            due_on=rules.due_on(
                ordered=clock.today(), working_days=right.product.service_terms.working_days
            ),
        )
        for right in rights
        if right.product.kind == Product.Kind.SERVICE
    )
