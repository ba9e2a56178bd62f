"""Settings: everything that differs between places comes from the environment.

``WOHNPLATZ_HOME`` data folder · ``DATABASE_URL`` · ``WOHNPLATZ_MODE`` demo|production ·
``WOHNPLATZ_ALLOWED_HOSTS`` names, by comma · ``WOHNPLATZ_SECRET_KEY`` · ``WOHNPLATZ_HTTPS`` 1|0 ·
``WOHNPLATZ_CELL_KEY`` secret of the noise on answers to single questions ·
``WOHNPLATZ_PROTECTION_KEY`` secret of the choice of what is hidden beside protected figures ·
``WOHNPLATZ_CATALOGUE`` folder of an own catalogue · ``WOHNPLATZ_RULES`` file of own disclosure rules ·
``WOHNPLATZ_LOG_PERSONS`` 1 writes user names into the audit log (default: organisation and role only) ·
``WOHNPLATZ_LOG_PERSONS_DAYS`` days until those names are taken out again (default: 90) ·
``WOHNPLATZ_MAIL`` smtp://user:password@host:port?tls=1 | smtps://… | file (default: file in demo mode) ·
``WOHNPLATZ_MAIL_FROM`` address mails come from · ``WOHNPLATZ_URL`` address of the pages, for links in mails.
"""

from __future__ import annotations

import os
from pathlib import Path

from wohnplatz.model import WohnplatzError

from . import database, keys, mail


def _project() -> Path:
    root = Path(__file__).resolve().parents[3]
    return root if (root / "pyproject.toml").exists() else Path.cwd()


def _flag(name: str, default: str) -> bool:
    return os.environ.get(name, default).strip().lower() in {"1", "true", "ja", "yes"}


def _mode() -> str:
    mode = os.environ.get("WOHNPLATZ_MODE", "demo")
    if mode not in {"demo", "production"}:
        raise WohnplatzError(
            f"WOHNPLATZ_MODE „{mode}“ ist unbekannt.", todo="Erlaubt: demo, production.", code="settings.mode"
        )
    return mode


LOOPBACK = ["localhost", "127.0.0.1", "[::1]"]
WOHNPLATZ_MODE = _mode()
_DEMO = WOHNPLATZ_MODE == "demo"
WOHNPLATZ_HOME = Path(os.environ.get("WOHNPLATZ_HOME") or _project() / "var").resolve()
WOHNPLATZ_CATALOGUE = os.environ.get("WOHNPLATZ_CATALOGUE", "")
WOHNPLATZ_RULES = os.environ.get("WOHNPLATZ_RULES", "")
WOHNPLATZ_LOG_PERSONS = _flag("WOHNPLATZ_LOG_PERSONS", "0")
WOHNPLATZ_LOG_PERSONS_DAYS = int(os.environ.get("WOHNPLATZ_LOG_PERSONS_DAYS", "90"))
WOHNPLATZ_UPLOAD_LIMIT = 25 * 1024 * 1024
WOHNPLATZ_LARGE_FILE = 5 * 1024 * 1024  # larger ones are read by a job, not while the browser waits
WOHNPLATZ_LARGE_LIMIT = 2 * 1024 * 1024 * 1024
WOHNPLATZ_HOME.mkdir(mode=0o700, parents=True, exist_ok=True)  # deliveries lie there: for this account only

