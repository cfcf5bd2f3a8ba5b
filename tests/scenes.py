"""What many tests begin with: written once a process, then copied with its till and shelf."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import date
from itertools import count
from typing import Any

from hammock.departments.catalogue import ports as goods
from hammock.departments.sales import ports as money
from hammock.kit import clock, ids
from hammock.kit.snapshots import look
from hammock.kit.snapshots.models import Generation
from tests import databases
from tests.shops import open_shop

_numbers = count(1)


@dataclass
class Scene:
    """A state of the business that `write` brings about."""

    write: Callable[[], object]
    name: str = field(default_factory=lambda: f"scene {next(_numbers)}")
    _memory: list[dict[str, Any]] = field(default_factory=list)

    def set(self) -> None:
        """Bring database, till and shelf where `write` leaves them, whatever they hold now."""
        if self._memory:
            databases.restore(self.name)
            for one, kept in zip(_ports(), self._memory, strict=True):
                one.__dict__.update(deepcopy(kept))
            _renew()
        else:
            databases.restore()
            self.write()
            databases.keep(self.name)
            self._memory += [deepcopy(one.__dict__) for one in _ports()]


def _ports() -> list[Any]:
    return [goods.wired(), money.provider("test")]


def _renew() -> None:
    """Let no page that was kept of an earlier copy pass for one of this."""
    Generation.objects.update(number=ids.time_ordered())
    look()


_shops: dict[date, Scene] = {}


def shop_of_today() -> Scene:
    """Give the scene of `open_shop`, opened today by the clock as it stands."""
    today = clock.today()
    return _shops.setdefault(today, Scene(open_shop, name=f"shop of {today}"))
