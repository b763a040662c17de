"""The profile of an account: info, requests, activity, and the switches that save at once."""

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from clients.addresses import make_address
from clients.models import Account, AccountAddress, AccountTag, Contact, Tag
from firms.actors import Actor
from firms.enums import Verb
from firms.models import ActivityLine
from firms.services import write_activity
from notifications.enums import SuppressionReason
from notifications.models import Notice, Suppression
from notifications.verdicts import Verdict
from tenancy.context import firm_context
from tests.desk.conftest import DAY, NOW, TODAY, SignIn, closed_action, open_action
from tests.desk.reading import Node, card, main_of, read
from tests.documenting import documents_asked
from tests.factories import START, ActionPartyFactory, AddressFactory, UserFactory
from tests.people import Lumiere, Peeters, link


def url(account: Account, rest: str = "") -> str:
    return f"/accounts/{account.code}/{rest}"


def switch_url(use: AccountAddress, switch: str) -> str:
    return url(use.account, f"addresses/{use.address.code}/switch/?switch={switch}")


def done() -> list[ActivityLine]:
    """What was done about accounts, newest first."""
    return list(ActivityLine.objects.filter(account_id__isnull=False))


def reach(browser: Client, account: Account) -> str:
    (said,) = read(browser.get(url(account))).find_all("div", id="reach")
    return said.text


def switches(main: Node) -> dict[str, bool]:
    return {box.attrs["aria-label"]: "checked" in box.attrs for box in main.find_all("input", role="switch")}


# --- Info --------------------------------------------------------------------------------------------------------------


@pytest.mark.rule("C05")
@pytest.mark.rule("C07")
def test_info_lists_every_address_with_three_switches(lumiere: Lumiere, sign_in: SignIn) -> None:
    make_address(lumiere.nadia, "nadia2@lefevre.example", START)
    shown = card(sign_in(lumiere.claire).get(url(lumiere.bakery)), "contacts")
    assert switches(shown) == {
        "Login for nadia@lefevre.example": False,
        "Notify for nadia@lefevre.example": True,
        "Email sync for nadia@lefevre.example": False,
        "Login for nadia2@lefevre.example": False,
        "Notify for nadia2@lefevre.example": False,
        "Email sync for nadia2@lefevre.example": False,
        "Login for paul@lefevre.example": False,
        "Notify for paul@lefevre.example": True,
        "Email sync for paul@lefevre.example": False,
    }


@pytest.mark.rule("D04")
def test_info_says_who_is_told_of_a_request_and_its_contacts_switch_that(lumiere: Lumiere, sign_in: SignIn) -> None:
    browser = sign_in(lumiere.claire)

    def checked() -> tuple[str, bool, set[str]]:
        """What the tab says, where Nadia's switch stands, and who is told of a request."""
        nadias = switches(card(browser.get(url(lumiere.bakery)), "contacts"))["Notify for nadia@lefevre.example"]
        notices = Notice.objects.filter(action=documents_asked(lumiere, people=[])).exclude(verdict=Verdict.SKIP)
        return reach(browser, lumiere.bakery), nadias, {notice.email for notice in notices}

    both = {"nadia@lefevre.example", "paul@lefevre.example"}
    assert checked() == ("A request sent to this account now reaches Nadia and Paul.", True, both)
    browser.post(switch_url(lumiere.nadia_at_bakery, "notify"))
    assert checked() == ("A request sent to this account now reaches Paul.", False, {"paul@lefevre.example"})


