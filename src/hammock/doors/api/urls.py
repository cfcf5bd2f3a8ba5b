"""The addresses that programs call."""

from __future__ import annotations

from django.urls import path

from hammock.doors.api import webhooks

app_name = "api"
urlpatterns = [
    path("webhooks/payments/<slug:provider>/", webhooks.payments, name="payment_webhook"),
]
