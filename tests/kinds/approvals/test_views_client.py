"""The client's page, without JavaScript: read, tick, code; or no, and why."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client

from access.models import ActCode
from actions.enums import ActionState
from actions.models import Action
from files.enums import Area
from files.errors import FileHeld
from files.models import File
from files.services import move
from firms.actors import Actor
from kinds.approvals.models import Approval
from notifications.models import Notice
from reminders.services import withdraw
from reminders.sweep import sweep
from tenancy.context import firm_context
from tests.approving import CSV, approval, approve_through, at, refuse_through
from tests.factories import START
from tests.people import Lumiere, Peeters
from tests.signing import follow_link, fresh, make_client_user, newest_digits, signed_in

Firms = tuple[Lumiere, Peeters]
THREE = ("comptes.pdf", "annexe.csv", "plan.png")


@pytest.fixture
def action(two_firms: Firms) -> Action:
    lumiere, _ = two_firms
    return approval(lumiere, approvers=[lumiere.nadia, lumiere.paul], names=THREE, message="Merci de relire.", due_on=START.date())


@pytest.fixture
def browser(client: Client, two_firms: Firms, action: Action) -> Client:
    """Nadia's, who has followed the link and reads English."""
    client.cookies["django_language"] = "en"
    return follow_link(client, action, two_firms[0].nadia_address)


def of_paul(two_firms: Firms, action: Action) -> Client:
    client = Client()
    client.cookies["django_language"] = "en"
    return follow_link(client, action, two_firms[0].paul_address)


def test_file_that_cannot_be_shown_is_downloaded_and_nothing_is_slid(two_firms: Firms, client: Client) -> None:
    lumiere, _ = two_firms
    action = approval(lumiere, approvers=[lumiere.nadia], names=["annexe.csv"])
    client.cookies["django_language"] = "en"
    page = follow_link(client, action, lumiere.nadia_address).get(at(action)).content.decode()
    assert ["Slide the page" in page, "This file cannot be shown here." in page, page.count("Download annexe.csv")] == [False, True, 1]


def approvals(firm_id: int) -> list[tuple[str, bool, str]]:
    with firm_context(firm_id):
        return list(Approval.objects.values_list("name", "approved", "comment"))


def test_page_shows_what_is_asked_who_asks_and_who_has_approved(browser: Client, action: Action) -> None:
    page = browser.get(at(action))
    shown = page.content.decode()
    assert page.context["stage"] == "act"
    for words in (
        "Merci de relire.",
        "Claire Moreau",
        "Nadia Lefèvre, your turn",
        "Paul Lefèvre has not approved yet",
        "I have read the 3 documents and approve them on behalf of Boulangerie Lefèvre SRL.",
        "n•••a@lefevre.example",
    ):
        assert words in shown
    assert [
        (document.position, document.name, len(document.pages), bool(document.picture_url)) for document in page.context["documents"]
    ] == [
        (1, "comptes.pdf", 2, False),
        (2, "annexe.csv", 0, False),
        (3, "plan.png", 0, True),
    ]


def test_several_documents_open_line_by_line_without_scripts(browser: Client, action: Action) -> None:
    shown = browser.get(at(action)).content.decode()
    assert (shown.count("<details"), shown.count('name="accepted"')) == (3, 1)
    assert "This file cannot be shown here. Download it to read it." in shown


def test_single_document_is_open_with_its_text(two_firms: Firms, client: Client) -> None:
    lumiere, _ = two_firms
    action = approval(lumiere)
    page = follow_link(client, action, lumiere.nadia_address).get(at(action))
    assert [each.text for each in page.context["documents"][0].pages] == ["Comptes 2026\npage 1", "Comptes 2026\npage 2"]


def test_each_document_has_a_page_with_all_of_it_and_the_way_to_the_next(browser: Client, action: Action) -> None:
    page = browser.get(at(action, "approve/1/"))
    assert [each.text for each in page.context["document"].pages] == ["Comptes 2026\npage 1", "Comptes 2026\npage 2"]
    assert (page.context["before"], page.context["after"]) == ("", at(action, "approve/2/"))
    assert browser.get(at(action, "approve/4/")).status_code == 404


