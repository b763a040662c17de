"""`manage.py reset_second_steps`: for somebody who has lost them all."""

from io import StringIO

import pytest
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.test import Client

from firms.enums import Verb
from firms.models import ActivityLine
from tenancy.context import firm_context
from tests.people import Lumiere, Peeters
from tests.second_steps import give_app, give_passkey, give_recovery_codes, sign_in, steps_of

Firms = tuple[Lumiere, Peeters]


def test_the_password_alone_lets_them_in_afterwards_and_the_log_says_why(two_firms: Firms) -> None:
    cache.clear()
    lumiere, peeters = two_firms
    for person in (lumiere.claire, peeters.wim):
        give_app(person)
    give_passkey(lumiere.claire)
    give_recovery_codes(lumiere.claire)
    said = StringIO()
    call_command("reset_second_steps", "Claire@Lumiere.example", stdout=said)
    assert said.getvalue().startswith("2 removed: claire@lumiere.example signs in with the password alone.")
    assert (steps_of(lumiere.claire), steps_of(peeters.wim)) == ([], ["totp"])
    assert sign_in(Client(), "claire@lumiere.example")["Location"] == "/"
    with firm_context(lumiere.firm.pk):
        line = ActivityLine.objects.get(verb=Verb.SIGN_IN_CHANGED)
    assert (line.actor_name, line.detail.count("claire@lumiere.example")) == ("Relance", 1)


def test_an_address_of_nobody_and_one_without_a_second_step_are_told_apart(two_firms: Firms) -> None:
    with pytest.raises(CommandError, match=r"Nobody signs in as 'nobody@lumiere\.example'"):
        call_command("reset_second_steps", "nobody@lumiere.example")
    with pytest.raises(CommandError, match=r"claire@lumiere\.example has no second step"):
        call_command("reset_second_steps", "claire@lumiere.example")
