"""The outbox: the list, one e-mail, and what staff do with it."""

import re
from email.message import EmailMessage

import pytest
from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore
from django.db.models import Count, Max
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from actions.models import Action
from clients.models import AccountAddress
from firms.enums import FailedTaskKind, Verb
from firms.models import ActivityLine, FailedTask
from notifications.dispatch.outcomes import TRIES
from notifications.enums import Outcome
from notifications.models import Message, Notice
from notifications.verdicts import Reason, Verdict
from reminders.rules import Schedule
from templates_email.scheme import as_light
from tenancy.context import firm_context
from tests.access.test_codes import send as send_code
from tests.desk.conftest import DAY, NOW, SignIn
from tests.desk.reading import main_of, read
from tests.mail import Mailbox, html_of
from tests.people import Lumiere, Peeters
from tests.story import ask_signature, live


@pytest.fixture
def browser(lumiere: Lumiere, sign_in: SignIn) -> Client:
    return sign_in(lumiere.claire)


@pytest.fixture
def went(lumiere: Lumiere, mailbox: Mailbox) -> Message:
    """A request that went out, its first notice to Nadia."""
    ask_signature(lumiere, now=NOW)
    live(NOW)
    return Message.objects.get()


@pytest.fixture
def failed(lumiere: Lumiere, mailbox: Mailbox) -> Message:
    mailbox.refuse["nadia@lefevre.example"] = "451 4.3.0 Busy"
    ask_signature(lumiere, now=NOW)
    live(NOW)
    Message.objects.update(tries=TRIES - 1, next_try_at=NOW)
    live(NOW)
    mailbox.refuse.clear()
    return Message.objects.get()


def page_of(browser: Client, message: Message, part: str = "") -> str:
    return browser.get(f"/outbox/{message.code}/{part}").content.decode()


def rows(browser: Client, query: str = "") -> list[list[str]]:
    return main_of(browser.get(f"/outbox/{query}")).rows


def tabs(browser: Client) -> list[str]:
    return [link for link in main_of(browser.get("/outbox/")).links if link.split()[0] in TABS]


PERSONAL = rf"{settings.SITE_URL}/(l|p|activate)/[A-Za-z0-9/]+/"
TABS = {"All", "Waiting", "On", "Held", "Sent", "Failed", "Cancelled"}


def test_an_empty_outbox_says_what_will_stand_there(browser: Client) -> None:
    assert "No e-mail yet" in main_of(browser.get("/outbox/")).text


def test_the_list_says_what_to_whom_and_what_became_of_it(went: Message, browser: Client) -> None:
    (row,) = rows(browser)
    assert row == [f"{went.subject} Boulangerie Lefèvre SRL", "Nadia Lefèvre nadia@lefevre.example", "Sent", "Tue 3 Nov, 14:02"]


def test_each_state_has_its_view(lumiere: Lumiere, went: Message, browser: Client) -> None:
    ask_signature(lumiere, title="Autre", now=NOW)
    assert tabs(browser) == ["All 2", "Waiting 1", "On the way 0", "Held 0", "Sent 1", "Failed 0", "Cancelled 0"]
    assert [row[2] for row in rows(browser, "?view=waiting")] == ["Waiting"]
    assert [row[2] for row in rows(browser, "?view=sent")] == ["Sent"]
    assert rows(browser, "?view=held") == []
    assert len(rows(browser, "?view=nonsense")) == 2


def test_what_is_held_says_why_and_until_when(lumiere: Lumiere, mailbox: Mailbox, browser: Client) -> None:
    ask_signature(lumiere, schedule=Schedule(on=True, at_most=1), now=NOW)
    until = NOW + DAY
    Notice.objects.filter(verdict=Verdict.SEND).update(verdict=Verdict.HOLD, reason=Reason.OUTSIDE_HOURS, not_before=until)
    (row,) = rows(browser, "?view=held")
    assert row[2] == "Held until Wed 4 Nov, 14:02 Reminders go out in the firm's hours only."


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("?q=nadia@lef", 1), ("?q=Lefèvre", 1), ("?q=paul@", 0), ("?event=signature_requested", 1), ("?event=act_code", 0),
        ("?day=2026-11-03", 1), ("?day=2026-11-02", 0), ("?until=2026-11-02", 0),
    ],
)  # fmt: skip
def test_the_list_is_narrowed(went: Message, browser: Client, query: str, found: int) -> None:
    assert len(rows(browser, query)) == found


