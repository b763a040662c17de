"""The client's page, without JavaScript: read, name and tick, code; or no."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client

from access.models import ActCode
from actions.enums import ActionState
from actions.models import Action
from files import pictures
from files.pdf import NotAPdf, read_pdf
from firms.actors import Actor
from kinds.signatures.models import Signature, SignatureRequest
from notifications.models import Notice
from reminders.services import withdraw
from tenancy.context import firm_context
from tests.factories import START
from tests.people import Lumiere, Peeters
from tests.signing import (
    NAME,
    asked,
    decline_through,
    follow_link,
    fresh,
    make_client_user,
    make_pdf,
    newest_digits,
    sign_through,
    signed_in,
)

Firms = tuple[Lumiere, Peeters]


@pytest.fixture
def action(two_firms: Firms) -> Action:
    lumiere, _ = two_firms
    return asked(lumiere, signers=[lumiere.nadia, lumiere.paul], message="Merci de relire.", due_on=START.date())


@pytest.fixture
def browser(client: Client, two_firms: Firms, action: Action) -> Client:
    """Nadia's, who has followed the link and reads English."""
    client.cookies["django_language"] = "en"
    return follow_link(client, action, two_firms[0].nadia_address)


def at(action: Action, part: str = "") -> str:
    return f"/a/{action.code}/{part}"


def test_page_shows_what_is_asked_who_asks_and_who_has_signed(browser: Client, action: Action) -> None:
    page = browser.get(at(action))
    shown = page.content.decode()
    assert page.context["stage"] == "act"
    for words in (
        "Merci de relire.",
        "Claire Moreau",
        "Nadia Lefèvre, your turn",
        "Paul Lefèvre has not signed yet",
        "n•••a@lefevre.example",
    ):
        assert words in shown
    assert [(each.number, each.text) for each in page.context["pages"]] == [
        (1, "Lettre de mission 2027\npage 1"),
        (2, "Lettre de mission 2027\npage 2"),
    ]


def test_name_is_not_typed_beforehand(browser: Client, action: Action) -> None:
    assert browser.get(at(action)).context["form"]["typed_name"].value() is None


def test_signing_in_two_steps(browser: Client, action: Action, two_firms: Firms) -> None:
    page = sign_through(browser, action)
    assert (page.redirect_chain[-1][0], page.context["stage"], page.context["missing"]) == (at(action), "acted", ["Paul Lefèvre"])
    assert "You signed on Monday 2 November at 10:00 (Paris)." in page.content.decode()
    paul = follow_link(Client(), action, two_firms[0].paul_address)
    assert sign_through(paul, action).context["stage"] == "acted"
    assert fresh(action).state == ActionState.DONE


def test_name_is_kept_without_signs_that_could_disguise_it(browser: Client, action: Action) -> None:
    browser.post(at(action, "sign/"), {**NAME, "typed_name": "Nadia\r\n \u202eLefèvre"})
    browser.post(at(action, "code/"), {"code": newest_digits(action)})
    with firm_context(action.firm_id):
        assert Signature.objects.get().typed_name == "Nadia Lefèvre"


@pytest.mark.parametrize("missing", ["typed_name", "accepted"])
def test_name_and_tick_are_both_needed_and_nothing_typed_is_lost(browser: Client, action: Action, missing: str) -> None:
    page = browser.post(at(action, "sign/"), {name: value for name, value in NAME.items() if name != missing})
    assert list(page.context["form"].errors) == [missing]
    assert page.context["form"]["typed_name"].value() == (None if missing == "typed_name" else "Nadia Lefèvre")
    with firm_context(action.firm_id):
        assert ActCode.objects.count() == 0


def test_code_may_be_typed_with_blanks(browser: Client, action: Action) -> None:
    browser.post(at(action, "sign/"), NAME)
    digits = newest_digits(action)
    assert browser.post(at(action, "code/"), {"code": f" {digits[:3]} {digits[3:]} "}).status_code == 302


