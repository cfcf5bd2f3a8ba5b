"""Where niches stand once tests brought results: rank, figures, why and why not."""

from __future__ import annotations

import pytest

from hammock.departments.research.lessons import Standing, standing_in, standings
from hammock.departments.research.models import Conversation, Niche, Study, Trial
from hammock.departments.research.rules.opportunity import Estimate
from tests.departments.research.standing_niches import a_result, a_study, niche_facts

pytestmark = pytest.mark.django_db

WAITING, ORDER = Trial.Kind.WAITING_LIST, Trial.Kind.PRE_ORDER
BEST = niche_facts("left handed mouse", unmet=(0.7, 0.9, 1.0), demand=1000)
NEXT = niche_facts("espresso machine", unmet=(0.6, 0.7, 0.8), demand=1100)
LAST = niche_facts("dog bed", unmet=(0.1, 0.2, 0.3), demand=1000)


def market(**changes: object) -> Study:
    return a_study(dict(BEST), dict(NEXT), dict(LAST), **changes)  # type: ignore[arg-type]


def best_of(study: Study) -> Niche:
    return study.niches.get(name="left handed mouse")


def names(found: list[Standing]) -> list[str]:
    return [one.niche.name for one in found]


def interviewed(niche: Niche, *, unserved: int, of: int) -> None:
    trial = Trial.objects.create(niche=niche, kind=Trial.Kind.INTERVIEWS)
    Conversation.objects.bulk_create(
        Conversation(niche=niche, trial=trial, position=at, ask="?", found_nothing=at < unserved)
        for at in range(of)
    )


def test_before_any_result_every_figure_is_the_studys_own() -> None:
    study = market()
    Trial.objects.create(niche=best_of(study), kind=WAITING)
    for standing in standings(study):
        facts = standing.niche.facts
        assert standing.learned is None
        assert (standing.rank, standing.moved) == (facts["rank"], False)
        assert standing.unmet == Estimate(facts["unmet"], facts["unmet_low"], facts["unmet_high"])
        assert standing.opportunity == Estimate(
            facts["opportunity"], facts["opportunity_low"], facts["opportunity_high"]
        )
        assert (standing.why, standing.why_not) == (tuple(facts["why"]), tuple(facts["why_not"]))


def test_a_waiting_list_that_nobody_joins_costs_a_niche_its_rank_and_one_that_all_join_not() -> (
    None
):
    study = market()
    trial = a_result(best_of(study), WAITING, reached=2000, acted=0)
    found = standings(study)
    assert names(found)[0] == "espresso machine"
    bad = standing_in(study, best_of(study))
    assert (bad.rank, bad.moved) == (2, True)
    trial.acted = 2000
    trial.save()
    good = standing_in(study, best_of(study))
    assert (good.rank, good.moved) == (1, False)
    assert good.opportunity is not None
    assert bad.opportunity is not None
    assert good.opportunity.low > BEST["opportunity_low"] > bad.opportunity.low
    assert good.opportunity.value > BEST["opportunity"] > bad.opportunity.value


def test_ten_interviews_that_found_nothing_are_better_than_ten_that_found_something() -> None:
    good, bad = market(), market()
    interviewed(best_of(good), unserved=10, of=10)
    interviewed(best_of(bad), unserved=0, of=10)
    high, low = (standing_in(one, best_of(one)) for one in (good, bad))
    assert high.unmet is not None
    assert low.unmet is not None
    assert high.unmet.value > BEST["unmet"] > low.unmet.value
    assert (high.rank, low.rank) == (1, 2)


def test_why_and_why_not_are_said_anew_with_the_tests() -> None:
    study = market()
    interviewed(best_of(study), unserved=0, of=200)
    a_result(best_of(study), WAITING, reached=200, acted=40)
    found = standing_in(study, best_of(study))
    assert found.why == (
        "40 of 200 who saw the waiting list joined it; 10 would, were nobody served.",
        "Demand grows, by at least 10% a year.",
    )
    assert found.why_not[0].startswith("Offers (12) answer at least")
    assert found.why_not[1:] == ("0 of 200 interviewed found nothing that fits.",)
    assert BEST["why"][0] not in found.why


def test_what_buyers_paid_counts_only_in_the_studys_own_currency() -> None:
    for currency, why in (
        ("EUR", ""),
        ("USD", "the study counts USD"),
        ("", "the study does not know the currency of its prices"),
    ):
        study = market(currency=currency)
        paid = {"reached": 100, "acted": 10, "paid_minor": 10 * 9900, "currency": "EUR"}
        a_result(best_of(study), ORDER, **paid)
        found = standing_in(study, best_of(study))
        assert found.learned is not None
        assert (found.learned.pays is not None) is (why == "")
        said = "Pre-order buyers paid €990.00 together. That is not counted in the figures: "
        assert found.payments == (f"{said}{why}." if why else "")


def test_money_without_buyers_that_was_written_down_before_it_was_refused_teaches_nothing() -> None:
    study = market()
    paid = {"reached": 100, "acted": 0, "paid_minor": 500_000, "currency": "EUR"}
    a_result(best_of(study), ORDER, **paid)
    found = standing_in(study, best_of(study))
    assert found.learned is not None
    assert found.learned.pays is None


def test_a_niche_of_an_unranked_study_begins_from_nothing_and_gets_no_rank() -> None:
    study = market(ranked=False)
    assert standing_in(study, best_of(study)).unmet is None
    interviewed(best_of(study), unserved=9, of=10)
    found = standing_in(study, best_of(study))
    assert found.rank is None
    assert found.unmet is not None
    assert found.unmet.value == pytest.approx((2 * 0.5 + 9) / 12)
