"""The playbooks on the shelf: each is one TOML file beside `schema.json`, which checks it."""

from __future__ import annotations

import json
import tomllib
from functools import lru_cache
from pathlib import Path
from typing import Any

from hammock.departments.planning.errors import NoSuchPlaybook, WrongPlaybook
from hammock.departments.planning.rules.playbooks import Playbook, read

SHELF = Path(__file__).parent / "playbooks"
SCHEMA = SHELF / "schema.json"


@lru_cache(maxsize=1)
def playbooks() -> tuple[Playbook, ...]:
    """Read every playbook on the shelf, by title. Raises `WrongPlaybook` naming file and field."""
    found = (read_file(path) for path in SHELF.glob("*.toml"))
    return tuple(sorted(found, key=lambda one: one.title))


def playbook(slug: str) -> Playbook:
    """Give a playbook by its file's name. Raises `NoSuchPlaybook`."""
    for one in playbooks():
        if one.slug == slug:
            return one
    raise NoSuchPlaybook(slug=slug)


def read_file(path: Path) -> Playbook:
    """Read one file. Raises `WrongPlaybook` naming it and the field that is wrong."""
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise WrongPlaybook(file=path.name, field="the file", problem=str(error)) from error
    _check(data, file=path.name)
    return read(data, slug=path.stem, file=path.name)


def _check(data: dict[str, Any], *, file: str) -> None:
    import jsonschema  # only who reads playbooks pays for it

    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    checker = jsonschema.Draft202012Validator(schema)
    wrong = jsonschema.exceptions.best_match(checker.iter_errors(data))
    if wrong is not None:
        field = wrong.json_path.removeprefix("$").removeprefix(".") or "the file"
        raise WrongPlaybook(file=file, field=field, problem=wrong.message[:200])