def test_what_the_firm_made_private_since_keeps_its_name_alone(browser: Client, action: Action, two_firms: Firms) -> None:
    lumiere, _ = two_firms
    by = Actor.staff(lumiere.claire)
    with firm_context(action.firm_id):
        files = list(File.objects.filter(name__in=["comptes.pdf", "plan.png"]).select_related("firm", "account"))
        with pytest.raises(FileHeld):
            move(files=files, area=Area.PRIVATE, folder=None, by=by, now=START)
        withdraw(action=action, by=by, now=START)
        move(files=files, area=Area.PRIVATE, folder=None, by=by, now=START)
    page = browser.get(at(action)).content.decode()
    assert [page.count("no longer shared here"), "comptes.pdf" in page, at(action, "approve/1/file/") in page] == [2, True, False]
    assert browser.get(at(action, "approve/1/")).context["document"].pages == ()
    parts = ("approve/1/file/", "approve/1/pages/1.png", "approve/3/file/", "approve/3/picture.png", "approve/2/file/")
    assert [browser.get(at(action, part)).status_code for part in parts] == [404, 404, 404, 404, 200]
    assert signed_in(lumiere.claire).get(f"/approvals/{action.code}/1/file/").status_code == 200


def test_documents_are_downloads_and_pictures_of_ours(browser: Client, action: Action) -> None:
    file = browser.get(at(action, "approve/2/file/"))
    assert (file.content, file["Content-Disposition"].partition(";")[0], file["X-Content-Type-Options"]) == (CSV, "attachment", "nosniff")
    assert "sandbox" in file["Content-Security-Policy"]
    pictures = [browser.get(at(action, part)) for part in ("approve/1/pages/1.png", "approve/3/picture.png")]
    assert [(each["Content-Type"], each.content[:4]) for each in pictures] == [("image/png", b"\x89PNG")] * 2
    assert browser.get(at(action, "approve/2/picture.png")).status_code == 404


def test_link_to_one_item_opens_no_document_of_another(browser: Client, two_firms: Firms) -> None:
    other = approval(two_firms[0], title="Autre")
    parts = ("", "approve/1/", "approve/1/file/", "approve/1/pages/1.png", "approve/1/picture.png", "approve/code/")
    assert [browser.get(at(other, part)).status_code for part in parts] == [404] * 6


def test_approving_in_two_steps(browser: Client, action: Action, two_firms: Firms) -> None:
    page = approve_through(browser, action)
    assert (page.redirect_chain[-1][0], page.context["stage"], page.context["missing"]) == (at(action), "acted", ["Paul Lefèvre"])
    assert "You approved on Monday 2 November at 10:00 (Paris)." in page.content.decode()
    assert approve_through(of_paul(two_firms, action), action).context["stage"] == "acted"
    assert (fresh(action).state, approvals(action.firm_id)) == (
        ActionState.DONE, [("Nadia Lefèvre", True, ""), ("Paul Lefèvre", True, "")],
    )  # fmt: skip


def test_without_the_tick_no_code_is_sent(browser: Client, action: Action) -> None:
    page = browser.post(at(action, "approve/"), {})
    assert page.context["form"].errors["accepted"] == ["Please tick this once you have read the documents."]
    with firm_context(action.firm_id):
        assert ActCode.objects.count() == 0


@pytest.mark.rule("M20")
def test_refusing_takes_a_comment_and_the_code(browser: Client, action: Action, two_firms: Firms) -> None:
    empty = browser.post(at(action, "refuse/"), {"comment": "  "})
    assert empty.context["form"].errors["comment"] == ["Please say in a few words what is not right: your contact will read it."]
    page = refuse_through(browser, action, "Le stock est faux.")
    assert (page.context["stage"], "Le stock est faux." in page.content.decode()) == ("declined", True)
    assert approvals(action.firm_id) == [("Nadia Lefèvre", False, "Le stock est faux.")]
    other = of_paul(two_firms, action).get(at(action))
    assert other.context["stage"] == "declined"


def test_markup_in_a_comment_is_text(browser: Client, action: Action) -> None:
    shown = refuse_through(browser, action, "<script>alert(1)</script>").content.decode()
    assert ("&lt;script&gt;alert(1)" in shown, "<script>alert(1)" in shown) == (True, False)


