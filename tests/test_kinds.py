"""The contract of every kind: asked, told, reminded, resent, settled, withdrawn, expired, with both pages in each state."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

import pytest
from django.apps import apps
from django.test import Client
from django.urls import reverse

from actions.checks import check_kinds
from actions.enums import ActionState, Stop
from actions.kinds import Kind, all_kinds, get_kind, register_kind
from actions.models import Action
from firms.actors import Actor
from notifications.models import Notice
from notifications.secrets import item_token
from reminders.rules import Schedule
from reminders.services import refuse, resend, settle_party, withdraw
from tests.approving import approval
from tests.factories import START
from tests.mail import Mailbox, html_of, text_of
from tests.people import Lumiere
from tests.signing import asked
from tests.story import live
from tests.tasking import tasked

THREE_DAYS = timedelta(days=3)
NADIA = "nadia@lefevre.example"


@dataclass(frozen=True)
class Case:
    """How a kind is asked of Nadia for the bakery, reminders on, expiring after 20 November."""

    ask: Callable[[Lumiere], Action]


def ask_for_signature(lumiere: Lumiere) -> Action:
    return asked(lumiere, schedule=Schedule(on=True, at_most=2), expires_on=date(2026, 11, 20))


def ask_for_tasks(lumiere: Lumiere) -> Action:
    return tasked(lumiere, schedule=Schedule(on=True, at_most=2), expires_on=date(2026, 11, 20))


def ask_for_approval(lumiere: Lumiere) -> Action:
    return approval(lumiere, schedule=Schedule(on=True, at_most=2), expires_on=date(2026, 11, 20))


CASES = {"signature": Case(ask_for_signature), "approval": Case(ask_for_approval), "client_task": Case(ask_for_tasks)}


def finish(action: Action, lumiere: Lumiere) -> None:
    settle_party(action=action, contact=lumiere.nadia, by=Actor.system(), now=START + timedelta(days=1))


def decline(action: Action, lumiere: Lumiere) -> None:
    refuse(action=action, by=Actor.system(), now=START + timedelta(days=1), reason="Non")


def take_back(action: Action, lumiere: Lumiere) -> None:
    withdraw(action=action, by=Actor.staff(lumiere.claire), now=START + timedelta(days=1))


def let_expire(action: Action, lumiere: Lumiere) -> None:
    live(START + timedelta(days=19))


ENDS = {
    "done": (finish, ActionState.DONE, Stop.DONE),
    "refused": (decline, ActionState.DONE, Stop.REFUSED),
    "withdrawn": (take_back, ActionState.WITHDRAWN, Stop.WITHDRAWN),
    "expired": (let_expire, ActionState.EXPIRED, Stop.EXPIRED),
}


@pytest.fixture(params=[kind.key for kind in all_kinds()])
def action(request: pytest.FixtureRequest, lumiere: Lumiere, mailbox: Mailbox) -> Action:
    return CASES[request.param].ask(lumiere)


def client_page(action: Action) -> tuple[int, str]:
    """The item's page as Nadia's link opens it."""
    client = Client()
    notice = Notice.objects.filter(action=action, email=NADIA, link_digest__isnull=False).earliest("id")
    response = client.get(f"/l/{item_token(action.firm_id, notice.key)}/", follow=True)
    return response.status_code, response.content.decode()


def staff_page(action: Action, lumiere: Lumiere) -> tuple[int, str]:
    client = Client()
    client.force_login(lumiere.claire.user)
    response = client.get(reverse("action_show", args=[action.code]))
    return response.status_code, response.content.decode()


def test_every_kind_has_its_case() -> None:
    assert {kind.key for kind in all_kinds()} == set(CASES)


def test_every_app_below_kinds_registers_one_kind() -> None:
    assert check_kinds(None) == []
    assert len(all_kinds()) == len([app for app in apps.get_app_configs() if app.name.startswith("kinds.")])


def test_two_kinds_of_one_name_are_refused() -> None:
    taken = get_kind("signature")
    other = Kind(**{field: getattr(taken, field) for field in taken.__slots__})
    with pytest.raises(ValueError, match="Two kinds are called 'signature'"):
        register_kind(other)
    assert get_kind("signature") is taken


@pytest.mark.rule("A02")
def test_asking_tells_and_both_pages_open(action: Action, lumiere: Lumiere, mailbox: Mailbox) -> None:
    live(START)
    assert mailbox.addresses == [NADIA]
    assert [status for status, _ in (client_page(action), staff_page(action, lumiere))] == [200, 200]


@pytest.mark.rule("A03", "D05")
def test_it_is_reminded_of_and_can_be_resent(action: Action, lumiere: Lumiere, mailbox: Mailbox) -> None:
    live(START)
    live(START + THREE_DAYS)
    resend(action=action, by=Actor.staff(lumiere.claire), now=START + THREE_DAYS + timedelta(hours=1))
    live(START + THREE_DAYS + timedelta(hours=1))
    assert [message["References"] is not None for message in mailbox.to(NADIA)] == [False, True, True]


@pytest.mark.rule("D13")
def test_reminders_can_be_switched_on_in_the_form_that_asks(action: Action, lumiere: Lumiere) -> None:
    client = Client()
    client.force_login(lumiere.claire.user)
    page = client.get(reverse("ask_new", args=[action.kind]), {"account": lumiere.bakery.code}).content.decode()
    assert page.count('name="on"') == 1


@pytest.mark.parametrize("end", ENDS)
def test_every_end_stops_the_reminders_and_both_pages_still_open(action: Action, lumiere: Lumiere, mailbox: Mailbox, end: str) -> None:
    bring_about, state, stop = ENDS[end]
    live(START)
    told = len(mailbox.accepted)
    bring_about(action, lumiere)
    ended = Action.objects.get(pk=action.pk)
    wanted = get_kind(action.kind).done if stop == Stop.DONE else stop
    assert (ended.state, ended.stop_reason, ended.next_reminder_at) == (state, wanted, None)
    told = len(mailbox.accepted)
    live(START + timedelta(days=21))
    assert len(mailbox.accepted) == told
    assert [status for status, _ in (client_page(action), staff_page(action, lumiere))] == [200, 200]


@pytest.mark.parametrize("language", ["en", "fr"])
def test_its_emails_hold_their_link_in_both_parts(action: Action, lumiere: Lumiere, mailbox: Mailbox, language: str) -> None:
    Notice.objects.filter(action=action).update(values=values_in(action, language))
    live(START)
    (message,) = mailbox.to(NADIA)
    notice = Notice.objects.get(action=action, email=NADIA)
    link = f"/l/{item_token(action.firm_id, notice.key)}/"
    assert [link in part for part in (text_of(message), html_of(message))] == [True, True]
    assert ("Bonjour Nadia" in text_of(message), "Hello Nadia" in text_of(message)) == (language == "fr", language == "en")


def values_in(action: Action, language: str) -> dict[str, str]:
    return {**Notice.objects.get(action=action, email=NADIA).values, "language": language}
