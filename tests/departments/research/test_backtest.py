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
    demand_before,
    figures_of,
    months_of,
    over,
    read,
    studies_of,
    supply_before,
)
from hammock.departments.research.rules.foresight import Past, foreseen
from tests.departments.research.files import written
from tests.departments.research.markets import MARKETS, asked_about

pytestmark = pytest.mark.long

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


def shop(folder: Path) -> Path:
    """Write a year of a shop whose later markets grow and whose earlier ones shrink."""
    chance = np.random.default_rng(2)
    rows = []
    for at, name in enumerate(MARKETS):
        for text in asked_about(name, 60):
            for month in range(12):
                asked = chance.poisson(2 * np.exp((at - 3.5) * (month - 5.5) / 25))
                days = chance.integers(1, 28, asked).tolist()
                rows += [f"{text},2010-{month + 1:02}-{one:02},{5 + at}\n" for one in days]
    return written(folder, "lines.csv", "text,date,price\n" + "".join(rows))


def test_the_back_test_scores_what_the_study_shows(tmp_path: Path) -> None:
    lines, split = read(shop(tmp_path)), day("2010-09-01")
    ((study, niche),) = studies_of(lines, split, seeds=1)
    months = months_of(lines, niche, split)
    figures = figures_of(study, months, 1)
    assert figures["rank_correlation"].value > 0.8
    assert figures["niches"].value == len(study.niches)
    assert {"shown_rank_correlation", "shown_ahead_of_biggest"} <= set(figures)
    for one in study.niches:
        assert one.expected is not None
        told = foreseen(Past(tuple(months.before[one.number].tolist())))
        assert one.expected.growth == pytest.approx(np.expm1(told.growth))


def test_what_is_on_sale_on_the_day_is_what_was_sold_lately_at_its_usual_price(
    tmp_path: Path,
) -> None:
    rows = (
        "Red  mug,1,2010-05-01,9\nred mug,1,2010-06-20,4\nred mug,1,2010-06-21,6\n"
        "lamp,1,2010-05-01,8\nvase,1,2010-07-01,8\nbowl,1,2010-06-30,\n"
    )
    lines = read(written(tmp_path, "lines.csv", f"text,count,date,price\n{rows}"))
    supply = supply_before(lines, day("2010-07-01"))
    assert dict(zip(supply.texts, supply.price.tolist(), strict=True)) == {
        "red mug": 5.0,
        "bowl": pytest.approx(float("nan"), nan_ok=True),
    }
    demand = demand_before(lines, day("2010-07-01"))
    assert demand.texts == ("red mug", "lamp", "bowl")
    assert demand.history.tolist() == [[0.0, 2.0], [0.0, 0.0], [0.0, 1.0]]


def test_a_figure_is_the_mean_of_its_groupings_and_doubts_as_all_of_them_do() -> None:
    both = over([Measured(0.2, (0.1, 0.3)), Measured(0.4, (0.5,))])
    assert both.value == pytest.approx(0.3)
    assert both.drawn == (0.1, 0.3, 0.5)
