"""The one command line, `hammock`: our commands first, Django's behind `hammock help --all`."""

from __future__ import annotations

import difflib
import os
import sys
from collections.abc import Mapping

from hammock.config.serving import serve
from hammock.kit.errors import HammockError

# In the order in which somebody needs them; tests/config/test_cli.py holds them to what is there.
COMMANDS: Mapping[str, str] = {
    "demo": "fill the sample business and print where it is",
    "setup": "open your own business, empty, with you as its owner",
    "serve": "serve the shop, the console and the background jobs until Ctrl-C",
    "addresses": "print the shop's and the console's addresses and the first-login link",
    "doctor": "check everything and say what to do about it",
    "policies": "list the policies that answer questions, or adopt the starter set",
    "rehearse": "replay the past against today's policies and team, and tell the owner dependence",
    "import": "bring products or orders from another shop",
    "export": "write everything you own into a folder, in open formats",
    "research": "find niches and untapped demand in keyword exports and product lists",
    "forecast": "foresee income, cash and hours of three years, and how surely",
    "backup": "write everything into one file, while the shop goes on selling",
    "restore": "make everything whole again from a backup",
    "work": "run the background jobs alone, for a machine of their own",
    "prepare": "bring database and static files up to date (serve does it by itself)",
}
_HELP = {"help", "--help", "-h"}


def main() -> None:
    """Run `hammock COMMAND …`; a wrong setting ends with one line and code 2."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hammock.config.settings")
    try:
        sys.exit(run(sys.argv[1:]))
    except HammockError as error:
        sys.stderr.write(f"hammock: {error}\n")
        sys.exit(2)


def run(arguments: list[str]) -> int:
    """Run one command and answer with its exit code; serving and helping start no Django."""
    if not arguments or (arguments[0] in _HELP and len(arguments) == 1):
        sys.stdout.write(overview())
        return 0
    if arguments[0] == "serve":
        return serve(arguments[1:])
    if arguments == ["help", "serve"]:
        return serve(["--help"])
    from django.core.management import execute_from_command_line  # two seconds that serving saves

    if arguments == ["help", "--all"]:
        arguments = ["help"]
    elif not arguments[0].startswith("-") and arguments[0] != "help":
        mistake = _unknown(arguments[0])
        if mistake:
            sys.stderr.write(mistake)
            return 2
    execute_from_command_line(["hammock", *arguments])
    return 0


def overview() -> str:
    """Write what `hammock` alone and `hammock --help` print."""
    width = max(map(len, COMMANDS))
    lines = [f"  {name:<{width}}  {does}" for name, does in COMMANDS.items()]
    return "\n".join(
        [
            "hammock: an internet business that runs itself, honestly.",
            "",
            *lines,
            "",
            "`hammock COMMAND --help` tells more; `hammock help --all` adds Django's commands.",
            "What can be set: docs/configuration.md.\n",
        ]
    )


def _unknown(name: str) -> str:
    """Say that there is no such command, and which was meant; nothing for one that there is."""
    if name in COMMANDS:
        return ""
    import django
    from django.core.management import get_commands

    django.setup()  # else get_commands remembers Django's own alone
    known = [*COMMANDS, *get_commands()]
    if name in known:
        return ""
    close = difflib.get_close_matches(name, known, n=1)
    meant = f" Did you mean `hammock {close[0]}`?" if close else ""
    return f"hammock: there is no command “{name}”.{meant} `hammock --help` lists them.\n"


if __name__ == "__main__":
    main()
