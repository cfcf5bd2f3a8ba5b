"""A study runs in the background: begun, stopped, begun again; its result is written at once.

What its finished steps found is kept in a folder of its own, so that a study that was stopped, or
whose worker died, goes on from there; the folder goes when the study ends.
"""

from __future__ import annotations

import json
import shutil
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import transaction

from hammock.departments.catalogue.ports import files
from hammock.departments.research import actions
from hammock.departments.research.errors import CannotDo, StudyCancelled
from hammock.departments.research.events import StudyDone
from hammock.departments.research.models import Source, Study
from hammock.departments.research.ports import model_folder, pages
from hammock.kit import clock, facts, jobs
from hammock.kit.errors import HammockError
from hammock.kit.locks import lock_one

if TYPE_CHECKING:
    from hammock.departments.research.queries import Question

SAID_EVERY = 0.5  # seconds between two writes of how far a study is
PIECE = 1_000_000
STEPS_KEPT = timedelta(days=30)  # of a stopped study that nobody begins again


def begin_study(*, study_id: int) -> None:
    """Queue a study, for the first time or again. Raises `CannotDo` while it runs already."""
    with transaction.atomic(durable=True):
        study = lock_one(Study.objects.filter(pk=study_id))
        if study.state in {Study.State.WAITING, Study.State.RUNNING}:
            raise CannotDo(problem="the study is running already")
        if study.state == Study.State.DONE:
            raise CannotDo(problem="the study is done; repeat it to look again")
        study.state, study.stop_asked, study.problem = Study.State.WAITING, False, ""
        study.stage, study.share, study.run = "", 0.0, study.run + 1
        study.save()
        jobs.enqueue("run_study", study_id=study.pk, run=study.run)


def stop_study(*, study_id: int) -> None:
    """Stop a study: at once if it waits, in a moment if it runs; its finished steps are kept."""
    with transaction.atomic(durable=True):
        study = lock_one(Study.objects.filter(pk=study_id))
        if study.state == Study.State.WAITING:
            study.state, study.ended_at = Study.State.STOPPED, clock.now()
        elif study.state == Study.State.RUNNING:
            study.stop_asked = True
        study.save(update_fields=["state", "stop_asked", "ended_at"])


def run_study(*, study_id: int, run: int) -> None:
    """Run a study that was begun, from where it was cut off.

    A stopped one, or a job of an earlier beginning, does nothing.
    """
    if not _claimed(study_id, run):
        return
    try:
        result = _studied(study_id, _heartbeat(study_id, run))
    except StudyCancelled:
        _end(study_id, run, state=Study.State.STOPPED)
    except HammockError as error:
        _end(study_id, run, state=Study.State.FAILED, problem=error.sentence())
    else:
        _keep(study_id, run, result)
    forget_steps()


def forget_steps() -> None:
    """Delete the kept steps of studies that ended, and of those stopped a month ago."""
    folders = list(_steps_folder().glob("*"))  # before asking: none is of a study begun since
    going_on = Study.objects.filter(state__in=(Study.State.WAITING, Study.State.RUNNING))
    stopped = Study.objects.filter(state=Study.State.STOPPED, ended_at__gt=clock.now() - STEPS_KEPT)
    wanted = {str(pk) for pk in (going_on | stopped).values_list("pk", flat=True)}
    for folder in folders:
        if folder.name not in wanted:
            shutil.rmtree(folder, ignore_errors=True)


def _steps_folder() -> Path:
    return Path(settings.HAMMOCK_DATA) / "studies"


@dataclass(frozen=True)
class _Result:
    facts: dict[str, Any]
    maps: dict[str, str] = field(default_factory=dict)


def _studied(study_id: int, heartbeat: Callable[[str, float], None]) -> _Result:
    # NumPy and all that stands on it: only for the process that studies, and only when it does.
    from hammock.departments.research.picture import THEMES, draw_map
    from hammock.departments.research.queries import investigate
    from hammock.departments.research.report import facts as report_facts

    with tempfile.TemporaryDirectory() as scratch:
        question = _question(study_id, Path(scratch), heartbeat)
        written = investigate(question, heartbeat=heartbeat, kept=_steps_folder() / str(study_id))
    heartbeat("drawing the map", 0.0)
    maps = {theme.name: draw_map(written.study, theme=theme) for theme in THEMES}
    return _Result(facts=json.loads(json.dumps(report_facts(written))), maps=maps)


