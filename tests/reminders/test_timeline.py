"""The history of an action, as staff read it."""

from datetime import timedelta

from actions.models import Action
from clients.models import AccountAddress
from firms.actors import Actor
from notifications.gathering import WINDOW, gather_about
from notifications.queries import why_log
from reminders.explaining.timeline import history
from reminders.services import resend_many, withdraw
from templates_email.enums import EmailEvent
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


def said_of(lumiere: Lumiere, action: Action) -> list[tuple[str, str, str]]:
    """State, what and why of each line about Nadia, newest first."""
    entries = history(why_log(lumiere.firm, action), [], contact_id=lumiere.nadia.pk)
    return [(str(entry.mark.word), entry.what, entry.why) for entry in entries]


def test_messages_that_wait_for_more_say_so_and_then_what_went(lumiere: Lumiere, mailbox: Mailbox) -> None:
    action = ask_signature(lumiere)
    live(START)
    for number in range(2):
        row = {"SAID": f"Message {number}", "SAID_BY": "Claire Moreau"}
        gather_about(action=action, event=EmailEvent.CHAT_MESSAGE, stream="chat:7", rows=[row], now=START + timedelta(minutes=number))
    waits = "Waits some minutes, to go out with what is added until then."
    assert said_of(lumiere, action)[0] == ("Held", "2 messages", waits)
    live(START + WINDOW)
    assert said_of(lumiere, action)[0] == ("Sent", "2 messages", "Named in the request, and NOTIFY is on.")


def test_what_went_in_one_e_mail_with_others_says_so(lumiere: Lumiere, mailbox: Mailbox) -> None:
    first, second, third = (ask_signature(lumiere, title=title) for title in ("Bail", "Bilan", "Statuts"))
    live(START)
    day = START + timedelta(days=1)
    resend_many(actions=[first, second, third], by=Actor.staff(lumiere.claire), now=day)
    withdraw(action=third, by=Actor.system(), now=day)
    live(day)
    told = ("Sent", "Request, once more, in one e-mail with others,", "Named in the request, and NOTIFY is on.")
    assert [said_of(lumiere, action)[0] for action in (first, second)] == [told, told]
    assert said_of(lumiere, third)[0] == ("Skipped", "Request, once more,", "Not sent: The request was closed before.")
    resend_many(actions=[first], by=Actor.staff(lumiere.claire), now=day + timedelta(days=1))
    live(day + timedelta(days=1))
    assert said_of(lumiere, first)[0][:2] == ("Sent", "Request, once more,")
