"""`manage.py outbox`: what operators see and do."""

from concurrent.futures import ThreadPoolExecutor
from io import StringIO

import pytest
import time_machine
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import transaction

from firms.actors import Actor
from firms.enums import ActorKind, HoldOrigin, Verb
from firms.models import ActivityLine, Firm
from firms.services import create_firm
from notifications.enums import Outcome
from notifications.holding import hold_mail
from notifications.models import Message, Notice
from notifications.verdicts import Reason
from tenancy.context import firm_context
from tests.factories import START
from tests.mail import Mailbox
from tests.parallel import at_once, wait_for_a_lock
from tests.people import Lumiere, Peeters
from tests.story import ask_signature, live


def run(*arguments: str) -> list[str]:
    out = StringIO()
    call_command("outbox", *arguments, stdout=out)
    return out.getvalue().splitlines()


def test_each_firm_and_its_e_mails_are_printed(two_firms: tuple[Lumiere, Peeters], mailbox: Mailbox) -> None:
    lumiere, peeters = two_firms
    with firm_context(lumiere.firm.pk):
        ask_signature(lumiere)
        live(START)
        code = Message.objects.get().code
    lines = run()
    heads = [line for line in lines if not line.startswith(" ")]
    assert heads == [
        f"{lumiere.firm.code} Cabinet Lumière: waiting 0, sending 0, held 0, sent 1, failed 0, cancelled 0",
        f"{peeters.firm.code} Kantoor Peeters: waiting 0, sending 0, held 0, sent 0, failed 0, cancelled 0",
    ]
    (line,) = [line for line in lines if line.startswith(" ")]
    assert line.split(" | ")[::2] == [f"  {code}", "sent", "signature_requested", "2.0.0 Kept"]
    assert run("--firm", lumiere.firm.code, "--state", "failed") == heads[:1]
    assert run("--firm", lumiere.firm.code, "--limit", "0") == heads[:1]


def test_an_operator_cancels_what_waits_and_tries_again_what_failed(lumiere: Lumiere, mailbox: Mailbox) -> None:
    ask_signature(lumiere)
    live(START)
    message = Message.objects.get()
    with pytest.raises(CommandError, match="is sent: nothing was changed"):
        run("--cancel", message.code)
    Message.objects.update(outcome=Outcome.FAILED, sent_at=None)
    assert run("--retry", message.code) == [f"{message.code} is tried again."]
    assert run("--cancel", message.code) == [f"{message.code} is cancelled."]
    assert Notice.objects.get(address=lumiere.nadia_address).reason == Reason.CALLED_OFF
    lines = ActivityLine.objects.filter(verb__in=[Verb.MAIL_RETRIED, Verb.MAIL_CANCELLED]).values_list("actor_kind", flat=True)
    assert list(lines) == [ActorKind.SYSTEM, ActorKind.SYSTEM]


@pytest.mark.parametrize("arguments", [["--retry", "NOBODY"], ["--cancel", "../x"], ["--firm", "NOBODY"]])
def test_a_code_that_is_none_is_named(lumiere: Lumiere, arguments: list[str]) -> None:
    with pytest.raises(CommandError, match=arguments[1]):
        run(*arguments)


def test_an_operator_holds_all_firms_and_releases_them_but_what_a_firm_holds_itself(two_firms: tuple[Lumiere, Peeters]) -> None:
    lumiere, peeters = two_firms
    with firm_context(peeters.firm.pk):
        hold_mail(firm=peeters.firm, origin=HoldOrigin.STAFF, reason="", by=Actor.staff(peeters.wim), now=START)
    with firm_context(lumiere.firm.pk):
        ask_signature(lumiere)
    assert run("--firm", lumiere.firm.code, "--hold", "The mail server moves") == [
        f"{lumiere.firm.code} Cabinet Lumière: held; 1 e-mails wait."
    ]
    assert run("--release") == [
        f"{lumiere.firm.code} Cabinet Lumière: released; 1 e-mails go.",
        f"{peeters.firm.code} Kantoor Peeters: holds its e-mails itself, by Wim Peeters: left as it is.",
    ]
    assert run("--release", "--firm", lumiere.firm.code) == [f"{lumiere.firm.code} Cabinet Lumière: holds nothing."]


