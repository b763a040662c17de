"""From a notice to the e-mail that its reader gets."""

from collections.abc import Mapping
from datetime import date, datetime
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from django.conf import settings
from django.urls import reverse

from firms.enums import SocialNetwork
from firms.models import Firm
from lib.codes import derived_secret
from notifications.models import Notice
from notifications.secrets import item_url, secret_values
from templates_email.brand import Brand, Logo, Social, logo_of
from templates_email.dates import long_date
from templates_email.enums import EmailEvent
from templates_email.envelope import Envelope
from templates_email.render import Rendered, render
from templates_email.slots import is_link
from templates_email.sources import LANGUAGES


def render_notice(firm: Firm, notice: Notice, now: datetime) -> Rendered:
    """The e-mail with its personal link and code, which nothing but the message itself may hold."""
    secrets = {**secret_values(notice)}
    if notice.link_digest is not None:
        secrets["ACTION_URL"] = item_url(firm.pk, notice.key)
    return render(
        event=EmailEvent(notice.event),
        language=language_of(notice.values, firm),
        brand=brand_of(firm),
        envelope=envelope_of(firm, notice, now),
        values={**slot_values(notice.values, firm, now), **secrets},
    )


def language_of(values: Mapping[str, str], firm: Firm) -> str:
    """The language the e-mail is written in: the reader's where there are templates in it, else the firm's, else English."""
    for language in (values.get("language", ""), firm.language):
        if language[:2] in LANGUAGES:
            return language[:2]
    return "en"


def slot_values(values: Mapping[str, str], firm: Firm, now: datetime) -> dict[str, str]:
    """Raw values as texts in the reader's language and time zone."""
    language = language_of(values, firm)
    zone = ZoneInfo(values.get("zone") or firm.time_zone)
    today = now.astimezone(zone).date()

    def said(name: str) -> str:
        raw = values.get(name, "")
        if not raw:
            return ""
        day = datetime.fromisoformat(raw) if "T" in raw else date.fromisoformat(raw)
        return long_date(day, language, zone, today=today)

    texts = {name: values.get(name, "") for name in ("account", "context", "context_by", "first_name", "number", "of", "title")}
    dates = {day: said(day) for day in ("asked_on", "due_on", "next_on")}
    return {**{name.upper(): text for name, text in {**texts, **dates}.items()}, "PREFERENCES_URL": ""}


def brand_of(firm: Firm) -> Brand:
    version = f"{firm.pk}.{firm.brand_version}"
    return Brand(
        version=version,
        firm_name=firm.name,
        color=firm.color,
        logo=logo_of_firm(firm),
        address_line=firm.address_line,
        phone=firm.phone,
        website=firm.website,
        socials=socials_of(firm),
        show_contact=firm.show_contact,
        show_social=firm.show_social,
        show_logo=firm.show_logo,
        show_context=firm.show_context,
    )


def logo_of_firm(firm: Firm) -> Logo | None:
    if not firm.logo or not firm.logo_width or not firm.logo_height:
        return None
    address = settings.SITE_URL + reverse("firm_logo", args=[firm.code, firm.brand_version])
    return logo_of(address, firm.logo_width, firm.logo_height)


def socials_of(firm: Firm) -> tuple[Social, ...]:
    """The networks that the firm filled in. An address that no e-mail may carry is left out, rather than stop all of the firm's mail."""
    filled_in = [(network, str(getattr(firm, network.value))) for network in SocialNetwork]
    return tuple(
        Social(str(network.label), url, settings.SITE_URL + reverse("social_icon", args=[network.value]))
        for network, url in filled_in
        if is_link(url)
    )


def envelope_of(firm: Firm, notice: Notice, now: datetime) -> Envelope:
    account = notice.values.get("account", "")
    first = first_key_of(notice)
    return Envelope(
        from_name=f"{firm.name} - {account}" if account else firm.name,
        from_address=settings.MAIL_FROM,
        to_name=notice.contact.name if notice.contact else "",
        to_address=notice.email,
        reply_to=firm.email,
        message_id=message_id_of(firm.pk, notice.key),
        references=(message_id_of(firm.pk, first),) if first != notice.key else (),
        list_id=f"<{firm.code.lower()}.{mail_host()}>",
        date=now,
    )


def first_key_of(notice: Notice) -> str:
    """The key of the notice that a reminder or a repetition stands under."""
    if notice.action_id is None or notice.link_digest is None:
        return notice.key
    return request_key(notice.action_id, notice.address_id or 0)


def request_key(action_id: int, address_id: int) -> str:
    return f"request:{action_id}:{address_id}"


def message_id_of(firm_id: int, key: str) -> str:
    """The same at every try, and told to nobody by the notice's own id."""
    return f"<{derived_secret('message-id', f'{firm_id}|{key}', size=16).hex()}@{mail_host()}>"


def mail_host() -> str:
    return settings.MAIL_FROM.rpartition("@")[2] or urlsplit(settings.SITE_URL).hostname or "localhost"