def test_the_list_is_narrowed_to_an_account(lumiere: Lumiere, went: Message, browser: Client) -> None:
    assert len(rows(browser, f"?account={lumiere.bakery.code}")) == 1
    assert rows(browser, f"?account={lumiere.tilleuls.code}") == []


def test_the_list_is_narrowed_to_a_kind_of_refusal(lumiere: Lumiere, failed: Message, browser: Client) -> None:
    ask_signature(lumiere, title="Autre", now=NOW)
    assert len(rows(browser, "?error=soon")) == 1
    assert rows(browser, "?error=address") == []
    assert len(rows(browser)) == 2


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_asks_as_much_for_three_as_for_one(
    lumiere: Lumiere, mailbox: Mailbox, browser: Client, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(count):
        ask_signature(lumiere, title=f"Lettre {number}", now=NOW)
    live(NOW)
    for number in range(count):
        ask_signature(lumiere, title=f"Autre {number}", now=NOW)
    with django_assert_num_queries(11):
        browser.get("/outbox/")


def test_pages_turn_through_messages_and_what_is_none_yet(
    lumiere: Lumiere, went: Message, browser: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("desk.outbox.PER_PAGE", 1)
    ask_signature(lumiere, title="Autre", now=NOW + DAY)
    assert [row[2] for row in rows(browser)] == ["Held until Wed 4 Nov, 14:02"]
    assert [row[2] for row in rows(browser, "?page=2")] == ["Sent"]


def test_an_employee_sees_what_is_about_their_accounts(lumiere: Lumiere, went: Message, sign_in: SignIn) -> None:
    lumiere.paulo.rights = []
    lumiere.paulo.save()
    browser = sign_in(lumiere.paulo)
    assert rows(browser) == []
    assert browser.get(f"/outbox/{went.code}/").status_code == 404
    lumiere.bakery.manager = lumiere.paulo
    lumiere.bakery.save()
    assert len(rows(browser)) == 1
    assert browser.get(f"/outbox/{went.code}/").status_code == 200


def test_another_firm_finds_nothing(two_firms: tuple[Lumiere, Peeters], mailbox: Mailbox, sign_in: SignIn) -> None:
    lumiere, peeters = two_firms
    with firm_context(lumiere.firm.pk):
        ask_signature(lumiere, now=NOW)
        live(NOW)
        went = Message.objects.get()
    browser = sign_in(peeters.wim)
    assert browser.get(f"/outbox/{went.code}/").status_code == 404


def test_the_page_shows_the_envelope_and_why(went: Message, browser: Client) -> None:
    text = main_of(browser.get(f"/outbox/{went.code}/")).text
    for said in (went.subject, "nadia@lefevre.example", went.message_id, "Kept", "NOTIFY is on", went.template_version):
        assert said in text
    assert "have changed since" not in text


@pytest.mark.parametrize("sender", ["conseil@lumiere.example", "rappels@relance.example"])
def test_from_holds_the_address_from_which_it_left(went: Message, browser: Client, sender: str) -> None:
    Message.objects.update(sender=sender)
    assert f"<{sender}>" in main_of(browser.get(f"/outbox/{went.code}/")).text


@pytest.mark.parametrize(
    ("outcome", "title"),
    [
        (Outcome.SENT, "As it was sent"),
        (Outcome.UNCONFIRMED, "As it was sent"),
        (Outcome.FAILED, "As it would have been sent"),
        (Outcome.CANCELLED, "As it would have been sent"),
    ],
)
def test_the_text_says_whether_it_went(went: Message, browser: Client, outcome: Outcome, title: str) -> None:
    Message.objects.update(outcome=outcome, sent_at=went.sent_at if outcome == Outcome.SENT else None)
    assert title in main_of(browser.get(f"/outbox/{went.code}/")).text


def test_the_text_is_what_was_sent_but_for_what_opens_something(went: Message, mailbox: Mailbox, browser: Client) -> None:
    shown, sent = page_of(browser, went, "mail/"), as_light(html_of(mailbox.accepted[0][1]))
    assert re.search(PERSONAL, shown) is None
    inert = re.sub(PERSONAL, f"{settings.SITE_URL}{reverse('copy_of_link')}", sent)
    assert inert != sent
    assert shown.split() == inert.split()


def headers_of(browser: Client, path: str, summary: str = "Headers") -> dict[str, str]:
    details = main_of(browser.get(path)).find_all("details")
    (shown,) = [each for each in details if each.find_all("summary")[0].text == summary]
    names, values = shown.find_all("dt"), shown.find_all("dd")
    return {name.text: value.text for name, value in zip(names, values, strict=True)}


def received(mail: EmailMessage) -> dict[str, str]:
    """As the server got it, with blanks as `reading` has them, and without what that writes itself."""
    return {
        name: " ".join(str(value).replace('"', "").split())
        for name, value in mail.items()
        if name not in ("X-Peer", "X-MailFrom", "X-RcptTo")
    }


def reminded_of_two(lumiere: Lumiere) -> Message:
    """One e-mail lists both; each stands in a thread."""
    for title in ("Bail", "Lettre"):
        ask_signature(lumiere, title=title, schedule=Schedule(on=True, at_most=1), now=NOW)
    live(NOW)
    due = Action.objects.aggregate(due=Max("next_reminder_at"))["due"]
    live(due)
    return Message.objects.annotate(told=Count("notices")).get(told=2)


def test_the_headers_are_those_that_went_but_for_the_one_click_way_out(lumiere: Lumiere, mailbox: Mailbox, browser: Client) -> None:
    message = reminded_of_two(lumiere)
    sent = received(mailbox.accepted[-1][1])
    shown = {name: value.replace('"', "") for name, value in headers_of(browser, f"/outbox/{message.code}/").items()}
    assert sent["List-Unsubscribe"] != shown["List-Unsubscribe"] == f"<{settings.SITE_URL}{reverse('copy_of_link')}>"
    assert shown == {**sent, "List-Unsubscribe": shown["List-Unsubscribe"]}
    assert {"Date", "Reply-To", "References", "In-Reply-To", "List-Unsubscribe-Post", "Auto-Submitted"} <= shown.keys()


@pytest.mark.parametrize("several", [False, True])
def test_nothing_on_the_page_opens_or_changes_what_is_the_reader_s(
    lumiere: Lumiere, mailbox: Mailbox, browser: Client, several: bool
) -> None:
    if several:
        message = reminded_of_two(lumiere)
    else:
        ask_signature(lumiere, now=NOW)
        live(NOW)
        message = Message.objects.get()
    shown = page_of(browser, message) + page_of(browser, message, "mail/")
    ways = [str(mailbox.accepted[-1][1]["List-Unsubscribe"]).strip("<>")]
    ways += [url.group() for url in re.finditer(PERSONAL, html_of(mailbox.accepted[-1][1]))]
    tokens = {url.rstrip("/").removesuffix("/off/wants_signatures").rsplit("/", 1)[1] for url in ways}
    assert (len(tokens) >= 2, [token for token in tokens if token in shown]) == (True, [])
    use = AccountAddress.objects.filter(address=lumiere.nadia_address, account=lumiere.bakery)
    for url, wants in ((headers_of(browser, f"/outbox/{message.code}/")["List-Unsubscribe"].strip("<>"), True), (ways[0], False)):
        Client().post(url.removeprefix(settings.SITE_URL), {"List-Unsubscribe": "One-Click"})
        assert use.get().wants_signatures is wants


def test_what_has_not_left_has_no_date_yet(lumiere: Lumiere, mailbox: Mailbox, browser: Client) -> None:
    ask_signature(lumiere, now=NOW)
    (link,) = [url for url in main_of(browser.get("/outbox/")).links.values() if url.startswith("/outbox/") and url != "/outbox/hold/"]
    browser.cookies["django_language"] = "fr"
    shown = headers_of(browser, link, "En-têtes")
    live(NOW)
    sent = received(mailbox.accepted[0][1])
    assert list(shown) == [name for name in sent if name != "Date"]
    assert shown["Message-ID"] == sent["Message-ID"]


def test_a_code_stands_nowhere_on_its_page(lumiere: Lumiere, mailbox: Mailbox, browser: Client) -> None:
    digits = send_code(lumiere, ask_signature(lumiere, now=NOW), SessionStore())
    live(NOW)
    message = Message.objects.get(notices__event="act_code")
    (mail,) = [mail for _, mail in mailbox.accepted if mail["Message-ID"] == message.message_id]
    assert digits in html_of(mail)
    assert digits not in page_of(browser, message) + page_of(browser, message, "mail/")
    assert "List-Unsubscribe" not in headers_of(browser, f"/outbox/{message.code}/")


def test_the_frame_is_in_a_sandbox(went: Message, browser: Client) -> None:
    answer = browser.get(f"/outbox/{went.code}/mail/")
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert answer.headers["X-Frame-Options"] == "SAMEORIGIN"


def test_what_is_no_longer_kept_says_so(went: Message, browser: Client) -> None:
    Notice.objects.update(values={})
    assert "What it said is no longer kept." in main_of(browser.get(f"/outbox/{went.code}/")).text


def test_what_failed_is_tried_again_under_the_same_id(failed: Message, mailbox: Mailbox, browser: Client) -> None:
    assert FailedTask.objects.filter(kind=FailedTaskKind.NOT_SENT, resolved_at=None).exists()
    page = read(browser.post(f"/outbox/{failed.code}/retry/", follow=True)).text
    assert "It is tried again within a minute." in page
    assert not FailedTask.objects.filter(resolved_at=None).exists()
    live(NOW)
    ((_, mail),) = mailbox.accepted
    assert str(mail["Message-ID"]) == failed.message_id
    failed.refresh_from_db()
    assert (failed.outcome, failed.tries) == (Outcome.SENT, TRIES + 1)
    assert ActivityLine.objects.filter(verb=Verb.MAIL_RETRIED, account_id__isnull=False).count() == 1


def test_what_went_is_not_tried_again(went: Message, mailbox: Mailbox, browser: Client) -> None:
    assert "Nothing was changed" in read(browser.post(f"/outbox/{went.code}/retry/", follow=True)).text
    live(NOW)
    assert len(mailbox.accepted) == 1


def test_what_waits_is_cancelled_and_never_goes(lumiere: Lumiere, mailbox: Mailbox, browser: Client) -> None:
    ask_signature(lumiere, now=NOW)
    (link,) = [url for url in main_of(browser.get("/outbox/")).links.values() if url.startswith("/outbox/") and url != "/outbox/hold/"]
    assert "Cancelled: it does not go out." in read(browser.post(f"{link}cancel/", follow=True)).text
    live(NOW)
    assert mailbox.accepted == []
    notice = Notice.objects.get(address=lumiere.nadia_address)
    assert (notice.verdict, notice.reason) == (Verdict.SKIP, Reason.CALLED_OFF)
    assert [row[2] for row in rows(browser, "?view=cancelled")] == ["Cancelled Staff cancelled it in the outbox."]
    line = ActivityLine.objects.get(verb=Verb.MAIL_CANCELLED)
    assert (lumiere.firm.language, line.subject) == ("fr", "Signature, premier avis")
    assert "Tries" not in main_of(browser.get(f"/outbox/{Message.objects.get().code}/")).text


@pytest.mark.parametrize("outcome", [Outcome.SENDING, Outcome.SENT])
def test_what_a_worker_has_is_left_alone(went: Message, browser: Client, outcome: Outcome) -> None:
    Message.objects.update(outcome=outcome, lease_until=NOW if outcome == Outcome.SENDING else None)
    for act in ("cancel", "retry"):
        assert "Nothing was changed" in read(browser.post(f"/outbox/{went.code}/{act}/", follow=True)).text
    went.refresh_from_db()
    assert went.outcome == outcome


def test_whoever_may_not_change_requests_looks_only(lumiere: Lumiere, failed: Message, sign_in: SignIn) -> None:
    lumiere.paulo.rights = ["see_all_accounts"]
    lumiere.paulo.save()
    browser = sign_in(lumiere.paulo)
    assert "Try again" not in main_of(browser.get(f"/outbox/{failed.code}/")).text
    assert browser.post(f"/outbox/{failed.code}/retry/").status_code == 403
    assert browser.post(f"/outbox/{failed.code}/cancel/").status_code == 403


def test_what_was_dropped_after_the_term_says_so_and_is_not_tried_again(failed: Message, browser: Client) -> None:
    Notice.objects.update(dropped_at=NOW, values={})
    page = main_of(browser.get(f"/outbox/{failed.code}/")).text
    assert "What it said was dropped after the term that your firm keeps e-mails for." in page
    assert "Try again" not in page
    assert browser.get(f"/outbox/{failed.code}/mail/").content == b""