def test_info_says_the_state_of_each_address(lumiere: Lumiere, sign_in: SignIn) -> None:
    AccountAddress.objects.filter(account=lumiere.bakery).update(login=True)
    lumiere.paul_address.user = UserFactory(firm=lumiere.firm, side="client", email="paul@lefevre.example")
    lumiere.paul_address.save()
    link(lumiere.bakery, AddressFactory(firm=lumiere.firm, email="marc@lefevre.example"))
    marc = link(lumiere.bakery, AddressFactory(firm=lumiere.firm, email="gone@lefevre.example"))
    Suppression.objects.create(firm=lumiere.firm, address=marc.address, reason=SuppressionReason.NO_SUCH_ADDRESS, at=START)
    shown = card(sign_in(lumiere.claire).get(url(lumiere.bakery)), "contacts")
    assert {row[0]: row[1] for row in shown.rows if len(row) > 1} == {
        "nadia@lefevre.example": "Pending not invited · invite nadia@lefevre.example",
        "paul@lefevre.example": "Active",
        "marc@lefevre.example": "Not used for the portal",
        "gone@lefevre.example": "Bounced no such mailbox · Fix address gone@lefevre.example",
    }


def test_info_says_whom_a_request_reaches(lumiere: Lumiere, sign_in: SignIn) -> None:
    browser = sign_in(lumiere.claire)
    assert reach(browser, lumiere.bakery) == "A request sent to this account now reaches Nadia and Paul."
    AccountAddress.objects.filter(pk=lumiere.nadia_at_bakery.pk).update(notify=False)
    assert reach(browser, lumiere.bakery) == "A request sent to this account now reaches Paul."
    AccountAddress.objects.filter(pk=lumiere.paul_at_bakery.pk).update(wants_signatures=False, wants_approvals=False, wants_chats=False)
    assert reach(browser, lumiere.bakery) == (
        "A request sent to this account now reaches nobody. Paul would not get it: does not want this kind of message."
    )
    AccountAddress.objects.filter(pk=lumiere.paul_at_bakery.pk).update(notify=False)
    assert reach(browser, lumiere.bakery) == ("A request sent to this account now reaches nobody. Switch NOTIFY on for an address below.")


def test_info_names_people_of_one_first_name_in_full(lumiere: Lumiere, sign_in: SignIn) -> None:
    Contact.objects.filter(pk=lumiere.paul.pk).update(first_name="Nadia", last_name="Bernard")
    assert reach(sign_in(lumiere.claire), lumiere.bakery) == "A request sent to this account now reaches Nadia Lefèvre and Nadia Bernard."


def test_info_tells_what_is_known_of_the_account_and_from_where(lumiere: Lumiere, sign_in: SignIn) -> None:
    Account.objects.filter(pk=lumiere.bakery.pk).update(reference="C-17", language="en", time_zone="Indian/Reunion")
    AccountTag.objects.create(firm=lumiere.firm, account=lumiere.bakery, tag=Tag.objects.create(firm=lumiere.firm, name="Payroll"))
    (about,) = main_of(sign_in(lumiere.claire).get(url(lumiere.bakery))).find_all("aside")
    assert [node.text for node in about.find_all("dd")] == [
        "CM Claire Moreau", "C-17", "Payroll", "English set here", "Réunion set here", "08:30 to 18:00 from the firm",
        "Monday to Friday from the firm",
    ]  # fmt: skip


def test_info_speaks_the_readers_language_and_keeps_one_that_an_import_brought(lumiere: Lumiere, sign_in: SignIn) -> None:
    Contact.objects.filter(pk=lumiere.paul.pk).update(language="nl")
    browser = sign_in(lumiere.claire)
    browser.cookies["django_language"] = "fr"
    page = main_of(browser.get(url(lumiere.bakery)))
    assert page.find_all("dd")[1].text == "Français du cabinet"
    assert [node.text for node in page.find_all("th", scope="rowgroup")] == ["Nadia Lefèvre", "Paul Lefèvre · Néerlandais"]


