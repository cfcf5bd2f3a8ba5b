"""Studies and niches as a finished study wrote them, without studying."""

from __future__ import annotations

from typing import Any

from hammock.departments.research.models import Niche, Study, Trial
from hammock.departments.research.rules.opportunity import Estimate
from hammock.departments.research.rules.reasons import unmet_speaks_against, unmet_speaks_for
from hammock.kit import clock


def niche_facts(
    name: str, *, unmet: tuple[float, float, float], demand: float, price: float = 20.0
) -> dict[str, Any]:
    """Write a niche's report with the unmet share (low, value, high) and what follows from it."""
    low, value, high = unmet
    share = Estimate(value=value, low=low, high=high)
    return {
        "rank": None,
        "niche": name,
        "texts": 50,
        "volume": demand,
        "offers": 12,
        "words": dict.fromkeys(name.split(), 0.5),
        "pays_from": "prices",
        "unmet": value,
        "unmet_low": low,
        "unmet_high": high,
        "opportunity": demand * value * price,
        "opportunity_low": demand * low * price * 0.8,
        "opportunity_high": demand * high * price * 1.2,
        "questions": [f"where do I find {name}"],
        "why": [*unmet_speaks_for(share), "Demand grows, by at least 10% a year."],
        "why_not": unmet_speaks_against(share, 12),
        "evidence": {
            "demand": {"value": demand, "low": demand, "high": demand},
            "unmet": {"value": value, "low": low, "high": high},
            "satisfaction": {"value": 1 - value, "low": 1 - high, "high": 1 - low},
            "pays": {
                "value": price,
                "low": price * 0.8,
                "high": price * 1.2,
                "seen": 30,
                "source": "prices",
                "own": True,
            },
        },
    }


def a_study(*niches: dict[str, Any], currency: str = "EUR", ranked: bool = True) -> Study:
    """Keep a finished study with these niches, the best first."""
    for place, facts in enumerate(niches, start=1):
        facts["rank"] = place if ranked else None
    found = {
        "ranked": ranked,
        "refusal": "" if ranked else "Nothing can be told from chance.",
        "formula": "opportunity = demand x (1 - satisfaction) x willingness to pay",
        "unit": f"{currency or 'money'} (unanswered searches a month times what people pay)",
        "currency": currency,
        "texts": 500,
        "offers": 100,
        "model": "shipped",
        "p_by_chance": 0.01,
        "sources": [],
        "niches": list(niches),
    }
    study = Study.objects.create(
        name="Market", state=Study.State.DONE, found=found, ended_at=clock.now(), share=1.0
    )
    Niche.objects.bulk_create(
        Niche(study=study, position=at, rank=facts["rank"], name=facts["niche"], facts=facts)
        for at, facts in enumerate(niches, start=1)
    )
    return study


def a_result(niche: Niche, kind: str, **result: Any) -> Trial:
    """Keep a test of the niche that has ended."""
    drafts = {"page_id": 1, "product_id": 1}
    return Trial.objects.create(niche=niche, kind=kind, ended_at=clock.now(), **drafts, **result)