@pytest.mark.parametrize("typed", ["", "12345", "1234567", "abcdef", "١٢٣٤٥٦", "12\x00456", "123 45"])
def test_what_cannot_be_a_code_is_no_try(browser: Client, action: Action, typed: str) -> None:
    browser.post(at(action, "sign/"), NAME)
    page = browser.post(at(action, "code/"), {"code": typed})
    assert (page.status_code, "code" in page.context["form"].errors) == (200, True)
    with firm_context(action.firm_id):
        assert ActCode.objects.get().tries == 0


def test_wrong_code_is_counted_although_nothing_else_changes(browser: Client, action: Action) -> None:
    browser.post(at(action, "sign/"), NAME)
    wrong = f"{(int(newest_digits(action)) + 1) % 1_000_000:06d}"
    page = browser.post(at(action, "code/"), {"code": wrong})
    assert page.context["form"].errors["code"] == ["This is not the code. You have 4 tries left."]
    with firm_context(action.firm_id):
        assert (ActCode.objects.get().tries, Signature.objects.count()) == (1, 0)


def test_new_code_replaces_the_old_one(browser: Client, action: Action, clock: time_machine.Traveller) -> None:
    browser.post(at(action, "sign/"), NAME)
    first = newest_digits(action)
    clock.shift(timedelta(minutes=1))
    assert browser.post(at(action, "code/again/"))["Location"] == at(action, "code/")
    assert browser.post(at(action, "code/"), {"code": first}).status_code == 200
    assert browser.post(at(action, "code/"), {"code": newest_digits(action)}).status_code == 302


def test_sixth_code_is_refused_with_a_sentence(browser: Client, action: Action) -> None:
    browser.post(at(action, "sign/"), NAME)
    for _ in range(4):
        browser.post(at(action, "code/again/"))
    again = browser.post(at(action, "code/again/"))
    anew = browser.post(at(action, "sign/"), NAME)
    said = ["Five codes went to this address within an hour. Please wait a little before you ask for another."]
    assert (list(again.context["form"].errors["code"]), list(anew.context["form"].non_field_errors())) == (said, said)


def test_code_of_one_browser_does_not_sign_in_another(browser: Client, action: Action, two_firms: Firms) -> None:
    """Somebody to whom the e-mail was forwarded asks for a code: it goes to Nadia, and is good in that browser alone."""
    browser.post(at(action, "sign/"), NAME)
    digits = newest_digits(action)
    other = follow_link(Client(), action, two_firms[0].nadia_address)
    assert other.post(at(action, "code/"), {"code": digits})["Location"] == at(action)  # nothing is pending there
    with firm_context(action.firm_id):
        assert Signature.objects.count() == 0


def test_code_page_without_a_first_step_leads_back(browser: Client, action: Action) -> None:
    assert browser.get(at(action, "code/"))["Location"] == at(action)
    assert browser.post(at(action, "code/again/"))["Location"] == at(action)


def test_declining_in_two_steps(browser: Client, action: Action) -> None:
    assert browser.get(at(action, "decline/")).status_code == 200
    without = browser.post(at(action, "decline/"), {"reason": " "})
    assert without.context["form"].errors["reason"] == ["Please say in a few words why: your contact at the firm will read it."]
    assert decline_through(browser, action, "Les honoraires ont changé.").context["stage"] == "declined"
    with firm_context(action.firm_id):
        assert SignatureRequest.objects.get().decline_reason == "Les honoraires ont changé."
    assert fresh(action).refused is True


def test_reader_sees_the_document_and_no_form(two_firms: Firms) -> None:
    lumiere, _ = two_firms
    paul = signed_in(make_client_user(lumiere.firm, lumiere.paul_address))
    action = asked(lumiere, signers=[lumiere.nadia])
    page = paul.get(at(action))
    assert (page.context["stage"], page.context["missing"]) == ("reader", ["Nadia Lefèvre"])
    assert at(action, "sign/") not in page.content.decode()
    assert paul.post(at(action, "sign/"), NAME).status_code == 403
    assert paul.get(at(action, "decline/"))["Location"] == at(action)


