"""Signing in and the second factor, under the names by which django-allauth finds its pages."""

from __future__ import annotations

from hammock.doors.console import access

urlpatterns = access.sign_in_urls
