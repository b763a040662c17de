"""The start page, as each of them sees it."""

from datetime import date
from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from actions.kinds import all_kinds
from firms.actors import Actor
from firms.enums import FailedTaskKind, Right, Verb
from firms.models import FailedTask, Staff
from firms.services import create_firm, raise_failed_task, write_activity
from lib.codes import new_code
from notifications.models import Message, Notice
from tenancy.context import firm_context
from tests.desk.conftest import DAY, NOW, TODAY, SignIn, closed_action, open_action
from tests.desk.reading import Node, card, main_of, nav_of, read
from tests.factories import PASSWORD, AccountFactory, ActionPartyFactory
from tests.people import Lumiere, Peeters, colleague, link


def test_start_sends_whoever_is_not_signed_in_to_the_sign_in_page(client: Client, db: None) -> None:
    response = client.get("/")
    assert (response.status_code, response.headers["Location"]) == (302, "/sign-in/?next=/")


def test_start_says_day_hour_and_place(lumiere: Lumiere, sign_in: SignIn) -> None:
    open_action(lumiere.bakery, lumiere.claire)
    main = main_of(sign_in(lumiere.claire).get("/"))
    assert main.find_all("p", **{"class": "page-pretitle mb-1"})[0].text == "Tuesday 3 November 2026, 14:02 · Paris time"
    assert main.find_all("h1")[0].text == "Today"


# --- Needs a person ----------------------------------------------------------------------------------------------------


def raise_task(lumiere: Lumiere, kind: FailedTaskKind, subject: str, detail: str = "", **about: int) -> FailedTask:
    raise_failed_task(firm=lumiere.firm, kind=kind, key=new_code(), subject=subject, detail=detail, now=NOW - DAY, **about)
    return FailedTask.objects.get(subject=subject)


def test_start_lists_what_needs_a_person_with_the_way_to_mend_it(lumiere: Lumiere, sign_in: SignIn) -> None:
    action = open_action(lumiere.bakery, lumiere.claire, "VAT documents, October")
    nobody = raise_task(
        lumiere, FailedTaskKind.NOBODY_TO_NOTIFY, lumiere.bakery.name, action.title, account_id=lumiere.bakery.pk, action_id=action.pk
    )
    response = sign_in(lumiere.claire).get("/")
    shown = card(response, "person")
    assert shown.find_all("h2")[0].text == "Needs a person 1"
    assert shown.items == [
        "Nobody at Boulangerie Lefèvre SRL can be told No e-mail about “VAT documents, October” can leave: no address of the account "
        "may be told of it. · Mon 2 Nov, 14:02 Choose who Done"
    ]
    assert shown.links == {"Choose who": f"/accounts/{lumiere.bakery.code}/"}
    assert shown.actions == [f"/needs-a-person/{nobody.code}/done/"]


def test_an_import_that_stopped_leads_to_its_page_where_one_may_import(lumiere: Lumiere, sign_in: SignIn) -> None:
    task = raise_task(lumiere, FailedTaskKind.IMPORT_FAILED, "clients.csv", "The computer was switched off.")
    lumiere.paulo.rights = [Right.SEE_ALL_ACCOUNTS]
    lumiere.paulo.save()
    code = task.key.removeprefix("import_failed:")
    assert main_of(sign_in(lumiere.claire).get("/needs-a-person/")).links == {"Open import": f"/accounts/import/{code}/"}
    assert main_of(sign_in(lumiere.paulo).get("/needs-a-person/")).links == {}


def test_start_says_when_nothing_needs_a_person(lumiere: Lumiere, sign_in: SignIn) -> None:
    open_action(lumiere.bakery, lumiere.claire)
    shown = card(sign_in(lumiere.claire).get("/"), "person")
    assert shown.text == "Needs a person Nothing: every e-mail found its way and every import came through."


@pytest.mark.parametrize("kind", FailedTaskKind)
def test_start_has_words_for_every_kind_of_failed_task(lumiere: Lumiere, sign_in: SignIn, kind: FailedTaskKind) -> None:
    action = open_action(lumiere.bakery, lumiere.claire)
    raise_task(lumiere, kind, "subject 100 %", "detail 50 %", account_id=lumiere.bakery.pk, action_id=action.pk)
    response = sign_in(lumiere.claire).get("/")
    assert len(card(response, "person").items) == 1