def test_withdrawn_request_says_so_and_takes_nothing(browser: Client, action: Action, two_firms: Firms) -> None:
    lumiere, _ = two_firms
    browser.post(at(action, "sign/"), NAME)
    digits = newest_digits(action)
    with firm_context(lumiere.firm.pk):
        withdraw(action=action, by=Actor.staff(lumiere.claire), now=START)
    assert browser.get(at(action)).context["stage"] == "withdrawn"
    assert browser.post(at(action, "code/"), {"code": digits})["Location"] == at(action)
    assert browser.post(at(action, "sign/"), NAME)["Location"] == at(action)
    with firm_context(lumiere.firm.pk):
        assert Signature.objects.count() == 0


def test_day_after_the_last_one_is_too_late(client: Client, two_firms: Firms, clock: time_machine.Traveller) -> None:
    lumiere, _ = two_firms
    action = asked(lumiere, expires_on=START.date())
    follow_link(client, action, lumiere.nadia_address)
    clock.shift(timedelta(days=1))
    assert client.get(at(action)).context["stage"] == "expired"


def test_file_is_a_download_of_what_was_uploaded(browser: Client, action: Action, two_firms: Firms) -> None:
    answer = browser.get(at(action, "document.pdf"))
    assert (answer["Content-Type"], answer["Content-Disposition"]) == (
        "application/pdf",
        "attachment; filename=\"lettre.pdf\"; filename*=UTF-8''lettre.pdf",
    )
    assert (answer["X-Content-Type-Options"], answer["Content-Security-Policy"]) == ("nosniff", "default-src 'none'; sandbox")
    assert answer.content.startswith(b"%PDF-")


def test_name_of_a_file_cannot_leave_its_header(client: Client, two_firms: Firms) -> None:
    lumiere, _ = two_firms
    action = asked(lumiere, pdf=read_pdf('Été; filename="x.html"\r\nX: y.pdf', make_pdf()))
    follow_link(client, action, lumiere.nadia_address)
    header = client.get(at(action, "document.pdf"))["Content-Disposition"]
    assert header.startswith("attachment; filename=\"_t___filename__x.html_X__y.pdf\"; filename*=UTF-8''%C3%89t%C3%A9%3B")


def test_pages_are_pictures(browser: Client, action: Action) -> None:
    first = browser.get(at(action, "pages/1.png"))
    assert (first["Content-Type"], first.content[:8], first["X-Content-Type-Options"]) == ("image/png", b"\x89PNG\r\n\x1a\n", "nosniff")
    assert [browser.get(at(action, f"pages/{number}.png")).status_code for number in (0, 2, 3, 99)] == [404, 200, 404, 404]
    assert browser.get(at(action, "pages/1.png")).content == first.content


def test_page_that_cannot_be_drawn_is_tried_once(browser: Client, action: Action, monkeypatch: pytest.MonkeyPatch) -> None:
    tried = []

    def too_heavy(content: bytes, number: int = 0) -> bytes:
        tried.append(number)
        raise NotAPdf("too heavy")

    monkeypatch.setattr(pictures, "draw_page", too_heavy)
    monkeypatch.setattr(pictures, "read_texts", too_heavy)
    assert [browser.get(at(action, "pages/1.png")).status_code for _ in range(2)] == [404, 404]
    assert [browser.get(at(action)).status_code for _ in range(2)] == [200, 200]
    assert tried == [1, 0]
    assert browser.get(at(action, "document.pdf")).status_code == 200


def test_page_shows_the_firm_and_not_the_product(browser: Client, action: Action) -> None:
    shown = browser.get(at(action)).content.decode()
    assert ("Cabinet Lumière" in shown, "Relance" in shown) == (True, False)


def test_code_is_asked_for_once_a_post_and_never_by_reading(browser: Client, action: Action) -> None:
    browser.post(at(action, "sign/"), NAME)
    for _ in range(3):
        browser.get(at(action, "code/"))
    with firm_context(action.firm_id):
        assert Notice.objects.filter(event="act_code").count() == 1
