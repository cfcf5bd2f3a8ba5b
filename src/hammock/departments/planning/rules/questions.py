"""The questions of the reality check, as data: what is asked, why, and on whose word."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from hammock.departments.planning.rules import sources
from hammock.departments.planning.rules.sources import Source


class Kind(StrEnum):
    """What an answer is made of."""

    MONEY = "money"
    NUMBER = "number"
    CHOICE = "choice"
    TEXT = "text"


class Part(StrEnum):
    """The conversation's parts, in their order."""

    WHY = "Why you want it"
    MONEY = "What you live on"
    WORK = "What you bring"
    LINES = "Where your lines are"


@dataclass(frozen=True, kw_only=True)
class Choice:
    """One answer that can be chosen."""

    value: str
    says: str


@dataclass(frozen=True, kw_only=True)
class Question:
    """One question. `most` bounds numbers; `is_needed` names what no verdict can do without."""

    id: str
    part: Part
    kind: Kind
    text: str
    why: str
    source: Source | None = None
    choices: tuple[Choice, ...] = ()
    most: int = 0
    is_needed: bool = False

    def said(self, value: str) -> str:
        """Give a choice in words."""
        return next((one.says for one in self.choices if one.value == value), value)


def _choices(**given: str) -> tuple[Choice, ...]:
    return tuple(Choice(value=value, says=says) for value, says in given.items())