def test_resolving_takes_a_task_off_the_list_and_says_so(lumiere: Lumiere, sign_in: SignIn) -> None:
    open_action(lumiere.bakery, lumiere.claire)
    task = raise_task(lumiere, FailedTaskKind.SENDER_BROKEN, "claire@lumiere.example")
    response = sign_in(lumiere.claire).post(f"/needs-a-person/{task.code}/done/", {"back": "home"}, follow=True)
    task.refresh_from_db()
    assert (task.resolved_at, task.resolved_by) == (NOW, lumiere.claire)
    assert response.redirect_chain == [("/", 302)]
    assert read(response).find_all("div", role="status")[0].text == "Done: “claire@lumiere.example” is off the list."
    assert card(response, "person").items == []


def test_resolving_twice_keeps_who_was_first(lumiere: Lumiere, sign_in: SignIn) -> None:
    task = raise_task(lumiere, FailedTaskKind.SENDER_BROKEN, "claire@lumiere.example")
    sign_in(lumiere.claire).post(f"/needs-a-person/{task.code}/done/")
    again = sign_in(lumiere.amir).post(f"/needs-a-person/{task.code}/done/", {"back": "failed_task_list"})
    task.refresh_from_db()
    assert (again.headers["Location"], task.resolved_by) == ("/needs-a-person/", lumiere.claire)


def test_resolving_takes_a_post(lumiere: Lumiere, sign_in: SignIn) -> None:
    task = raise_task(lumiere, FailedTaskKind.SENDER_BROKEN, "claire@lumiere.example")
    assert sign_in(lumiere.claire).get(f"/needs-a-person/{task.code}/done/").status_code == 405


def test_failed_tasks_have_a_page_of_their_own(lumiere: Lumiere, sign_in: SignIn) -> None:
    browser = sign_in(lumiere.claire)
    assert main_of(browser.get("/needs-a-person/")).find_all("h2")[0].text == "Nothing needs a person"
    for number in range(6):
        raise_task(lumiere, FailedTaskKind.IMPORT_FAILED, f"clients-{number}.csv")
    open_action(lumiere.bakery, lumiere.claire)
    assert card(browser.get("/"), "person").links["All 6"] == "/needs-a-person/"
    assert len(main_of(browser.get("/needs-a-person/")).actions) == 6


# --- Waiting on clients ------------------------------------------------------------------------------------------------


def waits(shown: Node) -> list[list[str]]:
    """The kinds of which something waits; each that exists has its row."""
    return [row for row in shown.rows if set(row[1:]) != {"–", ""}]


def test_start_counts_what_waits_by_kind(lumiere: Lumiere, sign_in: SignIn) -> None:
    sunday, monday = date(2026, 11, 8), date(2026, 11, 9)
    for due in [TODAY - 4 * DAY, TODAY - DAY, TODAY, sunday, monday, None]:
        open_action(lumiere.bakery, lumiere.claire, due_on=due)
    closed_action(lumiere.bakery, lumiere.claire, due_on=TODAY - 30 * DAY)
    shown = card(sign_in(lumiere.claire).get("/"), "waiting")
    assert waits(shown) == [["Signatures", "2", "2", "2", "", "4 days"]]
    assert len(shown.rows) == len(all_kinds())
    assert shown.links["Signatures"] == f"/requests/?kind=signature&manager={lumiere.claire.code}"


def test_start_lists_what_is_overdue_oldest_first_with_what_happens_next(lumiere: Lumiere, sign_in: SignIn) -> None:
    open_action(lumiere.bakery, lumiere.claire, "SEPA mandate", due_on=TODAY - DAY)
    open_action(
        lumiere.tilleuls, lumiere.claire, "Accounts 2026", due_on=TODAY - 18 * DAY, reminders_sent=3, remind_max=3, next_reminder_at=None
    )
    open_action(lumiere.tilleuls, lumiere.claire, "Not late", due_on=TODAY)
    shown = card(sign_in(lumiere.claire).get("/"), "waiting")
    assert [item.split(" · ")[0] for item in shown.items] == [
        "SCI des Tilleuls Signature “Accounts 2026”",
        "Boulangerie Lefèvre SRL Signature “SEPA mandate”",
    ]
    assert shown.items[0].endswith("18 days late Reminders used up (3 of 3)")
    assert shown.items[1].endswith("1 day late Reminder 1 of 1 goes out Thu 5 Nov, 14:02")
    assert shown.links["All 2 overdue requests"] == f"/requests/?view=overdue&manager={lumiere.claire.code}"


