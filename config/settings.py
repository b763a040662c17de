"""All settings, all from the environment; each line says what an operator must know. See .env.example."""

from pathlib import Path
from urllib.parse import urlsplit

from django.utils.csp import CSP
from django.utils.translation import gettext_lazy as _

from config.environment import fence_file, imap_url, networks, number, plain_address, read_environment, required, smtp_url, switch

BASE_DIR = Path(__file__).resolve().parent.parent
env = read_environment(BASE_DIR)

# --- What kind of instance this is -------------------------------------------------------------------------------------
DEMO = switch(env, "RELANCE_DEMO", default=False)  # demo firm, caught e-mails, a clock that can be moved; never in production
DEBUG = switch(env, "RELANCE_DEBUG", default=False)  # error pages with details; never in production
HTTPS = switch(env, "RELANCE_HTTPS", default=not DEMO and not DEBUG)  # False only behind nothing but localhost
SECRET_KEY = required(env, "RELANCE_SECRET_KEY")  # 50+ random characters; links and codes are derived from it
SITE_URL = env.str("RELANCE_SITE_URL", default="http://localhost:8000").rstrip("/")  # what links in e-mails begin with
ALLOWED_HOSTS = env.list("RELANCE_ALLOWED_HOSTS", default=[urlsplit(SITE_URL).hostname or "localhost"])
CSRF_TRUSTED_ORIGINS = [SITE_URL]
PROXIES = number(env, "RELANCE_PROXIES", default=1 if HTTPS else 0)  # ours, one before the other; each appends to X-Forwarded-For
METRICS_TOKEN = env.str("RELANCE_METRICS_TOKEN", default="")  # who asks /metrics must bear it; empty: there is no such page
DEMO_DIR = Path(env.str("RELANCE_DEMO_DIR", default=str(BASE_DIR / "var" / "demo")))  # caught e-mails, the clock's offset
CLOCK_OFFSET_FILE = DEMO_DIR / "clock-offset" if DEMO else None

# --- Database and broker -----------------------------------------------------------------------------------------------
# DATABASE_URL connects as relance_app, which owns nothing; DATABASE_OWNER_URL as relance_owner, for `manage.py migrate` alone.
OWNER = env.str("RELANCE_ROLE", default="app") == "owner"
required(env, "DATABASE_OWNER_URL" if OWNER else "DATABASE_URL")
DATABASES = {"default": env.db_url("DATABASE_OWNER_URL" if OWNER else "DATABASE_URL")}
DATABASES["default"]["ENGINE"] = "django.db.backends.postgresql"
DATABASES["default"]["CONN_MAX_AGE"] = 600
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
DATABASES["default"].setdefault("OPTIONS", {}).setdefault("connect_timeout", 5)
REDIS_URL = env.str("REDIS_URL", default="redis://localhost:6379/0")  # Redis or Valkey; it may be lost at any moment
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
# Throttling of sign-in must work while the broker is gone: the cache is a table. Django's own limit of 300 entries would let
# whoever tries three hundred addresses push out the count of the one that matters.
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "relance_cache", "OPTIONS": {"MAX_ENTRIES": 50_000}}
}

# --- Applications: from the top of the house to its foundations --------------------------------------------------------
INSTALLED_APPS = [
    *(["demo"] if DEMO else []),
    "desk",
    "portal",
    "kinds.chats",
    "kinds.client_tasks",
    "kinds.documents",
    "kinds.approvals",
    "kinds.signatures",
    "reminders",
    "access",
    "tracking",
    "notifications",
    "ways",
    "templates_email",
    "actions",
    "files",
    "clients",
    "firms",
    "ui",
    "tenancy",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "anymail",
    "django_htmx",
    "django.contrib.postgres",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.forms",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "access.middleware.SignInPageMiddleware",
    "access.middleware.NothingKeptMiddleware",
    "tenancy.middleware.FirmMiddleware",
    "access.middleware.LanguageMiddleware",
    "access.middleware.SecondStepMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.csp",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "desk.context.shell",
            ],
        },
    },
]
FORM_RENDERER = "ui.forms.RelanceRenderer"
# Which firm's rows a request may see; the demo's own pages belong to none.
FIRM_OF_REQUEST = "demo.firm_of_request.firm_of_request" if DEMO else "access.firm_of_request.firm_of_request"

