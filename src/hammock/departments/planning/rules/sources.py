"""Where claims come from: every one that planning makes to an owner names one of these."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Source:
    """Something public that can be looked up; `address` may be empty for what is printed only.

    `read_in` names where it was read that is not the original; empty for the original itself.
    """

    title: str
    says: str
    address: str = ""
    read_in: str = ""


GUMROAD = Source(
    title="Gumroad's sellers in September 2020, as its founder published them",
    says="Of 19,480 sellers with a sale that month, 1,657 took more than 1,000 dollars, 192 more "
    "than 10,000 and 10 more than 100,000.",
    address="https://www.tubefilter.com/2020/11/19/creator-sales-gumroad-monthly-memberships-tiers/",
    read_in="Tubefilter",
)
HYBRID = Source(
    title="Raffiee and Feng, Should I Quit My Day Job?, Academy of Management Journal 57 (2014)",
    says="Founders who kept a job at first and left it later survived much more often than those "
    "who left at once.",
    address="https://doi.org/10.5465/amj.2012.0522",
    read_in="its abstract",
)
PLANNING_FALLACY = Source(
    title="Buehler, Griffin and Ross, Exploring the “planning fallacy”, JPSP 67 (1994)",
    says="People's predictions of how long their own work takes were too optimistic for a variety "
    "of tasks; other people's work they judged better.",
    address="https://www.semanticscholar.org/paper/Exploring-the-%22planning-fallacy%22%3A-Why-"
    "people-their-Buehler-Griffin/f91964dad8c0e54cd58b1aa99e430b900fcf082b",
    read_in="its abstract",
)
SURVIVAL = Source(
    title="U.S. Bureau of Labor Statistics, New business establishments: survival and longevity, "
    "14 June 2005",
    says="Of establishments born in the United States in the spring of 1998, 66 % lived two years "
    "and 44 % four. They had employees; one-person businesses are not in it.",
    address="https://www.bls.gov/opub/ted/2005/jun/wk2/art02.htm",
)
OWN_WORDS = Source(
    title="Your own answers",
    says="Arithmetic with the figures that you gave.",
)
HOUSE_RULE = Source(
    title="A rule of this program",
    says="A line that we drew ourselves so that the same answers always meet the same verdict. "
    "No study stands behind its exact place.",
)
