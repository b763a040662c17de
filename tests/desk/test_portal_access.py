"""Access to the portal as staff give and take it on an account's page: LOGIN, the invitation, the warning before the last one goes."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core.cache import cache
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from access.client_access import get_open_client_invitation, invite_client
from access.invitations import token_of
from access.models import Invitation
from actions.models import Action
from clients.addresses import make_address
from clients.models import Account, AccountAddress, Address
from firms.actors import Actor
from firms.login_refusals import REFUSALS_AN_HOUR, count_refusal
from firms.models import ActivityLine
from notifications.enums import SuppressionReason
from notifications.models import Notice, Suppression
from tenancy.context import firm_context
from tests.desk.conftest import NOW, SignIn, open_action
from tests.desk.reading import Answer, Node, card, main_of, read
from tests.factories import START, AddressFactory, ContactFactory
from tests.people import Lumiere, Peeters, link
from tests.signing import make_client_user, signed_in

HTMX = {"HX-Request": "true"}


@pytest.fixture(autouse=True)
def fresh_throttles(db: None) -> None:
    cache.clear()


def url(account: Account, address: Address, act: str) -> str:
    return f"/accounts/{account.code}/addresses/{address.code}/{act}"


def switch(browser: Client, use: AccountAddress, *, to: str = "", sure: str = "", headers: dict[str, str] | None = None) -> Any:
    posted = {"to": to} if to else {}
    return browser.post(
        url(use.account, use.address, "switch/?switch=login"), {**posted, **({"sure": sure} if sure else {})}, headers=headers or HTMX
    )


def asked(answer: Answer) -> Node | None:
    """The dialog that an answer brings."""
    found = read(answer).find_all("div", id="asked-dialog")
    return found[0] if found else None


def title(answer: Answer) -> str:
    dialog = asked(answer)
    return dialog.find_all("h2")[0].text if dialog else ""


def state(browser: Client, use: AccountAddress) -> str:
    shown = card(browser.get(f"/accounts/{use.account.code}/"), "contacts")
    return shown.find_all("span", id=f"state-{use.address.code}")[0].text


def invite(lumiere: Lumiere, address: Address) -> str:
    """The token of the invitation that goes out."""
    found = invite_client(address=address, by=Actor.staff(lumiere.claire), now=NOW)
    return token_of(lumiere.firm.pk, found.nonce)


def login_on(use: AccountAddress) -> None:
    AccountAddress.objects.filter(pk=use.pk).update(login=True)


def invitations() -> list[str]:
    return [notice.email for notice in Notice.objects.filter(event="client_invitation").order_by("pk")]


# --- The prompt ----------------------------------------------------------------------------------------------------------


@pytest.mark.rule("C09", "C12")
def test_switching_login_on_asks_whether_to_send_the_invitation(lumiere: Lumiere, sign_in: SignIn) -> None:
    browser = sign_in(lumiere.claire)
    answer = switch(browser, lumiere.nadia_at_bakery, to="on")
    assert title(answer) == "Send the invitation to nadia@lefevre.example?"
    dialog = asked(answer)
    assert dialog is not None
    assert dialog.find_all("form")[0].attrs["action"] == url(lumiere.bakery, lumiere.nadia_address, "invite/")
    assert [button.text for button in dialog.find_all("button")] == ["", "Not now", "Send"]
    assert "NOTIFY is on: requests and reminders reach it all the same." in dialog.text
    assert invitations() == []


def test_the_prompt_says_that_nothing_goes_to_an_address_that_is_not_notified(lumiere: Lumiere, sign_in: SignIn) -> None:
    AccountAddress.objects.filter(pk=lumiere.nadia_at_bakery.pk).update(notify=False)
    browser = sign_in(lumiere.claire)
    dialogs = [asked(switch(browser, lumiere.nadia_at_bakery, to="on"))]
    dialogs.append(asked(browser.get(f"/accounts/{lumiere.bakery.code}/?invite={lumiere.nadia_address.code}")))
    for dialog in dialogs:
        assert dialog is not None
        assert "NOTIFY is off: until you switch it on, no request and no reminder goes there." in dialog.text


def test_who_removes_the_only_address_that_is_told_reads_that_nothing_reaches_the_account(lumiere: Lumiere, sign_in: SignIn) -> None:
    AccountAddress.objects.filter(pk=lumiere.paul_at_bakery.pk).update(notify=False)
    said = "Nothing reaches Boulangerie Lefèvre SRL any more"
    forms = main_of(sign_in(lumiere.claire).get(f"/accounts/{lumiere.bakery.code}/")).find_all("form")
    warned = [form.attrs["action"] for form in forms if said in form.attrs.get("data-confirm", "")]
    assert warned == [url(lumiere.bakery, lumiere.nadia_address, "remove/")]


@pytest.mark.rule("C12", "M11")
def test_declining_leaves_pending_not_invited(lumiere: Lumiere, sign_in: SignIn) -> None:
    browser = sign_in(lumiere.claire)
    switch(browser, lumiere.nadia_at_bakery, to="on")
    assert state(browser, lumiere.nadia_at_bakery) == "Pending not invited · invite nadia@lefevre.example"
    assert title(browser.get(f"/accounts/{lumiere.bakery.code}/")) == ""


@pytest.mark.rule("C10", "C12")
def test_send_queues_one_invitation(lumiere: Lumiere, sign_in: SignIn) -> None:
    browser = sign_in(lumiere.claire)
    switch(browser, lumiere.nadia_at_bakery, to="on")
    page = browser.post(url(lumiere.bakery, lumiere.nadia_address, "invite/"), follow=True)
    assert "The invitation goes to nadia@lefevre.example. Its link is good for 14 days." in read(page).text
    assert invitations() == ["nadia@lefevre.example"]
    assert state(browser, lumiere.nadia_at_bakery) == "Pending invited on Tue 3 Nov · resend nadia@lefevre.example"


@pytest.mark.rule("C12", "C22")
@pytest.mark.parametrize("path", ["contacts/new/", "addresses/add/"])
def test_adding_with_login_leads_to_the_prompt(lumiere: Lumiere, sign_in: SignIn, path: str) -> None:
    posted = {"person-last_name": "Okafor", "contact": lumiere.paul.code, "email": "new@okafor.example", "login": "on", "notify": "on"}
    page = sign_in(lumiere.claire).post(f"/accounts/{lumiere.bakery.code}/{path}", posted, follow=True)
    assert title(page) == "Send the invitation to new@okafor.example?"


@pytest.mark.rule("C12", "C22")
def test_a_new_account_with_login_leads_to_the_prompt(lumiere: Lumiere, sign_in: SignIn) -> None:
    posted = {"kind": "company", "name": "Atelier", "person-last_name": "Okafor", "email": "new@okafor.example", "login": "on"}
    assert title(sign_in(lumiere.claire).post("/accounts/new/", posted, follow=True)) == "Send the invitation to new@okafor.example?"


def test_adding_without_login_asks_nothing(lumiere: Lumiere, sign_in: SignIn) -> None:
    posted = {"contact": lumiere.paul.code, "email": "new@okafor.example", "notify": "on", "email_sync": "on"}
    page = sign_in(lumiere.claire).post(f"/accounts/{lumiere.bakery.code}/addresses/add/", posted, follow=True)
    assert title(page) == ""


def test_nobody_is_asked_about_who_signs_in_or_was_invited(lumiere: Lumiere, sign_in: SignIn) -> None:
    login_on(lumiere.nadia_at_bakery)
    login_on(lumiere.paul_at_bakery)
    invite(lumiere, lumiere.nadia_address)
    make_client_user(lumiere.firm, lumiere.paul_address)
    browser = sign_in(lumiere.claire)
    for address in (lumiere.nadia_address, lumiere.paul_address, AddressFactory(firm=lumiere.firm)):
        assert title(browser.get(f"/accounts/{lumiere.bakery.code}/?invite={address.code}")) == ""
    assert title(browser.get(f"/accounts/{lumiere.bakery.code}/?invite=%00&off=%00")) == ""


@pytest.mark.rule("C20")
def test_email_sync_needs_no_login(lumiere: Lumiere, sign_in: SignIn) -> None:
    posted = {"contact": lumiere.paul.code, "email": "prospect@okafor.example", "email_sync": "on"}
    sign_in(lumiere.claire).post(f"/accounts/{lumiere.bakery.code}/addresses/add/", posted)
    use = AccountAddress.objects.get(address__email="prospect@okafor.example", account=lumiere.bakery)
    assert (use.login, use.notify, use.email_sync) == (False, False, True)


@pytest.mark.rule("C16")
@pytest.mark.parametrize("path", ["contacts/link/", "addresses/add/"])
def test_email_sync_stands_in_the_forms_that_add_an_address(lumiere: Lumiere, sign_in: SignIn, path: str) -> None:
    page = main_of(sign_in(lumiere.claire).get(f"/accounts/{lumiere.bakery.code}/{path}"))
    assert [box.attrs["name"] for box in page.find_all("input", role="switch")] == ["login", "notify", "email_sync"]


# --- Resending -----------------------------------------------------------------------------------------------------------


@pytest.mark.rule("C36")
@pytest.mark.parametrize(("days", "word"), [(0, "invited on Tue 3 Nov"), (15, "invitation expired")])
def test_resending_makes_the_earlier_link_void(lumiere: Lumiere, client: Client, days: int, word: str) -> None:
    login_on(lumiere.nadia_at_bakery)
    first = invite(lumiere, lumiere.nadia_address)
    with time_machine.travel(NOW + timedelta(days=days), tick=False):
        browser = signed_in(lumiere.claire, client)
        assert word in state(browser, lumiere.nadia_at_bakery)
        browser.post(url(lumiere.bakery, lumiere.nadia_address, "invite/"))
        newest = Invitation.objects.get(voided_at=None)
        assert get_open_client_invitation(token_of(lumiere.firm.pk, newest.nonce)) == newest
    assert Client().get(f"/invitation/{first}").status_code == 404
    assert invitations() == ["nadia@lefevre.example"] * 2


def test_nobodys_mailbox_is_filled_with_invitations(lumiere: Lumiere, sign_in: SignIn) -> None:
    login_on(lumiere.nadia_at_bakery)
    browser = sign_in(lumiere.claire)
    for _n in range(6):
        page = main_of(browser.post(url(lumiere.bakery, lumiere.nadia_address, "invite/"), follow=True))
    assert "Several invitations went to this address within an hour." in page.text
    assert len(invitations()) == 5


def test_nobody_is_invited_without_login_nor_at_an_address_that_bounced(lumiere: Lumiere, sign_in: SignIn) -> None:
    browser = sign_in(lumiere.claire)
    refused = "No invitation goes to nadia@lefevre.example: switch LOGIN on first"
    assert refused in main_of(browser.post(url(lumiere.bakery, lumiere.nadia_address, "invite/"), follow=True)).text
    login_on(lumiere.nadia_at_bakery)
    Suppression.objects.create(firm=lumiere.firm, address=lumiere.nadia_address, reason=SuppressionReason.NO_SUCH_ADDRESS, at=NOW)
    assert refused in main_of(browser.post(url(lumiere.bakery, lumiere.nadia_address, "invite/"), follow=True)).text
    assert invitations() == []
    assert title(switch(browser, lumiere.nadia_at_bakery, to="on")) == ""


# --- Off -----------------------------------------------------------------------------------------------------------------


@pytest.mark.rule("C39")
def test_the_last_active_login_goes_only_after_a_warning(lumiere: Lumiere, sign_in: SignIn) -> None:
    make_client_user(lumiere.firm, lumiere.nadia_address)
    browser = sign_in(lumiere.claire)
    answer = switch(browser, lumiere.nadia_at_bakery)
    assert title(answer) == "Switch LOGIN off for nadia@lefevre.example?"
    (box,) = read(answer).find_all("input", id=f"login-{lumiere.nadia_address.code}")
    assert "checked" in box.attrs
    assert AccountAddress.objects.get(pk=lumiere.nadia_at_bakery.pk).login is True
    dialog = asked(answer)
    assert dialog is not None and "This is the only active login of Boulangerie Lefèvre SRL" in dialog.text
    assert switch(browser, lumiere.nadia_at_bakery, sure="on", headers={"Accept": "*/*"}).headers["Location"] == (
        f"/accounts/{lumiere.bakery.code}/"
    )
    assert AccountAddress.objects.get(pk=lumiere.nadia_at_bakery.pk).login is False


@pytest.mark.rule("C39")
def test_the_warning_finds_its_way_without_a_script(lumiere: Lumiere, sign_in: SignIn) -> None:
    make_client_user(lumiere.firm, lumiere.nadia_address)
    page = sign_in(lumiere.claire).post(url(lumiere.bakery, lumiere.nadia_address, "switch/?switch=login&to=off"), follow=True)
    assert title(page) == "Switch LOGIN off for nadia@lefevre.example?"


def test_one_of_two_logins_goes_without_a_question(lumiere: Lumiere, sign_in: SignIn) -> None:
    make_client_user(lumiere.firm, lumiere.nadia_address)
    make_client_user(lumiere.firm, lumiere.paul_address)
    assert title(switch(sign_in(lumiere.claire), lumiere.nadia_at_bakery)) == ""
    assert AccountAddress.objects.get(pk=lumiere.nadia_at_bakery.pk).login is False


@pytest.mark.rule("C11", "C37")
def test_an_open_session_ends_at_its_next_request_and_the_account_stays(lumiere: Lumiere, sign_in: SignIn) -> None:
    action = open_action(lumiere.bakery, lumiere.claire)
    user = make_client_user(lumiere.firm, lumiere.paul_address)
    paul = signed_in(user)
    assert paul.get("/portal/").status_code == 200
    kept = rows(lumiere)
    switch(sign_in(lumiere.claire), lumiere.paul_at_bakery, sure="on")
    assert paul.get("/portal/").status_code in (302, 404)
    assert paul.get(f"/a/{action.code}/").status_code == 404
    assert rows(lumiere) == kept


def rows(lumiere: Lumiere) -> list[object]:
    account, action = Account.objects.filter(pk=lumiere.bakery.pk), Action.objects.filter(account=lumiere.bakery)
    return [*account.values_list(), *action.values_list()]


@pytest.mark.rule("C37")
def test_login_off_makes_an_invitation_void(lumiere: Lumiere, sign_in: SignIn) -> None:
    login_on(lumiere.nadia_at_bakery)
    token = invite(lumiere, lumiere.nadia_address)
    browser = sign_in(lumiere.claire)
    switch(browser, lumiere.nadia_at_bakery)
    assert Client().get(f"/invitation/{token}").status_code == 404
    switch(browser, lumiere.nadia_at_bakery, to="on")
    assert state(browser, lumiere.nadia_at_bakery).startswith("Pending not invited")
    assert Client().get(f"/invitation/{token}").status_code == 404


# --- In use elsewhere ----------------------------------------------------------------------------------------------------

ELSEWHERE = (
    "{} signs in elsewhere already, with another accountant or as staff. For security an address can be active in one place only. "
    "Take another address, or an alias of the same mailbox, for example {}: it counts as another address."
)


@pytest.mark.rule("B10", "B11", "M9")
def test_one_sentence_for_every_address_that_signs_in_elsewhere(two_firms: tuple[Lumiere, Peeters], sign_in: SignIn) -> None:
    lumiere, peeters = two_firms
    make_client_user(peeters.firm, peeters.lotte_address)
    browser = sign_in(lumiere.claire)
    for email in ("lotte@maes.example", "wim@peeters.example", "emma@lumiere.example", "LOTTE@maes.example"):
        posted = {"contact": lumiere.paul.code, "email": email, "login": "on"}
        page = main_of(browser.post(f"/accounts/{lumiere.bakery.code}/addresses/add/", posted))
        name, _at, host = email.partition("@")
        assert ELSEWHERE.format(email, f"{name}+firm@{host}") in page.text
        assert "Peeters" not in page.text and page.find_all("input", name="email")[0].attrs["value"] == email
    with firm_context(lumiere.firm.pk):
        assert Address.objects.count() == 2


@pytest.mark.rule("B11")
def test_an_alias_and_an_address_without_login_are_free(two_firms: tuple[Lumiere, Peeters], sign_in: SignIn) -> None:
    lumiere, peeters = two_firms
    make_client_user(peeters.firm, peeters.lotte_address)
    browser = sign_in(lumiere.claire)
    add = f"/accounts/{lumiere.bakery.code}/addresses/add/"
    for posted in ({"email": "lotte+lumiere@maes.example", "login": "on"}, {"email": "lotte@maes.example", "notify": "on"}):
        assert browser.post(add, {"contact": lumiere.paul.code, **posted}).status_code == 302
    with firm_context(lumiere.firm.pk):
        uses = AccountAddress.objects.filter(account=lumiere.bakery, address__contact=lumiere.paul).order_by("pk")
        assert [(use.address.email, use.login) for use in uses][1:] == [
            ("lotte+lumiere@maes.example", True),
            ("lotte@maes.example", False),
        ]


@pytest.mark.rule("B10")
def test_a_switch_that_is_refused_goes_back_and_says_why(two_firms: tuple[Lumiere, Peeters], sign_in: SignIn) -> None:
    lumiere, peeters = two_firms
    make_client_user(peeters.firm, peeters.lotte_address)
    with firm_context(lumiere.firm.pk):
        use = link(lumiere.bakery, AddressFactory(firm=lumiere.firm, contact=ContactFactory(firm=lumiere.firm), email="lotte@maes.example"))
    answer = switch(sign_in(lumiere.claire), use, to="on")
    dialog = asked(answer)
    assert dialog is not None and ELSEWHERE.format("lotte@maes.example", "lotte+firm@maes.example") in dialog.text
    (box,) = read(answer).find_all("input", id=f"login-{use.address.code}")
    assert "checked" not in box.attrs
    with firm_context(lumiere.firm.pk):
        assert AccountAddress.objects.get(pk=use.pk).login is False


@pytest.mark.rule("B10")
@pytest.mark.parametrize(
    ("path", "posted"),
    [
        ("/accounts/{account}/contacts/new/", {"person-last_name": "Kept", "person-phone": "01 23 45 67 89"}),
        ("/accounts/new/", {"kind": "family", "name": "Kept SRL", "person-last_name": "Kept"}),
    ],
)
def test_all_that_was_typed_is_kept_and_nothing_is_written(
    two_firms: tuple[Lumiere, Peeters], sign_in: SignIn, path: str, posted: dict[str, str]
) -> None:
    lumiere, _peeters = two_firms
    browser = sign_in(lumiere.claire)
    values = {**posted, "email": "wim@peeters.example", "login": "on"}
    page = main_of(browser.post(path.format(account=lumiere.bakery.code), values))
    shown = {box.attrs.get("name"): box.attrs.get("value", "on") for box in page.find_all("input") if box.attrs.get("type") != "radio"}
    assert {name: shown[name] for name in values if name != "kind"} == {name: value for name, value in values.items() if name != "kind"}
    assert "wim@peeters.example signs in elsewhere already" in page.find_all("div", id="errors")[0].text
    with firm_context(lumiere.firm.pk):
        assert (Account.objects.count(), lumiere.bakery.links.count()) == (2, 2)


def use_up_refusals(lumiere: Lumiere, *, but: int = 0) -> None:
    for _n in range(REFUSALS_AN_HOUR - but):
        count_refusal(lumiere.firm)


@pytest.mark.rule("M9")
def test_too_many_refusals_end_new_logins_for_an_hour(two_firms: tuple[Lumiere, Peeters], client: Client) -> None:
    lumiere, _peeters = two_firms
    add = f"/accounts/{lumiere.bakery.code}/addresses/add/"
    browser = signed_in(lumiere.claire, client)
    posted = {"contact": lumiere.paul.code, "email": "wim@peeters.example", "login": "on"}
    assert "signs in elsewhere" in main_of(browser.post(add, posted)).text
    use_up_refusals(lumiere, but=2)
    assert "signs in elsewhere" in main_of(browser.post(add, posted)).text
    for email in ("wim@peeters.example", "free@okafor.example"):  # no difference is to be seen between the two
        assert "Too many addresses were refused within an hour." in main_of(browser.post(add, {**posted, "email": email})).text
    assert browser.post(add, {"contact": lumiere.paul.code, "email": "free@okafor.example", "notify": "on"}).status_code == 302
    with time_machine.travel(NOW + timedelta(minutes=61), tick=False):
        later = signed_in(lumiere.claire, Client())
        assert later.post(add, {**posted, "email": "free2@okafor.example"}).status_code == 302


@pytest.mark.rule("C36", "B10")
def test_invitations_are_sent_again_while_new_logins_are_stopped(lumiere: Lumiere, sign_in: SignIn) -> None:
    login_on(lumiere.nadia_at_bakery)
    use_up_refusals(lumiere)
    sign_in(lumiere.claire).post(url(lumiere.bakery, lumiere.nadia_address, "invite/"))
    assert len(invitations()) == 1


def test_who_signs_in_already_goes_on_while_new_logins_are_stopped(lumiere: Lumiere, sign_in: SignIn) -> None:
    make_client_user(lumiere.firm, lumiere.nadia_address)
    AccountAddress.objects.filter(pk=lumiere.nadia_at_tilleuls.pk).update(login=False)
    browser = sign_in(lumiere.claire)
    use_up_refusals(lumiere)
    assert title(switch(browser, lumiere.nadia_at_tilleuls, to="on")) == ""
    assert AccountAddress.objects.get(pk=lumiere.nadia_at_tilleuls.pk).login is True


# --- Addresses -----------------------------------------------------------------------------------------------------------


def test_another_address_becomes_the_primary_and_back(lumiere: Lumiere, sign_in: SignIn) -> None:
    second = make_address(lumiere.nadia, "n@lefevre.example", START)
    browser = sign_in(lumiere.claire)
    page = browser.post(url(lumiere.bakery, second, "primary/"), follow=True)
    assert [row[0] for row in card(page, "contacts").rows if "primary" in row[0]] == ["n@lefevre.example · primary"]
    (undo,) = read(page).find_all("div", id="toasts")[0].actions
    browser.post(undo)
    assert list(Address.objects.filter(contact=lumiere.nadia, is_primary=True)) == [lumiere.nadia_address]


@pytest.mark.rule("C39")
def test_removing_an_address_says_what_follows_and_does_it(lumiere: Lumiere, sign_in: SignIn) -> None:
    user = make_client_user(lumiere.firm, lumiere.nadia_address)
    browser, remove = sign_in(lumiere.claire), url(lumiere.bakery, lumiere.nadia_address, "remove/")
    page = browser.post(remove, follow=True)
    user.refresh_from_db()
    assert (title(page), user.is_active) == ("Remove nadia@lefevre.example?", True)
    dialog = asked(page)
    assert dialog is not None and "This is the only active login of Boulangerie Lefèvre SRL: nobody could sign in" in dialog.text
    assert dialog.find_all("form")[0].attrs["action"] == remove
    browser.post(remove, {"sure": "on"})
    user.refresh_from_db()
    assert (Address.objects.filter(pk=lumiere.nadia_address.pk).exists(), user.is_active) == (False, False)
    assert AccountAddress.objects.filter(address=lumiere.nadia_address).count() == 0
    assert browser.post(remove).status_code == 404
    assert ActivityLine.objects.filter(verb="address_removed").count() == 2  # one in each account


@pytest.mark.rule("C39")
def test_whoever_has_the_only_login_leaves_an_account_only_after_a_warning(lumiere: Lumiere, sign_in: SignIn) -> None:
    make_client_user(lumiere.firm, lumiere.nadia_address)
    browser, remove = sign_in(lumiere.claire), f"/accounts/{lumiere.bakery.code}/contacts/{lumiere.nadia.code}/remove/"
    page = browser.post(remove, follow=True)
    dialog = asked(page)
    assert dialog is not None and "Nadia Lefèvre has the only active login of Boulangerie Lefèvre SRL" in dialog.text
    assert dialog.find_all("form")[0].attrs["action"] == remove
    assert lumiere.bakery.links.filter(contact=lumiere.nadia).exists()
    browser.post(remove, {"sure": "on"})
    assert not lumiere.bakery.links.filter(contact=lumiere.nadia).exists()
    assert asked(browser.get(f"/accounts/{lumiere.bakery.code}/?leave={lumiere.nadia.code}")) is None


def test_states_cost_the_same_with_one_person_and_with_three(
    lumiere: Lumiere, sign_in: SignIn, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    browser = sign_in(lumiere.claire)
    login_on(lumiere.nadia_at_tilleuls)
    page = f"/accounts/{lumiere.tilleuls.code}/"
    browser.get(page)
    with django_assert_num_queries(14):
        browser.get(page)
    for _n in range(2):
        invite(lumiere, link(lumiere.tilleuls, AddressFactory(firm=lumiere.firm), login=True).address)
    with django_assert_num_queries(14):
        browser.get(page)
