"""The books: profit centres with their figures, entries, expenses by hand."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils import timezone
from django.utils.text import slugify
from django.views.decorators.http import require_POST

from hammock.departments.catalogue import queries as catalogue
from hammock.departments.catalogue.errors import CannotSave
from hammock.departments.catalogue.models import Proposal
from hammock.departments.ledger import queries, rules
from hammock.departments.ledger.errors import LedgerError
from hammock.departments.ledger.models import Entry, ProfitCentre
from hammock.departments.planning import queries as plans
from hammock.departments.planning import spending
from hammock.departments.planning.spending import Weighed
from hammock.departments.sales.overview import start_of
from hammock.doors.console import frame
from hammock.doors.console.fields import MoneyField, day_field
from hammock.doors.console.frame import Finding, Link
from hammock.flows.draw_charts import chart, period_chart
from hammock.flows.propose_spending import propose_spending
from hammock.flows.record_expense import Expense, record_expense, take_back_expense
from hammock.flows.save_centre import save_centre
from hammock.kit import clock, showing
from hammock.kit.charts import Drawing
from hammock.kit.errors import FieldError
from hammock.kit.money import Money, total

CONCENTRATION_DAYS = 90


class CentreForm(forms.Form):
    """A profit centre's name and colour."""

    name = forms.CharField(max_length=80)
    colour = forms.RegexField(
        r"^#[0-9a-fA-F]{6}$",
        initial="#1d5c63",
        widget=forms.TextInput(attrs={"type": "color"}),
        help_text="In charts.",
        error_messages={"invalid": "Write the colour as #rrggbb."},
    )


