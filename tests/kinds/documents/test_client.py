"""A client sends documents for a request, and says that all is sent."""

from datetime import date, timedelta

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from actions.models import Action
from clients.models import AccountAddress
from files.enums import Area
from files.models import File
from firms.actors import Actor
from firms.models import ActivityLine
from kinds.documents.enums import Rhythm
from kinds.documents.models import PeriodComplete
from kinds.documents.rules import Period
from kinds.documents.services import complete_period
from kinds.documents.sharing import move_files
from notifications.models import Notice
from reminders.services import withdraw
from tenancy.context import firm_context
from tests.chatting import nadia_in
from tests.documenting import documents_asked, kept_for, texts
from tests.factories import START
from tests.files.contents import HTML, SVG
from tests.people import Lumiere, Peeters
from tests.signing import follow_link, fresh, signed_in

Firms = tuple[Lumiere, Peeters]
OCTOBER = Period.of(Rhythm.MONTH, date(2026, 10, 1))


@pytest.fixture
def lumiere(two_firms: Firms) -> Lumiere:
    return two_firms[0]


def by_link(lumiere: Lumiere, action: Action) -> Client:
    client = follow_link(Client(), action, lumiere.nadia_address)
    client.cookies["django_language"] = "en"
    return client


def send(client: Client, action: Action, *uploads: SimpleUploadedFile) -> None:
    assert client.post(f"/a/{action.code}/upload/", {"files": [*uploads]}).status_code == 302


def names_of(lumiere: Lumiere) -> list[tuple[str, str, bool, bool]]:
    with firm_context(lumiere.firm.pk):
        return [(file.name, file.area, file.by_client, file.by_link) for file in File.objects.order_by("pk")]


def test_several_files_arrive_at_once_and_stand_on_both_pages(lumiere: Lumiere) -> None:
    action = documents_asked(lumiere)
    client = by_link(lumiere, action)
    send(client, action, *texts("a.csv", "b.csv"))
    assert names_of(lumiere) == [("a.csv", "client", True, True), ("b.csv", "client", True, True)]
    page = client.get(f"/a/{action.code}/").content.decode()
    assert "2 files sent" in page
    staff = signed_in(lumiere.claire).get(f"/requests/{action.code}/").content.decode()
    assert "2 files received" in staff
    assert "by link" in staff


HOSTILE = [
    SimpleUploadedFile("facture.pdf", HTML),
    SimpleUploadedFile("logo.svg", SVG),
    SimpleUploadedFile("vide.pdf", b""),
    SimpleUploadedFile('../../=cmd|\' <b>"x".csv', b"=cmd|' /C calc'!A0;1\n"),
]


def test_hostile_files_get_a_sentence_each_and_stop_no_other(lumiere: Lumiere) -> None:
    action = documents_asked(lumiere)
    client = by_link(lumiere, action)
    page = client.post(f"/a/{action.code}/upload/", {"files": HOSTILE}, follow=True).content.decode()
    for sentence in (
        "“facture.pdf” is a web page, which can hold a program. Print it to a PDF, then choose that file.",
        "“logo.svg” is an SVG drawing, which can hold a program. Save it as PNG or PDF, then choose it again.",
        "“vide.pdf” is empty. Open it, save it once more, then choose it again.",
    ):
        assert sentence in page
    assert [name for name, *_ in names_of(lumiere)] == ['=cmd|\' <b>"x".csv']
    assert "=cmd|&#x27; &lt;b&gt;&quot;x&quot;.csv" in page


def test_script_gets_a_word_about_its_one_file(lumiere: Lumiere) -> None:
    action = documents_asked(lumiere)
    client = by_link(lumiere, action)
    answers = [
        client.post(f"/a/{action.code}/upload/", {"files": [file]}, headers={"X-Upload": "one"}) for file in (*texts("a.csv"), HOSTILE[2])
    ]
    assert [(answer.status_code, answer.json()) for answer in answers] == [
        (200, {"refused": []}),
        (422, {"refused": ["“vide.pdf” is empty. Open it, save it once more, then choose it again."]}),
    ]


def test_file_of_another_request_is_not_handed_out(lumiere: Lumiere) -> None:
    action, other = documents_asked(lumiere), documents_asked(lumiere, title="Autre")
    client = by_link(lumiere, action)
    send(client, action, *texts("a.csv"))
    with firm_context(lumiere.firm.pk):
        mine = File.objects.get()
    private = kept_for(lumiere.bakery, lumiere.claire)
    follow_link(client, other, lumiere.nadia_address)
    paths = [
        f"/a/{action.code}/received/{mine.code}/",
        f"/a/{other.code}/received/{mine.code}/",
        f"/a/{action.code}/received/{private.code}/",
    ]
    assert [client.get(path).status_code for path in paths] == [200, 404, 404]


def test_file_that_the_firm_has_made_private_is_the_client_s_no_more(lumiere: Lumiere) -> None:
    action = documents_asked(lumiere)
    client = by_link(lumiere, action)
    send(client, action, *texts("a.csv"))
    with firm_context(lumiere.firm.pk):
        file = File.objects.select_related("firm", "account").get()
        withdraw(action=action, by=Actor.staff(lumiere.claire), now=START)
        move_files(files=[file], area=Area.PRIVATE, folder=None, by=Actor.staff(lumiere.claire), now=START)
    assert "a.csv" not in client.get(f"/a/{action.code}/").content.decode()
    assert client.get(f"/a/{action.code}/received/{file.code}/").status_code == 404


