"""Short words for tests of conversations: Claire writes to the bakery, Nadia answers."""

from datetime import datetime
from typing import Any

from access.doors import Visitor, Way
from access.rules import Entry
from actions.models import Action
from firms.actors import Actor
from kinds.chats.models import ChatMessage, Thread
from kinds.chats.services import start_thread, write_as_client, write_as_staff
from reminders.rules import Schedule
from tests.factories import START
from tests.people import Lumiere


def wrote(lumiere: Lumiere, *, now: datetime = START, **values: Any) -> Action:
    """Claire's first message to the bakery, to everybody with NOTIFY unless told otherwise; reminders on, after 3 days, once."""
    return start_thread(
        **{
            "account": lumiere.bakery, "staff": lumiere.claire, "by": Actor.staff(lumiere.claire), "now": now,
            "title": "Bail du magasin", "text": "Souhaitez-vous renouveler le bail ?", "schedule": Schedule(on=True), **values,
        }
    )  # fmt: skip


def thread_in(action: Action) -> Thread:
    return Thread.objects.select_related("firm", "account__firm", "action").get(code=action.topic)


def adds(lumiere: Lumiere, thread: Thread, now: datetime, text: str = "Encore une question.", **values: Any) -> ChatMessage:
    """Claire's next message."""
    return write_as_staff(
        **{
            "thread": thread, "staff": lumiere.claire, "text": text, "schedule": Schedule(on=True), "answer_needed": True,
            "by": Actor.staff(lumiere.claire), "now": now, **values,
        }
    )  # fmt: skip


def nadia_in(lumiere: Lumiere, way: Way = Way.SIGNED_IN, entry: Entry = Entry.OPEN) -> Visitor:
    return Visitor(lumiere.firm, lumiere.nadia, lumiere.nadia_address, lumiere.bakery, way, entry)


def answers(lumiere: Lumiere, thread: Thread, now: datetime, text: str = "Oui, volontiers.", way: Way = Way.SIGNED_IN) -> ChatMessage:
    return write_as_client(thread=thread, visitor=nadia_in(lumiere, way), text=text, now=now)