class PeriodForm(forms.Form):
    """Which stretch of time the figures are of."""

    def __init__(self, *args: Any, years: Mapping[str, Sequence[int]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        every = {year for of_currency in years.values() for year in of_currency}
        self._periods = rules.periods(today=clock.today(), years=every)
        self.fields["period"] = forms.ChoiceField(
            label="Period",
            required=False,
            choices=[(one.key, one.label) for one in self._periods],
        )

    def chosen(self) -> rules.Period:
        """Give the period that was asked for; the last twelve months where none was."""
        wanted = self.cleaned_data.get("period") if self.is_valid() else ""
        return next((one for one in self._periods if one.key == wanted), self._periods[0])


class EntryFilterForm(forms.Form):
    """What the list of entries shall hold."""

    q = forms.CharField(label="Description", required=False, max_length=200)
    kind = forms.ChoiceField(
        label="Kind", required=False, choices=[("", "Everything"), *Entry.Kind.choices]
    )
    centre = forms.ModelChoiceField(
        label="Profit centre",
        queryset=ProfitCentre.objects.all(),
        required=False,
        empty_label="All",
    )


class ExpenseForm(forms.Form):
    """Money spent from the bank."""

    description = forms.CharField(label="What for", max_length=200)
    account = forms.ChoiceField(
        label="Kind of expense",
        choices=[(str(code), str(code).removeprefix("Expenses:")) for code in rules.SPENDABLE],
    )
    centre = forms.ModelChoiceField(
        label="Profit centre", queryset=ProfitCentre.objects.all(), empty_label=None
    )
    spent_on = day_field(label="When")

    field_order = ("amount", "description", "account", "centre", "line", "spent_on")

    def __init__(self, *args: Any, currency: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["amount"] = MoneyField(currency=currency, label=f"Amount in {currency}")
        self.fields |= _line_field()
        self.order_fields(self.field_order)

    def clean_spent_on(self) -> date:
        """Refuse the future, and a past that no books reach."""
        day: date = self.cleaned_data["spent_on"]
        if day > clock.today():
            raise forms.ValidationError("This day has not come yet.")
        if day < rules.FIRST_DAY:
            raise forms.ValidationError(
                f"The books begin in {rules.FIRST_DAY.year} at the earliest."
            )
        return day

    def expense(self) -> Expense:
        """Give what was spent; today's at this moment, other days' at noon."""
        found = self.cleaned_data
        day: date = found["spent_on"]
        noon = timezone.make_aware(datetime.combine(day, time(12)))
        return Expense(
            amount=found["amount"],
            account=found["account"],
            centre=found["centre"].pk,
            description=found["description"],
            spent_at=clock.now() if day == clock.today() else noon,
            line=found.get("line", ""),
        )


class SpendingForm(forms.Form):
    """Money that somebody wants to spend."""

    description = forms.CharField(label="What for", max_length=120)
    account = forms.ChoiceField(
        label="Kind of expense",
        choices=[(str(code), str(code).removeprefix("Expenses:")) for code in rules.SPENDABLE],
    )
    centre = forms.ModelChoiceField(
        label="Profit centre", queryset=ProfitCentre.objects.all(), empty_label=None
    )

    field_order = ("amount", "description", "account", "centre", "line")

    def __init__(self, *args: Any, currency: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["amount"] = MoneyField(currency=currency, label=f"Amount in {currency}")
        self.fields |= _line_field()
        self.order_fields(self.field_order)


@dataclass(frozen=True, kw_only=True)
class CentreRow:
    """A centre's figures of a period."""

    centre: ProfitCentre
    revenue: Money
    costs: Money
    share: float

    @property
    def profit(self) -> Money:
        """What it earned."""
        return self.revenue - self.costs


@dataclass(frozen=True, kw_only=True)
class MonthRow:
    """A month's figures."""

    month: date
    revenue: Money
    costs: Money

    @property
    def profit(self) -> Money:
        """What was earned."""
        return self.revenue - self.costs


@dataclass(frozen=True, kw_only=True)
class CurrencyBooks:
    """What a period came to in one currency, of one centre or of all.

    `years` are all in which the currency has bookings.
    """

    currency: str
    rows: Sequence[queries.ProfitAndLoss]
    years: Sequence[int]
    period: rules.Period
    centre: ProfitCentre | None

    @property
    def chart(self) -> Drawing | None:
        """Give the chart: kept ready for the shop's last twelve months, else drawn when asked."""
        if self.period.key == rules.RECENT and self.currency == catalogue.shop().currency:
            return chart(f"centre:{self.centre.slug}" if self.centre else "centres")
        return period_chart(
            self.rows, period=self.period, currency=self.currency, centre=self.centre
        )

    @property
    def revenue(self) -> Money:
        """What came in."""
        return total((row.revenue for row in self.rows), currency=self.currency)

    @property
    def costs(self) -> Money:
        """What it cost."""
        return total((row.costs for row in self.rows), currency=self.currency)

    @property
    def profit(self) -> Money:
        """What was earned."""
        return self.revenue - self.costs

    @property
    def months(self) -> list[MonthRow]:
        """List the months, newest first."""
        return _month_rows(self.rows, self.currency)

    @property
    def centres(self) -> list[CentreRow]:
        """List the centres with what each came to; those that nothing moved in the shop's alone."""
        found = _centre_rows(self.rows, self.currency)
        if self.currency == catalogue.shop().currency:
            return found
        moved = {row.centre for row in self.rows}
        return [row for row in found if row.centre.slug in moved]


def concentration() -> rules.Concentration | None:
    """Measure the concentration of the last 90 days' revenue."""
    return queries.concentration(
        currency=catalogue.shop().currency,
        since=start_of(clock.today() - timedelta(days=CONCENTRATION_DAYS)),
    )


def findings() -> list[Finding]:
    """Warn when the business hangs on one leg."""
    found = concentration()
    if found is None or not found.hangs_on_one_leg or ProfitCentre.objects.count() < 2:
        return []
    return [
        Finding(
            sentence=f"{found.biggest_share:.0%} of the last {CONCENTRATION_DAYS} days' revenue "
            f"comes from {_name(found.biggest)}: if it falls away, so does the business.",
            action=Link(label="See profit centres", url=reverse("console:centres")),
            is_bad=False,
        )
    ]


@frame.needs("ledger.view_profitcentre")
def centre_list(request: HttpRequest) -> HttpResponse:
    """Show all centres in a period: figures, months, chart, concentration, cash."""
    years = queries.booked_years()
    form = PeriodForm(request.GET or None, years=years)
    period = form.chosen()
    found = concentration()
    return frame.show(
        request,
        "centres.html",
        title="Profit centres",
        form=form,
        period=period,
        books=_books_of(period, years),
        is_begun=bool(years),
        cash=_cash(),
        concentration=found,
        biggest=_name(found.biggest) if found else "",
        concentration_days=CONCENTRATION_DAYS,
        may_change=request.user.has_perm("ledger.change_profitcentre"),
    )


@frame.needs("ledger.view_profitcentre")
def centre_detail(request: HttpRequest, slug: str) -> HttpResponse:
    """Show one centre's months in a period."""
    centre = _centre(slug)
    years = queries.booked_years(centre=slug)
    form = PeriodForm(request.GET or None, years=years)
    period = form.chosen()
    return frame.show(
        request,
        "centre.html",
        title=centre.name,
        back=Link(label="Profit centres", url=reverse("console:centres")),
        centre=centre,
        form=form,
        period=period,
        books=_books_of(period, years, centre=centre),
        is_begun=bool(years),
        products=centre.products.all(),
        may_change=request.user.has_perm("ledger.change_profitcentre"),
    )


@frame.needs("ledger.change_profitcentre")
def centre_edit(request: HttpRequest, slug: str = "") -> HttpResponse:
    """Open a centre, or rename it."""
    centre = _centre(slug) if slug else None
    initial = {"name": centre.name, "colour": centre.colour} if centre else None
    form = CentreForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        name = form.cleaned_data["name"]
        wanted = slug or slugify(name)[:40] or "centre"
        if not slug and ProfitCentre.objects.filter(slug=wanted).exists():
            form.add_error("name", "There is a profit centre of this name.")
        else:
            saved = save_centre(slug=wanted, name=name, colour=form.cleaned_data["colour"].lower())
            frame.done(request, f"{saved.name} is saved.")
            return redirect("console:centre", slug=saved.slug)
    return frame.show(
        request,
        "form.html",
        title=f"Edit {centre.name}" if centre else "A new profit centre",
        back=Link(label="Profit centres", url=reverse("console:centres")),
        lead="One leg that the business stands on, with its own profit and loss.",
        form=form,
        button="Save",
        status=400 if form.errors else 200,
    )


@frame.needs("ledger.view_entry")
def entry_list(request: HttpRequest) -> HttpResponse:
    """Show the books, newest first."""
    form = EntryFilterForm(request.GET or None)
    found = Entry.objects.prefetch_related("lines__profit_centre").select_related("reversed_by")
    if request.GET and form.is_valid():
        wanted = form.cleaned_data
        found = found.filter(description__icontains=wanted["q"])
        if wanted["kind"]:
            found = found.filter(kind=wanted["kind"])
        if wanted["centre"]:
            found = found.filter(lines__profit_centre=wanted["centre"]).distinct()
    return frame.show(
        request,
        "entries.html",
        title="Books",
        form=form,
        page=frame.turned(request, found.order_by("-at", "-id"), size=30),
        query=frame.kept_query(request),
        may_add=request.user.has_perm("ledger.add_entry"),
        balances=queries.balances(),
    )


@frame.needs("ledger.add_entry")
def expense_new(request: HttpRequest) -> HttpResponse:
    """Take an expense."""
    form = ExpenseForm(
        request.POST or None,
        currency=catalogue.shop().currency,
        initial={"spent_on": clock.today()},
    )
    if request.method == "POST" and form.is_valid():
        expense = form.expense()
        weighed = spending.weigh(amount=expense.amount, line=expense.line)
        try:
            entry = record_expense(expense)
        except FieldError as error:
            frame.refuse(form, error)
        else:
            frame.done(request, f"“{entry.description}” is booked.")
            _beside_the_plan(request, weighed)
            return redirect("console:entries")
    return frame.show(
        request,
        "form.html",
        title="Record an expense",
        back=Link(label="Books", url=reverse("console:entries")),
        lead="Money that left your bank account. A mistake is taken back by its mirror image.",
        form=form,
        button="Book it",
        status=400 if form.errors else 200,
    )


@frame.needs("ledger.view_entry")
def spending_new(request: HttpRequest) -> HttpResponse:
    """Ask for money to spend."""
    form = SpendingForm(request.POST or None, currency=catalogue.shop().currency)
    if request.method == "POST" and form.is_valid():
        found = form.cleaned_data
        try:
            proposal = propose_spending(
                amount=found["amount"],
                account=found["account"],
                centre=found["centre"].pk,
                purpose=found["description"],
                line=found.get("line", ""),
                by=frame.who(request),
            )
        except CannotSave as error:
            frame.refuse(form, error)
        else:
            frame.done(
                request,
                f"Asked: {proposal.title}. It is answered by {showing.day(proposal.answer_by)}; "
                "approved, it is booked by itself.",
            )
            return redirect("console:proposals")
    return frame.show(
        request,
        "form.html",
        title="Ask for money to spend",
        back=Link(label="Proposals", url=reverse("console:proposals")),
        lead="Before it is spent: a policy or a person with the right to decides.",
        form=form,
        button="Ask",
        status=400 if form.errors else 200,
    )


@frame.needs("ledger.view_entry")
def proposal_list(request: HttpRequest) -> HttpResponse:
    """Show what members proposed and what became of it."""
    return frame.show(
        request,
        "proposals.html",
        title="Proposals",
        page=frame.turned(request, Proposal.objects.all(), size=30),
        query=frame.kept_query(request),
    )


@require_POST
@frame.needs("ledger.add_entry")
def expense_take_back(request: HttpRequest, entry_id: int) -> HttpResponse:
    """Take an expense back."""
    try:
        entry = take_back_expense(entry_id=entry_id)
    except Entry.DoesNotExist as missing:
        raise Http404 from missing
    except (LedgerError, FieldError) as error:
        frame.failed(request, error.sentence())
    else:
        frame.done(request, f"“{entry.description}” is booked.")
    return redirect("console:entries")


def _line_field() -> dict[str, forms.Field]:
    """Ask for the line of the strategy that spending serves, where one is in force."""
    document = plans.document()
    if document is None:
        return {}
    nothing = [("", "None of them")]
    asked = forms.ChoiceField(
        label="Line of the strategy",
        required=False,
        choices=[*nothing, *((line.key, line.says) for line in document.lines())],
        help_text="What points at none shows up as such in plan and fact.",
    )
    return {"line": asked}


def _beside_the_plan(request: HttpRequest, weighed: Weighed) -> None:
    """Say where an expense went beyond what the latest answers allow, or a line's budget."""
    if weighed.is_beyond:
        frame.failed(
            request,
            f"That is more than your reality check leaves: {weighed.reality_left} could be spent.",
        )
    elif (
        weighed.in_strategy
        and Money.zero(weighed.amount.currency) < weighed.budget_left < weighed.amount
    ):
        frame.failed(
            request, f"That is more than the line's month still held: {weighed.budget_left}."
        )


def _centre(slug: str) -> ProfitCentre:
    centre = ProfitCentre.objects.filter(slug=slug).first()
    if centre is None:
        raise Http404
    return centre


def _name(slug: str) -> str:
    return ProfitCentre.objects.values_list("name", flat=True).get(slug=slug)


def _cash() -> list[Money]:
    """Tell the cash in the shop's currency, and in each other in which there is any."""
    found = [queries.cash(currency=currency) for currency in _with_ours(queries.currencies())]
    return [found[0], *(amount for amount in found[1:] if amount)]


def _with_ours(currencies: Sequence[str]) -> list[str]:
    """Put the shop's currency before the others."""
    ours = catalogue.shop().currency
    return [ours, *(currency for currency in currencies if currency != ours)]


def _books_of(
    period: rules.Period,
    years: Mapping[str, Sequence[int]],
    *,
    centre: ProfitCentre | None = None,
) -> list[CurrencyBooks]:
    """Reckon the period in each currency that has bookings at any time, the shop's first.

    The shop's own stands there in any case while there is no other.
    """
    currencies = [one for one in _with_ours([*years]) if one in years or not years]
    return [
        CurrencyBooks(
            currency=currency,
            rows=[
                row
                for row in queries.profit_and_loss(
                    currency=currency,
                    since=start_of(period.since) if period.since else None,
                    until=start_of(period.until) if period.until else None,
                )
                if centre is None or row.centre == centre.slug
            ],
            years=years.get(currency, ()),
            period=period,
            centre=centre,
        )
        for currency in currencies
    ]


def _centre_rows(rows: Sequence[queries.ProfitAndLoss], currency: str) -> list[CentreRow]:
    revenue: defaultdict[str, Money] = defaultdict(lambda: Money.zero(currency))
    costs: defaultdict[str, Money] = defaultdict(lambda: Money.zero(currency))
    for row in rows:
        revenue[row.centre] += row.revenue
        costs[row.centre] += row.costs
    whole = sum(amount.minor for amount in revenue.values() if amount.minor > 0)
    return [
        CentreRow(
            centre=centre,
            revenue=revenue[centre.slug],
            costs=costs[centre.slug],
            share=max(revenue[centre.slug].minor, 0) / whole if whole else 0.0,
        )
        for centre in ProfitCentre.objects.all()
    ]


def _month_rows(rows: Sequence[queries.ProfitAndLoss], currency: str) -> list[MonthRow]:
    """Add the centres up by month; months in which nothing moved are left out."""
    revenue: defaultdict[date, Money] = defaultdict(lambda: Money.zero(currency))
    costs: defaultdict[date, Money] = defaultdict(lambda: Money.zero(currency))
    for row in rows:
        revenue[row.month] += row.revenue
        costs[row.month] += row.costs
    return [
        MonthRow(month=month, revenue=revenue[month], costs=costs[month])
        for month in sorted(revenue, reverse=True)
    ]


urls = [
    path("centres/", centre_list, name="centres"),
    path("centres/new/", centre_edit, name="centre_new"),
    path("centres/<slug:slug>/", centre_detail, name="centre"),
    path("centres/<slug:slug>/edit/", centre_edit, name="centre_edit"),
    path("books/", entry_list, name="entries"),
    path("proposals/", proposal_list, name="proposals"),
    path("proposals/spending/", spending_new, name="spending_new"),
    path("books/expense/", expense_new, name="expense_new"),
    path("books/<int:entry_id>/take-back/", expense_take_back, name="expense_take_back"),
]
