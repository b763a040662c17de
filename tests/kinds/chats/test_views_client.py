"""Conversations as clients see them: by an e-mailed link, and in the portal."""

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from actions.models import Action
from actions.stops import Stop
from clients.models import AccountAddress
from firms.actors import Actor
from kinds.chats.keeping import archive_thread
from kinds.chats.models import ChatMessage, MessageFile, ReadMark, Thread
from kinds.client_tasks.rules import NewTask
from kinds.client_tasks.services import request_tasks
from notifications.models import Notice
from notifications.secrets import item_url
from reminders.words import Words
from tests.chatting import adds, answers, thread_in, wrote
from tests.factories import START
from tests.people import Lumiere
from tests.signing import make_client_user, pdf_upload, signed_in

HOUR = timedelta(hours=1)
HTMX = {"HX-Request": "true"}


@pytest.fixture(autouse=True)
def clock() -> Iterator[None]:
    with time_machine.travel(START + 2 * HOUR, tick=False):
        yield


@pytest.fixture
def nadia(lumiere: Lumiere) -> Client:
    return signed_in(make_client_user(lumiere.firm, lumiere.nadia_address))


def follow(action: Action, lumiere: Lumiere) -> Client:
    """A browser that has opened the link of Nadia's e-mail, reading English."""
    notice = Notice.objects.get(action=action, address=lumiere.nadia_address)
    browser = Client()
    browser.cookies["django_language"] = "en"
    browser.get("/l/" + item_url(action.firm_id, notice.key).rpartition("/l/")[2])
    return browser


def shown(browser: Client, path: str) -> str:
    answer = browser.get(path)
    assert answer.status_code == 200
    return answer.content.decode()


# --- By link -----------------------------------------------------------------------------------------------------------


@pytest.mark.rule("D20", "M18")
def test_answer_by_link_settles_and_is_shown_as_by_link(lumiere: Lumiere) -> None:
    action = wrote(lumiere)
    browser = follow(action, lumiere)
    assert 'id="composer"' in shown(browser, f"/a/{action.code}/")
    assert browser.post(f"/a/{action.code}/chat/write/", {"text": "Oui, volontiers."}).status_code == 302
    page = shown(browser, f"/a/{action.code}/")
    assert ["Your answer has arrived" in page, "Oui, volontiers." in page, 'id="composer"' in page] == [True, True, False]
    assert (Action.objects.get().stop_reason, ChatMessage.objects.latest("pk").by_link) == (Stop.ANSWERED, True)
    assert "by link" in signed_in(lumiere.claire).get(f"/messages/{action.topic}/").content.decode()


def test_link_of_what_is_answered_reads_only_and_no_further(lumiere: Lumiere) -> None:
    action = wrote(lumiere)
    browser = follow(action, lumiere)
    answers(lumiere, thread_in(action), START + HOUR)
    later = adds(lumiere, thread_in(action), START + HOUR + timedelta(seconds=1), "Rien que pour la suite.")
    assert "Rien que pour la suite." not in shown(browser, f"/a/{action.code}/")
    answer = browser.post(f"/a/{action.code}/chat/write/", {"text": "Encore"}, headers=HTMX)
    assert (answer.status_code, "answered or closed in the meantime" in answer.content.decode()) == (422, True)
    assert browser.get(f"/a/{action.code}/chat/since/?after={later.code}").status_code == 404
    assert ChatMessage.objects.count() == 3


@pytest.mark.rule("X05")
def test_scanner_that_posts_every_form_as_it_stands_changes_nothing(lumiere: Lumiere) -> None:
    action = wrote(lumiere)
    browser = follow(action, lumiere)
    before = list(ReadMark.objects.values_list())
    shown(browser, f"/a/{action.code}/")
    browser.post(f"/a/{action.code}/chat/write/", {"text": "", "after": ChatMessage.objects.get().code})
    browser.post(f"/a/{action.code}/chat/read/", {"up_to": "", "seen": ""})
    browser.post(f"/a/{action.code}/chat/read/", {"up_to": ChatMessage.objects.get().code, "seen": ""})
    assert (ChatMessage.objects.count(), list(ReadMark.objects.values_list()), Action.objects.get().is_open) == (1, before, True)


def test_reading_by_link_is_marked_by_the_page_s_script_alone(lumiere: Lumiere) -> None:
    action = wrote(lumiere)
    browser = follow(action, lumiere)
    code = ChatMessage.objects.get().code
    shown(browser, f"/a/{action.code}/")
    assert not ReadMark.objects.filter(contact=lumiere.nadia).exists()
    browser.post(f"/a/{action.code}/chat/read/", {"up_to": code, "seen": code[::-1]})
    assert ReadMark.objects.get(contact=lumiere.nadia).up_to.code == code


