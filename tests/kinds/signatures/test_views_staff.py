"""Asking for a signature from the desk, and the page of the request."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.test import Client

from actions.models import Action, ActionParty
from clients.models import Account, AccountAddress
from firms.enums import FailedTaskKind, Right
from firms.models import FailedTask, Staff
from kinds.signatures.models import SignatureRequest
from notifications.models import Notice
from notifications.queries import who_would_get
from notifications.verdicts import Verdict
from tenancy.context import firm_context
from tests.factories import START, AccountFactory
from tests.people import Lumiere, Peeters
from tests.signing import asked, fresh, make_pdf, pdf_upload, signed_in

Firms = tuple[Lumiere, Peeters]


def new(account: Account) -> str:
    return f"/requests/new/signature/?account={account.code}"


def form(lumiere: Lumiere, **changes: object) -> dict[str, object]:
    """A form filled in completely; None leaves a field out."""
    filled = {
        "document": pdf_upload(), "title": "Lettre de mission 2027", "message": "Merci.",
        "people": [lumiere.nadia.code, lumiere.paul.code], "due_on": "2026-11-10",
        "expires_on": "2026-11-30", "every_days": "3", "at_most": "1", "on": "on",
    }  # fmt: skip
    return {name: value for name, value in {**filled, **changes}.items() if value is not None}


def only_action(firm_id: int) -> Action:
    with firm_context(firm_id):
        return Action.objects.get()


def actions(firm_id: int) -> int:
    with firm_context(firm_id):
        return Action.objects.count()


@pytest.mark.rule("A02", "D13", "D24")
def test_asking_opens_the_request_with_all_that_was_chosen(two_firms: Firms) -> None:
    lumiere, _ = two_firms
    answer = signed_in(lumiere.claire).post(new(lumiere.bakery), form(lumiere))
    action = only_action(lumiere.firm.pk)
    assert answer["Location"] == f"/requests/{action.code}/"
    assert (action.title, action.message, str(action.due_on), str(action.expires_on)) == (
        "Lettre de mission 2027",
        "Merci.",
        "2026-11-10",
        "2026-11-30",
    )
    assert (action.reminders_on, action.remind_every_days, action.remind_max) == (True, 3, 1)
    with firm_context(lumiere.firm.pk):
        assert SignatureRequest.objects.get().filename == "lettre-de-mission-2027.pdf"
        assert set(ActionParty.objects.values_list("contact_id", flat=True)) == {lumiere.nadia.pk, lumiere.paul.pk}


@pytest.mark.rule("D13", "D14", "D15")
def test_form_proposes_three_days_once_and_off(two_firms: Firms) -> None:
    lumiere, _ = two_firms
    schedule = signed_in(lumiere.claire).get(new(lumiere.bakery)).context["schedule_form"]
    assert {name: schedule[name].value() for name in ("on", "every_days", "at_most")} == {"on": False, "every_days": 3, "at_most": 1}


def test_title_is_one_line_whatever_is_posted(two_firms: Firms) -> None:
    """It becomes a subject: with a line break in it no e-mail could go."""
    lumiere, _ = two_firms
    signed_in(lumiere.claire).post(new(lumiere.bakery), form(lumiere, title="Lettre\r\nBcc: all@evil.example\u2028de \u202emission"))
    assert only_action(lumiere.firm.pk).title == "Lettre Bcc: all@evil.example de mission"


def test_title_left_empty_is_the_file_s_name(two_firms: Firms) -> None:
    lumiere, _ = two_firms
    signed_in(lumiere.claire).post(new(lumiere.bakery), form(lumiere, title=""))
    assert only_action(lumiere.firm.pk).title == "Lettre de mission 2027"


WRONG: list[tuple[dict[str, object], str, str]] = [
    ({"document": None}, "document", "Choose the PDF that is to be signed."),
    ({"document": pdf_upload("a.pdf", b"GIF89a")}, "document", "“a.pdf” is not a PDF. Save the document as PDF, then choose it again."),
    ({"document": pdf_upload("a.pdf", make_pdf(1)[:300])}, "document",
     "“a.pdf” begins like a PDF but cannot be read. Open it, save it as PDF once more, then choose that file."),
    ({"people": []}, "people", "Tick at least one person who is to sign."),
    ({"due_on": "2026-11-01"}, "due_on", "This day is over. Choose today or a later one."),
    ({"expires_on": "2026-11-09"}, "expires_on", "It must still be possible on the day on which it is due."),
]  # fmt: skip


@pytest.mark.parametrize(("changes", "field", "said"), WRONG)
def test_what_is_wrong_is_said_at_its_field_and_nothing_is_lost(
    two_firms: Firms, changes: dict[str, object], field: str, said: str
) -> None:
    lumiere, _ = two_firms
    page = signed_in(lumiere.claire).post(new(lumiere.bakery), form(lumiere, message="Un mot", **changes))
    assert page.context["form"].errors == {field: [said]}
    assert page.context["form"]["message"].value() == "Un mot"
    assert actions(lumiere.firm.pk) == 0


def test_wrong_rhythm_is_said_and_nothing_is_lost(two_firms: Firms) -> None:
    lumiere, _ = two_firms
    page = signed_in(lumiere.claire).post(new(lumiere.bakery), form(lumiere, every_days="0", at_most="11"))
    assert set(page.context["schedule_form"].errors) == {"every_days", "at_most"}
    assert page.context["form"]["title"].value() == "Lettre de mission 2027"


def test_document_of_a_form_in_error_is_kept(two_firms: Firms) -> None:
    lumiere, _ = two_firms
    client = signed_in(lumiere.claire)
    page = client.post(new(lumiere.bakery), form(lumiere, people=[]))
    assert page.context["form"].kept == "lettre-de-mission-2027.pdf"
    client.post(new(lumiere.bakery), form(lumiere, document=None, draft=page.context["form"]["draft"].value()))
    with firm_context(lumiere.firm.pk):
        assert SignatureRequest.objects.get().filename == "lettre-de-mission-2027.pdf"
    assert default_storage.listdir(f"files/{lumiere.firm.pk}/drafts/{lumiere.claire.pk}")[1] == []


@pytest.mark.parametrize("draft", ["../../../../etc/passwd", "x", "a" * 32, "\x00" * 32])
def test_invented_draft_is_no_document(two_firms: Firms, draft: str) -> None:
    lumiere, _ = two_firms
    page = signed_in(lumiere.claire).post(new(lumiere.bakery), form(lumiere, document=None, draft=draft))
    assert "document" in page.context["form"].errors
    assert actions(lumiere.firm.pk) == 0


def test_draft_of_a_colleague_is_not_there(two_firms: Firms) -> None:
    lumiere, _ = two_firms
    page = signed_in(lumiere.claire).post(new(lumiere.bakery), form(lumiere, people=[]))
    draft = page.context["form"]["draft"].value()
    again = signed_in(lumiere.amir).post(new(lumiere.bakery), form(lumiere, document=None, draft=draft))
    assert again.context["form"].errors == {"document": ["Choose the PDF that is to be signed."]}


def recipients(client: Client, account: Account, *signers: str) -> Any:
    return client.get("/requests/new/signature/recipients/", {"account": account.code, "people": signers})


@pytest.mark.rule("X22", "M34")
def test_who_will_get_this_equals_what_is_written_to_the_outbox(two_firms: Firms) -> None:
    lumiere, _ = two_firms
    client = signed_in(lumiere.claire)
    shown = recipients(client, lumiere.bakery, lumiere.nadia.code)
    assert "Send to 1 person" in shown.content.decode()
    client.post(new(lumiere.bakery), form(lumiere, people=[lumiere.nadia.code]))
    with firm_context(lumiere.firm.pk):
        written = {(n.email, n.verdict != Verdict.SKIP) for n in Notice.objects.all()}
    assert {(row.address, row.gets_it) for row in shown.context["gets"]} == written


def test_button_counts_the_people(two_firms: Firms) -> None:
    lumiere, _ = two_firms
    shown = recipients(signed_in(lumiere.claire), lumiere.bakery, lumiere.nadia.code, lumiere.paul.code)
    assert "Send to 2 people" in shown.content.decode()


@pytest.mark.rule("M28")
def test_asking_where_nobody_hears_takes_a_yes_that_names_the_account(two_firms: Firms) -> None:
    lumiere, _ = two_firms
    client = signed_in(lumiere.claire)
    with firm_context(lumiere.firm.pk):
        AccountAddress.objects.filter(account=lumiere.bakery).update(notify=False)
    assert "Nobody of Boulangerie Lefèvre SRL would be told" in recipients(client, lumiere.bakery, lumiere.nadia.code).content.decode()
    page = client.post(new(lumiere.bakery), form(lumiere))
    said = "Nobody of Boulangerie Lefèvre SRL would be told. Tick the box beside the button to go on."
    assert list(page.context["form"].non_field_errors()) == [said]
    assert actions(lumiere.firm.pk) == 0
    again = form(lumiere, document=None, go_on="on", draft=page.context["form"]["draft"].value())
    assert client.post(new(lumiere.bakery), again).status_code == 302
    with firm_context(lumiere.firm.pk):
        assert FailedTask.objects.get().kind == FailedTaskKind.NOBODY_TO_NOTIFY


@pytest.mark.rule("M5")
@pytest.mark.parametrize(("shows", "words"), [(False, "your firm hides message context"), (True, "and in the e-mails.")])
def test_form_says_whether_e_mails_show_the_message(two_firms: Firms, shows: bool, words: str) -> None:
    lumiere, _ = two_firms
    with firm_context(lumiere.firm.pk):
        lumiere.firm.show_context = shows
        lumiere.firm.save()
    assert words in signed_in(lumiere.claire).get(new(lumiere.bakery)).content.decode()


def test_signer_of_another_account_or_firm_is_no_choice(two_firms: Firms) -> None:
    lumiere, peeters = two_firms
    client = signed_in(lumiere.claire)
    for code in (peeters.lotte.code, "x", "\x00", "' OR 1=1"):
        page = client.post(new(lumiere.bakery), form(lumiere, people=[code]))
        assert "people" in page.context["form"].errors
        assert recipients(client, lumiere.bakery, code).context["people"] == []
    assert actions(lumiere.firm.pk) == 0


def grant(staff: Staff, *rights: Right) -> None:
    with firm_context(staff.firm_id):
        Staff.objects.filter(pk=staff.pk).update(rights=list(rights))


def test_asking_needs_the_right_or_to_manage_the_account(two_firms: Firms) -> None:
    lumiere, peeters = two_firms
    pages = ["/requests/new/signature/", new(lumiere.bakery), f"/requests/new/signature/recipients/?account={lumiere.bakery.code}"]
    assert [signed_in(lumiere.emma).get(page).status_code for page in pages] == [200, 200, 200]
    assert [signed_in(lumiere.paulo).get(page).status_code for page in pages] == [403, 404, 404]
    grant(lumiere.paulo, Right.SEE_ALL_ACCOUNTS)
    assert [signed_in(lumiere.paulo).get(page).status_code for page in pages] == [403, 403, 403]
    assert signed_in(lumiere.paulo).post(new(lumiere.bakery), form(lumiere)).status_code == 403
    assert [signed_in(peeters.wim).get(page).status_code for page in pages] == [200, 404, 404]
    assert [Client().get(page).status_code for page in pages] == [302, 302, 302]


@pytest.mark.parametrize("code", ["x", "%00", "AAAAAAAAAAAA", "..%2F.."])
def test_account_that_is_none_is_not_found(two_firms: Firms, code: str) -> None:
    client = signed_in(two_firms[0].claire)
    assert client.get(f"/requests/new/signature/?account={code}").status_code == 404
    assert client.get(f"/requests/new/signature/recipients/?account={code}").status_code == 404


def test_manager_without_rights_chooses_among_their_own(two_firms: Firms) -> None:
    lumiere, _ = two_firms
    with firm_context(lumiere.firm.pk):
        Account.objects.filter(pk=lumiere.tilleuls.pk).update(manager=lumiere.paulo)
    page = signed_in(lumiere.paulo).get("/requests/new/signature/")
    assert [account.name for account in page.context["page"]] == ["SCI des Tilleuls"]


@pytest.mark.parametrize(
    ("typed", "found"),
    [("nadia", ["Boulangerie Lefèvre SRL", "SCI des Tilleuls"]), ("tilleuls", ["SCI des Tilleuls"]), ("zzz", []), ("z\x00", [])],
)
def test_account_is_found_by_what_is_typed(two_firms: Firms, typed: str, found: list[str]) -> None:
    page = signed_in(two_firms[0].claire).get("/requests/new/signature/", {"q": typed})
    assert [account.name for account in page.context["page"]] == found


def test_nothing_is_asked_of_an_archived_account(two_firms: Firms) -> None:
    lumiere, _ = two_firms
    with firm_context(lumiere.firm.pk):
        Account.objects.filter(pk=lumiere.bakery.pk).update(archived_at=START)
    assert signed_in(lumiere.claire).post(new(lumiere.bakery), form(lumiere))["Location"] == f"/accounts/{lumiere.bakery.code}/"
    assert actions(lumiere.firm.pk) == 0


# --- The request's page --------------------------------------------------------------------------------------------------


def test_page_shows_document_signers_and_history(two_firms: Firms) -> None:
    lumiere, _ = two_firms
    action = asked(lumiere, signers=[lumiere.nadia, lumiere.paul], due_on=START.date() - timedelta(days=4))
    page = signed_in(lumiere.claire).get(f"/requests/{action.code}/")
    assert (page.context["days_late"], str(page.context["description"].state)) == (4, "Waiting")
    assert [(each.contact.name, each.signed_at) for each in page.context["party_list"]] == [("Nadia Lefèvre", None), ("Paul Lefèvre", None)]
    assert [(entry.what, entry.people) for entry in page.context["entries"][1:]] == [
        ("Request", "Nadia Lefèvre and Paul Lefèvre"),
        ("Claire Moreau asked for “Lettre de mission 2027”", ""),
    ]


def test_files_are_behind_the_action_s_door(two_firms: Firms) -> None:
    lumiere, peeters = two_firms
    action = asked(lumiere)
    paths = [f"/signatures/{action.code}/document.pdf", f"/signatures/{action.code}/pages/1.png"]
    assert [signed_in(lumiere.claire).get(path)["Content-Type"] for path in paths] == ["application/pdf", "image/png"]
    for stranger in (lumiere.paulo, peeters.wim):
        assert [signed_in(stranger).get(path).status_code for path in paths] == [404, 404]
    assert [Client().get(path).status_code for path in paths] == [302, 302]


@pytest.mark.parametrize("count", [1, 2])
def test_page_costs_the_same_however_many_signers(two_firms: Firms, count: int, django_assert_num_queries: Any) -> None:
    lumiere, _ = two_firms
    action = asked(lumiere, signers=[lumiere.nadia, lumiere.paul][:count])
    client = signed_in(lumiere.claire)
    client.get(f"/requests/{action.code}/")
    with django_assert_num_queries(18):
        client.get(f"/requests/{action.code}/")


@pytest.mark.parametrize("count", [1, 3])
def test_choosing_an_account_costs_the_same_however_many(two_firms: Firms, count: int, django_assert_num_queries: Any) -> None:
    lumiere, _ = two_firms
    with firm_context(lumiere.firm.pk):
        AccountFactory.create_batch(count, firm=lumiere.firm)
    client = signed_in(lumiere.claire)
    client.get("/requests/new/signature/")
    with django_assert_num_queries(10):
        client.get("/requests/new/signature/")


def test_who_would_get_reads_the_same_as_who_got(two_firms: Firms) -> None:
    lumiere, _ = two_firms
    action = asked(lumiere)
    with firm_context(lumiere.firm.pk):
        rows = who_would_get(firm=lumiere.firm, account=lumiere.bakery, preference="wants_signatures", named=[lumiere.nadia.pk], now=START)  # type: ignore[arg-type]
        assert {(row.email, row.decision.reason) for row in rows} == set(Notice.objects.values_list("email", "reason"))
    assert fresh(action).is_open
