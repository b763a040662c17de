"""Sample e-mails: what a client would get, with invented contents and the firm's look, saved or not."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from firms.actors import Actor
from firms.enums import Verb
from firms.models import Firm, Staff
from firms.services import write_activity
from lib.codes import new_code
from notifications.brands import brand_of
from notifications.rendering import inert_values
from notifications.services import notify_user
from templates_email.brand import Logo
from templates_email.enums import EmailEvent
from templates_email.envelope import Envelope
from templates_email.placeholders import sample_rows, samples
from templates_email.render import Rendered, render

EVENT_TITLES: Mapping[EmailEvent, Promise] = {
    EmailEvent.SIGNATURE_REQUESTED: _("Signature, first notice"),
    EmailEvent.SIGNATURE_REMINDER: _("Signature, reminder"),
    EmailEvent.DOCUMENTS_REQUESTED: _("Documents asked for, first notice"),
    EmailEvent.DOCUMENTS_REMINDER: _("Documents asked for, reminder"),
    EmailEvent.DOCUMENTS_UPLOADED: _("New documents from the firm"),
    EmailEvent.APPROVAL_REQUESTED: _("Approval, first notice"),
    EmailEvent.APPROVAL_REMINDER: _("Approval, reminder"),
    EmailEvent.CHAT_MESSAGE: _("Message in a chat"),
    EmailEvent.CHAT_REMINDER: _("Message in a chat, reminder"),
    EmailEvent.TASKS_REQUESTED: _("Client tasks, first notice"),
    EmailEvent.TASKS_REMINDER: _("Client tasks, reminder"),
    EmailEvent.SEVERAL_REQUESTS: _("Several requests in one e-mail"),
    EmailEvent.SEVERAL_REMINDERS: _("Several reminders in one e-mail"),
    EmailEvent.ACT_CODE: _("Six-digit code"),
    EmailEvent.PASSWORD_RESET: _("New password"),
    EmailEvent.CLIENT_INVITATION: _("Invitation to the portal"),
    EmailEvent.SIGN_IN_CODE: _("Code to sign in"),
    EmailEvent.STAFF_INVITATION: _("Invitation to the team"),
    EmailEvent.FIRM_CHANGED: _("Firm settings changed"),
    EmailEvent.DOCUMENTS_COMPLETE: _("All documents sent"),
    EmailEvent.WAY_TEST: _("Test of a mail service"),
}
CLIENT_EVENTS = {event: EVENT_TITLES[event] for event in EmailEvent if not event.is_team_mail}  # KeyError at the start for one untitled


def render_sample(firm: Firm, event: EmailEvent, language: str, *, logo: Logo | None, now: datetime) -> Rendered:
    """As `firm` stands, which need not be saved; `logo` in place of the saved one. Raises CannotRender."""
    values = sample_values(language)
    brand = replace(brand_of(firm), logo=logo) if logo else brand_of(firm)
    rows, envelope = inert_rows(event, language), _envelope(firm, values, now)
    return render(event=event, language=language, brand=brand, envelope=envelope, values=values, rows=rows, keep=False)


def sample_values(language: str) -> dict[str, str]:
    return {**samples(language), **inert_values(), "ACTIVATION_URL": "", "MORE": ""}


def inert_rows(event: EmailEvent, language: str) -> list[dict[str, str]]:
    """Rows of a sample, of which no link opens anything."""
    inert = inert_values()
    return [{name: inert.get(name, value) for name, value in row.items()} for row in sample_rows(event, language)]


def _envelope(firm: Firm, values: Mapping[str, str], now: datetime) -> Envelope:
    """Never sent: a preview needs one all the same."""
    return Envelope(
        from_name=f"{firm.name} - {values['ACCOUNT']}",
        from_address=settings.MAIL_FROM,
        to_name=values["FIRST_NAME"],
        to_address=settings.MAIL_FROM,
        reply_to=None,
        message_id="<preview@localhost>",
        references=(),
        list_id=None,
        date=now,
    )


@transaction.atomic
def send_sample(*, staff: Staff, event: EmailEvent, language: str, look: Mapping[str, object], by: Actor, now: datetime) -> None:
    """To the member of staff's own address, through the outbox; `look` are values of the firm's columns that need not be saved."""
    slots = sample_values(language)
    notify_user(
        firm=staff.firm,
        user=staff.user,
        event=event,
        key=f"sample:{staff.pk}:{new_code()}",
        now=now,
        values={"slots": slots, "account": slots["ACCOUNT"], "rows": inert_rows(event, language), "look": dict(look), "language": language},
    )
    write_activity(firm=staff.firm, by=by, verb=Verb.SAMPLE_SENT, now=now, subject=CLIENT_EVENTS[event], detail=staff.user.email)
