"""The history of an action, as staff read it."""

from clients.models import AccountAddress
from notifications.queries import why_log
from reminders.timeline import history
from tests.factories import START, AddressFactory
from tests.mail import Mailbox
from tests.people import Lumiere
from tests.story import ask_signature, live


def names(lumiere: Lumiere) -> list[tuple[str, tuple[str, ...]]]:
    action = ask_signature(lumiere)
    live(START)
    return [(str(entry.mark.word), entry.names) for entry in history(why_log(lumiere.firm, action), [])]


def test_one_address_is_meant_by_the_name(lumiere: Lumiere, mailbox: Mailbox) -> None:
    assert names(lumiere) == [("Sent", ("Nadia Lefèvre",)), ("Skipped", ("Paul Lefèvre",))]


def test_of_several_addresses_each_is_named(lumiere: Lumiere, mailbox: Mailbox) -> None:
    other = AddressFactory(firm=lumiere.firm, contact=lumiere.nadia, email="n.lefevre@home.example")
    AccountAddress.objects.create(firm=lumiere.firm, account=lumiere.bakery, address=other)
    assert sorted(names(lumiere)) == [
        ("Sent", ("Nadia Lefèvre (nadia@lefevre.example)",)),
        ("Skipped", ("Nadia Lefèvre (n.lefevre@home.example)",)),
        ("Skipped", ("Paul Lefèvre",)),
    ]
