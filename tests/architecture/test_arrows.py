"""Foreign keys follow the same arrows as imports, by string and by Wagtail's pages too."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path

from django.apps import apps
from django.db.models import ForeignKey, ManyToManyField, OneToOneField

ROOT = Path(__file__).parents[2]


def _floors() -> list[set[str]]:
    """Read the departments' layers from import-linter's own contract, highest first."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]
    (contract,) = (one for one in contracts["contracts"] if one["name"].startswith("Departments"))
    return [
        {name.strip().rpartition(".")[2] for name in layer.split("|")}
        for layer in contract["layers"]
    ]


def _department(module: str) -> str | None:
    parts = module.split(".")
    return parts[2] if parts[:2] == ["hammock", "departments"] else None


def _references() -> Iterator[tuple[str, str, str]]:
    for model in apps.get_models():
        source = _department(model.__module__)
        for field in model._meta.get_fields():
            if not isinstance(field, ForeignKey | OneToOneField | ManyToManyField):
                continue
            if field.model is not model or isinstance(field.related_model, str):
                continue
            target = _department(field.related_model.__module__)
            if source and target and source != target:
                yield f"{model.__name__}.{field.name}", source, target


def test_foreign_keys_follow_the_arrows() -> None:
    floors = {name: level for level, names in enumerate(_floors()) for name in names}
    found = list(_references())
    assert len(found) > 10
    upward = [
        f"{where}: {source} → {target}"
        for where, source, target in found
        if floors[target] <= floors[source]
    ]
    assert not upward


def test_nothing_below_the_departments_refers_to_them() -> None:
    for model in apps.get_models():
        if not model.__module__.startswith("hammock.kit."):
            continue
        for field in model._meta.get_fields():
            related = field.related_model if isinstance(field, ForeignKey) else None
            if related is not None and not isinstance(related, str):
                assert _department(related.__module__) is None, field


def test_every_department_in_the_floors_is_there_and_the_other_way_round() -> None:
    folder = ROOT / "src" / "hammock" / "departments"
    there = {path.name for path in folder.iterdir() if (path / "apps.py").exists()}
    assert there == set().union(*_floors())