QUESTIONS = (
    Question(
        id="why",
        part=Part.WHY,
        kind=Kind.TEXT,
        text="Why do you want a business of your own?",
        why="When a month goes wrong this is what you come back to. Write it for yourself.",
    ),
    Question(
        id="for_nothing",
        part=Part.WHY,
        kind=Kind.TEXT,
        text="What of this work would you do even if nobody paid for it?",
        why="In most shops the first months pay little. What you would do anyway gets done.",
        source=sources.GUMROAD,
    ),
    Question(
        id="sells",
        part=Part.WHY,
        kind=Kind.TEXT,
        text="What would you sell, and to whom?",
        why="A plan that cannot name a buyer cannot be tested.",
    ),
    Question(
        id="target_income",
        part=Part.WHY,
        kind=Kind.MONEY,
        text="What should the business pay you a month, once it works?",
        why="This is the figure that the forecast is asked about.",
        source=sources.GUMROAD,
        is_needed=True,
    ),
    Question(
        id="target_months",
        part=Part.WHY,
        kind=Kind.NUMBER,
        text="After how many months should it pay that?",
        why="People judge the time of their own work too short; so it is put beside the forecast.",
        source=sources.PLANNING_FALLACY,
        most=120,
    ),
    Question(
        id="savings",
        part=Part.MONEY,
        kind=Kind.MONEY,
        text="How much have you saved that you could live on?",
        why="Divided by what a month costs you, it says how long you can go on.",
        is_needed=True,
    ),
    Question(
        id="living_costs",
        part=Part.MONEY,
        kind=Kind.MONEY,
        text="What do you and yours need a month to live?",
        why="Rent, food, insurance, children, everything. Too low a figure here is the dearest "
        "mistake of the whole plan.",
        is_needed=True,
    ),
    Question(
        id="other_income",
        part=Part.MONEY,
        kind=Kind.MONEY,
        text="What else comes in a month for sure: a job, a partner, a pension?",
        why="What goes on coming in is taken off what you need.",
        source=sources.HYBRID,
        is_needed=True,
    ),
    Question(
        id="debts",
        part=Part.MONEY,
        kind=Kind.MONEY,
        text="How much do you owe?",
        why="Debts do not wait for a business. A mortgage counts with what is left of it.",
    ),
    Question(
        id="debt_payment",
        part=Part.MONEY,
        kind=Kind.MONEY,
        text="What do you pay off a month?",
        why="It shortens the time that you have, as rent does. Leave it out above.",
    ),
    Question(
        id="dependants",
        part=Part.MONEY,
        kind=Kind.NUMBER,
        text="How many people live on your money besides you?",
        why="A risk that others carry with you is theirs to agree to.",
        most=50,
    ),
    Question(
        id="old_wage",
        part=Part.MONEY,
        kind=Kind.MONEY,
        text="What does (or did) an hour of your job pay?",
        why="The forecast's wage an hour is shown beside it, so that you see what you trade.",
    ),
    Question(
        id="job",
        part=Part.MONEY,
        kind=Kind.CHOICE,
        text="What happens to your job?",
        why="Who keeps one at first more often still has a business later.",
        source=sources.HYBRID,
        choices=_choices(
            keep="I keep it",
            part="I work fewer hours in it",
            leave="I leave it for this",
            none="I have none",
        ),
    ),
    Question(
        id="hours_week",
        part=Part.WORK,
        kind=Kind.NUMBER,
        text="How many hours a week can you really give to it?",
        why="Think of last week, and count what was free in it.",
        source=sources.PLANNING_FALLACY,
        most=168,
        is_needed=True,
    ),
    Question(
        id="know",
        part=Part.WORK,
        kind=Kind.TEXT,
        text="What do you already know or make that others ask you for?",
        why="It is the cheapest thing that you can sell first.",
    ),
    Question(
        id="proof",
        part=Part.WORK,
        kind=Kind.CHOICE,
        text="Has anybody paid you for it yet?",
        why="Money is the only vote that counts, and one buyer teaches more than a hundred likes.",
        choices=_choices(
            nobody="Nobody yet", few="One to five people", some="Six to fifty", many="More"
        ),
    ),
    Question(
        id="talked",
        part=Part.WORK,
        kind=Kind.NUMBER,
        text="With how many possible buyers have you talked in the last three months?",
        why="Ten talks cost nothing and end many bad plans early.",
        most=10_000,
    ),
    Question(
        id="reach",
        part=Part.WORK,
        kind=Kind.NUMBER,
        text="How many people can you reach who know your name: a list, followers, a club?",
        why="The first buyers come from here. No list at all is common, and slower.",
        most=100_000_000,
    ),
    Question(
        id="reach_where",
        part=Part.WORK,
        kind=Kind.TEXT,
        text="Where do you reach them?",
        why="It becomes the first channel of your strategy.",
    ),
    Question(
        id="weakest",
        part=Part.WORK,
        kind=Kind.CHOICE,
        text="Which part of the work do you like least?",
        why="What is put off every week is what should be bought, automated or left out.",
        choices=_choices(
            making="Making the thing",
            selling="Telling people of it",
            serving="Answering customers",
            books="Books and papers",
        ),
    ),
    Question(
        id="invest",
        part=Part.LINES,
        kind=Kind.MONEY,
        text="How much do you mean to put into the business at the start?",
        why="Tools, advertising, help. It comes out of the same savings.",
    ),
    Question(
        id="lose",
        part=Part.LINES,
        kind=Kind.MONEY,
        text="How much could you lose for good without harm?",
        why="It is the most that the program lets be spent before there is income.",
    ),
    Question(
        id="stop_savings",
        part=Part.LINES,
        kind=Kind.MONEY,
        text="At which savings would you stop?",
        why="Decided now it is a line; decided then it is a night without sleep.",
    ),
    Question(
        id="stop_when",
        part=Part.LINES,
        kind=Kind.TEXT,
        text="What else would make you stop?",
        why="A day, a figure, a person's word. It becomes a line of your strategy.",
    ),
    Question(
        id="not_sacrifice",
        part=Part.LINES,
        kind=Kind.TEXT,
        text="What will you not give up for it?",
        why="Evenings, health, a friendship. A plan that needs it is no plan for you.",
    ),
    Question(
        id="support",
        part=Part.LINES,
        kind=Kind.CHOICE,
        text="Do the people you live with know the figures above, and agree?",
        why="They carry the risk with you.",
        choices=_choices(
            agree="They know them and agree",
            know="They know, and doubt it",
            unknown="They do not know them",
            alone="I live alone",
        ),
    ),
    Question(
        id="strength",
        part=Part.LINES,
        kind=Kind.CHOICE,
        text="How are you at the moment?",
        why="A start costs strength before it gives any.",
        choices=_choices(
            rested="Rested", tired="Tired, it will pass", spent="At the end of my strength"
        ),
    ),
)
BY_ID = {question.id: question for question in QUESTIONS}
