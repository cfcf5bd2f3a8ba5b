"""What buyers type."""

from __future__ import annotations

from django import forms

from hammock.doors.shop.countries import CountrySelect, countries


class CheckoutForm(forms.Form):
    """Who buys: one page, no account."""

    email = forms.EmailField(
        label="E-mail address",
        max_length=254,
        help_text="The receipt and your goods go here.",
        widget=forms.EmailInput(attrs={"autocomplete": "email", "inputmode": "email"}),
    )
    name = forms.CharField(
        label="Name", max_length=120, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    country = forms.CharField(
        label="Country",
        help_text="Decides the tax within the price.",
        widget=CountrySelect(attrs={"autocomplete": "country"}),
    )
    terms = forms.BooleanField(
        label="Terms", error_messages={"required": "Please accept the terms to go on."}
    )
    website = forms.CharField(
        required=False, widget=forms.TextInput(attrs={"autocomplete": "off", "tabindex": "-1"})
    )
    seen = forms.CharField(required=False, widget=forms.HiddenInput)  # missed when it is opened

    def clean_country(self) -> str:
        """Refuse what is none of the countries."""
        country = str(self.cleaned_data["country"])
        if country not in dict(countries()):
            raise forms.ValidationError("Please choose a country from the list.")
        return country

    def clean_name(self) -> str:
        """Keep it in one line, as it stands in mails."""
        return " ".join(str(self.cleaned_data["name"]).split())

    def clean_website(self) -> str:
        """Refuse what only a robot fills in."""
        if self.cleaned_data["website"]:
            raise forms.ValidationError("Please leave this field empty.")
        return ""


class AskPurchasesForm(forms.Form):
    """Whose purchases."""

    email = forms.EmailField(
        label="E-mail address",
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email", "inputmode": "email"}),
    )
