"""Invitations to the team: one link, once, for fourteen days, to the address that it was sent to."""

import re
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client

from access.enums import Purpose
from access.invitations import InvitationClosed, accept, get_open_invitation, invite_staff, secret_of_notice, token_of
from access.models import Invitation
from access.new_firm import open_firm
from access.passwords import invite_owners_again
from access.team import invite_colleague
from firms.actors import Actor
from firms.enums import Role, Verb
from firms.models import ActivityLine, Firm, Staff
from firms.queries import owners_of
from notifications.dispatch.send import dispatch_ready
from notifications.models import Message, Notice
from tenancy.context import firm_context
from tests.factories import START
from tests.mail import Mailbox, text_of
from tests.people import Lumiere, Peeters, make_lumiere
from tests.signing import make_client_user, signed_in

Firms = tuple[Lumiere, Peeters]
CHOSEN = "correct horse battery staple"
WORDS = {"name": "Léa Martin", "password1": CHOSEN, "password2": CHOSEN}


def invited(lumiere: Lumiere, email: str = "lea@lumiere.example") -> Staff:
    with firm_context(lumiere.firm.pk):
        return invite_colleague(firm=lumiere.firm, name="Léa M.", email=email, language="en", by=Actor.staff(lumiere.claire), now=START)


def path_of(staff: Staff) -> str:
    """The link of the newest invitation."""
    with firm_context(staff.firm_id):
        invitation = Invitation.objects.filter(user=staff.user).order_by("pk").last()
        assert invitation is not None
        return f"/invitation/{token_of(staff.firm_id, invitation.nonce)}/"


def post(path: str, client: Client | None = None, changes: dict[str, str] | None = None) -> Any:
    return (client or Client()).post(path, {**WORDS, **(changes or {})}, HTTP_ACCEPT_LANGUAGE="en")


def stands(staff: Staff) -> tuple[bool, str]:
    """Whether they still wait for a password, and their name."""
    with firm_context(staff.firm_id):
        fresh = Staff.objects.select_related("user").get(pk=staff.pk)
        return fresh.is_pending, fresh.name


def closed(answer: Any) -> bool:
    return bool(answer.status_code == 404 and answer.templates[0].name == "access/invitation_closed.html")


# --- The way in ----------------------------------------------------------------------------------------------------------


def test_e_mail_brings_the_link_that_lets_one_in(two_firms: Firms, mailbox: Mailbox) -> None:
    lea = invited(two_firms[0])
    dispatch_ready(lambda: START)
    found = re.search(r"https?://[^/\s]+(/invitation/[a-z2-7]{32}/)", text_of(mailbox.to("lea@lumiere.example")[-1]))
    assert found is not None
    client = Client()
    page = client.get(found.group(1))
    assert (page.status_code, page.context["form"]["name"].value()) == (200, "Léa M.")
    assert post(found.group(1), client)["Location"] == "/"
    assert client.get("/").context["member"].name == "Léa Martin"
    assert stands(lea) == (False, "Léa Martin")


def test_page_says_whose_firm_for_whom_and_as_what(two_firms: Firms) -> None:
    shown = Client().get(path_of(invited(two_firms[0]))).content.decode()
    for words in ("Cabinet Lumière", "Claire Moreau invites you to the team.", "lea@lumiere.example", "Employee"):
        assert words in shown


def test_reading_the_page_changes_nothing(two_firms: Firms) -> None:
    lea = invited(two_firms[0])
    for _ in range(3):
        assert Client().get(path_of(lea)).status_code == 200
        assert Client().head(path_of(lea)).status_code == 200
    assert stands(lea) == (True, "Léa M.")


def test_page_speaks_the_language_of_whoever_is_invited(two_firms: Firms) -> None:
    lea = invited(two_firms[0])
    with firm_context(lea.firm_id):
        Staff.objects.filter(pk=lea.pk).update(language="fr")
    assert Client().get(path_of(lea), HTTP_ACCEPT_LANGUAGE="en").headers["Content-Language"] == "fr"


def test_joining_is_a_line_of_their_own(two_firms: Firms) -> None:
    lea = invited(two_firms[0])
    post(path_of(lea))
    with firm_context(lea.firm_id):
        line = ActivityLine.objects.get(verb=Verb.STAFF_JOINED)
        assert (line.actor_name, line.staff_id, line.ip) == ("Léa Martin", lea.pk, "127.0.0.1")