# --- Who signs in ------------------------------------------------------------------------------------------------------
SIGN_UP = switch(env, "RELANCE_SIGN_UP", default=False)  # on: anybody can open a firm at /sign-up/; off: `manage.py create_firm` alone
AUTH_USER_MODEL = "firms.User"
SILENCED_SYSTEM_CHECKS = ["auth.W004"]  # an address is one login's while it is active: several firms may have had it, one has it now
AUTHENTICATION_BACKENDS = [
    "access.backend.ActiveLoginBackend",  # decides alone
    "allauth.account.auth_backends.AuthenticationBackend",  # stands in sessions from before
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_ADAPTER = "access.adapter.RelanceAdapter"
ACCOUNT_FORMS = {"reset_password": "access.password_forms.ForgottenPasswordForm"}
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"  # an address is proved by its invitation, not by allauth's own mail
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_SESSION_REMEMBER = None
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = True
# allauth's own limits count by the minute, which is thousands a day. "key" is the address that somebody has typed; other limits stay.
ACCOUNT_RATE_LIMITS = {
    "reset_password": "20/m/ip,60/h/ip,5/h/key",
    "change_password": "5/m/user,20/h/user",
    "reauthenticate": "10/m/user,30/h/user",
}
SESSION_COOKIE_AGE = 14 * 24 * 3600
PASSWORD_RESET_TIMEOUT = 24 * 3600
# allauth's own generator keeps a list of addresses, which here nobody may write to.
ACCOUNT_PASSWORD_RESET_TOKEN_GENERATOR = "django.contrib.auth.tokens.PasswordResetTokenGenerator"

# Second steps: an app that shows codes, passkeys, and codes on paper for the day both are lost.
MFA_ADAPTER = "access.second_steps.RelanceMFAAdapter"
MFA_FORMS = {
    "authenticate": "access.second_step_forms.SecondStepForm",
    "authenticate_webauthn": "access.second_step_forms.SecondStepByPasskeyForm",
    "reauthenticate": "access.second_step_forms.ConfirmByCodeForm",
    "reauthenticate_webauthn": "access.second_step_forms.ConfirmByPasskeyForm",
    "login_webauthn": "access.second_step_forms.SignInByPasskeyForm",
    "add_webauthn": "access.second_step_forms.AddPasskeyForm",
    "edit_webauthn": "access.second_step_forms.RenamePasskeyForm",
}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_ALLOW_UNVERIFIED_EMAIL = True  # allauth's own list of addresses is not used here: an invitation proves them
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not HTTPS  # browsers themselves allow passkeys without https on localhost alone
MFA_TOTP_TOLERANCE = 1  # half minutes: for clocks that differ and people who type slowly; each code lets in once all the same

# --- E-mail ------------------------------------------------------------------------------------------------------------
# One way out for the deployment: SMTP, or a provider through Anymail where RELANCE_ANYMAIL_BACKEND names one.
SMTP_CONNECTIONS = number(env, "RELANCE_SMTP_CONNECTIONS", default=4)  # of each worker process, where it has many e-mails to send
SMTP_URL = smtp_url(env, "RELANCE_SMTP_URL", default="smtp://localhost:25")  # smtp://user:password@host:587?tls=starttls
MAIL_FROM = env.str("RELANCE_MAIL_FROM", default=f"notifications@{urlsplit(SITE_URL).hostname}")  # the From of every e-mail
ANYMAIL_BACKEND = env.str("RELANCE_ANYMAIL_BACKEND", default="")  # for example anymail.backends.postmark.EmailBackend
ANYMAIL = env.json("RELANCE_ANYMAIL", default={})  # its settings as JSON, for example {"POSTMARK_SERVER_TOKEN": "…"}
# What firms store to send by a way of their own is encrypted with the first of these, and still read with the others; without any, with
# the secret key.
CREDENTIAL_KEYS = env.list("RELANCE_CREDENTIAL_KEYS", default=[])
OUTGOING_ALLOWED = networks(env, "RELANCE_OUTGOING_ALLOWED")  # private hosts and networks that a firm's mail server may stand in
BOUNCES_ADDRESS = plain_address(env, "RELANCE_BOUNCES_ADDRESS")  # where e-mails come back to, as bounces+<code>@…; else to MAIL_FROM
BOUNCES_IMAP_URL = imap_url(env, "RELANCE_BOUNCES_IMAP_URL")  # the mailbox behind it: imaps://user:password@host/INBOX
MAILERS = {"default": {"BACKEND": "notifications.refused_backend.RefusedBackend"}}  # nothing leaves past the outbox

# --- Celery: wakes people up, remembers nothing ------------------------------------------------------------------------
CELERY_BROKER_URL = REDIS_URL
CELERY_TASK_IGNORE_RESULT = True
# Before it runs: a lost wake-up is made up for by the tick, where an acknowledgement to a broker that has gone meanwhile ends the worker.
CELERY_TASK_ACKS_LATE = False
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None  # for as long as it is away: of itself Celery gives up after three quarters of an hour
# A request that wakes a task tries the broker once: without max_retries kombu would hold it for four seconds (the worker's own
# reconnecting has its own patience).
CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": 300, "socket_connect_timeout": 0.2, "socket_timeout": 5, "max_retries": 0}
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TIMEZONE = "UTC"
CELERY_BEAT_SCHEDULE = {
    "sweep reminders": {"task": "reminders.sweep", "schedule": 20.0, "options": {"expires": 20}},
    "dispatch the outbox": {"task": "notifications.dispatch", "schedule": 5.0, "options": {"expires": 5}},
    "go on with imports": {"task": "clients.importing.go_on", "schedule": 15.0, "options": {"expires": 15}},
    "purge the trash": {"task": "files.purge_trash", "schedule": 3600.0, "options": {"expires": 3600}},
    "drop what old e-mails said": {"task": "notifications.drop_old", "schedule": 3600.0, "options": {"expires": 3600}},
    "go on asking": {"task": "reminders.ask_many", "schedule": 15.0, "options": {"expires": 15}},
    "take reminders up again": {"task": "reminders.take_up", "schedule": 600.0, "options": {"expires": 600}},
    "bring reminders forward": {"task": "reminders.bring_forward", "schedule": 600.0, "options": {"expires": 600}},
    **({"read what comes back": {"task": "tracking.read", "schedule": 60.0, "options": {"expires": 60}}} if BOUNCES_IMAP_URL else {}),
    "apply what was reported": {"task": "tracking.apply", "schedule": 60.0, "options": {"expires": 60}},
    "forget ways out that ended": {"task": "tracking.forget", "schedule": 86400.0, "options": {"expires": 3600}},
    "seal the activity log": {"task": "firms.seal_log", "schedule": 60.0, "options": {"expires": 60}},
}

# --- Language and time: stored in UTC, shown in the reader's -----------------------------------------------------------
LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("fr", _("French"))]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

