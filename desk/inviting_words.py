"""What is said of invitations to many people, before they go and after."""

from collections.abc import Sequence

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from access.inviting_many import Outcome, Waiting
from clients.models import Address


def title_text(accounts: int) -> str:
    text = ngettext("Send invitations in %(count)s account", "Send invitations in %(count)s accounts", accounts)
    return text % {"count": said(accounts)}


def emails_text(addresses: Sequence[Address]) -> str:
    """E-mails and people are counted apart: who has two addresses with LOGIN gets two."""
    if not addresses:
        return _("Nobody of these accounts is still to be invited.")
    people = len({each.contact_id for each in addresses})
    emails = ngettext("%(count)s e-mail goes to", "%(count)s e-mails go to", len(addresses)) % {"count": said(len(addresses))}
    to = ngettext(
        "%(count)s person who has LOGIN and cannot sign in yet.", "%(count)s people who have LOGIN and cannot sign in yet.", people
    )
    good = _("The links in them are good for 14 days. An e-mail that has left cannot be called back.")
    return f"{emails} {to % {'count': said(people)}} {good}"


def again_text(count: int) -> str:
    text = ngettext(
        "Invite again %(count)s address whose invitation is still good; the earlier link then no longer works",
        "Invite again %(count)s addresses whose invitations are still good; the earlier links then no longer work",
        count,
    )
    return text % {"count": said(count)}


def left_out_texts(waiting: Waiting) -> list[str]:
    texts = [
        (waiting.active, ngettext(
            "%(count)s address is left out: somebody signs in with it already.",
            "%(count)s addresses are left out: somebody signs in with them already.", waiting.active)),
        (waiting.unreachable, ngettext(
            "%(count)s address is left out: it bounced, or is written to no more.",
            "%(count)s addresses are left out: they bounced, or are written to no more.", waiting.unreachable)),
    ]  # fmt: skip
    return [text % {"count": said(count)} for count, text in texts if count]


def too_many_text(most: int) -> str:
    text = _("More than %(most)s e-mails would go out, and at most that many are sent at once. Narrow the filters, or tick fewer accounts.")
    return text % {"most": said(most)}


def outcome_text(outcome: Outcome) -> list[str]:
    sent = ngettext(
        "%(count)s invitation goes out; its link is good for 14 days.",
        "%(count)s invitations go out; their links are good for 14 days.",
        outcome.sent,
    )
    elsewhere = ngettext(
        "%(count)s was not sent: the address signs in elsewhere. Its account’s page says what to do.",
        "%(count)s were not sent: the addresses sign in elsewhere. Their accounts’ pages say what to do.",
        outcome.elsewhere,
    )
    too_often = ngettext(
        "%(count)s was not sent: several went to that address within the hour.",
        "%(count)s were not sent: several went to those addresses within the hour.",
        outcome.too_often,
    )
    first = sent % {"count": said(outcome.sent)} if outcome.sent else _("No invitation went out.")
    others = [(outcome.elsewhere, elsewhere), (outcome.too_often, too_often)]
    return [first, *(text % {"count": said(count)} for count, text in others if count)]


def said(count: int) -> str:
    return number_format(count, force_grouping=True)