def test_link_stays_private(two_firms: Firms) -> None:
    lea = invited(two_firms[0])
    for answer in (Client().get(path_of(lea)), post(path_of(lea), changes={"name": ""}), post(path_of(lea)), Client().get(path_of(lea))):
        assert (answer.headers["Referrer-Policy"], answer.headers["Cache-Control"]) == ("strict-origin", "no-store")


def test_link_is_kept_nowhere(two_firms: Firms, mailbox: Mailbox) -> None:
    token = path_of(invited(two_firms[0])).split("/")[2]
    dispatch_ready(lambda: START)
    with firm_context(two_firms[0].firm.pk):
        kept = [str(row) for model in (Notice, Message, Invitation, ActivityLine) for row in model._default_manager.values()]
        notice = Notice.objects.get(event="staff_invitation")
        assert token in secret_of_notice(notice)["INVITE_URL"]
    assert [row for row in kept if token in row] == []


# --- What is refused -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "changes",
    [
        {"password1": "short", "password2": "short"},
        {"password1": "1234567890123", "password2": "1234567890123"},
        {"password2": "another one altogether"},
        {"name": " \u202e "},
        {"name": "x" * 121},
        {"password1": "", "password2": ""},
    ],
)
def test_poor_answer_is_named_and_nothing_is_accepted(two_firms: Firms, changes: dict[str, str]) -> None:
    lea = invited(two_firms[0])
    answer = post(path_of(lea), changes=changes)
    assert (answer.status_code, bool(answer.context["form"].errors)) == (200, True)
    assert stands(lea) == (True, "Léa M.")
    assert post(path_of(lea))["Location"] == "/"


@pytest.mark.parametrize("token", ["", "a", "a" * 32, "%00" * 32, "A" * 32, "é", "..%2f", "a" * 33])
def test_token_of_nobody_gets_the_polite_page(two_firms: Firms, token: str) -> None:
    for answer in (Client().get(f"/invitation/{token}"), Client().get(f"/invitation/{token}/"), post(f"/invitation/{token}/")):
        assert closed(answer)


def test_token_in_another_case_opens_nothing(two_firms: Firms) -> None:
    lea = invited(two_firms[0])
    token = path_of(lea).split("/")[2]
    for other in (token.upper(), token[:16] + token[16:].upper(), f"{token} ", f"{token}%00", f" {token}"):
        assert closed(post(f"/invitation/{other}/"))
    assert stands(lea)[0]


def test_invitation_is_dead_after_fourteen_days(two_firms: Firms, clock: time_machine.Traveller) -> None:
    lea = invited(two_firms[0])
    clock.shift(timedelta(days=14))
    assert Client().get(path_of(lea)).status_code == 200
    clock.shift(timedelta(seconds=1))
    assert (closed(Client().get(path_of(lea))), closed(post(path_of(lea))), stands(lea)[0]) == (True, True, True)


def test_invitation_is_dead_once_accepted(two_firms: Firms) -> None:
    lea = invited(two_firms[0])
    post(path_of(lea))
    assert closed(post(path_of(lea), changes={"name": "Thief", "password1": "stolen horse battery", "password2": "stolen horse battery"}))
    assert stands(lea) == (False, "Léa Martin")


def test_earlier_invitation_is_dead_once_another_goes_out(two_firms: Firms) -> None:
    lea = invited(two_firms[0])
    early = path_of(lea)
    with firm_context(lea.firm_id):
        invite_staff(firm=lea.firm, staff=lea, by=Actor.system(), now=START)
    assert closed(post(early))
    assert post(path_of(lea))["Location"] == "/"


@pytest.mark.rule("C08")
def test_invitation_dies_with_the_address_it_was_sent_to(two_firms: Firms) -> None:
    lea = invited(two_firms[0])
    with firm_context(lea.firm_id):
        lea.user.email = "lea.martin@lumiere.example"
        lea.user.save()
    assert closed(post(path_of(lea)))


def test_invitation_dies_with_removal(two_firms: Firms) -> None:
    lea = invited(two_firms[0])
    with firm_context(lea.firm_id):
        Staff.objects.filter(pk=lea.pk).update(left_at=START)
    assert closed(post(path_of(lea)))


def test_one_of_fifty_parallel_accepts_is_the_one(transactional_db: None) -> None:
    lumiere = make_lumiere()
    lea = invited(lumiere)
    token = path_of(lea).split("/")[2]

    def try_once(number: int) -> bool:
        try:
            with firm_context(lumiere.firm.pk):
                invitation, staff = get_open_invitation(token)
                accept(invitation=invitation, staff=staff, name=f"Léa {number}", password=CHOSEN, by=Actor.staff(staff), now=START)
        except InvitationClosed:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(10) as pool:
        assert sum(pool.map(try_once, range(50))) == 1
    with firm_context(lumiere.firm.pk):
        assert ActivityLine.objects.filter(verb=Verb.STAFF_JOINED).count() == 1