def test_the_heading_says_what_is_overdue(lumiere: Lumiere, sign_in: SignIn) -> None:
    open_action(lumiere.bakery, lumiere.claire, due_on=TODAY - DAY)
    open_action(lumiere.bakery, lumiere.claire)
    main = main_of(sign_in(lumiere.claire).get(url(lumiere.bakery)))
    assert main.find_all("h1")[0].text == "Boulangerie Lefèvre SRL 1 overdue"
    (tabs,) = main.find_all("nav", aria_label="Account")
    assert tabs.links == {
        "Info": url(lumiere.bakery),
        "Requests 2": url(lumiere.bakery, "requests/"),
        "Messages": url(lumiere.bakery, "messages/"),
        "Documents": f"/documents/{lumiere.bakery.code}/",
        "Activity": url(lumiere.bakery, "activity/"),
    }
    assert main.links["Signature"] == f"/requests/new/signature/?account={lumiere.bakery.code}"


def test_info_costs_the_same_with_one_person_and_with_three(
    lumiere: Lumiere, sign_in: SignIn, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    browser = sign_in(lumiere.claire)
    browser.get(url(lumiere.tilleuls))
    with django_assert_num_queries(14):
        browser.get(url(lumiere.tilleuls))
    for _n in range(2):
        link(lumiere.tilleuls, AddressFactory(firm=lumiere.firm))
    with django_assert_num_queries(14):
        browser.get(url(lumiere.tilleuls))


# --- Switches ----------------------------------------------------------------------------------------------------------


@pytest.mark.rule("C01", "M2")
@pytest.mark.rule("C07")
@pytest.mark.parametrize("switch", ["login", "notify", "email_sync"])
def test_a_switch_saves_at_once_and_alone(lumiere: Lumiere, sign_in: SignIn, switch: str) -> None:
    browser = sign_in(lumiere.claire)
    before = {use.pk: (use.login, use.notify, use.email_sync) for use in AccountAddress.objects.all()}
    was_on = getattr(lumiere.nadia_at_bakery, switch)
    browser.post(switch_url(lumiere.nadia_at_bakery, switch), {} if was_on else {"to": "on"}, headers={"HX-Request": "true"})
    after = {use.pk: (use.login, use.notify, use.email_sync) for use in AccountAddress.objects.all()}
    place = ["login", "notify", "email_sync"].index(switch)
    expected = list(before[lumiere.nadia_at_bakery.pk])
    expected[place] = not was_on
    assert after == {**before, lumiere.nadia_at_bakery.pk: tuple(expected)}


@pytest.mark.rule("A06")
def test_turning_notify_off_leaves_the_other_contact_alone_to_be_told(lumiere: Lumiere, sign_in: SignIn) -> None:
    browser = sign_in(lumiere.claire)
    answer = read(browser.post(switch_url(lumiere.nadia_at_bakery, "notify"), headers={"HX-Request": "true"}))
    assert answer.find_all("div", id="reach")[0].text == "A request sent to this account now reaches Paul."
    assert answer.find_all("div", **{"data-toast-text": ""})[0].text == "NOTIFY is off: nothing more goes to nadia@lefevre.example."
    assert reach(browser, lumiere.bakery) == "A request sent to this account now reaches Paul."
    (line,) = done()
    assert (line.sentence, line.old, line.new, line.actor_name) == (
        "switched NOTIFY off for nadia@lefevre.example",
        "",
        "",
        "Claire Moreau",
    )


def test_undo_brings_the_switch_back_by_the_same_way(lumiere: Lumiere, sign_in: SignIn) -> None:
    browser = sign_in(lumiere.claire)
    answer = read(browser.post(switch_url(lumiere.nadia_at_bakery, "notify"), headers={"HX-Request": "true"}))
    (undo,) = [action for action in answer.actions if "/switch/" in action]
    assert browser.post(undo, follow=True).redirect_chain == [(url(lumiere.bakery), 302)]
    lumiere.nadia_at_bakery.refresh_from_db()
    assert lumiere.nadia_at_bakery.notify is True
    assert [line.verb for line in done()] == ["switched_on", "switched_off"]


def test_an_address_nobody_decided_about_can_be_switched_on(lumiere: Lumiere, sign_in: SignIn) -> None:
    address = AddressFactory(firm=lumiere.firm, contact=lumiere.nadia)
    use = AccountAddress(firm=lumiere.firm, account=lumiere.bakery, address=address)
    sign_in(lumiere.claire).post(switch_url(use, "notify"), {"to": "on"})
    assert AccountAddress.objects.get(address=address).notify is True


@pytest.mark.parametrize("switch", ["", "wants_invoices", "firm_id", "NOTIFY"])
def test_only_the_three_switches_can_be_set(lumiere: Lumiere, sign_in: SignIn, switch: str) -> None:
    assert sign_in(lumiere.claire).post(switch_url(lumiere.nadia_at_bakery, switch), {"to": "on"}).status_code == 404


def test_looking_changes_nothing(lumiere: Lumiere, sign_in: SignIn) -> None:
    browser = sign_in(lumiere.claire)
    for address in (switch_url(lumiere.nadia_at_bakery, "notify"), url(lumiere.bakery, "archive/"), url(lumiere.bakery, "restore/")):
        assert browser.get(address).status_code == 405
    assert done() == []


# --- Requests and activity ---------------------------------------------------------------------------------------------


def test_requests_lists_open_ones_first(lumiere: Lumiere, sign_in: SignIn) -> None:
    closed_action(lumiere.bakery, lumiere.claire)
    open_action(lumiere.bakery, lumiere.claire, due_on=TODAY - DAY, opened_at=NOW - 9 * DAY)
    open_action(lumiere.tilleuls, lumiere.claire, "Not here")
    main = main_of(sign_in(lumiere.claire).get(url(lumiere.bakery, "requests/")))
    assert [row[2] for row in main.rows] == ["Lettre de mission 2027", "Lettre de mission 2026"]
    assert "1 day late" in main.rows[0][5]


def test_requests_and_activity_cost_the_same_with_one_row_and_with_three(
    lumiere: Lumiere, sign_in: SignIn, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    browser = sign_in(lumiere.claire)
    open_action(lumiere.bakery, lumiere.claire)
    browser.post(switch_url(lumiere.nadia_at_bakery, "notify"))
    for page in ("requests/", "activity/"):
        browser.get(url(lumiere.bakery, page))
    with django_assert_num_queries(13):
        browser.get(url(lumiere.bakery, "requests/"))
    with django_assert_num_queries(11):
        browser.get(url(lumiere.bakery, "activity/"))
    for to in ("on", "off"):
        open_action(lumiere.bakery, lumiere.claire)
        browser.post(switch_url(lumiere.nadia_at_bakery, "notify"), {"to": to})
    for page in ("requests/", "activity/"):
        browser.get(url(lumiere.bakery, page))
    with django_assert_num_queries(13):
        assert len(main_of(browser.get(url(lumiere.bakery, "requests/"))).rows) == 3
    with django_assert_num_queries(11):
        assert len(main_of(browser.get(url(lumiere.bakery, "activity/"))).find_all("ol", **{"class": "timeline log"})[0].items) == 3


def test_tabs_without_anything_say_what_will_stand_there(lumiere: Lumiere, sign_in: SignIn) -> None:
    browser = sign_in(lumiere.claire)
    assert "Nothing has been asked yet" in main_of(browser.get(url(lumiere.bakery, "requests/"))).text
    assert "Nothing has been done yet" in main_of(browser.get(url(lumiere.bakery, "activity/"))).text


def test_the_activity_of_an_account_leads_to_where_it_can_be_filtered_and_exported(lumiere: Lumiere, sign_in: SignIn) -> None:
    browser = sign_in(lumiere.claire)
    write_activity(firm=lumiere.firm, by=Actor.system(), verb=Verb.ACTION_OPENED, now=NOW, subject="x", account_id=lumiere.bakery.pk)
    links = main_of(browser.get(url(lumiere.bakery, "activity/"))).links
    assert links["Filter or export these lines"] == f"/activity/?account={lumiere.bakery.code}"


# --- Archive -----------------------------------------------------------------------------------------------------------


def test_an_account_is_archived_and_brought_back(lumiere: Lumiere, sign_in: SignIn) -> None:
    browser = sign_in(lumiere.claire)
    answer = read(browser.post(url(lumiere.bakery, "archive/"), follow=True))
    assert f"{url(lumiere.bakery)}restore/" in answer.actions
    assert main_of(browser.get(url(lumiere.bakery))).find_all("h1")[0].text == "Boulangerie Lefèvre SRL Archived"
    browser.post(url(lumiere.bakery, "restore/"))
    lumiere.bakery.refresh_from_db()
    assert lumiere.bakery.archived_at is None


def test_an_account_with_open_requests_is_not_archived(lumiere: Lumiere, sign_in: SignIn) -> None:
    open_action(lumiere.bakery, lumiere.claire)
    page = main_of(sign_in(lumiere.claire).post(url(lumiere.bakery, "archive/"), follow=True))
    assert "The account was not archived: 1 request is still open. Withdraw it first." in page.text
    lumiere.bakery.refresh_from_db()
    assert lumiere.bakery.archived_at is None


# --- Who may -----------------------------------------------------------------------------------------------------------

PAGES = ["", "requests/", "activity/"]
POSTS = [
    "archive/",
    "restore/",
    "addresses/{address}/switch/?switch=notify",
    "contacts/{contact}/remove/",
    "contacts/link/",
    "contacts/new/",
]
FORMS = [
    "edit/", "contacts/link/", "contacts/{contact}/edit/", "addresses/add/", "addresses/{address}/preferences/",
]  # fmt: skip


def of(path: str, use: AccountAddress) -> str:
    return url(use.account, path.format(address=use.address.code, contact=use.address.contact.code))


@pytest.mark.parametrize("path", [*PAGES, *FORMS])
def test_another_firms_account_is_not_found(two_firms: tuple[Lumiere, Peeters], sign_in: SignIn, path: str) -> None:
    lumiere, peeters = two_firms
    assert sign_in(lumiere.claire).get(of(path, peeters.lotte_at_garage)).status_code == 404


@pytest.mark.parametrize("path", [*POSTS, *FORMS])
def test_another_firms_account_is_not_found_by_a_post(two_firms: tuple[Lumiere, Peeters], sign_in: SignIn, path: str) -> None:
    lumiere, peeters = two_firms
    assert sign_in(lumiere.claire).post(of(path, peeters.lotte_at_garage)).status_code == 404


@pytest.mark.parametrize(
    "path", ["addresses/{address}/switch/?switch=notify", "addresses/{address}/preferences/", "contacts/{contact}/remove/"]
)
def test_another_firms_people_are_not_found_in_ones_own_account(two_firms: tuple[Lumiere, Peeters], sign_in: SignIn, path: str) -> None:
    lumiere, peeters = two_firms
    foreign = path.format(address=peeters.lotte_address.code, contact=peeters.lotte.code)
    assert sign_in(lumiere.claire).post(url(lumiere.bakery, foreign)).status_code == 404


@pytest.mark.parametrize("path", [*PAGES, *FORMS])
def test_an_account_out_of_sight_is_not_found(lumiere: Lumiere, sign_in: SignIn, path: str) -> None:
    browser = sign_in(lumiere.paulo)
    assert browser.get(of(path, lumiere.nadia_at_bakery)).status_code == 404
    assert path in PAGES or browser.post(of(path, lumiere.nadia_at_bakery)).status_code == 404


@pytest.mark.rule("C04")
@pytest.mark.parametrize("path", [*FORMS, *POSTS])
def test_an_employee_without_the_right_sees_but_does_not_touch(lumiere: Lumiere, sign_in: SignIn, path: str) -> None:
    lumiere.paulo.rights = ["see_all_accounts", "manage_actions"]
    lumiere.paulo.save()
    browser = sign_in(lumiere.paulo)
    assert browser.post(of(path, lumiere.nadia_at_bakery)).status_code == 403
    shown = main_of(browser.get(url(lumiere.bakery)))
    assert {box.attrs.get("disabled", "no") for box in shown.find_all("input", role="switch")} == {""}
    assert "Edit" not in shown.links and "Link a contact" not in shown.links
    assert done() == []


@pytest.mark.rule("C04")
@pytest.mark.parametrize("path", FORMS)
def test_owner_admin_employee_with_the_right_and_the_manager_may(lumiere: Lumiere, sign_in: SignIn, path: str) -> None:
    Account.objects.filter(pk=lumiere.bakery.pk).update(manager=lumiere.paulo)
    for staff in (lumiere.claire, lumiere.amir, lumiere.emma, lumiere.paulo):
        assert sign_in(staff).get(of(path, lumiere.nadia_at_bakery)).status_code == 200


@pytest.mark.parametrize("path", [*PAGES, *FORMS])
def test_who_is_not_signed_in_is_sent_to_the_sign_in_page(lumiere: Lumiere, client: Client, path: str) -> None:
    response = client.get(of(path, lumiere.nadia_at_bakery))
    assert response.headers["Location"].startswith("/sign-in/")


def test_a_signed_in_client_is_no_staff(two_firms: tuple[Lumiere, Peeters], client: Client) -> None:
    lumiere, _peeters = two_firms
    with firm_context(lumiere.firm.pk):
        user = UserFactory(firm=lumiere.firm, side="client", email="nadia@lefevre.example")
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert client.get(url(lumiere.bakery)).status_code == 404
    assert client.get("/accounts/").status_code == 404


# --- What people typed -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "typed", ["<script>alert(1)</script>", "{{ 7|add:7 }}{% debug %}", '"><img src=x onerror=alert(1)>', "%(name)s %s"]
)
def test_what_people_typed_is_only_text(lumiere: Lumiere, sign_in: SignIn, typed: str) -> None:
    Account.objects.filter(pk=lumiere.bakery.pk).update(name=typed, reference=typed[:40])
    Contact.objects.filter(pk=lumiere.nadia.pk).update(first_name=typed, last_name=typed)
    open_action(lumiere.bakery, lumiere.claire, typed)
    browser = sign_in(lumiere.claire)
    browser.post(
        url(lumiere.bakery, "edit/"), {"kind": "company", "name": f"{typed}!", "reference": "", "tags": typed[:60].replace(",", "")}
    )
    for path in [*PAGES, *(of(form, lumiere.nadia_at_bakery).removeprefix(url(lumiere.bakery)) for form in FORMS)]:
        page = read(browser.get(url(lumiere.bakery, path)))
        assert typed in page.text
        assert not page.find_all("img") and "alert(1)" not in "".join(script.text for script in page.find_all("script"))


def test_removing_somebody_named_in_an_open_request_says_so(lumiere: Lumiere, sign_in: SignIn) -> None:
    action = open_action(lumiere.bakery, lumiere.claire)
    ActionPartyFactory(firm=lumiere.firm, action=action, contact=lumiere.nadia)
    done = ActionPartyFactory(firm=lumiere.firm, action=action, contact=lumiere.paul, done_at=START)
    shown = card(sign_in(lumiere.claire).get(url(lumiere.bakery)), "contacts")
    asked = {form.attrs["action"]: form.attrs["data-confirm"] for form in shown.find_all("form", method="post")}
    assert asked[url(lumiere.bakery, f"contacts/{lumiere.nadia.code}/remove/")].startswith("Nadia Lefèvre is named in 1 open request")
    assert asked[url(lumiere.bakery, f"contacts/{done.contact.code}/remove/")].startswith("Paul Lefèvre will hear no more")