@pytest.mark.rule("B15")
def test_request_that_staff_withdraw_meanwhile_stays_withdrawn(lumiere: Lumiere, monkeypatch: pytest.MonkeyPatch) -> None:
    """The list of what is open was read before they did."""
    gone, left = documents_asked(lumiere, period=OCTOBER), documents_asked(lumiere, period=OCTOBER, title="Autre")
    with firm_context(lumiere.firm.pk):
        withdraw(action=gone, by=Actor.staff(lumiere.claire), now=START)
        monkeypatch.setattr("kinds.documents.services.open_requests_for", lambda account, period: [gone, left])
        complete_period(account=lumiere.bakery, period=OCTOBER, visitor=nadia_in(lumiere), now=START)
        assert [fresh(action).state for action in (gone, left)] == ["withdrawn", "done"]


@pytest.mark.rule("B15")
def test_all_sent_needs_its_tick_and_settles_the_request_and_the_period(lumiere: Lumiere) -> None:
    action = documents_asked(lumiere, period=OCTOBER)
    client = by_link(lumiere, action)
    page = client.post(f"/a/{action.code}/complete/", {})
    assert "Please tick this once everything is sent." in page.content.decode()
    assert fresh(action).is_open
    assert client.post(f"/a/{action.code}/complete/", {"sure": "on"}).status_code == 302
    assert (fresh(action).state, fresh(action).closed_by) == ("done", "Nadia Lefèvre")
    with firm_context(lumiere.firm.pk):
        complete = PeriodComplete.objects.get()
        assert (complete.period_from, complete.by_name, complete.by_link) == (date(2026, 10, 1), "Nadia Lefèvre", True)
        notice = Notice.objects.get(event="documents_complete")
        assert (notice.email, notice.values["client"], notice.values["period"]) == (
            "claire@lumiere.example",
            "Boulangerie Lefèvre SRL",
            "octobre 2026",
        )
        lines = list(ActivityLine.objects.filter(verb="documents_complete").values_list("subject", "actor_name"))
    assert lines == [("octobre 2026", "Nadia Lefèvre")]


@pytest.mark.rule("B15")
def test_all_sent_for_a_period_settles_whatever_else_asks_for_it(lumiere: Lumiere) -> None:
    action, again = (documents_asked(lumiere, period=OCTOBER) for _ in range(2))
    september, other = documents_asked(lumiere, period=Period.of(Rhythm.MONTH, date(2026, 9, 1))), documents_asked(lumiere)
    withdrawn = documents_asked(lumiere, period=OCTOBER)
    with firm_context(lumiere.firm.pk):
        withdraw(action=withdrawn, by=Actor.staff(lumiere.claire), now=START)
    by_link(lumiere, action).post(f"/a/{action.code}/complete/", {"sure": "on"})
    assert [fresh(each).state for each in (action, again, withdrawn, september, other)] == ["done", "done", "withdrawn", "open", "open"]


@pytest.mark.rule("B15")
def test_office_hears_of_what_was_asked_for_once_the_period_was_complete(lumiere: Lumiere) -> None:
    for _ in range(2):
        action = documents_asked(lumiere, period=OCTOBER)
        by_link(lumiere, action).post(f"/a/{action.code}/complete/", {"sure": "on"})
    with firm_context(lumiere.firm.pk):
        assert PeriodComplete.objects.count() == 1
        assert list(Notice.objects.filter(event="documents_complete").values_list("values__period", flat=True)) == ["octobre 2026"] * 2


def test_nothing_is_received_once_it_is_over(lumiere: Lumiere) -> None:
    action = documents_asked(lumiere, expires_on=date(2026, 11, 5))
    client = by_link(lumiere, action)
    with time_machine.travel(START + timedelta(days=4), tick=False):
        page = client.post(f"/a/{action.code}/upload/", {"files": texts("late.csv")}, follow=True).content.decode()
        assert "This request is over: nothing can be sent here any more." in page
        assert "The time to send is over" in client.get(f"/a/{action.code}/").content.decode()
    assert names_of(lumiere) == []


def test_preview_changes_nothing(lumiere: Lumiere) -> None:
    action = documents_asked(lumiere)
    browser = signed_in(lumiere.claire)
    with firm_context(lumiere.firm.pk):
        AccountAddress.objects.filter(address=lumiere.nadia_address).update(login=True)
    browser.post(f"/accounts/{lumiere.bakery.code}/addresses/{lumiere.nadia_address.code}/preview/")
    assert browser.get(f"/a/{action.code}/").status_code == 200
    assert browser.post(f"/a/{action.code}/upload/", {"files": texts("a.csv")}).status_code == 403
    assert names_of(lumiere) == []


def test_scanner_that_posts_everything_without_the_tick_changes_nothing(lumiere: Lumiere) -> None:
    action = documents_asked(lumiere)
    client = by_link(lumiere, action)
    for page in ("upload", "complete"):
        client.post(f"/a/{action.code}/{page}/", {})
    assert fresh(action).is_open
    assert names_of(lumiere) == []


def test_what_is_asked_speaks_the_client_s_language(lumiere: Lumiere) -> None:
    browser = signed_in(lumiere.claire)
    path = f"/requests/new/documents/?account={lumiere.bakery.code}"
    assert "Merci de nous envoyer ces documents." in browser.get(path).content.decode()
    browser.post(path, {"period": OCTOBER.key, "message": "", "every_days": "3", "at_most": "1"})
    with firm_context(lumiere.firm.pk):
        assert [action.title for action in Action.objects.all()] == ["Documents pour octobre 2026"]
