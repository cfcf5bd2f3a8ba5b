"""The one address of the console that opens before anybody has signed in."""

from __future__ import annotations

from hammock.doors.console import team

app_name = "entry"
urlpatterns = team.entry_urls
