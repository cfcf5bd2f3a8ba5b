"""What was recognised can be taken away again, and stays away."""

from __future__ import annotations

from pathlib import Path

from hammock.departments.research.reading import read_demand
from hammock.departments.research.rules.columns import DEMAND_NAMES, recognise
from tests.departments.research.files import written


def test_a_field_that_the_owner_takes_away_is_not_filled_by_the_next_column() -> None:
    header = ("Keyword", "Volume", "Impressions")
    assert recognise(header, DEMAND_NAMES).fields["volume"] == "Volume"
    found = recognise(header, DEMAND_NAMES, said={"volume": ""})
    assert dict(found.fields) == {"text": "Keyword"}
    assert found.unused == ("Volume", "Impressions")


def test_a_history_that_the_owner_takes_away_is_not_read(tmp_path: Path) -> None:
    path = written(
        tmp_path, "k.csv", "Keyword,Volume,Searches: May 2025,Searches: Jun 2025\nlamp,5,4,6\n"
    )
    assert len(read_demand(path).months) == 2
    read = read_demand(path, said={"months": ""})
    assert read.months == ()
    assert read.file.columns.unused == ("Searches: May 2025", "Searches: Jun 2025")