def _question(study_id: int, folder: Path, heartbeat: Callable[[str, float], None]) -> Question:
    """Lay the study's files into a folder and say what they are."""
    from hammock.departments.research.gathering import gather, gathered_file
    from hammock.departments.research.queries import Question

    found: dict[str, list[Path]] = {Source.Side.DEMAND: [], Source.Side.SUPPLY: []}
    chosen: dict[Path, dict[str, str]] = {}
    notes: dict[Path, tuple[str, ...]] = {}
    for source in Source.objects.filter(study_id=study_id):
        place = folder / str(source.pk)
        place.mkdir()
        if source.address:
            got = gather(source.address, fetcher=pages(), heartbeat=heartbeat)
            gathered = gathered_file(got, place)
            found[source.side].append(gathered)
            notes[gathered] = got.problems
            continue
        path = place / source.name
        with path.open("wb") as file:
            for start in range(0, source.size, PIECE):
                length = min(PIECE, source.size - start)
                for part in files().read(key=source.storage_key, start=start, length=length):
                    file.write(part)
        found[source.side].append(path)
        if source.chosen:
            chosen[path] = source.chosen
    return Question(
        demand=tuple(found[Source.Side.DEMAND]),
        supply=tuple(found[Source.Side.SUPPLY]),
        columns_of=chosen,
        notes_of=notes,
        model=model_folder(),
        seed=Study.objects.values_list("seed", flat=True).get(pk=study_id),
    )


def _heartbeat(study_id: int, run: int) -> Callable[[str, float], None]:
    """Write how far the study is now and then, and stop it when somebody asked for that."""
    said: dict[str, Any] = {"at": 0.0, "stage": ""}

    def beat(stage: str, share: float) -> None:
        now = time.monotonic()
        if stage == said["stage"] and now - said["at"] < SAID_EVERY:
            return
        said.update(at=now, stage=stage)
        mine = Study.objects.filter(
            pk=study_id, run=run, state=Study.State.RUNNING, stop_asked=False
        )
        with transaction.atomic(durable=True):
            going_on = mine.update(stage=stage[:60], share=share)
        if not going_on:
            raise StudyCancelled

    return beat


def _claimed(study_id: int, run: int) -> bool:
    """Take the study over; also from a worker that died while it ran."""
    with transaction.atomic(durable=True):
        begun = Study.objects.filter(
            pk=study_id, run=run, state__in=(Study.State.WAITING, Study.State.RUNNING)
        )
        return bool(begun.update(state=Study.State.RUNNING, began_at=clock.now()))


def _end(study_id: int, run: int, *, state: str, problem: str = "") -> None:
    with transaction.atomic(durable=True):
        Study.objects.filter(pk=study_id, run=run).update(
            state=state, problem=problem, ended_at=clock.now(), stop_asked=False
        )


def _keep(study_id: int, run: int, result: _Result) -> None:
    with transaction.atomic(durable=True):
        study = lock_one(Study.objects.filter(pk=study_id))
        if study.run != run or study.state != Study.State.RUNNING:
            return
        if study.stop_asked:
            study.state, study.ended_at, study.stop_asked = Study.State.STOPPED, clock.now(), False
            study.save()
            return
        study.state, study.ended_at = Study.State.DONE, clock.now()
        study.stage, study.share = "", 1.0
        study.found = result.facts
        study.map_light, study.map_dark = result.maps["light"], result.maps["dark"]
        study.save()
        actions.keep_niches(study, result.facts["niches"])
        done = StudyDone(
            study_id=study.pk,
            niches=len(result.facts["niches"]),
            ranked=bool(result.facts["ranked"]),
        )
        facts.state(done, about=f"study:{study.pk}")
