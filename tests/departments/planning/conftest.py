"""Planning is tested in a running shop where it needs one."""

from __future__ import annotations

from tests.fixtures import shelf, shop, till

__all__ = ["shelf", "shop", "till"]