def test_link_opens_no_other_thread_and_no_page_of_the_portal(lumiere: Lumiere) -> None:
    action, other = wrote(lumiere), wrote(lumiere, title="Autre")
    browser = follow(action, lumiere)
    there = thread_in(other).last_message
    assert there is not None
    assert browser.get(f"/portal/messages/{other.topic}/").status_code == 302
    assert browser.get(f"/a/{action.code}/chat/since/?after={there.code}").status_code == 404
    assert browser.post(f"/a/{other.code}/chat/write/", {"text": "Oui"}).status_code == 404


def test_what_else_was_asked_stands_in_the_portal_s_stream_and_not_behind_the_link(nadia: Client, lumiere: Lumiere) -> None:
    action = wrote(lumiere)
    for account, title, topic in ((lumiere.bakery, "Compter le stock", action.topic), (lumiere.tilleuls, "Ailleurs", "")):
        request_tasks(
            account=account, people=[], words=Words(title, topic=topic), tasks=[NewTask("Compter")], staff=lumiere.claire,
            by=Actor.staff(lumiere.claire), now=START + HOUR,
        )  # fmt: skip
    Action.objects.filter(title="Ailleurs").update(topic=action.topic)  # which nobody writes: the page would not show it
    adds(lumiere, thread_in(action), START + HOUR)
    page = shown(nadia, f"/portal/messages/{action.topic}/")
    assert ["Compter le stock" in page, "Ailleurs" in page] == [True, False]
    assert "Compter le stock" not in shown(follow(action, lumiere), f"/a/{action.code}/")


def test_what_asks_nothing_can_be_read_by_its_link(lumiere: Lumiere) -> None:
    action = wrote(lumiere)
    answers(lumiere, thread_in(action), START)
    adds(lumiere, thread_in(action), START + HOUR, "Merci !", answer_needed=False)
    told = thread_in(action).action
    assert told is not None
    page = shown(follow(told, lumiere), f"/a/{told.code}/")
    assert ["Merci !" in page, "No answer is needed." in page, 'id="composer"' in page] == [True, True, False]


def test_file_by_link_is_a_download_until_the_firm_makes_it_private(lumiere: Lumiere) -> None:
    action = wrote(lumiere, uploads=[pdf_upload("bail.pdf")])
    browser, file = follow(action, lumiere), MessageFile.objects.get().file
    path = f"/a/{action.code}/chat/files/{file.code}/"
    assert path in shown(browser, f"/a/{action.code}/")
    assert browser.get(path)["Content-Disposition"].startswith("attachment;")
    file.area = "private"
    file.save()
    assert (browser.get(path).status_code, "bail.pdf" in shown(browser, f"/a/{action.code}/")) == (404, False)


def test_archived_conversation_is_read_only_and_says_so(lumiere: Lumiere) -> None:
    action = wrote(lumiere)
    browser = follow(action, lumiere)
    archive_thread(thread=thread_in(action), by=Actor.staff(lumiere.claire), now=START + HOUR)
    page = shown(browser, f"/a/{action.code}/")
    assert ["Cabinet Lumière closed this conversation" in page, 'id="composer"' in page] == [True, False]


# --- In the portal -----------------------------------------------------------------------------------------------------


def test_item_of_whoever_is_signed_in_leads_to_the_portal_s_page(nadia: Client, lumiere: Lumiere) -> None:
    action = wrote(lumiere)
    answer = nadia.get(f"/a/{action.code}/")
    assert (answer.status_code, answer["Location"]) == (302, f"/portal/messages/{action.topic}/")
    page = shown(nadia, answer["Location"])
    assert [item.title for item in nadia.get("/portal/").context["nav"]].count("Messages") == 1
    assert ["Souhaitez-vous renouveler" in page, 'id="composer"' in page] == [True, True]


def test_whoever_has_no_portal_there_stays_at_the_item(lumiere: Lumiere) -> None:
    action = wrote(lumiere)
    user = make_client_user(lumiere.firm, lumiere.nadia_address)
    AccountAddress.objects.filter(pk=lumiere.nadia_at_bakery.pk).update(login=False)
    browser = signed_in(user)
    notice = Notice.objects.get(action=action, address=lumiere.nadia_address)
    browser.get("/l/" + item_url(action.firm_id, notice.key).rpartition("/l/")[2])
    assert 'id="composer"' in shown(browser, f"/a/{action.code}/")


def test_client_writes_as_often_as_they_like_until_it_is_archived(nadia: Client, lumiere: Lumiere) -> None:
    action = wrote(lumiere)
    path = f"/portal/messages/{action.topic}/"
    for text in ("Oui.", "Et merci."):
        assert nadia.post(f"{path}write/", {"text": text}).status_code == 302
    assert [message.text for message in ChatMessage.objects.order_by("pk")][1:] == ["Oui.", "Et merci."]
    archive_thread(thread=thread_in(action), by=Actor.staff(lumiere.claire), now=START + HOUR)
    answer = nadia.post(f"{path}write/", {"text": "Trop tard"}, headers=HTMX)
    assert (answer.status_code, "closed in the meantime" in answer.content.decode()) == (422, True)
    assert 'id="composer"' not in shown(nadia, path)


