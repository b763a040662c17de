"""Asking for tasks from the desk, and what staff do with a list."""

from typing import Any

import pytest
import time_machine
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from actions.enums import ActionState
from actions.models import Action
from clients.models import Account
from files.enums import Area
from files.errors import FileHeld
from files.models import File
from files.services import trash
from firms.actors import Actor
from firms.enums import ActorKind
from kinds.client_tasks.attached import attach
from kinds.client_tasks.models import TaskFile
from kinds.client_tasks.services import tick
from reminders.models import RequestTemplate
from reminders.services import withdraw
from tenancy.context import firm_context
from tests.factories import START
from tests.people import Lumiere, Peeters
from tests.signing import asked, fresh, pdf_upload, signed_in
from tests.tasking import DAY, THREE, tasked, tasks

Firms = tuple[Lumiere, Peeters]


@pytest.fixture
def action(two_firms: Firms) -> Action:
    return tasked(two_firms[0])


@pytest.fixture
def claire(two_firms: Firms) -> Client:
    return signed_in(two_firms[0].claire)


def new(account: Account) -> str:
    return f"/requests/new/client_task/?account={account.code}"


def form(**changes: Any) -> dict[str, Any]:
    filled = {
        "title": "Before the accounts", "message": "Merci.", "every_days": "3", "at_most": "1", "on": "on",
        "task_text": ["Send the statements", "", "Tell the insurer"],
        "task_due": ["2026-11-09", "", "2026-11-06"],
        "task_details": ["Of both accounts", "", ""],
    }  # fmt: skip
    return {**filled, **changes}


def only_action(firms: Firms) -> Action:
    with firm_context(firms[0].firm.pk):
        return Action.objects.get()


def count_actions(firms: Firms) -> int:
    with firm_context(firms[0].firm.pk):
        return Action.objects.count()


def at(action: Action, number: int, part: str = "") -> str:
    return f"/client-tasks/{action.code}/tasks/{tasks(action)[number].code}/{part}"


@pytest.mark.rule("A02", "D13", "C28")
def test_asking_opens_a_list_of_what_was_typed(claire: Client, two_firms: Firms) -> None:
    answer = claire.post(new(two_firms[0].bakery), form())
    action = only_action(two_firms)
    assert answer["Location"] == f"/requests/{action.code}/"
    assert [(task.text, str(task.due_on), task.details) for task in tasks(action)] == [
        ("Send the statements", "2026-11-09", "Of both accounts"),
        ("Tell the insurer", "2026-11-06", ""),
    ]
    assert (str(action.due_on), action.reminders_on, action.topic) == ("2026-11-06", True, "")


def test_lines_typed_at_once_are_asked_as_well(claire: Client, two_firms: Firms) -> None:
    claire.post(new(two_firms[0].bakery), form(several="- Count the stock\n\n- Pay the rent"))
    found = [task.text for task in tasks(only_action(two_firms))]
    assert found == ["Send the statements", "Tell the insurer", "Count the stock", "Pay the rent"]


@pytest.mark.parametrize(
    ("edit", "expected"),
    [
        ("more", ["Send the statements", "", "Tell the insurer", "", "", "", "", ""]),
        ("remove-1", ["Send the statements", "Tell the insurer"]),
        ("up-2", ["Send the statements", "Tell the insurer", ""]),
        ("split", ["Send the statements", "Tell the insurer", "Count the stock"]),
    ],
)
def test_buttons_of_the_rows_work_without_scripts_and_ask_nothing(claire: Client, two_firms: Firms, edit: str, expected: list[str]) -> None:
    page = claire.post(new(two_firms[0].bakery), form(title="", several="Count the stock" if edit == "split" else "", edit=edit))
    assert [row.text for row in page.context["form"].rows] == expected
    assert (count_actions(two_firms), 'id="errors"' in page.content.decode(), page.context["form"]["several"].value()) == (0, False, "")


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"task_text": ["", "", ""], "task_due": [], "task_details": []}, "Write down at least one task."),
        ({"task_due": ["2026-11-01", "", ""]}, "Task 1: This day is over."),
        ({"expires_on": "2026-11-07"}, "Every task must still be possible on the day on which it is due."),
        ({"title": ""}, "This field is required."),
    ],
)
def test_what_is_wrong_is_said_and_nothing_typed_is_lost(claire: Client, two_firms: Firms, changes: dict[str, Any], said: str) -> None:
    page = claire.post(new(two_firms[0].bakery), form(**changes))
    shown = page.content.decode()
    assert (said in shown, count_actions(two_firms), "Merci." in shown) == (True, 0, True)
    if "task_text" not in changes:
        assert [row.text for row in page.context["form"].rows if row.text] == ["Send the statements", "Tell the insurer"]


