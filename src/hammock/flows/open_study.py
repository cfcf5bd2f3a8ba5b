"""A study is opened: its files go to the store and their columns are recognised, no more yet."""

from __future__ import annotations

import secrets
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, BinaryIO

from django.db import transaction

from hammock.departments.catalogue.ports import files
from hammock.departments.research import actions
from hammock.departments.research.actions import SourceDraft
from hammock.departments.research.errors import CannotDo
from hammock.departments.research.models import Source, Study
from hammock.kit.locks import lock

if TYPE_CHECKING:
    from hammock.departments.research.reading import Look


@dataclass(frozen=True, kw_only=True)
class StudyUpload:
    """A file as it came, for one side of the market."""

    side: str
    name: str
    content: BinaryIO


def open_study(
    *, name: str, uploads: Sequence[StudyUpload], addresses: Sequence[str] = ()
) -> Study:
    """Keep the files and write the draft; addresses of supply are fetched when the study runs.

    Raises `UnreadableFile` for a file that is no table at all (then nothing is written), `CannotDo`
    without any demand, or what the store raises.
    """
    if not any(upload.side == Source.Side.DEMAND for upload in uploads):
        raise CannotDo(problem="a study needs at least one file of demand")
    drafts = _drafts(uploads, addresses)
    with transaction.atomic(durable=True):
        return actions.open_study(name=name, sources=drafts, previous=None)


def repeat_study(
    *, study_id: int, name: str, uploads: Sequence[StudyUpload] = (), addresses: Sequence[str] = ()
) -> Study:
    """Open a study anew to compare with the old one: a side with new files leaves the old ones.

    Columns that were chosen for a side's files are chosen again where they are there. Raises as
    `open_study`, and `Study.DoesNotExist`.
    """
    old = Study.objects.get(pk=study_id)
    drafts = _drafts(uploads, addresses)
    renewed = {draft.side for draft in drafts}
    kept = [_again(source) for source in old.sources.all() if source.side not in renewed]
    with transaction.atomic(durable=True):
        return actions.open_study(name=name, sources=[*kept, *drafts], previous=old.pk)


def choose_columns(*, source_id: int, chosen: Mapping[str, str]) -> None:
    """Write which columns of a file mean what, an empty one for what it has not.

    Raises `CannotDo` for a column that is not there.
    """
    with transaction.atomic(durable=True):
        (source,) = lock(Source.objects.filter(pk=source_id).select_related("study"))
        if source.study.state in {Study.State.WAITING, Study.State.RUNNING}:
            raise CannotDo(problem="stop the study before you change its columns")
        strange = [one for one in chosen.values() if one and one not in source.header]
        if strange:
            raise CannotDo(problem=f"{source.name} has no column “{strange[0]}”")
        source.chosen = dict(chosen)
        source.save(update_fields=["chosen"])


def _drafts(uploads: Sequence[StudyUpload], addresses: Sequence[str]) -> list[SourceDraft]:
    """Keep the files; none is kept before all were looked at."""
    looks = [_looked_at(upload) for upload in uploads]
    return [
        *(_stored(upload, seen) for upload, seen in zip(uploads, looks, strict=True)),
        *(
            SourceDraft(side=Source.Side.SUPPLY, name=address[:200], address=address)
            for address in addresses
        ),
    ]


def _looked_at(upload: StudyUpload) -> Look:
    from hammock.departments.research.reading import look  # NumPy: only for who brings a file

    with tempfile.TemporaryDirectory() as scratch:
        path = Path(scratch) / _plain(upload.name)
        with path.open("wb") as file:
            shutil.copyfileobj(upload.content, file)
        upload.content.seek(0)
        return look(path, side=upload.side)


def _stored(upload: StudyUpload, seen: Look) -> SourceDraft:
    name = _plain(upload.name)
    key = f"research/{secrets.token_hex(8)}/{name}"
    stored = files().put(key=key, content=upload.content)
    return SourceDraft(
        side=upload.side,
        name=name,
        storage_key=key,
        size=stored.size,
        header=seen.header,
        sample=seen.sample,
        recognised=seen.columns.fields,
    )


def _again(source: Source) -> SourceDraft:
    return SourceDraft(
        side=source.side,
        name=source.name,
        storage_key=source.storage_key,
        address=source.address,
        size=source.size,
        header=source.header,
        sample=source.sample,
        recognised=source.recognised,
        chosen=source.chosen,
    )


def _plain(name: str) -> str:
    """Keep the last part of a name, in characters that every store takes."""
    last = PurePosixPath(name.replace("\\", "/")).name
    kept = "".join(sign if sign.isalnum() or sign in "._- " else "_" for sign in last).strip(". ")
    return kept[-100:] or "file"
