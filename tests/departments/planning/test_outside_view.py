"""The outside view's distributions say what their sources say."""

from __future__ import annotations

import pytest

from hammock.departments.planning.outside_view import outside_view
from hammock.departments.planning.rules.outside import Spread, checked

VIEW = outside_view()


def test_every_line_names_its_source_its_population_and_what_is_wrong_with_it() -> None:
    assert len(VIEW.inputs) >= 10
    for one in VIEW.inputs.values():
        assert all((one.facts, one.source, one.population, one.bias)), one.name
        assert one.address.startswith("https://"), one.name
        assert one.published <= VIEW.dated, one.name


def test_what_was_not_read_in_the_original_says_where_it_was_read() -> None:
    told_of = {
        *("tubefilter.com", "usestorepilot.com", "infographi.ac", "aeidl.eu"),
        *("calcmastery.com", "doi.org/10.1037"),
    }
    cited = [(one.address, one.read_in) for one in VIEW.inputs.values()]
    for address, read_in in [*cited, (VIEW.fees.address, VIEW.fees.read_in)]:
        assert bool(read_in) == any(place in address for place in told_of), address


@pytest.mark.parametrize(("dollars", "sellers"), [(1_000, 1_657), (10_000, 192), (100_000, 10)])
def test_incomes_are_those_of_gumroads_sellers(dollars: float, sellers: int) -> None:
    of_that_month = VIEW.spread("sales_of_sellers").above(dollars) * 19_480
    of_the_year = VIEW.spread("sales").above(dollars) * 45_917
    assert of_that_month == pytest.approx(sellers, rel=0.02)
    assert of_the_year == pytest.approx(sellers, rel=0.07)


def test_conversion_has_the_published_quantiles() -> None:
    spread = VIEW.spread("conversion")
    found = [spread.quantile(share) for share in (0.5, 0.8, 0.9)]
    assert found == pytest.approx([0.014, 0.032, 0.047], rel=0.03)


def test_refunds_have_the_published_mean_and_tail() -> None:
    assert VIEW.spread("refunds").mean == pytest.approx(0.041, rel=0.01)
    assert VIEW.spread("refunds").above(0.05) == pytest.approx(0.21, abs=0.005)


def test_churn_lies_between_the_two_published_medians() -> None:
    assert 0.0548 <= VIEW.spread("churn").quantile(0.5) <= 0.0681


def test_hours_overrun_as_the_students_theses_did() -> None:
    assert VIEW.spread("overrun").quantile(0.5) == pytest.approx(55.5 / 33.9, rel=0.01)


def test_a_dollar_is_worth_its_rate_in_other_currencies() -> None:
    euros = VIEW.in_minor("sales", currency="EUR", digits=2)
    yen = VIEW.in_minor("sales", currency="JPY", digits=0)
    assert euros is not None
    assert yen is not None
    assert euros.quantile(0.5) / 100 == pytest.approx(
        VIEW.spread("sales").quantile(0.5) / 1.1852, rel=1e-6
    )
    assert yen.quantile(0.5) == pytest.approx(euros.quantile(0.5) / 100 * 124.27, rel=1e-6)
    assert VIEW.in_minor("sales", currency="XPF", digits=0) is None


def test_a_line_of_an_unknown_family_is_refused_by_name() -> None:
    content = {
        "dated": VIEW.dated,
        "inputs": {"sales": {"kind": "cheerful", "first": 1.0, "second": 1.0}},
        "fees": {
            name: getattr(VIEW.fees, name)
            for name in ("share", "fixed", "source", "address", "published")
        },
        "rates": {"source": "", "address": "", "published": VIEW.dated, "euro": {"USD": 1.0}},
    }
    with pytest.raises(ValueError, match="sales: cheerful"):
        checked(content)


def test_logarithms_of_a_spread_are_those_of_its_draws() -> None:
    import numpy as np

    chance = np.random.default_rng(3)
    for spread in (
        Spread(kind="beta", first=2.0, second=30.0),
        Spread(kind="gamma", first=3.0, second=2.0),
        Spread(kind="lognormal", first=1.0, second=0.5),
    ):
        logs = np.log(spread.drawn(chance, 200_000))
        assert float(logs.mean()) == pytest.approx(spread.log_mean, abs=0.01)
        assert float(logs.std()) == pytest.approx(spread.log_sd, rel=0.02)
