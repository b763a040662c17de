"""From a notice to the e-mail that its reader gets."""

from collections.abc import Callable, Mapping, Sequence
from copy import copy
from datetime import date, datetime
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import QuerySet

from firms.models import Firm
from lib.codes import derived_secret
from notifications.account_events import account_event_of
from notifications.beside import Beside
from notifications.brands import brand_of
from notifications.enums import Audience
from notifications.facts import preference_of
from notifications.models import Notice
from notifications.pages import page_url
from notifications.rows import counts, shown_rows
from notifications.secrets import activation_path, item_url, preferences_path, secret_values
from templates_email.brand import Brand
from templates_email.dates import hour, long_date
from templates_email.enums import EmailEvent, Kind
from templates_email.envelope import Envelope
from templates_email.placeholders import secret_placeholders
from templates_email.render import Rendered, render
from templates_email.sources import LANGUAGES

TEXTS = ("account", "client", "context", "context_by", "first_name", "invited_by", "number", "of", "period", "title", "who")
MASKED = "••••••"
DAYS = ("due_on", "next_on")
SHOWN = (
    "account", "action", "address__contact", "address__user", "contact", "user", "copy_of__action", "copy_of__contact",
    "copy_of__address__user", "message",
)  # fmt: skip
SHOWN_OF_COPIED = ("account", "action", "contact", "address__user")
# What nearly all e-mails to clients say. Whatever one asks for besides is read when it does.
SAID = (
    "firm_id", "audience", "event", "key", "number", "priority", "email", "values", "link_digest", "user_id", "copy_of_id",
    "account__code", "account__name", "action__kind", "message__message_id",
    "address__code", "address__email_key", "address__logins_ended", "address__unlinked_at", "address__removed_at",
    "address__user__is_active", "contact__first_name", "contact__last_name",
)  # fmt: skip


def to_be_said(notices: QuerySet[Notice]) -> list[Notice]:
    """In the order of their ids, with what is `SHOWN`: a query, and one for copies where there are any."""
    found = list(notices.select_related("account", "action", "address__user", "contact", "message").only(*SAID).order_by("pk"))
    if copied := {notice.copy_of_id for notice in found if notice.copy_of_id}:
        told = Notice.objects.filter(firm=found[0].firm_id).select_related(*SHOWN_OF_COPIED).in_bulk(copied)
        for notice in found:
            notice.copy_of = told[notice.copy_of_id] if notice.copy_of_id else None
    return found


def render_notice(firm: Firm, notice: Notice, known: Beside, now: datetime, *, masked: bool = False) -> Rendered:
    """The e-mail with its personal link and code, which nothing but the message itself may hold; `notice` comes with what is `SHOWN`.

    `masked`: as staff may read it, with dots and links that open nothing.
    """
    told = notice.copy_of or notice
    shown = dressed(firm, told.values.get("look", {}))
    return render(
        event=EmailEvent(told.event),
        language=language_of(told.values, firm),
        brand=brand_for(shown, told, known),
        envelope=envelope_of(shown, notice, known, now, masked=masked),
        values={
            **slot_values(told.values, firm, now),
            **told.values.get("slots", {}),
            **opening_values(firm, notice, known, masked=masked),
        },
        rows=rows_of(told.values, EmailEvent(told.event), firm, now),
        keep="look" not in told.values,
    )


def opening_values(firm: Firm, notice: Notice, known: Beside, *, masked: bool = False) -> dict[str, str]:
    """What opens or confirms something: the reader's own, in a copy and masked nothing that does, in a sample what its values say."""
    if notice.copy_of is not None:
        inert = inert_values()
        return inert if activation_url(firm, notice.copy_of, known) else {**inert, "ACTIVATION_URL": ""}
    if "slots" in notice.values:
        return {}
    return _masked_values(firm, notice, known) if masked else personal_values(firm, notice, known)


def _masked_values(firm: Firm, notice: Notice, known: Beside) -> dict[str, str]:
    """Inert, and empty where the reader's own have nothing: a code's e-mail has no preferences."""
    links = {"PREFERENCES_URL": preferences_url(firm, notice), "ACTIVATION_URL": activation_url(firm, notice, known)}
    return {**inert_values(), **{name: "" for name, url in links.items() if not url}}


def personal_values(firm: Firm, notice: Notice, known: Beside) -> dict[str, str]:
    """What opens or confirms something, for the reader alone."""
    links = {"PREFERENCES_URL": preferences_url(firm, notice), "ACTIVATION_URL": activation_url(firm, notice, known)}
    about = account_event_of(notice)
    if notice.link_digest is not None:
        links["ACTION_URL"] = item_url(firm.pk, notice.key)
    elif about and notice.account:
        links["ACTION_URL"] = settings.SITE_URL + about.page(notice.account)
    return {**links, **secret_values(notice)}


def mute_url(firm: Firm, notice: Notice, *, masked: bool = False) -> str | None:
    """The one POST that needs no page (RFC 8058): switches off the kind of message that this is; masked, it switches off nothing."""
    page, about = preferences_url(firm, notice), account_event_of(notice)
    preference = about.preference.value if about else preference_of(notice.action.kind) if notice.action else ""
    if not page or not preference:
        return None
    return page_url("copy_of_link") if masked else f"{page}off/{preference}/"


def inert_values() -> dict[str, str]:
    """The same in the firm's copy: links lead to a page that says why they open nothing, codes are dots (M6)."""
    nowhere = page_url("copy_of_link")
    return {placeholder.name: nowhere if placeholder.kind == Kind.LINK else MASKED for placeholder in secret_placeholders()}