def test_client_sees_the_firm_s_lines_without_reloading(nadia: Client, lumiere: Lumiere) -> None:
    action = wrote(lumiere)
    first = ChatMessage.objects.get()
    asked = f"/portal/messages/{action.topic}/since/?after={first.code}"
    assert nadia.get(asked).status_code == 204
    adds(lumiere, thread_in(action), START + HOUR, "Le bailleur attend.")
    assert "Le bailleur attend." in shown(nadia, asked)


def test_new_messages_are_counted_in_the_menu_until_they_are_read(nadia: Client, lumiere: Lumiere) -> None:
    action = wrote(lumiere)
    assert badges_of(nadia) == ["1"]
    code = ChatMessage.objects.get().code
    nadia.post(f"/portal/messages/{action.topic}/read/", {"up_to": code, "seen": code[::-1]})
    assert badges_of(nadia) == [""]


def badges_of(browser: Client) -> list[str]:
    return [item.badge for item in browser.get("/portal/").context["nav"] if item.title == "Messages"]


def test_first_message_of_their_own_opens_a_conversation(nadia: Client, lumiere: Lumiere) -> None:
    assert "No messages yet" in shown(nadia, "/portal/messages/")
    form = {"title": "Une question", "text": "Bonjour <b>", "uploads": [pdf_upload("bail.pdf")]}
    answer = nadia.post("/portal/messages/new/", form)
    thread = Thread.objects.get()
    assert (answer["Location"], thread.action, MessageFile.objects.get().file.area) == (f"/portal/messages/{thread.code}/", None, "client")
    assert "Bonjour &lt;b&gt;" in shown(nadia, answer["Location"])
    wrong = nadia.post("/portal/messages/new/", {"title": "", "text": "Gardé"})
    assert (wrong.status_code, "Gardé" in wrong.content.decode()) == (422, True)


def test_first_message_that_comes_twice_opens_one_conversation(nadia: Client, lumiere: Lumiere) -> None:
    (once,) = re.findall(r'name="once" value="(\w+)"', shown(nadia, "/portal/messages/new/"))
    answers = [nadia.post("/portal/messages/new/", {"title": "Bail", "text": "Bonjour.", "once": once}) for _ in range(2)]
    assert [answer["Location"] for answer in answers] == [f"/portal/messages/{Thread.objects.get().code}/"] * 2


def test_conversations_of_another_account_are_not_there(nadia: Client, lumiere: Lumiere) -> None:
    action = wrote(lumiere, account=lumiere.tilleuls)
    for path in ("", "since/?after=A", "earlier/?before=A"):
        assert nadia.get(f"/portal/messages/{action.topic}/{path}").status_code == 404
    assert nadia.post(f"/portal/messages/{action.topic}/write/", {"text": "Oui"}).status_code == 404
    nadia.post(f"/portal/account/{lumiere.tilleuls.code}/")
    assert nadia.get(f"/portal/messages/{action.topic}/").status_code == 200


@pytest.mark.parametrize("rows", [1, 3])
def test_list_costs_the_same_however_many(
    nadia: Client, lumiere: Lumiere, rows: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(rows):
        wrote(lumiere, title=f"Bail {number}")
    with django_assert_num_queries(9):
        assert len(nadia.get("/portal/messages/").context["rows"]) == rows


def test_thread_of_2000_messages_costs_the_client_under_twelve_queries(
    nadia: Client, lumiere: Lumiere, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    action = wrote(lumiere)
    thread = thread_in(action)
    rows = (ChatMessage(firm=lumiere.firm, thread=thread, text="x", written_at=START, contact=lumiere.nadia, name="N") for _ in range(2000))
    ChatMessage.objects.bulk_create(rows)
    with django_assert_num_queries(11):
        assert shown(nadia, f"/portal/messages/{action.topic}/").count("data-line=") == 50


# --- Preview -----------------------------------------------------------------------------------------------------------


def test_preview_reads_and_does_nothing(lumiere: Lumiere) -> None:
    action = wrote(lumiere)
    code = ChatMessage.objects.get().code
    AccountAddress.objects.filter(pk=lumiere.nadia_at_bakery.pk).update(login=True)
    claire = signed_in(lumiere.claire)
    claire.post(f"/accounts/{lumiere.bakery.code}/addresses/{lumiere.nadia_address.code}/preview/")
    path = f"/portal/messages/{action.topic}/"
    page = shown(claire, path)
    assert ["Souhaitez-vous renouveler" in page, 'id="seen"' in page] == [True, False]
    assert claire.get(f"/a/{action.code}/")["Location"] == path
    for what, posted in (("write", {"text": "Oui"}), ("read", {"up_to": code, "seen": code[::-1]})):
        assert claire.post(f"{path}{what}/", posted).status_code == 403
    assert claire.post("/portal/messages/new/", {"title": "T", "text": "Oui"}).status_code == 403
    assert (ChatMessage.objects.count(), ReadMark.objects.filter(contact=lumiere.nadia).exists()) == (1, False)
