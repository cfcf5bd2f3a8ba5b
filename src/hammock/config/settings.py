"""Django's settings, all derived from `Environment`."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import dj_database_url
import django_stubs_ext

from hammock.config.environment import Environment, read
from hammock.kit.errors import FieldError

django_stubs_ext.monkeypatch()

ENVIRONMENT: Environment = read()
PACKAGE = Path(__file__).resolve().parent.parent

SECRET_KEY = ENVIRONMENT.secret_key
DEBUG = ENVIRONMENT.debug
HAMMOCK_URL = ENVIRONMENT.url
HAMMOCK_DATA = ENVIRONMENT.data

_public = urlsplit(HAMMOCK_URL)
ALLOWED_HOSTS = [_public.hostname or "localhost", "localhost", "127.0.0.1", "[::1]"]
CSRF_TRUSTED_ORIGINS = [HAMMOCK_URL]
CSRF_FAILURE_VIEW = "hammock.doors.shop.refusals.form_too_old"
_https = _public.scheme == "https"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _https
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if _https else None
SECURE_HSTS_SECONDS = 31_536_000 if _https else 0
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "SAMEORIGIN"
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_ENGINE = "django.contrib.sessions.backends.db"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_621_440
FILE_UPLOAD_MAX_MEMORY_SIZE = 2_621_440
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000  # Wagtail's page editor sends many

INSTALLED_APPS = [
    "hammock.kit.facts",
    "hammock.kit.jobs",
    "hammock.kit.inbox",
    "hammock.kit.mail",
    "hammock.kit.snapshots",
    "hammock.kit.charts",
    "hammock.departments.team",
    "hammock.departments.decisions",
    "hammock.departments.ledger",
    "hammock.departments.catalogue",
    "hammock.departments.customers",
    "hammock.departments.sales",
    "hammock.departments.delivery",
    "hammock.departments.marketing",
    "hammock.departments.service",
    "hammock.departments.planning",
    "hammock.departments.research",
    "hammock.providers.test_payments",
    "hammock.jobs",
    "hammock.doors.shop",
    "hammock.doors.console",
    "hammock.doors.commands",
    "hammock.config",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "wagtail.contrib.settings",
    "wagtail.sites",
    "wagtail.users",
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "wagtail.admin",
    "wagtail",
    "modelcluster",
    "taggit",
    "django_tasks",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    "hammock.kit.limits.limit_bodies",
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "hammock.doors.console.walls.keep_walls",
]

ROOT_URLCONF = "hammock.config.urls"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "hammock.doors.shop.context.shop",
            ],
        },
    },
]

AUTH_USER_MODEL = "team.Member"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
LOGIN_URL = WAGTAILADMIN_LOGIN_URL = "/console/login/"
LOGIN_REDIRECT_URL = "/console/"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]  # nobody signs up; allauth checks that it fits
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"  # whoever has a login link has the address
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 600  # seconds
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if _https else 0  # https ends at one proxy before us
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_TOTP_ISSUER = "Hammock"
MFA_TOTP_TOLERANCE = 1  # a telephone's clock may be half a minute off
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not _https  # browsers allow it on localhost only
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
LANGUAGE_CODE = "en"
TIME_ZONE = "UTC"
USE_I18N = USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = ENVIRONMENT.data / "static"
MEDIA_URL = "/media/"
MEDIA_ROOT = ENVIRONMENT.data / "media"


def database(url: str) -> dict[str, Any]:
    """Translate DATABASE_URL; SQLite opens in WAL mode, with one pen and shared commits."""
    try:
        parsed: dict[str, Any] = dict(dj_database_url.parse(url))
    except (ValueError, dj_database_url.UnknownSchemeError) as error:
        raise FieldError(field="DATABASE_URL", problem=str(error)) from error
    parsed["CONN_MAX_AGE"] = None
    if parsed["ENGINE"] == "django.db.backends.sqlite3":
        parsed["ENGINE"] = "hammock.kit.sqlite"
        parsed["OPTIONS"] = {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": (
                "PRAGMA journal_mode=WAL;PRAGMA synchronous=NORMAL;PRAGMA busy_timeout=20000;"
                "PRAGMA foreign_keys=ON;PRAGMA recursive_triggers=ON;"
                "PRAGMA cache_size=-16000"
            ),
        }
    elif parsed["ENGINE"] == "django.db.backends.postgresql":
        parsed["CONN_HEALTH_CHECKS"] = True
    else:
        raise FieldError(
            field="DATABASE_URL", problem="only sqlite:/// and postgresql:// are known"
        )
    return parsed


DATABASES = {"default": database(ENVIRONMENT.database_url)}


def mail_settings(url: str) -> dict[str, Any]:
    """Translate EMAIL_URL: smtp://user:password@host:port, smtps://…, or file:///folder."""
    usage = "use smtp://user:password@host:587, smtps://… or file:///…"
    try:
        parts, port = urlsplit(url), urlsplit(url).port
    except ValueError as error:
        raise FieldError(field="EMAIL_URL", problem=f"{error}: {usage}") from error
    if parts.scheme == "file" and parts.path.startswith("/") and not parts.netloc:
        return {
            "EMAIL_BACKEND": "django.core.mail.backends.filebased.EmailBackend",
            "EMAIL_FILE_PATH": parts.path,
        }
    if parts.scheme not in {"smtp", "smtps"} or not parts.hostname:
        raise FieldError(field="EMAIL_URL", problem=usage)
    return {
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": parts.hostname,
        "EMAIL_PORT": port or (465 if parts.scheme == "smtps" else 587),
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_SSL": parts.scheme == "smtps",
        "EMAIL_USE_TLS": parts.scheme == "smtp" and bool(parts.username),
        "EMAIL_TIMEOUT": 20,
    }


globals().update(mail_settings(ENVIRONMENT.email_url))
INBOX = ENVIRONMENT.inbox

CACHES = {
    # Shared by all processes: counts of failed sign-ins, and codes that were used.
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "hammock_cache",
        "OPTIONS": {"MAX_ENTRIES": 10_000},
    },
    "renditions": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"},
}

DEFAULT_FROM_EMAIL = ENVIRONMENT.mail_from or f"hammock@{_public.hostname}"

TASKS = {
    "default": {
        "BACKEND": "hammock.kit.jobs.backend.JobBackend",
        "QUEUES": [],
        "OPTIONS": {
            "REFRESHING": [
                "modelsearch.tasks.insert_or_update_object_task",
                "wagtail.tasks.update_reference_index_task",
            ],
        },
    }
}

WAGTAIL_SITE_NAME = "Hammock"
WAGTAILADMIN_BASE_URL = HAMMOCK_URL
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_GRAVATAR_PROVIDER_URL = None
WAGTAILSEARCH_BACKENDS = {"default": {"BACKEND": "wagtail.search.backends.database"}}
WAGTAILDOCS_SERVE_METHOD = "serve_view"
WAGTAIL_I18N_ENABLED = False
WAGTAIL_PASSWORD_RESET_ENABLED = WAGTAIL_PASSWORD_MANAGEMENT_ENABLED = False
WAGTAIL_EMAIL_MANAGEMENT_ENABLED = False

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {"django": {"handlers": [], "level": "WARNING", "propagate": True}},
}