def test_start_says_when_nothing_is_overdue(lumiere: Lumiere, sign_in: SignIn) -> None:
    open_action(lumiere.bakery, lumiere.claire, due_on=TODAY)
    assert card(sign_in(lumiere.claire).get("/"), "waiting").text.endswith("Overdue, oldest first Nothing is overdue.")


def test_start_begins_with_ones_own_accounts_and_can_show_the_firms(lumiere: Lumiere, sign_in: SignIn) -> None:
    ambulance = AccountFactory.create(firm=lumiere.firm, name="Ambulances Rey", manager=lumiere.amir)
    open_action(ambulance, lumiere.amir, due_on=TODAY - DAY)
    open_action(lumiere.bakery, lumiere.claire, due_on=TODAY - 2 * DAY)
    browser = sign_in(lumiere.amir)
    mine, firms = card(browser.get("/"), "waiting"), card(browser.get("/?whose=firm"), "waiting")
    assert (waits(mine)[0][1], waits(firms)[0][1]) == ("1", "2")
    assert firms.links["Signatures"] == "/requests/?kind=signature"
    assert [a.text for a in firms.find_all("a", aria_current="true")] == ["Whole firm"]


def test_start_of_whoever_manages_nothing_begins_with_the_firm(lumiere: Lumiere, sign_in: SignIn) -> None:
    open_action(lumiere.bakery, lumiere.claire, due_on=TODAY - DAY)
    shown = card(sign_in(lumiere.emma).get("/"), "waiting")
    assert waits(shown)[0][1] == "1"
    assert [a.text for a in shown.find_all("a", aria_current="true")] == ["Whole firm"]


@pytest.mark.rule("M30")
def test_start_of_an_employee_without_sight_shows_their_own_accounts_alone(lumiere: Lumiere, sign_in: SignIn) -> None:
    ambulance = AccountFactory.create(firm=lumiere.firm, name="Ambulances Rey", manager=lumiere.paulo)
    link(ambulance, lumiere.nadia_address)
    own = open_action(ambulance, lumiere.claire, "Ambulance contract", due_on=TODAY - DAY)
    theirs = open_action(lumiere.bakery, lumiere.claire, due_on=TODAY - 2 * DAY)
    for action in (own, theirs):
        raise_task(
            lumiere, FailedTaskKind.NOBODY_TO_NOTIFY, action.account.name, action.title, account_id=action.account_id, action_id=action.pk
        )
        notice_of(lumiere, action.account_id, action.pk)
        write_activity(
            firm=lumiere.firm, by=Actor.staff(lumiere.claire), verb=Verb.ACTION_OPENED, now=NOW, subject=action.title,
            account_id=action.account_id, action_id=action.pk,
        )  # fmt: skip
    raise_task(lumiere, FailedTaskKind.IMPORT_FAILED, "boulangerie-lefevre.csv")
    response = sign_in(lumiere.paulo).get("/?whose=firm")
    waiting = card(response, "waiting")
    assert waits(waiting)[0][1] == "1"
    assert "Whole firm" not in waiting.text
    assert len(card(response, "person").items) == 1
    assert len(card(response, "recent").items) == 1
    assert card(response, "next7").find_all("strong")[0].text == "1 reminder"
    assert "Lefèvre" not in main_of(response).text
    assert [item for item in card(response, "mails").items if item.startswith("1")] == ["1 Sent taken over by the mail server"]


# --- Going out, gone out, done -----------------------------------------------------------------------------------------


def test_start_draws_the_reminders_of_the_next_seven_days(lumiere: Lumiere, sign_in: SignIn) -> None:
    open_action(lumiere.bakery, lumiere.claire, next_reminder_at=NOW + DAY)
    open_action(lumiere.bakery, lumiere.claire, next_reminder_at=NOW + 2 * DAY, remind_max=3)
    open_action(lumiere.bakery, lumiere.claire, next_reminder_at=NOW + 8 * DAY)
    open_action(lumiere.bakery, lumiere.claire, next_reminder_at=None, reminders_on=False)
    shown = card(sign_in(lumiere.claire).get("/"), "next7")
    assert shown.text.startswith("Going out in the next 7 days 2 reminders are planned. 1 of them is the last.")
    (chart,) = shown.find_all("svg", role="img")
    assert chart.attrs["aria-label"].startswith(
        "Reminders a day: Tuesday 0, Wednesday 1 (1 of them the last), Thursday 1, Friday 0, Saturday closed"
    )
    assert [text.text for text in chart.find_all("text", font_size="13")] == ["1", "1"]


