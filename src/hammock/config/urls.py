"""Which address leads through which door."""

from __future__ import annotations

from django.conf import settings
from django.conf.urls.static import static
from django.urls import include, path
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.documents import urls as wagtaildocs_urls

urlpatterns = [
    path("console/", include("hammock.doors.console.urls")),
    path("console/", include("hammock.doors.console.sign_in_urls")),
    path("console/", include(wagtailadmin_urls)),
    path("documents/", include(wagtaildocs_urls)),
    path("pay/test/", include("hammock.providers.test_payments.urls")),
    path("api/", include("hammock.doors.api.urls")),
    *static(settings.MEDIA_URL, document_root=settings.MEDIA_ROOT),
    path("", include("hammock.doors.shop.urls")),
    path("", include(wagtail_urls)),
]