# --- Files -------------------------------------------------------------------------------------------------------------
NODE_MODULES = BASE_DIR / "node_modules"
ICONS_DIR = NODE_MODULES / "@tabler" / "icons" / "icons" / "outline"
STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "static"
STATICFILES_DIRS = [
    ("vendor/tabler", NODE_MODULES / "@tabler" / "core" / "dist"),
    ("vendor/inter", NODE_MODULES / "@fontsource-variable" / "inter"),
    ("vendor/htmx", NODE_MODULES / "htmx.org" / "dist"),
]
STATICFILES_FINDERS = ["ui.finders.NeededFilesFinder", "django.contrib.staticfiles.finders.AppDirectoriesFinder"]
WHITENOISE_USE_FINDERS = DEMO or DEBUG
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEMO or DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
MEDIA_ROOT = env.str("RELANCE_MEDIA_ROOT", default=str(BASE_DIR / "var" / "media"))  # never served directly: each file has its door
PACE_RELAY = number(env, "RELANCE_PACE_RELAY", default=0)  # e-mails a minute by the deployment's way out; 0: as fast as it takes them
PACE_FIRM = number(env, "RELANCE_PACE_FIRM", default=0)  # the same of each firm
PACE_DOMAIN = number(env, "RELANCE_PACE_DOMAIN", default=0)  # the same to each domain of recipients
# How far the database has come; a restored one is behind it, and sends nothing until an operator says yes. Not into any backup.
FENCE_FILE = fence_file(env, "RELANCE_FENCE_FILE", default=Path(MEDIA_ROOT).parent / "fence.json")
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FILES = 300  # more than any form takes, so that the form itself says how many it does
FILE_UPLOAD_HANDLERS = [  # small files in memory, others on disk, of neither more than is kept (files/uploads.py)
    "files.uploads.AtMostUploadHandler",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]
FILE_UPLOAD_PERMISSIONS = 0o640

# --- Security ----------------------------------------------------------------------------------------------------------
SECURE_CSP = {
    "default-src": [CSP.NONE],
    "script-src": [CSP.SELF],
    "style-src": [CSP.SELF, CSP.NONCE],
    "img-src": [CSP.SELF, "data:"],
    "font-src": [CSP.SELF],
    "connect-src": [CSP.SELF],
    "form-action": [CSP.SELF],
    "frame-src": [CSP.SELF],
    "frame-ancestors": [CSP.NONE],
    "base-uri": [CSP.NONE],
}
SECURE_SSL_REDIRECT = HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_HSTS_PRELOAD = HTTPS
SESSION_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = True
CSRF_COOKIE_SECURE = HTTPS
CSRF_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SECURE = HTTPS
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "filters": {"without secrets": {"()": "lib.redaction.WithoutSecrets"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["without secrets"]}},
    "root": {"handlers": ["console"], "level": "INFO"},
    "loggers": {"django.db.backends": {"level": "INFO"}, "fontTools": {"level": "WARNING"}},
}
