"""Requesting approval once more: of one, of all that are pending, of an account and of the firm."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from access.doors import Visitor, Way
from actions.enums import ActionState
from actions.models import Action
from clients.models import AccountAddress
from firms.actors import Actor
from firms.enums import Right, Verb
from firms.models import ActivityLine, Staff
from kinds.approvals import requesting
from kinds.approvals.requesting import pending_to_request
from kinds.approvals.wording import by_account, count_told, proposed_message
from notifications.models import Notice
from notifications.verdicts import Verdict
from portal.queries import open_items
from reminders.services import withdraw
from tests.approving import approval
from tests.factories import START
from tests.mail import Mailbox, text_of
from tests.people import Lumiere
from tests.signing import fresh, signed_in
from tests.story import ask_signature, live

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
NADIA, PAUL = "nadia@lefevre.example", "paul@lefevre.example"
USUAL = "Please read the documents and approve them. If something is not right, tell us on the same page."


@pytest.fixture
def claire(lumiere: Lumiere) -> Client:
    lumiere.firm.show_context = True
    lumiere.firm.save()
    return signed_in(lumiere.claire)


def ask_again(browser: Client, **form: Any) -> Any:
    """The dialog."""
    return browser.post(reverse("approval_request_ask"), form, headers={"HX-Request": "true"})


def send(browser: Client, **form: Any) -> Any:
    return browser.post(reverse("approval_request_send"), form)


def sent(mailbox: Mailbox, email: str = NADIA) -> list[str]:
    return [text_of(message) for message in mailbox.to(email)]


def told(lumiere: Lumiere, mailbox: Mailbox, *actions: Action) -> None:
    """The first e-mails have gone, and are forgotten."""
    live(START)
    mailbox.accepted.clear()


@pytest.mark.rule("D32", "D33")
def test_dialog_says_who_gets_it_and_proposes_the_message(lumiere: Lumiere, claire: Client) -> None:
    lumiere.nadia.language = "en"
    lumiere.nadia.save()
    action = approval(lumiere)
    page = ask_again(claire, only=action.code)
    shown = page.content.decode()
    assert (page.context["form"]["message"].value(), page.context["told"]) == (USUAL, 1)
    for words in ("Request approval: Comptes annuels 2026", "nadia@lefevre.example", "Send request", f'value="{action.code}"'):
        assert words in shown


@pytest.mark.rule("D33")
def test_edited_text_is_what_the_client_gets(lumiere: Lumiere, claire: Client, mailbox: Mailbox) -> None:
    action = approval(lumiere, message="Merci de relire.")
    told(lumiere, mailbox)
    assert ask_again(claire, only=action.code).context["form"]["message"].value() == "Merci de relire."
    send(claire, row=[action.code], message="Nadia, c’est urgent : le dépôt est vendredi.")
    live(START + HOUR)
    (text,) = sent(mailbox)
    assert ("c’est urgent" in text, "Merci de relire." in text, fresh(action).message) == (
        True, False, "Nadia, c’est urgent : le dépôt est vendredi.",
    )  # fmt: skip


@pytest.mark.rule("D33")
def test_text_left_alone_is_the_usual_one_in_the_client_s_language(lumiere: Lumiere, claire: Client, mailbox: Mailbox) -> None:
    one, other = approval(lumiere, title="Un"), approval(lumiere, title="Deux", account=lumiere.tilleuls)
    told(lumiere, mailbox)
    proposed = proposed_message(lumiere.claire, [one, other])
    send(claire, row=[one.code, other.code], message=proposed)
    assert {fresh(one).message, fresh(other).message} == {proposed_message(lumiere.claire, [approval(lumiere, title="Trois")])}


@pytest.mark.rule("D08", "M17")
def test_all_pending_of_an_account_are_one_email_that_lists_them_with_their_links(
    lumiere: Lumiere, claire: Client, mailbox: Mailbox
) -> None:
    first = approval(lumiere, title="Bilan 2026", names=("bilan.pdf",))
    second = approval(lumiere, title="Liasse 2026", names=("liasse.pdf",))
    elsewhere = approval(lumiere, title="Autre compte", account=lumiere.tilleuls)
    closed = approval(lumiere, title="Retiré")
    withdraw(action=closed, by=Actor.staff(lumiere.claire), now=START)
    told(lumiere, mailbox)
    send(claire, all="on", account=lumiere.bakery.code, message="Il manque vos deux accords.")
    live(START + HOUR)
    (text,) = sent(mailbox)
    assert [words in text for words in ("Bilan 2026", "Liasse 2026", "Autre compte", "Retiré", "Il manque vos deux accords.")] == [
        True, True, False, False, True,
    ]  # fmt: skip
    assert text.count("/l/") == 2
    assert (fresh(first).bumped_at > START - HOUR, fresh(second).message, fresh(elsewhere).message) == (
        True,
        "Il manque vos deux accords.",
        "",
    )


@pytest.mark.rule("M17")
def test_of_the_firm_each_account_gets_an_email_of_its_own(lumiere: Lumiere, claire: Client, mailbox: Mailbox) -> None:
    for title, account in (("Un", lumiere.bakery), ("Deux", lumiere.bakery), ("Trois", lumiere.tilleuls)):
        approval(lumiere, title=title, account=account)
    told(lumiere, mailbox)
    page = ask_again(claire, all="on")
    assert [(each.account.name, each.titles, each.names) for each in page.context["accounts"]] == [
        ("Boulangerie Lefèvre SRL", ["Un", "Deux"], "Nadia Lefèvre"),
        ("SCI des Tilleuls", ["Trois"], "Nadia Lefèvre"),
    ]
    assert page.context["told"] == 2
    send(claire, all="on", message="Merci.")
    live(START + HOUR)
    assert len(sent(mailbox)) == 2


@pytest.mark.rule("X22")
def test_who_gets_it_is_who_is_then_told(lumiere: Lumiere, claire: Client, mailbox: Mailbox) -> None:
    one, two = approval(lumiere, approvers=[lumiere.nadia]), approval(lumiere, approvers=[lumiere.paul])
    AccountAddress.objects.filter(address=lumiere.paul_address).update(wants_approvals=False)
    told(lumiere, mailbox)
    (shown,) = by_account(lumiere.firm, [one, two], START)
    assert ([(row.address, row.gets_it) for row in shown.rows], count_told([shown])) == ([(NADIA, True), (PAUL, False)], 1)
    send(claire, row=[one.code, two.code], message="Merci.")
    notices = Notice.objects.filter(key__startswith="resend:").exclude(verdict=Verdict.SKIP)
    assert list(notices.values_list("email", flat=True)) == [NADIA]


@pytest.mark.rule("D09", "D10", "D11")
def test_it_is_one_email_more_on_top_of_the_client_s_list_and_in_the_activity(lumiere: Lumiere, claire: Client, mailbox: Mailbox) -> None:
    old, new = approval(lumiere), ask_signature(lumiere, now=START + HOUR)
    live(START + HOUR)
    mailbox.accepted.clear()
    send(claire, row=[old.code], message="Merci.")
    live(START + 2 * HOUR)
    assert mailbox.addresses == [NADIA]
    visitor = Visitor(lumiere.firm, lumiere.nadia, lumiere.nadia_address, lumiere.bakery, Way.SIGNED_IN)
    Action.objects.filter(pk=new.pk).update(bumped_at=START - DAY)
    assert [item.action.pk for item in open_items(visitor)] == [old.pk, new.pk]
    line = ActivityLine.objects.get(verb=Verb.ACTION_RESENT)
    assert (line.actor_name, line.action_id, line.detail) == ("Claire Moreau", old.pk, "Nadia Lefèvre")


@pytest.mark.rule("D07")
def test_it_neither_counts_nor_moves_the_schedule(lumiere: Lumiere, claire: Client) -> None:
    action = approval(lumiere)
    due = fresh(action).next_reminder_at
    send(claire, row=[action.code], message="Merci.")
    assert (fresh(action).reminders_sent, fresh(action).next_reminder_at) == (0, due)


def test_what_was_closed_meanwhile_is_left_out(lumiere: Lumiere, claire: Client, mailbox: Mailbox) -> None:
    action = approval(lumiere)
    told(lumiere, mailbox)
    withdraw(action=action, by=Actor.staff(lumiere.claire), now=START)
    page = send(claire, row=[action.code], message="Merci.")
    assert "None of them is pending any more" in page.content.decode()
    live(START + HOUR)
    assert mailbox.addresses == []


def test_nobody_to_tell_is_said_and_nothing_is_sent(lumiere: Lumiere, claire: Client, mailbox: Mailbox) -> None:
    action = approval(lumiere)
    told(lumiere, mailbox)
    AccountAddress.objects.update(notify=False)
    page = ask_again(claire, only=action.code)
    shown = page.content.decode()
    assert ("As things stand nobody can be told." in shown, "Send request" in shown) == (True, False)
    send(claire, row=[action.code], message="Merci.")
    live(START + HOUR)
    assert mailbox.addresses == []


def test_more_than_the_most_at_once_are_refused_with_a_sentence(lumiere: Lumiere, claire: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(requesting, "MOST", 2)
    for n in range(3):
        approval(lumiere, title=f"Document {n}", names=("bilan.csv",))
    page = ask_again(claire, all="on")
    assert (page.context["too_many"], "Send request" in page.content.decode()) == (True, False)
    assert not ActivityLine.objects.filter(verb=Verb.ACTION_RESENT).exists()


def test_without_scripts_the_dialog_is_a_page(lumiere: Lumiere, claire: Client) -> None:
    action = approval(lumiere)
    page = claire.post(reverse("approval_request_ask"), {"only": action.code})
    assert ("<html" in page.content.decode(), "Send request" in page.content.decode()) == (True, True)


def test_digits_of_another_script_are_no_account(lumiere: Lumiere, claire: Client) -> None:
    page = ask_again(claire, only=approval(lumiere).code, account="²")
    assert (page.status_code, page.context["back"]) == (200, reverse("approval_list"))


def test_message_that_is_too_long_comes_back_with_a_sentence(lumiere: Lumiere, claire: Client) -> None:
    action = approval(lumiere)
    page = send(claire, row=[action.code], message="x" * 2001)
    assert (page.status_code, list(page.context["form"].errors), fresh(action).message) == (200, ["message"], "")


def test_who_may_not_ask_has_nothing_to_request(lumiere: Lumiere, mailbox: Mailbox) -> None:
    action = approval(lumiere)
    told(lumiere, mailbox)
    Staff.objects.filter(pk=lumiere.paulo.pk).update(rights=[Right.SEE_ALL_ACCOUNTS])
    lumiere.paulo.refresh_from_db()
    assert list(pending_to_request(lumiere.paulo)) == []
    send(signed_in(lumiere.paulo), row=[action.code], message="Stolen")
    live(START + HOUR)
    assert (mailbox.addresses, fresh(action).message, fresh(action).state) == ([], "", ActionState.OPEN)


@pytest.mark.parametrize("count", [1, 3])
def test_dialog_costs_the_same_however_many(lumiere: Lumiere, claire: Client, count: int, django_assert_num_queries: Any) -> None:
    for n in range(count):
        approval(lumiere, title=f"Document {n}", names=("bilan.csv",), account=(lumiere.bakery, lumiere.tilleuls)[n % 2])
    ask_again(claire, all="on")
    with django_assert_num_queries(10):
        ask_again(claire, all="on")
