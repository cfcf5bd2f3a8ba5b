"""The web's parent process: Hammock is imported once, and those that serve are forked from it.

So two of them start as fast as one and share its memory. Where the system does not fork (macOS),
each imports for itself. Takes Granian's own arguments; `hammock serve` gives them.
"""

from __future__ import annotations

import logging
import multiprocessing
import os

from granian.cli import entrypoint

from hammock.kit import collecting, parents

MEANT = ("Configured number of workers appears", "Configuration allows spawning up to")
"""What Granian warns of and we chose, for reasons (docs/decisions/0003-front.md)."""


def main() -> None:
    """Import what serving needs, then serve."""
    logging.getLogger("_granian").addFilter(
        lambda record: not record.getMessage().startswith(MEANT)
    )
    if multiprocessing.get_start_method() == "fork":
        import_all()
        os.register_at_fork(after_in_child=parents.end_with_parent)
    parents.end_with_parent()
    entrypoint()  # type: ignore[no-untyped-call]  # Granian has no types here


def import_all() -> None:
    """Import settings, apps, middleware and addresses; no thread and no connection begins here."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hammock.config.settings")
    from django.core.wsgi import get_wsgi_application
    from django.urls import get_resolver

    get_wsgi_application()
    _ = get_resolver().url_patterns
    collecting.spare_what_is_loaded()


if __name__ == "__main__":
    main()