def test_a_template_counts_the_days_from_the_day_on_which_it_is_used(claire: Client, two_firms: Firms) -> None:
    claire.post(new(two_firms[0].bakery), form(save_template="on"))
    with firm_context(two_firms[0].firm.pk):
        code = RequestTemplate.objects.get().code
    with time_machine.travel(START + 7 * DAY, tick=False):
        page = signed_in(two_firms[0].claire).get(f"{new(two_firms[0].bakery)}&template={code}")
    rows = [(row.text, row.due_on, row.details) for row in page.context["form"].rows]
    assert rows == [("Send the statements", "2026-11-16", "Of both accounts"), ("Tell the insurer", "2026-11-13", "")]


# --- The page of a list -------------------------------------------------------------------------------------------------


def test_page_says_who_ticked_what_when_and_how(claire: Client, action: Action) -> None:
    with firm_context(action.firm_id):
        for task, kind in zip(tasks(action), (ActorKind.CLIENT, ActorKind.LINK), strict=False):
            tick(action=action, code=task.code, by=Actor(kind, "Nadia Lefèvre"), now=START)
    shown = claire.get(f"/requests/{action.code}/").content.decode()
    for words in (
        "2 of 3 done",
        "Done by Nadia Lefèvre, Mon 2 Nov, 10:00 (Paris)<",
        "10:00 (Paris), by link",
        "no day given",
        "Any of them may tick",
    ):
        assert words in shown


@pytest.mark.parametrize("count", [1, 3])
def test_page_costs_the_same_however_long_the_list(
    claire: Client, two_firms: Firms, django_assert_num_queries: DjangoAssertNumQueries, count: int
) -> None:
    action = tasked(two_firms[0], tasks=THREE[:count])
    with firm_context(action.firm_id):
        for task in tasks(action):
            attach(action=action, code=task.code, area=Area.FIRM, upload=pdf_upload(), by=Actor.staff(two_firms[0].claire), now=START)
    claire.get(f"/requests/{action.code}/")
    with django_assert_num_queries(19):
        claire.get(f"/requests/{action.code}/")


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_of_requests_costs_the_same_however_long(
    claire: Client, two_firms: Firms, django_assert_num_queries: DjangoAssertNumQueries, count: int
) -> None:
    for _ in range(count):
        tasked(two_firms[0])
    claire.get("/requests/")
    with django_assert_num_queries(16):
        page = claire.get("/requests/")
    assert [str(row.description.state) for row in page.context["rows"]] == ["Waiting"] * count


def test_ticking_for_the_client_says_so_and_the_last_one_ends_the_list(claire: Client, action: Action) -> None:
    page = claire.post(at(action, 0, "tick/"), {"done": "on"}, follow=True)
    assert "Done for the client by Claire Moreau" in page.content.decode()
    claire.post(at(action, 0, "tick/"), {})
    assert all(task.is_open for task in tasks(action))
    for number in range(3):
        claire.post(at(action, number, "tick/"), {"done": "on"})
    assert (fresh(action).state, fresh(action).closed_by) == (ActionState.DONE, "Claire Moreau")
    page = claire.post(at(action, 0, "tick/"), {}, follow=True)
    assert "The list was closed meanwhile" in page.content.decode()