def test_owner_who_forgot_in_eight_places_at_once_gets_eight_and_one_counts(transactional_db: None) -> None:
    firm = open_firm(name="Kantoor Nieuw", owner_name="An Nieuw", owner_email="an@nieuw.example", now=START)
    together = Barrier(8)

    def forget(_number: int) -> None:
        try:
            together.wait()
            invite_owners_again("An@nieuw.example", START)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(forget, range(8)))
    with firm_context(firm.pk):
        assert (Invitation.objects.count(), Invitation.objects.filter(voided_at=None).count()) == (9, 1)


def test_accepting_while_other_invitations_go_out_waits_and_never_locks_up(transactional_db: None) -> None:
    lumiere = make_lumiere()
    lea = invited(lumiere)
    together = Barrier(8)

    def act(number: int) -> None:
        try:
            together.wait()
            with firm_context(lumiere.firm.pk), suppress(InvitationClosed):
                if number % 2:
                    invite_staff(firm=lumiere.firm, staff=lea, by=Actor.system(), now=START)
                else:
                    newest = Invitation.objects.select_related("firm").filter(user=lea.user).latest("pk")
                    accept(invitation=newest, staff=lea, name="Léa", password=CHOSEN, by=Actor.staff(lea), now=START)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(act, range(8)))
    with firm_context(lumiere.firm.pk):
        assert Invitation.objects.filter(voided_at=None, accepted_at=None).count() <= 1


# --- Whoever else is signed in here --------------------------------------------------------------------------------------


def others(firms: Firms) -> list[Client]:
    lumiere, peeters = firms
    client_of_firm = make_client_user(lumiere.firm, lumiere.nadia_address)
    return [signed_in(lumiere.emma), signed_in(peeters.wim), signed_in(client_of_firm)]


def test_page_shows_nothing_of_whoever_is_signed_in(two_firms: Firms) -> None:
    lea = invited(two_firms[0])
    for browser in others(two_firms):
        shown = browser.get(path_of(lea)).content.decode()
        assert "Somebody is signed in in this browser." in shown
        for name in ("Emma", "Wim", "Peeters", "Nadia", "Sign out<"):
            assert name not in shown


@pytest.mark.parametrize("who", [0, 1, 2])
def test_accepting_signs_the_other_out_and_the_invited_in(two_firms: Firms, who: int) -> None:
    lea = invited(two_firms[0])
    browser = others(two_firms)[who]
    assert post(path_of(lea), browser)["Location"] == "/"
    assert browser.get("/").context["member"].name == "Léa Martin"


# --- Forgotten passwords -------------------------------------------------------------------------------------------------


def asked_for_reset(email: str, mailbox: Mailbox) -> list[str]:
    Client().post("/password/reset/", {"email": email}, HTTP_ACCEPT_LANGUAGE="en")
    dispatch_ready(lambda: START)
    return [text_of(message) for message in mailbox.to(email)]


def test_forgotten_password_is_no_way_around_an_invitation(two_firms: Firms, mailbox: Mailbox) -> None:
    lea = invited(two_firms[0])
    assert [("/invitation/" in text, "/password/reset/" in text) for text in asked_for_reset("lea@lumiere.example", mailbox)] == [
        (True, False)
    ]
    assert stands(lea)[0]


def test_owner_of_a_new_firm_gets_another_invitation(db: None, mailbox: Mailbox) -> None:
    firm = open_firm(name="Kantoor Nieuw", owner_name="An Nieuw", owner_email="an@nieuw.example", now=START)
    dispatch_ready(lambda: START)
    texts = asked_for_reset("an@nieuw.example", mailbox)
    assert [("/invitation/" in text, "/password/reset/" in text) for text in texts] == [(True, False)] * 2
    with firm_context(firm.pk):
        assert [each.voided_at is None for each in Invitation.objects.order_by("pk")] == [False, True]


def test_owner_of_a_new_firm_is_led_to_the_guide(db: None) -> None:
    firm: Firm = open_firm(name="Kantoor Nieuw", owner_name="An Nieuw", owner_email="an@nieuw.example", now=START)
    with firm_context(firm.pk):
        (owner,) = owners_of(firm)
        assert (owner.role, Invitation.objects.get().purpose, Invitation.objects.get().invited_by) == (Role.OWNER, Purpose.STAFF, None)
    assert post(path_of(owner))["Location"] == "/setup/"
