"""The seven kinds that an address may be without: each stops its own messages at that address, and nothing else (C25-C31)."""

from datetime import timedelta

import pytest

from clients.enums import Preference
from clients.models import AccountAddress
from notifications.models import Notice
from notifications.queries import who_would_get
from notifications.verdicts import Reason, Verdict
from tests.factories import START
from tests.mail import Mailbox
from tests.people import Lumiere
from tests.story import ask_signature, live

DAY = timedelta(days=1)
RULES = [
    pytest.param(Preference.UPLOADS, marks=pytest.mark.rule("C25"), id="C25"),
    pytest.param(Preference.SIGNATURES, marks=pytest.mark.rule("C26"), id="C26"),
    pytest.param(Preference.APPROVALS, marks=pytest.mark.rule("C27"), id="C27"),
    pytest.param(Preference.CHATS, marks=pytest.mark.rule("C28"), id="C28"),
    pytest.param(Preference.PROPOSALS, marks=pytest.mark.rule("C29"), id="C29"),
    pytest.param(Preference.ORGANIZERS, marks=pytest.mark.rule("C30"), id="C30"),
    pytest.param(Preference.INVOICES, marks=pytest.mark.rule("C31"), id="C31"),
]


def told(lumiere: Lumiere, preference: Preference) -> dict[str, str]:
    """Address -> the reason why a message of this kind goes to it, or does not."""
    found = who_would_get(firm=lumiere.firm, account=lumiere.bakery, preference=preference, named=(), now=START)
    return {who.email: who.decision.reason for who in found}


def nadia_without(lumiere: Lumiere, preference: Preference) -> None:
    AccountAddress.objects.filter(pk=lumiere.nadia_at_bakery.pk).update(**{preference.value: False})


@pytest.mark.parametrize("preference", RULES)
def test_what_is_off_stops_its_own_kind_at_that_address_alone(lumiere: Lumiere, preference: Preference) -> None:
    nadia_without(lumiere, preference)
    paul = {"paul@lefevre.example": Reason.NOTIFY_ON}
    for each in Preference:
        expected = Reason.PREFERENCE_OFF if each is preference else Reason.NOTIFY_ON
        assert told(lumiere, each) == {"nadia@lefevre.example": expected, **paul}


@pytest.mark.rule("C26", "M13")
@pytest.mark.parametrize("on", [True, False])
def test_signature_requests_off_stops_the_request_and_its_reminder(lumiere: Lumiere, mailbox: Mailbox, on: bool) -> None:
    if not on:
        nadia_without(lumiere, Preference.SIGNATURES)
    action = ask_signature(lumiere, signers=[lumiere.nadia, lumiere.paul])
    for days in range(5):
        live(START + days * DAY)
    assert [len(mailbox.to(f"{name}@lefevre.example")) for name in ("nadia", "paul")] == [2 if on else 0, 2]
    notices = Notice.objects.filter(action=action, address=lumiere.nadia_address).order_by("number")
    skipped = (Verdict.SKIP, Reason.PREFERENCE_OFF)
    assert [(each.verdict, each.reason) == skipped for each in notices] == [not on, not on]


@pytest.mark.rule("C26")
def test_kind_that_is_turned_off_before_the_reminder_stops_the_reminder(lumiere: Lumiere, mailbox: Mailbox) -> None:
    ask_signature(lumiere)
    live(START)
    nadia_without(lumiere, Preference.SIGNATURES)
    for days in range(1, 5):
        live(START + days * DAY)
    assert len(mailbox.to("nadia@lefevre.example")) == 1
