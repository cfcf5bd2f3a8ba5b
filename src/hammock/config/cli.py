"""The one command line, `hammock`: Django's commands and ours under one name."""

from __future__ import annotations

import os
import sys

from hammock.config.serving import serve
from hammock.kit.errors import HammockError


def main() -> None:
    """Run `hammock COMMAND …`; a wrong setting ends with one line and code 2."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hammock.config.settings")
    try:
        sys.exit(run(sys.argv[1:]))
    except HammockError as error:
        sys.stderr.write(f"hammock: {error}\n")
        sys.exit(2)


def run(arguments: list[str]) -> int:
    """Run one command and answer with its exit code; serving starts no Django of its own."""
    if arguments[:1] == ["serve"]:
        return serve(arguments[1:])
    from django.core.management import execute_from_command_line  # two seconds that serving saves

    execute_from_command_line(["hammock", *arguments])
    return 0


if __name__ == "__main__":
    main()
