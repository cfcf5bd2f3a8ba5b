"""Reads files and studies them: what the command and the console's job ask this department."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

import hammock
from hammock.departments.research.kept import KeptSteps, fingerprint
from hammock.departments.research.reading import (
    DemandFile,
    File,
    SupplyFile,
    read_demand,
    read_supply,
)
from hammock.departments.research.report import Written
from hammock.departments.research.rules.rows import Demand, Supply, demand_of, supply_of
from hammock.departments.research.rules.steps import done_anew
from hammock.departments.research.rules.study import study
from hammock.departments.research.tables import engine
from hammock.kit import clock
from hammock.kit.text import TextEncoder, configured


@dataclass(frozen=True)
class Question:
    """What is to be studied: files, columns that the owner named, the model and the seed.

    `columns_of` names columns for single files, which go before those of their side; `notes_of` is
    what is to be said of files that were made here, from pages.
    """

    demand: tuple[Path, ...]
    supply: tuple[Path, ...] = ()
    demand_columns: Mapping[str, str] = field(default_factory=dict)
    supply_columns: Mapping[str, str] = field(default_factory=dict)
    columns_of: Mapping[Path, Mapping[str, str]] = field(default_factory=dict)
    notes_of: Mapping[Path, Sequence[str]] = field(default_factory=dict)
    model: Path | None = None
    seed: int = 1


def investigate(
    question: Question,
    *,
    heartbeat: Callable[[str, float], None] = lambda stage, share: None,
    kept: Path | None = None,
) -> Written:
    """Read the files and study them.

    `heartbeat` hears each stage and the share of it that is done. What finished steps found is
    taken from the folder `kept`, and put there. Raises `UnreadableFile`, `ColumnMissing`,
    `TooLittleData`, `ModelUnusable` or `TableEngineUnusable`; nothing else is written.
    """
    heartbeat("reading files", 0.0)
    engine()  # a study of hours must not fail for it at its end
    asked = [
        read_demand(path, said=question.columns_of.get(path, question.demand_columns))
        for path in question.demand
    ]
    offered = [
        read_supply(path, said=question.columns_of.get(path, question.supply_columns))
        for path in question.supply
    ]
    encoder = configured(question.model)
    demand = demand_of(((one.rows, one.months) for one in asked), units=[one.unit for one in asked])
    supply = supply_of(one.rows for one in offered) if offered else None
    once = done_anew
    if kept is not None:
        stands_on = fingerprint(_stood_on(demand, supply, encoder, question.seed))
        once = KeptSteps(kept, stands_on=stands_on).once
    found = study(
        demand, supply, encoder=encoder, seed=question.seed, heartbeat=heartbeat, once=once
    )
    offer_notes = supply.notes if supply is not None else ()
    return Written(
        study=found,
        demand=demand,
        supply=supply,
        files=(
            *map(partial(_noted, question), question.demand, asked, demand.notes),
            *map(partial(_noted, question), question.supply, offered, offer_notes),
        ),
        model=encoder.name,
        seed=question.seed,
        at=clock.now(),
    )


def _noted(
    question: Question, path: Path, read: DemandFile | SupplyFile, together: tuple[str, ...]
) -> File:
    """Say of a file what was noted when it was read, made, and put together with the others."""
    notes = (*read.file.notes, *together, *question.notes_of.get(path, ()))
    return replace(read.file, notes=notes)


def _stood_on(
    demand: Demand, supply: Supply | None, encoder: TextEncoder, seed: int
) -> Iterator[str | bytes]:
    """Give all that the steps of a study stand on; a model is known by what it says."""
    yield f"{hammock.__version__} {seed} {encoder.name} {len(demand.texts)}"
    yield encoder.encode(demand.texts[:1]).tobytes()
    yield from demand.texts
    yield from supply.texts if supply is not None else ()


def names_of(pairs: Sequence[str]) -> dict[str, str]:
    """Read `field=COLUMN` pairs; raises ValueError with the pair that has no `=`."""
    said: dict[str, str] = {}
    for pair in pairs:
        name, sign, column = pair.partition("=")
        if not sign:
            raise ValueError(pair)
        said[name.strip()] = column.strip()
    return said
