"""The client's page of a list, without scripts: ticks, ticks taken back, files; and how it ends."""

from datetime import timedelta

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from actions.enums import ActionState
from actions.models import Action
from files.enums import Area
from files.models import File
from firms.actors import Actor
from firms.enums import ActorKind
from kinds.client_tasks.attached import attach
from kinds.client_tasks.queries import files_of
from kinds.client_tasks.services import tick
from reminders.services import withdraw
from tenancy.context import firm_context
from tests.factories import START
from tests.kinds.signatures.test_scanner import scan, state_of_everything
from tests.people import Lumiere, Peeters
from tests.signing import follow_link, fresh, link_path, make_client_user, pdf_upload, signed_in
from tests.tasking import DAY, THREE, TODAY, tasked, tasks

Firms = tuple[Lumiere, Peeters]


@pytest.fixture
def action(two_firms: Firms) -> Action:
    return tasked(two_firms[0], expires_on=TODAY + DAY)


@pytest.fixture
def browser(action: Action, two_firms: Firms) -> Client:
    """Nadia's, who has followed the link and reads English."""
    client = Client()
    client.cookies["django_language"] = "en"
    return follow_link(client, action, two_firms[0].nadia_address)


def at(action: Action, number: int, part: str = "") -> str:
    return f"/a/{action.code}/tasks/{tasks(action)[number].code}/{part}"


def open_ones(action: Action) -> list[str]:
    return [task.text for task in tasks(action) if task.is_open]


def test_page_shows_the_tasks_with_their_days_and_how_far_it_is(browser: Client, action: Action) -> None:
    page = browser.get(f"/a/{action.code}/")
    shown = page.content.decode()
    assert (page.context["stage"], page.context["done"]) == ("open", 0)
    for words in ("0 of 3 done", "Send the bank statements", "expected by Friday 6 November", "From July on.", "Claire Moreau"):
        assert words in shown


def test_ticking_and_taking_back(browser: Client, action: Action) -> None:
    page = browser.post(at(action, 1), {"done": "on"}, follow=True)
    assert page.redirect_chain[-1][0] == f"/a/{action.code}/"
    assert "1 of 3 done" in page.content.decode()
    task = tasks(action)[1]
    assert (task.done_by, task.by_link, "Done by Nadia Lefèvre, on Monday 2 November" in page.content.decode()) == (
        "Nadia Lefèvre",
        True,
        True,
    )
    browser.post(at(action, 1), {"not_done": "on"})
    assert len(open_ones(action)) == 3


def test_a_form_without_its_tick_changes_nothing(browser: Client, action: Action) -> None:
    browser.post(at(action, 0), {"done": "on"})
    for number in range(3):
        browser.post(at(action, number), {})
    assert open_ones(action) == ["Tell the insurer", "Count the stock"]


def test_the_last_tick_ends_the_list(browser: Client, action: Action) -> None:
    for number in range(3):
        page = browser.post(at(action, number), {"done": "on"}, follow=True)
    assert (fresh(action).state, page.context["stage"]) == (ActionState.DONE, "done")
    assert "All of it was done on Monday 2 November, the last by Nadia Lefèvre." in page.content.decode()
    page = browser.post(at(action, 0), {"not_done": "on"}, follow=True)
    assert (open_ones(action), "nothing was ticked" in page.content.decode()) == ([], True)


def test_a_script_is_led_to_the_whole_page_where_the_list_has_ended(browser: Client, action: Action) -> None:
    htmx = {"HX-Request": "true"}
    first = browser.post(at(action, 0), {"done": "on"}, headers=htmx)
    assert (first.status_code, first.content.decode().count("1 of 3 done"), "<body" in first.content.decode()) == (200, 2, False)
    browser.post(at(action, 1), {"done": "on"}, headers=htmx)
    last = browser.post(at(action, 2), {"done": "on"}, headers=htmx)
    assert (last.status_code, last["HX-Redirect"]) == (200, f"/a/{action.code}/")


@pytest.mark.parametrize(
    ("end", "stage", "said"), [("withdrawn", "withdrawn", "The request was withdrawn"), ("past", "expired", "The time for it is over")]
)
def test_what_is_over_can_be_read(browser: Client, action: Action, two_firms: Firms, end: str, stage: str, said: str) -> None:
    with time_machine.travel(START + timedelta(days=2 if end == "past" else 0), tick=False):
        if end == "withdrawn":
            with firm_context(action.firm_id):
                withdraw(action=action, by=Actor.staff(two_firms[0].claire), now=START)
        page = browser.get(f"/a/{action.code}/")
        assert (page.context["stage"], said in page.content.decode(), 'name="done"' in page.content.decode()) == (stage, True, False)
        browser.post(at(action, 0), {"done": "on"})
    assert len(open_ones(action)) == 3


