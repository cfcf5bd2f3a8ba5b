"""The addresses of the console that open before anybody has signed in, by signed link."""

from __future__ import annotations

from hammock.doors.console import away, commitments, team

app_name = "entry"
urlpatterns = [*team.entry_urls, *away.entry_urls, *commitments.entry_urls]
