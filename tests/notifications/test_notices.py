"""The outbox's keys: what is written twice is written once."""

from datetime import timedelta

from firms.actors import Actor
from notifications.models import Notice
from reminders.services import resend
from tests.factories import START
from tests.mail import Mailbox
from tests.people import Lumiere
from tests.story import ask_signature, live


def test_whoever_resends_twice_in_a_second_sends_once(lumiere: Lumiere, mailbox: Mailbox) -> None:
    action, later = ask_signature(lumiere), START + timedelta(hours=1)
    for _ in range(2):
        resend(action=action, by=Actor.staff(lumiere.claire), now=later)
    live(later)
    assert mailbox.addresses == ["nadia@lefevre.example"] * 2  # the first notice, and one repetition


def test_each_event_has_one_key_for_each_address(lumiere: Lumiere) -> None:
    action = ask_signature(lumiere)
    live(START + timedelta(days=3))
    nadia, paul = lumiere.nadia_address.pk, lumiere.paul_address.pk
    assert sorted(Notice.objects.values_list("key", flat=True)) == sorted(
        [f"request:{action.pk}:{nadia}", f"request:{action.pk}:{paul}", f"reminder:{action.pk}:1:{nadia}", f"reminder:{action.pk}:1:{paul}"]
    )
