"""The addresses of the console that open before anybody has signed in."""

from __future__ import annotations

from hammock.doors.console import access, away, commitments

app_name = "entry"
urlpatterns = [*access.entry_urls, *away.entry_urls, *commitments.entry_urls]
