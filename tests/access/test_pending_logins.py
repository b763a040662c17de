"""An address is a login of one firm and one side from the moment somebody accepts with it, and nobody's before (M9)."""

from typing import Any

import pytest
from django.core.cache import cache
from django.core.management import call_command
from django.test import Client

from access.client_access import invite_client
from access.invitations import token_of
from access.models import Invitation
from access.new_firm import open_firm
from access.team import AlreadyInTeam, invite_colleague, remove_colleague
from clients.addresses import change_switches
from firms.actors import Actor
from firms.enums import FailedTaskKind
from firms.errors import LoginInUse
from firms.models import FailedTask, Firm, Staff, User
from firms.queries import owners_of
from notifications.dispatch.send import dispatch_ready
from tenancy.context import firm_context
from tests.factories import PASSWORD, START
from tests.mail import Mailbox, text_of
from tests.people import Lumiere, Peeters
from tests.second_steps import give_app
from tests.signing import make_client_user

Firms = tuple[Lumiere, Peeters]
LEA = "lea@both.example"
CHOSEN = "correct horse battery staple"
NEUTRAL = "It cannot be activated with this e-mail address."


@pytest.fixture(autouse=True)
def fresh_throttles(db: None) -> None:
    cache.clear()


def invite(firm: Firm, by: Staff, email: str = LEA) -> Staff:
    with firm_context(firm.pk):
        return invite_colleague(firm=firm, name="Léa Martin", email=email, language="en", by=Actor.staff(by), now=START)


def newest_link(firm: Firm) -> str:
    with firm_context(firm.pk):
        return f"/invitation/{token_of(firm.pk, Invitation.objects.latest('pk').nonce)}/"


def accept(path: str, client: Client | None = None) -> Any:
    return (client or Client()).post(path, {"name": "Léa Martin", "password1": CHOSEN, "password2": CHOSEN}, HTTP_ACCEPT_LANGUAGE="en")


def sign_in(email: str, password: str = PASSWORD) -> int:
    status: int = Client().post("/sign-in/", {"login": email, "password": password}).status_code
    return status


def active(firm: Firm, email: str = LEA) -> list[bool]:
    with firm_context(firm.pk):
        return list(User.objects.filter(firm=firm, email=email).values_list("is_active", flat=True))


@pytest.mark.rule("M9")
def test_two_firms_invite_one_address_and_the_first_accepted_has_it(two_firms: Firms) -> None:
    lumiere, peeters = two_firms
    invite(lumiere.firm, lumiere.claire)
    invite(peeters.firm, peeters.wim)
    first, second = newest_link(lumiere.firm), newest_link(peeters.firm)
    assert (Client().get(first).status_code, Client().get(second).status_code) == (200, 200)
    assert accept(second)["Location"] == "/"
    refused = accept(first)
    assert (refused.status_code, NEUTRAL in refused.content.decode(), "Peeters" in refused.content.decode()) == (409, True, False)
    assert (active(lumiere.firm), active(peeters.firm)) == ([False], [True])


@pytest.mark.rule("M9", "B10", "B11")
def test_the_firm_is_told_what_to_do_and_the_invitation_stays_open(two_firms: Firms) -> None:
    lumiere, peeters = two_firms
    invite(lumiere.firm, lumiere.claire)
    link = newest_link(lumiere.firm)
    invite(peeters.firm, peeters.wim)
    accept(newest_link(peeters.firm))
    for _ in range(2):
        assert accept(link).status_code == 409
    with firm_context(lumiere.firm.pk):
        task = FailedTask.objects.get()
        assert (task.kind, task.subject, "lea+" in task.detail, "Peeters" in task.detail) == (FailedTaskKind.LOGIN_IN_USE, LEA, True, False)
    with firm_context(peeters.firm.pk):
        remove_colleague(
            firm=peeters.firm, staff=Staff.objects.get(user__email=LEA), successor=None, by=Actor.staff(peeters.wim), now=START
        )
    assert accept(link)["Location"] == "/"


