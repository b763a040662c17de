"""A client's invitation: one link, once, by password or passkey, into the account; and one polite page for whatever opens nothing."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from django.core.cache import cache
from django.test import Client

from access.client_access import accept_client, change_email, get_open_client_invitation, invite_client, prepare_login
from access.invitations import InvitationClosed, token_of
from access.models import Invitation
from access.queries import may_sign_in
from clients.addresses import change_switches, remove_address
from clients.models import Address
from clients.services import archive_account
from firms.actors import Actor
from firms.enums import ActorKind, FailedTaskKind, Verb
from firms.errors import LoginInUse
from firms.models import ActivityLine, FailedTask, Firm, User
from notifications.dispatch.send import dispatch_ready
from notifications.enums import SuppressionReason
from notifications.models import Message, Notice
from notifications.services import suppress_address
from tenancy.context import firm_context
from tests.factories import START
from tests.mail import Mailbox, text_of
from tests.parallel import at_once
from tests.passkeys import Device
from tests.people import Lumiere, Peeters, make_lumiere, make_peeters
from tests.second_steps import give_app
from tests.signing import make_client_user, signed_in

Firms = tuple[Lumiere, Peeters]
CHOSEN = "correct horse battery staple"
WORDS = {"password1": CHOSEN, "password2": CHOSEN}
NEUTRAL = "It cannot be activated with this e-mail address."


@pytest.fixture(autouse=True)
def fresh_throttles(db: None) -> None:
    cache.clear()


def invited(lumiere: Lumiere, **switches: bool) -> str:
    """Nadia with LOGIN on in the bakery, invited; the path of her link."""
    by = Actor.staff(lumiere.claire)
    with firm_context(lumiere.firm.pk):
        change_switches(account=lumiere.bakery, address=lumiere.nadia_address, by=by, now=START, **{"login": True, **switches})
        invite_client(address=lumiere.nadia_address, by=by, now=START)
    return newest_link(lumiere.firm)


def newest_link(firm: Firm) -> str:
    with firm_context(firm.pk):
        return f"/invitation/{token_of(firm.pk, Invitation.objects.latest('pk').nonce)}/"


def post(path: str, client: Client | None = None, **changes: str) -> Any:
    return (client or Client()).post(path, {**WORDS, **changes}, HTTP_ACCEPT_LANGUAGE="en")


def address_of(lumiere: Lumiere) -> Address:
    with firm_context(lumiere.firm.pk):
        return Address.with_removed.select_related("user", "contact").get(pk=lumiere.nadia_address.pk)


def is_active(lumiere: Lumiere) -> bool:
    user = address_of(lumiere).user
    return user is not None and user.is_active


def closed(answer: Any) -> bool:
    return bool(answer.status_code == 404 and answer.templates[0].name == "access/invitation_closed.html")


# --- The way in ----------------------------------------------------------------------------------------------------------


@pytest.mark.rule("C09", "C10", "C13", "C14")
def test_e_mail_leads_through_a_password_into_the_account(two_firms: Firms, mailbox: Mailbox) -> None:
    invited(two_firms[0])
    dispatch_ready(lambda: START)
    found = re.search(r"https?://[^/\s]+(/invitation/[a-z2-7]{32}/)", text_of(mailbox.to("nadia@lefevre.example")[-1]))
    assert found is not None
    client = Client()
    assert (client.get(found[1]).status_code, is_active(two_firms[0])) == (200, False)
    answer = post(found[1], client)
    assert (answer["Location"], is_active(two_firms[0])) == ("/portal/", True)
    assert client.get("/portal/").context["visitor"].account == "Boulangerie Lefèvre SRL"


@pytest.mark.rule("C13")
def test_reading_the_page_changes_nothing(two_firms: Firms) -> None:
    path = invited(two_firms[0])
    for _ in range(3):
        assert (Client().get(path).status_code, Client().head(path).status_code) == (200, 200)
    assert (address_of(two_firms[0]).user, closed(Client().get(path))) == (None, False)


def test_page_wears_the_firm_s_look_and_no_other_name(two_firms: Firms) -> None:
    shown = Client().get(invited(two_firms[0]), HTTP_ACCEPT_LANGUAGE="en").content.decode()
    for words in ("Cabinet Lumière", "Claire Moreau", "nadia@lefevre.example"):
        assert words in shown
    assert ("Relance" in shown, "Peeters" in shown) == (False, False)


def test_page_speaks_the_language_of_the_contact(two_firms: Firms) -> None:
    path = invited(two_firms[0])
    with firm_context(two_firms[0].firm.pk):
        two_firms[0].nadia.language = "fr"
        two_firms[0].nadia.save()
    assert Client().get(path, HTTP_ACCEPT_LANGUAGE="en").headers["Content-Language"] == "fr"


def test_joining_is_a_line_of_their_own(two_firms: Firms) -> None:
    post(invited(two_firms[0]))
    with firm_context(two_firms[0].firm.pk):
        line = ActivityLine.objects.get(verb=Verb.CLIENT_JOINED)
        assert (line.actor_kind, line.contact_id, line.ip) == (ActorKind.CLIENT, two_firms[0].nadia.pk, "127.0.0.1")


def test_link_stays_private_and_is_kept_nowhere(two_firms: Firms, mailbox: Mailbox) -> None:
    path = invited(two_firms[0])
    dispatch_ready(lambda: START)
    for answer in (Client().get(path), post(path, password2="x"), post(path, passkey="begin"), post(path), Client().get(path)):
        assert (answer.headers["Referrer-Policy"], answer.headers["Cache-Control"]) == ("strict-origin", "no-store")
    with firm_context(two_firms[0].firm.pk):
        kept = [str(row) for model in (Notice, Message, Invitation, ActivityLine) for row in model._default_manager.values()]
    assert [row for row in kept if path.split("/")[2] in row] == []


@pytest.mark.parametrize("changes", [{"password1": "short", "password2": "short"}, {"password2": "another one"}, {"password1": ""}])
def test_poor_password_is_named_and_nothing_is_accepted(two_firms: Firms, changes: dict[str, str]) -> None:
    path = invited(two_firms[0])
    answer = post(path, None, **changes)
    assert (answer.status_code, bool(answer.context["form"].errors), is_active(two_firms[0])) == (200, True, False)


@pytest.mark.parametrize("who", ["emma", "lotte"])
def test_whoever_else_is_signed_in_is_not_shown_and_signed_out(two_firms: Firms, who: str) -> None:
    lumiere, peeters = two_firms
    path = invited(lumiere)
    browser = signed_in(lumiere.emma if who == "emma" else make_client_user(peeters.firm, peeters.lotte_address))
    shown = browser.get(path).content.decode()
    assert ("Somebody is signed in" in shown, "Emma" in shown, "Lotte" in shown) == (True, False, False)
    assert post(path, browser)["Location"] == "/portal/"
    assert browser.get("/portal/").context["visitor"].name == "Nadia Lefèvre"


def test_second_step_of_an_earlier_login_is_asked_for(two_firms: Firms) -> None:
    lumiere, _ = two_firms
    path = invited(lumiere)
    with firm_context(lumiere.firm.pk):
        user = prepare_login(get_open_client_invitation(path.split("/")[2]))
    give_app(user)
    assert post(path)["Location"] == "/account/security/second-step/"


# --- By passkey ----------------------------------------------------------------------------------------------------------


def begun(path: str, client: Client) -> Any:
    return client.post(path, {"passkey": "begin"}, HTTP_ACCEPT_LANGUAGE="en")


def made(page: Any, lumiere: Lumiere) -> str:
    user = address_of(lumiere).user
    assert user is not None
    return Device(user).made(page.context["js_data"]["creation_options"])


def passkeys(lumiere: Lumiere) -> int:
    with firm_context(lumiere.firm.pk):
        count: int = Authenticator.objects.filter(user__addresses=lumiere.nadia_address).count()
        return count


@pytest.mark.rule("C13", "C14")
def test_passkey_is_made_and_is_the_only_way_in(two_firms: Firms) -> None:
    lumiere, _ = two_firms
    path, client = invited(lumiere), Client()
    page = begun(path, client)
    assert page.context["js_data"]["creation_options"]["publicKey"]["rp"]["name"] == "Cabinet Lumière"
    assert (page.status_code, is_active(lumiere), passkeys(lumiere)) == (200, False, 0)
    answer = client.post(path, {"credential": made(page, lumiere)})
    assert (answer.status_code, answer["Location"], is_active(lumiere), passkeys(lumiere)) == (302, "/portal/", True, 1)
    assert client.get("/portal/").status_code == 200
    user = address_of(lumiere).user
    assert user is not None and not user.has_usable_password()
    with firm_context(lumiere.firm.pk):
        assert may_sign_in(user)


def test_abandoned_passkey_leaves_the_address_pending_and_its_link_open(two_firms: Firms) -> None:
    lumiere, _ = two_firms
    path = invited(lumiere)
    begun(path, Client())
    by = Actor.staff(lumiere.claire)
    with firm_context(lumiere.firm.pk):
        change_switches(account=lumiere.tilleuls, address=lumiere.nadia_address, login=True, by=by, now=START)
    assert (is_active(lumiere), closed(Client().get(path))) == (False, False)
    assert post(path)["Location"] == "/portal/"


@pytest.mark.parametrize("credential", ["", "{}", "null", "[]", "x", '{"id": "x"}'])
def test_what_is_no_passkey_stores_nothing(two_firms: Firms, credential: str) -> None:
    lumiere, _ = two_firms
    path, client = invited(lumiere), Client()
    begun(path, client)
    answer = client.post(path, {"credential": credential}, HTTP_ACCEPT_LANGUAGE="en")
    assert (answer.status_code, bool(answer.context["trouble"]), is_active(lumiere), passkeys(lumiere)) == (200, True, False, 0)


def test_passkey_of_another_browser_or_invitation_stores_nothing(two_firms: Firms) -> None:
    lumiere, _ = two_firms
    path, client = invited(lumiere), Client()
    credential = made(begun(path, client), lumiere)
    assert Client().post(path, {"credential": credential}).status_code == 200
    again = invited(lumiere)
    assert client.post(again, {"credential": credential}).status_code == 200
    assert closed(client.post(path, {"credential": credential}))
    assert (is_active(lumiere), passkeys(lumiere)) == (False, 0)


def test_passkey_of_an_invitation_that_closes_meanwhile_is_not_kept(two_firms: Firms) -> None:
    lumiere, _ = two_firms
    path, client = invited(lumiere), Client()
    credential = made(begun(path, client), lumiere)
    with firm_context(lumiere.firm.pk):
        change_switches(account=lumiere.bakery, address=lumiere.nadia_address, login=False, by=Actor.staff(lumiere.claire), now=START)
    assert (closed(client.post(path, {"credential": credential})), passkeys(lumiere)) == (True, 0)


# --- What opens nothing --------------------------------------------------------------------------------------------------


def login_off(lumiere: Lumiere, by: Actor) -> None:
    change_switches(account=lumiere.bakery, address=lumiere.nadia_address, login=False, by=by, now=START)


def login_off_and_on(lumiere: Lumiere, by: Actor) -> None:
    for on in (False, True):
        change_switches(account=lumiere.bakery, address=lumiere.nadia_address, login=on, by=by, now=START)


def address_changed(lumiere: Lumiere, by: Actor) -> None:
    change_email(account=lumiere.bakery, old=lumiere.nadia_address, email="nadia@new.example", by=by, now=START)


def address_removed(lumiere: Lumiere, by: Actor) -> None:
    remove_address(account=lumiere.bakery, address=lumiere.nadia_address, by=by, now=START)


def contact_archived(lumiere: Lumiere, by: Actor) -> None:
    lumiere.nadia.archived_at = START
    lumiere.nadia.save()


def account_archived(lumiere: Lumiere, by: Actor) -> None:
    archive_account(account=lumiere.bakery, by=by, now=START)


def suppressed_by_staff(lumiere: Lumiere, by: Actor) -> None:
    suppress_address(firm=lumiere.firm, address_id=lumiere.nadia_address.pk, reason=SuppressionReason.BY_STAFF, detail="", by=by, now=START)


def resent(lumiere: Lumiere, by: Actor) -> None:
    invite_client(address=lumiere.nadia_address, by=by, now=START)


@pytest.mark.rule("C08", "C36", "C37")
@pytest.mark.parametrize(
    "act",
    [login_off, login_off_and_on, address_changed, address_removed, contact_archived, account_archived, suppressed_by_staff, resent],
)
def test_invitation_is_dead_after(two_firms: Firms, act: Callable[[Lumiere, Actor], None]) -> None:
    lumiere, _ = two_firms
    path = invited(lumiere)
    with firm_context(lumiere.firm.pk):
        act(lumiere, Actor.staff(lumiere.claire))
    for answer in (Client().get(path), post(path), post(path, passkey="begin"), post(path, credential="{}")):
        shown = answer.content.decode()
        assert closed(answer) and f'href="/c/{lumiere.firm.code}/"' in shown and "Cabinet Lumière" in shown
        assert [word for word in ("nadia", "Nadia", "Lefèvre", "Claire", "/sign-in/") if word in shown] == []
    assert not is_active(lumiere)


@pytest.mark.rule("C08")
def test_changed_address_gets_one_new_invitation(two_firms: Firms, mailbox: Mailbox) -> None:
    lumiere, _ = two_firms
    old = invited(lumiere)
    with firm_context(lumiere.firm.pk):
        address_changed(lumiere, Actor.staff(lumiere.claire))
    dispatch_ready(lambda: START)
    assert (len(mailbox.to("nadia@new.example")), mailbox.to("nadia@lefevre.example")) == (1, [])
    assert (closed(post(old)), post(newest_link(lumiere.firm))["Location"]) == (True, "/portal/")


@pytest.mark.rule("C08", "M11")
def test_changed_address_gets_none_where_the_earlier_one_was_void(two_firms: Firms) -> None:
    """LOGIN has gone and come back since: pending, not invited."""
    lumiere = two_firms[0]
    invited(lumiere)
    with firm_context(lumiere.firm.pk):
        login_off_and_on(lumiere, Actor.staff(lumiere.claire))
        new = change_email(
            account=lumiere.bakery, old=address_of(lumiere), email="n@lefevre.example", by=Actor.staff(lumiere.claire), now=START
        )
        assert Invitation.objects.filter(address=new).count() == 0


@pytest.mark.rule("C36")
def test_each_resend_voids_the_link_before(two_firms: Firms) -> None:
    lumiere, _ = two_firms
    links = [invited(lumiere) for _ in range(3)]
    assert [closed(Client().get(link)) for link in links] == [True, True, False]
    assert post(links[2])["Location"] == "/portal/"


def test_invitation_is_dead_after_fourteen_days_and_once_accepted(two_firms: Firms, clock: time_machine.Traveller) -> None:
    lumiere, _ = two_firms
    path = invited(lumiere)
    clock.shift(timedelta(days=14))
    assert Client().get(path).status_code == 200
    clock.shift(timedelta(seconds=1))
    assert (closed(Client().get(path)), closed(post(path))) == (True, True)
    again = invited(lumiere)
    assert (post(again)["Location"], closed(post(again)), closed(Client().get(again))) == ("/portal/", True, True)


def test_token_spoilt_in_any_way_opens_nothing(two_firms: Firms) -> None:
    token = invited(two_firms[0]).split("/")[2]
    for other in ("", " ", token.upper(), token[:16] + token[16:].upper(), f"{token} ", f"{token}%00", "%00" * 32, token[:31], "a" * 32):
        answer = Client().get(f"/invitation/{other}/")
        assert closed(answer), other
        assert not {"Lumière", "/sign-in/", "/c/"} & set(re.findall(r"Lumière|/sign-in/|/c/", answer.content.decode())), other
        assert closed(post(f"/invitation/{other}/")), other
    assert not is_active(two_firms[0])


# --- One login an address ------------------------------------------------------------------------------------------------


def pending_at_peeters(peeters: Peeters, email: str) -> str:
    by = Actor.staff(peeters.wim)
    with firm_context(peeters.firm.pk):
        Address.objects.filter(pk=peeters.lotte_address.pk).update(email=email, email_key=email)
        peeters.lotte_address.refresh_from_db()
        change_switches(account=peeters.garage, address=peeters.lotte_address, login=True, by=by, now=START)
        invite_client(address=peeters.lotte_address, by=by, now=START)
    return newest_link(peeters.firm)


@pytest.mark.rule("B10", "B11", "M9")
@pytest.mark.parametrize("way", [WORDS, {"passkey": "begin"}])
def test_address_active_elsewhere_is_told_nothing_and_the_firm_all(two_firms: Firms, way: dict[str, str]) -> None:
    lumiere, peeters = two_firms
    mine, theirs = invited(lumiere), pending_at_peeters(peeters, "nadia@lefevre.example")
    assert post(theirs)["Location"] == "/portal/"
    browser = Client()
    browser.cookies["django_language"] = "en"  # her contact's own is French
    answer = browser.post(mine, way)
    shown = answer.content.decode()
    assert (answer.status_code, NEUTRAL in shown, "Peeters" in shown, "already" in shown) == (409, True, False, False)
    assert (is_active(lumiere), Client().get(mine).status_code) == (False, 200)
    with firm_context(lumiere.firm.pk):
        task = FailedTask.objects.get()
        assert (task.kind, task.subject, task.account_id) == (FailedTaskKind.LOGIN_IN_USE, "nadia@lefevre.example", lumiere.bakery.pk)
        assert ("nadia+" in task.detail, "Peeters" in task.detail) == (True, False)


@pytest.mark.rule("B11", "M9")
def test_alias_is_another_address(two_firms: Firms) -> None:
    lumiere, peeters = two_firms
    assert post(invited(lumiere))["Location"] == "/portal/"
    assert post(pending_at_peeters(peeters, "nadia+peeters@lefevre.example"))["Location"] == "/portal/"


def accept_once(firm: Firm, token: str, way_in: str = CHOSEN) -> bool:
    try:
        with firm_context(firm.pk):
            accept_client(invitation=get_open_client_invitation(token), way_in=way_in, by=Actor.system(), now=START)
    except (InvitationClosed, LoginInUse):
        return False
    return True


@pytest.mark.rule("C13")
def test_one_of_fifty_parallel_accepts_is_the_one(transactional_db: None) -> None:
    lumiere = make_lumiere()
    token = invited(lumiere).split("/")[2]
    accepted = at_once(*[lambda: accept_once(lumiere.firm, token)] * 50)
    assert sorted(map(bool, accepted)) == [False] * 49 + [True]
    with firm_context(lumiere.firm.pk):
        assert ActivityLine.objects.filter(verb=Verb.CLIENT_JOINED).count() == 1
        assert User.objects.filter(email="nadia@lefevre.example").count() == 1


@pytest.mark.rule("M9")
def test_of_fifty_accepts_at_two_firms_one_makes_the_login(transactional_db: None) -> None:
    lumiere, peeters = make_lumiere(), make_peeters()
    mine, theirs = invited(lumiere).split("/")[2], pending_at_peeters(peeters, "nadia@lefevre.example").split("/")[2]
    ways = [lambda: accept_once(lumiere.firm, mine), lambda: accept_once(peeters.firm, theirs)] * 25
    assert sorted(map(bool, at_once(*ways))) == [False] * 49 + [True]
    assert User.objects.filter(email="nadia@lefevre.example", is_active=True).count() == 1
