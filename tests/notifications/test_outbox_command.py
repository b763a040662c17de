"""`manage.py outbox`: what operators see and do."""

from io import StringIO

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from firms.actors import Actor
from firms.enums import ActorKind, HoldOrigin, Verb
from firms.models import ActivityLine
from notifications.enums import Outcome
from notifications.holding import hold_mail
from notifications.models import Message, Notice
from notifications.verdicts import Reason
from tenancy.context import firm_context
from tests.factories import START
from tests.mail import Mailbox
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