def test_signed_in_nobody_is_by_link_and_the_to_do_list_says_how_far(action: Action, two_firms: Firms) -> None:
    lumiere, _ = two_firms
    nadia = signed_in(make_client_user(lumiere.firm, lumiere.nadia_address))
    nadia.post(at(action, 0), {"done": "on"})
    assert tasks(action)[0].doer == ActorKind.CLIENT
    assert "1 of 3 done" in nadia.get("/portal/").content.decode()


def test_files_are_sent_with_a_task_and_those_refused_are_named(browser: Client, action: Action) -> None:
    bad = SimpleUploadedFile("drawing.svg", b"<svg xmlns='http://www.w3.org/2000/svg'></svg>")
    page = browser.post(at(action, 0, "files/"), {"files": [pdf_upload("relevé.pdf"), bad]}, follow=True)
    shown = page.content.decode()
    assert ("“drawing.svg” is an SVG drawing" in shown, "1 file sent." in shown) == (True, True)
    with firm_context(action.firm_id):
        (file,) = files_of(action)[tasks(action)[0].pk]
    assert (file.name, file.area, file.by_link) == ("relevé.pdf", Area.CLIENT, True)
    answer = browser.get(f"/a/{action.code}/task-files/{file.code}/")
    assert answer["Content-Disposition"].startswith("attachment;")
    assert answer.content.startswith(b"%PDF")


def test_sending_nothing_says_so(browser: Client, action: Action) -> None:
    assert "Choose a file first." in browser.post(at(action, 0, "files/"), {}, follow=True).content.decode()


def test_a_file_of_another_list_is_not_given_out(browser: Client, action: Action, two_firms: Firms) -> None:
    other = tasked(two_firms[0])
    with firm_context(action.firm_id):
        file = attach(
            action=other, code=tasks(other)[0].code, area=Area.FIRM, upload=pdf_upload(), by=Actor.staff(two_firms[0].claire), now=START
        )
        assert File.objects.count() == 1
    assert browser.get(f"/a/{action.code}/task-files/{file.code}/").status_code == 404


def test_in_a_preview_nothing_is_ticked(action: Action, two_firms: Firms) -> None:
    lumiere, _ = two_firms
    make_client_user(lumiere.firm, lumiere.nadia_address)
    claire = signed_in(lumiere.claire)
    claire.post(f"/accounts/{lumiere.bakery.code}/addresses/{lumiere.nadia_address.code}/preview/")
    assert claire.get(f"/a/{action.code}/").context["stage"] == "open"
    assert claire.post(at(action, 0), {"done": "on"}).status_code == 403
    assert len(open_ones(action)) == 3


def test_scanner_that_follows_and_posts_everything_changes_nothing(action: Action, two_firms: Firms) -> None:
    with firm_context(action.firm_id):
        tick(action=action, code=tasks(action)[0].code, by=Actor(ActorKind.CLIENT, "Nadia"), now=START)
    before = [*state_of_everything(action.firm_id), [(task.code, task.done_at) for task in tasks(action)]]
    seen = scan(Client(enforce_csrf_checks=True), link_path(action, two_firms[0].nadia_address))
    assert {at(action, 0), at(action, 1), at(action, 1, "files/")} <= seen
    assert [*state_of_everything(action.firm_id), [(task.code, task.done_at) for task in tasks(action)]] == before


@pytest.mark.parametrize("count", [1, 3])
def test_page_costs_the_same_however_long_the_list(two_firms: Firms, django_assert_num_queries: DjangoAssertNumQueries, count: int) -> None:
    lumiere, _ = two_firms
    action = tasked(lumiere, tasks=THREE[:count])
    with firm_context(lumiere.firm.pk):
        for task in tasks(action):
            attach(action=action, code=task.code, area=Area.FIRM, upload=pdf_upload(), by=Actor.staff(lumiere.claire), now=START)
    browser = follow_link(Client(), action, lumiere.nadia_address)
    with django_assert_num_queries(10):
        browser.get(f"/a/{action.code}/")