def test_a_release_after_a_hold_of_all_leaves_what_was_held_before(two_firms: tuple[Lumiere, Peeters], mailbox: Mailbox) -> None:
    """The one firm held its own, and the other's had waited for too long."""
    lumiere, peeters = two_firms
    with firm_context(peeters.firm.pk):
        hold_mail(firm=peeters.firm, origin=HoldOrigin.STAFF, reason="", by=Actor.staff(peeters.wim), now=START)
    with firm_context(lumiere.firm.pk):
        ask_signature(lumiere)
        hold_mail(firm=lumiere.firm, origin=HoldOrigin.BACKLOG, reason="", by=Actor.system(), now=START)
    backlog = "waits for a yes since it is late (--release --firm says it for the firm): left as it is."
    run("--hold", "The mail server moves")
    assert run("--release") == [
        f"{lumiere.firm.code} Cabinet Lumière: released; {backlog}",
        f"{peeters.firm.code} Kantoor Peeters: released; holds its e-mails itself, by Wim Peeters: left as it is.",
    ]
    live(START)
    assert run("--release")[0] == f"{lumiere.firm.code} Cabinet Lumière: {backlog}"
    assert mailbox.addresses == []
    assert run("--release", "--firm", lumiere.firm.code) == [f"{lumiere.firm.code} Cabinet Lumière: released; 1 e-mails go."]


def new_firm(name: str) -> Firm:
    return create_firm(name=name, owner_name="Ada", owner_email=f"ada@{name}.example", owner_password=None, now=START)


def test_who_begins_while_all_are_held_is_held_and_released_with_them(two_firms: tuple[Lumiere, Peeters]) -> None:
    lumiere, peeters = two_firms
    run("--hold", "The mail server moves")
    late = new_firm("late")
    with firm_context(late.pk):
        assert (late.holds_mail(START), late.mail_hold_origin, late.mail_hold_reason) == (
            True,
            HoldOrigin.OPERATOR,
            "The mail server moves",
        )
        assert ActivityLine.objects.filter(verb=Verb.MAIL_HELD).values_list("detail", flat=True).get() == "The mail server moves"
    assert run("--release") == [
        f"{firm.code} {firm.name}: released; 0 e-mails go." for firm in (lumiere.firm, peeters.firm, late)
    ]  # fmt: skip
    assert not new_firm("later").holds_mail(START)


def test_a_hold_of_all_is_said_first_and_after_each_release_of_one_firm(two_firms: tuple[Lumiere, Peeters]) -> None:
    lumiere, _ = two_firms
    said = "All are held since 2026-11-02 09:00Z, firms that are created meanwhile too: The mail server moves."
    with time_machine.travel(START, tick=False):
        run("--hold", "The mail server moves")
    assert run()[0] == run("--firm", lumiere.firm.code, "--state", "failed")[0] == said
    assert run("--release", "--firm", lumiere.firm.code) == [
        f"{lumiere.firm.code} Cabinet Lumière: released; 0 e-mails go.", f"{said} --release without --firm ends that.",
    ]  # fmt: skip
    run("--release")
    assert run("--limit", "0")[0].startswith(lumiere.firm.code)


def test_who_begins_while_one_firm_is_held_is_not(two_firms: tuple[Lumiere, Peeters]) -> None:
    run("--firm", two_firms[0].firm.code, "--hold", "The mail server moves")
    assert not new_firm("late").holds_mail(START)


@pytest.mark.django_db(transaction=True)
def test_who_is_just_being_created_is_not_forgotten_by_a_hold_of_all(transactional_db: None) -> None:
    """The hold waits for whoever has looked whether there is one, and lists the firms afterwards."""
    with ThreadPoolExecutor(1) as elsewhere, transaction.atomic():
        firm = new_firm("late")
        held = elsewhere.submit(lambda: at_once(lambda: run("--hold", "The mail server moves")))
        wait_for_a_lock()
    held.result()
    with firm_context(firm.pk):
        assert Firm.objects.get().holds_mail(START)
