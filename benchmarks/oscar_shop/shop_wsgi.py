"""django-oscar behind WSGI."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "benchmarks.oscar_shop.shop_settings")

from django.core.wsgi import get_wsgi_application

application = get_wsgi_application()