def test_tasks_are_added_changed_and_taken_off(claire: Client, action: Action) -> None:
    claire.post(f"/client-tasks/{action.code}/tasks/", {"text": "Pay the rent", "due_on": "2026-11-03"})
    claire.post(at(action, 1), {"text": "Tell the bank", "due_on": "", "details": "By letter"})
    claire.post(at(action, 0, "remove/"))
    assert [(task.text, task.details) for task in tasks(action)] == [
        ("Tell the bank", "By letter"),
        ("Count the stock", ""),
        ("Pay the rent", ""),
    ]
    assert str(fresh(action).due_on) == "2026-11-03"
    page = claire.post(f"/client-tasks/{action.code}/tasks/", {"text": "", "due_on": "2026-11-01"})
    assert ("Say what is to be done." in page.content.decode(), "This day is over." in page.content.decode()) == (True, True)


def test_the_last_task_stays(claire: Client, two_firms: Firms) -> None:
    action = tasked(two_firms[0], tasks=THREE[:1])
    page = claire.post(at(action, 0, "remove/"), follow=True)
    assert ("keeps at least one task" in page.content.decode(), len(tasks(action))) == (True, 1)


def test_a_day_that_has_passed_may_stay_on_a_task(claire: Client, action: Action) -> None:
    with firm_context(action.firm_id):
        tasks(action)[0].__class__.objects.filter(text="Tell the insurer").update(due_on="2026-10-30")
    claire.post(at(action, 1), {"text": "Tell the insurer now", "due_on": "2026-10-30"})
    assert tasks(action)[1].text == "Tell the insurer now"
    assert "This day is over." in claire.post(at(action, 1), {"text": "x", "due_on": "2026-10-29"}).content.decode()


def test_files_for_the_client_lie_among_the_documents_and_are_held(claire: Client, action: Action, two_firms: Firms) -> None:
    page = claire.post(at(action, 0, "files/"), {"files": [pdf_upload("form.pdf")]}, follow=True)
    assert "form.pdf" in page.content.decode()
    with firm_context(action.firm_id):
        file, by = File.objects.get(), Actor.staff(two_firms[0].claire)
        assert (file.area, file.account_id) == (Area.FIRM, action.account_id)
        with pytest.raises(FileHeld, match="Before the accounts of 2026"):
            trash(files=[file], by=by, now=START)
    assert claire.get(f"/client-tasks/{action.code}/files/{file.code}/").content.startswith(b"%PDF")
    claire.post(at(action, 0, f"files/{file.code}/remove/"))
    with firm_context(action.firm_id):
        assert TaskFile.objects.count() == 0
        trash(files=[file], by=by, now=START)


def test_files_of_a_closed_list_can_go(action: Action, two_firms: Firms) -> None:
    with firm_context(action.firm_id):
        by = Actor.staff(two_firms[0].claire)
        file = attach(action=action, code=tasks(action)[0].code, area=Area.CLIENT, upload=pdf_upload(), by=by, now=START)
        withdraw(action=action, by=by, now=START)
        trash(files=[file], by=by, now=START)
        file.refresh_from_db()
        assert file.in_trash


def test_whoever_may_only_look_sees_no_buttons_and_is_refused(action: Action, two_firms: Firms) -> None:
    lumiere, _ = two_firms
    with firm_context(lumiere.firm.pk):
        type(lumiere.paulo).objects.filter(pk=lumiere.paulo.pk).update(rights=["see_all_accounts"])
    paulo = signed_in(lumiere.paulo)
    shown = paulo.get(f"/requests/{action.code}/").content.decode()
    assert ("Send the bank statements" in shown, "Tick off" in shown) == (True, False)
    assert paulo.post(at(action, 0, "tick/"), {"done": "on"}).status_code == 403


def test_doors_of_lists_are_not_those_of_other_kinds(claire: Client, two_firms: Firms) -> None:
    other = asked(two_firms[0])
    assert claire.post(f"/client-tasks/{other.code}/tasks/", {"text": "x"}).status_code == 404