def test_start_says_of_one_reminder_that_it_is_the_last(lumiere: Lumiere, sign_in: SignIn) -> None:
    open_action(lumiere.bakery, lumiere.claire, next_reminder_at=NOW + DAY)
    shown = card(sign_in(lumiere.claire).get("/"), "next7")
    assert shown.text.startswith("Going out in the next 7 days 1 reminder is planned. It is the last of its request.")


def notice_of(lumiere: Lumiere, account_id: int, action_id: int, outcome: str | None = "sent", **values: Any) -> Notice:
    """A notice to Nadia and, with an outcome, the message it became."""
    number = Notice.objects.count() + 1
    leased = {"lease_until": NOW} if outcome == "sending" else {"next_try_at": NOW} if outcome == "waiting" else {}
    message = None
    if outcome:
        message = Message.objects.create(
            firm=lumiere.firm, message_id=f"<{number}@relance>", to_email=f"nadia+{number}@lefevre.example", language="fr", outcome=outcome,
            created_at=values.pop("created_at", NOW), **leased,
        )  # fmt: skip
    return Notice.objects.create(
        firm=lumiere.firm, event="signature_requested", key=f"request:{number}", action_id=action_id, account_id=account_id,
        contact=lumiere.nadia, address=lumiere.nadia_address, email="nadia@lefevre.example", message=message,
        **{"verdict": "send", "reason": "named", "decided_at": NOW, "not_before": NOW, **values},
    )  # fmt: skip


def test_start_counts_the_e_mails_of_today_by_what_became_of_them(lumiere: Lumiere, sign_in: SignIn) -> None:
    action = open_action(lumiere.bakery, lumiere.claire)

    def notice(outcome: str | None, **values: object) -> None:
        notice_of(lumiere, lumiere.bakery.pk, action.pk, outcome, **values)

    for outcome in ["sent", "sent", "delivered", "waiting", "sending", "unconfirmed", "cancelled"]:
        notice(outcome)
    notice("bounced")
    notice("sent", created_at=NOW - DAY)
    notice("waiting", created_at=NOW - DAY)
    notice(None)
    notice(None, verdict="hold", reason="outside_hours", not_before=NOW + DAY)
    notice(None, verdict="skip", reason="notify_off", not_before=None)
    assert card(sign_in(lumiere.claire).get("/"), "mails").items == [
        "1 Delivered",
        "2 Sent taken over by the mail server",
        "4 On the way",
        "1 Held the first until Wed 4 Nov, 14:02",
        "1 Unconfirmed the mail server did not answer",
        "1 Failed or bounced nadia+8@lefevre.example",
    ]


def test_start_says_when_no_e_mail_has_left_today(lumiere: Lumiere, sign_in: SignIn) -> None:
    open_action(lumiere.bakery, lumiere.claire)
    shown = card(sign_in(lumiere.claire).get("/"), "mails")
    assert shown.text == "E-mails today Outbox None yet: an e-mail leaves when a request is opened or falls due for a reminder."


def test_start_tells_what_was_done_last(lumiere: Lumiere, sign_in: SignIn) -> None:
    open_action(lumiere.bakery, lumiere.claire)
    for hours in range(8):
        write_activity(
            firm=lumiere.firm,
            by=Actor.staff(lumiere.claire),
            verb=Verb.ACTION_OPENED,
            now=NOW - hours * DAY / 24,
            subject=f"Number {hours}",
        )
    items = card(sign_in(lumiere.claire).get("/"), "recent").items
    assert items[0] == "Claire Moreau asked for “Number 0” · 14:02"
    assert len(items) == 6


# --- First use, walls, cost --------------------------------------------------------------------------------------------


def test_start_of_a_new_firm_shows_three_steps(lumiere_without_accounts: Staff, sign_in: SignIn) -> None:
    main = main_of(sign_in(lumiere_without_accounts).get("/"))
    assert main.find_all("h1")[0].text == "Welcome to Cabinet Lumière"
    assert [h.text for h in main.find_all("h3")] == ["Import your client list", "Or add an account by hand", "Ask for something"]
    assert main.links == {"Import a list (CSV, Excel)": "/accounts/import/", "New account": "/accounts/new/"}
    assert "once there is an account" in main.text


