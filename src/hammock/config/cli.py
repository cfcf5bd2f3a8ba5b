"""The one command line, `hammock`: Django's commands and ours under one name."""

from __future__ import annotations

import os
import sys

from hammock.kit.errors import HammockError


def main() -> None:
    """Run `hammock COMMAND …`; a wrong setting ends with one line and code 2."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hammock.config.settings")
    from django.core.management import execute_from_command_line

    try:
        execute_from_command_line(["hammock", *sys.argv[1:]])
    except HammockError as error:
        sys.stderr.write(f"hammock: {error}\n")
        sys.exit(2)


if __name__ == "__main__":
    main()