DEBUG = False
SECRET_KEY = os.environ.get("WOHNPLATZ_SECRET_KEY") or keys.key_from(WOHNPLATZ_HOME)
# Noise of answers belongs to this key: another one for the same data would let both answers be compared.
WOHNPLATZ_CELL_KEY = os.environ.get("WOHNPLATZ_CELL_KEY") or keys.key_from(
    WOHNPLATZ_HOME, "cell-key", "WOHNPLATZ_CELL_KEY"
)
# Who had this one could replay which figures are hidden beside others. In the demo everybody sees the same.
WOHNPLATZ_PROTECTION_KEY = (
    ""
    if _DEMO
    else os.environ.get("WOHNPLATZ_PROTECTION_KEY")
    or keys.key_from(WOHNPLATZ_HOME, "protection-key", "WOHNPLATZ_PROTECTION_KEY")
)
_HOSTS = [h.strip() for h in os.environ.get("WOHNPLATZ_ALLOWED_HOSTS", "").split(",") if h.strip()]
ALLOWED_HOSTS = LOOPBACK if _DEMO else _HOSTS

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    "django_tasks",
    "django_tasks_db",
    "wohnplatz.workflow.accounts",
    "wohnplatz.workflow.district",
    "wohnplatz.workflow.design",
    "wohnplatz.workflow.catalogue",
    "wohnplatz.workflow.protection",
    "wohnplatz.workflow.partners",
    "wohnplatz.workflow.deliveries",
    "wohnplatz.workflow.messages",
    "wohnplatz.workflow.releases",
    "wohnplatz.workflow.reports",
    "wohnplatz.workflow.consultation",
    "wohnplatz.workflow.audit",
    "wohnplatz.web",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    # BREACH: the only secret in a page, the CSRF token, is masked anew each time, and answers are padded.
    "django.middleware.gzip.GZipMiddleware",
    "wohnplatz.web.middleware.SecurityHeadersMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "wohnplatz.web.middleware.DistrictMiddleware",
    "wohnplatz.web.middleware.BodyLimitMiddleware",
    "wohnplatz.web.middleware.RefusalMiddleware",
]
CSRF_FAILURE_VIEW = "wohnplatz.web.errors.csrf_failure"
ROOT_URLCONF = "wohnplatz.web.urls"
WSGI_APPLICATION = "wohnplatz.web.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [Path(__file__).parent / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "wohnplatz.web.context.frame",
            ]
        },
    }
]

DATABASES = {
    "default": database.from_url(os.environ.get("DATABASE_URL", ""), WOHNPLATZ_HOME / "wohnplatz.sqlite3")
}
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": ["default"]}}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "accounts.User"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "/anmelden/"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/anmelden/"

WOHNPLATZ_URL = os.environ.get("WOHNPLATZ_URL") or (
    f"https://{_HOSTS[0]}" if _HOSTS else "http://127.0.0.1:8000"
)
_MAIL = mail.from_url(os.environ.get("WOHNPLATZ_MAIL", "file" if _DEMO else ""))
WOHNPLATZ_MAIL_KIND = _MAIL.kind
EMAIL_BACKEND = _MAIL.backend
EMAIL_FILE_PATH = WOHNPLATZ_HOME / "nachrichten"
EMAIL_HOST, EMAIL_PORT = _MAIL.host, _MAIL.port
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = _MAIL.user, _MAIL.password
EMAIL_USE_SSL, EMAIL_USE_TLS = _MAIL.ssl, _MAIL.tls
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = os.environ.get("WOHNPLATZ_MAIL_FROM") or (
    f"wohnplatz@{_HOSTS[0] if _HOSTS else 'localhost'}"
)

LANGUAGE_CODE = "de"
LANGUAGES = [("de", "Deutsch")]
TIME_ZONE = "Europe/Berlin"
USE_I18N = True
USE_TZ = True
USE_THOUSAND_SEPARATOR = False  # years are no amounts; figures are written by wohnplatz.text

STATIC_URL = "/static/"
STATIC_ROOT = WOHNPLATZ_HOME / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 500
DATA_UPLOAD_MAX_NUMBER_FILES = 5

_HTTPS = _flag("WOHNPLATZ_HTTPS", "0" if _DEMO else "1")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _HTTPS
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 8 * 3600
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_HSTS_SECONDS = 31536000 if _HTTPS else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if _HTTPS else None
CSRF_TRUSTED_ORIGINS = [f"https://{h}" for h in _HOSTS] if _HTTPS else []
X_FRAME_OPTIONS = "DENY"

# Neither personal data nor figures: paths and levels only, no request bodies, no query strings.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "plain": {
            "()": "wohnplatz.web.logs.WithoutValues",
            "format": "{asctime} {levelname} {name}: {message}",
            "style": "{",
        }
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {
        "wohnplatz": {"level": "INFO"},
        "django": {"handlers": ["stderr"], "level": "WARNING", "propagate": False},
        "django.request": {"level": "ERROR"},
    },
}