def test_wrong_code_is_counted_although_nothing_else_changes(browser: Client, action: Action) -> None:
    browser.post(at(action, "approve/"), {"accepted": "on"})
    wrong = f"{(int(newest_digits(action)) + 1) % 1_000_000:06d}"
    page = browser.post(at(action, "approve/code/"), {"code": wrong})
    assert page.context["form"].errors["code"] == ["This is not the code. You have 4 tries left."]
    with firm_context(action.firm_id):
        assert (ActCode.objects.get().tries, Approval.objects.count()) == (1, 0)


def test_another_code_voids_the_one_before(browser: Client, action: Action) -> None:
    browser.post(at(action, "approve/"), {"accepted": "on"})
    first = newest_digits(action)
    assert browser.post(at(action, "approve/code/again/"))["Location"] == at(action, "approve/code/")
    assert first != newest_digits(action)
    assert list(browser.post(at(action, "approve/code/"), {"code": first}).context["form"].errors) == ["code"]
    assert browser.post(at(action, "approve/code/"), {"code": newest_digits(action)})["Location"] == at(action)


def test_code_page_without_anything_begun_leads_back(browser: Client, action: Action) -> None:
    assert browser.get(at(action, "approve/code/"))["Location"] == at(action)


def test_signature_s_addresses_are_not_those_of_an_approval(browser: Client, action: Action) -> None:
    assert browser.post(at(action, "sign/"), {"typed_name": "N", "accepted": "on"}).status_code == 404
    assert browser.post(at(action, "decline/"), {"reason": "Non"}).status_code == 404


def test_reader_sees_everything_and_can_do_nothing(two_firms: Firms) -> None:
    lumiere, _ = two_firms
    action = approval(lumiere, approvers=[lumiere.nadia])
    paul = signed_in(make_client_user(lumiere.firm, lumiere.paul_address))
    page = paul.get(at(action))
    assert (page.context["stage"], page.context["missing"], 'name="accepted"' in page.content.decode()) == (
        "reader",
        ["Nadia Lefèvre"],
        False,
    )
    assert paul.post(at(action, "approve/"), {"accepted": "on"}).status_code == 403


def over(browser: Client, action: Action) -> tuple[str, Any]:
    page = browser.get(at(action))
    return page.context["stage"], page.content.decode()


def test_withdrawn_and_expired_are_said_and_can_be_read_for_thirty_days(
    browser: Client, action: Action, two_firms: Firms, clock: time_machine.Traveller
) -> None:
    with firm_context(action.firm_id):
        withdraw(action=action, by=Actor.staff(two_firms[0].claire), now=START)
    stage, shown = over(browser, action)
    assert (stage, "The request was withdrawn" in shown) == ("withdrawn", True)
    clock.move_to(START + timedelta(days=31))
    assert browser.get(at(action)).status_code == 404


def test_expired_is_said(two_firms: Firms, client: Client, clock: time_machine.Traveller) -> None:
    lumiere, _ = two_firms
    action = approval(lumiere, expires_on=START.date())
    follow_link(client, action, lumiere.nadia_address)
    client.cookies["django_language"] = "en"
    clock.move_to(START + timedelta(days=1))
    sweep(START + timedelta(days=1))
    stage, shown = over(client, action)
    assert (stage, "It could be approved until Monday 2 November." in shown) == ("expired", True)


def test_approval_by_link_is_shown_to_staff_as_such(browser: Client, action: Action, two_firms: Firms) -> None:
    approve_through(browser, action)
    page = signed_in(two_firms[0].claire).get(f"/requests/{action.code}/")
    assert [(each.name, each.answer is not None) for each in page.context["approvers"]] == [
        ("Nadia Lefèvre", True),
        ("Paul Lefèvre", False),
    ]


@pytest.mark.parametrize("count", [1, 3, 100])
def test_page_costs_the_same_however_many_documents(
    two_firms: Firms, client: Client, count: int, django_assert_max_num_queries: Any
) -> None:
    lumiere, _ = two_firms
    action = approval(lumiere, names=[f"annexe-{n}.csv" for n in range(count)])
    follow_link(client, action, lumiere.nadia_address)
    client.get(at(action))
    with django_assert_max_num_queries(11):
        assert len(client.get(at(action)).context["documents"]) == count


def test_code_goes_to_the_addressee_alone(browser: Client, action: Action) -> None:
    browser.post(at(action, "approve/"), {"accepted": "on"})
    with firm_context(action.firm_id):
        assert set(Notice.objects.filter(event="act_code").values_list("email", flat=True)) == {"nadia@lefevre.example"}
