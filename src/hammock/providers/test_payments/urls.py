"""The hosted page's address."""

from __future__ import annotations

from django.urls import path

from hammock.providers.test_payments import views

app_name = "test_payments"
urlpatterns = [path("<str:external_id>/", views.pay, name="pay")]
