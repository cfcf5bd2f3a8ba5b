"""The back-test reads lines as shops keep them, and knows a ranking that foresees from one."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import pytest

from benchmarks.research_backtest import (
    Measured,
    ahead_of,
    correlation,
    months_of,
    over,
    read,
)
from tests.departments.research.files import written

HEADER = "Invoice,Description,Quantity,InvoiceDate\n"


def day(text: str) -> int:
    return (date.fromisoformat(text) - date(1970, 1, 1)).days


def test_returned_goods_and_lines_without_a_name_do_not_count(tmp_path: Path) -> None:
    """Hundreds of invoices are numbers before the first that is not."""
    sold = "".join(f"{at},Red mug ,2,2010-01-0{at % 9 + 1} 08:00:00\n" for at in range(500))
    back = "C489518,RED MUG,-2,2010-03-01 09:00:00\n900,,1,2010-03-01 09:00:00\n"
    lines = read(written(tmp_path, "lines.csv", HEADER + sold + back))
    assert lines.texts == ["red mug"]
    assert len(lines.text) == 500


def test_months_that_are_not_whole_are_left_out(tmp_path: Path) -> None:
    days = ("2009-12-20", "2010-01-05", "2010-02-05", "2010-03-02", "2010-03-30", "2010-04-10")
    rows = "".join(f"{at},red mug,1,{one}\n" for at, one in enumerate(days))
    lines = read(written(tmp_path, "lines.csv", HEADER + rows))
    months = months_of(lines, np.zeros(1, dtype=np.int32), day("2010-03-01"))
    assert months.before.tolist() == [[1.0, 1.0]]
    assert months.after.tolist() == [[2.0]]


def test_a_file_without_the_columns_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match="Description"):
        read(written(tmp_path, "lines.csv", "a,b\n1,2\n"))


def test_a_ranking_that_foresees_is_ahead_of_one_that_does_not() -> None:
    truth = np.arange(60.0)
    chance = np.random.default_rng(1).permutation(60)
    foreseen = correlation(truth**2, truth, 1)
    assert foreseen.value == pytest.approx(1.0)
    assert min(foreseen.drawn) == pytest.approx(1.0)
    assert np.quantile(ahead_of(truth**2, chance, truth, 1).drawn, 0.05) > 0.5
    alike = ahead_of(truth, truth**3, truth, 1)
    assert {alike.value, *alike.drawn} == {0.0}


def test_a_figure_is_the_mean_of_its_groupings_and_doubts_as_all_of_them_do() -> None:
    both = over([Measured(0.2, (0.1, 0.3)), Measured(0.4, (0.5,))])
    assert both.value == pytest.approx(0.3)
    assert both.drawn == (0.1, 0.3, 0.5)
