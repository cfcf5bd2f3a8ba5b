"""Settings of the business: what customers read, taxes, and the switch to real payments."""

from __future__ import annotations

from typing import Any

import pycountry
from django import forms
from django.forms import BaseFormSet, formset_factory
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path

from hammock.departments.catalogue import queries
from hammock.departments.catalogue.models import TaxRate
from hammock.departments.planning import queries as plans
from hammock.departments.sales.errors import PaymentsOff
from hammock.doors.console import frame
from hammock.flows.go_live import go_live, steps
from hammock.flows.save_shop import Rate, ShopFace, save_shop, save_tax_rates


class ShopForm(forms.Form):
    """What customers read about the business."""

    name = forms.CharField(max_length=80)
    tagline = forms.CharField(max_length=160, required=False)
    email = forms.EmailField(label="E-mail address", help_text="Where customers' answers go.")
    legal_name = forms.CharField(max_length=120, required=False, help_text="On receipts.")
    address = forms.CharField(
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="On receipts.",
    )

    def __init__(self, *args: Any, name_is_planned: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("name", "tagline") if name_is_planned else ():
            self.fields[name].disabled = True
            self.fields[name].help_text = "From the strategy in force; it is changed there."


class RateForm(forms.Form):
    """The tax for one country; an empty row is none."""

    country = forms.CharField(
        max_length=2, required=False, widget=forms.TextInput(attrs={"placeholder": "DE", "size": 3})
    )
    name = forms.CharField(
        max_length=40,
        required=False,
        widget=forms.TextInput(attrs={"placeholder": "VAT 19 %"}),
    )
    percent = forms.DecimalField(
        max_digits=4,
        decimal_places=2,
        min_value=0,
        max_value=99,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "size": 5}),
    )

    def clean_country(self) -> str:
        """Want an ISO 3166 code."""
        code: str = self.cleaned_data["country"].upper()
        if code and pycountry.countries.get(alpha_2=code) is None:
            raise forms.ValidationError("Write the country's two letters, as DE.")
        return code

    def clean(self) -> dict[str, Any]:
        """Want all three, or none."""
        found: dict[str, Any] = super().clean() or self.cleaned_data
        filled = [found.get(name) not in {None, ""} for name in ("country", "name", "percent")]
        if any(filled) and not all(filled) and not self.errors:
            raise forms.ValidationError("Fill in country, name and percent, or empty all three.")
        return found


class RateForms(BaseFormSet[RateForm]):
    """All rates; a country has one."""

    def clean(self) -> None:
        """Refuse a country that stands twice."""
        codes = [form.cleaned_data.get("country") for form in self.forms if form.is_valid()]
        named = [code for code in codes if code]
        if len(named) != len(set(named)):
            raise forms.ValidationError("A country stands in two rows; it has one rate.")


TaxForms = formset_factory(RateForm, formset=RateForms, extra=2, max_num=300)


@frame.needs("catalogue.view_shop")
def shop_edit(request: HttpRequest) -> HttpResponse:
    """Change what customers read about the business."""
    shop = queries.shop()
    names = ("name", "tagline", "email", "legal_name", "address")
    form = ShopForm(
        request.POST or None,
        initial={name: getattr(shop, name) for name in names},
        name_is_planned=plans.in_force() is not None,
    )
    if request.method == "POST" and form.is_valid():
        save_shop(ShopFace(**form.cleaned_data))
        frame.done(request, "Saved. The shop shows it so from now on.")
        return redirect("console:shop")
    return frame.show(
        request,
        "form.html",
        title="Business",
        lead=f"Sells in {shop.currency} from {shop.country}; both were chosen at setup and stay.",
        form=form,
        button="Save",
        status=400 if form.errors else 200,
    )


@frame.needs("catalogue.view_shop")
def tax_edit(request: HttpRequest) -> HttpResponse:
    """Change the taxes that prices include."""
    rows = [
        {"country": rate.country, "name": rate.name, "percent": rate.basis_points / 100}
        for rate in TaxRate.objects.all()
    ]
    forms_ = TaxForms(request.POST or None, initial=rows)
    if request.method == "POST" and forms_.is_valid():
        save_tax_rates(_rates(forms_))
        frame.done(request, "Saved. New orders are taxed so; orders that were placed keep theirs.")
        return redirect("console:tax")
    return frame.show(
        request,
        "tax.html",
        title="Tax rates",
        forms=forms_,
        status=400 if request.method == "POST" else 200,
    )


@frame.needs("catalogue.change_shop")
def live(request: HttpRequest) -> HttpResponse:
    """Show what real payments need, and switch them on."""
    if request.method == "POST":
        try:
            go_live()
        except PaymentsOff as error:
            frame.failed(request, error.sentence())
        else:
            frame.done(request, "Your shop takes real payments now.")
        return redirect("console:live")
    found = steps()
    return frame.show(
        request,
        "live.html",
        title="Payments",
        shop=queries.shop(),
        steps=found,
        is_ready=all(step.is_done for step in found),
    )


def _rates(rows: BaseFormSet[RateForm]) -> list[Rate]:
    return [
        Rate(
            country=form.cleaned_data["country"],
            name=form.cleaned_data["name"],
            basis_points=int(form.cleaned_data["percent"] * 100),
        )
        for form in rows
        if form.cleaned_data.get("country")
    ]


urls = [
    path("business/", shop_edit, name="shop"),
    path("business/tax/", tax_edit, name="tax"),
    path("business/payments/", live, name="live"),
]
