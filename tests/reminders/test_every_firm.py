"""No firm has to be given its reminders: one that has just signed up has all of them."""

from datetime import timedelta

import pytest

from access.new_firm import open_firm
from actions.models import Action
from clients.models import Account
from firms.actors import Actor
from firms.models import Staff
from reminders.rules import Schedule
from reminders.services import ask, change_reminders, resend
from reminders.words import Words
from tenancy.context import firm_context
from tests.factories import START, AccountFactory, AddressFactory, ContactFactory
from tests.mail import Mailbox
from tests.people import link
from tests.story import live


@pytest.fixture
def account(db: None) -> Account:
    """Of a firm that nobody has set anything for."""
    firm = open_firm(name="Cabinet Neuf", owner_name="Inès Roux", owner_email="ines@neuf.example", now=START)
    with firm_context(firm.pk):
        first: Account = AccountFactory(firm=firm, name="Fleurs Blanc", manager=Staff.objects.get(firm=firm))
        link(first, AddressFactory(firm=firm, contact=ContactFactory(firm=firm), email="fleurs@blanc.example"))
    return first


@pytest.mark.rule("D01")
def test_firm_that_has_just_signed_up_reminds_by_hand_and_by_itself(account: Account, mailbox: Mailbox) -> None:
    with firm_context(account.firm_id):
        ines, words = account.manager, Words("Mandat", schedule=Schedule(on=True))
        assert ines is not None
        by = Actor.staff(ines)
        action = ask(account=account, kind="client_task", words=words, staff=ines, by=by, now=START)
        change_reminders(action=action, schedule=Schedule(on=True, every_days=2, at_most=2), by=by, now=START)
        resend(action=action, by=by, now=START + timedelta(hours=1))
    for day in range(10):
        live(START + timedelta(days=day, hours=1))
    assert mailbox.addresses.count("fleurs@blanc.example") == 4  # notice, repetition, two reminders
    with firm_context(account.firm_id):
        assert Action.objects.get().stop_reason == "count_reached"
