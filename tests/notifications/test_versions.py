"""What has not changed since the claim need not be decided again; whatever decides about a message shows when it has."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from actions.enums import PartyRole
from actions.models import Action, ActionParty
from clients.models import Account, AccountAddress, Address, Contact
from firms.actors import Actor
from firms.models import Firm
from lib.clock import machine_now
from notifications.dispatch.claim import claim
from notifications.dispatch.claimed import Claimed
from notifications.dispatch.lease import ENOUGH, hand_over
from notifications.dispatch.ledger import Ledger
from notifications.enums import SuppressionReason
from notifications.models import Message, Notice, Suppression
from reminders.services import resend
from tests.factories import START
from tests.people import Lumiere
from tests.story import ask_signature

TODAY = START.date()


def suppress(lumiere: Lumiere) -> None:
    Suppression.objects.create(
        firm=lumiere.firm, address=lumiere.nadia_address, reason=SuppressionReason.NO_SUCH_ADDRESS, detail="", at=START
    )


def tell_again(lumiere: Lumiere) -> None:
    resend(action=Action.objects.get(), by=Actor.staff(lumiere.emma), now=START)


def name_one_more(lumiere: Lumiere) -> None:
    ActionParty.objects.create(firm=lumiere.firm, action=Action.objects.get(), contact=lumiere.paul, role=PartyRole.SIGNER)


CHANGES: dict[str, Callable[[Lumiere], object]] = {
    "the firm's hours": lambda _: Firm.objects.update(send_days=[0]),
    "the account's pause": lambda _: Account.objects.update(paused_from=TODAY, paused_until=TODAY + timedelta(days=2)),
    "the contact's archiving": lambda _: Contact.objects.update(archived_at=START),
    "the address": lambda _: Address.objects.update(unlinked_at=START, is_primary=False),
    "NOTIFY": lambda _: AccountAddress.objects.update(notify=False),
    "a link that is gone": lambda lumiere: AccountAddress.objects.filter(address=lumiere.nadia_address).delete(),
    "the request": lambda _: Action.objects.update(reminders_on=False, next_reminder_at=None),
    "who has signed": lambda _: ActionParty.objects.update(done_at=START),
    "one more who is named": name_one_more,
    "a suppression": suppress,
    "one more notice": tell_again,
    "the notice itself": lambda _: Notice.objects.update(bundle="another"),
}


@pytest.fixture
def claimed(lumiere: Lumiere) -> Claimed:
    ask_signature(lumiere)
    (claimed,) = claim(lumiere.firm.pk, START, machine_now()).claims
    return claimed


def goes_unseen(lumiere: Lumiere, claimed: Claimed, at: datetime = START) -> bool:
    now = machine_now()
    return Ledger(lumiere.firm.pk).hand_over([claimed], at, now, now + ENOUGH) == [True]


def test_what_has_not_changed_is_handed_over_at_once(lumiere: Lumiere, claimed: Claimed) -> None:
    with CaptureQueriesContext(connection) as looked:
        hand_over(Ledger(lumiere.firm.pk), claimed, START, machine_now())
    assert Message.objects.get().handed_at is not None
    assert len(looked) == 0  # nothing was read again


@pytest.mark.parametrize("change", CHANGES)
def test_whatever_decides_shows_when_it_has_changed(lumiere: Lumiere, claimed: Claimed, change: str) -> None:
    CHANGES[change](lumiere)
    assert (goes_unseen(lumiere, claimed), Message.objects.get().handed_at) == (False, None)


def test_the_look_holds_for_its_minute(lumiere: Lumiere, claimed: Claimed) -> None:
    assert not goes_unseen(lumiere, claimed, START + timedelta(minutes=1))
    assert goes_unseen(lumiere, claimed, START + timedelta(seconds=59))


def test_neither_an_old_fence_nor_a_lease_about_to_end_goes_unseen(lumiere: Lumiere, claimed: Claimed) -> None:
    now = machine_now()
    assert Ledger(lumiere.firm.pk).hand_over([claimed], START, now, now + timedelta(seconds=61)) == [False]
    Message.objects.update(fence=2)
    assert not goes_unseen(lumiere, claimed)
