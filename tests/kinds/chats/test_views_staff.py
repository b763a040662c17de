"""Conversations as staff see them and write in them."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from access.doors import Way
from actions.models import Action
from clients.models import AccountContact
from firms.actors import Actor
from firms.enums import Right
from kinds.chats.keeping import archive_thread
from kinds.chats.models import ChatMessage, MessageFile, ReadMark, Thread, ThreadStaff
from kinds.client_tasks.rules import NewTask
from kinds.client_tasks.services import request_tasks
from reminders.rules import Schedule
from reminders.words import Words
from tests.chatting import adds, answers, thread_in, wrote
from tests.factories import START
from tests.people import Lumiere
from tests.signing import pdf_upload, signed_in

HOUR = timedelta(hours=1)
SAY = {"text": "Et pour le loyer ?", "every_days": "3", "at_most": "1"}
HTMX = {"HX-Request": "true"}


@pytest.fixture(autouse=True)
def clock() -> Iterator[None]:
    with time_machine.travel(START + 2 * HOUR, tick=False):
        yield


@pytest.fixture
def claire(lumiere: Lumiere) -> Client:
    return signed_in(lumiere.claire)


@pytest.fixture
def thread(lumiere: Lumiere) -> Thread:
    """Claire has asked, Nadia has answered."""
    thread = thread_in(wrote(lumiere))
    answers(lumiere, thread, START + HOUR, way=Way.BY_LINK)
    return thread_in(wrote_action(thread))


def wrote_action(thread: Thread) -> Action:
    action: Action | None = thread.action
    assert action is not None
    return action


def page_of(browser: Client, thread: Thread, more: str = "") -> str:
    return browser.get(f"/messages/{thread.code}/{more}").content.decode()


def many(thread: Thread, lumiere: Lumiere, count: int) -> list[ChatMessage]:
    rows = [
        ChatMessage(
            firm=lumiere.firm, thread=thread, text=f"Message {n}", written_at=START + timedelta(seconds=n), contact=lumiere.nadia, name="N"
        )
        for n in range(count)
    ]  # fmt: skip
    return ChatMessage.objects.bulk_create(rows)


# --- The page ----------------------------------------------------------------------------------------------------------


def test_page_names_who_wrote_says_by_link_and_the_hours_zone(claire: Client, thread: Thread) -> None:
    page = page_of(claire, thread)
    assert ["Claire Moreau" in page, "by link" in page, "hours of Paris" in page, "11:00" in page] == [True] * 4
    assert page.count("chat-bubble") == 2


def test_markup_and_formulas_are_plain_text(claire: Client, lumiere: Lumiere, thread: Thread) -> None:
    answers(lumiere, thread, START + HOUR, "=cmd|' /C calc'!A0\n<img src=x onerror=alert(1)>")
    page = page_of(claire, thread)
    assert ("<img src=x" in page, "=cmd|&#x27; /C calc&#x27;!A0<br>&lt;img src=x" in page) == (False, True)


def test_thread_of_2000_messages_shows_the_last_fifty_under_twelve_queries(
    claire: Client, lumiere: Lumiere, thread: Thread, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    page_of(claire, thread)
    with django_assert_num_queries(13) as few:
        page_of(claire, thread)
    rows = many(thread, lumiere, 2000)
    with django_assert_num_queries(13) as lots:
        page = page_of(claire, thread)
    assert (page.count("data-line="), f'data-line="{rows[-1].code}"' in page) == (50, True)
    assert [sum(not q["sql"].startswith(("SAVEPOINT", "RELEASE", "SELECT set_config")) for q in each) for each in (few, lots)] == [11, 11]


def test_earlier_messages_are_asked_for_and_can_be_linked_to(claire: Client, lumiere: Lumiere, thread: Thread) -> None:
    rows = many(thread, lumiere, 70)
    part = page_of(claire, thread, f"earlier/?before={rows[20].code}")
    assert [part.count("data-line="), rows[19].code in part, rows[20].code in part] == [22, True, False]
    page = page_of(claire, thread, f"?before={rows[20].code}")
    assert [page.count("data-line="), "Back to the newest" in page, 'id="newer"' in page] == [22, True, False]


def test_days_stand_between_the_messages(claire: Client, lumiere: Lumiere, thread: Thread) -> None:
    adds(lumiere, thread, START + timedelta(days=1))
    page = page_of(claire, thread)
    assert (page.count("chat-day"), "Tuesday 3 November 2026" in page) == (2, True)


def test_what_else_was_asked_here_stands_in_the_stream(claire: Client, lumiere: Lumiere, thread: Thread) -> None:
    request_tasks(
        account=lumiere.bakery, people=[], words=Words("Compter le stock", topic=thread.code), tasks=[NewTask("Compter")],
        staff=lumiere.claire, by=Actor.staff(lumiere.claire), now=START + HOUR,
    )  # fmt: skip
    page = page_of(claire, thread)
    assert ["chat-asked" in page, "Compter le stock" in page] == [True, True]
    assert f"/requests/new/client_task/?account={lumiere.bakery.code}&amp;topic={thread.code}" in page


@pytest.mark.rule("D17")
def test_reminders_are_switched_from_the_thread(claire: Client, lumiere: Lumiere) -> None:
    action = wrote(lumiere, schedule=Schedule())
    side = page_of(claire, thread_in(action), "side/")
    assert side.count('name="on"') == 1
    claire.post(f"/requests/{action.code}/reminders/", {"on": "on", "every_days": "2", "at_most": "1"})
    assert Action.objects.get().next_reminder_at == START + timedelta(days=2)


# --- Writing -----------------------------------------------------------------------------------------------------------


@pytest.mark.rule("D16")
def test_reminders_are_switched_on_when_a_message_is_sent(claire: Client, thread: Thread) -> None:
    assert page_of(claire, thread).count('name="on"') == 1
    assert claire.post(f"/messages/{thread.code}/write/", {**SAY, "on": "on"}).status_code == 302
    latest = thread_in(wrote_action(thread)).action
    assert latest and (latest.is_open, latest.next_reminder_at) == (True, START + 2 * HOUR + timedelta(days=3))


def test_with_htmx_the_answer_holds_what_is_new_and_an_empty_composer(claire: Client, lumiere: Lumiere, thread: Thread) -> None:
    last = ChatMessage.objects.latest("pk")
    answers(lumiere, thread, START + HOUR, "Et encore ceci.")
    answer = claire.post(f"/messages/{thread.code}/write/", {**SAY, "after": last.code}, headers=HTMX).content.decode()
    assert [answer.count("data-line="), "Et encore ceci." in answer, "Et pour le loyer ?" in answer] == [2, True, True]
    assert ['id="newer"' in answer, answer.count('hx-swap-oob="true"')] == [True, 3]


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"text": " "}, "Please write something first."),
        ({"text": "x" * 2001}, "at most 2000"),
        ({"uploads": ("plan.svg", b"<svg/>")}, "SVG drawing"),
        ({"uploads": ("leer.pdf", b"")}, "is empty"),
        ({"uploads": ("bilan.pdf", b"<html><script>1</script></html>")}, "web page"),
    ],
)
def test_what_is_wrong_is_said_beside_the_composer_which_keeps_all(
    claire: Client, thread: Thread, fields: dict[str, object], said: str
) -> None:  # fmt: skip
    def body() -> dict[str, object]:
        return {**SAY, **{name: SimpleUploadedFile(*value) if isinstance(value, tuple) else value for name, value in fields.items()}}

    answer = claire.post(f"/messages/{thread.code}/write/", body(), headers=HTMX)
    assert (answer.status_code, answer["HX-Retarget"], said in answer.content.decode()) == (422, "#composer-errors", True)
    assert (ChatMessage.objects.count(), MessageFile.objects.count()) == (2, 0)
    page = claire.post(f"/messages/{thread.code}/write/", body())
    assert (page.status_code, said in page.content.decode()) == (422, True)


def test_files_go_along_and_are_the_account_s_documents(claire: Client, thread: Thread) -> None:
    claire.post(f"/messages/{thread.code}/write/", {**SAY, "uploads": [pdf_upload('b"ail.pdf'), pdf_upload("plan.pdf")]})
    files = [attached.file for attached in MessageFile.objects.select_related("file__folder")]
    assert [(file.area, file.folder and file.folder.name) for file in files] == [("firm", "Messages")] * 2
    answer = claire.get(f"/messages/{thread.code}/files/{files[0].code}/")
    assert answer["Content-Disposition"].startswith("attachment;")
    files[0].trashed_at, files[0].trashed_by = START, "Claire Moreau"
    files[0].save()
    assert claire.get(f"/messages/{thread.code}/files/{files[0].code}/").status_code == 404
    assert "plan.pdf" in page_of(claire, thread)


def test_message_to_an_archived_account_is_kept_and_the_reason_said(claire: Client, lumiere: Lumiere, thread: Thread) -> None:
    lumiere.bakery.archived_at = START
    lumiere.bakery.save()
    answer = claire.post(f"/messages/{thread.code}/write/", SAY)
    assert ["is archived: nothing can be asked of it" in answer.content.decode(), SAY["text"] in answer.content.decode()] == [True, True]


# --- What is new -------------------------------------------------------------------------------------------------------


def test_polling_answers_nothing_until_something_is_new(claire: Client, lumiere: Lumiere, thread: Thread) -> None:
    last = ChatMessage.objects.latest("pk")
    seen = claire.get(f"/messages/{thread.code}/").context["reads"].stamp
    asked = f"since/?after={last.code}&seen={seen}"
    assert claire.get(f"/messages/{thread.code}/{asked}").status_code == 204
    answers(lumiere, thread, START + HOUR, "Encore une chose.")
    part = page_of(claire, thread, asked)
    assert (part.count("data-line="), "Encore une chose." in part) == (1, True)


def test_polling_says_who_has_read_on(claire: Client, lumiere: Lumiere, thread: Thread) -> None:
    message = adds(lumiere, thread, START + HOUR)
    page = claire.get(f"/messages/{thread.code}/")
    ReadMark.objects.create(firm=lumiere.firm, thread=thread, contact=lumiere.paul, up_to=message, at=START + HOUR)
    part = page_of(claire, thread, f"since/?after={message.code}&seen={page.context['reads'].stamp}")
    assert "Read by Paul Lefèvre, 11:00" in " ".join(part.split())


def test_a_mark_needs_what_the_script_adds(claire: Client, lumiere: Lumiere, thread: Thread) -> None:
    last = ChatMessage.objects.latest("pk")
    for posted in ({}, {"up_to": last.code}, {"up_to": last.code, "seen": last.code}):
        assert claire.post(f"/messages/{thread.code}/read/", posted).status_code == 204
        assert ThreadStaff.objects.get(staff=lumiere.claire).unread is True
    claire.post(f"/messages/{thread.code}/read/", {"up_to": last.code, "seen": last.code[::-1]})
    assert (ThreadStaff.objects.get(staff=lumiere.claire).unread, ReadMark.objects.get(staff=lumiere.claire).up_to) == (False, last)


def test_looking_marks_nothing(claire: Client, lumiere: Lumiere, thread: Thread) -> None:
    before = list(ReadMark.objects.values_list())
    for more in (
        "",
        "side/",
        f"since/?after={ChatMessage.objects.earliest('pk').code}",
        f"earlier/?before={ChatMessage.objects.latest('pk').code}",
    ):
        assert claire.get(f"/messages/{thread.code}/{more}").status_code == 200
    assert (list(ReadMark.objects.values_list()), ThreadStaff.objects.get(staff=lumiere.claire).unread) == (before, True)


def test_navigation_and_start_page_count_the_unread(claire: Client, thread: Thread) -> None:
    page = claire.get("/")
    assert [(item.badge, item.badge_title) for item in page.context["nav"] if item.title == "Messages"] == [("1", "unread message")]
    assert "Unread messages" in page.content.decode()


# --- Lists -------------------------------------------------------------------------------------------------------------


def test_list_has_unread_ones_first_and_its_views(claire: Client, lumiere: Lumiere, thread: Thread) -> None:
    wrote(lumiere, title="Plus récente", now=START + HOUR)
    old = thread_in(wrote(lumiere, title="Ancienne"))
    archive_thread(thread=old, by=Actor.staff(lumiere.claire), now=START + HOUR)
    titles = {
        view: [row.thread.title for row in claire.get(f"/messages/?view={view}").context["rows"]] for view in ("unread", "open", "archived")
    }  # fmt: skip
    assert titles == {"unread": ["Bail du magasin"], "open": ["Bail du magasin", "Plus récente"], "archived": ["Ancienne"]}
    assert [row.thread.title for row in claire.get("/messages/?q=recente").context["rows"]] == []
    assert [row.thread.title for row in claire.get("/messages/?q=Plus").context["rows"]] == ["Plus récente"]


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize(("path", "queries"), [("/messages/", 11), ("account", 12)])
def test_list_costs_the_same_however_many(
    claire: Client, lumiere: Lumiere, rows: int, path: str, queries: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(rows):
        answers(lumiere, thread_in(wrote(lumiere, title=f"Bail {number}")), START)
    path = path if path.startswith("/") else f"/accounts/{lumiere.bakery.code}/messages/"
    claire.get(path)
    with django_assert_num_queries(queries):
        assert len(claire.get(path).context["rows"]) == rows


def test_empty_lists_say_what_they_are_for(claire: Client, lumiere: Lumiere) -> None:
    for path in ("/messages/", f"/accounts/{lumiere.bakery.code}/messages/"):
        page = claire.get(path).content.decode()
        assert ["No conversation yet" in page, "New message" in page] == [True, True]


# --- Archive, people, rights -------------------------------------------------------------------------------------------


@pytest.mark.rule("D21", "D23")
def test_archive_and_reopen_from_the_page(claire: Client, lumiere: Lumiere) -> None:
    action = wrote(lumiere)
    thread = thread_in(action)
    claire.post(f"/messages/{thread.code}/archive/")
    page = page_of(claire, thread)
    assert ["Archived on" in page, 'id="composer"' in page] == [True, False]
    side = page_of(claire, thread, "side/")
    assert "The conversation was archived." in side
    claire.post(f"/messages/{thread.code}/reopen/")
    assert Action.objects.get(pk=action.pk).next_reminder_at == START + 2 * HOUR + timedelta(days=3)


def test_who_takes_part_is_changed_in_a_dialog(claire: Client, lumiere: Lumiere, thread: Thread) -> None:
    assert "Amir Benali" in page_of(claire, thread, "people/")
    chosen = {"staff": [lumiere.claire.code, lumiere.amir.code], "contacts": [lumiere.paul.code]}
    assert claire.post(f"/messages/{thread.code}/people/", chosen).status_code == 302
    page = claire.get(f"/messages/{thread.code}/")
    assert [[each.name for each in page.context[who]] for who in ("members", "named")] == [
        ["Claire Moreau", "Amir Benali"],
        ["Paul Lefèvre"],
    ]
    assert "nobody of the firm was ticked" in claire.post(f"/messages/{thread.code}/people/", {}, follow=True).content.decode()


def test_whoever_may_only_see_reads_and_does_not_write(lumiere: Lumiere, thread: Thread) -> None:
    lumiere.paulo.rights = [Right.SEE_ALL_ACCOUNTS]
    lumiere.paulo.save()
    paulo = signed_in(lumiere.paulo)
    page = page_of(paulo, thread)
    assert ['id="composer"' in page, "You may read this conversation" in page] == [False, True]
    for what in ("write", "archive", "reopen", "people"):
        assert paulo.post(f"/messages/{thread.code}/{what}/", SAY).status_code == 403
    lumiere.paulo.rights = []
    lumiere.paulo.save()
    assert paulo.get(f"/messages/{thread.code}/").status_code == 404


def test_no_code_of_another_thread_opens_anything_here(claire: Client, lumiere: Lumiere, thread: Thread) -> None:
    other = thread_in(wrote(lumiere, account=lumiere.tilleuls))
    there = ChatMessage.objects.latest("pk")
    assert there.thread_id == other.pk
    for more in (f"since/?after={there.code}", f"earlier/?before={there.code}", f"?before={there.code}", "since/?after=%00", "since/"):
        assert claire.get(f"/messages/{thread.code}/{more}").status_code == 404
    claire.post(f"/messages/{thread.code}/read/", {"up_to": there.code, "seen": there.code[::-1]})
    assert not ReadMark.objects.filter(up_to=there, staff=lumiere.claire, thread=thread).exists()


def test_people_of_another_account_cannot_be_named(claire: Client, lumiere: Lumiere, thread: Thread) -> None:
    AccountContact.objects.filter(account=lumiere.bakery, contact=lumiere.paul).delete()
    answer = claire.post(f"/messages/{thread.code}/people/", {"staff": [lumiere.claire.code], "contacts": [lumiere.paul.code]})
    assert (answer.status_code, thread.contacts.count()) == (302, 0)
