"""The page of a request to approve, for staff, and asking for one from the desk."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from actions.models import Action, ActionParty
from clients.models import Account
from files.enums import Area
from files.models import File
from firms.actors import Actor
from kinds.approvals.models import ApprovalDocument
from kinds.approvals.services import MOST_DOCUMENTS
from reminders.services import withdraw
from tenancy.context import firm_context
from tests.approving import CSV, approval, approve_through, kept, refuse_through, upload
from tests.factories import START
from tests.people import Lumiere, Peeters
from tests.signing import follow_link, fresh, signed_in

Firms = tuple[Lumiere, Peeters]


def new(account: Account, more: str = "") -> str:
    return f"/requests/new/approval/?account={account.code}{more}"


def form(lumiere: Lumiere, **changes: object) -> dict[str, object]:
    """A form filled in completely; None leaves a field out."""
    filled = {
        "uploads": [upload("comptes.pdf"), upload("annexe.csv", CSV)], "title": "Comptes annuels 2026", "message": "Merci.",
        "people": [lumiere.nadia.code], "due_on": "2026-11-10", "expires_on": "2026-11-30", "every_days": "3", "at_most": "1", "on": "on",
    }  # fmt: skip
    return {name: value for name, value in {**filled, **changes}.items() if value is not None}


def only_action(firm_id: int) -> Action:
    with firm_context(firm_id):
        return Action.objects.get()


def names(action: Action) -> list[str]:
    with firm_context(action.firm_id):
        return list(ApprovalDocument.objects.filter(request=action.pk).values_list("version__name", flat=True))


def count(firm_id: int) -> int:
    with firm_context(firm_id):
        return Action.objects.count()


# --- Asking --------------------------------------------------------------------------------------------------------------


@pytest.mark.rule("A02", "D13", "D29")
def test_asking_opens_the_request_with_all_that_was_chosen(two_firms: Firms) -> None:
    lumiere, _ = two_firms
    answer = signed_in(lumiere.claire).post(new(lumiere.bakery), form(lumiere))
    action = only_action(lumiere.firm.pk)
    assert answer["Location"] == f"/requests/{action.code}/"
    assert (action.title, action.message, str(action.due_on), str(action.expires_on)) == (
        "Comptes annuels 2026", "Merci.", "2026-11-10", "2026-11-30",
    )  # fmt: skip
    assert (action.reminders_on, action.remind_every_days, action.remind_max) == (True, 3, 1)
    assert names(action) == ["comptes.pdf", "annexe.csv"]
    with firm_context(lumiere.firm.pk):
        assert list(ActionParty.objects.values_list("contact_id", "role")) == [(lumiere.nadia.pk, "approver")]


def test_nobody_ticked_means_everybody_who_is_notified(two_firms: Firms) -> None:
    lumiere, _ = two_firms
    signed_in(lumiere.claire).post(new(lumiere.bakery), form(lumiere, people=None))
    with firm_context(lumiere.firm.pk):
        assert (Action.objects.count(), ActionParty.objects.count()) == (1, 0)


def test_files_of_the_account_can_be_ticked_beside_uploads(two_firms: Firms) -> None:
    lumiere, _ = two_firms
    file = kept(lumiere, "bilan.csv")
    signed_in(lumiere.claire).post(new(lumiere.bakery), form(lumiere, uploads=[upload("comptes.pdf")], file=[file.code]))
    assert names(only_action(lumiere.firm.pk)) == ["bilan.csv", "comptes.pdf"]


def test_file_that_the_address_names_is_ticked_already(two_firms: Firms) -> None:
    lumiere, _ = two_firms
    file = kept(lumiere, "bilan.csv")
    page = signed_in(lumiere.claire).get(new(lumiere.bakery, f"&file={file.code}"))
    assert [each.name for each in page.context["form"].picks] == ["bilan.csv"]
    assert f'value="{file.code}" checked' in page.content.decode()


def test_private_files_and_those_of_others_are_neither_offered_nor_taken(two_firms: Firms) -> None:
    lumiere, _ = two_firms
    private, other = kept(lumiere, "interne.csv", area=Area.PRIVATE), kept(lumiere, "autre.csv", account=lumiere.tilleuls)
    browser = signed_in(lumiere.claire)
    page = browser.get(new(lumiere.bakery))
    assert [each.name for each in page.context["form"].offered] == []
    answer = browser.post(new(lumiere.bakery), form(lumiere, uploads=None, file=[private.code, other.code]))
    assert answer.context["form"].errors["uploads"] == ["Choose at least one document that is to be approved."]
    assert count(lumiere.firm.pk) == 0


def test_search_finds_files_and_keeps_what_is_ticked(two_firms: Firms) -> None:
    lumiere, _ = two_firms
    bilan, stock = kept(lumiere, "bilan.csv"), kept(lumiere, "stock.csv")
    query = {"account": lumiere.bakery.code, "q": "sto", "file": [bilan.code]}
    page = signed_in(lumiere.claire).get("/approvals/files/", query)
    assert ([each.code for each in page.context["picks"]], [each.code for each in page.context["offered"]]) == ([bilan.code], [stock.code])


def test_what_was_uploaded_is_kept_while_the_form_says_what_is_wrong(two_firms: Firms) -> None:
    lumiere, _ = two_firms
    browser = signed_in(lumiere.claire)
    page = browser.post(new(lumiere.bakery), form(lumiere, due_on="2026-12-24"))
    assert [draft.filename for draft in page.context["form"].kept] == ["comptes.pdf", "annexe.csv"]
    drafts = [draft.name for draft in page.context["form"].kept]
    browser.post(new(lumiere.bakery), form(lumiere, uploads=None, draft=drafts[1:]))
    assert names(only_action(lumiere.firm.pk)) == ["annexe.csv"]


def test_draft_of_a_colleague_is_nobody_else_s(two_firms: Firms) -> None:
    lumiere, _ = two_firms
    page = signed_in(lumiere.claire).post(new(lumiere.bakery), form(lumiere, due_on="2026-12-24"))
    drafts = [draft.name for draft in page.context["form"].kept]
    answer = signed_in(lumiere.amir).post(new(lumiere.bakery), form(lumiere, uploads=None, draft=drafts))
    assert "uploads" in answer.context["form"].errors


HOSTILE = {
    "page.pdf": b"<html><script>alert(1)</script></html>",
    "dessin.svg": b'<svg xmlns="http://www.w3.org/2000/svg"><script/></svg>',
    "vide.pdf": b"",
    "../../etc/passwd.exe": b"MZ\x90\x00",
}


def test_hostile_files_are_refused_by_name_and_the_good_one_is_kept(two_firms: Firms) -> None:
    lumiere, _ = two_firms
    files = [upload("comptes.pdf"), *(SimpleUploadedFile(name, content) for name, content in HOSTILE.items())]
    page = signed_in(lumiere.claire).post(new(lumiere.bakery), form(lumiere, uploads=files))
    told = page.context["form"].errors["uploads"]
    assert len(told) == len(HOSTILE)
    assert [draft.filename for draft in page.context["form"].kept] == ["comptes.pdf"]
    assert count(lumiere.firm.pk) == 0


def test_more_than_the_most_documents_are_refused_with_a_sentence(two_firms: Firms) -> None:
    lumiere, _ = two_firms
    assert MOST_DOCUMENTS == 100
    files = [upload(f"{n}.csv", CSV) for n in range(101)]
    page = signed_in(lumiere.claire).post(new(lumiere.bakery), form(lumiere, uploads=files))
    assert page.context["form"].errors["uploads"] == ["These are 101 documents; the most is 100. Leave some out, or ask twice."]


def test_title_left_empty_is_the_first_document_s_name_and_how_many_more(two_firms: Firms) -> None:
    lumiere, _ = two_firms
    signed_in(lumiere.claire).post(new(lumiere.bakery), form(lumiere, title=""))
    assert only_action(lumiere.firm.pk).title == "Comptes et 1 autre document"


def test_file_that_goes_meanwhile_is_told_and_nothing_is_asked(two_firms: Firms) -> None:
    lumiere, _ = two_firms
    file = kept(lumiere)
    with firm_context(lumiere.firm.pk):
        File.objects.filter(pk=file.pk).update(trashed_at=START, trashed_by="Claire Moreau")
    page = signed_in(lumiere.claire).post(new(lumiere.bakery), form(lumiere, uploads=None, file=[file.code]))
    assert "uploads" in page.context["form"].errors
    assert count(lumiere.firm.pk) == 0


# --- The page ------------------------------------------------------------------------------------------------------------


def page_of(lumiere: Lumiere, action: Action) -> Any:
    return signed_in(lumiere.claire).get(f"/requests/{action.code}/")


@pytest.mark.rule("D32")
def test_page_shows_documents_approvers_and_the_way_to_request_again(two_firms: Firms) -> None:
    lumiere, _ = two_firms
    action = approval(lumiere, names=("comptes.pdf", "plan.png"))
    page = page_of(lumiere, action)
    shown = page.content.decode()
    assert [each.name for each in page.context["documents"]] == ["comptes.pdf", "plan.png"]
    assert ("Has not approved yet" in shown, "Request approval" in shown, "/approvals/request/" in shown) == (True, True, True)


def test_page_shows_the_evidence_and_the_comment_of_a_refusal(two_firms: Firms, client: Client) -> None:
    lumiere, _ = two_firms
    action = approval(lumiere)
    refuse_through(follow_link(client, action, lumiere.nadia_address), action, "Le stock est faux.")
    shown = page_of(lumiere, action).content.decode()
    for words in ("Le stock est faux.", "nadia@lefevre.example", "The client declined.", "Fingerprint of all the documents"):
        assert words in shown
    assert "Request approval" not in shown


def test_page_says_approved_with_its_reason(two_firms: Firms, client: Client) -> None:
    lumiere, _ = two_firms
    action = approval(lumiere)
    approve_through(follow_link(client, action, lumiere.nadia_address), action)
    shown = page_of(lumiere, action).content.decode()
    assert ("The client has approved." in shown, "Approved Mon 2 Nov, 10:00" in shown) == (True, True)


@pytest.mark.rule("D06")
def test_resend_stands_in_the_three_dots_of_a_pending_request_alone(two_firms: Firms) -> None:
    lumiere, _ = two_firms
    action = approval(lumiere)
    assert 'data-bs-target="#resend"' in page_of(lumiere, action).content.decode()
    with firm_context(lumiere.firm.pk):
        withdraw(action=action, by=Actor.staff(lumiere.claire), now=START)
    assert 'data-bs-target="#resend"' not in page_of(lumiere, action).content.decode()


@pytest.mark.rule("D12")
def test_reminders_can_be_switched_off_and_on_while_one_has_approved(two_firms: Firms, client: Client) -> None:
    lumiere, _ = two_firms
    action = approval(lumiere, approvers=[lumiere.nadia, lumiere.paul])
    approve_through(follow_link(client, action, lumiere.nadia_address), action)
    browser, path = signed_in(lumiere.claire), f"/requests/{action.code}/reminders/"
    browser.post(path, {"every_days": "3", "at_most": "1"})
    assert (fresh(action).reminders_on, fresh(action).next_reminder_at) == (False, None)
    browser.post(path, {"on": "on", "every_days": "5", "at_most": "2"})
    assert (fresh(action).reminders_on, fresh(action).remind_every_days, fresh(action).next_reminder_at is None) == (True, 5, False)


def test_documents_are_behind_the_action_s_door(two_firms: Firms) -> None:
    lumiere, peeters = two_firms
    action = approval(lumiere)
    paths = [f"/approvals/{action.code}/1/{part}" for part in ("", "file/", "pages/1.png")]
    answers = [signed_in(lumiere.claire).get(path) for path in paths]
    assert [answer.status_code for answer in answers] == [200, 200, 200]
    assert [signed_in(peeters.wim).get(path).status_code for path in paths] == [404, 404, 404]


@pytest.mark.parametrize("documents", [1, 3, 100])
def test_page_costs_the_same_however_many_documents(two_firms: Firms, documents: int, django_assert_num_queries: Any) -> None:
    lumiere, _ = two_firms
    action = approval(lumiere, names=[f"annexe-{n}.csv" for n in range(documents)])
    browser = signed_in(lumiere.claire)
    browser.get(f"/requests/{action.code}/")
    with django_assert_num_queries(16):  # four of them enter and leave the firm
        assert len(browser.get(f"/requests/{action.code}/").context["documents"]) == documents
