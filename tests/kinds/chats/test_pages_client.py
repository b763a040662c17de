"""Where a client goes on from a conversation that takes no more by a link."""

from collections.abc import Iterator
from datetime import timedelta
from urllib.parse import quote

import pytest
import time_machine
from django.template.loader import render_to_string
from django.test import Client
from django.utils import translation
from django.utils.timezone import localtime

from actions.models import Action
from clients.models import AccountAddress
from kinds.chats.models import Thread
from tests.chatting import answers, thread_in, wrote
from tests.factories import START
from tests.people import Lumiere
from tests.signing import follow_link
from ui.templatetags.ui import day_hour

REPLY = "If you would like to add something, reply to our e-mail"


@pytest.fixture(autouse=True)
def clock() -> Iterator[None]:
    with time_machine.travel(START + timedelta(hours=2), tick=False):
        yield


@pytest.fixture
def answered(lumiere: Lumiere) -> Action:
    action = wrote(lumiere)
    answers(lumiere, thread_in(action), START + timedelta(hours=1))
    return action


def way_on(client: Client, lumiere: Lumiere, action: Action, *, login: bool) -> list[bool]:
    """Whether the page leads to the sign-in page and from there to the conversation, and whether it names the e-mail."""
    AccountAddress.objects.filter(account=lumiere.bakery, address=lumiere.nadia_address).update(login=login)
    client.cookies["django_language"] = "en"
    page = follow_link(client, action, lumiere.nadia_address).get(f"/a/{action.code}/").content.decode()
    there = quote(f"/portal/messages/{Thread.objects.get().code}/", safe="")
    return [f'href="/c/{lumiere.firm.code}/?next={there}"' in page, REPLY in page]


def test_answer_by_link_leads_on_to_the_client_area_with_login(client: Client, lumiere: Lumiere, answered: Action) -> None:
    assert way_on(client, lumiere, answered, login=True) == [True, False]


def test_answer_by_link_leads_to_the_e_mail_without_login(client: Client, lumiere: Lumiere, answered: Action) -> None:
    assert way_on(client, lumiere, answered, login=False) == [False, True]


def test_no_way_on_is_offered_while_the_answer_is_awaited(client: Client, lumiere: Lumiere) -> None:
    assert way_on(client, lumiere, wrote(lumiere), login=True) == [False, False]


def test_read_mark_of_another_day_names_the_day_as_elsewhere() -> None:
    marks = {"reads": {"names": [("Nadia", START)]}, "today": START + timedelta(days=1)}
    with translation.override("en"):
        assert f"Read by Nadia, {day_hour(localtime(START))}" in render_to_string("chats/_reads.html", marks)