@pytest.fixture
def lumiere_without_accounts(db: None) -> Staff:
    """Claire, alone in a firm just made; the firm is not entered."""
    firm = create_firm(
        name="Cabinet Lumière", owner_name="Claire Moreau", owner_email="claire@lumiere.example", owner_password=PASSWORD, now=NOW,
        set_up_at=NOW,
    )  # fmt: skip
    with firm_context(firm.pk):
        return Staff.objects.select_related("user").get()


def test_start_offers_the_import_to_those_alone_who_may_import(lumiere_without_accounts: Staff, sign_in: SignIn) -> None:
    with firm_context(lumiere_without_accounts.firm_id):
        marc = colleague(lumiere_without_accounts.firm, "Marc", "marc@lumiere.example", rights=[Right.MANAGE_ACCOUNTS])
    assert main_of(sign_in(marc).get("/")).links == {"New account": "/accounts/new/"}


def test_start_with_accounts_but_without_requests_leads_to_the_first(lumiere: Lumiere, sign_in: SignIn) -> None:
    main = main_of(sign_in(lumiere.claire).get("/"))
    assert main.links["New request"] == "/requests/new/"
    assert [a.text for a in main.find_all("a", **{"class": "btn btn-primary"})] == ["New request"]


def test_start_of_an_employee_without_accounts_says_what_will_appear(lumiere: Lumiere, sign_in: SignIn) -> None:
    open_action(lumiere.bakery, lumiere.claire)
    main = main_of(sign_in(lumiere.paulo).get("/"))
    assert main.find_all("h2")[0].text == "No account of yours yet"
    assert main.links == {}


def test_start_shows_nothing_of_another_firm(two_firms: tuple[Lumiere, Peeters], sign_in: SignIn) -> None:
    lumiere, peeters = two_firms
    with firm_context(lumiere.firm.pk):
        action = open_action(lumiere.bakery, lumiere.claire, due_on=TODAY - DAY)
        raise_task(lumiere, FailedTaskKind.BOUNCED, "nadia@lefevre.example", account_id=lumiere.bakery.pk)
        notice_of(lumiere, lumiere.bakery.pk, action.pk)
    with firm_context(peeters.firm.pk):
        open_action(peeters.garage, peeters.wim, "Jaarrekening 2026", due_on=TODAY - DAY)
    response = sign_in(peeters.wim).get("/")
    assert waits(card(response, "waiting")) == [["Signatures", "1", "–", "–", "", "1 day"]]
    assert card(response, "person").items == []
    assert card(response, "mails").items == []
    assert "efèvre" not in response.content.decode()


@pytest.mark.parametrize("count", [1, 3])
def test_start_costs_the_same_however_much_there_is(
    lumiere: Lumiere, sign_in: SignIn, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(count):
        account = AccountFactory.create(firm=lumiere.firm, manager=lumiere.claire)
        action = open_action(account, lumiere.claire, due_on=TODAY - DAY)
        ActionPartyFactory.create(firm=lumiere.firm, action=action, contact=lumiere.nadia)
        raise_task(lumiere, FailedTaskKind.REFUSED, f"task {number}", account_id=account.pk, action_id=action.pk)
        notice_of(lumiere, account.pk, action.pk)
        write_activity(
            firm=lumiere.firm, by=Actor.staff(lumiere.claire), verb=Verb.ACTION_OPENED, now=NOW, account_id=account.pk, action_id=action.pk
        )
    browser = sign_in(lumiere.claire)
    with django_assert_num_queries(25):
        browser.get("/")


def test_start_in_french(lumiere: Lumiere, sign_in: SignIn) -> None:
    open_action(lumiere.bakery, lumiere.claire, due_on=TODAY - DAY)
    browser = sign_in(lumiere.claire)
    browser.cookies["django_language"] = "fr"
    response = browser.get("/")
    assert main_of(response).find_all("h1")[0].text == "Aujourd’hui"
    assert card(response, "waiting").items[0].endswith("1 jour de retard Le rappel 1 sur 1 part le jeu. 5 nov. à 14:02")
    assert list(nav_of(response)) == [
        "Accueil",
        "Comptes",
        "Contacts",
        "Demandes 1 en retard",
        "Messages",
        "Documents",
        "Boîte d’envoi",
        "Activité",
        "Paramètres",
    ]
