"""Why no reminder comes any more stands on the page of the request, for each stop."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine

from actions.models import Action
from firms.actors import Actor
from kinds.chats.keeping import archive_thread
from reminders.rules import Schedule
from reminders.services import change_reminders, expire, refuse, settle, settle_party, withdraw
from tenancy.context import firm_context
from tests.approving import approval
from tests.chatting import answers, thread_in, wrote
from tests.factories import START
from tests.people import Lumiere, Peeters
from tests.signing import asked, signed_in
from tests.story import live

Firms = tuple[Lumiere, Peeters]
DAY = timedelta(days=1)
SYSTEM = Actor.system()
LATER = START + timedelta(hours=1)
ONCE = Schedule(True, 1, 1)
OPEN, CLOSED = "No reminder goes out. {}", "{} Nobody is reminded any more."

type Asked = Callable[[Lumiere], Action]
type Act = Callable[[Lumiere, Action], object]


def chat(lumiere: Lumiere) -> Action:
    with firm_context(lumiere.firm.pk):
        return wrote(lumiere, schedule=ONCE)


def signature(lumiere: Lumiere) -> Action:
    return asked(lumiere, schedule=ONCE)


def to_approve(lumiere: Lumiere) -> Action:
    return approval(lumiere, schedule=ONCE)


def nothing(lumiere: Lumiere, action: Action) -> None:
    """Time passes."""


def switch_off(lumiere: Lumiere, action: Action) -> None:
    change_reminders(action=action, schedule=Schedule(False, 1, 1), by=SYSTEM, now=LATER)


STOPS: list[tuple[str, Asked, Act, str]] = [
    ("D19", chat, nothing, OPEN.format("All reminders have been sent.")),
    ("D20", chat, lambda firm, action: answers(firm, thread_in(action), LATER), CLOSED.format("The client has answered.")),
    ("D21", chat, lambda _, action: archive_thread(thread=thread_in(action), by=SYSTEM, now=LATER), "The conversation was archived."),
    ("D22", chat, switch_off, OPEN.format("Reminders are switched off.")),
    ("D27", signature, nothing, OPEN.format("All reminders have been sent.")),
    (
        "D28", signature, lambda firm, action: settle_party(action=action, contact=firm.nadia, by=SYSTEM, now=LATER),
        CLOSED.format("The client has signed."),
    ),
    ("D30", to_approve, nothing, OPEN.format("All reminders have been sent.")),
    ("D31", to_approve, lambda _, action: settle(action=action, by=SYSTEM, now=LATER), CLOSED.format("The client has approved.")),
    (
        "M20", to_approve, lambda _, action: refuse(action=action, by=SYSTEM, now=LATER, reason="Non."),
        CLOSED.format("The client declined."),
    ),
    ("X01", signature, lambda _, action: withdraw(action=action, by=SYSTEM, now=LATER), CLOSED.format("The request was withdrawn.")),
    ("X01", signature, lambda _, action: expire(action=action, now=LATER), CLOSED.format("The request expired.")),
]  # fmt: skip


@pytest.mark.rule("D19", "D20", "D21", "D22", "D27", "D28", "D30", "D31", "M20", "X01")
@pytest.mark.parametrize(("asks", "act", "said"), [pytest.param(asks, act, said, id=f"{rule} {said}") for rule, asks, act, said in STOPS])
def test_page_says_why_nobody_is_reminded_any_more(two_firms: Firms, asks: Asked, act: Act, said: str) -> None:
    lumiere, _ = two_firms
    with time_machine.travel(START, tick=False) as clock:
        action = asks(lumiere)
        live(START)
        with firm_context(lumiere.firm.pk):
            act(lumiere, Action.objects.get(pk=action.pk))
        for days in (1, 2, 3):
            live(START + days * DAY)
        clock.move_to(START + 3 * DAY)
        page = signed_in(lumiere.claire).get(f"/requests/{action.code}/", follow=True)
    assert said in " ".join(page.content.decode().split())