def preferences_url(firm: Firm, notice: Notice) -> str:
    """Where its reader chooses what they receive; empty for what nobody can do without, and for whoever is no client."""
    if notice.account is None or notice.address is None or not EmailEvent(notice.event).may_be_muted:
        return ""
    return f"{settings.SITE_URL}{preferences_path(firm.code, notice.account, notice.address)}"


def activation_url(firm: Firm, notice: Notice, known: Beside) -> str:
    """Where its reader asks for a link to activate their access; empty where they have none to activate in this account (C35)."""
    if notice.address is None or not EmailEvent(notice.event).has_banner or not known.has_login(notice):
        return ""
    return f"{settings.SITE_URL}{activation_path(firm.code, notice.address)}"


def language_of(values: Mapping[str, Any], firm: Firm) -> str:
    """The language the e-mail is written in: the reader's where there are templates in it, else the firm's, else English."""
    for language in (str(values.get("language", "")), firm.language):
        if language[:2] in LANGUAGES:
            return language[:2]
    return "en"


def slot_values(values: Mapping[str, Any], firm: Firm, now: datetime) -> dict[str, str]:
    """Raw values as texts in the reader's language and time zone."""
    say_day = days_of(values, firm, now)
    changed = datetime.fromisoformat(values["changed_on"]) if "changed_on" in values else None
    at = hour(changed, language_of(values, firm), zone_of(values, firm)) if changed else ""
    return {
        **{name.upper(): values.get(name, "") for name in TEXTS},
        **{name.upper(): say_day(values.get(name, "")) for name in DAYS},
        "ASKED_ON": say_day(asked_on(values)),
        **counts(values.get("rows", ())),
        "CHANGED_ON": f"{say_day(values['changed_on'])}, {at}" if changed else "",
        "DOCUMENTS_URL": settings.SITE_URL + values.get("documents_path", "/"),
        "SETTINGS_URL": page_url(values.get("page", "home")),
    }


def asked_on(values: Mapping[str, Any]) -> str:
    """A conversation was opened long ago perhaps: what is asked is the last that was said (D18)."""
    rows = values.get("rows") or [{}]
    return str(rows[-1].get("SAID_ON") or values.get("asked_on", ""))


def rows_of(values: Mapping[str, Any], event: EmailEvent, firm: Firm, now: datetime) -> Sequence[Mapping[str, str]]:
    """As `slot_values`, of the rows; those of a sample are texts already."""
    rows = values.get("rows", ())
    return rows if "slots" in values else shown_rows(event, rows, days_of(values, firm, now))


def days_of(values: Mapping[str, Any], firm: Firm, now: datetime) -> Callable[[str], str]:
    """Says a day or an instant in ISO form in the reader's language and time zone; nothing for nothing."""
    language, zone = language_of(values, firm), zone_of(values, firm)
    today = now.astimezone(zone).date()

    def say(raw: str) -> str:
        if not raw:
            return ""
        day = datetime.fromisoformat(raw) if "T" in raw else date.fromisoformat(raw)
        return long_date(day, language, zone, today=today)

    return say


def zone_of(values: Mapping[str, Any], firm: Firm) -> ZoneInfo:
    return ZoneInfo(values.get("zone") or firm.time_zone)


def brand_for(firm: Firm, notice: Notice, known: Beside) -> Brand:
    """What the firm chose for its clients' e-mails changes nothing in those to its own people (A01), samples of the former apart."""
    if not looks_like_a_client_s(notice):
        return known.team_brand
    return known.brand if firm is known.firm else brand_of(firm)


def looks_like_a_client_s(notice: Notice) -> bool:
    return notice.audience == Audience.CLIENT or "look" in notice.values


def dressed(firm: Firm, look: Mapping[str, object]) -> Firm:
    """The firm as it would be with these values of its columns; not to be saved."""
    if not look:
        return firm
    other = copy(firm)
    for name, value in look.items():
        setattr(other, name, value)
    return other


def envelope_of(firm: Firm, notice: Notice, known: Beside, now: datetime, *, masked: bool = False) -> Envelope:
    """From is the platform's address under the firm's name, whatever the firm typed anywhere (A04). `masked` as of `render_notice`."""
    told = notice.copy_of or notice
    account = told.values.get("account", "")
    return Envelope(
        from_name=f"{firm.name} - {account}" if account else firm.name,
        from_address=settings.MAIL_FROM,
        to_name=told.contact.name if told.contact else "",
        to_address=told.email,
        reply_to=(firm.reply_to or known.owner) if looks_like_a_client_s(told) else known.owner,  # A22
        message_id=notice.message.message_id if notice.message else message_id_of(firm.pk, notice.key),
        references=tuple(filter(None, [known.thread_of(notice)])),
        list_id=f"<{firm.code.lower()}.{mail_host()}>",
        date=now,
        unsubscribe_url=mute_url(firm, notice, masked=masked),
        copy_to=notice.email if notice.copy_of else None,
    )


def message_id_of(firm_id: int, key: str) -> str:
    """The same at every try, and told to nobody by the notice's own id."""
    return f"<{derived_secret('message-id', f'{firm_id}|{key}', size=16).hex()}@{mail_host()}>"


def mail_host() -> str:
    return settings.MAIL_FROM.rpartition("@")[2] or urlsplit(settings.SITE_URL).hostname or "localhost"
