"""The menu for who runs no JavaScript."""

from __future__ import annotations

from django import template
from django.http import HttpRequest
from wagtail.admin.menu import MenuItem

from hammock.doors.console import menu

register = template.Library()


@register.simple_tag
def places(request: HttpRequest) -> list[MenuItem]:
    """List what the menu would lead this member to."""
    return menu.places(request)
