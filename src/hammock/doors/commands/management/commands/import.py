"""`hammock import KIND FILE`: what another shop's files hold; each kind is a module of its own."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from hammock.doors.commands import importing_orders, importing_products

KINDS = {
    "orders": importing_orders,
    "shopify": importing_products,
    "woocommerce": importing_products,
    "gumroad": importing_products,
}


class Command(BaseCommand):
    """Chooses the importer by the first word."""

    help = "import another shop's files"

    def add_arguments(self, parser: CommandParser) -> None:
        """Let each kind say what it takes."""
        kinds = parser.add_subparsers(dest="kind", required=True, metavar="KIND")
        for name, module in KINDS.items():
            module.add_arguments(kinds.add_parser(name, help=module.HELP))

    def handle(self, *_args: Any, **options: Any) -> None:
        """Run the chosen kind."""
        KINDS[options["kind"]].handle(options, self.stdout)