@pytest.mark.rule("M9")
def test_address_that_signs_in_anywhere_is_not_invited(two_firms: Firms) -> None:
    lumiere, _ = two_firms
    make_client_user(lumiere.firm, lumiere.nadia_address)
    for email in ("nadia@lefevre.example", "Wim@peeters.example"):
        with pytest.raises(LoginInUse):
            invite(lumiere.firm, lumiere.claire, email)
    with pytest.raises(LoginInUse):
        open_firm(name="Another", owner_name="Nadia", owner_email="NADIA@lefevre.example", now=START)
    with pytest.raises(AlreadyInTeam):
        invite(lumiere.firm, lumiere.claire, "emma@lumiere.example")


@pytest.mark.rule("M9")
def test_who_left_and_signs_in_elsewhere_is_not_brought_back(two_firms: Firms) -> None:
    lumiere, peeters = two_firms
    with firm_context(lumiere.firm.pk):
        remove_colleague(firm=lumiere.firm, staff=lumiere.emma, successor=None, by=Actor.staff(lumiere.claire), now=START)
    invite(peeters.firm, peeters.wim, "emma@lumiere.example")
    accept(newest_link(peeters.firm))
    with pytest.raises(LoginInUse):
        invite(lumiere.firm, lumiere.claire, "emma@lumiere.example")
    assert (active(lumiere.firm, "emma@lumiere.example"), sign_in("emma@lumiere.example", CHOSEN)) == ([False], 302)


@pytest.mark.rule("M9")
def test_client_who_is_yet_to_accept_may_become_staff_elsewhere_first(two_firms: Firms) -> None:
    lumiere, peeters = two_firms
    by = Actor.staff(lumiere.claire)
    with firm_context(lumiere.firm.pk):
        change_switches(account=lumiere.bakery, address=lumiere.nadia_address, login=True, by=by, now=START)
        invite_client(address=lumiere.nadia_address, by=by, now=START)
    client_link = newest_link(lumiere.firm)
    invite(peeters.firm, peeters.wim, "nadia@lefevre.example")
    accept(newest_link(peeters.firm))
    assert accept(client_link).status_code == 409


def test_pending_rows_do_not_stand_between_anybody_and_their_login(two_firms: Firms, mailbox: Mailbox) -> None:
    """Before and after: the earliest row is pending, the one that signs in is not the first that is found."""
    lumiere, peeters = two_firms
    invite(lumiere.firm, lumiere.claire)
    invite(peeters.firm, peeters.wim)
    accept(newest_link(peeters.firm))
    assert sign_in(LEA, CHOSEN) == 302
    give_app(User.objects.get(email=LEA, is_active=True))
    call_command("reset_second_steps", LEA)
    assert User.objects.get_by_natural_key("LEA@both.example").firm_id == peeters.firm.pk
    dispatch_ready(lambda: START)
    earlier = len(mailbox.to(LEA))
    Client().post("/password/reset/", {"email": LEA})
    dispatch_ready(lambda: START)
    assert ["/password/reset/" in text_of(mail) for mail in mailbox.to(LEA)[earlier:]] == [True]


def test_owners_of_two_new_firms_are_both_invited_again(db: None, mailbox: Mailbox) -> None:
    firms = [open_firm(name=name, owner_name="Léa", owner_email=LEA, now=START) for name in ("One", "Two")]
    dispatch_ready(lambda: START)
    Client().post("/password/reset/", {"email": LEA.upper()})
    dispatch_ready(lambda: START)
    assert ["/invitation/" in text_of(mail) for mail in mailbox.to(LEA)] == [True] * 4
    assert accept(newest_link(firms[1]))["Location"] == "/setup/"
    with firm_context(firms[0].pk):
        assert [owner.is_pending for owner in owners_of(firms[0])] == [True]
