"""Starting and ending the whole program."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from tests.journeys.running import Business, fetch, free_port, served


def test_a_second_start_is_up_and_ends_without_leaving_a_process(
    sample: Path, tmp_path: Path
) -> None:
    data = tmp_path / "data"
    shutil.copytree(sample, data)
    business = Business(data=data, port=free_port())

    with served(business) as first:
        assert business.processes()
    with served(business) as second:
        assert fetch(f"{business.url}/products/")[0] == 200

    sys.stdout.write(f"first start {first:.1f} s, second start {second:.1f} s\n")
    assert "Preparing" not in (data / "serve.log").read_text().split("First login", 1)[1]
